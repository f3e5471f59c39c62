"""A member is made with the turn that says so, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from agent.core.commands import ForgetFaces
from agent.core.events import Device, Intent, TemplateMade
from agent.core.ids import Secret
from agent.core.joining import JoinPage, JoinRules
from agent.core.state import Terminal
from agent.ports import Embedding, Template
from tests.playbook import Playbook, sees, taps
from tests.shop import terminal, to_choose
from tests.test_loop import Room, loop_of

IN_HAND = ("0ba9", np.ones(4, np.float32) / 2)


class Eyes(Room):
    """The room's eyes hold a template, unless they were started anew."""

    in_hand: tuple[str, Embedding] | None = IN_HAND

    def template_in_hand(self, _look: int) -> tuple[str, Embedding] | None:
        return self.in_hand

    def forget_faces(self) -> None:
        self.diary.append(("forget", None))

    def enrolled(self, template: Template) -> None:
        self.diary.append(("enrolled", template))


def keeping() -> Terminal:
    """Somebody agreed, gave a number and was seen; the eyes make a template."""
    t = terminal()
    book = to_choose(Playbook(replace(t, rules=replace(t.rules, joining=JoinRules(enabled=True)))))
    book >> taps(Intent.JOIN) >> taps(Intent.TICK, "face_pay") >> taps(Intent.AGREE)
    book >> taps(Intent.GIVE_DIGITS, "13800135678")
    book.without(object) >> 3 * [sees()]  # type: ignore[arg-type]
    return book.state


def made(t: Terminal) -> TemplateMade:
    return TemplateMade(t.looks, 3)


def test_the_member_is_on_disk_before_the_eyes_know_them() -> None:
    room, state = Eyes(), keeping()
    loop = loop_of(room, state)
    loop.handle(made(state))
    assert room.order == ["commit", "deliver", "deliver", "forget", "enrolled", "show"]
    enrolment = room.entries[0].enrolment
    assert enrolment is not None
    [template] = room.said("enrolled")
    assert template == enrolment.template
    assert (template.phone_last4, template.model_sha256) == (Secret("5678"), "0ba9")  # type: ignore[attr-defined]
    assert loop.state.joining is not None
    assert loop.state.joining.page is JoinPage.JOINED


def test_a_disk_that_refuses_leaves_no_member_and_no_face(
    request: pytest.FixtureRequest,
) -> None:
    expected: Callable[..., None] = request.getfixturevalue("expected_log")
    expected("journal: the disk of .* is full")
    room, state = Eyes(disk_full=True), keeping()
    loop = loop_of(room, state)
    loop.handle(made(state))
    assert room.said("enrolled") == []
    assert room.order.count("forget") == 1
    assert loop.state.kept.joined == 0
    assert loop.state.joining is not None
    assert (loop.state.joining.page, loop.state.joining.trouble) == (JoinPage.ENDED, "storage")
    assert loop.state.down == {Device.STORAGE: "full"}


def test_eyes_that_were_started_anew_enrol_nobody() -> None:
    room, state = Eyes(), keeping()
    room.in_hand = None
    loop = loop_of(room, state)
    loop.handle(made(state))
    assert room.entries == []
    assert room.said("enrolled") == []
    assert loop.state.joining is not None
    assert loop.state.joining.trouble == "unclear"
    assert ForgetFaces() not in room.diary
