"""The folder of the identity: `identity/N/`, and `current`, which points at the one that counts.

Enters: an assignment, and a certificate where there is one. Leaves: Identity, always a whole one. A new
identity is made beside the old one and switched to in one step; the power may go at any moment, and
afterwards it is the old or the new (docs/decisions/0021). Owner of everything in the folder.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from agent.core.assignment import Assignment
from agent.fleet import disk
from agent.fleet.assignment import NotAssigned, read_assignment
from agent.fleet.certificate import BadCertificate, Validity, checked, validity_of
from agent.fleet.keystore import IdentityKey, KeyStore
from agent.fleet.layer import layer_text
from agent.fleet.signed import Anchors

log = logging.getLogger(__name__)

FOLDER, CURRENT, NEXT, DRAFT = "identity", "current", ".current", "draft"
ASSIGNMENT, LAYER, USED = "assignment.jws", "assignment.toml", "used"
SPENT = "spent"
GONE = ".identity-gone"
CERTIFICATE, CA = "certificate.pem", "ca.pem"
KEPT = 2  # the one that counts, and the one before it while a link may still use it


class IdentityTrouble(Exception):
    """The identity on this disk cannot be used: file, what was expected, the next step."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this terminal is. `validity` is None until it has a certificate."""

    number: int
    folder: Path
    assignment: Assignment
    jws: str
    validity: Validity | None


@dataclass(frozen=True, slots=True)
class Papers:
    """What came back from the authority."""

    chain_pem: str
    ca_pem: str


class IdentityFolder:
    """One terminal's identities. Used by one process at a time: the setup visit, then the agent."""

    def __init__(self, data: Path, store: KeyStore) -> None:
        self._folder = data / FOLDER
        self._store = store

    # --- reading --------------------------------------------------------------------------------------

    def read(self, anchors: Anchors, serial: str) -> Identity | None:
        """The identity that counts; None: not claimed yet.

        Raises:
            IdentityTrouble: there is one and it is not this terminal's, or not whole.
        """
        number = self._current()
        if number is None:
            return None
        folder = self._folder / str(number)
        try:
            jws = (folder / ASSIGNMENT).read_text("ascii")
            assignment = read_assignment(jws, anchors)
        except OSError as error:
            raise IdentityTrouble(f"{error.filename}: {error.strerror}; {NEXT_STEP}") from None
        except (NotAssigned, ValueError):
            text = "the assignment is not signed by head office as this terminal knows it (anchor)"
            raise IdentityTrouble(f"{folder / ASSIGNMENT}: {text}; {NEXT_STEP}") from None
        if assignment.serial != serial:
            raise IdentityTrouble(
                f"{folder}: made for the machine {assignment.serial}, this one is {serial}: the disk was "
                f"copied or moved; {NEXT_STEP}"
            )
        return Identity(number, folder, assignment, jws, _validity(folder))

    def used(self) -> frozenset[str]:
        """Words of head office that this terminal has followed, also as another shop's; none of them counts
        again."""
        number = self._current()
        here = None if number is None else self._folder / str(number) / USED
        spent = self._folder.parent / SPENT
        try:
            before = spent.read_text("ascii").split() if spent.exists() else []
            return frozenset((*before, *(here.read_text("ascii").split() if here else ())))
        except OSError as error:
            raise IdentityTrouble(f"{error.filename}: {error.strerror}; {NEXT_STEP}") from None

    def key(self, identity: Identity) -> IdentityKey:
        """The key of an identity. Raises KeyTrouble."""
        return self._store.open(identity.folder)

    # --- changing -------------------------------------------------------------------------------------

    def recover(self) -> str:
        """After a start: an identity that was made and not switched to is a draft again. Says in one
        sentence where the terminal stands."""
        if not self._folder.is_dir():
            return "not claimed yet"
        current = self._current()
        unfinished = [number for number in self._numbers() if number > (current or 0)]
        for number in unfinished:
            self._undo(self._folder / str(number))
        if (self._folder / NEXT).is_symlink():
            disk.remove(self._folder / NEXT)
            disk.settle(self._folder)
        stands = "not claimed yet" if current is None else f"identity {current} counts"
        return stands + (": the power went before a new one did" if unfinished else "")

    def draft_key(self) -> IdentityKey:
        """The key of the next identity: made once, the same after a restart."""
        draft = self._folder / DRAFT
        if not self._folder.is_dir():
            disk.make_folder(self._folder)
            disk.settle(self._folder.parent)
        if not draft.is_dir():
            fresh = self._folder / ".draft"
            if fresh.is_dir():
                self._store.discard(fresh)
                disk.remove_folder(fresh)
            disk.make_folder(fresh)
            self._store.make(fresh)
            disk.settle(fresh)
            disk.rename(fresh, draft)
            disk.settle(self._folder)
        return self._store.open(draft)

    def switch(self, jws: str, assignment: Assignment, papers: Papers | None) -> int:
        """Make the draft the identity that counts; returns its number.

        Raises:
            BadCertificate: the papers are not for the draft's key; nothing was changed.
        """
        draft, current = self._folder / DRAFT, self._current() or 0
        key = self.draft_key()
        if papers is not None:
            checked(
                papers.chain_pem, papers.ca_pem, key.public_key(), assignment.device, assignment.ca_sha256
            )
        used = self.used() | {assignment.id}
        disk.write(draft / ASSIGNMENT, jws.encode("ascii"))
        disk.write(draft / USED, ("\n".join(sorted(used)) + "\n").encode("ascii"))
        disk.write(draft / LAYER, layer_text(assignment).encode())
        for name, text in ((CERTIFICATE, papers and papers.chain_pem), (CA, papers and papers.ca_pem)):
            if text:
                disk.write(draft / name, text.encode("ascii"))
            elif (draft / name).exists():  # of an earlier try that the power ended
                disk.remove(draft / name)
        disk.settle(draft)
        number = current + 1
        disk.rename(draft, self._folder / str(number))
        disk.settle(self._folder)
        if (self._folder / NEXT).is_symlink():
            disk.remove(self._folder / NEXT)
        disk.link(self._folder / NEXT, str(number))
        disk.rename(self._folder / NEXT, self._folder / CURRENT)
        disk.settle(self._folder)
        self._clear(number)
        return number

    def leave_behind(self) -> None:
        """Only the identity that counts is left, and no draft: what a move leaves of the old shop."""
        current = self._current() or 0
        for folder in [*(self._folder / str(one) for one in self._numbers()), self._folder / DRAFT]:
            if folder.is_dir() and folder.name != str(current):
                self._store.discard(folder)
                disk.remove_folder(folder)
        disk.settle(self._folder)

    def wipe(self, spent: Collection[str] = ()) -> None:
        """Forget who this terminal is: keys first, then everything. What it has followed (`spent`) is
        remembered: a code that lies about does not count twice."""
        if spent:
            new = self._folder.with_name(f".{SPENT}.new")
            disk.write(new, ("\n".join(sorted(spent)) + "\n").encode("ascii"))
            disk.rename(new, self._folder.with_name(SPENT))
            disk.settle(self._folder.parent)
        gone = self._folder.with_name(GONE)
        if gone.is_dir():  # of a wiping that the power ended
            disk.remove_folder(gone)
        if not self._folder.is_dir():
            return
        for folder in [*(self._folder / str(number) for number in self._numbers()), self._folder / DRAFT]:
            if folder.is_dir():
                self._store.discard(folder)
        disk.rename(self._folder, gone)
        disk.settle(gone.parent)
        disk.remove_folder(gone)

    # --- pieces ---------------------------------------------------------------------------------------

    def _current(self) -> int | None:
        try:
            target = (self._folder / CURRENT).readlink()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise IdentityTrouble(f"{error.filename}: {error.strerror}; {NEXT_STEP}") from None
        if not str(target).isdigit() or not (self._folder / target).is_dir():
            raise IdentityTrouble(f"{self._folder / CURRENT}: points nowhere; {NEXT_STEP}")
        return int(str(target))

    def _numbers(self) -> list[int]:
        return sorted(int(entry.name) for entry in self._folder.iterdir() if entry.name.isdigit())

    def _undo(self, folder: Path) -> None:
        """Its key is a draft again, unless there is a newer one already."""
        draft = self._folder / DRAFT
        if draft.exists():
            self._store.discard(folder)
            disk.remove_folder(folder)
        else:
            disk.rename(folder, draft)
        disk.settle(self._folder)

    def _clear(self, current: int) -> None:
        """Old identities go: a stolen disk should hold no key that still opens something."""
        for number in self._numbers():
            if number <= current - KEPT:
                folder = self._folder / str(number)
                self._store.discard(folder)
                disk.remove_folder(folder)


def _validity(folder: Path) -> Validity | None:
    path = folder / CERTIFICATE
    try:
        return validity_of(path.read_text("ascii"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, BadCertificate) as error:
        raise IdentityTrouble(f"{path}: {error}; {NEXT_STEP}") from None


NEXT_STEP = "next step: `hyla fleet forget` (it says what is lost), then claim this terminal anew"
