"""A reconnect storm: many light terminals, a real broker that dies under them, two workers behind it.

Enter: how many terminals. Leave: how long until every one was back and owed nothing, and what the books
then held. The terminals live in a few processes of their own (`python -m simulator.fleet.storm`), which are
told on their standard input when it is time and say on their standard output when they are done.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from agent.core.ids import DeviceId
from simulator.broker import BrokerHandle, IotcoreBroker
from simulator.fleet.terminal import LightTerminal, drive
from simulator.gateway.parts import Parts, Settings
from simulator.ledger import Ledger
from simulator.mosquitto import MosquittoBroker

IN_A_PROCESS_MAX = 125
FIRST_SPREAD_S = 3.0  # nobody switches five hundred terminals on in one instant
DOWN_S = 1.0
SETTLE_S_MAX = 60.0
GIVE_UP_S = 180.0


@dataclass(frozen=True, slots=True)
class StormFigures:
    """`settle_s`: from the broker's return until nobody was owed a word. `connects` counts tries."""

    broker: str
    terminals: int
    records: int
    settle_s: float
    connects: int
    lost: int
    alarms: int

    @property
    def good(self) -> bool:
        return self.settle_s <= SETTLE_S_MAX and not self.lost and not self.alarms

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "good": self.good}


class StormTrouble(Exception):
    """The terminals did not come up, or not back; the text says how far they were."""


def storm(terminals: int, records: int, seed: int, folder: Path, store: str = "") -> StormFigures:
    """Let all come up, kill the broker, let each sell meanwhile, bring the broker back, wait.

    Raises:
        StormTrouble: not all settled within three minutes.
    """
    kind = MosquittoBroker if MosquittoBroker.program() else IotcoreBroker
    broker = kind(folder / "broker")
    url = store or f"sqlite:///{folder / 'gateway.sqlite'}"
    books = Ledger(url, 1)
    try:
        with (
            broker,
            _workers(Settings(str(folder), url, broker.url)),
            _fleet(broker.url, terminals, records, seed) as crews,
        ):
            for crew in crews:
                _hear(crew)
            back_s, said = _through_the_storm(broker, crews)
        kept = sum(one["records"] for one in said)
        return StormFigures(
            broker=kind.__name__,
            terminals=terminals,
            records=kept,
            settle_s=round(max(one["settled_s"] for one in said) - back_s, 1),
            connects=sum(one["connects"] for one in said),
            lost=kept - books.record_count(),
            alarms=len(books.alarms()),
        )
    finally:
        books.close()


def _through_the_storm(
    broker: BrokerHandle, crews: Sequence[subprocess.Popen[str]]
) -> tuple[float, list[dict[str, Any]]]:
    broker.kill()
    for crew in crews:
        assert crew.stdin is not None
        crew.stdin.write("storm\n")
        crew.stdin.flush()
    time.sleep(DOWN_S)
    broker.start()
    back_s = time.monotonic()
    return back_s, [_hear(crew) for crew in crews]


def _hear(crew: subprocess.Popen[str]) -> dict[str, Any]:
    assert crew.stdout is not None
    line = crew.stdout.readline()
    said: dict[str, Any] = json.loads(line) if line else {"trouble": "a process of terminals ended"}
    if "trouble" in said:
        raise StormTrouble(said["trouble"])
    return said


@contextlib.contextmanager
def _workers(settings: Settings) -> Iterator[None]:
    parts = Parts(settings, ("worker-1", "worker-2"))
    thread = threading.Thread(target=parts.run, name="parts")
    thread.start()
    try:
        yield
    finally:
        parts.stop()
        thread.join()


@contextlib.contextmanager
def _fleet(url: str, terminals: int, records: int, seed: int) -> Iterator[list[subprocess.Popen[str]]]:
    crews = []
    try:
        for first in range(1, terminals + 1, IN_A_PROCESS_MAX):
            count = min(IN_A_PROCESS_MAX, terminals + 1 - first)
            words = [url, str(first), str(count), str(records), str(seed)]
            command = [sys.executable, "-m", "simulator.fleet.storm", *words]
            crew = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
            )
            crews.append(crew)
        yield crews
    finally:
        for crew in crews:
            crew.kill()
            crew.communicate()


# --- inside a process of terminals ----------------------------------------------------------------


def main(argv: Sequence[str]) -> int:
    """A part of the fleet: up, then through one storm."""
    url, first, count, records, seed = argv[0], *map(int, argv[1:])
    random = Random(f"{seed}:{first}")
    numbers = range(first, first + count)
    crew = [LightTerminal(url, DeviceId(f"light-{n:04d}"), "nobody", random) for n in numbers]
    now_s = time.monotonic()
    for terminal in crew:
        terminal.begin(now_s + random.uniform(0, FIRST_SPREAD_S))
        terminal.keep(1)
    if _settle(crew, records) and sys.stdin.readline().strip() == "storm":
        for terminal in crew:
            terminal.keep(records)
        _settle(crew, records + 1)
    return 0


def _settle(crew: list[LightTerminal], records: int) -> bool:
    settled = drive(crew, lambda: all(terminal.settled for terminal in crew), GIVE_UP_S)
    away = sum(not terminal.settled for terminal in crew)
    said: dict[str, Any] = {
        "settled_s": time.monotonic(),
        "connects": sum(terminal.connects for terminal in crew),
        "records": records * len(crew),
    }
    trouble = {"trouble": f"{away} of {len(crew)} terminals had not settled after {GIVE_UP_S:.0f} s"}
    print(json.dumps(said if settled else trouble), flush=True)
    return settled


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
