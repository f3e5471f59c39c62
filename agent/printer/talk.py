"""Asking a printer how it stands, and whether a receipt has come out.

Enters: an open Line. Leaves: one word of the screens (`paper`, `cover`, `failed`), empty when all is well.
A printer that never answers (`printer.status = false`) is only asked whether its cable is in.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from agent.ports import DeviceTrouble
from agent.printer.escpos import ASK_DONE, ASK_PAPER, ASK_STOPPED, is_done, is_standing, stopped_by
from agent.printer.line import Line, OpenLine, open_line, place
from agent.profile.schema import PrinterSection

ANSWER_S = 1.0
DONE_S = 12.0
"""The longest receipt takes less; after that a printer that says all is well has printed it."""


class Talk:
    """What is said over one line. Every call raises OSError when the cable is out, and DeviceTrouble
    `silent` when nothing is answered."""

    def __init__(self, line: Line, section: PrinterSection) -> None:
        self._line = line
        self._asks = section.status
        self._done = False

    def standing(self) -> str:
        """Why it does not print; empty when it does."""
        if not self._asks:
            self._line.read(0)  # notices a cable that is out
            return ""
        return stopped_by(self._asked(ASK_STOPPED), self._asked(ASK_PAPER))

    def came_out(self, stopped: Callable[[], bool]) -> str:
        """Why what was sent did not; empty when it did, as far as this printer can tell."""
        if not self._asks:
            return self.standing()
        self._done = False
        self._line.write(ASK_DONE)
        until_s = time.monotonic() + DONE_S
        while time.monotonic() < until_s and not stopped():
            self._hear(ANSWER_S)
            if self._done:
                break
            if cause := self.standing():
                return cause
        return ""

    def _asked(self, question: bytes) -> int:
        self._hear(0)  # what it said too late to an older question is no answer to this one
        self._line.write(question)
        until_s = time.monotonic() + ANSWER_S
        while (left_s := until_s - time.monotonic()) > 0:
            if answers := self._hear(left_s):
                return answers[-1]
        raise DeviceTrouble("silent", "does not answer")

    def _hear(self, wait_s: float) -> list[int]:
        """How it says that it stands; whether it is done is noted on the way."""
        said = self._line.read(wait_s)
        self._done = self._done or any(is_done(answer) for answer in said)
        return [answer for answer in said if is_standing(answer)]


def look(section: PrinterSection, open_line: OpenLine = open_line) -> str:
    """How the printer of a terminal that stands still is, in one word; empty when all is well. Raises
    DeviceTrouble."""
    line = open_line(section)
    try:
        return Talk(line, section).standing()
    except (OSError, DeviceTrouble) as error:
        raise in_words(error, section) or error from error
    finally:
        line.close()


def cause_of(error: Exception) -> str:
    """The word for the screens."""
    match error:
        case DeviceTrouble():
            return error.cause
        case TimeoutError():
            return "silent"
        case OSError():
            return "unplugged"
        case _:
            return "failed"


def in_words(error: Exception, section: PrinterSection) -> DeviceTrouble | None:
    """For the technician; None for what says it itself, and for an error of our own."""
    match cause_of(error):
        case "silent":
            what = f"{error}. Switch it on, check cable and speed; for one that never answers set"
            return DeviceTrouble("silent", f"{place(section)}: {what} printer.status = false")
        case "unplugged":
            what = "gone. Plug the printer in and switch it on; it is opened again by itself"
            return DeviceTrouble("unplugged", f"{place(section)}: {what}")
        case _:
            return None
