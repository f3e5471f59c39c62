"""`step(state, event, at) -> Turn`: the only way a terminal changes. Pure: no clock, no chance, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from agent.core import (
    backroom,
    checkout,
    collect,
    day_desk,
    hand_scanner,
    handover,
    head_office,
    held,
    held_desk,
    joining_desk,
    leaving_desk,
    member_desk,
    on_trust,
    printing,
    promoting,
    recognise,
    refund_desk,
    stages,
    training,
    withdrawing_desk,
)
from agent.core import payment as pay
from agent.core import refund as back
from agent.core.commands import ParkRecord
from agent.core.counting import counted
from agent.core.events import (
    NOT_EVERYWHERE,
    OVERTAKEN,
    SEEING,
    AgreementsFound,
    BarcodeScanned,
    ChargeAnswered,
    CommandArrived,
    CommandDone,
    ConsentChanged,
    DayCalled,
    DayCompared,
    Device,
    DeviceLost,
    DeviceUp,
    Event,
    FaceSeen,
    FarewellSigned,
    HandedOver,
    Instant,
    Intent,
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
    Screen,
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
from agent.core.intents import whose
from agent.core.state import STARTING, Kept, Language, Rules, Terminal, Turn
from agent.core.visit import Stage

ASKING = ("visit", "office", "joining", "withdrawing", "practised")  # what people may be asked by
REPORTING = tuple(d for d in Device if d is not Device.STORAGE and d not in NOT_EVERYWHERE)
DOUBTED = frozenset({pay.Phase.UNKNOWN, pay.Phase.VOIDING})
BEFORE_MONEY = frozenset(
    {Stage.CASH, Stage.CODE, Stage.FACE, Stage.DIGITS, Stage.MATCH, Stage.CONFIRM, Stage.NOBODY}
)


def recovered(rules: Rules, kept: Kept, language: Language) -> Terminal:
    """The terminal as it comes back: every device still has to report, money is as it was kept."""
    down: dict[Device, str] = dict.fromkeys(REPORTING, STARTING)
    if kept.overtaken:
        down[Device.STORAGE] = OVERTAKEN
    languages: dict[str, Language] = {"customer": language, "cashier": language}
    return Terminal(rules, kept, down=down, language=language, languages=languages)


def step(state: Terminal, event: Event, at: Instant) -> Turn:
    """One fact → the next state and the wishes that follow from it.

    `view_no` grows whenever what people may answer to has changed, so that a tap on the screen of a
    moment ago is recognised as old. A start shows everything anew.
    """
    decided = withdrawing_desk.watched(joining_desk.watched(_decide(state, event, at)))
    turn = hand_scanner.told(state, event, printing.told(state, counted(state, decided, at)))
    turn = head_office.when_free(turn)
    untouched = all(getattr(turn.state, part) is getattr(state, part) for part in ASKING)
    same = untouched or _asks(turn.state) == _asks(state)
    if same and not isinstance(event, Started):
        return turn
    since_ms = _since(state, turn.state, event, at)
    return replace(turn, state=replace(turn.state, view_no=turn.state.view_no + 1, since_ms=since_ms))


def _since(before: Terminal, after: Terminal, event: Event, at: Instant) -> int:
    """When the view began. A doubt goes on while its key is fenced, and across a start: what came before is
    told by the other clock alone, as the time since the attempt was asked for."""
    payment, earlier = after.visit.payment, before.visit.payment
    if payment is None or payment.request is None or payment.phase not in DOUBTED:
        return at.mono_ms
    if isinstance(event, Started):
        asked_utc_ms = payment.request.deadline_utc_ms - after.rules.waits.charge_ttl_ms
        return at.mono_ms - max(0, at.utc_ms - asked_utc_ms)
    goes_on = earlier is not None and earlier.phase in DOUBTED and earlier.key == payment.key
    return before.since_ms if goes_on else at.mono_ms


def _asks(t: Terminal) -> tuple[object, ...]:
    """What both people are being asked right now."""
    payment = t.visit.payment
    office = t.office and t.office.page_no
    joining = t.joining and t.joining.page_no
    withdrawing = t.withdrawing and t.withdrawing.page_no
    phase = payment and payment.phase
    visit = t.visit
    pages = (office, joining, withdrawing)
    return (visit.stage_no, visit.stage, visit.basket.total, phase, pages, t.practised)


def _decide(t: Terminal, event: Event, at: Instant) -> Turn:
    if training.keeps_out(t, event):
        return Turn(t)
    match event:
        case Started():
            turn = _started(training.restarted(t), at)
            return replace(turn, commands=(*turn.commands, *recognise.pause_wishes(turn.state)))
        case Tapped():
            return _tapped(t, event, at)
        case BarcodeScanned(code=code):
            return backroom.scanned(t, code, at)
        case FaceSeen(evidence=evidence) if t.joining is not None:
            return joining_desk.face_seen(t, t.joining, evidence)
        case FaceSeen(evidence=evidence) if t.withdrawing is not None:
            return withdrawing_desk.face_seen(t, t.withdrawing, evidence)
        case TemplateMade():
            return joining_desk.template_made(t, t.joining, event) if t.joining else Turn(t)
        case FaceSeen(evidence=evidence):
            return recognise.face_seen(t, evidence, at)
        case ChargeAnswered(key=key, answer=answer) if collect.about(t, key):
            return collect.move(t, lambda p: pay.answered(p, key, answer, t.rules.waits, at), at)
        case ChargeAnswered(key=key, answer=answer):
            payment = t.visit.payment
            if payment is None or payment.key != key or not payment.in_flight:
                return held_desk.answered(t, key, answer)
            return checkout.settle(t, pay.answered(payment, key, answer, t.rules.waits, at), at)
        case RefundAnswered(key=number, answer=word):
            return refund_desk.settle(t, number, lambda r: back.answered(r, word, t.rules.refund_waits))
        case OrdersFound() | NotPrinted():
            return _about_receipts(t, event)
        case DayCompared():
            return day_desk.compared(t, event)
        case DayCalled():
            return day_desk.called(t, event)
        case MembersMarked() | PromotionsKept() | MembershipTold() | MemberFound():
            return _told(t, event, at)
        case RecordsTaken(ids=ids):
            return leaving_desk.taken(t, ids)
        case RecordRefused(id=record, why=why):
            return Turn(replace(t, notice="record_refused"), (ParkRecord(record, why),))
        case DeviceUp(device=device):
            return _device_up(t, device, at)
        case DeviceLost(device=device, cause=cause):
            return _device_lost(t, device, cause, at)
        case TimerFired(name=name, generation=generation):
            return _timer(t, name, generation, at)
        case ConsentChanged() | AgreementsFound() | WithdrawalCalled() | ReceiptSigned():
            return _about_consent(t, event, at)
        case TemplatesRenewed():
            return Turn(t)
        case SettingsOffered() | CommandArrived() | CommandDone():
            return _directed(t, event, at)
        case HandedOver():
            return handover.taken_over(t, event)
        case TrainingEnded():
            return training.ended(t, event)
        case UnsentCounted() | OrderJudged() | FarewellSigned():
            return leaving_desk.heard(t, event)
        case _:
            assert_never(event)


def _about_receipts(t: Terminal, event: OrdersFound | NotPrinted) -> Turn:
    """An order is found for the printer, or for whoever stands behind the till."""
    match event:
        case OrdersFound(number=number) if number == t.printing:
            return printing.found(t, event)
        case OrdersFound():
            return backroom.found(t, event)
        case NotPrinted(cause=cause):
            return printing.failed(t, cause)


def _about_consent(
    t: Terminal, event: ConsentChanged | AgreementsFound | WithdrawalCalled | ReceiptSigned, at: Instant
) -> Turn:
    match event:
        case ConsentChanged():
            return withdrawing_desk.changed(t, event, at)
        case AgreementsFound():
            return withdrawing_desk.found(t, event)
        case WithdrawalCalled():
            return withdrawing_desk.called(t, event)
        case ReceiptSigned():
            return withdrawing_desk.signed(t, event)


def _told(
    t: Terminal, event: MembersMarked | PromotionsKept | MembershipTold | MemberFound, at: Instant
) -> Turn:
    """What the cloud says of its own accord, or about a member."""
    match event:
        case MembersMarked():
            return collect.marked(t, event)
        case PromotionsKept():
            return promoting.kept(t, event)
        case MembershipTold():
            return member_desk.told(t, event)
        case MemberFound():
            return member_desk.found(t, event, at)


def _directed(t: Terminal, event: SettingsOffered | CommandArrived | CommandDone, at: Instant) -> Turn:
    """What head office wants, and what became of it."""
    match event:
        case SettingsOffered():
            return head_office.offered(t, event)
        case CommandArrived():
            return head_office.arrived(t, event, at)
        case CommandDone():
            return head_office.done(t, event)


def _started(t: Terminal, at: Instant) -> Turn:
    """Start-up is recovery. Money in flight is asked about, whosever it is; anything before it starts at
    the choice."""
    refunds = refund_desk.settle_all(
        backroom.restarted(t, at), lambda r: back.restarted(r, t.rules.refund_waits)
    )
    cases = _and(refunds, held_desk.settle_all(refunds.state, held.Signal.RESTARTED))
    debts = _and(cases, collect.move(cases.state, lambda p: pay.restarted(p, t.rules.waits, at), at))
    visit = _and(debts, _visit_again(day_desk.restarted(debts.state), at))
    commands = _and(visit, head_office.restarted(visit.state))
    return _and(commands, withdrawing_desk.retention_began(commands.state))


def _visit_again(t: Terminal, at: Instant) -> Turn:
    marks = replace(t.visit.marks, confirmed_ms=None)  # another boot may have counted from elsewhere
    t = checkout.numbered_anew(replace(t, kept=replace(t.kept, visit=replace(t.visit, marks=marks))))
    visit = t.visit
    if visit.payment is not None and visit.payment.in_flight:
        return checkout.settle(t, pay.restarted(visit.payment, t.rules.waits, at), at)
    if visit.stage in BEFORE_MONEY:
        return stages.enter(t, stages.offer(t), visit=visit.of_nobody())
    if visit.stage in stages.ENDS_SHOWN:
        return stages.enter(t, visit.stage)
    return Turn(t)


def _tapped(t: Terminal, tap: Tapped, at: Instant) -> Turn:
    """Where the customer has nothing to touch, nothing comes from there, and the cashier speaks for both
    sides about how the screens look."""
    touch = t.rules.customer_touch
    sides = {tap.screen.value} if touch else {screen.value for screen in Screen}
    match tap.intent:
        case _ if tap.screen is Screen.CUSTOMER and not touch:
            return Turn(t)
        case Intent.SWITCH_LANGUAGE:
            other: Language = "en" if t.languages.get(tap.screen) == "zh" else "zh"
            return Turn(replace(t, languages={**t.languages, **dict.fromkeys(sides, other)}))
        case Intent.SWITCH_TEXT_SIZE:
            return Turn(replace(t, large_text=t.large_text ^ sides))
        case Intent.SWITCH_SOUND:
            return Turn(replace(t, silent=not t.silent))
        case Intent.SWITCH_REACH:
            return Turn(replace(t, low=not t.low))
        case _ if tap.view_id != t.view_no or leaving_desk.departs(t):
            return Turn(t)
        case intent if tap.screen is not whose(intent):
            return Turn(t)
        case intent if t.joining is not None and intent in joining_desk.ALONE:
            return stages.say(t, "joining")
        case intent if t.withdrawing is not None and intent in joining_desk.ALONE:
            return stages.say(t, "withdrawing")
        case Intent.OFFICE if t.office is None and t.visit.stage in backroom.BETWEEN_CUSTOMERS:
            return backroom.opened(t)
        case Intent.END_TRAINING:
            return training.asked_to_end(t)
        case Intent.PRINT_SLIP:
            return printing.asked(t)
        case Intent.JOIN if t.joining is None:
            return joining_desk.opened(t)
        case intent if t.joining is not None and tap.screen is Screen.CUSTOMER:
            return joining_desk.tapped(t, t.joining, intent, tap.value, at)
        case Intent.SEE_AGREED if t.withdrawing is None:
            return withdrawing_desk.opened(t)
        case intent if t.withdrawing is not None and tap.screen is Screen.CUSTOMER:
            return withdrawing_desk.tapped(t, t.withdrawing, intent, tap.value, at)
        case intent if t.office is not None and tap.screen is Screen.CASHIER:
            return backroom.tapped(t, t.office, intent, tap.value, at)
        case intent:
            return checkout.tapped(t, intent, tap.value, at)


def _device_up(t: Terminal, device: Device, at: Instant) -> Turn:
    if device is Device.STORAGE and t.kept.overtaken:
        return Turn(replace(t, down={**t.down, device: OVERTAKEN}))
    was_down, t = not t.works(device), replace(t, down=_without(t.down, device))
    if device is Device.CLOUD:
        turn = _link(collect.link_back(t), pay.Signal.LINK_BACK, at)
        onward = collect.look(turn.state, at)
        onward = replace(onward, commands=(*turn.commands, *onward.commands))
        return member_desk.link_back(on_trust.asked_anew(onward) if was_down else onward)
    beside = t.joining is not None or t.withdrawing is not None
    if device is Device.SCREENS and t.visit.stage in stages.ENDS_SHOWN and not beside:
        return stages.enter(t, t.visit.stage)  # nobody could read it until now
    return Turn(t)


def _device_lost(t: Terminal, device: Device, cause: str, at: Instant) -> Turn:
    before, t = t, replace(t, down={**t.down, device: cause})
    if (device, cause) == (Device.STORAGE, OVERTAKEN):
        return Turn(replace(t, kept=replace(t.kept, overtaken=True)))
    if device is Device.CLOUD:
        turn = _link(collect.link_lost(t, at), pay.Signal.LINK_LOST, at)
        turn = _and(turn, member_desk.link_lost(turn.state))
        another = before.works(device) or before.may_trust != t.may_trust
        return on_trust.asked_anew(turn) if another else turn
    if device in SEEING:
        return recognise.camera_lost(t)
    return Turn(t)


def _link(t: Terminal, signal: pay.Signal, at: Instant) -> Turn:
    word = back.Signal.LINK_BACK if signal is pay.Signal.LINK_BACK else back.Signal.LINK_LOST
    refunds = refund_desk.settle_all(t, lambda r: back.step(r, word, t.rules.refund_waits))
    cases = refunds
    if signal is pay.Signal.LINK_BACK:
        cases = _and(refunds, held_desk.settle_all(refunds.state, held.Signal.LINK_BACK))
    debts = _and(cases, collect.move(cases.state, lambda p: pay.step(p, signal, t.rules.waits, at), at))
    t = debts.state
    if t.visit.payment is None:
        return debts
    return _and(debts, checkout.settle(t, pay.step(t.visit.payment, signal, t.rules.waits, at), at))


def _and(first: Turn, then: Turn) -> Turn:
    """Two decisions of one turn, their wishes in order."""
    return replace(then, commands=(*first.commands, *then.commands))


def _timer(t: Terminal, name: str, generation: int, at: Instant) -> Turn:
    if name == stages.STAGE_TIMER:
        return Turn(t) if t.joining or t.withdrawing else checkout.stage_timer(t, generation)
    if name == joining_desk.JOIN_TIMER:
        return joining_desk.timer(t, generation, at)
    if name == withdrawing_desk.WITHDRAW_TIMER:
        return withdrawing_desk.timer(t, generation, at)
    if name == withdrawing_desk.RETENTION_TIMER:
        return withdrawing_desk.retention_due(t, generation)
    if name == promoting.PROMOTIONS_TIMER:
        return promoting.looked(t, generation)
    if name == recognise.PAUSE_TIMER:
        return recognise.pause_over(t, generation)
    if name == leaving_desk.FAREWELL_TIMER:
        return leaving_desk.timer(t)
    if name == collect.COLLECT_TIMER:
        return collect.timer(t, generation, at)
    if collect.timer_of(t, name):
        return collect.move(t, lambda p: pay.timer_fired(p, generation, t.rules.waits, at), at)
    payment = t.visit.payment
    if payment is not None and name == pay.timer_name(payment.order_id):
        return checkout.settle(t, pay.timer_fired(payment, generation, t.rules.waits, at), at)
    case = name.removeprefix(held.TIMER)
    if case != name:
        return held_desk.timer(t, case, generation)
    number = name.removeprefix(back.TIMER)
    if number == name:
        return Turn(t)
    return refund_desk.settle(t, number, lambda r: back.timer_fired(r, generation, t.rules.refund_waits))


def _without(down: Mapping[Device, str], device: Device) -> dict[Device, str]:
    return {name: cause for name, cause in down.items() if name is not device}
