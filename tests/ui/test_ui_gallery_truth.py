"""The gallery shows what the till shows: the same words, tones and buttons, in the same order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from agent.core.charge import Captured, Declined
from agent.core.events import Device
from agent.core.evidence import Hint
from agent.core.payment import Phase
from agent.core.state import Terminal
from agent.core.visit import Stage
from agent.screens.contract import CashierView, CustomerView
from agent.screens.projection import project
from tests.playbook import Playbook, says, scans, sees
from tests.screens.test_projection_total import AT, MEMBERS, PAYING, with_visit
from tests.shop import (
    WATER,
    terminal,
    to_cash,
    to_choose,
    to_code,
    to_confirm,
    to_digits,
    to_face,
    to_match,
    to_paid,
    to_paying,
    to_paying_by_code,
    trusting,
)
from ui.finish import finish
from ui.gallery import CUSTOMER_SAMPLES, OFFICE_SAMPLES, sittings
from ui.gallery_cashier import CASHIER_SAMPLES
from ui.phrases import Catalogue

CUSTOMER = {sample.name: sample for sample in CUSTOMER_SAMPLES}
CASHIER = {sample.name: sample for sample in (*CASHIER_SAMPLES, *OFFICE_SAMPLES)}
OFFERED_BY_SOME_SHOPS = ("join", "see_agreed")


def shop() -> Playbook:
    return Playbook(terminal())


def unknown() -> Terminal:
    assert PAYING.visit.payment is not None
    return with_visit(PAYING, payment=replace(PAYING.visit.payment, phase=Phase.UNKNOWN))


def broken() -> Terminal:
    down = {Device.CAMERA: "unplugged", Device.VISION: "models", Device.CLOUD: "unreachable"}
    return replace(terminal(), down=down)


def owed() -> Terminal:
    return replace(trusting(with_visit(PAYING, stage=Stage.OWED)), down={Device.CLOUD: "lost"})


PAGES: dict[str, tuple[Callable[[], Terminal], str, str]] = {
    "at rest": (lambda: shop().state, "welcome", "idle"),
    "at rest, broken": (broken, "welcome_offline", "faults"),
    "goods": (lambda: (shop() >> scans(WATER)).state, "basket", "basket"),
    "choose": (lambda: to_choose(shop()).state, "choose", ""),
    "code": (lambda: to_code(shop()).state, "code", ""),
    "face": (lambda: (to_face(shop()) >> sees(hint=Hint.TOO_FAR)).state, "face", "face"),
    "digits": (lambda: to_digits(shop()).state, "digits", ""),
    "match": (lambda: to_match(shop()).state, "match", ""),
    "confirm": (lambda: to_confirm(shop()).state, "confirm", "confirm"),
    "confirm, a member": (lambda: MEMBERS[0], "confirm_member", "confirm_member"),
    "cash": (lambda: to_cash(shop()).state, "", "office-cash-asked"),
    "paying": (lambda: to_paying(shop()).state, "wait", "wait"),
    "unknown": (unknown, "unknown", "unknown"),
    "paid": (lambda: to_paid(shop()).state, "paid", "paid"),
    "paid, code": (lambda: (to_paying_by_code(shop()) >> says(Captured())).state, "paid_by_code", ""),
    "not paid": (lambda: (to_paying(shop()) >> says(Declined("expired_code"))).state, "notpaid", ""),
    "no money": (lambda: (to_paying(shop()) >> says(Declined("funds"))).state, "", "notpaid"),
    "nobody": (lambda: with_visit(to_face(shop()).state, stage=Stage.NOBODY), "nobody", ""),
    "held": (lambda: with_visit(PAYING, stage=Stage.HELD), "held", "held"),
    "owed": (owed, "owed", "owed"),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_the_gallery_is_the_page_of_the_till(page: str, words: Catalogue) -> None:
    state, of_customer, of_cashier = PAGES[page]
    customer, cashier = project(state(), AT)
    if of_customer:
        assert shape(CUSTOMER[of_customer].view(1, "zh", False), words) == shape(customer, words)
    if of_cashier:
        assert shape(CASHIER[of_cashier].view(1, "zh", False), words) == shape(cashier, words)


def test_an_english_page_of_the_gallery_names_the_shop_in_english(words: Catalogue) -> None:
    english = [finish(one.view, words) for one in sittings() if one.view.language == "en"]
    said = {text for page in english for text in (page.headline, *(row["text"] for row in page.figures))}
    assert "Move to Good Neighbour (Xinhua Road), till 4" in said
    assert {text for text in said if re.search(r"[\u3000-\u9fff\uff00-\uffef]", text)} == set()


def shape(view: CustomerView | CashierView, words: Catalogue) -> dict[str, Any]:
    """All but who buys what for how much."""
    shown = finish(view, words)
    found: dict[str, Any] = {
        "page": shown.page,
        "tone": shown.tone,
        "headline": view.headline.key,
        "detail": view.detail.key if view.detail else None,
        "label": view.amount_label.key if view.amount_label else None,
        "amount": view.amount != "",
        "actions": [
            (row["label"], row["typed"], row["primary"], row["keys"])
            for row in shown.actions
            if row["intent"] not in OFFERED_BY_SOME_SHOPS
        ],
        "tiles": shown.tiles,
        "corner": shown.corner,
    }
    if isinstance(view, CustomerView):
        return found | {"digits": shown.digits_wanted, "preview": shown.preview, "ways": shown.ways}
    asked = view.question
    return found | {
        "question": (asked.kind, asked.label, asked.intent, asked.first) if asked else None,
        "notice": view.notice.key if view.notice else None,
        "clock": view.seconds_since >= 0,
    }
