"""Eyes with three cameras: every picture that the profile names must say live, and belong to the moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import pytest

from agent.core.events import Device, DeviceUp, FaceSeen, TemplateMade
from agent.core.evidence import Hint
from agent.core.ids import Secret
from agent.ports import DepthMm, DeviceTrouble, FrameBgr, Grey
from agent.profile.schema import VisionSection
from agent.vision import eyes as eyes_module
from agent.vision.eyes import EyesTask
from agent.vision.models import load_manifest
from agent.vision.presence import SecondLook
from simulator import scenes, triples
from tests.vision.conftest import working

pytestmark = pytest.mark.slow


class Second:
    """A camera beside: one picture, or none, for every frame."""

    def __init__(self, picture: Any) -> None:
        self.picture = picture

    def beside(self, _captured_at_ms: int, _timeout_s: float) -> Any:
        return self.picture


@pytest.fixture(scope="module")
def shown(people: Path) -> dict[str, triples.Triple]:
    sensor = scenes.Sensor(640, 480, 30, 5)
    kinds = (triples.LIVE, "print", "mask with holes")
    return {kind: triples.take(kind, people / "obama2.jpg", sensor, 11) for kind in kinds}


@contextmanager
def looking(
    camera: Any, facts: Any, models_dir: Path, colour: FrameBgr, grey: Grey | None, depth: DepthMm | None,
    liveness: bool = True,
) -> Iterator[EyesTask]:  # fmt: skip
    camera.show(colour)
    vision = VisionSection(models_dir=str(models_dir), liveness=liveness)
    second = SecondLook(Second(grey), Second(depth))
    eyes = EyesTask(vision, load_manifest(), camera, facts.post, second=second)
    with working(eyes, facts):
        yield eyes


def live_score(camera: Any, facts: Any, eyes: EyesTask, colour: FrameBgr) -> float | None:
    eyes.watch(1, None)
    camera.show(colour)
    evidence = facts.wait_for(lambda fact: isinstance(fact, FaceSeen)).evidence
    assert evidence.hint is Hint.GOOD
    score: float | None = evidence.live_score
    return score


def test_a_person_before_three_cameras_keeps_the_score_of_colour(
    camera: Any, facts: Any, models_dir: Path, shown: Any
) -> None:
    live = shown[triples.LIVE]
    with looking(camera, facts, models_dir, live.colour, live.infrared, live.depth_mm) as eyes:
        assert 0.5 < live_score(camera, facts, eyes, live.colour) < 1.0


def test_a_module_with_smaller_pictures_is_laid_on_the_colour_picture(
    camera: Any, facts: Any, models_dir: Path, shown: Any
) -> None:
    live = shown[triples.LIVE]
    grey, depth = (
        cv2.resize(one, (480, 360), interpolation=cv2.INTER_NEAREST)
        for one in (live.infrared, live.depth_mm)
    )
    with looking(camera, facts, models_dir, live.colour, grey, depth) as eyes:
        assert live_score(camera, facts, eyes, live.colour) > 0.5


@pytest.mark.parametrize("wrong", ["infrared", "depth"])
def test_one_picture_that_refuses_is_enough(
    camera: Any, facts: Any, models_dir: Path, shown: Any, wrong: str
) -> None:
    """Colour of a person, beside the infrared or the depth of a print: nobody is let in by majority."""
    live, flat = shown[triples.LIVE], shown["print"]
    grey = flat.infrared if wrong == "infrared" else live.infrared
    depth = flat.depth_mm if wrong == "depth" else live.depth_mm
    with looking(camera, facts, models_dir, live.colour, grey, depth) as eyes:
        assert live_score(camera, facts, eyes, live.colour) == 0.0


def test_a_mask_that_colour_takes_for_a_person_is_refused_by_its_relief(
    camera: Any, facts: Any, models_dir: Path, shown: Any
) -> None:
    mask = shown["mask with holes"]
    with looking(camera, facts, models_dir, mask.colour, mask.infrared, mask.depth_mm) as eyes:
        assert live_score(camera, facts, eyes, mask.colour) == 0.0


def test_where_colour_does_not_judge_the_others_still_do(
    camera: Any, facts: Any, models_dir: Path, shown: Any
) -> None:
    live, flat = shown[triples.LIVE], shown["print"]
    with looking(camera, facts, models_dir, live.colour, live.infrared, flat.depth_mm, False) as eyes:
        assert eyes.threshold_live is not None, "or nobody would ask"
        assert live_score(camera, facts, eyes, live.colour) == 0.0


@pytest.mark.parametrize(("kind", "frames"), [(triples.LIVE, 1), ("mask with holes", 0)])
def test_nobody_joins_with_a_face_that_any_camera_refuses(
    camera: Any, facts: Any, models_dir: Path, shown: Any, kind: str, frames: int
) -> None:
    one = shown[kind]
    camera.show(one.colour)
    second = SecondLook(Second(one.infrared), Second(one.depth_mm))
    vision = VisionSection(models_dir=str(models_dir))
    eyes = EyesTask(vision, load_manifest(), camera, facts.post, second=second, remembers=True)
    with working(eyes, facts):
        live_score(camera, facts, eyes, one.colour)
        eyes.make_template(1, Secret("4242"))
        assert facts.wait_for(lambda fact: isinstance(fact, TemplateMade)).frames == frames


@pytest.mark.parametrize("missing", ["infrared", "depth"])
def test_a_frame_without_its_other_pictures_is_no_frame_and_soon_a_fault(
    camera: Any, facts: Any, models_dir: Path, shown: Any, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = shown[triples.LIVE]
    monkeypatch.setattr(eyes_module, "UNPAIRED_MS", 1)
    second = SecondLook(
        Second(None if missing == "infrared" else live.infrared),
        Second(None if missing == "depth" else live.depth_mm),
    )
    vision = VisionSection(models_dir=str(models_dir))
    eyes = EyesTask(vision, load_manifest(), camera, facts.post, second=second)
    camera.show(live.colour)
    lost: list[DeviceTrouble] = []
    thread = threading.Thread(target=lambda: _run(eyes, lost), name="eyes")
    thread.start()
    facts.wait_for(lambda fact: fact == DeviceUp(Device.VISION))
    eyes.watch(1, None)
    for _ in range(200):
        camera.show(live.colour)
        thread.join(0.05)
        if lost:
            break
    eyes.stop()
    thread.join(5)
    assert [trouble.cause for trouble in lost] == ["unpaired"]
    assert f"{missing}: its pictures come too far" in str(lost[0])
    assert not [fact for fact in facts.all if isinstance(fact, FaceSeen)]


def _run(eyes: EyesTask, lost: list[DeviceTrouble]) -> None:
    try:
        eyes.run()
    except DeviceTrouble as trouble:
        lost.append(trouble)
