"""The wire between one till and the broker: it drops, doubles, delays and reorders a quarter of its
messages, and is cut. What waits at the broker for an absent till is delivered later, or forgotten.

Belongs to the shop, not to the process: a till that dies finds the same wire again.
"""

from __future__ import annotations

from typing import Protocol

from agent.core.events import Event
from simulator.seeds.clockwork import Clockwork, What

TROUBLE_SHARE = 0.25  # of messages: dropped, doubled, delayed (and so reordered)
LATE_MS = (1_000, 35_000)
UP_MS = (2_000, 12_000)
NOTICED_MS = (0, 6_000)
CONNECT_MS = (20, 900)
FORGETS_SHARE = 0.5  # of reconnections find that the broker no longer knows the session


class End(Protocol):
    """The till's end of the wire."""

    def connected(self) -> None: ...
    def lost(self) -> None: ...
    def heard(self, event: Event) -> None: ...


class Wire:
    """One link. `calm` ends all trouble."""

    def __init__(self, clock: Clockwork, till: str, cut_ms: tuple[int, int]) -> None:
        self._clock = clock
        self._till = till
        self._cut_ms = cut_ms
        self._calm = False
        self._whole = True
        self._end: End | None = None
        self._connected = False
        self._session: list[Event] = []
        clock.later(clock.between(*UP_MS), self.cut)

    def serves(self, end: End) -> bool:
        """This end believes itself connected; a cut that nobody noticed yet swallows what it sends."""
        return self._connected and self._end is end

    def calm(self) -> None:
        """From now on the wire is whole and every message arrives once."""
        self._calm = True
        self._mended()

    # --- the till's end ---------------------------------------------------------------------------

    def attach(self, end: End) -> None:
        """A process wants to connect."""
        self._end, self._connected = end, False
        self._clock.later(self._clock.between(*CONNECT_MS), lambda: self._connect(end))

    def detach(self) -> None:
        """The process is gone."""
        self._end, self._connected = None, False

    def ends_at(self, end: End) -> bool:
        """This process is still the one at the till's end."""
        return self._end is end

    def _connect(self, end: End) -> None:
        """Unless the process died meanwhile."""
        if self._end is not end or not self._whole or self._connected:
            return
        self._connected = True
        waiting, self._session = self._session, []
        if not self._calm and waiting and self._clock.happens(FORGETS_SHARE):
            self._clock.tell(self._till, f"the broker forgot the session: {len(waiting)} messages lost")
            waiting = []
        end.connected()
        for event in waiting:
            self._clock.later(self._clock.between(5, 50), lambda event=event: self._lands(event))  # type: ignore[misc]

    # --- messages ---------------------------------------------------------------------------------

    def to_cloud(self, arrive: What) -> None:
        """Send; what leaves while the wire is cut is lost."""
        if self._whole and self._connected:
            for delay_ms in self._delays_ms():
                self._clock.later(delay_ms, lambda: self._leaves(arrive))

    def _leaves(self, arrive: What) -> None:
        """What was on its way when the wire was cut is lost, or was through already."""
        if self._whole or self._clock.happens(0.5):
            arrive()

    def to_till(self, event: Event) -> None:
        """The cloud says something."""
        for delay_ms in self._delays_ms():
            self._clock.later(delay_ms, lambda: self._lands(event))

    def _lands(self, event: Event) -> None:
        if self._whole and self._connected and self._end is not None:
            self._end.heard(event)
        else:
            self._session.append(event)

    def _delays_ms(self) -> list[int]:
        usual_ms = self._clock.between(5, 80)
        if self._calm or not self._clock.happens(TROUBLE_SHARE):
            return [usual_ms]
        late_ms = self._clock.between(*LATE_MS)
        return self._clock.chance.choice([[], [usual_ms, late_ms], [late_ms], [usual_ms, usual_ms + 5]])

    # --- the wire itself --------------------------------------------------------------------------

    def cut(self, forgotten: bool = False) -> None:
        """Somebody steps on it; or the broker starts anew and has forgotten all sessions."""
        if forgotten:
            self._session = []
        if self._calm or not self._whole:
            return
        self._whole = False
        self._clock.tell(self._till, "the link is cut")
        self._clock.later(self._clock.between(*NOTICED_MS), self._notice)
        self._clock.later(self._clock.between(*self._cut_ms), self._mended)

    def _notice(self) -> None:
        if not self._whole and self._connected and self._end is not None:
            self._connected = False
            self._end.lost()

    def _mended(self) -> None:
        if self._whole:
            return
        self._whole = True
        self._clock.tell(self._till, "the link is whole again")
        if (end := self._end) is not None:
            if self._connected and self._clock.happens(0.5):  # nobody noticed, and TCP did not survive
                self._connected = False
                end.lost()
            self._connect(end)
        if not self._calm:
            self._clock.later(self._clock.between(*UP_MS), self.cut)
