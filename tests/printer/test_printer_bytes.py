"""What a printer makes of a receipt: every word, no command hidden in a name, a code that finds it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.core.codes import ReceiptCode
from agent.printer.escpos import DRAWER, DRAWER_AT_ONCE, FEED, Sheet, sheet_bytes, stopped_by
from agent.profile.loader import ProfileError
from agent.profile.schema import PrinterSection
from agent.scanner.classify import classify
from simulator.printer import PrinterStand
from simulator.printer_head import PrinterHead, TextRow
from simulator.printer_paper import draw
from tests.helpers import wait_until
from tests.printer.conftest import ORDER, profile_of

SECTION = PrinterSection()
LINES = ("  好邻居便利店", "金枪鱼饭团（大）                6.80", "Tuna, 2 x 1.00              2.00")
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def printed(data: bytes, **head: bool) -> PrinterHead:
    paper = PrinterHead(**head)
    for at in range(0, len(data), 7):  # a cable cuts where it likes
        paper.feed(data[at : at + 7])
    return paper


@pytest.mark.parametrize("wrap", [True, False])
def test_every_line_stands_on_the_paper_as_it_was_laid_out(wrap: bool) -> None:
    head = printed(sheet_bytes(Sheet(LINES), PrinterSection(wrap_chinese=wrap)))
    [receipt] = head.receipts
    assert [row.text for row in receipt.rows if isinstance(row, TextRow)] == list(LINES)


def test_a_printer_that_waits_to_be_told_prints_chinese_only_when_it_is() -> None:
    for wrap in (True, False):
        head = printed(sheet_bytes(Sheet(LINES), PrinterSection(wrap_chinese=wrap)), switched=True)
        assert ("好邻居便利店" in head.receipts[0].text) is wrap


@given(st.lists(WORDS, max_size=4))
def test_no_name_of_goods_is_a_command(lines: list[str]) -> None:
    head = printed(sheet_bytes(Sheet((*lines, "end")), SECTION))
    assert (len(head.receipts), head.drawer_kicks, head.waiting) == (1, 0, 0)
    assert head.receipts[0].text.endswith("end")
    assert len(head.receipts[0].rows) == len(lines) + 1


def test_a_sign_that_no_printer_has_is_a_question_mark_as_wide() -> None:
    head = printed(sheet_bytes(Sheet(("🍉 水 é ñ e\u0301.",)), SECTION))
    assert head.receipts[0].text == "？ 水 é ? e."


def test_without_a_knife_the_paper_is_pushed_out_as_far_as_the_edge() -> None:
    data = sheet_bytes(Sheet(LINES), PrinterSection(cut=False))
    assert data.endswith(FEED)
    assert printed(data).receipts == []


@pytest.mark.parametrize("columns", [32, 48])
def test_the_code_on_the_drawn_paper_finds_the_order(columns: int) -> None:
    [receipt] = printed(sheet_bytes(Sheet(LINES, ORDER), SECTION)).receipts
    text = cv2.QRCodeDetector().detectAndDecode(np.array(draw(receipt, columns)))[0]
    assert classify(text, ()) == ReceiptCode(ORDER)


def test_a_drawer_springs_open_without_a_line_of_paper() -> None:
    head = printed(DRAWER)
    assert (head.drawer_kicks, head.receipts) == (1, [])


def test_a_drawer_springs_open_while_the_printer_has_stopped_and_what_waits_still_waits() -> None:
    head = PrinterHead(lines_left=0)
    for byte in b"Tee\n" + DRAWER_AT_ONCE:
        head.feed(bytes([byte]))
    assert (head.drawer_kicks, head.waiting) == (1, 4)
    head.feed(DRAWER)
    assert head.drawer_kicks == 1, "in its turn, after new paper"


@pytest.mark.parametrize(
    ("stopped", "paper", "word"),
    [
        (0x12, 0x12, ""),
        (0x32, 0x12, "paper"),
        (0x12, 0x72, "paper"),
        (0x16, 0x72, "cover"),
        (0x52, 0x12, "failed"),
    ],
)
def test_what_a_printer_answers_is_one_word_for_the_cashier(stopped: int, paper: int, word: str) -> None:
    assert stopped_by(stopped, paper) == word


def test_a_printer_that_is_nowhere_is_refused_by_the_profile(tmp_path: Path) -> None:
    with PrinterStand(tmp_path) as stand, pytest.raises(ProfileError, match=r"printer\.host"):
        profile_of(stand, kind="network")


OTHERS = """
import sys
from escpos.printer import {kind}
printer = {kind}({where})
printer.open()
printer.text("金枪鱼饭团 6.80\\n")
printer.cashdraw(2)
printer.qr("desk-01-7f3a90bc-008841", size=6, native=False)
assert printer.is_online()
assert printer.paper_status() == 2
printer.cut()
printer.close()
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["serial", "network"])
def test_the_simulated_printer_understands_somebody_elses_library(tmp_path: Path, kind: str) -> None:
    """python-escpos in a process of its own: as it is imported it sets up logging and writes files."""
    with PrinterStand(tmp_path / "p", kind) as stand:
        wheres = {
            "serial": ("Serial", f"{str(stand.port)!r}, dsrdtr=False"),
            "network": ("Network", f"'127.0.0.1', {stand.tcp_port}"),
        }
        name, where = wheres[kind]
        script = OTHERS.format(kind=name, where=where)
        environment = {**os.environ, "TMPDIR": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environment
        )
        assert done.returncode == 0, done.stderr
        wait_until(lambda: stand.receipts)
        [receipt] = stand.receipts
        assert receipt.text.startswith("金枪鱼饭团 6.80")
        assert (receipt.cut, stand.head.drawer_kicks) == (True, 1)
        code = cv2.QRCodeDetector().detectAndDecode(np.array(draw(receipt, 48)))[0]
        assert code == ORDER
