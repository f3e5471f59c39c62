"""Head office's word, read by a terminal that trusts nobody: every way to fool it has its refusal."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.core.assignment import Expected, Refusal, misfit
from agent.fleet.assignment import (
    PREFIX,
    TEXT_MAX,
    AnchorTrouble,
    NotAssigned,
    read_anchors,
    read_assignment,
)
from agent.fleet.signed import key_id
from tests.fleet.conftest import NOW_UTC_S, WEEK_S

EXPECTED = Expected("FROG8-000123", "M-100", frozenset(), NOW_UTC_S + 60)


def refused(text: str, office) -> Refusal:
    with pytest.raises(NotAssigned) as caught:
        read_assignment(text, office.anchors)
    return caught.value.why


def claims_of(text: str) -> dict:
    body = text.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def signed_by(key, claims: object, **header: object) -> str:
    body = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    return jwt.PyJWS().encode(body, key, "EdDSA", {"kid": key_id(key.public_key()), **header})


def test_what_head_office_signed_is_read_back(office):
    assignment = office.assignment()
    assert read_assignment(office.signed(), office.anchors) == assignment
    assert read_assignment(PREFIX + office.signed(), office.anchors) == assignment
    assert misfit(assignment, EXPECTED) is None


def test_the_longest_names_still_fit_into_a_qr_that_the_scanner_takes(office):
    text = office.signed(shop_zh="好" * 40, shop_en="G" * 40, moved_from="S" * 60, shop="S" * 60)
    assert len(PREFIX + text) <= TEXT_MAX


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"serial": "FROG8-000999"}, Refusal.SERIAL),
        ({"merchant": "M-200"}, Refusal.MERCHANT),
        ({"expires_utc_s": NOW_UTC_S + 60}, Refusal.EXPIRED),
    ],
    ids=lambda value: value.value if isinstance(value, Refusal) else "",
)
def test_a_word_for_somebody_else_or_of_yesterday_is_named(office, changes, why):
    assert misfit(read_assignment(office.signed(**changes), office.anchors), EXPECTED) is why


def test_an_assignment_counts_once(office):
    used = Expected("FROG8-000123", "M-100", {office.assignment().id}, NOW_UTC_S)
    assert misfit(office.assignment(), used) is Refusal.REUSED


def test_a_terminal_for_any_merchant_takes_any(office):
    any_ = Expected("FROG8-000123", "", frozenset(), NOW_UTC_S)
    assert misfit(office.assignment(merchant="M-999"), any_) is None


def test_another_head_office_is_foreign_also_under_our_name(office, other_office):
    assert refused(other_office.signed(), office) is Refusal.FOREIGN
    ours = {"kid": key_id(office.key.public_key())}
    borrowed = signed_by(other_office.key, claims_of(office.signed()), **ours)
    assert refused(borrowed, office) is Refusal.FORGED


def test_a_changed_till_is_forged(office):
    head, body, tail = office.signed().split(".")
    claims = claims_of(f"{head}.{body}.{tail}") | {"till": 7}
    changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    assert refused(f"{head}.{changed}.{tail}", office) is Refusal.FORGED


def test_nobody_chooses_another_algorithm(office):
    public = office.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    kid = key_id(office.key.public_key())
    body = json.dumps(claims_of(office.signed())).encode()
    unsigned = jwt.PyJWS().encode(body, None, "none", {"kid": kid})
    assert refused(unsigned, office) is Refusal.FORGED
    other = jwt.PyJWS().encode(body, ec.generate_private_key(ec.SECP256R1()), "ES256", {"kid": kid})
    assert refused(other, office) is Refusal.FORGED
    head = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": kid}).encode()).rstrip(b"=")
    mac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signing = head + b"." + base64.urlsafe_b64encode(body).rstrip(b"=")
    tag = base64.urlsafe_b64encode(mac.sign(signing, public)).rstrip(b"=")
    assert refused((signing + b"." + tag).decode(), office) is Refusal.FORGED


@pytest.mark.parametrize(
    "header",
    [{"crit": ["b64"], "b64": False}, {"jku": "https://evil.example"}, {"jwk": {}}, {"typ": "other"}],
    ids=["critical", "key from elsewhere", "key inside", "another kind"],
)
def test_a_header_with_more_in_it_is_not_read(office, header):
    assert refused(signed_by(office.key, claims_of(office.signed()), **header), office) is Refusal.GARBAGE


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("typ", "hyla-command"), ("v", 2), ("v", True), ("till", 0), ("till", "2"), ("till", 1.0),
        ("till", 10**40), ("serial", "frog8"), ("serial", ""), ("device", "UPPER"), ("device", "a/b"),
        ("device", "a+"), ("device", "desk-01\n"), ("currency", "EUR"), ("broker", "http://x:1"),
        ("broker", "mqtts://a b:1"), ("broker", 'mqtts://a":1'), ("ca", "00"), ("jti", ""), ("jti", "a b"),
        ("exp", NOW_UTC_S), ("exp", -1), ("iat", 2**50), ("shop", "S-17"), ("shop", {"id": "S"}),
        ("merchant", None), ("broker", "mqtts://a:70000"), ("broker", "mqtts://[:1"),
    ],
)  # fmt: skip
def test_what_head_office_would_never_say_is_garbage_even_signed(office, key, value):
    claims = claims_of(office.signed()) | {key: value}
    assert refused(signed_by(office.key, claims), office) is Refusal.GARBAGE


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"1", b"{}", b"\xff\xfe", b"[" * 700], ids=repr)
def test_signed_rubbish_is_garbage(office, body):
    assert refused(signed_by(office.key, body), office) is Refusal.GARBAGE


@pytest.mark.parametrize(
    "text",
    ["", ".", "..", "a.b.c", "HYLA1:", "HYLA1:HYLA1:", "€", "A" * TEXT_MAX, "A" * 5000, "e30.e30.e30"],
    ids=lambda text: text[:10],
)
def test_rubbish_is_garbage(office, text):
    assert refused(text, office) is Refusal.GARBAGE


def test_head_office_does_not_sign_what_no_terminal_would_follow(office):
    with pytest.raises(ValueError, match="no terminal would follow"):
        office.signed(device="Not-A-Device")
    with pytest.raises(ValueError, match="no terminal would follow"):
        office.signed(shop_en="G" * 41)


# --- fuzzing: whatever is held before the scanner, the answer is a refusal or what was signed ---------

TEXTS = st.one_of(
    st.text(max_size=2_000),
    st.binary(max_size=1_000).map(lambda data: base64.urlsafe_b64encode(data).decode()),
    st.lists(st.binary(max_size=300).map(lambda d: base64.urlsafe_b64encode(d).decode()), max_size=5).map(
        ".".join
    ),
)
FUZZ = settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@FUZZ
@given(text=TEXTS, prefix=st.sampled_from(["", PREFIX]))
def test_any_text_is_refused(office, text, prefix):
    with pytest.raises(NotAssigned):
        read_assignment(prefix + text, office.anchors)


@FUZZ
@given(data=st.data())
def test_no_change_of_a_good_text_is_followed(office, data):
    good = office.signed()
    at = data.draw(st.integers(0, len(good) - 1))
    piece = data.draw(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=3))
    bad = good[:at] + piece + good[at + data.draw(st.integers(0, 3)) :]
    try:
        read = read_assignment(bad, office.anchors)
    except NotAssigned:
        return
    assert read == office.assignment(), "only another spelling of the same words may be read"


@FUZZ
@given(
    claims=st.dictionaries(
        st.sampled_from(
            ["typ", "v", "jti", "iat", "exp", "serial", "device", "shop", "till", "broker", "x"]
        ),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
            ),
            max_leaves=5,
        ),
    )
)
def test_any_signed_claims_are_refused_or_read(office, claims):
    try:
        assignment = read_assignment(
            signed_by(office.key, claims_of(office.signed()) | claims), office.anchors
        )
    except NotAssigned:
        return
    assert 1 <= assignment.till <= 999


# --- the anchor ---------------------------------------------------------------------------------------


def test_two_keys_of_head_office_are_two_anchors(office, other_office, tmp_path: Path):
    file = tmp_path / "anchor.pem"
    file.write_text(office.anchor_pem + "\n# the next one\n" + other_office.anchor_pem, "ascii")
    anchors = read_anchors(file)
    assert read_assignment(office.signed(), anchors)
    assert read_assignment(other_office.signed(), anchors)


@pytest.mark.parametrize(
    "content",
    ["", "hello", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"],
    ids=["empty", "text", "broken"],
)
def test_an_anchor_that_is_none_is_named(tmp_path: Path, content):
    file = tmp_path / "anchor.pem"
    file.write_text(content, "ascii")
    with pytest.raises(AnchorTrouble, match=r"anchor.pem: .*expected Ed25519"):
        read_anchors(file)


def test_a_missing_anchor_and_one_of_another_kind_are_named(tmp_path: Path):
    with pytest.raises(AnchorTrouble, match="no such file"):
        read_anchors(tmp_path / "anchor.pem")
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    (tmp_path / "anchor.pem").write_bytes(
        other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    with pytest.raises(AnchorTrouble, match="another kind"):
        read_anchors(tmp_path / "anchor.pem")


def test_expiry_is_counted_from_the_signed_end(office):
    assert office.assignment().expires_utc_s - office.assignment().issued_utc_s == WEEK_S
