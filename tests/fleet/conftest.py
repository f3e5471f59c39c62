"""Head office for a test: its signing key, its CA, and a terminal's folder."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from agent.core.assignment import Assignment
from agent.core.ids import DeviceId
from agent.fleet.assignment import sign_assignment
from agent.fleet.certificate import fingerprint
from agent.fleet.identity import Papers
from agent.fleet.keystore import IdentityKey
from agent.fleet.signed import Anchors, key_id

NOW_UTC_S = 1_790_000_000
WEEK_S = 7 * 86_400


class HeadOffice:
    """Signs assignments and certificates; nothing else of it is needed here."""

    def __init__(self) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.ca_key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Good Neighbour CA")])
        self.ca = self._signed(name, self.ca_key.public_key(), name, ca=True)

    @property
    def anchors(self) -> Anchors:
        public = self.key.public_key()
        return {key_id(public): public}

    @property
    def anchor_pem(self) -> str:
        form = PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(Encoding.PEM, form).decode()

    @property
    def ca_pem(self) -> str:
        return self.ca.public_bytes(Encoding.PEM).decode()

    def assignment(self, **changes: object) -> Assignment:
        usual = Assignment(
            id="6f9619ff-8b86-4d11-b42d-00c04fc964ff",
            serial="FROG8-000123",
            device=DeviceId("frog8-000123"),
            merchant="M-100",
            shop="S-17",
            shop_zh="好邻居便利店",
            shop_en="Good Neighbour",
            till=2,
            currency="CNY",
            broker="mqtts://broker.example:8883",
            ca_sha256=fingerprint(self.ca),
            moved_from="",
            epoch="",
            issued_utc_s=NOW_UTC_S,
            expires_utc_s=NOW_UTC_S + WEEK_S,
        )
        return replace(usual, **changes)  # type: ignore[arg-type]

    def signed(self, **changes: object) -> str:
        return sign_assignment(self.assignment(**changes), self.key)

    def papers(self, key: IdentityKey, name: str = "frog8-000123", days: int = 90) -> Papers:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        own = self._signed(subject, key.public_key(), self.ca.subject, days=days)
        return Papers(own.public_bytes(Encoding.PEM).decode(), self.ca_pem)

    def _signed(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        issuer: x509.Name,
        ca: bool = False,
        days: int = 90,
    ) -> x509.Certificate:
        begins = datetime.datetime.fromtimestamp(NOW_UTC_S, datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(begins + datetime.timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(self.ca_key, hashes.SHA256())
        )


@pytest.fixture(scope="session")
def office() -> HeadOffice:
    return HeadOffice()


@pytest.fixture(scope="session")
def other_office() -> HeadOffice:
    """Another company's."""
    return HeadOffice()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


Fold = Callable[[], None]
