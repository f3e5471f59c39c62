"""Does anything of a face, or of the digits, stand where it must not? Each finding is one sentence.

Enters: what was written or sent (files, the journal's own pages decrypted, log, messages), and what must
not be among it. The shared memory of the preview is no place to look: it holds the camera's picture by
design, while a face is wanted, and is gone with the process.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.ports import Embedding, FrameBgr
from agent.storage.database import open_database

PICTURES = {
    "JPEG": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "JPEG with EXIF": b"\xff\xd8\xff\xe1",
    "PNG": b"\x89PNG\r\n\x1a\n",
    "WebP": b"WEBPVP8",
}
"""How pictures begin: long enough hardly ever to stand anywhere by chance."""
MAGIC_BYTES_MIN = 8  # shorter ones are looked for with what follows them only
NUMBERS = 4  # so many numbers of an embedding in a row are no chance
PIXELS = 16
DECIMALS = (3, 4, 5, 6, 7, 8)


@dataclass(frozen=True, slots=True)
class Sought:
    """What must stand nowhere. `words` are digits and codes, whole numbers not parts of longer ones."""

    embeddings: Mapping[str, Embedding]
    words: Mapping[str, str]
    frames: Sequence[FrameBgr] = ()


def findings(places: Mapping[str, bytes], sought: Sought) -> list[str]:
    """Empty when nothing was found."""
    needles = [*_of_pictures(), *_of_frames(sought.frames)]
    for name, embedding in sought.embeddings.items():
        needles += _of_embedding(name, embedding)
    words = {
        name: re.compile(rb"(?<![0-9])" + re.escape(w.encode()) + rb"(?![0-9])")
        for name, w in sought.words.items()
    }
    found = []
    for place, content in places.items():
        found += sorted({f"{name} stands in {place}" for name, needle in needles if needle in content})
        found += [f"{name} stands in {place}" for name, word in words.items() if word.search(content)]
    return found


def places_of(data: Path, log: Path | None = None) -> dict[str, bytes]:
    """Every file of a terminal's data folder as it lies there, the journal's pages decrypted (also those
    that are free again), and the log."""
    places = {str(path.name): path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file()}
    with open_database(data, readonly=True) as database:
        places["the journal's pages"] = bytes(database.connection.serialize("main"))
    if log is not None:
        places["the log"] = log.read_bytes()
    return places


def _of_pictures() -> Iterator[tuple[str, bytes]]:
    for name, magic in PICTURES.items():
        if len(magic) >= MAGIC_BYTES_MIN:
            yield f"a picture ({name})", magic
            yield f"a picture ({name}, base64)", base64.b64encode(magic[: len(magic) // 3 * 3])
            yield f"a picture ({name}, hex)", magic.hex().encode()


def _of_frames(frames: Sequence[FrameBgr]) -> Iterator[tuple[str, bytes]]:
    """A stretch from the middle of the picture, as raw pixels, however wide it was cut."""
    for frame in frames:
        height, width = frame.shape[:2]
        for row in (height // 3, height // 2, 2 * height // 3):
            stretch = np.ascontiguousarray(frame[row, width // 2 : width // 2 + PIXELS])
            if len(np.unique(stretch)) > NUMBERS:  # a plain wall is no evidence
                yield "raw pixels", stretch.tobytes()
                yield "raw pixels (as RGB)", np.ascontiguousarray(stretch[:, ::-1]).tobytes()


def _of_embedding(name: str, embedding: Embedding) -> Iterator[tuple[str, bytes]]:
    """Some numbers in a row, from several places, in every form in which people write numbers down."""
    for start in range(0, len(embedding) - NUMBERS, len(embedding) // 4):
        part = embedding[start : start + NUMBERS]
        for kind in ("<f4", ">f4", "<f8", "<f2"):
            raw = part.astype(kind).tobytes()
            yield f"{name} ({kind})", raw
            yield f"{name} ({kind}, hex)", raw.hex().encode()
            for shift in range(3):  # base64 depends on where in the whole the part begins
                yield f"{name} ({kind}, base64)", _base64(raw[shift : shift + (len(raw) - shift) // 3 * 3])
        for places in DECIMALS:
            for comma in (",", ", "):
                text = comma.join(f"{number:.{places}f}" for number in part[1:])
                yield f"{name} (text)", text.encode()
        full = [repr(float(number)) for number in part[1:]]
        yield f"{name} (text)", ",".join(full).encode()
        yield f"{name} (text)", ", ".join(full).encode()


def _base64(raw: bytes) -> bytes:
    return base64.b64encode(raw)
