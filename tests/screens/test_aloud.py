"""What people hear belongs to what they see, once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.events import Instant, Intent
from agent.core.visit import Stage
from agent.screens.aloud import Sentence, sentence
from agent.screens.glass import Glass
from agent.voice.words import SENTENCES
from tests.playbook import Playbook, taps
from tests.shop import STAGES, terminal

AT = Instant(61_000, 1_790_000_000_000)


class Room:
    """A glass whose sentences are heard."""

    def __init__(self) -> None:
        self.heard: list[Sentence] = []
        self.glass = Glass(lambda _view: None, lambda _fact: None, self.heard.append)


@pytest.mark.parametrize("stage", STAGES)
def test_every_sentence_of_a_stage_has_words(stage: Stage) -> None:
    wanted = sentence(STAGES[stage](Playbook(terminal())).state)
    assert wanted is None or wanted.key in SENTENCES


def test_a_visit_is_accompanied_and_nothing_is_said_twice() -> None:
    room = Room()
    room.glass.show(terminal(), AT)
    for stage in (Stage.CODE, Stage.PAID):
        state = STAGES[stage](Playbook(terminal())).state
        room.glass.show(state, AT)
        room.glass.show(replace(state, notice="busy"), AT)
    assert [one.key for one in room.heard] == ["code", "received"]
    assert room.heard[1].amount == state.visit.basket.total


def test_a_start_says_nothing_for_it_would_sound_like_a_second_payment() -> None:
    room = Room()
    room.glass.show(STAGES[Stage.PAID](Playbook(terminal())).state, AT)
    assert room.heard == []


def test_sound_is_off_at_a_touch_and_on_again() -> None:
    book = Playbook(terminal())
    book >> taps(Intent.SWITCH_SOUND)
    assert book.state.silent
    code = STAGES[Stage.CODE](Playbook(terminal())).state
    assert sentence(replace(code, silent=True)) is None
    book >> taps(Intent.SWITCH_SOUND)
    assert not book.state.silent
