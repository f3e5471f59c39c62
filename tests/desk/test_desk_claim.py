"""From the box to the first sale, on a whole terminal: by code over the guard, by QR without a network."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from simulator import desk


def played(scenario: str, folder: Path) -> tuple[int, str]:
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as said, redirect_stderr(said):
        patch.setattr(desk, "ROOT", folder)
        code = desk.main(["--headless", "--scenario", scenario, "--screens", str(folder / "pictures")])
    return code, said.getvalue()


@pytest.mark.slow
def test_a_technician_reads_a_code_to_head_office_and_the_terminal_sells(tmp_path: Path) -> None:
    code, said = played("claim", tmp_path)
    assert code == 0, said
    assert "from power-on to able to sell" in said
    identity = tmp_path / "build" / "desk" / "data" / "identity" / "current"
    assert (identity / "certificate.pem").exists()
    assert (identity / "key.pem").stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_without_a_network_a_qr_does_and_the_certificate_comes_when_the_network_does(
    tmp_path: Path, expected_log
) -> None:
    expected_log("guard: .*", at_least=0)
    code, said = played("claim-offline", tmp_path)
    assert code == 0, said
    assert (tmp_path / "build" / "desk" / "data" / "identity" / "current" / "certificate.pem").exists()


@pytest.mark.slow
def test_by_two_signed_codes_a_till_moves_to_the_next_shop_and_retires(tmp_path: Path) -> None:
    code, said = played("move", tmp_path)
    assert code == 0, said
    data = tmp_path / "build" / "desk" / "data"
    assert not list(data.rglob("hyla.key"))
    assert len(list((data / "archive").iterdir())) == 2
