"""The consent ledger, as the running terminal asks it: `Consents` of the ports.

Enters: wishes about a person. Leaves: facts, through `post`. Owned by the main thread, like the database.
The turn that takes back is the loop's own: here it is only made ready before, and its receipt signed after.
"""

from __future__ import annotations

import logging

from agent.core import consent
from agent.core.commands import LookUpAgreements, SignReceipt, TakeBack, Withdraw
from agent.core.consent import Purpose, Retention, Stay
from agent.core.events import AgreementsFound, ConsentChanged, Instant, ReceiptSigned
from agent.core.ids import PersonId
from agent.core.withdrawing_desk import AWAY
from agent.ports import JournalTrouble, Post
from agent.storage.consents import ConsentLedger

log = logging.getLogger(__name__)

AT_ONCE = 20  # so many absent members a look; the next look comes soon while there are more
CLOCK_TRUST_MS = 30 * consent.DAY_MS
"""A clock that is further than this ahead of the last thing written may be wrong, and deletes nobody."""


class ConsentDesk:
    """Answers by facts, never by a value: what the disk does not say is not said."""

    def __init__(self, ledger: ConsentLedger, retention: Retention, post: Post) -> None:
        self._ledger, self._retention, self._post = ledger, retention, post
        self._believed_utc_ms = ledger.last_written_utc_ms()

    def look_up(self, wish: LookUpAgreements) -> None:
        try:
            self._post(AgreementsFound(wish.person, self._ledger.agreed(wish.person)))
        except JournalTrouble as trouble:
            log.warning("what %s agreed to cannot be read: %s", wish.person, trouble)

    def prepare(self, wish: Withdraw, at: Instant) -> None:
        try:
            self._make_ready(wish.person, tuple(map(Purpose, wish.purposes)), at, wish.why)
        except JournalTrouble as trouble:
            log.warning("nothing is taken back: %s", trouble)

    def absent(self, at: Instant) -> None:
        try:
            for person in self._away(at)[:AT_ONCE]:
                self._make_ready(person, (), at, AWAY)
        except JournalTrouble as trouble:
            log.warning("members who were away too long are not deleted yet: %s", trouble)

    def _make_ready(self, person: PersonId, purposes: tuple[Purpose, ...], at: Instant, why: str) -> None:
        """All that stands, unless some purposes are named; nothing for a person who never agreed."""
        allowed = self._ledger.allowed(person)
        gone = allowed & set(purposes) if purposes else allowed
        if not gone and (purposes or person not in self._ledger.persons()):
            return
        what = self._ledger.make_ready(person, gone, at, why)
        self._post(ConsentChanged(person, what.withdrawn, False, why, what.sha256))

    def _away(self, at: Instant) -> list[PersonId]:
        """Whoever is due; nobody while the clock cannot be believed."""
        stays = consent.stays(
            self._ledger.persons(), self._ledger.last_used_utc_ms(), at.utc_ms, self._retention
        )
        if stays[Stay.SOON]:
            log.info(
                "%d members will be deleted soon: away (hyla consent due names them)", len(stays[Stay.SOON])
            )
        if stays[Stay.DUE] and at.utc_ms - self._believed_utc_ms > CLOCK_TRUST_MS:
            log.warning(
                "%d members seem to have been away too long, but nothing was written here for 30 days: see "
                "that the clock is right, then `hyla consent due --delete`",
                len(stays[Stay.DUE]),
            )
            return []
        self._believed_utc_ms = at.utc_ms
        if stays[Stay.DUE]:
            log.info("%d members were away too long and are deleted", len(stays[Stay.DUE]))
        return stays[Stay.DUE]

    def ready(self, wish: TakeBack) -> bool:
        try:
            return self._ledger.ready(wish.receipt_sha256)
        except JournalTrouble as trouble:
            log.warning("nothing is taken back: %s", trouble)
            return False

    def sign(self, wish: SignReceipt) -> None:
        try:
            self._ledger.fold_log()
            receipt = self._ledger.receipt(wish.receipt_sha256)
        except JournalTrouble as trouble:
            log.warning(
                "the receipt is on disk, and signed when asked for (hyla consent receipt): %s", trouble
            )
            return
        self._post(ReceiptSigned(wish.receipt_sha256, receipt.code()))
