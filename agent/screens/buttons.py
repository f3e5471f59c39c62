"""Which buttons stand on a view: word, key, which is primary, which is off. Pure, as `projection` is."""

from __future__ import annotations

from msgspec import structs

from agent.core.events import Intent
from agent.core.money import CURRENCIES
from agent.core.recognise import closed
from agent.core.state import Terminal
from agent.core.visit import Stage
from agent.screens import basket_views
from agent.screens.contract import Button, Phrase
from agent.screens.pages import DANGEROUS

KEYS = {
    Intent.CHARGE: "F9",
    Intent.CANCEL: "Esc",
    Intent.MORE: "+",
    Intent.FEWER: "-",
    Intent.REMOVE_LINE: "Del",
    Intent.ASK_NOW: "F5",
    Intent.DONE: "Return",
    Intent.PAY_CASH: "F6",
    Intent.CASH_RECEIVED: "F9",
    Intent.OFFICE: "F2",
    Intent.LEAVE: "F10",
    Intent.STEP_BACK: "Esc",
    Intent.FIND: "F3",
    Intent.SEE_HELD: "F4",
    Intent.SAY_PAID: "F8",
    Intent.SAY_NOT_PAID: "F7",
    Intent.REFUND_ALL: "F9",
    Intent.REFUND_PART: "F8",
    Intent.SEE_SLIP: "F6",
    Intent.PRINT_SLIP: "F7",
    Intent.SEE_SHIFT: "F5",
    Intent.SEE_DAYS: "F6",
    Intent.START_SHIFT: "F9",
    Intent.END_SHIFT: "F9",
    Intent.COMPARE_DAY: "F7",
    Intent.CLOSE_DAY: "F9",
    Intent.SEE_TODAY: "F9",
    Intent.TRAIN: "F8",
    Intent.END_TRAINING: "F8",
    Intent.SEE_TERMINAL: "F7",
    Intent.LEAVE_SHOP: "F9",
}
CORNER_KEYS = {Intent.SWITCH_TEXT_SIZE: "F1", Intent.SWITCH_SOUND: "F11", Intent.SWITCH_LANGUAGE: "F12"}
NEVER_PRIMARY = (
    Intent.JOIN, Intent.CANCEL, Intent.OFFICE, Intent.LEAVE, Intent.STEP_BACK, Intent.SAY_PAID,
    Intent.TRAIN, Intent.END_TRAINING, Intent.PRINT_SLIP,
)  # fmt: skip
CORNER = (Intent.SWITCH_TEXT_SIZE, Intent.SWITCH_LANGUAGE)
CUSTOMER_CORNER = (Intent.SWITCH_REACH, *CORNER)
CASHIER_CORNER = (Intent.SWITCH_SOUND, *CORNER)


def buttons(
    t: Terminal, taps: tuple[Intent, ...], corner: tuple[Intent, ...], calm: bool = False
) -> tuple[Button, ...]:
    """A page's own taps, the first one primary if it is not calm, and what is always in the corner."""
    primary = taps[0] if taps and not calm and taps[0] not in NEVER_PRIMARY else None
    about = tuple(button(t, intent, False) for intent in corner)
    if corner is CASHIER_CORNER:  # the keyboard is the cashier's
        about = tuple(structs.replace(one, keys=CORNER_KEYS[Intent(one.intent)]) for one in about)
    return (*(button(t, intent, intent is primary) for intent in taps), *about)


def button(t: Terminal, intent: Intent, primary: bool) -> Button:
    """One of them, switched off where it cannot be done now."""
    looks = intent is Intent.PAY_BY_FACE or (intent is Intent.RETRY and t.visit.stage is Stage.NOBODY)
    enabled = not looks or not closed(t)
    word = f"button.{intent}.back" if _is_on(t, intent) else f"button.{intent}"
    keys, about = KEYS.get(intent, ""), basket_views.about(t, intent)
    danger, typed = intent in DANGEROUS, _typed(t, intent)
    return Button(intent, Phrase(word), primary, enabled, keys, about, danger, typed)


def _typed(t: Terminal, intent: Intent) -> Phrase | None:
    """What it says while an amount stands in the field, for then it is that amount which it gives."""
    if intent is not Intent.CASH_RECEIVED:
        return None
    return Phrase("button.cash_received.typed", {"sign": CURRENCIES[t.rules.currency][0]})


def _is_on(t: Terminal, intent: Intent) -> bool:
    """A switch that is on says how it goes back."""
    return (intent is Intent.SWITCH_SOUND and t.silent) or (intent is Intent.SWITCH_REACH and t.low)
