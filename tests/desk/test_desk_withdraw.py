"""A stranger joins, withdraws at the till and is not known any more; the receipt holds, nothing is left."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from agent.storage.receipts import read_receipt
from simulator import counter, desk
from simulator.privacy import findings, places_of
from tests.desk.test_desk_join import sought

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_whoever_joined_withdraws_at_the_till_and_is_not_known_any_more(tmp_path: Path) -> None:
    played: list[counter.Counter] = []

    class Kept(counter.Counter):
        """Remembered, to be searched once all is over."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            played.append(self)

    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as said, redirect_stderr(said):
        patch.setattr(desk, "ROOT", tmp_path)
        patch.setattr(desk, "Counter", Kept)
        options = ["--screens", str(tmp_path / "pictures"), "--seed", "3"]
        code = desk.main(["--headless", "--scenario", "withdraw", *options])
    assert code == 0, said.getvalue()
    [shop] = played
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
