"""What head office sends for the idle screen: shown, and still there without link and after a power cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.scenarios import played

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]


def test_promotions_come_with_the_link_and_stay_without_it(tmp_path: Path) -> None:
    done = played("promotions", tmp_path)
    assert done.code == 0, done.said
