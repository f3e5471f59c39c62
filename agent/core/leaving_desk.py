"""Leaving a shop, behind the till: head office's order, what is missing, the farewell. Pure.

Enters: taps, a code held before the scanner, what fleet says of it, how much is unsent. Leaves: wishes to
judge, to count, to sign; a record with the receipt; the departure. The order is head office's signed word;
nobody leaves while money is unsent, in doubt or owed. What is destroyed is destroyed after a restart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.core.codes import ClaimCode
from agent.core.commands import (
    CountUnsent,
    Depart,
    DropRecords,
    JudgeOrder,
    KeepRecord,
    SignFarewell,
    StartTimer,
)
from agent.core.events import FarewellSigned, Instant, Intent, OrderJudged, UnsentCounted
from agent.core.ids import Secret
from agent.core.leaving import Lack, departs, missing
from agent.core.office import Office, Page
from agent.core.office_pages import go, say
from agent.core.state import Terminal, Turn

__all__ = ["FAREWELL_TIMER", "READS", "TAPS", "departs", "heard", "lacks", "scanned", "taken", "timer"]

Handler = Callable[[Terminal, Office, Secret | None, Instant], Turn]
FAREWELL_TIMER = "farewell"
FAREWELL_MS = 10_000  # then it leaves without head office's word: the receipt is on its screen
READS = frozenset({Page.TERMINAL, Page.LEAVING})
"""Pages on which the scanner reads head office's codes."""


def lacks(t: Terminal, office: Office) -> tuple[Lack, ...]:
    """What is missing, as far as it is counted."""
    return missing(t.kept, office.unsent or 0, office.parked)


def scanned(t: Terminal, office: Office, code: ClaimCode) -> Turn:
    """Something of head office's was held before the scanner."""
    number = t.lookups + 1
    t = replace(t, lookups=number, office=replace(office, search=number), notice="")
    return Turn(t, (JudgeOrder(number, code.code),))


def heard(t: Terminal, event: UnsentCounted | OrderJudged | FarewellSigned) -> Turn:
    """Fleet answered. An answer to an older question changes nothing."""
    office = t.office
    if office is None:
        return Turn(t)
    match event:
        case FarewellSigned():
            return _signed(t, office, event)
        case _ if event.number != office.search or office.page not in READS:
            return Turn(t)
        case UnsentCounted(unsent=unsent, parked=parked):
            return go(t, office, office.page, unsent=unsent, parked=parked)
        case OrderJudged(order=None):
            return go(t, office, Page.TERMINAL, leaving=None, refusal=event.refusal,
                      unsent=event.unsent, parked=event.parked)  # fmt: skip
        case OrderJudged():
            return go(t, office, Page.LEAVING, leaving=event.order, refusal="",
                      unsent=event.unsent, parked=event.parked)  # fmt: skip


def taken(t: Terminal, ids: tuple[str, ...]) -> Turn:
    """The cloud has these records. With the farewell's among them nothing keeps us; on the pages before,
    what is missing has become less."""
    dropped = DropRecords(ids)
    if departs(t):
        return Turn(t, (dropped, Depart()) if _record_id(t) in ids else (dropped,))
    if t.office is None or t.office.page not in READS:
        return Turn(t, (dropped,))
    count = _count(t, t.office)
    return replace(count, commands=(dropped, *count.commands))


def timer(t: Terminal) -> Turn:
    """Head office does not say that it has heard."""
    return Turn(t, (Depart(),)) if departs(t) else Turn(t)


def _see(t: Terminal, office: Office, _value: Secret | None, _at: Instant) -> Turn:
    if not t.rules.serial or t.rules.training:  # whoever practises leaves nothing
        return Turn(t)
    turn = go(t, office, Page.TERMINAL, leaving=None, refusal="", unsent=None)
    assert turn.state.office is not None
    return _count(turn.state, turn.state.office)


def _count(t: Terminal, office: Office) -> Turn:
    number = t.lookups + 1
    return Turn(replace(t, lookups=number, office=replace(office, search=number)), (CountUnsent(number),))


def _confirm(t: Terminal, office: Office, _value: Secret | None, _at: Instant) -> Turn:
    """From here on it sells nothing. Fleet counts once more before it signs: what was shown may be a moment
    old."""
    if office.leaving is None or office.unsent is None or lacks(t, office):
        return Turn(t)
    turn = go(t, office, Page.DEPARTING)
    wishes = (StartTimer(FAREWELL_TIMER, 1, FAREWELL_MS), SignFarewell(office.leaving.id))
    return replace(turn, commands=wishes)


def _signed(t: Terminal, office: Office, event: FarewellSigned) -> Turn:
    """It is on disk that we leave, and head office is told; or nothing was changed."""
    order = office.leaving
    if order is None or office.page is not Page.DEPARTING or order.id != event.order:
        return Turn(t)
    if event.trouble:
        counted = _count(t, replace(office, page=Page.LEAVING))
        told = say(counted.state, f"leaving_{event.trouble}")
        return replace(told, commands=counted.commands)
    data: dict[str, object] = {"what": order.what, "order": order.id, "receipt": event.receipt}
    return Turn(t, (KeepRecord(_record_id(t), "farewell", data),))


def _record_id(t: Terminal) -> str:
    order = t.office.leaving if t.office else None
    return f"{t.rules.device}-{t.rules.era}-farewell-{order.id if order else ''}"


TAPS: dict[tuple[Page, Intent], Handler] = {
    (Page.MENU, Intent.SEE_TERMINAL): _see,
    (Page.LEAVING, Intent.LEAVE_SHOP): _confirm,
    (Page.LEAVING, Intent.STEP_BACK): _see,
}
