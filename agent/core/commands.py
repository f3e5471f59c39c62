"""Everything that can go out. Wishes are the only way the terminal changes the world.

They are carried out after the turn is on disk, never before; none of them blocks; results come back
as facts.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.core.charge import ChargeRequest, RefundRequest
from agent.core.ids import PaymentKey, PersonId, RefundKey, Secret


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
    of an order number, a whole one, or an amount with its point; empty: the last ones."""

    number: int
    words: str = ""


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


Command = (
    AskCharge
    | AskQuery
    | AskVoid
    | AskRefund
    | AskRefundQuery
    | AskMember
    | LookUpOrders
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
    | Beep
    | Trigger
    | TakeSettings
    | CarryOut
)
