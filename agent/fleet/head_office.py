"""Head office's desk on the terminal: its wishes in, facts for the core, what the core wishes done.

Enters: signed texts (cloud thread), TakeSettings and CarryOut, and once a second how the terminal does
(main thread). Leaves: SettingsOffered, CommandArrived, CommandDone; a report whenever the settings stand
otherwise; a refit or a restart. What is not signed by head office for this very terminal is named in the
log and changes nothing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from agent.core.commands import CarryOut
from agent.core.events import CommandArrived, CommandDone, HandedOver, SettingsOffered
from agent.core.ids import DeviceId
from agent.fleet.signed import Anchors
from agent.fleet.site import SiteSettings, Standing
from agent.fleet.wishes import Desired, NoWish, read_wish
from agent.ports import Post
from agent.profile.schema import Profile

log = logging.getLogger(__name__)

TRIAL_MS = 20_000
"""New settings have so long, from the first turn, to bring every device up that worked before."""


@dataclass(frozen=True, slots=True)
class Means:
    """What head office's desk can do to the terminal. None of them blocks but `examine` and `bundle`."""

    post: Post
    report: Callable[[Standing], None]
    restart: Callable[[], None]
    refit: Callable[[], None]
    """Put together anew with the settings that count now; quicker than a restart, the screens stay."""
    restart_screens: Callable[[], None]
    examine: Callable[[], str]
    """`hyla doctor`'s short code; has a thread of its own here. Raises OSError when it cannot be run."""
    live: Callable[[Profile], Callable[[], None] | None] = lambda _profile: None
    """New settings made ready to be taken over without a refit, or None where they need one. On the
    cloud's thread; what it returns is called by the main thread."""
    bundle: Callable[[str, Mapping[str, str]], str] = lambda _id, _words: ""
    """Make a support bundle for the owner, under the command's id, and see it on its way; says how big it
    is. Has that same thread. Raises OSError when it cannot be made."""


class HeadOfficeDesk:
    """One a terminal. Without an anchor nobody can wish anything. `short_code`: what the doctor found last,
    when head office asked him; empty before."""

    def __init__(self, device: DeviceId, anchors: Anchors, site: SiteSettings, means: Means) -> None:
        self._device, self._anchors, self._site, self._means = device, anchors, site, means
        self._trial = site.trial()
        self._tried_since_ms: int | None = None
        self._live: tuple[int, Callable[[], None] | None] = (0, None)
        self._busy: threading.Thread | None = None
        self.short_code = ""

    def open(self) -> None:
        """Say where the settings stand; of those on trial, once they have proved themselves."""
        if self._trial is None:
            self._means.report(self._site.standing())

    @property
    def busy(self) -> bool:
        """Something is being carried out aside, and ends only with the process."""
        return self._busy is not None and self._busy.is_alive()

    # --- what arrives: the cloud's thread ---------------------------------------------------------------

    def wish_came(self, signed: str) -> None:
        """Check who wants it, and for whom. Never raises."""
        try:
            wish = read_wish(signed, self._anchors, self._device)
        except NoWish as why:
            log.error("a wish that is not head office's for %s: %s", self._device, why)
            return
        if isinstance(wish, CommandArrived | HandedOver):
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
        if fits is not None:
            self._live = (desired.version, self._means.live(fits))
            self._means.post(SettingsOffered(desired.version))
            return
        after = self._site.standing()
        if after != before and after.refused:
            log.error("settings %d are refused: %s", desired.version, "; ".join(after.refused.why))
            self._means.report(after)

    # --- what the core wishes: the main thread ------------------------------------------------------------

    def take(self, version: int, up: Collection[str]) -> None:
        """Switch, and take them over; `up` works now and has to work then."""
        ready, take_over = self._live
        if not self._site.take(version, up):
            return
        if ready == version and take_over is not None:
            log.info("settings %d of head office are taken over", version)
            take_over()
            self._trial, self._tried_since_ms = self._site.trial(), None
        else:
            log.info("settings %d of head office: put together anew with them", version)
            self._means.refit()

    def carry_out(self, wish: CarryOut) -> None:
        """Never blocks: what takes long reports later."""
        match wish.name:
            case "restart":
                self._means.restart()
            case "restart_screens":
                self._means.restart_screens()
                self._means.post(CommandDone(wish.id, wish.name, "done"))
            case "doctor":
                self._aside(wish, self._examined)
            case "bundle":
                self._aside(wish, lambda: self._means.bundle(wish.id, wish.words))
            case _:
                self._means.post(CommandDone(wish.id, wish.name, "unknown"))

    def _examined(self) -> str:
        self.short_code = self._means.examine()
        return self.short_code

    def _aside(self, wish: CarryOut, work: Callable[[], str]) -> None:
        """What takes seconds has a thread; one such thing at a time."""
        if self.busy:
            self._means.post(CommandDone(wish.id, wish.name, "failed", "the doctor is busy"))
            return

        def carry_out() -> None:
            try:
                done = CommandDone(wish.id, wish.name, "done", work())
            except OSError as error:
                done = CommandDone(wish.id, wish.name, "failed", str(error)[:200])
            self._means.post(done)

        self._busy = threading.Thread(target=carry_out, name="doctor", daemon=True)
        self._busy.start()

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
