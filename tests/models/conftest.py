"""A small manifest with a small published wheel: everything `pull` does, on a few kilobytes."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.vision.models import Manifest, load_manifest

WHEEL = "hyla_tiny_models-1.0-py3-none-any.whl"
FILES = {"eye.onnx": b"detector weights " * 300, "mind.onnx": b"embedder weights " * 900}


@dataclass(frozen=True)
class Published:
    """A wheel as an index offers it, and the manifest that names it."""

    wheel: Path
    manifest: Manifest
    manifest_path: Path


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write_wheel(path: Path) -> None:
    info = "hyla_tiny_models-1.0.dist-info"
    members = {f"tiny/{name}": content for name, content in FILES.items()}
    members[f"{info}/METADATA"] = b"Metadata-Version: 2.1\nName: hyla-tiny-models\nVersion: 1.0\n"
    members[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    members[f"{info}/RECORD"] = b""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as wheel:
        for name, content in members.items():
            wheel.writestr(name, content)


def _row(name: str, wheel: Path) -> str:
    content = FILES[name]
    return f"""
[[models]]
name = "{name.removesuffix(".onnx")}"
role = "{"detector" if name == "eye.onnx" else "embedder"}"
file = "{name}"
size_bytes = {len(content)}
sha256 = "{_sha(content)}"
licence = "MIT"
source = "a test"
preprocessing = "none"
inputs = []
outputs = []
thresholds = []

[models.package]
name = "hyla-tiny-models"
version = "1.0"
file = "{WHEEL}"
size_bytes = {wheel.stat().st_size}
sha256 = "{_sha(wheel.read_bytes())}"
path = "tiny/{name}"
"""


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Published:
    """pip is told to look at a folder with this wheel and nowhere else."""
    shelf = tmp_path / "index"
    shelf.mkdir()
    _write_wheel(shelf / WHEEL)
    path = tmp_path / "manifest.toml"
    path.write_text("".join(_row(name, shelf / WHEEL) for name in FILES), "utf-8")
    monkeypatch.setenv("HYLA_MANIFEST", str(path))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    return Published(shelf / WHEEL, load_manifest(), path)
