"""A prepared file gives the published file's numbers, and is the same file wherever it is made."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest

from agent.vision.models import Model, load_manifest, open_pinned, open_session
from agent.vision.prepare import PrepareError, prepare
from tests.vision.tiny_chain import SIDE_PX, TinyChain

ROOT = Path(__file__).resolve().parents[2]
MAKE = """
import sys
from agent.vision.prepare import prepare
sys.stdout.buffer.write(prepare(open(sys.argv[1], "rb").read()))
"""


def answer(content: bytes, data: np.ndarray) -> np.ndarray:
    options = ort.SessionOptions()
    options.log_severity_level = 3
    session = ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(["fc1"], {"data": data})[0][0])


@pytest.mark.parametrize("seed", range(5))
def test_the_prepared_graph_gives_the_same_numbers(seed: int) -> None:
    source = TinyChain(seed).content()
    data = np.random.default_rng(seed).uniform(0, 255, (1, 3, SIDE_PX, SIDE_PX)).astype(np.float32)
    expected = answer(source, data)
    assert answer(prepare(source), data) == pytest.approx(
        expected, rel=1e-4, abs=1e-4 * float(np.abs(expected).max())
    )


def test_what_slowed_the_runtime_is_gone() -> None:
    graph = onnx.load_model_from_string(prepare(TinyChain().content())).graph
    kinds = {node.op_type for node in graph.node}
    assert kinds == {"Sub", "Mul", "Conv", "Relu", "Add", "Flatten", "Gemm"}
    assert [each.name for each in graph.input] == ["data"]
    assert {weights.data_type for weights in graph.initializer} == {onnx.TensorProto.FLOAT}


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


def test_a_slope_of_one_is_refused_before_anything_is_divided_by_nothing() -> None:
    with pytest.raises(PrepareError, match="slope within"):
        prepare(TinyChain(slope=1.0).content())


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
def test_sface_prepared_embeds_like_the_published_file(sface: Model, models_dir: Path) -> None:
    stock = open_pinned(sface.name, sface.published, models_dir / sface.file, 1)
    ours = open_session(sface, models_dir / sface.used.file, 1)
    chance = np.random.default_rng(11)
    noises = [chance.uniform(0, 255, (1, 3, 112, 112)).astype(np.float32) for _ in range(4)]
    for data in (*noises, synthetic_face()):
        theirs, mine = (each.run(["fc1"], {"data": data})[0][0].astype(float) for each in (stock, ours))
        assert theirs @ mine / np.linalg.norm(theirs) / np.linalg.norm(mine) > 1 - 1e-8
