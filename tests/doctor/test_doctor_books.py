"""The books of real visits, read while the terminal writes: what has no answer, what has not left."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from agent.cloud.messages import record_body
from agent.core.commands import KeepRecord
from agent.core.events import OVERTAKEN, Device, DeviceLost, Instant
from agent.core.ids import DeviceId
from agent.core.state import Kept
from agent.doctor.money import check_books, figures
from agent.doctor.patient import meet
from agent.ports import Entry
from agent.storage.database import open_database
from tests.doctor.conftest import MakePatient, by_name
from tests.storage import shop
from tests.storage.visits import VISITS, Till

FINE = {"journal": "not_yet", "money": "fine", "outbox": "fine", "parked": "fine"}
MINUTE_MS = 60_000


def sell(folder: Path, *visits: str, cut_off: bool = False) -> None:
    """Write these visits down; or only up to the moment in which money is asked for."""
    database, journal = shop.open_journal(folder)
    with database:
        till = Till()
        for name in visits:
            for entry in till.visit(name):
                journal.commit(entry)
                if cut_off and any(attempt.open for attempt in entry.attempts):
                    return


def wait_in_the_outbox(folder: Path, *ages_ms: int, parked: str = "") -> None:
    """Records as the terminal makes them, made so long ago."""
    with open_database(folder) as database, database.transaction() as connection:
        for seq, age_ms in enumerate(ages_ms, 1):
            record = KeepRecord(f"r-{seq}", "sale", {})
            utc_ms = time.time_ns() // 1_000_000 - age_ms
            body = record_body(DeviceId("desk-01"), "7f3a", seq, record.id, "sale", {}, utc_ms)
            row = (seq, record.id, "sale", body, parked or None)
            connection.execute("INSERT INTO outbox (seq, id, kind, body, parked) VALUES (?,?,?,?,?)", row)


def test_a_morning_without_trouble_is_fine(patient: MakePatient) -> None:
    here = patient()
    sell(here.data, *VISITS)
    assert by_name(check_books(here)) == FINE
    assert figures(here) == {"unknown_charges": 0, "unknown_age_s": 0, "waiting_records": 0}


def test_a_journal_that_the_cloud_has_overtaken_is_named_before_anything_is_said_of_its_chain(
    patient: MakePatient,
) -> None:
    here = patient()
    database, journal = shop.open_journal(here.data)
    with database:
        lost = DeviceLost(Device.STORAGE, OVERTAKEN)
        journal.commit(Entry(lost, Instant(1, 1), replace(Kept.fresh("CNY"), overtaken=True)))
    assert by_name(check_books(here)) == FINE | {"journal": "overtaken"}


def test_the_books_are_read_while_the_terminal_holds_them(patient: MakePatient) -> None:
    here = patient()
    sell(here.data, "by code")
    assert not meet(here.profile).runs
    with open_database(here.data):
        assert meet(here.profile).held
        assert by_name(check_books(here)) == FINE
    assert not meet(here.profile).runs


def test_a_charge_without_an_answer_is_told_with_its_age_and_order(patient: MakePatient) -> None:
    here = patient()
    sell(here.data, "by code", cut_off=True)
    [_, money, *_] = check_books(here)
    assert (money.name, money.case) == ("money", "held"), "it is older than the terminal ever asks"
    assert "desk-01-7f3a-000001" in money.measured("en")
    assert figures(here)["unknown_charges"] == 1


def test_a_charge_of_just_now_is_still_being_asked_about(patient: MakePatient) -> None:
    here = patient("payment.horizon_ms=86400000")
    sell(here.data, "by code", cut_off=True)
    with open_database(here.data) as database:
        now_ms = time.time_ns() // 1_000_000
        database.connection.execute("UPDATE orders SET utc_ms = ?", (now_ms - 90_000,))
    [_, money, *_] = check_books(here)
    assert money.case == "asking"
    assert "1 min" in money.measured("en")


@pytest.mark.parametrize(
    ("ages_ms", "case"),
    [((0, 1000), "sending"), ((10 * MINUTE_MS, 0), "late"), ((2 * 1440 * MINUTE_MS,), "stuck")],
)
def test_records_wait_by_the_age_of_the_oldest(
    patient: MakePatient, ages_ms: tuple[int, ...], case: str
) -> None:
    here = patient()
    sell(here.data)
    wait_in_the_outbox(here.data, *ages_ms)
    found = check_books(here)[2]
    assert (found.name, found.case, found.values["count"]) == ("outbox", case, str(len(ages_ms)))
    assert figures(here)["waiting_records"] == len(ages_ms)


def test_what_the_cloud_refused_is_counted_by_kind(patient: MakePatient) -> None:
    here = patient()
    sell(here.data)
    wait_in_the_outbox(here.data, 0, 0, parked="no such member")
    assert check_books(here)[3].measured("en") == "2 (sale 2)"


def test_a_changed_row_is_named(patient: MakePatient) -> None:
    here = patient()
    sell(here.data, "by code", "by face")
    with open_database(here.data) as database:
        database.connection.execute("DROP TRIGGER journal_is_not_changed")
        database.connection.execute("UPDATE journal SET utc_ms = utc_ms + 1 WHERE seq = 4")
    journal = check_books(here)[0]
    assert (journal.case, journal.values["row"]) == ("misfit", "4")


def test_a_damaged_file_and_none_at_all_are_told_apart(patient: MakePatient) -> None:
    here = patient()
    assert by_name(check_books(here)) == {"journal": "none"}
    sell(here.data, "by code")
    (here.data / "hyla.key").unlink()
    assert by_name(check_books(here)) == {"journal": "unreadable"}
    assert figures(here) == {}


def test_the_doctor_writes_nothing_into_the_books(patient: MakePatient) -> None:
    here = patient()
    sell(here.data, "by code")
    before = {path.name: path.read_bytes() for path in here.data.iterdir() if path.suffix == ".db"}
    check_books(here)
    after = {path.name: path.read_bytes() for path in here.data.iterdir() if path.suffix == ".db"}
    assert before == after
