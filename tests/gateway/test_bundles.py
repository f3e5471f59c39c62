"""Support bundles: only what was asked for, from where it stopped, whole or not at all, for its owner."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine

from agent.cloud.bundle_schema import PIECE_BYTES_MAX, PieceData, PiecesTakenData
from agent.cloud.client import CloudTask
from agent.cloud.pieces import Parcel, PieceLane, parcel_of
from agent.core.events import Event
from agent.core.ids import DeviceId
from agent.fleet.parcel import packed_for
from agent.ports import DeviceTrouble
from agent.profile.schema import CloudSection
from agent.support import about
from simulator.broker import IotcoreBroker
from simulator.gateway.authority import OwnerKey
from simulator.gateway.bundles import KEPT_OF_ONE, Bundles, BundleShelf
from simulator.gateway.refusals import Refused
from simulator.link import LinkProxy
from tests.helpers import wait_until

ME, ID = DeviceId("frog-0001"), "c-0000000000000001"
PLAIN = Random(7).randbytes(60_000)


@pytest.fixture
def shelf(store: Engine) -> BundleShelf:
    return BundleShelf(store)


@pytest.fixture
def owner(tmp_path: Path) -> OwnerKey:
    return OwnerKey(tmp_path / "keys")


def pieces_of(content: bytes, id: str = ID) -> list[PieceData]:
    mark, size = sha256(content).hexdigest(), len(content)
    starts = range(0, size, PIECE_BYTES_MAX)
    return [PieceData(id, size, mark, at, content[at : at + PIECE_BYTES_MAX]) for at in starts]


def test_a_bundle_comes_whole_and_opens_for_its_owner(shelf: BundleShelf, owner: OwnerKey) -> None:
    shelf.asked(ID, ME)
    pieces = pieces_of(packed_for(owner.public, PLAIN, about(ME, ID)))
    for piece in pieces[:-1]:
        assert not shelf.take_in(ME, piece).whole
    with pytest.raises(Refused, match="not come whole"):
        shelf.opened(ID, owner)
    assert shelf.take_in(ME, pieces[-1]).whole
    assert shelf.opened(ID, owner) == PLAIN
    assert shelf.take_in(ME, pieces[-1]).whole, "an answer that was lost is said again"


def test_another_owner_does_not_open_it(shelf: BundleShelf, owner: OwnerKey, tmp_path: Path) -> None:
    shelf.asked(ID, ME)
    for piece in pieces_of(packed_for(owner.public, PLAIN, about(ME, ID))):
        shelf.take_in(ME, piece)
    with pytest.raises(Refused, match="another owner's key"):
        shelf.opened(ID, OwnerKey(tmp_path / "others"))


def test_what_nobody_asked_this_terminal_for_is_refused(shelf: BundleShelf) -> None:
    (piece,) = pieces_of(b"uninvited")
    with pytest.raises(Refused, match="nobody asked"):
        shelf.take_in(ME, piece)
    shelf.asked(ID, "frog-0002")
    with pytest.raises(Refused, match="nobody asked"):
        shelf.take_in(ME, piece)


def test_a_repeat_and_a_gap_only_hear_how_far_we_are(shelf: BundleShelf) -> None:
    shelf.asked(ID, ME)
    first, second, third, *_ = pieces_of(PLAIN)
    shelf.take_in(ME, first)
    for other in (first, third):
        assert shelf.take_in(ME, other) == PiecesTakenData(ID, PIECE_BYTES_MAX)
    assert shelf.take_in(ME, second).have == 2 * PIECE_BYTES_MAX


def test_one_that_was_made_anew_begins_again(shelf: BundleShelf) -> None:
    shelf.asked(ID, ME)
    shelf.take_in(ME, pieces_of(PLAIN)[0])
    again = pieces_of(PLAIN[:20_000])
    assert [shelf.take_in(ME, piece).have for piece in again] == [8_192, 16_384, 20_000]


def test_one_that_came_damaged_begins_again(
    shelf: BundleShelf, expected_log: Callable[[str], None]
) -> None:
    expected_log("came damaged")
    shelf.asked(ID, ME)
    first, second = pieces_of(PLAIN[:10_000])
    shelf.take_in(ME, PieceData(ID, first.size, first.sha256, 0, bytes(len(first.body))))
    assert shelf.take_in(ME, second) == PiecesTakenData(ID, 0)
    assert [shelf.take_in(ME, piece).whole for piece in (first, second)] == [False, True]


def test_of_one_terminal_a_few_are_kept(shelf: BundleShelf) -> None:
    ids = [f"c-000000000000000{n}" for n in range(KEPT_OF_ONE + 1)]
    for id in ids:
        shelf.asked(id, ME)
    assert len(shelf.rows()) == KEPT_OF_ONE


# --- over a broker, with a cable to pull ------------------------------------------------------------


class Terminal:
    """The link of a terminal alone, tried again at once when it breaks."""

    def __init__(self, url: str) -> None:
        self.facts: list[Event] = []
        self.ended = False
        lane = PieceLane(pace_ms=20, resend_ms=1_000)
        self.task = CloudTask(CloudSection(url=url), ME, "boot-1", self.facts.append, pieces=lane)
        self._thread = threading.Thread(target=self._run, name="test-terminal")
        self._thread.start()

    def _run(self) -> None:
        while not self.ended:
            try:
                self.task.run()
            except DeviceTrouble:
                threading.Event().wait(0.05)

    def stop(self) -> None:
        self.ended = True
        self.task.stop()
        self._thread.join(10)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[IotcoreBroker]:
    with IotcoreBroker(tmp_path / "broker") as broker:
        yield broker  # type: ignore[misc]


@pytest.fixture
def taking_in(broker: IotcoreBroker, shelf: BundleShelf) -> Iterator[Bundles]:
    bundles = Bundles(broker.url, shelf)
    thread = threading.Thread(target=bundles.line.run, name="bundles")
    thread.start()
    assert bundles.line.ready.wait(10)
    yield bundles
    bundles.line.stop()
    thread.join(10)


def laid(folder: Path, owner: OwnerKey) -> Parcel:
    file = folder / f"{ID}.parcel"
    file.write_bytes(packed_for(owner.public, PLAIN, about(ME, ID)))
    parcel = parcel_of(file)
    assert parcel is not None
    return parcel


@pytest.fixture
def link(broker: IotcoreBroker) -> Iterator[LinkProxy]:
    with LinkProxy("127.0.0.1", broker.port) as link:
        yield link


@pytest.mark.usefixtures("taking_in")
def test_the_link_is_cut_in_the_middle_and_it_goes_on_from_there(
    shelf: BundleShelf, owner: OwnerKey, link: LinkProxy, tmp_path: Path
) -> None:
    shelf.asked(ID, ME)
    parcel = laid(tmp_path, owner)
    terminal = Terminal(f"mqtt://127.0.0.1:{link.port}")
    terminal.task.hand_over(parcel)
    wait_until(lambda: shelf.one(ID).have >= 2 * PIECE_BYTES_MAX)
    link.cut()
    had = shelf.one(ID)
    assert 0 < had.have < had.size
    link.restore()
    wait_until(lambda: bool(shelf.one(ID).whole_utc_ms))
    wait_until(lambda: not parcel.file.exists())
    terminal.stop()
    assert shelf.opened(ID, owner) == PLAIN


@pytest.mark.usefixtures("taking_in")
def test_a_terminal_that_was_killed_goes_on_where_it_was(
    shelf: BundleShelf, owner: OwnerKey, link: LinkProxy, tmp_path: Path
) -> None:
    shelf.asked(ID, ME)
    parcel = laid(tmp_path, owner)
    shelf.take_in(ME, pieces_of(parcel.file.read_bytes())[0])  # before the power went
    terminal = Terminal(f"mqtt://127.0.0.1:{link.port}")
    left = parcel_of(parcel.file)
    assert left == parcel, "what lies on the disk is all that is needed"
    terminal.task.hand_over(left)
    wait_until(lambda: bool(shelf.one(ID).whole_utc_ms))
    terminal.stop()
    assert shelf.opened(ID, owner) == PLAIN
