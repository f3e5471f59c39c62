"""Who watches: hears what every till writes, sends and shows, and what the cloud books, and says what
was wrong. Knows both sides, which no till ever does.

Enters: what happened. Leaves: `problems`, each of one kind, once for each thing it is about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from agent.core.charge import ChargeRequest, FacePayer, RefundRequest
from agent.core.commands import AskCharge, AskVoid
from agent.core.debt import DAY_MS, Debt, DebtPhase
from agent.core.events import Device, Instant, Intent
from agent.core.ids import CouponId, PaymentKey
from agent.core.intents import ABOUT_THE_SCREEN
from agent.core.payment import Phase
from agent.core.state import Terminal
from agent.core.visit import Stage, Summary
from agent.ports import Ask
from agent.screens.projection import project
from simulator.seeds.behind import DOUBLE, KINDS, LOST, RULE, SCREEN, UNSETTLED, Behind, record_of
from simulator.seeds.clockwork import Clockwork
from simulator.seeds.cloud import Cloud
from simulator.seeds.disk import Disk
from simulator.seeds.glass import LOOK_MS, WAIT_MS
from simulator.seeds.ledgers import Ledgers
from simulator.seeds.shop import BALANCE_MINOR, EXPOSURE

__all__ = ["KINDS", "RULE", "Judge", "Problem"]

WHILE_PAYING = {Intent.ASK_NOW, *ABOUT_THE_SCREEN}
OLD_TAP_MS = 3_000
WRONG_MS = WAIT_MS + 2 * LOOK_MS
NO_TIME = Instant(0, 0)
ENDED = ("paid", "notpaid", "cancelled", "named")
ENDS_OF_DEBT = {"paid": "collected", "held": "held", "named": "named"}
MONEY = frozenset({Stage.PAY, Stage.PAID, Stage.OWED, Stage.NOT_PAID, Stage.HELD})


@dataclass(frozen=True, slots=True)
class Problem:
    """One sentence that did not hold."""

    kind: str
    about: str
    sentence: str
    at_ms: int


class Judge:
    """One for the shop."""

    def __init__(self, clock: Clockwork) -> None:
        self._clock = clock
        self.problems: dict[tuple[str, str], Problem] = {}
        self.till_money = Behind(clock, self.must)
        self.ledgers = Ledgers(self.must)
        self._captured: Counter[str] = Counter()
        self._captured_minor: dict[PaymentKey, int] = {}
        self._said_not_paid: set[PaymentKey] = set()
        self._asked_ms: dict[PaymentKey, int] = {}
        self._tries: Counter[tuple[str, int]] = Counter()
        self._used: dict[CouponId, PaymentKey] = {}
        self._requests: dict[PaymentKey, ChargeRequest] = {}
        self._back_minor: Counter[PaymentKey] = Counter()

    def must(self, holds: bool, kind: str, about: str, sentence: str) -> None:
        if holds or (kind, about) in self.problems:
            return
        self.problems[kind, about] = Problem(kind, about, sentence, self._clock.now_ms)
        self._clock.tell("judge", f"✕ {about}: {sentence}")

    # --- while the day lasts ----------------------------------------------------------------------

    def captured(self, request: ChargeRequest) -> None:
        """The cloud moved money."""
        order, key = request.order_id, request.key
        self._captured[order] += 1
        self._captured_minor[key] = request.amount.amount_minor
        self.till_money.captured(request)
        self.must(self._captured[order] == 1, DOUBLE, order, "the money moved twice")
        unsaid = key not in self._said_not_paid | self.till_money.ended_not_paid
        self.must(unsaid, LOST, order, "said not paid, then the money moved")
        self._requests[key] = request
        self.ledgers.captured(request)
        for coupon in request.used.coupons:
            once = self._used.setdefault(coupon.id, key) == key
            self.must(once, RULE, coupon.id, "a coupon was used twice")

    def used_elsewhere(self, coupon: CouponId) -> None:
        """Not at a till of this shop."""
        self._used[coupon] = PaymentKey("elsewhere")

    def went_back(self, part: RefundRequest) -> None:
        """The cloud gave money back."""
        key = part.payment_key
        self.till_money.went_back(part, self._captured_minor.get(key, 0))
        self._back_minor[key] += part.amount.amount_minor
        self.ledgers.went_back(part)
        if key in self._requests and self._back_minor[key] == self._captured_minor[key]:
            for coupon in self._requests[key].used.coupons:
                if self._used.get(coupon.id) == key:
                    del self._used[coupon.id]  # it may be used again

    def asks(self, disk: Disk, wish: Ask, shown: Terminal | None, tap_age_ms: int) -> None:
        """A till sends something about money; `shown` is what both people saw until now."""
        now_ms = self._clock.now_ms
        self.till_money.asks(disk, wish)
        match wish:
            case AskCharge(request=request):
                key, amount = request.key, request.amount
                row = disk.attempts.get(key)
                written = row is not None and row.open and row.amount_minor == amount.amount_minor
                self.must(written, RULE, key, "asked for before it was on disk")
                self.must(key not in self._asked_ms, RULE, key, "sent twice")
                if (debt := _debt_asking(disk, key)) is not None:
                    self._collects(debt, request.deadline_utc_ms // DAY_MS)
                else:
                    seen = {view.amount for view in project(shown, NO_TIME)} if shown else set()
                    self.must(
                        seen == {amount.text()}, SCREEN, key, "asked for another amount than both saw"
                    )
                if shown is not None and shown.visit.order_id == request.order_id:
                    whole = (
                        shown.visit.basket.total.amount_minor
                        == amount.amount_minor + request.used.off_minor
                    )
                    self.must(whole, RULE, key, "something was taken off, and nothing was used for it")
                self.must(tap_age_ms <= OLD_TAP_MS, RULE, key, "asked for because of a tap of long ago")
                self._asked_ms.setdefault(key, now_ms)
            case AskVoid(key=key):
                row = disk.attempts.get(key)
                wait_ms = 15_000 if row is not None and row.method != "face" else 0
                early = now_ms - self._asked_ms.get(key, -wait_ms) < wait_ms
                self.must(not early, RULE, key, "reversed before its network allows it")
                self.till_money.fences(disk, key)

    def believes(self, disk: Disk, wish: Ask, wrong_ms: int, seen: bool) -> None:
        """Whoever said yes had both pictures before them; a screen that was `seen` right since it connected
        has so long to show what it was sent."""
        if isinstance(wish, AskCharge) and _debt_asking(disk, wish.request.key) is None:
            sentence = "asked for while a screen showed another amount or person"
            self.must(wrong_ms <= WRONG_MS, SCREEN, wish.request.key, sentence)
            unseen = "asked for before both screens were seen right since they connected"
            self.must(seen, SCREEN, wish.request.key, unseen)

    def _collects(self, debt: Debt, day: int) -> None:
        """Twice the tries: a clock that is a day wrong and put right begins its day a second time."""
        self._tries[debt.order_id, day] += 1
        often = self._tries[debt.order_id, day] > 2 * EXPOSURE.tries.tries_a_day
        self.must(not often, RULE, debt.order_id, "a debt was asked for more often than allowed in a day")

    def _owes(self, disk: Disk, debts: tuple[Debt, ...]) -> None:
        """What is on disk keeps to the limits; what is refused was not charged."""
        unpaid = [debt for debt in debts if debt.unpaid and not _was_doubtful(debt)]
        per_person: Counter[str] = Counter()
        for debt in unpaid:
            per_person[debt.person] += debt.amount_minor
            if debt.phase in (DebtPhase.REFUSED, DebtPhase.NAMED) and debt.payment.key is not None:
                self._said_not_paid.add(debt.payment.key)
                moved = debt.payment.key in self._captured_minor
                self.must(
                    not moved, LOST, debt.order_id, "a debt counts as refused, and the money had moved"
                )
        within = (
            len(unpaid) <= EXPOSURE.count_max
            and per_person.total() <= EXPOSURE.sum_max_minor
            and max(per_person.values(), default=0) <= EXPOSURE.person_max_minor
        )
        self.must(within, RULE, disk.till, "more is owed than the limits allow")

    def leaves(self, wish: Ask) -> None:
        """It goes onto the wire."""
        if isinstance(wish, AskCharge):
            key = wish.request.key
            at_once = self._asked_ms.get(key) == self._clock.now_ms
            self.must(at_once, RULE, key, "a charge that waited for the link was sent")

    def sees(self, disk: Disk, state: Terminal, at: Instant) -> None:
        """Both screens say something new."""
        visit, payment = state.visit, state.visit.payment
        if state.office is not None or state.kept.held or visit.stage is Stage.PAID:
            self.till_money.sees(disk, state, project(state, at)[1])
        self.ledgers.sees(disk, state)
        if state.kept.debts:
            self._owes(disk, state.kept.debts)
        if payment is None or visit.stage not in MONEY:
            return
        self.must(disk.holds(state.kept), SCREEN, payment.order_id, "shown before it was on disk")
        views = project(state, at)
        amounts = {view.amount for view in views}
        if visit.stage is Stage.PAY and payment.request is not None:
            asked = {payment.request.amount.text()}
            self.must(amounts == asked, SCREEN, payment.order_id, "another amount shown than asked for")
            blind = not state.works(Device.STORAGE)
            unsure = not blind or all(view.tone == "unsure" for view in views)
            self.must(unsure, SCREEN, payment.order_id, "busy on the screen while no answer can be written")
            taps = {Intent(button.intent) for view in views for button in view.buttons}
            self.must(taps <= WHILE_PAYING, SCREEN, payment.order_id, "a button while nobody may pay again")
        if visit.stage is Stage.OWED:
            kept = any(debt.order_id == payment.order_id for debt in state.kept.debts)
            self.must(kept, LOST, payment.order_id, "goods left on trust, and nobody wrote down who owes")
        if any(view.tone == "good" for view in views):
            paid = payment.key in self._captured_minor or payment.tendered is not None
            self.must(paid, SCREEN, payment.order_id, "paid on the screen, and no money moved")
        if visit.stage is Stage.NOT_PAID and payment.key is not None:
            self._said_not_paid.add(payment.key)
            moved = payment.key in self._captured_minor
            self.must(not moved, LOST, payment.order_id, "not paid on the screen, and the money had moved")

    # --- in the evening ---------------------------------------------------------------------------

    def settled(self, cloud: Cloud, disk: Disk, state: Terminal | None) -> bool:
        """Nothing is open at this till: nobody served, nothing unknown, every record acknowledged."""
        idle = state is not None and state.visit.stage is Stage.IDLE
        ended = all(order.outcome in ENDED for order in disk.orders.values())
        return idle and not disk.outbox and ended and self.till_money.settled(cloud, disk)

    def evening(self, cloud: Cloud, tills: Iterable[tuple[Disk, Terminal | None]]) -> None:
        """Count the till, the journal, the cloud and the members' money against each other."""
        known: dict[str, Summary] = {}
        tills = list(tills)
        self.till_money.evening(cloud, [disk for disk, _ in tills])
        for disk, state in tills:
            idle = state is not None and state.visit.stage is Stage.IDLE
            self.must(idle, UNSETTLED, disk.till, "somebody still waits for an end")
            self.must(not disk.outbox, UNSETTLED, f"{disk.till} outbox", "records without acknowledgement")
            known |= disk.orders
            self._sqlite_agrees(disk)
        for order in known.values():
            self._order(order, cloud)
        for request in cloud.captures:
            self._capture(request, known.get(request.order_id))
        for about in cloud.rewritten:
            self.must(False, RULE, about, "the same name came to the cloud with other content")
        for person, balance_minor in cloud.balances.items():
            payers = [r for r in cloud.captures if r.payer == FacePayer(person)]
            spent_minor = sum(r.amount.amount_minor - self.till_money.back(r.key) for r in payers)
            whole = balance_minor == BALANCE_MINOR - spent_minor >= 0
            self.must(whole, RULE, person, "a member's balance does not add up")
        self.ledgers.evening(cloud, [disk for disk, _ in tills])

    def _order(self, order: Summary, cloud: Cloud) -> None:
        name = order.order_id
        self.must(order.outcome in ENDED, UNSETTLED, name, f"the order stays {order.outcome}")
        if order.outcome == "paid":
            moved = self._captured[name] > 0 or order.method == "cash" or self.till_money.in_doubt(name)
            self.must(moved, LOST, name, "the journal says paid, no money moved")
        if order.outcome not in ENDED:
            return
        of_this = (f"{name}-sale", f"{name}-debt")
        told = [record_of(row.body) for _, row in cloud.records.values() if row.id.startswith(of_this)]
        on_trust = any(data["outcome"] == "owed" for data in told)
        end = "held" if self.till_money.was_held(name) else order.outcome  # what came later has its own
        wanted = ["owed", ENDS_OF_DEBT.get(end, "")] if on_trust else [end]
        count = len(told) == len(wanted)
        self.must(count, LOST, f"{name} record", f"the cloud has {len(told)} records of this sale")
        outcomes = sorted(str(data["outcome"]) for data in told)
        amounts = {data["amount_minor"] for data in told}
        same = outcomes == sorted(wanted) and amounts == {order.amount.amount_minor}
        self.must(same, LOST, f"{name} record", "the record says something else than the journal")

    def _capture(self, request: ChargeRequest, order: Summary | None) -> None:
        name = request.order_id
        outcome = order.outcome if order is not None else "nothing"
        fits = outcome == "paid" or self.till_money.in_doubt(name)
        self.must(fits, LOST, name, f"the money moved, the journal says {outcome}")
        same = order is not None and order.amount == request.amount
        self.must(same, LOST, name, "the money moved is not the amount of the order")

    def _sqlite_agrees(self, disk: Disk) -> None:
        if disk.real is None:
            return
        there = {row.order_id: (row.outcome, row.amount_minor) for row in disk.real.orders.all()}
        here = {row.order_id: (row.outcome, row.amount.amount_minor) for row in disk.orders.values()}
        self.must(there == here, RULE, disk.till, "SQLite and memory keep different orders")


def _was_doubtful(debt: Debt) -> bool:
    """A manager may have vouched for it, and room was made for others, before the cloud said no."""
    return debt.phase is DebtPhase.NAMED and debt.payment.phase is Phase.HELD


def _debt_asking(disk: Disk, key: PaymentKey) -> Debt | None:
    """The debt on this disk that this key is an attempt of."""
    debts = disk.kept.debts if disk.kept is not None else ()
    return next((debt for debt in debts if debt.payment.key == key), None)
