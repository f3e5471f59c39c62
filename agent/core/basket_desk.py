"""What the cashier does with the basket before anything is asked for: amounts typed, lines changed.

Enters: taps while nobody is served or goods are scanned; goods that were scanned. Leaves: the visit with
its basket, and which line is chosen. Once the amount is fixed the table has no row: nothing changes then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.core.basket import QUANTITY_MAX, Basket, Goods, amount_typed
from agent.core.events import Instant, Intent
from agent.core.ids import Secret, typed
from agent.core.money import Money, read_money
from agent.core.stages import enter, next_visit, say
from agent.core.state import Rules, Terminal, Turn
from agent.core.visit import Stage, Visit

Handler = Callable[[Terminal, Secret | None, Instant], Turn]


# --- more in the basket ---------------------------------------------------------------------------


def put(t: Terminal, visit: Visit, goods: Goods) -> Turn:
    """One thing more. Whoever was to pay before, it is to be paid anew; its line is chosen."""
    basket = visit.basket.add(goods)
    more = replace(visit.of_nobody(), basket=basket, order_id=None, payment=None)
    return enter(replace(t, line=visit.basket.place(goods)), Stage.BASKET, visit=more)


def _type_amount(t: Terminal, value: Secret | None, _at: Instant) -> Turn:
    """A price without goods. Return on an empty field is a reflex and says nothing."""
    words = typed(value)
    if not words:
        return Turn(t)
    price = read_price(words, t.rules)
    if price is None:
        return say(t, "amount_typed")
    return put(t, t.visit if t.visit.stage is Stage.BASKET else next_visit(t), amount_typed(price))


def read_price(words: str, rules: Rules) -> Money | None:
    """The typed amount, if one line may cost so much."""
    price = read_money(words, rules.currency)
    if price is None or not 0 < price.amount_minor <= rules.typed_amount_max_minor:
        return None
    return price


# --- another quantity -----------------------------------------------------------------------------


def chosen(t: Terminal) -> int | None:
    """The line that is chosen: the one that was changed or touched last, else the last one."""
    if not t.visit.basket.lines:
        return None
    last = len(t.visit.basket.lines) - 1
    return last if t.line is None else min(t.line, last)


def _pick(t: Terminal, value: Secret | None, _at: Instant) -> Turn:
    index = _named(t, value)
    return Turn(t) if index is None else Turn(replace(t, line=index, notice=""))


def _more(t: Terminal, value: Secret | None, _at: Instant) -> Turn:
    index = _named(t, value)
    if index is None:
        return Turn(t)
    quantity = t.visit.basket.lines[index].quantity
    return say(t, "quantity_max") if quantity >= QUANTITY_MAX else _set(t, index, quantity + 1)


def _fewer(t: Terminal, value: Secret | None, _at: Instant) -> Turn:
    index = _named(t, value)
    return Turn(t) if index is None else _set(t, index, t.visit.basket.lines[index].quantity - 1)


def _remove_line(t: Terminal, value: Secret | None, _at: Instant) -> Turn:
    index = _named(t, value)
    return Turn(t) if index is None else _set(t, index, 0)


def _fewer_of_last(t: Terminal, _value: Secret | None, _at: Instant) -> Turn:
    last = len(t.visit.basket.lines) - 1
    return _set(t, last, t.visit.basket.lines[last].quantity - 1)


def _named(t: Terminal, value: Secret | None) -> int | None:
    """The line that the tap names. Never the one that happens to be chosen: a tap says by itself what it is
    about, on the glass and in a replay."""
    lines = {str(index): index for index in range(len(t.visit.basket.lines))}
    return lines.get(typed(value))


def _set(t: Terminal, index: int, quantity: int) -> Turn:
    """With the last line the sale is at rest again."""
    basket: Basket = t.visit.basket.with_quantity(index, quantity)
    stage = Stage.BASKET if basket.lines else Stage.IDLE
    return enter(replace(t, line=index), stage, visit=replace(t.visit, basket=basket))


TAPS: dict[tuple[Stage, Intent], Handler] = {
    (Stage.IDLE, Intent.TYPE_AMOUNT): _type_amount,
    (Stage.BASKET, Intent.TYPE_AMOUNT): _type_amount,
    (Stage.BASKET, Intent.PICK_LINE): _pick,
    (Stage.BASKET, Intent.MORE): _more,
    (Stage.BASKET, Intent.FEWER): _fewer,
    (Stage.BASKET, Intent.REMOVE_LINE): _remove_line,
}
NOT_OFFERED: dict[tuple[Stage, Intent], Handler] = {(Stage.BASKET, Intent.REMOVE_LAST): _fewer_of_last}
"""What journals of older terminals hold, for their replay; no screen has it any more."""
