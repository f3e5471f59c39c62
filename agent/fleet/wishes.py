"""Head office's wishes: settings for this terminal, and commands. Signed text → what it says, or NoWish.

Claims of both: `typ` (which of the two), `v` 1, `device` (for whom), `iat`. Settings have a `version` that
only grows, `settings` as TOML tables would have them, and perhaps `goods`, a whole price list as CSV. A
command has `jti` (its id), `exp`, `command` and `words`. Times are seconds since 1970.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent.core.directions import OpenDebt, OpenDoubt
from agent.core.events import CommandArrived, HandedOver
from agent.core.ids import DeviceId, OrderId, PaymentKey, PersonId, looks_like_order
from agent.core.money import Money
from agent.fleet.signed import Anchors, NotSigned, opened, sealed

TYP, SETTINGS, COMMAND, HANDOVER = "hyla-wish", "hyla-settings", "hyla-command", "hyla-handover"
CHARS_MAX = 90_000  # what fits into one message of the narrowest public broker
COMMANDS = ("message", "restart", "restart_screens", "doctor", "bundle")

Version = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
Seconds = Annotated[int, msgspec.Meta(ge=0, lt=2**40)]
Word = Annotated[str, msgspec.Meta(max_length=200)]
Amount = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
HANDED_MAX = 100


class NoWish(Exception):
    """Not head office's wish for this terminal: garbage, foreign, forged, other_device, unknown."""


@dataclass(frozen=True, slots=True)
class Desired:
    """The settings that head office wants: tables and lists as in TOML; `goods_csv` is empty where the
    price list stays as it is."""

    version: int
    settings: dict[str, Any]
    goods_csv: str = ""


class _Settings(msgspec.Struct, frozen=True, tag_field="typ", tag=SETTINGS):
    v: int
    device: str
    version: Version
    iat: Seconds
    settings: dict[str, Any]
    goods: str = ""


class _Command(msgspec.Struct, frozen=True, tag_field="typ", tag=COMMAND):
    v: int
    device: str
    jti: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{8,64}$")]
    iat: Seconds
    exp: Seconds
    command: str
    words: Annotated[dict[str, Word], msgspec.Meta(max_length=10)] = {}


class _Debt(msgspec.Struct, frozen=True):
    order: Word
    person: Word
    amount_minor: Amount
    currency: Word
    owed_utc_ms: int
    attempts: Annotated[int, msgspec.Meta(ge=0, le=10_000)]


class _Doubt(msgspec.Struct, frozen=True):
    key: Word
    order: Word
    amount_minor: Amount
    currency: Word
    method: Word
    since_utc_ms: int
    attempt: Annotated[int, msgspec.Meta(ge=0, le=10_000)]


class _Handover(msgspec.Struct, frozen=True, tag_field="typ", tag=HANDOVER):
    v: int
    device: str
    jti: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{8,64}$")]
    broken: Word
    debts: Annotated[list[_Debt], msgspec.Meta(max_length=HANDED_MAX)] = []
    doubts: Annotated[list[_Doubt], msgspec.Meta(max_length=HANDED_MAX)] = []


_Any = _Settings | _Command | _Handover


def read_wish(text: str, anchors: Anchors, device: DeviceId) -> Desired | CommandArrived | HandedOver:
    """Whatever head office wants of this terminal. Raises NoWish."""
    try:
        body = opened(text, anchors, TYP, CHARS_MAX)
        wish: _Any = msgspec.json.decode(body, type=_Any)
    except NotSigned as refused:
        raise NoWish(refused.why) from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise NoWish("garbage") from None
    if wish.v != 1:
        raise NoWish("unknown")
    if wish.device != device:
        raise NoWish("other_device")
    if isinstance(wish, _Settings):
        return Desired(wish.version, wish.settings, wish.goods)
    if isinstance(wish, _Handover):
        return _handed_over(wish)
    if wish.command not in COMMANDS:
        raise NoWish("unknown")
    return CommandArrived(wish.jti, wish.command, wish.exp * 1000, wish.words)


def sign_settings(desired: Desired, device: str, utc_s: int, key: Ed25519PrivateKey) -> str:
    """Head office's side. Raises ValueError when it is too long for one message."""
    claims = _Settings(1, device, desired.version, utc_s, desired.settings, desired.goods_csv)
    return _short_enough(sealed(msgspec.json.encode(claims), key, TYP))


def sign_command(command: CommandArrived, device: str, utc_s: int, key: Ed25519PrivateKey) -> str:
    """Head office's side. Raises ValueError for a command that no terminal knows."""
    if command.name not in COMMANDS:
        raise ValueError(f"{command.name} is no command (expected one of {', '.join(COMMANDS)})")
    expires_utc_s = command.expires_utc_ms // 1000
    words = dict(command.words)
    claims = _Command(1, device, command.id, utc_s, expires_utc_s, command.name, words)
    return _short_enough(sealed(msgspec.json.encode(claims), key, TYP))


def sign_handover(wish: HandedOver, device: str, key: Ed25519PrivateKey) -> str:
    """Head office's side."""
    debts = [
        _Debt(
            one.order_id,
            one.person,
            one.amount.amount_minor,
            one.amount.currency,
            one.owed_utc_ms,
            one.attempts,
        )
        for one in wish.debts
    ]
    doubts = [
        _Doubt(one.key, one.order_id, one.amount.amount_minor, one.amount.currency, one.method,
               one.since_utc_ms, one.attempt)
        for one in wish.doubts
    ]  # fmt: skip
    claims = _Handover(1, device, wish.id, wish.broken, debts, doubts)
    return _short_enough(sealed(msgspec.json.encode(claims), key, TYP))


def _handed_over(wish: _Handover) -> HandedOver:
    """Raises NoWish: an order of nobody, or money that is none."""
    try:
        debts = tuple(
            OpenDebt(
                OrderId(one.order),
                PersonId(one.person),
                Money(one.amount_minor, one.currency),
                one.owed_utc_ms,
                one.attempts,
            )
            for one in wish.debts
        )
        doubts = tuple(
            OpenDoubt(PaymentKey(one.key), OrderId(one.order), Money(one.amount_minor, one.currency),
                      one.method, one.since_utc_ms, one.attempt)
            for one in wish.doubts
        )  # fmt: skip
    except ValueError:
        raise NoWish("garbage") from None
    orders = [*(debt.order_id for debt in debts), *(doubt.order_id for doubt in doubts)]
    if not all(map(looks_like_order, orders)):
        raise NoWish("garbage")
    return HandedOver(wish.jti, wish.broken, debts, doubts)


def _short_enough(text: str) -> str:
    if len(text) > CHARS_MAX:
        raise ValueError(f"{len(text)} characters (expected at most {CHARS_MAX}); shorten the price list")
    return text
