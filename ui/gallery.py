"""Every page there is, for people who judge how it looks and for the tests that walk through it.

Enters: sample views of a shop's morning. Leaves: a sitting for every page, language, text size and
arrangement. `hyla-desk gallery` takes the pictures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

from msgspec import structs

from agent.screens.contract import (
    Button,
    CashierView,
    Code,
    CustomerView,
    Figure,
    Page,
    Phrase,
    Poster,
    Tick,
    Tone,
)
from ui.gallery_cashier import CASHIER_SAMPLES, CashierSample
from ui.gallery_code import AGREED, CODES, NOTICE, POSTERS, PURPOSES, RECEIPT, SURE
from ui.gallery_office import OFFICE_PAGES, OfficePage
from ui.gallery_setup import SETUP_PAGES, FromTheBox, SetupPage
from ui.gallery_shop import (
    AMOUNT,
    BENEFITS,
    CLOSE,
    CODE,
    CUSTOMER_CORNER,
    DELETE,
    GIFT,
    LOW_CORNER,
    MEMBER,
    NOT_NOW,
    PERSON,
    SEEN,
    SHOP,
    SHUT,
    Language,
    button,
    label_of,
    lines,
    phrase,
    with_names_of_shops,
)
from ui.gallery_slip import SLIP_SAMPLES
from ui.gallery_training import practised


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
    ways: tuple[str, ...] = ("pay_by_face", "show_code")
    purposes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: PURPOSES)

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
            amount_label=label_of(self.label, self.off) if self.amount else None,
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
                Tick("tick", f"purpose_{number}", self.purposes[language][number], ticked)
                for number, ticked in enumerate(self.ticked)
            ),
            posters=self.posters.get(language, ()),
            codes=self.codes,
            ways=self.ways,
        )


CUSTOMER_SAMPLES: tuple[CustomerSample, ...] = (
    CustomerSample(
        "promotion", "welcome", phrase("welcome.headline"), phrase("welcome.detail"), amount="",
        buttons=(SEEN,), posters=POSTERS,
    ),
    CustomerSample(
        "promotion_words", "welcome", phrase("welcome.headline"), phrase("welcome.detail"), amount="",
        posters={name: (structs.replace(one, picture=""),) for name, (one,) in POSTERS.items()},
    ),
    CustomerSample(
        "paid_codes", "result", phrase("paid.headline"), tone="good", label="amount.paid",
        buttons=(button("join"),), codes=CODES,
    ),
    CustomerSample(
        "welcome", "welcome", phrase("welcome.headline"), phrase("welcome.detail"), amount="",
        buttons=(SEEN,),
    ),
    CustomerSample(
        "welcome_offline", "welcome", phrase("welcome.headline"), phrase("welcome.network"), amount="",
        buttons=(SEEN,), ways=(),
    ),
    CustomerSample(
        "basket", "basket", phrase("basket.headline", count="4"), label="amount.total", goods=True
    ),
    CustomerSample(
        "choose", "choose", phrase("choose.headline"),
        buttons=(button("pay_by_face", primary=True), CODE, button("join")),
    ),
    CustomerSample(
        "code", "code", phrase("code.headline"), phrase("code.detail"),
        buttons=(button("back"), button("pay_by_face")),
    ),
    CustomerSample(
        "face", "face", phrase("hint.too_far"), tone="busy", progress_pct=35, seconds_left=18,
        buttons=(button("back"), CODE),
    ),
    CustomerSample(
        "match", "face", phrase("match.headline"), tone="busy", progress_pct=60, buttons=(CODE,),
    ),
    CustomerSample(
        "digits", "digits", phrase("digits.headline"), phrase("digits.detail"), digits_wanted=4,
        seconds_left=27, buttons=(button("give_digits", primary=True), button("back"), CODE),
    ),
    CustomerSample(
        "confirm", "confirm", phrase("confirm.headline"), phrase("confirm.detail"), person=PERSON,
        seconds_left=12, buttons=(SEEN, button("not_me"), CODE, button("confirm", primary=True)),
    ),
    CustomerSample(
        "confirm_member", "confirm", phrase("confirm.headline"), amount="¥19.61",
        person=PERSON, seconds_left=12, off="¥4.19", member=True,
        buttons=(SEEN, button("not_me"), CODE, button("confirm", primary=True)),
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
        "code_full_price", "code", phrase("code.headline"), phrase("code.full_price"),
        buttons=(button("back"), button("pay_by_face")),
    ),
    CustomerSample(
        "paid_member", "result", phrase("paid.headline"),
        phrase("paid.points_gift", earned="38", balance="1242", gift=""), tone="good",
        label="amount.paid", amount="¥19.61", off="¥4.19", buttons=(SEEN,),
    ),
    CustomerSample("wait", "wait", phrase("wait.headline"), phrase("wait.detail"), tone="busy"),
    CustomerSample(
        "unknown", "wait", phrase("unknown.headline"), phrase("unknown.detail"), tone="unsure"
    ),
    CustomerSample(
        "paid", "result", phrase("paid.headline"), phrase("paid.points", earned="23", balance="1204"),
        tone="good", label="amount.paid",
    ),
    CustomerSample(
        "paid_by_code", "result", phrase("paid.headline"), tone="good", label="amount.paid",
        buttons=(button("join"),),
    ),
    CustomerSample(
        "owed", "result", phrase("owed.headline"), phrase("owed.detail"), tone="later",
        label="amount.owed",
    ),
    CustomerSample(
        "confirm_later", "confirm", phrase("confirm.headline"), phrase("confirm.later"), person=PERSON,
        seconds_left=12, buttons=(button("not_me"), CODE, button("confirm", primary=True)),
    ),
    CustomerSample(
        "notpaid", "result", phrase("notpaid.headline"), phrase("reason.expired_code"), tone="bad",
        buttons=(CODE, button("retry", primary=True)),
    ),
    CustomerSample(
        "nobody", "code", phrase("nobody.headline"), phrase("nobody.detail"), tone="bad",
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
        "withdraw_digits", "digits", phrase("withdraw.digits"), phrase("withdraw.digits_detail"),
        amount="", digits_wanted=4, seconds_left=57,
        buttons=(button("close"), button("give_digits", primary=True)),
    ),
    CustomerSample(
        "withdraw_agreed", "terms", phrase("withdraw.agreed"), phrase("withdraw.agreed_detail"),
        amount="", seconds_left=55, ticked=(True, True), purposes=AGREED,
        buttons=(button("read_all"), button("withdraw"), SHUT),
    ),
    CustomerSample(
        "withdraw_sure", "text", phrase("withdraw.sure"), amount="", body=SURE, seconds_left=58,
        buttons=(Button("back", Phrase("button.keep")), DELETE),
    ),
    CustomerSample(
        "withdrawn", "result", phrase("withdraw.gone"), phrase("withdraw.gone_detail"), tone="good",
        amount="", codes=RECEIPT, buttons=(SHUT,),
    ),
    CustomerSample(
        "withdraw_unknown", "result", phrase("withdraw.ended_unknown"),
        phrase("withdraw.nothing_changed"), tone="unsure", amount="", buttons=(SHUT,),
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


def behind_the_till(page: OfficePage) -> CashierSample:
    """A page of the back office as a state of the cashier's window."""
    return CashierSample(
        page.name, page.headline, page.detail, page.tone, page.notice, page.label, page.amount,
        page.buttons, office=page.office, question=page.question, choices=page.choices,
        figures=page.figures, bars=page.bars,
    )  # fmt: skip


def from_the_box(page: SetupPage) -> tuple[FromTheBox, FromTheBox]:
    """A page of the setup visit, on both screens."""
    label = "setup.code_label"
    customer = CustomerSample(
        page.name, "code" if page.waits else "setup", page.headline, page.detail, page.tone, label,
        page.code, tuple(structs.replace(button, keys="") for button in page.buttons),
        figures=page.figures, picture=page.picture,
    )  # fmt: skip
    cashier = CashierSample(
        page.name, page.headline, page.detail, page.tone, None, label, page.code, page.buttons,
        office=True, orders=False, figures=page.figures,
    )  # fmt: skip
    return FromTheBox(customer), FromTheBox(cashier)


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
    customer = (*CUSTOMER_SAMPLES, *SETUP_CUSTOMER, *practised(CUSTOMER_SAMPLES))
    tills = (*CASHIER_SAMPLES, *OFFICE_SAMPLES)
    cashier = (*tills, *SLIP_SAMPLES, *SETUP_CASHIER, *practised(tills))
    for samples, sizes in ((customer, SIZES["customer"]), (cashier, SIZES["cashier"])):
        who = "customer" if samples is customer else "cashier"
        looks = product(sizes.items(), ("zh", "en"), (False, True), samples)
        for (arrangement, size), language, large, sample in looks:
            number += 1
            text = "large" if large else "normal"
            name = f"{who}-{arrangement}-{language}-{text}-{sample.name}"
            yield Sitting(name, with_names_of_shops(sample.view(number, language, large)), size)
