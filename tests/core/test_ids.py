"""Names are never given twice; words that must not be seen are not seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.core.charge import CodePayer
from agent.core.events import Instant
from agent.core.ids import (
    FORGOTTEN,
    DeviceId,
    OrderId,
    Secret,
    device_of,
    looks_like_order,
    order_id,
    order_of,
    payment_key,
    refund_key,
    short_key,
    typed,
)
from agent.core.money import Money
from agent.core.payment import Payment, ask_code
from tests.shop import WAITS

numbers = st.tuples(st.integers(1, 10**7), st.integers(1, 99))


def test_an_order_carries_its_device_its_epoch_and_its_number() -> None:
    assert order_id(DeviceId("desk-01"), "7f3a", 12) == "desk-01-7f3a-000012"


def test_a_payment_key_is_the_order_and_the_attempt() -> None:
    assert payment_key(OrderId("desk-01-7f3a-000012"), 2) == "desk-01-7f3a-000012-2"


@given(numbers, numbers)
def test_two_attempts_never_share_a_key(one: tuple[int, int], other: tuple[int, int]) -> None:
    keys = [payment_key(order_id(DeviceId("d1"), "7f3a", order), n) for order, n in (one, other)]
    assert (keys[0] == keys[1]) == (one == other)


def test_a_secret_is_never_printed() -> None:
    word = "134567890123456789"
    ready = Payment(OrderId("desk-01-7f3a-000001"), Money(880), "digest")
    asked, wishes = ask_code(ready, "wechat", Secret(word), WAITS, Instant(0, 0))
    for seen in (Secret(word), CodePayer("wechat", Secret(word)), asked, wishes):
        assert word not in repr(seen)
        assert word not in f"{seen}"
    assert f"{Secret(word)}" == repr(Secret(word)) == "Secret(•••)"


def test_a_secret_is_revealed_only_by_asking_for_it() -> None:
    assert Secret("4711").reveal() == "4711"
    assert Secret("4711") == Secret("4711") != Secret("4712")


def test_a_forgotten_secret_says_so_instead_of_inventing_one() -> None:
    assert FORGOTTEN.forgotten
    assert not Secret("").forgotten
    with pytest.raises(ValueError, match=r"^this word was forgotten at the last restart, as it must be$"):
        FORGOTTEN.reveal()


def test_a_refund_number_is_the_order_the_part_and_the_amount_and_never_a_payment_key() -> None:
    assert refund_key(OrderId("desk-01-7f3a-000012"), 2, 380) == "desk-01-7f3a-000012-R2-380"


@given(st.integers(1, 999_999_999), st.integers(1, 999), st.integers(1, 10**9))
def test_each_key_knows_its_order(number: int, count: int, amount_minor: int) -> None:
    order = order_id(DeviceId("shop-1-till-2"), "7f3a1b2c9d04", number)
    assert order_of(payment_key(order, count)) == order
    assert order_of(refund_key(order, count, amount_minor)) == order


def test_a_part_numbered_by_an_older_hyla_knows_its_order_too() -> None:
    order = OrderId("desk-01-7f3a-000012")
    assert order_of(f"{order}-R1") == order
    assert device_of(f"{order}-R1") == device_of(payment_key(order, 1)) == "desk-01"


def test_people_see_the_end_of_a_key_and_not_how_much_goes_back() -> None:
    order = OrderId("desk-01-7f3a-000012")
    assert short_key(payment_key(order, 1)) == "…000012-1"
    assert short_key(refund_key(order, 1, 380)) == "…000012-R1"


@pytest.mark.parametrize(
    "text", ["desk-01-7f3a-000012", "t1-0123456789abcdef-123456789012", "a-1-0000-000001"]
)
def test_what_stands_on_a_receipt_is_taken_for_an_order(text: str) -> None:
    assert looks_like_order(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "6901000000011",
        "desk-01-7f3a-12",
        "DESK-01-7f3a-000012",
        "desk-01-7f3a-000012-1",
        "desk-01-xyzw-000012",
    ],
)
def test_goods_keys_and_scribble_are_not(text: str) -> None:
    assert not looks_like_order(text)


def test_a_tap_that_carried_nothing_is_empty_and_a_forgotten_word_is_not() -> None:
    assert typed(None) == ""
    assert typed(Secret("17")) == "17"
    with pytest.raises(ValueError, match="forgotten"):
        typed(FORGOTTEN)
