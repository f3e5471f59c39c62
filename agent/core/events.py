"""Everything that can come in. Facts are the only way the terminal learns anything.

Each is named in the past and says what happened, not what to do about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from agent.core.benefits import Holdings, MembershipRules
from agent.core.charge import Answer, RefundAnswer
from agent.core.codes import Code
from agent.core.compare import Difference
from agent.core.directions import LeavingOrder, OpenDebt, OpenDoubt
from agent.core.evidence import Candidate, FaceEvidence
from agent.core.ids import OrderId, PaymentKey, PersonId, RefundKey, Secret
from agent.core.intents import Intent as Intent  # a tap is a fact: whoever reads one finds its words here
from agent.core.intents import Screen as Screen
from agent.core.marks import TrustMarks
from agent.core.promotions import Promotions
from agent.core.sold import SoldOrder


class Device(StrEnum):
    """What can come loose. `CAMERA` sees colours; `INFRARED` and `DEPTH` not every terminal has. `CLOUD` is
    the link; `STORAGE` is the journal's disk; `PRINTER`, with the drawer behind it, not every till has."""

    CAMERA = "camera"
    INFRARED = "infrared"
    DEPTH = "depth"
    SCANNER = "scanner"
    PRINTER = "printer"
    SCREENS = "screens"
    VISION = "vision"
    CLOUD = "cloud"
    STORAGE = "storage"


OVERTAKEN = "overtaken"
"""Why STORAGE is lost for good: the cloud knows records of this journal that are not in it. It is a copy
that was put back, and there may be payments, members and withdrawals that it has forgotten."""
SEEING = (Device.CAMERA, Device.INFRARED, Device.DEPTH, Device.VISION)
"""What must all work before anybody pays by face: a sensor that a terminal has is never done without."""
NOT_EVERYWHERE = frozenset({Device.INFRARED, Device.DEPTH, Device.PRINTER})
"""Whoever builds a terminal that has one reports it lost (`starting`) before the first turn."""


@dataclass(frozen=True, slots=True)
class Started:
    """The process came up and the last state was read. Start-up is recovery; there is no other."""


@dataclass(frozen=True, slots=True)
class Tapped:
    """Somebody touched a screen or pressed a key, looking at the view `view_id`. `said` is written down
    instead of `value` (agent.turn): what was typed where it is no secret; of a PIN, whether it fitted."""

    screen: Screen
    view_id: int
    intent: Intent
    value: Secret | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class BarcodeScanned:
    """One beam, one code."""

    code: Code


@dataclass(frozen=True, slots=True)
class FaceSeen:
    """One frame was looked at while a face was wanted."""

    evidence: FaceEvidence


@dataclass(frozen=True, slots=True)
class TemplateMade:
    """What MakeTemplate of this look came to. `frames` of it show one living person, as whom the eyes hold
    a template in hand; `best` is the member nearest to it, `same_digits` the nearest with these digits."""

    look: int
    frames: int
    best: Candidate | None = None
    same_digits: Candidate | None = None


@dataclass(frozen=True, slots=True)
class ChargeAnswered:
    """The cloud said something about this key, in reply to an ask, a query or a void."""

    key: PaymentKey
    answer: Answer


@dataclass(frozen=True, slots=True)
class RefundAnswered:
    """The cloud said something about this refund, in reply to an ask or a query."""

    key: RefundKey
    answer: RefundAnswer


@dataclass(frozen=True, slots=True)
class OrdersFound:
    """What LookUpOrders with this number found, newest first."""

    number: int
    orders: tuple[SoldOrder, ...]


@dataclass(frozen=True, slots=True)
class NotPrinted:
    """A receipt did not come out, or not whole; `cause` is one word of `screens.pages.CAUSES`, or `drawer`
    when it was the drawer that did not open. Nobody tries again by themselves."""

    cause: str


@dataclass(frozen=True, slots=True)
class DayCompared:
    """What CompareDay with this day and number found. `differences` are the first of `count`; `file` is
    where all of them stand. `trouble`: why it could not be done (offline, storage); empty when it was."""

    day: int
    number: int
    differences: tuple[Difference, ...] = ()
    count: int = 0
    file: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class DayCalled:
    """Somebody at the machine wants a day compared, or closed as it was compared under `number`."""

    day: int
    close: bool = False
    number: int = 0


@dataclass(frozen=True, slots=True)
class RecordsTaken:
    """The cloud has committed these records (their ids); only this empties the outbox. `reached` is the
    last number up to which it has every record of this journal's epoch, 0 when it does not say."""

    ids: tuple[str, ...]
    reached: int = 0


@dataclass(frozen=True, slots=True)
class RecordRefused:
    """The cloud will never take this record: parked for a technician, not sent again."""

    id: str
    why: str


@dataclass(frozen=True, slots=True)
class MembersMarked:
    """The cloud says whom it trusts while the link is down; `settled` are orders on trust whose money
    others have received."""

    marks: TrustMarks
    settled: tuple[OrderId, ...] = ()


@dataclass(frozen=True, slots=True)
class PromotionsKept:
    """What the idle screen may show, and the checksums of the pictures that are here."""

    promotions: Promotions
    pictures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MemberFound:
    """What the member has whom AskMember with this number asked about."""

    number: int
    holdings: Holdings


@dataclass(frozen=True, slots=True)
class MembershipTold:
    """The cloud says by which rules the shop's membership goes."""

    rules: MembershipRules


@dataclass(frozen=True, slots=True)
class DeviceUp:
    """A device works (again). Posted once per recovery."""

    device: Device


@dataclass(frozen=True, slots=True)
class DeviceLost:
    """A device stopped working. `cause` is one word of `screens.pages.CAUSES` (`unplugged`, `frozen`,
    `dark`, `absent`, `refused` …); posted again at each try to bring it back that fails."""

    device: Device
    cause: str


@dataclass(frozen=True, slots=True)
class TimerFired:
    """Time is a fact. A stale generation is ignored."""

    name: str
    generation: int


@dataclass(frozen=True, slots=True)
class ConsentChanged:
    """A person agreed, or took an agreement back; then `receipt_sha256` is the digest of what the receipt
    says was done, and of the template that is destroyed where nothing is left to keep the face for."""

    person: PersonId
    purposes: tuple[str, ...]
    given: bool
    why: str
    receipt_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Agreed:
    """One purpose somebody agreed to, under which notice, when."""

    purpose: str
    notice_version: int
    utc_ms: int


@dataclass(frozen=True, slots=True)
class AgreementsFound:
    """What this person has agreed to and not taken back; empty for somebody nobody knows."""

    person: PersonId
    agreed: tuple[Agreed, ...]


@dataclass(frozen=True, slots=True)
class WithdrawalCalled:
    """Somebody at the machine takes back for this person; no purposes: all of them."""

    person: PersonId
    purposes: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class ReceiptSigned:
    """The receipt of what was taken back, as text for a square code."""

    receipt_sha256: str
    code: str


@dataclass(frozen=True, slots=True)
class TemplatesRenewed:
    """All templates were turned for another store key; the old one is destroyed."""

    epoch: int
    persons: int


@dataclass(frozen=True, slots=True)
class SettingsOffered:
    """Head office's settings of this version were checked and lie ready."""

    version: int


@dataclass(frozen=True, slots=True)
class CommandArrived:
    """Head office wants something done once, before then. The signature was checked."""

    id: str
    name: str
    expires_utc_ms: int
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CommandDone:
    """How CarryOut ended: done, failed or unknown; `told` is short and holds no secret."""

    id: str
    name: str
    outcome: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class TrainingEnded:
    """The till to practise on is gone, with all that was on it. Its views and looks were numbered up to
    here."""

    view_no: int
    looks: int


@dataclass(frozen=True, slots=True)
class UnsentCounted:
    """What CountUnsent with this number found: records on their way, and those that the cloud refused."""

    number: int
    unsent: int
    parked: int


@dataclass(frozen=True, slots=True)
class OrderJudged:
    """What JudgeOrder with this number came to: an order of head office, or why it is none for us."""

    number: int
    order: LeavingOrder | None
    refusal: str
    unsent: int
    parked: int


@dataclass(frozen=True, slots=True)
class FarewellSigned:
    """It is written down that we leave, with this receipt for head office; or it could not be: `trouble` is
    a word for the screens, and nothing was changed."""

    order: str
    receipt: str
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Head office hands over what a broken terminal had open. The signature was checked; that terminal's
    certificate was withdrawn before."""

    id: str
    broken: str
    debts: tuple[OpenDebt, ...]
    doubts: tuple[OpenDoubt, ...]


Event = (
    Started
    | Tapped
    | BarcodeScanned
    | FaceSeen
    | TemplateMade
    | ChargeAnswered
    | RefundAnswered
    | OrdersFound
    | NotPrinted
    | DayCompared
    | DayCalled
    | RecordsTaken
    | RecordRefused
    | MembersMarked
    | PromotionsKept
    | MemberFound
    | MembershipTold
    | DeviceUp
    | DeviceLost
    | TimerFired
    | ConsentChanged
    | AgreementsFound
    | WithdrawalCalled
    | ReceiptSigned
    | TemplatesRenewed
    | SettingsOffered
    | CommandArrived
    | CommandDone
    | TrainingEnded
    | UnsentCounted
    | OrderJudged
    | FarewellSigned
    | HandedOver
)


@dataclass(frozen=True, slots=True)
class Instant:
    """When a fact was taken from the inbox. `mono_ms` decides; `utc_ms` is only written and sent."""

    mono_ms: int
    utc_ms: int
