"""Money adds up, stays in its currency and reads as people read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.core.money import CURRENCIES, Money, read_money

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
        (Money(99_999), "¥999.99"),
        (Money(200_000), "¥2,000.00"),
        (Money(-123_456_789), "-¥1,234,567.89"),
        (Money(10_000, "JPY"), "¥10,000"),
    ],
)
def test_an_amount_reads_as_on_a_price_tag(money: Money, text: str) -> None:
    assert money.text() == text


def test_paper_names_the_currency_elsewhere() -> None:
    assert [Money(one).figures() for one in (123_456, 0, -105)] == ["1,234.56", "0.00", "-1.05"]
    assert Money(-10_000, "JPY").figures() == "-10,000"


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


@pytest.mark.parametrize("currency", sorted(CURRENCIES))
def test_a_sum_and_a_price_of_many_stay_in_their_currency(currency: str) -> None:
    one = Money(250, currency)
    assert one + one == one.times(2) == Money(500, currency)


@given(amounts, st.sampled_from(sorted(CURRENCIES)))
def test_no_minor_unit_is_lost_on_the_screen(amount: int, currency: str) -> None:
    sign, _ = CURRENCIES[currency]
    shown = Money(amount, currency).text().replace(sign, "").replace(".", "").replace(",", "")
    assert int(shown) == amount


@pytest.mark.parametrize(
    ("words", "currency", "minor"),
    [
        ("12", "CNY", 1_200),
        ("12.5", "CNY", 1_250),
        (" 12,05 ", "CNY", 1_205),
        ("7.", "CNY", 700),
        ("0.01", "CNY", 1),
        ("9999999.99", "CNY", 999_999_999),
        ("250", "JPY", 250),
    ],
)
def test_what_a_person_types_is_read_to_the_minor_unit(words: str, currency: str, minor: int) -> None:
    assert read_money(words, currency) == Money(minor, currency)


@pytest.mark.parametrize("words", ["", "abc", ".5", "1.234", "-1", "1 2", "1.2.3", "96385074", "12元"])
def test_what_is_no_amount_is_nothing_rather_than_a_guess(words: str) -> None:
    assert read_money(words, "CNY") is None
    assert read_money("2.5", "JPY") is None


@given(st.integers(0, 10**9 - 1), st.sampled_from(sorted(CURRENCIES)))
def test_what_the_screen_shows_can_be_typed_in_again(amount: int, currency: str) -> None:
    money = Money(amount // (100 if currency == "JPY" else 1), currency)
    assert read_money(money.figures().replace(",", ""), currency) == money, "nobody types the commas"
