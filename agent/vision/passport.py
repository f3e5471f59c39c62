"""What an embedder's thresholds rest on, bound to the checksum of its weights: its passport.

In: `passports.toml` beside the manifest, written by `hyla faces evaluate --passport`. Out: a refusal to
start when the weights have no passport or the manifest's thresholds are not those that were measured; and
whether this machine makes of a drawn face what the measured model made of it: swapped channels, another
scale of brightness or an output that never changes do not pass.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from agent.ports import Embedding, FrameBgr
from agent.vision.align import CROP_PX, TEMPLATE
from agent.vision.embed import Embedder
from agent.vision.models import Model, ModelError, manifest_path

MEASURE = "run hyla faces evaluate --aligned DIR --pairs FILE --passport"
GOLDEN_MIN_COSINE = 0.97
"""The same weights on another processor stay above; a drawn face with red and blue swapped gives 0.75."""


class Rate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rate and its 95 % interval, persons drawn anew."""

    rate: float
    low: float
    high: float


class Measured(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One threshold and what it gave on the set."""

    name: str
    value_cosine: float
    fmr: Rate
    fnmr: Rate


class Passport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`pictures` of `persons` made `same_pairs` and `different_pairs`; `golden`: the embedding of the drawn
    face."""

    model: str
    model_sha256: str
    pictures: int
    persons: int
    same_pairs: int
    different_pairs: int
    fmr_floor: float
    ten_fold_accuracy: float
    golden: tuple[float, ...]
    thresholds: tuple[Measured, ...]


class _Passports(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    passports: tuple[Passport, ...] = ()


def passports_path() -> Path:
    """Beside the manifest."""
    return manifest_path().parent / "passports.toml"


def read_passports(path: Path) -> tuple[Passport, ...]:
    """All of them; none without a file. Raises ModelError for a file that is none."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), _Passports).passports
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ModelError(f"{path}: {error} (expected passports of embedders; {MEASURE})") from error


def check_passport(model: Model, path: Path | None = None) -> Passport:
    """The passport of these very weights.

    Raises:
        ModelError: the weights were never measured, or a threshold is not the measured one.
    """
    path = path or passports_path()
    found = {each.model_sha256: each for each in read_passports(path)}.get(model.used.sha256)
    if found is None:
        raise ModelError(
            f"{path}: no passport for {model.name} with sha256 {model.used.sha256} (expected "
            f"one: thresholds of other weights do not hold); {MEASURE}, then enrol the members again"
        )
    measured = {each.name: each.value_cosine for each in found.thresholds}
    for threshold in model.thresholds:
        if measured.get(threshold.name) != threshold.value:
            raise ModelError(
                f"{path}: {model.name}: {threshold.name} was measured at {measured.get(threshold.name)} "
                f"(expected the manifest's {threshold.value}); {MEASURE}"
            )
    return found


def check_embedder(embedder: Embedder, passport: Passport) -> None:
    """One look at the drawn face. Raises ModelError when it does not become what it was when measured."""
    made, golden = golden_embedding(embedder), np.array(passport.golden, np.float32)
    cosine = float(made @ golden / max(float(np.linalg.norm(golden)), 1e-12))
    if not cosine >= GOLDEN_MIN_COSINE:  # a cosine that is not a number fails too
        raise ModelError(
            f"{passport.model}: the self-test's drawn face scores {cosine:.3f} against itself when this "
            f"model was measured (expected {GOLDEN_MIN_COSINE} or more): swapped channels, new scale or "
            f"a broken runtime; install the release again, or {MEASURE} if that was meant"
        )


def golden_embedding(embedder: Embedder) -> Embedding:
    """What the embedder makes of the drawn face."""
    return embedder.embed(drawn_face())


def drawn_face() -> FrameBgr:
    """Nobody: a round head, eyes, nose and mouth in their places, red in the middle and blue around, so
    that swapped channels look like another one."""
    down, across = np.mgrid[0:CROP_PX, 0:CROP_PX].astype(np.float64)

    def spot(x_px: float, y_px: float, wide_px: float, high_px: float) -> npt.NDArray[np.float64]:
        off = ((across - x_px) / wide_px) ** 2 + ((down - y_px) / high_px) ** 2
        return np.asarray(np.exp(-off), np.float64)

    head = spot(56, 60, 45, 58)
    dark, mouth = 0.4 * spot(56, 73, 7, 4), spot(56, 92.3, 15, 4)
    for x_px, y_px in TEMPLATE[:2].tolist():  # eyes and brows
        dark = dark + spot(x_px, y_px, 7, 4) + 0.6 * spot(x_px, y_px - 9, 12, 3)
    planes = (
        200 - 190 * head - 110 * dark - 70 * mouth,
        120 - 60 * head - 130 * dark - 80 * mouth,
        60 + 190 * head - 150 * dark - 20 * mouth,
    )
    return np.asarray(np.clip(np.rint(np.stack(planes, axis=-1)), 0, 255), np.uint8)


def write_passport(passport: Passport, path: Path) -> None:
    """Put it in, in place of the same model's earlier ones of these weights. Raises ModelError."""
    others = [each for each in read_passports(path) if each.model_sha256 != passport.model_sha256]
    text = HEAD + "".join(_as_toml(each) for each in (*others, passport))
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror} (expected to write the passport here)") from None


HEAD = """\
# What each embedder's thresholds rest on; written by hyla faces evaluate --passport, not by hand.
# The agent starts only with a passport of the very weights it loads; `golden` is the embedding of the drawn
# face of agent/vision/passport.py, a self-test at each start.
"""


def _as_toml(passport: Passport) -> str:
    lines = ["", "[[passports]]"]
    for name, value in msgspec.to_builtins(passport).items():
        if name != "thresholds":
            lines.append(f"{name} = {_wrapped(value) if name == 'golden' else json.dumps(value)}")
    for each in passport.thresholds:
        lines += [
            "",
            "[[passports.thresholds]]",
            f'name = "{each.name}"',
            f"value_cosine = {each.value_cosine}",
        ]
        for side, rate in (("fmr", each.fmr), ("fnmr", each.fnmr)):
            lines.append(f"{side} = {{ rate = {rate.rate!r}, low = {rate.low!r}, high = {rate.high!r} }}")
    return "\n".join(lines) + "\n"


def _wrapped(numbers: tuple[float, ...], each: int = 12) -> str:
    rows = [numbers[start : start + each] for start in range(0, len(numbers), each)]
    return "[\n" + "".join(f"  {', '.join(map(repr, row))},\n" for row in rows) + "]"
