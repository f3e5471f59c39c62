"""The terminal's key in a TPM 2.0: made in the chip, wrapped for it, of no use on another machine.

Enters: the connection (`device:/dev/tpmrm0`, in tests a simulator's). Leaves: `key.tpm` in the identity's
folder, two blobs that only this chip can load; signatures. Library: tpm2-pytss, on Debian's libtss2.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from tpm2_pytss import (
    ESAPI,
    ESYS_TR,
    TPM2_ALG,
    TPM2_RH,
    TPM2_ST,
    TPM2B_DIGEST,
    TPM2B_PRIVATE,
    TPM2B_PUBLIC,
    TPM2B_SENSITIVE_CREATE,
    TPMA_OBJECT,
    TPMT_SIG_SCHEME,
    TPMT_TK_HASHCHECK,
    TSS2_Exception,
)

from agent.fleet import disk
from agent.fleet.keystore import IdentityKey, KeyTrouble

BLOBS = "key.tpm"
FIXED = TPMA_OBJECT.FIXEDTPM | TPMA_OBJECT.FIXEDPARENT | TPMA_OBJECT.SENSITIVEDATAORIGIN
PARENT = FIXED | TPMA_OBJECT.USERWITHAUTH | TPMA_OBJECT.RESTRICTED | TPMA_OBJECT.DECRYPT
SIGNER = FIXED | TPMA_OBJECT.USERWITHAUTH | TPMA_OBJECT.SIGN_ENCRYPT


class TpmKey:
    """One key, loaded for each signature: the chip keeps nothing of ours between them."""

    def __init__(self, store: TpmKeyStore, private: TPM2B_PRIVATE, public: TPM2B_PUBLIC) -> None:
        self._store, self._private, self._public = store, private, public

    def public_key(self) -> ec.EllipticCurvePublicKey:
        key = load_pem_public_key(self._public.to_pem())
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise KeyTrouble(f"{BLOBS}: a key of another kind (expected EC P-256)")
        return key

    def sign(self, message: bytes) -> bytes:
        with self._store.parent() as (chip, parent):
            loaded = chip.load(parent, self._private, self._public)
            try:
                scheme = TPMT_SIG_SCHEME(scheme=TPM2_ALG.ECDSA)
                scheme.details.ecdsa.hashAlg = TPM2_ALG.SHA256
                ticket = TPMT_TK_HASHCHECK(tag=TPM2_ST.HASHCHECK, hierarchy=TPM2_RH.NULL, digest=b"")
                digest = TPM2B_DIGEST(sha256(message).digest())
                signature = chip.sign(loaded, digest, scheme, ticket)
            finally:
                chip.flush_context(loaded)
        said = signature.signature.ecdsa  # a view into `signature`, which has to live as long
        r, s = (int.from_bytes(bytes(part)) for part in (said.signatureR, said.signatureS))
        return encode_dss_signature(r, s)


class TpmKeyStore:
    """Keys under the chip's storage hierarchy."""

    name = "tpm"

    def __init__(self, connection: str) -> None:
        self._connection = connection

    def make(self, folder: Path) -> IdentityKey:
        with self.parent() as (chip, parent):
            template = TPM2B_PUBLIC.parse("ecc256:ecdsa-sha256", objectAttributes=SIGNER)
            private, public, *_ = chip.create(parent, TPM2B_SENSITIVE_CREATE(), template)
        blobs = [private.marshal(), public.marshal()]
        disk.write(folder / BLOBS, b"".join(len(blob).to_bytes(2) + blob for blob in blobs))
        return TpmKey(self, private, public)

    def open(self, folder: Path) -> IdentityKey:
        path = folder / BLOBS
        try:
            data = path.read_bytes()
            size = int.from_bytes(data[:2])
            private, _ = TPM2B_PRIVATE.unmarshal(data[2 : 2 + size])
            public, _ = TPM2B_PUBLIC.unmarshal(data[4 + size :])
        except (OSError, TSS2_Exception, ValueError):
            expected = "expected what this machine's TPM made; without it the terminal is claimed anew"
            raise KeyTrouble(f"{path}: cannot be read ({expected})") from None
        return TpmKey(self, private, public)

    def discard(self, folder: Path) -> None:
        """The chip holds nothing; without the blobs the key is gone."""
        path = folder / BLOBS
        if path.exists():
            disk.write(path, bytes(path.stat().st_size))
            disk.remove(path)

    @contextmanager
    def parent(self) -> Iterator[tuple[ESAPI, ESYS_TR]]:
        """The chip, and the primary key that wraps ours: derived anew each time, always the same."""
        try:
            with ESAPI(self._connection) as chip:
                template = TPM2B_PUBLIC.parse("ecc256:null:aes128cfb", objectAttributes=PARENT)
                primary, *_ = chip.create_primary(
                    TPM2B_SENSITIVE_CREATE(), template, primary_handle=ESYS_TR.OWNER
                )
                try:
                    yield chip, primary
                finally:
                    chip.flush_context(primary)
        except TSS2_Exception as error:
            raise KeyTrouble(
                f"fleet.keystore_where = {self._connection}: the TPM did not do it ({error}); expected a "
                "TPM 2.0 that this user may open (group tss), and the key that was made by this very chip"
            ) from None
