"""Somebody holds a picture of a member's face before a whole terminal."""

from __future__ import annotations

import pytest

from tests.desk.conftest import Open
from tests.desk.till import Till, words

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("thing", ["print", "phone"])
def test_a_picture_of_a_member_is_not_let_in_and_a_code_still_works(till: Till, thing: str) -> None:
    amount = till.charge()
    till.step_up(f"{thing} of member")
    till.touch("customer", "pay_by_face")
    till.reads(
        customer=[words("nobody.headline"), words("reason.not_live"), amount],
        cashier=[words("cashier.nobody"), words("reason.not_live")],
    )
    assert till.never_read("customer", words("digits.headline"))
    assert till.booked == 0
    till.step_up(None)
    till.show_code()
    till.paid(amount)
    assert till.booked == 1


def test_a_print_that_takes_the_members_place_after_the_digits_is_not_let_in(till: Till) -> None:
    till.charge()
    till.to_digits()
    till.step_up("print of member")
    till.counter.acted()
    till.counter.fingers.type_digits(till.digits, 30.0)
    till.reads(customer=[words("reason.not_live")])
    assert till.never_read("customer", words("confirm.detail"))
    till.touch("cashier", "cancel")
    assert till.booked == 0


def test_after_five_failures_the_eyes_rest_both_read_why_and_a_code_still_pays(opened: Open) -> None:
    till = opened()
    amount = till.charge()
    till.step_up("print of member")
    till.touch("customer", "pay_by_face")
    for _ in range(4):
        till.reads(customer=[words("reason.not_live")])
        till.touch("customer", "retry")
        till.reads(customer=[words("button.back")])
    resting = [words("reason.too_many_tries"), amount]
    till.reads(customer=[*resting, words("button.show_code")], cashier=resting)
    with pytest.raises(TimeoutError, match="retry could not be touched"):
        till.counter.fingers.press("customer", "retry", 1.0)
    till.touch("customer", "show_code")
    till.reads(customer=[words("code.headline")])
    till.show_code()
    till.paid(amount)
    assert till.booked == 1
