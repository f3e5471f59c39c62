"""A terminal from the box with its real socket, scanner line and folder; people who read the screens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.core.setup_desk import SetupTap
from agent.fleet.assignment import PREFIX
from agent.profile.loader import load
from agent.setup import SetupError, SetupVisit, setup_visit
from simulator.scanner import ScannerStand
from tests.desk.people_without_glass import Glass
from tests.fleet.conftest import NOW_UTC_S, WEEK_S, HeadOffice
from tests.helpers import wait_until

PROFILE = Path(__file__).parents[2] / "device_profiles" / "claim.toml"
SERIAL = "FROG8-000123"


class Box:
    """One terminal as it comes out of the box."""

    def __init__(self, folder: Path, office: HeadOffice) -> None:
        self.folder, self.office = folder, office
        self.data = folder / "data"
        self.data.mkdir()
        (self.data / "anchor.pem").write_text(office.anchor_pem, "ascii")
        self.scanner = ScannerStand(folder / "stand")
        self.glass = Glass(self.data / "screens.sock")
        self.more: list[str] = []
        self.claimed: list[bool] = []
        self._visit: SetupVisit | None = None
        self._thread: threading.Thread | None = None

    @property
    def settings(self) -> list[str]:
        return [
            f"device.data_dir={self.data}", f"scanner.port={self.scanner.port}", f"fleet.serial={SERIAL}",
            "fleet.url=", "fleet.anchor_file=", "fleet.ca_file=", "screens.start_ui=false", *self.more,
        ]  # fmt: skip

    def start(self) -> SetupVisit | None:
        """Power on. None: it is a till already."""
        self._visit = visit = setup_visit(PROFILE, self.settings, ())
        if visit is not None:
            self._thread = threading.Thread(target=lambda: self.claimed.append(visit.run()))
            self._thread.start()
        return visit

    def stop(self) -> None:
        if self._visit is not None and self._thread is not None:
            self._visit.stop()
            self._thread.join(10)
        self.glass.dark()

    def shows(self, key: str) -> None:
        def shown() -> bool:
            self.glass.look(0.02)
            views = (self.glass.customer, self.glass.cashier)
            return all(view is not None and view.headline.key == key for view in views)

        wait_until(shown, what=f"{key} on both screens")

    def touches(self, tap: SetupTap, screen: str = "customer") -> None:
        view = self.glass.customer if screen == "customer" else self.glass.cashier
        assert view is not None
        self.glass.touch(view, tap)

    def holds_up(self, text: str) -> None:
        self.scanner.beam(PREFIX + text)

    def wait_claimed(self) -> None:
        assert self._thread is not None
        self._thread.join(10)
        assert self.claimed == [True]


@pytest.fixture
def box(tmp_path: Path, office: HeadOffice) -> Iterator[Box]:
    box = Box(tmp_path, office)
    yield box
    box.stop()
    box.scanner.close()


# A clock of today: the assignment of these tests is good from now on.
TODAY: dict[str, object] = {"issued_utc_s": NOW_UTC_S, "expires_utc_s": NOW_UTC_S + 1000 * WEEK_S}


def test_without_a_network_an_activation_qr_makes_it_a_till(box, office):
    box.start()
    box.shows("setup.language")
    box.touches(SetupTap.ENGLISH)
    box.shows("setup.about")
    box.touches(SetupTap.NEXT, "cashier")
    box.shows("setup.no_code")
    box.holds_up(office.signed(**TODAY))
    box.shows("setup.shop")
    box.touches(SetupTap.HERE)
    box.wait_claimed()
    profile = load(PROFILE, box.settings)
    assert (profile.device.id, profile.shop.name_zh, profile.shop.till) == (
        "frog8-000123",
        "好邻居便利店",
        2,
    )
    assert profile.device.language == "en"
    assert profile.cloud.url == "mqtts://broker.example:8883"
    assert profile.cloud.certificate_file == str(box.data / "identity" / "current" / "certificate.pem")
    assert box.start() is None


@pytest.mark.parametrize(
    ("changes", "headline"),
    [
        ({"serial": "FROG8-000999"}, "serial"),
        ({"merchant": "M-200"}, "merchant"),
        ({"expires_utc_s": NOW_UTC_S + 1, "issued_utc_s": NOW_UTC_S}, "expired"),
    ],
    ids=["another terminal", "another merchant", "expired"],
)
def test_a_code_that_is_not_for_it_is_refused_in_one_sentence(box, office, changes, headline):
    box.more = ["fleet.merchant=M-100"]
    box.start()
    box.shows("setup.language")
    box.holds_up(office.signed(**{**TODAY, **changes}))
    box.shows(f"setup.refused_{headline}")
    box.holds_up(office.signed(**TODAY))
    box.shows("setup.shop")


def test_forged_foreign_and_garbage_are_told_apart(box, office, other_office):
    box.start()
    box.shows("setup.language")
    head, body, tail = office.signed(**TODAY).split(".")
    box.holds_up(f"{head}.{body}.{'A' * len(tail)}")
    box.shows("setup.refused_forged")
    box.holds_up(other_office.signed(**TODAY))
    box.shows("setup.refused_foreign")
    box.scanner.beam("6901000000011")
    box.shows("setup.refused_garbage")


def test_an_assignment_it_left_is_not_followed_again(box, office):
    box.start()
    box.shows("setup.language")
    box.holds_up(office.signed(**TODAY))
    box.shows("setup.shop")
    box.touches(SetupTap.HERE)
    box.wait_claimed()
    used = (box.data / "identity" / "current" / "used").read_text("ascii")
    assert office.assignment().id in used


def test_a_terminal_that_was_switched_off_begins_again_with_the_same_key(box):
    box.start()
    box.shows("setup.language")
    key = (box.data / "identity" / "draft" / "key.pem").read_bytes()
    box.stop()
    assert box.claimed == [False]
    box.glass = Glass(box.data / "screens.sock")
    box.start()
    box.shows("setup.language")
    assert (box.data / "identity" / "draft" / "key.pem").read_bytes() == key


def test_a_disk_that_refuses_changes_nothing_and_says_so(box, office, monkeypatch, expected_log):
    expected_log("the identity was not written")
    box.start()
    box.shows("setup.language")
    box.holds_up(office.signed(**TODAY))
    box.shows("setup.shop")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("agent.fleet.disk.write", full)
        box.touches(SetupTap.HERE)
        box.shows("setup.trouble_disk")
    box.touches(SetupTap.HERE)
    box.wait_claimed()


def test_a_copied_disk_in_another_machine_does_not_start(box, office):
    box.start()
    box.shows("setup.language")
    box.holds_up(office.signed(**TODAY))
    box.shows("setup.shop")
    box.touches(SetupTap.HERE)
    box.wait_claimed()
    box.more = ["fleet.serial=FROG8-000999"]
    with pytest.raises(SetupError, match=r"made for the machine FROG8-000123.*copied or moved"):
        setup_visit(PROFILE, box.settings, ())


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda data: (data / "anchor.pem").unlink(), r"anchor\.pem: no such file"),
        (lambda data: (data / "boots").write_text("x", "ascii"), r"boots: not a counter"),
    ],
    ids=["no anchor", "damaged counter"],
)
def test_what_the_factory_forgot_is_named_before_anything_starts(
    box, spoil: Callable[[Path], None], said: str
):
    spoil(box.data)
    with pytest.raises(SetupError, match=said):
        setup_visit(PROFILE, box.settings, ())


def test_a_terminal_that_needs_no_claim_has_no_setup_visit(box):
    box.more = ["fleet.claim=false", "device.id=desk-01", "shop.name_zh=店", "shop.name_en=Shop",
                "cloud.url=mqtt://127.0.0.1:1883"]  # fmt: skip
    assert setup_visit(PROFILE, box.settings, ()) is None
    assert not (box.data / "boots").exists()
