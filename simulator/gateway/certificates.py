"""One certificate made, one request read: the small print of X.509 on one page. Used by `authority`."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

REQUEST_BYTES_MAX = 4096
SKEW = timedelta(minutes=5)  # a terminal whose clock is a little behind must not find it not yet valid

Issuer = tuple[ec.EllipticCurvePrivateKey, x509.Certificate | None]
"""Key and certificate; no certificate: it signs itself."""


class NotARequest(Exception):
    """Not a certificate request that we sign."""


def read_request(csr_pem: str) -> ec.EllipticCurvePublicKey:
    """The key somebody proves to hold. Raises NotARequest."""
    if len(csr_pem) > REQUEST_BYTES_MAX:
        raise NotARequest(f"a certificate request of more than {REQUEST_BYTES_MAX} bytes")
    try:
        request = x509.load_pem_x509_csr(csr_pem.encode())
        key = request.public_key()
        signed = request.is_signature_valid
    except Exception:  # the library has a dozen ways to dislike bytes from outside
        raise NotARequest("no certificate request in PEM") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise NotARequest("a certificate request for a key that is not EC P-256")
    if not signed:
        raise NotARequest("a certificate request that its own key did not sign")
    return key


def request_sha256(csr_pem: str) -> str:
    """Of the key that is asked for, not of the request's bytes: a repeat is signed anew and differs.

    Raises:
        NotARequest: as `read_request`.
    """
    der = read_request(csr_pem).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(der).hexdigest()


def certificate(
    key: ec.EllipticCurvePublicKey,
    common_name: str,
    issuer: Issuer,
    now: datetime,
    days: int,
    usage: x509.ObjectIdentifier | None = None,
    alternative: x509.GeneralName | None = None,
    crl_url: str = "",
) -> x509.Certificate:
    """Without `usage` an authority, else a leaf for that use. `crl_url`: where it will be listed if it is
    withdrawn."""
    issuer_key, above = issuer
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    lasts_until = now + timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above.subject if above else subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(min(lasts_until, above.not_valid_after_utc) if above else lasts_until)
        .add_extension(x509.BasicConstraints(ca=usage is None, path_length=None), critical=True)
        .add_extension(_key_usage(authority=usage is None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )
    if usage is not None:
        made = made.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    if alternative is not None:
        made = made.add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
    if crl_url:
        point = x509.DistributionPoint(place(crl_url), None, None, None)
        made = made.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    return made.sign(issuer_key, SHA256())


def place(crl_url: str) -> list[x509.GeneralName]:
    """As certificates and lists name it."""
    return [x509.UniformResourceIdentifier(crl_url)]


def pem_of(*certificates: x509.Certificate) -> str:
    """One after the other, as TLS libraries read a chain."""
    return "".join(each.public_bytes(serialization.Encoding.PEM).decode() for each in certificates)


def _key_usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
