"""What people hear belongs to what they see, once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agent.core.events import Device, DeviceLost, DeviceUp, Instant, Intent
from agent.core.joining import Joining, JoinPage
from agent.core.state import Terminal
from agent.core.visit import Stage
from agent.core.withdrawing import Withdrawing, WithdrawPage
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
    room = Room()
    room.glass.show(terminal(), AT)
    code = STAGES[Stage.CODE](Playbook(terminal())).state
    room.glass.show(replace(code, silent=True), AT)
    assert room.heard == []
    room.glass.show(code, AT)
    assert [one.key for one in room.heard] == ["code"]
    book >> taps(Intent.SWITCH_SOUND)
    assert not book.state.silent


def test_that_money_came_is_said_once_whatever_is_touched_and_however_often_the_screens_die() -> None:
    """Sound off and on, another language, screens that come back: heard twice it sounds like a second
    payment. Another language says once more what there is to do."""
    room = Room()
    room.glass.show(terminal(), AT)
    digits, paid = (STAGES[stage](Playbook(terminal())) for stage in (Stage.DIGITS, Stage.PAID))
    for state in (digits.state, in_english(digits.state)):
        room.glass.show(state, AT)
    for state in (paid.state, in_english(paid.state), replace(paid.state, silent=True), paid.state):
        room.glass.show(state, AT)
    paid >> DeviceLost(Device.SCREENS, "died") >> DeviceUp(Device.SCREENS)
    room.glass.show(paid.state, AT)
    assert [(one.key, one.language) for one in room.heard] == [
        ("digits", "zh"), ("digits", "en"), ("received", "zh"),
    ]  # fmt: skip


def in_english(t: Terminal) -> Terminal:
    return replace(t, languages={**t.languages, "customer": "en"})


def test_who_could_not_hear_it_then_is_not_told_later_that_money_came() -> None:
    room = Room()
    room.glass.show(terminal(), AT)
    paid = STAGES[Stage.PAID](Playbook(terminal())).state
    for state in (replace(paid, silent=True), paid):
        room.glass.show(state, AT)
    assert room.heard == []


@pytest.mark.parametrize(
    ("beside", "heard"),
    [
        ({"joining": Joining(7, JoinPage.TERMS, 1)}, None),
        ({"joining": Joining(7, JoinPage.LOOK, 4)}, "look"),
        ({"joining": Joining(7, JoinPage.JOINED, 6)}, "joined"),
        ({"withdrawing": Withdrawing(7, WithdrawPage.DIGITS, 1)}, "digits"),
        ({"withdrawing": Withdrawing(7, WithdrawPage.LOOK, 2)}, "look"),
        ({"withdrawing": Withdrawing(7, WithdrawPage.GONE, 6)}, "withdrawn"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_who_joins_or_withdraws_hears_when_to_look_and_when_it_is_done(
    beside: dict[str, Any], heard: str | None
) -> None:
    """On the paid page, which has been heard."""
    said = sentence(replace(STAGES[Stage.PAID](Playbook(terminal())).state, **beside))
    assert (said and said.key) == heard
    assert heard is None or heard in SENTENCES
