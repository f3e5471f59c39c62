"""Money adds up, stays in its currency and reads as people read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.core.money import CURRENCIES, Money

amounts = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(2380), "¥23.80"),
        (Money(5), "¥0.05"),
        (Money(0), "¥0.00"),
        (Money(-105), "-¥1.05"),
        (Money(1000, "HKD"), "HK$10.00"),
        (Money(250, "JPY"), "¥250"),
    ],
)
def test_an_amount_reads_as_on_a_price_tag(money: Money, text: str) -> None:
    assert money.text() == text


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="cannot add HKD to CNY"):
        Money(1) + Money(1, "HKD")


def test_a_currency_nobody_knows_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'EUR' .expected one of CNY, HKD, JPY"):
        Money(1, "EUR")


@given(amounts, amounts)
def test_adding_is_adding_whole_minor_units(one: int, other: int) -> None:
    assert Money(one) + Money(other) == Money(other) + Money(one) == Money(one + other)


@given(amounts, st.integers(0, 999))
def test_so_many_pieces_cost_so_many_times_as_much(price: int, quantity: int) -> None:
    assert Money(price).times(quantity).amount_minor == price * quantity


@given(amounts, st.sampled_from(sorted(CURRENCIES)))
def test_no_minor_unit_is_lost_on_the_screen(amount: int, currency: str) -> None:
    sign, _ = CURRENCIES[currency]
    shown = Money(amount, currency).text().replace(sign, "").replace(".", "")
    assert int(shown) == amount
