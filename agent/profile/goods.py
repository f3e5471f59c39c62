"""The price list: a CSV file → goods by number.

In: a UTF-8 file with the columns gtin, name_zh, name_en, price_minor (others are left alone). Out:
GoodsRow by GTIN, in the form of `profile.gtin` (a UPC-A with the 0 in front), the same that the scanner
gives; or a GoodsError with one line for each thing that is wrong.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.profile.gtin import check_digit, gtin, is_digits, looks_like_gtin
from agent.profile.loader import ProfileError, read_text

COLUMNS = ("gtin", "name_zh", "name_en", "price_minor")
# Ten digits of fen is a hundred million yuan: above it somebody pasted a number into the wrong column.
PRICE_DIGITS_MAX = 10
WRONG_MAX = 20


class GoodsError(ProfileError):
    """A price list that cannot be used: for whoever keeps it. `file:line: what (expected …)`."""


@dataclass(frozen=True, slots=True)
class GoodsRow:
    """One article. `gtin` has 8 or 13 digits; the price is in minor units of the shop's currency."""

    gtin: str
    name_zh: str
    name_en: str
    price_minor: int


def load_goods(path: Path) -> dict[str, GoodsRow]:
    """Read a price list.

    Raises:
        GoodsError: no such file, not UTF-8, a column missing, a bad or doubled number, a price that is
            no whole number, an empty name. All wrong lines are told at once, up to twenty.
    """
    try:
        text = read_text(path, "a price list: CSV, UTF-8")
    except ProfileError as error:
        raise GoodsError(str(error)) from None
    goods: dict[str, GoodsRow] = {}
    lines: dict[str, int] = {}
    wrong: list[str] = []
    for line, row in _rows(path, text):
        faults = _faults(row, lines)
        wrong += [f"{path}:{line}: {fault}" for fault in faults]
        if not faults:
            number = gtin(row["gtin"]) or ""
            lines[number] = line
            goods[number] = GoodsRow(number, row["name_zh"], row["name_en"], int(row["price_minor"]))
    if wrong:
        more = [f"{path}: and {len(wrong) - WRONG_MAX} more"] if len(wrong) > WRONG_MAX else []
        raise GoodsError("\n".join(wrong[:WRONG_MAX] + more))
    return goods


def _rows(path: Path, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and the four columns of each row, without spaces around them."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        found = [name.strip() for name in reader.fieldnames or ()]
        reader.fieldnames = found
        if missing := [name for name in COLUMNS if name not in found]:
            raise GoodsError(
                f"{path}:1: no column {', '.join(missing)} "
                f"(expected the columns {', '.join(COLUMNS)}, with commas between them)"
            )
        for row in reader:
            yield reader.line_num, {name: (row[name] or "").strip() for name in COLUMNS}
    except csv.Error as error:
        raise GoodsError(f"{path}:{reader.line_num}: {error} (expected CSV with commas)") from None


def _faults(row: dict[str, str], lines: dict[str, int]) -> list[str]:
    number, price = row["gtin"], row["price_minor"]
    faults = [f"{name} is empty (expected text)" for name in ("name_zh", "name_en") if not row[name]]
    if (kept := gtin(number)) is None:
        faults.insert(0, _not_a_gtin(number))
    elif kept in lines:
        faults.insert(0, f"gtin {number} stands already on line {lines[kept]} (expected each number once)")
    if not is_digits(price) or len(price) > PRICE_DIGITS_MAX:
        faults.append(
            f'price_minor = "{price}" (expected a whole number in minor units, as 680 for 6.80 yuan)'
        )
    return faults


def _not_a_gtin(number: str) -> str:
    if looks_like_gtin(number):
        right = number[:-1] + str(check_digit(number[:-1]))
        return f"gtin = {number} (wrong check digit: expected {right}, if the other digits are right)"
    return (
        f'gtin = "{number}" (expected 8, 12 or 13 digits; a spreadsheet drops zeros in front unless '
        "the column is text)"
    )
