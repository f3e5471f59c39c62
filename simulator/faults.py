"""What can be wrong with the simulated cloud, switched from any thread while it runs."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from threading import Lock

# Promises of the contract that can be broken on purpose; simulator.promises notices each.
BREAKABLE = (
    "forgets_keys",
    "void_does_not_fence",
    "same_key_charges_again",
    "ignores_deadline",
    "accepts_other_content",
    "voids_captured",
    "refund_number_books_again",
    "refunds_beyond_paid",
    "accepts_other_refund",
    "refunds_unknown_charges",
    "forgets_refunds",
    "query_invents_refunds",
    "answers_about_foreign_keys",
    "coupon_used_twice",
    "refund_keeps_coupons",
    "statement_lists_twice",
    "statement_leaves_out_refunds",
    "statement_lists_what_did_not_move",
    "statement_takes_in_its_last_moment",
    "statement_pages_overlap",
    "statement_repeats_its_last_page",
    "statement_of_every_device",
)


class Faults:
    """Everything works until told otherwise. Shares (`_pct`) are drawn from the seed.

    answer_delay_ms: how late each answer leaves. double_answers: each answer is sent twice. members_silent:
    nobody says what a member has. bill: what is
    wrong with the provider's bill (simulator.statement_book names what can be).
    """

    def __init__(self, seed: int, changed: Callable[[], None] = lambda: None) -> None:
        self._lock = Lock()
        self._random = Random(seed)
        self._changed = changed
        self._lose = 0
        self._holding = False
        self._broken: frozenset[str] = frozenset()
        self.answer_delay_ms = 0
        self.double_answers = False
        self.members_silent = False
        self.bill: frozenset[str] = frozenset()
        self.lost_answers_pct = 0
        self.doubled_answers_pct = 0

    def lose_next_answers(self, count: int) -> None:
        """The next answers are booked but never sent."""
        with self._lock:
            self._lose = count

    def hold_charges(self) -> None:
        """Charges are received and lie there: nothing is booked, nothing answered."""
        with self._lock:
            self._holding = True

    def release_charges(self) -> None:
        """Book what lies there, in order."""
        with self._lock:
            self._holding = False
        self._changed()

    def break_promise(self, *names: str) -> None:
        """Break these promises (BREAKABLE) and keep all others. No name: keep all."""
        unknown = set(names) - set(BREAKABLE)
        if unknown:
            raise ValueError(f"no such promise: {', '.join(unknown)} (expected {', '.join(BREAKABLE)})")
        with self._lock:
            self._broken = frozenset(names)

    @property
    def broken(self) -> frozenset[str]:
        return self._broken

    @property
    def holding(self) -> bool:
        return self._holding

    def copies(self) -> int:
        """How often the next answer leaves: 0, 1 or 2."""
        with self._lock:
            if self._lose > 0:
                self._lose -= 1
                return 0
            if self._random.randrange(100) < self.lost_answers_pct:
                return 0
            doubled = self._random.randrange(100) < self.doubled_answers_pct
        return 2 if doubled or self.double_answers else 1
