"""The whole page in twelve characters that can be read over the phone, and back.

Enters: findings, and three coarse figures. Leaves: `XXXX-XXXX-XXXX` in Crockford's base 32 (no I, L, O, U).
The first eleven characters carry 55 bits, lowest first: 3 of the version, 2 for each check in the order of
the catalogue, 2 for each figure. The last one checks them: each character counts with a weight of its own
in the field of 32 elements, so one wrong character, or two neighbours that changed places, always shows.

A change in the order or number of checks is a new VERSION: a code must never be read by another table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.doctor.finding import Finding, State

VERSION = 1
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
HEARD_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
CHARACTERS, GROUP = 12, 4
VERSION_BITS, STATE_BITS, FIGURE_BITS = 3, 2, 2
STATES = (State.NOT_RUN, State.FINE, State.DOUBTFUL, State.BROKEN)

CHECKS = (
    "terminal", "camera", "focus", "light", "frame_rate", "customer_screen", "cashier_screen", "scanner",
    "scan", "register", "network", "clock", "broker", "cloud", "disk", "disk_speed", "memory",
    "temperature", "models", "journal", "money", "outbox", "parked",
)  # fmt: skip
"""Version 1. A test holds it to the catalogue."""
NOT_IN_IT = ("printer",)
"""Lines of the page for which the code has no room: nothing that a sale waits for."""

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
STEPS: dict[str, tuple[int, int, int]] = {
    "unknown_charges": (1, 2, 4),
    "unknown_age_s": (10 * MINUTE_S, HOUR_S, DAY_S),
    "waiting_records": (1, 10, 100),
}
"""Figure → where its second, third and fourth step begin."""


class CodeError(Exception):
    """This is no short code; the text says where to look, for somebody with a telephone in the hand."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a code says. A figure is its lowest and highest value; None: no upper end."""

    states: dict[str, State]
    figures: dict[str, tuple[int, int | None]]


def encode(findings: Sequence[Finding], figures: Mapping[str, int]) -> str:
    """Findings that are missing count as not run, figures that are missing as 0."""
    states = {finding.name: finding.state for finding in findings}
    digits = [(VERSION, VERSION_BITS)]
    digits += [(STATES.index(states.get(name, State.NOT_RUN)), STATE_BITS) for name in CHECKS]
    digits += [(_step(figures.get(name, 0), steps), FIGURE_BITS) for name, steps in STEPS.items()]
    number = shift = 0
    for digit, bits in digits:
        number |= digit << shift
        shift += bits
    values = [number >> 5 * at & 31 for at in range(CHARACTERS - 1)]
    return _grouped("".join(ALPHABET[value] for value in [*values, _checking(values)]))


def decode(text: str) -> Decoded:
    """Takes lower case, spaces, hyphens, and O for 0, I and L for 1.

    Raises:
        CodeError: too short, a character that is none, one that was misheard, another version.
    """
    values = _values(text)
    if _checking(values[:-1]) != values[-1]:
        raise CodeError(
            f"{_grouped(_letters(values))}: at least one character is wrong, or two changed places (have "
            "the code read again, group by group; B and 8, S and 5, Z and 2, D and T are easily taken for "
            "each other)"
        )
    number = sum(value << 5 * at for at, value in enumerate(values[:-1]))
    version = number & (1 << VERSION_BITS) - 1
    if version != VERSION:
        raise CodeError(
            f"this code is of version {version}, this hyla reads {VERSION} (decode it with the hyla that "
            "runs on that terminal)"
        )
    return _unpacked(number >> VERSION_BITS)


def _unpacked(number: int) -> Decoded:
    states = {}
    for name in CHECKS:
        states[name] = STATES[number & 3]
        number >>= STATE_BITS
    figures: dict[str, tuple[int, int | None]] = {}
    for name, steps in STEPS.items():
        begins = (0, *steps)
        step = number & 3
        figures[name] = (begins[step], begins[step + 1] - 1 if step < 3 else None)
        number >>= FIGURE_BITS
    return Decoded(states, figures)


def _values(text: str) -> list[int]:
    letters = "".join(text.upper().split()).replace("-", "").translate(HEARD_AS)
    for at, letter in enumerate(letters, 1):
        if letter not in ALPHABET:
            raise CodeError(f"character {at} is {letter!r} (expected one of {ALPHABET})")
    if len(letters) != CHARACTERS:
        raise CodeError(f"{len(letters)} characters (expected {CHARACTERS}, as three groups of {GROUP})")
    return [ALPHABET.index(letter) for letter in letters]


def _letters(values: Sequence[int]) -> str:
    return "".join(ALPHABET[value] for value in values)


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def _step(value: int, begins: tuple[int, int, int]) -> int:
    return sum(value >= begin for begin in begins)


def _checking(values: Sequence[int]) -> int:
    """The sum of all characters, each times another power of 2 in GF(32). No weight is 1: the check
    character itself has that one."""
    total, weight = 0, 1
    for value in values:
        weight = _times(weight, 2)
        total ^= _times(weight, value)
    return total


def _times(one: int, other: int) -> int:
    """In GF(32), modulo x⁵ + x² + 1."""
    product = 0
    while other:
        if other & 1:
            product ^= one
        one = one << 1 ^ (0b100101 if one & 16 else 0)
        other >>= 1
    return product
