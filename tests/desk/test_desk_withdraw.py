"""A stranger joins, withdraws at the till and is not known any more; the receipt holds, nothing is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.storage.receipts import read_receipt
from simulator.privacy import findings, places_of
from tests.desk.scenarios import played
from tests.desk.test_desk_join import sought

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_whoever_joined_withdraws_at_the_till_and_is_not_known_any_more(tmp_path: Path) -> None:
    done = played("withdraw", tmp_path, "--seed", "3")
    assert done.code == 0, done.said
    [shop] = done.counters
    rows = shop.hyla("consent", "export", "--format", "csv").stdout.splitlines()
    [person] = {row.split(",")[1] for row in rows if "M-desk-01-" in row}
    paper = tmp_path / "receipt.json"
    paper.write_text(shop.hyla("consent", "receipt", person).stdout)
    assert read_receipt(paper.read_text()).what.destroyed is not None
    assert "holds" in shop.hyla("templates", "check", str(paper)).stdout
    told = {f"the record {r.id}": r.body for r in shop.cloud.records()}
    assert sum(b'"given":false' in body for body in told.values()) == 1
    places = places_of(shop.data, shop.log_file)
    assert findings(places | told, sought(shop)) == []
