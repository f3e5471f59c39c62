"""The rows that one turn writes down, column by column: attempts, orders, refunds, shifts, days, doubts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.charge import Captured, Declined, RefundAccepted, Refunded, RefundRefused
from agent.core.codes import ReceiptCode
from agent.core.commands import AskCharge, EnrolMember, KeepRecord, LookUpOrders, TakeBack
from agent.core.debt import DebtPhase
from agent.core.events import (
    BarcodeScanned,
    Device,
    DeviceLost,
    DeviceUp,
    FaceSeen,
    Instant,
    Intent,
    MemberFound,
    MembersMarked,
    RecordsTaken,
    Tapped,
    TemplateMade,
)
from agent.core.ids import OrderId, PaymentKey, RefundKey
from agent.core.intents import PIN_RIGHT, PIN_WRONG
from agent.core.marks import left_out
from agent.core.money import Money
from agent.core.slip import SlipGiven
from agent.core.visit import Stage, Summary
from agent.ports import AttemptRow, Entry, RefundRow
from agent.turn import UNSAID, take
from tests.core.test_collect import handed_over
from tests.core.test_joining import made, to_keeping
from tests.core.test_joining import shop as joining_shop
from tests.core.test_member_desk import THREE, has
from tests.core.test_member_desk import to_confirm as to_member
from tests.core.test_refund_desk import FIRST, ORDER, PIN, RECORD, SOLD, finds, to_asking, to_pin
from tests.core.test_refund_desk import says as back
from tests.core.test_withdrawing import PERSON, RECEIPT, gone
from tests.core.test_withdrawing import shop as withdrawing_shop
from tests.playbook import Fact, Playbook, says, sees, shows_code, taps
from tests.shop import (
    LI,
    MARKS,
    terminal,
    to_cash,
    to_choose,
    to_code,
    to_confirm,
    to_digits,
    to_face,
    to_held,
    to_not_paid,
    to_owed,
    to_paid,
    to_paying,
    trusting,
)

DESK = OrderId("desk-01-7f3a-000001")
KEY = PaymentKey(f"{DESK}-1")
ROW = AttemptRow(KEY, DESK, 1, 880, "CNY", "face", open=True, outcome="unknown")


def written(book: Playbook, fact: Fact) -> Entry:
    entry = take(book.state, fact(book.state) if callable(fact) else fact, book.at).entry
    assert entry is not None
    return entry


def new() -> Playbook:
    return Playbook(terminal())


@pytest.fixture(name="manager")
def _manager() -> Playbook:
    return till()


def till() -> Playbook:
    """A till with a manager."""
    t = terminal()
    return Playbook(replace(t, rules=replace(t.rules, manager_pin=RECORD)))


# --- attempts and orders --------------------------------------------------------------------------


def test_an_attempt_is_written_whole_when_it_begins_and_again_when_it_ends() -> None:
    assert written(to_confirm(new()), taps(Intent.CONFIRM)).attempts == (ROW,)
    ended = written(to_paying(new()), says(Captured())).attempts
    assert ended == (replace(ROW, open=False, outcome="captured"),)


def test_an_order_on_its_way_is_written_as_not_yet_known() -> None:
    entry = written(to_confirm(new()), taps(Intent.CONFIRM))
    [order] = entry.orders
    assert order == Summary(DESK, "face", Money(880), "unknown", 1, LI, order.identify_ms, None)  # type: ignore[arg-type]
    assert order.identify_ms is not None
    [refused] = written(to_paying(new()), says(Declined("funds"))).orders
    assert (refused.outcome, refused.attempts, refused.person, refused.off_minor) == ("notpaid", 1, LI, 0)


def test_a_code_payment_names_its_network_and_nobody() -> None:
    entry = written(to_code(new()), shows_code(network="alipay"))
    [row], [order] = entry.attempts, entry.orders
    assert row == replace(ROW, method="alipay")
    assert (order.method, order.person, order.outcome) == ("alipay", None, "unknown")


def test_cash_writes_no_attempt_not_even_after_a_refused_one() -> None:
    entry = written(to_cash(new()), taps(Intent.CASH_RECEIVED))
    assert (entry.attempts, [order.outcome for order in entry.orders]) == ((), ["paid"])
    refused = to_not_paid(new()) >> taps(Intent.PAY_CASH)
    assert written(refused, taps(Intent.CASH_RECEIVED)).attempts == ()


def test_an_order_nobody_was_asked_for_yet_is_not_written() -> None:
    scanned = to_choose(new())
    assert written(scanned, taps(Intent.PAY_CASH)).orders == ()


def test_a_second_try_has_a_second_row() -> None:
    again = to_not_paid(new()) >> taps(Intent.RETRY) >> taps(Intent.SHOW_CODE)
    [row] = written(again, shows_code()).attempts
    assert row == AttemptRow(PaymentKey(f"{DESK}-2"), DESK, 2, 880, "CNY", "wechat", True, "unknown")


def test_an_order_on_its_way_says_what_membership_took_off(shop: Playbook) -> None:
    book = to_member(shop) >> has(THREE)
    [order] = written(book, taps(Intent.CONFIRM)).orders
    assert (order.amount, order.off_minor, order.outcome) == (Money(580), 300, "unknown")


def test_what_is_written_once_is_not_written_with_every_turn_after(shop: Playbook) -> None:
    entry = written(to_paid(shop), RecordsTaken(("a",)))
    assert (entry.attempts, entry.orders, entry.dropped) == ((), (), ("a",))


# --- on trust -------------------------------------------------------------------------------------


def test_goods_on_trust_are_one_order_and_no_attempt() -> None:
    book = to_confirm(Playbook(trusting(terminal()))) >> DeviceLost(Device.CLOUD, "lost")
    entry = written(book, taps(Intent.CONFIRM))
    assert (entry.attempts, [order.outcome for order in entry.orders]) == ((), ["owed"])
    assert [debt.phase for debt in entry.kept.debts] == [DebtPhase.RESERVED]


def test_collecting_writes_the_debts_own_attempt_and_its_order() -> None:
    book = to_owed(new()) >> taps(Intent.DONE)
    begun = written(book, DeviceUp(Device.CLOUD))
    assert (begun.attempts, [order.outcome for order in begun.orders]) == ((ROW,), ["owed"])
    book >> DeviceUp(Device.CLOUD) << AskCharge
    entry = written(book, says(Captured(), KEY))
    assert entry.attempts == (replace(ROW, open=False, outcome="captured"),)
    assert [(order.order_id, order.outcome) for order in entry.orders] == [(DESK, "paid")]


# --- refunds --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "open_", "outcome"),
    [
        (RefundAccepted(), True, "accepted"),
        (Refunded(), False, "refunded"),
        (RefundRefused("too_old"), False, "refused"),
    ],
)
def test_a_refund_is_written_when_it_is_asked_and_whenever_it_is_heard_of(
    answer: object, open_: bool, outcome: str
) -> None:
    asking = to_pin(till())
    [row] = written(asking, taps(Intent.GIVE_PIN, PIN)).refunds
    asked = RefundRow(RefundKey(FIRST), ORDER, 1, 2_380, "CNY", "wechat", True, "unknown", asking.at.utc_ms)
    assert row == asked
    [heard] = written(to_asking(till()), back(answer)).refunds  # type: ignore[arg-type]
    assert heard == replace(asked, open=open_, outcome=outcome)


def test_cash_given_back_is_written_once_as_done_and_not_with_the_next_sale() -> None:
    done = to_pin(till(), replace(SOLD, payment_key=None, method="cash"))
    assert [row.outcome for row in written(done, taps(Intent.GIVE_PIN, PIN)).refunds] == ["refunded"]
    done >> taps(Intent.GIVE_PIN, PIN) << KeepRecord
    assert written(to_cash(done), taps(Intent.CASH_RECEIVED)).refunds == ()


# --- doubts ---------------------------------------------------------------------------------------


def test_what_is_handed_over_in_doubt_stays_open_until_the_cloud_has_spoken() -> None:
    book = to_held(new()) >> taps(Intent.DONE)
    entry = written(book, says(Captured(), KEY))
    assert entry.attempts == (replace(ROW, open=False, outcome="captured"),)
    assert {(order.order_id, order.outcome) for order in entry.orders} == {(DESK, "paid")}
    voided = written(book, says(Declined("funds"), KEY))
    assert voided.attempts == (replace(ROW, open=False, outcome="voided"),)


def test_a_managers_word_is_on_the_order_and_the_attempt_stays_open(manager: Playbook) -> None:
    book = to_held(manager) >> taps(Intent.OFFICE) >> taps(Intent.SEE_HELD) >> taps(Intent.PICK, KEY)
    book >> taps(Intent.SAY_PAID) >> taps(Intent.PICK, "seen_on_phone")
    entry = written(book, taps(Intent.GIVE_PIN, PIN))
    assert entry.attempts == (replace(ROW, outcome="held"),)
    assert {(order.order_id, order.outcome) for order in entry.orders} == {(DESK, "paid")}


def test_a_debt_in_doubt_is_written_with_its_attempt_and_from_then_on_with_its_case(
    manager: Playbook,
) -> None:
    book = handed_over(manager)
    book >> taps(Intent.OFFICE) >> taps(Intent.SEE_HELD) >> taps(Intent.PICK, KEY)
    book >> taps(Intent.SAY_PAID) >> taps(Intent.PICK, "seen_on_phone")
    entry = written(book, taps(Intent.GIVE_PIN, PIN))
    assert entry.attempts == (replace(ROW, outcome="held"),)
    assert [(order.order_id, order.outcome) for order in entry.orders] == [(DESK, "paid")]
    cleared = written(book, says(Captured(), KEY))
    assert cleared.attempts == (replace(ROW, open=False, outcome="captured"),)


# --- shifts and days ------------------------------------------------------------------------------


def test_a_sale_writes_the_shift_that_runs_and_its_day_and_a_tap_writes_neither() -> None:
    entry = written(to_cash(new()), taps(Intent.CASH_RECEIVED))
    assert entry.shifts == (entry.kept.shift,)
    assert entry.days == entry.kept.days != ()
    silent = written(to_choose(new()), taps(Intent.PAY_CASH))
    assert (silent.shifts, silent.days) == ((), ())


def test_a_shift_that_ends_is_written_before_the_one_that_begins() -> None:
    book = to_cash(new()) >> taps(Intent.CASH_RECEIVED) << KeepRecord << Stage.PAID
    book >> taps(Intent.OFFICE) >> taps(Intent.SEE_SHIFT) >> taps(Intent.START_SHIFT)
    entry = written(book >> taps(Intent.GIVE_NUMBER, "17"), taps(Intent.GIVE_AMOUNT, "200"))
    assert [(one.number, one.cashier) for one in entry.shifts] == [(1, ""), (2, "17")]
    assert entry.days == ()


# --- what is not written --------------------------------------------------------------------------


def test_of_a_pin_it_is_written_whether_it_fitted_and_of_an_amount_what_was_typed() -> None:
    pin = to_pin(till())
    for typed, said in (("1111", PIN_WRONG), (PIN, PIN_RIGHT)):
        fact = written(pin, taps(Intent.GIVE_PIN, typed)).fact
        assert isinstance(fact, Tapped)
        assert fact.said == said
    cash = written(to_cash(new()), taps(Intent.CASH_RECEIVED, "10")).fact
    assert isinstance(cash, Tapped)
    assert cash.said == "10"


def test_neither_whom_a_face_looked_like_nor_who_came_second_is_told_to_the_journal() -> None:
    fact = written(to_face(new()), sees(LI, second=("wang", 0.3))).fact
    assert isinstance(fact, FaceSeen)
    assert (fact.evidence.best, fact.evidence.second, fact.evidence.live_score) == (None, None, None)


def test_digits_of_a_phone_are_not_said() -> None:
    fact = written(to_digits(new()), taps(Intent.GIVE_DIGITS, "4711")).fact
    assert isinstance(fact, Tapped)
    assert fact.said == ""


def test_whom_the_cloud_trusts_is_kept_and_not_told_to_the_journal() -> None:
    book = Playbook(trusting(terminal()))
    newer = replace(MARKS, version=2)
    entry = written(book, MembersMarked(newer))
    assert entry.fact == MembersMarked(left_out(newer))
    assert entry.kept.marks == newer


def test_whoever_joins_is_written_with_the_turn_and_no_face_is_named() -> None:
    book = to_keeping(to_choose(joining_shop()))
    entry = written(book, made(best=0.1, same=0.1))
    assert isinstance(entry.enrol, EnrolMember)
    assert isinstance(entry.fact, TemplateMade)
    assert (entry.fact.best, entry.fact.same_digits) == (None, None)
    assert written(to_cash(new()), taps(Intent.CASH_RECEIVED)).enrol is None


def test_whose_coupons_they_were_is_not_told_to_the_journal(shop: Playbook) -> None:
    fact = written(to_member(shop), has(THREE)).fact
    assert isinstance(fact, MemberFound)
    assert (fact.holdings.person, fact.holdings.coupons) == (UNSAID, (THREE,))


def test_whoever_takes_back_what_they_agreed_to_is_written_with_the_turn() -> None:
    entry = written(withdrawing_shop(), gone())
    assert entry.taken_back == TakeBack(PERSON, ("face_pay",), RECEIPT)
    assert written(to_cash(new()), taps(Intent.CASH_RECEIVED)).taken_back is None


def test_a_receipt_that_was_given_is_written_in_the_turn_that_shows_it_and_in_no_other() -> None:
    book = new() >> BarcodeScanned(ReceiptCode(ORDER)) << LookUpOrders >> finds(SOLD)  # type: ignore[operator]
    book >> taps(Intent.SEE_SLIP) << LookUpOrders
    assert written(book, finds(SOLD)).given == SlipGiven(ORDER, 1)  # type: ignore[arg-type]
    assert written(book >> finds(SOLD), RecordsTaken(("a",))).given is None


def test_the_entry_keeps_what_the_turn_was_decided_with() -> None:
    book = to_cash(new())
    entry = written(book, taps(Intent.CASH_RECEIVED))
    assert entry.before == book.state
    assert entry.at == Instant(book.now_ms, book.at.utc_ms)
