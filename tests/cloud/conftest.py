"""A cloud link over a real broker: the broker, the simulated cloud behind it, a terminal's side of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from agent.cloud.client import CloudTask, Hearers
from agent.cloud.messages import record_body
from agent.core.charge import ChargeRequest, CodePayer, FacePayer
from agent.core.events import ChargeAnswered, Device, DeviceUp, Event, RecordRefused, RecordsTaken
from agent.core.ids import DeviceId, PersonId, Secret, order_id, payment_key
from agent.core.money import Money
from agent.ports import DeviceTrouble, OutboxRow
from agent.profile.schema import CloudSection
from simulator.broker import BrokerHandle, IotcoreBroker
from simulator.cloud import SimulatedCloud
from simulator.ledger import Member
from simulator.link import LinkProxy
from simulator.mosquitto import MosquittoBroker
from tests.helpers import wait_until

DEVICE = DeviceId("desk-01")
EPOCH = "7f3a"


@dataclass
class Terminal:
    """The link under a small supervisor that tries again at once, and everything it posted."""

    task: CloudTask
    facts: list[Event] = field(default_factory=list)
    troubles: list[DeviceTrouble] = field(default_factory=list)
    thread: threading.Thread | None = None
    ending: bool = False

    def start(self) -> None:
        self.thread = threading.Thread(target=self._run, name="test-terminal")
        self.thread.start()

    def _run(self) -> None:
        while not self.ending:
            try:
                self.task.run()
            except DeviceTrouble as trouble:
                self.troubles.append(trouble)
                time.sleep(0.05)

    def stop(self) -> None:
        self.ending = True
        self.task.stop()
        if self.thread is not None:
            self.thread.join(10)
            assert not self.thread.is_alive()

    def ups(self) -> int:
        return self.facts.count(DeviceUp(Device.CLOUD))

    def wait_up(self, times: int = 1) -> None:
        wait_until(lambda: self.ups() >= times, what=lambda: f"the link: {self.troubles}")

    def answers(self, request: ChargeRequest) -> list[object]:
        return [
            f.answer for f in list(self.facts) if isinstance(f, ChargeAnswered) and f.key == request.key
        ]

    def wait_answer(self, request: ChargeRequest) -> object:
        wait_until(lambda: self.answers(request), what="an answer")
        return self.answers(request)[-1]

    def taken(self) -> list[str]:
        return [id for f in list(self.facts) if isinstance(f, RecordsTaken) for id in f.ids]

    def refused(self) -> list[RecordRefused]:
        return [f for f in list(self.facts) if isinstance(f, RecordRefused)]

    def wait_trouble(self, cause: str) -> str:
        wait_until(
            lambda: any(t.cause == cause for t in self.troubles), what=lambda: f"{cause}: {self.troubles}"
        )
        return str(next(t for t in self.troubles if t.cause == cause))


class Shop:
    """Makes parts of a link that end with the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ends: list[Callable[[], None]] = []
        self._orders = 0

    def end(self) -> None:
        for end in reversed(self._ends):
            end()

    def broker(self, kind: type[IotcoreBroker] | type[MosquittoBroker], **options: Any) -> Any:
        broker = kind(self.folder / "broker", **options)
        self._ends.append(broker.stop)
        return broker

    def cloud(self, url: str) -> SimulatedCloud:
        cloud = SimulatedCloud(url, self.folder, 1, [Member("M-1001", "王*", 100_000, 120)])
        cloud.start()
        self._ends.append(cloud.stop)
        return cloud

    def link(self, broker: BrokerHandle) -> LinkProxy:
        link = LinkProxy("127.0.0.1", broker.port)
        link.start()
        self._ends.append(link.stop)
        return link

    def terminal(
        self,
        url: str,
        device: DeviceId = DEVICE,
        boot: str = "boot-1",
        clock_behind_ms: int = 0,
        **settings: Any,
    ) -> Terminal:
        section = CloudSection(url=url, **{"resend_after_ms": 300, **settings})
        facts: list[Event] = []
        promoted: list[bytes] = []
        task = CloudTask(
            section,
            device,
            boot,
            facts.append,
            utc_ms=lambda: time.time_ns() // 1_000_000 - clock_behind_ms,
            will_delay_s=0,
            hearers=Hearers(promotion=promoted.append),
        )
        terminal = Terminal(task, facts)
        terminal.promoted = promoted
        terminal.start()
        self._ends.append(terminal.stop)
        return terminal

    def observer(self, url: str) -> Observer:
        observer = Observer(url)
        self._ends.append(observer.stop)
        return observer

    def request(self, code: str = "", ttl_ms: int = 30_000) -> ChargeRequest:
        self._orders += 1
        order = order_id(DEVICE, EPOCH, self._orders)
        payer = CodePayer("wechat", Secret(code)) if code else FacePayer(PersonId("M-1001"))
        deadline_utc_ms = time.time_ns() // 1_000_000 + ttl_ms
        return ChargeRequest(payment_key(order, 1), order, Money(2380), payer, "goods", deadline_utc_ms)

    def rows(self, first: int, last: int) -> list[OutboxRow]:
        return [self.row(seq) for seq in range(first, last + 1)]

    def row(self, seq: int) -> OutboxRow:
        id = f"{DEVICE}-{EPOCH}-r{seq}"
        body = record_body(DEVICE, EPOCH, seq, id, "sale", {"total_minor": seq}, 1_767_323_045_678)
        return OutboxRow(seq, id, "sale", body)


class Observer:
    """Another client that sees and sends anything, as an attacker or a technician's tool would."""

    def __init__(self, url: str) -> None:
        self.seen: list[tuple[str, bytes, bool]] = []
        self._ready = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2, "observer", protocol=MQTTProtocolVersion.MQTTv5)
        self._client.on_connect = lambda client, *_: client.subscribe("hyla/#", qos=1)
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = lambda _c, _u, m: self.seen.append((m.topic, bytes(m.payload), m.retain))
        host, _, port = url.rpartition("//")[2].partition(":")
        self._client.connect(host, int(port))
        self._client.loop_start()
        assert self._ready.wait(10)

    def send(self, topic: str, body: bytes) -> None:
        self._client.publish(topic, body, qos=1).wait_for_publish(10)

    def topics(self) -> list[str]:
        return [topic for topic, _, _ in list(self.seen)]

    def last(self, topic: str) -> bytes:
        return next((body for seen, body, _ in reversed(list(self.seen)) if seen == topic), b"")

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.end()
    left = [
        t.name
        for t in threading.enumerate()
        if t.name in ("simulated-cloud", "link-proxy", "test-terminal")
    ]
    assert left == [], "threads were left running"


@pytest.fixture(params=["iotcore", "mosquitto"])
def kind(request: pytest.FixtureRequest) -> type[IotcoreBroker] | type[MosquittoBroker]:
    if request.param == "mosquitto" and MosquittoBroker.program() is None:
        pytest.skip("mosquitto is not installed (apt-get install mosquitto); .ci/run installs it")
    return IotcoreBroker if request.param == "iotcore" else MosquittoBroker


@pytest.fixture
def broker(shop: Shop, kind: type[IotcoreBroker] | type[MosquittoBroker]) -> BrokerHandle:
    broker: BrokerHandle = shop.broker(kind)
    broker.start()
    return broker
