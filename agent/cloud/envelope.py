"""CloudEvents 1.0 in structured JSON: the envelope around every message, and its times.

The version stands in the type and is looked at before anything inside: a newer one is refused whole.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from agent.cloud import schema

T = TypeVar("T", bound=Struct)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Unreadable(Exception):
    """Not a message we can act on. The text is safe to log: it never repeats what was received."""


def pack(name: str, id: str, source: str, data: Struct, time: str | UnsetType = UNSET) -> bytes:
    envelope = schema.Envelope(
        specversion="1.0",
        id=id,
        source=source,
        type=f"{name}.v{schema.VERSION}",
        time=time,
        data=Raw(msgspec.json.encode(data)),
    )
    return msgspec.json.encode(envelope)


def unpack(body: bytes) -> tuple[str, schema.Envelope]:
    """Envelope and type without version; the version is looked at before anything inside."""
    try:
        envelope = msgspec.json.decode(body, type=schema.Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"no CloudEvent in JSON{_where(error)}") from None
    name, dot, version = envelope.type.rpartition(".v")
    if not dot or not version.isascii() or not version.isdigit():
        raise Unreadable("a type without a version")
    if len(version) > 4 or int(version) > schema.VERSION:
        raise Unreadable(f"a message of a newer version (we read v{schema.VERSION}); update this terminal")
    return name, envelope


def data_of(envelope: schema.Envelope, type_: type[T]) -> T:
    try:
        return msgspec.json.decode(envelope.data, type=type_)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"data that is no {type_.__name__}{_where(error)}") from None


def _where(error: Exception) -> str:
    """The place msgspec names (`$.data.points`), without the value it quotes."""
    _, at, path = str(error).rpartition(" - at `")
    return f" (at {path.rstrip('`')})" if at else ""


def rfc3339(utc_ms: int) -> str:
    """1767323045678 → `2026-01-02T03:04:05.678Z`; always three digits, so that repeats are equal."""
    moment = EPOCH + timedelta(milliseconds=utc_ms)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc_ms % 1000:03d}Z"


def ms_of(text: str) -> int:
    """The reverse. Raises Unreadable for a date that does not exist."""
    try:
        return (datetime.fromisoformat(text) - EPOCH) // timedelta(milliseconds=1)
    except ValueError:
        raise Unreadable("a time that does not exist") from None
