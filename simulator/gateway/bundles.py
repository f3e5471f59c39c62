"""Support bundles: which were asked for, how far each has come, and the parcel once it is whole.

Enters: head office's asking, pieces from terminals. Leaves: how far we are, a no, the parcel. Only what was
asked of this very terminal is taken, in order, and nothing twice; several workers may share the work, for
each piece is one transaction that takes the bundle for itself. What is kept is as the terminal packed it:
only the owner's key reads it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import count

from sqlalchemy import Connection, Engine, delete, insert, select, update

from agent.cloud import topics
from agent.cloud.bundle_messages import read_piece, taken_bytes
from agent.cloud.bundle_schema import BundleRefusedData, PieceData, PiecesTakenData
from agent.cloud.envelope import Unreadable
from agent.core.ids import DeviceId
from agent.fleet.parcel import ParcelTrouble, unpacked_by
from agent.support import about
from simulator.clerk import Letter
from simulator.gateway import tables as t
from simulator.gateway.authority import OwnerKey
from simulator.gateway.line import Arrival, Line
from simulator.gateway.refusals import Refused
from simulator.gateway.store import insert_missing, take, utc_ms

log = logging.getLogger(__name__)

FILTERS = ("$share/bundles/hyla/1/+/b/+",)
KEPT_OF_ONE = 3  # of one terminal; an older one goes when another is asked for
KEPT_MS = 30 * 86_400_000


@dataclass(frozen=True, slots=True)
class BundleRow:
    """One bundle; the columns of the table."""

    id: str
    device: str
    sha256: str
    size: int
    have: int
    asked_utc_ms: int
    whole_utc_ms: int

    @property
    def percent(self) -> int:
        return self.have * 100 // self.size if self.size else 0


class BundleShelf:
    """The store's two tables."""

    def __init__(self, store: Engine) -> None:
        self._store = store

    def asked(self, id: str, device: str) -> None:
        """The terminal may send one under this id."""
        b, now = t.bundles.c, utc_ms()
        with self._store.begin() as db:
            insert_missing(db, t.bundles, id=id, device=device, asked_utc_ms=now)
            mine = select(b.id).where(b.device == device).order_by(b.asked_utc_ms.desc(), b.id)
            old = list(db.scalars(select(b.id).where(b.asked_utc_ms < now - KEPT_MS)))
            for each in {*list(db.scalars(mine))[KEPT_OF_ONE:], *old}:
                _throw_away(db, each)
                db.execute(delete(t.bundles).where(b.id == each))

    def rows(self) -> list[BundleRow]:
        """The newest first."""
        with self._store.begin() as db:
            rows = db.execute(select(t.bundles).order_by(t.bundles.c.asked_utc_ms.desc(), t.bundles.c.id))
            return [BundleRow(**row._mapping) for row in rows]

    def one(self, id: str) -> BundleRow:
        """Raises Refused: unknown_bundle."""
        with self._store.begin() as db:
            return _one(db, id)

    def take_in(self, device: str, piece: PieceData) -> PiecesTakenData:
        """A piece that continues what is here; any other only hears how far we are.

        Raises:
            Refused: unknown_bundle.
        """
        with self._store.begin() as db:
            take(db, [f"bundle/{piece.bundle}"])
            row = _one(db, piece.bundle)
            if row.device != device:
                raise Refused("unknown_bundle")
            if row.whole_utc_ms:
                return PiecesTakenData(row.id, row.size, whole=True)
            if (row.size, row.sha256) != (piece.size, piece.sha256):
                row = _begin(db, row, piece)
            if piece.at != row.have or not piece.body:
                return PiecesTakenData(row.id, row.have)
            db.execute(insert(t.pieces).values(bundle=row.id, at=piece.at, body=piece.body))
            return _further(db, row, row.have + len(piece.body))

    def opened(self, id: str, owner: OwnerKey) -> bytes:
        """The zip inside. Raises Refused: unknown_bundle, not_whole, other_owner."""
        with self._store.begin() as db:
            row = _one(db, id)
            if not row.whole_utc_ms:
                raise Refused("not_whole")
            parcel = _joined(db, id)
        try:
            return unpacked_by(owner.key, parcel, about(row.device, id))
        except ParcelTrouble:
            raise Refused("other_owner") from None


def _one(db: Connection, id: str) -> BundleRow:
    row = db.execute(select(t.bundles).where(t.bundles.c.id == id)).one_or_none()
    if row is None:
        raise Refused("unknown_bundle")
    return BundleRow(**row._mapping)


def _begin(db: Connection, row: BundleRow, piece: PieceData) -> BundleRow:
    """The terminal says for the first time what it brings, or has made it anew."""
    _throw_away(db, row.id)
    said = {"size": piece.size, "sha256": piece.sha256, "have": 0}
    db.execute(update(t.bundles).where(t.bundles.c.id == row.id).values(**said))
    return _one(db, row.id)


def _further(db: Connection, row: BundleRow, have: int) -> PiecesTakenData:
    """One that is all here and is not what was announced begins again."""
    whole = have == row.size
    if whole and sha256(_joined(db, row.id)).hexdigest() != row.sha256:
        log.warning("support bundle %s of %s came damaged; it begins again", row.id, row.device)
        _throw_away(db, row.id)
        have, whole = 0, False
    said = {"have": have, "whole_utc_ms": utc_ms() if whole else 0}
    db.execute(update(t.bundles).where(t.bundles.c.id == row.id).values(**said))
    return PiecesTakenData(row.id, have, whole)


def _joined(db: Connection, id: str) -> bytes:
    mine = select(t.pieces.c.body).where(t.pieces.c.bundle == id).order_by(t.pieces.c.at)
    return b"".join(bytes(body) for body in db.scalars(mine))


def _throw_away(db: Connection, id: str) -> None:
    db.execute(delete(t.pieces).where(t.pieces.c.bundle == id))


class Bundles:
    """The part of `hyla-cloud serve` that takes them in; not the workers' work, who have payments to do."""

    def __init__(self, broker: str, shelf: BundleShelf) -> None:
        self._shelf, self._numbers = shelf, count(1)
        self.line = Line(broker, f"hyla-cloud-bundles-{os.getpid()}", FILTERS, self._work)

    def _work(self, batch: Sequence[Arrival]) -> list[Letter]:
        letters = []
        for arrival in batch:
            address = topics.parse(arrival.topic)
            if address is None:
                continue
            try:
                said = self._said(address.device, read_piece(arrival.body))
            except Unreadable as reason:
                log.warning("%s sends a piece that we do not read: %s", address.device, reason)
                continue
            topic = topics.reply(address.device, topics.BUNDLE)
            letters.append(Letter(0.0, next(self._numbers), topic, taken_bytes(said)))
        return letters

    def _said(self, device: DeviceId, piece: PieceData) -> PiecesTakenData | BundleRefusedData:
        """The topic says whose it is."""
        try:
            return self._shelf.take_in(device, piece)
        except Refused as no:
            log.warning("%s sends support bundle %s: %s", device, piece.bundle, no)
            return BundleRefusedData(piece.bundle, no.word)
