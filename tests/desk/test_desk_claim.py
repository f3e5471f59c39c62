"""From the box to the first sale, on a whole terminal: by code over the guard, by QR without a network."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.scenarios import played

pytestmark = pytest.mark.slow


def test_a_technician_reads_a_code_to_head_office_and_the_terminal_sells(tmp_path: Path) -> None:
    done = played("claim", tmp_path)
    assert done.code == 0, done.said
    assert "from power-on to able to sell" in done.said
    identity = done.left / "data" / "identity" / "current"
    assert (identity / "certificate.pem").exists()
    assert (identity / "key.pem").stat().st_mode & 0o777 == 0o600


def test_without_a_network_a_qr_does_and_the_certificate_comes_when_the_network_does(
    tmp_path: Path, expected_log
) -> None:
    expected_log("guard: .*", at_least=0)
    done = played("claim-offline", tmp_path)
    assert done.code == 0, done.said
    assert (done.left / "data" / "identity" / "current" / "certificate.pem").exists()


def test_by_two_signed_codes_a_till_moves_to_the_next_shop_and_retires(tmp_path: Path) -> None:
    done = played("move", tmp_path)
    assert done.code == 0, done.said
    data = done.left / "data"
    assert not list(data.rglob("hyla.key"))
    assert len(list((data / "archive").iterdir())) == 2
