"""`hyla-cloud` as a person at head office types it."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest
from msgspec.structs import replace

from agent.fleet.assignment import PREFIX
from simulator.broker import free_port
from simulator.gateway.command import _parser, main
from simulator.gateway.parts import Settings, settings_of
from simulator.gateway.rows import Offer
from tests.gateway.conftest import request_pem

BROKER = "mqtts://cloud.example:8883"


@pytest.fixture
def cloud(tmp_path, capsys):
    """Run it in a data folder of its own; what it printed, as JSON when there is some."""

    def run(*words, code=0):
        data = tmp_path / "data"
        assert main([*words, "--data", str(data)]) == code
        said = capsys.readouterr()
        return json.loads(said.out) if "--json" in words and not code else said.out + said.err

    run("shops", "add", "NB-1", "--merchant", "corner", "--name-zh", "街角便利店")
    run("devices", "add", "FROG-0001", "--model", "frog-2")
    run.data = tmp_path / "data"
    return run


def test_a_terminal_is_claimed_listed_and_retired(cloud):
    code = settings_of(cloud.data).registry().offer(Offer("FROG-0001", "frog-2", request_pem()))
    claim = ("claim", code.code.lower(), "--shop", "NB-1", "--till", "3", "--public-broker", BROKER)
    assert "FROG-0001 → NB-1, till 3" in cloud(*claim)
    assert "a code works once" in cloud(*claim, code=1)
    assert cloud("devices", "--json")["devices"][0]["state"] == "assigned"
    assert "is retired" in cloud("retire", "FROG-0001", "--now")
    assert "this terminal was retired" in cloud("activation", *claim[2:], "FROG-0001", code=1)


def test_an_activation_is_a_text_a_picture_and_a_code_on_the_terminal(cloud, tmp_path):
    picture = tmp_path / "activation.png"
    words = ("activation", "FROG-0001", "--shop", "NB-1", "--till", "1", "--public-broker", BROKER)
    said = cloud(*words, "--png", str(picture))
    assert PREFIX in said
    assert "▀" in said
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert cloud(*words, "--json")["text"].startswith(PREFIX)


def test_refusals_are_words_for_programs_and_sentences_for_people(cloud):
    words = ("claim", "7K2M-X9QD", "--shop", "NB-1", "--till", "1")
    assert cloud(*words, code=1).startswith("✕ no terminal waits with this code")
    assert json.loads(cloud(*words, "--json", code=1)) == {"refused": "unknown_code"}
    assert "expected a SERIAL" in cloud("devices", "add", code=2)
    assert "no broker was ever named" in cloud("serve", code=2)
    assert "expected FILE" in cloud("devices", "--store", "mysql://x", code=3)


def test_the_anchor_is_the_same_every_time(cloud):
    assert cloud("anchor") == cloud("anchor")
    assert "BEGIN PUBLIC KEY" in cloud("anchor", "--json")["pem"]


def test_the_rules_of_both_brokers_are_written(cloud, tmp_path):
    for kind in ("mosquitto", "emqx"):
        files = cloud("broker-config", kind, "--out", str(tmp_path / kind), "--json")["files"]
        assert len(files) == 6
    assert "mosquitto -c" in cloud("broker-config", "mosquitto", "--out", str(tmp_path / "again"))


def test_people_are_added_listed_and_removed_and_every_deed_is_written_down(cloud, monkeypatch):
    def types(password):
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))

    for name in ("Li.Wei", "王芳"):
        types("correct horse")
        cloud("people", "add", name)
    types("correct horse")
    assert "comes in already" in cloud("people", "add", "li.wei", code=1)
    types("short")
    assert "10 to 128" in cloud("people", "password", "li.wei", code=1)
    assert [one["name"] for one in cloud("people", "--json")["people"]] == ["li.wei", "王芳"]
    assert settings_of(cloud.data).people().knows("LI.WEI", "correct horse")
    assert "correct" not in (cloud.data / "gateway.sqlite").read_bytes().decode(errors="ignore")
    cloud("people", "remove", "王芳")
    assert "expected a NAME" in cloud("people", "remove", code=2)
    cloud("revoke", "FROG-0001")
    deeds = cloud("deeds", "--json")["deeds"]
    assert [(one["what"], one["about"], one["outcome"]) for one in deeds] == [
        ("revoke", "FROG-0001", "done"),
        ("people", "remove 王芳", "done"),
        ("people", "password li.wei", "no_password"),
        ("people", "add li.wei", "known_person"),
        ("people", "add 王芳", "done"),
        ("people", "add Li.Wei", "done"),
    ]
    assert all(one["person"].endswith("(command line)") for one in deeds)
    assert "FROG-0001" in cloud("deeds", "--newest", "1")


def test_settings_of_serve_are_found_again_and_rubbish_is_named(tmp_path):
    Settings(str(tmp_path), "postgresql://u:word@db/x", "mqtt://b:1").save()
    assert settings_of(tmp_path).broker == "mqtt://b:1"
    (tmp_path / "settings.json").write_text("{", "utf-8")
    with pytest.raises(ValueError, match="delete it"):
        settings_of(tmp_path)


def test_every_command_explains_itself_with_an_example():
    (commands,) = (a for a in _parser()._actions if a.choices and "serve" in a.choices)
    for name, parser in commands.choices.items():
        assert f"hyla-cloud {name}" in parser.format_help().split("example:")[1]


@pytest.mark.slow
def test_the_command_is_installed_under_its_name():
    said = subprocess.run(
        [sys.executable, "-m", "simulator.gateway.command", "--help"], capture_output=True, text=True
    )
    assert said.returncode == 0
    assert "hyla-cloud claim 7K2M-X9QD" in said.stdout


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--word", "zh"), "expected KEY=TEXT"),
        (("--word", "zh=a", "--word", "zh=b"), "each key once"),
        (("--word", f"zh={'长' * 201}"), "at most 200 characters"),
        (("--word", "zh=a\x1b[2J"), "without control signs"),
        (("--good-for", "-5"), "expected 1 to 604800"),
        (("--good-for", "0"), "expected 1 to 604800"),
        (("--good-for", "99999999999999999999"), "expected 1 to 604800"),
    ],
)
def test_what_a_terminal_would_not_take_is_not_sent(cloud, words, why):
    assert why in cloud("command", "FROG-0001", "message", *words, code=2)
    assert cloud("deeds", "--json")["deeds"] == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("shops", "add", "\udcff", "--merchant", "m"), "expected UTF-8"),
        (("revoke", "a\0b"), "expected UTF-8"),
        (("devices", "add", "FROG-0002", "--model", "x\x1b[2J"), "expected UTF-8"),
        (("shops", "add", "X" * 41, "--merchant", "m"), "41 characters (expected at most 40)"),
        (("devices", "add", "FROG-0002", "--merchant", "长" * 5000), "expected at most 40"),
        (("shops", "add", "X", "--merchant", "m", "--currency", "XYZ"), "invalid choice: 'XYZ'"),
        (("deeds", "--newest", "-4"), "expected a whole number from 1"),
        (("deeds", "--newest", "9" * 20), "expected a whole number from 1"),
        (("serve", "--broker", "nonsense"), "expected mqtt[s]://host:port"),
        (("serve", "--broker", "mqtt://h:99999"), "expected mqtt[s]://host:port"),
        (("serve", "--broker", "mqtt://h:1", "--page", "1.2.3.4"), "expected HOST:PORT"),
        (("broker-config", "emqx", "--out", "x", "--port", "65536"), "from 1 to 65535"),
        (("broker-config", "emqx", "--out", "x", "--host", "two words"), "a host's name"),
    ],
)
def test_rubbish_is_named_with_what_was_expected_and_nothing_is_done(tmp_path, capsys, words, why):
    try:
        code = main([*words, "--data", str(tmp_path / "none")])
    except SystemExit as end:
        code = end.code
    assert code == 2
    assert why in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_a_file_or_a_broker_that_is_not_there_is_named_with_the_next_step(cloud, tmp_path):
    lost, port = tmp_path / "lost" / "x", free_port()
    for words in (
        ("receipt", str(lost)),
        ("archive", str(lost)),
        ("broker-config", "emqx", "--out", "/proc/x"),
    ):
        said = cloud(*words, code=3)
        assert said.startswith(words[-1]), said
        assert "look at the path" in said
        assert "Errno" not in said
    replace(settings_of(cloud.data), broker=f"mqtt://127.0.0.1:{port}").save()
    wanted = tmp_path / "settings.toml"
    wanted.write_text("", "utf-8")
    for words in (
        ("settings", "FROG-0001", str(wanted)),
        ("command", "FROG-0001", "doctor"),
        ("bundle", "ask", "FROG-0001"),
    ):
        said = cloud(*words, code=3)
        assert f"127.0.0.1:{port}: no MQTT broker answers" in said
        assert "name another one" in said
    assert str(lost) in cloud("settings", "FROG-0001", str(lost), code=3)
