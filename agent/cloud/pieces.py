"""The lane of support bundles: one file, piece by piece, behind everything that a shop lives from.

Enters: a parcel on disk (any thread), what the cloud says, the time (the client's thread). Leaves: the
piece that is due now; the file goes when the cloud has it whole or will not have it. No progress is kept
here: after a lost link or a restart the cloud is asked how far it is.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from agent.cloud.bundle_schema import (
    BUNDLE_BYTES_MAX,
    PIECE_BYTES_MAX,
    BundleRefusedData,
    PieceData,
    PiecesTakenData,
)

log = logging.getLogger(__name__)

PACE_MS = 100  # between an answer and the next piece: 80 kB a second at most
RESEND_MS, RESEND_MS_MAX = 10_000, 600_000  # twice as long each time that nobody answers


@dataclass(frozen=True, slots=True)
class Parcel:
    """A bundle as it travels. `id` is that of the command that asked for it."""

    id: str
    file: Path
    size: int
    sha256: str


def parcel_of(file: Path) -> Parcel | None:
    """The file's name is its id. None for one that is too big, empty or gone."""
    try:
        data = file.read_bytes()
    except OSError:
        return None
    if not 1 <= len(data) <= BUNDLE_BYTES_MAX:
        return None
    return Parcel(file.stem, file, len(data), hashlib.sha256(data).hexdigest())


class PieceLane:
    """One parcel at a time, one piece on the way at a time."""

    def __init__(self, pace_ms: int = PACE_MS, resend_ms: int = RESEND_MS) -> None:
        self._pace_ms, self._resend_ms = pace_ms, resend_ms
        self._lock = Lock()
        self._parcel: Parcel | None = None
        self._have: int | None = None
        self._due_ms, self._wait_ms = 0, resend_ms

    def give(self, parcel: Parcel) -> None:
        """From any thread: this one now, whatever was on its way."""
        with self._lock:
            self._parcel, self._have, self._due_ms = parcel, None, 0

    def reconnected(self) -> None:
        """Answers of the old connection may be lost."""
        with self._lock:
            self._have, self._due_ms, self._wait_ms = None, 0, self._resend_ms

    def next_due_ms(self) -> int | None:
        """When `due` has something again."""
        with self._lock:
            return self._due_ms if self._parcel else None

    def due(self, now_ms: int) -> PieceData | None:
        """The piece to send now; it counts as sent."""
        with self._lock:
            parcel, have = self._parcel, self._have
            if parcel is None or now_ms < self._due_ms:
                return None
            self._due_ms = now_ms + self._wait_ms
            self._wait_ms = min(RESEND_MS_MAX, self._wait_ms * 2)
        if have is None:
            return PieceData(parcel.id, parcel.size, parcel.sha256)
        try:
            with parcel.file.open("rb") as file:
                file.seek(have)
                body = file.read(PIECE_BYTES_MAX)
        except OSError as error:
            log.error("support bundle %s cannot be read any more: %s", parcel.id, error.strerror)
            self._drop(parcel)
            return None
        return PieceData(parcel.id, parcel.size, parcel.sha256, have, body)

    def heard(self, said: PiecesTakenData | BundleRefusedData, now_ms: int) -> None:
        """The cloud's word about a bundle; about another one than ours it means nothing."""
        with self._lock:
            parcel = self._parcel
            if parcel is None or said.bundle != parcel.id:
                return
            if isinstance(said, PiecesTakenData) and not said.whole:
                self._wait_ms = self._resend_ms
                waits = said.have >= parcel.size  # all is there and it does not fit: not in a spin
                self._have = None if waits else said.have
                self._due_ms = now_ms + (self._resend_ms if waits else self._pace_ms)
                return
        if isinstance(said, BundleRefusedData):
            log.warning("support bundle %s is not wanted: %s", parcel.id, said.word)
        else:
            log.info("support bundle %s: head office has all %d bytes", parcel.id, parcel.size)
        self._drop(parcel)

    def _drop(self, parcel: Parcel) -> None:
        with self._lock:
            if self._parcel is parcel:
                self._parcel = None
        _remove(parcel.file)


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        log.warning("%s: %s (nobody needs it any more)", file, error.strerror)
