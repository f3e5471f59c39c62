"""The terminal's link to the cloud over real brokers: what a cashier and a technician would notice."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

import pytest

from agent.cloud import messages, topics
from agent.cloud.messages import answer_bytes, presence_bytes
from agent.cloud.promotion_messages import is_list, read_picture, read_promotions
from agent.cloud.schema import AcknowledgedData, RefusedRecord
from agent.core.charge import Captured, Declined, NeverSeen, Voided
from agent.core.commands import AskCharge, AskQuery, AskVoid
from agent.core.events import MembersMarked, RecordsTaken
from agent.core.ids import DeviceId, PaymentKey, PersonId
from agent.core.money import Money
from agent.core.promotions import Promotion, Promotions
from agent.ports import OutboxRow
from tests.helpers import wait_until

pytestmark = pytest.mark.slow
DEVICE = DeviceId("desk-01")
PRESENCE = topics.presence(DEVICE)


def wait_for(cloud, predicate, seconds=30):
    assert cloud.wait_for(predicate, seconds)


@pytest.fixture
def cloud(shop, broker):
    cloud = shop.cloud(broker.url)
    assert cloud.wait_ready(10)
    return cloud


@pytest.fixture
def terminal(shop, broker, cloud):
    assert cloud.record_count() == 0
    terminal = shop.terminal(broker.url)
    terminal.wait_up()
    return terminal


def test_a_charge_is_captured_once_and_the_points_come_back(terminal, cloud, shop):
    request = shop.request()
    terminal.task.ask(AskCharge(request))
    assert terminal.wait_answer(request) == Captured(points_earned=23, points_balance=143)
    (capture,) = cloud.captures()
    assert (capture.payment_key, capture.amount_minor, capture.person) == (request.key, 2380, "M-1001")


def test_queries_and_voids_are_answered_about_their_own_key(terminal, shop):
    known, unknown = shop.request(), shop.request()
    terminal.task.ask(AskCharge(known))
    terminal.wait_answer(known)
    terminal.task.ask(AskQuery(unknown.key))
    assert terminal.wait_answer(unknown) == NeverSeen()
    terminal.task.ask(AskVoid(known.key))
    assert len(terminal.answers(known)) in (1, 2)
    terminal.task.ask(AskVoid(unknown.key))
    other = shop.request()
    terminal.task.ask(AskQuery(other.key))
    terminal.wait_answer(other)
    assert terminal.answers(unknown)[-1] == Voided()
    assert isinstance(terminal.answers(known)[-1], Captured)


def test_an_answer_that_comes_twice_is_posted_twice_and_the_money_moved_once(terminal, cloud, shop):
    cloud.faults.double_answers = True
    request = shop.request()
    terminal.task.ask(AskCharge(request))
    wait_for(cloud, lambda: len(terminal.answers(request)) == 2)
    assert len(cloud.captures()) == 1


def test_a_lost_answer_is_silence_and_a_query_finds_the_truth(terminal, cloud, shop):
    cloud.faults.lose_next_answers(1)
    request = shop.request()
    terminal.task.ask(AskCharge(request))
    wait_for(cloud, lambda: len(cloud.captures()) == 1)
    assert terminal.answers(request) == []
    terminal.task.ask(AskQuery(request.key))
    assert isinstance(terminal.wait_answer(request), Captured)


def test_a_broker_that_comes_later_is_found(shop, cloudless_broker):
    terminal = shop.terminal(cloudless_broker.url)
    text = terminal.wait_trouble("unreachable")
    assert f"127.0.0.1:{cloudless_broker.port}" in text
    assert "cloud.url" in text
    cloudless_broker.start()
    terminal.wait_up()


@pytest.fixture
def cloudless_broker(shop, kind):
    return shop.broker(kind)


def test_after_the_broker_was_killed_charges_and_records_go_on(terminal, cloud, broker, shop):
    terminal.task.deliver(shop.rows(1, 20))
    wait_for(cloud, lambda: len(terminal.taken()) >= 20)
    broker.restart()
    terminal.task.deliver(shop.rows(21, 40))
    terminal.wait_up(2)
    assert "127.0.0.1" in terminal.wait_trouble("lost")
    assert cloud.wait_ready(10)
    wait_for(cloud, lambda: set(terminal.taken()) >= {row.id for row in shop.rows(1, 40)})
    assert cloud.record_count() == 40
    request = shop.request()
    terminal.task.ask(AskCharge(request))
    assert isinstance(terminal.wait_answer(request), Captured)


def test_a_charge_asked_while_the_link_is_down_is_never_sent(terminal, cloud, broker, shop, caplog):
    broker.stop()
    terminal.wait_trouble("lost")
    wait_until(lambda: not cloud.wait_ready(0))  # it is the cloud's to notice, too
    late = shop.request()
    with caplog.at_level(logging.WARNING):
        terminal.task.ask(AskCharge(late))
    assert f"charge of {late.key} dropped" in caplog.text
    broker.start()
    terminal.wait_up(2)
    assert cloud.wait_ready(10)
    now = shop.request()
    terminal.task.ask(AskCharge(now))
    terminal.wait_answer(now)
    assert [capture.payment_key for capture in cloud.captures()] == [now.key]


def test_a_charge_whose_deadline_is_over_is_not_sent(terminal, cloud, shop, caplog):
    stale, fresh = shop.request(ttl_ms=-1), shop.request()
    with caplog.at_level(logging.WARNING):
        terminal.task.ask(AskCharge(stale))
        terminal.task.ask(AskCharge(fresh))
        terminal.wait_answer(fresh)
    assert "its deadline is over" in caplog.text
    assert [capture.payment_key for capture in cloud.captures()] == [fresh.key]


def test_a_charge_swallowed_by_a_dead_link_is_refused_when_it_arrives_late(shop, broker, cloud):
    link = shop.link(broker)
    terminal = shop.terminal(f"mqtt://127.0.0.1:{link.port}")
    terminal.wait_up()
    link.black_hole()
    request = shop.request(ttl_ms=300)
    terminal.task.ask(AskCharge(request))
    expired = shop.request(ttl_ms=300)
    assert not cloud.wait_for(lambda: bool(terminal.answers(expired)), 0.5)
    link.restore()
    terminal.task.ask(AskQuery(request.key))
    assert terminal.wait_answer(request) in (NeverSeen(), Declined("late"))
    assert cloud.captures() == []


def test_records_over_a_link_that_is_cut_again_and_again_arrive_exactly_once(shop, broker, cloud):
    link = shop.link(broker)
    terminal = shop.terminal(f"mqtt://127.0.0.1:{link.port}", window=8)
    terminal.wait_up()
    rows = shop.rows(1, 300)
    terminal.task.deliver(rows)
    for cut in range(1, 5):
        wait_for(cloud, lambda: cloud.record_count() >= 50 * cut)  # noqa: B023
        link.cut()
        link.restore()
    wait_for(cloud, lambda: set(terminal.taken()) == {row.id for row in rows}, 30)
    assert sorted(record.seq for record in cloud.records()) == list(range(1, 301))
    assert {record.body for record in cloud.records()} == {row.body for row in rows}
    assert cloud.alarms() == []


def test_the_brokers_receipt_alone_takes_no_record_out_of_the_window(shop, broker):
    terminal = shop.terminal(broker.url, window=4)
    observer = shop.observer(broker.url)
    terminal.wait_up()
    terminal.task.deliver(shop.rows(1, 10))
    again = topics.record(DEVICE, "sale")
    # Nobody acknowledges, so the same four come again and again, and never the fifth.
    sent = [row.body for row in shop.rows(1, 4)]
    seen = observer.seen
    wait_until(lambda: [body for topic, body, _ in seen if topic == again].count(sent[0]) >= 3)
    assert {body for topic, body, _ in list(seen) if topic == again} == set(sent)
    assert terminal.taken() == []
    cloud = shop.cloud(broker.url)
    wait_for(cloud, lambda: len(set(terminal.taken())) == 10)
    assert cloud.record_count() == 10


def test_a_record_rewritten_under_its_old_id_is_refused_and_the_others_go_on(terminal, cloud, shop, caplog):
    terminal.task.deliver(shop.rows(1, 2))
    wait_for(cloud, lambda: len(terminal.taken()) >= 2)
    forged = OutboxRow(3, shop.row(1).id, "sale", shop.row(1).body.replace(b"total_minor", b"other_minor"))
    terminal.task.deliver([forged, shop.row(4)])
    wait_for(cloud, lambda: shop.row(4).id in terminal.taken() and bool(terminal.refused()))
    assert [alarm.what for alarm in cloud.alarms()] == ["record_rewritten"]
    assert terminal.refused()[0].id == forged.id
    assert "came before with other content" in caplog.text


def test_a_record_too_large_for_any_broker_is_refused_and_does_not_break_the_link(
    terminal, cloud, shop, caplog
):
    giant = OutboxRow(1, "giant", "sale", b" " * 200_000)
    terminal.task.deliver([giant, shop.row(2)])
    wait_for(cloud, lambda: shop.row(2).id in terminal.taken())
    assert [fact.id for fact in terminal.refused()] == ["giant"]
    assert "record giant will not be taken: 200000 bytes" in caplog.text
    assert terminal.troubles == []


def test_how_far_the_cloud_is_counts_only_where_all_it_speaks_of_waits_here(broker, shop, caplog):
    observer, ack = shop.observer(broker.url), topics.acknowledgements(DEVICE)
    terminal = shop.terminal(broker.url)
    terminal.wait_up()

    def says(id, *ids, refused=()):
        words = AcknowledgedData(
            [*ids], 51, [RefusedRecord(one, "another has its number") for one in refused]
        )
        observer.send(ack, messages.acknowledged_bytes(words, id, 1))

    terminal.task.deliver(shop.rows(1, 4))
    wait_until(lambda: len(observer.seen) >= 3)
    says("a", "of-an-earlier-journal")
    says("b", shop.row(1).id, "of-an-earlier-journal")
    says("c", shop.row(2).id)
    says("d", refused=[shop.row(3).id])

    def told():
        return [(fact.ids, fact.reached) for fact in list(terminal.facts) if isinstance(fact, RecordsTaken)]

    wait_until(lambda: len(told()) == 4)
    assert [reached for _, reached in told()] == [0, 0, 51, 51]
    wait_until(lambda: "another has its number" in caplog.text)


def test_garbage_on_reply_and_acknowledgement_is_one_line_each_and_harms_nothing(
    terminal, broker, shop, caplog
):
    observer = shop.observer(broker.url)
    secret = b'{"specversion":"1.0","data":"134567890123456789"}'
    reply, ack = topics.reply(DEVICE, "charge"), topics.acknowledgements(DEVICE)
    with caplog.at_level(logging.WARNING, "agent.cloud"):
        for topic in (reply, ack):
            for body in (b"", b"\xff\xfe\x00", b"[" * 5000, secret):
                observer.send(topic, body)
        request = shop.request()
        terminal.task.ask(AskCharge(request))
        assert isinstance(terminal.wait_answer(request), Captured)
    lines = [record.getMessage() for record in caplog.records if "ignored" in record.getMessage()]
    assert len(lines) == 8
    assert "134567890123456789" not in caplog.text
    assert terminal.troubles == []


def marked(terminal):
    return [fact.marks.members for fact in list(terminal.facts) if isinstance(fact, MembersMarked)]


def test_marks_wait_at_the_broker_for_a_terminal_and_come_again_with_each_change(shop, cloud, broker):
    cloud.mark_members(DEVICE, {PersonId("M-1001"): 5_000})
    terminal = shop.terminal(broker.url)
    terminal.wait_up()
    wait_until(lambda: len(marked(terminal)) == 1)
    cloud.mark_members(DEVICE, {})
    wait_until(lambda: len(marked(terminal)) == 2)
    [first], second = marked(terminal)
    assert (first.person, first.limit_minor, second) == ("M-1001", 5_000, ())


def test_garbage_instead_of_marks_is_one_line_and_trusts_nobody(terminal, broker, shop, caplog):
    observer = shop.observer(broker.url)
    with caplog.at_level(logging.WARNING, "agent.cloud"):
        for body in (b"", b"[" * 5000, b'{"members": "everybody"}'):
            observer.send(topics.marks(DEVICE), body)
        request = shop.request()
        terminal.task.ask(AskCharge(request))
        assert isinstance(terminal.wait_answer(request), Captured)
    assert sum("ignored" in record.getMessage() for record in caplog.records) == 3
    assert marked(terminal) == []


def test_an_answer_of_a_newer_version_is_ignored_with_a_line_that_says_so(terminal, broker, shop, caplog):
    observer = shop.observer(broker.url)
    key = PaymentKey("desk-01-7f3a-000099-1")
    newer = answer_bytes(key, Captured(1, 2), "x", 0).replace(b"captured.v1", b"captured.v2")
    with caplog.at_level(logging.WARNING, "agent.cloud"):
        observer.send(topics.reply(DEVICE, "charge"), newer)
        request = shop.request()
        terminal.task.ask(AskQuery(request.key))
        terminal.wait_answer(request)
    assert "newer version" in caplog.text
    assert not any(getattr(fact, "key", None) == key for fact in terminal.facts)


def test_a_wrong_password_is_refused_in_words_and_heals_when_the_file_is_right(shop, kind, tmp_path):
    broker = shop.broker(kind, username="till", password="right")
    broker.start()
    secret = tmp_path / "password"
    secret.write_text("wrong\n")
    terminal = shop.terminal(broker.url, username="till", password_file=str(secret))
    text = terminal.wait_trouble("refused")
    assert re.search(r"127\.0\.0\.1:\d+: (refuses|closed) .*cloud\.password_file", text)
    assert "wrong" not in text
    secret.write_text("right\n")
    terminal.wait_up()


def test_a_missing_password_file_is_named(shop, broker):
    terminal = shop.terminal(broker.url, username="till", password_file="/nowhere/password")
    assert "cloud.password_file = /nowhere/password: No such file" in terminal.wait_trouble("refused")


def test_online_is_retained_and_a_goodbye_says_offline(terminal, broker, shop):
    late = shop.observer(broker.url)
    online = presence_bytes(DEVICE, True, "boot-1")
    wait_until(lambda: late.last(PRESENCE) == online)
    assert (PRESENCE, online, True) in late.seen
    terminal.stop()
    wait_until(lambda: late.last(PRESENCE) == presence_bytes(DEVICE, False, "boot-1"))


def test_when_the_link_dies_the_broker_says_offline_for_us(shop, broker):
    link = shop.link(broker)
    terminal = shop.terminal(f"mqtt://127.0.0.1:{link.port}")
    terminal.wait_up()
    observer = shop.observer(broker.url)
    link.cut()
    wait_until(lambda: observer.last(PRESENCE) == presence_bytes(DEVICE, False, "boot-1"))
    link.restore()
    wait_until(lambda: observer.last(PRESENCE) == presence_bytes(DEVICE, True, "boot-1"))


def test_amounts_are_whole_to_the_last_fen_on_the_way(terminal, cloud, shop):
    request = replace(shop.request(code="134567890123456789"), amount=Money(9_007_199_254_740_991))
    terminal.task.ask(AskCharge(request))
    assert terminal.wait_answer(request) == Captured(0, 0)
    assert cloud.captures()[0].amount_minor == 9_007_199_254_740_991


def test_promotions_wait_at_the_broker_and_come_with_their_pictures(shop, cloud, broker):
    first = Promotions(1, (Promotion("oden", "关东煮", "Oden"),))
    cloud.promote(DEVICE, first, [b"a picture, for all the link knows"])
    terminal = shop.terminal(broker.url)
    terminal.wait_up()
    wait_until(lambda: len(terminal.promoted) == 2)
    lists = [read_promotions(body) for body in terminal.promoted if is_list(body)]
    pictures = [read_picture(body) for body in terminal.promoted if not is_list(body)]
    assert lists == [first]
    assert pictures[0][1] == b"a picture, for all the link knows"
