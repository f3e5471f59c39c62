"""The setup visit: a terminal from the box, a technician, and head office. Pure.

Enters: taps, head office's answers, checked or refused assignments. Leaves: the next state and wishes. The
table is the whole way; `docs/setup.md` is drawn from it, `setup_desk` fills in what happens beside it.
"""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """Where the setup visit stands."""

    RECEIPT = "receipt"
    LANGUAGE = "language"
    ABOUT = "about"
    CODE = "code"
    SHOP = "shop"
    SAVING = "saving"
    DONE = "done"


MEANING: dict[Stage, str] = {
    Stage.RECEIPT: "This terminal has left a shop: the receipt is shown, as QR, until somebody goes on.",
    Stage.LANGUAGE: "Somebody chooses the language of both screens.",
    Stage.ABOUT: "What this terminal is, and what of it works: scanner, screens, way to head office.",
    Stage.CODE: "The claim code is shown, as text and QR; an activation QR may be held before the scanner.",
    Stage.SHOP: "Head office has spoken: shop and till stand on both screens and wait for a yes.",
    Stage.SAVING: "The identity is written; online, the certificate is fetched first.",
    Stage.DONE: "The terminal knows who it is, and goes on as a till.",
}


class Signal(StrEnum):
    """What can happen in a setup visit."""

    CHOSEN = "a language is chosen"
    NEXT = "go on"
    BACK = "go back"
    ASSIGNED = "head office's word fits"
    REFUSED = "head office's word does not fit"
    CONFIRMED = "the technician confirms"
    NOT_HERE = "the technician says: not this shop"
    SAVED = "it is written"
    FAILED = "it cannot be finished now"


TABLE: dict[Stage, dict[Signal, Stage]] = {
    Stage.RECEIPT: {Signal.NEXT: Stage.LANGUAGE},
    Stage.LANGUAGE: {
        Signal.CHOSEN: Stage.ABOUT,
        Signal.ASSIGNED: Stage.SHOP,
        Signal.REFUSED: Stage.CODE,
    },
    Stage.ABOUT: {
        Signal.NEXT: Stage.CODE,
        Signal.BACK: Stage.LANGUAGE,
        Signal.ASSIGNED: Stage.SHOP,
        Signal.REFUSED: Stage.CODE,
    },
    Stage.CODE: {
        Signal.BACK: Stage.ABOUT,
        Signal.ASSIGNED: Stage.SHOP,
        Signal.REFUSED: Stage.CODE,
    },
    Stage.SHOP: {
        Signal.CONFIRMED: Stage.SAVING,
        Signal.NOT_HERE: Stage.CODE,
    },
    Stage.SAVING: {
        Signal.SAVED: Stage.DONE,
        Signal.FAILED: Stage.SHOP,
    },
    Stage.DONE: {},
}


def step(stage: Stage, signal: Signal) -> Stage | None:
    """Where the signal leads; None: not from here, and nothing changes."""
    return TABLE[stage].get(signal)
