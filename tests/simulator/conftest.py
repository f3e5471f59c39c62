"""A broker and the simulated cloud behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.core.benefits import Coupon, CouponKind
from agent.core.ids import CouponId
from simulator.broker import IotcoreBroker
from simulator.cloud import SimulatedCloud
from simulator.ledger import Member


@pytest.fixture
def desk_broker(tmp_path: Path) -> Iterator[IotcoreBroker]:
    broker = IotcoreBroker(tmp_path / "broker")
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def desk_cloud(tmp_path: Path, desk_broker: IotcoreBroker) -> Iterator[SimulatedCloud]:
    cloud = SimulatedCloud(desk_broker.url, tmp_path, 1, [Member("M-1001", "王*", 100_000, 120)])
    cloud.start()
    assert cloud.wait_ready(10)
    cloud.give_coupons("M-1001", *(off(name) for name in ("a", "b")))
    yield cloud
    cloud.stop()


def off(name: str, minor: int = 100) -> Coupon:
    """So much off, once."""
    return Coupon(CouponId(name), CouponKind.AMOUNT_OFF, minor, "减1元", "1 off")
