"""A terminal from the box on a desk: head office with its registry, keys and guard, and nobody enrolled.

As `counter`, but the terminal is claimed first: over the guard before the embedded broker, or, without a
network, by a QR that head office printed.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from agent.fleet.assignment import PREFIX
from agent.fleet.farewell import RECEIPT
from agent.profile.loader import load
from agent.storage.folder import DATABASE
from simulator.counter import PROFILE, Counter, CounterError
from simulator.gateway.authority import Authority, HeadOffice
from simulator.gateway.claims import Claims
from simulator.gateway.guard import Guard, Keys
from simulator.gateway.leaving import Leaving
from simulator.gateway.registry import Registry
from simulator.gateway.rows import Shop
from simulator.gateway.store import open_store

CLAIMED_PROFILE = PROFILE.with_name("claim.toml")
SHOP = Shop("S-17", "M-100", "好邻居便利店", "Good Neighbour")
NEXT_SHOP = Shop("S-18", "M-100", "二店", "Second Shop")
CODE = re.compile("[0-9A-Z]{4}-[0-9A-Z]{4}")
SAYS = {
    "waits": re.compile(r" waits to be claimed after (\d+) ms"),
    "claimed": re.compile(r" is claimed after (\d+) ms"),
    "ready": re.compile(r" is ready after (\d+) ms"),
}


class BoxCounter(Counter):
    """One desk with head office behind it. Without `network` nobody listens where the terminal calls."""

    def __init__(
        self, folder: Path, screens: Path, seed: int, headless: bool, network: bool = True
    ) -> None:
        super().__init__(folder, screens, seed, headless, profile=CLAIMED_PROFILE)
        self._serial = load(CLAIMED_PROFILE, [f"device.data_dir={folder / 'data'}"]).fleet.serial
        self._network = network
        self._guards: list[Guard] = []
        self._shut: list[dict[str, object]] = []
        self._thread: threading.Thread | None = None

    def prepare(self, *troubles: str) -> None:
        """Head office up, the terminal in its sales list, its factory's files laid."""
        super().prepare(*troubles)
        keys, factory = self.folder / "head-office", self.folder / "factory"
        authority, office = Authority(keys), HeadOffice(keys)
        factory.mkdir(exist_ok=True)
        (factory / "anchor.pem").write_text(office.anchor_pem, "ascii")
        (factory / "ca.pem").write_text(authority.ca_pem, "ascii")
        store = open_store(f"sqlite:///{self.folder / 'registry.sqlite'}")
        chain, key = authority.server("127.0.0.1", self.folder / "listener")
        files = Keys(chain, key, authority.ca_file)
        door = Registry(store, authority, office)
        self._guards = [Guard(files, self.broker.port, door), Guard(files, self.broker.port, None)]
        for guard in self._guards:
            guard.start()
        port = self._guards[0].port
        if not self._network:
            self._disconnect()
        self.registry = Registry(store, authority, office, f"mqtts://127.0.0.1:{port}")
        self.registry.add_shop(SHOP)
        self.registry.add_shop(NEXT_SHOP)
        self._leaving = Leaving(self.registry, store)
        self.registry.add_device(self._serial, "Desk", SHOP.merchant)
        self._claims = Claims(self.insiders_url, self.registry)
        self._thread = threading.Thread(target=self._claims.run, name="claims", daemon=True)
        self._thread.start()
        url = f"mqtts://127.0.0.1:{self._guards[1].port}"
        self.settings |= {
            "fleet.url": url,
            "fleet.anchor_file": str(factory / "anchor.pem"),
            "fleet.ca_file": str(factory / "ca.pem"),
        }

    @property
    def troubles(self) -> Mapping[str, Callable[[], None]]:
        """The network besides."""
        return {**super().troubles, "connect the network": self._connect, "no network": self._disconnect}

    def _connect(self) -> None:
        for guard in self._guards:
            guard.start()

    def _disconnect(self) -> None:
        """The guards keep their ports for when they come back."""
        for guard in self._guards:
            guard.stop()

    def stop(self) -> None:
        try:
            super().stop()
        finally:
            if self._thread is not None:
                self._claims.line.stop()
                self._thread.join(5)
            for guard in self._guards:
                guard.stop()

    def wait_ready(self, seconds: float) -> int:
        """Until its setup visit is on the screens."""
        deadline = time.monotonic() + seconds
        while (said := self.said("waits")) is None:
            if self.agent_pid() is None:
                raise CounterError("the agent ended before its setup visit")
            if time.monotonic() > deadline:
                raise TimeoutError(f"no setup visit within {seconds:.0f} s")
            time.sleep(0.05)
        return said

    def said(self, what: str) -> int | None:
        """Milliseconds after the start at which the terminal said so."""
        found = (SAYS[what].search(line) for line in self.log_lines())
        return next((int(match[1]) for match in found if match), None)

    def able_to_sell_ms(self) -> int | None:
        """From the process's start to the setup visit, and from the confirmation to ready: what no person's
        touch was waited for. Without a network it is never called ready: the link is down."""
        waits, claimed, ready = (self.said(word) for word in ("waits", "claimed", "ready"))
        return None if None in (waits, claimed, ready) else waits + ready - claimed  # type: ignore[operator]

    def claim(self, till: int, seconds: float) -> str:
        """Somebody reads the code off the customer's screen and types it at head office."""
        shown = self.record.wait_for("customer", ["开通码"], seconds)
        code = next((match[0] for text in shown.texts if (match := CODE.fullmatch(text))), None)
        if code is None:
            raise LookupError(f"no claim code on the customer's screen: {shown.texts}")
        self.registry.claim(code, SHOP.shop, till)
        return code

    def activation(self, till: int) -> str:
        """What head office prints for a shop without a network."""
        return PREFIX + self.registry.activate(self._serial, SHOP.shop, till).jws

    def order_to_move(self, till: int) -> str:
        """Head office's order to the next shop, as it is printed."""
        return PREFIX + self._leaving.move(self._serial, NEXT_SHOP.shop, till).jws

    def order_to_retire(self, seconds: float) -> str:
        """Signed for the shop in which the books see the terminal, and a move counts there once its new
        certificate was fetched: nobody signs before that."""
        deadline = time.monotonic() + seconds
        while (device := self.registry.device(self._serial)) is None or device.shop != NEXT_SHOP.shop:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the books do not see it in {NEXT_SHOP.shop} within {seconds:.0f} s")
            time.sleep(0.05)
        return PREFIX + self._leaving.retire(self._serial).jws

    def bring_receipt(self) -> str:
        """Somebody brings what the screen shows to head office; in one word why it left."""
        return self._leaving.receipt((self.folder / "data" / RECEIPT).read_text("ascii")).why

    def close_day(self) -> None:
        """Compared and closed at the command line, while the terminal runs."""
        told = self.hyla("day", "close")
        if told.returncode:
            raise LookupError(f"hyla day close: {told.stdout}{told.stderr}")
        self._shut = super().orders()

    def orders(self) -> list[dict[str, object]]:
        """Those of the shops that it left as well: their journal is sealed by now."""
        here = super().orders() if (self.data / DATABASE).exists() else []
        return here or self._shut

    def _enrol(self) -> None:
        """A terminal that is nobody's knows nobody."""

    def _settings(self) -> list[str]:
        ours = {"device.id", "cloud.url", "cloud.ca_file", "cloud.certificate_file", "cloud.key_file"}
        return [one for one in super()._settings() if one[6:].partition("=")[0] not in ours]
