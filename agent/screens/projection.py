"""State → what both people see. Pure; every state has a view, and no view decides anything.

Stage and phase choose a row of `pages`; the row names phrases (`ui/i18n`) and buttons. The amount is
read from the payment as soon as there is one.
"""

from __future__ import annotations

from msgspec import structs

from agent.core import printing, withdrawing_desk
from agent.core.events import Device, Instant, Intent, Screen
from agent.core.evidence import Hint
from agent.core.head_office import free, sentence
from agent.core.joining_desk import offered
from agent.core.money import Money
from agent.core.office import Office
from agent.core.offline import owed
from agent.core.payment import Phase
from agent.core.state import Language, Terminal
from agent.core.visit import Stage, Summary
from agent.screens import basket_views, joining_views, member_views, offers, office_views, withdrawing_views
from agent.screens.contract import (
    Button,
    CashierView,
    CustomerView,
    OrderRow,
    Phrase,
    Sign,
    Tone,
    row_of_signs,
)
from agent.screens.joining_views import JoinDesk
from agent.screens.notices import said_once
from agent.screens.pages import (
    BETWEEN_CASHIER_AND_CLOUD,
    CAUSES,
    DANGEROUS,
    METHODS,
    PHASES,
    REASONS,
    STAGES,
    Row,
    known,
)

KEYS = {
    Intent.CHARGE: "F9",
    Intent.CANCEL: "Esc",
    Intent.MORE: "+",
    Intent.FEWER: "-",
    Intent.REMOVE_LINE: "Del",
    Intent.ASK_NOW: "F5",
    Intent.DONE: "Return",
    Intent.PAY_CASH: "F6",
    Intent.CASH_RECEIVED: "F9",
    Intent.OFFICE: "F2",
    Intent.LEAVE: "F10",
    Intent.STEP_BACK: "Esc",
    Intent.FIND: "F3",
    Intent.SEE_HELD: "F4",
    Intent.SAY_PAID: "F8",
    Intent.SAY_NOT_PAID: "F7",
    Intent.REFUND_ALL: "F9",
    Intent.REFUND_PART: "F8",
    Intent.SEE_SLIP: "F6",
    Intent.PRINT_SLIP: "F7",
    Intent.SEE_SHIFT: "F5",
    Intent.SEE_DAYS: "F6",
    Intent.START_SHIFT: "F9",
    Intent.END_SHIFT: "F9",
    Intent.COMPARE_DAY: "F7",
    Intent.CLOSE_DAY: "F9",
    Intent.SEE_TODAY: "F9",
    Intent.TRAIN: "F8",
    Intent.END_TRAINING: "F8",
    Intent.SEE_TERMINAL: "F7",
    Intent.LEAVE_SHOP: "F9",
}
CORNER_KEYS = {Intent.SWITCH_TEXT_SIZE: "F1", Intent.SWITCH_SOUND: "F11", Intent.SWITCH_LANGUAGE: "F12"}
NEVER_PRIMARY = (
    Intent.JOIN, Intent.CANCEL, Intent.OFFICE, Intent.LEAVE, Intent.STEP_BACK, Intent.SAY_PAID,
    Intent.TRAIN, Intent.END_TRAINING, Intent.PRINT_SLIP,
)  # fmt: skip
CORNER = (Intent.SWITCH_TEXT_SIZE, Intent.SWITCH_LANGUAGE)
CUSTOMER_CORNER = (Intent.SWITCH_REACH, *CORNER)
CASHIER_CORNER = (Intent.SWITCH_SOUND, *CORNER)
WAYS = (Intent.PAY_BY_FACE.value, Intent.SHOW_CODE.value)
NO_ONE = ""
FACE_CLOSED = (
    "face_paused",
    "too_many_tries",
    "ask_code",
)  # why a face was wished for and the code is shown
TONES: dict[str, Tone] = {"paid": "good", "held": "unsure", "owed": "later", "named": "later"}
TOLD_TO_THE_CUSTOMER = ("not_live", "too_many_tries")


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
    label, amount = _amount(t)
    return CustomerView(
        view_id=t.view_no,
        page=row.page,
        tone=row.tone,
        language=language,
        large_text="customer" in t.large_text,
        shop=_shop(t, language),
        amount_label=label,
        amount=amount,
        headline=_headline(t, row, language),
        detail=_customer_detail(t, row, language),
        lines=basket_views.lines(t, language),
        buttons=_customer_buttons(t, row) if t.rules.customer_touch else (),
        ways=WAYS if t.rules.customer_touch else WAYS[1:],
        person=_masked_name(t),
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
    label, amount = _amount(t)
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
        buttons=(*desk.buttons, *(_button(t, intent, False) for intent in CUSTOMER_CORNER)),
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


def _customer_buttons(t: Terminal, row: Row) -> tuple[Button, ...]:
    """The row's own; and becoming a member, or seeing what a member agreed to, where that is offered."""
    taps = (*row.customer.taps, Intent.JOIN) if offered(t) else row.customer.taps
    seen = (Intent.SEE_AGREED,) if withdrawing_desk.offered(t) else ()
    return _buttons(t, taps, (*seen, *CUSTOMER_CORNER))


def _cashier(t: Terminal, at: Instant) -> CashierView:
    row, language = row_of(t), _language(t, Screen.CASHIER)
    if t.office is not None:
        return _behind_the_till(t, t.office)
    label, amount = _amount(t)
    notice = _notice(t) or _from_head_office(t, at, language)
    unsure = row.tone == "unsure" and t.visit.stage is Stage.PAY
    return CashierView(
        view_id=t.view_no,
        tone=row.tone,
        language=language,
        large_text="cashier" in t.large_text,
        shop=_shop(t, language),
        amount_label=label,
        amount=amount,
        headline=_cashier_headline(t, row),
        detail=_cashier_detail(t, row),
        notice=notice,
        lines=basket_views.cashiers_lines(t, language),
        buttons=_buttons(t, _cashiers_taps(t, row), CASHIER_CORNER),
        signs=said_once(_signs(t), notice),
        orders=tuple(_order(summary) for summary in t.kept.recent),
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
    desk, notice = office_views.look(t, office), _notice(t)
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
        buttons=_buttons(t, desk.taps, CASHIER_CORNER),
        signs=said_once(_signs(t), notice),
        orders=tuple(_order(summary) for summary in t.kept.recent),
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


def _amount(t: Terminal) -> tuple[Phrase | None, str]:
    visit, payment = t.visit, t.visit.payment
    if payment is not None:
        label = {Stage.PAID: "amount.paid", Stage.OWED: "amount.owed"}.get(visit.stage, "amount.due")
        if (off := member_views.off(t)) and visit.stage is not Stage.OWED:
            return Phrase(f"{label}_off", {"off": off}), payment.amount.text()
        return Phrase(label), payment.amount.text()
    if visit.basket.lines:
        return Phrase("amount.total"), visit.basket.total.text()
    return None, ""


def _headline(t: Terminal, row: Row, language: str) -> Phrase:
    match t.visit.stage:
        case Stage.BASKET:
            return Phrase(row.customer.headline, {"count": str(t.visit.basket.pieces)})
        case Stage.FACE | Stage.MATCH if t.look is not None and t.look.hint is not Hint.GOOD:
            return Phrase(f"hint.{t.look.hint}")
        case Stage.FACE if t.look is not None and t.look.frames:
            return Phrase("face.searching")
        case Stage.CONFIRM:
            shop = t.rules.shop_en if language == "en" else t.rules.shop_zh
            return Phrase(row.customer.headline, {"shop": shop, "amount": _amount(t)[1]})
        case Stage.CODE if t.visit.reason in FACE_CLOSED:
            return Phrase(f"code.{t.visit.reason}")
        case _:
            return Phrase(row.customer.headline)


def _customer_detail(t: Terminal, row: Row, language: str) -> Phrase | None:
    visit, payment = t.visit, t.visit.payment
    match visit.stage:
        case Stage.PAID if payment is not None and payment.change is not None:
            return Phrase("paid.change", {"change": payment.change.text()})
        case Stage.IDLE | Stage.CODE if not t.rules.customer_touch:
            return Phrase(f"{row.page}.only_code")
        case Stage.NOT_PAID if not t.rules.customer_touch:
            return Phrase("notpaid.code_again", {"reason": f"reason.{known(visit.reason, REASONS)}"})
        case Stage.PAID if payment is not None and payment.person is not None:
            return member_views.earned(t, language)
        case Stage.BASKET:
            return member_views.would_save(t)
        case Stage.CODE if visit.reason == "full_price":
            return Phrase("code.full_price")
        case Stage.NOT_PAID:
            ours = visit.reason.startswith(BETWEEN_CASHIER_AND_CLOUD)
            return Phrase(f"reason.{'offline' if ours else known(visit.reason, REASONS)}")
        case Stage.CONFIRM if t.may_trust:
            return Phrase("confirm.later")
        case Stage.CONFIRM if visit.reason in member_views.SAID:
            return Phrase(f"reason.{visit.reason}")
        case Stage.CONFIRM if visit.holdings is not None:
            return None  # the room is the member's
        case Stage.NOBODY if visit.reason in TOLD_TO_THE_CUSTOMER:
            return Phrase(f"reason.{visit.reason}")
        case Stage.DIGITS if visit.reason == "again":
            return Phrase("digits.again")
        case _:
            return Phrase(row.customer.detail) if row.customer.detail else None


def _cashier_headline(t: Terminal, row: Row) -> Phrase:
    payment = t.visit.payment
    match t.visit.stage:
        case Stage.BASKET:
            return Phrase(row.cashier.headline, {"count": str(t.visit.basket.pieces)})
        case Stage.CONFIRM:
            return Phrase(row.cashier.headline, {"amount": _amount(t)[1]})
        case Stage.PAID:
            method = known(payment.method if payment else "", METHODS)
            return Phrase(row.cashier.headline, {"method": f"method.{method}"})
        case _:
            return Phrase(row.cashier.headline)


def _cashier_detail(t: Terminal, row: Row) -> Phrase | None:
    visit = t.visit
    if t.joining is not None:
        return Phrase("cashier.joining")
    if t.withdrawing is not None:
        return withdrawing_views.cashier(t.withdrawing)
    match visit.stage:
        case Stage.FACE | Stage.MATCH if t.look is not None and t.look.hint is not Hint.GOOD:
            return Phrase(f"hint.{t.look.hint}")
        case Stage.NOT_PAID | Stage.NOBODY:
            return Phrase(f"reason.{known(visit.reason, REASONS)}")
        case Stage.CONFIRM:
            return _who(t)
        case Stage.PAID if visit.payment is not None and visit.payment.change is not None:
            return Phrase("paid.change", {"change": visit.payment.change.text()})
        case Stage.PAID | Stage.OWED | Stage.HELD:
            return Phrase(row.cashier.detail, {"order": short(visit.order_id or "")})
        case _:
            return Phrase(row.cashier.detail) if row.cashier.detail else None


def _who(t: Terminal) -> Phrase | None:
    """Before the cashier: the first visible name, and what this member is to the shop."""
    name, member = _masked_name(t), member_views.member(t, _language(t, Screen.CASHIER))
    if not name:
        return None
    if member is None:
        return Phrase("cashier.member", {"name": name})
    return Phrase(f"cashier.{member.key}", {"name": name, **member.values})


def _notice(t: Terminal) -> Phrase | None:
    """One sentence: what was just refused, else the fault that stops the till."""
    if t.notice == "amount_typed":
        return basket_views.limits(t)
    if t.notice:
        return Phrase(f"notice.{t.notice}")
    if t.down.get(Device.STORAGE, "starting") != "starting":
        return Phrase("cashier.storage")
    if not t.screens_true:
        return Phrase(f"cause.screens.{known(t.down[Device.SCREENS], CAUSES[Device.SCREENS])}")
    if t.unprinted:
        return office_views.unprinted(t)
    if t.down.get(Device.CLOUD, "starting") != "starting":
        return _left_on_trust(t) if t.may_trust else Phrase("cashier.offline")
    return None


def _from_head_office(t: Terminal, at: Instant, language: Language) -> Phrase | None:
    """Between two customers only: who serves somebody has no time to read."""
    said = sentence(t, at) if free(t) else None
    return (
        Phrase("cashier.head_office", {"said": said.zh if language == "zh" else said.en}) if said else None
    )


def _left_on_trust(t: Terminal) -> Phrase:
    """How much may still leave on trust, so that nobody promises what the next tap refuses."""
    exposure, used, currency = t.rules.offline, owed(t.kept.debts), t.rules.currency
    values = {
        "count": str(max(0, exposure.count_max - used.count)),
        "count_max": str(exposure.count_max),
        "left": Money(used.left_minor(exposure), currency).text(),
        "sum": Money(exposure.sum_max_minor, currency).text(),
    }
    return Phrase("cashier.offline_left", values)


def _buttons(t: Terminal, taps: tuple[Intent, ...], corner: tuple[Intent, ...]) -> tuple[Button, ...]:
    """The row's own taps, the first one primary, and what is always in the corner."""
    primary = taps[0] if taps and taps[0] not in NEVER_PRIMARY else None
    about = tuple(_button(t, intent, False) for intent in corner)
    if corner is CASHIER_CORNER:  # the keyboard is the cashier's
        about = tuple(structs.replace(one, keys=CORNER_KEYS[Intent(one.intent)]) for one in about)
    return (*(_button(t, intent, intent is primary) for intent in taps), *about)


def _button(t: Terminal, intent: Intent, primary: bool) -> Button:
    looks = intent is Intent.PAY_BY_FACE or (intent is Intent.RETRY and t.visit.stage is Stage.NOBODY)
    enabled = not looks or _face_works(t)
    word = f"button.{intent}.back" if _is_on(t, intent) else f"button.{intent}"
    keys, about = KEYS.get(intent, ""), basket_views.about(t, intent)
    return Button(intent, Phrase(word), primary, enabled, keys, about, intent in DANGEROUS)


def _is_on(t: Terminal, intent: Intent) -> bool:
    """A switch that is on says how it goes back."""
    return (intent is Intent.SWITCH_SOUND and t.silent) or (intent is Intent.SWITCH_REACH and t.low)


def _face_works(t: Terminal) -> bool:
    return t.sees and not t.kept.tries.paused


def _signs(t: Terminal) -> tuple[Sign, ...]:
    remedies: dict[str, Phrase] = {
        one: Phrase(f"cause.{one}.{known(cause, CAUSES[one])}") for one, cause in t.down.items()
    }
    return row_of_signs(remedies, printer=t.rules.printing.there, practice=t.rules.training)


def _order(summary: Summary) -> OrderRow:
    tone = TONES.get(summary.outcome, "plain")
    method = Phrase(f"method.{known(summary.method, METHODS)}" if summary.method else "method.none")
    outcome = Phrase(f"outcome.{summary.outcome}")
    return OrderRow(short(summary.order_id), method, summary.amount.text(), outcome, tone)


def _masked_name(t: Terminal) -> str:
    return t.rules.names.get(t.visit.person, NO_ONE) if t.visit.person else NO_ONE


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


def short(order: str) -> str:
    """The end of an order number is what people compare aloud."""
    return f"…{order[-4:]}"
