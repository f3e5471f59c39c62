"""The payment machine, sentence by sentence, and every cell of its table."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from agent.core.charge import (
    Answer,
    Captured,
    ChargeRequest,
    Declined,
    FacePayer,
    NeverSeen,
    Pending,
    Voided,
)
from agent.core.commands import AskCharge, AskQuery, AskVoid, Command, StartTimer
from agent.core.events import Instant
from agent.core.ids import OrderId, PaymentKey, PersonId, Secret
from agent.core.money import Money
from agent.core.payment import (
    FINAL,
    IN_FLIGHT,
    MEANING,
    TABLE,
    Act,
    Payment,
    Phase,
    Signal,
    Timetable,
    Waits,
    answered,
    ask_code,
    ask_face,
    asked_now,
    restarted,
    step,
    timer_fired,
)
from tests.shop import WAITS

UTC_MS = 1_790_000_000_000
AT = Instant(1_000, UTC_MS + 1_000)
ORDER = OrderId("desk-01-7f3a-000001")
KEY = PaymentKey("desk-01-7f3a-000001-1")


def fresh() -> Payment:
    return Payment(ORDER, Money(880), "digest")


class Till:
    """One payment, a clock, and what went out."""

    def __init__(self, payment: Payment | None = None, waits: Waits = WAITS) -> None:
        self.payment = payment or fresh()
        self.waits = waits
        self.now_ms = AT.mono_ms
        self.sent: list[Command] = []
        self.due_ms: int | None = None

    @property
    def at(self) -> Instant:
        return Instant(self.now_ms, UTC_MS + self.now_ms)

    @property
    def phase(self) -> Phase:
        return self.payment.phase

    def took(self, result: tuple[Payment, tuple[Command, ...]]) -> Till:
        self.payment, wishes = result
        self.sent = [wish for wish in wishes if not isinstance(wish, StartTimer)]
        timers = [wish for wish in wishes if isinstance(wish, StartTimer)]
        if timers:
            assert timers[-1].generation == self.payment.timer
            self.due_ms = self.now_ms + timers[-1].after_ms
        return self

    def by_face(self) -> Till:
        return self.took(ask_face(self.payment, PersonId("li"), self.waits, self.at))

    def by_code(self, network: str = "wechat") -> Till:
        return self.took(ask_code(self.payment, network, Secret("13…"), self.waits, self.at))

    def hears(self, answer: Answer, key: PaymentKey | None = None) -> Till:
        return self.took(
            answered(self.payment, key or self.payment.key or KEY, answer, self.waits, self.at)
        )

    def signal(self, signal: Signal) -> Till:
        return self.took(step(self.payment, signal, self.waits, self.at))

    def restart(self) -> Till:
        return self.took(restarted(self.payment, self.waits, self.at))

    def waits_for_the_timer(self) -> Till:
        assert self.due_ms is not None
        self.now_ms, self.due_ms = self.due_ms, None
        return self.took(timer_fired(self.payment, self.payment.timer, self.waits, self.at))


# --- asking ---------------------------------------------------------------------------------------


def test_a_charge_carries_who_how_much_for_what_and_until_when() -> None:
    till = Till().by_face()
    request = ChargeRequest(KEY, ORDER, Money(880), FacePayer(PersonId("li")), "digest", UTC_MS + 31_000)
    assert till.sent == [AskCharge(request)]
    assert till.phase is Phase.ASKING


def test_captured_is_paid_with_its_points() -> None:
    till = Till().by_face().hears(Captured(8, 108))
    assert (till.phase, till.payment.points_earned, till.payment.points_balance) == (Phase.PAID, 8, 108)


def test_declined_allows_a_new_attempt_under_a_new_key() -> None:
    till = Till().by_face().hears(Declined("funds"))
    assert (till.phase, till.payment.reason) == (Phase.READY, "funds")
    till.by_code()
    assert till.payment.key == "desk-01-7f3a-000001-2"
    assert till.payment.reason == ""


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.READY])
def test_nobody_asks_twice(phase: Phase) -> None:
    till = Till(replace(Till().by_face().payment, phase=phase))
    before = till.payment
    assert till.by_face().payment == till.by_code().payment == before
    assert till.sent == []


# --- silence and doubt ----------------------------------------------------------------------------


def test_silence_is_unknown_and_the_cloud_is_asked() -> None:
    till = Till().by_face().waits_for_the_timer()
    assert till.now_ms == AT.mono_ms + WAITS.answer_wait_ms
    assert till.phase is Phase.UNKNOWN
    assert till.sent == [AskQuery(KEY)]


def test_a_pending_charge_is_asked_about_and_its_silence_is_doubt() -> None:
    till = Till().by_code().hears(Pending())
    assert till.phase is Phase.WAITING
    assert till.waits_for_the_timer().sent == [AskQuery(KEY)]
    assert till.phase is Phase.WAITING
    assert till.waits_for_the_timer().sent == [AskQuery(KEY)]
    assert till.phase is Phase.UNKNOWN
    assert till.hears(Pending()).phase is Phase.WAITING


def test_never_seen_is_not_an_answer() -> None:
    till = Till().by_face().waits_for_the_timer().hears(NeverSeen())
    assert till.phase is Phase.UNKNOWN
    assert till.by_face().payment.attempt == 1


def test_a_face_charge_never_seen_is_fenced_as_soon_as_that_is_allowed() -> None:
    till = Till().by_face()
    till.now_ms += 500
    till.signal(Signal.LINK_LOST).signal(Signal.LINK_BACK).hears(NeverSeen()).waits_for_the_timer()
    assert till.sent == [AskVoid(KEY)]
    assert till.now_ms == AT.mono_ms + WAITS.void_face_after_ms


def test_a_code_charge_never_seen_is_not_fenced_before_its_network_allows() -> None:
    till = Till().by_code().waits_for_the_timer()
    while till.hears(NeverSeen()).waits_for_the_timer().sent == [AskQuery(KEY)]:
        assert till.now_ms < AT.mono_ms + 15_000
    assert till.sent == [AskVoid(KEY)]
    assert till.now_ms == AT.mono_ms + 15_000


def test_a_code_charge_still_pending_is_not_fenced_earlier_by_an_impatient_profile() -> None:
    till = Till(waits=replace(WAITS, give_up_after_ms=3_000)).by_code()
    while till.hears(Pending()).waits_for_the_timer().sent == [AskQuery(KEY)]:
        pass
    assert till.sent == [AskVoid(KEY)]
    assert till.now_ms >= AT.mono_ms + 15_000


TIMETABLES = replace(
    WAITS, networks=(Timetable("wechat", 5_000, 15_000, 30_000), Timetable("alipay", 4_000, 20_000, 60_000))
)


@pytest.mark.parametrize(
    ("network", "every_ms", "given_up_ms"),
    [("wechat", 5_000, 30_000), ("alipay", 4_000, 60_000), ("unionpay", 5_000, WAITS.give_up_after_ms)],
)
def test_a_customer_who_types_a_password_is_asked_about_and_given_up_by_the_networks_own_timetable(
    network: str, every_ms: int, given_up_ms: int
) -> None:
    till = Till(waits=TIMETABLES).by_code(network).hears(Pending())
    assert till.waits_for_the_timer().sent == [AskQuery(KEY)]
    asked_ms = till.now_ms
    assert till.hears(Pending()).waits_for_the_timer().sent == [AskQuery(KEY)]
    assert till.now_ms - asked_ms == every_ms
    while till.hears(Pending()).waits_for_the_timer().sent == [AskQuery(KEY)]:
        assert till.now_ms < AT.mono_ms + given_up_ms
    assert till.sent == [AskVoid(KEY)]
    assert 0 <= till.now_ms - AT.mono_ms - given_up_ms < every_ms


def test_a_charge_never_seen_is_fenced_when_its_own_network_allows() -> None:
    for network, allowed_ms in (("wechat", 15_000), ("alipay", 20_000), ("unionpay", 15_000)):
        till = Till(waits=TIMETABLES).by_code(network).waits_for_the_timer()
        while till.hears(NeverSeen()).waits_for_the_timer().sent == [AskQuery(KEY)]:
            pass
        assert (till.sent, till.now_ms) == ([AskVoid(KEY)], AT.mono_ms + allowed_ms), network


def test_a_charge_pending_for_too_long_is_fenced() -> None:
    till = Till().by_face()
    while till.hears(Pending()).waits_for_the_timer().sent == [AskQuery(KEY)]:
        pass
    assert (till.phase, till.sent) == (Phase.VOIDING, [AskVoid(KEY)])
    assert till.now_ms >= AT.mono_ms + WAITS.give_up_after_ms


def test_seen_after_all_takes_the_hurry_out_of_the_void() -> None:
    till = Till().by_face().waits_for_the_timer().hears(NeverSeen()).hears(Pending())
    assert till.waits_for_the_timer().sent == [AskQuery(KEY)]


def test_voided_allows_a_new_attempt() -> None:
    till = fenced().hears(Voided())
    assert (till.phase, till.payment.reason) == (Phase.READY, "voided")


def test_a_void_that_came_too_late_is_a_payment() -> None:
    assert fenced().hears(Captured()).phase is Phase.PAID


def test_while_fencing_only_a_settled_answer_counts() -> None:
    till = fenced()
    for answer in (Pending(), NeverSeen()):
        before = till.payment
        assert till.hears(answer).payment == before
    assert till.waits_for_the_timer().sent == [AskVoid(KEY)]


def test_silence_for_longer_than_keys_are_remembered_goes_to_a_person() -> None:
    till = fenced()
    while till.waits_for_the_timer().sent == [AskVoid(KEY)]:
        assert till.now_ms < AT.mono_ms + WAITS.horizon_ms
    assert (till.phase, till.sent) == (Phase.HELD, [])


def test_asking_again_and_again_never_puts_off_the_void() -> None:
    till = Till().by_code().waits_for_the_timer()
    while till.phase is Phase.UNKNOWN:
        till.now_ms += 1_000
        till.took(asked_now(till.payment, WAITS, till.at))
        assert till.now_ms <= AT.mono_ms + WAITS.give_up_after_ms
    assert till.sent == [AskVoid(KEY)]


def test_asking_now_is_only_for_the_unknown() -> None:
    till = Till().by_face()
    assert asked_now(till.payment, WAITS, till.at) == (till.payment, ())


def fenced() -> Till:
    till = Till().by_face().waits_for_the_timer().hears(NeverSeen()).waits_for_the_timer()
    assert till.phase is Phase.VOIDING
    return till


# --- link and restart -----------------------------------------------------------------------------


def test_a_lost_link_is_doubt_and_its_return_asks() -> None:
    till = Till().by_face().signal(Signal.LINK_LOST)
    assert (till.phase, till.sent) == (Phase.UNKNOWN, [])
    assert till.signal(Signal.LINK_BACK).sent == [AskQuery(KEY)]
    assert fenced().signal(Signal.LINK_BACK).sent == [AskVoid(KEY)]


@pytest.mark.parametrize("phase", [Phase.ASKING, Phase.WAITING, Phase.UNKNOWN])
def test_a_restart_asks_what_became_of_the_charge_and_never_charges(phase: Phase) -> None:
    till = Till(replace(Till().by_face().payment, phase=phase)).restart()
    assert (till.phase, till.sent) == (Phase.UNKNOWN, [AskQuery(KEY)])


def test_a_restart_while_fencing_fences_again() -> None:
    assert fenced().restart().sent == [AskVoid(KEY)]


@pytest.mark.parametrize("phase", sorted(FINAL | {Phase.READY}))
def test_a_restart_wakes_nothing_that_rests(phase: Phase) -> None:
    payment = replace(Till().by_face().payment, phase=phase)
    assert restarted(payment, WAITS, Instant(5, 5)) == (payment, ())


def test_a_restart_only_ever_delays_a_void() -> None:
    till = Till().by_face().waits_for_the_timer().hears(NeverSeen())
    till.now_ms = 7  # another boot, another monotonic clock
    till.restart().hears(NeverSeen()).waits_for_the_timer()
    assert till.sent == [AskVoid(KEY)]
    assert till.now_ms == 7 + WAITS.void_face_after_ms


def test_a_request_never_changes_however_often_it_is_asked_about() -> None:
    till = Till().by_face()
    request = till.payment.request
    for happened in (
        Signal.LINK_LOST,
        Signal.LINK_BACK,
        Signal.QUERY_DUE,
        Signal.RESTARTED,
        Signal.VOID_DUE,
    ):
        till.now_ms += 100
        assert till.signal(happened).payment.request is request


# --- answers and timers of another time -----------------------------------------------------------


@pytest.mark.parametrize("answer", [Captured(1, 1), Declined("x"), Pending(), NeverSeen(), Voided()])
def test_an_answer_for_another_key_is_ignored(answer: Answer) -> None:
    for payment in (fresh(), Till().by_face().payment, fenced().payment):
        other = PaymentKey("desk-01-7f3a-000001-9")
        assert answered(payment, other, answer, WAITS, AT) == (payment, ())


def test_an_answer_for_the_attempt_before_is_ignored() -> None:
    till = Till().by_face().hears(Declined("funds")).by_face()
    before = till.payment
    assert till.hears(Captured(), KEY).payment == before


def test_a_timer_of_another_generation_is_ignored() -> None:
    payment = Till().by_face().payment
    assert timer_fired(payment, payment.timer - 1, WAITS, AT) == (payment, ())


def test_a_timer_after_the_end_is_ignored() -> None:
    payment = Till().by_face().hears(Captured()).payment
    assert timer_fired(payment, payment.timer, WAITS, AT) == (payment, ())


# --- the table ------------------------------------------------------------------------------------

CELLS = list(product(Phase, Signal))


@pytest.mark.parametrize(("phase", "signal"), CELLS, ids=[f"{p}-{s}" for p, s in CELLS])
def test_every_signal_is_in_the_table_or_refused_and_leaves_the_payment_untouched(
    phase: Phase, signal: Signal
) -> None:
    payment = replace(Till().by_face().payment, phase=phase)
    row = TABLE[phase].get(signal)
    after, wishes = step(payment, signal, WAITS, AT)
    if row is None:
        assert after is payment
        assert wishes == ()
        return
    assert after.phase is row[0]
    sent = {Act.CHARGE: AskCharge, Act.QUERY: AskQuery, Act.VOID: AskVoid}.get(row[1])
    assert [type(wish) for wish in wishes if not isinstance(wish, StartTimer)] == ([sent] if sent else [])


ANSWERS = (Captured(1, 2), Declined("funds"), Pending(), NeverSeen(), Voided())
REFUSED = [
    (phase, answer)
    for phase, answer in product(Phase, ANSWERS)
    if Signal[type(answer).__name__.upper().replace("NEVERSEEN", "NEVER_SEEN")] not in TABLE[phase]
]


@pytest.mark.parametrize(("phase", "answer"), REFUSED, ids=[f"{p}-{type(a).__name__}" for p, a in REFUSED])
def test_a_refused_answer_leaves_no_trace_in_the_payment(phase: Phase, answer: Answer) -> None:
    payment = replace(Till().by_face().payment, phase=phase)
    assert answered(payment, KEY, answer, WAITS, AT) == (payment, ())


def test_every_phase_has_a_row_and_a_meaning() -> None:
    assert set(TABLE) == set(MEANING) == set(Phase)
    assert frozenset({Phase.PAID, Phase.CLOSED, Phase.OWED, Phase.HELD}) == FINAL
    assert {Phase.READY} | FINAL | IN_FLIGHT == set(Phase)


def test_only_an_answer_leads_to_a_known_end() -> None:
    answers = {Signal.CAPTURED, Signal.DECLINED, Signal.VOIDED}
    for phase, row in TABLE.items():
        for signal, (after, _) in row.items():
            if phase in IN_FLIGHT and after in (Phase.PAID, Phase.READY):
                assert signal in answers
            if phase in IN_FLIGHT and after is Phase.PAID:
                assert signal is Signal.CAPTURED


def test_money_in_flight_always_has_a_timer_running() -> None:
    """Entering a phase in flight by an act that arms no timer would leave it waiting for ever."""
    for phase, row in TABLE.items():
        for after, act in row.values():
            if after in IN_FLIGHT and after is not phase:
                assert act is not Act.REST


def test_the_method_is_the_payers() -> None:
    assert fresh().method == ""
    assert (Till().by_face().payment.method, Till().by_face().payment.person) == ("face", "li")
    assert (Till().by_code().payment.method, Till().by_code().payment.person) == ("wechat", None)
