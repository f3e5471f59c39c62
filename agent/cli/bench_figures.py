"""Times → the figures of a report, the same for reading and for programs.

Enters: milliseconds as they were measured. Leaves: medians, tails and ratios as plain JSON values, and
lines for people made of exactly those. Ratios are what counts: the milliseconds are this machine's.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from agent.cli import bench_office_figures as office
from agent.cli.bench_desk import TARGETS
from agent.cli.bench_glass import FIRST_TARGET_MS, TOUCH_TARGET_MS
from agent.cli.bench_loose import SAID_TARGET_MS, Figures
from agent.cli.bench_memory import memory_told
from agent.core.benefits import COUPONS_MAX

if TYPE_CHECKING:  # they bring their rooms along
    from agent.cli.bench_beam import BeamTimes
    from agent.cli.bench_membership import MembershipTimes
    from agent.cli.bench_preview import PreviewFigures
    from agent.cli.bench_restart import RestartTimes
    from agent.cli.bench_sale import CommitTimes

Report = dict[str, Any]
WAYS = {
    "hyla": "Hyla",
    "opencv": "OpenCV",
    "stock": "stock file",
    "numpy": "numpy",
    "faiss_flat": "faiss flat",
}
Raced = tuple[Mapping[str, Sequence[float]], Mapping[str, int], Sequence[float], Sequence[float]]
"""Of one gallery: way → milliseconds, way → how often the right two, and enrolling and forgetting."""
TAIL = 0.99
MEMBERSHIP_TARGET_MS = 5  # the best combination of thirty lines and twenty coupons
PREVIEW_TARGET_PER_S = 30
BEAM_TARGET_MS = 20  # last byte of a code on the wire → view sent, p95


def p99(values: Sequence[float]) -> float:
    """The value that 99 of 100 do not exceed."""
    return _at(values, TAIL)


def _at(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _tidy(value: float) -> float:
    """Three digits that mean something: 0.0765, 13.4, 1204."""
    return float(f"{value:.3g}") if abs(value) < 100 else round(value)


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return _tidy(statistics.median(ours) / statistics.median(theirs))


def quarter(values: Sequence[float]) -> float:
    """What a quarter of the times is not above: on a machine with other work nearer to the program's own
    than the median is."""
    return sorted(values)[len(values) // 4]


def vision_report(times: Mapping[str, Mapping[str, Sequence[float]]], rounds: int) -> Report:
    """way → stage → milliseconds: medians, and Hyla's as a share of each other way's; the same of the
    fastest quarters."""
    ours = times["hyla"]
    others = [way for way in times if way != "hyla"]
    medians = {
        way: {stage: _tidy(statistics.median(values)) for stage, values in stages.items()}
        for way, stages in times.items()
    }
    ratios = {
        f"hyla_to_{way}": {stage: _ratio(ours[stage], values) for stage, values in times[way].items()}
        for way in others
    }
    quarters = {
        f"hyla_to_{way}": {
            stage: _tidy(quarter(ours[stage]) / quarter(values)) for stage, values in times[way].items()
        }
        for way in others
    }
    return {
        "rounds": rounds,
        "looks": len(ours["detect"]),
        "threads": 1,
        "median_ms": medians,
        "ratio": ratios,
        "quarter_ratio": quarters,
    }


def preview_report(figures: PreviewFigures, rounds: int) -> Report:
    """Frames a second before the lens, written for the screens, drawn on the customer's window, and looked
    at; how old a picture is when it is drawn."""
    each = {
        name: getattr(figures, name) / figures.seconds for name in ("camera", "preview", "drawn", "looks")
    }
    ages = sorted(figures.ages_ms)
    return {
        "rounds": rounds,
        "target_per_s": PREVIEW_TARGET_PER_S,
        "per_s": {name: _tidy(value) for name, value in each.items()},
        "ratio": {
            "preview_to_camera": _tidy(each["preview"] / max(each["camera"], 0.01)),
            "preview_to_target": _tidy(each["preview"] / PREVIEW_TARGET_PER_S),
            "drawn_to_target": _tidy(each["drawn"] / PREVIEW_TARGET_PER_S),
        },
        "age_ms": {"median": statistics.median(ages), "p95": ages[len(ages) * 95 // 100]} if ages else None,
    }


def gallery_report(races: Mapping[int, Raced], searches: int) -> Report:
    """templates → what was measured: medians, Hyla's as a share of each other way's, and right answers."""
    return {
        "searches": searches,
        "threads": 1,
        "galleries": [
            {
                "templates": templates,
                "median_ms": {way: _tidy(statistics.median(of)) for way, of in times.items()},
                "quarter_ms": {way: _tidy(quarter(of)) for way, of in times.items()},
                "least_ms": {way: _tidy(min(of)) for way, of in times.items()},
                "ratio": {
                    f"hyla_to_{way}": _ratio(times["hyla"], of)
                    for way, of in times.items()
                    if way != "hyla"
                },
                "same_first_two": dict(same),
                "put_ms": _tidy(statistics.median(put)),
                "remove_ms": _tidy(statistics.median(remove)),
            }
            for templates, (times, same, put, remove) in races.items()
        ],
    }


def journal_report(times: CommitTimes, sales: int) -> Report:
    """Commits on the disk beside the same commits in memory; how the file grows."""
    disk_ms, memory_ms, grown_bytes = times
    return {
        "sales": sales,
        "commits": len(disk_ms),
        "disk_ms": {"median": _tidy(statistics.median(disk_ms)), "p99": _tidy(p99(disk_ms))},
        "memory_ms": {"median": _tidy(statistics.median(memory_ms)), "p99": _tidy(p99(memory_ms))},
        "mb_per_1000_sales": _tidy(grown_bytes / sales / 1000),
        "ratio": {"disk_to_memory": _ratio(disk_ms, memory_ms)},
    }


def restart_report(times: RestartTimes, rounds: int) -> Report:
    """Opening a long journal beside opening a short one, and beside checking all of it."""
    return {
        "rounds": rounds,
        "turns": times.turns,
        "mb": _tidy(times.size_bytes / 1e6),
        "long_ms": _tidy(statistics.median(times.long_ms)),
        "short_ms": _tidy(statistics.median(times.short_ms)),
        "verify_ms": _tidy(times.verify_ms),
        "ratio": {
            "long_to_short": _ratio(times.long_ms, times.short_ms),
            "long_to_verify": _ratio(times.long_ms, [times.verify_ms]),
        },
    }


def sim_report(figures: Mapping[str, Any], seeds: int) -> Report:
    """What the simulation says of itself, by the second."""
    return {
        "seeds": seeds,
        "turns": figures["turns"],
        "turns_per_s": round(figures["turns"] / max(figures["seconds"], 0.01)),
        "ratio": {"turns_to_orders": _ratio([figures["turns"]], [figures["orders"]])},
    }


def membership_report(times: MembershipTimes, rounds: int, lines: int) -> Report:
    """The best combination of everything a member can have, beside a member who has nothing."""
    return {
        "rounds": rounds,
        "lines": lines,
        "coupons": COUPONS_MAX,
        "best_ms": {"median": _tidy(statistics.median(times.full_ms)), "p99": _tidy(p99(times.full_ms))},
        "target_ms": MEMBERSHIP_TARGET_MS,
        "ratio": {"best_to_nothing": _ratio(times.full_ms, times.empty_ms)},
    }


def turns_report(turn_ms: Sequence[float], decide_ms: Sequence[float], sales: int) -> Report:
    """Whole turns beside deciding alone; the difference is checking and collecting what to write."""
    return {
        "sales": sales,
        "turns": len(turn_ms),
        "turns_per_s": round(1000 * len(turn_ms) / sum(turn_ms)),
        "turn_ms": {"median": _tidy(statistics.median(turn_ms)), "p99": _tidy(p99(turn_ms))},
        "ratio": {"turn_to_decision": _ratio(turn_ms, decide_ms)},
    }


def beam_report(times: BeamTimes, rounds: int) -> Report:
    """Each dialect's beam beside what it should be at most; its parser beside the plainest one's."""
    return {
        "rounds": rounds,
        "target_p95_ms": BEAM_TARGET_MS,
        "beam_ms": {
            dialect: {"median": _tidy(statistics.median(ms)), "p95": _tidy(_at(ms, 0.95))}
            for dialect, ms in times.beam_ms.items()
        },
        "bytes_per_s": {dialect: round(speed) for dialect, speed in times.bytes_per_s.items()},
        "ratio": {
            dialect: {
                "p95_to_target": _tidy(_at(ms, 0.95) / BEAM_TARGET_MS),
                "speed_to_lines": _tidy(times.bytes_per_s[dialect] / times.bytes_per_s["lines"]),
            }
            for dialect, ms in times.beam_ms.items()
        },
    }


def desk_report(figures: Mapping[str, Sequence[float]], rounds: int) -> Report:
    """Medians beside what they should be at most; null for a figure no run gave."""
    report: Report = {"rounds": rounds, "median": {}, "target": {}, "ratio": {}}
    for name, (_, target, _) in TARGETS.items():
        values = figures[name]
        median = _tidy(statistics.median(values)) if values else None
        report["median"][name], report["target"][name] = median, target
        report["ratio"][f"{name}_to_target"] = None if median is None else _tidy(median / target)
    return report


def loose_report(figures: Figures, rounds: int) -> Report:
    """The slowest of each trouble beside the two seconds in which the cashier should read of it."""
    said = {name: _tidy(max(times["said"])) for name, times in figures.items()}
    healed = {name: _tidy(max(times["healed"])) for name, times in figures.items() if times["healed"]}
    return {
        "rounds": rounds,
        "said_ms": said,
        "healed_ms": healed,
        "target_said_ms": SAID_TARGET_MS,
        "ratio": {f"{name}_to_target": _tidy(ms / SAID_TARGET_MS) for name, ms in said.items()},
    }


def glass_report(figures: Mapping[str, Any], visits: int) -> Report:
    """Beside the targets; memory late as a share of memory early, after the first visits."""
    touch = sorted(figures["touch_ms"])
    p95_ms = touch[min(len(touch) - 1, round(0.95 * len(touch)))]
    early, late = figures["rss_early_kb"], figures["rss_late_kb"]
    return {
        "visits": visits,
        "first_picture_ms": figures["first_picture_ms"],
        "touch_ms": {"least": touch[0], "median": _tidy(statistics.median(touch)), "p95": p95_ms},
        "rss_early_kb": early,
        "rss_late_kb": late,
        "ratio": {
            "first_picture_to_target": _tidy(figures["first_picture_ms"] / FIRST_TARGET_MS),
            "touch_p95_to_target": _tidy(p95_ms / TOUCH_TARGET_MS),
            "rss_late_to_early": _tidy(late / early),
        },
    }


# --- for people -----------------------------------------------------------------------------------


def told(reports: Mapping[str, Report]) -> list[str]:
    """All reports as lines."""
    tellers = {
        "vision": _vision,
        "preview": _preview,
        "gallery": _gallery,
        "journal": _journal,
        "restart": _restart,
        "turns": _turns,
        "coupons": _membership,
        "beam": _beam,
        "sim": _sim,
        "desk": _desk,
        "loose": _loose,
        "glass": _glass,
        "memory": memory_told,
        "claim": office.claim_told,
        "settings": office.settings_told,
        "storm": office.storm_told,
    }
    return [line for name, report in reports.items() for line in (*tellers[name](report), "")]


def _vision(report: Report) -> list[str]:
    medians, ratios = report["median_ms"], report["ratio"]
    head = "".join(f"{WAYS[way] + ' ms':>16}" for way in medians)
    shares = "".join(f"{'Hyla / ' + WAYS[way.removeprefix('hyla_to_')]:>20}" for way in ratios)
    lines = [f"vision: {report['looks']} looks, one thread each, medians", f"{'':12}{head}{shares}"]
    for stage in medians["hyla"]:
        cells = "".join(f"{_cell(of.get(stage)):>16}" for of in medians.values())
        cells += "".join(f"{_cell(of.get(stage)):>20}" for of in ratios.values())
        lines.append(f"{stage:12}{cells}")
    for way, stages in report["quarter_ratio"].items():
        shares = ", ".join(f"{stage} {share:g}" for stage, share in stages.items())
        lines.append(f"of the fastest quarter, Hyla / {WAYS[way.removeprefix('hyla_to_')]}: {shares}")
    return lines


def _preview(report: Report) -> list[str]:
    rate, age = report["per_s"], report["age_ms"]
    return [
        f"preview: {report['rounds']} s with vision looking through the same camera",
        f"  {rate['preview']:g} frames a second of {rate['camera']:g} before the lens "
        f"(target {report['target_per_s']}), {rate['looks']:g} looks a second",
        f"  {rate['drawn']:g} a second drawn on the customer's window, "
        + (f"{age['median']:g} ms old (p95 {age['p95']:g} ms)" if age else "not one"),
    ]


def _gallery(report: Report) -> list[str]:
    lines = [f"gallery: {report['searches']} searches, one thread, medians"]
    for one in report["galleries"]:
        ways = _each_way(one["median_ms"])
        shares = ", ".join(
            f"{share:g} of {WAYS[way.removeprefix('hyla_to_')]}" for way, share in one["ratio"].items()
        )
        lines += [
            f"  {one['templates']:,} templates: {ways}; Hyla takes {shares}",
            f"    a quarter of them within: {_each_way(one['quarter_ms'])}",
            f"    the fastest, hardly disturbed by others: {_each_way(one['least_ms'])}",
            f"    the exact search's first two: {one['same_first_two']['hyla']} of {report['searches']}",
            f"    enrolling {one['put_ms']:g} ms, forgetting {one['remove_ms']:g} ms",
        ]
    return lines


def _each_way(times_ms: Mapping[str, float]) -> str:
    return ", ".join(f"{WAYS[way]} {ms:g} ms" for way, ms in times_ms.items())


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def _journal(report: Report) -> list[str]:
    disk, memory = report["disk_ms"], report["memory_ms"]
    return [
        f"journal: {report['commits']} commits of {report['sales']} sales",
        f"  on disk, safe from a power cut: median {disk['median']:g} ms, p99 {disk['p99']:g} ms",
        f"  in memory: median {memory['median']:g} ms, p99 {memory['p99']:g} ms",
        f"  disk / memory: {report['ratio']['disk_to_memory']:g}",
        f"  grows by {report['mb_per_1000_sales']:g} MB every 1,000 sales",
    ]


def _restart(report: Report) -> list[str]:
    ratio = report["ratio"]
    return [
        f"restart: a journal of {report['turns']} turns, {report['mb']:g} MB",
        f"  read at a start: {report['long_ms']:g} ms; one of a few sales: {report['short_ms']:g} ms",
        f"  checked whole (hyla journal verify): {report['verify_ms']:g} ms",
        f"  long / short: {ratio['long_to_short']:g}, start / whole check: {ratio['long_to_verify']:g}",
    ]


def _sim(report: Report) -> list[str]:
    return [
        f"sim: {report['turns']} turns of {report['seeds']} unlucky days, one core",
        f"  {report['turns_per_s']} turns a second, everything around them included",
        f"  turns / orders: {report['ratio']['turns_to_orders']:g}",
    ]


def _membership(report: Report) -> list[str]:
    best = report["best_ms"]
    return [
        f"coupons: the best combination of {report['coupons']} coupons for {report['lines']} lines",
        f"  median {best['median']:g} ms, p99 {best['p99']:g} ms, target {report['target_ms']} ms",
        f"  best / nothing to choose: {report['ratio']['best_to_nothing']:g}",
    ]


def _turns(report: Report) -> list[str]:
    turn = report["turn_ms"]
    return [
        f"turns: {report['turns']} turns of {report['sales']} sales",
        f"  {report['turns_per_s']} turns a second, median {turn['median']:g} ms, p99 {turn['p99']:g} ms",
        f"  turn / deciding alone: {report['ratio']['turn_to_decision']:g}",
    ]


def _beam(report: Report) -> list[str]:
    most = report["target_p95_ms"]
    lines = [f"beam: last byte to views, {report['rounds']} beams each (p95 at most {most} ms)"]
    for dialect, ms in report["beam_ms"].items():
        ratio = report["ratio"][dialect]
        lines.append(
            f"  {dialect:10}median {ms['median']:g} ms, p95 {ms['p95']:g} ms,"
            f" {ratio['p95_to_target']:g} of that;"
            f" {report['bytes_per_s'][dialect]:,} bytes/s, {ratio['speed_to_lines']:g} of plain lines"
        )
    return lines


def _desk(report: Report) -> list[str]:
    lines = [f"desk: a morning in a shop, runs: {report['rounds']}, medians"]
    for name, (what, target, unit) in TARGETS.items():
        median, ratio = report["median"][name], report["ratio"][f"{name}_to_target"]
        said = "not measured" if median is None else f"{median:g} {unit}, {ratio:g} of the target"
        lines.append(f"  {what}: {said} (at most {target} {unit})")
    return lines


def _glass(report: Report) -> list[str]:
    touch, ratio = report["touch_ms"], report["ratio"]
    first, late = ratio["first_picture_to_target"], ratio["rss_late_to_early"]
    return [
        f"glass: both windows, {report['visits']} visits",
        f"  first picture after {report['first_picture_ms']:g} ms, {first:g} of the target "
        f"(at most {FIRST_TARGET_MS} ms)",
        f"  touch to the next view on both: least {touch['least']:g} ms, median {touch['median']:g} ms, "
        f"p95 {touch['p95']:g} ms",
        f"  p95 is {ratio['touch_p95_to_target']:g} of the target (at most {TOUCH_TARGET_MS} ms)",
        f"  memory {report['rss_early_kb']} kB early, {report['rss_late_kb']} kB late: {late:g}",
    ]


def _loose(report: Report) -> list[str]:
    most = report["target_said_ms"]
    lines = [f"loose: the slowest of {report['rounds']}, from the deed to the cashier's glass, and back"]
    for name, ms in report["said_ms"].items():
        healed = report["healed_ms"].get(name)
        back = "" if healed is None else f"; healed after {healed:g} ms"
        share = report["ratio"][f"{name}_to_target"]
        lines.append(f"  {name}: said after {ms:g} ms, {share:g} of the target{back} (at most {most} ms)")
    return lines
