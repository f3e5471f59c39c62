"""Do screens, journal and the cloud's ledger tell the same story? Each disagreement is one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from agent.core.money import Money
from simulator.eyewitness import Seen
from simulator.ledger_rows import Capture

PAID_WORDS = ("收款成功", "Received")  # as the cashier reads it, in either language
OWED_WORDS = (
    "尚未收款",
    "Not yet received",
)  # before goods leave on trust; they are paid without a customer


def disagreements(
    orders: Iterable[Mapping[str, object]],
    captures: Sequence[Capture],
    seen: Sequence[Seen],
) -> list[str]:
    """Empty when all three agree. `orders` are rows of `hyla orders --json`."""
    found: list[str] = []
    booked: dict[str, list[Capture]] = {}
    for capture in captures:
        booked.setdefault(capture.order_id, []).append(capture)
    for order in orders:
        found += _order(order, booked.pop(str(order["order_id"]), []), seen)
    found += [f"{order}: the cloud booked it, the journal does not know it" for order in booked]
    return found


def _order(order: Mapping[str, object], captures: Sequence[Capture], seen: Sequence[Seen]) -> list[str]:
    name, outcome = str(order["order_id"]), order["outcome"]
    if len(captures) > 1:
        return [f"{name}: charged {len(captures)} times"]
    if outcome != "paid":
        return [f"{name}: the cloud booked it, the journal says {outcome}"] if captures else []
    if order.get("method") == "cash":
        return [f"{name}: paid in cash, and the cloud booked it as well"] if captures else []
    if not captures:
        return [f"{name}: the journal says paid, the cloud booked nothing"]
    capture = captures[0]
    found = []
    if (capture.amount_minor, capture.currency) != (order["amount_minor"], order["currency"]):
        found.append(
            f"{name}: the cloud booked {capture.amount_minor}, the journal says {order['amount_minor']}"
        )
    if capture.person != order["person"]:
        found.append(f"{name}: the cloud charged somebody else than the journal says")
    if not _read_as_paid(name, Money(capture.amount_minor, capture.currency).text(), seen):
        found.append(f"{name}: no cashier's screen said that it is paid, with its amount")
    return found


def _read_as_paid(order: str, amount: str, seen: Sequence[Seen]) -> bool:
    return any(
        screen.screen == "cashier"
        and any(any(word in text for word in PAID_WORDS + OWED_WORDS) for text in screen.texts)
        and any(order[-4:] in text for text in screen.texts)
        and any(amount in text for text in screen.texts)
        for screen in seen
    )
