"""The people of the desk: official portraits in the public domain, fetched once from a package index.

Nothing enters; a folder with the pictures leaves. They are not kept in the repository: pip's ordinary
client fetches the source package they are published in (so a company's own mirror works), and every
file is checked by its sha256 each time it is used.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "face_recognition"
VERSION = "1.3.0"
SDIST_SHA256 = "5e5efdd1686aa566af0d3cc1313b131e4b197657a8ffd03669e6d3fad92705ec"
SDIST_FOLDER = f"{PACKAGE}-{VERSION}/tests/test_images"
PICTURES_SHA256 = {
    "obama.jpg": "0930e3aa8cae5920329c0c8cbc6a2ab70f47b0e67b432875beaa95cbf7e741f6",
    "obama2.jpg": "a7efcc907375274796f39646510704aa86672d59f6d5469d69af3c85590976a6",
    "obama3.jpg": "76ac6bf97c36dc2da0ad16a537d6a5ac1b10f48d49aac29a0cca9a17cdbc3ca3",
    "biden.jpg": "3c17508bb91554c637a2eabddfae790e5bb1caba93130814fc2ac50be9760c4c",
}
PICTURE_BYTES_MAX = 8_000_000
FETCH_WAIT_S = 300


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody who comes to the desk. `enrolled_from` is empty for a person without a membership;
    `pictures` are what the camera may see, the usual one first."""

    name: str
    enrolled_from: str
    pictures: tuple[str, ...]


PERSONAS = {
    "member": Persona("member", "obama.jpg", ("obama2.jpg", "obama3.jpg")),
    "stranger": Persona("stranger", "", ("biden.jpg",)),
}


class PeopleError(Exception):
    """The pictures cannot be had: for the developer; says what was tried and what to do."""


def people_folder() -> Path:
    """Where the pictures are kept between runs."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "hyla" / "people"


def ensure_people(folder: Path | None = None) -> Path:
    """The folder with all pictures, each of them checked. Fetches what is missing or damaged.

    Raises:
        PeopleError: the package cannot be fetched, or is not the one we know.
    """
    folder = folder or people_folder()
    wanted = [name for name in PICTURES_SHA256 if not _intact(folder / name)]
    if wanted:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="hyla-people-") as scratch:
            sdist = _fetch(Path(scratch), folder)
            for name in wanted:
                _keep(folder / name, _picture(sdist, name))
    return folder


def _intact(path: Path) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == PICTURES_SHA256[path.name]
    except OSError:
        return False


def _fetch(scratch: Path, folder: Path) -> Path:
    """The source package. pip checks its sha256 before it looks inside, and must look inside: it runs
    the package's setup.py for the metadata (no compiler needed) even when only downloading."""
    pinned = scratch / "people.txt"
    pinned.write_text(f"{PACKAGE}=={VERSION} --hash=sha256:{SDIST_SHA256}\n", "utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-input", "--no-deps", "--no-binary", PACKAGE, "--require-hashes"]
    command += ["--requirement", str(pinned), "--dest", str(scratch)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_WAIT_S, check=False)
    except subprocess.TimeoutExpired:
        raise PeopleError(_advice(f"no answer in {FETCH_WAIT_S} s", folder)) from None
    sdist = scratch / f"{PACKAGE}-{VERSION}.tar.gz"
    if done.returncode != 0 or not sdist.exists():
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise PeopleError(_advice(errors[-1] if errors else done.stderr.strip()[-300:], folder))
    return sdist


def _advice(seen: str, folder: Path) -> str:
    return (
        f"the desk's faces ({PACKAGE} {VERSION} from the package index) cannot be fetched: {seen}\n"
        f"Check the network or pip's index settings and run it again, or put {', '.join(PICTURES_SHA256)}"
        f" from that package's tests/test_images into {folder} by hand"
    )


def _picture(sdist: Path, name: str) -> bytes:
    """One file out of the package, by its exact name, or PeopleError."""
    try:
        with tarfile.open(sdist, "r:gz") as archive:
            member = archive.extractfile(f"{SDIST_FOLDER}/{name}")
            data = member.read(PICTURE_BYTES_MAX) if member else b""
    except (KeyError, tarfile.TarError, OSError) as error:
        raise PeopleError(f"{sdist.name}: no {SDIST_FOLDER}/{name} in it ({error})") from error
    if hashlib.sha256(data).hexdigest() != PICTURES_SHA256[name]:
        raise PeopleError(f"{sdist.name}: {name} has another sha256 than expected; it is not used")
    return data


def _keep(path: Path, data: bytes) -> None:
    """Whole or not at all, also when two processes fetch at once."""
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(scratch, 0o644)
        os.replace(scratch, path)
    except BaseException:
        os.unlink(scratch)
        raise
