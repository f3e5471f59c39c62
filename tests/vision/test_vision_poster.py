"""Pictures from outside: written anew, or refused with a word before they can do harm."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress

import cv2
import numpy as np
import pytest

from agent.vision.poster import BYTES_MAX, PosterRefused, cleaned, size_px


def picture(width_px: int = 640, height_px: int = 400, end: str = ".jpg") -> bytes:
    flat = np.full((height_px, width_px, 3), (60, 120, 230), np.uint8)
    cv2.circle(flat, (width_px // 2, height_px // 2), height_px // 4, (255, 255, 255), -1)
    good, written = cv2.imencode(end, flat)
    assert good
    return bytes(written.tobytes())


def bomb(width_px: int, height_px: int) -> bytes:
    """A PNG of a few bytes that would be gigabytes once decoded."""
    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + bytes(9)
    )


@pytest.mark.parametrize("end", [".jpg", ".png"])
def test_an_ordinary_picture_is_written_anew(end: str) -> None:
    given = picture(end=end)
    kept = cleaned(given)
    assert kept.startswith(b"\xff\xd8\xff")
    assert kept != given
    assert size_px(kept) == size_px(given) == (640, 400)


def test_what_was_hidden_in_it_is_gone() -> None:
    given = picture()
    comment = b"\xff\xfe" + struct.pack(">H", 14) + b"<script>evil"
    assert b"evil" not in cleaned(given[:2] + comment + given[2:] + b"evil behind the end")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "not_a_picture"),
        (b"GIF89a" + bytes(100), "not_a_picture"),
        (b"<svg onload='evil()'/>", "not_a_picture"),
        (b"\xff\xd8\xff" + bytes(60), "not_a_picture"),
        (b"\xff\xd8" + 2000 * b"\xff", "not_a_picture"),
        (bomb(60_000, 60_000), "too_large"),
        (bomb(0, 400), "too_small"),
        (bomb(640, 400), "damaged"),
        (picture(2000, 400), "too_large"),
        (picture(32, 32), "too_small"),
        (picture()[:600], "damaged"),
        (picture() + bytes(BYTES_MAX), "too_many_bytes"),
    ],
)
def test_a_bad_one_is_refused_with_its_word(content: bytes, word: str) -> None:
    with pytest.raises(PosterRefused) as refused:
        cleaned(content)
    assert refused.value.word == word


def test_no_shred_of_a_picture_does_harm() -> None:
    whole = picture()
    chance = np.random.default_rng(5)
    for _ in range(60):
        torn = bytearray(whole[: chance.integers(4, len(whole))])
        for at in chance.integers(0, len(torn), 4):
            torn[at] = chance.integers(0, 256)
        with suppress(PosterRefused):
            assert cleaned(bytes(torn)).startswith(b"\xff\xd8\xff")
