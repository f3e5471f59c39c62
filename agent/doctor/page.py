"""`python -m agent.doctor.page > docs/doctor.md`: the technician's table of everything the doctor can find.

Enters: the catalogue and the layout of the short code. Leaves: the page as text; a test holds
docs/doctor.md to it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from agent.doctor.finding import APART, Case, Check, State, catalogue
from agent.doctor.short_code import (
    ALPHABET,
    CHECKS,
    FIGURE_BITS,
    STATE_BITS,
    STATES,
    STEPS,
    VERSION,
    VERSION_BITS,
)

HEAD = """# hyla doctor

Written from `agent/doctor/catalogue.toml`: change it there, then
`python -m agent.doctor.page > docs/doctor.md`.

`hyla doctor --profile FILE` looks at everything below and prints one line for each, `--language zh` or
`en`, `--json` for programs. The terminal may run or not: when it does, it is asked over `health.sock` in
its data folder and keeps its camera and its scanner; a sale is never disturbed. Exit codes: 0 all fine,
1 something doubtful, 2 something broken.

## What it can find

✓ fine 正常 · ? doubtful 可疑 · ✕ broken 故障 · – not run 未检
"""
SIGNS = {State.NOT_RUN: "–", State.FINE: "✓", State.DOUBTFUL: "?", State.BROKEN: "✕"}
CODE = f"""
## The short code

Twelve characters of `{ALPHABET}` in three groups. `hyla doctor decode` reads them in
lower case, with or without spaces, takes O for 0, I and L for 1, and refuses a code with a wrong character.
The first eleven characters are the digits, lowest first, of one number in base 32; the twelfth checks them:
the sum of the others, each times the next power of 2 (the first times 2), in GF(32) with x⁵ + x² + 1. The
number, from its lowest bit:

| bits | what |
| --- | --- |
| {VERSION_BITS} | version, {VERSION} |"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_checks(), CODE, *_code_rows(), ""])


def _checks() -> Iterator[str]:
    for name, check in catalogue().items():
        yield f"### {check.en} · {check.zh}\n" if name not in APART else f"### {check.en}\n"
        yield f"{check.asks_en[:1].upper()}{check.asks_en[1:]}. {check.asks_zh}。\n"
        yield from _cases(check)
        yield ""


def _cases(check: Check) -> Iterator[str]:
    yield "| | found | to do | 情况 | 处理 |"
    yield "| --- | --- | --- | --- | --- |"
    for case in check.cases.values():
        yield _row(case)


def _row(case: Case) -> str:
    cells = (SIGNS[case.state], case.en, case.do_en, case.zh, case.do_zh)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _code_rows() -> Iterator[str]:
    states = ", ".join(f"{number} {state.value.replace('_', ' ')}" for number, state in enumerate(STATES))
    for name in CHECKS:
        yield f"| {STATE_BITS} | {catalogue()[name].en}: {states} |"
    for name, begins in STEPS.items():
        steps = ", ".join(f"{number} from {begin}" for number, begin in enumerate((0, *begins)))
        yield f"| {FIGURE_BITS} | {name}: {steps} |"


if __name__ == "__main__":
    sys.stdout.write(page())
