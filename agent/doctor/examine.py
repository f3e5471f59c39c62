"""Every check at once, each with its time limit: one that hangs is reported, not waited for.

Enters: a Patient. Leaves: one Finding for each line of the page, in the page's order, whatever happens. A
check that hangs in a driver is left behind on a daemon thread, which ends with the process.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent.doctor.camera import check_camera
from agent.doctor.finding import Finding, found, names
from agent.doctor.link import check_link
from agent.doctor.machine import check_disk, check_memory, check_temperature
from agent.doctor.models import check_models
from agent.doctor.money import check_books
from agent.doctor.network import check_network
from agent.doctor.patient import Patient, check_terminal
from agent.doctor.printer import check_printer
from agent.doctor.register import check_register
from agent.doctor.scanner import SCAN_WAIT_S, check_scanner
from agent.doctor.screens import check_screens

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Family:
    """Checks that are done together, because one opens what the other looks at."""

    names: tuple[str, ...]
    check: Callable[[Patient], list[Finding]]
    limit_s: float = 10.0


FAMILIES = (
    Family(("terminal",), check_terminal),
    Family(("camera", "focus", "light", "frame_rate"), check_camera, 15.0),
    Family(("customer_screen", "cashier_screen"), check_screens, 20.0),
    Family(("scanner", "scan"), check_scanner, 15.0 + SCAN_WAIT_S),
    Family(("register",), check_register),
    Family(("printer",), check_printer),
    Family(("network",), check_network),
    Family(("broker", "cloud", "clock"), check_link, 25.0),
    Family(("disk", "disk_speed"), check_disk, 15.0),
    Family(("memory",), check_memory),
    Family(("temperature",), check_temperature),
    Family(("models",), check_models, 20.0),
    Family(("journal", "money", "outbox", "parked"), check_books, 20.0),
)


def examine(patient: Patient, families: Sequence[Family] = FAMILIES) -> list[Finding]:
    """Run them all side by side; returns within the longest limit."""
    running = [(family, _Run(family, patient)) for family in families]
    said: dict[str, Finding] = {}
    for family, run in running:
        for finding in run.findings():
            said[finding.name] = finding
        for name in family.names:
            said.setdefault(name, found(name, "skipped"))
    return [said[name] for name in names() if name in said]


class _Run:
    """One family on a thread of its own."""

    def __init__(self, family: Family, patient: Patient) -> None:
        self._family = family
        self._began_s = time.monotonic()
        self._found: list[Finding] | None = None
        self._thread = threading.Thread(
            target=self._work, args=(patient,), name=f"doctor-{family.names[0]}", daemon=True
        )
        self._thread.start()

    def findings(self) -> list[Finding]:
        """Wait for the rest of its time. The first name carries what went wrong with the check itself."""
        self._thread.join(max(0.0, self._began_s + self._family.limit_s - time.monotonic()))
        if self._found is None:
            return [found(self._family.names[0], "timeout", seconds=f"{self._family.limit_s:.0f}")]
        return self._found

    def _work(self, patient: Patient) -> None:
        try:
            self._found = self._family.check(patient)
        except Exception as error:  # a check that fails is a finding too
            log.debug("the check %s failed", self._family.names[0], exc_info=True)
            detail = f"{type(error).__name__}: {error}"
            self._found = [found(self._family.names[0], "failed", detail)]
