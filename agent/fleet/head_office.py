"""Head office's desk on the terminal: its wishes in, facts for the core, what the core wishes done.

Enters: signed texts (cloud thread), TakeSettings and CarryOut, and once a second how the terminal does
(main thread). Leaves: SettingsOffered, CommandArrived, CommandDone; a report whenever the settings stand
otherwise; a restart. What is not signed by head office for this very terminal is named in the log and
changes nothing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass

from agent.core.commands import CarryOut
from agent.core.events import CommandArrived, CommandDone, SettingsOffered
from agent.core.ids import DeviceId
from agent.fleet.signed import Anchors
from agent.fleet.site import SiteSettings, Standing
from agent.fleet.wishes import Desired, NoWish, read_wish
from agent.ports import Post

log = logging.getLogger(__name__)

TRIAL_MS = 20_000
"""New settings have so long, from the first turn, to bring every device up that worked before."""


@dataclass(frozen=True, slots=True)
class Means:
    """What head office's desk can do to the terminal. None of them blocks but `examine`."""

    post: Post
    report: Callable[[Standing], None]
    restart: Callable[[], None]
    restart_screens: Callable[[], None]
    examine: Callable[[], str]
    """`hyla doctor`'s short code; has a thread of its own here. Raises OSError when it cannot be run."""


class HeadOfficeDesk:
    """One a terminal. Without an anchor nobody can wish anything. `short_code`: what the doctor found last,
    when head office asked him; empty before."""

    def __init__(self, device: DeviceId, anchors: Anchors, site: SiteSettings, means: Means) -> None:
        self._device, self._anchors, self._site, self._means = device, anchors, site, means
        self._trial = site.trial()
        self._tried_since_ms: int | None = None
        self._examining: threading.Thread | None = None
        self.short_code = ""

    def open(self) -> None:
        """Say where the settings stand."""
        self._means.report(self._site.standing())

    def stop(self) -> None:
        """A doctor that still looks is left behind; it writes nothing."""

    # --- what arrives: the cloud's thread ---------------------------------------------------------------

    def wish_came(self, signed: str) -> None:
        """Check who wants it, and for whom. Never raises."""
        try:
            wish = read_wish(signed, self._anchors, self._device)
        except NoWish as why:
            log.error("a wish that is not head office's for %s: %s", self._device, why)
            return
        if isinstance(wish, CommandArrived):
            self._means.post(wish)
            return
        self._offered(wish)

    def _offered(self, desired: Desired) -> None:
        before = self._site.standing()
        try:
            fits = self._site.offer(desired)
        except OSError as error:
            log.error("settings %d cannot be written: %s", desired.version, error)
            return
        if fits:
            self._means.post(SettingsOffered(desired.version))
            return
        after = self._site.standing()
        if after != before and after.refused:
            log.error("settings %d are refused: %s", desired.version, "; ".join(after.refused.why))
            self._means.report(after)

    # --- what the core wishes: the main thread ------------------------------------------------------------

    def take(self, version: int, up: Collection[str]) -> None:
        """Switch and start again; `up` works now and has to work then."""
        if self._site.take(version, up):
            log.info("settings %d of head office: starting again with them", version)
            self._means.restart()

    def carry_out(self, wish: CarryOut) -> None:
        """Never blocks: what takes long reports later."""
        match wish.name:
            case "restart":
                self._means.restart()
            case "restart_screens":
                self._means.restart_screens()
                self._means.post(CommandDone(wish.id, wish.name, "done"))
            case "doctor":
                self._examine(wish)
            case _:
                self._means.post(CommandDone(wish.id, wish.name, "unknown"))

    def _examine(self, wish: CarryOut) -> None:
        if self._examining is not None and self._examining.is_alive():
            self._means.post(CommandDone(wish.id, wish.name, "failed", "the doctor is busy"))
            return

        def look() -> None:
            try:
                self.short_code = self._means.examine()
                done = CommandDone(wish.id, wish.name, "done", self.short_code)
            except OSError as error:
                done = CommandDone(wish.id, wish.name, "failed", str(error)[:200])
            self._means.post(done)

        self._examining = threading.Thread(target=look, name="doctor", daemon=True)
        self._examining.start()

    # --- the trial: the main thread, once a second --------------------------------------------------------

    def seen(self, up: Collection[str], mono_ms: int) -> None:
        """How the terminal does: new settings are kept, or given back with a restart."""
        if self._trial is None:
            return
        if self._tried_since_ms is None:
            self._tried_since_ms = mono_ms
        missing = sorted(set(self._trial.up) - set(up))
        if not missing:
            self._site.keep()
            log.info("settings %d of head office: all works", self._trial.version)
        elif mono_ms - self._tried_since_ms >= TRIAL_MS:
            why = f"{', '.join(missing)} did not work with them"
            log.error("settings %d of head office are given back: %s", self._trial.version, why)
            self._site.give_back(why)
            self._means.restart()
        else:
            return
        self._trial = None
        self._means.report(self._site.standing())
