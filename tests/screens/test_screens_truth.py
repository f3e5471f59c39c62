"""Both screens show what they were sent, or nobody is charged and the screens are started again."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.core.events import Device, DeviceLost, DeviceUp, Event
from agent.ports import DeviceTrouble
from agent.screens import process
from agent.screens.contract import CashierView, CustomerView, Phrase, Shown, digest
from agent.screens.process import UiProcess
from agent.screens.truth import FINE, WAITING, Truth
from tests.helpers import wait_until

WAIT_MS = 3_000


def customer(amount: str, number: int = 1) -> CustomerView:
    return CustomerView(
        number, "wait", "busy", "zh", False, "shop", Phrase("amount.due"), amount, Phrase("wait.headline")
    )


def cashier(amount: str, number: int = 1) -> CashierView:
    return CashierView(
        number, "busy", "zh", False, "shop", Phrase("amount.due"), amount, Phrase("cashier.wait")
    )


class Shop:
    """A truth, a clock of its own, and two screens that can be told to stand still."""

    def __init__(self) -> None:
        self.now_ms = 1_000
        self.truth = Truth(WAIT_MS, lambda: self.now_ms)

    def sends(self, amount: str) -> None:
        self.truth.sent(customer(amount))
        self.truth.sent(cashier(amount))

    def shows(self, view: CustomerView | CashierView) -> None:
        screen = "customer" if isinstance(view, CustomerView) else "cashier"
        self.truth.heard(Shown(screen, view.view_id, digest(view)))  # type: ignore[arg-type]

    def both_show(self, amount: str) -> None:
        self.shows(customer(amount))
        self.shows(cashier(amount))

    def standing(self, after_ms: int = 0) -> str:
        self.now_ms += after_ms
        return self.truth.standing()


@pytest.fixture
def shop() -> Shop:
    """Both screens show ¥2.00."""
    shop = Shop()
    shop.sends("¥2.00")
    shop.truth.connected(True)
    assert shop.standing() == WAITING
    shop.both_show("¥2.00")
    assert shop.standing() == FINE
    return shop


def test_a_screen_that_shows_nothing_new_in_time_is_frozen(shop: Shop) -> None:
    shop.sends("¥8.80")
    shop.shows(cashier("¥8.80"))
    assert shop.standing(after_ms=WAIT_MS) == FINE
    assert shop.standing(after_ms=1) == "customer_frozen"
    shop.shows(customer("¥8.80"))
    assert shop.standing() == FINE


def test_a_screen_with_another_amount_differs(shop: Shop) -> None:
    shop.sends("¥8.80")
    shop.shows(customer("¥8.80"))
    shop.shows(cashier("¥2.00"))  # the old one, drawn once more
    assert shop.standing(after_ms=WAIT_MS + 1) == "cashier_differs"
    shop.shows(cashier("¥8.80"))
    assert shop.standing() == FINE


def test_only_the_newest_view_must_be_shown(shop: Shop) -> None:
    for fen in range(200):
        shop.sends(f"¥1.{fen:02}")
        assert shop.standing(after_ms=10) == FINE
    shop.both_show("¥1.199")
    assert shop.standing(after_ms=10 * WAIT_MS) == FINE


def test_many_views_in_a_row_do_not_hide_a_screen_that_stands_still(shop: Shop) -> None:
    standings = []
    for fen in range(400):
        shop.sends(f"¥1.{fen:02}")
        standings.append(shop.standing(after_ms=10))
    assert standings[200] == FINE
    assert standings[-1] == "customer_frozen"
    shop.both_show("¥1.399")
    assert shop.standing() == FINE


def test_a_new_ui_has_its_whole_time_from_its_coming(shop: Shop) -> None:
    shop.truth.connected(False)
    shop.sends("¥8.80")
    assert shop.standing(after_ms=60_000) == WAITING
    shop.truth.connected(True)
    assert shop.standing(after_ms=WAIT_MS) == WAITING
    assert shop.standing(after_ms=1) == "customer_frozen"
    shop.both_show("¥8.80")
    assert shop.standing() == FINE


def test_a_new_ui_is_right_when_both_screens_showed_the_newest(shop: Shop) -> None:
    """What was the newest a moment ago is not what people are asked about now."""
    shop.truth.connected(True)
    shop.sends("¥8.80")
    shop.both_show("¥2.00")
    assert shop.standing() == WAITING
    shop.shows(customer("¥8.80"))
    assert shop.standing() == WAITING
    shop.shows(cashier("¥8.80"))
    assert shop.standing() == FINE


def test_a_screen_whose_display_is_gone_is_said_at_once_until_it_is_back(shop: Shop) -> None:
    shop.truth.heard(Shown("customer", 1, digest(customer("¥2.00")), display=False))
    assert shop.standing() == "customer_gone"
    shop.sends("¥8.80")
    shop.both_show("¥8.80")
    assert shop.standing() == FINE


# --- what is done about it ------------------------------------------------------------------------


class Screens:
    """The task that looks after the screens, with a child that only sleeps."""

    def __init__(self, folder: Path) -> None:
        self.standing, self.there, self.facts = WAITING, True, list[Event]()
        self.started = folder / "started"
        write = f"open({str(self.started)!r}, 'a').write('x'); import time; time.sleep(60)"
        command = [sys.executable, "-c", write]
        self.task = UiProcess(command, lambda: self.there, lambda: self.standing, self.facts.append)
        self.troubles: list[str] = []
        self._thread: threading.Thread | None = None

    def run(self) -> None:
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.task.run()
        except DeviceTrouble as trouble:
            self.troubles.append(trouble.cause)

    def ended(self) -> bool:
        return self._thread is not None and not self._thread.is_alive()

    def starts(self) -> int:
        return self.started.stat().st_size if self.started.exists() else 0

    def stop(self) -> None:
        self.there = False
        self.task._end_ours()
        self.task.stop()
        if self._thread is not None:
            self._thread.join()


@pytest.fixture
def screens(tmp_path: Path) -> Iterator[Screens]:
    screens = Screens(tmp_path)
    yield screens
    screens.stop()


def test_screens_are_up_only_when_both_show_the_truth(screens: Screens) -> None:
    screens.run()
    screens.standing = "customer_frozen"
    wait_until(screens.ended)
    assert (screens.troubles, screens.facts) == (["customer_frozen"], [])
    screens.run()
    screens.standing = FINE
    wait_until(lambda: screens.facts == [DeviceUp(Device.SCREENS)])


def test_a_pulled_cable_starts_nothing_anew_and_heals_when_it_is_back(screens: Screens) -> None:
    screens.there = False
    screens.run()
    wait_until(lambda: screens.starts() == 1)
    screens.there, screens.standing = True, FINE
    wait_until(lambda: screens.facts)
    screens.standing = "customer_gone"
    wait_until(screens.ended)
    assert screens.troubles == ["customer_gone"]
    screens.run()
    screens.standing = FINE
    wait_until(lambda: screens.facts == 2 * [DeviceUp(Device.SCREENS)])
    assert screens.starts() == 1


def test_who_connects_anew_is_right_only_when_seen_right_since(screens: Screens) -> None:
    """However often: each time new charges stop at once, and nothing is told twice."""
    screens.standing = FINE
    screens.run()
    wait_until(lambda: screens.facts == [DeviceUp(Device.SCREENS)])
    screens.standing = WAITING
    for _ in range(3):
        screens.task.anew()
    assert screens.facts == [DeviceUp(Device.SCREENS), DeviceLost(Device.SCREENS, "starting")]
    screens.standing = FINE
    wait_until(lambda: screens.facts[2:] == [DeviceUp(Device.SCREENS)])


def test_what_both_screens_say_counts_before_whatever_is_tapped_next(
    screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "LOOK_S", 60.0)
    screens.run()
    wait_until(lambda: screens.task._looking)

    screens.standing = FINE
    screens.task.shown()
    screens.task.shown()

    assert screens.facts == [DeviceUp(Device.SCREENS)]


def test_screens_that_are_given_up_are_up_again_only_after_they_were_told_lost(screens: Screens) -> None:
    screens.standing = "customer_gone"
    screens.run()
    wait_until(screens.ended)

    screens.standing = FINE
    screens.task.shown()
    assert screens.facts == [], "the supervisor has yet to say that they are lost"

    screens.run()
    wait_until(lambda: screens.facts == [DeviceUp(Device.SCREENS)])


def test_a_ui_of_ours_that_hangs_after_it_connected_anew_is_started_again(screens: Screens) -> None:
    screens.there = False
    screens.run()
    wait_until(lambda: screens.starts() == 1)
    screens.there, screens.standing = True, FINE
    wait_until(lambda: screens.facts)
    screens.standing = WAITING
    screens.task.anew()
    screens.standing = "customer_frozen"
    threading.Timer(0.3, lambda: setattr(screens, "there", False)).start()  # its end is noticed
    wait_until(screens.ended)
    screens.run()
    wait_until(lambda: screens.starts() == 2)


def test_a_hung_ui_of_ours_is_started_again_once_an_outage(screens: Screens) -> None:
    screens.there = False
    screens.run()
    wait_until(lambda: screens.starts() == 1)
    screens.there, screens.standing = True, FINE
    wait_until(lambda: screens.facts)
    screens.there, screens.standing = True, "cashier_differs"
    threading.Timer(0.3, lambda: setattr(screens, "there", False)).start()  # its end is noticed
    wait_until(screens.ended)
    assert screens.troubles == ["cashier_differs"]

    screens.run()
    wait_until(lambda: screens.starts() == 2)
    screens.there = True  # the new one shows nothing right either: a cable, not a hung process
    wait_until(screens.ended)
    screens.run()
    screens.standing = FINE
    wait_until(lambda: len(screens.facts) == 2)
    assert screens.starts() == 2
