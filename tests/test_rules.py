"""Which settings a terminal takes over as it stands, and which it is refitted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.core.money import Money
from agent.profile.describe import sections
from agent.profile.effect import LIVE, NOT_FROM_AFAR, WINDOWS, effect_of
from agent.profile.loader import load
from agent.profile.schema import NetworkTimes, Profile
from agent.rules import Sight, needs_refit, rules_of
from tests.helpers import AS_WRITTEN

DESK = Path(__file__).parents[1] / "device_profiles" / "desk.toml"


def desk(*overrides: str) -> Profile:
    return load(DESK, [AS_WRITTEN, *overrides])


@pytest.mark.parametrize(
    "override",
    [
        'shop.name_zh="夏天"',
        "shop.till=9",
        "shop.typed_amount_max_minor=5000",
        "screens.face_wait_ms=9000",
        "payment.answer_wait_ms=4000",
        "refund.days=3",
        "identity.digits_tries=2",
        "identity.false_hits_per_million_max=5",
        "joining.page_wait_ms=20000",
    ],
)
def test_what_only_the_rules_read_needs_no_refit(override: str) -> None:
    assert needs_refit(desk(), desk(override)) == []
    old, new = (rules_of(one, "7f3a", {}, Sight(0.4, 0.5, 1e-6)) for one in (desk(), desk(override)))
    assert old != new, "and the rules say it"


def test_a_networks_timetable_reaches_the_core_and_needs_no_refit() -> None:
    own = [NetworkTimes(network="alipay", give_up_after_ms=45_000)]
    hurried = desk().model_copy(update={"networks": own})
    assert needs_refit(desk(), hurried) == []
    old, new = (rules_of(one, "7f3a", {}, Sight(0.4, 0.5, 1e-6)).waits for one in (desk(), hurried))
    ways = ("wechat", "alipay", "face")
    assert [old.of(way).give_up_after_ms for way in ways] == [30_000, 60_000, 60_000]
    assert [new.of(way).give_up_after_ms for way in ways] == [60_000, 45_000, 60_000]


def test_what_a_shop_says_of_all_codes_counts_for_those_of_every_network() -> None:
    waits = rules_of(desk("payment.void_code_after_ms=90000"), "7f3a", {}, Sight(0.4, 0.5, 1e-6)).waits
    wechat = waits.of("wechat")
    assert (wechat.void_after_ms, wechat.give_up_after_ms) == (90_000, 30_000)


@pytest.mark.parametrize(
    ("override", "named"),
    [
        ("camera.fps=10", "camera"),
        ("shop.day_begins_hour=4", "shop.day_begins_hour"),
        ("screens.shown_wait_ms=2500", "screens.shown_wait_ms"),
        ("joining.enabled=true", "joining.enabled"),
        ("offline.enabled=true", "offline"),
        ("cloud.window=4", "cloud"),
        ('device.language="en"', "device"),
    ],
)
def test_what_a_device_was_made_with_does(override: str, named: str) -> None:
    new = desk(override)
    old = desk() if desk() != new else desk(override.replace("true", "false"))
    assert needs_refit(old, new) == [named]


def test_the_budget_and_the_measured_rate_of_false_hits_reach_the_core() -> None:
    limits = rules_of(desk(), "7f3a", {}, Sight(0.4, 0.5, 1.3e-5)).limits
    assert (limits.false_match_rate, limits.false_hits_max) == (1.3e-5, pytest.approx(1e-4))


def test_every_setting_that_the_tables_name_exists() -> None:
    models = dict(sections())
    for table in (LIVE, NOT_FROM_AFAR, {"screens": WINDOWS}):
        for section, keys in table.items():
            assert set(keys or ()) <= set(models[section].model_fields), section


@pytest.mark.parametrize(
    ("section", "key", "effect"),
    [
        ("payment", "answer_wait_ms", "at once"),
        ("scanner", "port", "here"),
        ("scanner", "suffix", "refit"),
        ("screens", "fullscreen", "new screens"),
        ("shop", "goods_file", "here"),
    ],
)
def test_each_setting_says_when_it_counts(section: str, key: str, effect: str) -> None:
    assert effect_of(section, key) == effect


def test_a_price_list_of_head_office_is_live(tmp_path: Path) -> None:
    goods = tmp_path / "goods.csv"
    goods.write_text("gtin,name_zh,name_en,price_minor\n6901234567892,水,Water,123\n")
    new = desk(f"shop.goods_file={goods}")
    assert needs_refit(desk(), new) == []
    rules = rules_of(new, "7f3a", {}, Sight(0.4, None, 1e-6))
    assert [good.price for good in rules.goods.values()] == [Money(123)]
