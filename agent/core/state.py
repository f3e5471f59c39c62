"""The whole state of a terminal. What must survive a power cut is `Kept`; the rest is seen anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from agent.core.basket import Basket, Goods
from agent.core.benefits import NO_RULES, MembershipRules
from agent.core.commands import Command
from agent.core.day import Day
from agent.core.debt import Debt
from agent.core.directions import Sentence, TakenCommand
from agent.core.events import SEEING, Device
from agent.core.held import HeldOrder
from agent.core.identity import Limits, Look, Retry, Tries
from agent.core.ids import DeviceId, PersonId
from agent.core.joining import NO_JOINING, Joining, JoinRules
from agent.core.marks import NO_MARKS, TrustMarks
from agent.core.office import Office
from agent.core.offline import NO_TRUST, Exposure
from agent.core.payment import Waits
from agent.core.promotions import NO_PROMOTIONS, Promotions
from agent.core.refund import Refund, RefundWaits
from agent.core.shift import FIRST_SHIFT, Shift
from agent.core.slip import NO_PRINTER, Printing, SlipGiven
from agent.core.sold import RefundLimits
from agent.core.visit import Summary, Visit
from agent.core.withdrawing import Withdrawing

Language = Literal["zh", "en"]
STARTING = "starting"  # a device that has not reported yet
REFUSED = "refused"  # the cloud answers, and will not have this terminal
UNTRUE = (
    "customer_frozen",
    "customer_differs",
    "customer_gone",
    "cashier_frozen",
    "cashier_differs",
    "cashier_gone",
)
"""Why the screens count as lost although there are some: one does not show what it was sent, or has no
display of its own."""
RECENT_ORDERS = 6  # rows of the cashier's list
REFUNDS_SHOWN = 6  # ended ones that are still shown


@dataclass(frozen=True, slots=True)
class PeopleWaits:
    """How long each screen waits for a person; all from the profile's [screens]."""

    face_wait_ms: int
    digits_wait_ms: int
    match_wait_ms: int
    confirm_wait_ms: int
    paid_shown_ms: int
    offers_shown_ms: int = 12_000


@dataclass(frozen=True, slots=True)
class AfterPayment:
    """The profile's [after_payment]: codes that the paid screen shows."""

    invoice_url: str = ""
    friend_url: str = ""
    friend_discount_minor: int = 0

    @property
    def codes(self) -> bool:
        """Is there something to scan from the paid screen?"""
        return bool(self.invoice_url or self.friend_url)


@dataclass(frozen=True, slots=True)
class Rules:
    """What does not change while the process runs: settings, price list, masked names. `serial` is empty
    where head office did not claim the machine. `start_mark` is random, of this start of the process."""

    device: DeviceId
    epoch: str
    currency: str
    shop_zh: str
    shop_en: str
    till: int
    goods: Mapping[str, Goods]
    names: Mapping[PersonId, str]
    limits: Limits
    digits_tries: int
    waits: Waits
    people: PeopleWaits
    retry: Retry = field(default_factory=Retry)
    offline: Exposure = NO_TRUST
    joining: JoinRules = NO_JOINING
    refund_limits: RefundLimits = field(default_factory=RefundLimits)
    manager_pin: str = field(default="", repr=False)
    day_offset_ms: int = 0
    after_payment: AfterPayment = AfterPayment()
    printing: Printing = NO_PRINTER
    shop_offset_ms: int = 0
    promotions_dir: str = ""
    motion: bool = True
    serial: str = ""
    customer_touch: bool = True
    """Nobody gives digits or confirms without a finger: no touch, no face payment, codes only."""
    typed_amount_max_minor: int = 200_000
    """What one typed amount may be at most; 0: none is typed."""
    training: bool = False
    """This is the till to practise on: its journal, its cloud and its members are made up."""
    start_mark: str = ""

    @property
    def era(self) -> str:
        """The journal's epoch and the mark of this start: what is numbered here carries both, so that a
        journal that was put back from a copy gives no number a second time."""
        return f"{self.epoch}{self.start_mark}"

    def invites(self, person: PersonId | None) -> bool:
        """May whoever stands there become a member? Not where nobody judges who is alive."""
        able = self.joining.enabled and self.customer_touch and self.limits.threshold_live is not None
        return able and person is None

    @property
    def refund_waits(self) -> RefundWaits:
        return RefundWaits(self.waits.answer_wait_ms, self.waits.query_every_ms)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is on disk after every turn that changed it. `debts` are orders on trust, oldest first: none
    leaves before nothing is owed. `link_lost_utc_ms` is 0 while the link is up; `last_shift` is the
    shift that ended last. `commands` are those of head office that were taken and could
    still come again. `joined` counts members enrolled here, for their
    ids. `training_since_utc_ms` is 0 unless somebody practises on the till beside this one. `handovers` are
    those of broken terminals that were taken over. `slip_given` is the last receipt that was given.
    `comparisons` counts those of days that were asked for; a close is numbered by it. `overtaken`: it is a
    copy that was put back (see `events.OVERTAKEN`)."""

    visit: Visit
    orders: int = 0
    recent: tuple[Summary, ...] = ()
    tries: Tries = field(default_factory=Tries)
    debts: tuple[Debt, ...] = ()
    marks: TrustMarks = NO_MARKS
    link_lost_utc_ms: int = 0
    refunds: tuple[Refund, ...] = ()
    held: tuple[HeldOrder, ...] = ()
    pin_failures: int = 0
    shift: Shift = FIRST_SHIFT
    last_shift: Shift | None = None
    days: tuple[Day, ...] = ()
    membership: MembershipRules = NO_RULES
    commands: tuple[TakenCommand, ...] = ()
    sentence: Sentence | None = None
    joined: int = 0
    training_since_utc_ms: int = 0
    handovers: tuple[str, ...] = ()
    slip_given: SlipGiven | None = None
    comparisons: int = 0
    overtaken: bool = False

    @staticmethod
    def fresh(currency: str) -> Kept:
        """A terminal that has never sold anything."""
        return Kept(Visit(Basket(currency)))


@dataclass(frozen=True, slots=True)
class Terminal:
    """Rules, what is kept, and what is only seen.

    `down` maps each device that does not work to its cause. `view_no` names what both screens show
    now; a tap that answers another number is old. `since_ms` is when that view began. `office` is the back
    office's open page, None while the till sells. `low`: the customer reaches the lower two thirds only.
    `rounds` counts the looks for a debt to collect. `language` is the shop's own, for the next customer.
    `joining` is the customer on the way to becoming a member, `withdrawing` the one who looks at what they
    agreed to; looks above `looks_forgotten` are still remembered by the eyes. `promotions` are for the idle
    screen, with the `pictures` that are here. `printing` is the number of the look-up whose order is to be
    printed, 0 for none; `unprinted` says why a receipt did not come out, until people go on. `line` of the
    basket was changed or touched last; None: the last one (`basket_desk.chosen`).
    """

    rules: Rules
    kept: Kept
    down: Mapping[Device, str] = field(default_factory=dict)
    look: Look | None = None
    looks: int = 0
    rounds: int = 0
    notice: str = ""
    language: Language = "zh"
    languages: Mapping[str, Language] = field(default_factory=dict)
    large_text: frozenset[str] = frozenset()
    silent: bool = False
    low: bool = False
    view_no: int = 0
    since_ms: int = 0
    office: Office | None = None
    lookups: int = 0
    pin_free_at_ms: int = 0
    settings_offered: int = 0
    joining: Joining | None = None
    looks_forgotten: int = 0
    withdrawing: Withdrawing | None = None
    retention_round: int = 0
    promotions: Promotions = NO_PROMOTIONS
    pictures: tuple[str, ...] = ()
    promotions_round: int = 0
    printing: int = 0
    unprinted: str = ""
    line: int | None = None

    @property
    def visit(self) -> Visit:
        return self.kept.visit

    def works(self, device: Device) -> bool:
        return device not in self.down

    @property
    def may_trust(self) -> bool:
        """Whether goods may leave on trust now: nobody answers. A cloud that answers and will not have this
        terminal (withdrawn, replaced) would never hear of the debt."""
        return self.rules.offline.enabled and self.down.get(Device.CLOUD, REFUSED) != REFUSED

    @property
    def sees(self) -> bool:
        """Whether every camera that this terminal has works, and what looks through them."""
        return not any(device in self.down for device in SEEING)

    @property
    def practised(self) -> bool:
        """Somebody practises on the till beside this one, and nobody is served here."""
        return self.kept.training_since_utc_ms > 0

    @property
    def screens_true(self) -> bool:
        """Nobody is charged before both screens were seen right since they (re)connected, nor while one
        stands still, shows something else or is dark."""
        return self.works(Device.SCREENS)


@dataclass(frozen=True, slots=True)
class Turn:
    """What a step leads to: the next state, and wishes to carry out once it is on disk."""

    state: Terminal
    commands: tuple[Command, ...] = ()
