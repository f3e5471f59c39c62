"""Head office's signed word → Assignment, or why not.

Enters: text of a QR or of the bootstrap listener, which may come from anybody who can print, and the
anchors (public keys of head office, laid in the factory). Leaves: an Assignment whose signature was checked
(`signed`), or NotAssigned.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from agent.core.assignment import Assignment, Refusal, Retirement
from agent.core.ids import DeviceId
from agent.fleet.signed import Anchors, NotSigned, key_id, opened, sealed
from agent.profile.section import is_place

PREFIX = "HYLA1:"
"""In front of the text in a QR: what the scanner knows it by."""
TEXT_MAX = 1200
"""A QR that phones show and imagers read; `scanner.code_bytes_max` is above it."""
TYP, RETIRE = "hyla-assignment", "hyla-retirement"
PEM_END = "-----END PUBLIC KEY-----"

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Seconds = Annotated[int, msgspec.Meta(ge=0, lt=2**40)]
OwnerKey = Annotated[str, msgspec.Meta(pattern=r"^([A-Za-z0-9_-]{43})?\Z")]


class NotAssigned(Exception):
    """This text is no assignment that this terminal may follow."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why


class AnchorTrouble(Exception):
    """The anchor cannot be used: file, what was expected, the next step."""


class _Shop(msgspec.Struct, frozen=True):
    id: Text
    name_zh: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    name_en: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class _Claims(msgspec.Struct, frozen=True):
    typ: str
    v: int
    jti: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{8,64}\Z")]
    iat: Seconds
    exp: Seconds
    serial: Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9][A-Z0-9-]{3,30}\Z")]
    device: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{1,30}\Z")]
    merchant: Text
    shop: _Shop
    till: Annotated[int, msgspec.Meta(ge=1, le=999)]
    currency: Annotated[str, msgspec.Meta(pattern=r"^(CNY|HKD|JPY)\Z")]
    broker: Annotated[str, msgspec.Meta(pattern=r"^mqtts?://[^/@\s\x00-\x1f\"\\]{1,200}:\d{1,5}\Z")]
    ca: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    epoch: Annotated[str, msgspec.Meta(max_length=32)] = ""
    moved_from: Annotated[str, msgspec.Meta(max_length=60)] = msgspec.field(default="", name="from")
    owner: OwnerKey = ""


class _Retirement(msgspec.Struct, frozen=True):
    typ: str
    v: int
    jti: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{8,64}\Z")]
    iat: Seconds
    exp: Seconds
    serial: Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9][A-Z0-9-]{3,30}\Z")]
    merchant: Text
    shop: Text
    owner: OwnerKey


def read_anchors(path: Path) -> Anchors:
    """One or more public keys, PEM, one after the other. Raises AnchorTrouble."""
    expected = "expected Ed25519 public keys of head office in PEM, as they were laid in the factory"
    try:
        text = path.read_text("ascii")
        pieces = [piece + PEM_END for piece in text.split(PEM_END)[:-1]]
        keys = [load_pem_public_key(piece.strip().encode()) for piece in pieces]
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "not readable as PEM"
        raise AnchorTrouble(f"{path}: {why.lower()} ({expected})") from None
    good = {key_id(key): key for key in keys if isinstance(key, Ed25519PublicKey)}
    if not good or len(good) != len(keys):
        raise AnchorTrouble(f"{path}: no such key in it, or one of another kind ({expected})")
    return good


def read_assignment(text: str, anchors: Anchors) -> Assignment:
    """Check the signature and the form; what it says is `core.assignment.misfit`'s.

    Raises:
        NotAssigned: garbage, foreign (signed by nobody we know) or forged.
    """
    try:
        body = opened(text.removeprefix(PREFIX), anchors, TYP, TEXT_MAX)
    except NotSigned as refused:
        raise NotAssigned(Refusal(refused.why)) from None
    try:
        claims = msgspec.json.decode(body, type=_Claims)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise NotAssigned(Refusal.GARBAGE) from None
    if claims.typ != TYP or claims.v != 1 or claims.exp <= claims.iat or not is_place(claims.broker):
        raise NotAssigned(Refusal.GARBAGE)
    return _assignment(claims)


def read_order(text: str, anchors: Anchors) -> Assignment | Retirement:
    """What head office may tell a terminal at work: where to go, or that it is over. Raises NotAssigned."""
    try:
        body = opened(text.removeprefix(PREFIX), anchors, RETIRE, TEXT_MAX)
        said = msgspec.json.decode(body, type=_Retirement)
    except NotSigned as refused:
        if refused.why == "garbage":  # another kind of word: an assignment, or nothing
            return read_assignment(text, anchors)
        raise NotAssigned(Refusal(refused.why)) from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return read_assignment(text, anchors)
    if said.typ != RETIRE or said.v != 1 or said.exp <= said.iat:
        raise NotAssigned(Refusal.GARBAGE)
    return Retirement(said.jti, said.serial, said.merchant, said.shop, said.owner, said.iat, said.exp)


def sign_retirement(order: Retirement, key: Ed25519PrivateKey) -> str:
    """Head office's side."""
    claims = _Retirement(RETIRE, 1, order.id, order.issued_utc_s, order.expires_utc_s, order.serial,
                         order.merchant, order.shop, order.owner_key)  # fmt: skip
    return sealed(msgspec.json.encode(claims), key, RETIRE)


def sign_assignment(assignment: Assignment, key: Ed25519PrivateKey) -> str:
    """Head office's side. Raises ValueError when it is too long for a QR, or would not be read."""
    claims = {
        "typ": TYP, "v": 1, "jti": assignment.id, "iat": assignment.issued_utc_s,
        "exp": assignment.expires_utc_s, "serial": assignment.serial, "device": assignment.device,
        "merchant": assignment.merchant,
        "shop": {"id": assignment.shop, "name_zh": assignment.shop_zh, "name_en": assignment.shop_en},
        "till": assignment.till, "currency": assignment.currency, "broker": assignment.broker,
        "ca": assignment.ca_sha256, "from": assignment.moved_from, "epoch": assignment.epoch,
        "owner": assignment.owner_key,
    }  # fmt: skip
    public, text = key.public_key(), sealed(msgspec.json.encode(claims), key, TYP)
    try:
        read_assignment(text, {key_id(public): public})
    except NotAssigned:
        raise ValueError(
            f"{len(text)} characters that no terminal would follow (expected at most {TEXT_MAX}, names of "
            "at most 40 characters, a broker as mqtts://host:8883)"
        ) from None
    return text


def _assignment(claims: _Claims) -> Assignment:
    return Assignment(
        id=claims.jti,
        serial=claims.serial,
        device=DeviceId(claims.device),
        merchant=claims.merchant,
        shop=claims.shop.id,
        shop_zh=claims.shop.name_zh,
        shop_en=claims.shop.name_en,
        till=claims.till,
        currency=claims.currency,
        broker=claims.broker,
        ca_sha256=claims.ca,
        moved_from=claims.moved_from,
        epoch=claims.epoch,
        issued_utc_s=claims.iat,
        expires_utc_s=claims.exp,
        owner_key=claims.owner,
    )
