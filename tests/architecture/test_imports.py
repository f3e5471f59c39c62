"""What the import contracts of pyproject.toml cannot say: lists of what is allowed."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT, files, imports, name

# fmt: off
CORE_MAY_IMPORT = frozenset([
    "__future__", "bisect", "collections", "collections.abc", "dataclasses", "enum", "functools",
    "hashlib", "itertools", "json", "math", "operator", "re", "typing",
])
# fmt: on
# The name to install → the name to import, where they differ.
IMPORT_NAMES = {
    "apsw-sqlite3mc": "apsw",
    "opencv-python-headless": "cv2",
    "paho-mqtt": "paho",
    "pillow": "PIL",
    "faiss-cpu": "faiss",
    "pyserial": "serial",
    "PyJWT": "jwt",
    "SQLAlchemy": "sqlalchemy",
    "Jinja2": "jinja2",
    "python-barcode": "barcode",
    "PySide6-Essentials": "PySide6",
    "python-pkcs11": "pkcs11",
    "tpm2-pytss": "tpm2_pytss",
}


def libraries(*extras: str) -> set[str]:
    """Import names of the shipped libraries, and of these extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = [*project["dependencies"], *(p for e in extras for p in project["optional-dependencies"][e])]
    names = [re.split(r"[=<>\[; ]", pin, maxsplit=1)[0] for pin in pins]
    return {IMPORT_NAMES.get(each, each) for each in names} | {"pydantic_core"}  # pydantic's own half


def offences(paths: list[Path], allowed: frozenset[str] | set[str], *, whole: bool) -> list[str]:
    """`file:line imports x` for what is not allowed; by whole module name, or by its first word."""
    return [
        f"{name(path)}:{line} imports {module}"
        for path in paths
        for line, module in imports(path)
        if (module if whole else module.partition(".")[0]) not in allowed
    ]


def test_core_imports_value_tools_and_itself_only() -> None:
    core = {module for path in files("agent/core") for _, module in imports(path)}
    itself = {module for module in core if module.startswith("agent.core")}

    assert offences(files("agent/core"), CORE_MAY_IMPORT | itself, whole=True) == []


def test_ui_imports_one_page_of_the_agent() -> None:
    pages = {"agent.screens.contract"}
    agents = [
        f"{name(path)}:{line} imports {module}"
        for path in files("ui")
        for line, module in imports(path)
        if module.partition(".")[0] == "agent" and module not in pages
    ]

    assert agents == [], "write `from agent.screens.contract import …`, nothing else of the agent"


@pytest.mark.parametrize(
    ("folders", "extras"),
    [(("agent", "ui"), ("pkcs11", "tpm")), (("simulator",), ("desk",))],
    ids=["product", "simulator"],
)
def test_what_is_imported_is_what_is_shipped(folders: tuple[str, ...], extras: tuple[str, ...]) -> None:
    allowed = libraries(*extras) | sys.stdlib_module_names | {"agent", "ui", "simulator"}
    unknown = offences(files(*folders), allowed, whole=False)

    assert unknown == [], "add it to pyproject.toml and to decision 0004, or do without"


def test_no_import_is_relative() -> None:
    relative = [
        f"{name(path)}:{line} imports {module}"
        for path in files("agent", "ui", "simulator")
        for line, module in imports(path)
        if module.startswith(".")
    ]

    assert relative == [], "write the whole name: a search must find every import"
