"""The terminal's key in a PKCS #11 token: a smart card, an HSM, a secure element with a driver.

Enters: `module:label` (the driver's file, the token's label); the PIN in the file `pin` beside the
identity's folder, mode 0600, or empty. Leaves: `key.token` in the identity's folder, the key's id and its
public half; signatures. Library: python-pkcs11.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pkcs11
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pkcs11 import KeyType, Mechanism, ObjectClass
from pkcs11.exceptions import PKCS11Error
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters

from agent.fleet import disk
from agent.fleet.keystore import IdentityKey, KeyTrouble

TRACE, PIN = "key.token", "pin"
ID_BYTES = 16


class TokenKey:
    """One key of the token, found by its id."""

    def __init__(self, store: TokenKeyStore, folder: Path, id: bytes, public_der: bytes) -> None:
        self._store, self._folder, self._id, self._public_der = store, folder, id, public_der

    def public_key(self) -> ec.EllipticCurvePublicKey:
        key = load_der_public_key(self._public_der)
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise KeyTrouble(f"{self._folder / TRACE}: a key of another kind (expected EC P-256)")
        return key

    def sign(self, message: bytes) -> bytes:
        with self._store.session(self._folder) as session:
            key: Any = session.get_key(ObjectClass.PRIVATE_KEY, KeyType.EC, id=self._id)
            raw = key.sign(sha256(message).digest(), mechanism=Mechanism.ECDSA)
        half = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))


class TokenKeyStore:
    """Keys that the token makes and does not let out."""

    name = "pkcs11"

    def __init__(self, where: str) -> None:
        self._module, colon, self._label = where.rpartition(":")
        if not (self._module and colon and self._label):
            raise KeyTrouble(
                f"fleet.keystore_where = {where!r}: expected module:label, as in "
                "/usr/lib/softhsm/libsofthsm2.so:hyla"
            )

    def make(self, folder: Path) -> IdentityKey:
        id = secrets.token_bytes(ID_BYTES)
        with self.session(folder, writing=True) as session:
            curve = session.create_domain_parameters(
                KeyType.EC,
                {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")},
                local=True,
            )
            public, _ = curve.generate_keypair(id=id, label="hyla", store=True)
            der = encode_ec_public_key(public)
        disk.write(folder / TRACE, id + der)
        return TokenKey(self, folder, id, der)

    def open(self, folder: Path) -> IdentityKey:
        path = folder / TRACE
        try:
            trace = path.read_bytes()
        except OSError as error:
            expected = "expected the trace of this terminal's key; without it the terminal is claimed anew"
            raise KeyTrouble(f"{path}: {error.strerror} ({expected})") from None
        return TokenKey(self, folder, trace[:ID_BYTES], trace[ID_BYTES:])

    def discard(self, folder: Path) -> None:
        path = folder / TRACE
        if not path.exists():
            return
        id = path.read_bytes()[:ID_BYTES]
        with self.session(folder, writing=True) as session:
            for thing in list(session.get_objects({pkcs11.Attribute.ID: id})):
                thing.destroy()
        disk.remove(path)

    @contextmanager
    def session(self, folder: Path, writing: bool = False) -> Iterator[pkcs11.Session]:
        """The token, opened with its PIN."""
        pin_file = folder.parent.parent / PIN
        pin = pin_file.read_text("ascii").strip() if pin_file.exists() else ""
        try:
            token = pkcs11.lib(self._module).get_token(token_label=self._label)
            with token.open(rw=writing, user_pin=pin or None) as session:
                yield session
        except (PKCS11Error, RuntimeError) as error:
            why = str(error) or type(error).__name__
            raise KeyTrouble(
                f"fleet.keystore_where = {self._module}:{self._label}: the token did not do it ({why}); "
                f"expected a token of that label and its PIN in {pin_file}"
            ) from None
