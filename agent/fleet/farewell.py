"""What a terminal leaves behind when it leaves a shop: a note to itself, and a receipt for head office.

Enters: head office's order, the terminal's own key. Leaves: `leaving.json`, the note from which every start
goes on until nothing of the old shop is left; the receipt, a JWS (ES256) by the key whose certificate head
office gave, signed before that key is destroyed. Owner of both files.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Annotated, Any, Literal

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from agent.fleet import disk
from agent.fleet.keystore import IdentityKey

NOTE, RECEIPT = "leaving.json", "farewell.jws"
TYP = "hyla-farewell"
ALGORITHM = "ES256"
HALF_BYTES = 32
RECEIPT_MAX = 2000
Why = Literal["moved", "retired", "forgotten"]
DESTROYED = ("templates", "members", "keys", "settings", "prices", "promotions")

Word = Annotated[str, msgspec.Meta(max_length=64)]


class NoReceipt(Exception):
    """This text is no receipt, or not one of the terminal whose key it was checked with."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """Who left which shop, when, by which order, and what was lost with it. `to` is empty unless it moved;
    `order` unless head office ordered it. `lost` counts what was missing when nobody would wait: lack → how
    many. `rows` and `head` are the journal's: whoever opens the archive finds the same."""

    typ: Literal["hyla-farewell"] = "hyla-farewell"
    v: Literal[1] = 1
    why: Why
    serial: Word
    device: Word
    shop: Word
    till: int
    to: Word = ""
    order: Word = ""
    iat: int
    destroyed: tuple[Word, ...] = DESTROYED
    archived: bool = True
    rows: int = 0
    head: Word = ""
    lost: dict[str, int] = {}


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """The way on, for whoever starts next: what was ordered and for whom the journal is sealed."""

    why: Why
    archive: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,80}\Z")]
    owner_key: str
    order: str = ""
    jws: str = ""
    receipt: str = ""


def sign_receipt(receipt: Receipt, key: IdentityKey) -> str:
    """By the terminal's own key, wherever it lives. Raises KeyTrouble."""
    header = msgspec.json.encode({"alg": ALGORITHM, "typ": TYP})
    said = f"{_base64(header)}.{_base64(msgspec.json.encode(receipt))}"
    r, s = decode_dss_signature(key.sign(said.encode("ascii")))
    return f"{said}.{_base64(r.to_bytes(HALF_BYTES) + s.to_bytes(HALF_BYTES))}"


def read_receipt(text: str, public: EllipticCurvePublicKey) -> Receipt:
    """Head office's side. Raises NoReceipt."""
    try:
        return _receipt(jwt.PyJWS([ALGORITHM]).decode(text, public, [ALGORITHM]))
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise NoReceipt("the signature is not this terminal's") from None


def unchecked(text: str) -> Receipt:
    """What it says, whoever signed it: to know whose key to check it with. Raises NoReceipt."""
    if not 1 <= len(text) <= RECEIPT_MAX or not text.isascii():
        raise NoReceipt("no receipt of a terminal (expected what `hyla fleet receipt` prints)")
    options: Any = {"verify_signature": False}
    try:
        return _receipt(jwt.PyJWS([ALGORITHM]).decode(text, options=options))
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise NoReceipt("no receipt of a terminal (expected what `hyla fleet receipt` prints)") from None


# --- the note -----------------------------------------------------------------------------------------


def read_note(data: Path) -> Note | None:
    """None: nobody is leaving. Raises ValueError for a file that somebody else wrote."""
    try:
        return msgspec.json.decode((data / NOTE).read_bytes(), type=Note)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError:
        raise ValueError(f"{data / NOTE}: not readable (expected what this terminal wrote; take it away "
                         "when it is not of this terminal, then start again)") from None  # fmt: skip


def write_note(data: Path, note: Note) -> None:
    """From here on there is no way back. Raises OSError: nothing was changed."""
    put(data / NOTE, msgspec.json.encode(note))


def put(path: Path, content: bytes) -> None:
    """Whole, under its name, on disk; or as it was."""
    new = path.with_name(f".{path.name}.new")
    disk.write(new, content)
    disk.rename(new, path)
    disk.settle(path.parent)


def destroy(path: Path) -> None:
    """A key: overwritten as far as the disk lets us, then gone. One that is not there does no harm."""
    if path.is_file():
        disk.write(path, bytes(path.stat().st_size))
        disk.remove(path)
        disk.settle(path.parent)


def _receipt(body: Any) -> Receipt:
    try:
        return msgspec.json.decode(body, type=Receipt)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise NoReceipt("no receipt of a terminal") from None


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
