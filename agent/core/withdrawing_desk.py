"""What the customer's taps do on the way to taking an agreement back: a table (page × intent → what
happens).

Enters: taps of the customer's screen, frames of a face, what the consent ledger says, the receipt. Leaves:
one turn that takes back (ledger, destroyed template and record in one transaction), after which the eyes no
longer know the person; or an end that changed nothing. No payment is ever waited for, or made to wait.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from agent.core import consent
from agent.core.commands import (
    Command,
    DeleteAbsent,
    ForgetFaces,
    ForgetMember,
    LookUpAgreements,
    RestFaces,
    SignReceipt,
    StartTimer,
    TakeBack,
    WatchFaces,
    Withdraw,
)
from agent.core.consent import DAY_MS, Purpose
from agent.core.events import (
    AgreementsFound,
    ConsentChanged,
    Device,
    Instant,
    Intent,
    ReceiptSigned,
    WithdrawalCalled,
)
from agent.core.evidence import FaceEvidence
from agent.core.identity import Identified, Look, Tries, Undecided, decide
from agent.core.ids import Secret, typed
from agent.core.recognise import pause_wishes
from agent.core.stages import enter, leave, offer
from agent.core.state import Terminal, Turn
from agent.core.visit import Stage
from agent.core.withdrawing import OVER, Withdrawing, WithdrawPage

WITHDRAW_TIMER, RETENTION_TIMER = "withdraw", "retention"
RECEIPT_SHOWN_MS = 120_000  # time for a picture of it
ROOM_WAIT_MS = 5_000
LOOK_AFTER_MS, LOOK_AGAIN_MS = 60_000, 60_000
AWAY, ASKED_FOR = "away too long", "asked for at the terminal"
RECOGNISING = frozenset({Stage.FACE, Stage.DIGITS, Stage.MATCH, Stage.CONFIRM})
Handler = Callable[[Terminal, Withdrawing, Secret | None, Instant], Turn]


def offered(t: Terminal) -> bool:
    """Is it one touch away? On the pages of a member who was recognised by face, and while nobody is
    served; wherever people can have agreed by a touch."""
    if not (t.rules.joining.enabled and t.rules.customer_touch) or t.joining is not None:
        return False
    if t.rules.training or t.practised:
        return False
    visit = t.visit
    if visit.stage is Stage.IDLE:
        return t.office is None
    return _recognised(t)


def _recognised(t: Terminal) -> bool:
    """Is the member known who stands there, by face and digits, and not being charged?"""
    visit, payment = t.visit, t.visit.payment
    if visit.person is None or visit.person not in t.rules.names or payment is None:
        return False
    by_face = visit.stage is Stage.PAID and payment.method == "face"
    return visit.stage is Stage.CONFIRM or by_face


def opened(t: Terminal) -> Turn:
    """One touch: what was agreed to, at once for whoever is known; the others say who they are."""
    if not offered(t):
        return Turn(t)
    fresh = Withdrawing(t.visit.stage_no)
    if not t.works(Device.STORAGE):
        return _ended(t, fresh, "storage")
    if _recognised(t):
        return _asked(t, replace(fresh, person=t.visit.person))
    if why := _blind(t):
        return _ended(t, fresh, why)
    return _go(t, fresh, WithdrawPage.DIGITS)


def _blind(t: Terminal) -> str:
    if t.kept.tries.paused:
        return "too_many_tries"
    return "" if t.sees else "no_camera"


def tapped(t: Terminal, on: Withdrawing, intent: Intent, value: Secret | None, at: Instant) -> Turn:
    """Look the tap up in the table; what is not in it changes nothing."""
    handler = TAPS.get((on.page, intent))
    return handler(t, on, value, at) if handler else Turn(t)


# --- turning pages --------------------------------------------------------------------------------


def _go(t: Terminal, on: Withdrawing, page: WithdrawPage, **changes: Any) -> Turn:
    changes.setdefault("trouble", "")
    there = replace(on, page=page, page_no=on.page_no + 1, **changes)
    rules = t.rules.joining
    wait_ms = {
        WithdrawPage.LOOK: t.rules.people.face_wait_ms,
        WithdrawPage.ASKING: ROOM_WAIT_MS,
        WithdrawPage.TAKING: ROOM_WAIT_MS,
        WithdrawPage.GONE: RECEIPT_SHOWN_MS,
        WithdrawPage.ENDED: rules.shown_ms,
    }.get(page, rules.page_wait_ms)
    wishes: list[Command] = [StartTimer(WITHDRAW_TIMER, there.page_no, wait_ms)]
    look = t.look if page is WithdrawPage.LOOK else None
    if t.look is not None and look is None:
        wishes += [RestFaces(), ForgetFaces()]
    return Turn(replace(t, withdrawing=there, look=look, notice=""), tuple(wishes))


def _ended(t: Terminal, on: Withdrawing, why: str) -> Turn:
    return _go(t, Withdrawing(on.visit_no, page_no=on.page_no), WithdrawPage.ENDED, trouble=why)


def _asked(t: Terminal, on: Withdrawing) -> Turn:
    assert on.person is not None, "nobody's agreements are looked up for nobody"
    turn = _go(t, on, WithdrawPage.ASKING)
    return replace(turn, commands=(*turn.commands, LookUpAgreements(on.person)))


def _close(t: Terminal, on: Withdrawing, _value: Secret | None, _at: Instant) -> Turn:
    """Back to where it began, whose time begins anew; whoever paid and is gone has nothing more to do
    here. The cashier keeps reading that somebody withdrew."""
    wishes: tuple[Command, ...] = (RestFaces(), ForgetFaces()) if t.look is not None else ()
    gone = on.page is WithdrawPage.GONE
    t = replace(t, withdrawing=None, look=None)
    match t.visit.stage:
        case Stage.CONFIRM:
            turn = enter(t, Stage.CONFIRM, reason=t.visit.reason)
        case Stage.PAID:
            turn = leave(t) if gone else enter(t, Stage.PAID)
        case _:
            turn = Turn(t)
    state = replace(turn.state, notice="withdrawn") if gone else turn.state
    return Turn(state, (*wishes, *turn.commands))


def _digits(t: Terminal, on: Withdrawing, value: Secret | None, _at: Instant) -> Turn:
    """Then the eyes open: what somebody agreed to is theirs alone to see."""
    if value is None or len(value.reveal()) != 4 or not value.reveal().isdigit():
        return Turn(t)
    number = t.looks + 1
    looking = replace(t, look=Look(number), looks=number)
    turn = _go(looking, on, WithdrawPage.LOOK, look=number)
    return replace(turn, commands=(*turn.commands, WatchFaces(number, value)))


def _read_all(t: Terminal, on: Withdrawing, _value: Secret | None, _at: Instant) -> Turn:
    return _go(t, on, WithdrawPage.ALL_TERMS)


def _back(t: Terminal, on: Withdrawing, _value: Secret | None, _at: Instant) -> Turn:
    return _go(t, on, WithdrawPage.AGREED, purposes=())


def _one(t: Terminal, on: Withdrawing, value: Secret | None, _at: Instant) -> Turn:
    """One purpose by itself."""
    word = typed(value)
    mine = tuple(purpose for purpose in on.given if purpose == word)
    return _go(t, on, WithdrawPage.SURE, purposes=mine) if mine else Turn(t)


def _all(t: Terminal, on: Withdrawing, _value: Secret | None, _at: Instant) -> Turn:
    return _go(t, on, WithdrawPage.SURE, purposes=on.given)


def _withdraw(t: Terminal, on: Withdrawing, _value: Secret | None, _at: Instant) -> Turn:
    assert on.person is not None, "nobody comes here unknown"
    turn = _go(t, on, WithdrawPage.TAKING)
    words = tuple(purpose.value for purpose in on.purposes)
    return replace(turn, commands=(*turn.commands, Withdraw(on.person, words, ASKED_FOR)))


CLOSABLE = frozenset(WithdrawPage) - {WithdrawPage.ASKING, WithdrawPage.TAKING, WithdrawPage.SURE}
TAPS: dict[tuple[WithdrawPage, Intent], Handler] = {
    **{(page, Intent.CLOSE): _close for page in WithdrawPage if page in CLOSABLE},
    (WithdrawPage.DIGITS, Intent.GIVE_DIGITS): _digits,
    (WithdrawPage.AGREED, Intent.READ_ALL): _read_all,
    (WithdrawPage.AGREED, Intent.TICK): _one,
    (WithdrawPage.AGREED, Intent.WITHDRAW): _all,
    (WithdrawPage.ALL_TERMS, Intent.BACK): _back,
    (WithdrawPage.SURE, Intent.BACK): _back,
    (WithdrawPage.SURE, Intent.WITHDRAW): _withdraw,
}


# --- who is it, and what did they agree to --------------------------------------------------------


def face_seen(t: Terminal, on: Withdrawing, evidence: FaceEvidence) -> Turn:
    """One more frame. A wrong guess counts as one at paying does."""
    if t.look is None or on.page is not WithdrawPage.LOOK:
        return Turn(t)
    t = replace(t, look=t.look.saw(evidence, t.rules.limits))
    assert t.look is not None
    match decide(t.look, t.rules.limits):
        case Undecided():
            return Turn(t)
        case Identified(person=person):
            known = replace(t, kept=replace(t.kept, tries=Tries()))
            return _asked(known, replace(on, person=person))
        case _:
            tries = t.kept.tries.failed(t.rules.retry)
            turn = _ended(replace(t, kept=replace(t.kept, tries=tries)), on, "unknown")
            pause = pause_wishes(turn.state) if tries.paused else ()
            return replace(turn, commands=(*turn.commands, *pause))


def found(t: Terminal, fact: AgreementsFound) -> Turn:
    """What the ledger says."""
    on = t.withdrawing
    if on is None or on.page is not WithdrawPage.ASKING or on.person != fact.person:
        return Turn(t)
    return _go(t, on, WithdrawPage.AGREED, agreed=fact.agreed) if fact.agreed else _ended(t, on, "unknown")


# --- taken back -----------------------------------------------------------------------------------


def called(t: Terminal, fact: WithdrawalCalled) -> Turn:
    """Somebody at the machine asks for it; not while anybody is being recognised or pays."""
    visit = t.visit
    if visit.stage in RECOGNISING or visit.stage is Stage.PAY or _busy_pages(t):
        return Turn(t)
    return Turn(t, (Withdraw(fact.person, fact.purposes, fact.why),))


def _busy_pages(t: Terminal) -> bool:
    return t.joining is not None or t.withdrawing is not None


def changed(t: Terminal, fact: ConsentChanged, at: Instant) -> Turn:
    """The turn that takes back. Only while this person's money is on its way nothing is done: then whoever
    asked asks again. A visit that was about to be this person's is nobody's from here on."""
    id = f"{t.rules.device}-{t.rules.era}-consent-{at.utc_ms}"
    if fact.receipt_sha256:
        id = f"{t.rules.device}-{t.rules.era}-withdrawn-{fact.receipt_sha256[:16]}"
    record = consent.record(fact, id)
    if fact.given or not fact.receipt_sha256:
        return Turn(t, (record,))
    visit = t.visit
    if visit.stage is Stage.PAY and visit.person == fact.person:
        return Turn(t)
    wishes: list[Command] = [record, TakeBack(fact.person, fact.purposes, fact.receipt_sha256)]
    if Purpose.FACE_PAY in fact.purposes:
        wishes.append(ForgetMember(fact.person))
        t = _unknown_from_now(t, fact)
        if t.visit.stage in RECOGNISING and visit.person in (None, fact.person):
            turn = enter(t, offer(t), visit=visit.of_nobody())
            t, wishes = turn.state, [*turn.commands, *wishes]
    on = t.withdrawing
    if on is not None and on.page is WithdrawPage.TAKING and on.person == fact.person:
        on = replace(on, visit_no=t.visit.stage_no, receipt_sha256=fact.receipt_sha256)
        t = replace(t, withdrawing=on)
    again = (StartTimer(RETENTION_TIMER, t.retention_round, LOOK_AGAIN_MS),) if fact.why == AWAY else ()
    state = t if again else replace(t, notice="withdrawn")
    return Turn(state, (*wishes, SignReceipt(fact.receipt_sha256), *again))


def _unknown_from_now(t: Terminal, fact: ConsentChanged) -> Terminal:
    names = {person: name for person, name in t.rules.names.items() if person != fact.person}
    return replace(t, rules=replace(t.rules, names=names))


def signed(t: Terminal, fact: ReceiptSigned) -> Turn:
    """The receipt of what is on disk now, for the page that waits for it."""
    on = t.withdrawing
    if on is None or on.page is not WithdrawPage.TAKING or on.receipt_sha256 != fact.receipt_sha256:
        return Turn(t)
    return _go(t, on, WithdrawPage.GONE, code=fact.code)


# --- time, and what comes loose -------------------------------------------------------------------


def timer(t: Terminal, generation: int, at: Instant) -> Turn:
    """Whoever walked off has changed nothing; a receipt goes with them."""
    on = t.withdrawing
    if on is None or generation != on.page_no:
        return Turn(t)
    if on.page in OVER:
        return _close(t, on, None, at)
    if on.page in (WithdrawPage.ASKING, WithdrawPage.TAKING):
        return _ended(t, on, "storage")
    return _ended(t, on, "unknown" if on.page is WithdrawPage.LOOK else "walked_off")


def watched(turn: Turn) -> Turn:
    """Called once for every turn: it ends when its visit goes on without it, or when what it needs comes
    loose."""
    t = turn.state
    on = t.withdrawing
    if on is None:
        return turn
    if t.visit.stage_no != on.visit_no:
        forget = (ForgetFaces(),) if on.page is WithdrawPage.LOOK else ()
        return Turn(replace(t, withdrawing=None), (*turn.commands, *forget))
    if on.page in OVER:
        return turn
    why = "" if t.works(Device.STORAGE) else "storage"
    if not why and on.page is WithdrawPage.LOOK and not t.sees:
        why = "no_camera"
    if not why:
        return turn
    ended = _ended(t, on, why)
    return replace(ended, commands=(*turn.commands, *ended.commands))


def retention_began(t: Terminal) -> Turn:
    """A start: who has been away too long is looked for in a minute, then every day."""
    number = t.retention_round + 1
    return Turn(replace(t, retention_round=number), (StartTimer(RETENTION_TIMER, number, LOOK_AFTER_MS),))


def retention_due(t: Terminal, generation: int) -> Turn:
    """Between two customers only."""
    if generation != t.retention_round:
        return Turn(t)
    busy = t.visit.stage is not Stage.IDLE or t.office is not None or _busy_pages(t)
    if busy or not t.works(Device.STORAGE):
        return Turn(t, (StartTimer(RETENTION_TIMER, generation, LOOK_AGAIN_MS),))
    return Turn(t, (DeleteAbsent(), StartTimer(RETENTION_TIMER, generation, DAY_MS)))
