"""A receipt as rows of text for paper and file, 32 or 48 columns wide, where a Chinese sign takes two.

Enters: an order of the past with its goods, and what stands over every receipt of this terminal. Leaves:
lines; nothing is cut and nothing sticks out. The order number stands alone on its line, letter by letter
what the scanner and the search behind the till understand.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from agent.books.words import METHODS, OUTCOMES
from agent.core.figures import DAY_MS, day_text
from agent.core.money import Money
from agent.core.sold import SoldOrder

COLUMNS = (32, 48)  # paper of 58 mm, and of 80 mm
RULE = "-"
WORDS: dict[str, tuple[str, str]] = {
    "till": ("{till} 号机", "Till {till}"),
    "total": ("合计 {currency}", "Total {currency}"),
    "before": ("优惠前", "Before discounts"),
    "unknown_goods": ("（未保存商品，只知道合计）", "(goods not kept, only the total is known)"),
    "tendered": ("实收", "Received"),
    "change": ("找零", "Change"),
    "method": ("支付方式", "Paid by"),
    "outcome": ("结果", "Outcome"),
    "refunded": ("已退款", "Refunded"),
    "order": ("单号", "Order"),
    "copy": ("*** 副本 {copy} ***", "*** COPY {copy} ***"),
    "a_copy": ("*** 副本 ***", "*** COPY ***"),
    "training": ("*** 练习，未收款 ***", "*** PRACTICE, NOT PAID ***"),
}


@dataclass(frozen=True, slots=True)
class SlipHead:
    """What stands over a receipt. `copy` is 0 for the first one, None for a copy that nobody counts."""

    shop: str
    till: int
    offset_ms: int
    copy: int | None = 0
    training: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Words, and at the right end a figure; or a line across; or words in the middle."""

    left: str = ""
    right: str = ""
    centred: bool = False


def slip_text(order: SoldOrder, head: SlipHead, language: str, columns: int = 32) -> tuple[str, ...]:
    """The whole receipt as lines of at most so many columns."""
    rows = _rows(order, head, int(language == "en"))
    return tuple(line.rstrip() for row in rows for line in aligned(row, columns))


def _rows(order: SoldOrder, head: SlipHead, which: int) -> Iterator[Row]:
    marks = tuple(_marks(head, which))
    yield from marks
    yield Row(head.shop, centred=True)
    yield Row(WORDS["till"][which].format(till=head.till), centred=True)
    yield Row(RULE)
    yield from _goods(order, which)
    yield Row(RULE)
    yield from _paid(order, which)
    yield Row(RULE)
    yield Row(clock_text(order.utc_ms + head.offset_ms))
    yield Row(WORDS["order"][which])
    yield Row(order.order_id)
    yield from marks


def _marks(head: SlipHead, which: int) -> Iterator[Row]:
    if head.training:
        yield Row(WORDS["training"][which], centred=True)
    if head.copy is None:
        yield Row(WORDS["a_copy"][which], centred=True)
    elif head.copy:
        yield Row(WORDS["copy"][which].format(copy=head.copy), centred=True)


def _goods(order: SoldOrder, which: int) -> Iterator[Row]:
    if order.slip is None:
        yield Row(WORDS["unknown_goods"][which])
        return
    currency = order.amount.currency
    for line in order.slip.lines:
        name, whole = (line.name_zh, line.name_en)[which], amount_text(line.sum_minor, currency)
        if line.quantity == 1:
            yield Row(name, whole)
            continue
        yield Row(name)
        yield Row(f"  {line.quantity} x {amount_text(line.price_minor, currency)}", whole)


def _paid(order: SoldOrder, which: int) -> Iterator[Row]:
    currency, due = order.amount.currency, order.amount.amount_minor
    offs = order.slip.offs if order.slip else ()
    if offs:
        yield Row(WORDS["before"][which], amount_text(due + sum(off.off_minor for off in offs), currency))
    for off in offs:
        yield Row((off.name_zh, off.name_en)[which], amount_text(-off.off_minor, currency))
    yield Row(WORDS["total"][which].format(currency=currency), amount_text(due, currency))
    yield Row(WORDS["method"][which], _word(METHODS, order.method, which))
    yield Row(WORDS["outcome"][which], _word(OUTCOMES, order.outcome, which))
    tendered = order.slip.tendered_minor if order.slip else None
    if tendered is not None:
        yield Row(WORDS["tendered"][which], amount_text(tendered, currency))
        yield Row(WORDS["change"][which], amount_text(tendered - due, currency))
    if order.refunded.amount_minor:
        yield Row(WORDS["refunded"][which], amount_text(-order.refunded.amount_minor, currency))


def _word(words: dict[str, dict[str, str]], key: str, which: int) -> str:
    """What nobody has a word for is named as it names itself."""
    return words["en" if which else "zh"].get(key, key)


def amount_text(minor: int, currency: str) -> str:
    """Figures without a sign: the total names the currency, and printers draw ¥ in two ways."""
    return Money(minor, currency).figures()


def clock_text(local_ms: int) -> str:
    """`2026-11-22 18:04:31`, in the shop's own time."""
    day, of_day = divmod(local_ms, DAY_MS)
    minutes, seconds = divmod(of_day // 1000, 60)
    return f"{day_text(day)} {minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"


# --- columns --------------------------------------------------------------------------------------


def columns_of(text: str) -> int:
    """Columns that a text takes: a full-width sign two, a combining one none. What Unicode leaves open, as
    “ ” × é, printers sold for China print two wide."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WFA" else 1
        for sign in text
    )


def aligned(row: Row, columns: int) -> list[str]:
    """The row as lines: words on the left, the figure at the right end of the last line."""
    if row.left == RULE:
        return [RULE * columns]
    lines = wrapped(row.left, columns)
    if row.centred:
        return [" " * ((columns - columns_of(line)) // 2) + line for line in lines]
    if not row.right:
        return lines
    if columns_of(lines[-1]) + 1 + columns_of(row.right) > columns:
        lines.append("")
    gap = columns - columns_of(lines[-1]) - columns_of(row.right)
    return [*lines[:-1], lines[-1] + " " * gap + row.right]


def wrapped(text: str, columns: int) -> list[str]:
    """Broken where a sign no longer fits, at a space where there is one near."""
    lines, line = list[str](), ""
    for sign in " ".join(text.split("\n")):
        if columns_of(line + sign) > columns:
            start, _, tail = line.rpartition(" ")
            keep = bool(start.strip()) and sign != " " and columns_of(tail) < columns // 2
            lines.append(start if keep else line.rstrip())
            line = tail if keep else ""
            if sign == " ":
                continue
        line += sign
    return [*lines, line]
