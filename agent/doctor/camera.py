"""The camera: through the terminal's own eyes when it runs, by opening it when nobody does."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from agent.camera.beside import DepthTask, InfraredTask
from agent.camera.capture import CameraTask
from agent.camera.look import Look, look
from agent.core.events import Device
from agent.doctor.finding import Finding, catalogue, found
from agent.doctor.patient import Patient
from agent.health import CameraSeen, ask
from agent.ports import DeviceTrouble
from agent.profile.schema import LensSection, Profile

ASK_S = 5.0
WAIT_S, SPAN_S = 7.0, 1.5  # to the first frame; then how long is looked
LEAVE_S = 1.0
NO = {Device.INFRARED: "no_infrared", Device.DEPTH: "no_depth"}
SHARP = 20.0
"""Of `camera.look`. A bare wall has little too, so less is doubtful and never broken."""
SLOW_SHARE, CRAWLING_SHARE = 0.8, 0.34
"""Of the frames asked for. Below a third the search for a face takes longer than people stand still."""


def check_camera(patient: Patient) -> list[Finding]:
    """Camera, focus, light, frame rate."""
    if patient.runs:
        return _asked(patient)
    seen, trouble = _opened(CameraTask, patient.profile.camera)
    if seen is None:
        return [_lost(trouble.cause, str(trouble)) if trouble else found("camera", "silent")]
    return _second_lost(patient.profile) or _judged(seen, patient.profile, "")


def _asked(patient: Patient) -> list[Finding]:
    """The terminal holds the camera: it tells what it sees."""
    try:
        health = ask(patient.data, "look", ASK_S)
    except TimeoutError:
        health = None
    if health is None:
        return [found("camera", "held")]
    if cause := health.down.get("camera"):
        return [_lost(cause, f"{cause}, as the terminal sees it")]
    for second in NO:
        if cause := health.down.get(second):
            return [_no(second, cause)]
    if health.camera is None:
        return [found("camera", "silent")]
    return _judged(health.camera, patient.profile, "by_terminal")


def _lost(cause: str, detail: str) -> Finding:
    known = cause in catalogue()["camera"].cases
    return found("camera", cause if known else "failed", detail)


@dataclass(slots=True)
class _Opening:
    """What became of the thread that opens and reads."""

    trouble: DeviceTrouble | None = None


def _no(second: Device, cause: str) -> Finding:
    return found("camera", NO[second], cause, cause=cause)


def _second_lost(profile: Profile) -> list[Finding]:
    """The cameras beside the colour camera, opened one after the other: what a module's own lamp or USB
    socket cannot do at once shows in the terminal's log."""
    for kind, section in ((InfraredTask, profile.infrared), (DepthTask, profile.depth)):
        if section is None:
            continue
        _, trouble = _opened(kind, section)
        if trouble is not None:
            return [_no(kind.device, trouble.cause)]
    return []


def _opened(kind: type[CameraTask], section: LensSection) -> tuple[Look | None, DeviceTrouble | None]:
    """Look through the terminal's own code for cameras, watchdog included. A second camera has no newest
    frame: that it came up, or why not, is all there is to know."""
    came, opening = threading.Event(), _Opening()
    task = kind(section, lambda _event: came.set())

    def run() -> None:
        try:
            task.run()
        except DeviceTrouble as trouble:
            opening.trouble = trouble
            came.set()

    thread = threading.Thread(target=run, name="doctor-lens", daemon=True)
    thread.start()
    told = came.wait(WAIT_S)  # good, or lost
    seen = look(task, 1.0, SPAN_S) if kind is CameraTask and not opening.trouble else None
    task.stop()
    thread.join(LEAVE_S)
    return seen, opening.trouble or (None if told else DeviceTrouble("silent", "no good frame in time"))


def _judged(seen: Look | CameraSeen, profile: Profile, by: str) -> list[Finding]:
    if seen.still and seen.fps > 0:
        return [found("camera", "frozen")]
    first = found("camera", "fine", width_px=seen.width_px, height_px=seen.height_px, by=by)
    return [first, _focus(seen), _light(seen, profile), _frame_rate(seen, profile)]


def _focus(seen: Look | CameraSeen) -> Finding:
    sharpness = f"{seen.sharpness:.0f}"
    if seen.sharpness < SHARP:
        return found("focus", "soft", sharpness=sharpness, least=f"{SHARP:.0f}")
    return found("focus", "fine", sharpness=sharpness)


def _light(seen: Look | CameraSeen, profile: Profile) -> Finding:
    limits, luma = profile.vision, f"{seen.luma:.0f}"
    if seen.luma < profile.camera.dark_luma:
        return found("camera", "dark")
    if seen.luma < limits.luma_min:
        return found("light", "dim", luma=luma, least=limits.luma_min)
    if seen.luma > limits.luma_max:
        return found("light", "bright", luma=luma, most=limits.luma_max)
    return found("light", "fine", luma=luma)


def _frame_rate(seen: Look | CameraSeen, profile: Profile) -> Finding:
    wanted = profile.camera.fps
    share = seen.fps / wanted
    case = "crawling" if share < CRAWLING_SHARE else "slow" if share < SLOW_SHARE else "fine"
    return found("frame_rate", case, fps=f"{seen.fps:.0f}", wanted=wanted)
