"""What the customer's screen offers beside paying: promotions while nobody is served, codes afterwards."""

from __future__ import annotations

from pathlib import Path

from agent.core.events import Instant
from agent.core.money import Money
from agent.core.promotions import Promotion, due
from agent.core.state import Language, Terminal
from agent.core.visit import Stage
from agent.screens.contract import Code, Phrase, Poster
from agent.screens.qr import qr

ORDER = "{order}"


def posters(t: Terminal, language: Language, at: Instant) -> tuple[Poster, ...]:
    """What is due now, with the pictures that are here; only while nobody is served."""
    if t.visit.stage is not Stage.IDLE or not t.promotions.items:
        return ()
    rules = t.rules
    shown = due(t.promotions, at.utc_ms, rules.shop_offset_ms, rules.till, language)
    return tuple(_poster(t, item, language) for item in shown)


def _poster(t: Terminal, item: Promotion, language: Language) -> Poster:
    here = item.picture in t.pictures
    return Poster(
        title=item.title_en if language == "en" else item.title_zh,
        detail=item.detail_en if language == "en" else item.detail_zh,
        price=item.price.text() if item.price else "",
        was=item.was.text() if item.was else "",
        picture=str(Path(t.rules.promotions_dir) / f"{item.picture}.jpg") if here else "",
    )


def codes(t: Terminal) -> tuple[Code, ...]:
    """After paying: where the invoice is claimed, and where the shop is a friend, with what that brings."""
    after, order = t.rules.after_payment, t.visit.order_id
    if t.visit.stage is not Stage.PAID or order is None:
        return ()
    found = []
    if after.invoice_url:
        found.append(Code(Phrase("after.invoice"), qr(after.invoice_url.replace(ORDER, order))))
    if after.friend_url:
        discount = Money(after.friend_discount_minor, t.rules.currency).text()
        saves = Phrase("after.friend_saves", {"discount": discount})
        label = saves if after.friend_discount_minor else Phrase("after.friend")
        found.append(Code(label, qr(after.friend_url)))
    return tuple(found)
