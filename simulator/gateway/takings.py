"""What a day brought, counted as at the till: sales, doubts settled, debts collected, refunds, who joined.

Enters: the records of the day, and what was said of its doubts before. Leaves: figures by way of payment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.core.held import OUTCOMES, Standing

KINDS = ("sale", "refund", "settlement", "debt", "member_joined")
PAID = frozenset(standing.value for standing in Standing if OUTCOMES[standing] == "paid")
Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """So many, so much, by one way of payment."""

    method: str
    count: int
    sum_minor: int


@dataclass(frozen=True, slots=True)
class Today:
    """Figures since the day began; `other` counts orders that ended without money."""

    sold: tuple[Figure, ...]
    given_back: tuple[Figure, ...]
    other: int
    joined: int
    currency: str

    @property
    def count(self) -> int:
        return sum(figure.count for figure in self.sold)

    @property
    def most_minor(self) -> int:
        """Of one way of payment: how long the longest bar is."""
        return max((figure.sum_minor for figure in self.sold), default=0)

    @property
    def net_minor(self) -> int:
        return sum(f.sum_minor for f in self.sold) - sum(f.sum_minor for f in self.given_back)


@dataclass(slots=True)
class _Sums:
    """Way of payment → how many, how much."""

    by_method: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, method: str, count: int, minor: int) -> None:
        before, so_far = self.by_method.get(method, (0, 0))
        self.by_method[method] = before + count, so_far + minor

    def figures(self) -> tuple[Figure, ...]:
        some = ((method, *sums) for method, sums in sorted(self.by_method.items()))
        return tuple(Figure(*one) for one in some if one[1:] != (0, 0))


def counted(
    records: Iterable[tuple[str, Said]], standings: Mapping[str, str], methods: Mapping[str, str]
) -> Today:
    """`records`: kind and what it says, in their order. `standings`: payment key → what had been said of a
    doubt before; `methods`: order → its way of payment, for records that do not name it."""
    sold, back = _Sums(), _Sums()
    last, other, joined, currency = dict(standings), 0, 0, "CNY"
    collected: list[Said] = []
    for kind, said in records:
        joined += kind == "member_joined"
        amount, method = said.get("amount_minor"), str(said.get("method", ""))
        if kind not in KINDS or type(amount) is not int:
            continue
        currency = str(said.get("currency", currency))
        outcome = said.get("outcome")
        match kind:
            case "sale" if outcome == "paid":
                sold.add(method, 1, amount)
            case "sale":
                other += 1
            case "refund" if outcome == "refunded":
                back.add(method, 1, amount)
            case "settlement":
                key, now = str(said.get("payment_key", "")), str(said.get("standing", ""))
                more = (now in PAID) - (last.get(key, "") in PAID)
                last[key] = now
                if more:
                    sold.add(methods.get(str(said.get("order_id", "")), ""), more, more * amount)
            case "debt" if outcome == "collected":
                collected.append(said)
    for said in collected:  # one that a person vouched for was counted with its doubt
        if last.get(str(said.get("payment_key", "")), "") not in PAID:
            sold.add(methods.get(str(said.get("order_id", "")), ""), 1, int(said["amount_minor"]))
    return Today(sold.figures(), back.figures(), other, joined, currency)
