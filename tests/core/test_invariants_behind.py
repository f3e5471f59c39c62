"""The sentences of the invariants about prices, refunds, doubts, shifts and joining, broken on purpose."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.benefits import NOTHING_USED, UsedCoupon
from agent.core.charge import RefundRequest
from agent.core.commands import (
    AskRefund,
    Command,
    EnrolMember,
    ForgetFaces,
    ForgetMember,
    KeepRecord,
    SignReceipt,
    TakeBack,
)
from agent.core.consent import AgeGroup
from agent.core.day import Day
from agent.core.debt import Debt, DebtPhase
from agent.core.events import Device
from agent.core.figures import Ending, Tally
from agent.core.handover import HANDED_OVER
from agent.core.ids import CouponId, OrderId, PaymentKey, PersonId, RefundKey, Secret
from agent.core.invariants import InvariantBroken, check
from agent.core.joining import JoinPage
from agent.core.money import Money
from agent.core.office import Office, Page
from agent.core.payment import Phase
from agent.core.refund import Refund, Standing
from agent.core.state import Kept, Terminal, Turn
from agent.core.visit import Stage
from tests.core.test_invariants import (
    CHOOSING,
    COLLECTING,
    CONFIRMING,
    OWING,
    PAYING,
    charge,
    debt,
    with_debts,
    with_payment,
    with_visit,
)
from tests.core.test_joining import shop as joining_shop
from tests.core.test_joining import to_keeping
from tests.playbook import Playbook
from tests.shop import LI, terminal, to_choose, to_held

IDLE = terminal()
HELD = to_held(Playbook(terminal())).state
ORDER = OrderId("desk-01-7f3a-000001")
KEY = RefundKey(f"{ORDER}-R1")
REQUEST = RefundRequest(KEY, PaymentKey(f"{ORDER}-1"), ORDER, Money(380))
OPEN = Refund(KEY, ORDER, 1, Money(380), "face", REQUEST, Standing.ASKING)
DONE = replace(OPEN, standing=Standing.REFUNDED)
SOLD = (Tally(1, "cash", Ending.SOLD, 1, 880),)


def keeping(t: Terminal, **changes: object) -> Terminal:
    return replace(t, kept=replace(t.kept, **changes))  # type: ignore[arg-type]


def using(t: Terminal, minor: int, **used: object) -> Terminal:
    """The same visit with so much asked, and this used."""
    return with_payment(t, amount=Money(minor), used=replace(NOTHING_USED, **used))  # type: ignore[arg-type]


FROZEN = replace(CONFIRMING, down={Device.SCREENS: "customer_frozen"})
BROKEN: list[tuple[str, Terminal, Turn]] = [
    (
        "behind the till only between customers",
        CHOOSING,
        Turn(replace(CHOOSING, office=Office())),
    ),
    (
        "nobody is charged for what a screen does not show",
        FROZEN,
        Turn(PAYING, (charge(PAYING),)),
    ),
    (
        "what is asked for is the price that was read",
        using(CONFIRMING, 836, level_off_minor=44),
        Turn(PAYING, (charge(PAYING),)),
    ),
    (
        "nothing is taken off twice or below nothing",
        CONFIRMING,
        Turn(using(CONFIRMING, 881, level_off_minor=-1)),
    ),
    (
        "nothing is taken off twice or below nothing",
        CONFIRMING,
        Turn(using(CONFIRMING, 0, level_off_minor=880)),
    ),
    (
        "nothing is taken off twice or below nothing",
        CONFIRMING,
        Turn(using(CONFIRMING, 881, coupons=(UsedCoupon(CouponId("c"), -1),))),
    ),
    (
        "nothing is taken off twice or below nothing",
        CONFIRMING,
        Turn(using(CONFIRMING, 880, points=-100)),
    ),
    (
        "nothing is taken off twice or below nothing",
        CONFIRMING,
        Turn(using(CONFIRMING, 881, points_off_minor=-1)),
    ),
    (
        "only a member's own benefits are used",
        CONFIRMING,
        Turn(with_visit(using(CONFIRMING, 836, level_off_minor=44), person=None)),
    ),
    (
        "no price changes while money is asked for",
        PAYING,
        Turn(using(PAYING, 836, level_off_minor=44)),
    ),
    (
        "no price changes while money is asked for",
        PAYING,
        Turn(using(PAYING, 880, points=100)),
    ),
    (
        "an order in doubt is not forgotten",
        HELD,
        Turn(keeping(HELD, held=())),
    ),
    (
        "what the till hands over is taken in",
        PAYING,
        Turn(keeping(HELD, held=())),
    ),
    (
        "a refund on its way is not forgotten",
        keeping(IDLE, refunds=(OPEN,)),
        Turn(IDLE),
    ),
    (
        "a refund never changes what it gives back",
        keeping(IDLE, refunds=(OPEN,)),
        Turn(keeping(IDLE, refunds=(replace(OPEN, request=replace(REQUEST, amount=Money(381))),))),
    ),
    (
        "a refund ends once",
        keeping(IDLE, refunds=(DONE,)),
        Turn(keeping(IDLE, refunds=(OPEN,))),
    ),
    (
        "what is sent back is what is written down",
        IDLE,
        Turn(IDLE, (AskRefund(REQUEST),)),
    ),
    (
        "what is sent back is what is written down",
        IDLE,
        Turn(keeping(IDLE, refunds=(OPEN,)), (AskRefund(replace(REQUEST, amount=Money(1))),)),
    ),
    (
        "a shift that ended is not forgotten",
        IDLE,
        Turn(keeping(IDLE, shift=replace(IDLE.kept.shift, number=2))),
    ),
    (
        "the shifts of a day add up to the day",
        IDLE,
        Turn(keeping(IDLE, days=(Day(1, tallies=SOLD),))),
    ),
    (
        "figures change only with an ending",
        IDLE,
        Turn(keeping(IDLE, days=(Day(1, tallies=SOLD),), shift=replace(IDLE.kept.shift, tallies=SOLD))),
    ),
]


@pytest.mark.parametrize(("sentence", "before", "turn"), BROKEN, ids=[row[0] for row in BROKEN])
def test_a_broken_sentence_is_named(sentence: str, before: Terminal, turn: Turn) -> None:
    with pytest.raises(InvariantBroken) as broken:
        check(before, turn)
    assert str(broken.value) == sentence


def test_what_may_be_forgotten_is_what_is_over() -> None:
    """A refund that ended, a doubt the cloud has cleared; and a refund on its way may end."""
    check(keeping(IDLE, refunds=(DONE,)), Turn(IDLE))
    check(keeping(IDLE, refunds=(OPEN,)), Turn(keeping(IDLE, refunds=(replace(OPEN, queries=1),))))
    check(IDLE, Turn(keeping(IDLE, refunds=(OPEN,)), (AskRefund(REQUEST),)))


def test_every_refund_is_looked_at_and_not_only_the_first() -> None:
    other = replace(OPEN, key=RefundKey(f"{ORDER}-R2"), part=2)
    with pytest.raises(InvariantBroken, match="on its way is not forgotten"):
        check(keeping(IDLE, refunds=(OPEN, other)), Turn(keeping(IDLE, refunds=(OPEN,))))


# --- joining --------------------------------------------------------------------------------------

KEEPING = to_keeping(to_choose(joining_shop())).state
ENROLS = EnrolMember(1, PersonId("M-1"), ("face_pay",), 1, AgeGroup.FROM_14, "", "138", Secret("5678"))
TOLD: tuple[Command, ...] = (
    KeepRecord("a", "consent", {}),
    KeepRecord("b", "member_joined", {}),
    ForgetFaces(),
)


def joins(*wishes: Command, joined: int = 1, t: Terminal = KEEPING) -> Turn:
    return Turn(keeping(t, joined=t.kept.joined + joined), wishes)


@pytest.mark.parametrize(
    ("sentence", "turn"),
    [
        ("one turn makes at most one member, under a number of its own", joins(ENROLS, *TOLD, joined=0)),
        ("one turn makes at most one member, under a number of its own", joins(*TOLD)),
        (
            "one turn makes at most one member, under a number of its own",
            joins(ENROLS, replace(ENROLS, person=PersonId("M-2")), *TOLD, joined=2),
        ),
        ("the cloud hears of whoever joins", joins(ENROLS, *TOLD[1:])),
        ("the cloud hears of whoever joins", joins(ENROLS, TOLD[0], TOLD[2])),
        ("what the eyes remember ends with joining", joins(ENROLS, *TOLD[:2])),
    ],
)
def test_a_member_is_made_whole_or_not_at_all(sentence: str, turn: Turn) -> None:
    with pytest.raises(InvariantBroken) as broken:
        check(KEEPING, turn)
    assert str(broken.value) == sentence
    check(KEEPING, joins(ENROLS, *TOLD))


@pytest.mark.parametrize("page", [page for page in JoinPage if page is not JoinPage.KEEPING])
def test_nobody_is_enrolled_from_another_page(page: JoinPage) -> None:
    assert KEEPING.joining is not None
    elsewhere = replace(KEEPING, joining=replace(KEEPING.joining, page=page))
    with pytest.raises(InvariantBroken) as broken:
        check(elsewhere, joins(ENROLS, *TOLD))
    assert str(broken.value) == "nobody joins who was not asked and seen"


def test_whoever_joins_is_the_next_of_many_and_a_child_joins_with_a_guardian() -> None:
    check(keeping(KEEPING, joined=3), joins(ENROLS, *TOLD, t=keeping(KEEPING, joined=3)))
    child = replace(ENROLS, age=AgeGroup.UNDER_14, guardian="M-7")
    check(KEEPING, joins(child, *TOLD))
    with pytest.raises(InvariantBroken) as broken:
        check(KEEPING, joins(replace(child, guardian=""), *TOLD))
    assert str(broken.value) == "nobody joins without an agreement that may be taken"


# --- withdrawing and practising -------------------------------------------------------------------

LI_ = PersonId(LI)
BACK = TakeBack(LI_, ("face_pay",), "7f3a")
HEARD = KeepRecord("r", "consent", {"person": LI_, "given": False})
WHOLE: tuple[Command, ...] = (BACK, HEARD, SignReceipt("7f3a"), ForgetMember(LI_))
HEARS, GONE = "the cloud hears of whoever withdraws", "nobody pays with a face that is gone"


@pytest.mark.parametrize(
    ("sentence", "t", "wishes"),
    [
        ("one turn takes back for one person", IDLE, (*WHOLE, BACK)),
        (HEARS, IDLE, (BACK, *WHOLE[2:])),
        (HEARS, IDLE, (BACK, replace(HEARD, data={"person": "wang", "given": False}), *WHOLE[2:])),
        (HEARS, IDLE, (BACK, replace(HEARD, data={"person": LI_, "given": True}), *WHOLE[2:])),
        ("whoever withdraws gets a receipt", IDLE, (BACK, HEARD, SignReceipt("other"), WHOLE[3])),
        ("whoever withdrew is known to nobody", IDLE, WHOLE[:3]),
        (GONE, CONFIRMING, WHOLE),
        (GONE, PAYING, WHOLE),
    ],
)
def test_a_withdrawal_is_whole_or_not_at_all(
    sentence: str, t: Terminal, wishes: tuple[Command, ...]
) -> None:
    with pytest.raises(InvariantBroken) as broken:
        check(t, Turn(t, wishes))
    assert str(broken.value) == sentence


def test_a_withdrawal_stops_nobody_elses_payment_and_a_membership_keeps_its_face() -> None:
    check(IDLE, Turn(IDLE, WHOLE))
    check(CHOOSING, Turn(with_visit(CHOOSING, person=LI_), WHOLE))
    other = with_visit(CONFIRMING, person=PersonId("wang"))
    check(other, Turn(other, WHOLE))
    check(IDLE, Turn(IDLE, (replace(BACK, purposes=("face_member",)), *WHOLE[1:3])))


PRACTISED = keeping(IDLE, training_since_utc_ms=1)


@pytest.mark.parametrize(
    "t",
    [
        with_visit(PRACTISED, stage=Stage.BASKET),
        replace(PRACTISED, office=Office()),
        replace(PRACTISED, joining=KEEPING.joining),
        replace(PRACTISED, rules=replace(PRACTISED.rules, training=True)),
    ],
    ids=["a customer", "the back office", "joining", "the till beside it"],
)
def test_in_earnest_nobody_is_served_while_somebody_practises(t: Terminal) -> None:
    check(PRACTISED, Turn(PRACTISED))
    with pytest.raises(InvariantBroken) as broken:
        check(PRACTISED, Turn(t))
    assert str(broken.value) == "nobody is served in earnest while somebody practises"


# --- what another till or nobody may add ----------------------------------------------------------


def test_a_terminal_that_leaves_charges_nobody() -> None:
    leaving = replace(CONFIRMING, office=Office(page=Page.DEPARTING))
    with pytest.raises(InvariantBroken) as broken:
        check(leaving, Turn(PAYING, (charge(PAYING),)))
    assert str(broken.value) == "a terminal that leaves asks for no money"


def test_a_price_of_one_fen_and_a_price_in_other_money_hold() -> None:
    check(CONFIRMING, Turn(using(CONFIRMING, 1, level_off_minor=879)))
    goods = {gtin: replace(one, price=Money(900, "HKD")) for gtin, one in IDLE.rules.goods.items()}
    rules = replace(IDLE.rules, currency="HKD", goods=goods)
    hongkong = replace(IDLE, rules=rules, kept=Kept.fresh("HKD"))
    assert to_choose(Playbook(hongkong)).payment.amount == Money(1_800, "HKD")


def test_a_refund_may_end_and_stay_ended() -> None:
    check(keeping(IDLE, refunds=(OPEN,)), Turn(keeping(IDLE, refunds=(DONE,))))
    check(keeping(IDLE, refunds=(DONE,)), Turn(keeping(IDLE, refunds=(DONE,))))


THEIRS = replace(debt(OWING), payment=replace(debt(OWING).payment, order_id=OrderId("old-01-aaaa-000007")))
LISTED = KeepRecord("h", HANDED_OVER, {"debts": ["old-01-aaaa-000007", "desk-01-7f3a-000050"]})
OURS = replace(THEIRS, payment=replace(THEIRS.payment, order_id=OrderId("desk-01-7f3a-000050")))


@pytest.mark.parametrize(
    ("sentence", "one", "record"),
    [
        ("a debt that is handed over is another's", OURS, LISTED),
        ("a debt that is handed over is another's", replace(THEIRS, phase=DebtPhase.REFUSED), LISTED),
        ("a debt begins with the goods that leave on trust", THEIRS, replace(LISTED, kind="sale")),
        ("a debt begins with the goods that leave on trust", THEIRS, replace(LISTED, data={"debts": []})),
    ],
)
def test_only_a_broken_tills_untouched_debts_are_handed_over(
    sentence: str, one: Debt, record: KeepRecord
) -> None:
    check(IDLE, Turn(with_debts(IDLE, THEIRS), (LISTED,)))
    with pytest.raises(InvariantBroken) as broken:
        check(IDLE, Turn(with_debts(IDLE, one), (record,)))
    assert str(broken.value) == sentence


def test_the_attempts_of_a_debt_are_numbered_without_gaps() -> None:
    skipped = replace(debt(OWING), payment=replace(debt(OWING).payment, attempt=2))
    with pytest.raises(InvariantBroken) as broken:
        check(OWING, Turn(with_debts(OWING, skipped)))
    assert str(broken.value) == "attempts are numbered without gaps"


@pytest.mark.parametrize("phase", [DebtPhase.REFUSED, DebtPhase.NAMED])
def test_a_try_may_end_refused_and_in_the_same_turn_with_a_person(phase: DebtPhase) -> None:
    asked = debt(COLLECTING.state)
    ended = replace(asked, phase=phase, payment=replace(asked.payment, phase=Phase.READY))
    check(COLLECTING.state, Turn(with_debts(COLLECTING.state, ended)))
