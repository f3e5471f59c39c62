"""`make fuzz`: every reader in turn, with atheris and with hypothesis, for as long as asked.

    python -m tests.fuzz --minutes 60
    python -m tests.fuzz --minutes 2 --target ssi
    python -m tests.fuzz --keep          # what the last run found worth keeping goes into the corpus

Leaves: build/fuzz/NAME/ (the inputs at work; `find-…` is one that broke something), build/fuzz/report.json;
exit 1 when anything was found. Atheris is no part of the ordinary install: it goes into build/fuzz/lib.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings

from tests.fuzz.targets import TARGETS, Target, keep, kept, strategy

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "fuzz"
LIBRARY = BUILD / "lib"
HYPOTHESIS_SHARE = 0.12
EXAMPLES = 300
KEPT_MAX = 120
MEMORY_MB_MAX = 1500
ONE_INPUT_S_MAX = 20


def main(argv: Sequence[str] | None = None) -> int:
    """Exit 0: nothing found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument(
        "--target", action="append", choices=list(TARGETS), help="this one only; repeatable"
    )
    parser.add_argument("--keep", action="store_true", help="put the last run's inputs into the corpus")
    asked = parser.parse_args(argv)
    names = asked.target or list(TARGETS)
    _get_atheris()
    if asked.keep:
        for name in names:
            _keep(name)
        return 0
    return _run(names, asked.minutes * 60)


def _run(names: Sequence[str], seconds: float) -> int:
    whole = sum(TARGETS[name].share for name in names)
    rows = [_row(name, seconds * TARGETS[name].share / whole) for name in names]
    finds = [row for row in rows if row["finds"]]
    total = sum(row["atheris_runs"] + row["hypothesis_runs"] for row in rows)
    spent = sum(row["seconds"] for row in rows)
    report = {"seconds": round(spent, 1), "runs": total, "finds": len(finds), "targets": rows}
    (BUILD / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"fuzz: {total} runs in {spent:.0f} s, {len(finds)} targets with finds")
    return 1 if finds else 0


def _row(name: str, seconds: float) -> dict[str, object]:
    """One target's turn."""
    begun = time.monotonic()
    tried, why = _hypothesis(TARGETS[name], seconds * HYPOTHESIS_SHARE)
    runs, found = _atheris(name, max(1, round(seconds - (time.monotonic() - begun))))
    finds = [*([why] if why else []), *found]
    row = {
        "target": name,
        "seconds": round(time.monotonic() - begun, 1),
        "atheris_runs": runs,
        "hypothesis_runs": tried,
        "finds": finds,
    }
    print(f"fuzz: {name:14} {row['seconds']:7} s, atheris {runs}, hypothesis {tried}", *finds, flush=True)
    return row


# --- hypothesis -----------------------------------------------------------------------------------


def _hypothesis(target: Target, seconds: float) -> tuple[int, str]:
    """How many examples were tried, and what broke."""
    logging.disable(logging.CRITICAL)
    tried, until = 0, time.monotonic() + seconds

    def play(data: bytes) -> None:
        nonlocal tried
        tried += 1
        target.play(data)

    quiet = settings(
        max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    while time.monotonic() < until:
        try:
            seed(os.urandom(8))(quiet(given(strategy(target))(play)))()
        except Exception as broken:
            notes = " ".join(getattr(broken, "__notes__", ()))
            return tried, f"hypothesis: {type(broken).__name__}: {broken} {notes}"[:2000]
    return tried, ""


# --- atheris --------------------------------------------------------------------------------------


def _get_atheris() -> None:
    if (LIBRARY / "atheris").is_dir():
        return
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = project["optional-dependencies"]["fuzz"]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--target", str(LIBRARY), *pins], check=True)


def _atheris(name: str, seconds: int) -> tuple[int, list[str]]:
    """How many inputs were tried, and the files of those that broke something."""
    target, place = TARGETS[name], BUILD / name
    place.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate([*kept(name), *target.tokens]):
        (place / f"seed-{number:03d}").write_bytes(data)
    before = set(place.glob("find-*"))
    words = BUILD / f"{name}.dict"
    words.write_text("".join(f'"{_escaped(token)}"\n' for token in target.tokens), encoding="ascii")
    options = [
        f"-max_total_time={seconds}", f"-max_len={target.longest}", f"-dict={words}",
        f"-artifact_prefix={place}/find-", f"-rss_limit_mb={MEMORY_MB_MAX}", f"-timeout={ONE_INPUT_S_MAX}",
        "-print_final_stats=1", "-verbosity=0",
    ]  # fmt: skip
    ended = _child(name, *options, str(place))
    (BUILD / f"{name}.log").write_text(ended.stderr, encoding="utf-8")
    counted = re.search(r"number_of_executed_units: *(\d+)", ended.stderr)
    found = sorted(str(file.relative_to(ROOT)) for file in set(place.glob("find-*")) - before)
    if ended.returncode and not found:
        found = [f"the fuzzer ended with {ended.returncode}: see {name}.log"]
    return int(counted[1]) if counted else 0, found


def _child(name: str, *options: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(ROOT), str(LIBRARY)])
    return subprocess.run(
        [sys.executable, "-m", "tests.fuzz.one", name, *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )


def _escaped(token: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in token)


def _keep(name: str) -> None:
    """Each of the last run's inputs took a branch that none before it took. Of many, every nth by length;
    those that found something always."""
    place = BUILD / name
    inputs = sorted((file.read_bytes() for file in place.glob("*")), key=len)
    chosen = inputs[:: max(1, -(-len(inputs) // KEPT_MAX))]
    chosen += [file.read_bytes() for file in place.glob("find-*")]
    if chosen:
        keep(name, chosen)
    print(f"fuzz: {name}: {len(set(chosen))} of {len(inputs)} inputs kept")


if __name__ == "__main__":
    sys.exit(main())
