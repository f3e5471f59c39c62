"""A support bundle tells what happened, and nothing that identifies anybody."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from agent import support
from agent.fleet.parcel import owner_key, unpacked_by
from agent.profile.loader import load
from agent.support import LogTail, about, blinded, left_bundle, make_bundle

DESK = Path(__file__).parents[1] / "device_profiles" / "desk.toml"
ID = "c-0000000000000001"
SECRETS = {
    "a payment code": "code 134567890123456789 was read",
    "a phone number": "phone=13812345678",
    "a broker's user": "mqtts://till:hunter2@broker.example:8883 refuses",
    "a key": "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByq\n-----END PRIVATE KEY-----",
    "half a key": "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByq",
    "an embedding": "vector " + "QUJD" * 40,
}
TOLD = ("134567890123456789", "13812345678", "hunter2", "MIGHAgEA", "QUJDQUJD")


@pytest.fixture
def key() -> X25519PrivateKey:
    return X25519PrivateKey.generate()


def opened(file: Path, key: X25519PrivateKey) -> dict[str, str]:
    zipped = unpacked_by(key, file.read_bytes(), about("desk-01", ID))
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_it_holds_log_settings_doctor_and_why_there_is_no_order(
    tmp_path: Path, key: X25519PrivateKey
) -> None:
    tail = LogTail()
    log = logging.getLogger("tests.support")
    log.setLevel(logging.INFO)
    logging.getLogger().addHandler(tail)
    try:
        for secret in SECRETS.values():
            log.info("%s", secret)
        log.info("order desk-01-7f3a-000012 is paid")
        settings = [f"device.data_dir={tmp_path}", "cloud.username=till"]
        profile = load(DESK, settings)
        file, size = make_bundle(profile, ID, owner_key(key), {"doctor": {"code": "4F7K92QD0XYZ"}})
    finally:
        logging.getLogger().removeHandler(tail)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.stat().st_size == size
    assert left_bundle(tmp_path) == file
    told = opened(file, key)
    assert "order desk-01-7f3a-000012 is paid" in told["log.txt"]
    assert json.loads(told["doctor.json"]) == {"code": "4F7K92QD0XYZ"}
    assert told["order.txt"]
    assert json.loads(told["settings.json"])["device"]["id"] == "desk-01"
    assert "username" not in told["settings.json"]
    whole = " ".join(told.values())
    assert [word for word in TOLD if word in whole] == []


@pytest.mark.parametrize("name", list(SECRETS))
def test_a_line_of_the_log_loses(name: str) -> None:
    line = blinded(SECRETS[name])
    assert [word for word in TOLD if word in line] == []


def test_what_a_technician_reads_stays() -> None:
    line = "2026-09-21T10:00:01 INFO agent.cloud: record desk-01-7f3a-000012-sale of 2380 in 41 ms (0x87)"
    assert blinded(line) == line


def test_what_does_not_fit_stays_out_and_is_named(
    tmp_path: Path, key: X25519PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(support, "ROOM_BYTES", 900)
    profile = load(DESK, [f"device.data_dir={tmp_path}"])
    file, _ = make_bundle(profile, ID, owner_key(key), {"doctor": {"code": "4F7K92QD0XYZ"}})
    told = opened(file, key)
    assert "settings.json" in told["left-out.txt"]
    assert "doctor.json" in told


def test_a_newer_one_takes_the_place_of_an_older(tmp_path: Path, key: X25519PrivateKey) -> None:
    profile = load(DESK, [f"device.data_dir={tmp_path}"])
    for id in ("c-0000000000000000", ID):
        file, _ = make_bundle(profile, id, owner_key(key), {})
    assert [one.name for one in (tmp_path / "bundle").iterdir()] == [file.name]


def test_without_an_owners_key_there_is_none(tmp_path: Path) -> None:
    profile = load(DESK, [f"device.data_dir={tmp_path}"])
    with pytest.raises(OSError, match="no public key of an owner"):
        make_bundle(profile, ID, "", {})
    assert left_bundle(tmp_path) is None
