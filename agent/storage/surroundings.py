"""What a turn was decided with and its row does not say: rules, prices, devices, the state it began from.

The journal's transaction writes a piece only when it is news: the rules after a start that changed
them, a price when it was first used, the devices that did not work when that changed, the kept state
when a visit begins or somebody decides behind the till. Each piece is sealed with the hash of the row it
was written with. Never a name, a secret or a score. `bundle` reads them, so that a complaint can be
replayed.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal

import apsw

from agent.core.codes import GoodsCode
from agent.core.events import BarcodeScanned, Tapped
from agent.core.office import Office
from agent.core.state import Kept, Rules, Terminal
from agent.core.visit import Stage
from agent.ports import Entry
from agent.storage.blind import blinded
from agent.storage.codec import Codec
from agent.storage.database import Database

What = Literal["rules", "goods", "around", "kept"]
BETWEEN_VISITS = frozenset({Stage.IDLE, Stage.PAID, Stage.OWED, Stage.HELD})
HARMLESS_TEXTS = frozenset({"device", "epoch", "start_mark", "currency", "shop_zh", "shop_en"})
"""Of the rules' texts only these are written: one added later (a manager's PIN …) is left out by itself."""
ADD = "INSERT INTO surroundings (seq, what, name, body, hash) VALUES (?, ?, ?, ?, ?)"
LAST = "SELECT body FROM surroundings WHERE what = ? AND name = ? ORDER BY seq DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing around a turn. `name` is the number of the goods, else empty; `text` is JSON."""

    what: What
    name: str
    text: str


def program() -> str:
    """The version of this hyla."""
    try:
        return version("hyla")
    except PackageNotFoundError:
        return "unknown"


def seal(row_hash: bytes, piece: Piece) -> bytes:
    """Binds a piece to the row it was written with; of the state, what may be given out as well."""
    return _sealed(row_hash, replace(piece, text=blinded(piece.text)) if piece.what == "kept" else piece)


def is_sealed(row_hash: bytes, piece: Piece, stored: bytes) -> bool:
    """This piece was written with this row; an older hyla sealed the state as it stands."""
    return stored in (seal(row_hash, piece), _sealed(row_hash, piece))


def _sealed(row_hash: bytes, piece: Piece) -> bytes:
    return sha256(b"\0".join((row_hash, f"{piece.what}\0{piece.name}\0{piece.text}".encode()))).digest()


def packed(text: str) -> bytes:
    """As it is stored: a state of six old orders says much the same six times."""
    return zlib.compress(text.encode())


def unpacked(body: bytes) -> str:
    """The text again. Raises ValueError for anything else."""
    try:
        return zlib.decompress(body).decode()
    except zlib.error as error:
        raise ValueError(str(error)) from None


class Surroundings:
    """Knows what was written last; `put` happens inside a transaction, `written` after it."""

    def __init__(self, database: Database, codec: Codec) -> None:
        self._database = database
        self._codec = codec
        self._last: dict[tuple[What, str], str] = {}
        self._rules: Rules | None = None

    def put(
        self, connection: apsw.Connection, entry: Entry, seq: int, row_hash: bytes
    ) -> tuple[Piece, ...]:
        """Write what is news around this turn."""
        if entry.before is None:
            return ()
        news = tuple(piece for piece in self._pieces(entry, entry.before) if self._is_news(piece))
        rows = [(seq, one.what, one.name, packed(one.text), seal(row_hash, one)) for one in news]
        connection.executemany(ADD, rows)
        return news

    def written(self, pieces: Iterable[Piece], entry: Entry) -> None:
        """The transaction went through: these need not be written again."""
        if entry.before is not None:
            self._rules = entry.before.rules
        self._last |= {(piece.what, piece.name): piece.text for piece in pieces if piece.what != "kept"}

    def _is_news(self, piece: Piece) -> bool:
        if piece.what == "kept":
            return True
        key = (piece.what, piece.name)
        if key not in self._last:
            for (body,) in self._database.rows(LAST, key):
                self._last[key] = unpacked(body)
        return self._last.get(key) != piece.text

    def _pieces(self, entry: Entry, before: Terminal) -> Iterator[Piece]:
        if before.rules is not self._rules:
            yield Piece("rules", "", _rules_text(before.rules, self._codec))
        yield Piece("around", "", _around_text(before, _office_of(entry), self._codec))
        match entry.fact:
            case BarcodeScanned(code=GoodsCode(gtin=gtin)) if gtin in before.rules.goods:
                yield Piece("goods", gtin, self._codec.encode(before.rules.goods[gtin]))
        if _begins_a_visit(before, entry.kept) or _office_of(entry) is not None:
            yield Piece("kept", "", self._codec.encode(before.kept))


def _begins_a_visit(before: Terminal, after: Kept) -> bool:
    return before.visit.stage in BETWEEN_VISITS and after.visit.stage not in BETWEEN_VISITS


def _rules_text(rules: Rules, codec: Codec) -> str:
    """Settings alone: prices stand apart, names nowhere, nor any text that is not known to be harmless."""
    texts = [name for name in rules.__slots__ if isinstance(getattr(rules, name), str)]
    unsaid: dict[str, Any] = {name: "" for name in texts if name not in HARMLESS_TEXTS}
    settings = codec.encode(replace(rules, goods={}, names={}, **unsaid))
    return f'{{"hyla":{json.dumps(program())},"rules":{settings}}}'


def _office_of(entry: Entry) -> Office | None:
    """The page behind the till on which somebody decided; without the list of other orders."""
    if not isinstance(entry.fact, Tapped) or entry.before is None or entry.before.office is None:
        return None
    return replace(entry.before.office, found=None)


def _around_text(before: Terminal, office: Office | None, codec: Codec) -> str:
    """What does not work and why; how each screen is set; the page behind the till, when one was used."""
    around: dict[str, Any] = {
        "down": {device.value: cause for device, cause in before.down.items()},
        "languages": dict(before.languages),
        "large_text": sorted(before.large_text),
    }
    if office is not None:
        around["office"] = json.loads(codec.encode(office))
    return json.dumps(around, separators=(",", ":"), sort_keys=True)
