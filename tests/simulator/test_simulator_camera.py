"""The desk's camera and the people who stand before it, seen through OpenCV as the product sees them."""

from __future__ import annotations

import itertools
import subprocess
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from agent.camera.source import open_capture
from agent.ports import DeviceTrouble
from agent.profile.schema import CameraSection
from simulator import people, scenes
from simulator.camera import CameraStand
from simulator.people import PERSONAS, PICTURES_SHA256, PeopleError, ensure_people

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def faces() -> Path:
    """The real portraits; fetched once, then read from the cache."""
    return ensure_people()


@pytest.fixture
def stand(faces: Path) -> Iterator[CameraStand]:
    before = set(threading.enumerate())
    stand = CameraStand(seed=3, people=faces)
    stand.start()
    yield stand
    stand.stop()
    left = set(threading.enumerate()) - before
    assert not [thread for thread in left if thread.name.startswith("camera-stand")]


@pytest.fixture
def viewer(stand: CameraStand) -> Iterator[cv2.VideoCapture]:
    capture = open_capture(CameraSection(source=stand.url))
    yield capture
    capture.release()


def until(
    viewer: cv2.VideoCapture, seen: Callable[[np.ndarray], bool], seconds: float = 10.0
) -> np.ndarray | None:
    """The first frame of which it is true, or None."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        good, frame = viewer.read()
        if good and seen(frame):
            return frame
    return None


def like(path: Path, stand_seed: int = 3) -> Callable[[np.ndarray], bool]:
    """Whether a frame looks like this portrait before the camera."""
    loop = scenes.person(path, scenes.Sensor(640, 480, 30, stand_seed))
    model = cv2.imdecode(np.frombuffer(loop.jpeg(0), np.uint8), cv2.IMREAD_COLOR)
    return lambda frame: float(cv2.absdiff(frame, model)[120:360, 220:420].mean()) < 25


@pytest.mark.parametrize(
    ("persona", "picture"), [("member", "obama2.jpg"), ("member", "obama3.jpg"), ("stranger", "biden.jpg")]
)
def test_whoever_steps_before_the_camera_is_seen(
    stand: CameraStand, viewer: cv2.VideoCapture, faces: Path, persona: str, picture: str
) -> None:
    stand.stand(persona, picture)
    assert until(viewer, like(faces / picture)) is not None


def test_when_they_leave_the_shop_is_empty(
    stand: CameraStand, viewer: cv2.VideoCapture, faces: Path
) -> None:
    there = like(faces / "biden.jpg")
    stand.stand("stranger")
    assert until(viewer, there) is not None
    stand.stand(None)
    assert until(viewer, lambda frame: not there(frame)) is not None


def test_no_two_frames_in_a_row_are_equal_not_even_of_the_empty_shop(viewer: cv2.VideoCapture) -> None:
    frames = [viewer.read()[1] for _ in range(20)]
    assert frames[0].shape == (480, 640, 3)
    assert all((one != two).any() for one, two in itertools.pairwise(frames))


def test_the_same_seed_shows_the_same_pictures(faces: Path) -> None:
    def first_frames(seed: int) -> list[bytes]:
        loop = scenes.person(faces / "biden.jpg", scenes.Sensor(640, 480, 30, seed))
        return [loop.jpeg(number) for number in range(3)]

    assert first_frames(3) == first_frames(3)
    assert first_frames(3) != first_frames(4)


def test_a_hand_on_the_lens_is_black_and_goes_away(stand: CameraStand, viewer: cv2.VideoCapture) -> None:
    stand.cover()
    assert until(viewer, lambda frame: frame.mean() < 8) is not None
    stand.uncover()
    assert until(viewer, lambda frame: frame.mean() > 60) is not None


def test_a_hung_camera_repeats_itself_to_the_bit(stand: CameraStand, viewer: cv2.VideoCapture) -> None:
    stand.freeze()
    last: list[np.ndarray] = []

    def repeated(frame: np.ndarray) -> bool:
        last.append(frame)
        return len(last) > 1 and np.array_equal(last[-1], last[-2])

    assert until(viewer, repeated) is not None
    stand.thaw()
    assert until(viewer, lambda frame: not repeated(frame)) is not None


def test_pulled_out_it_refuses_and_plugged_in_it_has_the_same_address(
    stand: CameraStand, viewer: cv2.VideoCapture
) -> None:
    assert viewer.read()[0]
    address = stand.url
    stand.unplug()
    assert until(viewer, lambda _: True, seconds=0.5) is None
    with pytest.raises(DeviceTrouble):
        open_capture(CameraSection(source=stand.url))
    stand.plug_in()
    assert stand.url == address
    again = open_capture(CameraSection(source=address))
    assert again.read()[0]
    again.release()


def test_somebody_unknown_is_refused_by_name(stand: CameraStand) -> None:
    with pytest.raises(ValueError, match="expected one of: member, stranger"):
        stand.stand("nobody we know")


def test_every_persona_has_its_pictures(faces: Path) -> None:
    for persona in PERSONAS.values():
        for picture in (*persona.pictures, *filter(None, [persona.enrolled_from])):
            assert (faces / picture).is_file()
            assert picture in scenes.FACES_PX
    assert PERSONAS["member"].enrolled_from not in PERSONAS["member"].pictures


def test_pictures_already_there_are_not_fetched_again(
    faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in PICTURES_SHA256:
        (tmp_path / name).write_bytes((faces / name).read_bytes())
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("nothing is to be fetched"))
    assert ensure_people(tmp_path) == tmp_path


def test_a_damaged_picture_is_fetched_again_and_the_others_stay(
    faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in PICTURES_SHA256:
        (tmp_path / name).write_bytes((faces / name).read_bytes())
    (tmp_path / "biden.jpg").write_bytes(b"cut short")
    sdist = tmp_path / "package.tar.gz"
    with tarfile.open(sdist, "w:gz") as archive:
        archive.add(faces / "biden.jpg", f"{people.SDIST_FOLDER}/biden.jpg")
    monkeypatch.setattr(people, "_fetch", lambda *_: sdist)
    ensure_people(tmp_path)
    assert (tmp_path / "biden.jpg").read_bytes() == (faces / "biden.jpg").read_bytes()
    assert not list(tmp_path.glob(".*"))


def test_another_picture_under_the_same_name_is_refused(
    faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdist = tmp_path / "package.tar.gz"
    with tarfile.open(sdist, "w:gz") as archive:
        for name in PICTURES_SHA256:
            archive.add(faces / "biden.jpg", f"{people.SDIST_FOLDER}/{name}")
    monkeypatch.setattr(people, "_fetch", lambda *_: sdist)
    with pytest.raises(PeopleError, match="another sha256"):
        ensure_people(tmp_path / "people")


def test_without_a_package_index_the_error_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(tmp_path),
        "PIP_CONFIG_FILE": "/dev/null",
    }.items():
        monkeypatch.setenv(key, value)
    with pytest.raises(PeopleError) as told:
        ensure_people(tmp_path / "people")
    assert "cannot be fetched: ERROR" in str(told.value)
    assert str(tmp_path / "people") in str(told.value)


def test_a_picture_of_somebody_is_held_up_in_their_place(
    stand: CameraStand, viewer: cv2.VideoCapture
) -> None:
    """The shop's bright shelves are in view behind the thing; the member's own picture is dark there."""

    def shelves(frame: np.ndarray) -> bool:
        return bool(frame[:40, :40].mean() > 110)

    for thing in ("print", "phone"):
        stand.stand("member")
        assert until(viewer, lambda frame: not shelves(frame)) is not None
        stand.stand("member", held_up=thing)
        assert until(viewer, shelves) is not None
    for who, thing in (("member", "mirror"), (None, "print")):
        with pytest.raises(ValueError, match="print, phone"):
            stand.stand(who, held_up=thing)
