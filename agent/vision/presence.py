"""Colour, infrared and depth of one frame → one live score.

The rule: every picture that the profile names must say live. A picture that is named and did not come, or
came too late to belong to the frame, is a refusal and never skipped: covering a lens must not open the
till. What passes keeps the score of colour, so the colour model's measured threshold stays what it was;
what any other picture refuses has 0.
"""

from __future__ import annotations

from agent.vision.infrared import Infrared
from agent.vision.relief import Relief


def live_score(colour: float | None, relief: Relief | None, infrared: Infrared | None) -> float | None:
    """`relief`, `infrared`: None where the terminal has no such camera; one that has it and got no
    picture brings a refusal with the word `missing`. `colour` None: nobody judged, and the others cannot
    instead."""
    if any(judged is not None and judged.refused for judged in (relief, infrared)):
        return 0.0
    return colour
