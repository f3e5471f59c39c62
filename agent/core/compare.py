"""Three books of one business day, compared: the till's journal, the cloud's ledger, the provider's bill.

Enters: rows of each, in any order. Leaves: every difference by name, and what all agree on. Each side's
money is conserved: what agrees and what differs add up to the side's own sum, to the fen. A row is found
again on the other sides by its payment key or refund number alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

SIGNS = {"captured": 1, "cash": 1, "refunded": -1, "cash_back": -1}
"""States in which money moved, and which way. In every other state none has."""
DOUBTFUL = frozenset({"unknown", "held"})
NOTHING = frozenset({"not_paid", "refused"})
ASIDE = frozenset({"cash", "cash_back"})
"""Money that no other book can know of: it lies in the drawer."""


class Kind(StrEnum):
    """What a difference is. Each has its sentence and its next step in the screens' words. What may still
    move money by itself comes first."""

    UNSENT = "unsent"
    PARKED = "parked"
    IN_DOUBT = "in_doubt"
    OWED = "owed"
    REFUND_OPEN = "refund_open"
    IN_DOUBT_CAPTURED = "in_doubt_captured"
    CHARGED_ELSEWHERE = "charged_elsewhere"
    REFUNDED_ELSEWHERE = "refunded_elsewhere"
    DOUBLE = "double"
    AMOUNT = "amount"
    STATE = "state"
    ORDER = "order"
    CASH_ELSEWHERE = "cash_elsewhere"
    ONLY_HERE = "only_here"
    NOT_IN_CLOUD = "not_in_cloud"
    NOT_IN_BILL = "not_in_bill"
    ONLY_IN_BILL = "only_in_bill"


@dataclass(frozen=True, slots=True)
class BookRow:
    """One row of one book. `key` is a payment key, a refund number, or a cash order's number. `state`:
    captured, refunded, accepted; in the journal also cash, cash_back, unknown, held, refund_unknown,
    owed, not_paid, refused. Without a payment key an order goes by its own number."""

    key: str
    order_id: str
    amount_minor: int
    currency: str
    state: str

    @property
    def moved_minor(self) -> int:
        """Money that moved to the shop; below zero when it went back."""
        return SIGNS.get(self.state, 0) * self.amount_minor


@dataclass(frozen=True, slots=True)
class Difference:
    """One key about which the books differ, and what moved under it in each. `count` is above one only for
    what has no key: records not yet sent."""

    kind: Kind
    key: str = ""
    order_id: str = ""
    here_minor: int = 0
    cloud_minor: int = 0
    bill_minor: int = 0
    count: int = 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """Money in minor units. `agreed_minor` is the same in all books; `cash_minor` lies in the drawer."""

    differences: tuple[Difference, ...]
    agreed_minor: int = 0
    agreed_rows: int = 0
    cash_minor: int = 0


@dataclass(frozen=True, slots=True)
class _Three:
    """The rows of one key."""

    here: tuple[BookRow, ...]
    cloud: tuple[BookRow, ...]
    bill: tuple[BookRow, ...]


def compare(
    here: Iterable[BookRow],
    cloud: Iterable[BookRow],
    bill: Iterable[BookRow],
    unsent: int = 0,
    parked: int = 0,
) -> Comparison:
    """All differences, the pressing ones first, then by key. `unsent` and `parked`: records of this till
    that the cloud does not have yet, or refuses."""
    waiting = [(Kind.UNSENT, unsent), (Kind.PARKED, parked)]
    found = [Difference(kind, count=count) for kind, count in waiting if count]
    agreed_minor = agreed_rows = cash_minor = 0
    for key, three in sorted(_by_key(here, cloud, bill).items()):
        kind = _kind(three)
        if kind is not None:
            found.append(_difference(kind, key, three))
        elif three.here and three.here[0].state in ASIDE:
            cash_minor += three.here[0].moved_minor
        elif three.cloud:
            agreed_minor += three.cloud[0].moved_minor
            agreed_rows += 1
    order = list(Kind)
    found.sort(key=lambda one: (order.index(one.kind), one.key))
    return Comparison(tuple(found), agreed_minor, agreed_rows, cash_minor)


def moved_minor(rows: Iterable[BookRow]) -> int:
    """One book's own sum."""
    return sum(row.moved_minor for row in rows)


def _by_key(*books: Iterable[BookRow]) -> dict[str, _Three]:
    rows: dict[str, tuple[list[BookRow], ...]] = defaultdict(lambda: ([], [], []))
    for index, book in enumerate(books):
        for row in book:
            rows[row.key][index].append(row)
    return {key: _Three(*map(tuple, sides)) for key, sides in rows.items()}


def _difference(kind: Kind, key: str, three: _Three) -> Difference:
    order = (*three.here, *three.cloud, *three.bill)[0].order_id
    return Difference(
        kind, key, order, moved_minor(three.here), moved_minor(three.cloud), moved_minor(three.bill)
    )


def _kind(three: _Three) -> Kind | None:
    """What is wrong about one key; None when nothing is. The first sentence that holds names it."""
    here, cloud, bill = three.here, three.cloud, three.bill
    if max(len(here), len(cloud), len(bill)) > 1:
        return Kind.DOUBLE
    elsewhere = (*cloud, *bill)
    state = here[0].state if here else "missing"
    if state in ASIDE:
        return Kind.CASH_ELSEWHERE if elsewhere else None
    if len({row.order_id for row in (*here, *elsewhere)}) > 1:
        return Kind.ORDER
    if len({(row.amount_minor, row.currency) for row in (*here, *elsewhere)}) > 1:
        return Kind.AMOUNT
    return _kind_of_states(state, cloud[0].state if cloud else "", bill[0].state if bill else "")


def _kind_of_states(here: str, cloud: str, bill: str) -> Kind | None:
    """One row a side at most, same order and amount; an empty word where a side has none."""
    there = {cloud, bill} - {""}
    if here == "owed":
        return Kind.STATE if there else Kind.OWED
    if here in NOTHING and not there:
        return None
    if here in DOUBTFUL or here in ("accepted", "refund_unknown"):
        return _still_open(here, there)
    if here in NOTHING or here == "missing":
        return _not_ours(here, cloud, there)
    if not there:
        return Kind.ONLY_HERE
    if there != {here}:
        return Kind.STATE
    if not cloud:
        return Kind.NOT_IN_CLOUD
    return None if bill else Kind.NOT_IN_BILL


def _still_open(here: str, there: set[str]) -> Kind:
    """Nobody here knows yet; perhaps somebody else does."""
    if "captured" in there:
        return Kind.IN_DOUBT_CAPTURED
    if "refunded" in there:
        return Kind.REFUNDED_ELSEWHERE
    return Kind.IN_DOUBT if here in DOUBTFUL else Kind.REFUND_OPEN


def _not_ours(here: str, cloud: str, there: set[str]) -> Kind:
    """Nothing moved by the journal, and something did elsewhere."""
    if there & {"refunded", "accepted"}:
        return Kind.REFUNDED_ELSEWHERE
    if here == "missing" and not cloud:
        return Kind.ONLY_IN_BILL
    return Kind.CHARGED_ELSEWHERE if "captured" in there else Kind.STATE
