"""One order cut out of the journal: what is in it, what never is, and that a change is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import apsw
import msgspec
import pytest

from agent.core.ids import OrderId
from agent.storage.bundle import Bundle, Turn, altered, cut, read, write
from agent.storage.database import Database, open_database
from agent.storage.verify import Misfit, verify
from tests.shop import DIGITS, RULES, WATER
from tests.storage import shop
from tests.storage.visits import CODE, VISITS, Till, morning_in

FACE = OrderId("desk-01-7f3a-000002")
UNKNOWN = OrderId("desk-01-7f3a-000004")
VOIDED = OrderId("desk-01-7f3a-000005")


@pytest.fixture
def morning(tmp_path: Path) -> Path:
    return morning_in(tmp_path / "data")


def cut_from(folder: Path, order: OrderId = FACE) -> Bundle:
    with open_database(folder, readonly=True) as database:
        return cut(database, order)


def pieces(database: Database, what: str) -> list[int]:
    rows = database.rows("SELECT seq FROM surroundings WHERE what = ? ORDER BY seq", (what,))
    return [seq for (seq,) in rows]


# --- what is written around a turn ----------------------------------------------------------------


def test_what_stands_around_a_turn_is_written_once_and_the_state_when_a_visit_begins(morning: Path) -> None:
    with open_database(morning, readonly=True) as database:
        assert pieces(database, "rules") == [1]
        assert pieces(database, "goods") == [1, 2]
        begun = database.rows("SELECT min(seq) FROM journal WHERE stage = 'basket' GROUP BY order_id")
        assert begun[0][0] in pieces(database, "kept")
        at = "SELECT kind FROM journal JOIN surroundings USING (seq) WHERE what = 'kept' ORDER BY seq"
        kinds = [kind for (kind,) in database.rows(at)]
        assert kinds.count("BarcodeScanned") == len(VISITS)
        assert set(kinds) == {"BarcodeScanned", "Tapped"}  # a tap: somebody decided behind the till


def test_another_start_writes_its_rules_only_when_they_changed(morning: Path) -> None:
    database, journal = shop.open_journal(morning)
    with database:
        till = Till()
        for entry in till.visit("given up"):
            journal.commit(replace(entry, orders=(), records=()))
        assert len(pieces(database, "rules")) == 1
    database, journal = shop.open_journal(morning)
    with database:
        till.state = replace(till.state, rules=replace(RULES, digits_tries=1))
        for entry in till.visit("given up"):
            journal.commit(replace(entry, orders=(), records=()))
        assert len(pieces(database, "rules")) == 2


def test_a_text_of_the_rules_that_is_not_known_to_be_harmless_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a word added to the rules later, such as a PIN, does not go out with a complaint."""
    monkeypatch.setattr("agent.storage.surroundings.HARMLESS_TEXTS", frozenset({"device"}))
    database, journal = shop.open_journal(tmp_path / "data")
    with database:
        for entry in Till().visit("by code"):
            journal.commit(entry)
        text = str(cut(database, OrderId("desk-01-7f3a-000001")).surroundings)
    assert "desk-01" in text
    assert RULES.shop_en not in text


def test_a_turn_that_was_not_written_leaves_nothing_to_be_forgotten(tmp_path: Path) -> None:
    database, journal = shop.open_journal(tmp_path / "data")
    with database:
        first, *rest = Till().visit("by code")
        twice = (shop.record("one"), shop.record("one"))
        with pytest.raises(Exception, match="UNIQUE"):
            journal.commit(replace(first, records=twice))
        for entry in (first, *rest):
            journal.commit(entry)
        assert pieces(database, "rules") == [1]


def test_what_stood_around_a_turn_can_be_neither_changed_nor_taken_away(morning: Path) -> None:
    with open_database(morning) as database:
        for change in ("UPDATE surroundings SET body = x''", "DELETE FROM surroundings"):
            with pytest.raises(apsw.ConstraintError, match="never"):
                database.connection.execute(change)


def test_verify_finds_changed_surroundings(morning: Path) -> None:
    with open_database(morning) as database:
        database.connection.execute("DROP TRIGGER surroundings_are_not_changed")
        for body in (b"", b"nonsense"):
            database.connection.execute("UPDATE surroundings SET body = ? WHERE what = 'rules'", (body,))
            why = "its surroundings (rules) are not what was written"
            assert verify(database).misfit == Misfit(1, why)


# --- what a bundle holds --------------------------------------------------------------------------


def test_it_holds_the_whole_visit_the_settings_and_the_prices(morning: Path) -> None:
    bundle = cut_from(morning)
    assert [turn.kind for turn in bundle.turns][:3] == ["BarcodeScanned", "BarcodeScanned", "Tapped"]
    assert bundle.turns[-1].stage == "idle"
    by_what = {piece.what: piece.body for piece in bundle.surroundings}
    assert by_what["rules"]["rules"]["waits"]["answer_wait_ms"] == RULES.waits.answer_wait_ms
    assert WATER in [piece.name for piece in bundle.surroundings if piece.what == "goods"]
    assert bundle.order is not None
    assert (bundle.order["outcome"], bundle.order["amount_minor"]) == ("paid", 880)
    assert bundle.chain.rows == 83


def test_what_was_heard_of_it_after_the_visit_is_in_it_too(morning: Path) -> None:
    [later] = cut_from(morning, VOIDED).later
    assert later.kind == "RecordsTaken"


@pytest.mark.parametrize("number", range(1, len(VISITS) + 1))
def test_no_code_no_digits_no_name_and_no_score_is_in_it(morning: Path, number: int) -> None:
    bundle = cut_from(morning, OrderId(f"desk-01-7f3a-{number:06d}"))
    facts = json.dumps([turn.fact for turn in bundle.turns])
    text = write(bundle, packed=False).decode()
    assert CODE not in text
    assert f'"{DIGITS}"' not in text
    assert "*明" not in text
    assert "score_cosine" not in text
    assert '"best": null' in facts or "FaceSeen" not in facts


# --- unaltered ------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_a_bundle_is_read_as_it_was_written(morning: Path, packed: bool) -> None:
    bundle = cut_from(morning)
    again = read(write(bundle, packed))
    assert again == bundle
    assert altered(again) == ""
    assert write(cut_from(morning), packed) == write(bundle, packed)


def resealed(bundle: Bundle, **changes: object) -> Bundle:
    """As somebody would who knows how to compute the checksum, and no more."""
    import agent.storage.bundle as module

    changed = msgspec.structs.replace(bundle, **changes)
    return msgspec.structs.replace(changed, sha256=module._digest(changed))


def other_fact(turns: list[Turn]) -> list[Turn]:
    return [msgspec.structs.replace(turns[0], fact={"$": "Started"}), *turns[1:]]


def without_one(turns: list[Turn]) -> list[Turn]:
    return [turns[0], *turns[2:]]


def no_hash(turns: list[Turn]) -> list[Turn]:
    return [msgspec.structs.replace(turns[0], previous="not hexadecimal"), *turns[1:]]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (other_fact, "its hash is not that of its content"),
        (without_one, "it does not follow the row before it"),
        (no_hash, "its hash is not that of its content"),
    ],
)
def test_a_changed_missing_or_broken_turn_is_named(
    morning: Path, change: Callable[[list[Turn]], list[Turn]], why: str
) -> None:
    bundle = cut_from(morning)
    assert why in altered(resealed(bundle, turns=change(bundle.turns)))


def test_changed_rules_are_found(morning: Path) -> None:
    bundle = cut_from(morning)
    for piece in bundle.surroundings:
        if piece.what == "rules":
            piece.body["rules"]["waits"]["answer_wait_ms"] = 1
    assert "its surroundings (rules)" in altered(resealed(bundle))


def test_any_other_change_breaks_the_checksum(morning: Path) -> None:
    bundle = cut_from(morning, UNKNOWN)
    assert "checksum" in altered(msgspec.structs.replace(bundle, hyla="0.0.1"))


def test_an_order_of_an_older_journal_is_cut_without_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "old"
    shop.older_store(folder, monkeypatch, 5)
    with open_database(folder) as database:
        bundle = cut(database, shop.order(3))
    assert altered(bundle) == ""
    assert (bundle.surroundings, bundle.turns) == ([], [])
    assert len(bundle.later) == 1
