"""What the cashier's window shows, state by state, in the gallery."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import structs

from agent.screens.contract import (
    Bar,
    Button,
    CashierView,
    Choice,
    Figure,
    Line,
    Phrase,
    Question,
    Sign,
    Tone,
    row_of_signs,
)
from ui.gallery_code import ORDERS
from ui.gallery_shop import (
    AMOUNT,
    CASHIER_CORNER,
    DISCOUNTS,
    MEMBER,
    PERSON,
    SHOP,
    TYPED,
    Language,
    button,
    label_of,
    lines,
    phrase,
)


@dataclass(frozen=True, slots=True)
class CashierSample:
    """A state of the cashier's window."""

    name: str
    headline: Phrase
    detail: Phrase | None = None
    tone: Tone = "plain"
    notice: Phrase | None = None
    label: str = "amount.due"
    amount: str = AMOUNT
    buttons: tuple[Button, ...] = ()
    faults: tuple[str, ...] = ()
    seconds_since: int = -1
    orders: bool = True
    office: bool = False
    chosen: int = -1
    question: Question | None = None
    choices: tuple[Choice, ...] = ()
    figures: tuple[Figure, ...] = ()
    off: str = ""
    bars: tuple[Bar, ...] = ()
    prints: bool = False

    def view(self, view_id: int, language: Language, large_text: bool) -> CashierView:
        return CashierView(
            view_id=view_id,
            tone=self.tone,
            language=language,
            large_text=large_text,
            shop=SHOP[language],
            amount_label=label_of(self.label, self.off) if self.amount else None,
            amount=self.amount,
            headline=self.headline,
            detail=self._detail(language),
            notice=self.notice,
            lines=self._lines(language),
            buttons=(*self.buttons, *CASHIER_CORNER),
            signs=self._signs(),
            orders=ORDERS if self.orders else (),
            seconds_since=self.seconds_since,
            office=self.office,
            question=self.question,
            choices=self.choices,
            figures=self.figures,
            bars=self.bars,
        )

    def _lines(self, language: Language) -> tuple[Line, ...]:
        goods = lines(language) if self.amount and not self.office else ()
        if self.chosen >= 0:
            goods = _to_choose((*goods, TYPED[language]), self.chosen)
        return (*goods, *DISCOUNTS[language]) if self.off else goods

    def _detail(self, language: Language) -> Phrase | None:
        detail = self.detail
        if detail is None or "level" not in detail.values:
            return detail
        return phrase(detail.key, **{**detail.values, **MEMBER[language].values})

    def _signs(self) -> tuple[Sign, ...]:
        """What the notice names is not said twice."""
        remedies = {fault.split(".")[0]: phrase(f"cause.{fault}") for fault in self.faults}
        said = self.notice.values.values() if self.notice else ()
        return tuple(
            structs.replace(sign, remedy=None) if sign.remedy and sign.remedy.key in said else sign
            for sign in row_of_signs(remedies, printer=self.prints)
        )


def _to_choose(goods: tuple[Line, ...], chosen: int) -> tuple[Line, ...]:
    rows = enumerate(goods)
    return tuple(Line(row.name, row.quantity, row.amount, str(n), n == chosen) for n, row in rows)


CANCEL = button("cancel", keys="Esc")
ASKED = Question("amount", phrase("cashier.amount_label"), "type_amount", "charge")
CHANGES = tuple(
    button(intent, keys=key, value="1")
    for intent, key in {"fewer": "-", "more": "+", "remove_line": "Del"}.items()
)
BASKET = (*CHANGES, CANCEL, button("charge", primary=True, keys="F9"))
ASK = button("ask_now", primary=True, keys="F5")
RECEIPT = button("print_slip", keys="F7")
UNPRINTED = phrase("cashier.unprinted", cause="cause.printer.paper")
OFFICE, DONE = button("office", keys="F2"), button("done", primary=True, keys="Return")
PAID = (OFFICE, RECEIPT, DONE)
CASHIER_SAMPLES = (
    CashierSample(
        "idle", phrase("cashier.idle"), amount="", question=ASKED,
        buttons=(OFFICE,),
    ),
    CashierSample(
        "withdrawn", phrase("cashier.idle"), phrase("cashier.withdrawn", number="7F3A-9C21"), amount="",
        orders=False, buttons=(OFFICE,), question=ASKED,
    ),
    CashierSample(
        "basket", phrase("cashier.basket", count="5"), phrase("cashier.basket_detail"),
        label="amount.total", amount="¥1,231.80", buttons=BASKET, chosen=1, question=ASKED,
    ),
    CashierSample(
        "notice", phrase("cashier.basket", count="5"), phrase("cashier.basket_detail"),
        label="amount.total", amount="¥1,231.80", buttons=BASKET, chosen=3, question=ASKED,
        notice=phrase("notice.amount_typed", least="¥0.01", most="¥2,000.00"),
    ),
    CashierSample(
        "notice_faults", phrase("cashier.basket", count="5"), phrase("cashier.basket_detail"),
        label="amount.total", amount="¥1,231.80", buttons=BASKET, chosen=3, question=ASKED,
        notice=phrase("notice.amount_typed", least="¥0.01", most="¥2,000.00"),
        faults=("camera.unplugged", "cloud.unreachable"),
    ),
    CashierSample(
        "face", phrase("cashier.face"), phrase("cashier.hint", reason="hint.too_far"), "busy",
        buttons=(CANCEL,),
    ),
    CashierSample(
        "confirm", phrase("cashier.confirm", amount=AMOUNT), phrase("cashier.member", name=PERSON),
        buttons=(CANCEL,),
    ),
    CashierSample(
        "confirm_member", phrase("cashier.confirm", amount="¥19.61"),
        phrase("cashier.member.level", name=PERSON, level="金卡会员", points="1204"),
        amount="¥19.61", off="¥4.19", buttons=(CANCEL,),
    ),
    CashierSample("wait", phrase("cashier.wait"), tone="busy"),
    CashierSample(
        "unknown", phrase("cashier.unknown"), phrase("cashier.unknown_detail"), tone="unsure",
        seconds_since=42, buttons=(ASK,), faults=("cloud.lost",),
    ),
    CashierSample(
        "paid", phrase("cashier.paid", method="method.face"), phrase("cashier.paid_detail", order="…8841"),
        tone="good", label="amount.paid", buttons=(OFFICE, DONE),
    ),
    CashierSample(
        "paid_receipt", phrase("cashier.paid", method="method.face"),
        phrase("cashier.paid_detail", order="…8841"), tone="good", label="amount.paid", buttons=PAID,
        prints=True,
    ),
    CashierSample(
        "paid_unprinted", phrase("cashier.paid", method="method.face"),
        phrase("cashier.paid_detail", order="…8841"), tone="good", label="amount.paid", buttons=PAID,
        prints=True, faults=("printer.paper",), notice=UNPRINTED,
    ),
    CashierSample(
        "idle_unprinted", phrase("cashier.idle"), amount="", question=ASKED, prints=True,
        faults=("printer.paper",), notice=UNPRINTED, buttons=(OFFICE, RECEIPT),
    ),
    CashierSample(
        "owed", phrase("cashier.owed"), phrase("cashier.owed_detail", order="…8841"), tone="later",
        label="amount.owed", buttons=(DONE,), faults=("cloud.lost",),
        notice=phrase("cashier.offline_left", count="3", count_max="10", left="¥120.00", sum="¥500.00"),
    ),
    CashierSample(
        "notrust", phrase("cashier.notpaid"), phrase("reason.trust_owes"), tone="bad",
        buttons=(CANCEL, button("pay_cash", keys="F6")), faults=("cloud.lost",),
    ),
    CashierSample(
        "notpaid", phrase("cashier.notpaid"), phrase("reason.funds"), tone="bad",
        buttons=(CANCEL, button("pay_cash", keys="F6")),
    ),
    CashierSample(
        "held", phrase("cashier.held"), phrase("cashier.held_detail", order="…8838"), tone="unsure",
        buttons=(OFFICE, DONE),
    ),
    CashierSample(
        "faults", phrase("cashier.idle_network"), amount="", notice=phrase("cashier.offline"),
        faults=("camera.unplugged", "vision.models", "cloud.unreachable"), question=ASKED,
        buttons=(OFFICE,),
    ),
)  # fmt: skip
