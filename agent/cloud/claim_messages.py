"""Claiming and renewing on the wire. Both sides use this page: the terminal writes what goes up and reads
what comes down, head office the reverse. What does not fit is Unreadable.
"""

from __future__ import annotations

import hashlib

from msgspec import Struct

from agent.cloud import claim_schema
from agent.cloud.claim_schema import (
    AssignedData,
    ClaimRefusedData,
    CodeData,
    ConfirmData,
    IssuedData,
    OfferData,
    RenewData,
)
from agent.cloud.envelope import Unreadable, data_of, pack, unpack

Up = OfferData | ConfirmData | RenewData
Down = CodeData | AssignedData | IssuedData | ClaimRefusedData
STEPS: dict[type[Struct], str] = {OfferData: "offer", ConfirmData: "confirm", RenewData: "renew"}
"""What goes up → the last level of its topic."""
CLOUD_SOURCE = "hyla/cloud"
NAMES = {data: name for name, data in claim_schema.DATA_TYPES.items()}


def mark_of(csr_pem: str) -> str:
    """Which request a code is for."""
    return hashlib.sha256(csr_pem.encode()).hexdigest()


def up_bytes(who: str, data: Up) -> bytes:
    """The terminal's side; the same words give the same bytes. `who` is its name in the topic."""
    mark = hashlib.sha256(repr(data).encode()).hexdigest()[:16]
    return pack(NAMES[type(data)], f"{who}/{STEPS[type(data)]}/{mark}", f"hyla/{who}", data)


def down_bytes(id: str, data: Down) -> bytes:
    """Head office's side."""
    return pack(NAMES[type(data)], id, CLOUD_SOURCE, data)


def read_up(body: bytes) -> Up:
    """Raises Unreadable."""
    data = _read(body)
    if not isinstance(data, OfferData | ConfirmData | RenewData):
        raise Unreadable("a message that head office says, not a terminal")
    return data


def read_down(body: bytes) -> Down:
    """Raises Unreadable."""
    data = _read(body)
    if not isinstance(data, CodeData | AssignedData | IssuedData | ClaimRefusedData):
        raise Unreadable("a message that a terminal says, not head office")
    return data


def _read(body: bytes) -> Struct:
    name, envelope = unpack(body)
    type_ = claim_schema.DATA_TYPES.get(name)
    if type_ is None:
        raise Unreadable("no message of claiming or renewing")
    return data_of(envelope, type_)
