"""A certificate before the link: the first one and the renewed one, over the guard from the registry."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from paho.mqtt import publish
from paho.mqtt.enums import MQTTProtocolVersion

from agent.certify import CertifiedFirst
from agent.cloud import topics
from agent.cloud.messages import presence_bytes
from agent.core.ids import DeviceId
from agent.fleet.assignment import read_anchors, read_assignment
from agent.fleet.identity import IdentityFolder, Papers
from agent.fleet.keystore import FileKeyStore, request_pem
from agent.profile.loader import load
from simulator.broker import IotcoreBroker
from simulator.gateway.authority import Authority, HeadOffice
from simulator.gateway.claims import FILTERS, Claims
from simulator.gateway.guard import Guard, Keys
from simulator.gateway.line import Arrival, Line
from simulator.gateway.mark_lists import MarkLists
from simulator.gateway.registry import Registry
from simulator.gateway.rows import Shop
from simulator.gateway.store import open_store, utc_ms
from simulator.gateway.watch import Watch
from tests.helpers import wait_until

PROFILE = Path(__file__).parents[2] / "device_profiles" / "claim.toml"
SERIAL, DAY_MS = "FROG8-000123", 86_400_000


class Office:
    """Head office with its listeners, and one terminal that it has assigned."""

    def __init__(self, folder: Path) -> None:
        self.authority, office = Authority(folder / "keys"), HeadOffice(folder / "keys")
        self.broker = IotcoreBroker(folder / "broker")
        self.broker.start()
        store = open_store(f"sqlite:///{folder / 'registry.sqlite'}")
        files = Keys(*self.authority.server("127.0.0.1", folder / "listener"), self.authority.ca_file)
        self.guards = [
            Guard(files, self.broker.port, Registry(store, self.authority, office)),
            Guard(files, self.broker.port, None),
        ]
        for guard in self.guards:
            guard.start()
        self.registry = Registry(store, self.authority, office, f"mqtts://127.0.0.1:{self.guards[0].port}")
        self.registry.add_shop(Shop("S-17", "M-100", "好邻居便利店", "Good Neighbour"))
        self.registry.add_device(SERIAL, "Box", "M-100")
        self.claims = Claims(f"mqtt://127.0.0.1:{self.broker.port}", self.registry)
        self._thread = threading.Thread(target=self.claims.run)
        self._thread.start()
        self.claims.line.ready.wait(10)
        self.data = folder / "data"
        self.data.mkdir()
        (self.data / "anchor.pem").write_text(office.anchor_pem, "ascii")
        self.jws = self.registry.activate(SERIAL, "S-17", 2).jws
        self.identities = IdentityFolder(self.data, FileKeyStore())
        self.settings = [
            f"device.data_dir={self.data}", f"fleet.serial={SERIAL}", "fleet.anchor_file=",
            f"fleet.url=mqtts://127.0.0.1:{self.guards[1].port}", f"fleet.ca_file={self.authority.ca_file}",
        ]  # fmt: skip

    def claimed(self, papers: Papers | None) -> None:
        assignment = read_assignment(self.jws, read_anchors(self.data / "anchor.pem"))
        self.identities.switch(self.jws, assignment, papers)

    def link_is_made(self) -> Cloud:
        cloud = Cloud()
        CertifiedFirst(load(PROFILE, self.settings), cloud).run()  # type: ignore[arg-type]
        return cloud

    def stop(self) -> None:
        self.claims.line.stop()
        self._thread.join(5)
        for guard in self.guards:
            guard.stop()
        self.broker.stop()


class Cloud:
    """Where the link would begin."""

    began = False

    def run(self) -> None:
        self.began = True


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.stop()


def number_of(office: Office) -> str:
    return str((office.data / "identity" / "current").readlink())


def test_a_terminal_claimed_without_a_network_gets_its_certificate_without_a_code(office):
    office.claimed(None)
    assert office.link_is_made().began
    assert number_of(office) == "2"
    assert office.registry.device(SERIAL).state == "active"
    assert office.link_is_made().began
    assert number_of(office) == "2"


def test_the_broker_loses_nothing_that_terminals_say_of_claiming(tmp_path):
    """Its answers could be lost and asked for again; a technician waits ten seconds, once."""
    broker, came = IotcoreBroker(tmp_path / "broker"), Counter()
    broker.start()
    line = Line(f"mqtt://127.0.0.1:{broker.port}", "claims", FILTERS, lambda batch: count(came, batch))
    running = threading.Thread(target=line.run)
    running.start()
    assert line.ready.wait(10)
    steps = ("offer", "confirm", "renew")
    said = [(f"hyla/1/{SERIAL}/p/{step}", b"{}", 1, False) for step in steps for _ in range(6)]
    publish.multiple(said, "127.0.0.1", broker.port, protocol=MQTTProtocolVersion.MQTTv5)
    try:
        wait_until(lambda: came == dict.fromkeys(steps, 6))
    finally:
        line.stop()
        running.join(10)
        broker.stop()


def count(came: Counter, batch) -> list:
    came.update(arrival.topic.rpartition("/")[2] for arrival in batch)
    return []


def first_certificate(office: Office, days_ago: int) -> None:
    """As if it had been claimed so long ago."""
    csr = request_pem(office.identities.draft_key(), SERIAL).decode()
    jti = read_assignment(office.jws, read_anchors(office.data / "anchor.pem")).id
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("simulator.gateway.registry.utc_ms", lambda: utc_ms() - days_ago * DAY_MS)
        chain = office.registry.confirm(SERIAL, jti, csr)
    office.claimed(Papers(chain, office.authority.ca_pem))


def test_at_two_thirds_of_its_life_a_certificate_is_renewed_for_a_new_key(office):
    first_certificate(office, days_ago=61)
    before = (office.data / "identity" / "current" / "key.pem").read_bytes()
    assert office.link_is_made().began
    assert number_of(office) == "2"
    assert (office.data / "identity" / "current" / "key.pem").read_bytes() != before


def test_before_that_nobody_asks(office):
    first_certificate(office, days_ago=30)
    assert office.link_is_made().began
    assert number_of(office) == "1"


def starts(office: Office, epoch: str, count: int) -> None:
    """The terminal says that it is there, as the link does."""
    device = DeviceId(SERIAL.lower())
    body = presence_bytes(device, online=True, boot_id=f"{epoch}-{count}")
    arrival = Arrival(topics.presence(device), body, b"", (1, 1))
    marks = MarkLists(open_store(office.data / "unused.sqlite"))
    Watch(f"mqtt://127.0.0.1:{office.broker.port}", office.registry, marks)._work([arrival])


def test_a_copied_disk_counts_back_and_the_terminal_is_stopped(office, expected_log):
    expected_log("a copy of this terminal's disk is at work")
    first_certificate(office, days_ago=1)
    for count in (1, 2, 3, 3):
        starts(office, "7f3a9c01", count)
        assert office.registry.device(SERIAL).state == "active"
    starts(office, "7f3a9c01", 2)
    assert office.registry.device(SERIAL).state == "revoked"


def test_a_renewal_that_is_refused_stops_nobody(office, expected_log):
    expected_log("not renewed .*the old one goes on")
    expected_log("guard: .*", at_least=0)
    first_certificate(office, days_ago=61)
    office.registry.revoke(SERIAL)
    assert office.link_is_made().began
    assert number_of(office) == "1"
