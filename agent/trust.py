"""Who is in the gallery, and by whose consent: storage's sealed rows, vision's embedding and transform,
core's rules, put together.

Enters: a profile, a picture, an agreement. Leaves: templates turned for this store, receipts, lists. The
commands call these; those that change something want the terminal stopped (the folder is ours alone), but
for `withdraw`, which the running terminal does. At start the terminal calls `open_gallery`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agent.cloud.messages import record_body
from agent.core import consent
from agent.core.commands import KeepRecord
from agent.core.consent import Agreement, Crowd, Purpose, Retention, Stay
from agent.core.events import Instant
from agent.core.ids import DeviceId, PersonId, Secret
from agent.core.state import Kept
from agent.core.withdrawing import NUMBER_LETTERS
from agent.health import ask_withdrawal
from agent.ports import JournalTrouble, Template
from agent.profile.schema import Profile
from agent.storage.codec import CodecError
from agent.storage.consents import ConsentBook, ConsentLedger, ConsentRefused
from agent.storage.database import Database, open_database
from agent.storage.journal import Journal
from agent.storage.keys import new_key
from agent.storage.known import CODEC
from agent.storage.receipts import CODE, Receipt, digests, objections
from agent.storage.templates import Templates, open_templates
from agent.storage.trouble import JournalRefused, StorageError
from agent.vision.hide import StoreTransform
from agent.vision.models import ModelError
from agent.vision.stills import embed_picture

log = logging.getLogger(__name__)

ASK_S, LOOK_AGAIN_S, TAKEN_S = 5.0, 0.1, 30.0
ASK_AGAIN_LOOKS = 20
CODE_WORDS = 6


class TrustError(Exception):
    """Members, templates or consent cannot be read or changed: what, what was expected, the next step."""


@dataclass(frozen=True, slots=True)
class Gallery:
    """What the eyes start with: the members who agreed to pay by face, and this store's transform; and
    the ledger for whoever joins and whoever withdraws."""

    members: tuple[Template, ...]
    transform: StoreTransform
    ledger: ConsentLedger


@dataclass(frozen=True, slots=True)
class Member:
    """What may be listed of a member."""

    person: PersonId
    name_masked: str
    model_sha256: str
    store_key_epoch: int


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything about members, on one open store."""

    database: Database
    templates: Templates
    book: ConsentBook


# --- at start -------------------------------------------------------------------------------------


def open_gallery(database: Database, profile: Profile) -> Gallery:
    """Seal what an older hyla left in clear, fold a log that a kill left behind a withdrawal, say what is
    near, and hand over who may be recognised.

    Raises:
        StorageError: the device key is missing, open to others or not the one that sealed.
    """
    templates, now = open_templates(database), _now()
    ledger = ConsentLedger(profile.device.id, database, templates)
    transform = StoreTransform(templates.store_key()[1])
    templates.convert(transform.hidden, lambda c, person: ledger.carry_over(c, person, now))
    try:
        ledger.fold_log()
    except JournalTrouble as trouble:
        log.warning("the journal's log is not folded yet: %s", trouble)
    _count(len(templates.persons()), profile)
    may = ledger.may(Purpose.FACE_PAY)
    return Gallery(tuple(t for t in templates.all() if t.person in may), transform, ledger)


def _delete(desk: Desk, persons: Sequence[PersonId], now: Instant) -> None:
    for person in persons:
        gone = tuple(sorted(desk.book.allowed(person)))
        desk.book.withdraw(person, gone, now, "away too long")
    if persons:
        log.info("%d members were away too long and are deleted", len(persons))


def _count(persons: int, profile: Profile) -> None:
    match consent.crowd(persons, profile.consent.warn_persons):
        case Crowd.NEAR:
            log.warning(
                "%d persons in the gallery: from %d on the store must file", persons, consent.FILING_PERSONS
            )
        case Crowd.FILE:
            log.warning(
                "%d persons in the gallery: file with the regulator within %d working days of reaching %d",
                persons,
                consent.FILING_WITHIN_WORKING_DAYS,
                consent.FILING_PERSONS,
            )
        case Crowd.FINE:
            pass


# --- members --------------------------------------------------------------------------------------


def enrol_member(
    profile: Profile, agreement: Agreement, name_masked: str, digits: str, photo: Path
) -> None:
    """Put somebody who agreed into the gallery, from one picture.

    Raises:
        TrustError: digits that are not four, an agreement that may not be taken, models or store that
            cannot be used.
        PictureError: no picture, no face, or more than one.
    """
    if len(digits) != 4 or not (digits.isascii() and digits.isdigit()):
        raise TrustError("the last four digits of the phone: expected exactly four digits")
    try:
        embedding, sha256 = embed_picture(photo, profile.vision.models_dir)
    except ModelError as error:
        raise TrustError(str(error)) from error
    with open_desk(profile) as desk:
        hidden = StoreTransform(desk.templates.store_key()[1]).hidden(embedding)
        template = Template(agreement.person, name_masked, Secret(digits), sha256, hidden)
        desk.book.give(agreement, template, _now())


def read_members(profile: Profile) -> list[Member]:
    """Everybody in the gallery. Raises TrustError."""
    with open_desk(profile, readonly=True) as desk:
        epochs = desk.templates.epochs()
        return [
            Member(t.person, t.name_masked, t.model_sha256, epochs[t.person]) for t in desk.templates.all()
        ]


def withdraw(profile: Profile, person: str, purposes: tuple[Purpose, ...], why: str) -> Receipt:
    """Take agreements back (all of them when none is named); by the running terminal where one runs, for it
    alone may write its journal. Raises TrustError: nobody has this id, they never agreed to that, or the
    terminal does not do it."""
    with open_desk(profile, readonly=True) as desk:
        allowed = desk.book.allowed(PersonId(person))
        known = person in desk.templates.persons()
        before = digests(desk.database, person=person)
    if not (allowed or known):
        raise TrustError(f"{person}: nobody in the gallery has this id (hyla members list shows them)")
    if strange := set(purposes) - allowed:
        raise TrustError(f"{person}: never agreed to {', '.join(sorted(strange))}, or took it back before")
    if _asked_to_withdraw(profile, person, purposes):
        return _withdrawn_by_the_terminal(profile, person, purposes, len(before))
    with open_desk(profile) as desk:
        return desk.book.withdraw(PersonId(person), purposes or tuple(sorted(allowed)), _now(), why)


def _asked_to_withdraw(profile: Profile, person: str, purposes: tuple[Purpose, ...]) -> bool:
    """False where no terminal runs."""
    try:
        return ask_withdrawal(Path(profile.device.data_dir), person, tuple(purposes), ASK_S)
    except TimeoutError:
        raise TrustError(
            f"{profile.device.data_dir}: the terminal does not answer within {ASK_S:.0f} s"
        ) from None


def _withdrawn_by_the_terminal(
    profile: Profile, person: str, purposes: tuple[Purpose, ...], before: int
) -> Receipt:
    """Read on until its journal says so; asked again now and then, for while somebody is being recognised
    or pays it does nothing."""
    for look in range(int(TAKEN_S / LOOK_AGAIN_S)):
        with open_desk(profile, readonly=True) as desk:
            found = digests(desk.database, person=person)
            if len(found) > before:
                return desk.book.receipt(found[-1])
        if look % ASK_AGAIN_LOOKS == ASK_AGAIN_LOOKS - 1:
            _asked_to_withdraw(profile, person, purposes)
        time.sleep(LOOK_AGAIN_S)
    raise TrustError(
        f"{person}: the terminal has not done it within {TAKEN_S:.0f} s: it serves somebody, or its disk "
        "refuses (hyla doctor). Nothing is changed; try again when it is free"
    )


def find_receipt(profile: Profile, word: str) -> Receipt:
    """By the number that was shown (7F3A-9C21), by the square code's text, or by the person's id: the last.
    Raises TrustError: there is none, or the code's signature is not this terminal's."""
    parts = word.split(":")
    is_code = parts[0] == CODE and len(parts) == CODE_WORDS
    begins = (parts[3] if is_code else word.replace("-", "")).lower()
    with open_desk(profile, readonly=True) as desk:
        found = digests(desk.database, begins) if len(begins) >= NUMBER_LETTERS else []
        found = found or (digests(desk.database, person=word) if word else [])
        receipt = desk.book.receipt(found[-1]) if found else None
    if receipt is None:
        raise TrustError(f"{word}: no receipt of this terminal (expected a number as 7F3A-9C21, or an id)")
    if is_code and receipt.code() != word:
        raise TrustError(f"{word[:40]}…: was changed, or another terminal signed it")
    return receipt


def check_receipt(profile: Profile, receipt: Receipt) -> list[str]:
    """Why this receipt does not hold; empty when it does. Raises TrustError."""
    with open_desk(profile, readonly=True) as desk:
        return objections(receipt, desk.database, desk.templates.device.public_key)


# --- templates ------------------------------------------------------------------------------------


def rekey(profile: Profile) -> tuple[int, int]:
    """A new store key, every template turned for it, in one transaction. Returns the new key's epoch and
    how many persons. Raises TrustError."""
    with open_desk(profile) as desk:
        old, key = StoreTransform(desk.templates.store_key()[1]), new_key()
        new = StoreTransform(key)
        return desk.book.renew(lambda hidden: old.moved_to(new, hidden), key, _now())


def empty(profile: Profile, why: str) -> int:
    """Destroy every template and every key of the store. Returns how many persons. Raises TrustError."""
    with open_desk(profile, lost_key=True) as desk:
        return desk.book.empty(_now(), why)


def due(profile: Profile, delete: bool = False) -> dict[Stay, list[PersonId]]:
    """Who has been away too long (and is deleted now, if wished), and who soon will. Raises TrustError."""
    now, retention = _now(), retention_of(profile)
    with open_desk(profile, readonly=not delete) as desk:
        used = desk.book.last_used_utc_ms()
        stays = consent.stays(desk.templates.persons(), used, now.utc_ms, retention)
        if delete:
            _delete(desk, stays[Stay.DUE], now)
        return stays


def retention_of(profile: Profile) -> Retention:
    """The profile's [consent]."""
    return Retention(profile.consent.inactive_days, profile.consent.announce_days)


# --- pieces ---------------------------------------------------------------------------------------


@contextmanager
def open_desk(profile: Profile, readonly: bool = False, lost_key: bool = False) -> Iterator[Desk]:
    """The store for one question or one change. Raises TrustError, also when the disk or the tables
    refuse."""
    try:
        with open_database(Path(profile.device.data_dir), readonly) as database:
            yield _desk(database, profile, readonly, lost_key)
    except (StorageError, JournalTrouble, JournalRefused, ConsentRefused, CodecError) as error:
        raise TrustError(str(error)) from error


def _desk(database: Database, profile: Profile, readonly: bool = False, lost_key: bool = False) -> Desk:
    journal = open_journal(database, DeviceId(profile.device.id))
    templates = open_templates(database, readonly, lost_key)
    kept = journal.read(Kept) or Kept.fresh(profile.shop.currency)
    return Desk(database, templates, ConsentBook(profile.device.id, database, journal, templates, kept))


def open_journal(database: Database, device: DeviceId, ledger: ConsentLedger | None = None) -> Journal:
    """The journal of this device, whose records speak the cloud's language; with the ledger, whoever joins
    or withdraws is written with the turn."""

    def encode(seq: int, record: KeepRecord, at: Instant) -> bytes:
        return record_body(device, database.epoch, seq, record.id, record.kind, record.data, at.utc_ms)

    return Journal(database, CODEC, encode, ledger)


def _now() -> Instant:
    return Instant(time.monotonic_ns() // 1_000_000, time.time_ns() // 1_000_000)
