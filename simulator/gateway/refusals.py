"""Why the registry says no: one word that a terminal can act on, one sentence for the person."""

from __future__ import annotations

REFUSALS = {
    "unknown_serial": "this serial number is not in the sales list; add it with `hyla-cloud devices add`",
    "no_serial": "a serial number has 4 to 31 of A–Z, 0–9 and hyphen, and at least one letter",
    "unknown_code": "no terminal waits with this code; read it again, group by group",
    "expired_code": "this code is older than fifteen minutes; the terminal shows a new one",
    "used_code": "this code was used before; a code works once",
    "too_many_codes": "this terminal has asked for too many codes; wait fifteen minutes",
    "too_many_tries": "too many wrong codes were typed; wait a minute",
    "unknown_shop": "no such shop; add it with `hyla-cloud shops add`",
    "no_zone": "no such time zone (expected a name as in Asia/Shanghai; package tzdata has them all)",
    "other_merchant": "this terminal was made for another merchant",
    "till_taken": "another terminal stands at this till; retire it first, or replace it",
    "no_such_till": "a till has a number from 1 to 999",
    "no_broker": "nobody said where terminals connect; name it: --public-broker mqtts://host:8883",
    "no_answer": "the broker cannot be reached; try again",
    "unknown_device": "head office does not know this terminal",
    "unknown_assignment": "head office did not give this assignment to this terminal",
    "expired_assignment": "this assignment is too old; head office has to make a new one",
    "used_assignment": "this assignment was confirmed before with another key",
    "unknown_bundle": "nobody asked a terminal for this support bundle, or it was thrown away since",
    "not_whole": "this support bundle has not come whole yet; the terminal goes on when it is online",
    "other_owner": "this support bundle was packed for another owner's key, or changed on its way",
    "no_name": "a name has 1 to 40 characters that can be read",
    "no_password": "a password has 10 to 128 characters",
    "known_person": "somebody of this name comes in already; `people password` gives another password",
    "unknown_person": "nobody of this name comes in; `hyla-cloud people` lists who does",
    "last_person": "nobody else could come in then; add another one first",
    "bad_request": "the terminal's certificate request cannot be read",
    "still_active": "this terminal is at work; retire or revoke it first",
    "not_active": "this terminal stands in no shop; claim it, or connect it where it was set up by QR",
    "not_a_receipt": "this is no receipt of a terminal, or the signature is not its own",
    "unknown_member": "the books know no such member (expected the number that a terminal gave)",
    "no_score": "a score is a whole number from 0 to 1000",
    "score_short": "only members with a score of 600 or more may take goods on trust",
    "no_agreement": "say on which day the member agreed, as 2026-01-31, and none that is yet to come",
    "no_limit": "a limit is 1 to 10000000, in fen",
    "no_days": "a mark is good for 1 to 366 days",
    "too_many_marks": "a shop may trust 200 members; take one back first with `hyla-cloud marks remove`",
    "not_marked": "this shop does not trust this member; `hyla-cloud marks list` says whom it does",
    "no_order": "that is no order number (expected one as on a receipt, frog-0001-7f3a90bc-000012)",
    "not_owed": "nobody owes anything for this order, as far as the records of the terminals say",
    "still_asked": "the terminal still asks for this debt; wait until `hyla debts list` calls it named",
    "paid_before": "this order is paid already",
    "revoked": "this terminal was revoked",
    "retired": "this terminal was retired",
    "clone": "a copy of this terminal's disk is at work; both are stopped until head office has looked",
}


class Refused(Exception):
    """`word` is a key of REFUSALS; the text is its sentence."""

    def __init__(self, word: str) -> None:
        super().__init__(REFUSALS[word])
        self.word = word
