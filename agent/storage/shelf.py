"""The shelf of promotions: the list as the cloud sent it, and its pictures, as files in the data folder.

Not in the journal: nothing here is money or a person, and a picture is as large as a day of sales. Each
file is written beside its place and then moved there, so a power cut leaves the old one or the new one.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

LIST = "list.json"
PICTURE = re.compile(r"[0-9a-f]{64}\.jpg")
PICTURES_MAX = 24


class Shelf:
    """One folder. Owned by the thread that puts things on it; whoever shows them only reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def list_bytes(self) -> bytes | None:
        """The message that was put last; None for an empty shelf."""
        try:
            return (self.folder / LIST).read_bytes()
        except OSError:
            return None

    def put_list(self, body: bytes) -> None:
        """Raises OSError: the old list stays."""
        self._put(LIST, body)

    def put_picture(self, sha256: str, jpeg: bytes) -> None:
        """Under the checksum of what was sent. Raises OSError."""
        self._put(f"{sha256}.jpg", jpeg)

    def pictures(self) -> tuple[str, ...]:
        """Checksums of all that are here."""
        if not self.folder.is_dir():
            return ()
        return tuple(sorted(p.stem for p in self.folder.iterdir() if PICTURE.fullmatch(p.name)))

    def path_of(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.jpg"

    def tidy(self, wanted: set[str]) -> None:
        """Pictures that no promotion names go, and what a power cut left half written."""
        if not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            unwanted = PICTURE.fullmatch(path.name) and path.stem not in wanted
            if unwanted or path.name.endswith(".new"):
                path.unlink(missing_ok=True)

    def _put(self, name: str, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = self.folder / f"{name}.new"
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, self.folder / name)
