"""Keeping the idle screen's promotions in time: a look now and then at what is due.

Enters: what is kept, and time. Leaves: the timer of the next look; what is due is said by `promotions`.
"""

from __future__ import annotations

from dataclasses import replace

from agent.core.commands import StartTimer
from agent.core.events import PromotionsKept
from agent.core.state import Terminal, Turn

PROMOTIONS_TIMER = "promotions"
LOOK_EVERY_MS = 30_000


def kept(t: Terminal, event: PromotionsKept) -> Turn:
    """Another list, or one more picture."""
    known = replace(t, promotions=event.promotions, pictures=event.pictures)
    return _look_again(known) if event.promotions.items else Turn(known)


def looked(t: Terminal, generation: int) -> Turn:
    """Nothing is decided: the views are made anew after every turn, and say what is due by then."""
    due = generation == t.promotions_round and bool(t.promotions.items)
    return _look_again(t) if due else Turn(t)


def _look_again(t: Terminal) -> Turn:
    number = t.promotions_round + 1
    return Turn(replace(t, promotions_round=number), (StartTimer(PROMOTIONS_TIMER, number, LOOK_EVERY_MS),))
