"""A compared day on paper: a CSV for the accountant, a text for the printer. Written whole or not at all.

Enters: figures and comparison of one day. Leaves: `YYYY-MM-DD.csv` and `.txt` in the folder of days.
"""

from __future__ import annotations

import csv
import io
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.books.words import DIFFERENCES, ENDINGS, METHODS, TITLES
from agent.core.compare import Comparison, Difference
from agent.core.figures import Tally, by_method, day_text, taken_minor
from agent.core.money import Money

COLUMNS = (
    "row", "name", "method", "count", "key", "order_id", "sum_minor", "till_minor", "cloud_minor",
    "provider_minor", "currency", "next_step",
)  # fmt: skip
WIDTH = 42  # columns of an 80 mm receipt printer


@dataclass(frozen=True, slots=True)
class Paper:
    """All that is written about a day."""

    day: int
    shop: str
    currency: str
    tallies: tuple[Tally, ...]
    found: Comparison


def write_papers(folder: Path, paper: Paper, language: str) -> Path:
    """Both files, each replaced in one go; returns the CSV. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = day_text(paper.day)
    _put(folder / f"{name}.txt", text_of(paper, language))
    file = folder / f"{name}.csv"
    _put(file, "\ufeff" + csv_of(paper, language))  # the mark by which a spreadsheet knows UTF-8
    return file


def csv_of(paper: Paper, language: str) -> str:
    """One row a figure, one a difference, one for each sum; amounts in minor units."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _csv_rows(paper, language):
        writer.writerow(
            {name: _harmless(value) for name, value in row.items()} | {"currency": paper.currency}
        )
    return out.getvalue()


def _csv_rows(paper: Paper, language: str) -> Iterator[dict[str, object]]:
    for tally in by_method(paper.tallies):
        sums = {"count": tally.count, "sum_minor": tally.sum_minor}
        yield {"row": "figure", "name": tally.ending.value, "method": tally.method, **sums}
    yield {"row": "sum", "name": "taken", "sum_minor": taken_minor(paper.tallies)}
    found = paper.found
    yield {"row": "sum", "name": "agreed", "count": found.agreed_rows, "sum_minor": found.agreed_minor}
    yield {"row": "sum", "name": "cash", "sum_minor": found.cash_minor}
    for one in found.differences:
        yield {
            "row": "difference",
            "name": one.kind.value,
            "count": one.count,
            "key": one.key,
            "order_id": one.order_id,
            "till_minor": one.here_minor,
            "cloud_minor": one.cloud_minor,
            "provider_minor": one.bill_minor,
            "next_step": DIFFERENCES[language][one.kind],
        }


def text_of(paper: Paper, language: str) -> str:
    """As it leaves the printer."""
    title = TITLES[language]
    found = paper.found
    lines = [paper.shop, f"{title['day']} {day_text(paper.day)}", "=" * WIDTH]
    for tally in by_method(paper.tallies):
        method = METHODS[language].get(tally.method, tally.method)
        name = f"{method} {ENDINGS[language][tally.ending]} x{tally.count}"
        lines.append(_spread(name, _text(paper, tally.sum_minor)))
    lines += ["-" * WIDTH, _spread(title["taken"], _text(paper, taken_minor(paper.tallies)))]
    lines.append(_spread(title["agreed"], _text(paper, found.agreed_minor)))
    lines.append(_spread(title["cash"], _text(paper, found.cash_minor)))
    lines += ["=" * WIDTH, f"{title['differences']}: {len(found.differences)}"]
    for one in found.differences:
        lines += _difference(paper, one, language)
    return "\n".join(lines) + "\n"


def _difference(paper: Paper, one: Difference, language: str) -> list[str]:
    sides = (one.here_minor, one.cloud_minor, one.bill_minor)
    what = one.key or f"x{one.count}"
    sums = " | ".join(_text(paper, side) for side in sides)
    return ["", what, f"  {sums}", f"  {DIFFERENCES[language][one.kind]}"]


def _text(paper: Paper, minor: int) -> str:
    return Money(minor, paper.currency).text()


def _spread(left: str, right: str) -> str:
    """Left and right edge of the paper; a Chinese sign is two columns wide."""
    wide = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in left + right)
    return left + " " * max(1, WIDTH - wide) + right


def _harmless(value: object) -> object:
    """A key of another book must not become a formula in somebody's spreadsheet."""
    return (
        f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
    )


def _put(file: Path, text: str) -> None:
    """Whole or not at all, also when the power goes."""
    draft = file.with_name(f".{file.name}.new")
    with open(draft, "w", encoding="utf-8", newline="") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, file)
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
