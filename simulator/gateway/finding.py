"""An order that somebody remembers: by the end of its number, its amount or its time, as at the till.

Enters: what was typed. Leaves: orders of the last month, the newest first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from agent.core.money import CURRENCIES, read_money

FOUND_MAX = 50
MONTH_MS = 31 * 86_400_000
LOOKED_AT_MAX = 20_000  # records; a chain of shops asks about one of them
NEAR_MINUTES, DAY_MINUTES = 5, 1440
NUMBER_SHAPE = re.compile("[a-z0-9-]{1,64}")
TIME_SHAPE = re.compile("([01]?[0-9]|2[0-3])[:：]([0-5][0-9])")
Fits = Callable[["Sold"], bool]


@dataclass(frozen=True, slots=True)
class Sold:
    """One order of a terminal, as its record says."""

    order_id: str
    method: str
    outcome: str
    amount_minor: int
    currency: str
    utc_ms: int


def asked(words: str, zone: tzinfo) -> Fits | None:
    """Which orders are meant; None for words that mean none."""
    if "." in words or "," in words:
        return _amount(words)
    if time := TIME_SHAPE.fullmatch(words):
        minute = int(time[1]) * 60 + int(time[2])
        return lambda sold: _apart(sold.utc_ms, minute, zone) <= NEAR_MINUTES
    if NUMBER_SHAPE.fullmatch(words):
        return lambda sold: sold.order_id.endswith(words)
    return None


def _amount(words: str) -> Fits | None:
    def fits(sold: Sold) -> bool:
        money = read_money(words, sold.currency) if sold.currency in CURRENCIES else None
        return money is not None and money.amount_minor == sold.amount_minor

    return fits if read_money(words, "CNY") is not None else None


def _apart(utc_ms: int, minute: int, zone: tzinfo) -> int:
    """Minutes between two times of the day, over midnight as well."""
    at = datetime.fromtimestamp(utc_ms / 1000, zone)
    apart = abs(at.hour * 60 + at.minute - minute)
    return min(apart, DAY_MINUTES - apart)


def found(told: Iterable[dict[str, Any]], fits: Fits) -> list[Sold]:
    """The first fifty that fit. `told`: what the records of sales say, the newest first."""
    orders: list[Sold] = []
    for said in told:
        sold = _sold(said)
        if sold is not None and fits(sold):
            orders.append(sold)
        if len(orders) == FOUND_MAX:
            break
    return orders


def _sold(said: dict[str, Any]) -> Sold | None:
    order, amount = said.get("order_id"), said.get("amount_minor")
    if not isinstance(order, str) or type(amount) is not int:
        return None
    method, outcome = str(said.get("method", "")), str(said.get("outcome", ""))
    return Sold(order, method, outcome, amount, str(said.get("currency", "CNY")), said["utc_ms"])
