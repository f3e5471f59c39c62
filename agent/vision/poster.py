"""A picture from outside → a picture of our own making, or a word that says why not.

In: bytes that claim to be a JPEG or PNG. Out: a JPEG that OpenCV wrote here, so that nothing of the
original is ever handed to the screens: no metadata, no second picture behind the first, no oddity of an
encoder. What it costs to decode is known from the header before anything is decoded.
"""

from __future__ import annotations

import struct

import cv2
import numpy as np

SIDE_MAX_PX = 1600
SIDE_MIN_PX = 64
BYTES_MAX = 72_000  # a message of it passes the narrowest broker
QUALITY = 86
PNG = b"\x89PNG\r\n\x1a\n"
STARTS_OF_FRAME = (0xC0, 0xC1, 0xC2)  # baseline, extended, progressive: what every decoder reads
WITHOUT_LENGTH = (0x01, *range(0xD0, 0xD9))


class PosterRefused(Exception):
    """`word` is one of: too_many_bytes, not_a_picture, too_large, too_small, damaged."""

    def __init__(self, word: str, text: str) -> None:
        super().__init__(text)
        self.word = word


def cleaned(content: bytes) -> bytes:
    """The same picture, written anew.

    Raises:
        PosterRefused: anything that is not an ordinary picture of a bearable size.
    """
    if len(content) > BYTES_MAX:
        raise PosterRefused("too_many_bytes", f"{len(content)} bytes (expected at most {BYTES_MAX})")
    size = size_px(content)
    if size is None:
        raise PosterRefused("not_a_picture", "neither a JPEG nor a PNG (expected one of the two)")
    seen = f"{size[0]}×{size[1]} pixels"
    if max(size) > SIDE_MAX_PX:
        raise PosterRefused("too_large", f"{seen} (expected at most {SIDE_MAX_PX} a side)")
    if min(size) < SIDE_MIN_PX:
        raise PosterRefused("too_small", f"{seen} (expected at least {SIDE_MIN_PX} a side)")
    try:
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        picture = None
    if picture is None or max(picture.shape[:2]) > SIDE_MAX_PX:
        raise PosterRefused("damaged", "it begins like a picture and cannot be decoded (export it again)")
    good, written = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not good:
        raise PosterRefused("damaged", "it cannot be written anew (export it again)")
    return written.tobytes()


def size_px(content: bytes) -> tuple[int, int] | None:
    """Width and height as the header says, without decoding; None for anything but JPEG and PNG."""
    if content.startswith(PNG) and content[12:16] == b"IHDR" and len(content) > 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    return _jpeg_size(content) if content.startswith(b"\xff\xd8\xff") else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """From segment to segment to the first start of frame."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in WITHOUT_LENGTH:
            at += 2
            continue
        length = int.from_bytes(content[at + 2 : at + 4])
        if marker in STARTS_OF_FRAME:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        if length < 2:
            return None
        at += 2 + length
    return None
