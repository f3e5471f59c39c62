"""A shop whose terminal is killed: broker, cloud, link and scanner stay, the agent's process comes and
goes. No camera and no windows: people pay with codes and read the views themselves.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from agent.core.charge import ChargeRequest
from agent.ports import RefundRow
from agent.storage.database import open_database
from agent.storage.refunds import all_refunds
from simulator.broker import IotcoreBroker
from simulator.cloud import SimulatedCloud
from simulator.counter import PROFILE, ROOT
from simulator.link import LinkProxy
from simulator.scanner import ScannerStand
from tests.desk.people_without_glass import Glass, People

STOP_S = 15.0
START_S = 120.0  # on a machine that is busy with other things; nobody's patience is spent on it
KILLED_SHARE, CUT_SHARE = 0.4, 0.15  # of the visits
BRINGS_BACK_EVERY = 6  # visits
KILLED_OF_REFUNDS = 0.75


@dataclass(frozen=True, slots=True)
class Moment:
    """So long after somebody did this."""

    word: str
    after_s: float


# What may have just happened when the process dies, and how long ago at most.
MOMENTS = (
    ("scanned", 0.3),
    ("totalled", 0.1),
    ("showed a code", 0.08),
    ("the charge arrived", 0.0),
    ("the charge arrived", 0.04),
    ("paid", 0.1),
    ("said goodbye", 0.2),
)
AGREED = ("a manager agreed", 0.06)


class Shop:
    """Everything of one run, from one seed. `open` and `close` once."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.data = folder / "data"
        self.log_file = folder / "agent.log"
        self._chance = Random(seed)
        self.broker = IotcoreBroker(folder / "broker")
        self.cloud = SimulatedCloud(self.broker.url, folder / "cloud", seed)
        self.link = LinkProxy("127.0.0.1", self.broker.port)
        self.scanner = ScannerStand(folder)
        self.glass = Glass(self.data / "screens.sock")
        self.people = People(self.glass, self.scanner, self._chance)
        self._agent: subprocess.Popen[bytes] | None = None
        self._deaths: list[Moment] = []
        self._cuts: list[Moment] = []
        self._due: list[tuple[float, Callable[[], None]]] = []
        self._in_the_dark_since_s = 0.0
        self._visits = 0
        self.kills = 0
        self.cuts = 0
        self.restart_s: list[float] = []

    def open(self) -> None:
        self.broker.start()
        self.link.start()
        self.cloud.on_charge_received = self._charge_arrived
        self.cloud.start()
        assert self.cloud.wait_ready(10)
        self._start_agent()

    def close(self) -> None:
        """Whatever happened: gently if the agent still listens, so that it leaves nothing behind."""
        try:
            if self._agent is not None and self._agent.poll() is None:
                self.stop_agent()
        except subprocess.TimeoutExpired:
            self._kill_agent()
        self.glass.dark()
        for part in (self.cloud, self.link, self.broker):
            part.stop()
        self.scanner.close()

    # --- selling --------------------------------------------------------------------------------------

    def sell(self, sales: int, within_s: float) -> None:
        """Until so many orders were read as paid, killed and cut off on the way."""
        self._plan()
        self._until(lambda: len(self.people.paid) >= sales, within_s, f"{sales} sales")

    def go_home(self, within_s: float) -> None:
        """No more trouble: the last customer leaves, and the cloud gets what it has not got yet."""
        self._deaths, self._cuts, self._due = [], [], []
        self.link.restore()
        self.people.going_home = True
        self._until(lambda: self.people.at_home, within_s, "the last customer to leave")
        self._until(lambda: not any(part.open for part in self.refunds()), within_s, "the last refund")
        self._until(lambda: not self.journal()["outbox_pending"], within_s, "the records to be taken")

    def stop_agent(self) -> int:
        """SIGTERM; the exit code."""
        assert self._agent is not None
        self._agent.send_signal(signal.SIGTERM)
        return self._agent.wait(STOP_S)

    # --- what is known afterwards -----------------------------------------------------------------------

    def journal(self) -> dict[str, Any]:
        """`hyla journal verify --json`, also while the agent runs."""
        report: dict[str, Any] = json.loads(self._hyla("journal", "verify", "--json"))
        return report

    def orders(self) -> list[dict[str, Any]]:
        """`hyla orders --json`."""
        orders: list[dict[str, Any]] = json.loads(self._hyla("orders", "--json"))
        return orders

    def sale_records(self) -> list[dict[str, Any]]:
        """What the cloud received of orders that came to an end."""
        return self._records("sale")

    def refund_records(self) -> list[dict[str, Any]]:
        """What the cloud received of parts given back."""
        return self._records("refund")

    def refunds(self) -> list[RefundRow]:
        """Every part in the journal, also while the agent runs."""
        with open_database(self.data, readonly=True) as database:
            return all_refunds(database)

    def _records(self, kind: str) -> list[dict[str, Any]]:
        bodies = [record.body for record in self.cloud.records() if record.kind == kind]
        return [json.loads(body)["data"]["record"] for body in bodies]

    # --- trouble --------------------------------------------------------------------------------------

    def _plan(self) -> None:
        """What will go wrong during the next visit, and who comes first with a receipt."""
        self._visits += 1
        self._deaths = [self._moment()] if self._chance.random() < KILLED_SHARE else []
        if self._visits % BRINGS_BACK_EVERY == 0 and self.people.bring_back():
            self._deaths = [self._moment(AGREED)] if self._chance.random() < KILLED_OF_REFUNDS else []
        self._cuts = [self._moment()] if self._chance.random() < CUT_SHARE else []

    def _moment(self, of: tuple[str, float] | None = None) -> Moment:
        word, at_most_s = of or self._chance.choice(MOMENTS)
        return Moment(word, self._chance.uniform(0, at_most_s))

    def _happened(self, word: str) -> None:
        now_s = time.monotonic()
        for moments, trouble in ((self._deaths, self._power_off), (self._cuts, self._cut)):
            if moments and moments[0].word == word:
                self._due.append((now_s + moments.pop().after_s, trouble))

    def _charge_arrived(self, _request: ChargeRequest) -> None:
        """In the cloud's thread, before anything is booked: a kill without delay is carried out here."""
        if self._deaths == [Moment("the charge arrived", 0.0)] and self._agent is not None:
            self._agent.kill()
        self._happened("the charge arrived")

    def _power_off(self) -> None:
        self._kill_agent()
        self.kills += 1
        self.people.forget()
        self.scanner.unplug()  # and what was beamed at a dead terminal is forgotten
        self.scanner.plug_in()
        self._start_agent()

    def _cut(self) -> None:
        self.cuts += 1
        self.link.cut()
        self._due.append((time.monotonic() + self._chance.uniform(0.1, 1.5), self.link.restore))

    # --- pieces ---------------------------------------------------------------------------------------

    def _until(self, done: Callable[[], bool], within_s: float, what: str) -> None:
        deadline_s = self._lit_s() + within_s
        while not done():
            assert self._dark_s() < START_S, f"no screens for {START_S:.0f} s: {self._told()}"
            assert self._lit_s() < deadline_s, f"waited {within_s:.0f} s in vain for {what}: {self._told()}"
            self._turn()

    def _dark_s(self) -> float:
        return time.monotonic() - self._in_the_dark_since_s if self._in_the_dark_since_s else 0.0

    def _lit_s(self) -> float:
        """A clock that stands still while the terminal starts."""
        return time.monotonic() - sum(self.restart_s) - self._dark_s()

    def _turn(self) -> None:
        """What is due happens; people look, and act."""
        due = [trouble for at_s, trouble in self._due if at_s <= time.monotonic()]
        self._due = [(at_s, trouble) for at_s, trouble in self._due if at_s > time.monotonic()]
        for trouble in due:
            trouble()
        if self.glass.look(0.005) and self._in_the_dark_since_s:
            self.restart_s.append(time.monotonic() - self._in_the_dark_since_s)
            self._in_the_dark_since_s = 0.0
        paid_before = len(self.people.paid)
        word = self.people.act()
        self._happened(word)
        if len(self.people.paid) > paid_before:
            self._happened("paid")
        if word == "said goodbye":
            self._plan()

    def _start_agent(self) -> None:
        self._in_the_dark_since_s = time.monotonic()
        with self.log_file.open("ab") as log:
            self._agent = subprocess.Popen(
                [*self._command("run"), *self._settings()],
                stdin=subprocess.DEVNULL,
                stderr=log,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )

    def _kill_agent(self) -> None:
        if self._agent is not None:
            self._agent.kill()
            self._agent.wait()

    def _hyla(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._command(*arguments), *self._settings()], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (
            f"hyla {' '.join(arguments)}: {done.returncode} {done.stdout}{done.stderr}"
        )
        return done.stdout

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "agent", *arguments, "--profile", str(PROFILE)]

    def _settings(self) -> list[str]:
        values = {
            "device.id": f"kill-{os.getpid()}",
            "device.data_dir": self.data,
            "camera.source": "/dev/no-camera-here",
            "vision.models_dir": self.data / "no-models-here",
            "screens.start_ui": "false",
            "scanner.port": self.scanner.port,
            "cloud.url": f"mqtt://127.0.0.1:{self.link.port}",
            "payment.answer_wait_ms": 1000,
            "payment.query_every_ms": 1000,
            "refund.apart_ms": 0,
        }
        return [f"--set={key}={value}" for key, value in values.items()]

    def _told(self) -> str:
        customer = self.glass.customer
        log = self.log_file.read_text("utf-8", "replace").splitlines()[-8:]
        return "\n".join([f"{len(self.people.paid)} paid, the customer reads {customer}", *log])
