"""`hyla debts list`: who owes what, and whether somebody has to look after it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.cli import main
from agent.core.events import Device, DeviceLost, Event, Instant, Intent, TimerFired
from agent.core.payment import timer_name
from agent.core.state import Terminal
from agent.turn import take
from tests.playbook import UTC_START_MS, taps
from tests.shop import MARKS, terminal, trusting
from tests.storage import shop
from tests.storage.visits import BACK, BASKET, LOST, RECOGNISED

PROFILE = Path(__file__).parents[2] / "device_profiles" / "desk.toml"
SOLD = [*BASKET, *RECOGNISED, LOST, taps(Intent.CONFIRM)]
FIRST = "desk-01-7f3a-000001"
Says = Callable[..., tuple[int, str, str]]


def horizon(t: Terminal) -> Event:
    """The timer of the debt's payment, long after."""
    [debt] = t.kept.debts
    return TimerFired(timer_name(debt.order_id), debt.payment.timer)


@pytest.fixture
def journal(tmp_path: Path) -> Callable[..., None]:
    """Writes these facts down, half a second apart; a number lets so many milliseconds pass."""

    def written(*facts: object) -> None:
        t, now_ms = trusting(terminal()), 1_000
        database, journal = shop.open_journal(tmp_path / "data")
        with database:
            for fact in facts:
                now_ms += fact if isinstance(fact, int) else 500
                if isinstance(fact, int):
                    continue
                event = fact(t) if callable(fact) else fact
                turn = take(t, event, Instant(now_ms, UTC_START_MS + now_ms))  # type: ignore[arg-type]
                t = turn.state
                if turn.entry is not None:
                    journal.commit(turn.entry)

    return written


@pytest.fixture
def hyla(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Says:
    def says(*options: str) -> tuple[int, str, str]:
        where = ["--profile", str(PROFILE), "--set", f"device.data_dir={tmp_path / 'data'}"]
        code = main(["debts", "list", *where, *options])
        return (code, *capsys.readouterr())

    return says


def test_a_debt_is_listed_with_what_is_unpaid(journal: Callable[..., None], hyla: Says) -> None:
    journal(*SOLD)
    code, said, _ = hyla()
    assert code == 0
    assert f"{FIRST}  li  880  CNY  reserved  0  -  2026-09-21T14:13:" in said
    assert "unpaid: 1 of 10 sales, ¥8.80 of ¥500.00" in said
    assert "trusted members: 1, marked 2026-09-21T14:13:20Z" in said
    assert "offline.enabled = false: nothing more leaves on trust" in said


def test_programs_get_one_object(journal: Callable[..., None], hyla: Says) -> None:
    journal(*SOLD)
    code, said, _ = hyla("--json", "--set", "offline.enabled=true")
    told = json.loads(said)
    assert (code, told["unpaid"], told["unpaid_minor"], told["enabled"]) == (0, 1, 880, True)
    assert told["trusted"] == len(MARKS.members)
    assert told["debts"][0]["phase"] == "reserved"


def test_a_debt_for_a_person_is_an_exit_code(journal: Callable[..., None], hyla: Says) -> None:
    journal(*SOLD, taps(Intent.DONE), BACK, DeviceLost(Device.CLOUD, "lost"), 3_600_000, horizon)
    code, said, _ = hyla()
    assert (code, "  held  1  " in said) == (1, True)


def test_a_terminal_that_never_sold_on_trust_has_an_empty_list(
    journal: Callable[..., None], hyla: Says
) -> None:
    journal(*BASKET)
    code, said, _ = hyla()
    assert (code, said.splitlines()[0]) == (0, "unpaid: 0 of 10 sales, ¥0.00 of ¥500.00")


def test_without_a_journal_the_folder_is_named(hyla: Says, tmp_path: Path) -> None:
    code, _, complaint = hyla()
    assert code == 2
    assert str(tmp_path / "data") in complaint
