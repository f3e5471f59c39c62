"""The terminal's own key, EC P-256, wherever it lives; it is made there and never leaves.

Enters: a folder of the identity, where a store leaves what it needs to find its key again. Leaves: the
public half, signatures, requests. The default store is a file with mode 0600; `tpm` and `pkcs11`
hold keys in hardware behind the same two Protocols.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509.oid import NameOID

from agent.fleet import disk

KEY_FILE = "key.pem"
ECDSA = ec.ECDSA(hashes.SHA256())


class KeyTrouble(Exception):
    """The key cannot be made, found or used: where it was looked for, what was expected, the next step."""


class IdentityKey(Protocol):
    """One key pair."""

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """The half that everybody may know."""

    def sign(self, message: bytes) -> bytes:
        """ECDSA over SHA-256, DER. Raises KeyTrouble."""


class KeyStore(Protocol):
    """Where keys are made. `name` is the word in the settings."""

    name: str

    def make(self, folder: Path) -> IdentityKey:
        """A new key; its trace (for `file`, itself) is on disk in this folder. Raises KeyTrouble."""

    def open(self, folder: Path) -> IdentityKey:
        """The key that was made for this folder. Raises KeyTrouble."""

    def discard(self, folder: Path) -> None:
        """Destroy the key of a folder that is given up; one that is not there does no harm."""


class FileKey:
    """A key in memory, from a file."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._key.public_key()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message, ECDSA)


class FileKeyStore:
    """`key.pem` in the identity's folder, mode 0600."""

    name = "file"

    def make(self, folder: Path) -> IdentityKey:
        key = ec.generate_private_key(ec.SECP256R1())
        plain, form = serialization.NoEncryption(), serialization.PrivateFormat.PKCS8
        disk.write(folder / KEY_FILE, key.private_bytes(serialization.Encoding.PEM, form, plain))
        return FileKey(key)

    def open(self, folder: Path) -> IdentityKey:
        path = folder / KEY_FILE
        expected = "expected this terminal's key in PEM; without it the terminal is claimed anew"
        try:
            if path.stat().st_mode & 0o077:
                raise KeyTrouble(
                    f"{path}: can be read by other users here (expected 0600: `chmod 600 {path}`;"
                    " where somebody may have copied it, have the terminal revoked and claim it anew)"
                )
            key = serialization.load_pem_private_key(path.read_bytes(), None)
        except OSError as error:
            raise KeyTrouble(f"{path}: {(error.strerror or str(error)).lower()} ({expected})") from None
        except (ValueError, TypeError):
            raise KeyTrouble(f"{path}: no key in it ({expected})") from None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise KeyTrouble(f"{path}: a key of another kind (expected EC P-256; {expected})")
        return FileKey(key)

    def discard(self, folder: Path) -> None:
        path = folder / KEY_FILE
        if path.exists():
            disk.write(path, bytes(path.stat().st_size))  # as far as the disk lets us overwrite
            disk.remove(path)


def request_pem(key: IdentityKey, common_name: str) -> bytes:
    """A certificate request (PKCS #10, PEM), signed by the key where it lives. The name in it is only what
    the terminal believes to be called; the authority writes its own."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    return builder.sign(_Signer(key), hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


class _Signer(ec.EllipticCurvePrivateKey):
    """A key that lives elsewhere, in the shape in which the library takes one: it only signs."""

    def __init__(self, key: IdentityKey) -> None:
        self._key = key

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._key.public_key()

    @property
    def curve(self) -> ec.EllipticCurve:
        return ec.SECP256R1()

    @property
    def key_size(self) -> int:
        return 256

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        if isinstance(signature_algorithm.algorithm, Prehashed):
            raise KeyTrouble("this key signs messages, no hashes")
        return self._key.sign(bytes(data))

    def exchange(self, *_: Any) -> bytes:
        raise KeyTrouble("this key only signs")

    def private_numbers(self) -> ec.EllipticCurvePrivateNumbers:
        raise KeyTrouble("this key never leaves its store")

    def private_bytes(self, *_: Any) -> bytes:
        raise KeyTrouble("this key never leaves its store")

    def __copy__(self) -> _Signer:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> _Signer:
        return self
