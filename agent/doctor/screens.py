"""Both screens: Qt is asked through a short-lived helper of `ui`, started by command line as the screens
themselves are; this side judges its answer."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import msgspec

from agent.doctor.finding import Finding, found
from agent.doctor.patient import Patient
from agent.profile.schema import ScreensSection
from agent.screens.process import ui_command

HELPER_S = 15.0
SCREENS = ("customer", "cashier")
UNTRUE = ("frozen", "differs", "gone")
SESSION = ("DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "XAUTHORITY", "QT_QPA_PLATFORM")
"""Which display a program draws on; a technician who came over the network has none of them."""


class Window(msgspec.Struct, frozen=True):
    """Where one window would go, in the display's own pixels."""

    display: str
    width_px: float
    height_px: float
    upside_down: bool
    alone: bool


class Displays(msgspec.Struct, frozen=True):
    """The helper's answer. `made_up`: there is no display at all."""

    made_up: bool
    displays: list[str]
    windows: dict[str, Window]


def check_screens(patient: Patient) -> list[Finding]:
    """Both windows' displays."""
    section = patient.profile.screens
    if not section.start_ui:
        return [found(f"{screen}_screen", "unasked") for screen in SCREENS]
    try:
        told = _asked(patient)
    except (OSError, subprocess.SubprocessError, msgspec.MsgspecError) as error:
        said = error.stderr if isinstance(error, subprocess.CalledProcessError) else str(error)
        detail = (said or str(error)).strip().splitlines()[-1]
        return [found(f"{screen}_screen", "silent", detail) for screen in SCREENS]
    return [_not_true(screen, patient) or _judged(screen, told, section) for screen in SCREENS]


def helper(patient: Patient, module: str) -> tuple[list[str], dict[str, str]]:
    """Command and environment of a helper of the screens, on the display of the running terminal."""
    command = ui_command(patient.profile.screens, patient.data / "screens.sock", ())
    command[command.index("ui")] = module
    return command, {**os.environ, **_session(patient)}


def _asked(patient: Patient) -> Displays:
    command, environment = helper(patient, "ui.report")
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=HELPER_S, env=environment
    )
    return msgspec.json.decode(done.stdout.strip().splitlines()[-1], type=Displays)


def _session(patient: Patient) -> dict[str, str]:
    """The running terminal's, where we have none of our own and may look."""
    if patient.health is None or any(os.environ.get(name) for name in SESSION[:2]):
        return {}
    try:
        words = Path(f"/proc/{patient.health.pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return {}
    pairs = dict(word.decode("utf-8", "replace").split("=", 1) for word in words if b"=" in word)
    return {name: pairs[name] for name in SESSION if name in pairs}


def _not_true(screen: str, patient: Patient) -> Finding | None:
    """The running terminal says that this screen does not show what it was sent."""
    cause = patient.health.down.get("screens", "") if patient.health is not None else ""
    side, _, how = cause.partition("_")
    return found(f"{screen}_screen", how) if side == screen and how in UNTRUE else None


def _judged(screen: str, told: Displays, section: ScreensSection) -> Finding:
    name = f"{screen}_screen"
    window, by_name = told.windows[screen], str(getattr(section, name))
    wanted = getattr(section, f"{screen}_width_px"), getattr(section, f"{screen}_height_px")
    size = round(window.width_px), round(window.height_px)
    shown = {"display": window.display, "width_px": str(size[0]), "height_px": str(size[1])}
    as_wanted = f"{wanted[0]}×{wanted[1]}"
    if told.made_up:
        return found(name, "none")
    if by_name in told.displays and by_name != window.display:
        return found(name, "exchanged", wanted=by_name, display=window.display)
    if by_name and by_name != window.display:
        return found(name, "absent", wanted=by_name, there=", ".join(told.displays))
    if not section.fullscreen:  # a desk: windows on whatever display there is
        return found(name, "fine", **shown)
    if not window.alone:
        if by_name and section.customer_screen == section.cashier_screen:  # one display made for both
            return found(name, "fine", **shown)
        return found(name, "shared", display=window.display)
    if size != wanted and (size[0] < size[1]) != (wanted[0] < wanted[1]):
        return found(name, "turned", wanted=as_wanted, **shown)
    if window.upside_down:
        return found(name, "upside_down", display=window.display)
    if size != wanted:
        return found(name, "size", wanted=as_wanted, **shown)
    return found(name, "fine", **shown)
