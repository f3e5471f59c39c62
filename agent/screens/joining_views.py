"""The pages of somebody who is becoming a member, as the customer's screen shows them.

Pure, like the projection that calls it. The phone number is never in a view: it goes from the keypad to the
core, and nowhere back.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.core.consent import MEANING, NOTICE, Purpose
from agent.core.events import Intent as I
from agent.core.joining import Joining, JoinPage
from agent.core.joining_desk import may_agree
from agent.core.state import Language, Terminal
from agent.screens.contract import Button, Code, Page, Phrase, Tick, Tone
from agent.screens.pages import headline_of_look, known

FULL_WIDTH = str.maketrans({",": "，", ";": "；", ":": "："})
TROUBLES = (
    "walked_off", "offline", "storage", "no_camera", "not_live", "unclear", "already", "too_close",
)  # fmt: skip
"""Why joining came to nothing; each has a sentence of its own in ui/i18n."""
_NOTICE = (NOTICE.zh, NOTICE.en)


@dataclass(frozen=True, slots=True)
class JoinDesk:
    """One page, ready to be put into a view. `amount`: it still stands beside the page."""

    page: Page
    headline: Phrase
    buttons: tuple[Button, ...]
    detail: Phrase | None = None
    tone: Tone = "plain"
    digits_wanted: int = 0
    body: str = ""
    ticks: tuple[Tick, ...] = ()
    codes: tuple[Code, ...] = ()
    amount: bool = False


def look(t: Terminal, joining: Joining, language: Language) -> JoinDesk:
    """The page that is open."""
    page = joining.page
    match page:
        case JoinPage.TERMS:
            return _terms(joining, language)
        case JoinPage.ALL_TERMS:
            headline = Phrase("join.all_terms", {"version": str(NOTICE.version)})
            return JoinDesk(
                "text", headline, (_button(I.BACK, primary=True),), body=finished_text(*_NOTICE, language)
            )
        case JoinPage.GUARDIAN:
            buttons = (
                _not_now(),
                _button(I.BACK),
                _button(I.AGREE, "button.guardian_agrees", primary=True),
            )
            return JoinDesk(
                "text", Phrase("join.guardian"), buttons, body=finished_text(*_NOTICE, language)
            )
        case JoinPage.GUARDIAN_PHONE | JoinPage.PHONE:
            return _phone(t, joining)
        case JoinPage.LOOK:
            headline = headline_of_look(t.look, "join.look")
            return JoinDesk("face", headline, (_not_now(),), Phrase("join.look_detail"), tone="busy")
        case JoinPage.KEEPING:
            return JoinDesk("wait", Phrase("join.keeping"), (), tone="busy")
        case JoinPage.JOINED:
            detail = Phrase("join.joined_detail", {"name": joining.name_masked})
            return JoinDesk("result", Phrase("join.joined"), (_close(),), detail, tone="good")
        case JoinPage.ENDED:
            return _ended(joining)


def wait_ms(t: Terminal, joining: Joining) -> int:
    """How long the page waits for the person, where that is printed; 0: it is not."""
    if joining.page is JoinPage.LOOK:
        return t.rules.people.face_wait_ms
    asks = (JoinPage.TERMS, JoinPage.GUARDIAN, JoinPage.GUARDIAN_PHONE, JoinPage.PHONE)
    return t.rules.joining.page_wait_ms if joining.page in asks else 0


def _terms(joining: Joining, language: Language) -> JoinDesk:
    ticks = tuple(
        Tick(I.TICK, purpose, finished_text(*MEANING[purpose], language), purpose in joining.purposes)
        for purpose in Purpose
    )
    ready = may_agree(joining)
    buttons = (
        _not_now(),
        _button(I.READ_ALL),
        _button(I.UNDER_14, enabled=ready),
        _button(I.AGREE, primary=True, enabled=ready),
    )
    return JoinDesk("terms", Phrase("join.terms"), buttons, Phrase("join.terms_detail"), ticks=ticks)


def _phone(t: Terminal, joining: Joining) -> JoinDesk:
    whose = "guardian_phone" if joining.page is JoinPage.GUARDIAN_PHONE else "phone"
    detail = Phrase("join.phone_again" if joining.trouble else f"join.{whose}_detail")
    buttons = (_not_now(), _button(I.GIVE_DIGITS, primary=True))
    wanted = t.rules.joining.phone_digits
    return JoinDesk("digits", Phrase(f"join.{whose}"), buttons, detail, digits_wanted=wanted)


def _ended(joining: Joining) -> JoinDesk:
    why = known(joining.trouble, TROUBLES)
    tone: Tone = "plain" if why in ("walked_off", "already") else "unsure"
    return JoinDesk("result", Phrase(f"join.ended_{why}"), (_close(),), Phrase("join.nothing_kept"), tone)


def finished_text(zh: str, en: str, language: Language) -> str:
    """The words that are agreed to, word for word; Chinese with Chinese signs between them."""
    return en if language == "en" else zh.translate(FULL_WIDTH)


def _button(intent: I, label: str = "", *, primary: bool = False, enabled: bool = True) -> Button:
    return Button(intent, Phrase(label or f"button.{intent}"), primary, enabled)


def _not_now() -> Button:
    return _button(I.STOP_JOINING)


def _close() -> Button:
    return _button(I.STOP_JOINING, "button.close", primary=True)
