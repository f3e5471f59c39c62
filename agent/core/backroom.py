"""What the cashier's taps do behind the till: a table (page × intent → what happens).

The back office opens between two customers and closes by itself when goods are scanned: a customer
comes first. Whatever moves money asks a manager's PIN, in one place, here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.core import (
    checkout,
    day_desk,
    held_desk,
    leaving_desk,
    refund_desk,
    shift_desk,
    slip_desk,
    stages,
    training,
)
from agent.core.codes import ClaimCode, Code, ReceiptCode, UnknownCode
from agent.core.events import Instant, Intent, OrdersFound
from agent.core.ids import Secret
from agent.core.office import GiveBack, Office, Page, Settle, Train
from agent.core.office_pages import go, say
from agent.core.staff import PIN_PAUSE_MS, PIN_TRIES, pin_fits
from agent.core.state import Terminal, Turn
from agent.core.visit import Stage

Handler = Callable[[Terminal, Office, Secret | None, Instant], Turn]
BETWEEN_CUSTOMERS = frozenset({Stage.IDLE, Stage.PAID, Stage.OWED, Stage.HELD})


def opened(t: Terminal) -> Turn:
    """The cashier goes behind the till, between two customers."""
    left = stages.leave(t) if t.visit.stage is not Stage.IDLE else Turn(t)
    return replace(left, state=replace(left.state, office=Office(), notice=""))


def tapped(t: Terminal, office: Office, intent: Intent, value: Secret | None, at: Instant) -> Turn:
    """Look the tap up in the table; what is not in it changes nothing."""
    handler = TAPS.get((office.page, intent))
    return handler(t, office, value, at) if handler else Turn(t)


def scanned(t: Terminal, code: Code, at: Instant) -> Turn:
    """A receipt opens its order; a bad scan closes nothing; anything else belongs to a customer, who comes
    first."""
    if leaving_desk.departs(t):
        return stages.say(t, "leaving")
    if t.office is not None and isinstance(code, ClaimCode) and t.office.page in leaving_desk.READS:
        return leaving_desk.scanned(t, t.office, code)
    if t.office is not None and isinstance(code, UnknownCode):
        return stages.say(t, "bad_code")
    if not isinstance(code, ReceiptCode):
        return checkout.scanned(replace(t, office=None), code, at)
    if t.visit.stage not in BETWEEN_CUSTOMERS:
        return stages.say(t, "busy")
    there = Turn(t) if t.office is not None else opened(t)
    found = refund_desk.look_up(there.state, there.state.office or Office(), code.order_id)
    return replace(found, commands=(*there.commands, *found.commands))


def found(t: Terminal, event: OrdersFound) -> Turn:
    """The journal answered a look-up. An answer to an older one changes nothing."""
    if t.office is None or t.office.search != event.number:
        return Turn(t)
    if t.office.page is Page.SLIP:
        return slip_desk.found(t, t.office, event.orders)
    return refund_desk.found(t, t.office, event.orders)


def _leave(t: Terminal, _office: Office, _value: Secret | None, _at: Instant) -> Turn:
    return Turn(replace(t, office=None, notice=""))


def _menu(t: Terminal, office: Office, _value: Secret | None, _at: Instant) -> Turn:
    return go(t, office, Page.MENU)


def _back_from_pin(t: Terminal, office: Office, _value: Secret | None, _at: Instant) -> Turn:
    match office.errand:
        case Settle():
            return go(t, office, Page.VERDICT, errand=None)
        case Train():
            return go(t, office, Page.MENU, errand=None)
        case _:
            return go(t, office, Page.ORDER, errand=None)


# --- the manager ----------------------------------------------------------------------------------


def _pin(t: Terminal, office: Office, value: Secret | None, at: Instant) -> Turn:
    """A manager agrees, or the question is closed for a while."""
    if value is None or office.errand is None:
        return Turn(t)
    if at.mono_ms < t.pin_free_at_ms:
        return say(t, "pin_paused")
    if not pin_fits(t.rules.manager_pin, value):
        return _wrong_pin(t, at)
    t = replace(t, kept=replace(t.kept, pin_failures=0))
    match office.errand:
        case GiveBack():
            return refund_desk.agreed(t, office, office.errand, at)
        case Settle():
            return held_desk.agreed(t, office, office.errand)
        case Train():
            return training.begun(t, at)


def _wrong_pin(t: Terminal, at: Instant) -> Turn:
    """Counted over restarts: pulling the plug buys no more tries."""
    if not t.rules.manager_pin:
        return say(t, "pin_none")
    failures = t.kept.pin_failures + 1
    t = replace(t, kept=replace(t.kept, pin_failures=failures))
    if failures % PIN_TRIES == 0:
        return say(replace(t, pin_free_at_ms=at.mono_ms + PIN_PAUSE_MS), "pin_paused")
    return say(t, "pin_wrong")


def restarted(t: Terminal, at: Instant) -> Terminal:
    """After a restart in the middle of a pause the pause begins anew."""
    if t.kept.pin_failures and t.kept.pin_failures % PIN_TRIES == 0:
        return replace(t, pin_free_at_ms=at.mono_ms + PIN_PAUSE_MS)
    return t


TAPS: dict[tuple[Page, Intent], Handler] = {
    **{(page, Intent.LEAVE): _leave for page in Page if page is not Page.DEPARTING},
    **{
        (page, Intent.STEP_BACK): _menu
        for page in (
            Page.FIND,
            Page.REFUND,
            Page.HELD,
            Page.SHIFT,
            Page.DAYS,
            Page.TODAY,
            Page.TERMINAL,
        )
    },
    (Page.PIN, Intent.GIVE_PIN): _pin,
    (Page.PIN, Intent.STEP_BACK): _back_from_pin,
    **refund_desk.TAPS,
    **slip_desk.TAPS,
    **held_desk.TAPS,
    **shift_desk.TAPS,
    **day_desk.TAPS,
    **training.TAPS,
    **leaving_desk.TAPS,
}
