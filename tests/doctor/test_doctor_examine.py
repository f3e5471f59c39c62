"""Whatever a check does, the page comes out whole and in time."""

from __future__ import annotations

import threading

from agent.doctor.examine import FAMILIES, Family, examine
from agent.doctor.finding import Finding, found, names
from agent.doctor.patient import Patient
from tests.doctor.conftest import MakePatient, by_name


def test_every_line_of_the_page_belongs_to_one_check() -> None:
    assert sorted(name for family in FAMILIES for name in family.names) == sorted(names())


def test_a_check_that_hangs_is_reported_and_not_waited_for(patient: MakePatient) -> None:
    never = threading.Event()

    def hang(_patient: Patient) -> list[Finding]:
        never.wait()
        return []

    def quick(_patient: Patient) -> list[Finding]:
        return [found("parked", "fine")]

    page = examine(patient(), [Family(("camera", "focus"), hang, limit_s=0.05), Family(("parked",), quick)])
    never.set()
    assert by_name(page) == {"camera": "timeout", "focus": "skipped", "parked": "fine"}
    assert "0 s" in page[0].measured("en")


def test_a_check_that_fails_tells_how_and_spares_the_others(patient: MakePatient) -> None:
    def fail(_patient: Patient) -> list[Finding]:
        raise ZeroDivisionError("a sensor of zero")

    [broken, skipped] = examine(patient(), [Family(("broker", "cloud"), fail)])
    assert (broken.name, broken.case, skipped.case) == ("broker", "failed", "skipped")
    assert broken.detail == "ZeroDivisionError: a sensor of zero"
