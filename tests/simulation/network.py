"""The way to the cloud: it drops, doubles, delays and reorders a quarter of its messages, and is cut.

Enters: what the terminal asks. Leaves: the cloud's answers and the link's ups and downs, as facts.
"""

from __future__ import annotations

from collections.abc import Callable

from agent.core.charge import Answer, Pending
from agent.core.commands import AskCharge, AskQuery, AskVoid
from agent.core.events import ChargeAnswered, Device, DeviceLost, DeviceUp, Event
from agent.core.ids import PaymentKey
from tests.simulation.clockwork import Clockwork, What
from tests.simulation.cloud import Cloud

UTC_MS = 1_790_000_000_000
TROUBLE_SHARE = 0.25  # of messages: dropped, doubled, delayed (and so reordered)
LATE_MS = (1_000, 45_000)
UP_MS = (2_000, 12_000)


class Network:
    """One link. `calm` ends all trouble."""

    def __init__(
        self, clock: Clockwork, cloud: Cloud, post: Callable[[Event], None], cut_ms: tuple[int, int]
    ) -> None:
        self._clock = clock
        self._cloud = cloud
        self._post = post
        self._cut_ms = cut_ms
        self._calm = False
        self.up = True
        clock.later(clock.between(*UP_MS), self._lost)

    def calm(self) -> None:
        """From now on the link is up and every message arrives once."""
        self._calm = True
        self._back()

    def ask(self, wish: AskCharge | AskQuery | AskVoid) -> None:
        """Send now if the link is up, else drop, as `ports.CloudLink` promises."""
        if self.up:
            self._send(lambda: self._arrives(wish))

    # --- messages ---------------------------------------------------------------------------------

    def _arrives(self, wish: AskCharge | AskQuery | AskVoid) -> None:
        key = wish.request.key if isinstance(wish, AskCharge) else wish.key
        answer = self._cloud.hears(wish, UTC_MS + self._clock.now_ms)
        if isinstance(wish, AskCharge) and isinstance(answer, Pending):
            self._clock.later(
                self._clock.between(1_000, 40_000), lambda: self._answer(key, self._cloud.settles(key))
            )
        self._answer(key, answer)

    def _answer(self, key: PaymentKey, answer: Answer) -> None:
        def hear() -> None:
            self._clock.tell("hears:", answer, "for", key)
            self._post(ChargeAnswered(key, answer))

        self._send(hear)

    def _send(self, deliver: What) -> None:
        for delay_ms in self._delays_ms():
            self._clock.later(delay_ms, lambda: self._delivered(deliver))

    def _delays_ms(self) -> list[int]:
        usual_ms = self._clock.between(5, 80)
        if self._calm or not self._clock.happens(TROUBLE_SHARE):
            return [usual_ms]
        late_ms = self._clock.between(*LATE_MS)
        return self._clock.chance.choice([[], [usual_ms, late_ms], [late_ms], [usual_ms, usual_ms + 5]])

    def _delivered(self, deliver: What) -> None:
        """What is on its way while the link is down is lost, or waits for it."""
        if self.up:
            deliver()
        elif self._clock.happens(0.5):
            self._clock.later(1_000, lambda: self._delivered(deliver))

    # --- the link ---------------------------------------------------------------------------------

    def _lost(self) -> None:
        if self._calm:
            return
        self.up = False
        self._clock.tell("the link is down")
        self._clock.later(self._clock.between(0, 6_000), self._loss_noticed)
        self._clock.later(self._clock.between(*self._cut_ms), self._back)

    def _loss_noticed(self) -> None:
        if not self.up:
            self._post(DeviceLost(Device.CLOUD, "lost"))

    def _back(self) -> None:
        if self.up:
            return
        self.up = True
        self._clock.tell("the link is back")
        self._post(DeviceUp(Device.CLOUD))
        self._clock.later(self._clock.between(*UP_MS), self._lost)
