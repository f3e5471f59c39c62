"""Face in a picture → the 112×112 crop SFace was trained on.

In: picture and five landmarks. Out: the crop, turned, scaled and moved (nothing else) so that the
landmarks come as near as possible to the places of the template.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from agent.ports import FrameBgr

CROP_PX = 112
TEMPLATE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]],
    np.float32,
)
"""Where SFace expects eyes, nose and mouth corners: the five-point template it shares with ArcFace."""


def similarity(landmarks: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """landmarks: 5×2 → 2×3 matrix, least squares over rotation, one scale and shift, never mirrored.

    In the plane a rotation with a scale is one complex factor, so the best one is a quotient.
    """
    here = landmarks[:, 0].astype(np.float64) + 1j * landmarks[:, 1]
    there = TEMPLATE[:, 0].astype(np.float64) + 1j * TEMPLATE[:, 1]
    from_middle, to_middle = here - here.mean(), there - there.mean()
    spread = np.vdot(from_middle, from_middle).real
    turn = np.vdot(from_middle, to_middle) / spread if spread > 0 else 1 + 0j
    shift = there.mean() - turn * here.mean()
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])


def align(frame_bgr: FrameBgr, landmarks: npt.NDArray[np.float32]) -> FrameBgr:
    """The 112×112×3 crop; what lies outside the picture is black."""
    crop = cv2.warpAffine(frame_bgr, similarity(landmarks), (CROP_PX, CROP_PX), flags=cv2.INTER_LINEAR)
    return np.asarray(crop, np.uint8)
