"""What the customer's taps do on the way to becoming a member: a table (page × intent → what happens).

Enters: taps of the customer's screen, frames of a face, the eyes' word about a template. Leaves: one turn
that enrols (agreement, template and records in one transaction), or an end that keeps nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from agent.core import consent
from agent.core.commands import (
    Command,
    EnrolMember,
    ForgetFaces,
    KeepRecord,
    MakeTemplate,
    RestFaces,
    StartTimer,
    WatchFaces,
)
from agent.core.consent import NOTICE, AgeGroup, Agreement, Purpose
from agent.core.events import ConsentChanged, Device, Instant, Intent, TemplateMade
from agent.core.evidence import FaceEvidence
from agent.core.identity import Look
from agent.core.ids import PersonId, Secret, typed
from agent.core.joining import (
    OVER,
    Joining,
    JoinPage,
    guardian_named,
    last_four,
    looks_like_phone,
    masked,
    member_id,
)
from agent.core.stages import enter, leave, offer
from agent.core.state import Terminal, Turn
from agent.core.visit import Stage

JOIN_TIMER = "join"
MAKING_WAIT_MS = 5_000
AT = frozenset({Stage.CHOOSE, Stage.NOBODY, Stage.PAID})
TAKEN_FOR_SOMEBODY_ELSE = ("not_live", "too_many_tries")
WHY = "agreed at the terminal"
ALONE = frozenset({Intent.DONE, Intent.OFFICE})  # a cashier's reflex that would send the customer away
Handler = Callable[[Terminal, Joining, Secret | None, Instant], Turn]


def offered(t: Terminal) -> bool:
    """Is becoming a member one touch away? Not for members, nor where nobody judges who is alive."""
    visit = t.visit
    if visit.stage not in AT or t.kept.tries.paused or not t.rules.invites(visit.person):
        return False
    return visit.stage is not Stage.NOBODY or visit.reason not in TAKEN_FOR_SOMEBODY_ELSE


def opened(t: Terminal) -> Turn:
    """One touch: what is agreed to, or the one sentence that says why not now."""
    if not offered(t):
        return Turn(t)
    joining, why = Joining(t.visit.stage_no), _missing(t)
    return _ended(t, joining, why) if why else _go(t, joining, JoinPage.TERMS)


def tapped(t: Terminal, joining: Joining, intent: Intent, value: Secret | None, at: Instant) -> Turn:
    """Look the tap up in the table; what is not in it changes nothing."""
    handler = TAPS.get((joining.page, intent))
    return handler(t, joining, value, at) if handler else Turn(t)


# --- turning pages --------------------------------------------------------------------------------


def _go(t: Terminal, joining: Joining, page: JoinPage, **changes: Any) -> Turn:
    changes.setdefault("trouble", "")
    there = replace(joining, page=page, page_no=joining.page_no + 1, **changes)
    rules = t.rules.joining
    wait_ms = {
        JoinPage.LOOK: t.rules.people.face_wait_ms,
        JoinPage.KEEPING: MAKING_WAIT_MS,
        JoinPage.JOINED: rules.shown_ms,
        JoinPage.ENDED: rules.shown_ms,
    }.get(page, rules.page_wait_ms)
    wishes: list[Command] = [StartTimer(JOIN_TIMER, there.page_no, wait_ms)]
    look = t.look if page is JoinPage.LOOK else None
    if t.look is not None and look is None:
        wishes.append(RestFaces())
    return Turn(replace(t, joining=there, look=look, notice=""), tuple(wishes))


def _ended(t: Terminal, joining: Joining, why: str) -> Turn:
    """One sentence, and nothing of this person is left: no number, no face."""
    turn = _go(t, Joining(joining.visit_no, page_no=joining.page_no), JoinPage.ENDED, trouble=why)
    return _and_forget(turn)


def _and_forget(turn: Turn) -> Turn:
    t = replace(turn.state, looks_forgotten=turn.state.looks)
    return Turn(t, (*turn.commands, ForgetFaces()))


def _stop(t: Terminal, joining: Joining, _value: Secret | None, _at: Instant) -> Turn:
    """Back to where it began; whoever has paid has nothing more to do here but to take the codes along."""
    wishes = (RestFaces(),) if t.look is not None else ()
    gone = _and_forget(Turn(replace(t, joining=None, look=None), wishes))
    back = _paid(gone.state, joining) if t.visit.stage is Stage.PAID else _to_the_choice(gone.state)
    return replace(back, commands=(*gone.commands, *back.commands))


def _paid(t: Terminal, joining: Joining) -> Turn:
    """Whoever has just joined is not asked to join once more."""
    if not t.rules.after_payment.codes:
        return leave(t)
    joined = joining.page is JoinPage.JOINED
    person = member_id(t.rules.device, t.rules.era, t.kept.joined) if joined else t.visit.person
    return enter(t, Stage.PAID, visit=replace(t.visit, person=person))


def _to_the_choice(t: Terminal) -> Turn:
    return enter(t, offer(t)) if t.visit.stage in AT else Turn(t)


def _tick(t: Terminal, joining: Joining, value: Secret | None, _at: Instant) -> Turn:
    """Each purpose is agreed to by itself; a second touch takes the tick away."""
    word = typed(value)
    if word not in list(Purpose):
        return Turn(t)
    purposes = tuple(p for p in Purpose if (p in joining.purposes) != (p == word))
    return _go(t, joining, JoinPage.TERMS, purposes=purposes)


def _read_all(t: Terminal, joining: Joining, _value: Secret | None, _at: Instant) -> Turn:
    return _go(t, joining, JoinPage.ALL_TERMS)


def _back_to_terms(t: Terminal, joining: Joining, _value: Secret | None, _at: Instant) -> Turn:
    return _go(t, joining, JoinPage.TERMS, age=AgeGroup.UNKNOWN, guardian_phone=None)


def _agree(t: Terminal, joining: Joining, _value: Secret | None, _at: Instant) -> Turn:
    if not may_agree(joining):
        return _go(t, joining, JoinPage.TERMS, trouble="tick")
    return _go(t, joining, JoinPage.PHONE, age=AgeGroup.FROM_14)


def _under_14(t: Terminal, joining: Joining, _value: Secret | None, _at: Instant) -> Turn:
    if not may_agree(joining):
        return _go(t, joining, JoinPage.TERMS, trouble="tick")
    return _go(t, joining, JoinPage.GUARDIAN, age=AgeGroup.UNDER_14)


def may_agree(joining: Joining) -> bool:
    """Without paying by face there is nothing a face would be kept for here."""
    return Purpose.FACE_PAY in joining.purposes


def _guardian_agrees(t: Terminal, joining: Joining, _value: Secret | None, _at: Instant) -> Turn:
    return _go(t, joining, JoinPage.GUARDIAN_PHONE)


def _guardian_phone(t: Terminal, joining: Joining, value: Secret | None, _at: Instant) -> Turn:
    if value is None or not looks_like_phone(value.reveal(), t.rules.joining.phone_digits):
        return _go(t, joining, JoinPage.GUARDIAN_PHONE, trouble="phone")
    return _go(t, joining, JoinPage.PHONE, guardian_phone=value)


def _phone(t: Terminal, joining: Joining, value: Secret | None, _at: Instant) -> Turn:
    """Then the eyes open: whoever agreed must stand there now, alive."""
    if value is None or not looks_like_phone(value.reveal(), t.rules.joining.phone_digits):
        return _go(t, joining, JoinPage.PHONE, trouble="phone")
    number = t.looks + 1
    looking = replace(t, look=Look(number), looks=number)
    turn = _go(looking, joining, JoinPage.LOOK, phone=value, look=number)
    return replace(turn, commands=(*turn.commands, WatchFaces(number)))


TAPS: dict[tuple[JoinPage, Intent], Handler] = {
    **{(page, Intent.STOP_JOINING): _stop for page in JoinPage if page is not JoinPage.KEEPING},
    (JoinPage.TERMS, Intent.TICK): _tick,
    (JoinPage.TERMS, Intent.READ_ALL): _read_all,
    (JoinPage.TERMS, Intent.AGREE): _agree,
    (JoinPage.TERMS, Intent.UNDER_14): _under_14,
    (JoinPage.ALL_TERMS, Intent.BACK): _back_to_terms,
    (JoinPage.GUARDIAN, Intent.AGREE): _guardian_agrees,
    (JoinPage.GUARDIAN, Intent.BACK): _back_to_terms,
    (JoinPage.GUARDIAN_PHONE, Intent.GIVE_DIGITS): _guardian_phone,
    (JoinPage.PHONE, Intent.GIVE_DIGITS): _phone,
}


# --- the face -------------------------------------------------------------------------------------


def face_seen(t: Terminal, joining: Joining, evidence: FaceEvidence) -> Turn:
    """One more frame. Enough of a living face, and the eyes are asked for a template."""
    if t.look is None or joining.page is not JoinPage.LOOK:
        return Turn(t)
    limits = t.rules.limits
    look = t.look.saw(evidence, limits)
    t = replace(t, look=look)
    least = limits.threshold_live
    judged = [f.live_score for f in look.frames if f.live_score is not None]
    alive = sum(score >= least for score in judged) if least is not None else 0
    if len(judged) - alive >= limits.quorum_frames:
        return _ended(t, joining, "not_live")
    if alive < limits.quorum_frames or joining.phone is None:
        return Turn(t)
    turn = _go(t, joining, JoinPage.KEEPING)
    return replace(turn, commands=(*turn.commands, MakeTemplate(joining.look, last_four(joining.phone))))


def template_made(t: Terminal, joining: Joining, made: TemplateMade) -> Turn:
    """The last look at everything that may be against it; then this turn makes a member."""
    if joining.page is not JoinPage.KEEPING or made.look != joining.look:
        return Turn(t)
    why = _missing(t) or _against(t, made)
    return _ended(t, joining, why) if why else _enrolled(t, joining)


def _against(t: Terminal, made: TemplateMade) -> str:
    near = t.rules.limits.threshold_cosine
    if made.frames < t.rules.limits.quorum_frames:
        return "unclear"
    if made.same_digits is not None and made.same_digits.score_cosine >= near:
        return "already"
    if made.best is not None and made.best.score_cosine >= near:
        return "too_close"
    return ""


def _enrolled(t: Terminal, joining: Joining) -> Turn:
    """Agreement, template and both records stand or fall with this turn."""
    number = t.kept.joined + 1
    person = member_id(t.rules.device, t.rules.era, number)
    assert joining.phone is not None, "nobody comes here without a number"
    name = masked(joining.phone)
    agreement = Agreement(
        person, joining.purposes, NOTICE.version, joining.age, guardian_named(joining.guardian_phone)
    )
    enrol = EnrolMember(
        joining.look, person, agreement.purposes, NOTICE.version, joining.age, agreement.guardian,
        name, last_four(joining.phone),
    )  # fmt: skip
    rules = replace(t.rules, names={**t.rules.names, person: name})
    t = replace(t, rules=rules, kept=replace(t.kept, joined=number))
    there = Joining(joining.visit_no, page_no=joining.page_no, name_masked=name)
    turn = _and_forget(_go(t, there, JoinPage.JOINED))
    return replace(turn, commands=(enrol, *_records(t, agreement, person), *turn.commands))


def _records(t: Terminal, agreement: Agreement, person: PersonId) -> tuple[KeepRecord, ...]:
    """What the cloud hears: who, and what for; where the money may come from next time is what paid this
    time. No face, no digit, no guardian."""
    purposes = tuple(purpose.value for purpose in agreement.purposes)
    agreed = consent.record(ConsentChanged(person, purposes, True, WHY), f"{person}-consent")
    payment = t.visit.payment
    data: dict[str, object] = {
        "person": person,
        "purposes": list(purposes),
        "notice_version": agreement.notice_version,
        "order_id": payment.order_id if payment else None,
        "paid_key": payment.paid_key if payment else None,
    }
    return agreed, KeepRecord(f"{person}-joined", "member_joined", data)


# --- time, and what comes loose -------------------------------------------------------------------


def timer(t: Terminal, generation: int, at: Instant) -> Turn:
    """Whoever walked off has not joined."""
    joining = t.joining
    if joining is None or generation != joining.page_no:
        return Turn(t)
    if joining.page in OVER:
        return _stop(t, joining, None, at)
    return _ended(t, joining, "no_camera" if joining.page is JoinPage.KEEPING else "walked_off")


def watched(turn: Turn) -> Turn:
    """Called once for every turn: joining ends when its visit goes on without it, or when what it needs
    comes loose; and what the eyes remember ends with the visit."""
    t = turn.state
    joining = t.joining
    if joining is not None and t.visit.stage_no != joining.visit_no:
        return _and_forget(replace(turn, state=replace(t, joining=None)))
    if joining is not None and joining.page not in OVER and (why := _missing(t)):
        ended = _ended(t, joining, why)
        return replace(ended, commands=(*turn.commands, *ended.commands))
    between = t.visit.stage in (Stage.IDLE, Stage.BASKET)
    if between and t.rules.joining.enabled and t.looks > t.looks_forgotten:
        return _and_forget(turn)
    return turn


def _missing(t: Terminal) -> str:
    if not t.works(Device.STORAGE):
        return "storage"
    if not t.works(Device.CLOUD):
        return "offline"
    return "" if t.works(Device.CAMERA) and t.works(Device.VISION) else "no_camera"
