"""A turn in a few words, for the story of one seed."""

from __future__ import annotations

from agent.core.codes import GoodsCode, PaymentCode, ReceiptCode
from agent.core.commands import AskCharge, AskMember, AskQuery, AskRefund, AskRefundQuery, AskVoid
from agent.core.events import (
    BarcodeScanned,
    ChargeAnswered,
    DeviceLost,
    DeviceUp,
    Event,
    FaceSeen,
    OrdersFound,
    RecordsTaken,
    RefundAnswered,
    Tapped,
    TimerFired,
)
from agent.core.state import Terminal
from agent.core.visit import Stage
from agent.ports import Ask


def fact_words(event: Event) -> str:
    """What happened."""
    match event:
        case Tapped(screen=screen, intent=intent):
            return f"{screen} taps {intent}"
        case BarcodeScanned(code=GoodsCode(gtin=gtin)):
            return f"goods …{gtin[-4:]} scanned"
        case BarcodeScanned(code=PaymentCode(network=network)):
            return f"{network} code scanned"
        case FaceSeen(evidence=evidence):
            best = evidence.best
            return f"frame: {f'{best.person} {best.score_cosine}' if best else evidence.hint}"
        case BarcodeScanned(code=ReceiptCode(order_id=order)):
            return f"receipt …{order[-6:]} scanned"
        case OrdersFound(orders=orders):
            return f"{len(orders)} orders found"
        case RefundAnswered(key=number, answer=word):
            return f"…{number[-9:]}: {word}"
        case ChargeAnswered(key=key, answer=answer):
            return f"…{key[-8:]}: {answer}"
        case RecordsTaken(ids=ids):
            return f"taken: {', '.join(f'…{id[-11:]}' for id in ids)}"
        case DeviceUp(device=device):
            return f"{device} up"
        case DeviceLost(device=device, cause=cause):
            return f"{device} {cause}"
        case TimerFired(name=name, generation=generation):
            return f"timer {name.partition(':')[0]} {generation}"
        case _:
            return type(event).__name__


def state_words(t: Terminal) -> str:
    """Stage, and the payment's phase while paying; behind the till its page."""
    if t.office is not None:
        return f"office/{t.office.page}"
    payment = t.visit.payment
    phase = f"/{payment.phase}" if t.visit.stage is Stage.PAY and payment is not None else ""
    return f"{t.visit.stage}{phase}"


def ask_words(wish: Ask) -> str:
    """What is asked about which attempt or refund."""
    match wish:
        case AskCharge(request=request):
            return f"charge …{request.key[-8:]} {request.amount.text()}"
        case AskQuery(key=key):
            return f"query …{key[-8:]}"
        case AskVoid(key=key):
            return f"void …{key[-8:]}"
        case AskRefund(request=part):
            return f"refund …{part.key[-9:]} {part.amount.text()}"
        case AskRefundQuery(key=number):
            return f"refund query …{number[-9:]}"
        case AskMember(person=person):
            return f"what has {person}?"
