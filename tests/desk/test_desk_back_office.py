"""Behind the till, on a whole terminal: cash with change, a receipt comes back and money with it."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from simulator import desk


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_cash_and_a_refund_in_parts_end_with_screens_journal_and_ledger_agreeing(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as said, redirect_stderr(said):
        patch.setattr(desk, "ROOT", tmp_path)
        options = ["--screens", str(tmp_path / "pictures"), "--seed", "3"]
        code = desk.main(["--headless", "--scenario", "back-office", *options])
    assert code == 0, said.getvalue()
    assert "✓ screens, journal and ledger agree" in said.getvalue()
    assert "150 minor units went back" in said.getvalue()
