"""What the core knows can be written down and read again; what cannot be read is named."""

from __future__ import annotations

import dataclasses
import json
import types
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.core import charge
from agent.core.charge import Answer, Captured, ChargeRequest, CodePayer, FacePayer
from agent.core.commands import Command, KeepRecord
from agent.core.events import ChargeAnswered, DeviceLost, Event, Screen, Tapped
from agent.core.evidence import Candidate
from agent.core.ids import FORGOTTEN, PersonId, Secret
from agent.core.money import CURRENCIES, Money
from agent.core.state import Kept
from agent.storage.codec import Codec, CodecError
from tests.storage.shop import CODE, CODEC, kept

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text().filter(lambda key: key != "$"), inner, max_size=3)
    ),
    max_leaves=8,
)
st.register_type_strategy(Money, st.builds(Money, currency=st.sampled_from(list(CURRENCIES))))
st.register_type_strategy(Candidate, st.builds(Candidate, score_cosine=st.floats(-1, 1)))
RECORDS = st.builds(KeepRecord, data=st.dictionaries(st.text(min_size=2), VALUES, max_size=3))
PLAIN = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def forgotten(value: Any) -> Any:
    """The same value after a restart: every secret in it is gone."""
    if isinstance(value, Secret):
        return FORGOTTEN
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return type(value)(**{name: forgotten(getattr(value, name)) for name in names})
    return tuple(map(forgotten, value)) if isinstance(value, tuple) else value


@PLAIN
@given(st.from_type(Event))  # type: ignore[arg-type]
def test_every_fact_comes_back_as_it_was_but_for_its_secrets(fact: Event) -> None:
    assert CODEC.decode(CODEC.encode(fact), Event) == forgotten(fact)


@PLAIN
@given(RECORDS | st.from_type(Answer))  # type: ignore[arg-type]
def test_records_and_answers_come_back_as_they_were(value: object) -> None:
    assert CODEC.decode(CODEC.encode(value), Command | Answer) == value


@PLAIN
@given(st.from_type(Kept))
def test_the_whole_state_comes_back_as_it_was_but_for_its_secrets(state: Kept) -> None:
    back = CODEC.decode(CODEC.encode(state), Kept)
    assert back == forgotten(state)
    assert repr(back) == repr(forgotten(state)), "equal, but of other types"


def test_a_payment_code_is_never_in_the_text() -> None:
    text = CODEC.encode(kept(1))
    assert CODE not in text
    payer = CODEC.decode(text, Kept).visit.payment.request.payer
    assert payer == CodePayer("wechat", FORGOTTEN)
    assert payer.code.forgotten


def test_the_text_is_readable_json_with_the_names_of_the_classes() -> None:
    text = CODEC.encode(ChargeAnswered("k-1", Captured(5, 10)))
    assert json.loads(text) == {
        "$": "ChargeAnswered",
        "key": "k-1",
        "answer": {"$": "Captured", "points_earned": 5, "points_balance": 10, "gift": None},
    }


def test_a_field_that_an_older_hyla_did_not_write_takes_its_default() -> None:
    assert CODEC.decode('{"$":"Captured","points_earned":5}', Captured) == Captured(5, 0)


TAPPED = '{"$":"Tapped","screen":"cashier","view_id":1,"intent":"charge","value":null}'


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("{", Kept, "Kept: not readable"),
        ("", Event, "not readable"),
        ("[" * 100_000, Event, "not readable"),
        ("null", Kept, r"Kept: NoneType \(expected Kept\)"),
        ("NaN", float, "NaN is no number"),
        ("1" + "0" * 400, float, "not readable"),
        ('{"$":"Martian"}', Event, "tag 'Martian'"),
        ('{"$":["x"]}', Event, "tag"),
        ('{"$":"Money","amount_minor":1,"currency":"CNY"}', Captured, r"tag 'Money' \(expected Captured\)"),
        ('{"$":"Money","currency":"CNY"}', Money, "Money without its field amount_minor"),
        ('{"$":"Money","amount_minor":1,"colour":"red"}', Money, "Money has no field 'colour'"),
        ('{"$":"Money","amount_minor":1,"currency":"XXX"}', Money, "currency = 'XXX'"),
        ('{"$":"Money","amount_minor":true}', Money, r"amount_minor: bool \(expected int\)"),
        ('{"$":"Money","amount_minor":1.0}', Money, r"amount_minor: float \(expected int\)"),
        (TAPPED.replace("cashier", "ceiling"), Event, r"screen: str \(expected Screen\)"),
        (TAPPED.replace('"cashier"', "[]"), Event, r"screen: list \(expected Screen\)"),
        (TAPPED.replace("null", "1234"), Event, r"value: int \(expected Secret or NoneType\)"),
        ('{"$":"RecordsTaken","ids":["a",2]}', Event, r"ids\[1\]: int \(expected str\)"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, kind: object, says: str) -> None:
    with pytest.raises(CodecError, match=says):
        CODEC.decode(text, kind)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (KeepRecord("a", "sale", {"picture": b"\x00"}), r"value\.data\.picture: bytes"),
        (KeepRecord("a", "sale", {"picture": float("nan")}), "cannot write KeepRecord"),
        (KeepRecord("a", "sale", {"$": 1}), "cannot be a key"),
        (DeviceLost(object(), "x"), r"value\.device: object"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_written_is_named(value: object, says: str) -> None:
    with pytest.raises(CodecError, match=says):
        CODEC.encode(value)


def _module(**classes: object) -> types.ModuleType:
    module = types.ModuleType("made_up")
    for name, thing in classes.items():
        thing.__module__ = "made_up"
        setattr(module, name, thing)
    return module


def test_two_classes_of_one_name_are_refused_at_once() -> None:
    @dataclass(frozen=True)
    class Captured:
        pass

    with pytest.raises(ValueError, match="two classes are called Captured"):
        Codec(charge, _module(Captured=Captured))


def test_annotations_a_state_may_use_later_work_as_well() -> None:
    codec = Codec()
    for value, kind in [
        ({Screen.CASHIER: ("zh", 1)}, dict[Screen, tuple[str, int]]),
        ((), tuple[int, ...]),
        ("b", Literal["a", "b"]),
        (3, float | None),
        (None, float | None),
        (PersonId("m-1"), PersonId),
    ]:
        assert codec.decode(codec.encode(value), kind) == value
    with pytest.raises(CodecError, match=r"2 items \(expected 1\)"):
        codec.decode("[1,2]", tuple[int])


def test_a_request_with_a_member_comes_back_byte_for_byte() -> None:
    request = ChargeRequest("o-1-1", "o-1", Money(2380), FacePayer("m-1"), "digest", 99)
    text = CODEC.encode(request)
    assert CODEC.encode(CODEC.decode(text, ChargeRequest)) == text


def test_a_tap_keeps_its_screen_and_intent_as_words_of_the_contract() -> None:
    assert isinstance(CODEC.decode(TAPPED, Tapped).screen, Screen)
