"""What the scanner is told: how its code was received, and to read while a payment code is asked for.

Enters: the state before a turn, and the turn. Leaves: the turn with Beep and Trigger among its wishes. They
are wishes about comfort: a scanner that cannot be told sells just as well.
"""

from __future__ import annotations

from dataclasses import replace

from agent.core.commands import Beep, Command, Trigger
from agent.core.events import BarcodeScanned, Device, DeviceUp, Event
from agent.core.state import Terminal, Turn
from agent.core.visit import Stage


def told(before: Terminal, event: Event, turn: Turn) -> Turn:
    """The same decision, and what the scanner hears of it."""
    wishes: tuple[Command, ...] = ()
    if isinstance(event, BarcodeScanned):
        wishes += (Beep(_welcome(turn.state)),)
    was, wanted = before.visit.stage is Stage.CODE, turn.state.visit.stage is Stage.CODE
    if wanted and (not was or _fell_silent(event)):
        wishes += (Trigger(True),)
    elif was and not wanted:
        wishes += (Trigger(False),)
    return replace(turn, commands=(*turn.commands, *wishes)) if wishes else turn


def _welcome(after: Terminal) -> bool:
    """A code that was refused leaves a notice; one that could not be sent leaves an order unpaid."""
    return not after.notice and after.visit.stage is not Stage.NOT_PAID


def _fell_silent(event: Event) -> bool:
    """A scanner stops reading after each code, and has forgotten everything when its cable was out. After
    a start it is told as soon as it is there."""
    scanner_back = isinstance(event, DeviceUp) and event.device is Device.SCANNER
    return scanner_back or isinstance(event, BarcodeScanned)
