"""What each terminal hears of the members whom its shop may trust: one retained list a terminal.

Enters: the store's marks, terminals and settled debts. Leaves: letters for the broker, under a version that
only grows. A list is told again when something changed, and while somebody is on it every half hour, for an
old list is not believed (`offline.mark_age_max_h`).
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Engine, delete, func, select, update

from agent.cloud import topics
from agent.cloud.messages import marks_bytes
from agent.core.events import MembersMarked
from agent.core.ids import DeviceId, OrderId, PersonId
from agent.core.marks import TrustMark, TrustMarks
from simulator.clerk import Letter
from simulator.gateway import tables as t
from simulator.gateway.marks import good
from simulator.gateway.store import insert_missing, utc_ms

TOLD_AGAIN_MS = 30 * 60_000
SETTLED_MAX = 200
NEVER = 1 << 62


class MarkLists:
    """What the broker is to keep for each terminal. One process alone asks, so that versions come to the
    broker in their order; it asks anew after a connection was lost."""

    def __init__(self, store: Engine) -> None:
        self._store = store
        self._known: object = None
        self._told: dict[str, tuple[object, int]] = {}

    def letters(self, anew: bool) -> list[Letter]:
        """What is to be said now; mostly nothing. `anew`: nothing that was said before counts."""
        now = utc_ms()
        if anew:
            self._known, self._told = None, {}
        with self._store.begin() as db:
            known = _known(db)
            due = min((again for _, again in self._told.values()), default=now + 1) <= now
            if known == self._known and not due:
                return []
            found = [*self._lists(db, now), *_taken_back(db)]
        self._known = known
        return [Letter(0.0, n, topic, body, retain=True) for n, (topic, body) in enumerate(found, 1)]

    def _lists(self, db: Connection, now: int) -> Iterator[tuple[str, bytes]]:
        trusted: dict[str, list[TrustMark]] = {}
        for one in good(db, now):
            mark = TrustMark(PersonId(one.person), one.limit_minor, one.until_utc_ms)
            trusted.setdefault(one.shop, []).append(mark)
        versions = {row.device: row.version for row in db.execute(select(t.mark_lists))}
        told, self._told = self._told, {}
        d = t.devices.c
        wanted = select(d.device_id, d.shop, t.shops.c.currency).join(t.shops, t.shops.c.shop == d.shop)
        for device, shop, currency in db.execute(wanted.where(d.state == "active")):
            members, settled = tuple(trusted.get(shop, ())), _settled(db, device)
            if not members and not settled and device not in versions:
                continue
            words = (shop, members, settled)
            before, again = told.get(device, (None, 0))
            if before == words and again > now:
                self._told[device] = before, again
                continue
            self._told[device] = words, now + TOLD_AGAIN_MS if members else NEVER
            version = max(now, versions.get(device, 0) + 1)
            _keep(db, device, version)
            fact = MembersMarked(TrustMarks(version, now, currency, members), settled)
            yield topics.marks(DeviceId(device)), marks_bytes(fact, now)


def _known(db: Connection) -> object:
    """Changes whenever a list may have."""
    d = t.devices.c
    placed = db.execute(select(d.device_id, d.shop, d.state).where(d.shop != "").order_by(d.device_id))
    counts = select(func.max(t.marks.c.n)), select(func.count()).select_from(t.settled)
    return [*map(tuple, placed), *(db.scalar(one) for one in counts)]


def _settled(db: Connection, device: str) -> tuple[OrderId, ...]:
    mine = select(t.settled.c.order_id).where(t.settled.c.device == device)
    newest = mine.order_by(t.settled.c.utc_ms.desc(), t.settled.c.order_id).limit(SETTLED_MAX)
    return tuple(OrderId(one) for one in db.scalars(newest))


def _keep(db: Connection, device: str, version: int) -> None:
    if not insert_missing(db, t.mark_lists, device=device, version=version):
        db.execute(update(t.mark_lists).where(t.mark_lists.c.device == device).values(version=version))


def _taken_back(db: Connection) -> Iterator[tuple[str, bytes]]:
    """Of terminals that are at work no more: an empty message, and the broker keeps nothing."""
    working = select(t.devices.c.device_id).where(t.devices.c.state == "active")
    gone = select(t.mark_lists.c.device).where(~t.mark_lists.c.device.in_(working))
    for device in list(db.scalars(gone)):
        db.execute(delete(t.mark_lists).where(t.mark_lists.c.device == device))
        yield topics.marks(DeviceId(device)), b""
