"""Orders of the past for the back office: what the cashier typed → sold orders, as a fact.

Called by the main thread, on the journal's own connection, so that a part asked for a moment ago counts.
"""

from __future__ import annotations

import logging
import re
import time
from dataclasses import replace
from typing import Any

import apsw

from agent.core.commands import LookUpOrders
from agent.core.events import OrdersFound
from agent.core.ids import OrderId, PaymentKey
from agent.core.money import Money, read_money
from agent.core.sold import SoldOrder
from agent.ports import Post
from agent.storage.database import Database
from agent.storage.slips import slip_in

log = logging.getLogger(__name__)

FOUND_MAX = 50
FIND = """
SELECT o.order_id, o.method, o.amount_minor, o.currency, o.outcome, o.begun_utc_ms,
    (SELECT a.key FROM attempts a WHERE a.order_id = o.order_id AND a.outcome = 'captured'),
    (SELECT coalesce(sum(r.amount_minor), 0) FROM refunds r
        WHERE r.order_id = o.order_id AND r.outcome <> 'refused'),
    (SELECT coalesce(max(r.part), 0) FROM refunds r WHERE r.order_id = o.order_id),
    (SELECT coalesce(max(r.utc_ms), 0) FROM refunds r WHERE r.order_id = o.order_id),
    o.slips
FROM orders o WHERE {where} ORDER BY o.number DESC LIMIT ?
"""
NUMBER_SHAPE = re.compile("[A-Za-z0-9-]{1,64}")
TIME_SHAPE = re.compile("([01]?[0-9]|2[0-3]):([0-5][0-9])")
DAY_MINUTES, NEAR_MINUTES = 1440, 5  # people remember a time by about so much
NEAR = f"(o.begun_utc_ms + ?) / 60000 % {DAY_MINUTES} - ? + {DAY_MINUTES + NEAR_MINUTES}"


class Archive:
    """Answers look-ups from the journal's tables."""

    def __init__(self, database: Database, currency: str, post: Post) -> None:
        self._database = database
        self._currency = currency
        self._post = post

    def look_up(self, wish: LookUpOrders) -> None:
        """Post OrdersFound: at most fifty, newest first; none when the disk cannot be read."""
        try:
            orders = tuple(self.find(wish.words)) if not wish.whole else self.whole(OrderId(wish.words))
        except apsw.Error as error:
            log.error("%s: orders cannot be looked up: %s", self._database.folder, error)
            orders = ()
        self._post(OrdersFound(wish.number, orders))

    def find(self, words: str) -> list[SoldOrder]:
        """By amount when there is a point in it, by the time of day when there is a colon, else by the end
        of the number; empty: the last ones."""
        where, value = self._where(words)
        if where is None:
            return []
        rows = self._database.rows(FIND.format(where=where), (*value, FOUND_MAX))
        return [_sold(row) for row in rows]

    def whole(self, order: OrderId) -> tuple[SoldOrder, ...]:
        """This order alone, with its goods."""
        rows = self._database.rows(FIND.format(where="o.order_id = ?"), (order, 1))
        slip = slip_in(self._database, order)
        return tuple(replace(_sold(row), slip=slip) for row in rows)

    def _where(self, words: str) -> tuple[str | None, tuple[Any, ...]]:
        if not words:
            return "o.outcome <> 'cancelled'", ()
        if "." in words or "," in words:
            amount = read_money(words, self._currency)
            if amount is None:
                return None, ()
            return "o.amount_minor = ? AND o.currency = ?", (amount.amount_minor, amount.currency)
        if time_of_day := TIME_SHAPE.fullmatch(words):
            minute = int(time_of_day[1]) * 60 + int(time_of_day[2])
            near = f"({NEAR}) % {DAY_MINUTES} <= {2 * NEAR_MINUTES}"
            return f"o.outcome <> 'cancelled' AND {near}", (time.localtime().tm_gmtoff * 1000, minute)
        if NUMBER_SHAPE.fullmatch(words) is None:
            return None, ()
        return "substr(o.order_id, -length(?1)) = ?1", (words,)


def _sold(row: tuple[Any, ...]) -> SoldOrder:
    order, method, amount, currency, outcome, utc_ms, key, refunded, parts, last, slips = row
    return SoldOrder(
        order_id=OrderId(order),
        payment_key=PaymentKey(key) if key else None,
        method=method,
        amount=Money(amount, currency),
        outcome=outcome,
        utc_ms=utc_ms,
        refunded=Money(refunded, currency),
        parts=parts,
        last_refund_utc_ms=last,
        slips=slips,
    )
