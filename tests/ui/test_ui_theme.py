"""Colours that everybody can read."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QFontDatabase, QGuiApplication
from PySide6.QtQml import QQmlComponent, QQmlEngine

from ui.windows import QML

PAIRS = [
    ("ink", "ground"), ("ink", "surface"), ("quiet", "ground"), ("quiet", "surface"),
    ("quiet", "disabled"), ("onTone", "good"), ("onTone", "bad"), ("onTone", "unsure"), ("onTone", "busy"),
    ("onTone", "danger"), ("onTone", "practice"), ("practice", "ground"),
    ("good", "surface"), ("bad", "surface"), ("unsure", "surface"), ("busy", "surface"),
    ("bad", "ground"), ("good", "ground"), ("unsure", "ground"),
    ("good", "goodTint"), ("bad", "badTint"), ("unsure", "unsureTint"), ("busy", "busyTint"),
    ("ink", "goodTint"), ("ink", "badTint"), ("ink", "unsureTint"), ("ink", "busyTint"),
    ("quiet", "goodTint"), ("quiet", "badTint"), ("quiet", "unsureTint"), ("quiet", "busyTint"),
]  # fmt: skip


@pytest.fixture(scope="module")
def theme(screens: QGuiApplication) -> dict[str, QColor]:  # noqa: ARG001
    engine = QQmlEngine()
    engine.addImportPath(str(QML))
    component = QQmlComponent(engine)
    component.setData(b"import QtQml\nimport Theme\nQtObject { property var theme: Theme }", QUrl())
    root = component.create()
    singleton = root.property("theme")
    names = {name for pair in PAIRS for name in pair}
    return {name: QColor(singleton.property(name)) for name in names}


def luminance(color: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF())


@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_text_stands_out_from_what_lies_behind_it(theme: dict[str, QColor], front: str, back: str) -> None:
    bright, dark = sorted((luminance(theme[front]), luminance(theme[back])), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.usefixtures("screens")
def test_both_weights_of_the_font_are_real() -> None:
    assert sorted(QFontDatabase.styles("Hyla Sans SC")) == ["Bold", "Regular"]
