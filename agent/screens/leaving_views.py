"""How leaving a shop looks on the cashier's screen: head office's order, and what is missing. Pure."""

from __future__ import annotations

from collections.abc import Callable

from agent.core.assignment import Refusal
from agent.core.events import Intent as I
from agent.core.leaving import Lack
from agent.core.leaving_desk import lacks
from agent.core.money import Money
from agent.core.office import Office, Page
from agent.core.state import Terminal
from agent.screens.contract import Choice, Figure, Phrase
from agent.screens.desk import Desk


def _terminal(t: Terminal, office: Office) -> Desk:
    """What this terminal is; a code of head office that was no order for it, and why."""
    if office.refusal:
        refused = Phrase(f"setup.refused_{office.refusal}")
        step = "leaving.behind_detail" if office.refusal == Refusal.BEHIND else "setup.refused_detail"
        return Desk(refused, (I.STEP_BACK, I.LEAVE), Phrase(step), "bad")
    return Desk(
        Phrase("leaving.terminal"),
        (I.STEP_BACK, I.LEAVE),
        Phrase("leaving.terminal_detail"),
        figures=_figures(t),
        choices=_rows(t, office),
    )


def _leaving(t: Terminal, office: Office) -> Desk:
    """The order; it can be followed once nothing is missing."""
    order, rows = office.leaving, _rows(t, office)
    if order is None:
        return _terminal(t, office)
    shop = order.shop_en if t.languages.get("cashier") == "en" else order.shop_zh
    to = {"shop": shop, "till": str(order.till)}
    ready = office.unsent is not None and not rows
    return Desk(
        Phrase("leaving.move", to) if order.what == "move" else Phrase("leaving.retire"),
        (I.LEAVE_SHOP, I.STEP_BACK, I.LEAVE) if ready else (I.STEP_BACK, I.LEAVE),
        Phrase("leaving.ready_detail" if ready else "leaving.not_yet_detail"),
        "plain" if ready else "unsure",
        figures=_figures(t),
        choices=rows,
    )


def _departing(t: Terminal, _office: Office) -> Desk:
    return Desk(
        Phrase("leaving.departing"), (), Phrase("leaving.departing_detail"), "busy", figures=_figures(t)
    )


def _figures(t: Terminal) -> tuple[Figure, ...]:
    rules = t.rules
    return (
        Figure(Phrase("setup.serial"), rules.serial),
        Figure(Phrase("setup.device"), rules.device),
        Figure(
            Phrase("setup.shop_name"),
            rules.shop_en if t.languages.get("cashier") == "en" else rules.shop_zh,
        ),
        Figure(Phrase("setup.till"), str(rules.till)),
    )


def _rows(t: Terminal, office: Office) -> tuple[Choice, ...]:
    """What is missing, each with its next step."""
    return tuple(_row(lack, t.rules.currency) for lack in lacks(t, office))


def _row(lack: Lack, currency: str) -> Choice:
    said = Phrase(f"leaving.missing_{lack.what}", {"count": str(lack.count)})
    amount = Money(lack.sum_minor, currency).text() if lack.sum_minor else ""
    return Choice("", lack.what, "", said, amount, "unsure")


DESKS: dict[Page, Callable[[Terminal, Office], Desk]] = {
    Page.TERMINAL: _terminal,
    Page.LEAVING: _leaving,
    Page.DEPARTING: _departing,
}
