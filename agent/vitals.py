"""How the terminal is, for head office: once a minute, and what `hyla doctor` finds when it is asked.

Enters: the state after a turn, the outbox. Leaves: HealthData. It tells counts, ages and causes; no money,
no name and no code.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from agent.cloud.envelope import Unreadable, rfc3339
from agent.cloud.messages import said_at_ms
from agent.cloud.schema import HealthData
from agent.core.debt import DAY_MS, OVER
from agent.core.events import Device, Instant
from agent.core.payment import Phase
from agent.core.state import Terminal
from agent.fleet.certificate import BadCertificate, validity_of
from agent.storage.outbox import Outbox, Waiting

EVERY_MS = 60_000
EXAMINED_WITHIN_S = 120


class LastSale:
    """When this process last saw an order paid."""

    def __init__(self) -> None:
        self._order, self._utc_ms = "", 0

    def see(self, terminal: Terminal, utc_ms: int) -> None:
        """The state after a turn."""
        paid = next((one.order_id for one in terminal.kept.recent if one.outcome == "paid"), "")
        if paid and self._order and paid != self._order:
            self._utc_ms = utc_ms
        self._order = paid or "none yet"

    @property
    def time(self) -> str | UnsetType:
        return rfc3339(self._utc_ms) if self._utc_ms else UNSET


class VitalsTeller:
    """Looks at each turn of the loop, tells once a minute and at the first look. `told`: what it said
    last."""

    def __init__(
        self,
        outbox: Outbox,
        tell: Callable[[HealthData, int], None],
        certificate_file: str = "",
        short_code: Callable[[], str] = lambda: "",
    ) -> None:
        self._outbox, self._tell = outbox, tell
        self._certificate_file, self._short_code = certificate_file, short_code
        self._last_sale = LastSale()
        self.told: HealthData | None = None
        self._began_ms = self._due_ms = -1

    def look(self, terminal: Terminal, at: Instant) -> None:
        """The state as it is now."""
        self._last_sale.see(terminal, at.utc_ms)
        if self._began_ms < 0:
            self._began_ms = self._due_ms = at.mono_ms
        if at.mono_ms < self._due_ms or not terminal.works(Device.CLOUD):
            return
        self._due_ms = at.mono_ms + EVERY_MS
        up_ms = at.mono_ms - self._began_ms
        data = vitals(terminal, self._outbox.waiting(), self._last_sale, up_ms, at.utc_ms)
        days = certificate_days(self._certificate_file, at.utc_ms)
        more = replace(data, certificate_days=days, short_code=self._short_code())
        self.told = more
        self._tell(more, at.utc_ms)


def vitals(
    terminal: Terminal, waiting: Waiting, last_sale: LastSale, up_ms: int, utc_ms: int
) -> HealthData:
    """What head office's list of terminals shows."""
    kept = terminal.kept
    payment = kept.visit.payment
    unknown = payment is not None and payment.phase is Phase.UNKNOWN
    return HealthData(
        up_s=max(0, up_ms // 1000),
        down={str(device): cause for device, cause in terminal.down.items()},
        last_sale=last_sale.time,
        unsent=waiting.count,
        oldest_unsent_s=_age_s(waiting.oldest, utc_ms),
        unknown_payments=int(unknown) + sum(case.open for case in kept.held),
        open_debts=sum(debt.phase not in OVER for debt in kept.debts),
    )


def certificate_days(file: str, utc_ms: int) -> int:
    """Whole days that this terminal's certificate is still good for; -1 where there is none."""
    try:
        ends_utc_s = validity_of(Path(file).read_text("ascii")).ends_utc_s if file else 0
    except (OSError, UnicodeDecodeError, BadCertificate):
        return -1
    return max(0, (ends_utc_s * 1000 - utc_ms) // DAY_MS) if ends_utc_s else -1


def examined(profile: Path, overrides: Sequence[str]) -> dict[str, Any]:
    """What `hyla doctor --json` says now; takes some seconds.

    Raises:
        OSError: it could not be run, or said nothing that we understand.
    """
    command = [sys.executable, "-m", "agent", "doctor", "--profile", str(profile), "--json"]
    command += [word for override in overrides for word in ("--set", override)]
    try:
        said = subprocess.run(
            command, capture_output=True, timeout=EXAMINED_WITHIN_S, check=False, stdin=subprocess.DEVNULL
        ).stdout
        return dict(json.loads(said))
    except (subprocess.TimeoutExpired, ValueError, TypeError):
        raise OSError("hyla doctor gave no answer") from None


def short_code(profile: Path, overrides: Sequence[str]) -> str:
    """The doctor's short code alone. Raises OSError, as `examined`."""
    return str(examined(profile, overrides).get("code", ""))


def _age_s(body: bytes, utc_ms: int) -> int:
    try:
        said_ms = said_at_ms(body) if body else None
    except Unreadable:
        return 0
    return max(0, (utc_ms - said_ms) // 1000) if said_ms is not None else 0
