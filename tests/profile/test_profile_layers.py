"""Profile, site settings, technician's changes: which wins, what is told, how a change is written."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from agent.profile.layers import remove_local_setting, write_local_setting, write_local_settings
from agent.profile.loader import ProfileError, load, load_layers

DESK = Path(__file__).parents[2] / "device_profiles" / "desk.toml"


class Place:
    """A terminal's profile and its data folder."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.data.mkdir()
        self.profile = folder / "f8.toml"
        text = DESK.read_text("utf-8").replace("../build/desk/data", "data")
        self.profile.write_text(
            text.replace("desk-goods.csv", str(DESK.parent / "desk-goods.csv")), "utf-8"
        )

    def says(self, layer: str, text: str) -> Path:
        path = self.data / f"{layer}.toml"
        path.write_text(text, "utf-8")
        return path

    def comes_from(self, key: str, *overrides: str) -> str:
        said = str(load_layers(self.profile, overrides).origin(key))
        return said.replace(f"{self.data}/", "").replace(f"{self.profile.parent}/", "")

    def refused(self, *overrides: str) -> str:
        with pytest.raises(ProfileError) as caught:
            load(self.profile, overrides)
        said = str(caught.value).replace(f"{self.data}/", "")
        return said.replace(f"{self.profile.parent}/", "")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_the_technician_wins_over_the_site_and_the_site_over_the_profile(place: Place) -> None:
    place.says("site", "[shop]\ntill = 3\nname_en = 'Corner'\n")
    place.says("technician", "[shop]\ntill = 4\n")
    shop = load(place.profile).shop
    assert (shop.till, shop.name_en, shop.name_zh) == (4, "Corner", "好邻居便利店")
    assert load(place.profile, ["shop.till=5"]).shop.till == 5


def test_every_value_knows_who_said_it(place: Place) -> None:
    place.says("site", "# from the cloud\n[shop]\nname_en = 'Corner'\n")
    place.says("technician", "\n[scanner]\nbaud = 115200\n")
    lines = place.profile.read_text("utf-8").splitlines()
    told = {
        key: place.comes_from(key, "camera.fps=15")
        for key in ("shop.name_en", "scanner.baud", "shop.till", "camera.fps", "camera.width_px", "codes")
    }
    assert told == {
        "shop.name_en": "site.toml:3",
        "scanner.baud": "technician.toml:3",
        "shop.till": f"f8.toml:{lines.index('till = 2') + 1}",
        "camera.fps": "--set",
        "camera.width_px": "default",
        "codes": f"f8.toml:{lines.index('[[codes]]') + 1}",
    }


def test_a_wrong_value_names_the_layer_that_said_it(place: Place) -> None:
    place.says("site", "[camera]\nfsp = 20\n")
    place.says("technician", "[shop]\ntill = 0\n")
    assert [line.split(" (")[0] for line in place.refused().splitlines()] == [
        "technician.toml:2: shop.till = 0",
        "site.toml:2: camera.fsp: unknown key",
    ]


def test_a_change_that_contradicts_the_profile_is_told_where_it_was_made(place: Place) -> None:
    place.says("technician", "[identity]\nquorum_frames = 6\n")
    assert place.refused() == (
        "technician.toml:1: identity.window_frames = 5 (expected at least quorum_frames, which is 6)"
    )


def test_a_layer_that_is_no_toml_or_moves_its_own_folder_is_refused(place: Place) -> None:
    path = place.says("site", "[shop\n")
    assert place.refused().startswith("site.toml:1: ")
    path.write_text("[device]\ndata_dir = '/elsewhere'\n", "utf-8")
    assert place.refused().startswith(
        "site.toml:2: device.data_dir cannot be changed here (expected in the"
    )


def test_a_relative_path_starts_where_it_is_written(place: Place) -> None:
    place.says("site", "[shop]\ngoods_file = 'prices.csv'\n")
    assert load(place.profile).shop.goods_file == str(place.data / "prices.csv")


def test_a_list_is_replaced_as_a_whole(place: Place) -> None:
    place.says("site", "[[codes]]\nkind = 'claim'\nprefixes = ['X']\nlength_min = 3\nlength_max = 0\n"
               "digits_only = false\n")  # fmt: skip
    assert place.refused().startswith("site.toml:5: codes.0.length_max = 0 (expected a whole number 1–4096")


# --- the technician's changes -----------------------------------------------------------------------


def test_a_change_counts_from_then_on_and_can_be_taken_back(place: Place) -> None:
    file = write_local_setting(place.data, "scanner.baud", 115_200, place.profile)
    assert file == place.data / "technician.toml"
    assert load(place.profile).scanner.baud == 115_200
    remove_local_setting(place.data, "scanner.baud", place.profile)
    assert load(place.profile).scanner.baud == 9600
    assert "scanner" not in file.read_text("utf-8")


def test_what_somebody_noted_in_the_file_stays(place: Place) -> None:
    file = place.says("technician", "[scanner]\n# the long cable\nbaud = 9600 # not faster\n")
    write_local_settings(place.data, {"scanner.baud": 4800, "scanner.suffix": "LF", "shop.till": 7})
    text = file.read_text("utf-8")
    assert '# the long cable\nbaud = 4800 # not faster\nsuffix = "LF"' in text
    assert load(place.profile).shop.till == 7


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("scanner.baud", 3, "not written: scanner.baud = 3 (expected a whole number 1200–921_600: speed"),
        ("scanner.baud", "fast", 'not written: scanner.baud = "fast" (expected a whole number'),
        ("scanner.bauds", 9600, "not written: scanner.bauds: unknown key (did you mean baud?"),
        ("scaner.baud", 9600, "not written: scaner: unknown section (did you mean [scanner]?)"),
        ("baud", 9600, "not written: baud (expected section.key, as in camera.fps"),
        ("codes", [], "not written: codes (expected section.key"),
        ("codes.kind", "claim", "not written: codes.kind (expected section.key"),
        ("device.data_dir", "/x", "not written: device.data_dir cannot be changed here"),
    ],
)
def test_a_change_that_does_not_fit_leaves_no_file(
    place: Place, key: str, value: object, said: str
) -> None:
    with pytest.raises(ProfileError) as caught:
        write_local_setting(place.data, key, value)
    assert str(caught.value).startswith(said)
    assert os.listdir(place.data) == []


def test_with_the_profile_a_change_must_fit_all_other_settings(place: Place) -> None:
    with pytest.raises(ProfileError, match=r"identity.window_frames = 2 \(expected at least quorum_frames"):
        write_local_setting(place.data, "identity.window_frames", 2, place.profile)
    write_local_settings(
        place.data, {"identity.window_frames": 2, "identity.quorum_frames": 2}, place.profile
    )
    with pytest.raises(ProfileError, match=r"technician.toml.*window_frames"):
        remove_local_setting(place.data, "identity.quorum_frames", place.profile)
    assert load(place.profile).identity.quorum_frames == 2


def test_taking_back_what_was_never_changed_says_what_was(place: Place) -> None:
    place.says("technician", "[shop]\ntill = 7\n")
    with pytest.raises(
        ProfileError, match=r"scanner.baud is not changed here \(expected one of: shop.till\)"
    ):
        remove_local_setting(place.data, "scanner.baud")


def test_a_wrong_change_can_be_put_right(place: Place) -> None:
    """Somebody edited the file by hand; the terminal does not start; `hyla profile set` mends it."""
    place.says("technician", "[shop]\ntill = 0\n")
    assert place.refused()
    write_local_setting(place.data, "shop.till", 2, place.profile)
    assert load(place.profile).shop.till == 2


def test_a_file_that_is_no_toml_is_not_overwritten(place: Place) -> None:
    file = place.says("technician", "[shop\ntill = 0\n")
    with pytest.raises(ProfileError, match=r"technician.toml:1: .*expected TOML"):
        write_local_setting(place.data, "shop.till", 2)
    assert file.read_text("utf-8") == "[shop\ntill = 0\n"


def test_a_folder_that_is_not_there_is_named(place: Place) -> None:
    with pytest.raises(
        ProfileError, match=r"absent/technician.toml: cannot be written: no such file.*sudo"
    ):
        write_local_setting(place.data / "absent", "shop.till", 2)


def test_two_writers_at_once_lose_nothing(place: Place) -> None:
    changes = {"shop.till": 7, "camera.fps": 15, "scanner.baud": 4800, "cloud.window": 3}
    writers = [
        threading.Thread(target=write_local_setting, args=(place.data, key, value))
        for key, value in changes.items()
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert all(place.comes_from(key).startswith("technician.toml") for key in changes)
    assert os.listdir(place.data) == ["technician.toml"]
