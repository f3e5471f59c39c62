"""Between the loop and the screens link: states become views, taps become facts."""

from __future__ import annotations

import logging
from collections.abc import Callable

from agent.core.events import Instant, Intent, Screen, Tapped
from agent.core.ids import Secret
from agent.core.state import Terminal
from agent.ports import Post
from agent.screens.aloud import Sentence, sentence
from agent.screens.contract import CashierView, CustomerView, Tap
from agent.screens.projection import project

log = logging.getLogger(__name__)

Show = Callable[[CustomerView | CashierView], None]
Say = Callable[[Sentence], None]


class Glass:
    """What both screens show. A view is sent only when it says something new."""

    def __init__(self, send: Show, post: Post, say: Say = lambda _: None) -> None:
        self._send = send
        self._say = say
        self._said: dict[bool, Sentence] = {}
        self._began = False
        self._post = post
        self._customer: CustomerView | None = None
        self._cashier: CashierView | None = None
        self.preview_wanted = False

    def show(self, state: Terminal, at: Instant) -> None:
        """Called by the loop after every turn."""
        customer, cashier = project(state, at)
        self._speak(sentence(state), state.silent)
        if customer != self._customer:
            self._customer = customer
            self.preview_wanted = customer.preview
            self._send(customer)
        if cashier != self._cashier:
            self._cashier = cashier
            self._send(cashier)

    def _speak(self, wanted: Sentence | None, silent: bool) -> None:
        """What is new since it was last said. A start says nothing: it would sound like a second payment.
        How a payment ended while the sound was off is not said afterwards."""
        if wanted is not None and not wanted.again(self._said.get(wanted.ends)):
            if self._began and not silent:
                self._say(wanted)
            if wanted.ends or not silent:
                self._said[wanted.ends] = wanted
        self._began = True

    def tapped(self, tap: Tap) -> None:
        """Called by the link's thread for every tap; a word that is no intent is refused here."""
        try:
            intent = Intent(tap.intent)
        except ValueError:
            log.warning("screens: a tap with the unknown intent %r was ignored", tap.intent[:40])
            return
        value = Secret(tap.value) if tap.value else None
        self._post(Tapped(Screen(tap.screen), tap.view_id, intent, value))
