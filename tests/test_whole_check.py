"""The journal's whole chain is walked by itself: when, by whom, one at a time, and what the doctor says."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.core.day import Day, Standing
from agent.core.debt import DAY_MS, HOUR_MS
from agent.core.events import Instant
from agent.core.state import Terminal
from agent.doctor.finding import Finding
from agent.doctor.money import check_books
from agent.doctor.patient import Patient
from agent.profile.loader import load
from agent.storage.database import open_database
from agent.whole_check import (
    AFTER_START_MS,
    FILE,
    NICE,
    WEEK_MS,
    Outcome,
    WholeCheck,
    is_due,
    outcome_of,
    read_outcome,
    verify_command,
)
from tests.helpers import wait_until
from tests.shop import terminal
from tests.storage import shop as storage_shop
from tests.storage.visits import Till

DESK = Path(__file__).resolve().parent.parent / "device_profiles" / "desk.toml"
NOW_MS = 1_790_000_000_000
CHILD_S = 60.0
ExpectLog = Callable[..., None]
Made = list[WholeCheck]


@pytest.fixture
def made() -> Iterator[Made]:
    """Checks that are given up in the end, whatever happened."""
    made: Made = []
    yield made
    for one in made:
        one.stop()


def sell(folder: Path) -> None:
    database, journal = storage_shop.open_journal(folder)
    with database:
        till = Till()
        for name in ("by code", "by face"):
            for entry in till.visit(name):
                journal.commit(entry)


def damage(folder: Path, row: int) -> None:
    with open_database(folder) as database:
        database.connection.execute("DROP TRIGGER journal_is_not_changed")
        database.connection.execute("UPDATE journal SET utc_ms = utc_ms + 1 WHERE seq = ?", (row,))


def closed(number: int) -> Terminal:
    """This business day is closed."""
    before = terminal()
    return replace(before, kept=replace(before.kept, days=(Day(number, Standing.CLOSED),)))


def at(mono_ms: int) -> Instant:
    return Instant(mono_ms, NOW_MS + mono_ms)


def journal_line(folder: Path) -> Finding:
    return check_books(Patient(load(DESK, [f"device.data_dir={folder}"])))[0]


def real(folder: Path) -> WholeCheck:
    return WholeCheck(folder, verify_command(DESK, [f"device.data_dir={folder}"]))


def patient_child(folder: Path) -> list[str]:
    """A child that tells how it was started, and takes its time."""
    told = folder / "told.json"
    words = (
        "import json, os, pathlib, time; "
        f"pathlib.Path({str(told)!r}).write_text(json.dumps(os.getpriority(os.PRIO_PROCESS, 0))); "
        f"held = pathlib.Path({str(folder / 'held')!r}); "
        "exec('while held.exists(): time.sleep(0.01)'); print(json.dumps({'rows': 9, 'misfit': None}))"
    )
    (folder / "held").touch()
    command = verify_command(DESK, [])
    return [*command[: command.index(sys.executable) + 1], "-c", words]


@pytest.mark.slow
def test_after_a_days_close_a_row_that_was_changed_is_found_and_told(
    tmp_path: Path, made: Made, expected_log: ExpectLog
) -> None:
    sell(tmp_path)
    assert journal_line(tmp_path).case == "not_yet"
    made.append(check := real(tmp_path))
    check.look(terminal(), at(0))
    check.look(closed(20_700), at(1000))
    wait_until(lambda: not check.busy, CHILD_S)
    assert (outcome := read_outcome(tmp_path)) is not None
    assert (outcome.verdict, outcome.utc_ms) == ("whole", NOW_MS + 1000)
    assert outcome.rows > 8
    assert str(outcome.rows) in journal_line(tmp_path).measured("en")

    damage(tmp_path, 4)
    expected_log("ERROR agent.whole_check: .*row 4")
    check.look(closed(20_701), at(2000))
    wait_until(lambda: not check.busy, CHILD_S)
    assert (outcome := read_outcome(tmp_path)) is not None
    assert (outcome.verdict, outcome.row, outcome.rows) == ("misfit", 4, 3)
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_a_row_too_old_for_the_doctors_quick_look_is_told_with_its_next_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sell(tmp_path)
    damage(tmp_path, 4)
    monkeypatch.setattr("agent.doctor.money.LAST_ROWS", 2)
    found = outcome_of(1, json.dumps({"rows": 3, "misfit": {"seq": 4, "why": "changed"}}).encode(), b"", 5)
    (tmp_path / FILE).write_text(
        json.dumps({name: getattr(found, name) for name in found.__struct_fields__})
    )
    line = journal_line(tmp_path)
    assert (line.state, line.case, line.detail) == ("broken", "misfit_before", "changed")
    assert "row 4 does not fit" in line.measured("en")
    assert "hyla journal verify" in line.remedy("en")


@pytest.mark.parametrize(
    ("age_ms", "verdict", "case"),
    [
        (DAY_MS, "whole", "fine"),
        (15 * DAY_MS, "whole", "overdue"),
        (DAY_MS, "damaged", "damaged"),
    ],
)
def test_the_doctor_says_how_long_ago_and_how_it_was(
    tmp_path: Path, age_ms: int, verdict: str, case: str
) -> None:
    sell(tmp_path)
    began_ms = int(os.stat(tmp_path).st_mtime * 1000) - age_ms
    (tmp_path / FILE).write_text(json.dumps({"utc_ms": began_ms, "rows": 12, "verdict": verdict}))
    assert journal_line(tmp_path).case == case


def test_a_file_that_says_nothing_is_as_good_as_none(tmp_path: Path) -> None:
    sell(tmp_path)
    (tmp_path / FILE).write_bytes(b'{"utc_ms": "yesterday"')
    assert read_outcome(tmp_path) is None
    assert journal_line(tmp_path).case == "not_yet"


def test_while_one_is_going_on_nobody_waits_and_no_second_begins(tmp_path: Path, made: Made) -> None:
    made.append(check := WholeCheck(tmp_path, patient_child(tmp_path)))
    made.append(restarted := WholeCheck(tmp_path, patient_child(tmp_path)))
    told = tmp_path / "told.json"
    check.look(terminal(), at(0))
    check.look(closed(20_700), at(1))  # returns, though the child takes its time
    wait_until(lambda: told.exists() and told.read_text(), CHILD_S, "the child")
    assert json.loads(told.read_text()) == NICE
    told.unlink()

    check.look(closed(20_701), at(2))
    assert check.busy
    restarted.look(terminal(), at(0))  # as after a kill: the child of before still reads
    restarted.look(closed(20_701), at(1))
    wait_until(lambda: not restarted.busy)
    assert not told.exists(), "a second child was started"
    assert read_outcome(tmp_path) is None

    (tmp_path / "held").unlink()
    wait_until(lambda: not check.busy, CHILD_S)
    assert read_outcome(tmp_path) == Outcome(NOW_MS + 1, 9, "whole")
    check.look(closed(20_701), at(3))  # the close of meanwhile has its own
    assert check.busy
    wait_until(lambda: not check.busy, CHILD_S)
    assert read_outcome(tmp_path) == Outcome(NOW_MS + 3, 9, "whole")


def test_a_terminal_that_stops_takes_the_child_with_it(tmp_path: Path, made: Made) -> None:
    made.append(check := WholeCheck(tmp_path, patient_child(tmp_path)))
    check.look(terminal(), at(0))
    check.look(closed(20_700), at(1))
    wait_until((tmp_path / "told.json").exists, CHILD_S, "the child")
    check.stop()
    assert not check.busy
    assert read_outcome(tmp_path) is None


def test_a_fresh_terminal_sells_first_and_is_then_walked_by_itself(tmp_path: Path, made: Made) -> None:
    made.append(check := WholeCheck(tmp_path, ["echo", '{"rows": 5, "misfit": null}']))
    check.look(closed(20_700), at(0))  # closed yesterday, before this start
    check.look(closed(20_700), at(AFTER_START_MS - 1))
    assert not check.busy
    assert read_outcome(tmp_path) is None
    check.look(closed(20_700), at(AFTER_START_MS))
    wait_until(lambda: read_outcome(tmp_path) == Outcome(NOW_MS + AFTER_START_MS, 5, "whole"))


def test_a_check_that_cannot_be_made_is_said_and_tried_an_hour_later(
    tmp_path: Path, made: Made, expected_log: ExpectLog
) -> None:
    expected_log("WARNING agent.whole_check: .*tried again later.*it said nothing", at_least=2)
    made.append(check := WholeCheck(tmp_path, ["false"]))
    for mono_ms in (0, AFTER_START_MS, AFTER_START_MS + 1000, AFTER_START_MS + HOUR_MS):
        check.look(terminal(), at(mono_ms))
        wait_until(lambda: not check.busy)
    assert read_outcome(tmp_path) is None


@pytest.mark.parametrize(
    ("verdict", "age_ms", "due"),
    [
        ("whole", WEEK_MS - 1, False),
        ("whole", WEEK_MS, True),
        ("whole", -1, True),
        ("misfit", DAY_MS - 1, False),
        ("damaged", DAY_MS, True),
    ],
)
def test_it_is_due_weekly_and_daily_once_something_was_found(verdict: str, age_ms: int, due: bool) -> None:
    assert is_due(Outcome(NOW_MS, 5, verdict), NOW_MS + age_ms) is due  # type: ignore[arg-type]


def test_a_file_that_ends_too_early_is_damage_and_a_child_that_fell_over_is_none() -> None:
    damaged = outcome_of(1, b"", b"cannot be read to its end: hyla.db: damaged: page 7\n", 5)
    assert (damaged.verdict, "page 7" in damaged.why) == ("damaged", True)
    with pytest.raises(OSError, match="ended with 1: Traceback"):
        outcome_of(1, b"", b"Traceback (most recent call last)", 5)
