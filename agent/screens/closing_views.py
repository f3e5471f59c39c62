"""How changing shift and closing the day look on the cashier's screen. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from agent.core.compare import Difference
from agent.core.day import Day
from agent.core.day import Standing as DayStanding
from agent.core.day_desk import find
from agent.core.events import Intent as I
from agent.core.figures import Ending, Tally, by_method, day_text, taken_minor
from agent.core.ids import short_key
from agent.core.money import Money
from agent.core.office import Office, Page
from agent.core.shift import Shift, Standing
from agent.core.state import Terminal
from agent.screens.contract import Bar, Choice, Figure, Phrase, Question, Tone
from agent.screens.desk import Desk
from agent.screens.pages import METHODS, known


def _shift(t: Terminal, _office: Office) -> Desk:
    """The running shift; just after a change, the one that ended and how its drawer was."""
    shift, last = t.kept.shift, t.kept.last_shift
    if shift.standing is Standing.NOBODYS and not shift.tallies and last is not None:
        shift = last
    change = I.END_SHIFT if t.kept.shift.standing is Standing.OPEN else I.START_SHIFT
    off = shift.difference_minor
    return Desk(
        Phrase(f"shift.{shift.standing}"),
        (change, I.STEP_BACK, I.LEAVE),
        Phrase("shift.drawer_off") if off else Phrase("shift.drawer_right") if off == 0 else None,
        "unsure" if off else "good" if off == 0 else "plain",
        amount_label=Phrase("amount.taken"),
        amount=_text(t, taken_minor(shift.tallies)),
        figures=(*_drawer(t, shift), *_tallies(t, shift.tallies)),
    )


def _drawer(t: Terminal, shift: Shift) -> tuple[Figure, ...]:
    """Who and since when; what should be in the drawer is said only once it was counted."""
    if shift.standing is Standing.NOBODYS:
        return ()
    whose = Figure(Phrase("figure.cashier"), shift.cashier or "-")
    rows = (
        whose,
        Figure(Phrase("figure.since"), _time(shift.started_utc_ms)),
        Figure(Phrase("figure.float"), _text(t, shift.float_minor)),
    )
    if shift.counted_minor is None or shift.difference_minor is None:
        return rows if shift.cashier else ()
    return (
        whose,
        Figure(Phrase("figure.expected"), _text(t, shift.expected_minor)),
        Figure(Phrase("figure.counted"), _text(t, shift.counted_minor)),
        Figure(Phrase("figure.drawer_difference"), _text(t, shift.difference_minor)),
    )


def _cashier(_t: Terminal, _office: Office) -> Desk:
    question = Question("number", Phrase("shift.cashier_label"), I.GIVE_NUMBER)
    return Desk(Phrase("shift.cashier"), (I.STEP_BACK, I.LEAVE), question=question)


def _float(_t: Terminal, _office: Office) -> Desk:
    return _counting(Phrase("shift.float"))


def _count(_t: Terminal, _office: Office) -> Desk:
    return _counting(Phrase("shift.count"))


def _counting(headline: Phrase) -> Desk:
    question = Question("amount", Phrase("shift.count_label"), I.GIVE_AMOUNT)
    return Desk(headline, (I.STEP_BACK, I.LEAVE), Phrase("shift.count_detail"), question=question)


def _days(t: Terminal, _office: Office) -> Desk:
    days = tuple(_day_row(t, day) for day in reversed(t.kept.days))
    return Desk(Phrase("day.list" if days else "day.none"), (I.STEP_BACK, I.LEAVE), choices=days)


def _day_row(t: Terminal, day: Day) -> Choice:
    amount = _text(t, taken_minor(day.tallies))
    detail = Phrase(f"day.{day.standing}")
    return Choice(I.PICK, str(day.number), day_text(day.number), detail, amount, _tone(day))


def _day(t: Terminal, office: Office) -> Desk:
    day = find(t, office.day)
    if day is None:
        return Desk(Phrase("day.none"), (I.STEP_BACK, I.LEAVE))
    differences = tuple(_difference(t, one) for one in day.differences)
    taken = _text(t, taken_minor(day.tallies))
    desk = Desk(
        Phrase("day.one", {"day": day_text(day.number), "standing": f"day.{day.standing}"}),
        (*DAY_TAPS[day.standing], I.STEP_BACK, I.LEAVE),
        _day_detail(day),
        _tone(day),
        choices=differences,
        figures=_tallies(t, day.tallies),
    )
    if differences:  # the list needs the room
        return replace(desk, figures=(Figure(Phrase("amount.taken"), taken), *desk.figures))
    return replace(desk, amount_label=Phrase("amount.taken"), amount=taken)


def _today(t: Terminal, office: Office) -> Desk:
    """What today has brought so far: the sum, what it is made of, and a bar for each way of payment."""
    number = office.day or 0
    day = find(t, number)
    tallies = day.tallies if day else ()
    return Desk(
        Phrase("today.headline", {"day": day_text(number)}),
        (I.STEP_BACK, I.LEAVE),
        None if tallies else Phrase("today.nothing"),
        amount_label=Phrase("amount.taken"),
        amount=_text(t, taken_minor(tallies)),
        figures=tuple(_made_of(t, tallies)),
        bars=_bars(t, tallies),
    )


def _made_of(t: Terminal, tallies: tuple[Tally, ...]) -> Iterator[Figure]:
    """Sales, refunds and new members are always said, also when there are none."""
    sales, back = _all_of(tallies, *TAKINGS), _all_of(tallies, Ending.REFUNDED)
    yield Figure(Phrase("today.sales"), "", _counted(t, sales.count, sales.sum_minor))
    yield Figure(Phrase("today.refunds"), "", _counted(t, back.count, -back.sum_minor))
    yield Figure(Phrase("today.joined"), str(_all_of(tallies, Ending.JOINED).count))
    for ending, words in SOMETIMES.items():
        some = _all_of(tallies, ending)
        if some.count:
            yield Figure(Phrase(words), "", _counted(t, some.count, some.sum_minor))


def _all_of(tallies: tuple[Tally, ...], *endings: Ending) -> Tally:
    """These endings together, whatever the way of payment."""
    mine = [tally for tally in tallies if tally.ending in endings]
    return Tally(0, "", endings[0], sum(t.count for t in mine), sum(t.sum_minor for t in mine))


def _bars(t: Terminal, tallies: tuple[Tally, ...]) -> tuple[Bar, ...]:
    """What came in each way, less what went back, the most first; a way that gave back more has no bar."""
    ways = {tally.method for tally in tallies if tally.ending in (*TAKINGS, Ending.REFUNDED)}
    taken = sorted(((taken_minor(tallies, way), way) for way in ways), reverse=True)
    most = max([minor for minor, _ in taken] + [1])
    counts = {way: _all_of(tuple(x for x in tallies if x.method == way), *TAKINGS).count for way in ways}
    return tuple(
        Bar(
            Phrase(_method(way)),
            _counted(t, counts[way], minor),
            max(0, 100 * minor // most),
            "good",
        )
        for minor, way in taken
    )


def _day_detail(day: Day) -> Phrase | None:
    if day.standing not in (DayStanding.COMPARED, DayStanding.CLOSED):
        return None
    count = str(day.difference_count)
    return Phrase("day.differences", {"count": count}) if day.difference_count else Phrase("day.agreed")


def _tone(day: Day) -> Tone:
    if day.standing is DayStanding.COMPARING:
        return "busy"
    if day.standing is DayStanding.OPEN:
        return "plain"
    return "unsure" if day.difference_count else "good"


def _difference(t: Terminal, one: Difference) -> Choice:
    """The end of its number, and what each book says: the till, the cloud, the provider."""
    sides = " | ".join(_text(t, side) for side in (one.here_minor, one.cloud_minor, one.bill_minor))
    title = f"{short_key(one.key)} · {sides}" if one.key else f"× {one.count}"
    return Choice("", one.key or one.kind, title, Phrase(f"difference.{one.kind}"), "", "unsure")


def _tallies(t: Terminal, tallies: Iterable[Tally]) -> tuple[Figure, ...]:
    return tuple(
        Figure(
            Phrase(f"tally.{tally.ending}", {"method": _method(tally.method)}),
            "",
            _counted(t, tally.count, tally.sum_minor),
        )
        for tally in by_method(tallies)
    )


def _counted(t: Terminal, count: int, minor: int) -> Phrase:
    """How often, and how much it came to."""
    return Phrase("figure.tallied", {"count": str(count), "sum": _text(t, minor)})


def _method(method: str) -> str:
    return f"method.{known(method, METHODS)}" if method else "method.none"


def _text(t: Terminal, minor: int) -> str:
    return Money(minor, t.rules.currency).text()


def _time(utc_ms: int) -> str:
    """By the terminal's own clock and zone."""
    return datetime.fromtimestamp(utc_ms / 1000).strftime("%m-%d %H:%M")


TAKINGS = (Ending.SOLD, Ending.SETTLED_PAID, Ending.COLLECTED)
SOMETIMES = {
    Ending.DISCOUNTED: "today.discounted",
    Ending.HELD: "today.held",
    Ending.OWED: "today.owed",
    Ending.CANCELLED: "today.cancelled",
}
"""What a day can do without."""
DAY_TAPS: dict[DayStanding, tuple[I, ...]] = {
    DayStanding.OPEN: (I.COMPARE_DAY,),
    DayStanding.COMPARING: (),
    DayStanding.COMPARED: (I.CLOSE_DAY, I.COMPARE_DAY),
    DayStanding.CLOSED: (I.COMPARE_DAY,),
}
DESKS: dict[Page, Callable[[Terminal, Office], Desk]] = {
    Page.SHIFT: _shift,
    Page.CASHIER: _cashier,
    Page.FLOAT: _float,
    Page.COUNT: _count,
    Page.DAYS: _days,
    Page.DAY: _day,
    Page.TODAY: _today,
}
