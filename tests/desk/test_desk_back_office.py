"""Behind the till, on a whole terminal: cash with change, a receipt comes back and money with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.scenarios import played


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_cash_and_a_refund_in_parts_end_with_screens_journal_and_ledger_agreeing(tmp_path: Path) -> None:
    done = played("back-office", tmp_path, "--seed", "3")
    assert done.code == 0, done.said
    assert "✓ screens, journal and ledger agree" in done.said
    assert "150 minor units went back" in done.said
