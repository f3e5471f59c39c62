"""What the pipeline sees, drawn into the picture, for a technician's eye. In: picture, Seen. Out: PNG."""

from __future__ import annotations

from pathlib import Path

import cv2

from agent.core.evidence import Hint
from agent.ports import FrameBgr
from agent.vision.pipeline import Seen
from agent.vision.stills import PictureError

GREEN, AMBER, WHITE, DARK = (80, 200, 80), (0, 170, 255), (255, 255, 255), (30, 30, 30)
LINE_SHARE = 1 / 320  # of the longer side, so that a large photo gets lines one can see


def draw(picture_bgr: FrameBgr, seen: Seen) -> FrameBgr:
    """A copy with a box, five landmarks and the score of each face, and the hint below the top edge."""
    canvas = picture_bgr.copy()
    line = max(1, round(max(canvas.shape[:2]) * LINE_SHARE))
    colour = GREEN if seen.hint is Hint.GOOD else AMBER
    for face in seen.faces:
        box = face.box
        corner = (round(box.x_px), round(box.y_px))
        opposite = (round(box.x_px + box.width_px), round(box.y_px + box.height_px))
        cv2.rectangle(canvas, corner, opposite, colour, line)
        for x, y in face.landmarks:
            cv2.circle(canvas, (round(float(x)), round(float(y))), 2 * line, WHITE, -1)
        _write(canvas, f"{face.score:.2f}", (corner[0], opposite[1] + 14 * line), line)
    _write(canvas, f"{seen.hint.value}  faces: {len(seen.faces)}", (6 * line, 14 * line), line)
    return canvas


def save_png(path: Path, picture_bgr: FrameBgr) -> None:
    """Raises PictureError when the file cannot be written."""
    _, packed = cv2.imencode(".png", picture_bgr)
    try:
        path.write_bytes(packed.tobytes())
    except OSError as error:
        raise PictureError(f"{path}: {error.strerror} (expected a PNG file to write)") from None


def _write(canvas: FrameBgr, text: str, at: tuple[int, int], line: int) -> None:
    """White on a dark plate: readable on any picture."""
    font, scale = cv2.FONT_HERSHEY_SIMPLEX, 0.4 * line
    (width, height), below = cv2.getTextSize(text, font, scale, line)
    x, y = at
    cv2.rectangle(canvas, (x - line, y - height - line), (x + width + line, y + below), DARK, -1)
    cv2.putText(canvas, text, at, font, scale, WHITE, line, cv2.LINE_AA)
