"""Named mistakes about what the screens really show. Listed with the others in `bugs`."""

from __future__ import annotations

from msgspec import structs

from agent.core.events import Device
from agent.core.state import UNTRUE, Terminal
from agent.screens.contract import Shown, digest
from agent.screens.truth import FINE, Truth
from simulator.seeds.planting import Patch, bug

SINCE = 100  # screens have days of their own from there on


@bug("a screen that says something shows what it was sent: digests are not compared", since=SINCE)
def _digests_are_not_compared(patch: Patch) -> None:
    right = Truth.heard

    def heard(self: Truth, shown: Shown) -> None:
        right(self, structs.replace(shown, digest=self._screens[shown.screen].newest))

    patch.name(Truth, "heard", heard)


@bug("what a screen shows is compared with any view it was ever sent, not with the newest", since=SINCE)
def _compared_with_an_old_view(patch: Patch) -> None:
    right, sent_before = Truth.heard, Truth.sent
    ever: dict[str, str] = {}

    def sent(self: Truth, view: object) -> None:
        sent_before(self, view)  # type: ignore[arg-type]
        ever[digest(view)] = type(view).__name__  # type: ignore[arg-type]

    def heard(self: Truth, shown: Shown) -> None:
        newest = self._screens[shown.screen].newest
        right(self, structs.replace(shown, digest=newest) if shown.digest in ever else shown)

    patch.name(Truth, "sent", sent)
    patch.name(Truth, "heard", heard)


@bug("a screen that is late will show it in time", since=SINCE)
def _late_is_fine(patch: Patch) -> None:
    right = Truth.standing

    def standing(self: Truth) -> str:
        said = right(self)
        return FINE if said.endswith("_frozen") else said

    patch.name(Truth, "standing", standing)


@bug("money does not ask whether the screens are true", since=SINCE)
def _screens_are_always_true(patch: Patch) -> None:
    patch.name(Terminal, "screens_true", property(lambda _t: True))


@bug("whoever connects has time to show the right picture, and people may be asked meanwhile", since=SINCE)
def _grace_at_each_connection(patch: Patch) -> None:
    def screens_true(self: Terminal) -> bool:
        return self.down.get(Device.SCREENS) not in UNTRUE

    patch.name(Terminal, "screens_true", property(screens_true))
