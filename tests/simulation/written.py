"""What is kept, as the next process finds it: through the journal's own codec, secrets forgotten."""

from __future__ import annotations

from agent.core import basket, charge, ids, money, payment, state, visit
from agent.core.state import Kept
from agent.storage.codec import Codec

CODEC = Codec(basket, charge, ids, money, payment, state, visit)


def through_the_codec(kept: Kept) -> Kept:
    """Encoded and decoded again."""
    return CODEC.decode(CODEC.encode(kept), Kept)
