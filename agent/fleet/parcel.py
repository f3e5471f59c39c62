"""A parcel for the owner alone: HPKE (RFC 9180; X25519, HKDF-SHA256, AES-256-GCM) and nothing of our own.

Enters: bytes, the owner's public key as head office's signed command names it. Leaves: bytes that nobody on
the way can read, this terminal included. `about` says whose they are and why; another one does not open it.
"""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
MARK = b"HYLA-PARCEL-1\n"
KEY_BYTES = 32


class ParcelTrouble(Exception):
    """No key of an owner, or a parcel that this key does not open."""


def packed_for(owner: str, plain: bytes, about: str) -> bytes:
    """`owner` as `owner_key` wrote it. Raises ParcelTrouble."""
    return MARK + SUITE.encrypt(plain, _public(owner), about.encode())


def unpacked_by(key: X25519PrivateKey, parcel: bytes, about: str) -> bytes:
    """The owner's side. Raises ParcelTrouble."""
    if not parcel.startswith(MARK):
        raise ParcelTrouble("no parcel of a terminal")
    try:
        return SUITE.decrypt(parcel.removeprefix(MARK), key, about.encode())
    except (InvalidTag, ValueError):
        raise ParcelTrouble("a parcel that was packed for another key, or changed on its way") from None


def owner_key(key: X25519PrivateKey) -> str:
    """The public half, as it travels in a command."""
    return base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).rstrip(b"=").decode()


def _public(owner: str) -> X25519PublicKey:
    try:
        raw = base64.b64decode(owner + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise ParcelTrouble("no public key of an owner (expected X25519, 43 characters)")
    return X25519PublicKey.from_public_bytes(raw)
