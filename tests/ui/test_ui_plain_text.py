"""Words from outside (a shop's name, a coupon's, a member's) are shown as words: no text is markup."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

QML = Path(__file__).resolve().parents[2] / "ui" / "qml"
TEXT = re.compile(r"\bText(?:Field|Input|Edit)? \{\n(?P<first>.*)\n")


@pytest.mark.parametrize("file", sorted(QML.rglob("*.qml")), ids=lambda file: file.stem)
def test_every_text_is_plain(file: Path) -> None:
    for text in TEXT.finditer(file.read_text("utf-8")):
        if text[0].startswith("Text {"):
            assert text["first"].strip() == "textFormat: Text.PlainText", text[0]


def test_what_the_windows_may_read_is_written_down_for_qmllint() -> None:
    """`hyla.qmltypes` is written by hand; a property lost there would only be missed by the linter."""
    store = (QML.parent / "store.py").read_text("utf-8")
    told = (QML / "Hyla" / "hyla.qmltypes").read_text("utf-8")
    offered = re.findall(r"^    (\w+) = (?:Property|Signal)\((?!object)", store, re.MULTILINE)
    assert offered
    assert [name for name in offered if f'name: "{name}"' not in told] == []
