"""Who watches what happens behind the till: money that goes back, cash, and orders in doubt.

Part of the judge. Enters: what tills write, send and show, and what the cloud gives back. Leaves: the
sentences that did not hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Protocol

import msgspec

from agent.core import held, held_desk
from agent.core.charge import ChargeRequest, RefundAccepted, Refunded, RefundRequest
from agent.core.commands import AskCharge, AskMember, AskRefund
from agent.core.held import HeldOrder
from agent.core.ids import PaymentKey
from agent.core.office import Page
from agent.core.state import Terminal
from agent.core.visit import Stage
from agent.ports import Ask, RefundRow
from agent.screens.contract import CashierView
from simulator.seeds.clockwork import Clockwork
from simulator.seeds.cloud import Cloud
from simulator.seeds.disk import Disk
from simulator.seeds.shop import TILLS, rules

DOUBLE, LOST, UNSETTLED, SCREEN, RULE = (
    "double_charges",
    "lost_payments",
    "unsettled",
    "screen_mismatches",
    "broken_rules",
)
DOUBLE_REFUND = "double_refunds"
KINDS = (DOUBLE, LOST, UNSETTLED, SCREEN, RULE, DOUBLE_REFUND)
STALL_MS = 6_000  # how late a question may be on a busy machine
EVERY_MS = rules(TILLS[0], 0).waits.query_every_ms
Records = Mapping[str, dict[str, object]]


class Must(Protocol):
    def __call__(self, holds: bool, kind: str, about: str, sentence: str) -> None: ...


class Behind:
    """One for the shop."""

    def __init__(self, clock: Clockwork, must: Must) -> None:
        self._clock = clock
        self._must = must
        self._back: Counter[PaymentKey] = Counter()
        self._back_keys: set[str] = set()
        self._cash: set[str] = set()
        self._asked_about_ms: dict[str, int] = {}
        self._contradicted: set[str] = set()
        self._read: set[str] = set()
        self.held: set[str] = set()
        self._held_orders: set[str] = set()
        self._doubtful: set[str] = set()
        self.ended_not_paid: set[PaymentKey] = set()

    def back(self, key: PaymentKey) -> int:
        """How much of this attempt went back, in minor units."""
        return self._back[key]

    def was_held(self, order: str) -> bool:
        """It was in doubt at some moment."""
        return order in self._held_orders

    def in_doubt(self, order: str) -> bool:
        """In the evening the cloud has still not spoken about it."""
        return order in self._doubtful

    # --- while the day lasts ----------------------------------------------------------------------

    def went_back(self, part: RefundRequest, captured_minor: int) -> None:
        """The cloud gave money back."""
        self._back_keys.add(part.key)
        self._back[part.payment_key] += part.amount.amount_minor
        within = self._back[part.payment_key] <= captured_minor
        self._must(within, DOUBLE_REFUND, part.order_id, "more went back than was paid")

    def captured(self, request: ChargeRequest) -> None:
        """The cloud took money."""
        order = request.order_id
        self._must(order not in self._cash, DOUBLE, order, "paid in cash, and then the money moved")

    def asks(self, disk: Disk, wish: Ask) -> None:
        """A till sends something."""
        if not isinstance(wish, AskCharge | AskRefund | AskMember):
            self._asked_about_ms[wish.key] = self._clock.now_ms
        if isinstance(wish, AskRefund):
            key, row = wish.request.key, disk.refunds.get(wish.request.key)
            written = row is not None and row.open and row.amount_minor == wish.request.amount.amount_minor
            self._must(written, RULE, key, "asked back before it was on disk")
            cash = row is not None and row.method == "cash"
            self._must(not cash, RULE, key, "paid in cash, and asked back from the cloud")
            agreed = key in disk.agreed
            self._must(agreed, DOUBLE_REFUND, key, "asked back under a number no manager agreed to")

    def fences(self, disk: Disk, key: PaymentKey) -> None:
        """A till fences a key for ever."""
        said_paid = any(case.key == key and case.verdict == "paid" for case in _cases(disk))
        self._must(not said_paid, LOST, key, "fenced after a person said that it was paid")

    def sees(self, disk: Disk, state: Terminal, cashier: CashierView) -> None:
        """Both screens say something new."""
        payment = state.visit.payment
        if payment is not None and payment.tendered is not None and state.visit.stage is Stage.PAID:
            order = payment.order_id
            self._cash.add(order)
            known = not any(row.open and row.order_id == order for row in disk.attempts.values())
            self._must(known, DOUBLE, order, "cash was taken over money that is not yet known")
        for case in state.kept.held:
            self._sees_case(state, case, cashier)
        if state.office is not None and state.office.page is Page.REFUND and cashier.tone == "good":
            self._sees_refunded(disk, state)

    def _sees_case(self, state: Terminal, case: HeldOrder, cashier: CashierView) -> None:
        self.held.add(case.key)
        self._held_orders.add(case.summary.order_id)
        if case.standing is held.Standing.NOT_PAID:
            self.ended_not_paid.add(case.key)
        ended = case.standing in held.FINAL
        if ended and case.verdict and (case.verdict == "paid") != (case.standing is held.Standing.PAID):
            self._contradicted.add(case.key)
            office = state.office
            if office is not None and (office.page, office.held) == (Page.VERDICT, case.key):
                self._read |= {case.key} if cashier.tone == "bad" else set()

    def _sees_refunded(self, disk: Disk, state: Terminal) -> None:
        key = state.office.refund if state.office is not None else None
        row = disk.refunds.get(key or "")
        there = row is not None and (row.method == "cash" or key in self._back_keys)
        self._must(there, SCREEN, key or "", "given back on the screen, and no money went back")

    # --- in the evening ---------------------------------------------------------------------------

    def settled(self, cloud: Cloud, disk: Disk) -> bool:
        """Nothing here can still come to an end by itself."""
        parts = all(not row.open or _takes_days(cloud, row) for row in disk.refunds.values())
        return parts and all(not case.open or case.key not in cloud.answers for case in _cases(disk))

    def evening(self, cloud: Cloud, disks: Iterable[Disk]) -> None:
        """Count what went back, what was taken in cash and what is in doubt."""
        records = {id: record_of(row.body) for id, (_, row) in cloud.records.items()}
        numbers: set[str] = set()
        for disk in disks:
            self._doubtful |= {case.summary.order_id for case in _cases(disk) if case.open}
            numbers |= set(disk.refunds)
            self._attempts(disk, cloud, records)
            self._orders(disk, cloud)
            for row in disk.refunds.values():
                self._part(row, disk, cloud, records)
            same = disk.real is None or disk.real_refunds() == sorted(disk.refunds.values(), key=_place)
            self._must(same, RULE, f"{disk.till} refunds", "SQLite and memory keep different refunds")
        for key in cloud.refunds.answers:
            self._must(key in numbers, DOUBLE_REFUND, key, "the cloud has a refund that no journal knows")
        for about in cloud.refunds.rewritten:
            self._must(False, RULE, about, "the same number came to the cloud with other content")

    def _part(self, row: RefundRow, disk: Disk, cloud: Cloud, records: Records) -> None:
        """One refund: its end is the cloud's, or honestly on its way; and the books have heard of it."""
        word = cloud.refunds.answers.get(row.key)
        if row.open:
            honest = row.outcome == "accepted" and isinstance(word, RefundAccepted)
            self._must(honest, UNSETTLED, row.key, f"the refund stays {row.outcome}, the cloud says {word}")
            return
        if row.method == "cash":
            cash = disk.orders[row.order_id].method == "cash"
            self._must(cash, LOST, row.key, "given back in cash, and not paid in cash")
        else:
            same = (row.outcome == "refunded") == isinstance(word, Refunded)
            self._must(same, LOST, row.key, f"the journal says {row.outcome}, the cloud says {word}")
        told = records.get(f"{row.key}-refund", {})
        same = (told.get("outcome"), told.get("amount_minor")) == (row.outcome, row.amount_minor)
        self._must(same, LOST, f"{row.key} record", "the cloud's books have another refund, or none")

    def _orders(self, disk: Disk, cloud: Cloud) -> None:
        """What the cloud keeps of each, to the fen, is what the journal says; cash is in no capture."""
        taken: Counter[str] = Counter()
        for request in cloud.captures:
            taken[request.order_id] += request.amount.amount_minor - self._back[request.key]
        given: Counter[str] = Counter()
        for row in disk.refunds.values():
            given[row.order_id] += row.amount_minor if row.outcome == "refunded" else 0
        for name, order in disk.orders.items():
            sold = order.outcome == "paid" and order.method != "cash"
            says = order.amount.amount_minor - given[name] if sold else 0
            sentence = f"the cloud keeps {taken[name]}, the journal says {says}"
            self._must(taken[name] == says or name in self._doubtful, LOST, f"{name} sum", sentence)

    def _attempts(self, disk: Disk, cloud: Cloud, records: Records) -> None:
        """Every attempt ended as the cloud says, or is a case that is still asked about."""
        captured = {request.key for request in cloud.captures}
        cases = {case.key: case for case in _cases(disk)}
        for key, row in disk.attempts.items():
            told = (row.outcome == "captured") == (row.key in captured)
            self._must(told or row.open, LOST, key, f"the journal says {row.outcome} of this attempt")
            case = cases.get(row.key)
            if row.open:
                self._case(case, row.key, cloud)
            elif key in self.held:
                end = "paid" if row.outcome == "captured" else "not_paid"
                there = f"{key}-held-{end}" in records
                self._must(there, LOST, f"{key} record", "the books do not know how the doubt ended")
            waits = case is not None and held_desk.to_see(case)
            shown = key not in self._contradicted or key in self._read or waits
            self._must(shown, SCREEN, key, "the cloud contradicted a person, and nobody was shown it")

    def _case(self, case: HeldOrder | None, key: PaymentKey, cloud: Cloud) -> None:
        """An attempt without an end: a case, which the cloud has not ended, and which is asked about."""
        word = cloud.answers.get(key)
        sentence = f"without an end, though the cloud says {word}"
        self._must(case is not None and word is None, UNSETTLED, key, sentence)
        if case is not None:
            every_ms = EVERY_MS << min(case.questions, 16)
            due_ms = self._asked_about_ms.get(key, 0) + min(every_ms, held.PATIENCE_MAX_MS) + STALL_MS
            self._must(self._clock.now_ms <= due_ms, UNSETTLED, key, "in doubt, and nobody asks any more")


def record_of(body: bytes) -> dict[str, object]:
    """What a record says."""
    data: dict[str, object] = msgspec.json.decode(body)["data"]["record"]
    return data


def _cases(disk: Disk) -> tuple[HeldOrder, ...]:
    return disk.kept.held if disk.kept is not None else ()


def _takes_days(cloud: Cloud, row: RefundRow) -> bool:
    return row.outcome == "accepted" and row.key in cloud.refunds.takes_days


def _place(row: RefundRow) -> tuple[str, int]:
    return row.order_id, row.part
