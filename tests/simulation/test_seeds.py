"""Unlucky days in a shop, one a seed; and wrong machines that they notice."""

from __future__ import annotations

import os

import msgspec
import pytest

from agent.core import checkout
from agent.core.payment import TABLE
from simulator.seeds.bugs import BUGS, planted
from simulator.seeds.kind import GLASS_EVERY
from simulator.seeds.page import MARK, PAGE, SEEDS_TO_NOTICE, cell
from simulator.seeds.run import CHUNK, Figures, many_days, one_day
from simulator.seeds.world import World

pytestmark = pytest.mark.slow

SEEDS = int(os.environ.get("HYLA_SEEDS", "200"))
STALE = "docs/simulation.md is stale: run python -m simulator.seeds.page"


def test_no_unlucky_day_charges_twice_loses_money_or_leaves_an_order_open() -> None:
    figures = many_days(range(SEEDS))
    assert figures.failures == []
    assert figures.orders > 2 * SEEDS
    assert min(figures.refunds, figures.cash_sales) > SEEDS / 2
    assert figures.held > SEEDS / 10
    assert figures.crashes > SEEDS
    assert figures.shifts > SEEDS / 50  # they change in every other shop from seed 100 on
    assert figures.days_closed > SEEDS / 4


def test_the_days_are_unlucky_enough() -> None:
    """Everything the page says goes wrong does go wrong, and every end of an order is met."""
    worlds = [World(seed, told=True).run() for seed in range(80)]
    story = "\n".join(f"{who} {words}" for world in worlds for _, who, words in world.clock.story)
    for words in (
        "dies before a commit", "dies after a commit", "dies after sending", "dies between two turns",
        "the disk is full", "the link is cut", "forgot the session", "starts anew", "is slow",
        "books and says nothing", "the machine is busy", "camera unplugged", "conflict", "'late'",
        "RefundAccepted()", "RefundNeverSeen()", "RefundRefused(", "taps say_paid",
        "taps say_not_paid", "office/pin", "'used_code'", "'funds'",
        "Voided()", "NeverSeen()", "Pending()", "storage full", "storage up",
    ):  # fmt: skip
        assert words in story, f"it never happened: {words}"
    orders = [order for world in worlds for till in world.tills for order in till.disk.orders.values()]
    assert set(told(worlds, "sale")) == {"paid", "notpaid", "cancelled", "held", "owed"}
    assert {order.method for order in orders} >= {"face", "wechat", "cash"}
    parts = [part for world in worlds for till in world.tills for part in till.disk.refunds.values()]
    assert {part.outcome for part in parts} >= {"refunded", "refused"}
    assert {part.method for part in parts} >= {"wechat", "cash"}
    assert len({part.order_id for part in parts}) < len(parts), "no order went back in parts"
    at_both = [w for w in worlds if {o.order_id[:7] for o in w.cloud.captures} == {"till-01", "till-02"}]
    assert len(at_both) > len(worlds) / 4


def test_screens_stand_still_and_differ_and_are_seen_right_again() -> None:
    worlds = [World(seed, told=True).run() for seed in range(100, 130, GLASS_EVERY)]
    story = "\n".join(words for world in worlds for _, _, words in world.clock.story)
    for words in ("screens customer_frozen", "screens cashier_differs", "screens up"):
        assert words in story, f"it never happened: {words}"
    assert [problem for world in worlds for problem in world.problems] == []


def told(worlds: list[World], kind: str) -> list[str]:
    """What the cloud was told of each order, by the records of this kind."""
    rows = [row for world in worlds for _, row in world.cloud.records.values() if row.kind == kind]
    return [str(msgspec.json.decode(row.body)["data"]["record"]["outcome"]) for row in rows]


def test_shops_that_trust_sell_while_the_link_is_down_and_collect_it() -> None:
    worlds = [World(seed).run() for seed in range(1, 130, 3)]
    assert all(world.kind.on_trust for world in worlds)
    ends = told(worlds, "debt")
    assert len(ends) == told(worlds, "sale").count("owed") > len(worlds) / 3
    assert set(ends) >= {"collected", "named"}


def test_days_are_closed_with_all_in_them_that_can_happen_on_a_day() -> None:
    """Sold and given back, owed and collected, in doubt and settled; some with differences, all named."""
    worlds = [World(seed).run() for seed in range(102, 124, 2)]
    rows = [row for world in worlds for _, row in world.cloud.records.values() if row.kind == "day"]
    closes = [msgspec.json.decode(row.body)["data"]["record"] for row in rows]
    assert len(closes) > 2 * len(worlds), "both tills close, and some do so again"
    assert len({close["day"] for close in closes}) > 1, "midnight comes in between"
    endings = {figure["ending"] for close in closes for figure in close["figures"]}
    assert endings >= {"sold", "refunded", "owed", "collected", "held", "settled_not_paid", "cancelled"}
    assert {close["differences"] > 0 for close in closes} == {True, False}


def test_a_seed_is_the_same_day_each_time() -> None:
    assert World(7, told=True).run().clock.story == World(7, told=True).run().clock.story


def test_a_clock_that_is_a_day_wrong_changes_no_decision() -> None:
    """Deadlines apart, which the cloud does not look at here, and trust, which has an age and hours."""
    steps = 0
    for seed in range(12):
        stepped = World(seed, told=True, deadlines=False, on_trust=False).run()
        steps += stepped.steps
        straight = World(seed, told=True, steps=False, deadlines=False, on_trust=False).run()
        assert stepped.clock.story == straight.clock.story
    assert steps > 6


@pytest.mark.parametrize(
    "seed",
    [
        2,  # the screens went on saying "asking" while a full disk kept every answer out
    ],
)
def test_a_day_that_once_went_wrong(seed: int) -> None:
    assert World(seed).run().problems == []


def test_a_failure_names_the_seed_and_the_command_that_shows_it() -> None:
    [failure] = one_day(3, "timeout-means-captured").failures
    assert failure.command == "hyla-sim seed 3 --bug timeout-means-captured"
    with planted("timeout-means-captured"):
        assert World(3).run().problems
    assert World(3).run().problems == []


# --- planted --------------------------------------------------------------------------------------


def rows() -> dict[str, str]:
    _, _, table = PAGE.read_text("utf-8").partition(MARK)
    lines = [line for line in table.splitlines() if line.startswith("| `")]
    return {line.split("`")[1]: line for line in lines}


def test_what_was_planted_is_gone_afterwards() -> None:
    before = repr(TABLE), repr(checkout.TAPS)
    for name in BUGS:
        with planted(name, rules=False):
            pass
    assert (repr(TABLE), repr(checkout.TAPS)) == before


def test_the_page_lists_every_mistake() -> None:
    assert list(rows()) == list(BUGS), STALE
    assert len(BUGS) >= 12
    assert "not found" not in "".join(rows().values())


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_mistake_is_noticed(name: str) -> None:
    """On the day the page names; that it is the first such day, the page's writer has seen."""
    sentence, noticed, _ = columns(name)
    assert sentence == BUGS[name].sentence, STALE
    seed = int(noticed.partition(":")[0])
    assert seed < BUGS[name].since + SEEDS_TO_NOTICE
    [failure] = one_day(seed, name).failures
    assert cell(failure) == noticed, STALE


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_mistake_is_noticed_even_when_the_core_checks_nothing(name: str) -> None:
    _, with_rules, silent = columns(name)
    expected = with_rules if silent == "the same" else silent
    [failure] = one_day(int(expected.partition(":")[0]), name, rules=False).failures
    assert cell(failure) == expected, STALE


def columns(name: str) -> list[str]:
    """What the wrong machine believes, what notices it, and what does with the core's invariants silent."""
    return rows()[name].strip("| ").split(" | ")[1:]


@pytest.mark.slow
def test_on_two_cores_the_figures_are_the_same() -> None:
    def figures(jobs: int) -> Figures:
        figures = many_days(range(CHUNK + 5), jobs)
        figures.seconds = 0.0
        return figures

    assert figures(2) == figures(1)
