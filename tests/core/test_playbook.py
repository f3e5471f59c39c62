"""The dialogue's own manners: what it refuses, and how it says so."""

from __future__ import annotations

import pytest

from agent.core.commands import AskCharge, WatchFaces
from agent.core.events import Intent
from agent.core.visit import Stage
from tests.playbook import NOTHING, Playbook, PlaybookError, Slot, scans, shows_code, taps
from tests.shop import WATER, terminal, to_choose, to_code


def test_a_mismatch_prints_the_dialogue() -> None:
    book = to_choose(Playbook(terminal()))
    with pytest.raises(PlaybookError) as told:
        book >> taps(Intent.PAY_BY_FACE) << AskCharge
    assert ">> BarcodeScanned" in str(told.value)
    assert "<< AskCharge was expected, came: WatchFaces" in str(told.value)


def test_a_wish_nobody_expected_fails_at_the_next_fact() -> None:
    book = to_choose(Playbook(terminal())) >> taps(Intent.PAY_BY_FACE)
    with pytest.raises(PlaybookError, match="nobody expected: WatchFaces"):
        book >> scans(WATER)


def test_a_dialogue_that_ends_with_an_open_wish_is_unfinished() -> None:
    book = to_code(Playbook(terminal())) >> shows_code()
    with pytest.raises(PlaybookError, match="nobody expected: AskCharge"):
        book.finish()


def test_a_dialogue_that_expects_nothing_is_unfinished() -> None:
    with pytest.raises(PlaybookError, match="nothing was expected"):
        (Playbook(terminal()) >> scans(WATER)).finish()


def test_the_wrong_stage_and_a_change_where_none_was_allowed_are_told() -> None:
    with pytest.raises(PlaybookError, match=r"the stage is <Stage\.BASKET"):
        Playbook(terminal()) >> scans(WATER) << Stage.FACE
    with pytest.raises(PlaybookError, match="something changed"):
        Playbook(terminal()) >> scans(WATER) << NOTHING


def test_a_slot_keeps_the_wish_it_expected() -> None:
    eyes = Slot(WatchFaces)
    to_choose(Playbook(terminal())) >> taps(Intent.PAY_BY_FACE) << eyes
    assert eyes.wish.look == 1
