"""Barcodes and typed amounts become lines, lines become the amount due."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent.core.basket import QUANTITY_MAX, Basket, amount_typed
from agent.core.money import Money
from tests.shop import RICE_BALL, RULES, WATER

GOODS = sorted(RULES.goods)
scans = st.lists(st.sampled_from(GOODS), max_size=30)


def filled(gtins: list[str]) -> Basket:
    basket = Basket("CNY")
    for gtin in gtins:
        basket = basket.add(RULES.goods[gtin])
    return basket


def test_the_same_thing_twice_is_one_line_of_two() -> None:
    basket = filled([WATER, RICE_BALL, WATER])
    assert [(line.goods.gtin, line.quantity) for line in basket.lines] == [(WATER, 2), (RICE_BALL, 1)]
    assert basket.total == Money(1080)
    assert basket.pieces == 3


def test_removing_takes_one_piece_and_then_the_line() -> None:
    basket = filled([WATER, RICE_BALL, RICE_BALL])
    assert basket.with_quantity(1, 1).total == Money(880)
    assert basket.with_quantity(1, 0).lines == filled([WATER]).lines
    assert basket.with_quantity(0, 0).lines == filled([RICE_BALL, RICE_BALL]).lines


def test_each_typed_amount_is_a_line_of_its_own() -> None:
    basket = filled([WATER]).add(amount_typed(Money(50))).add(amount_typed(Money(50)))
    assert [(line.goods.name_en, line.amount) for line in basket.lines[1:]] == 2 * [("Amount", Money(50))]
    assert basket.total == Money(300)
    assert basket.digest() != filled([WATER]).add(amount_typed(Money(100))).digest()


def test_an_empty_basket_costs_nothing_in_its_own_currency() -> None:
    assert Basket("HKD").total == Money(0, "HKD")


def test_a_stuck_scanner_does_not_sell_without_end() -> None:
    assert filled([WATER] * (QUANTITY_MAX + 5)).pieces == QUANTITY_MAX


@given(scans)
def test_the_total_is_the_sum_of_everything_scanned(gtins: list[str]) -> None:
    basket = filled(gtins)
    assert basket.total.amount_minor == sum(RULES.goods[g].price.amount_minor for g in gtins)
    assert basket.pieces == len(gtins)


@given(scans, scans)
def test_the_digest_names_what_is_bought_and_nothing_else(one: list[str], other: list[str]) -> None:
    same = filled(one).lines == filled(other).lines
    assert (filled(one).digest() == filled(other).digest()) == same


def test_the_digest_is_the_same_in_every_version_of_the_house() -> None:
    """It stands in the journal and is compared after an update: SHA-256 of gtin×quantity@price."""
    assert filled([WATER, RICE_BALL, WATER]).digest() == "5ce477f97dd0985a0b48d68e91f23b55"
