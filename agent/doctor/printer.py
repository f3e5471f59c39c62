"""The receipt printer, for profiles that have one: does it open, does it answer, has it paper?

When the terminal runs it holds the printer and is asked what it sees. Nothing is printed.
"""

from __future__ import annotations

from agent.doctor.finding import Finding, catalogue, found
from agent.doctor.patient import Patient
from agent.ports import DeviceTrouble
from agent.printer.line import place
from agent.printer.talk import look


def check_printer(patient: Patient) -> list[Finding]:
    """Paper and cover are only asked of one that answers."""
    section = patient.profile.printer
    if section.kind == "off":
        return [found("printer", "none")]
    where, fine = place(section), "fine" if section.status else "unasked"
    if patient.runs:
        if patient.health is None:
            detail = "the terminal holds it and does not answer"
            return [found("printer", "failed", detail, place=where)]
        cause = patient.health.down.get("printer", "")
        detail = f"{cause}, as the terminal sees it"
        return [
            _stopped(cause, detail, where)
            if cause
            else found("printer", fine, place=where, by="by_terminal")
        ]
    try:
        cause = look(section)
    except DeviceTrouble as trouble:
        return [_stopped(trouble.cause, str(trouble), where)]
    return [_stopped(cause, cause, where) if cause else found("printer", fine, place=where, by="")]


def _stopped(cause: str, detail: str, where: str) -> Finding:
    known = cause in catalogue()["printer"].cases
    return found("printer", cause if known else "failed", detail, place=where)
