"""What a scanned text means at a till: the profile's prefix table first, then the numbers of goods.

In: the text of one code and the table (`[[codes]]` of the profile). Out: a Code; payment, member and
claim codes as Secret. Pure. The kind follows from prefix *and* length, never from the symbology:
phones show the same payment code as a QR code and as Code 128.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.core.codes import (
    ClaimCode,
    Code,
    GoodsCode,
    MemberCode,
    PaymentCode,
    ReceiptCode,
    UnknownCode,
)
from agent.core.ids import OrderId, Secret, looks_like_order
from agent.profile.gtin import gtin, is_digits, looks_like_gtin
from agent.profile.schema import CodeRule


def classify(text: str, rules: Sequence[CodeRule]) -> Code:
    """Never raises. Goods come in the form of `profile.gtin`: UPC-A as 13 digits."""
    begun = [rule for rule in _owners(text, rules) if text.startswith(tuple(rule.prefixes))]
    long_enough = [rule for rule in begun if rule.length_min <= len(text) <= rule.length_max]
    for rule in long_enough:
        if is_digits(text) or not rule.digits_only:
            return _named(text, rule)
    if looks_like_order(text):
        return ReceiptCode(OrderId(text))
    if number := gtin(text):
        return GoodsCode(number)
    if looks_like_gtin(text):
        return UnknownCode(len(text), "check digit")
    if long_enough:
        return UnknownCode(len(text), "characters")
    return UnknownCode(len(text), "length" if begun else "prefix")


def _owners(text: str, rules: Sequence[CodeRule]) -> list[CodeRule]:
    """The rows that may claim this text. Among payment rows the longest prefix that fits owns it: with
    `13` of one wallet and `1` of another, a `13…` of the wrong length is a bad scan of the first, not
    a code of the second."""
    longest = max((_prefix_length(text, rule) for rule in rules if rule.kind == "payment"), default=0)
    return [rule for rule in rules if rule.kind != "payment" or _prefix_length(text, rule) == longest]


def _prefix_length(text: str, rule: CodeRule) -> int:
    return max((len(prefix) for prefix in rule.prefixes if text.startswith(prefix)), default=0)


def _named(text: str, rule: CodeRule) -> Code:
    match rule.kind:
        case "payment":
            return PaymentCode(rule.network, Secret(text))
        case "member":
            return MemberCode(Secret(text))
        case "claim":
            return ClaimCode(Secret(text))
