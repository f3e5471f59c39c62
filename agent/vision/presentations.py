"""Pictures of faces and of pictures of faces → how many of each kind would be let in (ISO/IEC 30107-3).

In: a folder, and which files are live and which are attacks of which species. Out: what the terminal makes
of each picture, and rates for each species apart, never averaged: APCER (attacks taken for faces) and BPCER
(faces refused), both of the pictures that were judged; pictures that got a hint instead (too dark, nobody
there) are non-responses and counted beside. Each picture is one frame here; at the till several decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.vision.stills import PictureError, Stills

LIVE = "live"
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp"})
RULE_OF_THREE = 3
"""Nothing seen among n shows, with 95 % confidence, a rate below 3/n and no more."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Presentation:
    """One picture. `live_score` is None when it got a hint instead of a judgement."""

    path: Path
    species: str
    hint: str
    live_score: float | None


@dataclass(frozen=True, slots=True)
class Rate:
    """What became of one species. `wrong`: attacks let in, or faces refused."""

    species: str
    pictures: int
    judged: int
    wrong: int

    @property
    def error_rate(self) -> float | None:
        """APCER, or BPCER of the live ones; None when nothing was judged."""
        return self.wrong / self.judged if self.judged else None

    @property
    def non_response_rate(self) -> float:
        """APNRR, or BPNRR of the live ones."""
        return (self.pictures - self.judged) / self.pictures

    @property
    def floor(self) -> float | None:
        """The smallest error rate that so many pictures could show at all; None: none whatever."""
        return RULE_OF_THREE / self.judged if self.judged > RULE_OF_THREE else None


def sort_pictures(
    folder: Path, live: str | None, attacks: Sequence[tuple[str, str]]
) -> tuple[dict[Path, str], list[Path]]:
    """Which picture is of which species, and which are left out.

    live: a pattern; attacks: species and pattern; first that fits wins. Without any, the first folder below
    `folder`, or else the letters at the beginning of the name, say it: `live/…`, `print-07.jpg`.

    Raises:
        PictureError: no folder, or no picture that is meant.
    """
    if not folder.is_dir():
        raise PictureError(f"{folder}: no such folder (expected one with pictures)")
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    rules = [*([(LIVE, live)] if live else []), *attacks]
    named = {path: _by_rule(path.relative_to(folder), rules) for path in found}
    species = {path: name for path, name in named.items() if name}
    if not species:
        raise PictureError(f"{folder}: no picture that is meant among {len(found)} (expected JPEG or PNG)")
    return species, [path for path in found if path not in species]


def _by_rule(path: Path, rules: Sequence[tuple[str, str]]) -> str:
    if rules:
        return next((name for name, pattern in rules if path.match(pattern)), "")
    word = path.parts[0] if len(path.parts) > 1 else path.stem
    letters = word[: next((at for at, sign in enumerate(word) if not sign.isalpha()), len(word))]
    return LIVE if letters.lower().startswith(LIVE) else letters.lower() or word


def present(stills: Stills, species: dict[Path, str], progress: Progress) -> list[Presentation]:
    """Hold every picture before the terminal. Raises PictureError for a file that is no picture."""
    shown = []
    for number, (path, name) in enumerate(species.items(), 1):
        _, seen = stills.see(path)
        shown.append(Presentation(path, name, seen.hint.value, seen.live_score))
        progress(number, len(species))
    return shown


def rates(shown: Iterable[Presentation], threshold_live: float) -> list[Rate]:
    """The live ones first, then each species by name."""
    by_species: dict[str, list[Presentation]] = {}
    for one in shown:
        by_species.setdefault(one.species, []).append(one)
    order = sorted(by_species, key=lambda name: (name != LIVE, name))
    return [_rate(name, by_species[name], threshold_live) for name in order]


def _rate(name: str, shown: Sequence[Presentation], threshold_live: float) -> Rate:
    scores = [one.live_score for one in shown if one.live_score is not None]
    taken = sum(score >= threshold_live for score in scores)
    return Rate(name, len(shown), len(scores), len(scores) - taken if name == LIVE else taken)
