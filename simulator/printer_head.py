"""What a receipt printer makes of the bytes it is sent: paper with text and dots, a drawer, answers.

Enters: bytes, in any pieces. Leaves: answers, and each Receipt when it is cut. Knows what Hyla sends, and
python-escpos besides. Without paper it stops as a real one does: what has come waits, only the
questions that are answered at once are; with new paper it goes on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby

STANDING = 0x12
COVER_OPEN, PAPER_STOP, PAPER_END = 0x04, 0x20, 0x60
AT_ONCE = re.compile(
    rb"\x10\x04(?P<asked>[\x01-\x04])|(?P<drawer>\x10\x14\x01[\x00\x01][\x01-\x08])"
    rb"|(?P<forget>\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08)",
    re.DOTALL,
)
PICTURE = b"\x1dv0"
# Commands by their first two bytes → how many bytes they are in all.
LENGTHS = {
    b"\x1b@": 2, b"\x1ba": 3, b"\x1bd": 3, b"\x1bp": 5, b"\x1c&": 2, b"\x1c.": 2, b"\x1dr": 3,
    b"\x1bt": 3, b"\x1b!": 3, b"\x1d!": 3, b"\x1bE": 3, b"\x1bM": 3, b"\x1b-": 3, b"\x1b{": 3,
    b"\x1dB": 3, b"\x1b2": 2, b"\x1b3": 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TextRow:
    text: str
    centred: bool = False


@dataclass(frozen=True, slots=True)
class DotRow:
    """A picture: rows of bits, the leftmost highest."""

    width_dots: int
    rows: tuple[bytes, ...]
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """One piece of paper. `cut`: by the knife, not by hand."""

    rows: tuple[TextRow | DotRow, ...]
    cut: bool

    @property
    def text(self) -> str:
        return "\n".join(row.text for row in self.rows if isinstance(row, TextRow)).strip("\n")


def _nobody(_receipt: Receipt) -> None:
    """Nobody looks at it."""


@dataclass
class PrinterHead:
    """`lines_left` is the rest of the roll, None for plenty. `switched`: Chinese is only printed between
    FS & and FS ., as on printers that are not sold for China. `mute`: it never answers."""

    on_receipt: Callable[[Receipt], None] = _nobody
    switched: bool = False
    mute: bool = False
    lines_left: int | None = None
    cover_open: bool = False
    drawer_kicks: int = 0
    receipts: list[Receipt] = field(default_factory=list)
    _data: bytes = b""
    _line: list[tuple[bool, bytes]] = field(default_factory=list)
    _rows: list[TextRow | DotRow] = field(default_factory=list)
    _centred: bool = False
    _chinese: bool = False

    def feed(self, data: bytes) -> bytes:
        """Take these bytes; returns what is answered."""
        self._data += data
        said = b""
        while self._data and not self._stopped:
            if found := AT_ONCE.match(self._data):
                self._data = self._data[found.end() :]
                said += self._at_once(found)
                continue
            size = self._size()
            if not size:
                break
            command, self._data = self._data[:size], self._data[size:]
            said += self._do(command)
        while self._stopped and (found := AT_ONCE.search(self._data)):
            before = b"" if found["forget"] else self._data[: found.start()]
            self._data = before + self._data[found.end() :]
            said += self._at_once(found)
        return b"" if self.mute else said

    def new_paper(self) -> None:
        self.lines_left = None

    def power_off(self) -> None:
        """All that was not printed is forgotten; what hangs out is torn off."""
        self._data = b""
        self._line.clear()
        self._tear(cut=False)

    @property
    def waiting(self) -> int:
        """Bytes that are not printed yet."""
        return len(self._data)

    @property
    def _stopped(self) -> bool:
        return self.cover_open or self.lines_left == 0

    def _size(self) -> int:
        """How many bytes the next command or text has; 0 while some of them are missing."""
        head = self._data[:2]
        if self._data[:1] not in (b"\x1b", b"\x1c", b"\x1d", b"\x10"):
            found = re.search(rb"[\x0a\x10\x1b\x1c\x1d]", self._data)
            return 1 if found and not found.start() else found.start() if found else len(self._data)
        if self._data.startswith(PICTURE):
            x, y = (int.from_bytes(self._data[at : at + 2], "little") for at in (4, 6))
            wanted = 8 + x * y if len(self._data) >= 8 else 8
        elif head == b"\x10\x14":
            wanted = 5 if self._data[2:3] in (b"", b"\x01") else 10
        elif head == b"\x1dV":
            wanted = 4 if self._data[2:3] in (b"A", b"B") else 3
        else:
            wanted = LENGTHS.get(head, 3 if head[:1] == b"\x10" else 2)
        return wanted if len(self._data) >= wanted else 0

    def _do(self, command: bytes) -> bytes:
        head, value = command[:2], command[2:3]
        match head:
            case b"\n":
                self._newline()
            case b"\x1b@":
                self._tear(cut=False)
                self._centred = self._chinese = False
            case b"\x1ba":
                self._centred = value in (b"\x01", b"1")
            case b"\x1bd":
                self._newlines(value[0])
            case b"\x1bp":
                self.drawer_kicks += 1
            case b"\x1c&" | b"\x1c.":
                self._chinese = head == b"\x1c&"
            case b"\x1dV":
                self._tear(cut=True)
            case b"\x1dr":
                return b"\x00"
            case b"\x1dv":
                self._picture(command)
            case _ if command[:1] >= b" ":
                self._line.append((self._chinese or not self.switched, command))
        return b""

    def _newline(self) -> None:
        """Read once it is whole: a sign of two bytes may come in two pieces."""
        parts = groupby(self._line, key=lambda part: part[0])
        texts = (
            b"".join(data for _, data in group).decode("gb18030" if chinese else "cp437", "replace")
            for chinese, group in parts
        )
        self._row(TextRow("".join(texts), self._centred))
        self._line.clear()

    def _newlines(self, count: int) -> None:
        for _ in range(count):
            self._newline()

    def _row(self, row: TextRow | DotRow) -> None:
        self._rows.append(row)
        if self.lines_left:
            self.lines_left -= 1

    def _picture(self, command: bytes) -> None:
        x, y = (int.from_bytes(command[at : at + 2], "little") for at in (4, 6))
        rows = tuple(command[8 + x * row : 8 + x * (row + 1)] for row in range(y))
        self._row(DotRow(8 * x, rows, self._centred))

    def _tear(self, cut: bool) -> None:
        if self._rows:
            receipt = Receipt(tuple(self._rows), cut)
            self._rows.clear()
            self.receipts.append(receipt)
            self.on_receipt(receipt)

    def _at_once(self, found: re.Match[bytes]) -> bytes:
        if found["forget"]:
            self._line.clear()
            return b""
        if found["drawer"]:
            self.drawer_kicks += 1
            return b""
        match found["asked"]:
            case b"\x01":
                return bytes([STANDING | (0x08 if self._stopped else 0)])
            case b"\x02":
                cover = COVER_OPEN if self.cover_open else 0
                return bytes([STANDING | cover | (PAPER_STOP if self.lines_left == 0 else 0)])
            case b"\x04":
                return bytes([STANDING | (PAPER_END if self.lines_left == 0 else 0)])
            case _:
                return bytes([STANDING])
