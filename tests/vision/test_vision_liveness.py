"""A face is a face, a picture of one held in the hand is none, and each good frame says which it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from agent.core.events import FaceSeen
from agent.core.evidence import Hint
from agent.ports import FrameBgr
from agent.profile.schema import VisionSection
from agent.vision.detect import Box
from agent.vision.eyes import EyesTask
from agent.vision.liveness import SCALES, Liveness, surroundings, threshold_live
from agent.vision.models import load_manifest
from agent.vision.pipeline import Pipeline, open_pipeline
from simulator import attacks, scenes
from simulator.people import PERSONAS
from tests.vision.conftest import working

Till = Callable[..., FrameBgr]
THRESHOLD = threshold_live(load_manifest())
MEMBER, STRANGER = PERSONAS["member"].pictures, PERSONAS["stranger"].pictures
FRAMES = range(0, scenes.LOOP_S * 30, 9)


def gradient() -> FrameBgr:
    """Every pixel says where it is: blue down, green across."""
    frame = np.zeros((480, 640, 3), np.uint8)
    frame[..., 0] = np.linspace(0, 240, 480).astype(np.uint8)[:, None]
    frame[..., 1] = np.linspace(0, 255, 640).astype(np.uint8)[None]
    return frame


def test_the_face_is_in_the_middle_of_its_surroundings() -> None:
    crop = surroundings(gradient(), Box(270, 190, 100, 100), 2.0)
    assert crop.shape == (80, 80, 3)
    assert crop[40, 40, 0] == pytest.approx(120, abs=2)
    assert crop[40, 40, 1] == pytest.approx(128, abs=2)
    assert crop[0, 0, 0] == pytest.approx(70, abs=2)
    assert crop[79, 79, 1] == pytest.approx(168, abs=2)


def test_a_face_at_the_edge_moves_the_crop_inside_the_picture() -> None:
    crop = surroundings(gradient(), Box(-20, 0, 100, 100), 2.7)
    assert crop[0, 0].tolist() == [0, 0, 0]
    assert crop[79, 79, 0] == pytest.approx(270 / 2, abs=2)


@pytest.mark.parametrize(
    "box", [Box(0, 0, 640, 480), Box(-50, -60, 800, 700), Box(600, 440, 60, 60), Box(5, 5, 1, 1)]
)
def test_whatever_the_box_there_is_a_crop(box: Box) -> None:
    for scale in SCALES.values():
        assert surroundings(gradient(), box, scale).shape == (80, 80, 3)


def scores(pipeline: Pipeline, loop: scenes.Loop) -> list[float]:
    """Of frames as the camera sends them; every one of them is good."""
    found = []
    for number in FRAMES:
        frame = cv2.imdecode(np.frombuffer(loop.jpeg(number), np.uint8), cv2.IMREAD_COLOR)
        seen = pipeline.look_at(np.asarray(frame, np.uint8))
        assert seen.hint is Hint.GOOD
        assert seen.live_score is not None
        found.append(seen.live_score)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", [*MEMBER, *STRANGER])
def test_the_desks_people_are_live_in_every_frame(people: Path, pipeline: Pipeline, name: str) -> None:
    loop = scenes.person(people / name, scenes.Sensor(640, 480, 30, 4711))
    assert min(scores(pipeline, loop)) >= THRESHOLD


@pytest.mark.slow
@pytest.mark.parametrize("thing", attacks.THINGS)
@pytest.mark.parametrize("name", [*MEMBER, *STRANGER])
def test_their_picture_held_in_the_hand_is_not(
    people: Path, pipeline: Pipeline, name: str, thing: str
) -> None:
    loop = attacks.held_up(people / name, thing, scenes.Sensor(640, 480, 30, 1))
    assert max(scores(pipeline, loop)) < THRESHOLD


class Ear:
    """A network that keeps what it was given and answers that it is sure of a face."""

    def __init__(self) -> None:
        self.planes = np.zeros(0)

    def run(self, _wanted: list[str], given: dict[str, np.ndarray]) -> list[np.ndarray]:
        self.planes = given["face"]
        return [np.array([[0.1, 0.8, 0.1]], np.float32)]


def test_a_network_is_given_blue_green_and_red_from_0_to_255() -> None:
    """Wired as red, green, blue it takes pictures for faces."""
    ear = Ear()
    frame = np.full((480, 640, 3), (250, 120, 10), np.uint8)
    assert Liveness([(2.7, ear)]).score(frame, Box(200, 200, 100, 100)) == pytest.approx(0.8)  # type: ignore[list-item]
    assert ear.planes.shape == (1, 3, 80, 80)
    assert ear.planes.mean(axis=(0, 2, 3)).tolist() == [250, 120, 10]


@pytest.mark.slow
def test_only_good_frames_are_judged(pipeline: Pipeline, at_the_till: Till) -> None:
    good = at_the_till("obama")
    assert pipeline.look_at(good).live_score is not None
    for bad in (np.zeros_like(good), at_the_till("obama", 60), (good * 0.15).astype(np.uint8)):
        seen = pipeline.look_at(bad)
        assert seen.hint is not Hint.GOOD
        assert seen.live_score is None


@pytest.mark.slow
@pytest.mark.parametrize("wanted", [True, False])
def test_the_profile_can_switch_it_off_and_then_asks_for_no_limit(
    camera: Any, facts: Any, models_dir: Path, at_the_till: Till, wanted: bool
) -> None:
    vision = VisionSection(models_dir=str(models_dir), liveness=wanted)
    eyes = EyesTask(vision, load_manifest(), camera, facts.post)
    assert eyes.threshold_live == (THRESHOLD if wanted else None)
    assert (open_pipeline(load_manifest(), models_dir, vision).liveness is not None) == wanted
    camera.show(at_the_till("obama"))
    with working(eyes, facts):
        eyes.watch(1, None)
        camera.show(at_the_till("obama"))
        evidence = facts.wait_for(lambda fact: isinstance(fact, FaceSeen)).evidence
    assert (evidence.live_score is not None) == wanted
    assert evidence.live_score is None or evidence.live_score >= THRESHOLD
