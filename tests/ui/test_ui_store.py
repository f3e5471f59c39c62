"""The store without QML: what a view becomes."""

from __future__ import annotations

import msgspec
import pytest

from agent.screens.contract import Button, Phrase, Tap
from tests.conftest import ExpectLog
from ui.gallery import CUSTOMER_SAMPLES
from ui.gallery_cashier import CASHIER_SAMPLES
from ui.phrases import Catalogue
from ui.store import WindowStore

CUSTOMER = {sample.name: sample for sample in CUSTOMER_SAMPLES}
CASHIER = {sample.name: sample for sample in CASHIER_SAMPLES}


@pytest.fixture
def customer(words: Catalogue) -> WindowStore:
    return WindowStore("customer", words)


@pytest.fixture
def cashier(words: Catalogue) -> WindowStore:
    return WindowStore("cashier", words)


def test_texts_are_finished_in_the_language_of_the_view(customer: WindowStore) -> None:
    customer.show(CUSTOMER["paid"].view(1, "zh", False))
    assert (customer.headline, customer.amountLabel, customer.amount) == ("支付成功", "已付金额", "¥23.80")
    customer.show(CUSTOMER["paid"].view(2, "en", False))
    assert (customer.headline, customer.amountLabel, customer.amount) == ("Paid", "Amount paid", "¥23.80")


def test_a_tap_carries_the_view_on_the_glass(customer: WindowStore) -> None:
    taps: list[Tap] = []
    customer.tapped.connect(taps.append)
    customer.show(CUSTOMER["digits"].view(41, "zh", False))
    customer.show(CUSTOMER["digits"].view(42, "zh", False))
    customer.tap("give_digits", "1234")
    assert taps == [Tap("customer", 42, "give_digits", "1234")]


def test_every_tone_has_a_sign_and_the_fault_page_its_own(customer: WindowStore) -> None:
    signs = {}
    for name in ("wait", "unknown", "paid", "notpaid", "fault"):
        customer.show(CUSTOMER[name].view(1, "zh", False))
        signs[name] = customer.sign
    assert signs == {"wait": "…", "unknown": "?", "paid": "✓", "notpaid": "✕", "fault": "▲"}


def test_buttons_go_to_their_places_and_the_primary_one_comes_last(customer: WindowStore) -> None:
    customer.show(CUSTOMER["choose"].view(1, "zh", False))
    assert [row["intent"] for row in customer.tiles] == ["show_code", "pay_by_face"]
    assert [row["intent"] for row in customer.actions] == ["join"]
    assert [row["intent"] for row in customer.corner] == [
        "switch_reach",
        "switch_text_size",
        "switch_language",
    ]
    customer.show(CUSTOMER["digits"].view(2, "zh", False))
    assert [row["intent"] for row in customer.actions] == ["back", "show_code", "give_digits"]


def test_what_is_owed_bears_a_clock_and_what_is_unknown_a_question_mark(cashier: WindowStore) -> None:
    cashier.show(CASHIER["owed"].view(1, "zh", False))
    assert cashier.sign == "◷"
    assert [row["sign"] for row in cashier.orders if row["outcome"] == "延迟扣款"] == ["◷"]
    cashier.show(CASHIER["unknown"].view(2, "zh", False))
    assert cashier.sign == "?"


def test_a_fault_names_its_remedy(cashier: WindowStore) -> None:
    cashier.show(CASHIER["faults"].view(1, "zh", False))
    assert "摄像头断开，请检查上方连线" in [row["remedy"] for row in cashier.faults]
    assert [row["ok"] for row in cashier.signs].count(False) == 3


def test_a_reason_is_told_to_the_cashier_in_words(cashier: WindowStore) -> None:
    cashier.show(CASHIER["face"].view(1, "en", False))
    assert cashier.detail == "The customer sees: Come closer"


def test_time_left_is_printed_and_counts_down(
    customer: WindowStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = 100.0
    monkeypatch.setattr("ui.store.time.monotonic", lambda: now_s)
    customer.show(CUSTOMER["confirm"].view(1, "zh", False))
    assert customer.countdown == "12 秒"
    now_s += 5.02
    assert customer.countdown == "7 秒"
    now_s += 60
    assert customer.countdown == "0 秒"


def test_the_clock_of_an_unknown_result_counts_up(
    cashier: WindowStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = 100.0
    monkeypatch.setattr("ui.store.time.monotonic", lambda: now_s)
    cashier.show(CASHIER["unknown"].view(1, "en", False))
    assert cashier.since == "For 00:42"
    now_s += 30
    assert cashier.since == "For 01:12"
    cashier.show(CASHIER["basket"].view(2, "en", False))
    assert cashier.since == ""


def test_a_list_that_did_not_change_is_left_alone(customer: WindowStore) -> None:
    """A button under a finger must not be made anew because the progress moved."""
    changes: list[str] = []
    view = CUSTOMER["face"].view(1, "zh", False)
    customer.show(view)
    customer.actionsChanged.connect(lambda: changes.append("actions"))
    customer.changed.connect(lambda: changes.append("texts"))
    customer.show(msgspec.structs.replace(view, view_id=2, progress_pct=60))
    assert changes == ["texts"]
    assert customer.progressPct == 60


def test_without_an_agent_the_amount_stays_and_nothing_can_be_pressed(
    customer: WindowStore, cashier: WindowStore
) -> None:
    customer.show(CUSTOMER["confirm"].view(1, "zh", False))
    cashier.show(CASHIER["face"].view(1, "zh", False))
    for store in (customer, cashier):
        store.lose()
        assert store.headline == "正在重新连接，请稍候"
        assert store.detail == "不要再次付款"
        assert store.amount == "¥23.80"
        assert [*store.actions, *store.tiles, *store.corner] == []
        assert store.countdown == ""


def test_a_button_without_words_shows_its_key(customer: WindowStore, expected_log: ExpectLog) -> None:
    expected_log("No words for the phrase button.new")
    view = CUSTOMER["confirm"].view(1, "zh", False)
    customer.show(msgspec.structs.replace(view, buttons=(Button("new", Phrase("button.new")),)))
    assert customer.actions[0]["label"] == "⟦button.new⟧"
