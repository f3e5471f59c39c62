"""One cloud for the whole shop: it keeps the contract of `core.charge`, decides by the seed's dice, and
is slow, silent or late when the seed says so.

Same key, same answer; a fence is for ever, even for a key never seen; a charge that comes after its
deadline is refused; a copy that arrives while the first is being worked on is told `conflict`, which
says nothing of the first. Members have one balance, whichever till they stand at; a code pays once.
Refunds are kept in a book of their own (`refund_book`) and wait in the same queue.
"""

from __future__ import annotations

from collections.abc import Callable

from agent.core.charge import (
    Answer,
    Captured,
    ChargeRequest,
    CodePayer,
    Declined,
    FacePayer,
    NeverSeen,
    Pending,
    RefundAnswer,
    RefundRequest,
    Voided,
)
from agent.core.commands import AskCharge, AskMember, AskQuery, AskRefund, AskRefundQuery, AskVoid
from agent.core.events import MemberFound, MembershipTold, MembersMarked
from agent.core.ids import PaymentKey, RefundKey
from agent.ports import OutboxRow
from simulator.seeds.clockwork import Clockwork, What
from simulator.seeds.members import TOLD, MemberBook
from simulator.seeds.refund_book import BUSY, RefundBook
from simulator.seeds.shop import BALANCE_MINOR, MEMBERS, UTC_MS, marks

CAPTURED_SHARE, PENDING_SHARE = 0.65, 0.2  # of the charges that come in time; the rest is declined
OLD_LIST_SHARE = 0.5  # of the questions what a member has
TYPED_MEANWHILE_SHARE = 0.3  # of the voids that meet a customer typing a password
USUAL_MS, SLOW_MS = (1, 40), (200, 2_500)  # to work on one message; one after the other
WAITING_MS_MAX = 20_000  # a longer queue is not kept: what comes on top is dropped
PASSWORD_MS = (1_000, 50_000)

Ask = AskCharge | AskQuery | AskVoid
Reply = Callable[[PaymentKey, Answer], None]
RefundReply = Callable[[RefundKey, RefundAnswer], None]


class Cloud:
    """Ledger, queue and moods. `on_capture` and `on_refund` hear of money as it moves."""

    def __init__(
        self,
        clock: Clockwork,
        on_capture: Callable[[ChargeRequest], None],
        on_refund: Callable[[RefundRequest], None],
        deadlines: bool = True,
        trusting: bool = False,
        couponing: bool = False,
    ) -> None:
        self._clock = clock
        self._on_capture = on_capture
        self._deadlines = deadlines
        self._trusting = trusting
        self._couponing = couponing
        self.benefits = MemberBook()
        self.answers: dict[PaymentKey, Answer] = {}
        self.refunds = RefundBook(clock, self._captured, self._goes_back)
        self._on_refund = on_refund
        self._requests: dict[PaymentKey, ChargeRequest] = {}
        self._used: dict[str, PaymentKey] = {}
        self._in_work: set[str] = set()
        self._free_at_ms = 0
        self.slow = self.silent = False
        self.balances = dict.fromkeys(MEMBERS, BALANCE_MINOR)
        self.captures: list[ChargeRequest] = []
        self.records: dict[str, tuple[str, OutboxRow]] = {}
        self.rewritten: list[str] = []
        self._seqs: dict[str, set[int]] = {}
        self._reach: dict[str, int] = {}

    def marks(self) -> MembersMarked | None:
        """What is retained at the broker for a till that connects."""
        return marks(self._clock.now_ms) if self._trusting else None

    def membership(self) -> MembershipTold | None:
        """The rules of membership, retained as well, where the shop has one."""
        return TOLD if self._couponing else None

    # --- the queue --------------------------------------------------------------------------------

    def hears(self, wish: Ask, reply: Reply) -> None:
        """A message arrived; it is worked on after those before it, and answered unless all is silent."""
        key = key_of(wish)
        if isinstance(wish, AskCharge) and key in self._in_work:
            self._replies(reply, key, Declined("conflict"))
        elif self._queues(lambda: self._works(wish, key, reply)) and isinstance(wish, AskCharge):
            self._in_work.add(key)

    def hears_of_refund(self, wish: AskRefund | AskRefundQuery, reply: RefundReply) -> None:
        """The same for a message about a refund."""
        key = wish.request.key if isinstance(wish, AskRefund) else wish.key
        if isinstance(wish, AskRefund) and key in self._in_work:
            self._replies_refund(reply, key, BUSY)
        elif self._queues(lambda: self._works_refund(wish, key, reply)) and isinstance(wish, AskRefund):
            self._in_work.add(key)

    def hears_of_member(self, wish: AskMember, reply: Callable[[MemberFound], None]) -> None:
        """What does a member have? Answered from the book as it is when it is worked on."""

        def works() -> None:
            have = self.benefits.holdings(wish.person, self._clock.happens(OLD_LIST_SHARE))
            if not self.silent:
                reply(MemberFound(wish.number, have))

        self._queues(works)

    def _queues(self, what: What) -> bool:
        """Behind what waits already; False when that is too much."""
        work_ms = self._clock.between(*(SLOW_MS if self.slow else USUAL_MS))
        begin_ms = max(self._clock.now_ms, self._free_at_ms)
        if begin_ms - self._clock.now_ms > WAITING_MS_MAX:
            return False
        self._free_at_ms = begin_ms + work_ms
        self._clock.later(self._free_at_ms - self._clock.now_ms, what)
        return True

    def _works(self, wish: Ask, key: PaymentKey, reply: Reply) -> None:
        answer = self._decides(wish, key)
        if isinstance(wish, AskCharge):
            self._in_work.discard(key)
            if isinstance(answer, Pending):
                wait_ms = self._clock.between(*PASSWORD_MS)
                self._clock.later(wait_ms, lambda: self._replies(reply, key, self._settles(key)))
        self._replies(reply, key, answer)

    def _works_refund(self, wish: AskRefund | AskRefundQuery, key: RefundKey, reply: RefundReply) -> None:
        if isinstance(wish, AskRefund):
            self._in_work.discard(key)
            later = self.refunds.takes(wish.request, lambda word: self._replies_refund(reply, key, word))
            self._replies_refund(reply, key, later)
        else:
            self._replies_refund(reply, key, self.refunds.knows(key))

    def _replies_refund(self, reply: RefundReply, key: RefundKey, answer: RefundAnswer) -> None:
        if self._clock.told:
            self._clock.tell("cloud", f"{key}: {answer}{', and says nothing' if self.silent else ''}")
        if not self.silent:
            reply(key, answer)

    def _replies(self, reply: Reply, key: PaymentKey, answer: Answer) -> None:
        if self._clock.told:
            self._clock.tell("cloud", f"{key}: {answer}{', and says nothing' if self.silent else ''}")
        if not self.silent:
            reply(key, answer)

    # --- the ledger -------------------------------------------------------------------------------

    def _decides(self, wish: Ask, key: PaymentKey) -> Answer:
        match wish:
            case AskCharge(request=request):
                return self._charge(request)
            case AskQuery():
                return self.answers.get(key, NeverSeen())
            case AskVoid():
                return self._void(key)

    def _charge(self, request: ChargeRequest) -> Answer:
        key, known = request.key, self._requests.setdefault(request.key, request)
        if known != request:
            self.rewritten.append(key)
            return Declined("conflict")
        if key not in self.answers:
            self.answers[key] = self._judges(request)
        return self.answers[key]

    def _judges(self, request: ChargeRequest) -> Answer:
        if self._deadlines and UTC_MS + self._clock.now_ms > request.deadline_utc_ms:
            return Declined("late")
        if isinstance(request.payer, CodePayer):
            code = request.payer.code.reveal()
            if self._used.setdefault(code, request.key) != request.key:
                return Declined("used_code")
        if why := self.benefits.objection(request):
            return Declined(why)
        self.benefits.hold(request)
        dice = self._clock.chance.random()
        if dice < PENDING_SHARE:
            return Pending()
        return self._book(request, dice < PENDING_SHARE + CAPTURED_SHARE)

    def _void(self, key: PaymentKey) -> Answer:
        answer = self.answers.get(key)
        if isinstance(answer, Captured | Declined):
            return answer
        if isinstance(answer, Pending) and self._clock.happens(TYPED_MEANWHILE_SHARE):
            self.answers[key] = self._book(self._requests[key], True)
        else:
            self.answers[key] = Voided()
            if isinstance(answer, Pending):
                self.benefits.let_go(self._requests[key])
        return self.answers[key]

    def _settles(self, key: PaymentKey) -> Answer:
        """The customer typed the password, or gave up."""
        if isinstance(self.answers[key], Pending):
            self.answers[key] = self._book(self._requests[key], self._clock.happens(CAPTURED_SHARE))
        return self.answers[key]

    def _book(self, request: ChargeRequest, willing: bool) -> Answer:
        answer = self._moves(request, willing)
        if not isinstance(answer, Captured):
            self.benefits.let_go(request)
        return answer

    def _moves(self, request: ChargeRequest, willing: bool) -> Answer:
        if isinstance(request.payer, FacePayer):
            left = self.balances[request.payer.person] - request.amount.amount_minor
            if not willing or left < 0:
                return Declined("funds")
            self.balances[request.payer.person] = left
        elif not willing:
            return Declined("funds")
        self.captures.append(request)
        self._on_capture(request)
        return Captured(1, 1)

    # --- giving back ------------------------------------------------------------------------------

    def _captured(self, key: PaymentKey) -> ChargeRequest | None:
        return self._requests[key] if isinstance(self.answers.get(key), Captured) else None

    def _goes_back(self, part: RefundRequest) -> None:
        """To the member's balance, or to wherever the code's network keeps it."""
        payer = self._requests[part.payment_key].payer
        self.benefits.goes_back(self._requests[part.payment_key], part.amount.amount_minor)
        if isinstance(payer, FacePayer):
            self.balances[payer.person] += part.amount.amount_minor
        self._on_refund(part)

    # --- records ----------------------------------------------------------------------------------

    def keeps(self, till: str, row: OutboxRow) -> bool:
        """A record arrived: kept once, by its id; whether it may be acknowledged."""
        known = self.records.setdefault(row.id, (till, row))
        if known != (till, row):
            self.rewritten.append(row.id)
        self._seqs.setdefault(till, set()).add(row.seq)
        return not self.silent

    def reached(self, till: str) -> int:
        """Up to where it has every record of this till; 0 while the first is missing."""
        reach, seqs = self._reach.get(till, 0), self._seqs.get(till, set())
        while reach + 1 in seqs:
            reach += 1
        self._reach[till] = reach
        return reach


def key_of(wish: Ask) -> PaymentKey:
    """Which attempt it is about."""
    return wish.request.key if isinstance(wish, AskCharge) else wish.key
