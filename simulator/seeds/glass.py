"""A till's two screens on an unlucky day: they draw late, stand still, or show what nobody sent.

Enters: what the till would show after each turn. Leaves: DeviceLost and DeviceUp of the screens, by the
product's own `Truth`; and for the judge, whether a picture has been wrong for longer than it may.
A view is drawn, and only then reported; a screen that stands still says nothing, one that is stuck says
its old picture again and again, one that differs shows another amount and says so in its digest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from msgspec import structs

from agent.core.events import Device, DeviceLost, DeviceUp, Event
from agent.screens import truth
from agent.screens.contract import CASHIER, CUSTOMER, CashierView, CustomerView, ScreenName, Shown, digest
from simulator.seeds.clockwork import Clockwork

View = CustomerView | CashierView
WAIT_MS, LOOK_MS = 2_000, 100  # as long as a screen has, and how often somebody looks
DRAWS_MS, DRAWS_LATE_MS = (5, 60), (200, 1_500)
TROUBLE_SHARE = 0.05  # of views: with this one something begins
TROUBLES = ("late", "still", "stuck", "stuck", "differs")
TROUBLE_MS, RESTART_MS, REPEAT_MS = (4_000, 20_000), (400, 2_500), 300
OTHER_AMOUNT = "¥0.01"


@dataclass(slots=True)
class _Screen:
    """`newest` was sent, `picture` is what a person sees, `wrong_ms` since when it says something else."""

    name: ScreenName
    newest: View | None = None
    picture: View | None = None
    wrong_ms: int | None = None
    trouble: str = ""
    until_ms: int = 0


class Glass:
    """`calm` ends all trouble."""

    def __init__(self, clock: Clockwork, seed: int, till: str, post: Callable[[Event], None]) -> None:
        self._clock = clock
        self._chance = Random(f"{seed} {till} glass")
        self._post = post
        self._calm = False
        self._life = 0  # of the screens process: what an earlier one still wanted to draw is gone with it
        self._screens = (_Screen(CUSTOMER), _Screen(CASHIER))
        self._boots()

    def calm(self) -> None:
        self._calm = True

    def agent_boots(self) -> None:
        """Another agent: it knows nothing of the screens until they call again."""
        self._boots()
        self._starts()

    def show(self, views: tuple[View, View]) -> None:
        """Called after every turn; a view goes out when it says something new."""
        for screen, view in zip(self._screens, views, strict=True):
            if view != screen.newest:
                screen.newest = view
                self._truth.sent(view)
                self._sent(screen)

    def wrong_for_ms(self, at_ms: int) -> int:
        """For how long, by then, the worse of the two pictures has not shown amount and person."""
        return max(at_ms - (at_ms if one.wrong_ms is None else one.wrong_ms) for one in self._screens)

    # --- the screens process ----------------------------------------------------------------------

    def _boots(self) -> None:
        self._truth = truth.Truth(WAIT_MS, lambda: self._clock.now_ms)
        self._told = truth.WAITING
        self._goes_dark()

    def _starts(self) -> None:
        """A process takes its time; one that was started before and is not wanted any more never calls."""
        life = self._life
        self._clock.later(self._chance.randint(*RESTART_MS), lambda: self._calls(life))

    def _calls(self, life: int) -> None:
        """A fresh process draws the newest views; what was wrong with a display may still be."""
        if life != self._life:
            return
        self._life += 1
        self._there = True
        self._truth.connected(True)
        for screen in self._screens:
            if screen.newest is not None:
                self._sent(screen)

    def _ends(self) -> None:
        self._told = truth.WAITING
        self._truth.connected(False)
        self._goes_dark()
        self._starts()

    def _goes_dark(self) -> None:
        """Without agent or process: neither amount nor person."""
        self._life += 1
        self._there = False
        for screen in self._screens:
            screen.picture, screen.wrong_ms = None, None

    def _sent(self, screen: _Screen) -> None:
        self._compare(screen)
        if not self._there:
            return
        if not self._calm and screen.until_ms <= self._clock.now_ms:
            begins = self._chance.random() < TROUBLE_SHARE
            screen.trouble = self._chance.choice(TROUBLES) if begins else ""
            screen.until_ms = self._clock.now_ms + self._chance.randint(*TROUBLE_MS) if begins else 0
        draws_ms = DRAWS_LATE_MS if screen.trouble == "late" else DRAWS_MS
        view, life = screen.newest, self._life
        self._clock.later(self._chance.randint(*draws_ms), lambda: self._draws(screen, view, life))
        self._clock.later(WAIT_MS + LOOK_MS, self._looks)

    def _draws(self, screen: _Screen, view: View | None, life: int) -> None:
        """Newest wins: a view that another has followed is not drawn any more."""
        if life != self._life or view is not screen.newest or view is None:
            return
        over = self._calm or screen.until_ms <= self._clock.now_ms
        trouble = "" if over else screen.trouble
        if trouble in ("still", "stuck") and screen.picture is not None:
            if trouble == "stuck":
                self._says(screen, screen.picture)
            self._clock.later(REPEAT_MS, lambda: self._draws(screen, view, life))
            return
        if trouble == "differs":
            self._clock.later(REPEAT_MS, lambda: self._draws(screen, view, life))
        screen.picture = structs.replace(view, amount=OTHER_AMOUNT) if trouble == "differs" else view
        self._compare(screen)
        self._says(screen, screen.picture)

    def _says(self, screen: _Screen, picture: View) -> None:
        self._truth.heard(Shown(screen.name, picture.view_id, digest(picture)))
        self._looks()

    # --- who looks --------------------------------------------------------------------------------

    def _compare(self, screen: _Screen) -> None:
        """What a person sees against what was sent: the amount, and whose it is."""
        dark = screen.picture is None  # and lies to nobody
        if dark or _matters(screen.picture) == _matters(screen.newest):
            screen.wrong_ms = None
        elif screen.wrong_ms is None:
            screen.wrong_ms = self._clock.now_ms

    def _looks(self) -> None:
        """As the task of the screens does: said once, and a process that hangs is started again."""
        standing, last = self._truth.standing(), self._told
        if not self._there or standing in (truth.WAITING, last):
            return
        self._told = standing
        if standing == truth.FINE:
            self._post(DeviceUp(Device.SCREENS))
            return
        self._post(DeviceLost(Device.SCREENS, standing))
        if last == truth.FINE:
            self._ends()


def _matters(view: View | None) -> tuple[str, str]:
    return (
        ("", "") if view is None else (view.amount, view.person if isinstance(view, CustomerView) else "")
    )
