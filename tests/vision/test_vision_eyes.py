"""The eyes look while somebody is wanted, at fresh frames only, and say when they cannot."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.core.events import Device, DeviceUp, Event, FaceSeen, TemplateMade
from agent.core.evidence import FaceEvidence, Hint
from agent.core.ids import PersonId, Secret
from agent.ports import DeviceTrouble, FrameBgr, Template
from agent.profile.schema import VisionSection
from agent.vision.eyes import EyesTask
from agent.vision.models import load_manifest
from agent.vision.passport import check_passport
from agent.vision.stills import embed_picture
from tests.vision.conftest import working

pytestmark = pytest.mark.slow
Till = Callable[..., FrameBgr]
SHA = load_manifest().named("sface").used.sha256


@pytest.fixture(scope="module")
def member(people: Path, models_dir: Path) -> Template:
    embedding, sha256 = embed_picture(people / "obama.jpg", models_dir)
    return Template(PersonId("m-1"), "奥*", Secret("4242"), sha256, embedding)


def seen_by(facts: Any) -> list[FaceEvidence]:
    return [fact.evidence for fact in facts.all if isinstance(fact, FaceSeen)]


def seen(**wanted: object) -> Callable[[Event], bool]:
    def fits(fact: Event) -> bool:
        return isinstance(fact, FaceSeen) and all(
            getattr(fact.evidence, key) == value for key, value in wanted.items()
        )

    return fits


def test_a_member_comes_back_and_is_offered_first(
    camera: Any, facts: Any, models_dir: Path, at_the_till: Till, member: Template
) -> None:
    camera.show(at_the_till("obama2"))
    eyes = EyesTask(
        VisionSection(models_dir=str(models_dir)), load_manifest(), camera, facts.post, templates=[member]
    )
    with working(eyes, facts):
        eyes.watch(7, None)
        frame = camera.show(at_the_till("obama2"))
        evidence = facts.wait_for(seen(look=7)).evidence
        assert (evidence.frame, evidence.captured_at_ms) == (frame.number, frame.captured_at_ms)
        assert (evidence.hint, evidence.faces, evidence.second) == (Hint.GOOD, 1, None)
        assert evidence.best.person == "m-1"
        assert evidence.best.score_cosine > eyes.threshold_1toN_cosine

        eyes.watch(8, Secret("0000"))
        camera.show(at_the_till("obama2"))
        assert facts.wait_for(seen(look=8)).evidence.best is None, "nobody's phone ends in 0000"

        eyes.watch(9, Secret("4242"))
        camera.show(at_the_till("biden"))
        stranger = facts.wait_for(seen(look=9)).evidence
        assert stranger.best.score_cosine < eyes.threshold_1toN_cosine


def test_members_come_and_go_while_looking(
    camera: Any, facts: Any, models_dir: Path, at_the_till: Till, member: Template
) -> None:
    camera.show(at_the_till("obama"))
    eyes = EyesTask(VisionSection(models_dir=str(models_dir)), load_manifest(), camera, facts.post)
    with working(eyes, facts):
        eyes.watch(1, None)
        camera.show(at_the_till("obama3"))
        assert facts.wait_for(seen(look=1)).evidence.best is None
        eyes.enrolled(member)
        eyes.watch(2, None)
        camera.show(at_the_till("obama3"))
        assert facts.wait_for(seen(look=2)).evidence.best.person == "m-1"
        eyes.forgotten(member.person)
        eyes.watch(3, None)
        camera.show(at_the_till("obama3"))
        assert facts.wait_for(seen(look=3)).evidence.best is None


def test_evidence_says_with_how_many_members_a_face_was_compared(
    camera: Any, facts: Any, models_dir: Path, at_the_till: Till, member: Template
) -> None:
    camera.show(at_the_till("obama"))
    others = [
        Template(PersonId(f"m-{number}"), "他*", Secret(digits), member.model_sha256, -member.embedding)
        for number, digits in ((2, "4242"), (3, "0000"))
    ]
    eyes = EyesTask(
        VisionSection(models_dir=str(models_dir)),
        load_manifest(),
        camera,
        facts.post,
        templates=[member, *others],
    )
    with working(eyes, facts):
        for look, digits, compared in ((1, None, 3), (2, "4242", 2), (3, "9999", 0)):
            eyes.watch(look, digits and Secret(digits))
            camera.show(at_the_till("obama"))
            assert facts.wait_for(seen(look=look)).evidence.compared == compared
        eyes.enrolled(replace(others[1], person=PersonId("m-4")))
        eyes.watch(4, Secret("0000"))
        camera.show(at_the_till("obama"))
        assert facts.wait_for(seen(look=4)).evidence.compared == 2


def test_the_false_match_rate_is_the_upper_end_of_the_passports(camera: Any, facts: Any) -> None:
    eyes = EyesTask(VisionSection(), load_manifest(), camera, facts.post)
    measured = check_passport(load_manifest().named("sface")).thresholds
    (of_search,) = [each for each in measured if each.name == "threshold_1toN_cosine"]
    assert eyes.false_match_rate == of_search.fmr.high > of_search.fmr.rate


def test_eyes_that_know_nobody_see_and_judge_and_search_for_no_member(
    camera: Any, facts: Any, models_dir: Path, at_the_till: Till, member: Template
) -> None:
    eyes = EyesTask(
        VisionSection(models_dir=str(models_dir)), load_manifest(), camera, facts.post, templates=[member]
    )
    eyes.know_nobody(True)
    camera.show(at_the_till("obama"))
    with working(eyes, facts):
        eyes.watch(1, None)
        camera.show(at_the_till("obama3"))
        evidence = facts.wait_for(seen(look=1)).evidence
        assert (evidence.best, evidence.faces, evidence.live_score is not None) == (None, 1, True)
        eyes.know_nobody(False)
        eyes.watch(2, None)
        camera.show(at_the_till("obama3"))
        assert facts.wait_for(seen(look=2)).evidence.best.person == "m-1"


def test_a_frame_from_before_the_wish_is_never_used(
    camera: Any, facts: Any, models_dir: Path, at_the_till: Till
) -> None:
    now_ms = [1000]
    first = camera.show(at_the_till("obama"), captured_at_ms=500)
    vision = VisionSection(models_dir=str(models_dir))
    eyes = EyesTask(vision, load_manifest(), camera, facts.post, now_ms=lambda: now_ms[0])
    with working(eyes, facts):
        now_ms[0] = 2000
        old = camera.show(at_the_till("obama"), captured_at_ms=1999)
        eyes.watch(1, None)
        asked = camera.asked
        wait_for_question(camera, asked + 2)
        fresh = camera.show(at_the_till("obama"), captured_at_ms=2000)
        facts.wait_for(seen(look=1))
    assert [evidence.frame for evidence in seen_by(facts)] == [fresh.number]
    assert first.number < old.number < fresh.number


def test_at_rest_the_camera_is_not_even_asked(
    camera: Any, facts: Any, models_dir: Path, at_the_till: Till
) -> None:
    camera.show(at_the_till("obama"))
    eyes = EyesTask(VisionSection(models_dir=str(models_dir)), load_manifest(), camera, facts.post)
    with working(eyes, facts):
        eyes.watch(1, None)
        camera.show(at_the_till("obama"))
        facts.wait_for(seen(look=1))
        eyes.rest()
        told = len(seen_by(facts))
        # One question may still be open; it ends within its 0.2 s, then all is still.
        threading.Event().wait(0.3)
        asked = camera.asked
        for _ in range(3):
            camera.show(at_the_till("obama"))
        threading.Event().wait(0.3)
        assert (camera.asked, len(seen_by(facts))) == (asked, told)


def test_a_slow_look_skips_to_the_newest_frame(
    camera: Any, facts: Any, models_dir: Path, at_the_till: Till
) -> None:
    picture = at_the_till("obama")
    camera.show(picture)
    eyes = EyesTask(VisionSection(models_dir=str(models_dir)), load_manifest(), camera, facts.post)
    with working(eyes, facts):
        eyes.watch(1, None)
        for _ in range(50):
            last = camera.show(picture)
        facts.wait_for(seen(frame=last.number))
    assert len(seen_by(facts)) < 10, "frames were queued"


def test_without_a_camera_the_eyes_still_come_up(camera: Any, facts: Any, models_dir: Path) -> None:
    with working(
        EyesTask(VisionSection(models_dir=str(models_dir)), load_manifest(), camera, facts.post), facts
    ):
        assert [type(fact) for fact in facts.all] == [DeviceUp]


def test_stopping_before_running_comes_back_at_once(camera: Any, facts: Any, models_dir: Path) -> None:
    eyes = EyesTask(VisionSection(models_dir=str(models_dir)), load_manifest(), camera, facts.post)
    eyes.stop()
    eyes.stop()
    eyes.run()
    assert facts.all == []


def test_a_missing_or_cut_model_is_trouble_a_technician_can_mend(
    camera: Any, facts: Any, models_dir: Path, tmp_path: Path
) -> None:
    eyes = EyesTask(VisionSection(models_dir=str(tmp_path)), load_manifest(), camera, facts.post)
    with pytest.raises(
        DeviceTrouble, match=r"yunet.*\.onnx: no such file .*run hyla models pull"
    ) as missing:
        eyes.run()
    assert missing.value.cause == "models"
    for model in load_manifest().models:
        shutil.copy(models_dir / model.used.file, tmp_path / model.used.file)
    sface = tmp_path / load_manifest().named("sface").used.file
    whole = sface.read_bytes()
    sface.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(
        DeviceTrouble, match=rf"sface.*\.onnx: sha256 is .*expected {SHA}.*run hyla models pull"
    ):
        eyes.run()
    sface.write_bytes(whole)
    with working(eyes, facts):
        assert facts.all == [DeviceUp(Device.VISION)], "the same task works once the file is right"


def test_build_learns_the_threshold_without_loading(camera: Any, facts: Any, tmp_path: Path) -> None:
    eyes = EyesTask(VisionSection(models_dir=str(tmp_path)), load_manifest(), camera, facts.post)
    assert 0.4 < eyes.threshold_1toN_cosine < 0.6


def wait_for_question(camera: Any, times: int, seconds: float = 30.0) -> None:
    """Until the eyes have asked the camera so often."""
    pause, tries = threading.Event(), int(seconds / 0.01)
    for _ in range(tries):
        if camera.asked >= times:
            return
        pause.wait(0.01)
    raise AssertionError(f"the camera was asked {camera.asked} times in {seconds} s, not {times}")


def test_black_frames_are_said_to_hold_nobody(camera: Any, facts: Any, models_dir: Path) -> None:
    camera.show(np.zeros((480, 640, 3), np.uint8))
    eyes = EyesTask(VisionSection(models_dir=str(models_dir)), load_manifest(), camera, facts.post)
    with working(eyes, facts):
        eyes.watch(1, None)
        camera.show(np.zeros((480, 640, 3), np.uint8))
        evidence = facts.wait_for(seen(look=1)).evidence
    assert (evidence.hint, evidence.faces, evidence.best) == (Hint.NO_FACE, 0, None)


def test_whoever_joins_is_recognised_without_a_restart_and_forgotten_otherwise(
    camera: Any, facts: Any, models_dir: Path, at_the_till: Till, member: Template
) -> None:
    camera.show(at_the_till("biden"))
    vision = VisionSection(models_dir=str(models_dir))
    eyes = EyesTask(vision, load_manifest(), camera, facts.post, templates=[member], remembers=True)

    def looked(look: int, pictures: int = 3) -> None:
        eyes.watch(look, None)
        for _ in range(pictures):
            frame = camera.show(at_the_till("biden"))
            facts.wait_for(seen(look=look, frame=frame.number))
        eyes.rest()

    def template(look: int) -> TemplateMade:
        eyes.make_template(look, Secret("4242"))
        made: TemplateMade = facts.wait_for(
            lambda fact: isinstance(fact, TemplateMade) and fact.look == look
        )
        return made

    with working(eyes, facts):
        looked(1)
        made = template(1)
        assert made.frames == 3
        assert made.same_digits is not None
        assert made.same_digits.person == "m-1"
        assert made.same_digits.score_cosine < eyes.threshold_1toN_cosine
        held = eyes.template_in_hand(1)
        assert held is not None
        assert held[0] == SHA
        assert eyes.template_in_hand(2) is None
        eyes.enrolled(Template(PersonId("m-2"), "138********", Secret("0001"), *held))
        eyes.forget_faces()
        assert eyes.template_in_hand(1) is None
        looked(2)
        assert facts.wait_for(seen(look=2)).evidence.best.person == "m-2"
        again = template(2)
        assert again.best is not None
        assert again.best.person == "m-2"
        eyes.forget_faces()
        assert template(3).frames == 0
