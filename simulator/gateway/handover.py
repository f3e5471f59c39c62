"""What a broken terminal had open, as far as the cloud knows, and who sees to it now.

Enters: the records and charges of a terminal whose certificate was withdrawn; the terminal that takes its
place. Leaves: a signed list for it, until it says that it has it; and for every charge the answer whether
this terminal may still ask for this order. An order is one terminal's: the broken one may come back with an
old disk and try, its charge is declined and nothing is kept of it.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, or_, select, update

from agent.core.directions import OpenDebt, OpenDoubt
from agent.core.events import HandedOver
from agent.core.ids import OrderId, PaymentKey, PersonId, device_of, order_of
from agent.core.money import Money
from agent.fleet.wishes import HANDED_MAX
from simulator.gateway import tables as t
from simulator.gateway.store import insert_missing, take, utc_ms

HANDED_OVER = "handed_over"
DEBT, DOUBT = "debt", "doubt"
ENDED = ("paid", "not_paid")


@dataclass(frozen=True, slots=True)
class Open:
    """One order that is not over."""

    order_id: str
    what: str
    amount_minor: int
    currency: str
    since_utc_ms: int
    person: str = ""
    method: str = ""
    key: str = ""
    attempts: int = 0


def hand_over(db: Connection, broken: str, device: str) -> int:
    """From this moment on only `device` may ask for what `broken` had open. Returns how many orders. The
    certificate of the broken one was withdrawn before, so nothing new comes from it."""
    batch, given = secrets.token_urlsafe(12), 0
    take(db, (one.order_id for one in open_orders(db, broken)))
    for one in open_orders(db, broken):  # again: what was paid while we waited is over
        row = {
            "what": one.what, "broken": broken, "device": device, "key": one.key, "person": one.person,
            "method": one.method, "amount_minor": one.amount_minor, "currency": one.currency,
            "since_utc_ms": one.since_utc_ms, "attempts": one.attempts, "batch": batch, "taken_utc_ms": 0,
        }  # fmt: skip
        if not insert_missing(db, t.handovers, order_id=one.order_id, **row):
            others = (t.handovers.c.order_id == one.order_id) & (t.handovers.c.device != device)
            db.execute(update(t.handovers).where(others).values(**row))
        given += 1
    return given


def open_orders(db: Connection, device: str) -> list[Open]:
    """Debts that are still asked for and charges nobody is sure about, its own and those it took over; what
    was captured meanwhile is over."""
    found = {
        one.order_id: one for one in (*_recorded(db, device), *_pending(db, device), *_taken(db, device))
    }
    return [_counted(db, one) for one in found.values() if not is_paid(db, one.order_id)]


def wish_for(db: Connection, device: str) -> HandedOver | None:
    """What this terminal has yet to hear of; None: nothing."""
    h = t.handovers.c
    mine = (
        select(t.handovers)
        .where((h.device == device) & (h.taken_utc_ms == 0))
        .order_by(h.batch, h.order_id)
    )
    rows = db.execute(mine.limit(HANDED_MAX)).all()
    rows = [row for row in rows if row.batch == rows[0].batch]
    if not rows:
        return None
    debts = tuple(
        OpenDebt(OrderId(row.order_id), PersonId(row.person), Money(row.amount_minor, row.currency),
                 row.since_utc_ms, row.attempts)
        for row in rows if row.what == DEBT
    )  # fmt: skip
    doubts = tuple(
        OpenDoubt(PaymentKey(row.key), OrderId(row.order_id), Money(row.amount_minor, row.currency),
                  row.method, row.since_utc_ms, row.attempts)
        for row in rows if row.what == DOUBT
    )  # fmt: skip
    return HandedOver(rows[0].batch, rows[0].broken, debts, doubts)


def taken(db: Connection, device: str, body: bytes) -> None:
    """The terminal's record says that it has a list: it is not sent again."""
    try:
        batch = str(json.loads(body)["data"]["record"]["handover"])
    except (KeyError, TypeError, ValueError):
        return
    mine = and_(t.handovers.c.device == device, t.handovers.c.batch == batch)
    db.execute(update(t.handovers).where(mine).values(taken_utc_ms=utc_ms()))


def whose(db: Connection, key: str) -> str:
    """The terminal that may ask about this payment or refund: the one its order was handed to, else the one
    that made it (the form of both stands in `agent.core.ids`)."""
    order_id = order_of(key)
    given = db.scalar(select(t.handovers.c.device).where(t.handovers.c.order_id == order_id))
    return given or device_of(key)


def objection(db: Connection, device: str, order_id: str, key: str) -> str:
    """Why this terminal may not ask for this order; empty: it may. Looked at before anything is booked."""
    row = db.execute(select(t.handovers.c.device).where(t.handovers.c.order_id == order_id)).first()
    if whose(db, key) != device or order_of(key) != order_id:
        return "handed_over" if row else "foreign"
    if row is None:
        return ""
    paid = select(t.captures.c.key).where((t.captures.c.order_id == order_id) & (t.captures.c.key != key))
    return "paid_before" if db.execute(paid).first() else ""


# --- what is open -------------------------------------------------------------------------------------


def _recorded(db: Connection, device: str) -> list[Open]:
    """By the terminal's own records: owed and not collected, held and not settled."""
    r = t.records.c
    wanted = select(r.body, r.utc_ms).where(
        (r.device == device) & r.kind.in_(["sale", "debt", "settlement"])
    )
    found: dict[str, Open] = {}
    for body, at_ms in db.execute(wanted.order_by(r.n)):
        said = _said(body)
        order, outcome = str(said.get("order_id", "")), said.get("outcome", said.get("standing"))
        if outcome == "owed":
            found[order] = _open(said, DEBT, at_ms)
        elif outcome == "held" or outcome in ("open", "said_paid", "said_not_paid"):
            found[order] = _open(said, DOUBT, at_ms)
        else:
            found.pop(order, None)
    return [one for order, one in found.items() if order]


def _open(said: dict[str, Any], what: str, at_ms: int) -> Open:
    return Open(
        order_id=str(said["order_id"]),
        what=what,
        amount_minor=int(said["amount_minor"]),
        currency=str(said["currency"]),
        since_utc_ms=at_ms,
        person=str(said.get("person") or ""),
        method=str(said.get("method") or "face"),
        key=str(said.get("payment_key") or "") if what == DOUBT else "",
    )


def _pending(db: Connection, device: str) -> list[Open]:
    """By the books: asked for, and neither captured nor declined."""
    c = t.charges.c
    wanted = select(c.key, c.order_id, c.amount_minor, c.currency, c.payer).where(
        (c.state == "pending") & c.order_id.startswith(f"{device}-", autoescape=True)
    )
    now = utc_ms()
    return [
        Open(row.order_id, DOUBT, row.amount_minor, row.currency, now, "", row.payer, row.key)
        for row in db.execute(wanted)
    ]


def _taken(db: Connection, device: str) -> list[Open]:
    """What it took over itself and did not settle, by the same records."""
    over = {
        str(_said(body).get("order_id", ""))
        for (body,) in db.execute(
            select(t.records.c.body).where(
                (t.records.c.device == device)
                & or_(t.records.c.kind == "debt", t.records.c.kind == "settlement")
            )
        )
    }
    rows = db.execute(select(t.handovers).where(t.handovers.c.device == device)).all()
    return [
        Open(row.order_id, row.what, row.amount_minor, row.currency, row.since_utc_ms, row.person,
             row.method, row.key)
        for row in rows if row.order_id not in over
    ]  # fmt: skip


def _counted(db: Connection, one: Open) -> Open:
    """How far its keys can have come: one beyond the last that the cloud saw."""
    keys = db.scalars(
        select(t.charges.c.key).where(t.charges.c.key.startswith(f"{one.order_id}-", autoescape=True))
    )
    seen = [int(tail) for key in keys if (tail := key.rpartition("-")[2]).isdigit()]
    last = max(seen, default=0)
    attempts = last if one.what == DOUBT else last + 1
    return Open(one.order_id, one.what, one.amount_minor, one.currency, one.since_utc_ms, one.person,
                one.method, one.key, attempts)  # fmt: skip


def is_paid(db: Connection, order_id: str) -> bool:
    """By any key, from any terminal."""
    return db.execute(select(t.captures.c.key).where(t.captures.c.order_id == order_id)).first() is not None


def _said(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(bytes(body))["data"]["record"]
    except (KeyError, TypeError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
