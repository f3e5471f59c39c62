"""Two ways to use both screens: a finger that touches no key, a keyboard that touches no glass."""

from __future__ import annotations

from typing import Protocol

from tests.desk.till import PATIENCE_S, Till, words

TABS_MAX = 40  # more stops than any page has


class Hand(Protocol):
    """What a person does at either screen, whichever way."""

    def press(self, screen: str, intent: str) -> None: ...
    def type(self, screen: str, text: str) -> None: ...
    def choose_first(self) -> None: ...
    def choose_line(self, line: str, key: str) -> None: ...


class Finger:
    """The pointer only: buttons, rows, the keys of the pads on the glass."""

    def __init__(self, till: Till) -> None:
        self._till, self._counter = till, till.counter

    def press(self, screen: str, intent: str) -> None:
        self._till.touch(screen, intent)

    def type(self, screen: str, text: str) -> None:
        for sign in text:
            self._touch(screen, f"key-{sign}")
        if screen == "cashier":
            self._touch(screen, "key-done")
        else:
            self.press(screen, "give_digits")

    def choose_first(self) -> None:
        self._touch("cashier", "choice-")

    def choose_line(self, line: str, _key: str) -> None:
        self._touch("cashier", f"line-{line}")

    def _touch(self, screen: str, name: str) -> None:
        self._counter.acted()
        self._counter.fingers.touch(screen, name, PATIENCE_S)


class Keyboard:
    """Keys only. The cashier reads the key on the button; the customer goes there with Tab."""

    def __init__(self, till: Till, keys: dict[str, str]) -> None:
        self._till, self._counter, self._keys = till, till.counter, keys

    def press(self, screen: str, intent: str) -> None:
        if screen == "customer":
            self._go(screen, f"button-{intent}")
            return
        # One key means different things on different pages: its word has to be there too.
        self._till.now_reads("cashier", self._keys[intent], words(f"button.{intent}"))
        self._strike(screen, self._keys[intent])

    def type(self, screen: str, text: str) -> None:
        for sign in text:
            self._strike(screen, sign)
        if screen == "cashier":
            self._strike(screen, "Return")
        else:
            self.press(screen, "give_digits")

    def choose_first(self) -> None:
        self._go("cashier", "choice-")

    def choose_line(self, _line: str, key: str) -> None:
        self._strike("cashier", key)

    def _go(self, screen: str, name: str) -> None:
        """Tab until it has the focus, which is seen as a ring around it; then Return."""
        stops: list[str] = []
        while not stops or not (stops[-1] == name or (name.endswith("-") and stops[-1].startswith(name))):
            assert len(stops) < TABS_MAX, f"Tab never comes to {name} on the {screen} screen: {stops}"
            stops.append(self._counter.fingers.strike(screen, "Tab", PATIENCE_S))
        self._strike(screen, "Return")

    def _strike(self, screen: str, key: str) -> None:
        self._counter.acted()
        self._counter.fingers.strike(screen, key, PATIENCE_S)
