"""Orders nobody is sure about: listed behind the till, settled by a manager with a reason, looked at again.

Enters: taps of the back office, late answers. Leaves: verdicts in `Kept.held`, records for the cloud.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.core import collect, held
from agent.core.charge import Answer
from agent.core.commands import Command, KeepRecord
from agent.core.events import Instant, Intent
from agent.core.held import HeldOrder
from agent.core.ids import Secret, typed
from agent.core.office import Office, Page, Settle
from agent.core.office_pages import go
from agent.core.payment import Payment
from agent.core.state import Terminal, Turn
from agent.core.visit import Summary

Handler = Callable[[Terminal, Office, Secret | None, Instant], Turn]


def taken_in(t: Terminal, payment: Payment, summary: Summary, at: Instant) -> Turn:
    """The horizon passed: from now on it is a case of its own, and the till may serve the next customer."""
    if payment.key is None:
        return Turn(t)
    case, wishes = held.begin(payment.key, summary, at.utc_ms, t.rules.waits.query_every_ms)
    return Turn(replace(t, kept=replace(t.kept, held=(*t.kept.held, case))), wishes)


def _list(t: Terminal, office: Office, _value: Secret | None, _at: Instant) -> Turn:
    return go(t, office, Page.HELD, held=None, errand=None)


def _pick(t: Terminal, office: Office, value: Secret | None, _at: Instant) -> Turn:
    wanted = typed(value)
    picked = [case for case in t.kept.held if case.key == wanted]
    return go(t, office, Page.VERDICT, held=picked[0].key) if picked else Turn(t)


def _say(paid: bool) -> Handler:
    def handler(t: Terminal, office: Office, _value: Secret | None, _at: Instant) -> Turn:
        case = find(t, office.held)
        if case is None or case.standing is not held.Standing.OPEN:
            return Turn(t)
        return go(t, office, Page.REASON, errand=Settle(case.key, paid))

    return handler


def _reason(t: Terminal, office: Office, value: Secret | None, _at: Instant) -> Turn:
    reason = typed(value)
    if reason not in held.REASONS or not isinstance(office.errand, Settle):
        return Turn(t)
    return go(t, office, Page.PIN, errand=replace(office.errand, reason=reason))


def _read(t: Terminal, office: Office, _value: Secret | None, _at: Instant) -> Turn:
    """Somebody has read what the cloud said in the end."""
    case = find(t, office.held)
    if case is None or case.open:
        return Turn(t)
    rest = tuple(other for other in t.kept.held if other.key != case.key)
    return go(replace(t, kept=replace(t.kept, held=rest)), office, Page.HELD, held=None)


def agreed(t: Terminal, office: Office, errand: Settle) -> Turn:
    """A manager settles it. Meanwhile the cloud may have spoken: then there is nothing left to settle."""
    turn = settle(t, errand.key, lambda case: held.judged(case, errand.paid, errand.reason, _every_ms(t)))
    shown = go(turn.state, office, Page.VERDICT, errand=None)
    return replace(shown, commands=turn.commands)


# --- what becomes of it ---------------------------------------------------------------------------


def find(t: Terminal, key: str | None) -> HeldOrder | None:
    """The case of this key, if it is still one."""
    return next((case for case in t.kept.held if case.key == key), None)


def settle(t: Terminal, key: str, advance: Callable[[HeldOrder], held.Step]) -> Turn:
    """Let one case take its step. A key that is none of ours changes nothing. Cases that ended as they were
    expected to leave the list here, a turn after everybody has heard of it."""
    case = find(t, key)
    if case is None:
        return Turn(t)
    after, wishes = advance(case)
    if after is case:
        return Turn(t)
    cases = tuple(
        after if other is case else other for other in t.kept.held if other is case or to_see(other)
    )
    recent = tuple(_renamed(summary, after) for summary in t.kept.recent)
    t = replace(t, kept=replace(t.kept, held=cases, recent=recent), notice=_notice(after) or t.notice)
    t = collect.case_said(t, after)
    return Turn(t, (*wishes, *_records(case, after)))


def to_see(case: HeldOrder) -> bool:
    """Still in doubt, or the cloud said otherwise than somebody here: a person has to look."""
    return case.open or case.contradicted


def _notice(case: HeldOrder) -> str:
    """What the cashier is told when the cloud speaks at last."""
    if case.contradicted:
        return "held_contradicted"
    return {held.Standing.PAID: "held_paid", held.Standing.NOT_PAID: "held_not_paid"}.get(case.standing, "")


def settle_all(t: Terminal, signal: held.Signal) -> Turn:
    """The link came back, or the process did: every case is asked about."""
    wishes: tuple[Command, ...] = ()
    every_ms = _every_ms(t)
    for case in t.kept.held:
        turn = settle(t, case.key, lambda one: held.step(one, signal, every_ms))
        t, wishes = turn.state, (*wishes, *turn.commands)
    return Turn(t, wishes)


def answered(t: Terminal, key: str, answer: Answer) -> Turn:
    """A late word about a key that may be a case."""
    return settle(t, key, lambda case: held.answered(case, answer, _every_ms(t)))


def timer(t: Terminal, key: str, generation: int) -> Turn:
    return settle(t, key, lambda case: held.timer_fired(case, generation, _every_ms(t)))


def _every_ms(t: Terminal) -> int:
    return t.rules.waits.query_every_ms


def _renamed(summary: Summary, case: HeldOrder) -> Summary:
    same = summary.order_id == case.summary.order_id and not case.on_trust
    return replace(summary, outcome=case.outcome) if same else summary


def _records(before: HeldOrder, after: HeldOrder) -> tuple[KeepRecord, ...]:
    """Each time somebody says something new about it, the cloud's books hear of it."""
    if before.standing is after.standing:
        return ()
    data: dict[str, object] = {
        "order_id": after.summary.order_id,
        "payment_key": after.key,
        "standing": after.standing.value,
        "verdict": after.verdict,
        "reason": after.reason,
        "contradicted": after.contradicted,
        "amount_minor": after.summary.amount.amount_minor,
        "currency": after.summary.amount.currency,
    }
    return (KeepRecord(f"{after.key}-held-{after.standing.value}", "settlement", data),)


TAPS: dict[tuple[Page, Intent], Handler] = {
    (Page.MENU, Intent.SEE_HELD): _list,
    (Page.HELD, Intent.PICK): _pick,
    (Page.VERDICT, Intent.SAY_PAID): _say(True),
    (Page.VERDICT, Intent.SAY_NOT_PAID): _say(False),
    (Page.VERDICT, Intent.DONE): _read,
    (Page.VERDICT, Intent.STEP_BACK): _list,
    (Page.REASON, Intent.PICK): _reason,
    (Page.REASON, Intent.STEP_BACK): _list,
}
