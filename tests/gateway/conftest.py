"""Head office for a test: its keys once a session, its books anew for each test, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from sqlalchemy import Engine

from simulator.gateway.authority import Authority, HeadOffice
from simulator.gateway.registry import Registry, Shop
from simulator.gateway.store import open_store

SERIAL = "FROG-0001"
BROKER = "mqtts://127.0.0.1:8883"


def request_pem(common_name: str = SERIAL, key: ec.EllipticCurvePrivateKey | None = None) -> str:
    """A certificate request as a terminal makes it."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    return (
        x509.CertificateSigningRequestBuilder()
        .subject_name(name)
        .sign(key, SHA256())
        .public_bytes(Encoding.PEM)
        .decode()
    )


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("head-office")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    engine = open_store(tmp_path / "gateway.sqlite")
    yield engine
    engine.dispose()


@pytest.fixture
def authority(keys: Path) -> Authority:
    return Authority(keys)


@pytest.fixture
def office(keys: Path) -> HeadOffice:
    return HeadOffice(keys)


@pytest.fixture
def registry(store: Engine, authority: Authority, office: HeadOffice) -> Registry:
    """One terminal in the sales list, two shops of two merchants."""
    registry = Registry(store, authority, office, BROKER)
    registry.add_shop(Shop("NB-1", "corner", "街角便利店", "Corner Shop"))
    registry.add_shop(Shop("XH-9", "river", "江边超市", "Riverside"))
    registry.add_device(SERIAL, "frog-2", "corner")
    return registry
