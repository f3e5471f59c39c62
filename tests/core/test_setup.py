"""The setup visit as its machine: what leads where, and what may never happen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.core.assignment import Assignment, Refusal
from agent.core.ids import DeviceId
from agent.core.setup import MEANING, TABLE, Signal, Stage
from agent.core.setup_desk import (
    Beep,
    CodeGiven,
    Decline,
    NotSaved,
    OfficeRefused,
    OfficeStands,
    Presented,
    Refused,
    Save,
    Saved,
    ScannerStands,
    Setup,
    SetupTap,
    Tapped,
    turn,
)

SHOP = Assignment(
    "6f9619ff", "FROG8-000123", DeviceId("frog8-000123"), "M-100", "S-17", "好邻居便利店", "Good Neighbour",
    2, "CNY", "mqtts://broker.example:8883", "0" * 64, "", "", 1, 2,
)  # fmt: skip
ONLINE, BY_QR = Presented(SHOP, "jws", True), Presented(replace(SHOP, id="other"), "jws2", False)
TAPS = st.builds(Tapped, st.integers(1, 40), st.sampled_from(SetupTap))
FACTS = st.one_of(
    TAPS,
    st.sampled_from([ONLINE, BY_QR, Saved(), NotSaved("disk"), CodeGiven("7K2MX9QD", 1)]),
    st.sampled_from(Refusal).map(Refused),
    st.sampled_from(["up", "lost", "unreachable"]).map(OfficeStands),
    st.sampled_from(["up", "absent"]).map(ScannerStands),
    st.just(OfficeRefused("unknown_serial", "not in the sales list")),
)


def after(setup: Setup, *facts: object) -> Setup:
    for fact in facts:
        tap = Tapped(setup.view_no, fact) if isinstance(fact, SetupTap) else fact
        setup = turn(setup, tap).setup
    return setup


def test_every_stage_is_described_and_every_signal_is_used():
    assert set(MEANING) == set(TABLE) == set(Stage)
    assert {signal for row in TABLE.values() for signal in row} == set(Signal)


def test_a_technician_goes_from_the_language_to_the_shop_and_confirms():
    setup = after(Setup(), SetupTap.ENGLISH, SetupTap.NEXT, CodeGiven("7K2MX9QD", 1), ONLINE)
    assert (setup.stage, setup.language, setup.code) == (Stage.SHOP, "en", "7K2MX9QD")
    turned = turn(setup, Tapped(setup.view_no, SetupTap.HERE))
    assert turned.wishes == (Save(ONLINE),)
    assert after(turned.setup, Saved()).stage is Stage.DONE


@pytest.mark.parametrize("stage", [Stage.LANGUAGE, Stage.ABOUT, Stage.CODE])
def test_an_activation_qr_is_taken_at_once_and_the_scanner_is_content(stage):
    turned = turn(Setup(stage=stage), BY_QR)
    assert turned.setup.stage is Stage.SHOP
    assert turned.wishes == (Beep(True),)


@pytest.mark.parametrize("stage", [Stage.LANGUAGE, Stage.ABOUT, Stage.CODE])
def test_a_refused_code_is_shown_where_the_next_one_is_awaited(stage):
    turned = turn(Setup(stage=stage), Refused(Refusal.EXPIRED))
    assert (turned.setup.stage, turned.setup.refusal) == (Stage.CODE, Refusal.EXPIRED)
    assert turned.wishes == (Beep(False),)
    assert after(turned.setup, ONLINE).refusal is None


def test_another_code_does_not_change_the_shop_that_somebody_is_about_to_confirm():
    setup = after(Setup(stage=Stage.CODE), ONLINE)
    assert after(setup, BY_QR, Refused(Refusal.FORGED)) == setup


def test_a_tap_on_an_older_view_confirms_nothing():
    setup = after(Setup(stage=Stage.CODE), ONLINE)
    assert turn(setup, Tapped(setup.view_no - 1, SetupTap.HERE)).wishes == ()


def test_not_this_shop_forgets_it():
    setup = after(Setup(stage=Stage.CODE), ONLINE, SetupTap.NOT_HERE)
    assert (setup.stage, setup.presented) == (Stage.CODE, None)


def test_head_office_is_told_of_a_no_and_what_it_repeats_until_then_is_not_shown_again():
    setup = after(Setup(stage=Stage.CODE), CodeGiven("7K2MX9QD", 1), ONLINE)
    turned = turn(setup, Tapped(setup.view_no, SetupTap.NOT_HERE))
    assert turned.wishes == (Decline(ONLINE.assignment.id),)
    assert turned.setup.code == "", "that code is used up"
    assert after(turned.setup, ONLINE) == turned.setup
    other = replace(ONLINE, assignment=replace(ONLINE.assignment, id="another"))
    assert after(turned.setup, CodeGiven("7K2MX9QE", 1), other).presented == other


def test_a_no_to_a_printed_code_is_nobody_elses_business_and_it_may_be_held_up_again():
    setup = after(Setup(stage=Stage.CODE), BY_QR)
    turned = turn(setup, Tapped(setup.view_no, SetupTap.NOT_HERE))
    assert turned.wishes == ()
    assert after(turned.setup, BY_QR).stage is Stage.SHOP


@pytest.mark.parametrize("trouble", ["disk", "office", "papers"])
def test_what_could_not_be_finished_can_be_tried_again(trouble):
    setup = after(Setup(stage=Stage.CODE), ONLINE, SetupTap.HERE, NotSaved(trouble))
    assert (setup.stage, setup.trouble, setup.presented) == (Stage.SHOP, trouble, ONLINE)
    assert turn(setup, Tapped(setup.view_no, SetupTap.HERE)).wishes == (Save(ONLINE),)


def test_head_office_that_will_not_have_us_is_quoted_and_its_code_is_gone():
    setup = after(Setup(stage=Stage.CODE), CodeGiven("7K2MX9QD", 1), OfficeRefused("revoked", "revoked"))
    assert (setup.code, setup.office_says) == ("", "revoked")
    assert after(setup, CodeGiven("7K2MX9QE", 1)).office_says == ""


@given(st.lists(FACTS, max_size=40))
def test_whatever_comes_a_shop_is_saved_only_after_a_yes_on_its_own_view(facts):
    setup = Setup()
    for fact in facts:
        before, turned = setup, turn(setup, fact)
        setup = turned.setup
        saves = [wish for wish in turned.wishes if isinstance(wish, Save)]
        if saves:
            assert before.stage is Stage.SHOP
            assert fact == Tapped(before.view_no, SetupTap.HERE)
            assert saves == [Save(before.presented)]
        if setup.stage is Stage.DONE:
            assert setup.presented is not None
        assert setup.view_no == before.view_no + (setup != before)
