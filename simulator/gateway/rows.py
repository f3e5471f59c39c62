"""What the registry takes and gives: an offer, a code, a shop, a terminal, an assignment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Offer:
    """What a new terminal says of itself; `epoch` is its installation's word."""

    serial: str
    model: str
    csr_pem: str
    epoch: str = ""
    versions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Code:
    """To be shown until then."""

    code: str
    expires_utc_ms: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A terminal that shows a code until then."""

    serial: str
    model: str
    expires_utc_ms: int


@dataclass(frozen=True, slots=True)
class Shop:
    """Where tills stand."""

    shop: str
    merchant: str
    name_zh: str
    name_en: str
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One terminal as head office knows it; the columns of the table."""

    serial: str
    device_id: str
    merchant: str
    shop: str
    till: int
    model: str
    state: str
    epoch: str
    boots: int
    cert_serial: str
    cert_not_after_utc_ms: int
    versions: dict[str, Any]
    reported: dict[str, Any]
    health: dict[str, Any]
    online: bool
    last_seen_utc_ms: int


@dataclass(frozen=True, slots=True)
class Assigned:
    """A decision of head office, on its way to the terminal: the signed words and whose they are."""

    jti: str
    serial: str
    jws: str
