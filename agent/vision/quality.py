"""Faces of one frame → the one hint that, followed, would help most.

In: what was detected, the aligned crop of the biggest face, the profile's limits. Out: a Hint; only
GOOD frames are embedded and matched. Where the profile has no limit, a constant here has, with its
reason. The order is the order in which a person can act: be there, be alone, come to the right
distance and place, look, then light, then hold still.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from agent.core.evidence import Hint
from agent.ports import FrameBgr
from agent.profile.schema import VisionSection
from agent.vision.detect import Box, Face

SECOND_FACE_SHARE = 0.5
"""A second face at least half as wide stands beside the customer; a smaller one waits in the queue."""

MIDDLE_SHARE = 0.76
"""The face's centre must lie in this middle share of the picture, both ways: next to the edge a step
takes half the face out of the picture."""

OUTSIDE_SHARE = 0.1
"""So much of the box may lie outside the picture: chin or forehead, never an eye."""

TURN_MAX = 0.32
"""Nose tip off the middle between the eyes, in eye distances. 0 looks straight, 0.32 is about 30° to a
side; from there SFace scores of one person fall under the thresholds."""

NOD_MIN, NOD_MAX = 0.25, 0.75
"""Nose tip between the line of the eyes (0) and that of the mouth (1); the template has 0.49."""

TILT_MAX_DEG = 30.0
"""Head to the shoulder. Alignment turns it back, but YuNet's landmarks lose their places beyond this."""

SHARPNESS_MIN = 3.5
"""See `sharpness`. The softest of 771 LFW faces has 3.7. Portraits 200 px wide out of focus by 6 px have
2.5 to 5.6 and still score 0.63 and more against their person; smeared sideways over 31 px they have 1.7
to 3.3 and score 0.37 to 0.48."""

GLARE_LUMA, GLARE_SHARE = 245, 0.45
"""So much of the face as bright as it gets has nothing left to tell people apart, however dark the hair
keeps the mean. Of 771 LFW faces the worst has 0.24; a portrait with 0.48 scores 0.54 against its person,
with 0.57 it scores 0.44."""

CONTRAST_MIN = 5.0
"""Standard deviation of grey below which there is nothing left to be sharp; a real face in a quarter of
the light has 10."""


def judge(
    faces: Sequence[Face], aligned_bgr: FrameBgr | None, frame_bgr: FrameBgr, limits: VisionSection
) -> Hint:
    """faces: biggest first; aligned_bgr: the crop of the first one, None without faces."""
    if not faces or aligned_bgr is None:
        return Hint.NO_FACE
    height_px, width_px = frame_bgr.shape[:2]
    face = faces[0]
    if equals(faces):
        return Hint.SEVERAL_FACES
    if face.box.side_px < limits.face_min_px:
        return Hint.TOO_FAR
    if face.box.height_px > height_px * limits.face_max_share_pct / 100:
        return Hint.TOO_NEAR
    if not _central(face.box, width_px, height_px):
        return Hint.OFF_CENTRE
    if not looks_straight(face.landmarks):
        return Hint.LOOK_STRAIGHT
    return _light_and_focus(aligned_bgr, limits)


def equals(faces: Sequence[Face]) -> bool:
    """Whether the two biggest faces are of about the same size, so that nobody can say who is meant."""
    return len(faces) > 1 and faces[1].box.side_px >= SECOND_FACE_SHARE * faces[0].box.side_px


def _central(box: Box, width_px: int, height_px: int) -> bool:
    centre_x, centre_y = box.x_px + box.width_px / 2, box.y_px + box.height_px / 2
    off_x, off_y = abs(centre_x / width_px - 0.5), abs(centre_y / height_px - 0.5)
    if max(off_x, off_y) > MIDDLE_SHARE / 2:
        return False
    beyond_x = max(-box.x_px, box.x_px + box.width_px - width_px) / box.width_px
    beyond_y = max(-box.y_px, box.y_px + box.height_px - height_px) / box.height_px
    return max(beyond_x, beyond_y) <= OUTSIDE_SHARE


def looks_straight(landmarks: npt.NDArray[np.float32]) -> bool:
    """Judged from the five landmarks alone, along the axis of the eyes."""
    turn, nod, tilt_deg = pose(landmarks)
    return abs(turn) <= TURN_MAX and NOD_MIN <= nod <= NOD_MAX and abs(tilt_deg) <= TILT_MAX_DEG


def pose(landmarks: npt.NDArray[np.float32]) -> tuple[float, float, float]:
    """landmarks: 5×2. Returns turn (eye distances), nod (0 eyes to 1 mouth) and tilt (degrees)."""
    left_eye, right_eye, nose, left_mouth, right_mouth = landmarks.astype(np.float64)
    across = right_eye - left_eye
    apart = max(float(np.hypot(*across)), 1e-6)
    across /= apart
    down = np.array([-across[1], across[0]])
    middle = (left_eye + right_eye) / 2
    mouth_below = float(((left_mouth + right_mouth) / 2 - middle) @ down)
    turn = float((nose - middle) @ across) / apart
    nod = float((nose - middle) @ down) / mouth_below if mouth_below > 0 else -1.0
    return turn, nod, float(np.degrees(np.arctan2(across[1], across[0])))


def _light_and_focus(aligned_bgr: FrameBgr, limits: VisionSection) -> Hint:
    grey = cv2.cvtColor(aligned_bgr, cv2.COLOR_BGR2GRAY)
    luma = float(grey.mean())
    if luma < limits.luma_min:
        return Hint.TOO_DARK
    if luma > limits.luma_max or float((grey >= GLARE_LUMA).mean()) > GLARE_SHARE:
        return Hint.TOO_BRIGHT
    return Hint.BLURRED if sharpness(np.asarray(grey, np.uint8)) < SHARPNESS_MIN else Hint.GOOD


def sharpness(grey: npt.NDArray[np.uint8]) -> float:
    """grey: H×W. How much fine structure there is in the direction that has less of it: a face that moved
    keeps it across the movement. Smoothed first, so that the noise of a dark camera does not pass for it;
    divided by the contrast, so that a dim face is not called blurred."""
    soft = cv2.GaussianBlur(grey, (5, 5), 0).astype(np.float32)
    contrast = max(float(soft.std()), CONTRAST_MIN)
    bends = (cv2.Sobel(soft, cv2.CV_32F, *order, ksize=1) for order in ((2, 0), (0, 2)))
    return min(float(bend.var()) for bend in bends) * (50.0 / contrast) ** 2
