"""The device's key, and what hangs on it: persons' keys, the store's key, the receipts' signature.

Enters: 32 secret bytes that never leave this device. Leaves: sealed bytes, opened bytes, signatures.
Everything sealed is AES-256-GCM and bound to words (whose it is, what made it): moved to another row, it
does not open. One purpose's key says nothing about another's (HKDF).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
SEAL_BYTES = NONCE_BYTES + 16  # what sealing adds: the nonce in front, the tag behind


class SealBroken(Exception):
    """Sealed bytes that this key and these words do not open: damaged, moved, or of another device."""


class DeviceKey:
    """The one key everything else hangs on. Never printed."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def __repr__(self) -> str:
        return "DeviceKey(•••)"

    def wrap(self, key: bytes, *words: str) -> bytes:
        """A key that may lie on disk, bound to these words."""
        return seal(self._derived("wrapping"), key, words)

    def unwrap(self, wrapped: bytes, *words: str) -> bytes:
        """Raises SealBroken."""
        return open_sealed(self._derived("wrapping"), wrapped, words)

    @property
    def public_key(self) -> bytes:
        """What a receipt's signature is checked with; for everybody."""
        return self._signer().public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Ed25519: 64 bytes."""
        return self._signer().sign(message)

    def _signer(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._derived("receipts"))

    def _derived(self, purpose: str) -> bytes:
        info = f"hyla device key: {purpose}".encode()
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(self._raw)


def new_key() -> bytes:
    """32 bytes of chance."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, plain: bytes, words: Iterable[str]) -> bytes:
    """Nonce, ciphertext, tag. The nonce is chance: a person's key seals once, the device's wraps far
    fewer than the 2³² at which chance would repeat itself."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, _bound(words))


def open_sealed(key: bytes, sealed: bytes, words: Iterable[str]) -> bytes:
    """Raises SealBroken."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(words))
    except (InvalidTag, ValueError):
        raise SealBroken("sealed bytes do not open: damaged, moved, or another device's") from None


def is_signed(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the holder of this key's other half signed the message."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _bound(words: Iterable[str]) -> bytes:
    """The words with their lengths: none can run into its neighbour."""
    return b"".join(len(word.encode()).to_bytes(4) + word.encode() for word in words)
