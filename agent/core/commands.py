"""Everything that can go out. Wishes are the only way the terminal changes the world.

They are carried out after the turn is on disk, never before; none of them blocks; results come back
as facts.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.core.charge import ChargeRequest, RefundRequest
from agent.core.ids import PaymentKey, PersonId, RefundKey, Secret
from agent.core.sold import SoldOrder


@dataclass(frozen=True, slots=True)
class AskCharge:
    """Ask the cloud to move money, once, under the request's key."""

    request: ChargeRequest


@dataclass(frozen=True, slots=True)
class AskQuery:
    """Ask what became of a key."""

    key: PaymentKey


@dataclass(frozen=True, slots=True)
class AskVoid:
    """Fence a key for ever, unless it was captured; the answer says which."""

    key: PaymentKey


@dataclass(frozen=True, slots=True)
class AskRefund:
    """Ask the cloud to give money back, once, under the request's number."""

    request: RefundRequest


@dataclass(frozen=True, slots=True)
class AskRefundQuery:
    """Ask what became of a refund."""

    key: RefundKey


@dataclass(frozen=True, slots=True)
class AskMember:
    """Ask what this member has; comes back as MemberFound with this number, or not at all."""

    number: int
    person: PersonId


@dataclass(frozen=True, slots=True)
class LookUpOrders:
    """Look for sold orders in the journal; comes back as OrdersFound with this number. `words` is the end
    of an order number, a whole one, an amount with its point, or a time of day with its colon; empty: the
    last ones. `whole`: this one number alone, with its goods."""

    number: int
    words: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class PrintSlip:
    """Print this order's receipt, at most once: `copy` is 0 for the first one, and it is counted already.
    Comes back as NotPrinted, or not at all."""

    order: SoldOrder
    copy: int
    practice: bool = False


@dataclass(frozen=True, slots=True)
class OpenDrawer:
    """Cash goes in or out: let the drawer spring open."""


@dataclass(frozen=True, slots=True)
class CompareDay:
    """Fetch the cloud's ledger and the provider's bill of this business day and compare them with the
    journal; comes back as DayCompared with this number, always."""

    day: int
    number: int


@dataclass(frozen=True, slots=True)
class KeepRecord:
    """Put a record into the outbox in this very transaction. `data` is plain JSON values."""

    id: str
    kind: str
    data: dict[str, object]


@dataclass(frozen=True, slots=True)
class DropRecords:
    """The cloud has them: take them out of the outbox."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParkRecord:
    """The cloud refuses it: keep it, do not send it again."""

    id: str
    why: str


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Post TimerFired(name, generation) after so long. A later start under the same name replaces it."""

    name: str
    generation: int
    after_ms: int


@dataclass(frozen=True, slots=True)
class WatchFaces:
    """Look at faces and report FaceSeen with this `look` number; with digits, only among the members
    whose phone ends in them."""

    look: int
    digits: Secret | None = None


@dataclass(frozen=True, slots=True)
class RestFaces:
    """Stop looking, forget what was seen."""


@dataclass(frozen=True, slots=True)
class MakeTemplate:
    """Make a template of the living face seen in this look, and see who is like it, also among the members
    with these digits; comes back as TemplateMade. The template stays in the eyes' hand."""

    look: int
    digits: Secret


@dataclass(frozen=True, slots=True)
class EnrolMember:
    """Write this agreement and the template in hand, in this very transaction; then the eyes know them.
    `guardian` is named below fourteen."""

    look: int
    person: PersonId
    purposes: tuple[str, ...]
    notice_version: int
    age: str
    guardian: str
    name_masked: str
    digits: Secret


@dataclass(frozen=True, slots=True)
class ForgetFaces:
    """The visit is over: let go of every face that is remembered of it."""


@dataclass(frozen=True, slots=True)
class LookUpAgreements:
    """Ask the consent ledger; comes back as AgreementsFound."""

    person: PersonId


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Make ready what it takes to take these agreements back (none: all of them); comes back as
    ConsentChanged with the digest of the receipt to be, or not at all."""

    person: PersonId
    purposes: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Write that these agreements are taken back, in this very transaction, and destroy the template where
    nothing is left to keep it for."""

    person: PersonId
    purposes: tuple[str, ...]
    receipt_sha256: str


@dataclass(frozen=True, slots=True)
class ForgetMember:
    """The eyes no longer know this person."""

    person: PersonId


@dataclass(frozen=True, slots=True)
class SignReceipt:
    """Fold the log, so that no older copy is left, and sign the receipt; comes back as ReceiptSigned."""

    receipt_sha256: str


@dataclass(frozen=True, slots=True)
class DeleteAbsent:
    """Look for members who have been away too long; each comes back as ConsentChanged."""


@dataclass(frozen=True, slots=True)
class Beep:
    """Let the scanner sound content or not about the code it gave, if it can."""

    good: bool


@dataclass(frozen=True, slots=True)
class Trigger:
    """Let the scanner read, or not, without anybody's finger on it, if it can."""

    on: bool


@dataclass(frozen=True, slots=True)
class TakeSettings:
    """Nobody is served: take the settings of this version over, which ends in a restart."""

    version: int


@dataclass(frozen=True, slots=True)
class CarryOut:
    """Do what head office wants; comes back as CommandDone with this id, unless the process ends first."""

    id: str
    name: str
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class BeginTraining:
    """Put a till beside this one to practise on, made of the state as it is now; all that people do is its
    business from here on."""


@dataclass(frozen=True, slots=True)
class EndTraining:
    """Wished by the till that is practised on: away with it; the other one hears TrainingEnded."""


@dataclass(frozen=True, slots=True)
class CountUnsent:
    """Count what the cloud does not have yet; comes back as UnsentCounted with this number."""

    number: int


@dataclass(frozen=True, slots=True)
class JudgeOrder:
    """See whether this code is head office's order for this terminal to leave; comes back as OrderJudged
    with this number. Its text stays with whoever judged it, until the next one."""

    number: int
    code: Secret


@dataclass(frozen=True, slots=True)
class SignFarewell:
    """Somebody has confirmed this order: sign the receipt and write down that we leave. From then on a
    restart leaves; comes back as FarewellSigned."""

    order: str


@dataclass(frozen=True, slots=True)
class Depart:
    """Head office has heard of it, or will not in time: start again, and leave."""


Command = (
    AskCharge
    | AskQuery
    | AskVoid
    | AskRefund
    | AskRefundQuery
    | AskMember
    | LookUpOrders
    | PrintSlip
    | OpenDrawer
    | CompareDay
    | KeepRecord
    | DropRecords
    | ParkRecord
    | StartTimer
    | WatchFaces
    | RestFaces
    | MakeTemplate
    | EnrolMember
    | ForgetFaces
    | LookUpAgreements
    | Withdraw
    | TakeBack
    | ForgetMember
    | SignReceipt
    | DeleteAbsent
    | Beep
    | Trigger
    | TakeSettings
    | CarryOut
    | BeginTraining
    | EndTraining
    | CountUnsent
    | JudgeOrder
    | SignFarewell
    | Depart
)
