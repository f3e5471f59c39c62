"""Settings from head office: checked, tried, kept or given back; the power cut at every step of each."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.fleet.site import SiteSettings
from agent.fleet.wishes import Desired
from agent.profile.loader import load, load_layers
from tests.fleet.power import recorded, replayed

DESK = Path(__file__).resolve().parents[2] / "device_profiles" / "desk.toml"
WAIT = {"screens": {"face_wait_ms": 12_000}}
GOODS = "gtin,name_zh,name_en,price_minor\n6901000000011,矿泉水,Water,250\n"
UP = ("camera", "cloud")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def site(data: Path) -> SiteSettings:
    return SiteSettings(data, DESK, overrides(data))


def overrides(data: Path) -> list[str]:
    return [f"device.data_dir={data}"]


def face_wait_ms(data: Path) -> int:
    return load(DESK, overrides(data)).screens.face_wait_ms


def taken(data: Path, desired: Desired) -> SiteSettings:
    settings = site(data)
    assert settings.offer(desired), settings.standing().refused
    assert settings.take(desired.version, UP)
    return settings


def why(data: Path) -> str:
    refused = site(data).standing().refused
    return "\n".join(refused.why) if refused else ""


def test_what_fits_is_laid_ready_and_counts_from_the_next_start(data: Path) -> None:
    settings = site(data)
    assert settings.offer(Desired(3, WAIT))
    assert face_wait_ms(data) != 12_000
    assert settings.take(3, UP)
    assert settings.begin() == "settings 3 on trial"
    assert face_wait_ms(data) == 12_000
    origin = load_layers(DESK, overrides(data)).origin("screens.face_wait_ms")
    assert str(origin).endswith("site.toml:3")


def test_settings_that_prove_themselves_stay(data: Path) -> None:
    settings = taken(data, Desired(3, WAIT))
    settings.begin()
    settings.keep()
    assert site(data).begin() == "settings 3 of head office"
    assert (site(data).standing().version, face_wait_ms(data)) == (3, 12_000)


def test_settings_with_which_a_device_stays_away_are_given_back(data: Path) -> None:
    before = face_wait_ms(data)
    settings = taken(data, Desired(3, WAIT))
    settings.begin()
    settings.give_back("camera did not work with them")
    assert (face_wait_ms(data), why(data)) == (before, "camera did not work with them")
    assert not site(data).offer(Desired(3, WAIT)), "what was given back is not tried again"


def test_the_last_good_ones_return_not_the_profile(data: Path) -> None:
    taken(data, Desired(3, WAIT)).begin()
    site(data).keep()
    settings = taken(data, Desired(4, {"screens": {"face_wait_ms": 15_000}}))
    settings.begin()
    settings.give_back("vision did not work with them")
    assert (site(data).standing().version, face_wait_ms(data)) == (3, 12_000)


def test_settings_with_which_it_never_starts_are_given_back_by_the_third_start(data: Path) -> None:
    taken(data, Desired(3, WAIT))
    assert [site(data).begin() for _ in range(3)] == [
        "settings 3 on trial",
        "settings 3 on trial",
        "settings 0 again: 3 did not start",
    ]
    assert "did not start" in why(data)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"screens": {"face_wait_ms": 99_999_999}}, "screens.face_wait_ms"),
        ({"screens": {"face_wait_s": 5}}, "face_wait_s"),
        ({"nonsense": {"a": 1}}, "nonsense"),
        ({"screens": 7}, "screens"),
        ({"screens": {"face_wait_ms": {"deep": 1}}}, "dict is no setting"),
        ({"screens": {"face_wait_ms": None}}, "NoneType is no setting"),
        ({"device": {"data_dir": "/"}}, "device: belongs to this terminal alone"),
        ({"cloud": {"url": "mqtt://elsewhere:1883"}}, "cloud: belongs to this terminal alone"),
        ({"camera": {"source": "/dev/null"}}, "camera.source: belongs to this terminal alone"),
        ({"shop": {"goods_file": "/etc/passwd"}}, "shop.goods_file: belongs to this terminal alone"),
        ({"vision": {"luma_min": 200, "luma_max": 100}}, "luma_max"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_fit_is_refused_by_name_and_changes_nothing(
    data: Path, settings: dict[str, Any], told: str
) -> None:
    assert not site(data).offer(Desired(3, settings))
    assert told in why(data)
    assert not site(data).take(3, UP)
    assert str(data) not in why(data)


def test_what_the_technician_changed_on_the_spot_still_wins(data: Path) -> None:
    (data / "technician.toml").write_text("[screens]\nface_wait_ms = 9000\n")
    taken(data, Desired(3, WAIT))
    assert face_wait_ms(data) == 9_000


def test_older_settings_again_change_nothing(data: Path) -> None:
    taken(data, Desired(3, WAIT)).begin()
    site(data).keep()
    assert not site(data).offer(Desired(3, WAIT))
    assert not site(data).offer(Desired(2, {}))
    assert site(data).standing().refused is None


def test_a_price_list_comes_along_and_stays_until_the_next_one(data: Path) -> None:
    taken(data, Desired(3, WAIT, GOODS)).begin()
    site(data).keep()
    assert Path(load(DESK, overrides(data)).shop.goods_file).read_text() == GOODS
    taken(data, Desired(4, {})).begin()
    site(data).keep()
    assert Path(load(DESK, overrides(data)).shop.goods_file).read_text() == GOODS
    taken(data, Desired(5, {}, GOODS.replace("250", "300"))).begin()
    site(data).keep()
    assert [path.name for path in data.glob("goods-*.csv")] == ["goods-5.csv"]


def test_a_price_list_with_a_wrong_line_is_refused_whole(data: Path) -> None:
    assert not site(data).offer(Desired(3, WAIT, GOODS + "123,x,y,z\n"))
    assert "goods-3.csv:3" in why(data)


def test_texts_in_any_script_come_back_as_they_were(data: Path) -> None:
    name = 'A "b" \\ \n\t好邻居 \u007f'
    taken(data, Desired(3, {"shop": {"name_zh": name}}))
    assert load(DESK, overrides(data)).shop.name_zh == name


def test_the_table_of_codes_travels_too(data: Path) -> None:
    rule = {"kind": "payment", "network": "new", "prefixes": ["99"], "length_min": 18, "length_max": 18}
    taken(data, Desired(3, {"codes": [rule]}))
    assert [one.network for one in load(DESK, overrides(data)).codes] == ["new"]


Steps = Callable[[SiteSettings], object]


def take_over(settings: SiteSettings) -> None:
    settings.offer(Desired(4, {}, GOODS))
    settings.take(4, UP)


def give_back(settings: SiteSettings) -> None:
    settings.begin()
    settings.give_back("camera did not work with them")


def keep(settings: SiteSettings) -> None:
    settings.begin()
    settings.keep()


@pytest.mark.parametrize("strict", [False, True], ids=["like ext4", "as POSIX allows"])
@pytest.mark.parametrize(("steps", "on_trial"), [(take_over, False), (give_back, True), (keep, True)])
def test_the_power_goes_at_any_step_and_the_old_settings_count_or_the_new(
    data: Path, tmp_path: Path, steps: Steps, on_trial: bool, strict: bool
) -> None:
    taken(data, Desired(3, WAIT, GOODS))
    keep(site(data))
    if on_trial:
        taken(data, Desired(4, {}))
    shutil.copytree(data, tmp_path / "found")
    with recorded(data) as done:
        steps(site(data))
    seen = []
    for cut in range(len(done) + 1):
        after = tmp_path / f"cut-{cut}"
        replayed(done[:cut], tmp_path / "found", after, strict)
        site(after).begin()
        load(DESK, overrides(after))  # whatever counts can be used
        seen.append(site(after).standing().version)
    assert seen == sorted(seen, reverse=steps is give_back)
    assert set(seen) == ({4} if steps is keep else {3, 4})
