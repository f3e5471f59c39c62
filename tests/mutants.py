"""`make mutants`: the money modules, changed line by line; what their tests do not notice is listed.

`python -m tests.mutants [MODULE …]` runs mutmut on the modules of pyproject's [tool.mutants] (or on those
named, such as `day`), each with its own tests, and writes docs/mutants.md. Stopped in the middle, it goes
on where it was; a module that stands as in its line of the page is not run again, and when only its tests
changed, only its survivors are, or all of it where nothing survived. `--read` writes the page from what was
run before. Exit code 1: a survivor has no reason in docs/mutants.toml, or a reason has no survivor. What
mypy refuses is none: mutmut asks it first. Each module has a folder of its own below `mutants/`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE, REASONS, WORKSHOP = ROOT / "docs" / "mutants.md", ROOT / "docs" / "mutants.toml", ROOT / "mutants"
HEAD = """# Mutants: the tests of the money, tested

`make mutants` changes the money modules line by line and runs on each change that mypy lets through the
files of tests/core that speak of the module ([tool.mutants] in `pyproject.toml` lists both). A change that
they do not notice is a survivor: a sentence that is missing, or a change that means the same; then its
reason stands in `docs/mutants.toml`. The walks of the machines and the simulation (`hyla-sim`) look at the
same lines from further away and are not asked here.

On the list is what moves money, decides about it or counts it. Not on it: `promotions` and `promoting` (the
prices of the idle screen charge nobody), `recognise` and `stages` (who stands there, and which page is
shown for how long; who is charged how much is asked of `payment`), `charge` and `codes` (messages; there is
no line to change), `office`, `office_pages`, `visit` and `state` (they hold what the listed ones decide),
`slip`, `slip_desk` and `printing` (a receipt repeats what is written), `leaving_desk` (what keeps a
terminal in its shop is said by `leaving`).

Written by `python -m tests.mutants`. A line holds for the content it names: the first eight digits of the
SHA-256 of the module and of its tests. Where the module has changed since, only the survivors that have a
reason are listed; where its tests have, sentences may have been written for those marked "none yet", and
the next run says so.

{older}

{run}

| module | changes | refused by mypy | noticed by a test | survived | module is | tests are |
| --- | --- | --- | --- | --- | --- | --- |
{modules}
| where | the line | the line, changed | why it may live |
| --- | --- | --- | --- |
"""

CONFIG = """[tool.mutmut]
source_paths = ["agent"]
only_mutate = ["{path}"]
pytest_add_cli_args_test_selection = {tests}
# Examples that are the same each time and few; no cache, no second process.
pytest_add_cli_args = ["--hypothesis-profile=mutants", "-p", "no:cacheprovider", "-p", "no:xdist"]
# A busy machine is not a change that hangs: seconds, before they are counted as one.
timeout_constant = 6.0
timeout_multiplier = 10.0
use_git_change_detection = false
type_check_command = [
    "mypy", "--output", "json", "--no-warn-unused-ignores", "--follow-imports", "silent", "{path}",
]
"""

CLOSED_MATCH = re.compile(r"(case _: )?assert_never\(\w+\)")
NEVER_REACHED = "never reached: the match is closed, and mypy finds a case that is missing"
# As mutmut writes them down: what pytest said, or a number of its own. None: not run.
KILLED, TOO_LONG, REFUSED = (1, 3), (24, -24, 36, 152, 255), 37
States = dict[str, int | None]
LINE = re.compile(r"\| `([a-z_.]+)` \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| `(\w+)` \| `(\w+)` \|")


@dataclass(frozen=True, slots=True)
class Survivor:
    """A change that no test noticed; `now` is empty for a line that was only taken away."""

    where: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one module's changes, and the content it was seen with."""

    module: str
    changes: int
    refused: int
    noticed: int
    survived: int
    source: str
    tests: str

    def __str__(self) -> str:
        figures = f"{self.changes} | {self.refused} | {self.noticed} | {self.survived}"
        return f"| `{self.module}` | {figures} | `{self.source}` | `{self.tests}` |"


def reasons() -> list[dict[str, str]]:
    """As docs/mutants.toml gives them: `where`, `was`, `now` and `why`."""
    found: list[dict[str, str]] = tomllib.loads(REASONS.read_text("utf-8")).get("survivor", [])
    return found


def why(survivor: Survivor) -> str:
    """The reason that was given for this change; empty for none."""
    for one in reasons():
        if (one["where"], one["was"], one["now"]) == (survivor.where, survivor.was, survivor.now):
            return one["why"]
    closed = CLOSED_MATCH.fullmatch(survivor.was) and survivor.now in ("", "assert_never(None)")
    return NEVER_REACHED if closed else ""


def module_of(where: str) -> str:
    """`agent.core.payment` of `agent.core.payment.answered`."""
    return max((one for one in listed() if where.startswith(f"{one}.")), key=len, default="")


@cache
def listed() -> dict[str, list[Path]]:
    """The modules of [tool.mutants], as they are imported, and the files of their tests."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutants"]
    names = {word: f"agent.core.{word}" if word != "turn" else "agent.turn" for word in table}
    return {names[word]: [Path(f"tests/core/test_{one}.py") for one in table[word]] for word in table}


def _word(module: str) -> str:
    return module.rpartition(".")[2]


def path_of(module: str) -> Path:
    """Where it stands, from the root."""
    return Path(f"{module.replace('.', '/')}.py")


def digits_of(module: str) -> list[str]:
    """The content of the module and of its tests, in eight digits each."""
    return [_digits([path_of(module)]), _digits(listed()[module])]


def older(lines: dict[str, Line]) -> str:
    """Which modules were not run, and which have changed since: a sentence each."""
    never = [f"`{_word(module)}`" for module in listed() if module not in lines]
    known = [(line, digits_of(line.module)) for line in lines.values() if line.module in listed()]
    changed = [f"`{_word(line.module)}`" for line, now in known if line.source != now[0]]
    tested = [
        f"`{_word(line.module)}`"
        for line, now in known
        if [line.source] == now[:1] and line.tests != now[1]
    ]
    said = {
        "Not run": never,
        "Changed since": changed,
        "Run before their tests became what they are": tested,
    }
    sentences = [f"{what}: {', '.join(which)}." for what, which in said.items() if which]
    return " ".join(sentences) or "All modules of the list stand as they were run."


def page_lines() -> dict[str, Line]:
    """What the page says of each module."""
    found = [LINE.fullmatch(line) for line in PAGE.read_text("utf-8").splitlines()]
    return {
        hit[1]: Line(hit[1], *(int(hit[n]) for n in range(2, 6)), hit[6], hit[7]) for hit in found if hit
    }


def main(words: Sequence[str]) -> int:
    """Run, write the page, complain of survivors without a reason and of reasons without a survivor."""
    names = {_word(module): module for module in listed()}
    modules = [names[word] for word in words or names if word in names]
    if list(words) == ["--read"]:
        modules = []
    elif len(modules) < len(words):
        print(f"[tool.mutants] in pyproject.toml does not list all of {', '.join(words)}", file=sys.stderr)
        return 2
    for number, module in enumerate(modules, start=1):
        asked = to_run(module)
        print(f"{number} of {len(modules)}: {module}: {', '.join(asked[:1]) or 'stands'}", flush=True)
        if asked and _run(module, asked):
            return 1
        _write()
    wrong = _write()
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


def to_run(module: str) -> list[str]:
    """What mutmut is asked for: nothing, what is left of a module or survived in it, or all of it."""
    now, mine, held = digits_of(module), states_of(module), page_lines().get(module)
    if not mine and held and [held.source, held.tests] == now:
        return []
    source, tests = _seen(module)
    if not mine or source != now[0]:
        return [f"{module}.*"]
    again = tests != now[1]
    left = [name for name, state in mine.items() if state is None or (again and _lives(state))]
    return left if left or not again else [f"{module}.*"]


def _run(module: str, names: list[str]) -> int:
    """Ask mutmut, in the module's own folder. It is made anew when the module has changed."""
    folder = WORKSHOP / module
    if names == [f"{module}.*"]:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("agent", "tests", "docs"):
        if not (folder / name).exists():
            (folder / name).symlink_to(ROOT / name)
    ours = (ROOT / "pyproject.toml").read_text("utf-8").partition("[tool.mutants]")[0]
    tests = json.dumps([str(path) for path in listed()[module]])
    config = CONFIG.format(path=path_of(module), tests=tests)
    (folder / "pyproject.toml").write_text(ours + config, "utf-8")
    (folder / "seen.json").write_text(json.dumps(digits_of(module)), "utf-8")
    children = ["--max-children", os.environ.get("CHILDREN", "2")]
    command = [sys.executable, "-P", str(ROOT / "tests" / "mutmut_quick.py"), "run", *children, *names]
    return subprocess.run(command, cwd=folder, check=False, env=_beside()).returncode


def _beside() -> dict[str, str]:
    """mutmut calls mypy by its name; what mypy knows of the other modules is kept."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {"MYPY_CACHE_DIR": str(WORKSHOP / "types"), **os.environ, "PATH": path}


def states_of(module: str) -> States:
    """What became of each change, if the module was run in this working copy."""
    meta = WORKSHOP / module / "mutants" / f"{path_of(module)}.meta"
    if not meta.is_file():
        return {}
    try:
        found: States = json.loads(meta.read_text("utf-8"))["exit_code_by_key"]
    except json.JSONDecodeError:
        return {}  # another run is writing it at this moment
    return found


def _seen(module: str) -> list[str]:
    """With which content of itself and of its tests a module was run in this working copy."""
    file = WORKSHOP / module / "seen.json"
    found: list[str] = json.loads(file.read_text("utf-8")) if file.is_file() else ["", ""]
    return found


def _lives(state: int | None) -> bool:
    return state is not None and state not in (*KILLED, *TOO_LONG, REFUSED)


def _digits(paths: Iterable[Path]) -> str:
    there = (ROOT / path for path in paths if (ROOT / path).is_file())
    return hashlib.sha256(b"".join(path.read_bytes() for path in there)).hexdigest()[:8]


def _write() -> list[str]:
    """The page, and what is wrong with the reasons."""
    lines, survivors, wrong = page_lines(), [], []
    for module in listed():
        mine, seen = states_of(module), _seen(module)
        if mine and None not in mine.values():
            lines[module] = _line(module, [*mine.values()], *seen)
        whole = mine and None not in mine.values() and seen[0] == digits_of(module)[0]
        if whole:
            alive = [_shown(module, name) for name, state in mine.items() if _lives(state)]
        else:
            alive = _known(module) if module in lines else []
        survivors += list(dict.fromkeys(alive))
        needless = [one for one in _known(module) if one not in alive] if whole else []
        wrong += [f"a reason without a survivor: {one}" for one in needless]
    wrong += [f"survives without a reason: {one}" for one in survivors if not why(one)]
    PAGE.write_text(_page(lines, survivors), "utf-8")
    return wrong


def _known(module: str) -> list[Survivor]:
    """The survivors that docs/mutants.toml gives a reason for."""
    mine = [one for one in reasons() if module_of(one["where"]) == module]
    return [Survivor(one["where"], one["was"], one["now"]) for one in mine]


def _line(module: str, states: list[int | None], source: str, tests: str) -> Line:
    noticed, refused = sum(state in (*KILLED, *TOO_LONG) for state in states), states.count(REFUSED)
    return Line(module, len(states), refused, noticed, len(states) - noticed - refused, source, tests)


def _page(lines: dict[str, Line], survivors: list[Survivor]) -> str:
    known = [lines[module] for module in listed() if module in lines]
    counted = [sum(getattr(one, word) for one in known) for word in ("changes", "refused", "noticed")]
    run = "{} changes: {} refused by mypy, {} noticed by a test".format(*counted)
    run = f"{len(known)} of {len(listed())} modules. {run}, {sum(one.survived for one in known)} survived."
    rows = "".join(f"{one}\n" for one in known)
    return HEAD.format(run=run, older=older(lines), modules=rows) + "".join(map(_row, survivors))


def _shown(module: str, name: str) -> Survivor:
    from mutmut.mutation.diff_apply import get_diff_for_mutant  # a second to import; only the page needs it

    with contextlib.chdir(WORKSHOP / module):
        said = get_diff_for_mutant(name, path=path_of(module))
    was, now = (_lines(said, sign) for sign in "-+")
    function = name.rpartition("__mutmut_")[0].rpartition(".")[2]
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
