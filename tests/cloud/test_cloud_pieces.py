"""The lane of support bundles, in virtual time: one piece at a time, and the cloud knows how far it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.cloud.bundle_messages import piece_bytes, read_piece
from agent.cloud.bundle_schema import BundleRefusedData, PieceData, PiecesTakenData
from agent.cloud.envelope import Unreadable
from agent.cloud.pieces import Parcel, PieceLane, parcel_of
from agent.core.ids import DeviceId

ID = "c-0000000000000001"
CONTENT = bytes(range(256)) * 80  # two whole pieces and a half
DEVICE = DeviceId("desk-01")


@pytest.fixture
def parcel(tmp_path: Path) -> Parcel:
    file = tmp_path / f"{ID}.parcel"
    file.write_bytes(CONTENT)
    found = parcel_of(file)
    assert found is not None
    return found


@pytest.fixture
def lane(parcel: Parcel) -> PieceLane:
    lane = PieceLane(pace_ms=100, resend_ms=10_000)
    lane.give(parcel)
    return lane


def test_it_asks_first_how_far_the_cloud_is_and_goes_on_from_there(lane: PieceLane, parcel: Parcel) -> None:
    assert lane.due(0) == PieceData(ID, parcel.size, parcel.sha256)
    lane.heard(PiecesTakenData(ID, 8_192), 10)
    piece = lane.due(110)
    assert piece is not None
    assert (piece.at, piece.body) == (8_192, CONTENT[8_192:16_384])


def test_the_whole_of_it_comes_together(lane: PieceLane, parcel: Parcel) -> None:
    have, now_ms = b"", 0
    while parcel.file.exists():
        piece = lane.due(now_ms)
        assert piece is not None
        assert piece.at in (0, len(have))
        have += piece.body
        lane.heard(PiecesTakenData(ID, len(have), whole=len(have) == parcel.size), now_ms)
        now_ms += 100
    assert have == CONTENT
    assert lane.due(now_ms) is None


def test_one_piece_is_on_the_way_and_the_next_keeps_its_distance(lane: PieceLane) -> None:
    lane.due(0)
    assert lane.due(9_999) is None
    lane.heard(PiecesTakenData(ID, 0), 5_000)
    assert lane.due(5_099) is None
    assert lane.due(5_100) is not None


def test_silence_is_asked_again_ever_more_rarely(lane: PieceLane) -> None:
    sent = [now_ms for now_ms in range(0, 200_000, 1_000) if lane.due(now_ms)]
    assert sent == [0, 10_000, 30_000, 70_000, 150_000]


def test_a_new_connection_asks_anew(lane: PieceLane, parcel: Parcel) -> None:
    lane.due(0)
    lane.heard(PiecesTakenData(ID, 8_192), 0)
    lane.due(100)
    lane.reconnected()
    assert lane.due(101) == PieceData(ID, parcel.size, parcel.sha256)


def test_what_nobody_wants_is_thrown_away(lane: PieceLane, parcel: Parcel, expected_log) -> None:
    expected_log("is not wanted: unknown_bundle")
    lane.due(0)
    lane.heard(BundleRefusedData(ID, "unknown_bundle"), 1)
    assert lane.due(50_000) is None
    assert not parcel.file.exists()


def test_words_about_another_bundle_change_nothing(lane: PieceLane, parcel: Parcel) -> None:
    lane.due(0)
    lane.heard(PiecesTakenData("c-another-one", 20_480, whole=True), 1)
    lane.heard(BundleRefusedData("c-another-one", "unknown_bundle"), 1)
    assert parcel.file.exists()


def test_a_file_that_is_gone_ends_it(lane: PieceLane, parcel: Parcel, expected_log) -> None:
    expected_log("cannot be read any more")
    lane.due(0)
    lane.heard(PiecesTakenData(ID, 0), 1)
    parcel.file.unlink()
    assert lane.due(500) is None
    assert lane.next_due_ms() is None


def test_a_piece_beyond_its_bundle_is_not_read() -> None:
    with pytest.raises(Unreadable, match="beyond its bundle"):
        read_piece(piece_bytes(DEVICE, PieceData(ID, 10, "0" * 64, 8, b"abc")))


def test_nothing_and_too_much_are_no_parcels(tmp_path: Path) -> None:
    file = tmp_path / f"{ID}.parcel"
    assert parcel_of(file) is None
    file.write_bytes(b"")
    assert parcel_of(file) is None
    file.write_bytes(bytes(2 * 1024 * 1024 + 1))
    assert parcel_of(file) is None
