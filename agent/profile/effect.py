"""When a setting that head office sent counts: at once, with a refit, or not from afar at all.

Two tables, and nothing else says it: `agent.rules` asks which settings a running terminal takes over as it
stands, `fleet.site` which ones head office may not set, docs/settings.md prints both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from agent.profile.schema import JoiningSection

Effect = Literal["at once", "refit", "new screens", "here"]
EFFECTS: tuple[Effect, ...] = get_args(Effect)

WAITS_OF_PEOPLE = (
    "face_wait_ms",
    "digits_wait_ms",
    "match_wait_ms",
    "confirm_wait_ms",
    "paid_shown_ms",
    "offers_shown_ms",
)
LIVE: Mapping[str, tuple[str, ...] | None] = {
    "shop": ("name_zh", "name_en", "till", "goods_file", "typed_amount_max_minor"),
    "screens": (*WAITS_OF_PEOPLE, "motion"),
    "joining": tuple(key for key in JoiningSection.model_fields if key != "enabled"),
    "identity": None,
    "payment": None,
    "networks": None,
    "after_payment": None,
    "refund": None,
    "staff": None,
}
"""section → keys that nobody but the rules reads; None: all of them."""

NOT_FROM_AFAR: Mapping[str, tuple[str, ...] | None] = {
    "device": None,
    "cloud": None,
    "fleet": None,
    "camera": ("source",),
    "infrared": ("source",),
    "depth": ("source",),
    "scanner": ("port",),
    "printer": ("kind", "port", "host", "tcp_port"),
    "vision": ("models_dir",),
    "shop": ("goods_file",),
}
"""section → keys that only hands on this terminal can know to be right; None: all of them. A price list
travels with the settings and is no key of theirs."""

WINDOWS = (
    "start_ui",
    "customer_width_px",
    "customer_height_px",
    "cashier_width_px",
    "cashier_height_px",
    "customer_screen",
    "cashier_screen",
    "fullscreen",
)
"""Of [screens]: the screens process is started with these, and has to be started anew."""


def effect_of(section: str, key: str) -> Effect:
    """What becomes of this key when head office sends it."""
    if _among(NOT_FROM_AFAR, section, key):
        return "here"
    if is_live(section, key):
        return "at once"
    return "new screens" if section == "screens" and key in WINDOWS else "refit"


def is_live(section: str, key: str) -> bool:
    """Does nobody but the rules read it?"""
    return _among(LIVE, section, key)


def _among(table: Mapping[str, tuple[str, ...] | None], section: str, key: str) -> bool:
    if section not in table:
        return False
    keys = table[section]
    return keys is None or key in keys
