"""A prepared file gives nearly the published file's numbers, and is the same file wherever it is made."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime as ort
import pytest

from agent.vision.chain import PrepareError
from agent.vision.models import Model, load_manifest, open_pinned, open_session
from agent.vision.prepare import prepare
from tests.vision.tiny_chain import TinyChain, picture

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).with_name("golden_sface.json")
LFW = Path(os.environ.get("HYLA_LFW") or ROOT.parent / "shared" / "data" / "lfw-aligned")
MAKE = """
import sys
from agent.vision.prepare import prepare
sys.stdout.buffer.write(prepare(open(sys.argv[1], "rb").read()))
"""


def opened(content: bytes) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.log_severity_level = 3
    return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def crop_of(data: np.ndarray) -> np.ndarray:
    """Planes red, green, blue → the crop as it lies in memory."""
    return np.ascontiguousarray(data[:, ::-1].transpose(0, 2, 3, 1).astype(np.uint8))


def likeness(source: bytes, data: np.ndarray) -> float:
    """Cosine between the answers of the published graph and of the prepared one."""
    theirs = opened(source).run(["fc1"], {"data": data})[0][0].astype(float)
    ours = opened(prepare(source)).run(["fc1"], {"crop": crop_of(data)})[0][0].astype(float)
    return float(theirs @ ours / np.linalg.norm(theirs) / np.linalg.norm(ours))


@pytest.mark.parametrize("seed", range(5))
def test_eight_bits_give_nearly_the_same_numbers(seed: int) -> None:
    assert likeness(TinyChain(seed).content(), picture(100 + seed)) > 0.99


@pytest.mark.parametrize("slope", [1.0, 1.4, -1.0])
def test_a_slope_of_any_steepness_is_right(slope: float) -> None:
    assert likeness(TinyChain(slope=slope).content(), picture(100)) > 0.99


def test_everything_between_the_crop_and_the_last_layer_is_bytes() -> None:
    graph = onnx.load_model_from_string(prepare(TinyChain().content())).graph
    kinds = {node.op_type for node in graph.node}
    assert kinds == {"Reshape", "QLinearConv", "Max", "Flatten", "MatMulIntegerToFloat"}
    assert [each.name for each in graph.input] == ["crop"]
    matrices = [each for each in graph.initializer if len(each.dims) > 1]
    assert {each.data_type for each in matrices} == {onnx.TensorProto.INT8}


def test_no_pair_of_weights_is_clipped_by_a_processor_that_adds_in_sixteen_bit() -> None:
    """255·w₁ + 255·w₂ has to fit, wherever two neighbours are added before they go on."""
    weights = {}
    graph = onnx.load_model_from_string(prepare(TinyChain().content())).graph
    for each in graph.initializer:
        weights[each.name] = onnx.numpy_helper.to_array(each).astype(int)
    rows = [weights[node.input[1]].T for node in graph.node if node.op_type == "MatMulIntegerToFloat"]
    for node in graph.node:
        found = weights[node.input[3]] if node.op_type == "QLinearConv" else None
        if found is not None and found.shape[1] > 1:
            rows.append(found.transpose(0, 2, 3, 1).reshape(len(found), -1))
    assert len(rows) == 3
    for each in rows:
        for half in (each.clip(0), (-each).clip(0)):
            assert 255 * (half[:, ::2] + half[:, 1::2]).max() <= 32767
        assert np.abs(each).max() > 60  # and eight bits are not wasted either


def test_another_processor_makes_the_same_bytes(tmp_path: Path) -> None:
    """numpy without its vector instructions stands in for a processor that has none."""
    source = TinyChain().content()
    (tmp_path / "tiny.onnx").write_bytes(source)
    plain = {**os.environ, "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F", "PYTHONPATH": str(ROOT)}
    made = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", MAKE, str(tmp_path / "tiny.onnx")],
        cwd=ROOT, env=plain, capture_output=True, timeout=60,
    )  # fmt: skip
    assert made.stdout == prepare(source) == prepare(source), made.stderr


def test_another_kind_of_graph_is_refused_by_name() -> None:
    with pytest.raises(PrepareError, match=r"MatMul \(expected Gemm\)"):
        prepare(TinyChain(end="MatMul").content())


# --- the real one ---------------------------------------------------------------------------------


@pytest.fixture
def sface() -> Model:
    return load_manifest().named("sface")


def synthetic_face() -> np.ndarray:
    """112×112 RGB planes: a bright oval with two dark eyes and a mouth on a dim ground."""
    y, x = np.mgrid[0:112, 0:112].astype(np.float32)
    picture = 60.0 + 110.0 * ((((x - 56) / 40) ** 2 + ((y - 60) / 52) ** 2) < 1)
    for eye_x in (38, 74):
        picture -= 90 * np.exp(-((x - eye_x) ** 2 + (y - 51) ** 2) / 40)
    picture -= 60 * np.exp(-(((x - 56) / 14) ** 2 + ((y - 92) / 4) ** 2))
    planes = np.stack([picture, picture * 0.85, picture * 0.75])
    return planes.clip(0, 255).astype(np.float32)[None]


@pytest.mark.slow
def test_sface_prepared_is_the_manifests_file(sface: Model, models_dir: Path) -> None:
    content = prepare((models_dir / sface.file).read_bytes())
    assert (len(content), hashlib.sha256(content).hexdigest()) == (sface.used.size_bytes, sface.used.sha256)


@pytest.mark.slow
def test_sface_prepared_embeds_a_drawn_face_as_it_did_when_it_was_measured(
    sface: Model, models_dir: Path
) -> None:
    """Another release of the runtime, or another processor, may differ in a rounding, not in more."""
    golden = np.array(json.loads(GOLDEN.read_text("utf-8")), float)
    session = open_session(sface, models_dir / sface.used.file, 1)
    found = session.run(["fc1"], {"crop": crop_of(synthetic_face())})[0][0].astype(float)
    assert found @ golden / np.linalg.norm(found) / np.linalg.norm(golden) > 0.995


@pytest.mark.slow
def test_sface_prepared_embeds_faces_like_the_published_file(sface: Model, models_dir: Path) -> None:
    faces = sorted(LFW.glob("*/*_0001.jpg"))[::150]
    if not faces:
        pytest.skip(f"no LFW in {LFW}: set HYLA_LFW to the folder of aligned faces to measure on them")
    stock = open_pinned(sface.name, sface.published, models_dir / sface.file, 1)
    ours = open_session(sface, models_dir / sface.used.file, 1)
    cosines = []
    for path in faces:
        crop = np.asarray(cv2.imread(str(path)))[None]
        planes = np.ascontiguousarray(crop[..., ::-1].transpose(0, 3, 1, 2), np.float32)
        theirs = stock.run(["fc1"], {"data": planes})[0][0].astype(float)
        mine = ours.run(["fc1"], {"crop": crop})[0][0].astype(float)
        cosines.append(theirs @ mine / np.linalg.norm(theirs) / np.linalg.norm(mine))
    assert np.mean(cosines) > 0.99
    assert min(cosines) > 0.96
