"""A customer's side without touch: nobody could type digits or confirm there, so no face ever pays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.charge import Captured, Declined
from agent.core.commands import AskCharge, KeepRecord
from agent.core.events import Intent, Screen, Started
from agent.core.intents import whose
from agent.core.terminal import recovered
from agent.core.visit import Stage
from tests.playbook import NOTHING, Playbook, says, scans, shows_code, taps
from tests.shop import RULES, STAGES, WATER, terminal, to_face, to_not_paid, to_paying

NO_TOUCH = replace(RULES, customer_touch=False)
THEIRS = [intent for intent in Intent if whose(intent) is Screen.CUSTOMER]


@pytest.fixture
def shop() -> Playbook:
    return Playbook(terminal(rules=NO_TOUCH))


def test_the_code_is_asked_for_at_once_and_pays(shop: Playbook) -> None:
    shop >> scans(WATER) >> taps(Intent.CHARGE) << Stage.CODE
    shop >> shows_code() << AskCharge << Stage.PAY
    shop >> says(Captured()) << KeepRecord << Stage.PAID


def test_after_a_refused_code_another_one_pays(shop: Playbook) -> None:
    shop >> scans(WATER) >> taps(Intent.CHARGE) >> shows_code() << AskCharge << Stage.PAY
    shop >> says(Declined("funds")) << Stage.NOT_PAID
    shop >> shows_code("138888888888888888") << AskCharge << Stage.PAY


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("intent", THEIRS)
def test_a_tap_from_the_customers_side_means_nothing(stage: Stage, intent: Intent) -> None:
    """Whatever came there before the setting was changed, or from a panel that should not be there."""
    book = STAGES[stage](Playbook(terminal()))
    shop = Playbook(replace(book.state, rules=NO_TOUCH))
    shop >> taps(intent, "4711", screen=Screen.CUSTOMER) << NOTHING


def test_a_terminal_that_lost_its_touch_asks_for_the_code_and_still_settles_a_face_payment() -> None:
    looked = to_face(Playbook(terminal()))
    back = Playbook(recovered(NO_TOUCH, looked.state.kept, "zh"), 50)
    back >> Started() << Stage.CODE

    paying = to_paying(Playbook(terminal()))
    back = Playbook(replace(paying.state, rules=NO_TOUCH))
    back >> says(Captured(8, 108)) << KeepRecord << Stage.PAID

    refused = to_not_paid(Playbook(terminal()))
    back = Playbook(replace(refused.state, rules=NO_TOUCH))
    back >> shows_code() << AskCharge << Stage.PAY


def test_the_cashier_chooses_language_and_text_size_for_both_sides(shop: Playbook) -> None:
    shop >> taps(Intent.SWITCH_LANGUAGE, screen=Screen.CUSTOMER) << NOTHING
    shop >> taps(Intent.SWITCH_LANGUAGE, screen=Screen.CASHIER) << Stage.IDLE
    shop >> taps(Intent.SWITCH_TEXT_SIZE, screen=Screen.CASHIER) << Stage.IDLE
    assert shop.state.languages == {"customer": "en", "cashier": "en"}
    assert shop.state.large_text == {"customer", "cashier"}
