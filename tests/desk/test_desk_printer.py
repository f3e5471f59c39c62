"""Receipts on paper and the drawer behind the printer, on a whole desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.scenarios import played

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]


def test_cash_opens_the_drawer_and_every_receipt_finds_its_order(tmp_path: Path) -> None:
    done = played("printer", tmp_path)
    assert done.code == 0, done.said
    assert "drawer   │ has sprung open 2 times" in done.said
    assert list(done.pictures.glob("receipt-*.png"))
