"""`hyla-desk` from outside: what it exits with, says and writes."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simulator import desk
from simulator.counter import Counter
from simulator.scenario import FOLDER, ScenarioError, load_scenario
from tests.desk.scenarios import Played, played
from tests.desk.till import journal_text

pytestmark = pytest.mark.timeout(300)  # a whole morning is played
ORDER_FIELDS = {
    "order_id", "method", "amount_minor", "currency", "outcome", "attempts", "person",
    "identify_ms", "answer_ms",
}  # fmt: skip
# How a picture begins: long enough never to stand anywhere by chance, as bytes and as base64.
JPEG, PNG = b"\xff\xd8\xff\xe0\x00\x10JFIF", b"\x89PNG\r\n\x1a\n"
PICTURES = (JPEG, PNG, base64.b64encode(JPEG)[:12], base64.b64encode(PNG)[:10])
ROW_BYTES_MAX = 20_000  # a face in raw pixels takes more
A_DREAM = """
[[act]]
title = "Nothing happens"
steps = [
  { works = "网络" },
  { scan = "6901000000011" },
  { see = { customer = ["¥1,000.00"] }, seconds = 1 },
]
"""


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The desk's build folder lies here, with a short name: sockets live in it."""
    made = tmp_path_factory.mktemp("d")
    monkeypatch.setattr(desk, "ROOT", made)
    return made


def written(folder: Path, text: str) -> str:
    path = folder / "scenario.toml"
    path.write_text(text, "utf-8")
    return str(path)


def test_an_unknown_scenario_exits_2_and_names_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.main(["--headless", "--scenario", "second-sale"]) == 2
    said = capsys.readouterr().err
    assert "no such scenario" in said
    assert "first-sale" in said
    assert "troubles" in said


@pytest.mark.parametrize("end", [BrokenPipeError, KeyboardInterrupt])
def test_whoever_stops_listening_or_presses_ctrl_c_leaves_no_terminal_running(
    folder: Path, monkeypatch: pytest.MonkeyPatch, end: type[BaseException]
) -> None:
    went: list[str] = []

    def cut_off(*_told: object, **_to: object) -> None:
        if went:
            raise end

    def down(counter: Counter) -> None:
        went.append("down")
        stop(counter)

    stop = Counter.stop
    monkeypatch.setattr(Counter, "start", lambda _: went.append("up"))
    monkeypatch.setattr(Counter, "wait_ready", lambda *_: 1)
    monkeypatch.setattr(Counter, "stop", down)
    monkeypatch.setattr(desk, "print", cut_off, raising=False)
    with pytest.raises(end):
        desk.main(["--headless", "--screens", str(folder / "pictures")])
    assert went == ["up", "down"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[[act]]\nsteps = [ { dance = "tango" } ]',
            r"act 1: .*dance.* \(expected one verb of: scan, show_code",
        ),
        ('[[act]]\nsteps = [ { scan = "1", do = "cut link" } ]', "expected one verb of"),
        ("[[act]]\nsteps = [ { scan = 6901 } ]", "expected one text in quotes"),
        ('[[act]]\nsteps = [ { see = "paid" } ]', "expected texts for the screens"),
        ('[[act]]\nsteps = [ { see = { baker = ["paid"] } } ]', "expected texts for the screens"),
        ('[[act]]\nsteps = [ { booked = "one" } ]', "expected a whole number"),
        ('[[act]]\nsteps = [ { scan = "1", seconds = "soon" } ]', "expected seconds as a number"),
        ('[[act]]\nsteps = "scan"', "expected a list of tables"),
        (
            '[[act]]\nsteps = [ { cashier = "charge" }, { show_code = "wechat" } ]',
            "cashier = 'charge', then show_code = 'wechat' .*expected a see between",
        ),
        (
            '[[act]]\nsteps = [ { scan = "1" }, { scan = "2" }, { cashier = "charge" } ]',
            "scan = '2', then cashier = 'charge' .*expected a see between",
        ),
        ("title = 'empty'", r"no acts \(expected \[\[act\]\]"),
        ("[[act", "expected a scenario in TOML"),
    ],
)
def test_a_scenario_that_cannot_be_played_is_refused_with_file_act_and_what_was_expected(
    tmp_path: Path, text: str, expected: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ScenarioError, match=expected) as refused:
        load_scenario(path)
    assert str(refused.value).startswith(path)


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.toml")))
def test_our_own_scenarios_can_be_read(name: str) -> None:
    assert load_scenario(name).acts


@contextmanager
def counter_of(folder: Path, seed: int) -> Iterator[Counter]:
    counter = Counter(folder / str(seed), folder / "screens", seed, headless=True)
    try:
        yield counter
    finally:
        counter.stop()


def test_the_seed_decides_who_the_member_is_and_which_codes_are_shown(tmp_path: Path) -> None:
    def drawn(seed: int) -> tuple[Any, ...]:
        with counter_of(tmp_path, seed) as counter:
            member = counter.people["member"]
            return member.name_masked, member.phone_last4, counter.fresh_code("alipay")

    assert drawn(7) == drawn(7)
    one, other = drawn(7), drawn(8)
    assert one[1] != other[1]
    assert one[2] != other[2]


@dataclass(frozen=True, slots=True)
class Morning:
    """A whole bad morning, played by the command: what it said, wrote and left behind."""

    done: Played
    written: dict[str, Any]
    secrets: tuple[str, ...]


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Morning:
    folder = tmp_path_factory.mktemp("d")
    pictures, orders = folder / "pictures", folder / "orders.json"
    pictures.mkdir()
    (pictures / "holiday.png").write_bytes(b"not ours")
    (pictures / "999-cashier-plain.png").write_bytes(b"of the last run")
    done = played("troubles", folder, "--json", str(orders), "--seed", "7")
    return Morning(done, json.loads(orders.read_text()), secrets_of(folder, 7))


def secrets_of(folder: Path, seed: int) -> tuple[str, ...]:
    """The digits and the codes of that seed: drawn again by a second counter, in the same order."""
    steps = [step for act in load_scenario("troubles").acts for step in act.steps]
    with counter_of(folder / "again", seed) as counter:
        codes = [counter.fresh_code(step.value) for step in steps if step.verb == "show_code"]
        return counter.people["member"].phone_last4, *codes


@pytest.mark.slow
def test_a_bad_morning_ends_well_and_says_so(morning: Morning) -> None:
    assert morning.done.code == 0, morning.done.said
    assert "✓ screens, journal and ledger agree" in morning.done.said
    assert (morning.written["disagreements"], morning.written["failed"]) == ([], "")


@pytest.mark.slow
def test_the_json_lists_every_order_with_every_field(morning: Morning) -> None:
    orders = morning.written["orders"]
    assert len(orders) == 8
    assert all(set(order) >= ORDER_FIELDS for order in orders)
    [face] = [order for order in orders if order["method"] == "face"]
    assert (face["person"], face["amount_minor"], face["currency"]) == ("M-1001", 680, "CNY")
    assert face["identify_ms"] > 0
    assert face["answer_ms"] > 0
    by_code = orders[0]
    assert (by_code["method"], by_code["person"], by_code["identify_ms"]) == ("wechat", None, None)
    assert {order["outcome"] for order in orders} == {"paid"}
    assert morning.written["measures"]["ready_ms"] > 0


@pytest.mark.slow
def test_the_folder_of_pictures_loses_those_of_the_last_run_and_nothing_else(morning: Morning) -> None:
    assert (morning.done.pictures / "holiday.png").read_bytes() == b"not ours"
    assert not (morning.done.pictures / "999-cashier-plain.png").exists()
    assert len(list(morning.done.pictures.glob("*-customer-*.png"))) > 10


@pytest.mark.slow
def test_neither_codes_nor_digits_stand_in_the_log_or_in_the_journal(morning: Morning) -> None:
    log, journal = (morning.done.left / "agent.log").read_text(), journal_text(morning.done.left / "data")
    assert "BarcodeScanned" in journal
    assert "Tapped" in journal
    for secret in morning.secrets:
        alone = re.compile(rf"(?<!\d){secret}(?!\d)")
        assert not alone.search(journal), "in the journal"
        assert not alone.search(log), "in the log"


@pytest.mark.slow
def test_no_picture_is_in_the_terminals_files_nor_fits_into_a_row_of_its_journal(morning: Morning) -> None:
    files = [*(morning.done.left / "data").rglob("*"), morning.done.left / "agent.log"]
    bodies = {path.name: path.read_bytes() for path in files if path.is_file()}
    assert set(bodies) >= {"hyla.db", "hyla.key", "agent.log"}
    journal = journal_text(morning.done.left / "data")
    bodies["the journal in clear"] = journal.encode()
    assert [name for name, body in bodies.items() for begin in PICTURES if begin in body] == []
    assert max(map(len, journal.split("\n"))) < ROW_BYTES_MAX


@pytest.mark.slow
def test_what_never_comes_true_exits_1_with_act_step_and_what_was_on_the_screen(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert desk.main(["--headless", "--scenario", written(folder, A_DREAM)]) == 1
    said = capsys.readouterr().err
    assert "act 1 (Nothing happens), see = " in said
    assert "the customer never read ¥1,000.00; the screen says: " in said
    assert "¥2.00" in said
