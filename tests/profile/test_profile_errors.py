"""A profile that does not fit says so in the technician's words: file, key, what was expected."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agent.profile.describe import sections
from agent.profile.explain import explain
from agent.profile.loader import ProfileError, load
from agent.profile.schema import Profile
from tests.helpers import AS_WRITTEN

DESK = Path(__file__).parents[2] / "device_profiles" / "desk.toml"

Refused = Callable[..., str]


@pytest.fixture
def refused(tmp_path: Path) -> Refused:
    """What is said of desk.toml when one thing in it is replaced; `f8.toml` stands for its path, and for
    the line of a key (a test of its own reads those)."""

    def attempt(old: str = "", new: str = "", overrides: tuple[str, ...] = ()) -> str:
        path, text = tmp_path / "f8.toml", DESK.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
        with pytest.raises(ProfileError) as caught:
            load(path, overrides)
        told = str(caught.value).replace(str(path), "f8.toml")
        return re.sub(r"^f8\.toml:\d+: (?=[\w.]+(:| =))", "f8.toml: ", told, flags=re.MULTILINE)

    return attempt


def test_a_value_out_of_range_says_the_range_the_unit_and_what_it_is_for(refused: Refused) -> None:
    assert (
        refused("[scanner]", "fps = 0\n\n[scanner]")
        == "f8.toml: camera.fps = 0 (expected a whole number 5–60: frames a second asked of the camera)"
    )
    assert refused("void_face_after_ms = 2000", "charge_ttl_ms = 200") == (
        "f8.toml: payment.charge_ttl_ms = 200 (expected a whole number 1000–120_000 milliseconds: "
        "the cloud refuses a charge older than this)"
    )


def test_a_networks_timetable_is_no_shorter_than_networks_allow_and_there_is_one_of_each(
    refused: Refused,
) -> None:
    one = '[[networks]]\nnetwork = "wechat"\n'
    assert refused("[payment]", f"{one}void_after_ms = 2000\n\n[payment]") == (
        "f8.toml: networks.0.void_after_ms = 2000 (expected a whole number 15_000–120_000 milliseconds: "
        "earliest void of a charge that the cloud says it has never seen)"
    )
    assert "one timetable for each network" in refused("[payment]", f"{one}\n{one}\n[payment]")
    other = '[[networks]]\nnetwork = "face"\n'
    assert "a network of [[codes]]: alipay, unionpay, wechat" in refused("[payment]", f"{other}\n[payment]")


def test_the_line_of_a_wrong_key_is_told(tmp_path: Path) -> None:
    path = tmp_path / "f8.toml"
    path.write_text(
        DESK.read_text("utf-8")
        .replace("till = 2", "till = 0")
        .replace("length_min = 19", "length_min = 0"),
        "utf-8",
    )
    with pytest.raises(ProfileError) as caught:
        load(path)
    lines = path.read_text("utf-8").splitlines()
    told = [line.removeprefix(f"{path}:").split(":")[0] for line in str(caught.value).splitlines()]
    assert [lines[int(number) - 1] for number in told] == ["till = 0", "length_min = 0"]


def test_a_wrong_unit_is_converted_for_the_reader(refused: Refused) -> None:
    said = refused("void_face_after_ms = 2000", "answer_wait_s = 5")
    assert said.startswith(
        "f8.toml: payment.answer_wait_s: unknown key (did you mean answer_wait_ms = 5000?"
    )
    said = refused("void_face_after_ms = 2000", 'answer_wait_ms = "5s"')
    assert said.startswith(
        'f8.toml: payment.answer_wait_ms = "5s" (expected a whole number 0–86_400_000 milli'
    )
    assert said.endswith("); write 5000")


def test_an_unknown_key_names_the_one_that_was_meant(refused: Refused) -> None:
    assert refused('suffix = "CR"', 'sufix = "CR"') == (
        "f8.toml: scanner.sufix: unknown key (did you mean suffix? It takes one of CR, LF, CRLF, TAB, GAP: "
        "what ends a code; GAP means silence of gap_ms)"
    )
    assert refused("till = 2", "colour = 3") == (
        "f8.toml: shop.colour: unknown key (expected one of name_zh, name_en, till, currency, "
        "day_begins_hour, goods_file, typed_amount_max_minor)"
    )


def test_a_key_in_the_wrong_section_names_the_right_one(refused: Refused) -> None:
    assert (
        refused("till = 2", "baud = 9600") == "f8.toml: shop.baud: unknown key (did you mean scanner.baud?)"
    )
    assert (
        refused("[device]", "fps = 30\n[device]") == "f8.toml: fps: unknown key (did you mean camera.fps?)"
    )


def test_an_unknown_section_names_the_one_that_was_meant(refused: Refused) -> None:
    said = refused("[screens]", "[screen]")
    assert said == "f8.toml: screen: unknown section (did you mean [screens]?)"


def test_a_password_in_the_wrong_place_is_not_repeated(refused: Refused) -> None:
    assert "hunter2" not in refused("[screens]", 'password = "hunter2"\n[screens]')
    assert "hunter2" not in refused("mqtt://127.0.0.1:1883", "mqtt://till:hunter2@127.0.0.1:1883")


@pytest.mark.parametrize("written", ['"4711"', "4711", '["4711"]'])
def test_a_pin_written_where_its_record_belongs_is_not_repeated(refused: Refused, written: str) -> None:
    said = refused('manager_pin = "', f"manager_pin = {written}  # ")
    assert "4711" not in said
    assert said.startswith('f8.toml: staff.manager_pin = "•••" (expected text: what `hyla staff pin` makes')


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "till = 2",
            'till = "2"',
            'shop.till = "2" (expected a whole number 1–999: till number, shown on both',
        ),
        ("till = 2", "till = 2.5", "shop.till = 2.5 (expected a whole number 1–999"),
        ("till = 2", "till = true", "shop.till = true (expected a whole number 1–999"),
        ('name_en = "Good Neighbour"', "name_en = 7", "shop.name_en = 7 (expected text of 1–40 characters"),
        ("fullscreen = false", 'fullscreen = "no"', 'screens.fullscreen = "no" (expected true or false'),
        ('["62"]', '"62"', 'codes.2.prefixes = "62" (expected a list of text (at least 1)'),
        ('["62"]', "[62]", "codes.2.prefixes.0 = 62 (expected text, not empty)"),
        ('["62"]', '[""]', 'codes.2.prefixes.0 = "" (expected text, not empty)'),
        (
            "length_min = 19",
            "length_min = 0",
            "codes.2.length_min = 0 (expected a whole number 1–4096: shortest",
        ),
        (
            'suffix = "CR"',
            'suffix = "cr"',
            'scanner.suffix = "cr" (expected one of CR, LF, CRLF, TAB, GAP: what',
        ),
        ('id = "desk-01"', 'id = "Desk 1"', 'device.id = "Desk 1" (expected text: device id, 2–31 of a–z'),
    ],
)
def test_a_wrong_type_says_the_right_one(refused: Refused, old: str, new: str, said: str) -> None:
    assert refused(old, new).startswith(f"f8.toml: {said}")


@pytest.mark.parametrize(
    ("old", "new", "next_step"),
    [
        ("till = 2", 'till = "2"', "write 2"),
        ('name_en = "Good Neighbour"', "name_en = 7", 'write "7"'),
        ("fullscreen = false", 'fullscreen = "no"', "write it without quotes, true or false"),
        ('suffix = "CR"', 'suffix = "cr"', "did you mean CR?"),
    ],
)
def test_the_next_step_is_told_where_it_is_known(
    refused: Refused, old: str, new: str, next_step: str
) -> None:
    assert refused(old, new).endswith(f"); {next_step}")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "length_max = 24",
            "length_max = 12",
            "codes.1.length_max = 12 (expected at least length_min, which is 16)",
        ),
        (
            'network = "unionpay"',
            "",
            'codes.2.network = "" (expected the name of the network, because kind is',
        ),
        ('["62"]', '["6x"]', 'codes.2.prefixes = "6x" (expected digits, because digits_only is true)'),
        (
            '["M"]\nlength_min = 6\nlength_max = 20',
            '["MEMBER"]\nlength_min = 1\nlength_max = 4',
            'codes.3.prefixes = "MEMBER" (expected no longer than length_max, which is 4)',
        ),
        (
            "[screens]",
            "[identity]\nquorum_frames = 6\n[screens]",
            "identity.window_frames = 5 (expected at least quorum_frames, which is 6)",
        ),
        (
            "[screens]",
            "[vision]\nluma_min = 215\n[screens]",
            "vision.luma_max = 215 (expected more than luma_min, which is 215)",
        ),
        (
            "mqtt://127.0.0.1:1883",
            'mqtts://127.0.0.1:8883"\ncertificate_file = "till.pem',
            'cloud.key_file = "" (expected a file, because certificate_file is set: the two go together)',
        ),
        (
            "mqtt://127.0.0.1:1883",
            'mqtts://127.0.0.1:8883"\nkey_file = "till.key',
            'cloud.certificate_file = "" (expected a file, because key_file is set: the two go together)',
        ),
        (
            "mqtt://127.0.0.1:1883",
            'mqtt://127.0.0.1:1883"\nca_file = "ca.pem',
            'cloud.url = "mqtt://127.0.0.1:1883" (expected mqtts://…, because ca_file is set)',
        ),
        (
            "mqtt://127.0.0.1:1883",
            "mqtt://127.0.0.1:70000",
            'cloud.url = "mqtt://127.0.0.1:70000" (expected a host and a port from 1 to 65535)',
        ),
    ],
)
def test_settings_that_contradict_each_other(refused: Refused, old: str, new: str, said: str) -> None:
    assert refused(old, new).startswith(f"f8.toml: {said}")


def test_a_missing_section_or_key_says_what_belongs_there(refused: Refused) -> None:
    assert refused('[camera]\nsource = "http://127.0.0.1:8090/camera.mjpg"') == (
        "f8.toml: camera: missing (expected a table [camera]: the camera, and when it counts as lost)"
    )
    assert refused('port = "/dev/null"') == (
        "f8.toml: scanner.port: missing (expected text: serial port (`/dev/serial/by-id/…`))"
    )


def test_a_section_that_is_no_table_is_refused(refused: Refused) -> None:
    said = refused("[device]", "vision = 3\n[device]")
    assert said.startswith(
        "f8.toml: vision = 3 (expected a table [vision]: which models look at the frames"
    )
    said = refused("[device]", "vision = 3\n[device]", overrides=("vision.threads=2",))
    assert said.startswith("f8.toml: vision = 3 (expected a table [vision]")


def test_every_wrong_key_is_told_at_once(refused: Refused) -> None:
    said = refused("till = 2", "till = 0\ncolour = 3", overrides=("camera.fps=0",))
    assert [line.split(" (")[0] for line in said.splitlines()] == [
        "f8.toml: shop.till = 0",
        "f8.toml: shop.colour: unknown key",
        "--set: camera.fps = 0",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("till = 2", "till =", "invalid value (expected TOML: key = value, text in quotes)"),
        ("till = 2", "till = two", "invalid value (expected TOML: key = value, text in quotes)"),
        ("[screens]", "[cloud]", "this key or section stands above already (expected each once)"),
    ],
)
def test_toml_that_does_not_parse_names_the_line(refused: Refused, old: str, new: str, said: str) -> None:
    line = DESK.read_text("utf-8").split(old)[0].count("\n") + 1
    assert refused(old, new) == f"f8.toml:{line}: {said}"


def test_a_text_that_is_never_closed_names_the_last_line(refused: Refused) -> None:
    lines = len(DESK.read_text("utf-8").splitlines())
    assert refused('kind = "claim"', 'kind = """claim').startswith(f"f8.toml:{lines}: unterminated string")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    said = {}
    (tmp_path / "gbk.toml").write_bytes("# one\nname = '好邻居'\n".encode("gbk"))
    for name in ("absent.toml", "", "gbk.toml"):
        with pytest.raises(ProfileError) as caught:
            load(tmp_path / name)
        said[name] = str(caught.value).removeprefix(str(tmp_path))
    assert said == {
        "absent.toml": "/absent.toml: no such file (expected a device profile in TOML)",
        "": ": is a directory (expected a device profile in TOML)",
        "gbk.toml": "/gbk.toml:2: not UTF-8 (expected a device profile in TOML; save it as UTF-8)",
    }


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "notepad.toml"
    path.write_bytes(b"\xef\xbb\xbf" + DESK.read_bytes())
    assert load(path).device.id == "desk-01"


def test_overrides_win_over_the_file() -> None:
    profile = load(
        DESK,
        [
            AS_WRITTEN,
            "camera.fps=15",
            "scanner.suffix=LF",
            "screens.fullscreen = true",
            'shop.name_en="A=B"',
        ],
    )
    assert (profile.camera.fps, profile.scanner.suffix, profile.screens.fullscreen) == (15, "LF", True)
    assert profile.shop.name_en == "A=B"


def test_an_override_for_a_text_key_needs_no_quotes() -> None:
    profile = load(DESK, [AS_WRITTEN, "shop.name_en=7", "device.id=007", "scanner.port=/dev/ttyACM0"])
    assert (profile.shop.name_en, profile.device.id, profile.scanner.port) == ("7", "007", "/dev/ttyACM0")


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("camera.fps", "--set camera.fps: expected section.key=value, as in camera.fps=30"),
        ("fps=3", "--set fps=3: expected section.key=value"),
        (".fps=3", "--set .fps=3: expected section.key=value"),
        ("camera.fps=fast", '--set: camera.fps = "fast" (expected a whole number 5–60'),
        ("camera.fsp=3", "--set: camera.fsp: unknown key (did you mean fps?"),
        ("camra.fps=3", "--set: camra: unknown section (did you mean [camera]?)"),
        ("codes.0.length_min=3", "--set codes.0.length_min=3: only section.key can be set here"),
        ("codes.kind=claim", "--set codes.kind=claim: only section.key can be set here"),
    ],
)
def test_a_bad_override_is_told_as_one(refused: Refused, override: str, said: str) -> None:
    assert refused(overrides=(override,)).startswith(said)


def test_paths_come_back_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    profile = load(DESK, [AS_WRITTEN, "vision.models_dir=~/models", "cloud.password_file=/etc/hyla/word"])
    assert profile.shop.goods_file == str(DESK.parent / "desk-goods.csv")
    assert profile.vision.models_dir == str(tmp_path / "models")
    assert profile.cloud.password_file == "/etc/hyla/word"
    assert profile.cloud.ca_file == ""


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from([*Profile.model_fields]) | st.text(max_size=8)
KEYS = st.sampled_from([key for _, model in sections() for key in model.model_fields]) | st.text(max_size=8)
TABLES = st.dictionaries(KEYS, VALUES, max_size=6)


@given(st.dictionaries(NAMES, TABLES | st.lists(TABLES, max_size=3) | VALUES, max_size=6))
def test_every_error_can_be_told(raw: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        Profile.model_validate(raw)
    for error in caught.value.errors():
        assert re.search(r"expected |did you mean |unknown ", explain(error))
