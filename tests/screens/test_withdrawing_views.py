"""The pages of somebody who looks at what they agreed to: words in both languages, no person."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from agent.core.consent import LEFT, NOTICE, TAKEN_BACK, Purpose
from agent.core.events import Agreed, Instant, Intent
from agent.core.evidence import Hint
from agent.core.identity import Look
from agent.core.ids import PersonId
from agent.core.joining import JoinRules
from agent.core.state import Terminal
from agent.core.withdrawing import Withdrawing, WithdrawPage
from agent.core.withdrawing_desk import TAPS
from agent.screens import contract
from agent.screens.contract import CashierView, CustomerView
from agent.screens.projection import project
from agent.screens.withdrawing_views import TROUBLES
from tests.playbook import Playbook
from tests.shop import LI, terminal, to_choose, to_confirm, to_paid

AT = Instant(3_000, 1_790_000_000_000)
I18N = Path(__file__).resolve().parents[2] / "ui" / "i18n"
BOTH = tuple(Agreed(purpose.value, 1, 1_789_000_000_000) for purpose in Purpose)
CODE = "hyla-receipt:desk-01:4711:" + "7f3a9c21" * 8 + ":" + "ab" * 32 + ":" + "Zm9v" * 21


def shop() -> Playbook:
    t = terminal()
    return Playbook(replace(t, rules=replace(t.rules, joining=JoinRules(enabled=True))))


def states() -> Iterator[Terminal]:
    """Every page, with every trouble, choice and hint that may stand on it."""
    t = shop().state
    for page in WithdrawPage:
        on = Withdrawing(
            t.visit.stage_no, page, 3, PersonId(LI), BOTH, tuple(Purpose), 1, "", "7f3a9c21" * 8
        )
        on = replace(on, code=CODE if page is WithdrawPage.GONE else "")
        for trouble in TROUBLES if page is WithdrawPage.ENDED else ("",):
            yield replace(t, withdrawing=replace(on, trouble=trouble))
        yield replace(t, withdrawing=replace(on, purposes=(Purpose.FACE_MEMBER,)))
        for hint in (None, *Hint):
            yield replace(t, withdrawing=on, look=Look(1, hint=hint))


def views() -> list[tuple[Terminal, CustomerView, CashierView]]:
    english = [replace(t, languages={"customer": "en", "cashier": "en"}) for t in states()]
    return [(state, *project(state, AT)) for state in (*states(), *english)]


def test_every_page_travels_over_the_link_unchanged_and_names_nobody() -> None:
    for _, customer, cashier in views():
        assert contract.decode_downward(contract.encode(customer)) == customer
        assert contract.decode_downward(contract.encode(cashier)) == cashier
        text = msgspec.json.encode((customer, cashier)).decode()
        assert LI not in text.replace("receipt", "").replace("withdraw", "").split('"')


def test_every_button_does_something_on_its_page_and_every_tap_has_one() -> None:
    offered = set()
    for state, customer, _ in views():
        assert state.withdrawing is not None
        intents = [Intent(button.intent) for button in customer.buttons if button.enabled]
        intents += [Intent(tick.intent) for tick in customer.ticks]
        here = {(state.withdrawing.page, one) for one in intents if not one.startswith("switch_")}
        assert here <= TAPS.keys()
        offered |= here
    unneeded = {(WithdrawPage.ALL_TERMS, Intent.CLOSE)}  # the next page has it
    assert offered | unneeded == TAPS.keys()


def test_each_purpose_stands_with_its_day_and_notice_and_taking_back_is_as_near_as_closing() -> None:
    t = next(state for state in states() if state.withdrawing.page is WithdrawPage.AGREED)  # type: ignore[union-attr]
    customer, _ = project(t, AT)
    assert [tick.ticked for tick in customer.ticks] == [True, True]
    assert all("2026-09-10" in tick.text and "第 1 版" in tick.text for tick in customer.ticks)
    assert [button.intent for button in customer.buttons[:3]] == ["read_all", "withdraw", "close"]


def test_only_the_last_touch_before_something_is_deleted_looks_like_danger() -> None:
    for state, customer, _ in views():
        assert state.withdrawing is not None
        marked = [button.intent for button in customer.buttons if button.danger]
        assert marked == (["withdraw"] if state.withdrawing.page is WithdrawPage.SURE else [])


def test_the_last_words_say_what_will_happen_and_what_stays() -> None:
    signs = str.maketrans("，；：", ",;:")
    for state, customer, _ in views():
        on = state.withdrawing
        if on is not None and on.page is WithdrawPage.SURE:
            words = TAKEN_BACK if on.all_of_it else LEFT
            shown = words[customer.language == "en"]
            assert customer.body.translate(signs) == shown.translate(signs)
        if on is not None and on.page is WithdrawPage.ALL_TERMS and customer.language == "en":
            assert customer.body == NOTICE.en


def test_the_receipt_is_a_number_and_a_square_code_and_the_cashier_reads_the_number() -> None:
    for state, customer, cashier in views():
        assert cashier.detail is not None
        if state.withdrawing is not None and state.withdrawing.code:
            [code] = customer.codes
            assert code.label.values == {"number": "7F3A-9C21"}
            assert len(code.rows) <= 73, "a phone reads it from the glass"
            assert cashier.detail.values == {"number": "7F3A-9C21"}


def test_the_touch_is_on_the_members_pages_and_between_customers() -> None:
    def there(book: Playbook) -> bool:
        return "see_agreed" in [button.intent for button in project(book.state, AT)[0].buttons]

    assert there(shop())
    assert there(to_confirm(shop()))
    assert there(to_paid(shop()))
    assert not there(to_choose(shop()))
    assert not there(Playbook(terminal())), "nobody can join here, so nobody has agreed here"


@pytest.mark.parametrize("name", ["hyla_zh.ts", "hyla_en.ts"])
def test_every_phrase_is_translated(name: str) -> None:
    known = {message.get("id") for message in ET.parse(I18N / name).iter("message")}
    for _, customer, cashier in views():
        phrases = [
            customer.headline,
            customer.detail,
            cashier.detail,
            *(code.label for code in customer.codes),
        ]
        phrases += [button.label for button in customer.buttons]
        missing = {phrase.key for phrase in phrases if phrase is not None} - known
        assert not missing
    assert {"notice.withdrawn", "notice.withdrawing", "button.see_agreed"} <= known
