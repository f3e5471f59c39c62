"""A sentence by key → words as people say them. Pure.

Enters: a key, an amount, a way of payment, the language. Leaves: what is said. `speakable` are the pieces
that clips are recorded of.
"""

from __future__ import annotations

from agent.core.money import CURRENCIES, Money

DIGITS = "零一二三四五六七八九"
PLACES = ("", "十", "百", "千")
GROUPS = ("", "万", "亿", "万亿")
UNITS = {"CNY": ("元", "yuan"), "HKD": ("港元", "Hong Kong dollars"), "JPY": ("日元", "yen")}

SENTENCES: dict[str, tuple[str, str]] = {
    "look": ("请正对屏幕", "Please look straight at the screen"),
    "code": ("请出示付款码", "Please show your payment code"),
    "digits": ("请输入手机号后四位", "Please give the last four digits of your phone"),
    "confirm": ("请确认支付{amount}", "Please confirm {amount}"),
    "received": ("{method}收款{amount}", "{method}, {amount} received"),
    "owed": ("请拿好商品，稍后扣款", "Take your goods, you are charged later"),
    "not_paid": ("支付未完成，未扣款", "Not paid, nothing was charged"),
    "unknown": ("正在确认结果，请不要再次付款", "We are finding out, please do not pay again"),
    "practised": ("练习完成，没有收款", "Practice, no money was taken"),
    "held": ("请联系店长", "Please ask the manager"),
    "joined": ("您已是会员", "You are a member"),
    "withdrawn": ("已撤回", "Taken back"),
}
METHODS: dict[str, tuple[str, str]] = {
    "face": ("刷脸", "By face"),
    "wechat": ("微信", "WeChat Pay"),
    "alipay": ("支付宝", "Alipay"),
    "unionpay": ("云闪付", "UnionPay"),
    "cash": ("现金", "Cash"),
    "code": ("付款码", "By code"),
}


def said(key: str, amount: Money | None, method: str, language: str) -> str:
    """The words of one sentence. Raises KeyError for a key nobody wrote words for."""
    which = 0 if language == "zh" else 1
    way = METHODS.get(method, METHODS["code"])[which]
    money = "" if amount is None else chinese(amount) if language == "zh" else english(amount)
    return SENTENCES[key][which].format(amount=money, method=way)


def chinese(money: Money) -> str:
    """¥23.80 → 二十三点八元. Nobody says the noughts at the end."""
    whole, part = _parts(money)
    minus = "负" if money.amount_minor < 0 else ""
    point = "点" + "".join(DIGITS[int(digit)] for digit in part) if part else ""
    return f"{minus}{number(whole)}{point}{UNITS[money.currency][0]}"


def english(money: Money) -> str:
    """¥23.80 → 23.80 yuan; a voice reads the figures itself."""
    digits = CURRENCIES[money.currency][1]
    whole, part = divmod(abs(money.amount_minor), 10**digits)
    minus = "minus " if money.amount_minor < 0 else ""
    return f"{minus}{whole}{f'.{part:0{digits}d}' if part else ''} {UNITS[money.currency][1]}"


def number(value: int) -> str:
    """1208 → 一千二百零八, 10 → 十, 10_0005 → 十万零五."""
    if value == 0:
        return DIGITS[0]
    said, group, gap = "", 0, False
    while value:
        value, four = divmod(value, 10_000)
        if four:
            said = _four(four) + GROUPS[group] + (DIGITS[0] if gap and said else "") + said
        gap = four < 1000
        group += 1
    return said.removeprefix("一") if said.startswith("一十") else said


def _four(value: int) -> str:
    """Up to 9999; a row of noughts inside is one 零, at the end none."""
    said, gap = "", False
    for place in range(4):
        value, digit = divmod(value, 10)
        if digit:
            said = DIGITS[digit] + PLACES[place] + (DIGITS[0] if gap and said else "") + said
        gap = digit == 0
    return said


def _parts(money: Money) -> tuple[int, str]:
    digits = CURRENCIES[money.currency][1]
    whole, part = divmod(abs(money.amount_minor), 10**digits)
    return whole, f"{part:0{digits}d}".rstrip("0") if digits else ""


def speakable(words: str) -> list[str]:
    """Chinese words → the clips they are put together from: the long pieces of the sentences first, then
    digits, places and units one by one."""
    pieces = sorted(
        {piece for text, _ in SENTENCES.values() for piece in _fixed(text)}, key=len, reverse=True
    )
    pieces += sorted((zh for zh, _ in METHODS.values()), key=len, reverse=True)
    pieces += sorted({unit for unit, _ in UNITS.values()} | {*GROUPS[1:]}, key=len, reverse=True)
    found, rest = list[str](), words
    while rest:
        piece = next((one for one in pieces if rest.startswith(one)), rest[0])
        found.append(piece)
        rest = rest[len(piece) :]
    return [piece for piece in found if piece not in "，。 "]


def _fixed(text: str) -> list[str]:
    for blank in ("{amount}", "{method}"):
        text = text.replace(blank, "|")
    return [piece for piece in text.replace("，", "|").split("|") if piece]
