"""A test code for people to scan: on the customer's screen by a helper of `ui`.

Enters: title, detail, text of the code. Leaves: the helper's window, until `close`. When no window comes,
`show` says so, and whoever asked prints the code instead.
"""

from __future__ import annotations

import contextlib
import json
import selectors
import subprocess
from types import TracebackType

from agent.doctor.barcodes import bars, qr
from agent.doctor.patient import Patient
from agent.doctor.screens import helper

SHOWN_WITHIN_S = 10.0
END_S = 2.0


class Card:
    """One window; a context manager."""

    def __init__(self, patient: Patient) -> None:
        command, environment = helper(patient, "ui.card")
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )

    def show(self, title: str, detail: str, text: str) -> bool:
        """Both kinds of code, so that every scanner finds one. False: it is not on the glass."""
        codes = [bars(text), qr(text)]
        line = json.dumps({"title": title, "detail": detail, "codes": codes}, ensure_ascii=False) + "\n"
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(line.encode())
            self._child.stdin.flush()
        except OSError:
            return False
        return self._said_shown()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            if self._child.stdin is not None:
                self._child.stdin.close()
        try:
            self._child.wait(END_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        if self._child.stdout is not None:
            self._child.stdout.close()

    def _said_shown(self) -> bool:
        assert self._child.stdout is not None
        with selectors.DefaultSelector() as ready:
            ready.register(self._child.stdout, selectors.EVENT_READ)
            return bool(ready.select(SHOWN_WITHIN_S)) and self._child.stdout.readline() == b"shown\n"

    def __enter__(self) -> Card:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
