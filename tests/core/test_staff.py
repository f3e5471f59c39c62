"""The manager's PIN: what is kept of it, and what fits it."""

from __future__ import annotations

import re

import pytest

from agent.core.ids import Secret
from agent.core.staff import pin_fits, pin_record

SALT = bytes(range(16))
KEPT = pin_record(Secret("2468"), SALT)


def test_only_the_pin_itself_fits_and_the_record_does_not_show_it() -> None:
    assert pin_fits(KEPT, Secret("2468"))
    assert not pin_fits(KEPT, Secret("2469"))
    assert not pin_fits(KEPT, Secret("24680"))
    assert "2468" not in KEPT.split("$")[2]


def test_a_record_that_was_made_once_fits_for_ever() -> None:
    """The figures of scrypt stand in the records of every shop: another one would shut all managers out."""
    assert KEPT == (
        "scrypt$000102030405060708090a0b0c0d0e0f$"
        "cd6469c8da9029cf10626135a0bb8a38267379ebd0eadd11446fa98be1e7e6ad"
    )


def test_two_shops_with_the_same_pin_have_different_records() -> None:
    assert pin_record(Secret("2468"), bytes(16)) != KEPT


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "1234\n", "１２３４"])
def test_a_pin_is_four_to_eight_digits(pin: str) -> None:
    with pytest.raises(ValueError, match=r"^a PIN is four to eight digits$"):
        pin_record(Secret(pin), SALT)


@pytest.mark.parametrize("pin", ["1234", "12345678"])
def test_the_shortest_and_the_longest_pin_are_taken(pin: str) -> None:
    assert pin_fits(pin_record(Secret(pin), SALT), Secret(pin))


def test_a_salt_of_another_length_is_refused_with_the_length_it_has() -> None:
    with pytest.raises(ValueError, match=re.escape("15 bytes of salt (expected 16)")):
        pin_record(Secret("2468"), SALT[1:])


@pytest.mark.parametrize("record", ["", "scrypt", KEPT[:-1], KEPT + "0", f" {KEPT}", KEPT.upper()])
def test_a_record_that_is_none_fits_nothing(record: str) -> None:
    assert not pin_fits(record, Secret("2468"))
