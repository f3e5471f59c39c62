"""The shop that the gallery shows: its goods, its members, and buttons that many pages have."""

from __future__ import annotations

from typing import Literal

from msgspec import structs

from agent.screens.contract import Benefit, Button, CashierView, CustomerView, Line, Phrase

Language = Literal["zh", "en"]
SHOP = {"zh": "好邻居便利店 · 2 号机", "en": "Good Neighbour · till 2"}
NAME, OTHER_NAME = "好邻居便利店", "好邻居便利店（新华路店）"
IN_ENGLISH = {NAME: "Good Neighbour", OTHER_NAME: "Good Neighbour (Xinhua Road)"}
GOODS = {
    "zh": (("农夫山泉饮用天然水 550ml", "×1", "¥2.00"), ("康师傅红烧牛肉面（桶装）", "×2", "¥10.00"),
           ("三元鲜牛奶 950ml", "×1", "¥11.80")),
    "en": (("Spring water 550 ml", "×1", "¥2.00"), ("Beef noodle soup, cup", "×2", "¥10.00"),
           ("Fresh milk 950 ml", "×1", "¥11.80")),
}  # fmt: skip
AMOUNT = "¥23.80"
TYPED = {"zh": Line("金额", "×1", "¥1,208.00", "3"), "en": Line("Amount", "×1", "¥1,208.00", "3")}
PERSON = "张* · 138****5678"


def phrase(key: str, **values: str) -> Phrase:
    return Phrase(key, values)


def button(
    intent: str, *, primary: bool = False, enabled: bool = True, keys: str = "", value: str = ""
) -> Button:
    return Button(intent, Phrase(f"button.{intent}"), primary, enabled, keys, value)


def lines(language: Language) -> tuple[Line, ...]:
    return tuple(Line(*row) for row in GOODS[language])


def label_of(key: str, off: str) -> Phrase:
    return phrase(f"{key}_off", off=off) if off else phrase(key)


def _coupon(value: str, name: str, amount: str, taken: bool = False) -> Benefit:
    return Benefit(value, phrase("benefit.coupon", name=name), amount, taken)


POINTS = Benefit("points", phrase("benefit.points", points="1204"))
BENEFITS = {
    "zh": (_coupon("a", "满 20 元减 3 元", "-¥3.00", True), _coupon("b", "牛奶买二送一", "-¥1.19", True),
           _coupon("c", "早餐时段八五折（最多减 5 元）", "-¥2.00"), POINTS),
    "en": (_coupon("a", "¥3 off from ¥20", "-¥3.00", True),
           _coupon("b", "Milk: third one free", "-¥1.19", True),
           _coupon("c", "15 % off breakfast, at most ¥5", "-¥2.00"), POINTS),
}  # fmt: skip
MEMBER = {
    "zh": phrase("member.level", level="金卡会员", points="1204"),
    "en": phrase("member.level", level="Gold member", points="1204"),
}
GIFT = {"zh": "小葱一把（下次买水果时）", "en": "an onion with your next fruit"}
DISCOUNTS = {
    "zh": (Line("满 20 元减 3 元", "", "-¥3.00"), Line("牛奶买二送一", "", "-¥1.19")),
    "en": (Line("¥3 off from ¥20", "", "-¥3.00"), Line("Milk: third one free", "", "-¥1.19")),
}
CORNER = (button("switch_text_size"), button("switch_language"))
CUSTOMER_CORNER = (button("switch_reach"), *CORNER)
CASHIER_KEYS = {"switch_sound": "F11", "switch_text_size": "F1", "switch_language": "F12"}
CASHIER_CORNER = tuple(button(intent, keys=key) for intent, key in CASHIER_KEYS.items())
LOW_CORNER = (Button("switch_reach", Phrase("button.switch_reach.back")), *CORNER)
CODE = button("show_code")
NOT_NOW = Button("stop_joining", Phrase("button.stop_joining"))
CLOSE = Button("stop_joining", Phrase("button.close"), primary=True)
SEEN = button("see_agreed")
DELETE = Button("withdraw", Phrase("button.withdraw"), primary=True, danger=True)
SHUT = button("close", primary=True)


def with_names_of_shops(view: CustomerView | CashierView) -> CustomerView | CashierView:
    """As the till says them: in the language of the page, in its headline and in its figures."""
    if view.language == "zh":
        return view
    said = {name: IN_ENGLISH.get(value, value) for name, value in view.headline.values.items()}
    figures = (structs.replace(one, text=IN_ENGLISH.get(one.text, one.text)) for one in view.figures)
    return structs.replace(view, headline=phrase(view.headline.key, **said), figures=tuple(figures))
