"""`hyla orders receipt`: a sale of the journal as text, found by its number or the end of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.cli import main
from agent.core.commands import LookUpOrders
from agent.core.events import Event, Intent, OrdersFound
from agent.core.ids import OrderId
from agent.core.slip import Slip, SlipGiven, SlipLine
from agent.storage.archive import Archive
from agent.storage.database import open_database
from agent.storage.journal import Journal
from agent.storage.known import CODEC
from agent.storage.trouble import JournalRefused
from agent.turn import take
from tests.playbook import Playbook, taps
from tests.shop import terminal, to_cash
from tests.storage.shop import encode_record, entry

DESK = Path(__file__).resolve().parents[2] / "device_profiles" / "desk.toml"


@pytest.fixture
def sold(tmp_path: Path) -> OrderId:
    """One sale for cash is in the journal."""
    shop = to_cash(Playbook(terminal()))
    fact = taps(Intent.CASH_RECEIVED, "10")(shop.state)  # type: ignore[operator]
    turn = take(shop.state, fact, shop.at).entry
    assert turn is not None
    with open_database(tmp_path) as database:
        Journal(database, CODEC, encode_record).commit(turn)
    return turn.orders[0].order_id


def hyla(folder: Path, *words: str) -> int:
    set_folder = f"device.data_dir={folder}"
    return main(["orders", "receipt", *words, "--profile", str(DESK), "--set", set_folder])


def whole(folder: Path, order: OrderId) -> OrdersFound:
    heard: list[Event] = []
    with open_database(folder) as database:
        Archive(database, "CNY", heard.append).look_up(LookUpOrders(7, order, whole=True))
    [answer] = heard
    assert isinstance(answer, OrdersFound)
    return answer


def test_a_sale_is_printed_as_a_copy_with_its_goods(
    sold: OrderId, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hyla(tmp_path, sold[-6:], "--language", "en") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].strip() == "*** COPY ***"
    assert "Total CNY                   8.80" in lines
    assert "Change                      1.20" in lines
    assert sold in lines


def test_wide_paper_and_json_say_the_same(
    sold: OrderId, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hyla(tmp_path, sold, "--width", "48", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["amount_minor"], told["method"], told["copies"]) == (880, "cash", 0)
    assert sum(one["quantity"] * one["price_minor"] for one in told["goods"]) == 880
    assert "-" * 48 in told["text"]


@pytest.mark.usefixtures("sold")
@pytest.mark.parametrize("number", ["999999", "8.80", "", "../x", "'; DROP TABLE orders"])
def test_a_number_that_is_none_is_said(
    number: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hyla(tmp_path, number) == 1
    assert "no order's number" in capsys.readouterr().err


def test_without_a_journal_the_next_step_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hyla(tmp_path / "nowhere", "1") == 2
    assert capsys.readouterr().err


def test_the_goods_are_written_with_the_sale_and_the_copies_counted(sold: OrderId, tmp_path: Path) -> None:
    [order] = whole(tmp_path, sold).orders
    assert order.slip is not None
    assert order.slip.tendered_minor == 1000
    for number in (1, 2):
        with open_database(tmp_path) as database:
            Journal(database, CODEC, encode_record).commit(entry(9, given=SlipGiven(sold, number)))
    assert whole(tmp_path, sold).orders[0].slips == 2


def test_the_goods_of_a_sale_are_never_deleted(sold: OrderId, tmp_path: Path) -> None:
    with (
        open_database(tmp_path) as database,
        pytest.raises(JournalRefused, match="never deleted"),
        database.transaction() as connection,
    ):
        connection.execute("DELETE FROM slips WHERE order_id = ?", (sold,))


def test_an_order_of_an_older_hyla_has_no_goods(sold: OrderId, tmp_path: Path) -> None:
    with open_database(tmp_path) as database, database.transaction() as connection:
        connection.execute("DROP TRIGGER slip_is_not_deleted")
        connection.execute("DELETE FROM slips")
    assert whole(tmp_path, sold).orders[0].slip is None


def test_a_slip_comes_back_as_it_was_written() -> None:
    slip = Slip((SlipLine("水", "Water", 1, 200),))
    assert CODEC.decode(CODEC.encode(slip), Slip) == slip
