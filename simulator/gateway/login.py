"""Who may see the pages: one password, kept as its scrypt mark; sessions in memory; wrong tries wait.

Enter: a password, a cookie. Leave: a session or none. Owned by the page's process: a restart ends all
sessions.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

N, R, P = 2**14, 8, 1
SESSION_S = 8 * 3600
SESSIONS_MAX = 200
TRIES_MAX, TRIES_S = 5, 60.0
PASSWORD_CHARS = (10, 128)


class PasswordTrouble(Exception):
    """No password that can be kept, or none is kept; the text says what to do."""


def keep_password(path: Path, password: str) -> None:
    """Its mark, in a file for the owner's eyes. Raises PasswordTrouble."""
    shortest, longest = PASSWORD_CHARS
    if not shortest <= len(password) <= longest:
        raise PasswordTrouble(
            f"a password of {len(password)} characters (expected {shortest} to {longest})"
        )
    salt = secrets.token_bytes(16)
    mark = {"salt": salt.hex(), "mark": _mark(password, salt).hex()}
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(mark, file)


def _mark(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=N, r=R, p=P)


@dataclass(frozen=True, slots=True)
class Session:
    """`csrf` stands in every form; a page of somebody else cannot know it."""

    csrf: str
    until_s: float


class Tries:
    """At most so many wrong ones in a minute, whoever they come from."""

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._wrong: deque[float] = deque()

    @property
    def too_many(self) -> bool:
        while self._wrong and self._wrong[0] < self._clock_s() - TRIES_S:
            self._wrong.popleft()
        return len(self._wrong) >= TRIES_MAX

    def wrong(self) -> None:
        self._wrong.append(self._clock_s())


class Login:
    """Of one owner."""

    def __init__(self, path: Path, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._path, self._clock_s = path, clock_s
        self.tries = Tries(clock_s)
        self._sessions: dict[str, Session] = {}

    def enter(self, password: str) -> str | None:
        """The cookie of a new session; None: it is not the password."""
        if self.tries.too_many:
            return None
        try:
            kept = json.loads(self._path.read_text("utf-8"))
        except OSError:
            raise PasswordTrouble(f"{self._path}: no password is set; run `hyla-cloud password`") from None
        if not hmac.compare_digest(
            bytes.fromhex(kept["mark"]), _mark(password[:128], bytes.fromhex(kept["salt"]))
        ):
            self.tries.wrong()
            return None
        while len(self._sessions) >= SESSIONS_MAX:
            del self._sessions[next(iter(self._sessions))]
        cookie = secrets.token_urlsafe(32)
        self._sessions[cookie] = Session(secrets.token_urlsafe(32), self._clock_s() + SESSION_S)
        return cookie

    def session(self, cookie: str) -> Session | None:
        found = self._sessions.get(cookie)
        if found is not None and found.until_s < self._clock_s():
            del self._sessions[cookie]
            return None
        return found

    def leave(self, cookie: str) -> None:
        self._sessions.pop(cookie, None)
