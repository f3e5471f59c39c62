"""Named mutations of the money code, each a mistake that somebody could make in one line.

`planted(name)` applies one for as long as it is open. They exist to be found: `hyla-sim run --bug NAME`
exits 1, and a bug that the seeds no longer find is a hole in the simulation.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from agent import loop as loop_module
from agent.cloud.lanes import AskLane, RecordLane
from agent.core import checkout, debt, endings, invariants, offline, stages, terminal
from agent.core import payment as pay
from agent.core.charge import Captured, Declined, Pending
from agent.core.commands import KeepRecord
from agent.core.debt import Debt
from agent.core.events import ChargeAnswered, Event, Instant, Intent
from agent.core.ids import PaymentKey, PersonId, Secret
from agent.core.payment import TABLE, Act, Payment, Phase, Signal, Step, Waits
from agent.core.state import Kept, Rules, Terminal, Turn
from agent.core.visit import Stage
from agent.loop import Loop
from agent.turn import take
from simulator.seeds import bugs_behind, bugs_closing, bugs_glass, bugs_members, till
from simulator.seeds.planting import BUGS, Patch, bug

__all__ = ["BUGS", "bugs_behind", "bugs_closing", "bugs_glass", "bugs_members", "planted"]


@contextmanager
def planted(name: str = "", rules: bool = True) -> Iterator[None]:
    """One bug, or none. Without `rules` the core's own invariants say nothing, so that the world has to
    notice by itself."""
    patch = Patch()
    try:
        if name:
            BUGS[name].plant(patch)
        if not rules:
            patch.name(invariants, "check", lambda _before, _turn: None)
        yield
    finally:
        patch.undo()


# --- rows of the payment table --------------------------------------------------------------------


@bug("no answer in time is a no")
def _timeout_means_declined(patch: Patch) -> None:
    patch.row(TABLE[Phase.ASKING], Signal.SILENCE, (Phase.READY, Act.REST))


@bug("no answer in time is a yes")
def _timeout_means_captured(patch: Patch) -> None:
    patch.row(TABLE[Phase.ASKING], Signal.SILENCE, (Phase.PAID, Act.REST))


@bug("a link that is lost has lost the charge as well")
def _lost_link_means_declined(patch: Patch) -> None:
    patch.row(TABLE[Phase.ASKING], Signal.LINK_LOST, (Phase.READY, Act.REST))


@bug("what the cloud has never seen will never come")
def _never_seen_means_voided(patch: Patch) -> None:
    patch.row(TABLE[Phase.UNKNOWN], Signal.NEVER_SEEN, (Phase.READY, Act.REST))


@bug("a customer who is still typing has not paid")
def _pending_means_declined(patch: Patch) -> None:
    patch.row(TABLE[Phase.ASKING], Signal.PENDING, (Phase.READY, Act.REST))


@bug("a void that was sent is a void that worked")
def _asked_for_void_means_voided(patch: Patch) -> None:
    patch.row(TABLE[Phase.UNKNOWN], Signal.VOID_DUE, (Phase.READY, Act.VOID))


@bug("money that moved in spite of the void is not heard of")
def _capture_after_void_ignored(patch: Patch) -> None:
    patch.row(TABLE[Phase.VOIDING], Signal.CAPTURED)


@bug("an answer that comes while nobody knows is too late to count")
def _late_capture_ignored(patch: Patch) -> None:
    for phase in (Phase.UNKNOWN, Phase.VOIDING):
        patch.row(TABLE[phase], Signal.CAPTURED)


@bug("an attempt in flight at a restart is over")
def _restart_means_declined(patch: Patch) -> None:
    for phase in (Phase.ASKING, Phase.WAITING, Phase.UNKNOWN):
        patch.row(TABLE[phase], Signal.RESTARTED, (Phase.READY, Act.REST))


@bug("while the key is being fenced one may try again")
def _retry_while_voiding(patch: Patch) -> None:
    ended = checkout._ended

    def too_soon(t: Terminal, payment: Payment, at: Instant) -> Turn:
        if payment.phase is Phase.VOIDING:
            return stages.enter(t, Stage.NOT_PAID, reason="voided")
        return ended(t, payment, at)

    patch.row(TABLE[Phase.VOIDING], Signal.ASK, (Phase.ASKING, Act.CHARGE))
    patch.name(checkout, "_ended", too_soon)


# --- answers --------------------------------------------------------------------------------------


def _answers(patch: Patch, wrong: Callable[[Payment, PaymentKey, Any, Waits, Instant], Step]) -> None:
    patch.name(pay, "answered", wrong)


@bug("whatever the cloud says is about the attempt at hand")
def _answer_not_matched_to_its_key(patch: Patch) -> None:
    def decide(t: Terminal, event: Event, at: Instant, real: Any = terminal._decide) -> Any:
        key = t.visit.payment.key if t.visit.payment is not None else None
        if isinstance(event, ChargeAnswered) and key is not None:
            event = replace(event, key=key)
        return real(t, event, at)

    patch.name(terminal, "_decide", decide)


@bug("`conflict` is a no like any other")
def _conflict_means_declined(patch: Patch) -> None:
    real = pay.answered

    def answered(payment: Payment, key: PaymentKey, answer: Any, waits: Waits, at: Instant) -> Step:
        return real(
            payment, key, Declined("refused") if answer == Declined("conflict") else answer, waits, at
        )

    _answers(patch, answered)


@bug("seen by the cloud is as good as paid")
def _pending_means_captured(patch: Patch) -> None:
    real = pay.answered

    def answered(payment: Payment, key: PaymentKey, answer: Any, waits: Waits, at: Instant) -> Step:
        return real(payment, key, Captured() if answer == Pending() else answer, waits, at)

    _answers(patch, answered)


# --- asking ---------------------------------------------------------------------------------------


@bug("the cashier's cancel ends the payment, whatever the cloud does")
def _cancel_means_voided(patch: Patch) -> None:
    def cancel(t: Terminal, _value: Secret | None, at: Instant) -> Turn:
        assert t.visit.payment is not None
        return checkout.settle(t, (replace(t.visit.payment, phase=Phase.READY, reason="voided"), ()), at)

    patch.row(checkout.TAPS, (Stage.PAY, Intent.CANCEL), cancel)


def _asked_again(payment: Payment, waits: Waits, at: Instant) -> Step:
    """The same charge once more, under a fresh key."""
    request = payment.request
    assert request is not None
    return pay._ask(replace(payment, phase=Phase.READY), request.payer, waits, at)


@bug("a process that comes back asks again, under a key of its own")
def _key_made_anew_at_restart(patch: Patch) -> None:
    patch.name(pay, "restarted", _asked_again)


@bug("when the link is back, what is unknown is asked for again")
def _charged_again_while_unknown(patch: Patch) -> None:
    real = pay.step

    def step(
        p: Payment, signal: Signal, waits: Waits, at: Instant, otherwise: Payment | None = None
    ) -> Step:
        if signal is Signal.LINK_BACK and p.phase is Phase.UNKNOWN:
            return _asked_again(p, waits, at)
        return real(p, signal, waits, at, otherwise)

    patch.name(pay, "step", step)


@bug("every try of an order goes out under the same key")
def _one_key_for_all_attempts(patch: Patch) -> None:
    patch.name(pay, "payment_key", lambda order, _attempt: PaymentKey(f"{order}-1"))


@bug("a code payment may be reversed as early as a face payment")
def _code_reversed_too_early(patch: Patch) -> None:
    real = pay._void_after
    patch.name(
        pay, "_void_after", lambda p, w: real(p, replace(w, void_code_after_ms=w.void_face_after_ms))
    )


@bug("goods scanned late are added, and the amount is read from the basket at the confirmation")
def _amount_from_the_basket_at_confirm(patch: Patch) -> None:
    goods = checkout._goods

    def added(t: Terminal, gtin: str) -> Turn:
        visit, known = t.visit, t.rules.goods.get(gtin)
        if visit.stage not in (Stage.CODE, Stage.CONFIRM, Stage.NOT_PAID) or known is None:
            return goods(t, gtin)
        return Turn(replace(t, kept=replace(t.kept, visit=replace(visit, basket=visit.basket.add(known)))))

    def pays(t: Terminal, at: Instant, ask: Callable[[Payment], Step], real: Any = checkout._pay) -> Turn:
        total, digest = t.visit.basket.total, t.visit.basket.digest()
        bound = t.visit.payment and replace(t.visit.payment, amount=total, goods_digest=digest)
        turn: Turn = real(replace(t, kept=replace(t.kept, visit=replace(t.visit, payment=bound))), at, ask)
        return turn

    patch.name(checkout, "_goods", added)
    patch.name(checkout, "_pay", pays)


@bug("an order's number starts at one with every process")
def _numbers_start_anew(patch: Patch) -> None:
    real = terminal.recovered

    def recovered(rules: Rules, kept: Kept, language: Any) -> Terminal:
        return real(rules, replace(kept, orders=0), language)

    patch.name(till, "recovered", recovered)


# --- the loop and the lanes -----------------------------------------------------------------------


@bug("what was decided is done first and written down afterwards")
def _carried_out_before_it_is_written(patch: Patch) -> None:
    def handle(loop: Loop, event: Event) -> None:
        at = loop._clock.now()
        taken = take(loop.state, event, at)
        for wish in taken.commands:
            loop._carry_out(wish, at)
        if taken.entry is None or loop._written(event, taken.entry):
            loop.state = taken.state
            loop._hands.show(loop.state, at)

    patch.name(Loop, "handle", handle)


class _Nothing(deque[Event]):
    """Holds nothing."""

    def append(self, _event: Event) -> None:
        pass


@bug("a fact that cannot be written is gone")
def _held_facts_forgotten(patch: Patch) -> None:
    patch.name(loop_module, "deque", _Nothing)


@bug("a tap that cannot be written is kept for later")
def _old_taps_held(patch: Patch) -> None:
    patch.name(loop_module, "PASSING", ())


@bug("a charge for which there is no link waits for one")
def _charge_queued_while_offline(patch: Patch) -> None:
    def put(lane: AskLane, wish: Any) -> bool:
        lane._waiting.append(wish)
        return True

    patch.name(AskLane, "put", put)
    patch.name(AskLane, "close", lambda _lane: None)


@bug("the broker's receipt empties the outbox")
def _outbox_emptied_on_receipt(patch: Patch) -> None:
    real = RecordLane.receipt

    def receipt(lane: RecordLane, mid: int) -> str | None:
        id = real(lane, mid)
        lane.drop([id] if id else [])
        return id

    patch.name(RecordLane, "receipt", receipt)


@bug("a sale shown again after a restart is recorded again")
def _sale_recorded_again(patch: Patch) -> None:
    def started(t: Terminal, at: Instant, before: Any = terminal._started) -> Turn:
        turn: Turn = before(t, at)
        payment = t.visit.payment
        if t.visit.stage is not Stage.PAID or payment is None:
            return turn
        record = endings.record(t.visit, payment, "paid")
        again = KeepRecord(f"{record.id}-{at.mono_ms}", record.kind, record.data)
        return replace(turn, commands=(*turn.commands, again))

    patch.name(terminal, "_started", started)


# --- goods on trust -------------------------------------------------------------------------------


@bug("what left on trust counts against the limits once it was asked for")
def _limit_checked_but_not_reserved(patch: Patch) -> None:
    def owed(debts: Sequence[Debt], person: PersonId | None = None, real: Any = offline.owed) -> Any:
        return real([debt for debt in debts if debt.payment.attempt], person)

    patch.name(offline, "owed", owed)


@bug("a debt of which nothing is heard is asked for again, under a fresh key")
def _debt_collected_again_after_unknown(patch: Patch) -> None:
    def moved(one: Debt, step: Step, at: Instant, real: Any = debt.moved) -> Any:
        payment, wishes = step
        if payment.phase is Phase.UNKNOWN:
            payment = replace(payment, phase=Phase.READY)
        return real(one, (payment, wishes), at)

    patch.name(debt, "moved", moved)


@bug("a debt whose answer came late is refused all the same")
def _debt_captured_means_refused(patch: Patch) -> None:
    def moved(one: Debt, step: Step, at: Instant, real: Any = debt.moved) -> Any:
        payment, wishes = step
        late = one.payment.phase is not Phase.ASKING and payment.phase is Phase.PAID
        return real(one, (replace(payment, phase=Phase.READY) if late else payment, wishes), at)

    patch.name(debt, "moved", moved)


@bug("what was owed before the restart is forgotten by it")
def _debts_forgotten_at_restart(patch: Patch) -> None:
    real = terminal.recovered

    def recovered(rules: Rules, kept: Kept, language: Any) -> Terminal:
        return real(rules, replace(kept, debts=()), language)

    patch.name(till, "recovered", recovered)
