"""Whose wish it is: only head office's, only for this terminal, only of a kind that we know."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.core.events import CommandArrived
from agent.core.ids import DeviceId
from agent.fleet.signed import sealed
from agent.fleet.wishes import CHARS_MAX, TYP, Desired, NoWish, read_wish, sign_command, sign_settings

ME = DeviceId("frog8-000123")
DESIRED = Desired(12, {"screens": {"face_wait_ms": 12_000}}, "gtin\n")
RESTART = CommandArrived("c-0000001", "restart", 1_790_000_000_000, {"why": "new cable"})


def refused(text: str, office) -> str:
    with pytest.raises(NoWish) as caught:
        read_wish(text, office.anchors, ME)
    return str(caught.value)


def changed(office, **claims: object) -> str:
    said = {"typ": "hyla-settings", "v": 1, "device": ME, "version": 1, "iat": 1, "settings": {}} | claims
    return sealed(json.dumps(said).encode(), office.key, TYP)


def test_settings_and_commands_arrive_as_they_were_signed(office):
    assert read_wish(sign_settings(DESIRED, ME, 1, office.key), office.anchors, ME) == DESIRED
    assert read_wish(sign_command(RESTART, ME, 1, office.key), office.anchors, ME) == RESTART


def test_another_company_wishes_nothing_here(office, other_office):
    assert refused(sign_command(RESTART, ME, 1, other_office.key), office) == "foreign"


def test_a_changed_word_is_forged(office):
    head, _, signature = sign_settings(DESIRED, ME, 1, office.key).split(".")
    other = sign_settings(Desired(13, {}), ME, 1, office.key).split(".")[1]
    assert refused(f"{head}.{other}.{signature}", office) == "forged"


def test_what_was_meant_for_a_neighbour_is_not_followed(office):
    assert refused(sign_command(RESTART, "frog8-000124", 1, office.key), office) == "other_device"


def test_an_assignment_is_no_wish(office):
    assert refused(office.signed(), office) == "garbage"


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"v": 2}, "unknown"),
        ({"version": 0}, "garbage"),
        ({"version": "1"}, "garbage"),
        ({"settings": []}, "garbage"),
        ({"typ": "hyla-assignment"}, "garbage"),
        ({"typ": "hyla-command"}, "garbage"),
        (
            {"typ": "hyla-command", "jti": "c-0000001", "exp": 9, "command": "format_the_disk"},
            "unknown",
        ),
        ({"typ": "hyla-command", "jti": "../../x", "exp": 9, "command": "restart"}, "garbage"),
    ],
)
def test_what_head_office_would_never_say_is_refused_even_signed(office, claims, why):
    assert refused(changed(office, **claims), office) == why


def test_a_wish_too_long_for_a_message_is_not_signed(office):
    with pytest.raises(ValueError, match="shorten the price list"):
        sign_settings(Desired(1, {}, "x" * CHARS_MAX), ME, 1, office.key)


def test_a_command_that_no_terminal_knows_is_not_signed(office):
    with pytest.raises(ValueError, match="expected one of message, restart"):
        sign_command(CommandArrived("c-0000001", "dance", 1, {}), ME, 1, office.key)


@given(text=st.text(max_size=300))
def test_any_text_is_refused_in_one_word(office, text):
    assert refused(text, office) in {"garbage", "foreign", "forged"}


@given(body=st.binary(max_size=200))
def test_any_signed_bytes_are_refused_in_one_word(office, body):
    assert refused(sealed(body, office.key, TYP), office) in {"garbage", "unknown"}
