"""How soon the cashier reads what came loose, and how soon it heals: a whole terminal, timed.

Enters: how often each cable is pulled. Leaves: milliseconds from the deed to the sentence on the cashier's
glass, and from the cable's return to the good sign. The thresholds are the profile's own; the agent, its
screens, sockets and pseudo-terminals are real. `hyla bench loose` runs this as a process of its own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from simulator.counter import ROOT, Counter
from simulator.eyewitness import POLL_S
from simulator.loose_glass import screen_gone_ms
from simulator.measuring import print_figures

PATIENCE_S = 60.0
STEADY_S = 0.3  # between two cables, so that one's healing is not the other's


@dataclass(frozen=True, slots=True)
class Loose:
    """One thing that comes loose: the deed, its end, whose sign it is and the cause that is said."""

    name: str
    deed: str
    end: str
    device: str
    cause: str


LOOSE = (
    Loose("camera_freezes", "freeze camera", "thaw camera", "camera", "frozen"),
    Loose("camera_silent", "silence camera", "let camera speak", "camera", "silent"),
    Loose("camera_unplugged", "unplug camera", "plug in camera", "camera", "unplugged"),
    Loose("camera_black", "cover camera", "uncover camera", "camera", "dark"),
    Loose("cameras_swapped", "swap cameras", "swap cameras back", "camera", "colourless"),
    Loose("scanner_unplugged", "unplug scanner", "plug in scanner", "scanner", "unplugged"),
    Loose("code_without_end", "code without end from scanner", "end and a code", "scanner", "unended"),
    Loose("link_cut", "cut link", "restore link", "cloud", "lost"),
)
SCREEN_GONE, SCREENS_DIED = "screen_gone", "screens_died"


def main(argv: Sequence[str] | None = None) -> int:
    """Print what was measured, as one JSON object."""
    return print_figures("loose", __doc__.splitlines()[0], ("rounds", 1), measured, argv)


def measured(folder: Path, rounds: int) -> dict[str, dict[str, list[float]]]:
    """Name → said and healed, milliseconds of each round. A display cannot be pulled from a machine that
    has none: there the ui's word for it is sent over the socket, and only the saying is timed."""
    counter = Counter(folder / "desk", folder / "screens", 11, headless=True)
    figures: dict[str, dict[str, list[float]]] = {one.name: {"said": [], "healed": []} for one in LOOSE}
    try:
        counter.start()
        counter.wait_ready(PATIENCE_S)
        for _ in range(rounds):
            for one in LOOSE:
                said_ms, healed_ms = _once(counter, one)
                figures[one.name]["said"].append(said_ms)
                figures[one.name]["healed"].append(healed_ms)
        died = [_died_ms(counter) for _ in range(rounds)]
    finally:
        counter.stop()
    said = [screen_gone_ms(folder / f"glass-{number}") for number in range(rounds)]
    return {
        **figures,
        SCREEN_GONE: {"said": said, "healed": []},
        SCREENS_DIED: {"said": died, "healed": []},
    }


def _once(counter: Counter, one: Loose) -> tuple[float, float]:
    _works(counter, one.device)
    time.sleep(STEADY_S)
    began_s = time.monotonic()
    counter.acted()
    counter.trouble(one.deed)
    counter.record.wait_for("cashier", [_words(f"cause.{one.device}.{one.cause}")], PATIENCE_S)
    said_s = time.monotonic()
    counter.trouble(one.end)
    ended_s = time.monotonic()
    _works(counter, one.device)
    return _ms(said_s - began_s), _ms(time.monotonic() - ended_s)


def _died_ms(counter: Counter) -> float:
    """From the death of the screens' process until both people read again."""
    began_s = time.monotonic()
    counter.trouble("kill screens")
    counter.record.read()
    dead = len(counter.record.seen)
    while len({seen.screen for seen in counter.record.seen[dead:]}) < 2:
        if time.monotonic() - began_s > PATIENCE_S:
            raise TimeoutError("the screens never came back")
        time.sleep(POLL_S)
        counter.record.read()
    return _ms(time.monotonic() - began_s)


def _works(counter: Counter, device: str) -> None:
    counter.record.read()
    counter.record.wait_until_works(_words(f"device.{device}"), PATIENCE_S)


def _ms(seconds: float) -> float:
    """No finer than the record is looked at."""
    return round(1000 * max(seconds, POLL_S))


@cache
def _catalogue() -> dict[str, str]:
    file = ElementTree.parse(ROOT / "ui" / "i18n" / "hyla_zh.ts")
    return {message.attrib["id"]: message.findtext("translation", "") for message in file.iter("message")}


def _words(key: str) -> str:
    return _catalogue()[key]


if __name__ == "__main__":
    sys.exit(main())
