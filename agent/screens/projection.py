"""State → what both people see. Pure; every state has a view, and no view decides anything.

Stage and phase choose a row of `pages`; the row names phrases (`ui/i18n`) and buttons. What is read is made
in `headlines`, `notices` and the views of each matter; what is tapped in `buttons`.
"""

from __future__ import annotations

from msgspec import structs

from agent.core import printing, withdrawing_desk
from agent.core.events import Device, Instant, Intent, Screen
from agent.core.joining_desk import offered
from agent.core.office import Office
from agent.core.payment import Phase
from agent.core.state import Language, Terminal
from agent.core.visit import Stage, Summary
from agent.screens import (
    basket_views,
    headlines,
    joining_views,
    member_views,
    notices,
    offers,
    office_views,
    withdrawing_views,
)
from agent.screens.buttons import CASHIER_CORNER, CUSTOMER_CORNER, button, buttons
from agent.screens.contract import Button, CashierView, CustomerView, OrderRow, Phrase, Tone
from agent.screens.joining_views import JoinDesk
from agent.screens.pages import METHODS, PHASES, STAGES, Row, known, short

WAYS = (Intent.PAY_BY_FACE.value, Intent.SHOW_CODE.value)
TONES: dict[str, Tone] = {
    "paid": "good", "held": "unsure", "said_paid": "unsure", "said_not_paid": "unsure",
    "owed": "later", "named": "later",
}  # fmt: skip


def project(t: Terminal, at: Instant) -> tuple[CustomerView, CashierView]:
    """Both views of one state. Never raises for any state (a property test keeps it). Whatever is shown
    where somebody practises is marked here, in one place."""
    customer, cashier = _customer(t, at), _cashier(t, at)
    if not t.rules.training:
        return customer, cashier
    mark = Phrase("training.mark")
    return structs.replace(customer, mark=mark), structs.replace(cashier, mark=mark)


def row_of(t: Terminal) -> Row:
    """The table's row for this state; while paying, the payment's phase chooses it. What no table has
    cannot be (the invariants keep it), and would be shown as what it is: unknown. So is a payment while
    the disk refuses: no answer can be written then, and none is believed before it is."""
    if t.visit.stage is not Stage.PAY:
        return STAGES[t.visit.stage]
    phase = t.visit.payment.phase if t.visit.payment and t.works(Device.STORAGE) else Phase.UNKNOWN
    return PHASES.get(phase, PHASES[Phase.UNKNOWN])


def _customer(t: Terminal, at: Instant) -> CustomerView:
    language = _language(t, Screen.CUSTOMER)
    if t.joining is not None:
        wait_ms = joining_views.wait_ms(t, t.joining)
        return _beside(t, joining_views.look(t, t.joining, language), wait_ms, at)
    if t.withdrawing is not None:
        wait_ms = withdrawing_views.wait_ms(t, t.withdrawing)
        return _beside(t, withdrawing_views.look(t, t.withdrawing, language), wait_ms, at)
    row = row_of(t)
    label, amount = basket_views.amount(t)
    return CustomerView(
        view_id=t.view_no,
        page=row.page,
        tone=row.tone,
        language=language,
        large_text="customer" in t.large_text,
        shop=_shop(t, language),
        amount_label=label,
        amount=amount,
        headline=headlines.customers(t, row, language),
        detail=headlines.customers_detail(t, row, language),
        lines=basket_views.lines(t, language),
        buttons=_customer_buttons(t, row) if t.rules.customer_touch else (),
        ways=_ways(t),
        person=member_views.masked_name(t),
        member=member_views.member(t, language),
        benefits=member_views.benefits(t, at, language),
        preview=t.visit.stage in (Stage.FACE, Stage.MATCH),
        progress_pct=_progress_pct(t),
        digits_wanted=4 if t.visit.stage is Stage.DIGITS else 0,
        seconds_left=_seconds_left(t, at),
        low=t.low,
        posters=offers.posters(t, language, at),
        motion=t.rules.motion,
        codes=offers.codes(t),
    )


def _beside(t: Terminal, desk: JoinDesk, wait_ms: int, at: Instant) -> CustomerView:
    """Whoever is becoming a member, or looks at what they agreed to, sees pages of their own; the amount
    stays where it was."""
    language = _language(t, Screen.CUSTOMER)
    label, amount = basket_views.amount(t)
    return CustomerView(
        view_id=t.view_no,
        page=desk.page,
        tone=desk.tone,
        language=language,
        large_text="customer" in t.large_text,
        shop=_shop(t, language),
        amount_label=label if desk.amount else None,
        amount=amount if desk.amount else "",
        headline=desk.headline,
        detail=desk.detail,
        buttons=(*desk.buttons, *(button(t, intent, False) for intent in CUSTOMER_CORNER)),
        preview=desk.page == "face",
        progress_pct=_progress_pct(t),
        digits_wanted=desk.digits_wanted,
        digits_shown=t.joining is not None and desk.digits_wanted > 0,
        seconds_left=max(0, (t.since_ms + wait_ms - at.mono_ms + 999) // 1000) if wait_ms else 0,
        low=t.low,
        body=desk.body,
        ticks=desk.ticks,
        codes=desk.codes,
    )


def _ways(t: Terminal) -> tuple[str, ...]:
    """The ways to pay in pictures: none that cannot be gone now."""
    if notices.short_of(t):
        return ()
    return WAYS if t.rules.customer_touch else WAYS[1:]


def _customer_buttons(t: Terminal, row: Row) -> tuple[Button, ...]:
    """The row's own; and becoming a member, or seeing what a member agreed to, where that is offered."""
    taps = (*row.customer.taps, Intent.JOIN) if offered(t) else row.customer.taps
    seen = (Intent.SEE_AGREED,) if withdrawing_desk.offered(t) else ()
    return buttons(t, taps, (*seen, *CUSTOMER_CORNER), row.customer.calm)


def _cashier(t: Terminal, at: Instant) -> CashierView:
    row, language = row_of(t), _language(t, Screen.CASHIER)
    if t.office is not None:
        return _behind_the_till(t, t.office)
    label, amount = basket_views.amount(t)
    notice = notices.refused_or_broken(t) or notices.from_head_office(t, at, language)
    unsure = row.tone == "unsure" and t.visit.stage is Stage.PAY
    return CashierView(
        view_id=t.view_no,
        tone=row.tone,
        language=language,
        large_text="cashier" in t.large_text,
        shop=_shop(t, language),
        amount_label=label,
        amount=amount,
        headline=headlines.cashiers(t, row),
        detail=headlines.cashiers_detail(t, row, language),
        notice=notice,
        lines=basket_views.cashiers_lines(t, language),
        buttons=buttons(t, _cashiers_taps(t, row), CASHIER_CORNER),
        signs=notices.said_once(notices.signs(t), notice),
        orders=tuple(_order(t, summary) for summary in t.kept.recent),
        seconds_since=(at.mono_ms - t.since_ms) // 1000 if unsure else -1,
        question=basket_views.question(t),
    )


def _cashiers_taps(t: Terminal, row: Row) -> tuple[Intent, ...]:
    """The row's own; the last receipt, where one prints; the way out, where somebody practises."""
    out = t.rules.training and t.visit.stage is Stage.IDLE
    further = (Intent.PRINT_SLIP,) * printing.offered(t) + (Intent.END_TRAINING,) * out
    return (*row.cashier.taps, *further)


def _behind_the_till(t: Terminal, office: Office) -> CashierView:
    language = _language(t, Screen.CASHIER)
    desk, notice = office_views.look(t, office), notices.refused_or_broken(t)
    return CashierView(
        view_id=t.view_no,
        tone=desk.tone,
        language=language,
        large_text="cashier" in t.large_text,
        shop=_shop(t, language),
        amount_label=desk.amount_label,
        amount=desk.amount,
        headline=desk.headline,
        detail=desk.detail,
        notice=notice,
        lines=desk.lines,
        buttons=buttons(t, desk.taps, CASHIER_CORNER),
        signs=notices.said_once(notices.signs(t), notice),
        orders=tuple(_order(t, summary) for summary in t.kept.recent),
        office=True,
        question=desk.question,
        choices=desk.choices,
        figures=desk.figures,
        bars=desk.bars,
    )


# --- pieces ---------------------------------------------------------------------------------------


def _language(t: Terminal, screen: Screen) -> Language:
    return t.languages.get(screen, "zh")


def _shop(t: Terminal, language: str) -> str:
    if language == "en":
        return f"{t.rules.shop_en} · till {t.rules.till}"
    return f"{t.rules.shop_zh} · {t.rules.till} 号机"


def _order(t: Terminal, summary: Summary) -> OrderRow:
    word = office_views.outcome_word(t, summary.order_id, summary.outcome)
    tone = TONES.get(word, "plain")
    method = Phrase(f"method.{known(summary.method, METHODS)}" if summary.method else "method.none")
    outcome = Phrase(f"outcome.{word}")
    return OrderRow(short(summary.order_id), method, summary.amount.text(), outcome, tone)


def _progress_pct(t: Terminal) -> int:
    """How far the ring is: the share of good frames that a decision needs."""
    if t.look is None:
        return 0
    return min(100, 100 * len(t.look.frames) // t.rules.limits.window_frames)


def _seconds_left(t: Terminal, at: Instant) -> int:
    people = t.rules.people
    wait_ms = {
        Stage.FACE: people.face_wait_ms,
        Stage.DIGITS: people.digits_wait_ms,
        Stage.CONFIRM: people.confirm_wait_ms,
    }.get(t.visit.stage)
    return 0 if wait_ms is None else max(0, (t.since_ms + wait_ms - at.mono_ms + 999) // 1000)
