"""`ports.CloudLink`: the client over a real broker to the simulated cloud, and the seeds' link and wire."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.cloud.client import CloudTask
from agent.core.charge import ChargeRequest, FacePayer, NeverSeen
from agent.core.commands import AskCharge, AskQuery
from agent.core.events import ChargeAnswered, Device, DeviceLost, RecordsTaken
from agent.core.ids import PersonId, order_id, payment_key
from agent.core.money import Money
from agent.profile.schema import CloudSection
from agent.supervisor import Supervisor
from simulator.broker import IotcoreBroker
from simulator.seeds.cloud import Cloud
from simulator.seeds.link import Link
from simulator.seeds.shop import MEMBERS, UTC_MS
from simulator.seeds.wire import Wire
from tests.cloud.conftest import DEVICE, EPOCH, Shop
from tests.ports.rigs import Rig, Smooth, VirtualRig

pytestmark = pytest.mark.slow
NEVER_MS = (10**9, 10**9)


class OverBroker(Rig):
    """The real client under the real supervisor; the cable is the desk's proxy."""

    device = Device.CLOUD
    member = "M-1001"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._shop = Shop(folder)
        broker = self._shop.broker(IotcoreBroker)
        broker.start()
        self.cloud = self._shop.cloud(broker.url)
        assert self.cloud.wait_ready(10)
        wire = self._shop.link(broker)
        self.cut, self.mend = wire.cut, wire.restore
        self._supervisor = Supervisor(self.inbox.post)
        section = CloudSection(url=f"mqtt://127.0.0.1:{wire.port}", resend_after_ms=300)
        self.link = CloudTask(section, DEVICE, "boot-1", self._supervisor.post, will_delay_s=0)
        self._supervisor.start([self.link])

    def deadline_utc_ms(self) -> int:
        return time.time_ns() // 1_000_000 + 60_000

    def kept(self) -> list[str]:
        return [record.id for record in self.cloud.records()]

    def charged(self) -> list[str]:
        return [capture.payment_key for capture in self.cloud.captures()]

    def end(self) -> None:
        stuck = self._supervisor.stop()
        self._shop.end()
        assert stuck == []


class _Hand(Wire):
    """Cut by hand alone."""

    by_hand = False

    def cut(self, forgotten: bool = False) -> None:
        if self.by_hand:
            super().cut(forgotten)


class _NoJudge:
    def leaves(self, wish: object) -> None: ...


class InSeeds(VirtualRig):
    """The seeds' link: the real lanes, a wire and a cloud in virtual time."""

    device = Device.CLOUD
    member = next(iter(MEMBERS))

    def __init__(self, _folder: Path) -> None:
        super().__init__(Smooth(7))
        self.cloud = Cloud(self.clock, lambda _request: None, lambda _refund: None)
        self._wire = _Hand(self.clock, "till", NEVER_MS)
        self._wire.by_hand = True
        self.link = Link(
            self.clock,
            "till",
            self._wire,
            self.cloud,
            _NoJudge(),  # type: ignore[arg-type]
            self.inbox.post,
            lambda: UTC_MS + self.clock.now_ms,
        )
        self._wire.by_hand = False
        self._wire.attach(self.link)

    def cut(self) -> None:
        self._wire.by_hand = True
        self._wire.cut()
        self._wire.by_hand = False

    def mend(self) -> None:
        self._wire._mended()

    def deadline_utc_ms(self) -> int:
        return UTC_MS + self.clock.now_ms + 60_000

    def kept(self) -> list[str]:
        return list(self.cloud.records)

    def charged(self) -> list[str]:
        return [request.key for request in self.cloud.captures]

    def end(self) -> None:
        self._wire.detach()


AnyLink = OverBroker | InSeeds


@pytest.fixture(params=[OverBroker, InSeeds], ids=["real", "simulated"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyLink]:
    rig: AnyLink = request.param(tmp_path)
    try:
        rig.up()
        yield rig
    finally:
        rig.end()


def charge(rig: AnyLink, number: int) -> ChargeRequest:
    order = order_id(DEVICE, EPOCH, number)
    payer = FacePayer(PersonId(rig.member))
    return ChargeRequest(payment_key(order, 1), order, Money(100), payer, "goods", rig.deadline_utc_ms())


def answers(rig: AnyLink, request: ChargeRequest) -> list[object]:
    return [fact.answer for fact in rig.of(ChargeAnswered) if fact.key == request.key]


def test_a_question_is_answered_about_its_own_key_and_a_repeat_alike(rig: AnyLink) -> None:
    one, other = charge(rig, 1), charge(rig, 2)
    rig.link.ask(AskCharge(one))
    rig.link.ask(AskCharge(other))
    rig.until(lambda: answers(rig, one) and answers(rig, other))
    rig.link.ask(AskCharge(one))
    rig.until(lambda: len(answers(rig, one)) >= 2)
    assert len(set(map(repr, answers(rig, one)))) == 1, "any number of times, the same each time"
    assert rig.charged().count(one.key) <= 1


def test_a_charge_that_is_asked_while_the_link_is_down_is_never_sent(rig: AnyLink) -> None:
    dropped = charge(rig, 1)
    rig.cut()
    rig.lost("lost", "unreachable")
    rig.link.ask(AskCharge(dropped))
    rig.mend()
    rig.up(times=2)
    rig.link.ask(AskQuery(dropped.key))
    rig.until(lambda: answers(rig, dropped))
    assert answers(rig, dropped) == [NeverSeen()]
    assert rig.charged() == []


def test_a_cut_is_said_and_heals_by_itself(rig: AnyLink) -> None:
    rig.cut()
    rig.lost("lost", "unreachable")
    rig.mend()
    rig.up(times=2)
    assert rig.of(DeviceLost)[0].device is Device.CLOUD
    after = charge(rig, 3)
    rig.link.ask(AskCharge(after))
    rig.until(lambda: answers(rig, after))


def test_records_are_sent_until_the_cloud_itself_has_them_over_any_cut(rig: AnyLink) -> None:
    rows = Shop.rows(Shop(Path()), 1, 12)
    rig.link.deliver(rows[:4])
    rig.cut()
    rig.link.deliver(rows[4:])
    rig.lost("lost", "unreachable")
    rig.mend()
    rig.up(times=2)
    names = [row.id for row in rows]

    def taken() -> set[str]:
        return {id for fact in rig.of(RecordsTaken) for id in fact.ids}

    rig.until(lambda: taken() == set(names))
    assert sorted(rig.kept()) == sorted(names), "each once"


def test_no_call_blocks_whatever_the_link_does(rig: AnyLink) -> None:
    rig.cut()
    calls: list[Callable[[], None]] = [
        lambda: rig.link.ask(AskQuery(charge(rig, 9).key)),
        lambda: rig.link.deliver(()),
    ]
    for _ in range(200):
        for call in calls:
            call()
    rig.mend()
    rig.until(lambda: rig.facts)
