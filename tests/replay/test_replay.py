"""A bundle is run again: it goes the same way, or the turn that does not is pointed at."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from agent.cli import main as hyla
from agent.core import payment
from agent.core.charge import Captured
from agent.core.commands import AskCharge, AskQuery
from agent.core.events import Device, DeviceLost, Intent, MembersMarked, OrdersFound, Started, TimerFired
from agent.core.ids import FORGOTTEN, OrderId, PersonId, Secret
from agent.core.marks import TrustMark, TrustMarks
from agent.core.money import Money
from agent.core.payment import Act, Phase, Signal
from agent.core.refund import Standing
from agent.core.sold import SoldOrder
from agent.core.staff import pin_record
from agent.core.visit import Stage
from agent.storage.bundle import Bundle, BundleError, _digest, altered, write
from agent.storage.database import open_database
from agent.storage.verify import verify
from simulator.replay import first_difference, load, replay
from simulator.replay_test import outline
from simulator.replay_words import as_json, conclusion, lines
from simulator.sim import main
from tests.playbook import UTC_START_MS, says, scans, sees, shows_code, taps
from tests.replay.conftest import Cut
from tests.replay.counter import Till, cut_from
from tests.shop import DAY_MS, DIGITS, LI, RULES, WATER, trusting
from tests.storage.visits import BACK, CODE, ON_TRUST, VISITS, collected

PIN = Secret("86420135")


@pytest.mark.parametrize("name", VISITS)
def test_every_kind_of_visit_goes_the_same_way_again(bundle_of: Cut, name: str) -> None:
    turns = replay(bundle_of(name))
    assert {turn.verdict for turn in turns} == {"same"}
    assert turns[0].standing == "basket"
    assert turns[-1].standing == "idle"


def test_the_story_says_what_both_people_read_and_what_was_sent(bundle_of: Cut) -> None:
    bundle = bundle_of("unknown first")
    said = "\n".join(lines(bundle, replay(bundle), "en"))
    assert "the cashier touched charge → choose" in said
    assert "customer: Do not pay again" in said
    assert "wishes:   charge desk-01-7f3a-000004-1 ¥8.80; wait 5 s (payment)" in said
    assert "wishes:   query desk-01-7f3a-000004-1" in said
    assert "customer: Paid" in said


def test_what_the_journal_does_not_hold_is_filled_in_and_named(bundle_of: Cut) -> None:
    bundle = bundle_of("by face")
    said = "\n".join(lines(bundle, replay(bundle)))
    assert "gap:      the digits are not kept" in said
    assert "gap:      the frames are not kept; it fits that a member was recognised" in said
    assert f"gap:      the frames are not kept; it fits that {LI} was recognised" in said


def test_a_machine_that_decides_otherwise_is_caught_at_its_turn(
    bundle_of: Cut, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {**payment.TABLE[Phase.ASKING], Signal.LINK_LOST: (Phase.READY, Act.REST)}
    monkeypatch.setitem(payment.TABLE, Phase.ASKING, row)
    bundle = bundle_of("unknown first")
    turns = replay(bundle)
    different = first_difference(turns)
    assert different is not None
    assert different.turn.kind == "DeviceLost"
    assert different.why == "it led to pay/unknown then, now to not_paid"
    assert conclusion(turns).startswith(
        f"✕ row {different.turn.seq} goes another way (cloud does not work: lost)"
    )
    assert as_json(bundle, turns)["first_difference"] == different.turn.seq


def test_the_same_place_with_another_amount_of_points_is_another_way(
    bundle_of: Cut, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = payment.answered

    def twice(p: payment.Payment, key: object, answer: object, *rest: object) -> payment.Step:
        more = Captured(2 * answer.points_earned, 0) if isinstance(answer, Captured) else answer
        return once(p, key, more, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(payment, "answered", twice)
    different = first_difference(replay(bundle_of("by face")))
    assert different is not None
    assert different.turn.stage == different.standing == "paid"
    assert "another content" in different.why


def test_a_turn_that_breaks_a_rule_today_is_pointed_at_and_not_carried_out(
    bundle_of: Cut, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {**payment.TABLE[Phase.READY], Signal.ASK: (Phase.READY, Act.CHARGE)}
    monkeypatch.setitem(payment.TABLE, Phase.READY, row)
    different = first_difference(replay(bundle_of("by code")))
    assert different is not None
    assert different.why.startswith("this hyla refuses the turn: ")


# --- trouble, crashes, and what cannot be told ----------------------------------------------------


def test_a_link_that_was_down_before_the_order_is_down_again(tmp_path: Path) -> None:
    till = Till(tmp_path) >> DeviceLost(Device.CLOUD, "unreachable")
    till >> scans(WATER) >> taps(Intent.CHARGE) >> shows_code()
    turns = replay(cut_from(till))
    assert {turn.verdict for turn in turns} == {"same"}
    assert turns[-1].standing == "not_paid"
    assert turns[-1].cashier is not None
    assert [sign.device for sign in turns[-1].cashier.signs if not sign.ok] == ["cloud"]


def test_a_crash_in_the_middle_of_a_payment_is_replayed_as_the_restart_it_was(tmp_path: Path) -> None:
    till = Till(tmp_path) >> scans(WATER) >> taps(Intent.CHARGE) >> shows_code()
    till.dies()
    till >> Started() >> says(Captured()) >> taps(Intent.DONE)
    turns = replay(cut_from(till))
    assert {turn.verdict for turn in turns} == {"same"}
    kinds = {turn.turn.kind: turn for turn in turns}
    assert any(isinstance(wish, AskQuery) for wish in kinds["Started"].wishes)
    charges = [wish for turn in turns for wish in turn.wishes if isinstance(wish, AskCharge)]
    assert len(charges) == 1


def test_goods_on_trust_go_the_same_way_again_also_when_the_next_customer_comes(tmp_path: Path) -> None:
    """The next order's turns begin with the debt there, and the debt is collected among them."""
    till = Till(tmp_path)
    till.state = trusting(till.state)
    for fact in ON_TRUST[:-5]:  # the goods are gone, the link is down
        till >> fact
    for fact in (scans(WATER), BACK, TimerFired("collect", till.state.rounds), collected):
        till >> fact
    till >> taps(Intent.CHARGE) >> shows_code(CODE) >> says(Captured()) >> taps(Intent.DONE)
    for number in ("000001", "000002"):
        turns = replay(cut_from(till, number))
        assert {turn.verdict for turn in turns} == {"same"}
    assert "owed" in {turn.standing for turn in replay(cut_from(till, "000001"))}


def test_prices_and_waits_are_those_of_then(tmp_path: Path) -> None:
    till = Till(tmp_path) >> scans(WATER) >> taps(Intent.CHARGE) >> taps(Intent.CANCEL)
    dearer = {WATER: replace(RULES.goods[WATER], price=replace(RULES.goods[WATER].price, amount_minor=900))}
    till.dies()
    till.state = replace(till.state, rules=replace(RULES, goods=dearer, digits_tries=1))
    till >> scans(WATER) >> taps(Intent.CHARGE) >> shows_code()
    turns = replay(cut_from(till))
    assert {turn.verdict for turn in turns} == {"same"}
    assert turns[-1].customer is not None
    assert turns[-1].customer.amount == "¥9.00"
    first = replay(cut_from(till, "000001"))
    assert first[0].customer is not None
    assert first[0].customer.amount == "¥2.00"


@pytest.mark.parametrize(
    ("frames", "stage", "gap"),
    [
        (10 * [sees(LI, 0.1)], "nobody", "it fits that nobody was recognised"),
        (3 * [sees(LI, live=0.1)], "nobody", "it fits that a picture was held up"),
    ],
    ids=["nobody", "a picture"],
)
def test_why_nobody_was_recognised_follows_from_where_it_led(
    tmp_path: Path, frames: list[object], stage: str, gap: str
) -> None:
    till = Till(tmp_path) >> scans(WATER) >> taps(Intent.CHARGE) >> taps(Intent.PAY_BY_FACE)
    for frame in frames:
        till >> frame
    turns = replay(cut_from(till))
    assert {turn.verdict for turn in turns} == {"same"}
    assert (turns[-1].standing, gap in turns[-1].gaps[0]) == (stage, True)


def test_a_member_who_did_not_pay_stays_unknown_and_is_not_called_a_difference(tmp_path: Path) -> None:
    till = Till(tmp_path) >> scans(WATER) >> taps(Intent.CHARGE) >> taps(Intent.PAY_BY_FACE)
    for fact in (*3 * [sees(LI)], taps(Intent.GIVE_DIGITS, DIGITS), *3 * [sees(LI)], taps(Intent.NOT_ME)):
        till >> fact
    bundle = cut_from(till)
    turns = replay(bundle)
    assert [turn.turn.stage for turn in turns if turn.verdict == "cannot tell"] == [Stage.CONFIRM]
    assert turns[-1].verdict == "same"
    assert conclusion(turns).endswith("1 stand at the same place, more cannot be told")
    assert f'"{LI}"' not in write(bundle, packed=False).decode()


def test_where_a_forgotten_word_decided_the_replay_says_so_and_calls_nothing_a_difference(
    bundle_of: Cut, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with the digits of a phone: only that they were given is in the journal."""
    monkeypatch.setattr("simulator.replay.SOME_DIGITS", FORGOTTEN)
    turns = replay(bundle_of("by face"))
    asked = next(turn for turn in turns if turn.turn.stage == "match")
    assert asked.verdict == "cannot tell"
    assert "depends on a word that is not kept" in asked.gaps[0]
    assert first_difference(turns) is None


# --- what was typed, and behind the till ----------------------------------------------------------


def test_what_was_handed_over_in_cash_is_kept_and_the_change_is_the_same_again(tmp_path: Path) -> None:
    till = Till(tmp_path) >> scans(WATER) >> taps(Intent.CHARGE) >> taps(Intent.PAY_CASH)
    till >> taps(Intent.CASH_RECEIVED, "50") >> taps(Intent.DONE)
    turns = replay(cut_from(till))
    assert {turn.verdict for turn in turns} == {"same"}
    said = "\n".join(lines(cut_from(till), turns, "en"))
    assert "the cashier touched cash_received 50 → paid" in said


def sold_for_cash(till: Till) -> Till:
    """A shop with a manager, and one order of the past."""
    till.state = replace(
        till.state, rules=replace(till.state.rules, manager_pin=pin_record(PIN, bytes(16)))
    )
    till >> scans(WATER) >> taps(Intent.CHARGE) >> taps(Intent.PAY_CASH)
    return till >> taps(Intent.CASH_RECEIVED, "2") >> taps(Intent.DONE)


def gives_back(till: Till, *pins: str) -> Till:
    order = SoldOrder(
        OrderId("desk-01-7f3a-000001"), None, "cash", Money(200), "paid", UTC_START_MS, Money(0)
    )
    till >> taps(Intent.OFFICE) >> taps(Intent.FIND)
    till >> OrdersFound(till.state.lookups, (order,)) >> taps(Intent.REFUND_ALL)
    for pin in pins:
        till >> taps(Intent.GIVE_PIN, pin)
    return till


def test_a_refund_with_a_wrong_and_a_right_pin_goes_the_same_way_and_no_pin_is_anywhere(
    tmp_path: Path,
) -> None:
    till = gives_back(sold_for_cash(Till(tmp_path)), "97531864", PIN.reveal())
    assert till.state.kept.refunds[0].standing is Standing.REFUNDED
    bundle = cut_from(till, "000001")
    turns = replay(bundle)
    assert {turn.verdict for turn in turns} == {"same"}
    said = "\n".join(lines(bundle, turns, "en"))
    assert "the cashier touched give_pin wrong → idle" in said
    assert "the cashier touched give_pin right → idle" in said
    everything = b"".join(file.read_bytes() for file in till.folder.iterdir()) + write(bundle, packed=False)
    assert PIN.reveal().encode() not in everything
    assert b"97531864" not in everything


def test_a_refund_that_would_go_another_way_today_is_pointed_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = cut_from(gives_back(sold_for_cash(Till(tmp_path)), PIN.reveal()), "000001")
    monkeypatch.setattr("agent.core.refund_desk.objection", lambda *_: "refund_too_late")
    different = first_difference(replay(bundle))
    assert different is not None
    assert different.turn.seq == bundle.later[-1].seq


def test_a_decision_about_another_order_is_in_another_bundle(tmp_path: Path) -> None:
    till = gives_back(sold_for_cash(Till(tmp_path)), PIN.reveal())
    till >> scans(WATER) >> taps(Intent.CHARGE) >> taps(Intent.CANCEL)
    bundle = cut_from(till, "000002")
    assert bundle.later == []
    assert "GIVE_PIN" not in write(bundle, packed=False).decode()


# --- whom else the cloud trusts -------------------------------------------------------------------


def marks_of(*people: str) -> TrustMarks:
    rows = tuple(TrustMark(PersonId(person), 5_000, UTC_START_MS + DAY_MS) for person in people)
    return TrustMarks(2, UTC_START_MS, "CNY", rows)


def on_trust(till: Till) -> Till:
    till.state = trusting(till.state)
    till >> MembersMarked(marks_of(LI, "wang", "zhao"))
    for fact in ON_TRUST[:-5]:
        till >> fact
    return till


def test_a_bundle_holds_the_mark_of_who_bought_and_of_nobody_else(tmp_path: Path) -> None:
    bundle = cut_from(on_trust(Till(tmp_path)))
    text = write(bundle, packed=False).decode()
    assert f'"{LI}"' in text
    assert "wang" not in text
    assert "zhao" not in text
    assert altered(bundle) == ""
    assert {turn.verdict for turn in replay(bundle)} == {"same"}


def test_the_journal_keeps_no_list_of_whom_the_cloud_trusts_for_ever(tmp_path: Path) -> None:
    till = on_trust(Till(tmp_path))
    with open_database(till.folder, readonly=True) as database:
        facts = [body for (body,) in database.rows("SELECT body FROM journal")]
        assert verify(database).misfit is None
    assert "wang" not in "".join(facts)


def test_an_altered_mark_is_found_although_its_neighbours_were_left_out(tmp_path: Path) -> None:
    bundle = cut_from(on_trust(Till(tmp_path)))
    [kept] = [piece for piece in bundle.surroundings if piece.what == "kept"]
    kept.body["marks"]["version"] = 9
    assert "its checksum" in altered(bundle)
    assert "its surroundings (kept)" in altered(msgspec.structs.replace(bundle, sha256=_digest(bundle)))


def test_marks_that_came_in_the_very_visit_are_not_kept_and_the_replay_says_so(tmp_path: Path) -> None:
    till = Till(tmp_path)
    till.state = trusting(till.state)
    first, *rest = ON_TRUST[:-5]
    till >> first >> MembersMarked(marks_of(LI, "wang"))
    for fact in rest:
        till >> fact
    verdicts = [turn.verdict for turn in replay(cut_from(till))]
    assert "differs" not in verdicts
    assert "cannot tell" in verdicts


def test_a_state_of_another_program_is_compared_by_where_it_stands(bundle_of: Cut) -> None:
    bundle = bundle_of("by code")
    for piece in bundle.surroundings:
        if piece.what == "kept":
            del piece.body["recent"]  # as one wrote it that did not know this field
    of_then = [msgspec.structs.replace(turn, kept_sha256="00" * 32) for turn in bundle.turns]
    bundle.turns[:] = of_then
    assert {turn.verdict for turn in replay(bundle)} == {"cannot tell"}


def test_a_journal_from_before_says_that_it_lacks_the_beginning(bundle_of: Cut) -> None:
    bundle = bundle_of("by face")
    bundle.surroundings[:] = [piece for piece in bundle.surroundings if piece.what != "kept"]
    with pytest.raises(BundleError, match="the state before its first turn was not kept"):
        replay(bundle)


# --- the commands ---------------------------------------------------------------------------------


def written(bundle: Bundle, file: Path) -> str:
    file.write_bytes(write(bundle, packed=file.suffix == ".gz"))
    return str(file)


def test_the_command_tells_the_story_and_its_exit_code_says_the_same(
    bundle_of: Cut, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(bundle_of("by face"), tmp_path / "one.json.gz")
    assert main(["replay", file]) == 0
    assert "✓ 12 of 12 turns led to the journalled state" in capsys.readouterr().out
    assert main(["replay", file, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["same"], told["first_difference"], len(told["turns"])) == (True, None, 12)
    assert CODE not in str(told)


def test_a_turn_that_goes_another_way_exits_with_one(
    bundle_of: Cut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(bundle_of("by code"), tmp_path / "one.json")
    row = {**payment.TABLE[Phase.ASKING], Signal.CAPTURED: (Phase.READY, Act.REST)}
    monkeypatch.setitem(payment.TABLE, Phase.ASKING, row)
    assert main(["replay", file]) == 1
    assert "✕ row 5 goes another way" in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"", b"{}", b"\x1f\x8bnonsense", b'{"bundle": 2}', b"[" * 100_000])
def test_what_is_no_bundle_exits_with_two(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "no.json"
    file.write_bytes(content)
    assert main(["replay", str(file)]) == 2
    assert "no bundle" in capsys.readouterr().err
    assert main(["replay", str(tmp_path / "nowhere")]) == 2


def test_an_altered_bundle_is_not_replayed(bundle_of: Cut, tmp_path: Path) -> None:
    file = Path(written(bundle_of("by code"), tmp_path / "one.json"))
    file.write_text(file.read_text("utf-8").replace("880", "881"), "utf-8")
    with pytest.raises(BundleError, match="altered: its checksum"):
        load(file)


def test_a_complaint_becomes_a_test_that_passes(
    bundle_of: Cut, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "test_complaint.py"
    assert (
        main(["replay", written(bundle_of("unknown first"), tmp_path / "one.json"), "--test", str(file)])
        == 0
    )
    assert str(file) in capsys.readouterr().err
    text = file.read_text("utf-8")
    assert "def test_desk_01_7f3a_000004_goes_as_it_should" in text
    assert "DeviceLost → pay/unknown · unknown.headline · cashier.unknown" in text
    assert max(map(len, text.splitlines())) <= 108
    scope: dict[str, object] = {"__file__": str(file), "__name__": "complaint"}
    exec(compile(text, str(file), "exec"), scope)
    test = scope["test_desk_01_7f3a_000004_goes_as_it_should"]
    assert callable(test)
    test()
    assert isinstance(scope["SHOULD"], list)
    scope["SHOULD"][0] = "9 something else"
    with pytest.raises(AssertionError):
        test()


def test_what_was_asked_back_stands_in_the_test(bundle_of: Cut) -> None:
    bundle = bundle_of("back in two parts")
    said = outline(replay(bundle))
    asked = [line.partition(" sends ")[2] for line in said if "refund desk-" in line]
    order = bundle.order_id
    assert asked == [f"refund {order}-R1-200 ¥2.00", f"refund {order}-R2-680 ¥6.80"]


def test_a_test_is_written_where_pytest_looks_and_never_over_one_that_was_corrected(
    bundle_of: Cut, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, file = written(bundle_of("by code"), tmp_path / "one.json"), tmp_path / "test_complaint.py"
    with pytest.raises(SystemExit, match="2"):
        main(["replay", bundle, "--test", str(tmp_path / "complaint.py")])
    assert "expected test_….py" in capsys.readouterr().err
    assert main(["replay", bundle, "--test", str(file)]) == 0
    file.write_text("SHOULD = [] # corrected", "utf-8")
    assert main(["replay", bundle, "--test", str(file)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert file.read_text("utf-8") == "SHOULD = [] # corrected"


def orders_with_a_crash(day: Path) -> list[tuple[Path, OrderId]]:
    """Orders in whose midst the process came back."""
    found = []
    for till in sorted(day.iterdir()):
        with open_database(till, readonly=True) as database:
            rows = database.rows("SELECT order_id FROM journal WHERE kind = 'Started' AND order_id <> ''")
            found += [(till, OrderId(order)) for (order,) in rows]
    return found


def test_a_day_of_the_simulation_can_be_kept_and_its_crash_replayed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    day, out = tmp_path / "day", tmp_path / "one.json"
    assert main(["seed", "2", "--keep", str(day)]) == 0
    (till, order), *_ = orders_with_a_crash(day)
    assert hyla(["report", "--data", str(till), "--order", order, "--out", str(out)]) == 0
    capsys.readouterr()
    assert main(["replay", str(out), "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "the terminal started → " in said
    assert "turns led to the journalled state" in said
    assert main(["seed", "2", "--keep", str(day)]) == 2
    assert "a journal lies here already" in capsys.readouterr().err
