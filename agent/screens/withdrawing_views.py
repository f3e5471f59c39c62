"""The pages of somebody who looks at what they agreed to, as the customer's screen shows them.

Pure, like the projection that calls it. No name, no digit and no id of a person is on any of them; the
receipt is a number and a square code.
"""

from __future__ import annotations

from datetime import UTC, datetime

from agent.core.consent import LEFT, MEANING, NOTICE, TAKEN_BACK, Purpose
from agent.core.events import Agreed
from agent.core.events import Intent as I
from agent.core.state import Language, Terminal
from agent.core.withdrawing import Withdrawing, WithdrawPage, receipt_number
from agent.screens.contract import Button, Code, Phrase, Tick, Tone
from agent.screens.joining_views import JoinDesk, finished_text
from agent.screens.pages import headline_of_look, known
from agent.screens.qr import qr

TROUBLES = ("storage", "unknown", "no_camera", "too_many_tries", "walked_off")
"""Why it came to nothing; each has a sentence of its own in ui/i18n."""


def look(t: Terminal, on: Withdrawing, language: Language) -> JoinDesk:
    """The page that is open."""
    match on.page:
        case WithdrawPage.DIGITS:
            headline, detail = Phrase("withdraw.digits"), Phrase("withdraw.digits_detail")
            buttons = (_close(), _button(I.GIVE_DIGITS, primary=True))
            return JoinDesk("digits", headline, buttons, detail, digits_wanted=4)
        case WithdrawPage.LOOK:
            headline = headline_of_look(t.look, "withdraw.look")
            return JoinDesk("face", headline, (_close(),), Phrase("withdraw.look_detail"), tone="busy")
        case WithdrawPage.ASKING | WithdrawPage.TAKING:
            return JoinDesk("wait", Phrase(f"withdraw.{on.page}"), (), tone="busy")
        case WithdrawPage.AGREED:
            return _agreed(t, on, language)
        case WithdrawPage.ALL_TERMS:
            headline = Phrase("join.all_terms", {"version": str(NOTICE.version)})
            body = finished_text(NOTICE.zh, NOTICE.en, language)
            return JoinDesk("text", headline, (_button(I.BACK, primary=True),), body=body)
        case WithdrawPage.SURE:
            return _sure(on, language)
        case WithdrawPage.GONE:
            return _gone(on)
        case WithdrawPage.ENDED:
            why = known(on.trouble, TROUBLES)
            tone: Tone = "plain" if why == "walked_off" else "unsure"
            nothing = Phrase("withdraw.nothing_changed")
            return JoinDesk("result", Phrase(f"withdraw.ended_{why}"), (_close(True),), nothing, tone)


def wait_ms(t: Terminal, on: Withdrawing) -> int:
    """How long the page waits for the person, where that is printed; 0: it is not."""
    if on.page is WithdrawPage.LOOK:
        return t.rules.people.face_wait_ms
    asks = (WithdrawPage.DIGITS, WithdrawPage.AGREED, WithdrawPage.SURE)
    return t.rules.joining.page_wait_ms if on.page in asks else 0


def cashier(on: Withdrawing) -> Phrase:
    """What the cashier reads meanwhile."""
    if on.page is WithdrawPage.GONE:
        word = "withdrawn" if on.all_of_it else "withdrawn_one"
        return Phrase(f"cashier.{word}", {"number": receipt_number(on.receipt_sha256)})
    return Phrase("cashier.withdrawing")


def _agreed(t: Terminal, on: Withdrawing, language: Language) -> JoinDesk:
    """Each purpose with its date; to take the tick away is to take that one back."""
    ticks = tuple(Tick(I.TICK, one.purpose, _since(t, one, language), ticked=True) for one in on.agreed)
    buttons = (_button(I.READ_ALL), _button(I.WITHDRAW), _close(True))
    return JoinDesk(
        "terms", Phrase("withdraw.agreed"), buttons, Phrase("withdraw.agreed_detail"), ticks=ticks
    )


def _since(t: Terminal, one: Agreed, language: Language) -> str:
    """The short text that was agreed to, with the day and the notice's number."""
    day = datetime.fromtimestamp((one.utc_ms + t.rules.shop_offset_ms) / 1000, UTC).date()
    short = finished_text(*MEANING[Purpose(one.purpose)], language)
    if language == "en":
        return f"{short} (since {day:%Y-%m-%d}, notice\N{NO-BREAK SPACE}{one.notice_version})"
    return f"{short}（{day:%Y-%m-%d} 同意，告知书第 {one.notice_version} 版）"


def _sure(on: Withdrawing, language: Language) -> JoinDesk:
    text = TAKEN_BACK if on.all_of_it else LEFT
    headline = Phrase("withdraw.sure" if on.all_of_it else "withdraw.sure_one")
    label = "" if on.all_of_it else "button.withdraw_one"
    buttons = (_button(I.BACK, "button.keep"), _button(I.WITHDRAW, label, primary=True, danger=True))
    return JoinDesk("text", headline, buttons, body=finished_text(*text, language))


def _gone(on: Withdrawing) -> JoinDesk:
    number = {"number": receipt_number(on.receipt_sha256)}
    word = "gone" if on.all_of_it else "gone_one"
    codes = (Code(Phrase("withdraw.receipt", number), qr(on.code)),) if on.code else ()
    detail = Phrase(f"withdraw.{word}_detail")
    return JoinDesk("result", Phrase(f"withdraw.{word}"), (_close(True),), detail, "good", codes=codes)


def _button(intent: I, label: str = "", *, primary: bool = False, danger: bool = False) -> Button:
    return Button(intent, Phrase(label or f"button.{intent}"), primary, danger=danger)


def _close(primary: bool = False) -> Button:
    return _button(I.CLOSE, primary=primary)
