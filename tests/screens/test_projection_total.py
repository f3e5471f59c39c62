"""Every state has a view, and no view says what it must not."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.core.benefits import Coupon, CouponKind, Gift, Holdings, Level, MembershipRules, PointRules
from agent.core.checkout import TAPS
from agent.core.commands import AskMember
from agent.core.events import Device, Instant, Intent, MemberFound, MembershipTold
from agent.core.evidence import FaceEvidence, Hint
from agent.core.identity import Look
from agent.core.ids import CouponId, DeviceId, OrderId, PersonId, Secret, order_id
from agent.core.intents import ABOUT_THE_SCREEN
from agent.core.money import Money
from agent.core.payment import IN_FLIGHT, Payment, Phase
from agent.core.state import UNTRUE, Kept, Terminal
from agent.core.visit import Stage, Summary, Visit
from agent.screens import buttons as page_buttons
from agent.screens import contract, member_views
from agent.screens.buttons import CORNER
from agent.screens.contract import CashierView, CustomerView, Phrase
from agent.screens.glass import Glass
from agent.screens.pages import CAUSES, METHODS, REASONS
from agent.screens.projection import project
from tests.playbook import Playbook, scans, sees, shows_code, taps
from tests.shop import (
    DIGITS,
    LI,
    RICE_BALL,
    RULES,
    WATER,
    terminal,
    to_choose,
    to_code,
    to_confirm,
    to_digits,
    to_face,
    to_match,
    to_paying,
    trusting,
)

AT = Instant(61_000, 1_790_000_000_000)
I18N = Path(__file__).resolve().parents[2] / "ui" / "i18n"
CODE = "134567890123456789"
View = CustomerView | CashierView
OUTCOMES = ["paid", "held", "notpaid", "cancelled", "owed", "named", "settled"]
WORDS = ["", "again", "face_paused", *REASONS, "a word nobody taught us"]
NOTICES = [
    "",
    "unknown_goods",
    "bad_code",
    "charge_first",
    "busy",
    "cannot_cancel",
    "record_refused",
    "debt_named",
    "amount_typed",
    "quantity_max",
]


NO_TOUCH = replace(RULES, customer_touch=False)


def with_visit(t: Terminal, **changes: object) -> Terminal:
    return replace(t, kept=replace(t.kept, visit=replace(t.visit, **changes)))  # type: ignore[arg-type]


PAYING = to_paying(Playbook(terminal())).state
BY_CODE = (to_code(Playbook(terminal())) >> shows_code(CODE)).state


COUPONS = tuple(
    Coupon(CouponId(f"c{n}"), CouponKind.AMOUNT_OFF, 50 + n, f"券{n}", f"Coupon {n}") for n in range(9)
)
MEMBERSHIP = MembershipRules(
    1, "CNY", (Level("gold", "金卡", "Gold", 5),), PointRules(step=100, step_minor=100), together_max=3
)
HOLDINGS = Holdings(PersonId(LI), "gold", 500, COUPONS)


def members() -> Iterator[Terminal]:
    """Li before the confirmation, with coupons and without, with points and without."""
    book = to_match(Playbook(terminal()) >> MembershipTold(MEMBERSHIP)) >> 3 * [sees(LI)] << AskMember
    book >> (lambda t: MemberFound(t.visit.member_no, HOLDINGS)) << Stage.CONFIRM
    payment = replace(book.payment, gift=Gift("葱", "An onion"))
    for visit in (
        replace(book.visit, payment=payment),
        replace(book.visit, holdings=replace(HOLDINGS, level="?")),
    ):
        yield replace(book.state, kept=replace(book.state.kept, visit=visit))
    yield (book >> taps(Intent.SWITCH_BENEFIT, "points") << Stage.CONFIRM).state


MEMBERS = tuple(members())


def payments() -> Iterator[Payment | None]:
    """No payment, one not yet asked, and every phase of a face, the known codes and an unknown one."""
    for state in (PAYING, BY_CODE):
        payment = state.visit.payment
        assert payment is not None
        yield from (replace(payment, phase=phase) for phase in Phase)
    assert payment is not None
    assert payment.request is not None
    for network in ("alipay", "unionpay", "moonpay"):
        payer = replace(payment.request.payer, network=network)  # type: ignore[type-var]
        other = replace(payment.request, payer=payer)
        yield from (replace(payment, phase=phase, request=other) for phase in Phase)
    yield Payment(OrderId("desk-01-7f3a-000001"), Money(880), "digest")
    yield None


def looks() -> Iterator[Look | None]:
    yield None
    for hint in (None, *Hint):
        yield Look(1, hint=hint)
        yield Look(1, hint=hint, frames=(FaceEvidence(1, 1, 0, 1, Hint.GOOD),) * 5)


def summaries() -> Iterator[Summary]:
    number = order_id(DeviceId("desk-01"), "7f3a", 1)
    for method, outcome in product(["", *METHODS, "moonpay"], OUTCOMES):
        yield Summary(number, method, Money(880), outcome, 1, None, None, None)


def downs() -> Iterator[dict[Device, str]]:
    yield {}
    for device in Device:
        for cause in (*CAUSES[device], "a cause nobody taught us"):
            yield {device: cause}


@cache
def states() -> tuple[Terminal, ...]:
    """Every stage with every payment; every other thing that shows, once with every stage."""
    every = [with_visit(PAYING, stage=s, payment=p) for s, p in product(Stage, payments())]
    for stage in Stage:
        at_stage = with_visit(PAYING, stage=stage)
        every += [with_visit(at_stage, reason=word) for word in WORDS]
        every += [replace(with_visit(at_stage, reason=word), rules=NO_TOUCH) for word in WORDS]
        every += [replace(at_stage, look=look) for look in looks()]
        every += [replace(at_stage, notice=notice) for notice in NOTICES]
        every += [replace(at_stage, down=down) for down in downs()]
        for member in MEMBERS:
            every += [
                with_visit(member, stage=stage, reason=word) for word in ("", *sorted(member_views.SAID))
            ]
        every.append(replace(trusting(at_stage), down={Device.CLOUD: "lost"}))
        every.append(replace(at_stage, languages={}, kept=Kept.fresh("CNY")))
        every.append(with_visit(at_stage, basket=Visit(RULES_EMPTY).basket))
    every.append(replace(PAYING, kept=replace(PAYING.kept, recent=tuple(summaries()))))
    english: dict[str, Any] = {"customer": "en", "cashier": "en"}
    return (*every, *(replace(t, languages=english, large_text=frozenset({"customer"})) for t in every))


RULES_EMPTY = Kept.fresh("CNY").visit.basket


def views() -> Iterator[tuple[Terminal, CustomerView, CashierView]]:
    for state in states():
        yield state, *project(state, AT)


def test_no_state_is_without_a_view() -> None:
    count = sum(1 for _ in views())
    assert count > 2_000


def test_every_view_travels_over_the_link_unchanged() -> None:
    for _, customer, cashier in views():
        for view in (customer, cashier):
            assert contract.decode_downward(contract.encode(view)) == view


def test_both_screens_show_the_same_amount_and_it_is_the_payments() -> None:
    for state, customer, cashier in views():
        assert (customer.amount, customer.amount_label) == (cashier.amount, cashier.amount_label)
        assert customer.view_id == cashier.view_id == state.view_no
        if state.visit.payment is not None:
            assert customer.amount == state.visit.payment.amount.text()


def test_no_face_stage_is_without_a_way_to_show_a_code() -> None:
    for state, customer, _ in views():
        if not state.rules.customer_touch:
            continue  # these stages cannot be reached there (tests/core/test_no_touch.py)
        if state.visit.stage in (Stage.FACE, Stage.DIGITS, Stage.MATCH, Stage.CONFIRM, Stage.NOBODY):
            offered = {button.intent for button in customer.buttons if button.enabled}
            assert Intent.SHOW_CODE in offered, state.visit.stage


def test_every_button_is_in_the_table_of_taps() -> None:
    for state, customer, cashier in views():
        if state.visit.stage is Stage.PAY:
            continue
        for button in (*customer.buttons, *cashier.buttons):
            assert not button.value or cashier.lines[int(button.value)].picked
            answered = (state.visit.stage, Intent(button.intent)) in TAPS or button.intent in (
                *ABOUT_THE_SCREEN,
                Intent.OFFICE,
            )
            assert answered, (state.visit.stage, button)


def test_every_tap_the_core_takes_is_offered_on_one_of_the_screens() -> None:
    offered = {
        (state.visit.stage, button.intent)
        for state, customer, cashier in views()
        for button in (*customer.buttons, *cashier.buttons)
    }
    offered |= {
        (state.visit.stage, str(Intent.SWITCH_BENEFIT))
        for state, customer, _ in views()
        if customer.benefits
    }
    for state, customer, cashier in views():
        assert not any(line.value for line in customer.lines)
        offered |= {(state.visit.stage, cashier.question.intent)} if cashier.question else set()
        offered |= {(state.visit.stage, str(Intent.PICK_LINE)) for line in cashier.lines if line.value}
    assert {(stage, str(intent)) for stage, intent in TAPS} - offered == set()


def test_of_the_lines_of_a_basket_one_is_chosen_and_the_buttons_are_about_it() -> None:
    book = Playbook(terminal()) >> scans(WATER) >> scans(RICE_BALL) >> taps(Intent.PICK_LINE, "0")
    cashier = project((book << Stage.BASKET).state, AT)[1]
    assert [(line.value, line.picked) for line in cashier.lines] == [("0", True), ("1", False)]
    about = {button.intent: button.value for button in cashier.buttons if button.value}
    assert about == {Intent.MORE: "0", Intent.FEWER: "0", Intent.REMOVE_LINE: "0"}


def test_an_amount_is_asked_for_at_rest_and_beside_goods_and_nowhere_else() -> None:
    asked = {
        state.visit.stage
        for state, _, cashier in views()
        if cashier.question and cashier.question.intent == Intent.TYPE_AMOUNT
    }
    assert asked == {Stage.IDLE, Stage.BASKET}
    closed = terminal(rules=replace(RULES, typed_amount_max_minor=0))
    assert project(closed, AT)[1].question is None


def test_a_wrong_amount_is_told_how_much_may_be_typed() -> None:
    wrong = (Playbook(terminal()) >> taps(Intent.TYPE_AMOUNT, "2001") << Stage.IDLE).state
    assert project(wrong, AT)[1].notice == Phrase(
        "notice.amount_typed", {"least": "¥0.01", "most": "¥2,000.00"}
    )


def test_while_money_is_in_flight_nobody_can_pay_cancel_or_leave() -> None:
    for state, customer, cashier in views():
        if state.visit.stage is Stage.PAY:
            offered = {button.intent for button in (*customer.buttons, *cashier.buttons)}
            assert offered <= {Intent.ASK_NOW, *ABOUT_THE_SCREEN}


def test_only_paid_looks_good_and_doubt_never_looks_like_a_result() -> None:
    for state, customer, cashier in views():
        payment = state.visit.payment
        assert customer.tone == cashier.tone
        assert (customer.tone == "good") == (state.visit.stage is Stage.PAID)
        if payment and state.visit.stage is Stage.PAY and payment.phase in (Phase.UNKNOWN, Phase.VOIDING):
            assert customer.tone == "unsure"
            assert customer.detail == Phrase("unknown.detail")


def test_what_is_owed_is_known_and_looks_otherwise_than_what_is_not() -> None:
    for state, customer, cashier in views():
        assert (customer.tone == "later") == (state.visit.stage is Stage.OWED)
        owed = {row.tone for row in cashier.orders if row.outcome.key in ("outcome.owed", "outcome.named")}
        assert owed <= {"later"}


def test_while_the_disk_refuses_a_payment_is_not_known_for_no_answer_can_be_written() -> None:
    full = replace(PAYING, down={Device.STORAGE: "full"})
    for view in project(full, AT):
        assert view.tone == "unsure"
        assert view.headline == Phrase(
            "unknown.headline" if isinstance(view, CustomerView) else "cashier.unknown"
        )


def test_doubt_is_counted_in_seconds_from_when_it_began() -> None:
    payment = PAYING.visit.payment
    assert payment is not None
    doubt = replace(payment, phase=Phase.UNKNOWN)
    _, cashier = project(replace(with_visit(PAYING, payment=doubt), since_ms=1_000), AT)
    assert cashier.seconds_since == 60


def test_digits_and_payment_codes_are_never_in_a_view() -> None:
    typed = (to_digits(Playbook(terminal())) >> taps(Intent.GIVE_DIGITS, DIGITS)).state
    for state in (BY_CODE, typed):
        for view in project(state, AT):
            assert DIGITS not in contract.encode(view).decode()
            assert CODE not in contract.encode(view).decode()


def test_only_the_masked_name_is_shown_and_an_unknown_member_has_none() -> None:
    confirming = to_confirm(Playbook(terminal())).state
    assert project(confirming, AT)[0].person == RULES.names[PersonId(LI)] == "*明"
    stranger = with_visit(confirming, person=PersonId("somebody-removed"))
    assert project(stranger, AT)[0].person == ""


def test_a_person_without_a_camera_is_not_invited_to_look_at_one() -> None:
    choosing = replace(to_choose(Playbook(terminal())).state, down={Device.CAMERA: "unplugged"})
    buttons = {button.intent: button.enabled for button in project(choosing, AT)[0].buttons[:2]}
    assert buttons == {Intent.PAY_BY_FACE: False, Intent.SHOW_CODE: True}


def test_before_the_first_frame_nobody_is_told_to_come_who_may_stand_there() -> None:
    """Nothing was seen yet: a new look begins with what to do, not with what is wrong."""
    for begun, said in ((to_face, "face.look"), (to_match, "match.headline")):
        customer, cashier = project(begun(Playbook(terminal())).state, AT)
        assert (customer.headline, cashier.detail) == (Phrase(said), None)
    nobody_there = (to_match(Playbook(terminal())) >> sees(hint=Hint.NO_FACE, look=2)).state
    customer, cashier = project(nobody_there, AT)
    assert customer.headline == Phrase("hint.no_face")
    assert cashier.detail == Phrase("cashier.hint", {"reason": "hint.no_face"})


@pytest.mark.parametrize(
    ("down", "promised", "said"),
    [
        ({}, "cashier.idle", "welcome.detail"),
        ({Device.CLOUD: "starting", Device.SCREENS: "starting"}, "cashier.idle", "welcome.detail"),
        ({Device.CLOUD: "lost"}, "cashier.idle_network", "welcome.network"),
        ({Device.STORAGE: "full"}, "cashier.idle_charging", "welcome.charging"),
        ({Device.SCREENS: UNTRUE[0]}, "cashier.idle_charging", "welcome.charging"),
    ],
)
def test_nobody_is_promised_at_rest_what_cannot_be_done(
    down: dict[Device, str], promised: str, said: str
) -> None:
    customer, cashier = project(replace(terminal(), down=down), AT)
    assert (cashier.headline, customer.detail) == (Phrase(promised), Phrase(said))
    assert bool(customer.ways) == (promised == "cashier.idle")


def test_where_goods_may_leave_on_trust_a_network_that_is_down_stops_nobody() -> None:
    customer, cashier = project(replace(trusting(terminal()), down={Device.CLOUD: "lost"}), AT)
    assert (cashier.headline, customer.detail) == (Phrase("cashier.idle"), Phrase("welcome.detail"))


def test_words_from_outside_never_become_a_key_of_their_own() -> None:
    emitted = {key for _, *both in views() for view in both for key in keys(view)}
    assert not [key for key in emitted if "nobody taught us" in key or "moonpay" in key]
    assert {"reason.refused", "cause.cloud.failed", "method.code", "cashier.paid"} <= emitted


def keys(view: View) -> set[str]:
    """Every phrase key anywhere in a view."""
    found: set[str] = set()
    todo: list[Any] = [msgspec.to_builtins(view)]
    while todo:
        thing = todo.pop()
        if isinstance(thing, dict):
            if set(thing) == {"key", "values"}:
                found.add(thing["key"])
            todo += thing.values()
        elif isinstance(thing, list | tuple):
            todo += thing
    return found


@pytest.mark.parametrize("name", ["hyla_zh.ts", "hyla_en.ts"])
def test_every_phrase_a_view_can_say_is_translated(name: str) -> None:
    translated = {
        message.get("id"): message.findtext("translation")
        for message in ET.parse(I18N / name).iter("message")
    }
    emitted = {key for _, *both in views() for view in both for key in keys(view)}
    assert sorted(key for key in emitted if not translated.get(key)) == []


def test_the_values_a_sentence_needs_come_with_it() -> None:
    wanted = {
        message.get("id"): set(_names(message.findtext("translation") or ""))
        for message in ET.parse(I18N / "hyla_en.ts").iter("message")
    }
    for _, *both in views():
        for view in both:
            for phrase in (view.headline, view.detail, getattr(view, "notice", None)):
                if phrase is not None:
                    assert wanted.get(phrase.key, set()) <= set(phrase.values), phrase


@pytest.mark.parametrize(("currency", "sign"), [("CNY", "¥"), ("HKD", "HK$")])
def test_only_the_button_that_gives_an_amount_says_what_is_typed(currency: str, sign: str) -> None:
    t = replace(terminal(), rules=replace(RULES, currency=currency))
    typed = {intent: page_buttons.button(t, intent, False).typed for intent in Intent}
    said = {intent: phrase for intent, phrase in typed.items() if phrase is not None}
    assert said == {Intent.CASH_RECEIVED: Phrase("button.cash_received.typed", {"sign": sign})}


def _names(text: str) -> list[str]:
    return [part.split("}")[0] for part in text.split("{")[1:]]


# --- the glass ------------------------------------------------------------------------------------


def test_a_view_is_sent_only_when_it_says_something_new() -> None:
    sent: list[View] = []
    glass = Glass(sent.append, lambda _fact: None)
    state = terminal()
    glass.show(state, AT)
    glass.show(state, AT)
    assert [type(view) for view in sent] == [CustomerView, CashierView]
    glass.show(replace(state, languages={"customer": "en", "cashier": "zh"}), AT)
    assert [type(view) for view in sent[2:]] == [CustomerView]


def test_a_tap_becomes_a_fact_with_its_value_hidden() -> None:
    facts: list[Any] = []
    glass = Glass(lambda _view: None, facts.append)
    glass.tapped(contract.Tap("customer", 7, "give_digits", DIGITS))
    glass.tapped(contract.Tap("cashier", 8, "charge"))
    assert [(f.view_id, f.intent, f.value) for f in facts] == [
        (7, Intent.GIVE_DIGITS, Secret(DIGITS)),
        (8, Intent.CHARGE, None),
    ]
    assert DIGITS not in repr(facts)


def test_every_phase_in_flight_has_its_own_words() -> None:
    for phase in IN_FLIGHT:
        payment = PAYING.visit.payment
        assert payment is not None
        customer, cashier = project(with_visit(PAYING, payment=replace(payment, phase=phase)), AT)
        assert customer.page == "wait"
        assert cashier.headline.key.startswith("cashier.")


def test_a_line_reads_in_the_language_of_its_screen() -> None:
    state = to_choose(Playbook(terminal())).state
    zh, en = project(replace(state, languages={"customer": "zh", "cashier": "en"}), AT)
    assert [line.name for line in zh.lines] == [RULES.goods[g].name_zh for g in (WATER, RICE_BALL)]
    assert [line.name for line in en.lines] == [RULES.goods[g].name_en for g in (WATER, RICE_BALL)]


def test_what_cannot_be_touched_shows_no_button_and_speaks_of_codes_only() -> None:
    for stage in Stage:
        customer, cashier = project(replace(with_visit(PAYING, stage=stage), rules=NO_TOUCH), AT)
        assert customer.buttons == ()
        assert customer.ways == ("show_code",)
        assert {button.intent for button in cashier.buttons} >= set(CORNER)
    asked, _ = project(replace(with_visit(PAYING, stage=Stage.CODE), rules=NO_TOUCH), AT)
    assert asked.detail == Phrase("code.only_code")
    refused = with_visit(PAYING, stage=Stage.NOT_PAID, reason="funds")
    again, _ = project(replace(refused, rules=NO_TOUCH), AT)
    assert again.detail == Phrase("notpaid.code_again", {"reason": "reason.funds"})


@pytest.mark.parametrize("cause", UNTRUE)
def test_a_screen_that_does_not_show_what_it_should_is_said_to_the_cashier(cause: str) -> None:
    t = replace(terminal(), down={Device.SCREENS: cause, Device.CLOUD: "lost"})
    assert project(t, AT)[1].notice == Phrase(f"cause.screens.{cause}")


def test_every_device_but_the_screens_has_its_place_in_the_row_of_signs() -> None:
    assert {*contract.SIGN_ROW} == {*Device} - {Device.SCREENS}
