"""A display is pulled out and put back, exchanged or another one, wherever a visit stands: the right
picture comes back to the right person, and money goes its own way.

The windows, the truth and the core are real; only the displays' coming and going is the test's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from msgspec import structs
from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication, QImage, QScreen

from agent.core.charge import Captured
from agent.core.commands import ForgetFaces, KeepRecord, LookUpOrders
from agent.core.events import Device, DeviceLost, DeviceUp, Intent
from agent.core.joining import JoinRules
from agent.core.visit import Stage
from agent.screens.contract import CASHIER, CUSTOMER, CashierView, CustomerView, ScreenName
from agent.screens.projection import project
from agent.screens.truth import FINE, Truth
from tests.playbook import Playbook, says, shows_code, taps
from tests.shop import STAGES, terminal, to_choose
from ui import displays
from ui.displays import Wanted
from ui.windows import Windows

Settle = Callable[..., None]
WANTED = (Wanted("customer", "CUSTOMER", QSize(800, 1280)), Wanted("cashier", "CASHIER", QSize(1280, 800)))
SCREENS: tuple[ScreenName, ...] = (CUSTOMER, CASHIER)


def to_find(book: Playbook) -> Playbook:
    return book >> taps(Intent.OFFICE) >> taps(Intent.FIND) << LookUpOrders


def to_joining(book: Playbook) -> Playbook:
    book.state = replace(book.state, rules=replace(book.state.rules, joining=JoinRules(enabled=True)))
    return to_choose(book) >> taps(Intent.JOIN)


MOMENTS: dict[str, Callable[[Playbook], Playbook]] = {
    "basket": STAGES[Stage.BASKET],
    "face": STAGES[Stage.FACE],
    "digits": STAGES[Stage.DIGITS],
    "cash": STAGES[Stage.CASH],
    "paying": STAGES[Stage.PAY],
    "paid": STAGES[Stage.PAID],
    "find": to_find,
    "joining": to_joining,
}


class Counter:
    """Both people's windows on a shop that stands at this moment of a visit."""

    def __init__(self, moment: str, windows: Windows, settle: Settle, patch: pytest.MonkeyPatch) -> None:
        self.book = MOMENTS[moment](Playbook(terminal()))
        self._windows, self._settle, self._patch = windows, settle, patch
        self._all = QGuiApplication.screens()
        self._truth = Truth(wait_ms=60_000)
        windows.drawn.connect(self._truth.heard)
        self._truth.connected(True)
        self.plugged(*SCREENS)
        self.told()

    def plugged(self, *names: str, wanted: tuple[Wanted, Wanted] = WANTED) -> None:
        """From now on these displays are there; as `hyla-ui` hears it from Qt."""
        there = [one for one in self._all if one.name().lower() in names]
        self._patch.setattr(displays.QGuiApplication, "screens", lambda: there)
        places = displays.place(wanted)
        self._windows.put(places, True, displays.homeless(wanted, places, fullscreen=True))
        self._settle()

    def told(self) -> None:
        """Both screens are sent what the agent would send now, and show it."""
        for view in self.views():
            self._truth.sent(view)
            self._windows.show(view)
        self._settle(lambda: all(self._windows.settled(screen) for screen in SCREENS))

    def views(self) -> tuple[CustomerView, CashierView]:
        return project(self.book.state, self.book.at)

    def standing(self) -> str:
        return self._truth.standing()

    def where(self, screen: ScreenName) -> QScreen:
        return self._windows.windows[screen].screen()

    def picture(self, screen: ScreenName) -> QImage:
        return self._windows.windows[screen].grabWindow()


@pytest.fixture
def counter(
    request: pytest.FixtureRequest, windows: Windows, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> Counter:
    return Counter(request.param, windows, settle, monkeypatch)


def unnumbered(views: tuple[CustomerView, CashierView]) -> list[object]:
    """What is paid is shown anew to whoever could not read it, under another number."""
    return [structs.replace(view, view_id=0) for view in views]


def assert_at_home(counter: Counter) -> None:
    """Each window fills the display of its own person."""
    for screen, size in ((CUSTOMER, QSize(800, 1280)), (CASHIER, QSize(1280, 800))):
        assert counter.where(screen).name() == screen.upper()
        assert counter.picture(screen).size() == size


@pytest.mark.parametrize("pulled", SCREENS)
@pytest.mark.parametrize("counter", MOMENTS, indirect=True)
def test_a_display_pulled_out_and_put_back_shows_its_person_the_same_picture_again(
    counter: Counter, pulled: ScreenName
) -> None:
    other = CASHIER if pulled == CUSTOMER else CUSTOMER
    before = {screen: counter.picture(screen) for screen in SCREENS}
    views, stage = counter.views(), counter.book.stage
    assert_at_home(counter)
    assert counter.standing() == FINE

    counter.plugged(other)
    assert counter.standing() == f"{pulled}_gone"
    counter.book >> DeviceLost(Device.SCREENS, counter.standing()) << stage
    counter.told()
    assert counter.where(other).name() == other.upper()

    counter.plugged(*SCREENS)
    assert counter.standing() == FINE
    counter.book >> DeviceUp(Device.SCREENS) << stage
    counter.told()
    assert unnumbered(counter.views()) == unnumbered(views)
    assert_at_home(counter)
    assert {screen: counter.picture(screen) for screen in SCREENS} == before


@pytest.mark.parametrize("counter", MOMENTS, indirect=True)
def test_while_a_display_is_gone_nobody_is_charged_anew_and_money_on_its_way_arrives(
    counter: Counter,
) -> None:
    book, stage = counter.book, counter.book.stage
    counter.plugged(CASHIER)
    book >> DeviceLost(Device.SCREENS, counter.standing()) << stage
    if stage is Stage.PAY:
        book >> says(Captured()) << KeepRecord << Stage.PAID
    elif stage is Stage.PAID:
        book.after(60_000) << Stage.PAID  # nobody could read it yet
    else:
        book >> shows_code()  # a wish for money would be one that nobody expected
    book.without(ForgetFaces).finish()


@pytest.mark.parametrize("counter", MOMENTS, indirect=True)
def test_exchanged_cables_and_another_display_than_the_profile_names_deceive_nobody(
    counter: Counter,
) -> None:
    before = {screen: counter.picture(screen) for screen in SCREENS}
    customer, cashier = WANTED
    counter.plugged(
        *SCREENS, wanted=(replace(customer, display="CASHIER"), replace(cashier, display="CUSTOMER"))
    )
    assert_at_home(counter)
    assert counter.standing() == FINE
    counter.plugged(*SCREENS, wanted=(replace(customer, display="HDMI-9"), cashier))
    assert counter.standing() == "customer_gone"
    assert counter.where(CASHIER).name() == "CASHIER"
    counter.plugged(*SCREENS)
    assert_at_home(counter)
    assert {screen: counter.picture(screen) for screen in SCREENS} == before
