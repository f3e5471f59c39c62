"""How a terminal's days end in the books: certificates withdrawn, orders over, the till free."""

from __future__ import annotations

from sqlalchemy import Connection, delete, update

from simulator.gateway import tables as t


def withdraw(db: Connection, serial: str, now: int) -> None:
    """None of its certificates counts any more."""
    mine = (t.certificates.c.serial == serial) & (t.certificates.c.revoked_utc_ms == 0)
    db.execute(update(t.certificates).where(mine).values(revoked_utc_ms=now))


def end(db: Connection, serial: str, state: str, now: int) -> None:
    """Revoked or retired; what was signed for it and not confirmed is over."""
    withdraw(db, serial, now)
    gone = {"state": state, "online": False}
    db.execute(update(t.devices).where(t.devices.c.serial == serial).values(**gone))
    db.execute(delete(t.claims).where(t.claims.c.serial == serial))
    waiting = (t.assignments.c.serial == serial) & (t.assignments.c.confirmed_utc_ms == 0)
    db.execute(update(t.assignments).where(waiting).values(expires_utc_ms=now))
