"""Every change that the identity makes on disk, one small step each; a test cuts the power between any two.

A file is on disk once `write` returned; a name (new, renamed, switched, gone) only once its folder was
`settle`d. Owner: `identity` and `boots`.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

FOLDER_MODE, FILE_MODE = 0o700, 0o600


def make_folder(folder: Path) -> None:
    """Ours alone."""
    os.mkdir(folder, FOLDER_MODE)


def write(path: Path, data: bytes) -> None:
    """Whole and on disk, ours alone; its name is the folder's matter."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def settle(folder: Path) -> None:
    """Names in this folder are on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def rename(old: Path, new: Path) -> None:
    """In one step; `new` is replaced."""
    os.rename(old, new)


def link(path: Path, target: str) -> None:
    """A symbolic link that was not there."""
    os.symlink(target, path)


def remove(path: Path) -> None:
    """A file or a link."""
    os.unlink(path)


def remove_folder(folder: Path) -> None:
    """With everything in it; what cannot be read any more goes as well."""
    shutil.rmtree(folder)
