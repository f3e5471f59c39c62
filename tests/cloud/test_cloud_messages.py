"""Bytes and back: identical on repeat, and nothing from outside is believed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.cloud import messages
from agent.cloud.envelope import Unreadable, ms_of, rfc3339
from agent.core.charge import (
    Captured,
    ChargeRequest,
    CodePayer,
    Declined,
    FacePayer,
    NeverSeen,
    Pending,
    Voided,
)
from agent.core.commands import AskCharge, AskQuery, AskVoid
from agent.core.events import MembersMarked
from agent.core.ids import FORGOTTEN, DeviceId, OrderId, PaymentKey, PersonId, Secret
from agent.core.marks import TrustMark, TrustMarks
from agent.core.money import Money

DEVICE = DeviceId("desk-01")
KEY = PaymentKey("desk-01-7f3a-000012-1")
CODE = "134567890123456789"
TIME = 1_767_323_045_678


def request(payer=None, amount_minor=2380):
    payer = payer or FacePayer(PersonId("M-1001"))
    return ChargeRequest(KEY, OrderId("desk-01-7f3a-000012"), Money(amount_minor), payer, "9f2c", TIME)


texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)
payers = st.builds(FacePayer, texts) | st.builds(CodePayer, texts, st.builds(Secret, texts))
requests = st.builds(
    ChargeRequest,
    texts,
    texts,
    st.builds(Money, st.integers(1, 2**53 - 1), st.sampled_from(["CNY", "HKD", "JPY"])),
    payers,
    texts,
    st.integers(0, 4_000_000_000_000),
)
answers = st.one_of(
    st.builds(Captured, st.integers(-(2**53) + 1, 2**53 - 1), st.integers(0, 2**53 - 1)),
    st.builds(Declined, st.from_regex("[a-z][a-z0-9_]{0,39}", fullmatch=True)),
    st.sampled_from([Pending(), NeverSeen(), Voided()]),
)


@given(requests)
def test_a_charge_comes_back_as_it_went_and_a_repeat_is_identical(request):
    body = messages.charge_bytes(request, DEVICE)
    assert messages.read_ask(body) == AskCharge(request)
    assert messages.charge_bytes(request, DEVICE) == body


@given(texts, answers)
def test_an_answer_comes_back_as_it_went(key, answer):
    assert messages.read_answer(messages.answer_bytes(key, answer, "x", TIME)) == (key, answer)


def test_the_bytes_of_a_charge_never_change_between_releases():
    assert messages.charge_bytes(request(), DEVICE) == (
        b'{"specversion":"1.0","id":"desk-01-7f3a-000012-1/charge","source":"hyla/desk-01",'
        b'"type":"hyla.charge.requested.v1","datacontenttype":"application/json",'
        b'"data":{"payment_key":"desk-01-7f3a-000012-1","order_id":"desk-01-7f3a-000012",'
        b'"amount_minor":2380,"currency":"CNY","payer":{"kind":"face","person":"M-1001"},'
        b'"goods_digest":"9f2c","deadline":"2026-01-02T03:04:05.678Z"}}'
    )


@pytest.mark.parametrize("ask", [AskQuery(KEY), AskVoid(KEY)])
def test_questions_come_back_as_they_went(ask):
    body = messages.ask_bytes(ask, DEVICE)
    assert messages.read_ask(body) == ask
    assert messages.ask_bytes(ask, DEVICE) == body


def test_a_forgotten_code_cannot_be_sent():
    with pytest.raises(ValueError, match="forgotten"):
        messages.charge_bytes(request(CodePayer("wechat", FORGOTTEN)), DEVICE)


READERS = (
    messages.read_ask,
    messages.read_answer,
    messages.read_acknowledged,
    messages.read_record,
    messages.read_presence,
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


@given(st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_garbage_is_unreadable_and_nothing_worse(body):
    for read in READERS:
        with pytest.raises(Unreadable):
            read(body)


good = json.loads(messages.charge_bytes(request(CodePayer("wechat", Secret(CODE))), DEVICE))


@given(st.sampled_from(sorted(good)) | st.sampled_from(sorted(good["data"])), json_values)
def test_a_spoiled_field_is_read_right_or_not_at_all_and_never_quoted(field, value):
    spoiled = json.loads(json.dumps(good))
    (spoiled["data"] if field in spoiled["data"] else spoiled)[field] = value
    said = ""
    try:
        messages.read_ask(json.dumps(spoiled).encode())
    except Unreadable as reason:
        said = str(reason)
    assert CODE not in said
    assert not (isinstance(value, str) and len(value) > 5 and value in said)


@pytest.mark.parametrize(
    "amount", [b"23.80", b"2380.0", b'"2380"', b"0", b"-1", b"true", b"1e3", b"9007199254740992"]
)
def test_an_amount_that_is_not_whole_minor_units_is_not_read(amount):
    body = messages.charge_bytes(request(), DEVICE).replace(b"2380", amount)
    with pytest.raises(Unreadable, match=r"amount_minor|no CloudEvent"):
        messages.read_ask(body)


@pytest.mark.parametrize("time", [b"2026-13-02T03:04:05.678Z", b"2026-01-02 03:04:05", b"tomorrow"])
def test_a_deadline_that_does_not_exist_is_not_read(time):
    body = messages.charge_bytes(request(), DEVICE).replace(b"2026-01-02T03:04:05.678Z", time)
    with pytest.raises(Unreadable):
        messages.read_ask(body)


@pytest.mark.parametrize("version", [b"v2", b"v17", b"v99999999999999999999"])
def test_a_newer_version_is_told_apart_from_garbage(version):
    body = messages.answer_bytes(KEY, Captured(1, 2), "x", TIME).replace(b".v1", b"." + version)
    with pytest.raises(Unreadable, match="newer version"):
        messages.read_answer(body)


def test_a_newer_version_is_recognised_even_when_its_data_is_quite_different():
    body = b'{"specversion":"1.0","id":"a","source":"b","type":"hyla.charge.captured.v2","data":[1]}'
    with pytest.raises(Unreadable, match="newer version"):
        messages.read_answer(body)


def test_fields_added_within_the_version_are_tolerated():
    body = messages.answer_bytes(KEY, Captured(1, 2), "x", TIME)
    body = body.replace(b'"points_earned"', b'"tip_minor":5,"points_earned"').replace(
        b'"id"', b'"extra":{},"id"'
    )
    assert messages.read_answer(body) == (KEY, Captured(1, 2))


def test_a_refusal_in_words_we_do_not_show_is_still_a_refusal():
    body = messages.answer_bytes(KEY, Declined("Zahlung abgelehnt!"), "x", TIME)
    assert messages.read_answer(body) == (KEY, Declined("refused"))


def test_a_record_with_a_secret_or_a_broken_amount_cannot_be_written():
    def record(data):
        return messages.record_body(DEVICE, "7f3a", 1, "r1", "sale", data, TIME)

    assert json.loads(record({"lines": [{"price_minor": 5}]}))["data"]["seq"] == 1
    with pytest.raises(TypeError, match="Secret") as error:
        record({"lines": [{"code": Secret(CODE)}]})
    assert CODE not in str(error.value)
    for amount in (2.5, "5", True, None):
        with pytest.raises(TypeError, match="total_minor: expected whole minor units"):
            record({"total_minor": amount})


@given(st.integers(0, 4_000_000_000_000))
def test_times_keep_their_milliseconds(utc_ms):
    assert ms_of(rfc3339(utc_ms)) == utc_ms


# --- marks ----------------------------------------------------------------------------------------

marks = st.builds(
    MembersMarked,
    st.builds(
        TrustMarks,
        st.integers(1, 2**53 - 1),
        st.integers(0, 4_000_000_000_000),
        st.sampled_from(["CNY", "HKD", "JPY"]),
        st.lists(
            st.builds(TrustMark, texts, st.integers(1, 2**53 - 1), st.integers(0, 4_000_000_000_000)),
            unique_by=lambda mark: mark.person,
            max_size=5,
        ).map(tuple),
    ),
    st.lists(texts, max_size=3).map(tuple),
)


@settings(deadline=None)
@given(marks)
def test_marks_come_back_as_they_went(fact):
    assert messages.read_marks(messages.marks_bytes(fact, TIME)) == fact


def marked(members):
    fact = MembersMarked(TrustMarks(7, TIME, "CNY", ()))
    told = json.loads(messages.marks_bytes(fact, TIME))
    told["data"]["members"] = members
    return json.dumps(told).encode()


LI = {"person": "li", "limit_minor": 500, "until": "2026-01-02T03:04:05.678Z"}


@pytest.mark.parametrize(
    "members",
    [
        [LI, LI],
        [LI | {"limit_minor": -1}],
        [LI | {"limit_minor": 5.5}],
        [LI | {"until": "tomorrow"}],
        [LI | {"until": "2026-02-30T00:00:00Z"}],
        [LI | {"person": ""}],
        [LI | {"person": f"{n}"} for n in range(201)],
        "everybody",
    ],
    ids=["twice", "negative", "half a fen", "no time", "no day", "nobody", "too many", "no list"],
)
def test_marks_that_do_not_fit_are_refused_whole(members):
    with pytest.raises(Unreadable):
        messages.read_marks(marked(members))


def test_marks_are_no_answer_and_an_answer_is_no_marks():
    with pytest.raises(Unreadable):
        messages.read_answer(marked([LI]))
    with pytest.raises(Unreadable):
        messages.read_marks(messages.answer_bytes(KEY, Captured(), "x", TIME))
