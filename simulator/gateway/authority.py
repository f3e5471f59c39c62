"""Head office's keys for trials: an authority for terminals' certificates, and the key that signs.

Enters: a folder; certificate requests; claims to be signed. Leaves: chains in PEM, revocation lists, signed
words. The folder is head office's own: its key files have mode 0600 and never leave it.

Root (10 years) → issuing (3 years) → terminals (90 days, common name = device id, client authentication
only) and servers (broker and guard, by name or address). All EC P-256. Assignments, settings and commands
are signed with Ed25519 as JWS (RFC 7515); `anchor_pem` is the public half, laid at the factory.
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID

from agent.fleet.parcel import owner_key
from simulator.gateway.certificates import NotARequest, certificate, pem_of, place, read_request

DEVICE_DAYS, SERVER_DAYS, ISSUING_DAYS, ROOT_DAYS = 90, 365, 3 * 365, 10 * 365
REVOCATION_DAYS = 1
__all__ = ["Authority", "HeadOffice", "NotARequest", "OwnerKey"]


class Authority:
    """Root and issuing certificate in `folder`; made there when missing. `crl_url`: where brokers fetch the
    list of withdrawn certificates; it stands in every certificate made from now on."""

    def __init__(self, folder: Path, crl_url: str = "") -> None:
        self._folder, self._crl_url = folder, crl_url
        self._root_key, self._root = self._pair("root", None)
        self._key, self._issuing = self._pair("issuing", (self._root_key, self._root))

    @property
    def ca_file(self) -> Path:
        """What a broker, the guard and every terminal trust: the root, in PEM."""
        return self._folder / "root.crt"

    @property
    def ca_pem(self) -> str:
        return pem_of(self._root)

    @property
    def ca_sha256(self) -> str:
        """Of the root in DER, in hex: what an assignment names."""
        return self._root.fingerprint(SHA256()).hex()

    def issue(self, csr_pem: str, device_id: str, now_utc_ms: int) -> tuple[str, str, int]:
        """A terminal's certificate: serial number in hex, chain in PEM (its own, then issuing), its end.

        The request gives the key only; the name is ours.

        Raises:
            NotARequest: not a signed request for an EC P-256 key.
        """
        key = read_request(csr_pem)
        moment = datetime.fromtimestamp(now_utc_ms / 1000, UTC)
        usage = ExtendedKeyUsageOID.CLIENT_AUTH
        issuer = self._key, self._issuing
        made = certificate(key, device_id, issuer, moment, DEVICE_DAYS, usage, crl_url=self._crl_url)
        until = int(made.not_valid_after_utc.timestamp() * 1000)
        return f"{made.serial_number:x}", pem_of(made, self._issuing), until

    def server(self, name: str, folder: Path) -> tuple[Path, Path]:
        """Certificate chain and key files of a listener with this DNS name or address."""
        key = ec.generate_private_key(ec.SECP256R1())
        try:
            who: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
        except ValueError:
            who = x509.DNSName(name)
        made = certificate(
            key.public_key(),
            name,
            (self._key, self._issuing),
            datetime.now(UTC),
            SERVER_DAYS,
            ExtendedKeyUsageOID.SERVER_AUTH,
            who,
        )
        folder.mkdir(parents=True, exist_ok=True)
        chain, secret = folder / "server.crt", folder / "server.key"
        chain.write_text(pem_of(made, self._issuing), "ascii")
        _keep(secret, key)
        return chain, secret

    def revocation_list(self, cert_serials: list[str], now_utc_ms: int) -> str:
        """Both lists in PEM, issuing with these certificates and root with none, as brokers want them."""
        lists = (_listed(self._issuing, cert_serials, now_utc_ms), self._key), (
            _listed(self._root, [], now_utc_ms), self._root_key
        )  # fmt: skip
        return "".join(_crl_pem(builder.sign(key, SHA256())) for builder, key in lists)

    def published_list(self, cert_serials: list[str], now_utc_ms: int) -> str:
        """What lies at `crl_url`: the issuing certificate's list, which says that it belongs there."""
        builder = _listed(self._issuing, cert_serials, now_utc_ms)
        if self._crl_url:
            here = x509.IssuingDistributionPoint(
                place(self._crl_url), None, False, False, None, False, False
            )
            builder = builder.add_extension(here, critical=True)
        return _crl_pem(builder.sign(self._key, SHA256()))

    def _pair(
        self, name: str, above: tuple[ec.EllipticCurvePrivateKey, x509.Certificate] | None
    ) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret, public = self._folder / f"{name}.key", self._folder / f"{name}.crt"
        if public.exists():
            key = serialization.load_pem_private_key(secret.read_bytes(), None)
            assert isinstance(key, ec.EllipticCurvePrivateKey)
            return key, x509.load_pem_x509_certificate(public.read_bytes())
        key = ec.generate_private_key(ec.SECP256R1())
        days = ISSUING_DAYS if above else ROOT_DAYS
        made = certificate(key.public_key(), f"Hyla {name}", above or (key, None), datetime.now(UTC), days)
        _keep(secret, key)
        public.write_text(pem_of(made), "ascii")
        return key, made


def _listed(
    issuer: x509.Certificate, cert_serials: list[str], now_utc_ms: int
) -> x509.CertificateRevocationListBuilder:
    moment = datetime.fromtimestamp(now_utc_ms / 1000, UTC)
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.subject)
    builder = builder.last_update(moment).next_update(moment + timedelta(days=REVOCATION_DAYS))
    for serial in cert_serials:
        one = x509.RevokedCertificateBuilder().serial_number(int(serial, 16)).revocation_date(moment)
        builder = builder.add_revoked_certificate(one.build())
    return builder


def _crl_pem(crl: x509.CertificateRevocationList) -> str:
    return crl.public_bytes(serialization.Encoding.PEM).decode()


class HeadOffice:
    """The key whose word terminals obey. `anchor_pem` is its public half."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret = folder / "head-office.key"
        if secret.exists():
            key = serialization.load_pem_private_key(secret.read_bytes(), None)
            assert isinstance(key, Ed25519PrivateKey)
        else:
            key = Ed25519PrivateKey.generate()
            _keep(secret, key)
        self._key, self._folder = key, folder

    @property
    def owner_key(self) -> str:
        """Whom every assignment names as the reader of what only the owner may read."""
        return OwnerKey(self._folder).public

    @property
    def anchor_pem(self) -> str:
        pem = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        return self._key.public_key().public_bytes(*pem).decode()

    @property
    def key(self) -> Ed25519PrivateKey:
        """For whoever signs wishes; it leaves this process by no other way."""
        return self._key

    @property
    def key_id(self) -> str:
        """The first 16 hex digits of the public key's SHA-256: which anchor checks this."""
        return hashlib.sha256(self._key.public_key().public_bytes_raw()).hexdigest()[:16]

    def sign(self, claims: dict[str, Any], kind: str) -> str:
        """A JWS in compact form, alg EdDSA; `kind` is its header's typ, so that none passes for another."""
        headers = {"kid": self.key_id, "typ": kind}
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers=headers)

    def read(self, jws: str) -> dict[str, Any]:
        """What we signed ourselves; its times are not looked at. Raises jwt.InvalidTokenError."""
        options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
        said: dict[str, Any] = jwt.decode(
            jws, self._key.public_key(), algorithms=["EdDSA"], options=options
        )
        return said


class OwnerKey:
    """The key for which terminals pack support bundles. Whoever has the file reads them all."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret = folder / "owner.key"
        if secret.exists():
            key = serialization.load_pem_private_key(secret.read_bytes(), None)
            assert isinstance(key, X25519PrivateKey)
        else:
            key = X25519PrivateKey.generate()
            _keep(secret, key)
        self.key = key

    @property
    def public(self) -> str:
        """As it travels in the command."""
        return owner_key(self.key)


def _keep(path: Path, key: ec.EllipticCurvePrivateKey | Ed25519PrivateKey | X25519PrivateKey) -> None:
    """Made with mode 0600 before a byte is in it."""
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(pem)
