"""The way to the cloud, and the clock that is compared over it. Asks under a name of its own, so a running
terminal keeps its link and a sale goes on."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from agent.cloud.probe import Probe, probe
from agent.core.ids import DeviceId
from agent.doctor.finding import Finding, catalogue, found
from agent.doctor.patient import Patient
from agent.ports import DeviceTrouble, JournalTrouble
from agent.storage.database import open_database
from agent.storage.loose_ends import loose_ends
from agent.storage.trouble import StorageError

ANSWER_S = 5.0
SLOW_CONNECT_MS, SLOW_ANSWER_MS = 2000, 1500
CLOCK_GOOD_MS = 2000
DEADLINE_SHARE = 3
"""A clock off by a third of a charge's life leaves too little of it."""


def check_link(patient: Patient) -> list[Finding]:
    """Broker, cloud, clock."""
    cloud = patient.profile.cloud
    address = cloud.url.partition("://")[2]
    try:
        probed = probe(cloud, DeviceId(patient.profile.device.id), ANSWER_S)
    except DeviceTrouble as trouble:
        return [_broker_lost(patient, address, trouble), _clock(patient, None)]
    case = "slow" if probed.connect_ms > SLOW_CONNECT_MS else "fine"
    broker = found("broker", case, address=address, connect_ms=probed.connect_ms)
    return [broker, _cloud(probed), _clock(patient, probed.cloud_ahead_ms)]


def _broker_lost(patient: Patient, address: str, trouble: DeviceTrouble) -> Finding:
    """A broker may know the terminal's own name only; then the terminal's own link counts."""
    health = patient.health
    if trouble.cause in ("name", "refused") and health is not None and "cloud" not in health.down:
        return found("broker", "by_terminal", str(trouble), address=address)
    known = trouble.cause in catalogue()["broker"].cases
    return found("broker", trouble.cause if known else "refused", str(trouble), address=address)


def _cloud(probed: Probe) -> Finding:
    if probed.answer_ms is None:
        return found("cloud", "silent", seconds=f"{ANSWER_S:.0f}")
    case = "slow" if probed.answer_ms > SLOW_ANSWER_MS else "fine"
    return found("cloud", case, answer_ms=probed.answer_ms)


def _clock(patient: Patient, cloud_ahead_ms: int | None) -> Finding:
    now_ms = time.time_ns() // 1_000_000
    utc = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    if cloud_ahead_ms is None:
        behind = now_ms + CLOCK_GOOD_MS < _last_row_utc_ms(patient)
        return found("clock", "behind" if behind else "uncompared", utc=utc)
    wrong_ms = patient.profile.payment.charge_ttl_ms // DEADLINE_SHARE
    off_ms = abs(cloud_ahead_ms)
    case = "wrong" if off_ms > wrong_ms else "off" if off_ms > CLOCK_GOOD_MS else "fine"
    return found("clock", case, offset_s=f"{-cloud_ahead_ms / 1000:+.1f}")


def _last_row_utc_ms(patient: Patient) -> int:
    """When the journal last wrote; 0 when there is none to ask."""
    try:
        with open_database(patient.data, readonly=True) as database:
            return loose_ends(database).last_utc_ms
    except (StorageError, JournalTrouble):
        return 0
