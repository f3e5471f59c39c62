"""Which models there are, and whether a file on disk is one of them.

In: `models/manifest.toml` and the folder of pulled and prepared files. Out: `Model` records with their
thresholds, the state of each file, ONNX Runtime sessions. A threshold travels with the record of its
model, and a session opens only from bytes whose checksum is the record's: so a threshold can never meet
other weights.
"""

from __future__ import annotations

import functools
import hashlib
import os
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
import onnxruntime as ort

MANIFEST = Path(__file__).resolve().parents[2] / "models" / "manifest.toml"
CHUNK_BYTES = 1 << 20
SESSIONS_KEPT = 4  # detector, embedder, two of liveness: a refit finds them loaded
ORT_ERRORS_ONLY = 3  # SFace lists its weights as inputs, which ORT would report 174 times

FileState = Literal["ok", "missing", "wrong_size", "wrong_checksum"]


class ModelError(Exception):
    """A model or the manifest cannot be used: names the file, what was expected, the next step."""


class Tensor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One input or output, as the session declares it."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    meaning: str


class Threshold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A limit on this model's scores, and how it was found."""

    name: str
    value: float
    evidence: str


class Package(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The published wheel a model file is taken out of; `path` is where it lies inside."""

    name: str
    version: str
    file: str
    size_bytes: int
    sha256: str
    path: str


@dataclass(frozen=True, slots=True)
class Pin:
    """Exactly one content of one file."""

    file: str
    size_bytes: int
    sha256: str


class Prepared(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file the terminal makes of the published one and loads in its place; `how` says what differs."""

    file: str
    size_bytes: int
    sha256: str
    how: str


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the manifest. `file`, `size_bytes` and `sha256` are of the published file."""

    name: str
    role: str
    file: str
    size_bytes: int
    sha256: str
    licence: str
    source: str
    preprocessing: str
    package: Package
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    thresholds: tuple[Threshold, ...]
    prepared: Prepared | None = None

    @property
    def published(self) -> Pin:
        """The file that `hyla models pull` takes out of the package."""
        return Pin(self.file, self.size_bytes, self.sha256)

    @property
    def used(self) -> Pin:
        """The file that is loaded; its sha256 is the model's identity, on templates too."""
        prepared = self.prepared
        return Pin(prepared.file, prepared.size_bytes, prepared.sha256) if prepared else self.published

    def threshold(self, name: str) -> float:
        """The limit of that name. Raises ModelError when the manifest has none."""
        for threshold in self.thresholds:
            if threshold.name == name:
                return threshold.value
        raise ModelError(f"models/manifest.toml: model {self.name} has no threshold {name}")


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All models the product knows."""

    models: tuple[Model, ...]

    def named(self, name: str, role: str = "") -> Model:
        """The model of that name (and role, if given). Raises ModelError naming those there are."""
        for model in self.models:
            if model.name == name and role in ("", model.role):
                return model
        known = ", ".join(f"{model.name} ({model.role})" for model in self.models)
        wanted = f"{role or 'model'} {name!r}"
        raise ModelError(f"models/manifest.toml: no {wanted} (expected one of: {known})")


@dataclass(frozen=True, slots=True)
class FileReport:
    """What was found where a model's file should be; `found` is its size or checksum, or empty."""

    path: Path
    state: FileState
    expected: str = ""
    found: str = ""

    def __str__(self) -> str:
        if self.state in ("ok", "missing"):
            return f"{self.path}: {self.state}"
        kind = "size" if self.state == "wrong_size" else "sha256"
        return f"{self.path}: {kind} is {self.found} (expected {self.expected})"


def manifest_path() -> Path:
    """$HYLA_MANIFEST, else the checkout's own."""
    return Path(os.environ.get("HYLA_MANIFEST") or MANIFEST)


def load_manifest(path: Path | None = None) -> Manifest:
    """Read the manifest. Raises ModelError naming file and key."""
    path = path or manifest_path()
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Manifest)
    except FileNotFoundError:
        raise ModelError(f"{path}: no such file (expected the manifest of the models)") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ModelError(f"{path}: {error} (expected the manifest of the models)") from error


def models_folder(given: str | Path | None = None) -> Path:
    """Where the pulled files lie: `given`, else $HYLA_MODELS_DIR, else the user's cache folder."""
    if given:
        return Path(given)
    if named := os.environ.get("HYLA_MODELS_DIR"):
        return Path(named)
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "hyla" / "models"


def sha256_of(path: Path) -> str:
    """Hex checksum of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def check_file(path: Path, size_bytes: int, sha256: str) -> FileReport:
    """Compare a file with what is said of it; the cheap comparison first."""
    try:
        size = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return FileReport(path, "missing")
    if size != size_bytes:
        return FileReport(path, "wrong_size", f"{size_bytes} bytes", f"{size} bytes")
    found = sha256_of(path)
    return FileReport(path, "ok" if found == sha256 else "wrong_checksum", sha256, found)


def check_pin(pin: Pin, folder: Path) -> FileReport:
    """The state of one file in the folder."""
    return check_file(folder / pin.file, pin.size_bytes, pin.sha256)


def check_model(model: Model, folder: Path) -> FileReport:
    """The state of one model's published file in the folder."""
    return check_pin(model.published, folder)


def open_session(model: Model, path: Path, threads: int) -> ort.InferenceSession:
    """A session on exactly the bytes that were checked, of the file the terminal uses.

    Raises:
        ModelError: as `open_pinned`, or these bytes take or give something else than the manifest says.
    """
    session = open_pinned(model.name, model.used, path, threads)
    for kind, wanted, there in (
        ("input", model.inputs, session.get_inputs()),
        ("output", model.outputs, session.get_outputs()),
    ):
        shapes = {each.name: each.shape for each in there}
        for tensor in wanted:
            shape = shapes.get(tensor.name)
            if shape is None or not _fits(shape, tensor.shape):
                found = ", ".join(f"{name} {_sides(sides)}" for name, sides in shapes.items())
                raise ModelError(
                    f"{path}: no {kind} {tensor.name} {_sides(tensor.shape)} of {model.name}, but {found} "
                    "(expected what models/manifest.toml says of it); it is another model: run hyla models "
                    "pull, or mend the manifest, measure it (hyla faces evaluate) and enrol members again"
                )
    return session


def _fits(there: Sequence[object], wanted: Sequence[int]) -> bool:
    """A side of 0 follows the picture; one without a number in the file may be anything."""
    return len(there) == len(wanted) and all(
        not side or not isinstance(found, int) or found == side
        for found, side in zip(there, wanted, strict=True)
    )


def _sides(shape: Sequence[object]) -> str:
    return "×".join(str(side) if isinstance(side, int) else "0" for side in shape)


def open_pinned(name: str, pin: Pin, path: Path, threads: int) -> ort.InferenceSession:
    """A session on these bytes and no others; the one that is there already, while the file is the same.

    Raises:
        ModelError: no file, or not the manifest's; names file, expected, found and the next step.
    """
    return _session(name, pin, path, threads, _stamp(path))


def _stamp(path: Path) -> tuple[int, ...]:
    """Another one whenever somebody wrote the file."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


@functools.lru_cache(maxsize=SESSIONS_KEPT)
def _session(
    name: str, pin: Pin, path: Path, threads: int, _stamp: tuple[int, ...]
) -> ort.InferenceSession:
    try:
        weights = path.read_bytes()
    except OSError as error:
        why = "no such file" if isinstance(error, FileNotFoundError) else error.strerror
        raise ModelError(f"{path}: {why} (expected model {name}); run hyla models pull") from None
    found = hashlib.sha256(weights).hexdigest()
    if found != pin.sha256:
        raise ModelError(
            f"{path}: sha256 is {found}, {len(weights)} bytes "
            f"(expected {pin.sha256}, {pin.size_bytes} bytes); run hyla models pull"
        )
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = ORT_ERRORS_ONLY
    # Idle inference threads must sleep: the screens share these cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
