"""Each sentence of the invariants, broken on purpose."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.core.basket import QUANTITY_MAX, Basket, Goods, Line, amount_typed
from agent.core.commands import AskCharge, AskQuery, AskVoid
from agent.core.debt import Debt, DebtPhase
from agent.core.events import Device, DeviceUp
from agent.core.ids import OrderId, PaymentKey
from agent.core.invariants import InvariantBroken, check
from agent.core.money import Money
from agent.core.payment import Payment, Phase
from agent.core.state import Terminal, Turn
from agent.core.terminal import step
from agent.core.visit import Stage, Visit
from tests.playbook import Playbook
from tests.shop import RULES, WATER, terminal, to_choose, to_confirm, to_owed, to_paid, to_paying, trusting

CHOOSING = to_choose(Playbook(terminal())).state
PAYING = to_paying(Playbook(terminal())).state
PAID = to_paid(Playbook(terminal())).state

CONFIRMING = trusting(to_confirm(Playbook(terminal())).state)
OWED = to_owed(Playbook(terminal()))
OWING, COLLECTING = OWED.state, step(OWED.state, DeviceUp(Device.CLOUD), OWED.at)


def debt(t: Terminal) -> Debt:
    return t.kept.debts[0]


def with_debts(t: Terminal, *debts: Debt) -> Terminal:
    return replace(t, kept=replace(t.kept, debts=debts))


def money(t: Terminal) -> Payment:
    assert t.visit.payment is not None
    return t.visit.payment


def with_visit(t: Terminal, **changes: object) -> Terminal:
    return replace(t, kept=replace(t.kept, visit=replace(t.visit, **changes)))  # type: ignore[arg-type]


def with_payment(t: Terminal, **changes: object) -> Terminal:
    return with_visit(t, payment=replace(money(t), **changes))  # type: ignore[arg-type]


def charge(t: Terminal, **changes: object) -> AskCharge:
    request = money(t).request
    assert request is not None
    return AskCharge(replace(request, **changes))  # type: ignore[arg-type]


REQUEST = charge(PAYING).request
ELSEWHERE = PaymentKey("desk-01-7f3a-000009-1")
BROKEN: dict[str, tuple[Terminal, Turn]] = {
    "one turn asks for at most one charge": (CHOOSING, Turn(PAYING, (charge(PAYING), charge(PAYING)))),
    "order numbers only grow": (CHOOSING, Turn(replace(CHOOSING, kept=replace(CHOOSING.kept, orders=0)))),
    "no charge without a payment": (terminal(), Turn(terminal(), (charge(PAYING),))),
    "nothing is sold from a journal that was put back": (
        replace(CHOOSING, kept=replace(CHOOSING.kept, overtaken=True)),
        Turn(PAYING, (charge(PAYING),)),
    ),
    "stage choose has a payment": (CHOOSING, Turn(with_visit(CHOOSING, payment=None))),
    "the amount asked is the basket's total, less what is used": (
        CHOOSING,
        Turn(with_payment(CHOOSING, amount=Money(1))),
    ),
    "the payment is bound to this basket": (CHOOSING, Turn(with_payment(CHOOSING, goods_digest="other"))),
    "money is in flight exactly while paying": (PAYING, Turn(with_visit(PAYING, stage=Stage.CHOOSE))),
    "paid is said when it is paid": (PAID, Turn(with_visit(PAID, stage=Stage.NOT_PAID))),
    "what is sent is what is written down": (PAYING, Turn(PAYING, (charge(PAYING, amount=Money(1)),))),
    "a charge goes out once, with the attempt it begins": (PAYING, Turn(PAYING, (charge(PAYING),))),
    "only the attempt at hand, or one in doubt, is asked about or fenced": (
        PAYING,
        Turn(PAYING, (AskVoid(ELSEWHERE),)),
    ),
    "nobody walks away from money in flight": (
        PAYING,
        Turn(replace(PAYING, kept=replace(PAYING.kept, visit=Visit(Basket("CNY"))))),
    ),
    "an end is an end": (
        PAID,
        Turn(with_visit(with_payment(PAID, phase=Phase.READY), stage=Stage.NOT_PAID)),
    ),
    "attempts are numbered without gaps": (CHOOSING, Turn(with_payment(PAYING, attempt=2))),
    "a new attempt only after the last is known not charged": (
        PAYING,
        Turn(with_payment(PAYING, attempt=2)),
    ),
    "an attempt never changes who, how much and for what": (
        PAYING,
        Turn(with_payment(PAYING, request=replace(REQUEST, deadline_utc_ms=1))),
    ),
}
BROKEN |= {
    "owed is said when it is owed": (OWING, Turn(with_visit(OWING, stage=Stage.NOT_PAID))),
    "a debt never vanishes": (OWING, Turn(with_debts(OWING))),
    "a debt stands as its payment does": (
        OWING,
        Turn(with_debts(OWING, replace(debt(OWING), phase=DebtPhase.COLLECTED))),
    ),
    "one debt is asked for at a time": (
        COLLECTING.state,
        Turn(
            with_debts(
                COLLECTING.state,
                debt(COLLECTING.state),
                replace(
                    debt(COLLECTING.state),
                    payment=replace(debt(COLLECTING.state).payment, order_id=OrderId("o-2")),
                ),
            )
        ),
    ),
    "who owes, how much and for what never changes": (
        OWING,
        Turn(with_debts(OWING, replace(debt(OWING), person="wang"))),
    ),
    "a debt moves as its table says": (
        OWING,
        Turn(with_debts(OWING, replace(debt(OWING), phase=DebtPhase.NAMED))),
    ),
    "a debt begins with the goods that leave on trust": (
        CONFIRMING,
        Turn(with_debts(CONFIRMING, debt(OWING))),
    ),
    "a debt is of this member and of this amount": (
        CONFIRMING,
        Turn(with_debts(OWING, replace(debt(OWING), person="wang"))),
    ),
    "never more is owed than the limits allow": (
        CONFIRMING,
        Turn(replace(OWING, rules=replace(OWING.rules, offline=terminal().rules.offline))),
    ),
    "what is sent for a debt is what is written down": (
        OWING,
        replace(
            COLLECTING,
            commands=(AskCharge(replace(COLLECTING.commands[0].request, deadline_utc_ms=1)),),  # type: ignore[union-attr]
        ),
    ),
    "a debt is asked for once, with the attempt it begins": (COLLECTING.state, COLLECTING),
}


@pytest.mark.parametrize("sentence", BROKEN)
def test_a_broken_sentence_is_named(sentence: str) -> None:
    before, turn = BROKEN[sentence]
    with pytest.raises(InvariantBroken) as broken:
        check(before, turn)
    assert str(broken.value) == sentence


def test_a_query_for_another_key_is_refused_too() -> None:
    with pytest.raises(InvariantBroken, match="only the attempt at hand"):
        check(PAYING, Turn(PAYING, (AskQuery(ELSEWHERE),)))


def test_another_order_is_no_way_out_of_money_in_flight() -> None:
    other = with_payment(PAYING, order_id="desk-01-7f3a-000009")
    with pytest.raises(InvariantBroken, match="nobody walks away"):
        check(PAYING, Turn(other))


def test_what_holds_passes() -> None:
    check(CHOOSING, Turn(PAYING, (charge(PAYING),)))
    check(PAYING, Turn(PAYING, (AskQuery(REQUEST.key),)))
    check(PAYING, Turn(PAID))
    check(CONFIRMING, Turn(OWING))
    check(OWING, COLLECTING)


# --- the lines of a basket ------------------------------------------------------------------------


def selling(goods: Goods, quantity: int = 1) -> Terminal:
    return with_visit(terminal(), stage=Stage.BASKET, basket=Basket("CNY", (Line(goods, quantity),)))


@pytest.mark.parametrize("minor", [1, RULES.typed_amount_max_minor])
def test_an_amount_may_be_typed_from_a_fen_up_to_the_shops_limit(minor: int) -> None:
    check(terminal(), Turn(selling(amount_typed(Money(minor)))))


@pytest.mark.parametrize("minor", [0, RULES.typed_amount_max_minor + 1])
def test_an_amount_out_of_bounds_is_named(minor: int) -> None:
    with pytest.raises(InvariantBroken) as broken:
        check(terminal(), Turn(selling(amount_typed(Money(minor)))))
    assert str(broken.value) == "a typed amount is above nothing and within the shop's limit"


def test_the_limit_is_for_what_is_typed_now_and_for_no_goods_of_the_list() -> None:
    lower = replace(RULES, typed_amount_max_minor=1_000)
    typed, dear = amount_typed(Money(2_000)), Goods("6901000000035", "白酒", "Liquor", Money(999_900))
    check(replace(selling(typed), rules=lower), Turn(replace(selling(typed, 2), rules=lower)))
    check(replace(terminal(), rules=lower), Turn(replace(selling(dear), rules=lower)))


def test_a_line_has_a_piece_at_least_and_no_more_than_a_till_is_right_about() -> None:
    for quantity in (1, QUANTITY_MAX):
        check(terminal(), Turn(selling(RULES.goods[WATER], quantity)))
    for quantity in (0, QUANTITY_MAX + 1):
        with pytest.raises(InvariantBroken) as broken:
            check(terminal(), Turn(selling(RULES.goods[WATER], quantity)))
        assert str(broken.value) == "a line of the basket has pieces"
