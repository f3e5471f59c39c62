"""One order's turns, cut out of the journal: what a complaint is answered with, and replayed from.

Enters: an open database and an order; or the bytes of a bundle. Leaves: a bundle, as JSON that a person
can read; or the first thing in it that is not what was written. It holds what the journal holds: orders,
amounts, keys, ids of persons, devices; and never a name, a face, a score, a code or digits. Of the members
whom the cloud trusts it holds only the one who bought.
"""

from __future__ import annotations

import dataclasses
import gzip
import json
import struct
import zlib
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import msgspec

from agent.core.ids import OrderId, PersonId
from agent.storage.blind import LISTED, redacted
from agent.storage.chain import Row, genesis, link
from agent.storage.database import Database
from agent.storage.schema import VERSION as SCHEMA
from agent.storage.story import span, story
from agent.storage.surroundings import Piece, What, is_sealed, program, unpacked
from agent.storage.verify import verify

FORMAT = 1
WITHHELD = "(withheld: whom the cloud trusts, as an older hyla wrote it)"
ROW = "seq, mono_ms, utc_ms, kind, body, order_id, stage, kept_sha256, hash"
ROWS = f"SELECT {ROW} FROM journal WHERE seq BETWEEN ? AND ? ORDER BY seq"
LATER = f"SELECT {ROW} FROM journal WHERE seq > ? AND (instr(body, ?) OR seq IN ({{}})) ORDER BY seq"
DECIDED = """
SELECT s.seq, s.body FROM surroundings AS s JOIN surroundings AS k ON k.seq = s.seq AND k.what = 'kept'
WHERE s.what = 'around' AND s.seq > ? ORDER BY s.seq
"""
HASH = "SELECT hash FROM journal WHERE seq = ?"
BEGINNING = "SELECT max(seq) FROM surroundings WHERE what = 'kept' AND seq <= ?"
AROUND = """
SELECT s.seq, s.what, s.name, s.body, s.hash, j.hash
FROM surroundings AS s JOIN journal AS j ON j.seq = s.seq
WHERE s.what = ?1 AND s.seq <= ?3
    AND s.seq >= coalesce((
        SELECT max(seq) FROM surroundings WHERE what = ?1 AND name = s.name AND seq <= ?2), 0)
ORDER BY s.seq
"""
WHATS: tuple[What, ...] = ("rules", "goods", "around")


NO_BUNDLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError, EOFError, zlib.error)


class BundleError(Exception):
    """These bytes are no bundle; the text says why, and the next step."""


class Turn(msgspec.Struct, frozen=True):
    """A journal row. `previous` is the hash that its own follows."""

    seq: int
    mono_ms: int
    utc_ms: int
    kind: str
    fact: Any
    order_id: str
    stage: str
    kept_sha256: str
    previous: str
    hash: str


class Around(msgspec.Struct, frozen=True):
    """A piece of what stood around the turns, sealed with the hash of the row it was written with."""

    seq: int
    what: What
    name: str
    body: Any
    row_hash: str
    hash: str


class Chain(msgspec.Struct, frozen=True):
    """The whole journal when the bundle was cut: compare with the terminal's own."""

    rows: int
    head: str
    misfit: str = ""


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """Everything in one file. `turns` follow each other; `later` are rows after the visit that are about
    the order, without what was between: those with a state of their own can be replayed, each by itself.
    `sha256` is that of all the rest."""

    bundle: int = FORMAT
    order_id: str
    epoch: str
    hyla: str
    schema: int
    order: dict[str, Any] | None
    attempts: list[dict[str, Any]]
    chain: Chain
    turns: list[Turn]
    later: list[Turn]
    surroundings: list[Around]
    sha256: str = ""


# --- cutting --------------------------------------------------------------------------------------


def cut(database: Database, order: OrderId) -> Bundle:
    """The order's visit from its first fact, or from the last state before it that was written whole.

    Raises:
        JournalFailed: the file cannot be read to its end.
    """
    tale, report = story(database, order), verify(database)
    first, last = span(database, order)
    beginnings = database.rows(BEGINNING, (first,))
    first = beginnings[0][0] or first
    own = (tale.order.person,) if tale.order and tale.order.person else ()
    decided = list(_decided(database, order, last))
    around = {(one.seq, one.what, one.name): one for one in _around(database, first, last, own)}
    for seq in decided:
        around |= {(one.seq, one.what, one.name): one for one in _around(database, seq, seq, own)}
    bundle = Bundle(
        order_id=order,
        epoch=database.epoch,
        hyla=program(),
        schema=SCHEMA,
        order=dataclasses.asdict(tale.order) if tale.order else None,
        attempts=[dataclasses.asdict(attempt) for attempt in tale.attempts],
        chain=Chain(
            report.rows,
            _previous(database, report.rows + 1),
            f"row {report.misfit.seq}: {report.misfit.why}" if report.misfit else "",
        ),
        turns=[_turn(database, row) for row in database.rows(ROWS, (first, last))],
        later=[_turn(database, row) for row in _later(database, order, last, decided)],
        surroundings=list(around.values()),
    )
    return msgspec.structs.replace(bundle, sha256=_digest(bundle))


def _later(database: Database, order: OrderId, last: int, decided: list[int]) -> list[Any]:
    return database.rows(LATER.format(",".join(map(str, decided))), (last, order))


def _decided(database: Database, order: OrderId, last: int) -> Iterator[int]:
    """Rows at which somebody decided about this order behind the till: a refund, a doubt."""
    for seq, body in database.rows(DECIDED, (last,)):
        errand = (json.loads(unpacked(body)).get("office") or {}).get("errand") or {}
        about = (errand.get("order") or {}).get("order_id", errand.get("key", ""))
        if about == order or about.startswith(f"{order}-"):
            yield seq


def _turn(database: Database, row: Any) -> Turn:
    seq, mono_ms, utc_ms, kind, body, order_id, stage, kept_sha256, hash_ = row
    body = WITHHELD if kind == "MembersMarked" and LISTED in body else body
    return Turn(
        seq, mono_ms, utc_ms, kind, _readable(body), order_id, stage,
        kept_sha256.hex(), _previous(database, seq), hash_.hex(),
    )  # fmt: skip


def _previous(database: Database, seq: int) -> str:
    rows = database.rows(HASH, (seq - 1,))
    return (rows[0][0] if rows else genesis(database.epoch)).hex()


def _around(database: Database, first: int, last: int, own: tuple[PersonId, ...]) -> Iterator[Around]:
    """What was in force at the first turn, and what changed until the last. A state that an older hyla
    sealed with the list of all whom the cloud trusts stays here."""
    rows = [row for what in WHATS for row in database.rows(AROUND, (what, first, last))]
    rows += [row for row in database.rows(AROUND, ("kept", first, last)) if row[0] >= first]
    for seq, what, name, body, hash_, row_hash in rows:
        text = redacted(unpacked(body), own) if what == "kept" else unpacked(body)
        if what != "kept" or is_sealed(row_hash, Piece(what, name, text), hash_):
            yield Around(seq, what, name, _readable(text), row_hash.hex(), hash_.hex())


def _readable(text: str) -> Any:
    """JSON as itself when it says the same again byte by byte, else the text as it was."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if not isinstance(value, str) and compact(value) == text else text


def compact(value: Any) -> str:
    """The text that was written."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


# --- to bytes and back ----------------------------------------------------------------------------


def write(bundle: Bundle, packed: bool) -> bytes:
    """One object, a field a line; with `packed` as gzip, always the same for the same bundle."""
    text = json.dumps(msgspec.to_builtins(bundle), ensure_ascii=False, indent=1) + "\n"
    return gzip.compress(text.encode(), mtime=0) if packed else text.encode()


def read(content: bytes) -> Bundle:
    """The reverse of `write`, packed or not. Says nothing yet about whether it was altered.

    Raises:
        BundleError: it is no bundle, or one of a newer hyla.
    """
    try:
        text = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
        bundle = msgspec.json.decode(text, type=Bundle)
    except NO_BUNDLE as error:
        raise BundleError(f"no bundle ({error}); `hyla report` writes one") from None
    if bundle.bundle > FORMAT:
        raise BundleError(
            f"a bundle of format {bundle.bundle}, this hyla reads {FORMAT} (use the hyla that wrote it)"
        )
    return bundle


def altered(bundle: Bundle) -> str:
    """The first thing in it that is not what was written; empty when everything fits."""
    if _digest(bundle) != bundle.sha256:
        return "its checksum is not that of its content"
    previous = ""
    for turn in (*bundle.turns, *bundle.later):
        if not _fits(turn):
            return f"row {turn.seq}: its hash is not that of its content"
        if previous and turn in bundle.turns and turn.previous != previous:
            return f"row {turn.seq}: it does not follow the row before it"
        previous = turn.hash
    for around in bundle.surroundings:
        piece = Piece(around.what, around.name, compact(around.body))
        if not _is_sealed(around, piece):
            return f"row {around.seq}: its surroundings ({around.what}) are not what was written"
    return ""


def _fits(turn: Turn) -> bool:
    if (turn.kind, turn.fact) == ("MembersMarked", WITHHELD):
        return True
    try:
        row = Row(
            seq=turn.seq,
            mono_ms=turn.mono_ms,
            utc_ms=turn.utc_ms,
            kind=turn.kind.encode(),
            body=compact(turn.fact).encode(),
            order_id=turn.order_id.encode(),
            stage=turn.stage.encode(),
            kept_sha256=bytes.fromhex(turn.kept_sha256),
        )
        return link(bytes.fromhex(turn.previous), row).hex() == turn.hash
    except (ValueError, struct.error):
        return False


def _is_sealed(around: Around, piece: Piece) -> bool:
    try:
        return is_sealed(bytes.fromhex(around.row_hash), piece, bytes.fromhex(around.hash))
    except ValueError:
        return False


def _digest(bundle: Bundle) -> str:
    rest = msgspec.structs.replace(bundle, sha256="")
    return sha256(json.dumps(msgspec.to_builtins(rest), sort_keys=True).encode()).hexdigest()
