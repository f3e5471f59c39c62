"""Every page there is, for people who judge how it looks and for the tests that walk through it.

Enters: sample views of a shop's morning. Leaves: a sitting for every page, language, text size and
arrangement. `hyla-desk gallery` takes the pictures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from msgspec import structs

from agent.screens.contract import (
    Benefit,
    Button,
    CashierView,
    Choice,
    Code,
    CustomerView,
    Figure,
    Line,
    OrderRow,
    Page,
    Phrase,
    Poster,
    Question,
    Sign,
    Tick,
    Tone,
)
from ui.gallery_code import CODES, NOTICE, POSTERS, PURPOSES
from ui.gallery_office import OFFICE_PAGES, OfficePage
from ui.gallery_setup import SETUP_PAGES, SetupPage

Language = Literal["zh", "en"]
SHOP = {"zh": "好邻居便利店 · 2 号机", "en": "Good Neighbour · till 2"}
GOODS = {
    "zh": (("农夫山泉饮用天然水 550ml", "1", "¥2.00"), ("康师傅红烧牛肉面（桶装）", "2", "¥10.00"),
           ("三元鲜牛奶 950ml", "1", "¥11.80")),
    "en": (("Spring water 550 ml", "1", "¥2.00"), ("Beef noodle soup, cup", "2", "¥10.00"),
           ("Fresh milk 950 ml", "1", "¥11.80")),
}  # fmt: skip
AMOUNT = "¥23.80"
PERSON = "张* · 138****5678"


def phrase(key: str, **values: str) -> Phrase:
    return Phrase(key, values)


def button(intent: str, *, primary: bool = False, enabled: bool = True, keys: str = "") -> Button:
    return Button(intent, Phrase(f"button.{intent}"), primary, enabled, keys)


def lines(language: Language) -> tuple[Line, ...]:
    return tuple(Line(*row) for row in GOODS[language])


def _label(key: str, off: str) -> Phrase:
    return phrase(f"{key}_off", off=off) if off else phrase(key)


def _coupon(value: str, name: str, amount: str, taken: bool = False) -> Benefit:
    return Benefit(value, phrase("benefit.coupon", name=name), amount, taken)


POINTS = Benefit("points", phrase("benefit.points", points="1 204"))
BENEFITS = {
    "zh": (_coupon("a", "满 20 元减 3 元", "-¥3.00", True), _coupon("b", "牛奶买二送一", "-¥1.19", True),
           _coupon("c", "早餐时段八五折（最多减 5 元）", "-¥2.00"), POINTS),
    "en": (_coupon("a", "¥3 off from ¥20", "-¥3.00", True),
           _coupon("b", "Milk: third one free", "-¥1.19", True),
           _coupon("c", "15 % off breakfast, at most ¥5", "-¥2.00"), POINTS),
}  # fmt: skip
MEMBER = {
    "zh": phrase("member.level", level="金卡会员", points="1 204"),
    "en": phrase("member.level", level="Gold member", points="1 204"),
}
GIFT = {"zh": "小葱一把（下次买水果时）", "en": "an onion with your next fruit"}
DISCOUNTS = {
    "zh": (Line("满 20 元减 3 元", "", "-¥3.00"), Line("牛奶买二送一", "", "-¥1.19")),
    "en": (Line("¥3 off from ¥20", "", "-¥3.00"), Line("Milk: third one free", "", "-¥1.19")),
}
CORNER = (button("switch_text_size"), button("switch_language"))
CUSTOMER_CORNER = (button("switch_reach"), *CORNER)
CASHIER_CORNER = (button("switch_sound"), *CORNER)
LOW_CORNER = (Button("switch_reach", Phrase("button.switch_reach.back")), *CORNER)
CODE = button("show_code")
NOT_NOW = Button("stop_joining", Phrase("button.stop_joining"))
CLOSE = Button("stop_joining", Phrase("button.close"), primary=True)


@dataclass(frozen=True, slots=True)
class CustomerSample:
    """A customer's page: what differs from page to page."""

    name: str
    page: Page
    headline: Phrase
    detail: Phrase | None = None
    tone: Tone = "plain"
    label: str = "amount.due"
    amount: str = AMOUNT
    buttons: tuple[Button, ...] = ()
    person: str = ""
    progress_pct: int = 0
    digits_wanted: int = 0
    seconds_left: int = 0
    goods: bool = False
    low: bool = False
    off: str = ""
    member: bool = False
    figures: tuple[Figure, ...] = ()
    picture: tuple[str, ...] = ()
    digits_shown: bool = False
    body: dict[str, str] = field(default_factory=dict)
    ticked: tuple[bool, ...] = ()
    posters: Mapping[str, tuple[Poster, ...]] = field(default_factory=dict)
    codes: tuple[Code, ...] = ()

    def view(self, view_id: int, language: Language, large_text: bool) -> CustomerView:
        headline, detail = self.headline, self.detail
        if headline.key == "confirm.headline":
            headline = phrase("confirm.headline", shop=SHOP[language].split(" · ")[0], amount=self.amount)
        if detail is not None and "gift" in detail.values:
            detail = phrase(detail.key, **{**detail.values, "gift": GIFT[language]})
        return CustomerView(
            view_id=view_id,
            page=self.page,
            tone=self.tone,
            language=language,
            large_text=large_text,
            shop=SHOP[language],
            amount_label=_label(self.label, self.off) if self.amount else None,
            amount=self.amount,
            headline=headline,
            detail=detail,
            lines=lines(language) if self.goods else (),
            buttons=(*self.buttons, *(LOW_CORNER if self.low else CUSTOMER_CORNER)),
            low=self.low,
            person=self.person,
            member=MEMBER[language] if self.member else None,
            benefits=BENEFITS[language] if self.member else (),
            preview=self.page == "face",
            progress_pct=self.progress_pct,
            digits_wanted=self.digits_wanted,
            digits_shown=self.digits_shown,
            seconds_left=self.seconds_left,
            figures=self.figures,
            picture=self.picture,
            body=self.body.get(language, ""),
            ticks=tuple(
                Tick("tick", f"purpose_{number}", PURPOSES[language][number], ticked)
                for number, ticked in enumerate(self.ticked)
            ),
            posters=self.posters.get(language, ()),
            codes=self.codes,
        )


CUSTOMER_SAMPLES: tuple[CustomerSample, ...] = (
    CustomerSample(
        "promotion", "welcome", phrase("welcome.headline"), phrase("welcome.detail"), amount="",
        posters=POSTERS,
    ),
    CustomerSample(
        "promotion_words", "welcome", phrase("welcome.headline"), phrase("welcome.detail"), amount="",
        posters={name: (structs.replace(one, picture=""),) for name, (one,) in POSTERS.items()},
    ),
    CustomerSample(
        "paid_codes", "result", phrase("paid.headline"), tone="good", label="amount.paid",
        buttons=(button("join"),), codes=CODES,
    ),
    CustomerSample("welcome", "welcome", phrase("welcome.headline"), phrase("welcome.detail"), amount=""),
    CustomerSample(
        "basket", "basket", phrase("basket.headline", count="4"), label="amount.total", goods=True
    ),
    CustomerSample(
        "choose", "choose", phrase("choose.headline"),
        buttons=(button("pay_by_face", primary=True), CODE, button("join")),
    ),
    CustomerSample(
        "code", "code", phrase("code.headline"), phrase("code.detail"), seconds_left=60,
        buttons=(button("back"), button("pay_by_face")),
    ),
    CustomerSample(
        "face", "face", phrase("hint.too_far"), progress_pct=35, seconds_left=18,
        buttons=(button("back"), CODE),
    ),
    CustomerSample(
        "digits", "digits", phrase("digits.headline"), phrase("digits.detail"), digits_wanted=4,
        seconds_left=27, buttons=(button("give_digits", primary=True), button("back"), CODE),
    ),
    CustomerSample(
        "confirm", "confirm", phrase("confirm.headline"), phrase("confirm.detail"), person=PERSON,
        seconds_left=12, buttons=(button("not_me"), button("confirm", primary=True)),
    ),
    CustomerSample(
        "confirm_member", "confirm", phrase("confirm.headline"), amount="¥19.61",
        person=PERSON, seconds_left=12, off="¥4.19", member=True,
        buttons=(button("not_me"), CODE, button("confirm", primary=True)),
    ),
    CustomerSample(
        "confirm_coupon_gone", "confirm", phrase("confirm.headline"), phrase("reason.coupon_used"),
        amount="¥19.61", person=PERSON, seconds_left=12, off="¥4.19", member=True,
        buttons=(button("not_me"), CODE, button("confirm", primary=True)),
    ),
    CustomerSample(
        "basket_member", "basket", phrase("basket.headline", count="4"),
        phrase("basket.members_save", amount="¥1.19"), label="amount.total", goods=True,
    ),
    CustomerSample(
        "code_full_price", "code", phrase("code.headline"), phrase("code.full_price"), seconds_left=60,
        buttons=(button("back"), button("pay_by_face")),
    ),
    CustomerSample(
        "paid_member", "result", phrase("paid.headline"),
        phrase("paid.points_gift", earned="38", balance="1 242", gift=""), tone="good",
        label="amount.paid", amount="¥19.61", off="¥4.19",
    ),
    CustomerSample("wait", "wait", phrase("wait.headline"), phrase("wait.detail"), tone="busy"),
    CustomerSample(
        "unknown", "wait", phrase("unknown.headline"), phrase("unknown.detail"), tone="unsure"
    ),
    CustomerSample(
        "paid", "result", phrase("paid.headline"), phrase("paid.points", earned="23", balance="1 204"),
        tone="good", label="amount.paid", buttons=(button("done", primary=True),),
    ),
    CustomerSample(
        "paid_by_code", "result", phrase("paid.headline"), tone="good", label="amount.paid",
        buttons=(button("join"),),
    ),
    CustomerSample(
        "owed", "result", phrase("owed.headline"), phrase("owed.detail"), tone="unsure",
        label="amount.owed",
    ),
    CustomerSample(
        "confirm_later", "confirm", phrase("confirm.headline"), phrase("confirm.later"), person=PERSON,
        seconds_left=12, buttons=(button("not_me"), button("confirm", primary=True)),
    ),
    CustomerSample(
        "notpaid", "result", phrase("notpaid.headline"), phrase("reason.expired_code"), tone="bad",
        buttons=(CODE, button("retry", primary=True)),
    ),
    CustomerSample(
        "nobody", "result", phrase("nobody.headline"), phrase("nobody.detail"), tone="unsure",
        buttons=(button("retry"), button("show_code", primary=True)),
    ),
    CustomerSample(
        "join_terms", "terms", phrase("join.terms"), phrase("join.terms_detail"), amount="",
        seconds_left=58, ticked=(True, False),
        buttons=(NOT_NOW, button("read_all"), button("under_14"), button("agree", primary=True)),
    ),
    CustomerSample(
        "join_all_terms", "text", phrase("join.all_terms", version="1"), amount="", body=NOTICE,
        buttons=(button("back", primary=True),),
    ),
    CustomerSample(
        "join_guardian", "text", phrase("join.guardian"), amount="", body=NOTICE, seconds_left=41,
        buttons=(NOT_NOW, button("back"), Button("agree", Phrase("button.guardian_agrees"), True)),
    ),
    CustomerSample(
        "join_phone", "digits", phrase("join.phone"), phrase("join.phone_detail"), amount="",
        digits_wanted=11, digits_shown=True, seconds_left=52,
        buttons=(NOT_NOW, button("give_digits", primary=True)),
    ),
    CustomerSample(
        "join_look", "face", phrase("join.look"), phrase("join.look_detail"), amount="", tone="busy",
        progress_pct=60, seconds_left=17, buttons=(NOT_NOW,),
    ),
    CustomerSample(
        "joined", "result", phrase("join.joined"), phrase("join.joined_detail", name="138********"),
        tone="good", amount="", buttons=(CLOSE,),
    ),
    CustomerSample(
        "join_too_close", "result", phrase("join.ended_too_close"), phrase("join.nothing_kept"),
        tone="unsure", amount="", buttons=(CLOSE,),
    ),
    CustomerSample(
        "held", "result", phrase("held.headline"), phrase("held.detail"), tone="unsure"
    ),
    CustomerSample(
        "fault", "fault", phrase("fault.headline"), phrase("fault.detail"), tone="bad", amount=""
    ),
)  # fmt: skip


LOW = ("choose", "face", "digits", "confirm", "paid", "notpaid")
CUSTOMER_SAMPLES += tuple(
    replace(sample, name=f"{sample.name}_low", low=True)
    for sample in CUSTOMER_SAMPLES
    if sample.name in LOW
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
    question: Question | None = None
    choices: tuple[Choice, ...] = ()
    figures: tuple[Figure, ...] = ()
    off: str = ""

    def view(self, view_id: int, language: Language, large_text: bool) -> CashierView:
        return CashierView(
            view_id=view_id,
            tone=self.tone,
            language=language,
            large_text=large_text,
            shop=SHOP[language],
            amount_label=None if self.office and not self.amount else _label(self._label(), self.off),
            amount=self.amount,
            headline=self.headline,
            detail=self.detail,
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
        )

    def _lines(self, language: Language) -> tuple[Line, ...]:
        goods = lines(language) if self.amount and not self.office else ()
        return (*goods, *DISCOUNTS[language]) if self.off else goods

    def _label(self) -> str:
        return self.label if self.amount else "amount.none"

    def _signs(self) -> tuple[Sign, ...]:
        causes = dict(fault.split(".") for fault in self.faults)
        return tuple(
            Sign(
                device,
                phrase(f"device.{device}"),
                ok=device not in causes,
                remedy=phrase(f"cause.{device}.{causes[device]}") if device in causes else None,
            )
            for device in ("camera", "scanner", "screens", "vision", "cloud", "storage")
        )


ORDERS = (
    OrderRow("8841", phrase("method.face"), "¥23.80", phrase("outcome.paid"), "good"),
    OrderRow("8840", phrase("method.wechat"), "¥1,208.00", phrase("outcome.unknown"), "unsure"),
    OrderRow("8839", phrase("method.alipay"), "¥6.50", phrase("outcome.notpaid"), "bad"),
    OrderRow("8838", phrase("method.unionpay"), "¥45.00", phrase("outcome.held"), "unsure"),
    OrderRow("8836", phrase("method.face"), "¥12.00", phrase("outcome.owed"), "unsure"),
    OrderRow("8837", phrase("method.code"), "¥9.90", phrase("outcome.cancelled"), "plain"),
)
CANCEL = button("cancel", keys="Esc")
ASK = button("ask_now", primary=True, keys="F5")
CASHIER_SAMPLES = (
    CashierSample(
        "idle", phrase("cashier.idle"), amount="", orders=False,
        buttons=(button("charge", primary=True, enabled=False, keys="F9"),),
    ),
    CashierSample(
        "basket", phrase("cashier.basket", count="4"), phrase("cashier.basket_detail"),
        label="amount.total",
        buttons=(CANCEL, button("remove_last", keys="Del"), button("charge", primary=True, keys="F9")),
    ),
    CashierSample(
        "notice", phrase("cashier.basket", count="4"), label="amount.total",
        notice=phrase("notice.unknown_goods", code="6901234567892"),
        buttons=(CANCEL, button("remove_last", keys="Del"), button("charge", primary=True, keys="F9")),
    ),
    CashierSample(
        "face", phrase("cashier.face"), phrase("cashier.hint", reason="hint.too_far"), buttons=(CANCEL,)
    ),
    CashierSample("confirm", phrase("cashier.confirm", amount=AMOUNT), buttons=(CANCEL,)),
    CashierSample(
        "confirm_member", phrase("cashier.confirm", amount="¥19.61"),
        phrase("cashier.member.level", name=PERSON, level="Gold 金卡", points="1 204"),
        amount="¥19.61", off="¥4.19", buttons=(CANCEL,),
    ),
    CashierSample("wait", phrase("cashier.wait"), tone="busy", seconds_since=2),
    CashierSample(
        "unknown", phrase("cashier.unknown"), phrase("cashier.unknown_detail"), tone="unsure",
        seconds_since=42, buttons=(ASK,), faults=("cloud.lost",),
    ),
    CashierSample(
        "paid", phrase("cashier.paid", method="method.face"), phrase("cashier.paid_detail", order="8841"),
        tone="good", label="amount.paid", buttons=(button("done", primary=True, keys="F9"),),
    ),
    CashierSample(
        "owed", phrase("cashier.owed"), phrase("cashier.owed_detail", order="8841"), tone="unsure",
        label="amount.owed", buttons=(button("done", primary=True, keys="F9"),), faults=("cloud.lost",),
        notice=phrase("cashier.offline_left", count="3", count_max="10", left="¥120.00", sum="¥500.00"),
    ),
    CashierSample(
        "notrust", phrase("cashier.notpaid"), phrase("reason.trust_owes"), tone="bad",
        buttons=(CANCEL, button("retry", primary=True, keys="F9")), faults=("cloud.lost",),
    ),
    CashierSample(
        "notpaid", phrase("cashier.notpaid"), phrase("reason.funds"), tone="bad",
        buttons=(CANCEL, button("retry", primary=True, keys="F9")),
    ),
    CashierSample(
        "held", phrase("cashier.held"), phrase("cashier.held_detail", order="8838"), tone="unsure",
        buttons=(button("done", primary=True, keys="F9"),),
    ),
    CashierSample(
        "faults", phrase("cashier.offline"), phrase("notice.offline_no_charge"), tone="bad", amount="",
        seconds_since=42, faults=("camera.unplugged", "vision.models", "cloud.unreachable"),
        buttons=(button("charge", primary=True, enabled=False, keys="F9"),),
    ),
)  # fmt: skip


def behind_the_till(page: OfficePage) -> CashierSample:
    """A page of the back office as a state of the cashier's window."""
    return CashierSample(
        page.name, page.headline, page.detail, page.tone, page.notice, page.label, page.amount,
        page.buttons, office=page.office, question=page.question, choices=page.choices,
        figures=page.figures,
    )  # fmt: skip


def from_the_box(page: SetupPage) -> tuple[CustomerSample, CashierSample]:
    """A page of the setup visit, on both screens."""
    label = "setup.code_label"
    return (
        CustomerSample(
            page.name, "setup", page.headline, page.detail, page.tone, label, page.code,
            tuple(structs.replace(button, keys="") for button in page.buttons), figures=page.figures,
            picture=page.picture,
        ),
        CashierSample(
            page.name, page.headline, page.detail, page.tone, None, label, page.code, page.buttons,
            office=True, orders=False, figures=page.figures,
        ),
    )  # fmt: skip


OFFICE_SAMPLES = tuple(behind_the_till(page) for page in OFFICE_PAGES)
SETUP_CUSTOMER, SETUP_CASHIER = zip(*map(from_the_box, SETUP_PAGES), strict=True)

KEPT = (
    "customer-portrait-zh-normal-", "customer-landscape-en-large-", "cashier-landscape-zh-normal-",
    "cashier-portrait-en-large-",
)  # fmt: skip
SIZES = {
    "customer": {"portrait": (800, 1280), "landscape": (1280, 800)},
    "cashier": {"portrait": (800, 1280), "landscape": (1280, 800)},
}


@dataclass(frozen=True, slots=True)
class Sitting:
    """One picture to take."""

    name: str
    view: CustomerView | CashierView
    size: tuple[int, int]

    @property
    def kept(self) -> bool:
        """One of those whose picture is accepted and compared: both languages, sizes and arrangements
        come up, not each with each."""
        return self.name.startswith(KEPT)


def sittings() -> Iterator[Sitting]:
    """Every page in every language, text size and arrangement."""
    number = 0
    customer = (*CUSTOMER_SAMPLES, *SETUP_CUSTOMER)
    cashier = (*CASHIER_SAMPLES, *OFFICE_SAMPLES, *SETUP_CASHIER)
    for samples, sizes in ((customer, SIZES["customer"]), (cashier, SIZES["cashier"])):
        who = "customer" if samples is customer else "cashier"
        for arrangement, size in sizes.items():
            for language in ("zh", "en"):
                for large in (False, True):
                    for sample in samples:
                        number += 1
                        text = "large" if large else "normal"
                        name = f"{who}-{arrangement}-{language}-{text}-{sample.name}"
                        yield Sitting(name, sample.view(number, language, large), size)
