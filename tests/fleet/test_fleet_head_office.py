"""Head office's desk on the terminal: what it lets in, what it does, and when settings are given back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.core.commands import CarryOut
from agent.core.events import CommandArrived, CommandDone, Event, SettingsOffered
from agent.core.ids import DeviceId
from agent.fleet.head_office import TRIAL_MS, HeadOfficeDesk, Means
from agent.fleet.site import SiteSettings, Standing
from agent.fleet.wishes import Desired, sign_command, sign_settings
from agent.profile.schema import Profile
from tests.helpers import wait_until

DESK = Path(__file__).resolve().parents[2] / "device_profiles" / "desk.toml"
ME = DeviceId("desk-01")
GOOD = Desired(3, {"screens": {"face_wait_ms": 12_000}})
UP = ["camera", "cloud", "storage"]


class Terminal:
    """What the desk does to a terminal, written down."""

    def __init__(self, folder: Path, office, examine: Callable[[], str] = lambda: "4F7K92QD0XYZ") -> None:
        self.facts: list[Event] = []
        self.reports: list[Standing] = []
        self.restarts = self.refits = self.new_screens = 0
        self.live: list[str] = []
        self.may_live = False
        self.site = SiteSettings(folder, DESK, [f"device.data_dir={folder}"])
        means = Means(
            self.facts.append,
            self.reports.append,
            self._restart,
            self._refit,
            self._screens_again,
            examine,
            self._made_ready,
        )
        self.desk = HeadOfficeDesk(ME, office.anchors, self.site, means)

    def _restart(self) -> None:
        self.restarts += 1

    def _refit(self) -> None:
        self.refits += 1

    def _made_ready(self, profile: Profile) -> Callable[[], None] | None:
        wait = f"{profile.screens.face_wait_ms} ms"
        return (lambda: self.live.append(wait)) if self.may_live else None

    def _screens_again(self) -> None:
        self.new_screens += 1


@pytest.fixture
def terminal(tmp_path: Path, office) -> Terminal:
    return Terminal(tmp_path, office)


def on_trial(tmp_path: Path, office) -> Terminal:
    """Started again with new settings."""
    before = Terminal(tmp_path, office)
    before.desk.wish_came(sign_settings(GOOD, ME, 1, office.key))
    before.desk.take(3, UP)
    before.site.begin()
    return Terminal(tmp_path, office)


def test_settings_that_fit_are_offered_once(terminal: Terminal, office) -> None:
    signed = sign_settings(GOOD, ME, 1, office.key)
    terminal.desk.wish_came(signed)
    terminal.desk.take(3, UP)
    terminal.desk.wish_came(signed)
    assert (terminal.facts, terminal.refits, terminal.restarts) == ([SettingsOffered(3)], 1, 0)


def test_settings_that_are_gone_refit_nothing(terminal: Terminal) -> None:
    terminal.desk.take(3, UP)
    assert (terminal.restarts, terminal.refits) == (0, 0)


def test_what_does_not_fit_is_reported(terminal: Terminal, office, expected_log) -> None:
    expected_log("settings 3 are refused")
    terminal.desk.wish_came(sign_settings(Desired(3, {"shop": {"till": "two"}}), ME, 1, office.key))
    assert terminal.facts == []
    assert terminal.reports[-1].refused.version == 3


def test_a_stranger_is_named_in_the_log_and_heard_by_nobody(
    terminal: Terminal, other_office, expected_log
) -> None:
    expected_log("a wish that is not head office's for desk-01: foreign")
    terminal.desk.wish_came(sign_settings(GOOD, ME, 1, other_office.key))
    assert (terminal.facts, terminal.reports) == ([], [])


def test_settings_are_kept_once_everything_works_that_worked_before(tmp_path: Path, office) -> None:
    terminal = on_trial(tmp_path, office)
    terminal.desk.open()
    terminal.desk.seen([], 1_000)
    terminal.desk.seen(["camera", "storage"], 2_000)
    assert terminal.reports == [], "nobody is told that they count before they do"
    terminal.desk.seen([*UP, "vision"], 3_000)
    assert terminal.reports == [Standing(3, None, on_trial=False)]
    assert terminal.restarts == 0


def test_settings_with_which_the_camera_stays_away_are_given_back(
    tmp_path: Path, office, expected_log
) -> None:
    expected_log("settings 3 of head office are given back: camera did not work with them")
    terminal = on_trial(tmp_path, office)
    terminal.desk.seen([], 1_000)
    terminal.desk.seen(["cloud", "storage"], 1_000 + TRIAL_MS)
    assert terminal.restarts == 1
    assert terminal.reports[-1].version == 0
    assert terminal.reports[-1].refused.why == ("camera did not work with them",)


def test_a_command_goes_to_the_core_and_is_carried_out_when_the_core_says_so(
    terminal: Terminal, office
) -> None:
    wanted = CommandArrived("c-0000001", "restart_screens", 99_000, {})
    terminal.desk.wish_came(sign_command(wanted, ME, 1, office.key))
    assert (terminal.facts, terminal.new_screens) == ([wanted], 0)
    terminal.desk.carry_out(CarryOut("c-0000001", "restart_screens", {}))
    assert terminal.new_screens == 1
    assert terminal.facts[-1] == CommandDone("c-0000001", "restart_screens", "done")


def test_the_doctor_looks_beside_the_loop_and_tells_his_short_code(terminal: Terminal) -> None:
    terminal.desk.carry_out(CarryOut("c-0000001", "doctor", {}))
    wait_until(lambda: len(terminal.facts) == 1)
    assert terminal.facts == [CommandDone("c-0000001", "doctor", "done", "4F7K92QD0XYZ")]


def test_a_doctor_that_cannot_be_run_says_so(tmp_path: Path, office) -> None:
    def ill() -> str:
        raise OSError("hyla doctor gave no short code")

    terminal = Terminal(tmp_path, office, ill)
    terminal.desk.carry_out(CarryOut("c-0000001", "doctor", {}))
    wait_until(lambda: len(terminal.facts) == 1)
    assert terminal.facts[0].outcome == "failed"


def test_settings_that_need_no_restart_are_taken_over_as_the_terminal_stands(
    terminal: Terminal, office
) -> None:
    terminal.may_live = True
    terminal.desk.wish_came(sign_settings(GOOD, ME, 1, office.key))
    assert terminal.live == [], "not while somebody may be served"
    terminal.desk.take(3, UP)
    assert (terminal.live, terminal.restarts) == (["12000 ms"], 0)
    terminal.desk.seen(UP, 1_000)
    assert terminal.reports == [Standing(3, None, on_trial=False)]


def test_what_was_made_ready_for_older_settings_is_not_taken_for_newer_ones(
    terminal: Terminal, office
) -> None:
    terminal.may_live = True
    terminal.desk.wish_came(sign_settings(GOOD, ME, 1, office.key))
    newer = Desired(4, {"screens": {"face_wait_ms": 13_000}})
    terminal.desk.wish_came(sign_settings(newer, ME, 1, office.key))
    terminal.desk.take(3, UP)
    assert terminal.live == []
    terminal.desk.take(4, UP)
    assert terminal.live == ["13000 ms"]
