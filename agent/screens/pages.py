"""How each stage and each phase looks on both screens: the wording's skeleton, as tables."""

from __future__ import annotations

from dataclasses import dataclass

from agent.core.events import OVERTAKEN, Device
from agent.core.events import Intent as I
from agent.core.evidence import Hint
from agent.core.identity import Look
from agent.core.payment import Phase
from agent.core.state import UNTRUE
from agent.core.visit import Stage
from agent.screens.contract import Page, Phrase, Tone


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two people reads, and what they may tap; the first tap is the primary one. Where it
    is `calm` none is: something is to be shown or looked at, not to be touched."""

    headline: str
    detail: str = ""
    taps: tuple[I, ...] = ()
    calm: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """How one stage (or phase of payment) looks."""

    page: Page
    tone: Tone
    customer: Side
    cashier: Side


DANGEROUS = (I.LEAVE_SHOP,)
"""What cannot be undone."""
FIRST, AGAIN, CASHABLE = (I.CANCEL,), (I.RETRY, I.SHOW_CODE), (I.CANCEL, I.PAY_CASH)

STAGES: dict[Stage, Row] = {
    Stage.IDLE: Row(
        "welcome",
        "plain",
        Side("welcome.headline", "welcome.detail"),
        Side("cashier.idle", taps=(I.OFFICE,)),
    ),
    Stage.BASKET: Row(
        "basket",
        "plain",
        Side("basket.headline"),
        Side(
            "cashier.basket", "cashier.basket_detail", (I.CHARGE, I.FEWER, I.MORE, I.REMOVE_LINE, I.CANCEL)
        ),
    ),
    Stage.CHOOSE: Row(
        "choose",
        "plain",
        Side("choose.headline", taps=(I.PAY_BY_FACE, I.SHOW_CODE)),
        Side("cashier.choosing", taps=CASHABLE),
    ),
    Stage.CODE: Row(
        "code",
        "plain",
        Side("code.headline", "code.detail", (I.PAY_BY_FACE, I.BACK), calm=True),
        Side("cashier.code", taps=CASHABLE),
    ),
    Stage.FACE: Row(
        "face",
        "busy",
        Side("face.look", taps=(I.SHOW_CODE, I.BACK), calm=True),
        Side("cashier.face", taps=FIRST),
    ),
    Stage.DIGITS: Row(
        "digits",
        "plain",
        Side("digits.headline", "digits.detail", (I.GIVE_DIGITS, I.SHOW_CODE, I.BACK)),
        Side("cashier.digits", taps=FIRST),
    ),
    Stage.MATCH: Row(
        "face",
        "busy",
        Side("match.headline", taps=(I.SHOW_CODE,), calm=True),
        Side("cashier.match", taps=FIRST),
    ),
    Stage.CONFIRM: Row(
        "confirm",
        "plain",
        Side("confirm.headline", "confirm.detail", (I.CONFIRM, I.NOT_ME, I.SHOW_CODE)),
        Side("cashier.confirm", taps=FIRST),
    ),
    Stage.CASH: Row(
        "choose",
        "plain",
        Side("cash.headline", "cash.detail", (I.PAY_BY_FACE, I.SHOW_CODE)),
        Side("cashier.cash", "cashier.cash_detail", (I.CASH_RECEIVED, I.CANCEL)),
    ),
    Stage.PAID: Row(
        "result",
        "good",
        Side("paid.headline"),
        Side("cashier.paid", "cashier.paid_detail", (I.DONE, I.OFFICE)),
    ),
    Stage.OWED: Row(
        "result",
        "later",
        Side("owed.headline", "owed.detail"),
        Side("cashier.owed", "cashier.owed_detail", (I.DONE,)),
    ),
    Stage.NOT_PAID: Row(
        "result",
        "bad",
        Side("notpaid.headline", taps=AGAIN),
        Side("cashier.notpaid", taps=CASHABLE),
    ),
    Stage.NOBODY: Row(
        "code",
        "bad",
        Side("nobody.headline", "nobody.detail", (I.SHOW_CODE, I.RETRY)),
        Side("cashier.nobody", taps=CASHABLE),
    ),
    Stage.HELD: Row(
        "result",
        "unsure",
        Side("held.headline", "held.detail"),
        Side("cashier.held", "cashier.held_detail", (I.DONE, I.OFFICE)),
    ),
}

PHASES: dict[Phase, Row] = {
    Phase.ASKING: Row(
        "wait",
        "busy",
        Side("wait.headline", "wait.detail"),
        Side("cashier.wait"),
    ),
    Phase.WAITING: Row(
        "wait",
        "busy",
        Side("wait.headline", "wait.phone"),
        Side("cashier.wait_phone"),
    ),
    Phase.UNKNOWN: Row(
        "wait",
        "unsure",
        Side("unknown.headline", "unknown.detail"),
        Side("cashier.unknown", "cashier.unknown_detail", (I.ASK_NOW,)),
    ),
    Phase.VOIDING: Row(
        "wait",
        "unsure",
        Side("unknown.headline", "unknown.detail"),
        Side("cashier.unknown", "cashier.voiding"),
    ),
}

# Words that come from outside (the cloud, a driver, the profile) and have a sentence of their own in
# ui/i18n; any other word gets the general one, which stands first.
REASONS = (
    "refused", "funds", "expired_code", "used_code", "late", "clock", "voided", "timeout", "not_recognised",
    "not_live", "too_many_tries", "offline", "storage", "screens",
    "trust_tried", "trust_starting", "trust_too_long", "trust_unmarked", "trust_stale", "trust_owes",
    "trust_payment", "trust_person", "trust_count", "trust_sum",
    "coupon_used", "coupon_ended", "points_short", "benefits_offline",
)  # fmt: skip
BETWEEN_CASHIER_AND_CLOUD = "trust_"  # why there is no trust; the customer reads that the network is down
OUTCOMES = (
    "unknown", "paid", "notpaid", "cancelled", "held", "said_paid", "said_not_paid",
    "owed", "named", "settled",
)  # fmt: skip
REFUND_REASONS = ("refused", "too_much", "too_old", "not_paid")
METHODS = ("code", "face", "wechat", "alipay", "unionpay", "cash")
CAUSES: dict[Device, tuple[str, ...]] = {
    Device.CAMERA: (
        "failed",
        "starting",
        "absent",
        "unplugged",
        "silent",
        "frozen",
        "dark",
        "colourless",
    ),
    Device.INFRARED: ("failed", "starting", "absent", "unplugged", "silent", "frozen", "dark"),
    Device.DEPTH: ("failed", "starting", "absent", "unplugged", "silent", "frozen", "dark", "narrow"),
    Device.VISION: ("failed", "starting", "models", "unpaired"),
    Device.SCANNER: ("failed", "starting", "absent", "unplugged", "noise", "unended"),
    Device.PRINTER: ("failed", "starting", "absent", "unplugged", "silent", "paper", "cover", "unread"),
    Device.CLOUD: ("failed", "starting", "unreachable", "refused", "lost"),
    Device.STORAGE: ("failed", "starting", "full", OVERTAKEN),
    Device.SCREENS: ("failed", "starting", "died", *UNTRUE),
}


def known(word: str, words: tuple[str, ...]) -> str:
    """The word if it has a sentence, else the general word."""
    return word if word in words else words[0]


def short(order: str) -> str:
    """The end of an order number is what people compare aloud."""
    return f"…{order[-4:]}"


def headline_of_look(look: Look | None, going_well: str) -> Phrase:
    """What whoever is looked at reads: what stands in the way, else that it goes well. Before the first
    frame it is only known that somebody wished to be looked at, and nobody is told to come."""
    if look is None or look.hint is None:
        return Phrase("face.look")
    return Phrase(going_well if look.hint is Hint.GOOD else f"hint.{look.hint}")
