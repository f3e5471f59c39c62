"""Orders of the past, found in the seeds' own tables: the same answer as `agent.storage.archive`, in Python
instead of SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from agent.core.ids import PaymentKey
from agent.core.money import Money, read_money
from agent.core.sold import SoldOrder
from agent.core.visit import Summary
from agent.ports import AttemptRow, RefundRow
from agent.storage.archive import FOUND_MAX, NUMBER_SHAPE


def find(
    words: str,
    orders: Iterable[Summary],
    written_utc_ms: Mapping[str, int],
    attempts: Mapping[str, AttemptRow],
    refunds: Collection[RefundRow],
) -> tuple[SoldOrder, ...]:
    """Newest first: by amount when there is a point in it, else by the end of the number."""
    fits = [order for order in reversed(list(orders)) if _fits(order, words)]
    return tuple(
        _sold(order, written_utc_ms[order.order_id], attempts, refunds) for order in fits[:FOUND_MAX]
    )


def _fits(order: Summary, words: str) -> bool:
    if not words:
        return order.outcome != "cancelled"
    if "." in words or "," in words:
        return order.amount == read_money(words, order.amount.currency)
    return NUMBER_SHAPE.fullmatch(words) is not None and order.order_id.endswith(words)


def _sold(
    order: Summary, utc_ms: int, attempts: Mapping[str, AttemptRow], refunds: Collection[RefundRow]
) -> SoldOrder:
    name, currency = order.order_id, order.amount.currency
    keys = [key for key, row in attempts.items() if row.order_id == name and row.outcome == "captured"]
    parts = [row for row in refunds if row.order_id == name]
    return SoldOrder(
        order_id=name,
        payment_key=PaymentKey(keys[0]) if keys else None,
        method=order.method,
        amount=order.amount,
        outcome=order.outcome,
        utc_ms=utc_ms,
        refunded=Money(sum(row.amount_minor for row in parts if row.outcome != "refused"), currency),
        parts=max((row.part for row in parts), default=0),
        last_refund_utc_ms=max((row.utc_ms for row in parts), default=0),
    )
