"""What kind of day a seed is: what the shop has, how long its links are cut, when a key is forgotten.

In every third shop members may take goods along on trust while the link is down; there the cuts are
longer. In every fourth they have coupons, at both tills the same. In every fifth the screens draw late,
stand still or show something else. In every other one the shift changes, midnight comes in between and
days are closed, again and again.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.seeds.shop import HORIZON_MS, SHORT_HORIZON_MS

ON_TRUST_EVERY, COUPONS_EVERY, GLASS_EVERY, CLOSING_EVERY = 3, 4, 5, 2  # seeds
SHORT_HORIZON_EVERY, DEBTS_IN_DOUBT_EVERY = 3, 9
LATER_SEEDS = 100  # debts in doubt, shifts, coupons and screens come from here on: what was found stays
CUT_MS, CUT_FOR_LONG_MS, CUT_ON_TRUST_MS = (500, 12_000), (25_000, 50_000), (10_000, 30_000)
CUT_WITH_COUPONS_MS = (500, 3_000)


@dataclass(frozen=True, slots=True)
class Kind:
    """`cut_ms`: a link is down so long, from and to. `horizon_ms`: so long does the cloud know a key."""

    on_trust: bool
    couponing: bool
    glass: bool
    closing: bool
    cut_ms: tuple[int, int]
    horizon_ms: int


def kind_of(seed: int, on_trust: bool | None = None, closing: bool | None = None) -> Kind:
    """`on_trust`, `closing`: not by the seed but so."""
    later = seed >= LATER_SEEDS
    if on_trust is None:
        on_trust = seed % ON_TRUST_EVERY == 1
    if closing is None:
        closing = later and seed % CLOSING_EVERY == 0
    couponing = later and seed % COUPONS_EVERY == COUPONS_EVERY - 1
    doubtful = on_trust and later and seed % DEBTS_IN_DOUBT_EVERY == 4
    outlives = seed % SHORT_HORIZON_EVERY == 0 or doubtful  # these days outlive the horizon
    usual_ms = CUT_ON_TRUST_MS if on_trust else CUT_WITH_COUPONS_MS if couponing else CUT_MS
    return Kind(
        on_trust,
        couponing,
        later and seed % GLASS_EVERY == 0,
        closing,
        CUT_FOR_LONG_MS if outlives else usual_ms,
        SHORT_HORIZON_MS if outlives else HORIZON_MS,
    )
