"""The cable to the shop's register, for profiles that have one. Only looked at, never opened: bytes on
that line may be a sale."""

from __future__ import annotations

from pathlib import Path

from agent.doctor.finding import Finding, found
from agent.doctor.patient import Patient


def check_register(patient: Patient) -> list[Finding]:
    """Is the port of the section `register` there? Profiles without that section have none."""
    section = getattr(patient.profile, "register", None)
    port = str(getattr(section, "port", "") or "")
    if not port:
        return [found("register", "none")]
    return [found("register", "fine" if Path(port).exists() else "absent", port=port)]
