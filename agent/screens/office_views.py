"""How each page of the back office looks on the cashier's screen. Pure, as `projection` is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from agent.core import held
from agent.core.events import Device
from agent.core.events import Intent as I
from agent.core.held import HeldOrder
from agent.core.held import Standing as Doubt
from agent.core.held_desk import find, to_see
from agent.core.ids import OrderId, short_key
from agent.core.money import Money
from agent.core.office import GiveBack, Office, Page, Settle, Train
from agent.core.refund import Refund, Standing
from agent.core.sold import SoldOrder
from agent.core.state import Terminal
from agent.screens import closing_views, debt_views, leaving_views
from agent.screens.contract import Choice, Figure, Line, Phrase, Question, Tone
from agent.screens.desk import Desk
from agent.screens.pages import CAUSES, METHODS, OUTCOMES, REFUND_REASONS, known

SAID = frozenset({Doubt.SAID_PAID, Doubt.SAID_NOT_PAID})


def look(t: Terminal, office: Office) -> Desk:
    """The page that is open; one that lost what it was about shows the menu's way out."""
    return DESKS[office.page](t, office)


def _menu(t: Terminal, _office: Office) -> Desk:
    waiting = [refund for refund in t.kept.refunds if refund.open]
    seen = (I.SEE_HELD,) if any(map(to_see, t.kept.held)) else ()
    ours = (I.SEE_TERMINAL,) if t.rules.serial and not t.rules.training else ()
    taps = (I.FIND, *seen, I.SEE_SHIFT, I.SEE_DAYS, I.SEE_TODAY, *ours, *_practice(t), I.LEAVE)
    rows = (*map(_refund_row, waiting), *debt_views.debt_rows(t))
    return Desk(Phrase("office.menu"), taps, debt_views.still_open(t), choices=rows)


def _practice(t: Terminal) -> tuple[I, ...]:
    """Into the practice, where there is a manager to ask; or out of it."""
    if t.rules.training:
        return (I.END_TRAINING,)
    return (I.TRAIN,) if t.rules.manager_pin else ()


def _find(t: Terminal, office: Office) -> Desk:
    searching = office.found is None
    return Desk(
        Phrase("office.searching" if searching else "office.find"),
        (I.STEP_BACK, I.LEAVE),
        Phrase("office.find_detail"),
        "busy" if searching else "plain",
        question=Question("search", Phrase("office.find_label"), I.FIND),
        choices=tuple(_sold_row(t, order) for order in office.found or ()),
    )


def _order(t: Terminal, office: Office) -> Desk:
    order = office.order
    if order is None:
        return Desk(Phrase("office.menu"), (I.STEP_BACK, I.LEAVE))
    may = order.refundable.amount_minor > 0 and bool(t.rules.manager_pin)
    refunding = (I.REFUND_ALL, I.REFUND_PART) if may else ()
    return Desk(
        Phrase("office.order"),
        (*refunding, I.SEE_SLIP, I.STEP_BACK, I.LEAVE),
        None if t.rules.manager_pin else Phrase("office.no_manager"),
        amount_label=Phrase("amount.refundable"),
        amount=order.refundable.text(),
        figures=_figures(t, order),
    )


def unprinted(t: Terminal) -> Phrase:
    """A receipt that did not come out, or a drawer that did not open, with what to do about it."""
    if t.unprinted == "drawer":
        return Phrase("cashier.drawer_shut")
    cause = known(t.unprinted, CAUSES[Device.PRINTER])
    return Phrase("cashier.unprinted", {"cause": f"cause.printer.{cause}"})


def _slip(t: Terminal, office: Office) -> Desk:
    """Goods and discounts as rows, all that stands above and below them on paper as figures."""
    order, given = office.order, office.slip
    away = (I.STEP_BACK, I.LEAVE)
    if order is None or given is None:
        return Desk(Phrase("slip.reading"), away, tone="busy")
    copy = Phrase("slip.copy", {"copy": str(given.copy)}) if given.copy else Phrase("slip.first")
    till = Figure(Phrase("setup.till"), str(t.rules.till))
    return Desk(
        copy,
        away,
        None if order.slip else Phrase("slip.goods_unknown"),
        amount_label=Phrase("amount.total"),
        amount=order.amount.text(),
        figures=(till, *_slip_figures(t, order)),
        lines=_slip_lines(order, t.languages.get("cashier", "zh")),
    )


def _slip_lines(order: SoldOrder, language: str) -> tuple[Line, ...]:
    slip, currency, which = order.slip, order.amount.currency, int(language == "en")
    if slip is None:
        return ()
    goods = (
        Line((one.name_zh, one.name_en)[which], f"×{one.quantity}", Money(one.sum_minor, currency).text())
        for one in slip.lines
    )
    offs = (
        Line((one.name_zh, one.name_en)[which], "", Money(-one.off_minor, currency).text())
        for one in slip.offs
    )
    return (*goods, *offs)


def _slip_figures(t: Terminal, order: SoldOrder) -> tuple[Figure, ...]:
    """The total stands above already; nothing is said of refunds that never were."""
    head, refunded = _figures(t, order)[:4], _figures(t, order)[5:]
    return (*head, *(refunded if order.refunded.amount_minor else ()), *_cash(order))


def _cash(order: SoldOrder) -> tuple[Figure, ...]:
    tendered = order.slip.tendered_minor if order.slip else None
    if tendered is None:
        return ()
    currency = order.amount.currency
    change = Money(tendered - order.amount.amount_minor, currency)
    return (
        Figure(Phrase("slip.tendered"), Money(tendered, currency).text()),
        Figure(Phrase("slip.change"), change.text()),
    )


def _part(_t: Terminal, office: Office) -> Desk:
    order = office.order
    return Desk(
        Phrase("office.part"),
        (I.STEP_BACK, I.LEAVE),
        amount_label=Phrase("amount.refundable"),
        amount=order.refundable.text() if order else "",
        question=Question("amount", Phrase("office.part_label"), I.GIVE_AMOUNT),
    )


def _pin(t: Terminal, office: Office) -> Desk:
    asked = Desk(
        Phrase("office.pin"),
        (I.STEP_BACK, I.LEAVE),
        question=Question("pin", Phrase("office.pin_label"), I.GIVE_PIN),
    )
    if t.rules.training:
        asked = replace(asked, detail=Phrase("training.pin"))
    match office.errand:
        case Train():
            return replace(asked, headline=Phrase("training.ask"), detail=Phrase("training.ask_detail"))
        case GiveBack(order=order, amount=amount):
            return replace(
                asked,
                amount_label=Phrase("amount.to_refund"),
                amount=amount.text(),
                figures=_figures(t, order),
            )
        case Settle(key=key, paid=paid):
            case = find(t, key)
            said = Phrase("office.reason_paid" if paid else "office.reason_not_paid")
            return replace(asked, detail=said, figures=_case_figures(case) if case else ())
        case _:
            return asked


def _held(t: Terminal, _office: Office) -> Desk:
    cases = tuple(_case_row(t, case) for case in t.kept.held if to_see(case))
    headline = Phrase("office.held" if cases else "office.held_none")
    return Desk(headline, (I.STEP_BACK, I.LEAVE), Phrase("office.held_detail"), "unsure", choices=cases)


def _verdict(t: Terminal, office: Office) -> Desk:
    case = find(t, office.held)
    if case is None:
        return Desk(Phrase("office.held_none"), (I.STEP_BACK, I.LEAVE))
    standing = "contradicted" if case.contradicted else case.standing
    may = (I.SAY_PAID, I.SAY_NOT_PAID) if case.standing is held.Standing.OPEN else ()
    read = (I.DONE,) if not case.open else ()
    return Desk(
        Phrase(f"held.{standing}"),
        (*read, *may, I.STEP_BACK, I.LEAVE),
        Phrase(f"held.{standing}_detail"),
        "bad" if case.contradicted else "unsure" if case.open else "plain",
        amount_label=Phrase("amount.in_doubt"),
        amount=case.summary.amount.text(),
        figures=_case_figures(case),
    )


def _reason(_t: Terminal, office: Office) -> Desk:
    paid = isinstance(office.errand, Settle) and office.errand.paid
    choices = tuple(Choice(I.PICK, word, "", Phrase(f"held_reason.{word}"), "") for word in held.REASONS)
    return Desk(
        Phrase("office.reason_paid" if paid else "office.reason_not_paid"),
        (I.STEP_BACK, I.LEAVE),
        choices=choices,
    )


def _case_figures(case: HeldOrder) -> tuple[Figure, ...]:
    said = (
        (Figure(Phrase("figure.reason"), "", Phrase(f"held_reason.{case.reason}")),) if case.reason else ()
    )
    return (
        Figure(Phrase("figure.order"), case.summary.order_id),
        Figure(Phrase("figure.time"), _time(case.held_utc_ms)),
        Figure(Phrase("figure.method"), "", _method(case.summary.method)),
        *said,
    )


def _case_row(t: Terminal, case: HeldOrder) -> Choice:
    order = case.summary.order_id
    title = debt_views.title_of(t, order, case.held_utc_ms)
    word = "contradicted" if case.contradicted else case.standing
    standing = debt_views.marked(t, order, f"held.{word}")
    tone: Tone = "bad" if case.contradicted else "unsure"
    return Choice(I.PICK, case.key, title, standing, case.summary.amount.text(), tone)


def _refund(t: Terminal, office: Office) -> Desk:
    refund = next((one for one in t.kept.refunds if one.key == office.refund), None)
    if refund is None:
        return Desk(Phrase("office.menu"), (I.STEP_BACK, I.LEAVE))
    return Desk(
        Phrase(f"refund.{refund.standing}"),
        (I.STEP_BACK, I.LEAVE),
        _refund_detail(refund),
        TONES[refund.standing],
        amount_label=Phrase("amount.to_refund"),
        amount=refund.amount.text(),
        figures=(
            Figure(Phrase("figure.refund"), refund.key),
            Figure(Phrase("figure.method"), "", _method(refund.method)),
        ),
    )


def _refund_detail(refund: Refund) -> Phrase | None:
    if refund.standing is Standing.REFUSED:
        return Phrase(f"refund_reason.{known(refund.reason, REFUND_REASONS)}")
    cash = refund.standing is Standing.REFUNDED and refund.request is None
    return Phrase("refund.hand_over_cash") if cash else Phrase(f"refund.{refund.standing}_detail")


def outcome_word(t: Terminal, order: OrderId, outcome: str) -> str:
    """As its list says it; what only a person says of an order in doubt is a word of its own."""
    cases = [case for case in t.kept.held if case.standing in SAID and not case.on_trust]
    said = {case.summary.order_id: case.standing.value for case in cases}
    return said.get(order, outcome)


def _figures(t: Terminal, order: SoldOrder) -> tuple[Figure, ...]:
    return (
        Figure(Phrase("figure.order"), order.order_id),
        Figure(Phrase("figure.time"), _time(order.utc_ms)),
        Figure(Phrase("figure.method"), "", _method(order.method)),
        Figure(Phrase("figure.outcome"), "", _outcome(outcome_word(t, order.order_id, order.outcome))),
        Figure(Phrase("figure.amount"), order.amount.text()),
        Figure(Phrase("figure.refunded"), order.refunded.text()),
    )


def _sold_row(t: Terminal, order: SoldOrder) -> Choice:
    outcome = outcome_word(t, order.order_id, order.outcome)
    tone: Tone = "good" if outcome == "paid" else "unsure" if outcome in ("held", *SAID) else "plain"
    said = _outcome(outcome)
    if outcome == "paid" and order.refunded.amount_minor:
        said, tone = _given_back(t, order)
    title = f"…{order.order_id[-6:]} · {_time(order.utc_ms)}"
    return Choice(I.PICK, order.order_id, title, said, order.amount.text(), tone)


def _given_back(t: Terminal, order: SoldOrder) -> tuple[Phrase, Tone]:
    """All of a paid order or a part of it; what was asked for and not yet answered is not yet refunded."""
    for refund in t.kept.refunds:
        if refund.open and refund.order_id == order.order_id:
            return Phrase(f"refund.{refund.standing}"), "unsure"
    if order.refundable.amount_minor:
        return Phrase("refund.partly_refunded", {"left": order.refundable.text()}), "plain"
    return Phrase("refund.refunded"), "plain"


def _refund_row(refund: Refund) -> Choice:
    title = short_key(refund.key)
    return Choice(
        "", refund.key, title, Phrase(f"refund.{refund.standing}"), refund.amount.text(), "unsure"
    )


def _method(method: str) -> Phrase:
    return Phrase(f"method.{known(method, METHODS)}" if method else "method.none")


def _outcome(outcome: str) -> Phrase:
    return Phrase(f"outcome.{known(outcome, OUTCOMES)}")


def _time(utc_ms: int) -> str:
    """By the terminal's own clock and zone, as it stands on the receipt."""
    return datetime.fromtimestamp(utc_ms / 1000).strftime("%m-%d %H:%M")


TONES: dict[Standing, Tone] = {
    Standing.ASKING: "busy",
    Standing.UNKNOWN: "unsure",
    Standing.ACCEPTED: "unsure",
    Standing.REFUNDED: "good",
    Standing.REFUSED: "bad",
}
DESKS: dict[Page, Callable[[Terminal, Office], Desk]] = {
    Page.MENU: _menu,
    Page.FIND: _find,
    Page.ORDER: _order,
    Page.SLIP: _slip,
    Page.PART: _part,
    Page.PIN: _pin,
    Page.REFUND: _refund,
    Page.HELD: _held,
    Page.VERDICT: _verdict,
    Page.REASON: _reason,
    **closing_views.DESKS,
    **leaving_views.DESKS,
}
