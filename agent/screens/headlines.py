"""What both people read first: the headline of each screen and the sentence below it. Pure, as `projection`
is."""

from __future__ import annotations

from agent.core.evidence import Hint
from agent.core.recognise import closed
from agent.core.state import Language, Terminal
from agent.core.visit import Stage
from agent.screens import basket_views, member_views, notices, withdrawing_views
from agent.screens.contract import Phrase
from agent.screens.pages import BETWEEN_CASHIER_AND_CLOUD, METHODS, REASONS, Row, known, short

FACE_CLOSED = ("face_paused", "too_many_tries", "ask_code")
"""Why a face was wished for and the code is shown."""
TOLD_TO_THE_CUSTOMER = ("not_live", "too_many_tries")


def customers(t: Terminal, row: Row, language: Language) -> Phrase:
    """The customer's headline: what to do now, or what came of it."""
    match t.visit.stage:
        case Stage.BASKET:
            return Phrase(row.customer.headline, {"count": str(t.visit.basket.pieces)})
        case Stage.FACE | Stage.MATCH if hint := _in_the_way(t):
            return Phrase(f"hint.{hint}")
        case Stage.FACE if t.look is not None and t.look.frames:
            return Phrase("face.searching")
        case Stage.CONFIRM:
            shop = t.rules.shop_en if language == "en" else t.rules.shop_zh
            return Phrase(row.customer.headline, {"shop": shop, "amount": basket_views.amount(t)[1]})
        case Stage.CODE if t.visit.reason in FACE_CLOSED:
            return Phrase(f"code.{t.visit.reason}")
        case _:
            return Phrase(row.customer.headline)


def customers_detail(t: Terminal, row: Row, language: Language) -> Phrase | None:
    """What the customer reads below it; None where the room is another's."""
    visit, payment = t.visit, t.visit.payment
    match visit.stage:
        case Stage.PAID if payment is not None and payment.change is not None:
            return Phrase("paid.change", {"change": payment.change.text()})
        case Stage.IDLE if short_of := notices.short_of(t):
            return Phrase(f"welcome.{short_of}")
        case Stage.IDLE | Stage.CODE if not t.rules.customer_touch:
            return Phrase(f"{row.page}.only_code")
        case Stage.NOT_PAID if not t.rules.customer_touch:
            return Phrase("notpaid.code_again", {"reason": f"reason.{known(visit.reason, REASONS)}"})
        case Stage.PAID if payment is not None and payment.person is not None:
            return member_views.earned(t, language)
        case Stage.BASKET:
            return member_views.would_save(t)
        case Stage.CHOOSE if t.rules.customer_touch and (why := closed(t)):
            return Phrase(f"code.{why}")
        case Stage.CODE if visit.reason == "full_price":
            return Phrase("code.full_price")
        case Stage.NOT_PAID:
            ours = visit.reason.startswith(BETWEEN_CASHIER_AND_CLOUD)
            return Phrase(f"reason.{'offline' if ours else known(visit.reason, REASONS)}")
        case Stage.CONFIRM if t.may_trust:
            return Phrase("confirm.later")
        case Stage.CONFIRM if visit.reason in member_views.SAID:
            return Phrase(f"reason.{visit.reason}")
        case Stage.CONFIRM if visit.holdings is not None:
            return None  # the room is the member's
        case Stage.NOBODY if visit.reason in TOLD_TO_THE_CUSTOMER:
            return Phrase(f"reason.{visit.reason}")
        case Stage.DIGITS if visit.reason == "again":
            return Phrase("digits.again")
        case _:
            return Phrase(row.customer.detail) if row.customer.detail else None


def cashiers(t: Terminal, row: Row) -> Phrase:
    """The cashier's headline: what the customer does, or how it ended."""
    payment = t.visit.payment
    match t.visit.stage:
        case Stage.IDLE if short_of := notices.short_of(t):
            return Phrase(f"cashier.idle_{short_of}")
        case Stage.BASKET:
            return Phrase(row.cashier.headline, {"count": str(t.visit.basket.pieces)})
        case Stage.CONFIRM:
            return Phrase(row.cashier.headline, {"amount": basket_views.amount(t)[1]})
        case Stage.PAID:
            method = known(payment.method if payment else "", METHODS)
            return Phrase(row.cashier.headline, {"method": f"method.{method}"})
        case _:
            return Phrase(row.cashier.headline)


def cashiers_detail(t: Terminal, row: Row, language: Language) -> Phrase | None:
    """What the cashier reads below it: why, for whom, which order."""
    visit = t.visit
    if t.joining is not None:
        return Phrase("cashier.joining")
    if t.withdrawing is not None:
        return withdrawing_views.cashier(t.withdrawing)
    match visit.stage:
        case Stage.FACE | Stage.MATCH if hint := _in_the_way(t):
            return Phrase("cashier.hint", {"reason": f"hint.{hint}"})
        case Stage.NOT_PAID | Stage.NOBODY:
            return Phrase(f"reason.{known(visit.reason, REASONS)}")
        case Stage.CONFIRM:
            return _who(t, language)
        case Stage.PAID if visit.payment is not None and visit.payment.change is not None:
            return Phrase("paid.change", {"change": visit.payment.change.text()})
        case Stage.PAID | Stage.OWED | Stage.HELD:
            return Phrase(row.cashier.detail, {"order": short(visit.order_id or "")})
        case _:
            return Phrase(row.cashier.detail) if row.cashier.detail else None


def _in_the_way(t: Terminal) -> Hint | None:
    """Of recognising whoever is looked at; None before the first frame as well."""
    return t.look.hint if t.look is not None and t.look.hint is not Hint.GOOD else None


def _who(t: Terminal, language: Language) -> Phrase | None:
    """Before the cashier: the first visible name, and what this member is to the shop."""
    name, member = member_views.masked_name(t), member_views.member(t, language)
    if not name:
        return None
    if member is None:
        return Phrase("cashier.member", {"name": name})
    return Phrase(f"cashier.{member.key}", {"name": name, **member.values})
