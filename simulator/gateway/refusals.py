"""Why the registry says no: one word that a terminal can act on, one sentence for the person."""

from __future__ import annotations

REFUSALS = {
    "unknown_serial": "this serial number is not in the sales list; add it with `hyla-cloud devices add`",
    "unknown_code": "no terminal waits with this code; read it again, group by group",
    "expired_code": "this code is older than fifteen minutes; the terminal shows a new one",
    "used_code": "this code was used before; a code works once",
    "too_many_codes": "this terminal has asked for too many codes; wait fifteen minutes",
    "too_many_tries": "too many wrong codes were typed; wait a minute",
    "unknown_shop": "no such shop; add it with `hyla-cloud shops add`",
    "other_merchant": "this terminal was made for another merchant",
    "till_taken": "another terminal stands at this till; retire it first, or replace it",
    "no_such_till": "a till has a number from 1 to 999",
    "no_broker": "nobody said where terminals connect; name it: --public-broker mqtts://host:8883",
    "unknown_device": "head office does not know this terminal",
    "unknown_assignment": "head office did not give this assignment to this terminal",
    "expired_assignment": "this assignment is too old; head office has to make a new one",
    "used_assignment": "this assignment was confirmed before with another key",
    "bad_request": "the terminal's certificate request cannot be read",
    "revoked": "this terminal was revoked",
    "retired": "this terminal was retired",
    "clone": "a copy of this terminal's disk is at work; both are stopped until head office has looked",
}


class Refused(Exception):
    """`word` is a key of REFUSALS; the text is its sentence."""

    def __init__(self, word: str) -> None:
        super().__init__(REFUSALS[word])
        self.word = word
