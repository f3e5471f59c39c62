"""`make mutants`: the money modules, changed line by line; what no test of tests/core notices is listed.

`python -m tests.mutants [MODULE …]` runs mutmut on the modules of pyproject's [tool.mutmut] (or on those
named, such as `payment`) and writes docs/mutants.md; `--read` writes it from what was run before. Exit
code 1: a survivor has no reason in docs/mutants.toml; strengthen the tests, or say why it may live. What
mypy refuses is none: mutmut asks it itself. mutmut works in the folder `mutants/`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE, REASONS = ROOT / "docs" / "mutants.md", ROOT / "docs" / "mutants.toml"
HEAD = """# Mutants: the tests of the money, tested

`make mutants` changes the money modules line by line ([tool.mutmut] in `pyproject.toml` lists them) and
runs tests/core on each change that mypy lets through. A change that no test notices is a survivor: a
sentence that is missing, or a change that means the same; then its reason stands in `docs/mutants.toml`.

Written by `python -m tests.mutants`.

Last run of {run}

| module | changes | refused by mypy | noticed by a test | survived |
| --- | --- | --- | --- | --- |
{modules}
| where | the line | the line, changed | why it may live |
| --- | --- | --- | --- |
"""


CLOSED_MATCH = re.compile(r"case _: assert_never\(\w+\)")
NEVER_REACHED = "never reached: the match is closed, and mypy finds a case that is missing"
KILLED, REFUSED = ("killed", "timeout"), "caught by type check"


@dataclass(frozen=True, slots=True)
class Survivor:
    """A change that no test noticed; `now` is empty for a line that was only taken away."""

    where: str
    was: str
    now: str


def reasons() -> list[dict[str, str]]:
    """As docs/mutants.toml gives them: `where`, `was`, `now` and `why`."""
    found: list[dict[str, str]] = tomllib.loads(REASONS.read_text("utf-8"))["survivor"]
    return found


def why(survivor: Survivor) -> str:
    """The reason that was given for this change; empty for none."""
    for one in reasons():
        if (one["where"], one["was"], one["now"]) == (survivor.where, survivor.was, survivor.now):
            return one["why"]
    return NEVER_REACHED if CLOSED_MATCH.fullmatch(survivor.was) and not survivor.now else ""


def main(words: Sequence[str]) -> int:
    """Run, write the page, complain of survivors without a reason."""
    if list(words) != ["--read"]:
        patterns = [f"*core.{word}*" for word in words]
        beside = {**os.environ, "PATH": f"{Path(_mutmut()).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
        done = subprocess.run([_mutmut(), "run", *patterns], cwd=ROOT, check=False, env=beside)
        if done.returncode not in (0, 1):
            return done.returncode
    states, survivors = _results()
    run = f"{len(states)} changes, {len(survivors)} survived."
    head = HEAD.format(run=run, modules="".join(_modules(states)))
    PAGE.write_text(head + "".join(_row(one) for one in survivors), "utf-8")
    unexplained = [one for one in survivors if not why(one)]
    for one in unexplained:
        print(f"survives without a reason: {one.where}\n  - {one.was}\n  + {one.now}", file=sys.stderr)
    return 1 if unexplained else 0


def _mutmut() -> str:
    return str(Path(sys.executable).with_name("mutmut"))


def _modules(states: dict[str, str]) -> Iterator[str]:
    """One line for each module that was run."""
    for module in sorted({name.rpartition(".")[0] for name in states}):
        mine = [state for name, state in states.items() if name.rpartition(".")[0] == module]
        killed, refused = sum(state in KILLED for state in mine), mine.count(REFUSED)
        yield f"| `{module}` | {len(mine)} | {refused} | {killed} | {len(mine) - killed - refused} |\n"


def _results() -> tuple[dict[str, str], list[Survivor]]:
    said = subprocess.run(
        [_mutmut(), "results", "--all", "true"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    states = dict(re.findall(r"^\s*(\S+): (.+)$", said, re.MULTILINE))
    checked = {name: state for name, state in states.items() if state != "not checked"}
    alive = [name for name, state in checked.items() if state not in (*KILLED, REFUSED)]
    return checked, list(dict.fromkeys(_shown(name) for name in alive))


def _shown(name: str) -> Survivor:
    said = subprocess.run([_mutmut(), "show", name], cwd=ROOT, capture_output=True, text=True, check=True)
    was, now = (_lines(said.stdout, sign) for sign in "-+")
    module, _, function = name.rpartition("__mutmut_")[0].rpartition(".")
    function = re.sub("^x(_|ǁ)", "", function).replace("ǁ", ".")
    return Survivor(f"{module}.{function}", " ".join(was), " ".join(now))


def _lines(diff: str, sign: str) -> Iterator[str]:
    for line in diff.splitlines():
        if line.startswith(sign) and not line.startswith(3 * sign):
            yield line[1:].strip()


def _row(one: Survivor) -> str:
    was, now = (text.replace("|", "\\|") for text in (one.was, one.now))
    return f"| `{one.where}` | `{was}` | `{now or '(taken away)'}` | {why(one) or '**none yet**'} |\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
