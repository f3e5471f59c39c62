"""The stage a visit is at: how it changes, how long it waits for a person, how a visit ends.

Enters: the state and the stage to come. Leaves: the state with that stage, its timer, and rest for the
eyes where nobody looks for a face any more.
"""

from __future__ import annotations

from dataclasses import replace

from agent.core.basket import Basket
from agent.core.commands import Command, RestFaces, StartTimer
from agent.core.events import Screen
from agent.core.state import Terminal, Turn
from agent.core.visit import Stage, Visit

STAGE_TIMER = "stage"
LOOKING = frozenset({Stage.FACE, Stage.MATCH})
ENDS_SHOWN = frozenset({Stage.PAID, Stage.OWED})


def enter(t: Terminal, stage: Stage, *, reason: str = "", visit: Visit | None = None) -> Turn:
    """Change the stage: count it, start its timer, open or close the eyes."""
    old = visit or t.visit
    new = replace(old, stage=stage, stage_no=old.stage_no + 1, reason=reason)
    wishes: list[Command] = []
    wait_ms = _stage_wait(t, stage, new)
    if wait_ms is not None:
        wishes.append(StartTimer(STAGE_TIMER, new.stage_no, wait_ms))
    if t.look is not None and stage not in LOOKING:
        wishes.append(RestFaces())
    look = t.look if stage in LOOKING else None
    state = replace(t, kept=replace(t.kept, visit=new), look=look, notice="")
    return Turn(state, tuple(wishes))


def _stage_wait(t: Terminal, stage: Stage, visit: Visit) -> int | None:
    """What there is to do after paying takes longer than to read that it is paid."""
    people = t.rules.people
    offers = t.rules.invites(visit.person) or t.rules.after_payment.codes
    paid_ms = people.offers_shown_ms if offers else people.paid_shown_ms
    return {
        Stage.FACE: people.face_wait_ms,
        Stage.DIGITS: people.digits_wait_ms,
        Stage.MATCH: people.match_wait_ms,
        Stage.CONFIRM: people.confirm_wait_ms,
        Stage.PAID: paid_ms,
        Stage.OWED: people.paid_shown_ms,
    }.get(stage)


def offer(t: Terminal) -> Stage:
    """Where the customer is asked how to pay, or for the code at once where there is no choice."""
    return Stage.CHOOSE if t.rules.customer_touch else Stage.CODE


def say(t: Terminal, notice: str) -> Turn:
    """One sentence for the cashier, nothing else."""
    return Turn(replace(t, notice=notice))


def leave(t: Terminal) -> Turn:
    """The customer has gone; nobody is served."""
    return enter(for_anybody(t), Stage.IDLE, visit=next_visit(t))


def for_anybody(t: Terminal) -> Terminal:
    """How the screens look and sound for the next customer: what the last one wished for goes with them.
    What the cashier reads stays as the cashier wished it."""
    return replace(
        t,
        languages={**t.languages, Screen.CUSTOMER.value: t.language},
        large_text=t.large_text - {Screen.CUSTOMER.value},
        silent=False,
        low=False,
    )


def next_visit(t: Terminal) -> Visit:
    """An empty basket; the stage's number goes on, so that an old timer never counts."""
    return Visit(Basket(t.rules.currency), stage_no=t.visit.stage_no)
