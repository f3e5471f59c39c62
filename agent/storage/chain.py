"""Each journal row carries a SHA-256 over itself and the hash before it: a row that was changed, taken
away or moved no longer fits.

Enters: a row's columns as the bytes that are stored. Leaves: its hash. The first row follows the
journal's epoch, so a row of one journal fits into no other. `verify` walks the chain.
"""

from __future__ import annotations

import struct
from hashlib import sha256
from typing import Any, NamedTuple

import apsw

HEAD = struct.Struct(">qqq5I")
"""Number and both clocks; then the lengths of the five texts that follow."""
NOT_NOTED = b""
"""In place of the kept state's hash, in rows that were written before rows were chained."""

COLUMNS = (
    "seq, mono_ms, utc_ms, CAST(kind AS BLOB), CAST(body AS BLOB), CAST(order_id AS BLOB),"
    " CAST(stage AS BLOB), kept_sha256"
)
"""In the order of Row; texts as their bytes, so that even one that is no text any more can be hashed."""
PAGE_ROWS = 1000


class Row(NamedTuple):
    """What is hashed of a journal row. `order_id` and `stage` are how the visit stood afterwards."""

    seq: int
    mono_ms: int
    utc_ms: int
    kind: bytes
    body: bytes
    order_id: bytes
    stage: bytes
    kept_sha256: bytes


def genesis(epoch: str) -> bytes:
    """What the first row follows."""
    return sha256(f"hyla journal {epoch}".encode()).digest()


def link(previous: bytes, row: Row) -> bytes:
    """The row's hash. The texts' lengths stand in front of them: no byte can move to its neighbour."""
    head = HEAD.pack(*row[:3], *map(len, row[3:]))
    return sha256(b"".join((previous, head, *row[3:]))).digest()


def chain_what_is_there(connection: apsw.Connection) -> None:
    """Chain the rows of a journal that had no hashes yet; part of a migration's transaction."""
    epoch: Any = connection.execute("SELECT value FROM meta WHERE key = 'epoch'").get
    states: list[Any] = list(connection.execute("SELECT CAST(body AS BLOB), seq FROM state"))
    kept = [(sha256(body).digest(), seq) for body, seq in states]
    connection.executemany("UPDATE journal SET kept_sha256 = ? WHERE seq = ?", kept)
    page = f"SELECT {COLUMNS} FROM journal WHERE seq > ? ORDER BY seq LIMIT {PAGE_ROWS}"
    hash_, seq = genesis(epoch), 0
    while rows := [Row._make(row) for row in connection.execute(page, (seq,))]:
        hashes = []
        for row in rows:
            hash_, seq = link(hash_, row), row.seq
            hashes.append((hash_, seq))
        connection.executemany("UPDATE journal SET hash = ? WHERE seq = ?", hashes)
