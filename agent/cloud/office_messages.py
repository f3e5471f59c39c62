"""Head office's messages: signed wishes down, what the terminal lives by and how it is up.

Enters and leaves as `messages` does; a signature is not looked at here (`fleet` has the keys).
"""

from __future__ import annotations

from agent.cloud import schema
from agent.cloud.envelope import Unreadable, data_of, pack, rfc3339, unpack
from agent.core.ids import DeviceId

CLOUD_SOURCE = "hyla/cloud"
SIGNED = (schema.DESIRED, schema.COMMAND)


def read_signed(body: bytes) -> str:
    """The signed text of a wish of head office. Raises Unreadable."""
    name, envelope = unpack(body)
    if name not in SIGNED:
        raise Unreadable("a message of a type that is no wish of head office")
    return data_of(envelope, schema.SignedData).signed


def signed_bytes(name: str, id: str, signed: str, utc_ms: int) -> bytes:
    """The cloud's side: desired settings, or a command."""
    return pack(name, id, CLOUD_SOURCE, schema.SignedData(signed), rfc3339(utc_ms))


def reported_bytes(device: DeviceId, data: schema.ReportedData, utc_ms: int) -> bytes:
    """The retained state of this terminal's settings."""
    id = f"{device}/reported/{utc_ms}"
    return pack(schema.REPORTED, id, f"hyla/{device}", data, rfc3339(utc_ms))


def health_bytes(device: DeviceId, data: schema.HealthData, utc_ms: int) -> bytes:
    """How this terminal is now."""
    return pack(schema.HEALTH, f"{device}/health/{utc_ms}", f"hyla/{device}", data, rfc3339(utc_ms))


def read_reported(body: bytes) -> schema.ReportedData:
    """The cloud's side. Raises Unreadable."""
    name, envelope = unpack(body)
    if name != schema.REPORTED:
        raise Unreadable("a message of a type that is no reported state")
    return data_of(envelope, schema.ReportedData)


def read_health(body: bytes) -> schema.HealthData:
    """The cloud's side. Raises Unreadable."""
    name, envelope = unpack(body)
    if name != schema.HEALTH:
        raise Unreadable("a message of a type that is no health")
    return data_of(envelope, schema.HealthData)
