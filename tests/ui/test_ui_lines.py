"""Where a sentence may break: what is left on the last line can be read by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlComponent, QQmlEngine

from ui.record import plain
from ui.windows import QML

HELD = b"""import QtQml
import Theme
QtObject { property string words: ""; readonly property string held: Theme.held(words) }"""
JOINER, HARD_SPACE = "\u2060", "\N{NO-BREAK SPACE}"
Held = Callable[[str], str]


@pytest.fixture(scope="module")
def held(screens: QGuiApplication) -> Iterator[Held]:  # noqa: ARG001
    engine = QQmlEngine()
    engine.addImportPath(str(QML))
    component = QQmlComponent(engine)
    component.setData(HELD, QUrl())
    made = component.create()

    def ask(words: str) -> str:
        made.setProperty("words", words)
        return str(made.property("held"))

    yield ask
    made.deleteLater()


@pytest.mark.parametrize(
    ("words", "last"),
    [
        ("付款码已过期，请刷新后再出示", "请刷新后再出示"),
        ("正在收款，请勿重复操作", "请勿重复操作"),
        ("未满 14 周岁，须由监护人同意", "须由监护人同意"),
        ("迁往 好邻居便利店（新华路店），4 号机", "4 号机"),
        ("向 好邻居便利店 支付 ¥23.80", "支付 ¥23.80"),
        ("本次积分 23，现有积分 1204", "现有积分 1204"),
        ("人脸识别告知书（第 1 版）", "第 1 版）"),
        ("您的面部特征将立即从本机销毁", "机销毁"),
    ],
)
def test_the_end_of_a_chinese_sentence_stays_together(held: Held, words: str, last: str) -> None:
    """No break between any two signs of it, nor at its spaces."""
    end = JOINER.join(last).replace(" ", HARD_SPACE)
    assert held(words) == words.removesuffix(last) + end


@pytest.mark.parametrize(
    ("words", "last"),
    [
        ("How would you like to pay?", "to pay?"),
        ("Result unknown, asking", "unknown, asking"),
        ("till-01-5c11d2e0-004420 · 11-20 20:02", "11-20 20:02"),
    ],
)
def test_a_short_last_word_takes_the_one_before_it_along(held: Held, words: str, last: str) -> None:
    assert held(words) == words.removesuffix(last) + last.replace(" ", HARD_SPACE)


@pytest.mark.parametrize("words", ["", "已付款", "Paid", "农夫山泉饮用天然水 550ml", "Choose the language"])
def test_what_breaks_well_by_itself_is_left_alone(held: Held, words: str) -> None:
    assert held(words) == words


@pytest.mark.parametrize("words", ["正在收款，请勿重复操作", "How would you like to pay?"])
def test_what_is_read_stays_the_same(held: Held, words: str) -> None:
    assert held(words) != words
    assert plain(held(words)) == words
