"""What a check says: a case of the catalogue, with what was measured.

Enters: `catalogue.toml`, the one place of names, sentences and remedies. Leaves: `found(...)`, a Finding
that can be said in either language. The page, the JSON, the short code and docs/doctor.md all read it here.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

CATALOGUE = Path(__file__).with_name("catalogue.toml")
ANY = "any"
WIZARD = "wizard"
APART = (ANY, WIZARD)
"""Tables of the catalogue that are no check: no line of the page, and not in the short code."""
Language = Literal["zh", "en"]


class State(StrEnum):
    """How it stands; worse ones come later."""

    NOT_RUN = "not_run"
    FINE = "fine"
    DOUBTFUL = "doubtful"
    BROKEN = "broken"


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing a check can find: the sentence, and what to do about it."""

    state: State
    zh: str
    en: str
    do_zh: str = ""
    do_en: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the page: its name, what it looks at, what it can find."""

    zh: str
    en: str
    asks_zh: str
    asks_en: str
    cases: dict[str, Case]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the page, filled in. `detail` is what a driver or library said, in its own words."""

    name: str
    case: str
    values: dict[str, str] = field(default_factory=dict)
    detail: str = ""

    @property
    def state(self) -> State:
        return self._case.state

    def title(self, language: Language) -> str:
        check = catalogue()[self.name]
        return check.zh if language == "zh" else check.en

    def measured(self, language: Language) -> str:
        return (self._case.zh if language == "zh" else self._case.en).format(**self._values(language))

    def remedy(self, language: Language) -> str:
        """What to do; empty when there is nothing to do."""
        return (self._case.do_zh if language == "zh" else self._case.do_en).format(**self._values(language))

    @property
    def _case(self) -> Case:
        return _case(self.name, self.case)

    def _values(self, language: Language) -> dict[str, str]:
        """A value may itself be a word of ours: `by_terminal` → `, as the terminal sees it`."""
        return {name: self._word(value, language) for name, value in self.values.items()}

    def _word(self, value: str, language: Language) -> str:
        return WORDS[value][language].format(**self.values) if value in WORDS else value


WORDS: dict[str, dict[Language, str]] = {
    "by_terminal": {"zh": "(终端自己看到的)", "en": ", as the terminal sees it"},
    "free": {"zh": "没有顾客", "en": "no customer there"},
    "busy": {"zh": "有顾客", "en": "a customer is being served"},
    "on_the_screen": {"zh": "顾客屏上的码", "en": "the code on the customer's screen"},
    "in_the_picture": {"zh": "图片 {file} 里的码", "en": "the code in the picture {file}"},
    "below": {"zh": "下面的码", "en": "the code below"},
}
"""Values that have to be said in a language."""


def found(name: str, case: str, detail: str = "", **values: object) -> Finding:
    """A finding of the catalogue. Raises KeyError for one that is not in it."""
    _case(name, case)
    return Finding(name, case, {key: str(value) for key, value in values.items()}, detail)


def names() -> list[str]:
    """Every check, in the order of the page."""
    return [name for name in catalogue() if name not in APART]


def worst(findings: list[Finding]) -> State:
    """What the whole terminal is; fine when nothing was run."""
    order = list(State)
    return max((finding.state for finding in findings), key=order.index, default=State.FINE)


@cache
def catalogue() -> dict[str, Check]:
    """The whole file, `any` and `wizard` included."""
    raw: dict[str, dict[str, Any]] = tomllib.loads(CATALOGUE.read_text("utf-8"))
    return {name: _check(table) for name, table in raw.items()}


def _check(table: dict[str, Any]) -> Check:
    texts = {key: value for key, value in table.items() if isinstance(value, str)}
    cases = {key: msgspec.convert(value, Case) for key, value in table.items() if isinstance(value, dict)}
    return Check(**texts, cases=cases)


def _case(name: str, case: str) -> Case:
    cases = catalogue()[name].cases
    return cases[case] if case in cases or name in APART else catalogue()[ANY].cases[case]
