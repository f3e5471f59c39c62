"""A receipt on paper: nothing is cut, and a Chinese sign takes two columns."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.books.slip_paper import COLUMNS, SlipHead, columns_of, slip_text, wrapped
from agent.core.ids import OrderId
from agent.core.money import Money
from agent.core.slip import Slip, SlipLine, SlipOff
from agent.core.sold import SoldOrder

ORDER = OrderId("desk-01-7f3a90bc-008841")
SLIP = Slip(
    (
        SlipLine("农夫山泉饮用天然水 550ml", "Spring water 550 ml", 2, 200),
        SlipLine(
            "手工现磨大杯燕麦拿铁（少冰，不另外加糖）", "Large oat latte with little ice, no sugar", 1, 2500
        ),
    ),
    (SlipOff("满二十减三", "3 off from 20", 300),),
    3000,
)
SOLD = SoldOrder(ORDER, None, "cash", Money(2600), "paid", 1_790_000_000_000, Money(0), slip=SLIP)
HEAD = SlipHead("好邻居便利店", 2, 8 * 3_600_000)


def test_a_receipt_of_58_mm_reads_like_this() -> None:
    assert slip_text(SOLD, HEAD, "zh") == (
        "          好邻居便利店",
        "             2 号机",
        "--------------------------------",
        "农夫山泉饮用天然水 550ml",
        "  2 x 2.00                  4.00",
        "手工现磨大杯燕麦拿铁（少冰，不另",
        "外加糖）                   25.00",
        "--------------------------------",
        "优惠前                     29.00",
        "满二十减三                 -3.00",
        "合计 CNY                   26.00",
        "支付方式                    现金",
        "结果                      已收款",
        "实收                       30.00",
        "找零                        4.00",
        "--------------------------------",
        "2026-09-21 22:13:20",
        "单号",
        "desk-01-7f3a90bc-008841",
    )


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("columns", COLUMNS)
def test_figures_stand_at_the_right_end_and_nothing_sticks_out(language: str, columns: int) -> None:
    lines = slip_text(SOLD, HEAD, language, columns)
    assert max(map(columns_of, lines)) == columns
    assert all(columns_of(line) == columns for line in lines if line.endswith(".00"))
    assert ORDER in lines


@given(st.text(st.sampled_from("水a é（）🍉\n  1é"), max_size=80), st.integers(8, 48))
def test_words_are_broken_and_never_lost(words: str, columns: int) -> None:
    lines = wrapped(words, columns)
    assert all(columns_of(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(words.split())


def test_goods_that_nobody_kept_leave_the_total() -> None:
    lines = slip_text(replace(SOLD, slip=None), HEAD, "en")
    assert "(goods not kept, only the total" in lines
    assert "Total CNY                  26.00" in lines


def test_what_went_back_since_stands_on_it() -> None:
    lines = slip_text(replace(SOLD, refunded=Money(1000)), HEAD, "en")
    assert "Refunded                  -10.00" in lines


@pytest.mark.parametrize(
    ("head", "mark"),
    [
        (replace(HEAD, copy=2), "*** 副本 2 ***"),
        (replace(HEAD, copy=None), "*** 副本 ***"),
        (replace(HEAD, training=True), "*** 练习，未收款 ***"),
    ],
    ids=["counted", "file", "training"],
)
def test_a_mark_stands_above_and_below(head: SlipHead, mark: str) -> None:
    lines = slip_text(SOLD, head, "zh")
    assert (lines[0].strip(), lines[-1].strip()) == (mark, mark)
