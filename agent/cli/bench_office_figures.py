"""Head office's times → the figures of a report, and lines for people made of exactly those."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.cli.bench_office import CLAIM_TARGET_MS, SETTINGS_TARGET_MS, STORM_TARGET_S

Report = dict[str, Any]


def claim_report(able_ms: Sequence[float], rounds: int) -> Report:
    """The slowest beside twenty seconds."""
    slowest = round(max(able_ms))
    ratio = round(slowest / CLAIM_TARGET_MS, 3)
    return {"rounds": rounds, "able_ms": slowest, "target_ms": CLAIM_TARGET_MS, "ratio": ratio}


def settings_report(figures: Mapping[str, Sequence[float]], rounds: int) -> Report:
    """The slowest of each way beside two seconds."""
    slowest = {how: round(max(times)) for how, times in figures.items()}
    ratio = {f"{how}_to_target": round(ms / SETTINGS_TARGET_MS, 3) for how, ms in slowest.items()}
    return {"rounds": rounds, "applied_ms": slowest, "target_ms": SETTINGS_TARGET_MS, "ratio": ratio}


def storm_report(figures: Mapping[str, Any]) -> Report:
    """As `hyla-sim fleet` says it, beside sixty seconds."""
    ratio = round(float(figures["settle_s"]) / STORM_TARGET_S, 3)
    return {**figures, "target_s": STORM_TARGET_S, "ratio": ratio}


def claim_told(report: Report) -> list[str]:
    return [
        f"claim: the slowest of {report['rounds']}, from power-on to able to sell, without people's time",
        f"  {report['able_ms']} ms, {report['ratio']:g} of the target (at most {report['target_ms']} ms)",
    ]


def settings_told(report: Report) -> list[str]:
    lines = [f"settings: the slowest of {report['rounds']}, from publication to the terminal's word"]
    for how, ms in report["applied_ms"].items():
        share = report["ratio"][f"{how}_to_target"]
        lines.append(f"  {how}: {ms} ms, {share:g} of the target (at most {report['target_ms']} ms)")
    return lines


def storm_told(report: Report) -> list[str]:
    return [
        f"storm: {report['terminals']} terminals, their {report['broker']} killed and started again",
        f"  settled after {report['settle_s']:g} s, {report['ratio']:g} of the target (at most"
        f" {report['target_s']} s); {report['records']} records, {report['lost']} lost",
    ]
