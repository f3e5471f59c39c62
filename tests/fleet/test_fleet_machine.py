"""Which machine this is, how often it has started, and what to believe of its clock."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from agent.core.trusted_time import RELEASED_UTC_S, holds, is_believed, known_now
from agent.fleet.boots import Boots, BootsTrouble, count_boot, read_boots
from agent.fleet.machine import MachineTrouble, this_machine
from tests.fleet.power import recorded, replayed

DAY_S = 86_400


def firmware(root: Path, **files: str) -> Path:
    places = {
        "serial": "sys/class/dmi/id/product_serial",
        "model": "sys/class/dmi/id/product_name",
        "tree": "proc/device-tree/serial-number",
        "id": "etc/machine-id",
    }
    for name, text in files.items():
        path = root / places[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def test_the_firmware_says_serial_and_model_and_the_settings_win(tmp_path):
    root = firmware(tmp_path, serial="frog8-000123\n", model="Frog Pro\n")
    assert this_machine("", "", root) == this_machine("FROG8-000123", "Frog Pro", tmp_path / "none")
    assert this_machine("BOX-7", "Box", root).serial == "BOX-7"


@pytest.mark.parametrize("filler", ["To Be Filled By O.E.M.", "0123456789", "", "Default string", "A"])
def test_a_serial_number_that_is_none_gives_way_to_the_machine_id(tmp_path, filler):
    root = firmware(tmp_path, serial=filler, id="3f2a9c0b7d1e4f5a\n")
    assert this_machine("", "", root).serial == "M3F2A9C0B7D1E"
    assert this_machine("", "", root).model == "unknown"


def test_a_device_tree_ends_its_words_with_a_zero(tmp_path):
    assert this_machine("", "", firmware(tmp_path, tree="FROG8-000123\0")).serial == "FROG8-000123"


def test_a_machine_that_says_nothing_needs_a_setting(tmp_path):
    with pytest.raises(MachineTrouble, match=r"fleet\.serial"):
        this_machine("", "", tmp_path)


def test_every_start_is_counted_under_the_same_word(data):
    first = count_boot(data)
    assert (first.count, len(first.epoch)) == (1, 8)
    assert count_boot(data) == Boots(first.epoch, 2)


def test_a_power_cut_loses_no_start_that_somebody_heard_of(data, tmp_path):
    count_boot(data)
    found = tmp_path / "found"
    shutil.copytree(data, found)
    with recorded(data) as steps:
        count_boot(data)
    for strict in (False, True):
        for cut in range(len(steps) + 1):
            place = tmp_path / f"{strict}-{cut}"
            replayed(steps[:cut], found, place, strict)
            assert read_boots(place).count in (1, 2)
            assert cut < len(steps) or read_boots(place).count == 2


def test_a_damaged_counter_does_not_begin_anew(data):
    (data / "boots").write_text("", "ascii")
    with pytest.raises(BootsTrouble, match="claim this terminal anew"):
        count_boot(data)


def test_a_terminal_in_1970_believes_the_signed_time_and_judges_only_the_end():
    claimed = RELEASED_UTC_S + 100 * DAY_S
    assert not is_believed(0, claimed)
    assert known_now(0, claimed) == claimed
    assert holds(claimed + DAY_S, claimed + 90 * DAY_S, clock_utc_s=0, floor_utc_s=claimed)
    assert not holds(claimed - 90 * DAY_S, claimed - DAY_S, clock_utc_s=0, floor_utc_s=claimed)


def test_a_clock_that_may_be_right_is_judged_by_both_ends():
    now = RELEASED_UTC_S + 100 * DAY_S
    assert holds(now - DAY_S, now + DAY_S, now, floor_utc_s=now - DAY_S)
    assert not holds(now + DAY_S, now + 2 * DAY_S, now, floor_utc_s=0)
    assert not holds(now - 2 * DAY_S, now - DAY_S, now, floor_utc_s=0)
