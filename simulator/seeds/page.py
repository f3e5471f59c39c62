"""The table of `docs/simulation.md`: each planted bug, what notices it, and the first seed that does.

`python -m simulator.seeds.page` writes it; a test sees each named day go wrong again.
"""

from __future__ import annotations

from pathlib import Path

from simulator.seeds.bugs import BUGS
from simulator.seeds.planting import Bug
from simulator.seeds.run import Failure, days

PAGE = Path(__file__).resolve().parents[2] / "docs" / "simulation.md"
MARK = "<!-- written by `python -m simulator.seeds.page`, do not edit below -->\n"
SEEDS_TO_NOTICE = 400  # a bug that so many days do not show is a hole in the simulation
HEAD = (
    "| mistake | what the wrong machine believes | first seed, and what it shows |"
    " with the core's invariants silent |\n| --- | --- | --- | --- |\n"
)


def first(bug: str, rules: bool = True) -> Failure | None:
    """The first day on which this bug shows."""
    since = BUGS[bug].since
    failures = days(range(since, since + SEEDS_TO_NOTICE), bug, rules).failures
    return failures[0] if failures else None


def cell(failure: Failure | None) -> str:
    """Seed, kind and sentence; without the order it happened to be."""
    if failure is None:
        return "not found"
    kind, _, rest = failure.what.partition(": ")
    return f"{failure.seed}: {kind.replace('_', ' ')}: {rest.partition(': ')[2]}".replace("|", "/")


def row(bug: Bug) -> str:
    """One line of the table."""
    with_rules, without = cell(first(bug.name)), cell(first(bug.name, rules=False))
    last = "the same" if with_rules == without else without
    return f"| `{bug.name}` | {bug.sentence} | {with_rules} | {last} |\n"


def main() -> None:
    above, _, _ = PAGE.read_text("utf-8").partition(MARK)
    PAGE.write_text(f"{above}{MARK}\n{HEAD}{''.join(map(row, BUGS.values()))}", "utf-8")


if __name__ == "__main__":
    main()
