"""Weights that were never measured, or do not do what they did then, recognise nobody."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest

from agent.ports import Embedding, FrameBgr
from agent.profile.schema import VisionSection
from agent.vision.embed import Embedder, unit
from agent.vision.models import MANIFEST, Model, ModelError, load_manifest, open_session
from agent.vision.passport import (
    Passport,
    check_embedder,
    check_passport,
    drawn_face,
    passports_path,
    read_passports,
    write_passport,
)
from agent.vision.pipeline import Pipeline, open_pipeline


@pytest.fixture
def model() -> Model:
    return load_manifest().named("sface", "embedder")


@pytest.fixture
def passport(model: Model) -> Passport:
    return check_passport(model)


def test_the_shipped_weights_have_a_passport_that_says_what_their_thresholds_rest_on(
    passport: Passport, model: Model
) -> None:
    assert {each.name for each in passport.thresholds} == {each.name for each in model.thresholds}
    assert passport.ten_fold_accuracy >= 0.994
    for each in passport.thresholds:
        assert each.fmr.low <= each.fmr.rate <= each.fmr.high
        assert each.fnmr.low <= each.fnmr.rate <= each.fnmr.high
    one, many = passport.thresholds
    assert many.value_cosine > one.value_cosine
    assert many.fmr.rate < one.fmr.rate / 10, "the open search asks for more"
    assert passport.fmr_floor == pytest.approx(3 / passport.different_pairs)


def test_changed_weights_are_refused_with_what_to_do(model: Model) -> None:
    assert model.prepared is not None
    changed = msgspec.structs.replace(
        model, prepared=msgspec.structs.replace(model.prepared, sha256="b" * 64)
    )
    with pytest.raises(ModelError, match=r"no passport for sface with sha256 bbb.*evaluate.*enrol"):
        check_passport(changed)


def test_a_threshold_that_was_not_measured_is_refused(model: Model) -> None:
    moved = msgspec.structs.replace(model.thresholds[1], value=0.41)
    with pytest.raises(ModelError, match=r"threshold_1toN_cosine was measured at 0.48 .*0.41"):
        check_passport(msgspec.structs.replace(model, thresholds=(model.thresholds[0], moved)))


def test_a_terminal_with_changed_weights_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(MANIFEST, tmp_path)
    monkeypatch.setenv("HYLA_MANIFEST", str(tmp_path / "manifest.toml"))
    with pytest.raises(ModelError, match="no passport"):
        open_pipeline(load_manifest(), tmp_path, VisionSection())


def test_passports_come_back_as_they_were_written_and_others_stay(
    passport: Passport, tmp_path: Path
) -> None:
    path = tmp_path / "passports.toml"
    other = msgspec.structs.replace(passport, model_sha256="c" * 64)
    write_passport(passport, path)
    write_passport(other, path)
    newer = msgspec.structs.replace(passport, ten_fold_accuracy=0.999)
    write_passport(newer, path)
    assert read_passports(path) == (other, newer)
    assert passports_path().read_text().startswith(path.read_text().split("[[", 1)[0])


def test_a_file_that_is_no_passport_is_named(tmp_path: Path) -> None:
    path = tmp_path / "passports.toml"
    path.write_text("[[passports]]\nmodel = 1\n")
    with pytest.raises(ModelError, match=r"passports.toml: .*expected passports"):
        read_passports(path)


class Broken(Embedder):
    """An embedder with something done to what goes in or comes out."""

    def __init__(self, whole: Embedder, fault: str) -> None:
        self._whole, self._fault = whole, fault

    def embed(self, aligned_bgr: FrameBgr) -> Embedding:
        match self._fault:
            case "swapped":
                return self._whole.embed(np.ascontiguousarray(aligned_bgr[:, :, ::-1]))
            case "dim":
                return self._whole.embed(aligned_bgr // 8)
            case "constant":
                return unit(np.ones(128, np.float32))
            case "empty":
                return np.zeros(128, np.float32)
            case "not a number":
                return np.full(128, np.nan, np.float32)
        return self._whole.embed(aligned_bgr)


@pytest.mark.slow
def test_the_self_test_passes_what_is_whole(pipeline: Pipeline, passport: Passport) -> None:
    check_embedder(Broken(pipeline.embedder, "none"), passport)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["swapped", "dim", "constant", "empty", "not a number"])
def test_the_self_test_at_each_start_catches(fault: str, pipeline: Pipeline, passport: Passport) -> None:
    with pytest.raises(ModelError, match="self-test's drawn face"):
        check_embedder(Broken(pipeline.embedder, fault), passport)


def test_the_drawn_face_is_the_same_each_time_and_coloured() -> None:
    face = drawn_face()
    assert face.shape == (112, 112, 3)
    blue, _, red = face[56, 56].tolist()
    assert red > blue + 100
    assert np.array_equal(face, drawn_face())


def test_a_file_that_takes_other_pictures_than_the_manifest_says_is_refused_in_words(
    models_dir: Path,
) -> None:
    yunet, sface = (load_manifest().named(name) for name in ("yunet", "sface"))
    mistaken = msgspec.structs.replace(yunet, inputs=sface.inputs)
    with pytest.raises(
        ModelError, match=r"no input crop 1×112×112×3 of yunet, but picture .*another model"
    ):
        open_session(mistaken, models_dir / yunet.used.file, 1)
