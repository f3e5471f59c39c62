"""The scanner: does its port open, and is a test code read that stands on the customer's screen?

When the terminal runs it holds the port: its own count of codes is watched, and only while no customer is
there. The test code is none that any shop uses, and its text is never logged.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

from agent.doctor.card import Card
from agent.doctor.finding import Finding, catalogue, found
from agent.doctor.patient import Patient
from agent.health import Health, ask
from agent.ports import DeviceTrouble
from agent.scanner.framing import ScanLine, Unended
from agent.scanner.hearing import DIALECTS
from agent.scanner.line import Line, open_line

SCAN_WAIT_S = 30.0
LOOK_MS = 50
POLL_S = 0.2
ASK_S = 3.0
TITLE = {"zh": "请用扫码器扫这个码", "en": "Scan this code"}
DETAIL = {"zh": "这是测试,不会收款", "en": "A test: no money is asked for"}


def check_scanner(patient: Patient) -> list[Finding]:
    """Port, and with `--scan` the code."""
    return _asked(patient) if patient.runs else _opened(patient)


def new_code() -> str:
    """Of no kind that a profile knows: not goods, not money, not a member."""
    return f"TEST-{secrets.token_hex(3).upper()}"


def _asked(patient: Patient) -> list[Finding]:
    port, health = patient.profile.scanner.port, patient.health
    if health is None:
        return [found("scanner", "failed", "the terminal holds it and does not answer", port=port)]
    if cause := health.down.get("scanner"):
        return [_lost(cause, f"{cause}, as the terminal sees it", port)]
    fine = found("scanner", "fine", port=port, by="by_terminal")
    if not patient.scan:
        return [fine, found("scan", "unasked")]
    if not health.free:
        return [fine, found("scan", "customer")]
    return [fine, _shown(patient, lambda code: _counted(patient, health, code))]


def _opened(patient: Patient) -> list[Finding]:
    section = patient.profile.scanner
    try:
        line = open_line(section, LOOK_MS)
    except DeviceTrouble as trouble:
        return [_lost(trouble.cause, str(trouble), section.port)]
    try:
        fine = found("scanner", "fine", port=section.port, by="")
        if not patient.scan:
            return [fine, found("scan", "unasked")]
        return [fine, _shown(patient, lambda code: _read(patient, line, code))]
    finally:
        line.close()


def _lost(cause: str, detail: str, port: str) -> Finding:
    known = cause in catalogue()["scanner"].cases
    return found("scanner", cause if known else "failed", detail, port=port)


def _shown(patient: Patient, wait: Callable[[str], Finding]) -> Finding:
    code, language = new_code(), patient.profile.device.language
    with Card(patient) as card:
        if not card.show(TITLE[language], DETAIL[language], code):
            return found("scan", "failed", "the code cannot be shown on the customer's screen")
        return wait(code)


def _read(patient: Patient, line: Line, code: str) -> Finding:
    """Through the terminal's own dialect, so that a wrong setting shows here."""
    section = patient.profile.scanner
    dialect, began_s, case = DIALECTS[section.dialect](section), time.monotonic(), "nothing"
    while (waited_s := time.monotonic() - began_s) < SCAN_WAIT_S:
        now_ms = int(time.monotonic() * 1000)
        try:
            data = line.read()
            reports = dialect.feed(data, now_ms) if data else dialect.idle(now_ms)
            if answer := dialect.outgoing():
                line.write(answer)
        except OSError as error:
            return found("scan", "failed", str(error))
        texts = [report.text for report in reports if isinstance(report, ScanLine)]
        if code in texts:
            return found("scan", "fine", seconds=f"{waited_s:.0f}")
        if texts:
            case = "other"
        elif case == "nothing" and any(isinstance(report, Unended) for report in reports):
            case = "unended"
    return found("scan", case, seconds=f"{SCAN_WAIT_S:.0f}")


def _counted(patient: Patient, before: Health, code: str) -> Finding:
    """The running terminal counts its codes and tells how long an unknown one was: enough to know ours."""
    shown = ask(patient.data, "health", ASK_S)  # a code from before it was on the screen is not ours
    began_s, scans, other = time.monotonic(), shown.scans if shown else before.scans, False
    while (waited_s := time.monotonic() - began_s) < SCAN_WAIT_S:
        time.sleep(POLL_S)
        health = ask(patient.data, "health", ASK_S)
        if health is None:
            return found("scan", "failed", "the terminal stopped meanwhile")
        if health.scans > scans:
            if health.unknown_chars == len(code):
                return found("scan", "fine", seconds=f"{waited_s:.0f}")
            scans, other = health.scans, True
        if not health.free:  # a sale begins: out of its way
            return found("scan", "customer")
    return found("scan", "other") if other else found("scan", "nothing", seconds=f"{SCAN_WAIT_S:.0f}")
