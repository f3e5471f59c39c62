"""What the owner reads away from the till: the till's own figures, orders found as they are found there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine

from agent.cloud.messages import read_record, record_body
from agent.core.ids import DeviceId, order_id, payment_key
from simulator.gateway.owner import OwnersDesk
from simulator.gateway.store import open_store
from simulator.gateway.takings import Figure
from simulator.ledger import Ledger

EAST = timezone(timedelta(hours=8))
NOON = datetime.now(EAST).replace(hour=12, minute=0, second=0, microsecond=0)
ONE, TWO = DeviceId("frog-0001"), DeviceId("frog-0002")


class Books:
    """Head office's, written by two terminals."""

    def __init__(self, url: str) -> None:
        self.store: Engine = open_store(url)
        self._ledger = Ledger(url, 1, [])
        self._seq = 0

    def close(self) -> None:
        self._ledger.close()
        self.store.dispose()

    def tell(self, id: str, kind: str, at: datetime = NOON, device: DeviceId = ONE, **said: object) -> None:
        self._seq += 1
        at_ms = int(at.timestamp() * 1000)
        data: dict[str, object] = {"currency": "CNY", **said}
        body = record_body(device, "7f3a", self._seq, id, kind, data, at_ms)
        self._ledger.begin(at_ms)
        assert self._ledger.record(device, read_record(body), body) == ""
        self._ledger.commit()

    def sells(self, number: int, minor: int, outcome: str = "paid", method: str = "face",
              at: datetime = NOON, device: DeviceId = ONE) -> str:  # fmt: skip
        order = order_id(device, "7f3a", number)
        told = {"order_id": order, "outcome": outcome, "method": method, "amount_minor": minor}
        self.tell(f"{order}-sale", "sale", at, device, **told)
        return order

    def settles(self, order: str, standing: str, minor: int, at: datetime = NOON) -> None:
        key = payment_key(order, 1)  # type: ignore[arg-type]
        told = {"order_id": order, "payment_key": key, "standing": standing, "amount_minor": minor}
        self.tell(f"{key}-held-{standing}", "settlement", at, **told)

    @property
    def desk(self) -> OwnersDesk:
        return OwnersDesk(self.store)

    def sold(self, at: datetime = NOON) -> tuple[Figure, ...]:
        return self.desk.today(at + timedelta(hours=1)).sold


@pytest.fixture
def books(store_url: str) -> Iterator[Books]:
    opened = Books(store_url)
    yield opened
    opened.close()


def test_whoever_joined_is_counted_as_at_the_till(books: Books) -> None:
    for number in (1, 2):
        books.tell(f"M-frog-0001-7f3a-{number:06d}-joined", "member_joined", person=f"M-{number}")
    yesterday = NOON - timedelta(days=1)
    books.tell("M-frog-0001-7f3a-000003-joined", "member_joined", yesterday, person="M-3")
    assert books.desk.today(NOON).joined == 2


def test_a_doubt_counts_when_somebody_says_that_it_was_paid_and_once(books: Books) -> None:
    order = books.sells(1, 880, "held", "wechat")
    assert books.sold() == ()
    books.settles(order, "said_paid", 880)
    books.settles(order, "paid", 880)
    assert books.sold() == (Figure("wechat", 1, 880),)


def test_what_the_cloud_contradicts_is_taken_back_also_the_next_day(books: Books) -> None:
    order = books.sells(1, 880, "held", "wechat", NOON - timedelta(days=1))
    books.settles(order, "said_paid", 880, NOON - timedelta(days=1))
    books.settles(order, "not_paid", 880)
    assert books.sold(NOON - timedelta(days=1)) == (), "both days together"
    assert books.sold() == (Figure("wechat", -1, -880),)


def test_a_debt_counts_when_it_is_collected_and_not_beside_its_doubt(books: Books) -> None:
    for number, vouched in ((1, False), (2, True)):
        order = books.sells(number, 500, "owed", "face")
        if vouched:
            books.settles(order, "said_paid", 500)
        key = payment_key(order, 1)  # type: ignore[arg-type]
        told = {"order_id": order, "payment_key": key, "outcome": "collected", "amount_minor": 500}
        books.tell(f"{order}-debt", "debt", **told)
    assert books.sold() == (Figure("face", 2, 1000),)


def test_cash_that_was_handed_out_stands_among_the_refunds_of_its_shop(books: Books) -> None:
    order = books.sells(1, 880, method="cash")
    told = {"order_id": order, "method": "cash", "outcome": "refunded", "amount_minor": 300}
    books.tell(f"{order}-R1-refund", "refund", **told)
    assert [(line.order_id, line.amount_minor) for line in books.desk.refunds()] == [(order, 300)]
    assert books.desk.refunds(devices=frozenset([TWO])) == []


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("0012", [12]),
        ("7f3a-000012", [12]),
        ("8.80", [13, 12]),
        ("8,8", [13, 12]),
        ("12:04", [14, 12]),
        ("00:01", [13]),
        ("99.99", []),
        ("nobody", []),
    ],
)
def test_an_order_is_found_as_at_the_till(books: Books, words: str, numbers: list[int]) -> None:
    books.sells(12, 880)
    books.sells(13, 880, at=NOON.replace(hour=23, minute=58))
    books.sells(14, 550, at=NOON + timedelta(minutes=9))
    books.sells(112, 100, at=NOON - timedelta(days=40))
    found = books.desk.find(words, EAST)
    assert found is not None
    assert [int(sold.order_id[-6:]) for sold in sorted(found, key=lambda sold: -sold.utc_ms)] == numbers


def test_only_orders_of_the_shop_that_is_looked_at_are_found(books: Books) -> None:
    books.sells(12, 880)
    books.sells(12, 880, device=TWO)
    found = books.desk.find("0012", EAST, frozenset([TWO]))
    assert [sold.order_id for sold in found or ()] == [order_id(TWO, "7f3a", 12)]


@pytest.mark.parametrize("words", ["rubbish<script>", "12.3.4", "25:00", "%", "付款", "1.234"])
def test_words_that_mean_no_order_are_told_apart(books: Books, words: str) -> None:
    assert books.desk.find(words, EAST) is None
