"""The processes of `hyla-cloud serve`: each part a child that is started again when it dies.

Enter: settings, and the names of the parts. Leave: running parts. A part gets its settings on its standard
input (a store's URL may hold a password, and a command line is for everybody to read) and dies with us.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import msgspec

from simulator.gateway.authority import Authority, HeadOffice, OwnerKey
from simulator.gateway.bundles import BundleShelf
from simulator.gateway.deeds import Deeds
from simulator.gateway.people import People
from simulator.gateway.registry import Registry
from simulator.gateway.store import open_store

log = logging.getLogger(__name__)

AGAIN_S, AGAIN_MAX_S = 0.2, 10.0
STEADY_S = 30.0  # who lived so long is started again at once
END_S = 5.0
CUT_EVERY_S = 1.0
PR_SET_PDEATHSIG = 1
SETTINGS_FILE = "settings.json"


class Settings(msgspec.Struct, frozen=True):
    """Where everything is. `data`: head office's own folder, with its keys. `guard`: the host at which
    terminals reach a broker that knows no certificates; empty where the broker looks after itself."""

    data: str
    store: str
    broker: str = ""
    public_broker: str = ""
    page: str = "127.0.0.1:8470"
    guard: str = ""
    guard_port: int = 8883
    bootstrap_port: int = 8884
    crl_url: str = ""
    """Where brokers that fetch it find the list of withdrawn certificates: the pages' /revoked.crl."""

    @property
    def former_password_file(self) -> Path:
        """Where older releases kept the one password of the pages."""
        return Path(self.data) / "owner.json"

    def save(self) -> None:
        """For the commands that come after `serve`; a store's URL may hold a password."""
        path = Path(self.data) / SETTINGS_FILE
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(msgspec.json.encode(self))

    def registry(self) -> Registry:
        """Open the store and the keys."""
        keys = Path(self.data) / "keys"
        broker = self.public_broker or self.broker
        return Registry(open_store(self.store), Authority(keys, self.crl_url), HeadOffice(keys), broker)

    def owner(self) -> OwnerKey:
        """For whom terminals pack support bundles."""
        return OwnerKey(Path(self.data) / "keys")

    def people(self) -> People:
        """Open the store."""
        return People(open_store(self.store))

    def deeds(self) -> Deeds:
        """Open the store."""
        return Deeds(open_store(self.store))

    def bundles(self) -> BundleShelf:
        """Open the store."""
        return BundleShelf(open_store(self.store))


def settings_of(data: Path) -> Settings:
    """As `serve` was last told; a SQLite file in the folder when it never was. Raises ValueError."""
    path = data / SETTINGS_FILE
    if not path.exists():
        return Settings(str(data), f"sqlite:///{data / 'gateway.sqlite'}")
    try:
        return msgspec.json.decode(path.read_bytes(), type=Settings)
    except msgspec.DecodeError as error:
        raise ValueError(f"{path}: {error} (expected what `hyla-cloud serve` wrote; delete it)") from None


@dataclass
class Child:
    """One part: its process now, and how often it died of late."""

    name: str
    process: subprocess.Popen[bytes] | None = None
    began_s: float = 0.0
    deaths: int = 0
    due_s: float = 0.0


@dataclass
class Parts:
    """`run` until `stop`. `restarts` counts over all parts."""

    settings: Settings
    names: Sequence[str]
    restarts: int = 0
    children: list[Child] = field(default_factory=list)
    _stopping: Event = field(default_factory=Event)

    def run(self) -> None:
        self.children = [Child(name) for name in self.names]
        try:
            while not self._stopping.wait(0.05):
                for child in self.children:
                    self._look_after(child)
        finally:
            self._end()

    def stop(self) -> None:
        self._stopping.set()

    def _look_after(self, child: Child) -> None:
        now_s = time.monotonic()
        if child.process is None:
            if now_s >= child.due_s:
                self._start(child)
            return
        code = child.process.poll()
        if code is None:
            return
        child.deaths = 1 if now_s - child.began_s > STEADY_S else child.deaths + 1
        pause_s = min(AGAIN_MAX_S, AGAIN_S * 2 ** (child.deaths - 1))
        log.warning("%s ended (%s); it is started again in %.1f s", child.name, _how(code), pause_s)
        child.process, child.due_s = None, now_s + pause_s
        self.restarts += 1

    def _start(self, child: Child) -> None:
        child.process = subprocess.Popen(
            [sys.executable, "-m", "simulator.gateway.parts", child.name],
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for us; we end them in order
        )
        child.began_s = time.monotonic()
        assert child.process.stdin is not None
        with child.process.stdin as line:
            line.write(msgspec.json.encode(self.settings))

    def _end(self) -> None:
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        until = time.monotonic() + END_S
        for process in running:
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _how(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


# --- inside a part --------------------------------------------------------------------------------


def _worker(settings: Settings, name: str) -> tuple[Callable[[], None], Callable[[], None]]:
    from simulator.gateway.ingest import Ingest

    ingest = Ingest(settings.broker, settings.store, name)
    return ingest.run, ingest.line.stop


def _watch(settings: Settings, _name: str) -> tuple[Callable[[], None], Callable[[], None]]:
    from simulator.gateway.mark_lists import MarkLists
    from simulator.gateway.watch import Watch

    watch = Watch(settings.broker, settings.registry(), MarkLists(open_store(settings.store)))
    return watch.run, watch.line.stop


def _claims(settings: Settings, _name: str) -> tuple[Callable[[], None], Callable[[], None]]:
    from simulator.gateway.claims import Claims

    claims = Claims(settings.broker, settings.registry())
    return claims.run, claims.line.stop


def _bundles(settings: Settings, _name: str) -> tuple[Callable[[], None], Callable[[], None]]:
    from simulator.gateway.bundles import Bundles

    bundles = Bundles(settings.broker, settings.bundles())
    return bundles.line.run, bundles.line.stop


def _guard(settings: Settings, _name: str) -> tuple[Callable[[], None], Callable[[], None]]:
    """Both listeners. Who is revoked is cut within a second."""
    from simulator.gateway.guard import Guard, Keys

    registry, broker_port = settings.registry(), urlsplit(settings.broker).port or 1883
    chain, key = registry.authority.server(settings.guard, Path(settings.data) / "listener")
    files, ended = Keys(chain, key, registry.authority.ca_file), Event()
    terminals = Guard(files, broker_port, registry, settings.guard, settings.guard_port)
    boxes = Guard(files, broker_port, None, settings.guard, settings.bootstrap_port)

    def run() -> None:
        with terminals, boxes:
            log.info("terminals: %s:%d; from the box: %d", settings.guard, terminals.port, boxes.port)
            while not ended.wait(CUT_EVERY_S):
                terminals.cut_revoked()

    return run, ended.set


def _page(settings: Settings, _name: str) -> tuple[Callable[[], None], Callable[[], None]]:
    from simulator.gateway.page.serve import page_server

    server = page_server(settings)
    return server.run, lambda: setattr(server, "should_exit", True)


KINDS = {
    "worker": _worker,
    "watch": _watch,
    "claims": _claims,
    "bundles": _bundles,
    "guard": _guard,
    "page": _page,
}
"""The name of a part without its number → run and stop."""


def main(argv: Sequence[str]) -> int:
    """One part, in this process."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    (name,) = argv
    settings = msgspec.json.decode(sys.stdin.buffer.read(), type=Settings)
    logging.basicConfig(level=logging.INFO, format=f"{name}: %(message)s")
    run, stop = KINDS[name.partition("-")[0]](settings, name)
    signal.signal(signal.SIGTERM, lambda *_: stop())
    if os.getppid() == 1:  # who started us died before the kernel knew that we want to go with it
        return 1
    run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
