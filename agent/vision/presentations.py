"""Pictures of faces and of pictures of faces → how many of each kind would be let in (ISO/IEC 30107-3).

In: a folder, and which files are live and which are attacks of which species; a depth and an infrared
picture may lie beside a colour one (`print-1.jpg`, `print-1.depth.png`, `print-1.infrared.png`). Out: what
the terminal makes of each picture, and rates for each species apart, never averaged: APCER (attacks taken
for faces) and BPCER (faces refused), both of the pictures that were judged; pictures that got a hint
instead (too dark, nobody there) are non-responses and counted beside. Every way of judging is told apart:
colour, depth, infrared, and all of them by the rule of `presence`. Each picture is one frame here; at the
till several decide.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agent.vision.infrared import Infrared
from agent.vision.presence import live_score
from agent.vision.relief import Relief
from agent.vision.stills import DEPTH, INFRARED, PictureError, Stills

LIVE = "live"
FAKE = "fake"
TRUE_OR_FAKE = re.compile(r".+_([TF])\d+")
"""`image_T1.jpg` and `image_F1.jpg`, as sets of liveness samples are named: a true face and a fake one."""
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp"})
RULE_OF_THREE = 3
"""Nothing seen among n shows, with 95 % confidence, a rate below 3/n and no more."""
DOUBT = 0.05
HALVINGS = 40

COLOUR, TOGETHER = "colour", "together"
WAYS = (COLOUR, "depth", "infrared", TOGETHER)
"""By which pictures a presentation is judged; depth and infrared alone only to see what each is worth."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Presentation:
    """One picture. `live_score`, by colour alone, is None when it got a hint instead of a judgement; then
    `unasked_score` is what colour would have said, and counts for no rate. `relief` and `infrared` are None
    where no such picture lies beside it."""

    path: Path
    species: str
    hint: str
    live_score: float | None
    relief: Relief | None = None
    infrared: Infrared | None = None
    unasked_score: float | None = None

    def judged_by(self, way: str) -> bool:
        """Whether there is a judgement of that way."""
        beside = {"depth": self.relief, "infrared": self.infrared}
        if way == TOGETHER:
            return self.live_score is not None and any(beside.values())
        return self.live_score is not None and (way == COLOUR or beside[way] is not None)

    def let_in_by(self, way: str, threshold_live: float) -> bool:
        """Whether that way takes it for a person."""
        alone = {"depth": self.relief, "infrared": self.infrared}.get(way)
        if alone is not None:
            return not alone.refused
        score = (
            live_score(self.live_score, self.relief, self.infrared) if way == TOGETHER else self.live_score
        )
        return score is not None and score >= threshold_live


@dataclass(frozen=True, slots=True)
class Rate:
    """What became of one species. `wrong`: attacks let in, or faces refused. `hints`: what those that were
    not judged got instead, and how many of them."""

    species: str
    pictures: int
    judged: int
    wrong: int
    way: str = COLOUR
    hints: Counter[str] = field(default_factory=Counter)

    @property
    def error_rate(self) -> float | None:
        """APCER, or BPCER of the live ones; None when nothing was judged."""
        return self.wrong / self.judged if self.judged else None

    @property
    def non_response_rate(self) -> float:
        """APNRR, or BPNRR of the live ones."""
        return (self.pictures - self.judged) / self.pictures

    @property
    def error_at_most(self) -> float | None:
        """What the error rate is below with 95 % confidence (Clopper and Pearson 1934, one side)."""
        return _at_most(self.wrong, self.judged) if self.judged else None

    @property
    def floor(self) -> float | None:
        """The smallest error rate that so many pictures could show at all; None: none whatever."""
        return RULE_OF_THREE / self.judged if self.judged > RULE_OF_THREE else None


def sort_pictures(
    folder: Path, live: str | None, attacks: Sequence[tuple[str, str]]
) -> tuple[dict[Path, str], list[Path]]:
    """Which picture is of which species, and which are left out.

    live: a pattern; attacks: species and pattern; first that fits wins. Without any, the first folder below
    `folder`, or else the name, say it: `live/…`, `print-07.jpg`, `image_T1.jpg` (live), `image_F1.jpg`.

    Raises:
        PictureError: no folder, or no picture that is meant.
    """
    if not folder.is_dir():
        raise PictureError(f"{folder}: no such folder (expected one with pictures)")
    found = sorted(p for p in folder.rglob("*") if _is_colour(p) and p.is_file())
    rules = [*([(LIVE, live)] if live else []), *attacks]
    named = {path: _by_rule(path.relative_to(folder), rules) for path in found}
    species = {path: name for path, name in named.items() if name}
    if not species:
        raise PictureError(f"{folder}: no picture that is meant among {len(found)} (expected JPEG or PNG)")
    return species, [path for path in found if path not in species]


def _is_colour(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.lower().endswith((DEPTH, INFRARED))


def _by_rule(path: Path, rules: Sequence[tuple[str, str]]) -> str:
    if rules:
        return next((name for name, pattern in rules if path.match(pattern)), "")
    sample = TRUE_OR_FAKE.fullmatch(path.stem) if len(path.parts) == 1 else None
    if sample:
        return LIVE if sample[1] == "T" else FAKE
    word = path.parts[0] if len(path.parts) > 1 else path.stem
    letters = word[: next((at for at, sign in enumerate(word) if not sign.isalpha()), len(word))]
    return LIVE if letters.lower().startswith(LIVE) else letters.lower() or word


def present(stills: Stills, species: dict[Path, str], progress: Progress) -> list[Presentation]:
    """Hold every picture before the terminal. Raises PictureError for a file that is no picture."""
    shown = []
    for number, (path, name) in enumerate(species.items(), 1):
        picture, seen = stills.see(path)
        relief, infrared = stills.beside(path, picture, seen)
        unasked = stills.score_despite_hint(picture, seen)
        shown.append(Presentation(path, name, seen.hint.value, seen.live_score, relief, infrared, unasked))
        progress(number, len(species))
    return shown


def rates(shown: Iterable[Presentation], threshold_live: float) -> list[Rate]:
    """The live ones first, then each species by name; of each, every way that judged any of them."""
    by_species: dict[str, list[Presentation]] = {}
    for one in shown:
        by_species.setdefault(one.species, []).append(one)
    order = sorted(by_species, key=lambda name: (name != LIVE, name))
    return [
        _rate(name, by_species[name], threshold_live, way)
        for name in order
        for way in WAYS
        if way == COLOUR or any(one.judged_by(way) for one in by_species[name])
    ]


def _rate(name: str, shown: Sequence[Presentation], threshold_live: float, way: str) -> Rate:
    judged = [one for one in shown if one.judged_by(way)]
    taken = sum(one.let_in_by(way, threshold_live) for one in judged)
    hints = Counter(one.hint for one in shown if one.live_score is None)
    return Rate(name, len(shown), len(judged), len(judged) - taken if name == LIVE else taken, way, hints)


def _at_most(wrong: int, judged: int) -> float:
    """The largest rate with which so few would be wrong in one of twenty such sets."""
    low, high = wrong / judged, 1.0
    for _ in range(HALVINGS if wrong < judged else 0):
        middle = (low + high) / 2
        low, high = (middle, high) if _so_few(wrong, judged, middle) > DOUBT else (low, middle)
    return high


def _so_few(wrong: int, judged: int, rate: float) -> float:
    """How likely `wrong` or fewer of `judged` are at that rate."""
    if not 0 < rate < 1:
        return float(rate == 0)
    ways = (
        math.lgamma(judged + 1) - math.lgamma(k + 1) - math.lgamma(judged - k + 1) for k in range(wrong + 1)
    )
    parts = (log + k * math.log(rate) + (judged - k) * math.log1p(-rate) for k, log in enumerate(ways))
    return sum(map(math.exp, parts))
