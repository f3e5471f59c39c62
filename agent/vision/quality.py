"""Faces of one frame → the one hint that, followed, would help most.

In: what was detected, the aligned crop of the biggest face, the profile's limits. Out: a Hint; only
GOOD frames are embedded and matched. Where the profile has no limit, a constant here has, with its
reason. The order is the order in which a person can act: be there, be alone, come to the right
distance and place, look, then light, then hold still.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from agent.core.evidence import Hint
from agent.ports import FrameBgr
from agent.profile.schema import VisionSection
from agent.vision.detect import Box, Face

Places = tuple[tuple[slice, slice], ...]

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

NOD_MIN = 0.25
"""Nose tip between the line of the eyes (0) and that of the mouth (1); the template has 0.49."""

BOWED_NOD = 0.70
"""The nose tip of a bowed head sinks towards the mouth. 99 in 100 upright LFW faces have 0.65 and less."""

PLACE_MIN, PLACE_MAX = 0.505, 0.615
"""See `place_in_box`: where eyes and mouth lie in the face's box shows a nod better than they show it
among themselves. Of 160 upright LFW faces one in a hundred lies outside; drawn bowed by 20° 43 in 100 lie
below, by 30° 61, by 40° 74, where one in three is missed. Thrown back by 30° half of them lie above: an
upright portrait of the desk's has 0.519, so there the limit leaves room."""

LOWNESS_MIN, SMILE_SHARE, NOSE_SHARE = 0.985, 0.44, 0.2
"""See `lowness`: a head thrown back has less of it. Together with the place, of 1,117 LFW faces
as they are 3 in 1,000 are refused; drawn thrown back by 20° 30 in 100, by 30° 64, and 69 of those missed.
At 1.0 it would tell 78, and refuse 7 in 1,000 and an upright portrait of the desk's, which has 0.992."""
LOWNESS_FROM_PX = 150
"""From here on the desk's portraits have 1.01 to 1.08, but for that one. Smaller faces jitter more: with
145 pixels it has 0.968 in one frame, with 120 another has 0.987."""

TILT_MAX_DEG = 14.0
"""Head to the shoulder, as the close look's landmarks show it; the half-size look shows a third. Upright
LFW faces have 6 at most in 99 of 100, tilted by 20° 13, by 30° 19, by 40° 25. Alignment turns it back: of
68 faces tilted by 30° none was missed, of 61 by 40° fourteen, three of them under this limit."""

NARROW_MIN = 0.65
"""See `narrowness`: a head turned far is narrow even when the nose seems to be in the middle. Of 449 LFW
faces one has less; squeezed to half their width they have 0.6, turned by 60° 0.5, and there one in five is
missed (hyla faces degrade)."""

INNER = (slice(24, 104), slice(22, 90))
"""Brows to chin of the crop: hair and a bright window behind have no part in light and focus."""

SHARPNESS_MIN = 5.0
"""See `sharpness`. The softest of 449 LFW faces has 3.7, 99 in 100 have 5 and more. Portraits 200 px wide
smeared sideways over 21 px have 3.1 to 5.6 and score 0.71 and more against themselves, over 31 px 1.7 to
4.5 and 0.47 to 0.69. Of LFW faces smeared so, one in six and one in two are missed (hyla faces degrade)."""

GLARE_LUMA, GLARE_SHARE = 245, 0.45
"""So much of the face as bright as it gets has nothing left to tell people apart, however dark the hair
keeps the mean. Of 771 LFW faces the worst has 0.24; a portrait with 0.48 scores 0.54 against its person,
with 0.57 it scores 0.44."""

NOISE_MAX = 15.0
"""See `noise`: a camera that has too little light and helps itself. LFW faces have 1.5, portraits 3; with
noise of sigma 30 in the frame they have 13, and one in twenty is missed; with 45, 18 and two in five."""

AROUND, HEAD, AROUND_CELLS = 2.4, 1.7, (32, 32)
"""See `around`: so many face boxes wide and high, without the head and its hair, in so many cells."""

BACK_LIGHT_TIMES = 2.5
"""The surroundings of a face that is too dark, over the face. In the dark all of them are: of LFW faces and
portraits none has more than 1.9; before a white window all of those that are too dark have 4.2 and more."""

CONTRAST_MIN = 5.0
"""Standard deviation of grey below which there is nothing left to be sharp; a real face in a quarter of
the light has 10."""


EYES, CHEEKS = (
    ((slice(46, 58), slice(30, 47)), (slice(46, 58), slice(65, 82))),
    (
        (slice(60, 72), slice(30, 44)),
        (slice(60, 72), slice(68, 82)),
    ),
)
MOUTH = ((slice(84, 104), slice(40, 74)),)
"""Where the crop has them, whoever it is."""

PLAIN = 2.2
"""See `structure`. A mouth has 3.2 and more in 99 of 100 LFW faces, a plain mask before it 1.5; what is as
smooth as that is covered, unless all of the face is: then it is blurred."""

BARE_SHARE = 0.5
"""Structure of eyes or mouth over the other's: less, and the one is covered. Dark glasses leave the eyes a
third, and they are darker than `SHADE_LUMA_SHARE` of the cheeks, as one in a hundred bare eyes is."""
SHADE_LUMA_SHARE = 0.42


NOISE_KERNEL = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
MEDIAN_OF_NORMAL = 0.6745  # of the absolute value, sigma 1


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
    if bowed(face):
        return Hint.LOOK_UP
    if not looks_straight(face):
        return Hint.LOOK_STRAIGHT
    hint = _light_and_focus(aligned_bgr, limits, frame_bgr, face.box)
    if hint is Hint.GOOD and thrown_back(face):
        return Hint.LOOK_STRAIGHT  # last: noise and a mask move the landmarks more than that
    return hint


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


def looks_straight(face: Face) -> bool:
    """Judged along the axis of the eyes."""
    turn, nod, tilt_deg = pose(face.landmarks)
    if narrowness(face.landmarks) < NARROW_MIN:
        return False
    return abs(turn) <= TURN_MAX and nod >= NOD_MIN and abs(tilt_deg) <= TILT_MAX_DEG


def bowed(face: Face) -> bool:
    """Whether the features of a head that is otherwise straight have sunk."""
    turn, nod, tilt_deg = pose(face.landmarks)
    sunk = nod > BOWED_NOD or place_in_box(face, PLACE_MAX) > PLACE_MAX
    return sunk and abs(turn) <= TURN_MAX and abs(tilt_deg) <= TILT_MAX_DEG


def place_in_box(face: Face, unknown: float) -> float:
    """How far down its box the middle between eyes and mouth lies, 0 to 1: the mean of both looks.
    `unknown` without a close look: a far face's box is too rough (an upright portrait had 0.501)."""
    return (_middle_in_box(face) + _middle_in_box(face.close)) / 2 if face.close else unknown


def thrown_back(face: Face) -> bool:
    """Whether the features of the head have risen. Nothing can be said without a close look."""
    if face.close is None:
        return False
    near = face.box.side_px >= LOWNESS_FROM_PX
    risen = place_in_box(face, PLACE_MIN) < PLACE_MIN
    return risen or (near and lowness(face, face.close) < LOWNESS_MIN)


def lowness(face: Face, close: Face) -> float:
    """How low the features are: their place in the box, and how far the nose is below the eyes, which looks
    shorter from beneath. A smile lifts the mouth as well; that it is wide gives it away. Place and mouth as
    the first look shows them, the nose as the close one."""
    smile, nose_below = mouth_and_nose(face.landmarks)[0], mouth_and_nose(close.landmarks)[1]
    return _middle_in_box(face) + SMILE_SHARE * smile + NOSE_SHARE * nose_below


def mouth_and_nose(landmarks: npt.NDArray[np.float32]) -> tuple[float, float]:
    """landmarks: 5×2. In eye distances: how wide the mouth is, how far the nose tip is below the eyes."""
    left_eye, right_eye, nose, left_mouth, right_mouth = landmarks.astype(np.float64)
    across = right_eye - left_eye
    apart_squared = max(float(across @ across), 1e-12)
    wide = float(np.hypot(*(right_mouth - left_mouth))) / float(np.sqrt(apart_squared))
    down = np.array([-across[1], across[0]])
    return wide, float((nose - (left_eye + right_eye) / 2) @ down) / apart_squared


def _middle_in_box(face: Face) -> float:
    eyes, mouth = face.landmarks[:2, 1].mean(), face.landmarks[3:, 1].mean()
    return (float(eyes + mouth) / 2 - face.box.y_px) / max(face.box.height_px, 1e-6)


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


def narrowness(landmarks: npt.NDArray[np.float32]) -> float:
    """landmarks: 5×2. From eye to eye, over from the middle of the eyes to that of the mouth corners."""
    left_eye, right_eye, _, left_mouth, right_mouth = landmarks.astype(np.float64)
    tall = np.hypot(*((left_mouth + right_mouth) / 2 - (left_eye + right_eye) / 2))
    return float(np.hypot(*(right_eye - left_eye)) / max(tall, 1e-6))


def _light_and_focus(aligned_bgr: FrameBgr, limits: VisionSection, frame_bgr: FrameBgr, box: Box) -> Hint:
    grey = np.asarray(cv2.cvtColor(aligned_bgr, cv2.COLOR_BGR2GRAY), np.uint8)
    luma = float(grey[INNER].mean())
    if luma < limits.luma_min or noise(grey) > NOISE_MAX:  # what helps against both is light
        return Hint.BACK_LIGHT if around(frame_bgr, box) >= BACK_LIGHT_TIMES * luma else Hint.TOO_DARK
    if luma > limits.luma_max or float((grey >= GLARE_LUMA).mean()) > GLARE_SHARE:
        return Hint.TOO_BRIGHT
    if covered(grey):
        return Hint.UNCOVER
    return Hint.BLURRED if sharpness(grey) < SHARPNESS_MIN else Hint.GOOD


def around(frame_bgr: FrameBgr, box: Box) -> float:
    """Mean luma beside the head and above it: what the camera has chosen its light by."""
    height_px, width_px = frame_bgr.shape[:2]
    centre_x, centre_y = box.x_px + box.width_px / 2, box.y_px + box.height_px / 2
    across, down = AROUND * box.width_px / 2, AROUND * box.height_px / 2
    left, right = max(0, round(centre_x - across)), min(width_px, round(centre_x + across))
    top, bottom = max(0, round(centre_y - down)), min(height_px, round(centre_y + box.height_px / 2))
    part = cv2.resize(frame_bgr[top:bottom, left:right], AROUND_CELLS, interpolation=cv2.INTER_AREA)
    rows, columns = np.mgrid[: AROUND_CELLS[1], : AROUND_CELLS[0]] + 0.5
    off_x = (left + columns * (right - left) / AROUND_CELLS[0] - centre_x) / (HEAD / 2 * box.width_px)
    off_y = (top + rows * (bottom - top) / AROUND_CELLS[1] - centre_y) / (HEAD / 2 * box.height_px)
    grey, outside = cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), np.hypot(off_x, off_y) > 1
    return float(grey[outside].mean()) if outside.any() else 0.0


def covered(grey: npt.NDArray[np.uint8]) -> bool:
    """grey: the crop. Whether something plain hides the mouth, or something dark the eyes. A mask with a
    mouth printed on it hides from this, and from nothing else."""
    bends = cv2.Laplacian(cv2.GaussianBlur(grey, (3, 3), 0), cv2.CV_32F)
    eyes, mouth = structure(bends, EYES), structure(bends, MOUTH)
    if mouth < PLAIN and mouth < BARE_SHARE * eyes:
        return True
    dark = _mean(grey, EYES) < SHADE_LUMA_SHARE * _mean(grey, CHEEKS)
    return dark and eyes < BARE_SHARE * mouth


def structure(bends: npt.NDArray[Any], where: Places) -> float:
    """How much the grey bends there, in grey levels."""
    return _mean(np.abs(bends), where)


def _mean(picture: npt.NDArray[Any], where: Places) -> float:
    return float(np.mean([picture[place].mean() for place in where]))


def noise(grey: npt.NDArray[np.uint8]) -> float:
    """grey: H×W. The noise's standard deviation (Immerkær 1996): what is left when slopes and edges
    are taken out; by the median, so that a beard does not count."""
    rest = cv2.filter2D(grey.astype(np.float32), -1, NOISE_KERNEL)[1:-1, 1:-1]
    return float(np.median(np.abs(rest))) / MEDIAN_OF_NORMAL / float(np.linalg.norm(NOISE_KERNEL))


def sharpness(grey: npt.NDArray[np.uint8]) -> float:
    """grey: the crop. How much fine structure its inner part has in the direction that has less of it: a
    face that moved keeps it across the movement. Smoothed first: the noise of a dark camera is none;
    divided by the contrast, so that a dim face is not called blurred."""
    soft = cv2.GaussianBlur(grey, (5, 5), 0).astype(np.float32)
    contrast = max(float(soft[INNER].std()), CONTRAST_MIN)
    bends = (cv2.Sobel(soft, cv2.CV_32F, *order, ksize=1) for order in ((2, 0), (0, 2)))
    return min(float(bend[INNER].var()) for bend in bends) * (50.0 / contrast) ** 2
