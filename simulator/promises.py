"""What a cloud promises about money, as a suite that can be run against any of them over MQTT.

Enter: a broker's URL, one or two device ids the broker lets us use, a member with money and two coupons.
Leave: the names of the promises that were not kept, with what was seen. What its books say is in
`statement_promises`; `hyla-cloud promises` runs them all.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import fields, replace
from functools import partial

from agent.core.charge import (
    Captured,
    Declined,
    NeverSeen,
    RefundAccepted,
    Refunded,
    RefundNeverSeen,
    RefundRefused,
    Voided,
)
from agent.core.commands import AskQuery, AskRefundQuery, AskVoid
from agent.core.ids import DeviceId
from agent.core.money import Money
from simulator.bare_till import Garbled, Papers, Said, Till
from simulator.statement_promises import STATEMENT_PROMISES

__all__ = ["NO_COUPON", "PROMISES", "PROMISES_OF_TWO", "Papers", "Till", "broken_promises"]

NO_COUPON = "not tried: the member has no coupon"
BANK_ASKED_MAX = 20  # how often a refund that was only accepted is asked about


def _expect(seen: Said | None, wanted: Said | type[Captured | RefundRefused]) -> str:
    """Empty when it is so; else what was seen."""
    right = isinstance(seen, wanted) if isinstance(wanted, type) else seen == wanted
    return "" if right else f"expected {_words(wanted)}, saw {_words(seen)}"


def _words(said: Said | type[Captured | RefundRefused] | None) -> str:
    """As whoever writes a cloud knows it: `declined, reason conflict`."""
    if said is None:
        return "silence"
    kind = said if isinstance(said, type) else type(said)
    name = re.sub("(?<=[a-z])(?=[A-Z])", " ", kind.__name__).lower()
    content = (
        [] if isinstance(said, type) else [(one.name, getattr(said, one.name)) for one in fields(said)]
    )
    return ", ".join(
        [name, *(f"{key.replace('_', ' ')} {value}" for key, value in content if value is not None)]
    )


def same_key_same_answer(till: Till) -> str:
    """A repeat is answered with the first answer, balance and all: nothing moved the second time."""
    request = till.request()
    first = till.charge(request)
    return _expect(first, Captured) or (_expect(till.charge(request), first) if first else "silence")


def other_content_is_a_conflict(till: Till) -> str:
    """The same key with another amount is refused."""
    request = till.request(100)
    till.charge(request)
    return _expect(till.charge(replace(request, amount=Money(200))), Declined("conflict"))


def keys_are_kept(till: Till) -> str:
    """A query about a charged key knows it; about another it does not."""
    request = till.request()
    unknown = _expect(till.ask(AskQuery(request.key)), NeverSeen())
    till.charge(request)
    return unknown or _expect(till.ask(AskQuery(request.key)), Captured)


def a_void_fences_an_unseen_key(till: Till) -> str:
    """A charge that arrives after its void is never captured."""
    request = till.request()
    return _expect(till.ask(AskVoid(request.key)), Voided()) or _expect(till.charge(request), Voided())


def a_void_never_moves_captured_money(till: Till) -> str:
    """A void that comes too late says so."""
    request = till.request()
    till.charge(request)
    late = _expect(till.ask(AskVoid(request.key)), Captured)
    return late or _expect(till.ask(AskQuery(request.key)), Captured)


def a_late_charge_is_declined(till: Till) -> str:
    """After its deadline a charge is refused, for ever."""
    request = replace(till.request(), deadline_utc_ms=time.time_ns() // 1_000_000 - 1)
    late = _expect(till.charge(request), Declined("late"))
    return late or _expect(till.ask(AskQuery(request.key)), Declined("late"))


def _goes_back(seen: Said | None) -> str:
    """Given back, or agreed to."""
    return "" if isinstance(seen, Refunded | RefundAccepted) else f"expected a refund, saw {_words(seen)}"


def same_refund_number_same_money(till: Till) -> str:
    """However often a refund's number arrives, it is booked once: what is left may still go back."""
    request = till.request(100)
    till.charge(request)
    first = till.part(request, 1, 60)
    said = [till.refund(first) for _ in range(3)]
    changed = next((word for word in said if word != said[0] and word != Refunded()), None)
    again = f"expected {_words(said[0])} again, saw {_words(changed)}" if changed else ""
    return _goes_back(said[0]) or again or _goes_back(till.refund(till.part(request, 2, 40)))


def other_refund_content_is_a_conflict(till: Till) -> str:
    """The same number with another amount is refused."""
    request = till.request(100)
    till.charge(request)
    first = till.part(request, 1, 40)
    till.refund(first)
    return _expect(till.refund(replace(first, amount=Money(50))), RefundRefused("conflict"))


def no_more_goes_back_than_was_paid(till: Till) -> str:
    """A part that is too much is refused; the rest, to the last minor unit, is not."""
    request = till.request(100)
    till.charge(request)
    first = _goes_back(till.refund(till.part(request, 1, 60)))
    beyond = _expect(till.refund(till.part(request, 2, 41)), RefundRefused)
    return first or beyond or _goes_back(till.refund(till.part(request, 3, 40)))


def what_was_never_paid_does_not_go_back(till: Till) -> str:
    """A charge that nobody made, or that was fenced."""
    never, fenced = till.request(), till.request()
    till.ask(AskVoid(fenced.key))
    nobodys = _expect(till.refund(till.part(never, 1, 100)), RefundRefused)
    return nobodys or _expect(till.refund(till.part(fenced, 1, 100)), RefundRefused)


def a_refund_query_tells_the_truth(till: Till) -> str:
    """A number nobody sent is not known; one that was ends as it was answered, and stays so."""
    request = till.request(100)
    till.charge(request)
    part = till.part(request, 1, 100)
    unknown = _expect(till.ask(AskRefundQuery(part.key)), RefundNeverSeen())
    said = till.refund(part)
    for _ in range(BANK_ASKED_MAX):
        if said != RefundAccepted():
            break
        said = till.ask(AskRefundQuery(part.key))
    ended = said if isinstance(said, Refunded | RefundRefused) else Refunded()
    return unknown or _expect(till.ask(AskRefundQuery(part.key)), ended)


def a_coupon_is_used_once(till: Till) -> str:
    """However many payments want it: the second is refused whole, and its key is free of it for ever."""
    used = till.a_coupon()
    if used is None:
        return NO_COUPON
    first, second = (replace(till.request(), used=used) for _ in range(2))
    paid = _expect(till.charge(first), Captured)
    twice = _expect(till.charge(second), Declined("coupon_used"))
    return paid or twice or _expect(till.ask(AskQuery(second.key)), Declined("coupon_used"))


def a_coupon_comes_back_with_the_last_of_the_money(till: Till) -> str:
    """Not with the first part of a refund, and not before the money."""
    used = till.a_coupon()
    if used is None:
        return NO_COUPON
    request = replace(till.request(100), used=used)
    if wrong := _expect(till.charge(request), Captured):
        return wrong
    for number, part_minor, wanted in ((1, 60, False), (2, 40, True)):
        part = till.part(request, number, part_minor)
        said = till.refund(part)
        for _ in range(BANK_ASKED_MAX):
            if said != RefundAccepted():
                break
            said = till.ask(AskRefundQuery(part.key))
        if (used.coupons[0].id in till.coupons()) is not wanted:
            whole = "all" if wanted else "a part"
            return f"expected the coupon with all of the money, saw it otherwise when {whole} was back"
    return ""


PROMISES: tuple[Callable[[Till], str], ...] = (
    same_key_same_answer,
    other_content_is_a_conflict,
    keys_are_kept,
    a_void_fences_an_unseen_key,
    a_void_never_moves_captured_money,
    a_late_charge_is_declined,
    same_refund_number_same_money,
    other_refund_content_is_a_conflict,
    no_more_goes_back_than_was_paid,
    what_was_never_paid_does_not_go_back,
    a_refund_query_tells_the_truth,
    a_coupon_is_used_once,
    a_coupon_comes_back_with_the_last_of_the_money,
    *STATEMENT_PROMISES,
)


def a_coupon_is_used_at_one_till(till: Till, other: Till) -> str:
    """Two terminals of a shop show it to two people with one account: the second is refused."""
    used = till.a_coupon()
    if used is None:
        return NO_COUPON
    first, second = (replace(one.request(), used=used) for one in (till, other))
    paid = _expect(till.charge(first), Captured)
    twice = paid or _expect(other.charge(second), Declined("coupon_used"))
    till.refund(till.part(first, 1, first.amount.amount_minor))  # whoever comes next needs it
    return twice


def a_key_is_its_terminals_alone(till: Till, other: Till) -> str:
    """Another terminal learns nothing of it, fences nothing, charges nothing and gives nothing back."""
    request = till.request()
    fenced = _expect(other.ask(AskVoid(request.key)), NeverSeen())
    paid = fenced or _expect(till.charge(request), Captured)
    learnt = paid or _expect(other.ask(AskQuery(request.key)), NeverSeen())
    charged = learnt or _expect(other.charge(till.request()), Declined("foreign"))
    return charged or _expect(other.refund(till.part(request, 1, 1)), RefundRefused("foreign"))


PROMISES_OF_TWO: tuple[Callable[[Till, Till], str], ...] = (
    a_coupon_is_used_at_one_till,
    a_key_is_its_terminals_alone,
)


def broken_promises(
    url: str,
    device: DeviceId,
    person: str,
    other: DeviceId | None = None,
    papers: Sequence[Papers] = (Papers(), Papers()),
    heard: Callable[[str, str], None] = lambda _name, _seen: None,
) -> dict[str, str]:
    """Run them all, those of two terminals when `other` is named; name → what was seen, for those that
    were not kept, or NO_COUPON for those that could not be tried. `papers` are of the two; `heard` is told
    each as it ends, with nothing for a kept one."""
    seen: dict[str, str] = {}

    def ask(name: str, promise: Callable[[], str]) -> None:
        try:
            seen[name] = promise()
        except Garbled as error:
            seen[name] = str(error)
        heard(name, seen[name])

    with closing(Till(url, device, person, papers[0])) as till:
        for promise in PROMISES:
            ask(promise.__name__, partial(promise, till))
        if other is not None:  # only now: a link that nobody looks after is cut by the broker
            with closing(Till(url, other, person, papers[1])) as second:
                for of_two in PROMISES_OF_TWO:
                    ask(of_two.__name__, partial(of_two, till, second))
    return {name: text for name, text in seen.items() if text}
