"""One typed store a window: what the agent said last, as properties that QML binds to.

Enters: views, the loss of the agent, taps of this window. Leaves: QML properties, and a Tap for
each tap, with the id of the view that was on the glass.

Signals and properties stand in this one class: a property of a subclass that notifies with a
signal of its base crashes PySide6 when QML binds to it.
"""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from agent.screens.contract import CashierView, CustomerView, ScreenName, Tap
from ui.finish import Finished, finish, lost, waiting
from ui.phrases import Catalogue

SECOND_MS = 1000
LISTS = (
    "lines", "tiles", "ways", "actions", "corner", "aside", "signs", "faults", "orders", "choices",
    "figures", "benefits", "picture", "ticks", "posters", "codes", "bars",
)  # fmt: skip


class WindowStore(QObject):
    """What one window shows. QML reads, QML calls `tap`, nothing else."""

    changed = Signal()
    clockChanged = Signal()
    linesChanged = Signal()
    tilesChanged = Signal()
    waysChanged = Signal()
    actionsChanged = Signal()
    cornerChanged = Signal()
    asideChanged = Signal()
    signsChanged = Signal()
    faultsChanged = Signal()
    ordersChanged = Signal()
    choicesChanged = Signal()
    figuresChanged = Signal()
    benefitsChanged = Signal()
    pictureChanged = Signal()
    ticksChanged = Signal()
    postersChanged = Signal()
    codesChanged = Signal()
    barsChanged = Signal()
    questionChanged = Signal()
    tapped = Signal(object)

    def __init__(self, screen: ScreenName, words: Catalogue, language: str = "zh") -> None:
        super().__init__()
        self.screen = screen
        self._words = words
        self._now = waiting(screen, language, words)
        self._came_s = time.monotonic()
        self._clock = QTimer(self)
        self._clock.setInterval(SECOND_MS)
        self._clock.timeout.connect(self.clockChanged)

    def show(self, view: CustomerView | CashierView) -> None:
        """Replace all that is shown."""
        self._put(finish(view, self._words))

    def lose(self) -> None:
        """The agent is gone: say so at once."""
        self._put(lost(self._now, self._words))

    @Slot(str, str)
    def tap(self, intent: str, value: str) -> None:
        self.tapped.emit(Tap(self.screen, self._now.view_id, intent, value))

    def now(self) -> Finished:
        return self._now

    def _put(self, fresh: Finished) -> None:
        """Lists are told apart: a button that did not change must survive the finger on it."""
        last, self._now = self._now, fresh
        self._came_s = time.monotonic()
        if fresh.seconds_left > 0 or fresh.seconds_since >= 0:
            self._clock.start()
        else:
            self._clock.stop()
        for name in LISTS:
            if getattr(last, name) != getattr(fresh, name):
                getattr(self, f"{name}Changed").emit()
        if (last.question, last.view_id) != (fresh.question, fresh.view_id):
            self.questionChanged.emit()
        self.changed.emit()
        self.clockChanged.emit()

    def _passed_s(self) -> int:
        return round(time.monotonic() - self._came_s)

    def _countdown(self) -> str:
        if self._now.seconds_left <= 0:
            return ""
        left = max(0, self._now.seconds_left - self._passed_s())
        return self._words.say("time.left", self._now.language, seconds=str(left))

    def _since(self) -> str:
        if self._now.seconds_since < 0:
            return ""
        minutes, seconds = divmod(self._now.seconds_since + self._passed_s(), 60)
        return self._words.say("time.since", self._now.language, time=f"{minutes:02}:{seconds:02}")

    def _list(self, name: str) -> list[Any]:
        return list(getattr(self._now, name))

    page = Property(str, lambda self: self._now.page, notify=changed)
    tone = Property(str, lambda self: self._now.tone, notify=changed)
    sign = Property(str, lambda self: self._now.sign, notify=changed)
    largeText = Property(bool, lambda self: self._now.large_text, notify=changed)
    shop = Property(str, lambda self: self._now.shop, notify=changed)
    mark = Property(str, lambda self: self._now.mark, notify=changed)
    amountLabel = Property(str, lambda self: self._now.amount_label, notify=changed)
    amount = Property(str, lambda self: self._now.amount, notify=changed)
    headline = Property(str, lambda self: self._now.headline, notify=changed)
    detail = Property(str, lambda self: self._now.detail, notify=changed)
    notice = Property(str, lambda self: self._now.notice, notify=changed)
    member = Property(str, lambda self: self._now.member, notify=changed)
    person = Property(str, lambda self: self._now.person, notify=changed)
    preview = Property(bool, lambda self: self._now.preview, notify=changed)
    progressPct = Property(int, lambda self: self._now.progress_pct, notify=changed)
    office = Property(bool, lambda self: self._now.office, notify=changed)
    question = Property(dict, lambda self: self._now.question, notify=questionChanged)
    low = Property(bool, lambda self: self._now.low, notify=changed)
    digitsWanted = Property(int, lambda self: self._now.digits_wanted, notify=changed)
    digitsShown = Property(bool, lambda self: self._now.digits_shown, notify=changed)
    motion = Property(bool, lambda self: self._now.motion, notify=changed)
    body = Property(str, lambda self: self._now.body, notify=changed)
    printed = Property(dict, lambda self: self._now.printed, notify=changed)
    countdown = Property(str, lambda self: self._countdown(), notify=clockChanged)
    since = Property(str, lambda self: self._since(), notify=clockChanged)
    lines = Property(list, lambda self: self._list("lines"), notify=linesChanged)
    tiles = Property(list, lambda self: self._list("tiles"), notify=tilesChanged)
    ways = Property(list, lambda self: self._list("ways"), notify=waysChanged)
    actions = Property(list, lambda self: self._list("actions"), notify=actionsChanged)
    corner = Property(list, lambda self: self._list("corner"), notify=cornerChanged)
    aside = Property(list, lambda self: self._list("aside"), notify=asideChanged)
    signs = Property(list, lambda self: self._list("signs"), notify=signsChanged)
    faults = Property(list, lambda self: self._list("faults"), notify=faultsChanged)
    orders = Property(list, lambda self: self._list("orders"), notify=ordersChanged)
    choices = Property(list, lambda self: self._list("choices"), notify=choicesChanged)
    figures = Property(list, lambda self: self._list("figures"), notify=figuresChanged)
    benefits = Property(list, lambda self: self._list("benefits"), notify=benefitsChanged)
    picture = Property(list, lambda self: self._list("picture"), notify=pictureChanged)
    ticks = Property(list, lambda self: self._list("ticks"), notify=ticksChanged)
    posters = Property(list, lambda self: self._list("posters"), notify=postersChanged)
    codes = Property(list, lambda self: self._list("codes"), notify=codesChanged)
    bars = Property(list, lambda self: self._list("bars"), notify=barsChanged)
