"""A shop whose terminal breaks and is replaced: `hyla-cloud serve` with its guard, and two terminals,
of which one runs at a time.

The second is given the camera, the scanner and the screens of the first: what stands on its own is a
terminal's disk, and its number. Owned by one test.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TypeVar

from sqlalchemy import update

from agent.core.state import Kept
from agent.fleet.assignment import read_anchors, read_assignment
from agent.fleet.identity import IdentityFolder
from agent.fleet.keystore import FileKeyStore
from agent.inquiries import read_kept
from simulator.box import SHOP, BoxCounter
from simulator.broker import free_port
from simulator.counter import Counter
from simulator.gateway import tables as t
from simulator.gateway.parts import Settings, settings_of
from simulator.gateway.store import open_store
from simulator.ledger import Ledger
from simulator.ledger_rows import Member
from simulator.link import LinkProxy
from tests.helpers import wait_until

OLD, NEW, TILL = "FROG-0001", "FROG-0002", 3
HOST, PATIENCE_S = "127.0.0.1", 60.0
ALL_DAY = {"offline.enabled": "true", "offline.from_hour": "0", "offline.until_hour": "24"}
SOON = {"payment.answer_wait_ms": "2000", "offline.look_every_ms": "1000"}
T = TypeVar("T")


class TwoTerminals(BoxCounter):
    """`prepare`, then `plug_in` and `start_agent` for one after the other."""

    def __init__(self, folder: Path, screens: Path, seed: int) -> None:
        super().__init__(folder, screens, seed, headless=True)
        self.settings |= ALL_DAY | SOON
        self.guard_port, self.bootstrap_port = free_port(), free_port()
        self.link = LinkProxy(HOST, self.guard_port)
        self.office: Settings = settings_of(folder / "office")
        self._serving: subprocess.Popen[bytes] | None = None

    def prepare(self, *troubles: str) -> None:
        """Head office serves, both terminals are in its sales list, the member's account is empty."""
        assert not troubles, "make them afterwards"
        self.record.folder.mkdir(parents=True, exist_ok=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.broker.start()
        self.link.start()
        self.camera.start()
        registry = self.office.registry()
        registry.add_shop(SHOP)
        for serial in (OLD, NEW):
            registry.add_device(serial, "Desk", SHOP.merchant)
        member = self.people["member"]
        Ledger(self.office.store, 1, [Member(member.person, member.name_masked, 0)]).close()
        (self.folder / "anchor.pem").write_text(registry.office.anchor_pem, "ascii")
        self._serve()
        self.settings |= {
            "fleet.url": f"mqtts://{HOST}:{self.bootstrap_port}",
            "fleet.anchor_file": str(self.folder / "anchor.pem"),
            "fleet.ca_file": str(registry.authority.ca_file),
        }

    def stop(self) -> None:
        try:
            super().stop()
        finally:
            if self._serving is not None:
                self._serving.send_signal(signal.SIGTERM)
                self._serving.wait(30)

    def _serve(self) -> None:
        words = ["serve", "--workers", "1", "--no-page", "--guard", HOST, "--broker", self.insiders_url]
        words += ["--public-broker", f"mqtts://{HOST}:{self.link.port}"]
        words += ["--guard-port", str(self.guard_port), "--bootstrap-port", str(self.bootstrap_port)]
        self._serving = subprocess.Popen(self._hyla_cloud(*words), env=self._environment())
        wait_until(lambda: all(map(_listens, (self.guard_port, self.bootstrap_port))), PATIENCE_S)
        self.office = settings_of(Path(self.office.data))

    # --- terminals ------------------------------------------------------------------------------------

    def plug_in(self, serial: str) -> None:
        """This one stands on the counter from now on."""
        self.log_file = self.folder / f"{serial}.log"
        data = self.folder / serial
        data.mkdir(exist_ok=True)
        self.settings |= {"fleet.serial": serial, "device.data_dir": str(data)}

    def was_claimed(self, serial: str) -> None:
        """Some days ago, with head office's signed word; its certificate it fetches at its first start."""
        registry = self.office.registry()
        jws = registry.activate(serial, SHOP.shop, TILL).jws
        assignment = read_assignment(jws, read_anchors(self.folder / "anchor.pem"))
        IdentityFolder(self.data, FileKeyStore()).switch(jws, assignment, None)

    def knows_the_member(self) -> None:
        """This terminal's gallery does."""
        Counter._enrol(self)

    def breaks(self) -> None:
        """Agent and screens at once, without a goodbye."""
        screens = self.ui_pid()
        self.kill_agent()
        if screens is not None:
            os.kill(screens, signal.SIGKILL)
            wait_until(lambda: self.ui_pid() is None)

    def debts(self) -> list[tuple[str, str, int]]:
        """Order, phase and attempts, as `hyla debts list` says."""
        rows = json.loads(self.hyla("debts", "list", "--json").stdout)["debts"]
        return [(row["order_id"], row["phase"], row["attempts"]) for row in rows]

    @property
    def kept(self) -> Kept:
        """What this terminal's journal holds now, without a process of its own."""
        return read_kept(self._as_set())

    # --- head office ----------------------------------------------------------------------------------

    def hyla_cloud(self, *words: str) -> dict[str, object]:
        """A command to its end, which must be a good one."""
        told = subprocess.run(
            self._hyla_cloud(*words, "--json"), capture_output=True, text=True, env=self._environment()
        )
        assert told.returncode == 0, told.stderr
        answer: dict[str, object] = json.loads(told.stdout)
        return answer | {"said": told.stderr}

    def _hyla_cloud(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "simulator.gateway.command", *words, "--data", self.office.data]

    def look(self, look: Callable[[Ledger], T]) -> T:
        """Into the books that the workers keep."""
        with closing(Ledger(self.office.store, 1)) as books:
            return look(books)

    def paid(self) -> list[tuple[str, int]]:
        return [(one.order_id, one.amount_minor) for one in self.look(Ledger.captures)]

    def records_of(self, serial: str) -> list[str]:
        return [one.id for one in self.look(Ledger.records) if one.device == serial.lower()]

    def stands(self, serial: str) -> tuple[str, str, int]:
        """State, shop and till in the registry."""
        device = self.office.registry().device(serial)
        assert device is not None
        return device.state, device.shop, device.till

    def charged(self, state: str) -> list[str]:
        """Keys of the charges that stand so."""
        with open_store(self.office.store).connect() as db:
            c = t.charges.c
            return list(db.scalars(t.charges.select().with_only_columns(c.key).where(c.state == state)))

    def account(self, balance_minor: int) -> None:
        """What the member's account holds from now on."""
        mine = t.members.c.person == self.people["member"].person
        with open_store(self.office.store).begin() as db:
            db.execute(update(t.members).where(mine).values(balance_minor=balance_minor))

    def trusts_the_member(self, limit_minor: int) -> None:
        """Head office says so: every terminal of the shop hears it."""
        words = ["--member", self.people["member"].person, "--shop", SHOP.shop, "--score", "720"]
        words += ["--limit-minor", str(limit_minor), "--agreed", date.today().isoformat()]
        self.hyla_cloud("marks", "add", *words)

    def answer_to(self, serial: str) -> int:
        """What the guard says to whoever connects with this terminal's certificate and key; 0: come in."""
        identity = self.folder / serial / "identity" / "current"
        context = ssl.create_default_context(cafile=str(self.office.registry().authority.ca_file))
        context.load_cert_chain(identity / "certificate.pem", identity / "key.pem")
        name = serial.lower().encode()
        body = b"\x00\x04MQTT\x05\x02\x00\x3c\x00" + len(name).to_bytes(2, "big") + name
        with (
            socket.create_connection((HOST, self.guard_port), 10) as plain,
            context.wrap_socket(plain, server_hostname=HOST) as link,
        ):
            link.sendall(b"\x10" + bytes([len(body)]) + body)
            return link.recv(100)[3]


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), 1).close()
    except OSError:
        return False
    return True
