"""What `hyla install` writes is what systemd and udev understand, and what the code expects of them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from agent.cli import main
from agent.install.texts import TMPFILES, WATCHDOG_S, wanted
from agent.loop import IDLE_WAIT_S
from agent.profile.loader import load

ROOT = Path(__file__).parents[2]
FROG = ROOT / "device_profiles" / "frog-pro.toml"
UNIT = "etc/systemd/system/hyla.service"
RULES = "etc/udev/rules.d/99-hyla.rules"
EXPOSURE_MAX = 2.0
# What udev(7) lets stand on either side: matches compare, assignments set.
RULE_PART = re.compile(
    r'(?P<key>ACTION|SUBSYSTEM|SYMLINK|GROUP|MODE|ENV\{\w+\}|ATTR\{[\w/]+\})(?P<op>==|!=|\+=|=)"(?P<value>[^"]*)"'
)


def installed(prefix: Path, *options: str, profile: Path = FROG) -> int:
    words = ["install", "--profile", str(profile), "--prefix", str(prefix), "--command", "/usr/bin/true"]
    return main([*words, *options])


def options_of(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        key, sign, value = line.partition("=")
        if sign and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


def rules_of(text: str) -> list[list[tuple[str, str, str]]]:
    """Each rule as (key, operator, value). Fails on what is no rule."""
    rules = []
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        parts = [RULE_PART.fullmatch(part) for part in line.split(", ")]
        assert all(parts), line
        rules.append([(part["key"], part["op"], part["value"]) for part in parts if part])
    return rules


def test_installing_twice_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert installed(tmp_path) == 0
    files = {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.rglob("*") if path.is_file()
    }
    assert capsys.readouterr().out.count(": written") == 6
    assert installed(tmp_path) == 0
    assert capsys.readouterr().out.count(": same") == 7
    assert files == {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def test_a_dry_run_shows_what_would_change_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert installed(tmp_path / "new", "--dry-run") == 0
    assert "+WatchdogSec=30\n" in capsys.readouterr().out
    assert not (tmp_path / "new").exists()
    installed(tmp_path)
    box = ROOT / "device_profiles" / "counter-box.toml"
    capsys.readouterr()
    assert installed(tmp_path, "--dry-run", profile=box) == 0
    told = capsys.readouterr().out
    assert f"# {tmp_path / UNIT}: same" in told
    assert re.search(r"^-.*usb-3D_Module_Colour.*hyla/camera", told, re.MULTILINE)
    assert re.search(r"^\+.*usb-USB_Camera.*hyla/camera", told, re.MULTILINE)


def test_an_edited_file_is_left_alone_and_kept_beside_when_forced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    installed(tmp_path)
    unit = tmp_path / UNIT
    fresh = unit.read_text("utf-8")
    edited = fresh.replace("WatchdogSec=30", "WatchdogSec=5")
    unit.write_text(edited, "utf-8")
    capsys.readouterr()
    assert installed(tmp_path) == 1
    assert f"{unit}: edited by hand, left alone (--force)" in capsys.readouterr().out
    assert unit.read_text("utf-8") == edited
    assert installed(tmp_path, "--force") == 0
    assert unit.read_text("utf-8") == fresh
    assert unit.with_name("hyla.service.old").read_text("utf-8") == edited


def test_what_an_older_hyla_wrote_is_brought_up_to_date(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["install", "--profile", str(FROG), "--prefix", str(tmp_path), "--command"]
    main([*words, "/opt/hyla-1/bin/hyla"])
    assert main([*words, "/opt/hyla-2/bin/hyla"]) == 0
    assert f"{tmp_path / UNIT}: brought up to date" in capsys.readouterr().out
    assert "ExecStart=/opt/hyla-2/bin/hyla run" in (tmp_path / UNIT).read_text("utf-8")


def test_the_key_to_the_screens_is_drawn_once_and_is_no_bodys_to_read(tmp_path: Path) -> None:
    installed(tmp_path)
    cookie = tmp_path / "etc/hyla/xauthority"
    first = cookie.read_bytes()
    assert cookie.stat().st_mode & 0o007 == 0
    assert (len(first), first[:4]) == (2 + 2 + 2 + 1 + 2 + 18 + 2 + 16, b"\xff\xff\x00\x00")
    installed(tmp_path, "--force")
    assert cookie.read_bytes() == first


# --- udev -------------------------------------------------------------------------------------------


def test_scanner_and_cameras_get_a_name_an_owner_and_stay_awake(tmp_path: Path) -> None:
    installed(tmp_path)
    rules = rules_of((tmp_path / RULES).read_text("utf-8"))
    for device, link in (
        ("scanner", "serial/by-id/usb-Code_Engine-if00"),
        ("camera", "v4l/by-id/usb-3D_Module_Colour-video-index0"),
        ("infrared", "v4l/by-id/usb-3D_Module_Infrared-video-index0"),
        ("depth", "v4l/by-id/usb-3D_Module_Depth-video-index0"),
    ):
        [named] = [rule for rule in rules if ("SYMLINK", "+=", f"hyla/{device}") in rule]
        assert ("SYMLINK", "==", link) in named
        assert {("GROUP", "=", "hyla"), ("MODE", "=", "0660")} <= set(named)
    awake = [rule for rule in rules if ("ATTR{power/control}", "=", "on") in rule]
    assert [{key: value for key, _, value in rule}["ENV{ID_SERIAL}"] for rule in awake] == [
        "Code_Engine",
        "3D_Module_Colour",
        "3D_Module_Infrared",
        "3D_Module_Depth",
    ]
    assert any(("ENV{ID_MM_PORT_IGNORE}", "=", "1") in rule for rule in rules)


def test_a_keyboard_scanner_is_kept_from_the_windows_not_from_the_modem_manager() -> None:
    keys = ["scanner.dialect=hid", "scanner.port=/dev/input/by-id/usb-Acme_Scan_42-event-kbd"]
    rules = rules_of(wanted(load(FROG, keys), "/opt/hyla").files[f"/{RULES}"])
    theirs = [rule for rule in rules if ("SYMLINK", "==", "input/by-id/usb-Acme_Scan_42-event-kbd") in rule]
    assert any(("ENV{LIBINPUT_IGNORE_DEVICE}", "=", "1") in rule for rule in theirs)
    assert not any("ID_MM_PORT_IGNORE" in key for rule in theirs for key, _, _ in rule)


@pytest.mark.parametrize(
    ("port", "note"),
    [
        ("/dev/ttyUSB0", "scanner.port = /dev/ttyUSB0: this name changes when it is replugged"),
        ('/dev/serial/by-id/x", RUN+="/bin/sh', "scanner.port = /dev/serial/by-id/x"),
        ("/dev/serial/by-path/pci-0-usb-0:1:1.0-port0", "a name by its socket"),
    ],
)
def test_a_name_that_does_not_stay_is_told(port: str, note: str) -> None:
    profile = load(FROG)
    scanner = profile.scanner.model_copy(update={"port": port})
    want = wanted(profile.model_copy(update={"scanner": scanner}), "/opt/hyla")
    assert note in want.notes[0]
    assert "RUN" not in want.files[f"/{RULES}"]
    assert rules_of(want.files[f"/{RULES}"])


# --- systemd ----------------------------------------------------------------------------------------


def test_the_unit_fits_what_the_agent_does() -> None:
    unit = options_of(wanted(load(FROG), "/opt/hyla/bin/hyla").files[f"/{UNIT}"])
    assert unit["Type"] == ["notify"], "the agent says READY=1 (agent/build.py)"
    assert int(unit["WatchdogSec"][0]) == WATCHDOG_S >= 10 * IDLE_WAIT_S, (
        "the loop says WATCHDOG=1 so often"
    )
    assert unit["RestartPreventExitStatus"] == ["2"], "hyla run: the profile or the disk cannot be used"
    assert unit["KillMode"] == ["process"], "the screens outlive the agent (decision 0011)"
    assert unit["ExecStart"] == ["/opt/hyla/bin/hyla run --profile /etc/hyla/profile.toml"]
    assert unit["User"][0] in TMPFILES
    kinds = {value.split()[0] for value in unit["DeviceAllow"]}
    assert {"char-video4linux", "char-ttyUSB", "char-ttyACM", "char-input"} <= kinds


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed here")
def test_systemd_understands_the_unit_and_finds_it_well_closed(tmp_path: Path) -> None:
    installed(tmp_path)
    unit = tmp_path / UNIT
    verify = ["systemd-analyze", "verify", "--man=no", str(unit)]
    done = subprocess.run(verify, capture_output=True, text=True, check=False, timeout=60)
    assert [line for line in done.stderr.splitlines() if "hyla.service" in line] == []
    security = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)]
    told = subprocess.run(security, capture_output=True, text=True, check=False, timeout=60).stdout
    level = re.search(r"exposure level for hyla.service: ([\d.]+)", told)
    assert level, told
    assert float(level[1]) <= EXPOSURE_MAX


def test_what_the_unit_cannot_see_is_told() -> None:
    profile = load(FROG, ["device.data_dir=/srv/till"])
    notes = wanted(profile, "/home/ann/hyla/bin/hyla").notes
    assert notes[-2].startswith("/home/ann/hyla/bin/hyla: the unit cannot see this folder")
    assert notes[-1] == "device.data_dir = /srv/till: the unit may write only to /var/lib/hyla"


def test_a_place_that_cannot_be_written_and_a_bad_profile_have_their_own_exit_codes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "etc").write_text("a file where a folder should be", "utf-8")
    assert installed(tmp_path) == 3
    assert "(try it with sudo)" in capsys.readouterr().err
    assert installed(tmp_path, profile=tmp_path / "absent.toml") == 2
