"""Coming in: sessions in memory, one for each login; wrong tries wait.

Enter: a name and a password, a cookie. Leave: a session or none. Owned by the page's process: a restart
ends all sessions; so do eight hours, one hour without a word, another password or none for that name.
"""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from simulator.gateway.people import People, plain

SESSION_S, IDLE_S = 8 * 3600.0, 3600.0
SESSIONS_MAX = 200
TRIES_MAX, TRIES_S = 5, 60.0
TRIES_OF_ALL_MAX, NAMES_MAX = 30, 500


@dataclass(frozen=True, slots=True)
class Session:
    """`csrf` stands in every form; a page of somebody else cannot know it."""

    person: str
    mark: str
    csrf: str
    until_s: float
    idle_until_s: float


class Tries:
    """At most so many wrong ones in a minute, whoever they come from."""

    def __init__(self, clock_s: Callable[[], float] = time.monotonic, most: int = TRIES_MAX) -> None:
        self._clock_s, self._most = clock_s, most
        self._wrong: deque[float] = deque()

    @property
    def too_many(self) -> bool:
        while self._wrong and self._wrong[0] < self._clock_s() - TRIES_S:
            self._wrong.popleft()
        return len(self._wrong) >= self._most

    def wrong(self) -> None:
        self._wrong.append(self._clock_s())


class Login:
    """Of everybody whom `people` knows. Who tries one name in vain keeps only that name waiting, until it
    is too much altogether."""

    def __init__(self, people: People, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._people, self._clock_s = people, clock_s
        self._of_all = Tries(clock_s, TRIES_OF_ALL_MAX)
        self._tries: dict[str, Tries] = {}
        self._sessions: dict[str, Session] = {}

    def too_many(self, name: str) -> bool:
        mine = self._tries.get(plain(name))
        return self._of_all.too_many or (mine is not None and mine.too_many)

    def enter(self, name: str, password: str) -> str | None:
        """The cookie of a new session; None: nobody of that name has this password."""
        if self.too_many(name):
            return None
        known = self._people.knows(name, password)
        if known is None:
            self._wrong(name)
            return None
        while len(self._sessions) >= SESSIONS_MAX:
            del self._sessions[next(iter(self._sessions))]
        cookie, now_s = secrets.token_urlsafe(32), self._clock_s()
        self._sessions[cookie] = Session(
            known.name, known.mark, secrets.token_urlsafe(32), now_s + SESSION_S, now_s + IDLE_S
        )
        return cookie

    def session(self, cookie: str) -> Session | None:
        """Asked for by every page; that keeps it awake."""
        found, now_s = self._sessions.get(cookie), self._clock_s()
        if found is None:
            return None
        over = min(found.until_s, found.idle_until_s) < now_s
        if over or self._people.mark(found.person) != found.mark:
            self._sessions.pop(cookie, None)
            return None
        self._sessions[cookie] = replace(found, idle_until_s=now_s + IDLE_S)
        return found

    def leave(self, cookie: str) -> None:
        self._sessions.pop(cookie, None)

    def _wrong(self, name: str) -> None:
        while len(self._tries) >= NAMES_MAX:
            del self._tries[next(iter(self._tries))]
        self._tries.setdefault(plain(name), Tries(self._clock_s)).wrong()
        self._of_all.wrong()
