"""The printer's thread: receipts in order, each at most once; how the printer stands, told as facts.

In: a PrinterSection, what makes a Sheet of a wish, `post`; wishes from the main thread. Out: DeviceUp when
it prints, DeviceLost `paper`, `cover`, `silent` until it does again, NotPrinted for each receipt that did
not come out whole; DeviceTrouble when the cable is out, and the supervisor calls `run` again. A receipt
that cannot be printed now is not kept: old paper must not come out for the next customer.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

from agent.core.commands import PrintSlip
from agent.core.events import Device, DeviceLost, DeviceUp, NotPrinted
from agent.ports import Post
from agent.printer.escpos import DRAWER, DRAWER_AT_ONCE, FORGET, Sheet, sheet_bytes
from agent.printer.line import Line, OpenLine, open_line, place
from agent.printer.talk import Talk, cause_of, in_words
from agent.profile.schema import PrinterSection

log = logging.getLogger(__name__)

WAITING_MAX = 4
LOOK_EVERY_S = 1.0


class PrinterTask:
    """A DeviceTask and the Printer port. `stop` is final."""

    device = Device.PRINTER

    def __init__(
        self,
        section: PrinterSection,
        sheet_of: Callable[[PrintSlip], Sheet],
        post: Post,
        open_line: OpenLine = open_line,
    ) -> None:
        self._section = section
        self._sheet_of = sheet_of
        self._post = post
        self._open_line = open_line
        self._news = threading.Condition()
        self._waiting: deque[PrintSlip] = deque()
        self._kick = False
        self._stopping = False
        self._lost = "starting"
        self._half_out = False

    # --- from the main thread -------------------------------------------------------------------------

    def print_slip(self, wish: PrintSlip) -> None:
        with self._news:
            cause = self._lost
            if not cause and len(self._waiting) < WAITING_MAX:
                self._waiting.append(wish)
                self._news.notify()
                return
        self._post(NotPrinted(cause or "silent"))

    def open_drawer(self) -> None:
        with self._news:
            open_ = self._lost in ("", "paper", "cover")  # the drawer needs no paper
            self._kick = self._kick or open_
            self._news.notify()
        if not open_:
            self._post(NotPrinted("drawer"))

    def stop(self) -> None:
        """What waits is not printed any more."""
        with self._news:
            self._stopping = True
            self._news.notify()

    # --- the thread -----------------------------------------------------------------------------------

    def run(self) -> None:
        """Print until stopped.

        Raises:
            DeviceTrouble: as `line.open_line`; `unplugged` when it went away, `silent` when it does not
                answer.
        """
        try:
            line = self._open_line(self._section)
            try:
                self._serve(line)
            finally:
                line.close()
        except Exception as error:
            self._give_up(cause_of(error))
            trouble = in_words(error, self._section)
            if trouble is None:
                raise
            raise trouble from error

    def _serve(self, line: Line) -> None:
        talk = Talk(line, self._section)
        self._forget(line)
        while not self._stopping:
            self._stands(talk.standing())
            kick, wish = self._next()
            if kick:
                self._stands(talk.standing())  # it may have stopped since it was looked at
                line.write(DRAWER_AT_ONCE if self._lost else DRAWER)
            if wish is not None:
                self._print(line, talk, wish)

    def _next(self) -> tuple[bool, PrintSlip | None]:
        """What is wished, or nothing after a while: then it is time to look at the printer again."""
        with self._news:
            self._news.wait_for(lambda: self._waiting or self._kick or self._stopping, LOOK_EVERY_S)
            kick, self._kick = self._kick, False
            wish = self._waiting.popleft() if self._waiting and not self._stopping else None
            return kick, wish

    def _print(self, line: Line, talk: Talk, wish: PrintSlip) -> None:
        """Taken off the row before the first byte goes out: whatever happens, it is not sent again."""
        try:
            data = sheet_bytes(self._sheet_of(wish), self._section)
            self._half_out = True
            line.write(data)
            cause = talk.came_out(lambda: self._stopping)
        except Exception as error:
            self._post(NotPrinted(cause_of(error)))
            raise
        if cause:
            self._forget(line)
            self._post(NotPrinted(cause))
            self._stands(cause)
        self._half_out = False

    def _forget(self, line: Line) -> None:
        """Else the rest comes out with the next roll of paper, or when it is switched on again."""
        if self._half_out:
            self._half_out = False
            line.write(FORGET)

    # --- what is told ---------------------------------------------------------------------------------

    def _stands(self, cause: str) -> None:
        """News about paper and cover, once each."""
        with self._news:
            was, self._lost = self._lost, cause
        if cause == was:
            return
        if cause:
            log.warning("%s: the printer has stopped (%s)", place(self._section), cause)
            self._refuse(cause)
            self._post(DeviceLost(Device.PRINTER, cause))
        else:
            log.info("printer up: %s", place(self._section))
            self._post(DeviceUp(Device.PRINTER))

    def _give_up(self, cause: str) -> None:
        with self._news:
            self._lost = cause
        self._refuse(cause)

    def _refuse(self, cause: str) -> None:
        """Whatever waits does not come out later."""
        with self._news:
            kick, self._kick = self._kick and cause not in ("paper", "cover"), False
            count = len(self._waiting)
            self._waiting.clear()
        for _ in range(count):
            self._post(NotPrinted(cause))
        if kick:
            self._post(NotPrinted("drawer"))
