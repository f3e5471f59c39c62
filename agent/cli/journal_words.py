"""A fact of the journal in words, for whoever has to answer a complaint. Secrets stay what they are
there: forgotten."""

from __future__ import annotations

import dataclasses

from agent.core.codes import GoodsCode, PaymentCode
from agent.core.events import (
    AgreementsFound,
    BarcodeScanned,
    ChargeAnswered,
    CommandArrived,
    CommandDone,
    ConsentChanged,
    DayCalled,
    DayCompared,
    DeviceLost,
    DeviceUp,
    Event,
    FaceSeen,
    FarewellSigned,
    HandedOver,
    MemberFound,
    MembershipTold,
    MembersMarked,
    NotPrinted,
    OrderJudged,
    OrdersFound,
    PromotionsKept,
    ReceiptSigned,
    RecordRefused,
    RecordsTaken,
    RefundAnswered,
    SettingsOffered,
    Started,
    Tapped,
    TemplateMade,
    TemplatesRenewed,
    TimerFired,
    TrainingEnded,
    UnsentCounted,
    WithdrawalCalled,
)
from agent.core.evidence import FaceEvidence
from agent.core.figures import day_text
from agent.core.withdrawing import receipt_number
from agent.storage.codec import CodecError
from agent.storage.known import CODEC
from agent.storage.story import Line

HIDDEN = "•••"


def told(line: Line) -> str:
    """One sentence; a fact that this hyla cannot read is shown as it is stored."""
    try:
        return _told(CODEC.decode(line.body, Event))
    except CodecError:
        return f"{line.kind} {line.body}"


def _told(event: Event) -> str:
    match event:
        case Started():
            return "the terminal started"
        case Tapped(screen=screen, intent=intent, value=value, said=said):
            return f"the {screen} touched {intent}{f' {said or HIDDEN}' if value is not None else ''}"
        case BarcodeScanned(code=GoodsCode(gtin=gtin)):
            return f"goods {gtin} were scanned"
        case BarcodeScanned(code=PaymentCode(network=network)):
            return f"a payment code was scanned: {network} {HIDDEN}"
        case BarcodeScanned(code=code):
            return f"something else was scanned: {type(code).__name__}"
        case FaceSeen(evidence=evidence):
            return _seen(evidence)
        case TemplateMade(frames=frames):
            return f"a template was made of {frames} frames of a living face"
        case ChargeAnswered(key=key, answer=answer):
            return f"the cloud answered about {key}: {_fields(answer)}"
        case RefundAnswered(key=number, answer=answer):
            return f"the cloud answered about {number}: {_fields(answer)}"
        case OrdersFound(orders=orders):
            return f"the journal was searched: {len(orders)} orders"
        case NotPrinted(cause=cause):
            return f"a receipt did not come out: {cause}"
        case DayCompared(count=count, trouble=trouble):
            told = f"not compared: {trouble}" if trouble else f"compared: {count} differ"
            return f"the books were {told}"
        case DayCalled(day=day, close=close):
            return f"{day_text(day)} was to be {'closed' if close else 'compared'} (hyla day close)"
        case (
            RecordsTaken()
            | RecordRefused()
            | MembersMarked()
            | PromotionsKept()
            | MembershipTold()
            | MemberFound()
        ):
            return _of_the_cloud(event)
        case DeviceUp(device=device):
            return f"{device} works"
        case DeviceLost(device=device, cause=cause):
            return f"{device} does not work: {cause}"
        case TimerFired(name=name, generation=generation):
            return f"time was up: {name} ({generation})"
        case ConsentChanged() | AgreementsFound() | WithdrawalCalled() | ReceiptSigned():
            return _of_consent(event)
        case (
            SettingsOffered()
            | CommandArrived()
            | CommandDone()
            | UnsentCounted()
            | OrderJudged()
            | FarewellSigned()
            | HandedOver()
        ):
            return _of_head_office(event)
        case TemplatesRenewed(epoch=epoch, persons=persons):
            return f"{persons} templates were renewed: store key {epoch}"
        case TrainingEnded():
            return "the practice ended; this till is in earnest again"


def _of_the_cloud(
    event: RecordsTaken | RecordRefused | MembersMarked | PromotionsKept | MembershipTold | MemberFound,
) -> str:
    match event:
        case RecordsTaken(ids=ids):
            return f"the cloud has taken {', '.join(ids)}"
        case RecordRefused(id=record, why=why):
            return f"the cloud refused {record}: {why}"
        case MembersMarked(marks=marks):
            return f"the cloud said whom it trusts (version {marks.version})"
        case PromotionsKept(promotions=promotions, pictures=pictures):
            return f"{len(promotions.items)} promotions and {len(pictures)} pictures are here"
        case MembershipTold(rules=rules):
            return f"the cloud says the rules of membership (version {rules.version})"
        case MemberFound(holdings=holdings):
            return f"the member has {len(holdings.coupons)} coupons and {holdings.points} points"


def _of_consent(event: ConsentChanged | AgreementsFound | WithdrawalCalled | ReceiptSigned) -> str:
    match event:
        case ConsentChanged(person=person, purposes=purposes, given=given, why=why):
            return (
                f"{person} {'agreed to' if given else 'no longer agrees to'} {', '.join(purposes)}: {why}"
            )
        case AgreementsFound(person=person):
            return f"{person} looked at what they agreed to"
        case WithdrawalCalled(person=person):
            return f"somebody at the machine takes back for {person}"
        case ReceiptSigned(receipt_sha256=receipt):
            return f"receipt {receipt_number(receipt)} was signed"


def _of_head_office(
    event: SettingsOffered
    | CommandArrived
    | CommandDone
    | UnsentCounted
    | OrderJudged
    | FarewellSigned
    | HandedOver,
) -> str:
    match event:
        case SettingsOffered(version=version):
            return f"head office's settings {version} lie ready"
        case CommandArrived(id=id, name=name):
            return f"head office wants {name} ({id})"
        case CommandDone(id=id, name=name, outcome=outcome):
            return f"{name} ({id}): {outcome}"
        case HandedOver(broken=broken, debts=debts, doubts=doubts):
            return f"{broken} is broken: {len(debts)} debts and {len(doubts)} doubts were handed over"
        case UnsentCounted(unsent=unsent, parked=parked):
            return f"{unsent} records wait for the cloud, {parked} were refused"
        case OrderJudged(order=order, refusal=refusal):
            return f"head office orders: {order.what}" if order else f"no order of head office: {refusal}"
        case FarewellSigned(order=id, trouble=trouble):
            return f"it does not leave: {trouble}" if trouble else f"it leaves by order {id}"


def _seen(evidence: FaceEvidence) -> str:
    near = [each for each in (evidence.best, evidence.second) if each is not None]
    names = "".join(f", {each.person} {each.score_cosine:.3f}" for each in near)
    return f"faces in view: {evidence.faces}, {evidence.hint}{names}"


def _fields(answer: object) -> str:
    """`Captured points_earned=8 points_balance=108`."""
    assert dataclasses.is_dataclass(answer)
    values = {field.name: getattr(answer, field.name) for field in dataclasses.fields(answer)}
    said = (f" {name}={value}" for name, value in values.items() if value is not None)
    return type(answer).__name__ + "".join(said)
