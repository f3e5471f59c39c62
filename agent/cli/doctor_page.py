"""The doctor's page in words: findings in, lines of text or one plain object out. Two languages."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import cast

from agent.doctor.barcodes import half_blocks, qr
from agent.doctor.finding import Finding, Language, State, catalogue, worst
from agent.doctor.patient import Patient
from agent.doctor.short_code import Decoded

SIGNS = {State.NOT_RUN: "–", State.FINE: "✓", State.DOUBTFUL: "?", State.BROKEN: "✕"}
STATES: dict[Language, dict[State, str]] = {
    "zh": {State.NOT_RUN: "未检", State.FINE: "正常", State.DOUBTFUL: "可疑", State.BROKEN: "故障"},
    "en": {
        State.NOT_RUN: "not run",
        State.FINE: "fine",
        State.DOUBTFUL: "doubtful",
        State.BROKEN: "broken",
    },
}
SUMMARY = {"zh": "{broken} 项故障,{doubtful} 项可疑", "en": "{broken} broken, {doubtful} doubtful"}
CODE = {
    "zh": "短码 {code}(电话里念给技术支持,或扫下面的码)",
    "en": "short code {code} (read it to the support, or scan it)",
}
FIGURES: dict[Language, dict[str, str]] = {
    "zh": {
        "unknown_charges": "没有结果的收款:{range} 笔",
        "unknown_age_s": "其中最早:{range} 前",
        "waiting_records": "待发记录:{range} 条",
    },
    "en": {
        "unknown_charges": "charges without an answer: {range}",
        "unknown_age_s": "the oldest of them for: {range}",
        "waiting_records": "records to send: {range}",
    },
}
TITLE_COLUMNS, STATE_COLUMNS = 17, 9


def page_lines(patient: Patient, findings: Sequence[Finding], code: str, language: str) -> Iterator[str]:
    """The page, with the code and its QR at the end."""
    tongue = cast(Language, language)
    shop, device = patient.profile.shop, patient.profile.device.id
    name = shop.name_zh if tongue == "zh" else shop.name_en
    yield f"{name} · {device} · {datetime.now().astimezone():%Y-%m-%d %H:%M}"
    yield ""
    for finding in findings:
        yield from _finding_lines(finding, tongue)
    counts = {state.value: sum(finding.state is state for finding in findings) for state in State}
    yield ""
    yield f"{SIGNS[worst([*findings])]} {SUMMARY[tongue].format(**counts)}"
    yield CODE[tongue].format(code=code)
    yield half_blocks(qr(code))


def _finding_lines(finding: Finding, language: Language) -> Iterator[str]:
    state = STATES[language][finding.state]
    head = f"{SIGNS[finding.state]} {_padded(finding.title(language), TITLE_COLUMNS)}"
    yield f"{head}{_padded(state, STATE_COLUMNS)}{finding.measured(language)}"
    if finding.detail:
        yield f"{'':{TITLE_COLUMNS + STATE_COLUMNS + 2}}· {finding.detail}"
    if remedy := finding.remedy(language):
        yield f"{'':{TITLE_COLUMNS + STATE_COLUMNS + 2}}→ {remedy}"


def as_object(patient: Patient, findings: Sequence[Finding], code: str, language: str) -> dict[str, object]:
    """The same for programs; names and cases never change with the language."""
    tongue = cast(Language, language)
    return {
        "device": patient.profile.device.id,
        "utc_ms": time.time_ns() // 1_000_000,
        "running": patient.runs,
        "state": worst([*findings]),
        "code": code,
        "findings": [
            {
                "name": finding.name,
                "state": finding.state,
                "case": finding.case,
                "values": finding.values,
                "measured": finding.measured(tongue),
                "remedy": finding.remedy(tongue),
                "detail": finding.detail,
            }
            for finding in findings
        ],
    }


def decoded_lines(decoded: Decoded, language: str) -> Iterator[str]:
    """What a code can say: the state of each check; the cases that it may be, for the broken ones."""
    tongue = cast(Language, language)
    for name, state in decoded.states.items():
        check = catalogue()[name]
        title = check.zh if tongue == "zh" else check.en
        yield f"{SIGNS[state]} {_padded(title, TITLE_COLUMNS)}{STATES[tongue][state]}"
        if state in (State.DOUBTFUL, State.BROKEN):
            remedies = [case.do_zh if tongue == "zh" else case.do_en for case in check.cases.values()
                        if case.state is state]  # fmt: skip
            for remedy in dict.fromkeys(filter(None, remedies)):
                yield f"{'':{TITLE_COLUMNS + 2}}→ {remedy}"
    yield ""
    for name, (low, high) in decoded.figures.items():
        yield FIGURES[tongue][name].format(range=_range(name, low, high))


def _range(name: str, low: int, high: int | None) -> str:
    said = _seconds if name.endswith("_s") else str
    if high is None:
        return f"≥ {said(low)}"
    if low == high:
        return said(low)
    return (
        f"< {said(high + 1)}" if low == 0 else f"{said(low)}–{said(high + 1) if said is _seconds else high}"
    )


def _seconds(seconds: int) -> str:
    if seconds >= 86_400:
        return f"{seconds // 86_400} d"
    return f"{seconds // 3600} h" if seconds >= 3600 else f"{seconds // 60} min"


def _padded(text: str, columns: int) -> str:
    """Chinese characters take two columns."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return text + " " * max(1, columns - len(text) - wide)
