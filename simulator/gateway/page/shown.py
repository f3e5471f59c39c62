"""Figures and moments as a person reads them, and a terminal as one line of the page."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from agent.core.money import CURRENCIES
from agent.doctor.finding import State
from agent.doctor.short_code import CodeError, decode
from simulator.gateway.rows import DeviceRow

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """`outbox_s`, `unknown`: None while the terminal has not said. `sorrow`: the line asks for a person."""

    row: DeviceRow
    version: str
    last_sale_utc_ms: int
    outbox_s: int | None
    unknown: int | None
    cert_days: int | None
    short_code: str
    faults: tuple[str, ...]

    @property
    def sorrow(self) -> bool:
        away = self.row.state == "active" and not self.row.online
        soon = self.cert_days is not None and self.cert_days < 14
        return bool(away or soon or self.unknown or self.faults or self.row.state == "revoked")


def device_lines(rows: Sequence[DeviceRow], last_sales: Mapping[str, int]) -> list[DeviceLine]:
    """Whatever terminals have said of themselves; what is missing or odd counts as not said."""
    now_ms = time.time_ns() // 1_000_000
    return [_line(row, last_sales.get(row.device_id, 0), now_ms) for row in rows]


def _line(row: DeviceRow, last_sale_utc_ms: int, now_ms: int) -> DeviceLine:
    code = row.health.get("short_code", "")
    code = code if isinstance(code, str) else ""
    days = (row.cert_not_after_utc_ms - now_ms) // DAY_MS if row.cert_not_after_utc_ms else None
    version = row.reported.get("software") or row.versions.get("agent") or ""
    down = row.health.get("down")
    loose = tuple(str(name)[:40] for name in down) if isinstance(down, dict) else ()
    return DeviceLine(
        row,
        str(version)[:20],
        last_sale_utc_ms,
        _whole(row.health.get("oldest_unsent_s")),
        _whole(row.health.get("unknown_payments")),
        days,
        code,
        tuple(dict.fromkeys((*loose, *_faults(code)))),
    )


def _whole(value: Any) -> int | None:
    return value if type(value) is int and value >= 0 else None


def _faults(code: str) -> tuple[str, ...]:
    try:
        states = decode(code).states if code else {}
    except CodeError:
        return ()
    return tuple(name for name, state in states.items() if state is State.BROKEN)


def money(amount_minor: int, currency: str) -> str:
    """2380 · CNY → `¥23.80`."""
    sign, digits = CURRENCIES.get(currency, (currency + " ", 2))
    whole, part = divmod(abs(amount_minor), 10**digits)
    minus = "−" if amount_minor < 0 else ""
    return f"{minus}{sign}{whole:,}" + (f".{part:0{digits}d}" if digits else "")


def day_and_time(utc_ms: int, zone: tzinfo | None = None) -> str:
    """On a shop's clock, else on this machine's; empty for never."""
    return datetime.fromtimestamp(utc_ms / 1000, zone).strftime("%m-%d %H:%M") if utc_ms else ""
