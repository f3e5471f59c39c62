"""Manifest, README and the files themselves say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent.vision.models import (
    MANIFEST,
    Manifest,
    Model,
    ModelError,
    load_manifest,
    models_folder,
    open_session,
)
from agent.vision.pull import pull

NAMES = ["yunet", "sface", "minifasnet_v2", "minifasnet_v1se"]
README = MANIFEST.with_name("README.md")
ROW = re.compile(r"^\| (input|output) \| `(\w+)` \| ([\d×]+) \| (\w+) \| (.+) \|$", re.MULTILINE)
LIMIT = re.compile(r"^\| `(\w+)` \| ([\d.]+) \|$", re.MULTILINE)


@pytest.fixture
def manifest(monkeypatch: pytest.MonkeyPatch) -> Manifest:
    monkeypatch.delenv("HYLA_MANIFEST", raising=False)
    return load_manifest()


def section(name: str) -> str:
    return README.read_text("utf-8").split(f"\n## {name}\n")[1].split("\n## ")[0]


def shape(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split("×"))


def tensors(model: Model) -> list[tuple[str, str, tuple[int, ...], str]]:
    rows = [("input", tensor) for tensor in model.inputs] + [("output", tensor) for tensor in model.outputs]
    return [(kind, tensor.name, tensor.shape, tensor.dtype) for kind, tensor in rows]


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_tells_each_tensor_and_threshold_of_the_manifest(manifest: Manifest, name: str) -> None:
    model, text = manifest.named(name), section(name)
    told = [(kind, tensor, shape(size), dtype) for kind, tensor, size, dtype, _ in ROW.findall(text)]
    assert told == tensors(model)
    assert [row[4] for row in ROW.findall(text)] == [t.meaning for t in (*model.inputs, *model.outputs)]
    assert {key: float(value) for key, value in LIMIT.findall(text)} == {
        t.name: t.value for t in model.thresholds
    }
    assert model.licence in text


def test_every_threshold_says_how_it_was_found(manifest: Manifest) -> None:
    for model in manifest.models:
        assert model.thresholds
        assert all(len(threshold.evidence) > 80 for threshold in model.thresholds)
    assert "Rule of three" in next(
        t.evidence for t in manifest.named("sface").thresholds if t.name == "threshold_1toN_cosine"
    )


def test_an_unknown_model_or_threshold_names_those_there_are(manifest: Manifest) -> None:
    with pytest.raises(ModelError, match=r"no model 'arcface' .*yunet \(detector\), sface"):
        manifest.named("arcface")
    with pytest.raises(ModelError, match=r"no detector 'sface' .*sface \(embedder\)"):
        manifest.named("sface", "detector")
    with pytest.raises(ModelError, match="sface has no threshold score"):
        manifest.named("sface").threshold("score")


def test_a_session_opens_only_the_bytes_of_the_manifest(manifest: Manifest, tmp_path: Path) -> None:
    model = manifest.named("yunet")
    path = tmp_path / model.used.file
    with pytest.raises(ModelError, match=rf"{model.used.file}: no such file .*run hyla models pull"):
        open_session(model, path, 1)
    path.write_bytes(b"\0" * model.used.size_bytes)
    with pytest.raises(
        ModelError, match=rf"{model.used.file}: sha256 is .*expected {model.used.sha256}.*hyla models pull"
    ):
        open_session(model, path, 1)


def test_the_folder_is_the_given_one_or_the_environments_or_the_users_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.delenv("HYLA_MODELS_DIR", raising=False)
    assert models_folder() == tmp_path / "xdg" / "hyla" / "models"
    monkeypatch.setenv("HYLA_MODELS_DIR", str(tmp_path / "named"))
    assert models_folder() == tmp_path / "named"
    assert models_folder(tmp_path / "given") == tmp_path / "given"


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_session_has_the_tensors_of_the_manifest(manifest: Manifest, name: str) -> None:
    folder, model = models_folder(), manifest.named(name)
    pull(manifest, folder, None, lambda _: None)
    session = open_session(model, folder / model.used.file, 1)
    found = [("input", node) for node in session.get_inputs()] + [
        ("output", node) for node in session.get_outputs()
    ]
    dtypes = {"tensor(float)": "float32", "tensor(uint8)": "uint8"}
    sizes = [tuple(side if isinstance(side, int) else 0 for side in node.shape) for _, node in found]
    told = [(kind, node.name, dtypes[node.type]) for kind, node in found]
    assert told == [(kind, name, dtype) for kind, name, _, dtype in tensors(model)]
    assert sizes == [size for _, _, size, _ in tensors(model)]  # 0: a side that follows the picture
