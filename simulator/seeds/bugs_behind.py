"""Named mistakes behind the till: refunds, cash, and orders in doubt. Listed with the others in `bugs`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agent import turn as turn_module
from agent.core import backroom, checkout, held, held_desk, refund_desk
from agent.core import payment as pay
from agent.core import refund as back
from agent.core.charge import RefundAnswer, RefundNeverSeen
from agent.core.commands import AskRefund
from agent.core.events import Instant, Intent
from agent.core.ids import RefundKey, payment_key, refund_key
from agent.core.money import Money
from agent.core.office import GiveBack, Office, Page
from agent.core.office_pages import go
from agent.core.payment import Phase
from agent.core.refund import Refund, RefundWaits
from agent.core.sold import SoldOrder, objection
from agent.core.state import Terminal, Turn
from agent.core.visit import Stage
from agent.ports import AttemptRow
from simulator.seeds.planting import Patch, bug

REFUNDS, HELD = back.TABLE, held.TABLE

# --- refunds --------------------------------------------------------------------------------------


@bug("a refund that nobody has seen is sent again, under a number of its own")
def _refund_counted_twice(patch: Patch) -> None:
    real = back.answered

    def answered(refund: Refund, answer: RefundAnswer, waits: RefundWaits) -> back.Step:
        if refund.request is None or not refund.open or not isinstance(answer, RefundNeverSeen):
            return real(refund, answer, waits)
        key = refund_key(refund.order_id, refund.part + 1, refund.amount.amount_minor)
        request = replace(refund.request, key=key)
        return real(replace(refund, key=key, part=refund.part + 1, request=request), answer, waits)

    patch.name(back, "answered", answered)


@bug("a refund's number is made when it is sent")
def _refund_number_made_at_send_time(patch: Patch) -> None:
    real = back._carry_out

    def carry_out(refund: Refund, act: back.Act, waits: RefundWaits) -> back.Step:
        after, wishes = real(refund, act, waits)
        return after, tuple(_renumbered(wish, refund.timer) for wish in wishes)

    patch.name(back, "_carry_out", carry_out)


def _renumbered(wish: Any, time: int) -> Any:
    if not isinstance(wish, AskRefund):
        return wish
    return AskRefund(replace(wish.request, key=RefundKey(f"{wish.request.key}-{time}")))


@bug("what the bank has accepted is given back")
def _accepted_taken_for_refunded(patch: Patch) -> None:
    for standing in (back.Standing.ASKING, back.Standing.UNKNOWN):
        patch.row(REFUNDS[standing], back.Signal.ACCEPTED, (back.Standing.REFUNDED, back.Act.REST))


@bug("no answer about a refund in time is a no")
def _refund_timeout_means_refused(patch: Patch) -> None:
    patch.row(REFUNDS[back.Standing.ASKING], back.Signal.SILENCE, (back.Standing.REFUSED, back.Act.REST))


@bug("what the cloud has not seen of a refund will never come")
def _refund_never_seen_means_refused(patch: Patch) -> None:
    patch.row(
        REFUNDS[back.Standing.UNKNOWN], back.Signal.NEVER_SEEN, (back.Standing.REFUSED, back.Act.REST)
    )


@bug("`conflict` is a refusal like any other")
def _refund_conflict_means_refused(patch: Patch) -> None:
    real = back.answered

    def answered(refund: Refund, answer: RefundAnswer, waits: RefundWaits) -> back.Step:
        busy = getattr(answer, "reason", "") == "conflict"
        return back.step(refund, back.Signal.REFUSED, waits) if busy else real(refund, answer, waits)

    patch.name(back, "answered", answered)


@bug("what went back before is not counted against what may go back")
def _refund_not_counted(patch: Patch) -> None:
    real = objection

    def none_counted(order: SoldOrder, amount: Money, *rest: Any) -> str:
        return real(replace(order, refunded=Money(0, order.amount.currency)), amount, *rest)

    patch.name(refund_desk, "objection", none_counted)


@bug("a refund on its way needs no looking after when the process comes back")
def _refund_forgotten_at_restart(patch: Patch) -> None:
    patch.name(back, "restarted", lambda refund, _waits: (refund, ()))


@bug("whoever stands behind the till may give money back")
def _refund_without_a_manager(patch: Patch) -> None:
    real = refund_desk._ask

    def ask(t: Terminal, office: Office, amount: Money, at: Instant) -> Turn:
        turn = real(t, office, amount, at)
        after = turn.state.office
        if after is None or after.page is not Page.PIN or not isinstance(after.errand, GiveBack):
            return turn
        return refund_desk.agreed(turn.state, after, after.errand, at)

    patch.name(refund_desk, "_ask", ask)


@bug("the cloud knows of its refunds, and needs no record")
def _refund_record_lost(patch: Patch) -> None:
    patch.name(refund_desk, "_records", lambda _refund: ())


# --- orders in doubt ------------------------------------------------------------------------------


@bug("what a person has settled is settled, and nobody is asked again")
def _held_never_asked_again(patch: Patch) -> None:
    for standing, row in ((held.Standing.SAID_PAID, HELD[held.Standing.SAID_PAID]),):
        for signal in (held.Signal.DUE, held.Signal.LINK_BACK, held.Signal.RESTARTED):
            patch.row(row, signal, (standing, held.Act.REST))


@bug("an order is fenced like any other after somebody said that it was paid")
def _fenced_after_said_paid(patch: Patch) -> None:
    row = HELD[held.Standing.SAID_PAID]
    for signal in (held.Signal.DUE, held.Signal.LINK_BACK, held.Signal.RESTARTED):
        patch.row(row, signal, (held.Standing.SAID_PAID, held.Act.VOID))


@bug("a person who says not paid has the last word")
def _verdict_is_final(patch: Patch) -> None:
    said = (held.Standing.NOT_PAID, held.Act.REST)
    patch.row(HELD[held.Standing.OPEN], held.Signal.SAY_NOT_PAID, said)


@bug("when the cloud has spoken there is nothing left to look at, whatever a person had said")
def _contradiction_unseen(patch: Patch) -> None:
    patch.name(held_desk, "to_see", lambda case: case.open)


@bug("an order in doubt leaves the list when somebody has looked at it")
def _doubt_forgotten(patch: Patch) -> None:
    def read(t: Terminal, office: Office, _value: Any, _at: Instant) -> Turn:
        rest = tuple(case for case in t.kept.held if case.key != office.held)
        return go(replace(t, kept=replace(t.kept, held=rest)), office, Page.HELD, held=None)

    patch.row(backroom.TAPS, (Page.VERDICT, Intent.STEP_BACK), read)


# --- cash -----------------------------------------------------------------------------------------


@bug("cash settles whatever is still open")
def _cash_while_unknown(patch: Patch) -> None:
    for phase in (Phase.UNKNOWN, Phase.VOIDING):
        patch.row(pay.TABLE[phase], pay.Signal.TENDERED, (Phase.PAID, pay.Act.REST))
    for intent in (Intent.PAY_CASH, Intent.CASH_RECEIVED):
        patch.row(checkout.TAPS, (Stage.PAY, intent), checkout._cash_received)


@bug("an order paid in cash has paid by its last attempt")
def _cash_marks_the_attempt_captured(patch: Patch) -> None:
    real = turn_module._attempts

    def attempts(before: Terminal, after: Terminal) -> tuple[AttemptRow, ...]:
        payment = after.visit.payment
        if payment is None or payment.tendered is None or payment.request is None:
            return real(before, after)
        by_card = replace(payment, tendered=None)
        kept = replace(after.kept, visit=replace(after.visit, payment=by_card))
        return real(before, replace(after, kept=kept))

    patch.name(turn_module, "_attempts", attempts)


@bug("cash goes back through the network of an earlier attempt")
def _cash_is_refunded_as_a_charge(patch: Patch) -> None:
    real = back.begin

    def begin(order: SoldOrder, *rest: Any) -> back.Step:
        key = order.payment_key or payment_key(order.order_id, 1)
        return real(replace(order, payment_key=key), *rest)

    patch.name(back, "begin", begin)
