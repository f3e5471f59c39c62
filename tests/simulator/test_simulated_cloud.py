"""The simulated cloud keeps its promises, breaks the one it is told to, and the suite notices which."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest

from agent.cloud import messages
from agent.core.charge import Captured, CodePayer, Declined, FacePayer, NeverSeen, Pending, Voided
from agent.core.commands import AskCharge, AskQuery, AskVoid
from agent.core.ids import DeviceId, PersonId, Secret
from agent.core.money import Money
from simulator import bare_till
from simulator.cloud import SimulatedCloud
from simulator.faults import BREAKABLE, Faults
from simulator.gateway.command import main
from simulator.ledger import Ledger, Member
from simulator.promises import PROMISES, PROMISES_OF_TWO, Till, broken_promises
from tests.simulator.conftest import off

pytestmark = pytest.mark.slow
DEVICE, OTHER = DeviceId("desk-01"), DeviceId("desk-02")

NOTICED = {
    "forgets_keys": "keys_are_kept",
    "void_does_not_fence": "a_void_fences_an_unseen_key",
    "same_key_charges_again": "same_key_same_answer",
    "ignores_deadline": "a_late_charge_is_declined",
    "accepts_other_content": "other_content_is_a_conflict",
    "voids_captured": "a_void_never_moves_captured_money",
    "refund_number_books_again": "same_refund_number_same_money",
    "accepts_other_refund": "other_refund_content_is_a_conflict",
    "refunds_beyond_paid": "no_more_goes_back_than_was_paid",
    "refunds_unknown_charges": "what_was_never_paid_does_not_go_back",
    "forgets_refunds": "a_refund_query_tells_the_truth",
    "query_invents_refunds": "a_refund_query_tells_the_truth",
    "answers_about_foreign_keys": "a_key_is_its_terminals_alone",
    "coupon_used_twice": "a_coupon_is_used_once",
    "refund_keeps_coupons": "a_coupon_comes_back_with_the_last_of_the_money",
    "statement_lists_twice": "a_capture_stands_in_the_ledger_once",
    "statement_leaves_out_refunds": "what_goes_back_stands_in_the_ledger",
    "statement_lists_what_did_not_move": "what_did_not_move_stands_in_no_book",
    "statement_takes_in_its_last_moment": "a_span_takes_in_its_first_moment_and_not_its_last",
    "statement_pages_overlap": "pages_hold_every_row_once_and_in_the_same_order",
    "statement_repeats_its_last_page": "a_page_past_the_last_is_empty",
    "statement_of_every_device": "a_statement_is_of_this_device_alone",
}


@pytest.fixture
def till(desk_broker, desk_cloud):
    assert desk_cloud.captures() == []
    till = Till(desk_broker.url, DEVICE, "M-1001")
    yield till
    till.close()


def by_code(till, code):
    return replace(till.request(), payer=CodePayer("wechat", Secret(code)))


def test_it_keeps_every_promise(desk_broker, desk_cloud):
    sells_at(desk_broker, OTHER)
    assert broken_promises(desk_broker.url, DEVICE, "M-1001", OTHER) == {}
    assert [alarm.what for alarm in desk_cloud.alarms()] == ["conflict"]


@pytest.mark.parametrize("fault", BREAKABLE)
def test_a_promise_broken_on_purpose_is_noticed_by_name(desk_broker, desk_cloud, fault):
    if fault == "statement_of_every_device":
        sells_at(desk_broker, OTHER)
    desk_cloud.faults.break_promise(fault)
    found = broken_promises(desk_broker.url, DEVICE, "M-1001", OTHER)
    assert NOTICED[fault] in found
    assert "saw" in found[NOTICED[fault]]


def test_the_command_tells_each_promise_and_names_the_broken_one(desk_broker, desk_cloud, capsys):
    wanted = ["promises", desk_broker.url, "--device", DEVICE, "--other", OTHER, "--member", "M-1001"]
    assert main(wanted) == 0
    kept, asked = capsys.readouterr().out.splitlines(), len(PROMISES) + len(PROMISES_OF_TWO)
    assert kept[0] == "✓ same key same answer"
    assert kept[-1] == f"{asked} of {asked} promises kept"
    desk_cloud.give_coupons("M-1001", *(off(name) for name in ("c", "d", "e")))
    desk_cloud.faults.break_promise("coupon_used_twice")
    assert main([*wanted, "--json"]) == 1
    broken = json.loads(capsys.readouterr().out)["broken"]
    assert set(broken) >= {"a_coupon_is_used_once", "a_coupon_is_used_at_one_till"}


def test_without_a_broker_the_command_says_where_it_looked_and_no_password(capsys):
    url = "mqtt://desk:secret@127.0.0.1:9"
    assert main(["promises", url, "--device", DEVICE, "--member", "M-1001"]) == 3
    said = capsys.readouterr().err
    assert "127.0.0.1:9: " in said
    assert "next:" in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["http://127.0.0.1", "--device", "d-1"], "mqtt[s]://host:port"),
        (["nonsense", "--device", "d-1"], "mqtt[s]://host:port"),
        (["mqtt://127.0.0.1:9", "--device", "+"], "expected a terminal's id"),
        (["mqtts://127.0.0.1:9", "--device", "d-1", "--ca", "/nowhere.pem"], "/nowhere.pem: no such file"),
    ],
)
def test_rubbish_is_named_before_anything_is_asked(words, expected, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["promises", *words, "--member", "M-1001"])
    assert expected in capsys.readouterr().err


def test_a_cloud_without_coupons_can_keep_all_that_was_tried(desk_broker, tmp_path, capsys):
    cloud = SimulatedCloud(desk_broker.url, tmp_path, 1, [Member("M-1001", "王*", 100_000, 120)])
    cloud.start()
    assert cloud.wait_ready(10)
    code = main(["promises", desk_broker.url, "--device", DEVICE, "--member", "M-1001", "--json"])
    cloud.stop()
    assert code == 0
    said = json.loads(capsys.readouterr().out)
    untried = ["a_coupon_comes_back_with_the_last_of_the_money", "a_coupon_is_used_once"]
    assert (said["broken"], said["not_tried"]) == ({}, untried)
    assert said["kept"] == said["asked"] == len(PROMISES) - len(untried)


def test_an_answer_that_no_terminal_could_read_is_said_by_each_promise(
    desk_broker, desk_cloud, monkeypatch
):
    monkeypatch.setattr(messages, "answer_bytes", lambda *_: b"\xff no message")
    found = broken_promises(desk_broker.url, DEVICE, "M-1001")
    assert found["same_key_same_answer"] == "expected an answer of the contract, saw no CloudEvent in JSON"
    assert "silence" not in "".join(found.values())
    assert desk_cloud.captures() != []


def test_a_charge_that_waits_is_asked_about_until_it_is_settled(till, monkeypatch):
    said = [Pending(), NeverSeen(), Pending(), Captured()]
    asked = []

    def ask(wish):
        asked.append(type(wish).__name__)
        return said.pop(0)

    monkeypatch.setattr(till, "ask", ask)
    monkeypatch.setattr(bare_till, "PENDING_S", 0.0)
    assert till.charge(till.request()) == NeverSeen()
    assert till.charge(till.request()) == Captured()
    assert asked == ["AskCharge", "AskQuery"] * 2


def test_what_was_seen_is_said_in_the_words_of_the_contract(desk_broker, desk_cloud):
    desk_cloud.faults.break_promise("void_does_not_fence")
    seen = broken_promises(desk_broker.url, DEVICE, "M-1001")["a_void_fences_an_unseen_key"]
    assert seen.startswith("expected voided, saw captured, points earned ")


def sells_at(broker, device):
    """Another terminal of the shop takes money too."""
    other = Till(broker.url, device, "M-1001")
    assert isinstance(other.charge(other.request()), Captured)
    other.close()


def test_every_promise_has_a_fault_that_breaks_it():
    assert set(NOTICED) == set(BREAKABLE)
    promises = {promise.__name__ for promise in (*PROMISES, *PROMISES_OF_TWO)}
    assert promises - set(NOTICED.values()) == {"a_coupon_is_used_at_one_till"}  # see the command


def test_an_unknown_promise_cannot_be_broken():
    with pytest.raises(ValueError, match="no such promise: gravity"):
        Faults(1).break_promise("gravity")


def test_a_member_pays_once_and_earns_a_point_for_each_whole_yuan(till, desk_cloud):
    request = till.request(2380)
    assert till.charge(request) == till.charge(request) == Captured(23, 143)
    (member,) = desk_cloud.members()
    assert (member.balance_minor, member.points) == (97_620, 143)
    (capture,) = desk_cloud.captures()
    assert (capture.payer_kind, capture.person, capture.points) == ("face", "M-1001", 23)


def test_a_stranger_and_an_empty_account_are_declined(till):
    stranger = replace(till.request(), payer=FacePayer(PersonId("M-9999")))
    assert till.charge(stranger) == Declined("refused")
    assert till.charge(till.request(100_001)) == Declined("funds")


def test_a_code_works_once_whoever_shows_it(till, desk_cloud):
    code = "134567890123456789"
    first = by_code(till, code)
    assert till.charge(first) == Captured(0, 0)
    assert till.charge(by_code(till, code)) == Declined("expired_code")
    assert till.charge(first) == Captured(0, 0)
    assert [capture.person for capture in desk_cloud.captures()] == [None]


def test_codes_that_end_in_an_agreed_way_ask_for_trouble(till):
    assert till.charge(by_code(till, "134567890123000097")) == Declined("expired_code")
    assert till.charge(by_code(till, "134567890123000098")) == Declined("funds")
    typing = by_code(till, "134567890123000099")
    answers = [till.ask(AskCharge(typing))]
    while answers[-1] == Pending() and len(answers) < 6:
        answers.append(till.ask(AskQuery(typing.key)))
    assert answers[0] == Pending()
    assert answers[-1] == Captured(0, 0)


def test_a_charge_in_flight_is_unknown_and_a_void_overtakes_it(till, desk_cloud):
    desk_cloud.faults.hold_charges()
    reached = threading.Event()
    desk_cloud.on_charge_received = lambda _: reached.set()
    request = till.request()
    send(till, request)
    assert reached.wait(10)
    assert till.ask(AskQuery(request.key)) == NeverSeen()
    assert till.ask(AskVoid(request.key)) == Voided()
    desk_cloud.faults.release_charges()
    assert till.ask(AskQuery(request.key)) == Voided()
    assert desk_cloud.captures() == []


def test_a_held_charge_is_booked_when_it_is_released_and_announced_once(till, desk_cloud):
    desk_cloud.faults.hold_charges()
    arrivals = []
    desk_cloud.on_charge_received = lambda _: arrivals.append(len(desk_cloud.captures()))
    request = till.request()
    send(till, request)
    assert desk_cloud.wait_for(lambda: arrivals == [0], 10)
    desk_cloud.faults.release_charges()
    assert desk_cloud.wait_for(lambda: len(desk_cloud.captures()) == 1, 10)
    assert arrivals == [0]


def send(till, request):
    """Send without waiting for an answer."""
    from agent.cloud import messages, topics

    till._client.publish(topics.ask(DEVICE, "charge"), messages.charge_bytes(request, DEVICE), qos=1)


def test_the_books_are_open_after_the_cloud_has_stopped_and_kept_for_the_next(till, desk_cloud):
    request = till.request(500)
    till.charge(request)
    desk_cloud.stop()
    assert [capture.amount_minor for capture in desk_cloud.captures()] == [500]
    desk_cloud.start()
    assert desk_cloud.wait_ready(10)
    assert till.charge(request) == Captured(5, 125)
    assert len(desk_cloud.captures()) == 1


def test_the_same_seed_loses_the_same_answers():
    def drawn(seed):
        faults = Faults(seed)
        faults.lost_answers_pct, faults.doubled_answers_pct = 30, 30
        return [faults.copies() for _ in range(50)]

    assert drawn(7) == drawn(7) != drawn(8)
    assert set(drawn(7)) == {0, 1, 2}


def test_no_payment_code_is_written_down(tmp_path):
    folder = tmp_path / "books"
    ledger = Ledger(folder / "cloud.sqlite", 1, [Member("M-1001", "王*", 1)])
    order = DeviceId("x")
    from agent.core.charge import ChargeRequest

    payer = CodePayer("wechat", Secret("134567890123456789"))
    ledger.begin()
    ledger.charge(ChargeRequest("k", order, Money(1), payer, "", 9_999_999_999_999), 0)
    ledger.commit()
    ledger.close()
    assert all(b"134567890123456789" not in file.read_bytes() for file in folder.iterdir())
