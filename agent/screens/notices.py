"""What the cashier reads once: a remedy that the notice names is not said again beside the device's sign.

Enters: the row of signs and the notice of one view. Leaves: the row. Two of the same sentence cost the
goods their place.
"""

from __future__ import annotations

from msgspec import structs

from agent.screens.contract import Phrase, Sign


def said_once(signs: tuple[Sign, ...], notice: Phrase | None) -> tuple[Sign, ...]:
    """The sign keeps its colour and its shape; only its sentence is left out."""
    said = {notice.key, *notice.values.values()} if notice else set()
    return tuple(
        structs.replace(sign, remedy=None) if sign.remedy and sign.remedy.key in said else sign
        for sign in signs
    )
