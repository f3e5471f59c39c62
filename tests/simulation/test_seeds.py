"""Unlucky days in a shop, one a seed; and wrong machines that they notice."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

import pytest

from agent.core import checkout
from agent.core import payment as pay
from agent.core.events import Instant, Intent
from agent.core.ids import PaymentKey, Secret
from agent.core.invariants import InvariantBroken
from agent.core.payment import TABLE, Act, Payment, Phase, Signal
from agent.core.state import Terminal, Turn
from agent.core.visit import Stage
from tests.simulation.world import Broken, World

SEEDS = int(os.environ.get("HYLA_SEEDS", "300"))
SEEDS_TO_NOTICE = 60


def run(seed: int) -> World:
    world = World(seed)
    try:
        return world.run()
    except Exception as error:
        raise Broken(f"{error!r}: {world.command}") from error


def test_no_unlucky_day_charges_twice_or_leaves_an_order_open() -> None:
    worlds = [run(seed) for seed in range(SEEDS)]
    outcomes = {order.outcome for world in worlds for order in world.orders.values()}
    methods = {order.method for world in worlds for order in world.orders.values()}
    assert outcomes == {"paid", "notpaid", "cancelled", "held"}  # the days were unlucky enough
    assert methods >= {"face", "wechat"}
    assert sum(world.crashes for world in worlds) > len(worlds)


def test_a_seed_is_the_same_day_each_time() -> None:
    assert run(7).clock.story == run(7).clock.story


# --- planted --------------------------------------------------------------------------------------

Plant = Callable[[pytest.MonkeyPatch], None]


def timeout_means_declined(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(TABLE[Phase.ASKING], Signal.SILENCE, (Phase.READY, Act.REST))


def never_seen_means_voided(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(TABLE[Phase.UNKNOWN], Signal.NEVER_SEEN, (Phase.READY, Act.REST))


def lost_link_means_declined(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(TABLE[Phase.ASKING], Signal.LINK_LOST, (Phase.READY, Act.REST))


def cancel_means_voided(patch: pytest.MonkeyPatch) -> None:
    def cancel(t: Terminal, _value: Secret | None, at: Instant) -> Turn:
        assert t.visit.payment is not None
        voided = replace(t.visit.payment, phase=Phase.READY, reason="voided")
        return checkout.settle(t, (voided, ()), at)

    patch.setitem(checkout.TAPS, (Stage.PAY, Intent.CANCEL), cancel)


def answers_are_not_matched_to_their_key(patch: pytest.MonkeyPatch) -> None:
    real = pay.answered

    def answered(
        payment: Payment, key: PaymentKey, answer: object, waits: pay.Waits, at: Instant
    ) -> pay.Step:
        return real(payment, payment.key or key, answer, waits, at)  # type: ignore[arg-type]

    patch.setattr(pay, "answered", answered)


PLANTS = [
    timeout_means_declined,
    cancel_means_voided,
    never_seen_means_voided,
    answers_are_not_matched_to_their_key,
    lost_link_means_declined,
]


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_a_planted_bug_is_noticed(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    for seed in range(SEEDS_TO_NOTICE):
        try:
            World(seed).run()
        except (Broken, InvariantBroken):
            return
    pytest.fail(f"{plant.__name__} went unnoticed on {SEEDS_TO_NOTICE} seeds")
