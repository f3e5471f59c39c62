"""Two workers with one set of books: they keep every promise, and dying under load costs nothing."""

from __future__ import annotations

import threading
from dataclasses import replace
from random import Random

import pytest

from agent.core.benefits import Coupon, CouponKind
from agent.core.charge import Captured
from agent.core.ids import CouponId, DeviceId
from simulator.broker import IotcoreBroker
from simulator.fleet.terminal import LightTerminal, drive
from simulator.gateway.parts import Parts, Settings
from simulator.ledger import Ledger, Member
from simulator.mosquitto import MosquittoBroker
from simulator.promises import Till, broken_promises
from tests.helpers import wait_until

pytestmark = pytest.mark.slow
BALANCE_MINOR = 100_000
ONE_OFF = Coupon(CouponId("a"), CouponKind.AMOUNT_OFF, 100, "立减一元", "1 off")
MEMBERS = [Member(f"M-{n}", "王*", BALANCE_MINOR) for n in range(1, 9)]
WORKERS = ("worker-1", "worker-2")
KILLS = 2


@pytest.fixture
def broker(store_url, tmp_path):
    """Each database with another kind of broker, so that four processes see both of each."""
    other = store_url.startswith("postgres") and MosquittoBroker.program() is not None
    with (MosquittoBroker if other else IotcoreBroker)(tmp_path / "broker") as broker:
        yield broker


@pytest.fixture
def books(store_url):
    """The books, as head office would look at them beside the workers."""
    ledger = Ledger(store_url, 1, MEMBERS)
    yield ledger
    ledger.close()


@pytest.fixture
def workers(broker, store_url, tmp_path):
    parts = Parts(Settings(str(tmp_path), store_url, broker.url), WORKERS)
    thread = threading.Thread(target=parts.run, name="parts")
    thread.start()
    yield parts
    parts.stop()
    thread.join(10)
    assert not thread.is_alive()


@pytest.mark.usefixtures("workers")
def test_two_workers_keep_every_promise(broker, books):
    wait_until(lambda: answered(broker.url), 30, "the first answer of a worker")
    books.benefits.give("M-1", [ONE_OFF, replace(ONE_OFF, id=CouponId("b"))])
    assert broken_promises(broker.url, DeviceId("desk-01"), "M-1", DeviceId("desk-02")) == {}
    assert [alarm.what for alarm in books.alarms()] == ["conflict"]


def answered(url):
    till = Till(url, DeviceId("desk-00"), "M-2")
    try:
        return till.charge(till.request(1)) is not None
    finally:
        till.close()


def test_workers_killed_under_load_lose_and_double_nothing(broker, workers, books, expected_log):
    expected_log("worker-. ended .SIGKILL", at_least=KILLS)
    random = Random(7)
    tills = [LightTerminal(broker.url, DeviceId(f"desk-{n:02d}"), f"M-{n}", random) for n in range(1, 9)]
    for kill in range(KILLS):
        for till in tills:
            till.keep(20)
            till.charge(100)
            till.charge(50)
        seen = books.record_count()
        drive(tills, lambda seen=seen: books.record_count() > seen, 30)  # it has taken some, not all
        victim = workers.children[kill % len(WORKERS)]
        wait_until(lambda victim=victim: victim.process is not None, 30)
        victim.process.kill()
        wait_until(lambda kill=kill: workers.restarts > kill, 30)
    assert drive(tills, lambda: all(till.settled for till in tills), 60)

    assert books.record_count() == len(tills) * KILLS * 20
    captured = [key for till in tills for key, end in till.ends.items() if isinstance(end, Captured)]
    assert len(captured) == len(tills) * KILLS * 2
    assert sorted(capture.payment_key for capture in books.captures()) == sorted(captured)
    spent_minor = KILLS * (100 + 50)
    assert {member.balance_minor for member in books.members()} == {BALANCE_MINOR - spent_minor}
    assert books.alarms() == []
    for till in tills:
        till.close()
