"""Amounts are typed and lines changed as long as nothing is asked for."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import pytest

from agent.core import invariants
from agent.core.basket import QUANTITY_MAX, Line, amount_typed
from agent.core.basket_desk import chosen
from agent.core.charge import Captured
from agent.core.commands import AskCharge, KeepRecord
from agent.core.events import Event, Instant, Intent, Screen, Tapped
from agent.core.ids import Secret
from agent.core.money import Money
from agent.core.slip_desk import slip_of
from agent.core.state import Terminal
from agent.core.terminal import step
from agent.core.visit import Stage
from tests.playbook import NOTHING, Fact, Playbook, Slot, says, scans, shows_code, taps
from tests.shop import RICE_BALL, RULES, WATER, restarted, terminal, to_choose, to_code, to_paying

AT = Instant(1_000, 1_790_000_000_000)


@pytest.fixture
def shop() -> Playbook:
    return Playbook(terminal())


def types(words: str) -> Fact:
    return taps(Intent.TYPE_AMOUNT, words)


def on(intent: Intent, line: int) -> Fact:
    return taps(intent, str(line))


def quantities(t: Terminal) -> list[int]:
    return [line.quantity for line in t.visit.basket.lines]


# --- an amount ------------------------------------------------------------------------------------


def test_an_amount_begins_a_sale_and_another_goes_on_with_it(shop: Playbook) -> None:
    shop >> types("6.80") << Stage.BASKET
    shop >> scans(WATER) >> types("6,8") << Stage.BASKET
    assert [line.amount.amount_minor for line in shop.visit.basket.lines] == [680, 200, 680]


@pytest.mark.parametrize(
    "words", ["0", "0.00", "2000.01", "1.999", "x", "-1", "99999999", "00000001", "1:30"]
)
def test_a_wrong_amount_is_refused_in_one_sentence_and_loses_nothing(shop: Playbook, words: str) -> None:
    shop >> types(words) << Stage.IDLE
    assert shop.state.notice == "amount_typed"
    shop >> scans(WATER) >> types("2000") >> on(Intent.PICK_LINE, 0) >> types(words) << Stage.BASKET
    assert shop.state.notice == "amount_typed"
    assert quantities(shop.state) == [1, 1]
    assert chosen(shop.state) == 0
    shop >> types("0.01") << Stage.BASKET
    assert shop.state.notice == ""


def test_return_on_an_empty_field_says_nothing(shop: Playbook) -> None:
    shop >> taps(Intent.TYPE_AMOUNT) << NOTHING
    shop >> scans(WATER) >> types("") << NOTHING


@pytest.mark.parametrize("code", ["96385074", "6901234567892", "134567890123456789"])
def test_a_scanner_that_types_its_codes_sells_nothing(shop: Playbook, code: str) -> None:
    """One that nobody told the terminal about: not even a price limit of millions lets it."""
    wide = replace(RULES, typed_amount_max_minor=999_999_999)
    book = Playbook(terminal(rules=wide)) >> types(code) << Stage.IDLE
    assert book.state.notice == "amount_typed"
    shop >> types(code[:12]) << Stage.IDLE  # the field takes no more


def test_where_no_amount_may_be_typed_none_is() -> None:
    closed = Playbook(terminal(rules=replace(RULES, typed_amount_max_minor=0)))
    closed >> types("0.01") << Stage.IDLE


def test_currencies_without_a_minor_unit_take_no_point() -> None:
    yen = replace(RULES, currency="JPY")
    book = Playbook(terminal(rules=yen)) >> types("1.5") << Stage.IDLE
    book >> types("150") << Stage.BASKET
    assert book.visit.basket.total == Money(150, "JPY")


def test_an_amount_is_charged_recorded_and_written_on_the_receipt_like_goods(shop: Playbook) -> None:
    asked, record = Slot(AskCharge), Slot(KeepRecord)
    shop >> scans(WATER) >> types("6.80") >> on(Intent.MORE, 1) >> taps(Intent.CHARGE)
    shop >> taps(Intent.SHOW_CODE) >> shows_code() << asked << Stage.PAY
    assert asked.wish.request.amount == Money(200 + 2 * 680)
    shop >> says(Captured()) << record << Stage.PAID
    assert record.wish.data["lines"] == [
        {"gtin": WATER, "quantity": 1, "amount_minor": 200},
        {"gtin": "", "quantity": 2, "amount_minor": 1_360},
    ]
    [_, line] = slip_of(shop.visit, shop.state.kept.membership).lines
    assert (line.name_zh, line.name_en, line.quantity, line.sum_minor) == ("金额", "Amount", 2, 1_360)


def test_a_restart_finds_the_typed_amounts_again_and_the_last_line_is_chosen(shop: Playbook) -> None:
    shop >> types("6.80") >> scans(WATER) >> on(Intent.PICK_LINE, 0) << Stage.BASKET
    again = restarted(shop)
    assert again.visit.basket == shop.visit.basket
    assert chosen(again.state) == 1


# --- a line ---------------------------------------------------------------------------------------


def test_what_was_scanned_or_changed_last_is_chosen(shop: Playbook) -> None:
    shop >> scans(WATER) >> scans(RICE_BALL) << Stage.BASKET
    assert chosen(shop.state) == 1
    shop >> scans(WATER) << Stage.BASKET
    assert chosen(shop.state) == 0
    shop >> on(Intent.MORE, 1) << Stage.BASKET
    assert chosen(shop.state) == 1
    assert quantities(shop.state) == [2, 2]


def test_choosing_changes_no_money_and_no_view_that_somebody_answers(shop: Playbook) -> None:
    shop >> scans(WATER) >> scans(RICE_BALL) << Stage.BASKET
    kept, view = shop.state.kept, shop.state.view_no
    shop >> on(Intent.PICK_LINE, 0) << Stage.BASKET
    assert (chosen(shop.state), shop.state.kept, shop.state.view_no) == (0, kept, view)


def test_a_complaint_goes_as_soon_as_a_line_is_chosen(shop: Playbook) -> None:
    shop >> scans(WATER) >> types("x") << Stage.BASKET
    assert shop.state.notice == "amount_typed"
    shop >> on(Intent.PICK_LINE, 0) << Stage.BASKET
    assert shop.state.notice == ""


@pytest.mark.parametrize("line", ["", "2", "-1", "x", "9999999", "²"])
@pytest.mark.parametrize("intent", [Intent.PICK_LINE, Intent.MORE, Intent.FEWER, Intent.REMOVE_LINE])
def test_a_line_that_there_is_not_changes_nothing(shop: Playbook, intent: Intent, line: str) -> None:
    shop >> scans(WATER) >> scans(RICE_BALL) >> on(Intent.PICK_LINE, 0) >> taps(intent, line) << NOTHING


def test_after_goods_were_added_there_is_no_order_that_could_be_given_up(shop: Playbook) -> None:
    to_choose(shop) >> scans(WATER) << Stage.BASKET
    assert (shop.visit.order_id, shop.visit.payment) == (None, None)
    (shop >> taps(Intent.CANCEL) << Stage.IDLE).finish()  # and nobody is told of one


def test_taking_a_line_away_leaves_its_neighbour_chosen(shop: Playbook) -> None:
    shop >> scans(WATER) >> scans(RICE_BALL) >> types("1") >> on(Intent.REMOVE_LINE, 1) << Stage.BASKET
    assert [line.goods.name_en for line in shop.visit.basket.lines] == ["Water", "Amount"]
    assert chosen(shop.state) == 1
    shop >> on(Intent.REMOVE_LINE, 1) << Stage.BASKET
    assert chosen(shop.state) == 0


def test_with_its_last_line_the_sale_is_at_rest_again(shop: Playbook) -> None:
    shop >> types("6.80") >> on(Intent.REMOVE_LINE, 0) << Stage.IDLE
    assert chosen(shop.state) is None
    shop >> scans(WATER) >> on(Intent.FEWER, 0) << Stage.IDLE


def test_no_line_has_more_pieces_than_a_till_is_right_about(shop: Playbook) -> None:
    shop >> scans(WATER) >> (QUANTITY_MAX - 1) * [on(Intent.MORE, 0)] >> on(Intent.MORE, 0) << Stage.BASKET
    assert (quantities(shop.state), shop.state.notice) == ([QUANTITY_MAX], "quantity_max")


def test_a_tap_on_the_basket_of_a_moment_ago_changes_nothing(shop: Playbook) -> None:
    shop >> scans(WATER) >> scans(RICE_BALL) << Stage.BASKET
    old = Tapped(Screen.CASHIER, shop.state.view_no - 1, Intent.REMOVE_LINE, Secret("0"))
    shop >> old << NOTHING


@pytest.mark.parametrize("to", [to_choose, to_code, to_paying])
def test_while_a_customer_pays_nothing_is_changed(shop: Playbook, to: object) -> None:
    to(shop)  # type: ignore[operator]
    for fact in (types("1"), on(Intent.MORE, 0), on(Intent.FEWER, 0), on(Intent.REMOVE_LINE, 0)):
        shop >> fact << NOTHING


def test_the_customer_changes_no_line_from_the_other_side(shop: Playbook) -> None:
    shop >> scans(WATER) >> taps(Intent.MORE, "0", Screen.CUSTOMER) << NOTHING


def test_what_an_older_terminal_took_away_is_taken_away_in_a_replay(shop: Playbook) -> None:
    """Its journal says remove_last: one piece of the last line."""
    shop >> scans(WATER) >> 3 * [scans(RICE_BALL)] >> taps(Intent.REMOVE_LAST) << Stage.BASKET
    assert quantities(shop.state) == [1, 2]
    shop >> 2 * [taps(Intent.REMOVE_LAST)] << Stage.BASKET
    assert [line.goods.name_en for line in shop.visit.basket.lines] == ["Water"]
    shop >> taps(Intent.REMOVE_LAST) << Stage.IDLE


def test_an_amount_out_of_bounds_stops_the_process_rather_than_being_sold(shop: Playbook) -> None:
    (shop >> scans(WATER) << Stage.BASKET).finish()
    for line in (Line(amount_typed(Money(200_001)), 1), Line(amount_typed(Money(0)), 1)):
        visit = replace(shop.visit, basket=replace(shop.visit.basket, lines=(line,)))
        wrong = replace(shop.state, kept=replace(shop.state.kept, visit=visit))
        with pytest.raises(invariants.InvariantBroken, match="typed amount"):
            invariants.check(shop.state, step(wrong, scans(WATER), AT))


# --- every way through a small basket ---------------------------------------------------------------


MOVES = (
    *((Intent.TYPE_AMOUNT, words) for words in ("3", "0")),
    *(
        (i, str(n))
        for i in (Intent.MORE, Intent.FEWER, Intent.REMOVE_LINE, Intent.PICK_LINE)
        for n in (0, 1)
    ),
)


def moves(t: Terminal) -> list[Event]:
    made: list[Event] = [Tapped(Screen.CASHIER, t.view_no, intent, Secret(word)) for intent, word in MOVES]
    return [*made, scans(WATER), scans(RICE_BALL)]


def test_every_way_through_a_small_basket_keeps_it_whole() -> None:
    """All baskets that five moves make. The judge counts with plain numbers beside the core."""
    seen, todo = set(), deque([(terminal(), 0)])
    while todo:
        t, depth = todo.popleft()
        for event in moves(t):
            turn = step(t, event, AT)
            invariants.check(t, turn)
            after, rows = turn.state, _rows(turn.state)
            assert rows == _judged(_rows(t), event)
            assert (after.visit.stage is Stage.IDLE) == (rows == [])
            assert (chosen(after) is None) == (rows == [])
            assert after.visit.basket.total == Money(sum(price * quantity for _, price, quantity in rows))
            key = (tuple(rows), chosen(after))
            if depth < 4 and key not in seen:
                seen.add(key)
                todo.append((after, depth + 1))
    assert len(seen) > 200


Row = tuple[str, int, int]


def _rows(t: Terminal) -> list[Row]:
    return [(one.goods.gtin, one.goods.price.amount_minor, one.quantity) for one in t.visit.basket.lines]


def _judged(rows: list[Row], event: Event) -> list[Row]:
    if not isinstance(event, Tapped):
        gtin = event.code.gtin  # type: ignore[union-attr]
        if not any(row[0] == gtin for row in rows):
            return [*rows, (gtin, RULES.goods[gtin].price.amount_minor, 1)]
        return [(one, price, quantity + (one == gtin)) for one, price, quantity in rows]
    word = event.value.reveal() if event.value else ""
    if event.intent is Intent.TYPE_AMOUNT:
        return [*rows, ("", int(word) * 100, 1)] if int(word) else rows
    by = {Intent.MORE: 1, Intent.FEWER: -1, Intent.REMOVE_LINE: -QUANTITY_MAX}.get(event.intent, 0)
    changed = [(*row[:2], row[2] + by * (n == int(word))) for n, row in enumerate(rows)]
    return [row for row in changed if row[2] > 0]
