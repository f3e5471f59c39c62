"""What `camera.source` names, and how OpenCV opens it: a profile section comes in, an open capture or
DeviceTrouble in the technician's words leaves.

Three kinds: a device node (`/dev/…`), a stream (`http://…`, `rtsp://…`, `tcp://…`), a video file, which
is for trials: played at `fps`, from the start again at its end.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import cv2

from agent.ports import DeviceTrouble
from agent.profile.schema import LensSection

# FFmpeg gives up by itself: on opening after this, on a read so long after our watchdog, which reports
# first. So an abandoned read of a stream ends soon.
STREAM_OPEN_MS = 4_000
STREAM_READ_MORE_MS = 1_000
# Seconds V4L2 waits for a frame (10 unless told): how long an abandoned read can hold the camera.
NODE_READ_S = 3
# A camera stands on the counter or in the shop's network: FFmpeg must not go through the proxy that
# `http_proxy` names, and a value that is no URL turns it off. RTSP over TCP is OpenCV's own default, which
# any option of ours would switch off. Other options for low latency gained nothing that we could measure.
STREAM_OPTIONS = "rtsp_transport;tcp|http_proxy;none"


class Kind(StrEnum):
    NODE = "device node"
    STREAM = "stream"
    FILE = "video file"


def kind_of(source: str) -> Kind:
    """A scheme makes a stream, `/dev/` a node, everything else is a file."""
    if re.match(r"[a-z][a-z0-9+.-]+://", source):
        return Kind.STREAM
    return Kind.NODE if source.startswith("/dev/") else Kind.FILE


def shown(source: str) -> str:
    """The source as it may be logged: a stream's user name and password are left out."""
    return re.sub(r"(?<=://)[^/@]*@", "", source)


def open_capture(section: LensSection, key: str = "camera.source", raw16: bool = False) -> cv2.VideoCapture:
    """An open capture. `raw16`: pictures as the camera sends them, 16 bit a pixel; else OpenCV makes
    blue, green and red of whatever comes, and of 16 bits the higher eight.

    Raises:
        DeviceTrouble: `absent`; the text names the source and what to check.
    """
    _prepare()
    text = _Text(key)
    kind = kind_of(section.source)
    if kind is not Kind.STREAM and not Path(section.source).exists():
        raise DeviceTrouble("absent", text.missing(kind, section.source))
    capture = _opened(kind, section, raw16)
    if not capture.isOpened():
        capture.release()
        raise DeviceTrouble("absent", text.refused(kind, section.source))
    return capture


def _opened(kind: Kind, section: LensSection, raw16: bool) -> cv2.VideoCapture:
    as_sent = [cv2.CAP_PROP_CONVERT_RGB, 0] if raw16 else []
    if kind is Kind.STREAM:
        # One decoding thread: more of them hold back as many frames as there are threads.
        read_ms = section.silent_after_ms + STREAM_READ_MORE_MS
        params = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, STREAM_OPEN_MS]
        params += [cv2.CAP_PROP_READ_TIMEOUT_MSEC, read_ms, cv2.CAP_PROP_N_THREADS, 1, *as_sent]
        return cv2.VideoCapture(section.source, cv2.CAP_FFMPEG, params)
    if kind is Kind.FILE:
        return cv2.VideoCapture(section.source, cv2.CAP_FFMPEG, as_sent)
    params = as_sent
    if raw16:
        params += [cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"Y16 ")]
    elif section.width_px * section.height_px > 640 * 480:
        # Uncompressed pictures larger than this do not fit through USB 2 at full speed.
        params += [cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")]
    params += [cv2.CAP_PROP_FRAME_WIDTH, section.width_px, cv2.CAP_PROP_FRAME_HEIGHT, section.height_px]
    return cv2.VideoCapture(section.source, cv2.CAP_V4L2, [*params, cv2.CAP_PROP_FPS, section.fps])


def _prepare() -> None:
    """What OpenCV takes from the environment only, unless somebody has set it already.

    OpenCV and FFmpeg write expected failures to stderr by themselves; we report them instead.
    """
    os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", STREAM_OPTIONS)
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", str(NODE_READ_S))
    if "OPENCV_LOG_LEVEL" not in os.environ:
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_FATAL)


@dataclass(frozen=True, slots=True)
class _Text:
    """What is said of a source that cannot be opened; `key` is where it stands in the profile."""

    key: str

    def missing(self, kind: Kind, source: str) -> str:
        where = f"{self.key} = {source}"
        if kind is Kind.FILE:
            return f"{where}: no such file (expected a video file, a /dev node or a stream URL)"
        return f"{where}: no such device node. Check the camera's cable; {_nodes()}"

    def refused(self, kind: Kind, source: str) -> str:
        where = f"{self.key} = {shown(source)}"
        if kind is Kind.STREAM:
            return (
                f"{where}: no pictures from this stream. Check that the camera is on and the URL is right"
            )
        if kind is Kind.FILE:
            return f"{where}: not a video that OpenCV can read (expected AVI, MP4 or MKV)"
        if not os.access(source, os.R_OK | os.W_OK):
            return f"{where}: no permission. Add the agent's user to the group `video` and log in again"
        return (
            f"{where}: gives no pictures. Another program may hold it (`fuser -v {source}`), or it is not "
            f"the capture node of the camera (try the name that ends in index0); {_nodes()}"
        )


def _nodes() -> str:
    """The cameras that are there, for the technician to choose from."""
    found = sorted(Path("/dev/v4l/by-id").glob("*")) or sorted(Path("/dev").glob("video*"))
    return f"cameras here: {', '.join(map(str, found))}" if found else "no camera is connected"
