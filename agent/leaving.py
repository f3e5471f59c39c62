"""Out of a shop: head office's order judged, the receipt signed, the note written.

Enters: head office's order, at the scanner of the running terminal or by hand. Leaves: the note, from
which on there is no way back; `departure` follows it at the next start. Before it nothing was changed.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from agent.core.assignment import Assignment, Expected, Retirement, misplaced
from agent.core.commands import CountUnsent, JudgeOrder, SignFarewell
from agent.core.directions import LeavingOrder
from agent.core.events import FarewellSigned, OrderJudged, UnsentCounted
from agent.core.ids import DeviceId
from agent.core.leaving import MEANING, Lack, missing
from agent.core.state import Kept
from agent.core.trusted_time import known_now
from agent.departure import FLEET_TROUBLE, LeavingTrouble, finish, fleet_of
from agent.fleet.assignment import (
    PREFIX,
    NotAssigned,
    read_order,
)
from agent.fleet.farewell import (
    Note,
    Receipt,
    sign_receipt,
    write_note,
)
from agent.fleet.identity import Identity, IdentityFolder, IdentityTrouble
from agent.fleet.keystore import KeyTrouble
from agent.fleet.machine import Machine, this_machine
from agent.fleet.signed import Anchors
from agent.ports import JournalTrouble, Post
from agent.profile.schema import Profile
from agent.storage.codec import CodecError
from agent.storage.database import Database, open_database
from agent.storage.folder import DATABASE
from agent.storage.leave import journal_end, waiting
from agent.storage.trouble import StorageError
from agent.trust import open_journal

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Here:
    """A terminal that head office has claimed: what it is, and as whom it stands where it stands."""

    data: Path
    machine: Machine
    anchors: Anchors
    identities: IdentityFolder
    merchant: str
    identity: Identity

    def now(self) -> Here:
        """As it stands now: a certificate may have come, or a newer one. Raises IdentityTrouble."""
        identity = self.identities.read(self.anchors, self.machine.serial)
        return self if identity is None else replace(self, identity=identity)


def here_of(profile: Profile) -> Here | None:
    """None: nobody claimed it. Raises LeavingTrouble."""
    if not profile.fleet.claim:
        return None
    data = Path(profile.device.data_dir)
    try:
        machine, anchors, identities = fleet_of(profile)
        identity = identities.read(anchors, machine.serial)
    except FLEET_TROUBLE as error:
        raise LeavingTrouble(str(error)) from None
    if identity is None:
        return None
    return Here(data, machine, anchors, identities, profile.fleet.merchant, identity)


def judged(here: Here, text: str) -> Assignment | Retirement:
    """Head office's order for this terminal. Raises NotAssigned."""
    order, came = read_order(text, here.anchors), here.identity.assignment
    now = known_now(int(time.time()), came.issued_utc_s)
    expected = Expected(here.machine.serial, here.merchant, here.identities.used(), now)
    if why := misplaced(order, came, expected):
        raise NotAssigned(why)
    return order


def farewell(here: Here, order: Assignment | Retirement, jws: str, database: Database) -> Note:
    """The note, with the receipt signed. Raises KeyTrouble."""
    came, moves = here.identity.assignment, isinstance(order, Assignment)
    rows, head = journal_end(database)
    receipt = Receipt(
        why="moved" if moves else "retired",
        serial=came.serial,
        device=came.device,
        shop=came.shop,
        till=came.till,
        to=f"{order.shop}/{order.till}" if isinstance(order, Assignment) else "",
        order=order.id,
        iat=known_now(int(time.time()), came.issued_utc_s),
        rows=rows,
        head=head,
    )
    return Note(
        why=receipt.why,
        archive=f"{came.device}-{database.epoch}",
        owner_key=order.owner_key,
        order=order.id,
        jws=jws if moves else "",
        receipt=sign_receipt(receipt, here.identities.key(here.identity)),
    )


class LeavingDesk:
    """What the running terminal needs of it. Called by the main thread alone; posts what comes of it."""

    def __init__(self, here: Here, database: Database, post: Post, restart: Callable[[], None]) -> None:
        self._here, self._database = here, database
        self._post, self._restart = post, restart
        self._order: tuple[Assignment | Retirement, str] | None = None

    def count(self, wish: CountUnsent) -> None:
        self._post(UnsentCounted(wish.number, *waiting(self._database)))

    def judge(self, wish: JudgeOrder) -> None:
        self._order, found, why = None, None, ""
        try:
            text = wish.code.reveal()
            order = judged(self._here.now(), text)
            self._order, found = (order, text.removeprefix(PREFIX)), _told(order)
        except NotAssigned as refusal:
            why = refusal.why.value
        except IdentityTrouble as trouble:
            log.error("leaving: %s", trouble)
            why = "garbage"
        self._post(OrderJudged(wish.number, found, why, *waiting(self._database)))

    def sign_farewell(self, wish: SignFarewell) -> None:
        """The one moment after which it leaves."""
        self._post(FarewellSigned(wish.order, *self._signed(wish.order)))

    def depart(self) -> None:
        self._restart()

    def _signed(self, id: str) -> tuple[str, str]:
        """The receipt; or a word for why there is none."""
        if self._order is None or self._order[0].id != id or any(waiting(self._database)):
            return "", "unsent"
        try:
            note = farewell(self._here.now(), *self._order, self._database)
            write_note(self._here.data, note)
        except (KeyTrouble, IdentityTrouble) as trouble:
            log.error("leaving: %s", trouble)
            return "", "key"
        except OSError as error:
            log.error("leaving: %s", error)
            return "", "disk"
        log.info("leaving %s: %s", self._here.identity.assignment.shop, note.why)
        return note.receipt, ""


def _told(order: Assignment | Retirement) -> LeavingOrder:
    if isinstance(order, Retirement):
        return LeavingOrder(order.id, "retire")
    return LeavingOrder(order.id, "move", order.shop, order.shop_zh, order.shop_en, order.till)


# --- by hand, while the terminal stands still ---------------------------------------------------------


def left_open(profile: Profile) -> tuple[Lack, ...]:
    """What keeps it where it is; the terminal may be running. Raises LeavingTrouble."""
    data = Path(profile.device.data_dir)
    if not (data / DATABASE).exists():
        return ()
    try:
        with open_database(data, readonly=True) as database:
            kept = open_journal(database, DeviceId(profile.device.id)).read(Kept)
            return missing(kept, *waiting(database)) if kept else ()
    except (StorageError, JournalTrouble, CodecError) as error:
        raise LeavingTrouble(str(error)) from None


def follow(profile: Profile, text: str) -> str:
    """Leave by head office's order. Returns what was done.

    Raises:
        NotAssigned: it is no order for this terminal.
        LeavingTrouble: something is missing, or it cannot be done now.
    """
    here = here_of(profile)
    if here is None:
        raise LeavingTrouble(
            "this terminal stands in no shop (nobody claimed it); there is nothing to leave"
        )
    order = judged(here, text.strip())
    if lacks := left_open(profile):
        raise LeavingTrouble(
            f"not yet: {', '.join(f'{lack.count} {MEANING[lack.what]}' for lack in lacks)}"
        )
    try:
        with open_database(here.data) as database:
            write_note(here.data, farewell(here, order, text.strip().removeprefix(PREFIX), database))
    except (KeyTrouble, StorageError, JournalTrouble, OSError) as error:
        raise LeavingTrouble(f"nothing was changed: {error}") from None
    return finish(profile)


def forget(profile: Profile, lost: Sequence[Lack]) -> str:
    """Leave without anybody's order, whatever is `lost` with it; also with an identity that cannot be used.
    Raises LeavingTrouble."""
    data, serial = Path(profile.device.data_dir), ""
    came: Assignment | None = None
    receipt, owner = "", ""
    try:
        serial = this_machine(profile.fleet.serial, profile.fleet.model).serial
        here = here_of(profile)
        if here is not None:
            came = here.identity.assignment
            owner = came.owner_key
            receipt = sign_receipt(_forgotten(came, lost), here.identities.key(here.identity))
    except (LeavingTrouble, *FLEET_TROUBLE) as error:
        log.warning("no receipt can be signed: %s", error)
    name = f"{came.device if came else serial.lower() or 'terminal'}-{secrets.token_hex(4)}"
    try:
        write_note(data, Note(why="forgotten", archive=name, owner_key=owner, receipt=receipt))
    except OSError as error:
        raise LeavingTrouble(f"nothing was changed: {error}") from None
    return finish(profile)


def _forgotten(came: Assignment, lost: Sequence[Lack]) -> Receipt:
    return Receipt(
        why="forgotten",
        serial=came.serial,
        device=came.device,
        shop=came.shop,
        till=came.till,
        iat=known_now(int(time.time()), came.issued_utc_s),
        archived=bool(came.owner_key),
        lost={lack.what.value: lack.count for lack in lost},
    )
