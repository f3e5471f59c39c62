"""Changing shift behind the till: a cashier gives a number and counts the drawer, at the start and the end.

Enters: taps of the back office. Leaves: the running shift in `Kept.shift`, a record of each that ended.
What should be in the drawer is shown only once it was counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.core import shift as shifts
from agent.core.commands import Command, KeepRecord
from agent.core.events import Instant, Intent
from agent.core.figures import day_text
from agent.core.ids import Secret, typed
from agent.core.money import Money, read_money
from agent.core.office import Office, Page
from agent.core.office_pages import go, say
from agent.core.shift import CASHIER_SHAPE, Shift, Standing
from agent.core.state import Terminal, Turn

Handler = Callable[[Terminal, Office, Secret | None, Instant], Turn]


def _see(t: Terminal, office: Office, _value: Secret | None, _at: Instant) -> Turn:
    return go(t, office, Page.SHIFT, cashier="")


def _start(t: Terminal, office: Office, _value: Secret | None, _at: Instant) -> Turn:
    return go(t, office, Page.CASHIER) if t.kept.shift.standing is Standing.NOBODYS else Turn(t)


def _cashier(t: Terminal, office: Office, value: Secret | None, _at: Instant) -> Turn:
    number = typed(value)
    if CASHIER_SHAPE.fullmatch(number) is None:
        return say(t, "cashier_number")
    return go(t, office, Page.FLOAT, cashier=number)


def _float(t: Terminal, office: Office, value: Secret | None, at: Instant) -> Turn:
    counted = _money(t, value)
    if counted is None or t.kept.shift.standing is not Standing.NOBODYS:
        return say(t, "count_amount")
    nobodys, new = shifts.started(t.kept.shift, office.cashier, counted, at.utc_ms)
    t = replace(t, kept=replace(t.kept, shift=new, last_shift=nobodys or t.kept.last_shift))
    turn = go(t, office, Page.SHIFT, cashier="")
    return replace(turn, commands=_records(t, nobodys))


def _end(t: Terminal, office: Office, _value: Secret | None, _at: Instant) -> Turn:
    return go(t, office, Page.COUNT) if t.kept.shift.standing is Standing.OPEN else Turn(t)


def _count(t: Terminal, office: Office, value: Secret | None, at: Instant) -> Turn:
    counted = _money(t, value)
    if counted is None or t.kept.shift.standing is not Standing.OPEN:
        return say(t, "count_amount")
    done, after = shifts.ended(t.kept.shift, counted, at.utc_ms)
    t = replace(t, kept=replace(t.kept, shift=after, last_shift=done))
    turn = go(t, office, Page.SHIFT)
    return replace(turn, commands=_records(t, done))


def _records(t: Terminal, done: Shift | None) -> tuple[Command, ...]:
    """The cloud's books hear how a shift ended, nobody's as well."""
    if done is None:
        return ()
    data: dict[str, object] = {
        "shift": done.number,
        "cashier": done.cashier,
        "currency": t.rules.currency,
        "float_minor": done.float_minor,
        "expected_minor": done.expected_minor,
        "figures": [
            {
                "day": day_text(tally.day),
                "method": tally.method,
                "ending": tally.ending.value,
                "count": tally.count,
                "sum_minor": tally.sum_minor,
            }
            for tally in done.tallies
        ],
    }
    if done.counted_minor is not None:
        data["counted_minor"] = done.counted_minor
    return (KeepRecord(f"{t.rules.device}-{t.rules.era}-shift-{done.number}", "shift", data),)


def _money(t: Terminal, value: Secret | None) -> Money | None:
    return read_money(typed(value), t.rules.currency)


TAPS: dict[tuple[Page, Intent], Handler] = {
    (Page.MENU, Intent.SEE_SHIFT): _see,
    (Page.SHIFT, Intent.START_SHIFT): _start,
    (Page.SHIFT, Intent.END_SHIFT): _end,
    (Page.CASHIER, Intent.GIVE_NUMBER): _cashier,
    (Page.CASHIER, Intent.STEP_BACK): _see,
    (Page.FLOAT, Intent.GIVE_AMOUNT): _float,
    (Page.FLOAT, Intent.STEP_BACK): _see,
    (Page.COUNT, Intent.GIVE_AMOUNT): _count,
    (Page.COUNT, Intent.STEP_BACK): _see,
}
