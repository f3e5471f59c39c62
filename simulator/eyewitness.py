"""What people saw and touched: reads what the screens process recorded from the glass, and touches it.

The ui writes `screens.jsonl` from its rendered items (never from the views it was sent), so what
stands there is what a person could read.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

POLL_S = 0.02
TEXTS = "screens.jsonl"
STARTING = ("屏幕正在启动", "screens are starting")
GOOD_SIGN = "●"  # ui/qml/Cashier/DeviceSigns.qml


@dataclass(frozen=True, slots=True)
class Seen:
    """One picture of one screen: every text on it, top to bottom."""

    number: int
    screen: str
    page: str
    texts: tuple[str, ...]
    picture: str

    @property
    def summary(self) -> tuple[str, ...]:
        """The sentences a person would repeat: no single letters, no buttons' keys."""
        return tuple(text for text in self.texts if len(text) > 1)[:7]

    def says(self, wanted: Sequence[str]) -> bool:
        """Every wanted word stands somewhere on the screen."""
        return all(any(word in text for text in self.texts) for word in wanted)

    def works(self, name: str) -> bool:
        """The cashier's row of signs has a good one before this device's name."""
        return (GOOD_SIGN, name) in pairwise(self.texts)


def forget_pictures(folder: Path) -> None:
    """Take the last run's pictures and texts away, and nothing else that may lie there."""
    for path in [*folder.glob("[0-9][0-9][0-9]-*.png"), *folder.glob("receipt-*.png"), folder / TEXTS]:
        path.unlink(missing_ok=True)


class Record:
    """The recorder's folder, read as it grows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / TEXTS
        self._offset = 0
        self.seen: list[Seen] = []
        self._since = 0

    def acted(self) -> None:
        """From now on, only what is seen later (or is on the screen now) counts as an effect."""
        self.read()
        self._since = len(self.seen)

    def read(self) -> None:
        """Take in whole new lines."""
        if not self._file.exists():
            return
        with self._file.open("rb") as file:
            file.seek(self._offset)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._offset += len(line)
                raw = json.loads(line)
                self.seen.append(
                    Seen(raw["n"], raw["screen"], raw["page"], tuple(raw["texts"]), raw["picture"])
                )

    def latest(self, screen: str) -> Seen | None:
        """What is on that screen now."""
        return next((seen for seen in reversed(self.seen) if seen.screen == screen), None)

    def wait_for(self, screen: str, wanted: Sequence[str], seconds: float) -> Seen:
        """The first picture since the last action that says all of it.

        Raises:
            TimeoutError: naming what was on the screen instead.
        """
        deadline = time.monotonic() + seconds
        while True:
            self.read()
            fresh = [seen for seen in self.seen[self._since :] if seen.screen == screen]
            latest = self.latest(screen)
            for seen in [*fresh, *([latest] if latest else [])]:
                if seen.says(wanted):
                    return seen
            if time.monotonic() > deadline:
                shown = " · ".join(latest.texts) if latest else "nothing"
                raise TimeoutError(f"the {screen} never read {', '.join(wanted)}; the screen says: {shown}")
            time.sleep(POLL_S)

    def wait_until_works(self, device: str, seconds: float) -> None:
        """Until the cashier reads that this device works.

        Raises:
            TimeoutError: naming what was on the screen instead.
        """
        deadline = time.monotonic() + seconds
        while (latest := self.latest("cashier")) is None or not latest.works(device):
            if time.monotonic() > deadline:
                shown = " · ".join(latest.texts) if latest else "nothing"
                raise TimeoutError(f"the cashier never read that {device} works; the screen says: {shown}")
            time.sleep(POLL_S)
            self.read()

    def wait_until_started(self, seconds: float) -> None:
        """Until the cashier no longer reads that the screens are starting, or so long."""
        deadline = time.monotonic() + seconds
        self.read()
        while (latest := self.latest("cashier")) and any(latest.says([words]) for words in STARTING):
            if time.monotonic() > deadline:
                return
            time.sleep(POLL_S)
            self.read()


class Fingers:
    """Touches the real buttons of the real windows."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def press(self, screen: str, intent: str, seconds: float) -> float:
        """Touch a button as soon as it is there; returns when the finger came down, by the monotonic clock.

        Raises:
            TimeoutError: it never was.
        """
        return float(str(self._until_ok({"screen": screen, "press": intent}, seconds)["at_s"]))

    def type_digits(self, digits: str, seconds: float) -> None:
        """Touch the keys of the customer's keypad."""
        self._until_ok({"screen": "customer", "type_digits": digits}, seconds)

    def touch(self, screen: str, name: str, seconds: float) -> None:
        """Touch whatever has this name on the glass: a row, a key of a pad."""
        self._until_ok({"screen": screen, "touch": name}, seconds)

    def strike(self, screen: str, key: str, seconds: float) -> str:
        """Strike a key, by Qt's name for it; returns the name of what the keyboard is on."""
        return str(self._until_ok({"screen": screen, "key": key}, seconds).get("focus", ""))

    def _until_ok(self, request: dict[str, str], seconds: float) -> dict[str, object]:
        deadline, why = time.monotonic() + seconds, "the screens do not run"
        while time.monotonic() < deadline:
            try:
                reply = self._ask(request)
            except OSError as error:
                why = str(error)
            else:
                if reply["ok"]:
                    return reply
                why = str(reply.get("why", why))
            time.sleep(POLL_S)
        what = next((request[one] for one in ("press", "key", "touch") if one in request), "the keypad")
        raise TimeoutError(f"{what} could not be touched on the {request['screen']} screen: {why}")

    def _ask(self, request: dict[str, str]) -> dict[str, object]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
            channel.settimeout(5.0)
            channel.connect(str(self._path))
            channel.sendall(json.dumps(request).encode() + b"\n")
            reply: dict[str, object] = json.loads(channel.makefile("rb").readline() or b'{"ok": false}')
        return reply
