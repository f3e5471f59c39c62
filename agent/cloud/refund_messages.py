"""Refunds on the wire: asks of the device, answers of the cloud. Used by `messages` and by the client."""

from __future__ import annotations

import re

from msgspec import Struct

from agent.cloud import schema
from agent.cloud.envelope import Unreadable, data_of, pack, rfc3339, unpack
from agent.core.charge import (
    RefundAccepted,
    RefundAnswer,
    Refunded,
    RefundNeverSeen,
    RefundRefused,
    RefundRequest,
)
from agent.core.commands import AskRefund, AskRefundQuery
from agent.core.ids import DeviceId, OrderId, PaymentKey, RefundKey
from agent.core.money import Money

CLOUD_SOURCE = "hyla/cloud"
KEY_ONLY: dict[str, RefundAnswer] = {
    schema.REFUNDED: Refunded(),
    schema.REFUND_ACCEPTED: RefundAccepted(),
    schema.REFUND_NEVER_SEEN: RefundNeverSeen(),
}

ANSWERS = frozenset({*KEY_ONLY, schema.REFUND_REFUSED})


def ask_bytes(wish: AskRefund | AskRefundQuery, device: DeviceId) -> bytes:
    """A repeat is byte-identical: the id is the refund's number, and no time of sending is in it."""
    source = f"hyla/{device}"
    if isinstance(wish, AskRefundQuery):
        data: Struct = schema.RefundKeyData(wish.key)
        return pack(schema.REFUND_QUERIED, f"{wish.key}/refund_query", source, data)
    request = wish.request
    data = schema.RefundRequestData(
        refund_key=request.key,
        payment_key=request.payment_key,
        order_id=request.order_id,
        amount_minor=request.amount.amount_minor,
        currency=request.amount.currency,
    )
    return pack(schema.REFUND_REQUESTED, f"{request.key}/refund", source, data)


def answer_bytes(key: RefundKey, answer: RefundAnswer, id: str, utc_ms: int) -> bytes:
    """The cloud's side: an answer about a refund."""
    if isinstance(answer, RefundRefused):
        refused = schema.RefundRefusedData(key, answer.reason)
        return pack(schema.REFUND_REFUSED, id, CLOUD_SOURCE, refused, rfc3339(utc_ms))
    type_ = next(name for name, plain in KEY_ONLY.items() if plain == answer)
    return pack(type_, id, CLOUD_SOURCE, schema.RefundKeyData(key), rfc3339(utc_ms))


def read_ask(name: str, envelope: schema.Envelope) -> AskRefund | AskRefundQuery:
    """The cloud's side: what a device asks about a refund. Raises Unreadable."""
    if name == schema.REFUND_QUERIED:
        return AskRefundQuery(RefundKey(data_of(envelope, schema.RefundKeyData).refund_key))
    if name != schema.REFUND_REQUESTED:
        raise Unreadable("a message of a type that is no ask")
    data = data_of(envelope, schema.RefundRequestData)
    try:
        amount = Money(data.amount_minor, data.currency)
    except ValueError:
        raise Unreadable("a currency we do not know") from None
    key, charge = RefundKey(data.refund_key), PaymentKey(data.payment_key)
    return AskRefund(RefundRequest(key, charge, OrderId(data.order_id), amount))


def read_answer(body: bytes) -> tuple[RefundKey, RefundAnswer]:
    """What the cloud says about a refund. Raises Unreadable."""
    name, envelope = unpack(body)
    if name == schema.REFUND_REFUSED:
        refused = data_of(envelope, schema.RefundRefusedData)
        # A word we would not show is still a refusal: it must not turn into "unknown".
        word = refused.reason if re.fullmatch("[a-z][a-z0-9_]{0,39}", refused.reason) else "refused"
        return RefundKey(refused.refund_key), RefundRefused(word)
    if name in KEY_ONLY:
        return RefundKey(data_of(envelope, schema.RefundKeyData).refund_key), KEY_ONLY[name]
    raise Unreadable("a message of a type that is no answer about a refund")
