"""The same identity with its key in a TPM (swtpm) and in a PKCS #11 token (softhsm2)."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from agent.fleet.identity import IdentityFolder
from agent.fleet.keystore import FileKeyStore, KeyStore, KeyTrouble, request_pem
from agent.fleet.stores import keystore
from agent.profile.schema import FleetSection
from simulator.broker import free_port

SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
SERIAL = "FROG8-000123"


def listens(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def tpm(tmp_path: Path) -> Iterator[KeyStore]:
    if shutil.which("swtpm") is None or importlib.util.find_spec("tpm2_pytss") is None:
        pytest.skip("no swtpm or no tpm2-pytss here (apt-get install swtpm libtss2-tcti-swtpm0; hyla[tpm])")
    state, port = tmp_path / "tpm", free_port()
    while listens(port + 1):  # the simulator's other port has to be free as well
        port = free_port()
    state.mkdir()
    command = ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={state}", "--flags", "startup-clear"]
    command += ["--server", f"type=tcp,port={port},disconnect", "--ctrl", f"type=tcp,port={port + 1}"]
    chip = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 5
        while not listens(port + 1) and time.monotonic() < until:
            time.sleep(0.02)
        yield keystore(FleetSection(keystore="tpm", keystore_where=f"swtpm:host=127.0.0.1,port={port}"))
    finally:
        chip.kill()
        chip.wait()


@pytest.fixture
def token(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> KeyStore:
    if not SOFTHSM.exists() or importlib.util.find_spec("pkcs11") is None:
        pytest.skip("no softhsm2 or no python-pkcs11 here (apt-get install softhsm2; hyla[pkcs11])")
    tokens = tmp_path / "tokens"
    tokens.mkdir()
    config = tmp_path / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {tokens}\nlog.level = ERROR\n", "ascii")
    monkeypatch.setenv("SOFTHSM2_CONF", str(config))
    command = [
        "softhsm2-util",
        "--init-token",
        "--free",
        "--label",
        "hyla",
        "--pin",
        "1234",
        "--so-pin",
        "5678",
    ]
    subprocess.run(command, check=True, capture_output=True)
    (data / "pin").write_text("1234\n", "ascii")
    return keystore(FleetSection(keystore="pkcs11", keystore_where=f"{SOFTHSM}:hyla"))


@pytest.fixture(params=["file", "tpm", "token"])
def store(request: pytest.FixtureRequest) -> KeyStore:
    return FileKeyStore() if request.param == "file" else request.getfixturevalue(request.param)


def test_a_key_is_made_found_again_and_signs_what_its_public_half_confirms(store, data):
    folder = IdentityFolder(data, store)
    made = folder.draft_key().public_key()
    again = IdentityFolder(data, store).draft_key()
    assert again.public_key() == made
    again.public_key().verify(again.sign(b"hello"), b"hello", ec.ECDSA(hashes.SHA256()))


def test_head_office_can_read_the_request_of_every_store(store, data):
    pem = request_pem(IdentityFolder(data, store).draft_key(), SERIAL)
    assert x509.load_pem_x509_csr(pem).is_signature_valid


def test_a_terminal_is_claimed_with_every_store(store, data, office):
    folder = IdentityFolder(data, store)
    folder.switch(office.signed(), office.assignment(), office.papers(folder.draft_key()))
    identity = folder.read(office.anchors, SERIAL)
    key = folder.key(identity)
    key.public_key().verify(key.sign(b"hello"), b"hello", ec.ECDSA(hashes.SHA256()))


def test_a_key_in_hardware_leaves_nothing_on_disk_that_signs(tpm, data):
    folder = IdentityFolder(data, tpm)
    folder.draft_key()
    kept = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert b"PRIVATE KEY" not in kept


def test_a_destroyed_key_signs_no_more(store, data):
    folder = IdentityFolder(data, store)
    folder.draft_key()
    draft = data / "identity" / "draft"
    store.discard(draft)
    store.discard(draft)
    with pytest.raises(KeyTrouble):
        store.open(draft).sign(b"hello")


def test_a_chip_that_is_not_there_is_named(data):
    pytest.importorskip("tpm2_pytss", reason="no tpm2-pytss here")
    store = keystore(FleetSection(keystore="tpm", keystore_where="device:/dev/tpm-nowhere"))
    with pytest.raises(KeyTrouble, match=r"keystore_where.*TPM"):
        store.make(data)


@pytest.mark.usefixtures("token")
def test_a_token_of_another_name_is_named(data):
    other = keystore(FleetSection(keystore="pkcs11", keystore_where=f"{SOFTHSM}:other"))
    folder = data / "identity" / "draft"
    folder.mkdir(parents=True)
    with pytest.raises(KeyTrouble, match=r"token of that label"):
        other.make(folder)
    with pytest.raises(KeyTrouble, match="module:label"):
        keystore(FleetSection(keystore="pkcs11", keystore_where="hyla"))
