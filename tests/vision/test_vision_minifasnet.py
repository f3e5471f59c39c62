"""The built graph does what the published network does, and is the same file wherever it is built."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from agent.vision.liveness import SCALES
from agent.vision.minifasnet import to_onnx
from agent.vision.models import load_manifest, open_session
from agent.vision.torch_file import TorchFileError, read_state
from tests.vision.old_torch import old_torch
from tests.vision.plain_minifasnet import Plain

ROOT = Path(__file__).resolve().parents[2]
MAKE = """
import hashlib, sys
from agent.vision.minifasnet import to_onnx
print(hashlib.sha256(to_onnx(open(sys.argv[1], "rb").read())).hexdigest())
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", SCALES)
def test_the_graph_agrees_with_the_network_worked_out_by_hand(models_dir: Path, name: str) -> None:
    model = load_manifest().named(name)
    plain = Plain(read_state((models_dir / model.file).read_bytes()))
    session = open_session(model, models_dir / model.used.file, 1)
    for seed in range(3):
        face = np.random.default_rng(seed).uniform(0, 255, (3, 80, 80)).astype(np.float32)
        found = session.run(["probabilities"], {"face": face[None]})[0][0]
        assert found == pytest.approx(plain.probabilities(face.astype(np.float64)), abs=2e-5)


@pytest.mark.slow
@pytest.mark.parametrize("name", SCALES)
def test_another_processor_builds_the_same_bytes(models_dir: Path, name: str) -> None:
    """numpy without its vector instructions stands in for a processor that has none."""
    model = load_manifest().named(name)
    source = models_dir / model.file
    assert hashlib.sha256(to_onnx(source.read_bytes())).hexdigest() == model.used.sha256
    plain = {**os.environ, "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F", "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-W", "ignore", "-c", MAKE, str(source)]
    made = subprocess.run(words, cwd=ROOT, env=plain, capture_output=True, timeout=60, check=True)
    assert made.stdout.decode().strip() == model.used.sha256


def test_another_network_is_refused_and_told() -> None:
    with pytest.raises(TorchFileError, match=r"no weights 'conv1\.conv\.weight' \(expected a MiniFASNet\)"):
        to_onnx(old_torch({"head.weight": np.zeros((2, 2), np.float32)}))
