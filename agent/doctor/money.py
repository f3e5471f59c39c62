"""The books: is the chain whole, which charges have no answer, what has not left for the cloud. Opened for
reading only, while the terminal writes."""

from __future__ import annotations

import time

from agent.cloud.envelope import Unreadable, ms_of, unpack
from agent.doctor.finding import Finding, found
from agent.doctor.patient import Patient
from agent.ports import JournalTrouble
from agent.storage.database import Database, open_database
from agent.storage.folder import DATABASE
from agent.storage.loose_ends import LooseEnds, OpenCharge, loose_ends
from agent.storage.trouble import StorageError
from agent.storage.verify import verify
from agent.whole_check import read_outcome

LAST_ROWS = 2000
FRESH_S, LATE_S = 300, 86_400
"""Records on their way are no trouble for a few minutes, and are stuck after a day."""
OVERDUE_S = 14 * 86_400


def check_books(patient: Patient) -> list[Finding]:
    """Journal, money, outbox, parked."""
    if not (patient.data / DATABASE).exists():
        return [found("journal", "none")]
    try:
        with open_database(patient.data, readonly=True) as database:
            ends = loose_ends(database)
            chain = found("journal", "overtaken") if ends.overtaken else _chain(patient, database)
            return [chain, _money(patient, ends), _outbox(ends), _parked(ends)]
    except (StorageError, JournalTrouble) as error:
        return [found("journal", "unreadable", str(error))]


def figures(patient: Patient) -> dict[str, int]:
    """The coarse figures of the short code; nothing when the books cannot be read."""
    try:
        with open_database(patient.data, readonly=True) as database:
            ends = loose_ends(database)
    except (StorageError, JournalTrouble):
        return {}
    oldest_s = _age_s(ends.charges[0].since_utc_ms) if ends.charges else 0
    return {
        "unknown_charges": len(ends.charges),
        "unknown_age_s": oldest_s,
        "waiting_records": ends.waiting,
    }


def _chain(patient: Patient, database: Database) -> Finding:
    """The last rows now; all the others as the terminal itself found them last."""
    report = verify(database, LAST_ROWS)
    if report.misfit is not None:
        return found("journal", "misfit", report.misfit.why, row=report.misfit.seq)
    rows = min(report.rows, LAST_ROWS)
    last = read_outcome(patient.data)
    if last is None:
        return found("journal", "not_yet", rows=rows)
    age_s = _age_s(last.utc_ms)
    if last.verdict == "misfit":
        return found("journal", "misfit_before", last.why, row=last.row, age=_said(age_s))
    if last.verdict == "damaged":
        return found("journal", "damaged", last.why, age=_said(age_s))
    case = "fine" if age_s < OVERDUE_S else "overdue"
    return found("journal", case, rows=rows, whole=last.rows, age=_said(age_s))


def _money(patient: Patient, ends: LooseEnds) -> Finding:
    if not ends.charges:
        return found("money", "fine")
    horizon_s = patient.profile.payment.horizon_ms // 1000
    held = [charge for charge in ends.charges if _is_held(charge, horizon_s)]
    oldest = (held or list(ends.charges))[0]
    age = _said(_age_s(oldest.since_utc_ms))
    if held:
        return found("money", "held", count=len(held), age=age, order=oldest.order_id)
    return found("money", "asking", count=len(ends.charges), age=age)


def _is_held(charge: OpenCharge, horizon_s: int) -> bool:
    """Given up by the terminal, or older than it ever asks: a person's business."""
    return charge.outcome == "held" or _age_s(charge.since_utc_ms) > horizon_s


def _outbox(ends: LooseEnds) -> Finding:
    if not ends.waiting:
        return found("outbox", "fine")
    age_s = _age_s(_sent_utc_ms(ends.oldest_body))
    case = "stuck" if age_s >= LATE_S else "late" if age_s >= FRESH_S else "sending"
    return found("outbox", case, count=ends.waiting, age=_said(age_s))


def _parked(ends: LooseEnds) -> Finding:
    if not ends.parked:
        return found("parked", "fine")
    kinds = ", ".join(f"{kind} {count}" for kind, count in ends.parked.items())
    return found("parked", "some", count=sum(ends.parked.values()), kinds=kinds)


def _sent_utc_ms(body: bytes) -> int:
    """When the record was made, by its own envelope; 0 for one that does not say."""
    try:
        _, envelope = unpack(body)
        return ms_of(envelope.time) if isinstance(envelope.time, str) else 0
    except Unreadable:
        return 0


def _age_s(utc_ms: int) -> int:
    return max(0, time.time_ns() // 1_000_000 - utc_ms) // 1000


def _said(age_s: int) -> str:
    """The two largest units are plenty."""
    days, hours, minutes = age_s // 86_400, age_s // 3600 % 24, age_s // 60 % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {age_s % 60} s"
