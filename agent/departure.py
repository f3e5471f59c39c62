"""Following the note: what a start does before everything else when the terminal leaves its shop.

Enters: a profile whose data folder has the note. Leaves: a terminal of another shop, or one from the box;
the old shop's journal in the archive, sealed for its owner; the receipt. There is one way, and each step
of it may be done twice: the power may go between any two. docs/decisions/0023.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from agent.fleet import disk
from agent.fleet.assignment import AnchorTrouble, NotAssigned, read_anchors, read_assignment
from agent.fleet.boots import FILE as BOOTS
from agent.fleet.farewell import NOTE, RECEIPT, Note, destroy, put, read_note
from agent.fleet.identity import FOLDER as IDENTITY
from agent.fleet.identity import SPENT, IdentityFolder, IdentityTrouble
from agent.fleet.keystore import KeyTrouble
from agent.fleet.machine import Machine, MachineTrouble, this_machine
from agent.fleet.parcel import ParcelTrouble, packed_for
from agent.fleet.signed import Anchors
from agent.fleet.stores import keystore
from agent.profile.layers import hardware_only
from agent.profile.loader import LOCAL_LAYERS, folder_of, load
from agent.profile.schema import Profile
from agent.storage.folder import DATABASE, DEVICE_KEY, KEY, LOCK, lock_folder
from agent.storage.leave import key_in, without_faces
from agent.storage.trouble import StorageError

log = logging.getLogger(__name__)

ANCHOR, ARCHIVE, SEALED, MODELS = "anchor.pem", "archive", "key.sealed", "models"
TECHNICIAN = LOCAL_LAYERS["technician"]
ALWAYS_STAYS = frozenset({ANCHOR, ARCHIVE, MODELS, LOCK, NOTE, RECEIPT, SPENT, IDENTITY})
"""Names in the data folder that a shop does not leave behind. Whatever is not known to stay goes."""
FLEET_TROUBLE = (AnchorTrouble, IdentityTrouble, KeyTrouble, MachineTrouble, ParcelTrouble, StorageError)


class LeavingTrouble(Exception):
    """It cannot leave, or not go on leaving: what, what was expected, the next step."""


def go_on_leaving(path: Path, overrides: Sequence[str]) -> str:
    """What comes before everything else at a start. Empty: nobody leaves; else what was done.

    Raises:
        ProfileError: the settings cannot be read.
        LeavingTrouble: it cannot be done now; the next start goes on.
    """
    data = folder_of(path, overrides)
    if data is None or not (data / NOTE).exists():
        return ""
    return finish(load(path, overrides))


def finish(profile: Profile) -> str:
    """Follow the note to its end. Raises LeavingTrouble."""
    data = Path(profile.device.data_dir)
    try:
        lock = lock_folder(data)
        try:
            note = read_note(data)
            return _followed(profile, data, note) if note else ""
        finally:
            os.close(lock)
    except (*FLEET_TROUBLE, NotAssigned, ValueError) as error:
        raise LeavingTrouble(f"{data}: cannot go on leaving: {error}") from None
    except OSError as error:
        raise LeavingTrouble(f"{error.filename or data}: {error.strerror or error}; start again") from None


def _followed(profile: Profile, data: Path, note: Note) -> str:
    """Faces first: what can do most harm goes while the least can go wrong."""
    destroy(data / DEVICE_KEY)
    _archive(data, note)
    identities = IdentityFolder(data, keystore(profile.fleet))
    if note.why == "moved":
        machine, anchors, _ = fleet_of(profile)
        _take_place(identities, anchors, machine, note)
        _keep_hardware(data)
    else:
        identities.wipe({*_used(identities), *filter(None, (note.order,))})
    for path in _of_the_shop(data, profile, note):
        if path.is_dir() and not path.is_symlink():
            disk.remove_folder(path)
        else:
            disk.remove(path)
    disk.settle(data)
    if note.receipt:
        put(data / RECEIPT, note.receipt.encode("ascii"))
    disk.remove(data / NOTE)
    disk.settle(data)
    return {"moved": "moved to its new shop", "retired": "retired: a terminal from the box"}.get(
        note.why, "forgotten: a terminal from the box"
    )


def _archive(data: Path, note: Note) -> None:
    """The journal, sealed for its owner, whoever that is; where nobody was named it goes with its key."""
    place = data / ARCHIVE / note.archive
    if note.owner_key and not (place / SEALED).exists() and key_in(data) is not None:
        for folder in (data / ARCHIVE, place):
            if not folder.is_dir():
                disk.make_folder(folder)
                disk.settle(folder.parent)
        for name in (f"{DATABASE}-wal", DATABASE):
            if (data / name).exists():
                disk.rename(data / name, place / name)
        disk.settle(place)
        disk.settle(data)
        key = key_in(data)
        if key is not None and (place / DATABASE).exists():
            _without_faces(place, key)
            put(place / SEALED, packed_for(note.owner_key, key, note.archive))
    destroy(data / KEY)


def _without_faces(place: Path, key: bytes) -> None:
    """A damaged file goes into the archive as it is: no template in it opens, their key is destroyed."""
    try:
        without_faces(place, key)
    except StorageError as error:
        log.error("%s (it goes into the archive as it is; the key of its templates is destroyed)", error)


def _take_place(identities: IdentityFolder, anchors: Anchors, machine: Machine, note: Note) -> None:
    log.info("identity: %s", identities.recover())
    now = identities.read(anchors, machine.serial)
    if now is None or now.assignment.id != note.order:
        identities.switch(note.jws, read_assignment(note.jws, anchors), None)
    identities.leave_behind()


def _keep_hardware(data: Path) -> None:
    """Of what a technician set on the spot, what is about this machine and not about the shop."""
    path = data / TECHNICIAN
    if path.exists():
        put(path, hardware_only(path.read_text("utf-8")).encode())


def _used(identities: IdentityFolder) -> frozenset[str]:
    try:
        return identities.used()
    except IdentityTrouble as trouble:
        log.warning("which codes were used before is lost: %s", trouble)
        return frozenset()


def _of_the_shop(data: Path, profile: Profile, note: Note) -> Iterator[Path]:
    """Everything in the folder that is not known to stay."""
    stays = set(ALWAYS_STAYS)
    if note.why == "moved":
        stays |= {BOOTS, TECHNICIAN}
    named = [profile.vision.models_dir, profile.fleet.anchor_file, profile.fleet.ca_file]
    inside = [Path(one).resolve() for one in named if one]
    for path in sorted(data.iterdir()):
        if path.name not in stays and not any(one.is_relative_to(path.resolve()) for one in inside):
            yield path


def fleet_of(profile: Profile) -> tuple[Machine, Anchors, IdentityFolder]:
    """What this terminal has of fleet's. Raises one of FLEET_TROUBLE."""
    data, fleet = Path(profile.device.data_dir), profile.fleet
    machine = this_machine(fleet.serial, fleet.model)
    anchors = read_anchors(Path(fleet.anchor_file or data / ANCHOR))
    return machine, anchors, IdentityFolder(data, keystore(fleet))
