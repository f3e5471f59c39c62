"""Bytes ↔ the core's types. Bytes from outside are never trusted: what does not fit is Unreadable.

The device's side writes asks, records and presence and reads answers and acknowledgements; the
cloud's side (simulator, contract tests) does the reverse with the same page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from msgspec import Struct

from agent.cloud import member_messages as members
from agent.cloud import refund_messages as refunds
from agent.cloud import schema
from agent.cloud import statement_messages as statements
from agent.cloud.envelope import Unreadable, data_of, ms_of, pack, rfc3339, unpack
from agent.core.charge import (
    Answer,
    Captured,
    ChargeRequest,
    CodePayer,
    Declined,
    FacePayer,
    NeverSeen,
    Payer,
    Pending,
    Voided,
)
from agent.core.commands import AskCharge, AskMember, AskQuery, AskRefund, AskRefundQuery, AskVoid
from agent.core.events import ChargeAnswered, MemberFound, MembersMarked, RefundAnswered
from agent.core.ids import DeviceId, OrderId, PaymentKey, PersonId, Secret
from agent.core.marks import TrustMark, TrustMarks
from agent.core.money import Money
from agent.ports import AnyAsk, AskStatement, StatementPage

CLOUD_SOURCE = "hyla/cloud"
KEY_ONLY: dict[str, Answer] = {
    schema.PENDING: Pending(),
    schema.NEVER_SEEN: NeverSeen(),
    schema.VOIDED: Voided(),
}


# Writing -------------------------------------------------------------------------------------------


def charge_bytes(request: ChargeRequest, device: DeviceId) -> bytes:
    """The one and only form of this request: the same today, after a restart, on every repeat.

    Its id is the payment key and it carries no time of sending, only the deadline it is bound to.

    Raises:
        ValueError: the payment code was forgotten at a restart; ask with a query or a void instead.
    """
    data = schema.ChargeRequestData(
        payment_key=request.key,
        order_id=request.order_id,
        amount_minor=request.amount.amount_minor,
        currency=request.amount.currency,
        payer=_payer_data(request.payer),
        goods_digest=request.goods_digest,
        deadline=rfc3339(request.deadline_utc_ms),
        benefits=members.used_data(request.used),
    )
    return pack(schema.CHARGE_REQUESTED, f"{request.key}/charge", f"hyla/{device}", data)


def ask_bytes(wish: AnyAsk, device: DeviceId) -> bytes:
    """Any ask, as sent. A repeat is byte-identical. Raises like `charge_bytes`."""
    match wish:
        case AskCharge(request):
            return charge_bytes(request, device)
        case AskQuery(key):
            data = schema.KeyData(payment_key=key)
            return pack(schema.QUERY_REQUESTED, f"{key}/query", f"hyla/{device}", data)
        case AskVoid(key):
            data = schema.KeyData(payment_key=key)
            return pack(schema.VOID_REQUESTED, f"{key}/void", f"hyla/{device}", data)
        case AskRefund() | AskRefundQuery():
            return refunds.ask_bytes(wish, device)
        case AskStatement():
            return statements.ask_bytes(wish, device)
        case AskMember():
            return members.ask_bytes(wish, device)


def record_body(
    device: DeviceId, epoch: str, seq: int, id: str, kind: str, data: dict[str, object], utc_ms: int
) -> bytes:
    """The body of an outbox row: stored, hashed and sent as it is, never encoded again.

    Raises:
        TypeError: an amount that is not whole minor units, or a value that is not plain JSON (a Secret):
            a mistake in our own code.
    """
    _plain(data, kind)
    body = schema.RecordData(epoch=epoch, seq=seq, kind=kind, record=data)
    return pack(f"{schema.RECORD}.{kind}", id, f"hyla/{device}", body, rfc3339(utc_ms))


def presence_bytes(device: DeviceId, online: bool, boot_id: str) -> bytes:
    """Retained birth, farewell and will message."""
    data = schema.PresenceData(online=online, boot_id=boot_id)
    word = "online" if online else "offline"
    return pack(schema.PRESENCE, f"{device}/{boot_id}/{word}", f"hyla/{device}", data)


def answer_bytes(key: PaymentKey, answer: Answer, id: str, utc_ms: int) -> bytes:
    """The cloud's side: an answer about a key."""
    data: Struct
    match answer:
        case Captured(earned, balance, gift):
            captured = schema.CapturedData(key, earned, balance, members.gift_data(gift))
            type_, data = schema.CAPTURED, captured
        case Declined(reason):
            type_, data = schema.DECLINED, schema.DeclinedData(key, reason)
        case _:
            type_ = next(name for name, plain in KEY_ONLY.items() if plain == answer)
            data = schema.KeyData(key)
    return pack(type_, id, CLOUD_SOURCE, data, rfc3339(utc_ms))


def acknowledged_bytes(data: schema.AcknowledgedData, id: str, utc_ms: int) -> bytes:
    """The cloud's side: these records are committed."""
    return pack(schema.ACKNOWLEDGED, id, CLOUD_SOURCE, data, rfc3339(utc_ms))


def marks_bytes(fact: MembersMarked, utc_ms: int) -> bytes:
    """The cloud's side: whom this terminal may trust."""
    marks = fact.marks
    data = schema.MarksData(
        version=marks.version,
        marked_at=rfc3339(marks.marked_utc_ms),
        currency=marks.currency,
        members=[schema.MarkData(m.person, m.limit_minor, rfc3339(m.until_utc_ms)) for m in marks.members],
        settled=list(fact.settled),
    )
    return pack(schema.MARKS, f"marks/{marks.version}", CLOUD_SOURCE, data, rfc3339(utc_ms))


# Reading -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Record:
    """A record as the cloud reads it."""

    id: str
    epoch: str
    seq: int
    kind: str


def read_ask(body: bytes) -> AnyAsk:
    """The cloud's side: what a device asks. Raises Unreadable."""
    name, envelope = unpack(body)
    if name == schema.CHARGE_REQUESTED:
        return AskCharge(_request(data_of(envelope, schema.ChargeRequestData)))
    if name == schema.QUERY_REQUESTED:
        return AskQuery(PaymentKey(data_of(envelope, schema.KeyData).payment_key))
    if name == schema.VOID_REQUESTED:
        return AskVoid(PaymentKey(data_of(envelope, schema.KeyData).payment_key))
    if name == schema.STATEMENT_REQUESTED:
        return statements.read_ask(envelope)
    if name == schema.MEMBER_REQUESTED:
        return members.read_ask(envelope)
    return refunds.read_ask(name, envelope)


def read_reply(body: bytes) -> ChargeAnswered | RefundAnswered | MemberFound | StatementPage:
    """What the cloud says, about a key, a refund's number, a member or a page of its books. Raises
    Unreadable."""
    name, envelope = unpack(body)
    if name == schema.STATEMENT:
        return statements.read_page(envelope)
    if name == schema.MEMBER:
        return members.read_member(envelope)
    if name in refunds.ANSWERS:
        return RefundAnswered(*refunds.read_answer(body))
    return ChargeAnswered(*read_answer(body))


def read_answer(body: bytes) -> tuple[PaymentKey, Answer]:
    """What the cloud says about a key. Raises Unreadable."""
    name, envelope = unpack(body)
    if name == schema.CAPTURED:
        captured = data_of(envelope, schema.CapturedData)
        gift = members.read_gift(captured.gift)
        answer: Answer = Captured(captured.points_earned, captured.points_balance, gift)
        return PaymentKey(captured.payment_key), answer
    if name == schema.DECLINED:
        declined = data_of(envelope, schema.DeclinedData)
        # A word we would not show is still a refusal: "declined" must not turn into "unknown".
        word = declined.reason if re.fullmatch("[a-z][a-z0-9_]{0,39}", declined.reason) else "refused"
        return PaymentKey(declined.payment_key), Declined(word)
    if name in KEY_ONLY:
        return PaymentKey(data_of(envelope, schema.KeyData).payment_key), KEY_ONLY[name]
    raise Unreadable("a message of a type that is no answer")


def said_at_ms(body: bytes) -> int | None:
    """The cloud's own clock when it said this; None when it did not say. Raises Unreadable."""
    _, envelope = unpack(body)
    return ms_of(envelope.time) if isinstance(envelope.time, str) else None


def read_acknowledged(body: bytes) -> schema.AcknowledgedData:
    """Which records the cloud has, and which it will never take. Raises Unreadable."""
    name, envelope = unpack(body)
    if name != schema.ACKNOWLEDGED:
        raise Unreadable("a message of a type that is no acknowledgement")
    return data_of(envelope, schema.AcknowledgedData)


def read_marks(body: bytes) -> MembersMarked:
    """Whom the cloud trusts while the link is down. Raises Unreadable."""
    name, envelope = unpack(body)
    if name != schema.MARKS:
        raise Unreadable("a message of a type that is no list of marks")
    data = data_of(envelope, schema.MarksData)
    members = tuple(TrustMark(PersonId(m.person), m.limit_minor, ms_of(m.until)) for m in data.members)
    if len({mark.person for mark in members}) != len(members):
        raise Unreadable("a list of marks with one member twice")
    marks = TrustMarks(data.version, ms_of(data.marked_at), data.currency, members)
    return MembersMarked(marks, tuple(map(OrderId, data.settled)))


def read_record(body: bytes) -> Record:
    """The cloud's side: name and place of a record. Raises Unreadable."""
    name, envelope = unpack(body)
    data = data_of(envelope, schema.RecordData)
    if name != f"{schema.RECORD}.{data.kind}":
        raise Unreadable("a message of a type that is no record")
    return Record(envelope.id, data.epoch, data.seq, data.kind)


def read_presence(body: bytes) -> schema.PresenceData:
    """The cloud's side: is the device there? Raises Unreadable."""
    name, envelope = unpack(body)
    if name != schema.PRESENCE:
        raise Unreadable("a message of a type that is no presence")
    return data_of(envelope, schema.PresenceData)


def _payer_data(payer: Payer) -> schema.FacePayerData | schema.CodePayerData:
    match payer:
        case FacePayer(person):
            return schema.FacePayerData(person)
        case CodePayer(network, code):
            return schema.CodePayerData(network, code.reveal())


def _request(data: schema.ChargeRequestData) -> ChargeRequest:
    payer: Payer
    match data.payer:
        case schema.FacePayerData(person):
            payer = FacePayer(PersonId(person))
        case schema.CodePayerData(network, code):
            payer = CodePayer(network, Secret(code))
    try:
        amount = Money(data.amount_minor, data.currency)
    except ValueError:
        raise Unreadable("a currency we do not know") from None
    key, order = PaymentKey(data.payment_key), OrderId(data.order_id)
    used, deadline_ms = members.read_used(data.benefits), ms_of(data.deadline)
    return ChargeRequest(key, order, amount, payer, data.goods_digest, deadline_ms, used)


def _plain(value: object, where: str) -> None:
    """Plain JSON values only, whole amounts only: a Secret must not slip into a record."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if str(key).endswith("_minor") and type(inner) is not int:
                raise TypeError(
                    f"record {where}.{key}: expected whole minor units, not {type(inner).__name__}"
                )
            _plain(inner, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for inner in value:
            _plain(inner, where)
    elif not isinstance(value, str | int | float | None):
        raise TypeError(f"record {where}: expected a plain JSON value, not {type(value).__name__}")
