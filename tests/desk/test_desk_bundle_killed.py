"""The power goes in the middle of a support bundle: the rest of the same one comes afterwards."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import Engine

from agent.cloud.bundle_schema import PIECE_BYTES_MAX, PieceData, PiecesTakenData
from simulator.gateway.bundle_command import ask_for_bundle
from simulator.gateway.bundles import BundleShelf
from simulator.gateway.store import open_store
from tests.desk.conftest import Open
from tests.desk.test_desk_head_office import known_to_head_office, outcomes, taking_in
from tests.desk.till import MILK, RICE_BALL, TEA_EGG, Till, words
from tests.helpers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
THINGS = 12


class CutShort(BundleShelf):
    """Head office's shelf: `cut` is called the moment the first piece is kept, before anybody answers."""

    def __init__(self, store: Engine, cut: Callable[[], None]) -> None:
        super().__init__(store)
        self._cut: Callable[[], None] | None = cut
        self.came: list[PieceData] = []

    def take_in(self, device: str, piece: PieceData) -> PiecesTakenData:
        said = super().take_in(device, piece)
        self.came.append(piece)
        if said.have and self._cut is not None:
            cut, self._cut = self._cut, None
            assert not said.whole, "one piece was all of it"
            cut()
        return said


def a_big_basket_is_sold(till: Till) -> None:
    """So many turns that their story needs more than one piece."""
    for count in range(1, THINGS + 1):
        till.scan((RICE_BALL, MILK, TEA_EGG)[count % 3])
        till.reads(cashier=[words("cashier.basket", count=str(count))])
    till.touch("cashier", "charge")
    till.reads(customer=[words("choose.headline")], cashier=[words("cashier.choosing")])
    till.show_code()
    till.reads(customer=[words("paid.headline")], cashier=[words("cashier.paid")])


def test_a_bundle_goes_on_after_sigkill_and_opens_for_its_owner(opened: Open, tmp_path: Path) -> None:
    till, office, _ = known_to_head_office(opened, tmp_path)
    a_big_basket_is_sold(till)
    [sold] = till.counter.orders()

    shelf = CutShort(open_store(office.store), till.counter.kill_agent)
    with taking_in(office, shelf):
        id = ask_for_bundle(office, "desk-01")
        wait_until(lambda: till.counter.agent_pid() is None, 100)
        [left] = (till.counter.data / "bundle").iterdir()
        till.counter.start_agent()
        wait_until(lambda: shelf.one(id).whole_utc_ms, 60)

    assert len({(piece.bundle, piece.sha256) for piece in shelf.came}) == 1, (
        "the one that lay there, not a new one"
    )
    assert left.name == f"{id}.parcel"
    kept = [piece.at for piece in shelf.came if piece.body]
    assert kept == list(range(0, shelf.one(id).size, PIECE_BYTES_MAX)), "nothing came twice"
    with zipfile.ZipFile(BytesIO(shelf.opened(id, office.owner()))) as archive:
        inside = {name: json.loads(archive.read(name)) for name in ("about.json", "order.json")}
    assert inside["about.json"]["bundle"] == id
    assert inside["order.json"]["order"]["order_id"] == sold["order_id"]
    till.works()
    wait_until(lambda: len([1 for _, which in outcomes(till) if which == id]) == 2)
    wait_until(lambda: not list((till.counter.data / "bundle").iterdir()))
