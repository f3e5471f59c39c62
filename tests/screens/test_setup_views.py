"""The setup visit on both screens: every state has its words, and both sides say the same."""

from __future__ import annotations

import itertools

import pytest

from agent.core.assignment import Refusal
from agent.core.setup import Stage
from agent.core.setup_desk import Presented, Setup
from agent.screens.setup_views import About, setup_views
from tests.core.test_setup import SHOP
from ui.i18n import LANGUAGES
from ui.phrases import Catalogue

ABOUT = About("FROG8-000123", "Frog Pro", {"hyla": "0.1.0"})
SPOKEN = (Stage.SHOP, Stage.SAVING, Stage.DONE)
STATES = [
    Setup(
        stage=stage, office=office, code=code, refusal=refusal, trouble=trouble, office_says=says,
        presented=Presented(SHOP, "jws", True) if stage in SPOKEN else None,
    )
    for stage, office, code, refusal, trouble, says in itertools.product(
        Stage, ("up", "none", "something new"), ("", "7K2MX9QD"), (None, *Refusal),
        ("", "disk", "office", "papers"), ("", "this terminal was revoked"),
    )
]  # fmt: skip


def test_every_state_has_its_words_in_both_languages_on_both_screens():
    words = Catalogue()
    for setup, language in itertools.product(STATES, LANGUAGES):
        for view in setup_views(setup, ABOUT):
            phrases = [view.headline, view.detail, view.amount_label]
            phrases += [figure.label for figure in view.figures] + [
                figure.phrase for figure in view.figures
            ]
            phrases += [button.label for button in view.buttons]
            for phrase in phrases:
                if phrase is not None:
                    assert words.text(phrase, language) not in ("", phrase.key)


def test_both_sides_of_the_counter_show_shop_and_till():
    for language, name in (("zh", "好邻居便利店"), ("en", "Good Neighbour")):
        setup = Setup(stage=Stage.SHOP, language=language, presented=Presented(SHOP, "jws", False))
        for view in setup_views(setup, ABOUT):
            assert [figure.text for figure in view.figures][:2] == [name, "2"]


def test_the_code_is_shown_in_two_groups_and_as_a_picture():
    customer, cashier = setup_views(Setup(stage=Stage.CODE, code="7K2MX9QD"), ABOUT)
    assert customer.amount == cashier.amount == "7K2M-X9QD"
    assert len(customer.picture) == len(customer.picture[0]) > 20


def test_only_the_cashiers_side_has_keys():
    customer, cashier = setup_views(Setup(stage=Stage.SHOP), ABOUT)
    assert {button.keys for button in customer.buttons} == {""}
    assert "F9" in {button.keys for button in cashier.buttons}


@pytest.mark.parametrize("refusal", list(Refusal))
def test_a_refusal_is_one_sentence_of_its_own(refusal):
    customer, _ = setup_views(Setup(stage=Stage.CODE, code="7K2MX9QD", refusal=refusal), ABOUT)
    assert customer.tone == "bad"
    assert customer.headline.key == f"setup.refused_{refusal}"
