"""Whether memory stays flat: a whole terminal sells, visit after visit, and then stands at rest.

Enters: how many visits. Leaves: resident memory of the agent's process and of the screens' after a tenth
of the visits, half and all of them, and after the frames that its camera sends in an hour; and what an idle
hour of virtual time leaves in the agent's loop. Everything is a desk's: real processes, pictures, sockets.
People are as quick as the screens let them be, every tenth pays by face, and the idle camera is as quick as
the agent can look. With fewer than VISITS visits the hour is as much shorter. `hyla bench memory` runs this
as a process of its own.
"""

from __future__ import annotations

import gc
import sys
import time
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

from agent.core.events import Device
from agent.health import Health, ask
from simulator.counter import Counter
from simulator.measuring import print_figures
from simulator.report import resident_kb
from simulator.seeds.clockwork import Clockwork
from simulator.seeds.cloud import Cloud
from simulator.seeds.judge import Judge
from simulator.seeds.shop import HORIZON_MS, TILLS, rules
from simulator.seeds.till import Till

VISITS = 500
SHARES = (0.1, 0.5, 1.0)
BY_FACE_EVERY = 10
HOUR_FRAMES, FAST_FPS = 108_000, 240
HOUR_MS, SETTLED_MS = 3_600_000, 300_000
PATIENCE_S, LOOK_S = 60.0, 0.02
GOODS = ("6901000000028", "6901000000035", "6901000000042")


class Shop(Counter):
    """A desk whose screens keep no pictures: a recorder's memory is not the terminal's."""

    def _ui_options(self) -> list[str]:
        return ["--fingers", str(self.folder / "fingers.sock")]

    def memory(self, visits: int, frames: int) -> dict[str, int]:
        agent, screens = resident_kb(self.agent_pid()), resident_kb(self.ui_pid())
        if agent is None or screens is None:
            raise RuntimeError(f"a process died: agent {agent} kB, screens {screens} kB")
        return {"visits": visits, "idle_frames": frames, "agent_kb": agent, "screens_kb": screens}


def measured(folder: Path, visits: int) -> dict[str, object]:
    """One terminal for all of it."""
    shop = Shop(folder / "desk", folder / "screens", 11, headless=True)
    try:
        shop.start()
        shop.wait_ready(PATIENCE_S)
        marks = _sold(shop, visits)
        marks.append(_rested(shop, visits, max(1, HOUR_FRAMES * min(visits, VISITS) // VISITS)))
        captures = len(shop.cloud.captures())
        if captures != visits:
            raise RuntimeError(f"{captures} of {visits} visits were paid: the figures say nothing")
    finally:
        shop.stop()
    return {"marks": marks, "virtual_hour_bytes": virtual_hour_bytes()}


def _sold(shop: Shop, visits: int) -> list[dict[str, int]]:
    due, marks = {max(1, round(visits * share)) for share in SHARES}, []
    for visit in range(1, visits + 1):
        _visit(shop, visit)
        if visit in due:
            marks.append(shop.memory(visit, 0))
    return marks


def _visit(shop: Shop, number: int) -> None:
    """From the first thing on the glass until nobody is served."""
    _until_free(shop)
    shop.scanner.beam(GOODS[number % len(GOODS)])
    shop.fingers.press("cashier", "charge", PATIENCE_S)
    if number % BY_FACE_EVERY == 0:
        shop.stand("member")
        shop.fingers.press("customer", "pay_by_face", PATIENCE_S)
        shop.fingers.type_digits(shop.people["member"].phone_last4, PATIENCE_S)
        shop.fingers.press("customer", "confirm", PATIENCE_S)
    else:
        shop.fingers.press("customer", "show_code", PATIENCE_S)
        shop.scanner.beam(shop.fresh_code("wechat"))
    shop.fingers.press("cashier", "done", PATIENCE_S)
    shop.stand(None)


def _until_free(shop: Shop) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while (health := ask(shop.data, "health", PATIENCE_S)) is None or not (
        health.free and _charges(health)
    ):
        if time.monotonic() > deadline_s:
            raise TimeoutError(f"the last customer never left; {shop.last_log_lines(3)}")
        time.sleep(LOOK_S)


def _charges(health: Health) -> bool:
    """Nobody is charged before both screens were seen right."""
    return Device.SCREENS not in health.down


def _rested(shop: Shop, visits: int, frames: int) -> dict[str, int]:
    """Nobody comes, and the camera looks on."""
    shop.camera.slow(FAST_FPS)
    end = shop.camera.frame_number + frames
    while shop.camera.frame_number < end:
        time.sleep(LOOK_S)
    return shop.memory(visits, frames)


def virtual_hour_bytes() -> int:
    """What the agent's own loop holds more after an idle hour; its first five minutes do not count."""
    clock = Clockwork(0)
    judge = Judge(clock)
    cloud = Cloud(clock, judge.captured, judge.went_back, True, False, False)
    till = Till(clock, TILLS[0], rules(TILLS[0], HORIZON_MS, False, 0, 0), cloud, judge, (500, 12_000))
    till.calm()
    till.boot()
    clock.until(SETTLED_MS)
    tracemalloc.start()
    try:
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        clock.until(SETTLED_MS + HOUR_MS)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return after - before


def main(argv: Sequence[str] | None = None) -> int:
    """Print what was measured, as one JSON object."""
    return print_figures("memory_times", __doc__.splitlines()[0], ("visits", VISITS), measured, argv)


if __name__ == "__main__":
    sys.exit(main())
