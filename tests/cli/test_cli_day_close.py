"""`hyla day close` asks the running terminal at its socket, and says what became of the day."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.cli import main
from agent.core.commands import CompareDay
from agent.core.compare import Difference
from agent.core.day import Standing
from agent.core.events import DayCalled, DayCompared, Device, Event, Instant
from agent.core.figures import business_day, day_text
from agent.core.office import Office, Page
from agent.health import SOCKET, HealthDesk, Pulse, ask, ask_day
from agent.turn import take
from tests.playbook import UTC_START_MS, Playbook, taps
from tests.shop import terminal, to_cash

DESK = Path(__file__).resolve().parents[2] / "device_profiles" / "desk.toml"
TODAY = business_day(UTC_START_MS, 0)
ODD = Difference("key-1", "not_in_ledger", 880, "CNY")


class Till:
    """A terminal that has sold for cash; its bookkeeper finds at once what `found` says."""

    def __init__(self, folder: Path) -> None:
        shop = to_cash(Playbook(terminal())) >> taps("cash_received")  # type: ignore[arg-type]
        self.state, self.pulse = shop.state, Pulse()
        self.found: DayCompared | None = DayCompared(0, 0, file="day.csv")
        self.between: Event | None = None
        self.facts: list[Event] = []
        self.desk = HealthDesk(folder / SOCKET, self.pulse, lambda: None, self.hears)
        self.pulse.show(self.state)
        self.desk.start()

    def hears(self, event: Event) -> None:
        self.facts.append(event)
        waiting = deque([event])
        while waiting:
            taken = take(self.state, waiting.popleft(), Instant(1_000_000, UTC_START_MS + 1))
            self.state = taken.state
            for wish in taken.commands:
                if isinstance(wish, CompareDay) and self.found is not None:
                    waiting.append(replace(self.found, day=wish.day, number=wish.number))
        self.pulse.show(self.state)

    @property
    def standing(self) -> Standing:
        return self.state.kept.days[-1].standing


@pytest.fixture
def till(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Till]:
    monkeypatch.setattr("agent.cli.day_close.TAKEN_S", 0.3)
    monkeypatch.setattr("agent.cli.day_close.COMPARED_S", 0.3)
    till = Till(tmp_path)
    yield till
    till.desk.stop()


def hyla(folder: Path, *words: str) -> int:
    day = ("--day", day_text(TODAY)) if "--day" not in words else ()
    return main(
        ["day", "close", *day, *words, "--profile", str(DESK), "--set", f"device.data_dir={folder}"]
    )


def test_a_day_is_compared_and_closed_by_the_terminal_that_runs(
    till: Till, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "days").mkdir()
    paper = tmp_path / "days" / f"{day_text(TODAY)}.csv"
    paper.write_text("row\n", "utf-8")
    assert hyla(tmp_path) == 0
    assert till.standing is Standing.CLOSED
    assert till.facts == [DayCalled(TODAY), DayCalled(TODAY, close=True, number=1)]
    assert capsys.readouterr().out == f"{day_text(TODAY)}: closed, 0 differences ({paper})\n"
    assert hyla(tmp_path, "--json") == 0  # once more: it is closed, nothing is asked for
    assert len(till.facts) == 2
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "day": day_text(TODAY), "standing": "closed", "differences": 0, "file": str(paper), "why": "",
    }  # fmt: skip


def test_a_day_with_differences_is_closed_only_by_who_says_so(
    till: Till, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    till.found = DayCompared(0, 0, (ODD,), 1, "day.csv")
    assert hyla(tmp_path, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["standing"], told["differences"]) == ("compared", 1)
    assert "hyla day export" in told["why"]
    assert hyla(tmp_path, "--with-differences") == 0
    assert till.standing is Standing.CLOSED
    assert "closed, 1 differences" in capsys.readouterr().out


def test_a_sale_that_ends_in_between_keeps_the_day_open(
    till: Till, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hears = till.hears

    def sold_meanwhile(event: Event) -> None:
        if event == DayCalled(TODAY, close=True, number=1):
            hears(DayCalled(TODAY))  # the cashier compares it again behind the till
        hears(event)

    till.desk._post = sold_meanwhile
    assert hyla(tmp_path) == 3
    assert till.standing is Standing.COMPARED
    assert "something ended on it meanwhile" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (DayCompared(0, 0, trouble="offline"), "the cloud did not answer"),
        (None, "the cloud did not answer"),
    ],
    ids=["silent cloud", "no end"],
)
def test_a_day_that_cannot_be_compared_is_not_closed(
    till: Till,
    tmp_path: Path,
    trouble: DayCompared | None,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    till.found = trouble
    assert hyla(tmp_path) == 3
    assert till.standing in (Standing.OPEN, Standing.COMPARING)
    assert said in capsys.readouterr().err


def test_without_a_link_nothing_is_asked_for_and_the_reason_is_said(
    till: Till, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    till.state = replace(till.state, down={Device.CLOUD: "lost"})
    till.pulse.show(till.state)
    assert hyla(tmp_path) == 3
    assert "no link to the cloud" in capsys.readouterr().err


def test_where_no_terminal_runs_nothing_is_done_and_the_till_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hyla(tmp_path) == 2
    assert "no terminal runs here" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("till")
def test_a_day_on_which_nothing_ended_is_not_closed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hyla(tmp_path, "--day", "2001-01-01") == 1
    assert "nothing ended on it" in capsys.readouterr().err


def test_a_page_that_shows_the_day_is_turned_so_that_no_old_tap_counts(till: Till) -> None:
    office = Office(Page.DAY, 4, day=TODAY)
    idle = Playbook(till.state) >> taps("done")  # type: ignore[arg-type]
    till.state = replace(idle.state, office=office)
    till.hears(DayCalled(TODAY))
    assert till.state.office is not None
    assert till.state.office.page_no > 4


def test_the_socket_takes_no_other_orders(till: Till, tmp_path: Path) -> None:
    assert ask(tmp_path, "close", 5) is not None  # type: ignore[arg-type]
    assert ask(tmp_path, "close x y", 5) is not None  # type: ignore[arg-type]
    stands = ask_day(tmp_path, "day", TODAY, 0, 5)
    assert stands is not None
    assert (stands.standing, stands.link) == ("open", True)
    assert till.facts == []
