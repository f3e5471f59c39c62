"""Closing the day behind the till: compared with the cloud's and the provider's books, then closed.

Enters: taps of the back office, the same wishes of `hyla day close`, what the bookkeeper found. Leaves:
comparisons asked for, days in `Kept.days`, a record of each close. A day may be closed with differences:
they stay named, in its file and in the record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.core import day as days
from agent.core.commands import Command, CompareDay, KeepRecord
from agent.core.day import DIFFERENCES_SHOWN, Act, Day, Signal
from agent.core.events import DayCalled, DayCompared, Device, Instant, Intent
from agent.core.figures import business_day, by_method, day_text
from agent.core.ids import Secret, typed
from agent.core.office import Office, Page
from agent.core.office_pages import go, say
from agent.core.state import Terminal, Turn

Handler = Callable[[Terminal, Office, Secret | None, Instant], Turn]


def find(t: Terminal, number: int | None) -> Day | None:
    """The day of this number, if it is still at hand."""
    return next((day for day in t.kept.days if day.number == number), None)


def _list(t: Terminal, office: Office, _value: Secret | None, _at: Instant) -> Turn:
    return go(t, office, Page.DAYS, day=None)


def _today(t: Terminal, office: Office, _value: Secret | None, at: Instant) -> Turn:
    return go(t, office, Page.TODAY, day=business_day(at.utc_ms, t.rules.day_offset_ms))


def _pick(t: Terminal, office: Office, value: Secret | None, _at: Instant) -> Turn:
    wanted = typed(value)
    picked = [day for day in t.kept.days if str(day.number) == wanted]
    return go(t, office, Page.DAY, day=picked[0].number) if picked else Turn(t)


def _compare(t: Terminal, office: Office, _value: Secret | None, _at: Instant) -> Turn:
    """What the link cannot answer is not asked: the day can be closed tomorrow as well."""
    if not t.works(Device.CLOUD):
        return say(t, "day_offline")
    return _moved(t, office, Signal.COMPARE)


def _close(t: Terminal, office: Office, _value: Secret | None, _at: Instant) -> Turn:
    return _moved(t, office, Signal.CLOSE)


def _moved(t: Terminal, office: Office, signal: Signal) -> Turn:
    day = find(t, office.day)
    if day is None:
        return Turn(t)
    t, after, act = _stepped(t, day, signal)
    if after is day:
        return Turn(t)
    turn = go(t, office, Page.DAY)
    return replace(turn, commands=_wishes(t, after, act))


def called(t: Terminal, event: DayCalled) -> Turn:
    """The same from `hyla day close`, on any page. What was compared since is not closed unseen."""
    day = find(t, event.day)
    if day is None or (day.asked != event.number if event.close else not t.works(Device.CLOUD)):
        return Turn(t)
    t, after, act = _stepped(t, day, Signal.CLOSE if event.close else Signal.COMPARE)
    if after is day:
        return Turn(t)
    turn = go(t, t.office, t.office.page) if t.office and t.office.day == event.day else Turn(t)
    return replace(turn, commands=_wishes(t, after, act))


def compared(t: Terminal, event: DayCompared) -> Turn:
    """The bookkeeper came back, whatever page is open. An answer to an older question changes nothing."""
    day = find(t, event.day)
    if day is None or day.asked != event.number:
        return Turn(t)
    after, _ = days.step(day, Signal.FAILED if event.trouble else Signal.COMPARED)
    if after is day:
        return Turn(t)
    if not event.trouble:
        after = replace(
            after,
            differences=event.differences[:DIFFERENCES_SHOWN],
            difference_count=event.count,
            file=event.file,
        )
    t = _with(t, after)
    if t.office is None or t.office.day != event.day:
        return Turn(t)
    turn = go(t, t.office, t.office.page)
    return say(turn.state, f"day_{event.trouble}") if event.trouble else turn


def restarted(t: Terminal) -> Terminal:
    """A comparison that was running is not any more."""
    again = tuple(days.step(day, Signal.RESTARTED)[0] for day in t.kept.days)
    return t if again == t.kept.days else replace(t, kept=replace(t.kept, days=again))


def _stepped(t: Terminal, day: Day, signal: Signal) -> tuple[Terminal, Day, Act]:
    """A comparison has a number of its own for ever: a day that was forgotten may come again, when a clock
    jumps back, and its record may not bear the id of an earlier one."""
    after, act = days.step(day, signal)
    if act is Act.ASK:
        number = max(t.kept.comparisons, *(each.asked for each in t.kept.days)) + 1
        t, after = replace(t, kept=replace(t.kept, comparisons=number)), replace(after, asked=number)
    return _with(t, after), after, act


def _with(t: Terminal, day: Day) -> Terminal:
    changed = tuple(day if other.number == day.number else other for other in t.kept.days)
    return replace(t, kept=replace(t.kept, days=days.shown(changed, day.number)))


def _wishes(t: Terminal, day: Day, act: Act) -> tuple[Command, ...]:
    if act is Act.ASK:
        return (CompareDay(day.number, day.asked),)
    if act is not Act.RECORD:
        return ()
    data: dict[str, object] = {
        "day": day_text(day.number),
        "currency": t.rules.currency,
        "differences": day.difference_count,
        "figures": [
            {
                "method": tally.method,
                "ending": tally.ending.value,
                "count": tally.count,
                "sum_minor": tally.sum_minor,
            }
            for tally in by_method(day.tallies)
        ],
    }
    id = f"{t.rules.device}-{t.rules.era}-close-{day.asked}"
    return (KeepRecord(id, "day", data),)


TAPS: dict[tuple[Page, Intent], Handler] = {
    (Page.MENU, Intent.SEE_DAYS): _list,
    (Page.MENU, Intent.SEE_TODAY): _today,
    (Page.DAYS, Intent.PICK): _pick,
    (Page.DAY, Intent.COMPARE_DAY): _compare,
    (Page.DAY, Intent.CLOSE_DAY): _close,
    (Page.DAY, Intent.STEP_BACK): _list,
}
