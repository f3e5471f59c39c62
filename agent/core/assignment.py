"""What head office says a terminal is, and why a terminal would not believe it. Pure.

The same assignment comes over the network and out of the activation QR. Its signature is checked in
`fleet`; what it says is checked here, with the clock as the caller knows it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from agent.core.ids import DeviceId

SERIAL_SHAPE = re.compile(r"(?=[A-Z0-9-]*[A-Z])[A-Z0-9][A-Z0-9-]{3,30}")
"""Capitals, digits and -, one capital at least: a serial number can never be taken for a device id."""
DEVICE_SHAPE = re.compile(r"[a-z0-9][a-z0-9-]{1,30}")


class Refusal(StrEnum):
    """Why a claim or activation code is not taken; each has its sentence on the screens."""

    GARBAGE = "garbage"
    FOREIGN = "foreign"
    FORGED = "forged"
    SERIAL = "serial"
    MERCHANT = "merchant"
    EXPIRED = "expired"
    REUSED = "reused"
    ELSEWHERE = "elsewhere"
    BEHIND = "behind"
    """It leaves the shop from which the terminal came: head office does not know yet that it is here."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Shop, till and name of one terminal. `moved_from` is the shop it leaves, or empty; `epoch` is the one
    that the terminal offered itself with, empty when it was assigned unseen. `owner_key` is of whom
    alone may read what is sealed here; empty: nobody was named."""

    id: str
    serial: str
    device: DeviceId
    merchant: str
    shop: str
    shop_zh: str
    shop_en: str
    till: int
    currency: str
    broker: str
    ca_sha256: str
    moved_from: str
    epoch: str
    issued_utc_s: int
    expires_utc_s: int
    owner_key: str = ""


@dataclass(frozen=True, slots=True)
class Retirement:
    """The days of this terminal in this shop are over. Its journal is sealed for `owner_key`."""

    id: str
    serial: str
    merchant: str
    shop: str
    owner_key: str
    issued_utc_s: int
    expires_utc_s: int


@dataclass(frozen=True, slots=True)
class Expected:
    """What a terminal knows of itself before it is told: its serial number, the merchant it was made for
    (empty: any), the assignments it has already followed, and the time, or a floor under it."""

    serial: str
    merchant: str
    used: Collection[str]
    now_utc_s: int


def misfit(assignment: Assignment | Retirement, expected: Expected) -> Refusal | None:
    """The first reason not to follow it; None: it is for this terminal, now."""
    if assignment.serial != expected.serial:
        return Refusal.SERIAL
    if expected.merchant and assignment.merchant != expected.merchant:
        return Refusal.MERCHANT
    if assignment.id in expected.used:
        return Refusal.REUSED
    if expected.now_utc_s >= assignment.expires_utc_s:
        return Refusal.EXPIRED
    return None


def misplaced(order: Assignment | Retirement, here: Assignment, expected: Expected) -> Refusal | None:
    """The first reason not to leave `here` for it. An order that was signed before we came here is over,
    whatever it says; one that names another shop as ours is not for us."""
    if why := misfit(order, expected):
        return why
    leaves = order.moved_from if isinstance(order, Assignment) else order.shop
    if here.moved_from and leaves == here.moved_from != here.shop:
        return Refusal.EXPIRED if order.issued_utc_s < here.issued_utc_s else Refusal.BEHIND
    if leaves != here.shop or not order.owner_key:
        return Refusal.ELSEWHERE
    if isinstance(order, Assignment) and (order.device, order.serial) != (here.device, here.serial):
        return Refusal.ELSEWHERE
    return Refusal.EXPIRED if order.issued_utc_s < here.issued_utc_s else None
