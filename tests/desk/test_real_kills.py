"""The real process killed over and over in the middle of sales: in the end everybody agrees to the fen.

`HYLA_KILL_SALES=200 HYLA_KILL_SEED=7 pytest tests/desk/test_real_kills.py -s` is the long run.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from simulator.audit import disagreements
from tests.desk.killing import START_S, Shop

SALES = int(os.environ.get("HYLA_KILL_SALES", "25"))
SEED = int(os.environ.get("HYLA_KILL_SEED", "4711"))
PATIENCE_S = 60.0 + 6.0 * SALES  # a charge that the cloud has never seen is fenced after 15 s, not earlier

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2 * PATIENCE_S + START_S * SALES)]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path, SEED)
    try:
        shop.open()
        yield shop
    finally:
        shop.close()


def test_killed_in_the_middle_of_sales_and_refunds_nothing_is_lost_and_nothing_happens_twice(
    shop: Shop,
) -> None:
    began_s = time.monotonic()
    shop.sell(SALES, PATIENCE_S)
    shop.go_home(PATIENCE_S)
    journal = shop.journal()
    assert shop.stop_agent() == 0
    orders, captures, records = shop.orders(), shop.cloud.captures(), shop.sale_records()
    print(
        f"\n{shop.kills} kills and {shop.cuts} cut links in {len(shop.people.paid)} sales, "
        f"{time.monotonic() - began_s:.0f} s; {journal['rows']} turns, {len(orders)} orders; "
        f"{len(shop.people.brought_back)} receipts came back; "
        f"screens back after {median(shop.restart_s):.1f} s, at most {max(shop.restart_s):.1f} s"
    )

    assert disagreements(orders, captures, list(shop.people.paid.values())) == []
    assert shop.cloud.alarms() == []
    booked = {capture.order_id: capture.amount_minor for capture in captures}
    assert len(booked) == len(captures), "an order was captured twice"
    assert {o["order_id"]: o["amount_minor"] for o in orders if o["outcome"] == "paid"} == booked
    assert {r["order_id"]: r["amount_minor"] for r in records if r["outcome"] == "paid"} == booked
    assert {order[-4:] for order in booked} == {order[-4:] for order in shop.people.paid}

    parts, went_back = shop.refunds(), {part.key: part.amount_minor for part in shop.cloud.refunds()}
    assert {part.state for part in shop.cloud.refunds()} == {"refunded"}
    assert {part.key: part.amount_minor for part in parts if part.outcome == "refunded"} == went_back
    told = [record for record in shop.refund_records() if record["outcome"] == "refunded"]
    assert {record["refund_key"]: record["amount_minor"] for record in told} == went_back
    assert len(told) == len(parts) == len(went_back), "a part is refused, missing or there twice"
    assert sorted(part.order_id[-4:] for part in parts) == sorted(
        order[-4:] for order in shop.people.brought_back
    ), "every receipt brings money back, once"
    assert all(part.amount_minor in (50, booked[part.order_id]) for part in parts)

    assert sorted(r["order_id"] for r in records) == sorted(o["order_id"] for o in orders)
    assert {o["outcome"] for o in orders} <= {"paid", "notpaid", "cancelled"}
    assert (journal["misfit"], journal["open_attempts"], journal["outbox_pending"]) == (None, 0, 0)
    assert shop.kills >= SALES // 8, "hardly anything went wrong"
    said = shop.log_file.read_text("utf-8")
    assert "Traceback" not in said
    assert not any(code in said for code in shop.people.codes)
