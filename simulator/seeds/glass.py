"""A till's two screens on an unlucky day: they draw late, stand still, or show what nobody sent.

Enters: what the till would show after each turn. Leaves: DeviceLost and DeviceUp of the screens, by the
product's own `Truth`; and for the judge, whether a picture has been wrong for longer than it may, and
whether both were seen right since the ui came.
A view is drawn, and only then reported; a screen that stands still says nothing, one that is stuck says
its old picture again and again, one that differs shows another amount and says so in its digest, and a ui
that comes again and again shows another amount each time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from msgspec import structs

from agent.core.events import Device, DeviceLost, DeviceUp, Event
from agent.core.state import STARTING
from agent.screens import truth
from agent.screens.contract import CASHIER, CUSTOMER, CashierView, CustomerView, ScreenName, Shown, digest
from simulator.seeds.clockwork import Clockwork

View = CustomerView | CashierView
WAIT_MS, LOOK_MS = 2_000, 100  # as long as a screen has, and how often somebody looks
DRAWS_MS, DRAWS_LATE_MS = (5, 60), (200, 1_500)
TROUBLE_SHARE = 0.05  # of views: with this one something begins
TROUBLES = ("late", "still", "stuck", "stuck", "differs", "again", "again")
TROUBLE_MS, RESTART_MS, REPEAT_MS = (4_000, 20_000), (400, 2_500), 300
STAYS_MS, AWAY_MS = (200, 1_800), (20, 400)  # a ui that comes again and again
OTHER_AMOUNT = "¥0.01"


@dataclass(slots=True)
class _Screen:
    """`newest` was sent, `picture` is what a person sees, `wrong_ms` since when it says something else.
    `seen`: right, since the ui came."""

    name: ScreenName
    newest: View | None = None
    picture: View | None = None
    wrong_ms: int | None = None
    seen: bool = False
    trouble: str = ""
    until_ms: int = 0


class Glass:
    """`calm` ends all trouble."""

    def __init__(self, clock: Clockwork, seed: int, till: str, post: Callable[[Event], None]) -> None:
        self._clock = clock
        self._chance = Random(f"{seed} {till} glass")
        self._post = post
        self._calm = False
        self._life = 0  # of a connection: what was still to be drawn in an earlier one is gone with it
        self._unseen: list[tuple[int, int]] = []  # from a ui's coming or going until both were seen right
        self._unseen_ms: int | None = None
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

    def seen_right(self, at_ms: int) -> bool:
        """Both screens had shown what they should, since the ui had come that was there at that time."""
        open_ms = self._unseen_ms
        now = [] if open_ms is None else [(open_ms, self._clock.now_ms + 1)]
        return not any(since < at_ms < until for since, until in self._unseen + now)

    # --- the screens process ----------------------------------------------------------------------

    def _boots(self) -> None:
        self._truth = truth.Truth(WAIT_MS, lambda: self._clock.now_ms)
        self._told, self._worked = truth.WAITING, False
        self._goes_dark()

    def _starts(self) -> None:
        """A process takes its time; one that was started before and is not wanted any more never calls."""
        life = self._life
        self._clock.later(self._chance.randint(*RESTART_MS), lambda: self._calls(life))

    def _calls(self, life: int) -> None:
        """Whoever connects draws the newest views; what was wrong with a display may still be."""
        if life != self._life:
            return
        self._connected(True)
        for screen in self._screens:
            if screen.newest is not None:
                self._sent(screen)

    def _ends(self) -> None:
        self._connected(False)
        self._goes_dark()
        self._starts()

    def _breaks(self, life: int) -> None:
        """The connection alone: the process lives on, and so do the pictures."""
        if life != self._life:
            return
        self._connected(False)
        again = self._life
        self._clock.later(self._chance.randint(*AWAY_MS), lambda: self._calls(again))

    def _connected(self, there: bool) -> None:
        """As the link tells it to the product's truth and to the task of the screens."""
        self._forgets(there)
        self._truth.connected(there)
        if self._told == truth.FINE:
            self._post(DeviceLost(Device.SCREENS, STARTING))
        self._told = truth.WAITING

    def _goes_dark(self) -> None:
        """Without agent or process: neither amount nor person."""
        self._forgets(there=False)
        for screen in self._screens:
            screen.picture, screen.wrong_ms = None, None

    def _forgets(self, there: bool) -> None:
        """What was seen before says nothing of what is seen now."""
        self._life += 1
        self._there = there
        for screen in self._screens:
            screen.seen = False
        if self._unseen_ms is None:
            self._unseen_ms = self._clock.now_ms

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
        other = trouble in ("differs", "again")
        if trouble == "differs":
            self._clock.later(REPEAT_MS, lambda: self._draws(screen, view, life))
        if trouble == "again":
            self._clock.later(self._chance.randint(*STAYS_MS), lambda: self._breaks(life))
        screen.picture = structs.replace(view, amount=OTHER_AMOUNT) if other else view
        self._compare(screen)
        self._says(screen, screen.picture)

    def _says(self, screen: _Screen, picture: View) -> None:
        self._truth.heard(Shown(screen.name, picture.view_id, digest(picture)))
        screen.seen = screen.seen or picture == screen.newest
        if self._unseen_ms is not None and all(one.seen for one in self._screens):
            self._unseen.append((self._unseen_ms, self._clock.now_ms))
            self._unseen_ms = None
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
        worked, self._worked = self._worked, standing == truth.FINE
        if standing == truth.FINE:
            self._post(DeviceUp(Device.SCREENS))
            return
        self._post(DeviceLost(Device.SCREENS, standing))
        if worked:
            self._ends()


def _matters(view: View | None) -> tuple[str, str]:
    return (
        ("", "") if view is None else (view.amount, view.person if isinstance(view, CustomerView) else "")
    )
