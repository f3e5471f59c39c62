"""The link is cut, a member takes goods along, the link comes back: whole dialogues."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.charge import Captured, Declined, NeverSeen, Voided
from agent.core.commands import AskCharge, AskQuery, AskVoid, KeepRecord, StartTimer
from agent.core.debt import Debt, DebtPhase
from agent.core.events import Device, DeviceLost, DeviceUp, Event, Intent, MembersMarked, Started
from agent.core.ids import OrderId, PersonId, Secret
from agent.core.marks import TrustMark, TrustMarks
from agent.core.money import Money
from agent.core.payment import Phase
from agent.core.staff import pin_record
from agent.core.state import Terminal
from agent.core.visit import Stage
from tests.playbook import NOTHING, UTC_START_MS, Playbook, Slot, rings, says, scans, shows_code, taps
from tests.shop import (
    DAY_MS,
    HOUR_MS,
    LI,
    MARKS,
    WAITS,
    WATER,
    restarted,
    terminal,
    to_choose,
    to_confirm,
    to_owed,
    to_paying,
    trusting,
)

PIN = "2468"
CONFIRM, RETRY, CHARGE, DONE = Intent.CONFIRM, Intent.RETRY, Intent.CHARGE, Intent.DONE
CUT, BACK = DeviceLost(Device.CLOUD, "lost"), DeviceUp(Device.CLOUD)
FIRST, SECOND = "desk-01-7f3a-000001-1", "desk-01-7f3a-000001-2"


def debts(book: Playbook) -> list[tuple[DebtPhase, int]]:
    return [(debt.phase, debt.payment.attempt) for debt in book.state.kept.debts]


def trust(book: Playbook, **limits: int) -> Playbook:
    book.state = trusting(book.state, **limits)
    return book


def collecting(book: Playbook) -> Playbook:
    """Bought offline; the visit is over, the link is back, the charge is out."""
    return to_owed(book) >> taps(DONE) << Stage.IDLE >> BACK << AskCharge


# --- leaving on trust -----------------------------------------------------------------------------


def test_offline_a_member_takes_the_goods_along_and_is_charged_once_when_the_link_is_back(
    shop: Playbook,
) -> None:
    sold, charge, told = Slot(KeepRecord), Slot(AskCharge), Slot(KeepRecord)
    trust(to_confirm(shop)) >> CUT << Stage.CONFIRM >> taps(CONFIRM) << sold << Stage.OWED << Phase.OWED
    assert (sold.wish.id, sold.wish.data["outcome"]) == ("desk-01-7f3a-000001-sale", "owed")
    assert (sold.wish.data["person"], sold.wish.data["payment_key"]) == (LI, None)
    assert debts(shop) == [(DebtPhase.RESERVED, 0)]
    shop.after(3_000) << Stage.IDLE
    shop >> BACK << charge
    assert (charge.wish.request.key, charge.wish.request.amount) == (FIRST, Money(880))
    shop >> says(Captured(8, 108), FIRST) << told
    assert (told.wish.kind, told.wish.data["outcome"]) == ("debt", "collected")
    assert [(row.outcome, row.attempts) for row in shop.state.kept.recent] == [("paid", 1)]
    shop >> BACK << NOTHING
    shop.after(DAY_MS) << Stage.IDLE


def test_without_the_setting_nothing_leaves_on_trust(shop: Playbook) -> None:
    to_confirm(shop) >> CUT >> taps(CONFIRM) << Stage.NOT_PAID
    assert (shop.visit.reason, debts(shop)) == ("offline", [])


def test_a_code_is_never_taken_on_trust(shop: Playbook) -> None:
    trust(to_choose(shop)) >> CUT >> shows_code() << Stage.NOT_PAID
    assert shop.visit.reason == "offline"


def test_a_code_at_the_confirm_screen_is_not_the_members_word(shop: Playbook) -> None:
    trust(to_confirm(shop)) >> CUT >> shows_code() << Stage.NOT_PAID
    assert debts(shop) == []


def test_who_read_that_it_is_charged_now_is_asked_again_when_the_link_goes(shop: Playbook) -> None:
    """And the other way round: the tap that was on its way answers the other question."""
    old = taps(CONFIRM)(trust(to_confirm(shop)).state)  # type: ignore[operator]
    shop >> CUT << Stage.CONFIRM >> old << NOTHING
    later = taps(CONFIRM)(shop.state)  # type: ignore[operator]
    shop >> BACK << Stage.CONFIRM >> later << NOTHING
    shop >> taps(CONFIRM) << AskCharge << Stage.PAY


def test_unknown_is_unknown_even_offline(shop: Playbook) -> None:
    """A charge that was sent before the cut never becomes a debt."""
    to_paying(trust(shop)) >> CUT << Phase.UNKNOWN
    for intent in Intent:
        shop >> taps(intent) << Stage.PAY
        shop.without(AskQuery)
    assert debts(shop) == []


def test_who_was_declined_online_gets_no_trust_offline(shop: Playbook) -> None:
    to_paying(trust(shop)) >> says(Declined("funds")) << Stage.NOT_PAID >> CUT
    shop >> taps(RETRY) << Stage.CHOOSE
    shop.state = replace(shop.state, kept=replace(shop.state.kept, visit=confirming(shop)))
    shop >> taps(CONFIRM) << Stage.NOT_PAID
    assert (shop.visit.reason, debts(shop)) == ("trust_tried", [])


def confirming(book: Playbook) -> object:
    return replace(book.visit, stage=Stage.CONFIRM, person=PersonId(LI))


def test_the_second_sale_counts_the_first(shop: Playbook) -> None:
    trust(shop, count_max=1)
    to_confirm(shop) >> CUT >> taps(CONFIRM) << KeepRecord << Stage.OWED
    to_confirm(shop) >> taps(CONFIRM) << Stage.NOT_PAID
    assert shop.visit.reason == "trust_count"
    assert len(debts(shop)) == 1


def test_trust_lasts_no_longer_than_the_profile_says_over_a_restart_too(shop: Playbook) -> None:
    trust(shop) >> CUT << Stage.IDLE
    again = restarted(shop, shop.now_ms + 4 * HOUR_MS + 1)
    again >> Started() >> DeviceLost(Device.CLOUD, "unreachable")
    again >> [DeviceUp(device) for device in Device if device not in (Device.CLOUD, Device.STORAGE)]
    to_confirm(again) >> taps(CONFIRM) << Stage.NOT_PAID
    assert again.visit.reason == "trust_too_long"
    again.finish()


def test_a_link_that_was_back_in_between_begins_the_count_anew(shop: Playbook) -> None:
    trust(shop) >> CUT
    shop.after(4 * HOUR_MS) >> BACK >> CUT
    shop.after(HOUR_MS)
    to_confirm(shop) >> taps(CONFIRM) << KeepRecord << Stage.OWED


def test_with_a_full_disk_nothing_leaves_on_trust(shop: Playbook) -> None:
    trust(to_confirm(shop)) >> CUT >> DeviceLost(Device.STORAGE, "full") >> taps(CONFIRM) << Stage.NOT_PAID
    assert (shop.visit.reason, debts(shop)) == ("storage", [])


# --- collecting -----------------------------------------------------------------------------------


def test_silence_is_asked_about_and_never_followed_by_another_charge(shop: Playbook) -> None:
    collecting(shop).after(WAITS.answer_wait_ms) << AskQuery
    shop >> CUT >> BACK << AskQuery >> says(NeverSeen(), FIRST)
    shop.after(0) << AskVoid >> says(Voided(), FIRST)
    assert debts(shop) == [(DebtPhase.REFUSED, 1)]


def test_a_late_answer_to_the_first_try_is_the_answer(shop: Playbook) -> None:
    collecting(shop).after(WAITS.answer_wait_ms) << AskQuery >> says(Captured(), FIRST) << KeepRecord
    assert debts(shop) == [(DebtPhase.COLLECTED, 1)]


def test_a_restart_asks_what_became_of_it_under_the_same_key(shop: Playbook) -> None:
    again = restarted(collecting(shop)) >> Started() << AskQuery(OrderId(FIRST))  # type: ignore[arg-type]
    again >> BACK << AskQuery >> says(Captured(), FIRST) << KeepRecord
    assert debts(again) == [(DebtPhase.COLLECTED, 1)]
    again.finish()


def test_a_refused_debt_is_tried_again_after_a_while_and_not_too_often_a_day(shop: Playbook) -> None:
    """The shop's day begins at 14:13, with two tries a day between 8 and 21."""
    collecting(shop) >> says(Declined("funds"), FIRST) << Stage.IDLE
    shop.after(HOUR_MS - 1) << Stage.IDLE
    shop.after(1) << AskCharge >> says(Declined("funds"), SECOND) << Stage.IDLE
    shop.after(16 * HOUR_MS) << Stage.IDLE
    assert debts(shop) == [(DebtPhase.REFUSED, 2)]
    shop.after(HOUR_MS).without(AskQuery, AskVoid) << AskCharge
    assert debts(shop) == [(DebtPhase.COLLECTING, 3)]


def test_while_the_link_is_gone_nobody_is_asked_for_a_debt_however_long_it_waits(shop: Playbook) -> None:
    collecting(shop) >> says(Declined("funds"), FIRST) >> CUT
    shop.after(3 * HOUR_MS) << Stage.IDLE
    assert debts(shop) == [(DebtPhase.REFUSED, 1)]
    shop >> BACK << AskCharge


def test_of_two_looks_for_a_debt_only_the_later_is_waited_for(shop: Playbook) -> None:
    first, second = Slot(StartTimer), Slot(StartTimer)
    to_owed(shop).after(8 * HOUR_MS) >> BACK << first >> BACK << second  # 22:13
    assert first.wish.name == second.wish.name == "collect"
    shop >> rings("collect", first.wish.generation) << NOTHING
    shop >> rings("collect", second.wish.generation) << StartTimer


def test_a_debt_that_stays_refused_is_named_and_told_to_the_cashier_and_the_cloud(shop: Playbook) -> None:
    trust(shop)
    shop.state = with_tries(shop.state, tries_a_day=1, hand_over_after_ms=HOUR_MS)
    collecting_from_here(shop) >> says(Declined("funds"), FIRST) << Stage.IDLE
    told = Slot(KeepRecord)
    shop.after(HOUR_MS) << told
    assert (told.wish.data["outcome"], told.wish.data["reason"]) == ("named", "funds")
    assert (debts(shop), shop.state.notice) == ([(DebtPhase.NAMED, 1)], "debt_named")
    assert shop.state.kept.recent[0].outcome == "named"
    shop.after(2 * DAY_MS) << Stage.IDLE


def with_tries(t: Terminal, **changes: int) -> Terminal:
    tries = replace(t.rules.offline.tries, **changes)
    return replace(t, rules=replace(t.rules, offline=replace(t.rules.offline, tries=tries)))


def collecting_from_here(book: Playbook) -> Playbook:
    """Like `collecting`, with the limits the shop has already."""
    to_confirm(book) >> CUT >> taps(CONFIRM) << KeepRecord << Stage.OWED
    return book >> taps(DONE) >> BACK << AskCharge


def test_the_debt_of_a_customer_still_at_the_till_is_collected_too(shop: Playbook) -> None:
    """Visit and debt have one order number; the answer is the debt's."""
    to_owed(shop) >> BACK << AskCharge << Stage.OWED
    shop >> says(Captured(), FIRST) << KeepRecord << Stage.OWED << Phase.OWED
    assert debts(shop) == [(DebtPhase.COLLECTED, 1)]


def test_no_debt_is_begun_while_a_customer_pays(shop: Playbook) -> None:
    to_owed(shop) >> taps(DONE) << Stage.IDLE
    shop.state = replace(shop.state, down={})  # the link came back unheard
    to_paying(shop) >> BACK << Stage.PAY
    assert debts(shop) == [(DebtPhase.RESERVED, 0)]
    shop >> says(Captured()) << KeepRecord << Stage.PAID
    shop.after(60_000) << AskCharge
    assert debts(shop) == [(DebtPhase.COLLECTING, 1)]


def test_a_customer_pays_while_a_debt_is_being_collected_and_each_gets_its_own_answer(
    shop: Playbook,
) -> None:
    collecting(shop)
    to_paying(shop) >> says(Captured(), FIRST) << KeepRecord << Stage.PAY
    shop >> says(Captured()) << KeepRecord << Stage.PAID
    assert [row.outcome for row in shop.state.kept.recent] == ["paid", "paid"]


def test_debts_are_asked_for_one_after_the_other_oldest_first(shop: Playbook) -> None:
    first, second = Slot(AskCharge), Slot(AskCharge)
    to_owed(shop)
    shop >> scans(WATER) >> taps(CHARGE)
    shop.state = replace(shop.state, kept=replace(shop.state.kept, visit=confirming(shop)))  # type: ignore[arg-type]
    shop >> taps(CONFIRM) << KeepRecord << Stage.OWED
    shop >> BACK << first >> BACK << NOTHING
    shop >> says(Captured(), FIRST) << KeepRecord << second
    assert [(row.order_id[-1], row.outcome) for row in shop.state.kept.recent] == [
        ("2", "owed"),
        ("1", "paid"),
    ]
    assert [slot.wish.request.order_id[-1] for slot in (first, second)] == ["1", "2"]
    assert debts(shop) == [(DebtPhase.COLLECTED, 1), (DebtPhase.COLLECTING, 1)]


def test_at_night_nothing_is_asked_and_in_the_morning_it_is(shop: Playbook) -> None:
    to_owed(shop).after(8 * HOUR_MS) >> BACK << Stage.IDLE  # 22:13
    shop.after(9 * HOUR_MS) << Stage.IDLE
    assert debts(shop) == [(DebtPhase.RESERVED, 0)]
    shop.after(HOUR_MS).without(AskQuery, AskVoid) << AskCharge


def handed_over(book: Playbook) -> Playbook:
    """The link was cut while the debt was asked for, and stayed away longer than keys are remembered."""
    rules = replace(book.state.rules, manager_pin=pin_record(Secret(PIN), bytes(16)))
    book.state = replace(book.state, rules=rules)
    held = Slot(KeepRecord)
    collecting(book) >> CUT
    book.after(WAITS.horizon_ms + WAITS.query_every_ms).without(AskQuery, AskVoid) << held
    assert held.wish.data["outcome"] == "held"
    assert debts(book) == [(DebtPhase.HELD, 1)]
    return book


def judged(book: Playbook, verdict: Intent) -> Playbook:
    """A manager says what became of it, and how they know."""
    book >> taps(Intent.OFFICE) >> taps(Intent.SEE_HELD) >> taps(Intent.PICK, FIRST) >> taps(verdict)
    return book >> taps(Intent.PICK, "seen_in_statement") >> taps(Intent.GIVE_PIN, PIN)


def listed(book: Playbook) -> tuple[str, str]:
    """The word in the cashier's list, and what the screen says about it."""
    return book.state.kept.recent[0].outcome, book.state.notice


def counted(book: Playbook) -> dict[str, int]:
    return {tally.ending.value: tally.sum_minor for tally in book.state.kept.shift.tallies}


def test_a_debt_in_doubt_is_asked_about_and_fenced_and_the_clouds_late_word_ends_it(shop: Playbook) -> None:
    told = Slot(KeepRecord)
    handed_over(shop) >> BACK << AskVoid(FIRST)
    shop >> says(Captured(), FIRST) << told
    assert (told.wish.id, told.wish.data["standing"]) == (f"{FIRST}-held-paid", "paid")
    assert debts(shop) == [(DebtPhase.COLLECTED, 1)]
    assert listed(shop) == ("paid", "held_paid")
    assert counted(shop) == {"owed": 880, "settled_paid": 880}


def test_a_debt_in_doubt_is_asked_about_although_the_link_says_nothing(shop: Playbook) -> None:
    handed_over(shop).after(2 * WAITS.query_every_ms) << AskVoid(FIRST)


def test_a_debt_in_doubt_that_was_never_charged_is_named_and_not_asked_for_again(shop: Playbook) -> None:
    handed_over(shop) >> BACK << AskVoid(FIRST)
    shop >> says(Voided(), FIRST) << KeepRecord
    assert debts(shop) == [(DebtPhase.NAMED, 1)]
    assert listed(shop) == ("named", "held_not_paid")
    shop.after(3 * DAY_MS) << Stage.IDLE
    shop.finish()


def test_a_manager_vouches_for_a_debt_with_reason_and_pin_and_the_cloud_is_still_asked(
    shop: Playbook,
) -> None:
    judged(handed_over(shop), Intent.SAY_PAID) << AskQuery(FIRST) << KeepRecord
    assert debts(shop) == [(DebtPhase.VOUCHED, 1)]
    assert (listed(shop)[0], shop.state.kept.debts[0].unpaid) == ("paid", False)
    shop >> Started() << AskQuery(FIRST)
    shop >> says(Captured(), FIRST) << KeepRecord
    assert debts(shop) == [(DebtPhase.COLLECTED, 1)]
    assert counted(shop)["settled_paid"] == 880


def test_what_a_manager_vouched_for_is_owed_again_when_the_cloud_denies_it(shop: Playbook) -> None:
    judged(handed_over(shop), Intent.SAY_PAID) << AskQuery(FIRST) << KeepRecord
    shop >> says(Voided(), FIRST) << KeepRecord
    assert debts(shop) == [(DebtPhase.NAMED, 1)]
    assert listed(shop) == ("named", "held_contradicted")
    assert counted(shop) == {"owed": 880, "settled_not_paid": 880}


def test_a_debt_that_a_person_says_was_not_paid_stays_in_doubt_until_the_cloud_has_spoken(
    shop: Playbook,
) -> None:
    judged(handed_over(shop), Intent.SAY_NOT_PAID) << AskVoid(FIRST) << KeepRecord
    assert debts(shop) == [(DebtPhase.HELD, 1)]
    assert listed(shop)[0] == "held"
    shop >> says(Captured(), FIRST) << KeepRecord
    assert (debts(shop), listed(shop)) == ([(DebtPhase.COLLECTED, 1)], ("paid", "held_contradicted"))


def test_a_debt_that_is_vouched_for_stays_until_the_cloud_has_spoken(shop: Playbook) -> None:
    """The next order on trust does not push it out."""
    judged(handed_over(shop), Intent.SAY_PAID) << AskQuery << KeepRecord
    shop >> taps(Intent.LEAVE) << Stage.IDLE
    to_confirm(shop) >> taps(CONFIRM) << KeepRecord << Stage.OWED
    assert debts(shop) == [(DebtPhase.VOUCHED, 1), (DebtPhase.RESERVED, 0)]


# --- the cloud's marks ----------------------------------------------------------------------------


def marked(version: int, *settled: str, currency: str = "CNY") -> Event:
    mark = TrustMark(PersonId(LI), 700, UTC_START_MS + DAY_MS)
    marks = TrustMarks(version, UTC_START_MS, currency, (mark,))
    return MembersMarked(marks, tuple(map(OrderId, settled)))


def test_newer_marks_replace_older_ones_and_never_the_other_way_round(shop: Playbook) -> None:
    trust(shop) >> marked(7) >> marked(6, currency="CNY") << NOTHING >> marked(7) << NOTHING
    assert shop.state.kept.marks.version == 7
    shop >> MembersMarked(replace(MARKS, version=7)) << NOTHING
    shop >> marked(8, currency="HKD") << NOTHING


def test_a_mark_that_was_withdrawn_before_the_cut_no_longer_counts(shop: Playbook) -> None:
    trust(to_confirm(shop)) >> marked(2) >> CUT >> taps(CONFIRM) << Stage.NOT_PAID
    assert shop.visit.reason == "trust_person"


def test_a_terminal_without_trust_keeps_no_marks(shop: Playbook) -> None:
    shop >> marked(1) << NOTHING


def test_a_held_debt_that_others_settled_is_over_and_leaves_with_the_next(shop: Playbook) -> None:
    collecting(shop) >> CUT
    shop.after(WAITS.horizon_ms + WAITS.query_every_ms).without(AskQuery, AskVoid) << KeepRecord
    shop >> marked(2, "desk-01-7f3a-000001") << Stage.IDLE
    assert shop.state.kept.recent[0].outcome == "settled"
    shop.state = replace(shop.state, kept=replace(shop.state.kept, marks=MARKS))
    to_confirm(shop) >> taps(CONFIRM) << KeepRecord << Stage.OWED
    assert [debt.order_id[-1] for debt in shop.state.kept.debts] == ["2"]


@pytest.mark.parametrize("down", [{}, {Device.CLOUD: "lost"}])
def test_a_stale_timer_begins_nothing(shop: Playbook, down: dict[Device, str]) -> None:
    to_owed(shop) >> taps(DONE) << Stage.IDLE
    shop.state = replace(shop.state, down=down, rounds=4)
    shop >> rings("collect", 3) << NOTHING


def _debt(book: Playbook) -> Debt:
    [debt] = book.state.kept.debts
    return debt


def test_what_is_owed_is_what_was_confirmed() -> None:
    debt = _debt(to_owed(Playbook(terminal())))
    assert (debt.person, debt.payment.amount, debt.payment.phase) == (LI, Money(880), Phase.READY)
