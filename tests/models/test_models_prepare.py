"""`hyla models prepare`: the second file of a model comes, heals and is judged like the first."""

from __future__ import annotations

import argparse
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agent.cli import models as models_cli
from agent.vision.models import ModelError, load_manifest, open_session
from agent.vision.prepare import prepare
from tests.vision.tiny_chain import TinyChain

ROW = """
[[models]]
name = "tiny"
role = "embedder"
file = "tiny.onnx"
size_bytes = {size}
sha256 = "{sha}"
licence = "MIT"
source = "a test"
preprocessing = "none"
inputs = []
outputs = []
thresholds = []
package = {{ name = "n", version = "1", file = "n.whl", size_bytes = 1, sha256 = "00", path = "n" }}

[models.prepared]
file = "tiny.prepared.onnx"
size_bytes = {prepared_size}
sha256 = "{prepared_sha}"
how = "a test"
"""


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class Shelf:
    """A published file on a stick, the manifest that names it, and an empty cache."""

    stick: Path
    cache: Path
    manifest: Path
    prepared: bytes

    def hyla(self, *words: str) -> int:
        parser = argparse.ArgumentParser(prog="hyla")
        models_cli.add_parser(parser.add_subparsers(required=True))
        args = parser.parse_args(["models", *words, "--models-dir", str(self.cache)])
        code: int = args.run(args)
        return code


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    source = TinyChain().content()
    prepared = prepare(source)
    (tmp_path / "tiny.onnx").write_bytes(source)
    manifest = tmp_path / "manifest.toml"
    facts = {"size": len(source), "sha": sha(source)}
    facts |= {"prepared_size": len(prepared), "prepared_sha": sha(prepared)}
    manifest.write_text(ROW.format(**facts), "utf-8")
    monkeypatch.setenv("HYLA_MANIFEST", str(manifest))
    return Shelf(tmp_path / "tiny.onnx", tmp_path / "cache", manifest, prepared)


def test_pull_prepares_what_it_took_without_network(shelf: Shelf, capsys: Any) -> None:
    assert shelf.hyla("pull", "--from", str(shelf.stick)) == 0
    assert (shelf.cache / "tiny.prepared.onnx").read_bytes() == shelf.prepared
    assert "tiny.prepared.onnx: ok" in capsys.readouterr().err
    model = load_manifest().named("tiny")
    assert model.used.sha256 == sha(shelf.prepared)
    assert open_session(model, shelf.cache / model.used.file, 1).get_inputs()[0].name == "crop"


def test_a_damaged_prepared_file_is_told_refused_and_made_again(shelf: Shelf, capsys: Any) -> None:
    shelf.hyla("pull", "--from", str(shelf.stick))
    (shelf.cache / "tiny.prepared.onnx").write_bytes(shelf.prepared[:-1] + b"!")
    capsys.readouterr()
    assert shelf.hyla("verify", "--json") == 1
    told = capsys.readouterr()
    [row] = json.loads(told.out)["models"]
    assert (row["state"], row["prepared"]["state"]) == ("ok", "wrong_checksum")
    assert row["prepared"]["sha256"] == sha(shelf.prepared)
    assert "run hyla models pull" in told.err
    model = load_manifest().named("tiny")
    with pytest.raises(
        ModelError, match=rf"tiny\.prepared\.onnx: sha256 is .*expected {model.used.sha256}"
    ):
        open_session(model, shelf.cache / model.used.file, 1)
    assert shelf.hyla("prepare") == 0
    assert (shelf.cache / "tiny.prepared.onnx").read_bytes() == shelf.prepared


def test_without_the_published_file_there_is_nothing_to_prepare(shelf: Shelf, capsys: Any) -> None:
    assert shelf.hyla("prepare") == 1
    told = capsys.readouterr().err
    assert "tiny.onnx: missing; run hyla models pull" in told
    assert not (shelf.cache / "tiny.prepared.onnx").exists()


def test_a_prepared_file_that_is_not_the_manifests_is_never_put_down(shelf: Shelf, capsys: Any) -> None:
    text = shelf.manifest.read_text("utf-8")
    shelf.manifest.write_text(text.replace(sha(shelf.prepared), "0" * 64), "utf-8")
    assert shelf.hyla("pull", "--from", str(shelf.stick)) == 2
    assert f"tiny.prepared.onnx: refused, {shelf.cache}" in capsys.readouterr().err
    assert sorted(path.name for path in shelf.cache.glob("*.onnx")) == ["tiny.onnx"]


def test_a_model_of_another_kind_is_named(shelf: Shelf, capsys: Any) -> None:
    other = TinyChain(end="MatMul").content()
    text = shelf.manifest.read_text("utf-8")
    old = shelf.stick.read_bytes()
    text = text.replace(sha(old), sha(other)).replace(
        f"size_bytes = {len(old)}", f"size_bytes = {len(other)}"
    )
    shelf.manifest.write_text(text, "utf-8")
    shelf.stick.write_bytes(other)
    assert shelf.hyla("pull", "--from", str(shelf.stick)) == 2
    assert "tiny.onnx: cannot be prepared: MatMul (expected Gemm)" in capsys.readouterr().err


def test_list_shows_both_files_of_a_model(shelf: Shelf, capsys: Any) -> None:
    assert shelf.hyla("list") == 0
    first, second = capsys.readouterr().out.splitlines()
    assert "missing" in first
    assert "prepared" in second
    assert "tiny.prepared.onnx" in second
