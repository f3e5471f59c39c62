"""What a person who is gone takes home: which key was destroyed, and where the journal says so.

Enters: what was destroyed, and the journal just after. Leaves: a signed receipt, or the reason why one
does not hold. The journal's row carries the digest of the first half, the receipt carries the row's hash,
the device signs all of it: neither can be made up afterwards, and a later chain still contains it.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace

import apsw
import msgspec

from agent.core.ids import PersonId
from agent.storage.database import Database
from agent.storage.keys import DeviceKey, is_signed
from agent.storage.templates import Destroyed
from agent.storage.verify import verify

CODE = "hyla-receipt"


@dataclass(frozen=True, slots=True)
class Unsigned:
    """What was done. `destroyed` is None while another purpose still needs the face, or when none was."""

    device: str
    person: PersonId
    withdrawn: tuple[str, ...]
    destroyed: Destroyed | None
    utc_ms: int
    why: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()


@dataclass(frozen=True, slots=True)
class Receipt:
    """As printed: what was done, the journal's row that says so, the signature over both (hex)."""

    what: Unsigned
    journal_epoch: str
    journal_seq: int
    journal_hash: str
    public_key: str
    signature: str = ""

    def message(self) -> bytes:
        """What is signed: everything but the signature."""
        return msgspec.json.encode(replace(self, signature=""))

    def code(self) -> str:
        """For a square code: what was done as its digest, where the journal says so, the signature. Nothing
        of the person; the whole of it is had under the digest's first letters."""
        signature = base64.urlsafe_b64encode(bytes.fromhex(self.signature)).decode().rstrip("=")
        words = (
            CODE,
            self.what.device,
            str(self.journal_seq),
            self.what.sha256,
            self.journal_hash,
            signature,
        )
        return ":".join(words)

    def text(self) -> str:
        """One JSON object over several lines, for paper and file."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2).decode()


def keep_receipt(connection: apsw.Connection, what: Unsigned, seq: int) -> None:
    """Inside the transaction of journal row `seq`: enough to sign it at any time, also after a kill."""
    body = msgspec.json.encode(what)
    connection.execute("INSERT INTO receipts VALUES (?, ?, ?)", (what.sha256, seq, body))


def receipt_of(database: Database, device: DeviceKey, sha256: str) -> Receipt:
    """The receipt for what the journal says. Raises KeyError: it says nothing of it."""
    asked = "SELECT r.what, r.journal_seq, j.hash FROM receipts r JOIN journal j ON j.seq = r.journal_seq"
    for body, seq, hash_ in database.rows(f"{asked} WHERE r.sha256 = ?", (sha256,)):
        what = msgspec.json.decode(body, type=Unsigned)
        receipt = Receipt(what, database.epoch, seq, hash_.hex(), device.public_key.hex())
        return replace(receipt, signature=device.sign(receipt.message()).hex())
    raise KeyError(sha256)


def digests(database: Database, begins: str = "", person: str = "") -> list[str]:
    """Whose receipts there are, oldest first: all whose digest begins so, or this person's."""
    rows = database.rows("SELECT sha256, what FROM receipts ORDER BY journal_seq")
    return [
        sha256
        for sha256, body in rows
        if sha256.startswith(begins)
        and (not person or msgspec.json.decode(body, type=Unsigned).person == person)
    ]


def read_receipt(text: str | bytes) -> Receipt:
    """Raises ValueError: not a receipt."""
    try:
        receipt = msgspec.json.decode(text, type=Receipt)
        bytes.fromhex(receipt.public_key + receipt.signature)
        return receipt
    except (msgspec.MsgspecError, ValueError) as error:
        raise ValueError(f"not a receipt of hyla: {error}") from None


def objections(receipt: Receipt, database: Database, public_key: bytes) -> list[str]:
    """Why this receipt does not hold here; empty when it does. `public_key` is this device's."""
    found = []
    if bytes.fromhex(receipt.public_key) != public_key:
        found.append("it was signed by another device")
    if not is_signed(public_key, bytes.fromhex(receipt.signature), receipt.message()):
        found.append("its signature does not fit what it says")
    row = database.rows("SELECT body, hash FROM journal WHERE seq = ?", (receipt.journal_seq,))
    if not row or row[0][1].hex() != receipt.journal_hash or receipt.what.sha256 not in row[0][0]:
        found.append(f"row {receipt.journal_seq} of this journal says something else")
    elif verify(database).misfit is not None:
        found.append("the journal's chain is broken (hyla journal verify)")
    wrapped = [blob for (blob,) in database.rows("SELECT wrapped_key FROM templates")]
    gone = receipt.what.destroyed
    if gone and gone.wrapped_key_sha256 in {hashlib.sha256(blob).hexdigest() for blob in wrapped}:
        found.append("the key it calls destroyed is still here")
    return found
