"""How the basket looks: its lines on both screens, which one the cashier is at, what may be typed, what it
comes to. Pure, as `projection` is."""

from __future__ import annotations

from msgspec import structs

from agent.core import basket_desk
from agent.core.basket import Line as BasketLine
from agent.core.events import Intent
from agent.core.money import Money
from agent.core.state import Terminal
from agent.core.visit import Stage
from agent.screens import member_views
from agent.screens.contract import Line, Phrase, Question

ABOUT_A_LINE = (Intent.MORE, Intent.FEWER, Intent.REMOVE_LINE)
CASH_QUESTION = Question("amount", Phrase("cashier.cash_label"), Intent.CASH_RECEIVED)
AMOUNT_QUESTION = Question("amount", Phrase("cashier.amount_label"), Intent.TYPE_AMOUNT, Intent.CHARGE)


def lines(t: Terminal, language: str) -> tuple[Line, ...]:
    """The goods, and what membership takes off."""
    goods = tuple(_line(line, language) for line in t.visit.basket.lines)
    return (*goods, *member_views.discounts(t, language))


def _line(line: BasketLine, language: str) -> Line:
    name = line.goods.name_en if language == "en" else line.goods.name_zh
    return Line(name, f"×{line.quantity}", line.amount.text())


def cashiers_lines(t: Terminal, language: str) -> tuple[Line, ...]:
    """While goods are scanned each row can be chosen, and one is."""
    rows, chosen, count = lines(t, language), basket_desk.chosen(t), len(t.visit.basket.lines)
    if t.visit.stage is not Stage.BASKET:
        return rows
    goods = (structs.replace(row, value=str(n), picked=n == chosen) for n, row in enumerate(rows[:count]))
    return (*goods, *rows[count:])


def about(t: Terminal, intent: Intent) -> str:
    """Which line a button is about, for its tap to say so."""
    line = basket_desk.chosen(t) if intent in ABOUT_A_LINE else None
    return "" if line is None else str(line)


def question(t: Terminal) -> Question | None:
    """An amount can be typed whenever goods could be scanned; cash is counted when it is handed over."""
    if t.visit.stage is Stage.CASH:
        return CASH_QUESTION
    may = t.rules.typed_amount_max_minor > 0 and not t.practised
    return AMOUNT_QUESTION if may and t.visit.stage in (Stage.IDLE, Stage.BASKET) else None


def limits(t: Terminal) -> Phrase:
    """What may be typed, said to whoever typed something else."""
    least, most = (Money(minor, t.rules.currency).text() for minor in (1, t.rules.typed_amount_max_minor))
    return Phrase("notice.amount_typed", {"least": least, "most": most})


def amount(t: Terminal) -> tuple[Phrase | None, str]:
    """What it comes to and its label: read from the payment as soon as there is one."""
    visit, payment = t.visit, t.visit.payment
    if payment is not None:
        label = {Stage.PAID: "amount.paid", Stage.OWED: "amount.owed"}.get(visit.stage, "amount.due")
        if (off := member_views.off(t)) and visit.stage is not Stage.OWED:
            return Phrase(f"{label}_off", {"off": off}), payment.amount.text()
        return Phrase(label), payment.amount.text()
    if visit.basket.lines:
        return Phrase("amount.total"), visit.basket.total.text()
    return None, ""
