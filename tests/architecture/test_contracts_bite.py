"""Each import contract of pyproject.toml catches a wrong import planted in a copy of the source."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("agent", "ui", "simulator")
LINT = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]

# (contract, the file that sins, the line planted in it). A missing file is made.
PLANTS = [
    ("layers", "agent/core/money.py", "import agent.profile.schema"),
    ("layers", "agent/profile/schema.py", "import agent.ports"),
    ("layers", "agent/ports.py", "import agent.screens.contract"),
    ("layers", "agent/storage/planted.py", "import agent.cloud.planted"),
    ("layers", "agent/camera/planted.py", "import agent.build"),
    ("layers", "agent/loop.py", "import agent.supervisor"),
    ("layers", "agent/build.py", "import agent.cli"),
    ("layers", "agent/turn.py", "import agent.loop"),
    ("layers", "agent/camera/planted.py", "import agent.doctor.patient"),
    ("layers", "agent/doctor/planted.py", "import agent.build"),
    ("layers", "agent/a_room_nobody_declared.py", "import agent.core.money"),
    ("core", "agent/core/money.py", "import time"),
    ("core", "agent/core/planted.py", "from random import choice"),
    ("core", "agent/core/planted.py", "import logging"),
    ("core", "agent/core/planted.py", "import numpy"),
    ("money", "agent/screens/planted.py", "from agent.core.charge import Captured"),
    ("money", "agent/core/planted.py", "from agent.core import charge"),
    ("money", "agent/loop.py", "import agent.core.charge"),
    ("one-writer", "agent/camera/planted.py", "from agent.inbox import Inbox"),
    ("one-writer", "agent/cli/planted.py", "from agent.turn import take"),
    ("one-page", "ui/planted.py", "from agent.core.money import Money"),
    ("one-page", "ui/planted.py", "import agent.screens.planted"),
    ("page-alone", "agent/screens/contract.py", "from agent.core.events import Intent"),
    ("page-alone", "agent/screens/__init__.py", "import agent.screens.planted"),
    ("no-screens-process", "agent/screens/planted.py", "import ui.planted"),
    ("no-simulator", "agent/build.py", "import simulator.planted"),
    ("no-simulator", "ui/planted.py", "import simulator.planted"),
    ("home-cv2", "agent/screens/planted.py", "import cv2"),
    ("home-cv2", "ui/planted.py", "import cv2"),
    ("home-onnxruntime", "agent/camera/planted.py", "import onnxruntime"),
    ("home-onnx", "agent/vision/planted.py", "import onnx"),
    ("home-faiss", "agent/storage/planted.py", "import faiss"),
    ("home-serial", "agent/build.py", "import serial.tools.list_ports"),
    ("home-paho", "agent/storage/planted.py", "from paho.mqtt import client"),
    ("home-apsw", "agent/cloud/planted.py", "import apsw"),
    ("home-barcodes", "agent/cli/planted.py", "import segno"),
    ("home-cryptography", "agent/cloud/planted.py", "import cryptography"),
    ("home-pyside6", "agent/screens/planted.py", "from PySide6.QtCore import QObject"),
]
# What a planted line imports must be there, or the linter would only see an outside name.
NEIGHBOURS = (
    "agent/cloud/__init__.py",
    "agent/cloud/planted.py",
    "agent/screens/planted.py",
    "ui/__init__.py",
    "ui/planted.py",
    "simulator/__init__.py",
    "simulator/planted.py",
)


def contracts() -> dict[str, str]:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {entry["id"]: entry["name"] for entry in pyproject["tool"]["importlinter"]["contracts"]}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of it, with the neighbours."""
    folder = tmp_path_factory.mktemp("source")
    for package in PRODUCT:
        if (ROOT / package).is_dir():
            shutil.copytree(ROOT / package, folder / package, ignore=only_python)
    shutil.copy(ROOT / "pyproject.toml", folder)
    for neighbour in NEIGHBOURS:
        plant(folder, neighbour)
    return folder


def only_python(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if (Path(folder) / name).is_file() and not name.endswith(".py")]


@contextmanager
def planted(folder: Path, file: str, line: str) -> Iterator[None]:
    """Only so long; what was made for it goes with it."""
    path = folder / file
    before = path.read_bytes() if path.exists() else None
    plant(folder, file, line)
    try:
        yield
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)


def plant(folder: Path, file: str, line: str = "") -> None:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    if not (path.parent / "__init__.py").exists():
        (path.parent / "__init__.py").write_text('"""Planted."""\n', encoding="utf-8")
    with path.open("a", encoding="utf-8") as text:
        text.write(f"\n{line}\n")


def lint(folder: Path, *contract: str) -> subprocess.CompletedProcess[str]:
    chosen = [word for name in contract for word in ("--contract", name)]
    return subprocess.run([*LINT, *chosen], cwd=folder, capture_output=True, text=True, timeout=60)


def test_the_source_as_it_is_breaks_no_contract(source: Path) -> None:
    verdict = lint(source)

    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def test_every_contract_has_a_planted_wrong_import() -> None:
    assert {contract for contract, _, _ in PLANTS} == set(contracts())


@pytest.mark.slow
@pytest.mark.parametrize(("contract", "file", "line"), PLANTS, ids=lambda value: str(value))
def test_a_planted_wrong_import_is_caught(source: Path, contract: str, file: str, line: str) -> None:
    with planted(source, file, line):
        verdict = lint(source, contract)

    assert verdict.returncode == 1, verdict.stdout + verdict.stderr
    assert f"{contracts()[contract]} BROKEN" in verdict.stdout
