"""Is this certificate ours? Checked before it is kept: a terminal never switches to one it cannot use.

Enters: PEM from the authority, our public key, our name, the fingerprint of head office's CA. Leaves: when
it begins and ends, or BadCertificate.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

CHAIN_MAX = 4
PEM_MAX = 16_384


class BadCertificate(Exception):
    """Not ours, not whole, or not of head office's authority: what was expected."""


@dataclass(frozen=True, slots=True)
class Validity:
    """From when to when the terminal's own certificate holds, in seconds UTC."""

    begins_utc_s: int
    ends_utc_s: int

    @property
    def renew_at_utc_s(self) -> int:
        """At two thirds of its life: the last third is for shops whose network is down."""
        return self.begins_utc_s + (self.ends_utc_s - self.begins_utc_s) * 2 // 3


def checked(
    chain_pem: str, ca_pem: str, public: ec.EllipticCurvePublicKey, name: str, ca_sha256: str
) -> Validity:
    """The chain leads from our key, under our name, to the CA that head office signed for.

    Raises:
        BadCertificate: naming what does not fit.
    """
    chain, authorities = _certificates(chain_pem, "certificate chain"), _certificates(ca_pem, "CA")
    root = next((ca for ca in authorities if fingerprint(ca) == ca_sha256), None)
    if root is None:
        raise BadCertificate("the CA is not the one that the assignment names (its SHA-256 differs)")
    own = chain[0]
    if own.public_key() != public:
        raise BadCertificate("the certificate is for another key (expected this terminal's own)")
    if (said := common_name(own)) != name:
        raise BadCertificate(f"the certificate's common name is {said!r} (expected {name!r})")
    _expect_path([*chain, root])
    return Validity(int(own.not_valid_before_utc.timestamp()), int(own.not_valid_after_utc.timestamp()))


def validity_of(chain_pem: str) -> Validity:
    """Of a chain that was checked when it was kept. Raises BadCertificate."""
    own = _certificates(chain_pem, "certificate chain")[0]
    return Validity(int(own.not_valid_before_utc.timestamp()), int(own.not_valid_after_utc.timestamp()))


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, hexadecimal: how an assignment names its CA."""
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def common_name(certificate: x509.Certificate) -> str:
    """The one common name of the subject, or empty."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if len(names) == 1 else ""


def _certificates(pem: str, what: str) -> list[x509.Certificate]:
    if len(pem) > PEM_MAX:
        raise BadCertificate(f"the {what} is longer than {PEM_MAX} bytes")
    try:
        found = x509.load_pem_x509_certificates(pem.encode())
    except ValueError:
        raise BadCertificate(f"the {what} is no PEM") from None
    if not 1 <= len(found) <= CHAIN_MAX:
        raise BadCertificate(f"the {what} holds {len(found)} certificates (expected 1 to {CHAIN_MAX})")
    return found


def _expect_path(path: list[x509.Certificate]) -> None:
    """Each is signed by the next; the root may stand twice."""
    for one, above in pairwise(path):
        if one == above:
            continue
        try:
            one.verify_directly_issued_by(above)
        except (ValueError, TypeError, InvalidSignature):
            raise BadCertificate("the certificate was not issued under head office's CA") from None
