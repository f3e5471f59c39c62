"""A cashier who types amounts and changes lines, on the days from seed 160 on that are even.

Enters: the terminal as it stands. Leaves: a tap, or None: somebody else acts. The dice are its own: on all
other days nobody throws another number.
"""

from __future__ import annotations

from random import Random

from agent.core.events import Event, Intent, Screen, Tapped
from agent.core.ids import Secret
from agent.core.state import Terminal
from agent.core.visit import Stage

SINCE, EVERY = 160, 2  # seeds
TYPED = ("0.01", "2", "6.80", "12,5", "20", "", "0", "2000.01", "12345678", "1.999", "x")
SHARE = {Stage.IDLE: 0.15, Stage.BASKET: 0.5}  # of the moments
CHANGES = (Intent.PICK_LINE, Intent.MORE, Intent.MORE, Intent.FEWER, Intent.REMOVE_LINE)


class Typist:
    """What they do next with the basket, by dice of their own."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice

    def act(self, t: Terminal) -> Event | None:
        """Sometimes on the view of a moment ago, sometimes about a line that there is not."""
        if t.office is not None or self._dice.random() >= SHARE.get(t.visit.stage, 0.0):
            return None
        lines = len(t.visit.basket.lines)
        if not lines or self._dice.random() < 0.4:
            intent, value = Intent.TYPE_AMOUNT, self._dice.choice(TYPED)
        else:
            intent, value = self._dice.choice(CHANGES), str(self._dice.randrange(lines + 1))
        old = self._dice.random() < 0.1
        return Tapped(Screen.CASHIER, t.view_no - old, intent, Secret(value))


def of_day(seed: int, till: str) -> Typist | None:
    """Whoever works at this till on this day, if they type."""
    return Typist(Random(f"{seed}:typist:{till}")) if seed >= SINCE and seed % EVERY == 0 else None
