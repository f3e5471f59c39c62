"""The door of the pages: who comes in, who is inside, and the list of what they did.

Enter: forms of the login, cookies. Leave: a session, a cookie, or why not; a row for what is done inside.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.gateway.deeds import DONE, Deed, Deeds
from simulator.gateway.login import Login, Session
from simulator.gateway.refusals import Refused

LOGIN = "login"


@dataclass(frozen=True, slots=True)
class Entered:
    """A cookie, or why there is none: a key of the page's words, and a status."""

    cookie: str = ""
    problem: str = ""
    status: int = 200


class Entrance:
    """Of everybody."""

    def __init__(self, login: Login, deeds: Deeds) -> None:
        self._login, self._deeds = login, deeds

    def enter(self, form: dict[str, str]) -> Entered:
        name = form.get("name", "").strip()
        if self._login.too_many(name):
            return Entered(problem="wait", status=429)
        cookie = self._login.enter(name, form.get("password", ""))
        session = self._login.session(cookie) if cookie else None
        if cookie is None or session is None:
            # Not the name as it was typed: some type their password there.
            self._deeds.write("?", LOGIN, outcome="wrong_password")
            return Entered(problem="wrong_password", status=401)
        self._deeds.write(session.person, LOGIN)
        return Entered(cookie)

    def session(self, cookie: str) -> Session | None:
        return self._login.session(cookie)

    def leave(self, cookie: str) -> None:
        self._login.leave(cookie)

    def did(self, session: Session, what: str, about: str, no: Refused | None = None) -> None:
        """Somebody inside did this, or was refused."""
        self._deeds.write(session.person, what, about, no.word if no else DONE)

    def newest(self) -> list[Deed]:
        return self._deeds.newest()
