"""A support bundle on the wire, piece by piece. Both sides use this page: the terminal writes what goes up
and reads what comes down, head office the reverse. What does not fit is Unreadable.
"""

from __future__ import annotations

from agent.cloud import bundle_schema
from agent.cloud.bundle_schema import BundleRefusedData, PieceData, PiecesTakenData
from agent.cloud.envelope import Unreadable, data_of, pack, unpack
from agent.core.ids import DeviceId

CLOUD_SOURCE = "hyla/cloud"


def piece_bytes(device: DeviceId, data: PieceData) -> bytes:
    """The terminal's side; the same piece gives the same bytes."""
    id = f"{device}/bundle/{data.bundle}/{data.at}-{len(data.body)}"
    return pack(bundle_schema.PIECE, id, f"hyla/{device}", data)


def read_piece(body: bytes) -> PieceData:
    """The cloud's side. Raises Unreadable."""
    name, envelope = unpack(body)
    if name != bundle_schema.PIECE:
        raise Unreadable("a message of a type that is no piece of a bundle")
    data = data_of(envelope, PieceData)
    if data.at + len(data.body) > data.size:
        raise Unreadable("a piece that reaches beyond its bundle")
    return data


def taken_bytes(data: PiecesTakenData | BundleRefusedData) -> bytes:
    """The cloud's side: how far it is, or no."""
    refused = isinstance(data, BundleRefusedData)
    name = bundle_schema.REFUSED if refused else bundle_schema.TAKEN
    have = 0 if isinstance(data, BundleRefusedData) else data.have
    return pack(name, f"bundle/{data.bundle}/{have}", CLOUD_SOURCE, data)


def read_taken(body: bytes) -> PiecesTakenData | BundleRefusedData:
    """How far the cloud is. Raises Unreadable."""
    name, envelope = unpack(body)
    if name == bundle_schema.REFUSED:
        return data_of(envelope, BundleRefusedData)
    if name != bundle_schema.TAKEN:
        raise Unreadable("a message of a type that is no word about a bundle")
    return data_of(envelope, PiecesTakenData)
