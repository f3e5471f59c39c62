"""Orders in doubt behind the till: each its own case, each new word recorded, none settled twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.charge import Captured, Voided
from agent.core.commands import AskQuery, AskVoid, KeepRecord
from agent.core.events import Device, DeviceUp, Intent
from agent.core.held import Standing
from agent.core.ids import PaymentKey, Secret
from agent.core.office import Office, Page
from agent.core.staff import pin_record
from agent.core.visit import Stage
from tests.core.test_held import PIN
from tests.playbook import NOTHING, Playbook, Slot, says, taps
from tests.shop import terminal, to_held

DOUBT = Intent.SEE_HELD
ONE, TWO = PaymentKey("desk-01-7f3a-000001-1"), PaymentKey("desk-01-7f3a-000002-1")


@pytest.fixture(scope="module")
def two() -> Playbook:
    """Two orders in doubt, a manager, and the link is back."""
    new = terminal()
    manager = replace(new, rules=replace(new.rules, manager_pin=pin_record(Secret(PIN), bytes(16))))
    shop = to_held(Playbook(manager)) >> DeviceUp(Device.CLOUD) << AskVoid(ONE)
    to_held(shop >> taps(Intent.DONE)) >> DeviceUp(Device.CLOUD)
    return shop << AskVoid(ONE) << AskVoid(TWO)


@pytest.fixture
def shop(two: Playbook) -> Playbook:
    return Playbook(two.state, two.now_ms)


def office(shop: Playbook) -> Office:
    assert shop.state.office is not None
    return shop.state.office


def standing(shop: Playbook) -> dict[str, Standing]:
    return {case.key: case.standing for case in shop.state.kept.held}


def to_case(shop: Playbook, key: str = ONE) -> Playbook:
    return shop >> taps(Intent.OFFICE) >> taps(DOUBT) >> taps(Intent.PICK, key)


def says_so(shop: Playbook, verdict: Intent, why: str = "seen_on_phone") -> Playbook:
    return shop >> taps(verdict) >> taps(Intent.PICK, why) >> taps(Intent.GIVE_PIN, PIN)


def test_each_case_keeps_since_when_and_how_much(shop: Playbook) -> None:
    first, second = shop.state.kept.held
    assert (first.key, second.key) == (ONE, TWO)
    assert first.held_utc_ms < second.held_utc_ms
    assert (first.summary.amount.amount_minor, first.summary.method) == (880, "face")
    assert first.summary == shop.state.kept.recent[-1]
    assert shop.stage is Stage.HELD


def test_the_manager_settles_the_picked_case_and_no_other(shop: Playbook) -> None:
    record = Slot(KeepRecord)
    says_so(to_case(shop, TWO), Intent.SAY_PAID) << AskQuery(TWO) << record
    assert standing(shop) == {ONE: Standing.OPEN, TWO: Standing.SAID_PAID}
    assert [row.outcome for row in shop.state.kept.recent] == ["paid", "held"]
    assert (office(shop).page, office(shop).held, office(shop).errand) == (Page.VERDICT, TWO, None)
    said = {"order_id": TWO[:-2], "payment_key": TWO, "standing": "said_paid", "verdict": "paid"}
    said |= {"reason": "seen_on_phone", "contradicted": False, "amount_minor": 880, "currency": "CNY"}
    assert record.wish == KeepRecord(f"{TWO}-held-said_paid", "settlement", said)


def test_a_case_that_ends_as_was_said_leaves_when_everybody_has_heard_of_it(shop: Playbook) -> None:
    shop >> says(Voided(), ONE) << KeepRecord
    assert standing(shop) == {ONE: Standing.NOT_PAID, TWO: Standing.OPEN}
    assert shop.state.notice == "held_not_paid"
    shop >> says(Captured(), TWO) << KeepRecord
    assert standing(shop) == {TWO: Standing.PAID}
    assert [row.outcome for row in shop.state.kept.recent] == ["paid", "notpaid"]


def test_a_contradicted_case_stays_beside_others_until_it_is_read(shop: Playbook) -> None:
    record = Slot(KeepRecord)
    says_so(to_case(shop), Intent.SAY_NOT_PAID, "customer_denies") << AskVoid(ONE) << KeepRecord
    shop >> says(Captured(), ONE) << record
    assert record.wish.data["contradicted"] is True
    assert (shop.state.notice, office(shop).page) == ("held_contradicted", Page.VERDICT)
    shop >> says(Voided(), TWO) << KeepRecord
    assert standing(shop) == {ONE: Standing.PAID, TWO: Standing.NOT_PAID}
    shop >> taps(Intent.DONE)
    assert (set(standing(shop)), office(shop).page, office(shop).held) == ({TWO}, Page.HELD, None)


def test_who_is_still_in_doubt_cannot_be_ticked_off(shop: Playbook) -> None:
    to_case(shop) >> taps(Intent.DONE) << NOTHING


def test_what_the_cloud_settled_while_the_manager_was_called_stays_as_it_is(shop: Playbook) -> None:
    to_case(shop) >> taps(Intent.SAY_PAID) >> taps(Intent.PICK, "seen_on_phone")
    shop >> says(Voided(), ONE) << KeepRecord
    shop >> taps(Intent.GIVE_PIN, PIN)
    assert standing(shop)[ONE] is Standing.NOT_PAID
    assert (office(shop).page, shop.state.kept.recent[-1].outcome) == (Page.VERDICT, "notpaid")


def test_a_case_somebody_has_judged_is_not_judged_again(shop: Playbook) -> None:
    says_so(to_case(shop), Intent.SAY_PAID) << AskQuery(ONE) << KeepRecord
    shop >> taps(Intent.SAY_NOT_PAID) << NOTHING
    shop >> taps(Intent.SAY_PAID) << NOTHING


def test_no_case_is_picked_by_a_key_that_is_none(shop: Playbook) -> None:
    shop >> taps(Intent.OFFICE) >> taps(DOUBT)
    shop >> taps(Intent.PICK, "desk-01-7f3a-000009-1") << NOTHING
    shop >> says(Captured(), "desk-01-7f3a-000009-1") << NOTHING


@pytest.mark.parametrize("steps", [0, 1], ids=["from the verdict", "from the reason"])
def test_one_step_back_leads_to_the_list_and_drops_what_was_begun(shop: Playbook, steps: int) -> None:
    to_case(shop) >> [taps(Intent.SAY_PAID)] * steps >> taps(Intent.STEP_BACK)
    assert (office(shop).page, office(shop).held, office(shop).errand) == (Page.HELD, None, None)


@pytest.mark.parametrize("why", ["seen_on_phone", "seen_in_statement", "customer_denies", "other_way"])
def test_each_reason_of_the_list_is_taken_and_kept(shop: Playbook, why: str) -> None:
    says_so(to_case(shop), Intent.SAY_NOT_PAID, why) << AskVoid(ONE) << KeepRecord
    assert shop.state.kept.held[0].reason == why


def test_the_link_that_comes_back_asks_about_every_case(shop: Playbook) -> None:
    says_so(to_case(shop), Intent.SAY_PAID) << AskQuery(ONE) << KeepRecord
    shop.state = replace(shop.state, notice="busy")
    shop >> DeviceUp(Device.CLOUD) << AskQuery(ONE) << AskVoid(TWO)
    assert shop.state.notice == "busy"  # asking is nothing to tell the cashier
