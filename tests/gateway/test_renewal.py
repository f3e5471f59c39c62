"""A terminal whose link holds for months renews over that very link, on each broker, and is never away."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography import x509

from agent.certify import AGAIN_MS, LOOK_MS, CertifiedFirst
from agent.cloud.claim_schema import RenewData
from agent.cloud.client import CloudTask, Hearers
from agent.core.events import Device, DeviceUp, Event, Instant
from agent.core.ids import DeviceId
from agent.fleet.assignment import read_anchors, read_assignment
from agent.fleet.identity import IdentityFolder, Papers
from agent.fleet.keystore import FileKeyStore, request_pem
from agent.profile.loader import load
from simulator.broker import IotcoreBroker, free_port
from simulator.gateway.authority import Authority, HeadOffice
from simulator.gateway.broker_rules import Place, write_rules
from simulator.gateway.claims import Claims
from simulator.gateway.guard import Guard, Keys
from simulator.gateway.registry import Registry
from simulator.gateway.rows import Shop
from simulator.gateway.store import open_store
from simulator.mosquitto import MosquittoBroker
from tests.gateway.test_broker_rules import Generated
from tests.helpers import wait_until

PROFILE = Path(__file__).parents[2] / "device_profiles" / "claim.toml"
SERIAL, DEVICE, DAY_MS = "FROG8-000123", DeviceId("frog8-000123"), 86_400_000
BEGAN_MS = time.time_ns() // 1_000_000


class Office:
    """Head office behind one kind of broker, and one terminal that it has claimed."""

    def __init__(self, kind: str, folder: Path, ends: ExitStack) -> None:
        self.folder, self._ends = folder, ends
        self.authority, self.office = Authority(folder / "keys"), HeadOffice(folder / "keys")
        self._store = open_store(f"sqlite:///{folder / 'registry.sqlite'}")
        self.port, inner = free_port(), free_port()
        self.registry = Registry(self._store, self.authority, self.office, f"mqtts://127.0.0.1:{self.port}")
        self._mosquitto(inner) if kind == "mosquitto" else self._guarded(inner)
        claims = Claims(f"mqtt://127.0.0.1:{inner}", self.registry)
        thread = threading.Thread(target=claims.run)
        thread.start()
        ends.callback(thread.join, 10)
        ends.callback(claims.line.stop)
        assert claims.line.ready.wait(10)
        self._claim()

    def _mosquitto(self, inner: int) -> None:
        place = Place("127.0.0.1", self.port, inner)
        write_rules(
            "mosquitto", self.folder / "broker", place, self.authority, self.registry.revocation_list()
        )
        broker = Generated(self.folder / "broker", port=self.port)
        self._ends.callback(broker.stop)
        broker.start()

    def _guarded(self, inner: int) -> None:
        broker = IotcoreBroker(self.folder / "broker", port=inner)
        self._ends.callback(broker.stop)
        broker.start()
        keys = Keys(*self.authority.server("127.0.0.1", self.folder / "listener"), self.authority.ca_file)
        self._ends.enter_context(Guard(keys, inner, self.registry, port=self.port))

    def _claim(self) -> None:
        self.registry.add_shop(Shop("S-17", "M-100", "好邻居便利店", "Good Neighbour"))
        self.registry.add_device(SERIAL, "Box", "M-100")
        self.data = self.folder / "data"
        self.data.mkdir()
        (self.data / "anchor.pem").write_text(self.office.anchor_pem, "ascii")
        identities = IdentityFolder(self.data, FileKeyStore())
        jws = self.registry.activate(SERIAL, "S-17", 2).jws
        assignment = read_assignment(jws, read_anchors(self.data / "anchor.pem"))
        csr = request_pem(identities.draft_key(), DEVICE).decode()
        chain = self.registry.confirm(SERIAL, assignment.id, csr)
        identities.switch(jws, assignment, Papers(chain, self.authority.ca_pem))

    def certificate(self) -> x509.Certificate:
        pem = (self.data / "identity" / "current" / "certificate.pem").read_bytes()
        return x509.load_pem_x509_certificates(pem)[0]


class Terminal:
    """The cloud's task of a terminal, certified, without the rest."""

    def __init__(self, office: Office, ends: ExitStack) -> None:
        settings = [f"device.data_dir={office.data}", f"fleet.serial={SERIAL}", "fleet.anchor_file="]
        profile = load(PROFILE, settings)
        self.facts: list[Event] = []
        self.cloud = CloudTask(
            profile.cloud,
            DEVICE,
            "boot-1",
            self.facts.append,
            hearers=Hearers(certificate=lambda said: self.certified.heard(said)),
        )
        self.certified = CertifiedFirst(profile, self.cloud)
        thread = threading.Thread(target=self.certified.run)
        thread.start()
        ends.callback(thread.join, 10)
        ends.callback(self.certified.stop)
        wait_until(lambda: self.ups() == 1)

    def ups(self) -> int:
        return self.facts.count(DeviceUp(Device.CLOUD))

    def look(self, days: int, minutes: int = 0) -> None:
        """The main thread looks, so long after the first certificate was made."""
        passed_ms = days * DAY_MS + minutes * 60_000
        self.certified.look(Instant(passed_ms, BEGAN_MS + passed_ms))


KINDS = [
    "guard",
    pytest.param(
        "mosquitto",
        marks=pytest.mark.skipif(MosquittoBroker.program() is None, reason="mosquitto is not installed"),
    ),
]


@pytest.fixture
def ends() -> Iterator[ExitStack]:
    with ExitStack() as ends:
        yield ends


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_two_thirds_of_its_life_are_over_while_the_link_holds(
    kind: str, tmp_path: Path, ends: ExitStack
) -> None:
    office = Office(kind, tmp_path, ends)
    terminal = Terminal(office, ends)
    first = office.certificate()
    terminal.look(0)
    terminal.look(59)
    assert office.certificate() == first
    terminal.look(61)
    wait_until(lambda: office.certificate() != first)
    second = office.certificate()
    assert second.public_key() != first.public_key()
    assert terminal.ups() == 1, "the link was never away"
    for one in (first, second):  # the old one is good until its end: that is the overlap
        assert office.registry.may_connect(f"{one.serial_number:x}", DEVICE)
    terminal.certified.stop()
    again = Terminal(office, ends)  # the next connection, with the new one
    assert again.ups() == 1


class Silent:
    """A link over which nobody answers."""

    def __init__(self) -> None:
        self.asked: list[RenewData] = []

    def renew(self, words: RenewData) -> None:
        self.asked.append(words)


@pytest.mark.slow
def test_silence_is_asked_again_an_hour_later_with_the_same_key(tmp_path: Path, ends: ExitStack) -> None:
    office, cloud = Office("guard", tmp_path, ends), Silent()
    settings = [f"device.data_dir={office.data}", f"fleet.serial={SERIAL}", "fleet.anchor_file="]
    certified = CertifiedFirst(load(PROFILE, settings), cloud)  # type: ignore[arg-type]
    first_ms = 61 * DAY_MS
    for passed_ms in range(0, AGAIN_MS, LOOK_MS):
        certified.look(Instant(first_ms + passed_ms, BEGAN_MS + first_ms + passed_ms))
        if passed_ms:
            wait_until(lambda: len(cloud.asked) == 1)
    again_ms = first_ms + LOOK_MS + AGAIN_MS
    certified.look(Instant(again_ms, BEGAN_MS + again_ms))
    wait_until(lambda: len(cloud.asked) == 2)
    first, second = (x509.load_pem_x509_csr(words.csr_pem.encode()) for words in cloud.asked)
    assert first.public_key() == second.public_key()
