"""Parts given back, as the store keeps them; and orders of the past, as the back office finds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from agent.core.commands import LookUpOrders
from agent.core.events import Event, Instant, OrdersFound
from agent.core.ids import refund_key
from agent.core.money import Money
from agent.core.sold import SoldOrder
from agent.storage.archive import FOUND_MAX, Archive
from agent.storage.database import Database
from agent.storage.journal import Journal
from agent.storage.refunds import all_refunds
from agent.storage.trouble import JournalRefused
from tests.storage.shop import attempt, entry, key, order, order_row, part


def sold(journal: Journal, *numbers: int) -> None:
    """These orders are paid, ¥23.80 each, each by its first attempt."""
    for number in numbers:
        captured = replace(attempt(number, open=False), outcome="captured")
        journal.commit(entry(number, orders=(order_row(number),), attempts=(captured,)))


@pytest.fixture
def store(journal: Journal) -> Journal:
    """Two paid orders."""
    sold(journal, 1, 2)
    return journal


@pytest.fixture
def database(store: Journal) -> Database:
    return store._database


def found(database: Database, words: str) -> list[SoldOrder]:
    return Archive(database, "CNY", lambda _: None).find(words)


# --- what the table refuses -----------------------------------------------------------------------


def test_a_part_is_one_row_however_often_it_changes(store: Journal, database: Database) -> None:
    for outcome in ("unknown", "accepted", "refunded"):
        store.commit(entry(3, refunds=(part(1, outcome=outcome),)))
    assert all_refunds(database) == [part(1, outcome="refunded")]


@pytest.mark.parametrize("outcome", ["unknown", "accepted", "refunded"])
def test_more_than_was_paid_is_refused_whatever_became_of_the_parts_before(
    store: Journal, outcome: str
) -> None:
    store.commit(entry(3, refunds=(part(1, 1, 2000, outcome),)))
    with pytest.raises(JournalRefused, match="more would be given back than was paid"):
        store.commit(entry(4, refunds=(part(1, 2, 381),)))
    store.commit(entry(4, refunds=(part(1, 2, 380),)))


def test_what_was_refused_may_be_tried_again_under_another_number(
    store: Journal, database: Database
) -> None:
    store.commit(entry(3, refunds=(part(1, 1, 2380, "refused"),)))
    store.commit(entry(4, refunds=(part(1, 2, 2380),)))
    assert [row.part for row in all_refunds(database)] == [1, 2]


@pytest.mark.parametrize("outcome", ["notpaid", "cancelled", "unknown", "held"])
def test_nothing_goes_back_of_an_order_that_is_not_paid(store: Journal, outcome: str) -> None:
    store.commit(entry(3, orders=(order_row(3, outcome),)))
    with pytest.raises(JournalRefused, match="more would be given back than was paid"):
        store.commit(entry(4, refunds=(part(3, 1, 1),)))


def test_nothing_goes_back_of_an_order_that_nobody_knows(store: Journal) -> None:
    with pytest.raises(JournalRefused):
        store.commit(entry(3, refunds=(part(9, 1, 1),)))


@pytest.mark.parametrize(
    "other",
    [{"amount_minor": 379}, {"order_id": order(2)}, {"part": 2}, {"method": "cash"}, {"currency": "HKD"}],
    ids=lambda other: next(iter(other)),
)
def test_a_part_never_changes_what_it_is_bound_to(store: Journal, other: dict[str, object]) -> None:
    store.commit(entry(3, refunds=(part(1),)))
    with pytest.raises(JournalRefused, match="what a refund is bound to is never changed"):
        store.commit(entry(4, refunds=(replace(part(1), **other),)))  # type: ignore[arg-type]


@pytest.mark.parametrize("again", ["unknown", "accepted", "refused"])
def test_an_end_is_never_taken_back(store: Journal, again: str) -> None:
    store.commit(entry(3, refunds=(part(1, outcome="refunded"),)))
    with pytest.raises(JournalRefused, match="a refund ends once"):
        store.commit(entry(4, refunds=(part(1, outcome=again),)))


def test_two_parts_never_share_a_number(store: Journal) -> None:
    store.commit(entry(3, refunds=(part(1),)))
    with pytest.raises(JournalRefused):
        store.commit(entry(4, refunds=(replace(part(1), key=refund_key(order(1), 9, 100)),)))


def test_a_refund_is_never_deleted(store: Journal, database: Database) -> None:
    store.commit(entry(3, refunds=(part(1),)))
    with pytest.raises(JournalRefused, match="never deleted"), database.transaction() as connection:
        connection.execute("DELETE FROM refunds")


def test_what_the_table_refuses_leaves_nothing_of_its_turn(store: Journal, database: Database) -> None:
    seq = store.seq
    with pytest.raises(JournalRefused):
        store.commit(entry(3, orders=(order_row(3),), refunds=(part(1, 1, 9_999),)))
    assert (store.seq, all_refunds(database), store.orders.one(order(3))) == (seq, [], None)


# --- what the back office finds -------------------------------------------------------------------


def test_an_order_is_found_by_its_whole_number_and_by_the_end_of_it(database: Database) -> None:
    for words in (order(2), "000002", "02", "2"):
        assert [one.order_id for one in found(database, words)] == [order(2)], words


def test_an_order_is_as_old_as_its_first_row_whatever_is_heard_of_it_later(
    store: Journal, database: Database
) -> None:
    [sold] = found(database, "000001")
    store.commit(entry(9, orders=(order_row(1),)))
    assert found(database, "000001") == [sold]


def test_an_order_is_found_by_its_amount(database: Database) -> None:
    assert [one.order_id for one in found(database, "23.80")] == [order(2), order(1)]
    assert found(database, "23,8") == found(database, "23.80")
    assert found(database, "23.81") == []


@pytest.mark.parametrize("words", ["%", "_", "a b", "23.8.0", "1.999", "'; DROP TABLE orders", "x" * 65])
def test_rubbish_finds_nothing_and_breaks_nothing(database: Database, words: str) -> None:
    assert found(database, words) == []


def test_without_words_the_last_ones_come_newest_first_but_what_was_given_up(
    store: Journal, database: Database
) -> None:
    store.commit(entry(3, orders=(order_row(3, "cancelled"),)))
    assert [one.order_id for one in found(database, "")] == [order(2), order(1)]
    assert [one.outcome for one in found(database, "000003")] == ["cancelled"]


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [("18:04", [4, 3]), ("17:59", [3]), ("18:09", [4, 3]), ("18:12", [4]), ("18:30", []), ("00:02", [6]),
     ("9:07", [5]), ("09:07", [5]), ("24:00", []), ("18:4", []), ("18:04:00", [])],
)  # fmt: skip
def test_an_order_is_found_by_its_time_of_day_within_a_few_minutes(
    store: Journal, database: Database, asked: str, numbers: list[int]
) -> None:
    """By the terminal's own clock, as it stands on the receipt; newest first, of any day."""
    times = {3: (21, 18, 4), 4: (22, 18, 8), 5: (22, 9, 10), 6: (22, 23, 58), 7: (22, 18, 4)}
    for number, (day, hour, minute) in times.items():
        begun_ms = int(datetime(2026, 11, day, hour, minute, 30).timestamp() * 1000)
        row = order_row(number, "cancelled" if number == 7 else "paid")
        store.commit(entry(number, orders=(row,), at=Instant(number, begun_ms)))
    others = (order(1), order(2))  # of a morning long ago, whatever the zone
    hits = [one.order_id for one in found(database, asked) if one.order_id not in others]
    assert hits == [order(n) for n in numbers]


def test_no_more_than_a_page_of_orders_comes(store: Journal, database: Database) -> None:
    for number in range(3, FOUND_MAX + 10):
        store.commit(entry(number, orders=(order_row(number),)))
    assert len(found(database, "")) == FOUND_MAX


def test_an_order_says_what_of_it_went_back(store: Journal, database: Database) -> None:
    parts = (part(1, 1, 1000, "refused"), part(1, 2, 300, "refunded"), part(1, 3, 200, "accepted"))
    store.commit(entry(3, refunds=parts))
    [one] = found(database, order(1))
    assert (one.payment_key, one.refunded, one.refundable) == (key(1), Money(500), Money(1880))
    assert (one.parts, one.last_refund_utc_ms) == (3, 5_003)


def test_an_order_paid_in_cash_after_a_declined_try_has_no_charge_to_give_back(
    store: Journal, database: Database
) -> None:
    cash = replace(order_row(3), method="cash", person=None)
    store.commit(entry(3, orders=(cash,), attempts=(attempt(3, open=False),)))
    [one] = found(database, order(3))
    assert (one.method, one.payment_key, one.refundable) == ("cash", None, Money(2380))


def test_the_answer_to_a_look_up_carries_its_number(database: Database) -> None:
    heard: list[Event] = []
    Archive(database, "CNY", heard.append).look_up(LookUpOrders(7, "000002"))
    [answer] = heard
    assert isinstance(answer, OrdersFound)
    assert (answer.number, [one.order_id for one in answer.orders]) == (7, [order(2)])


def test_a_disk_that_cannot_be_read_finds_nothing_and_says_so(
    database: Database, expected_log: Callable[[str], None]
) -> None:
    expected_log("orders cannot be looked up")
    database.close()
    heard: list[Event] = []
    Archive(database, "CNY", heard.append).look_up(LookUpOrders(8))
    assert heard == [OrdersFound(8, ())]
