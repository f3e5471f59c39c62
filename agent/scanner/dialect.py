"""What every scanner's way of speaking has in common: one page for the port's thread.

In: bytes as they came, cut anywhere, with the time they were read. Out: reports, and the bytes that
the scanner must be sent. No port, no thread and no clock here; each dialect is a file of its own and
is owned by `scanner.port`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

from agent.scanner.framing import UNENDED_AFTER_MS, Framed

Verdict = Literal["taken", "unknown", "refused"]
# One byte tells how a setting was received; Honeywell and Newland use the same three.
ACK, ENQ, NAK = b"\x06", b"\x05", b"\x15"
STATUS = ACK + ENQ + NAK
# More than any scanner says about one setting.
REPLY_BYTES_MAX = 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """The scanner's answer to a command: taken, unknown to it, or refused. `text` is its echo, with
    the values that a query asked for; not in the repr, since a code may have run into it."""

    verdict: Verdict
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Resend:
    """A damaged packet was asked for once more, and why."""

    why: str


Report = Framed | Reply | Resend


class Dialect(Protocol):
    """How one family of scanners speaks. Any cutting of the same bytes gives the same codes; no bytes
    make it raise."""

    look_every_ms: int
    """How often `idle` wants to be called in silence."""

    def feed(self, data: bytes, now_ms: int) -> list[Report]:
        """Take what the port gave; returns what it was, in order."""

    def idle(self, now_ms: int) -> list[Report]:
        """Nothing came until now."""

    def outgoing(self) -> bytes:
        """What the scanner must be sent now (acknowledgements, resend requests); taken once."""

    def trigger(self, on: bool) -> bytes | None:
        """What starts or stops reading by command; None when this dialect has no such thing."""

    def setting(self, command: str, keep: bool = False) -> bytes | None:
        """What changes a setting, `keep` also when the power goes; None when the dialect has none.

        Raises:
            ValueError: this is no command of the dialect; the text says what one looks like.
        """

    def beep(self, good: bool) -> bytes | None:
        """What makes the scanner sound content or not; None when it cannot be told to."""

    def reset(self) -> None:
        """The cable was out: forget what came half. What was taken stays taken."""


class Mute:
    """A scanner that is only listened to. Dialects say what they can do besides."""

    look_every_ms = UNENDED_AFTER_MS // 4  # a code whose end does not come is told within two seconds

    def outgoing(self) -> bytes:
        return b""

    def trigger(self, on: bool) -> bytes | None:  # noqa: ARG002
        return None

    def setting(self, command: str, keep: bool = False) -> bytes | None:  # noqa: ARG002
        return None

    def beep(self, good: bool) -> bytes | None:  # noqa: ARG002
        return None


def reply(echo: bytes) -> Reply:
    """The worst status byte in an echo counts: of several settings one may be refused."""
    verdict: Verdict = "taken"
    if ENQ in echo:
        verdict = "unknown"
    elif NAK in echo:
        verdict = "refused"
    return Reply(verdict, echo.translate(None, STATUS).decode("ascii", "replace"))


def ascii_command(command: str, example: str) -> bytes:
    """A setting as bytes; it must not end early or carry a command of its own."""
    if not command or not command.isascii() or not command.isprintable():
        raise ValueError(f"{command!r} is no setting (expected printable ASCII such as {example})")
    return command.encode()
