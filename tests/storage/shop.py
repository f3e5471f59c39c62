"""A small shop for the storage tests: real facts and states of the core, nothing pretended."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from agent.core import ids, payment, state, visit
from agent.core.charge import Captured, ChargeRequest, CodePayer
from agent.core.commands import KeepRecord
from agent.core.events import ChargeAnswered, Instant
from agent.core.ids import OrderId, PaymentKey, Secret
from agent.core.money import Money
from agent.ports import AttemptRow, Entry, RefundRow
from agent.storage.database import Database, open_database
from agent.storage.journal import Journal
from agent.storage.known import CODEC
from agent.storage.orders import OrderRow

if TYPE_CHECKING:  # a child that is killed over and over need not import it
    import pytest

CODE = "134567890123456789"  # a payment code, which must never be written down


def encode_record(seq: int, record: KeepRecord, at: Instant) -> bytes:
    return json.dumps({"seq": seq, "id": record.id, "time": at.utc_ms, "data": record.data}).encode()


def open_journal(folder: Path) -> tuple[Database, Journal]:
    database = open_database(folder)
    return database, Journal(database, CODEC, encode_record)


def key(number: int, attempt: int = 1) -> PaymentKey:
    return ids.payment_key(order(number), attempt)


def order(number: int) -> OrderId:
    return ids.order_id(ids.DeviceId("desk-01"), "7f3a", number)


def attempt(number: int, nth: int = 1, amount_minor: int = 2380, *, open: bool = True) -> AttemptRow:
    outcome = "asking" if open else "declined"
    return AttemptRow(key(number, nth), order(number), nth, amount_minor, "CNY", "wechat", open, outcome)


def part(number: int, nth: int = 1, amount_minor: int = 380, outcome: str = "unknown") -> RefundRow:
    """One part of an order on its way back, or back."""
    name, is_open = ids.refund_key(order(number), nth, amount_minor), outcome in ("unknown", "accepted")
    return RefundRow(name, order(number), nth, amount_minor, "CNY", "face", is_open, outcome, 5_000 + nth)


def order_row(number: int, outcome: str = "paid") -> visit.Summary:
    """What the turn says of an order."""
    return visit.Summary(order(number), "face", Money(2380), outcome, 1, ids.PersonId("m-1"), 412, 63)


def kept_row(number: int, outcome: str = "paid", *, turn: int | None = None) -> OrderRow:
    """What is read of it afterwards, written in that turn."""
    utc_ms = 1_000 + (number if turn is None else turn)
    return OrderRow(order(number), "face", 2380, "CNY", outcome, 1, ids.PersonId("m-1"), 412, 63, utc_ms)


def kept(number: int) -> state.Kept:
    """A terminal in the middle of order `number`, a payment code in hand."""
    request = ChargeRequest(
        key(number), order(number), Money(2380), CodePayer("wechat", Secret(CODE)), "abc", 9_000
    )
    paying = payment.Payment(order(number), Money(2380), "abc", payment.Phase.ASKING, 1, request)
    fresh = state.Kept.fresh("CNY")
    return replace(fresh, orders=number, visit=replace(fresh.visit, payment=paying))


def entry(number: int, **more: object) -> Entry:
    """The turn in which order `number` was answered."""
    plain = Entry(
        ChargeAnswered(key(number), Captured(23, 123)), Instant(number, 1_000 + number), kept(number)
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def record(name: str) -> KeepRecord:
    return KeepRecord(name, "sale", {"order_id": name, "lines": [{"gtin": "6901234567892", "quantity": 2}]})


def older_store(folder: Path, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    """A store as the first hyla left it: turns without hashes."""
    monkeypatch.setattr("agent.storage.database.VERSION", 1)
    monkeypatch.setattr("agent.storage.database.check_tail", lambda *_: None)
    with open_database(folder) as database:
        for number in range(1, rows + 1):
            one = entry(number)
            row = (number, one.at.mono_ms, one.at.utc_ms, "ChargeAnswered", CODEC.encode(one.fact))
            with database.transaction() as connection:
                connection.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?)", row)
                connection.execute("REPLACE INTO state VALUES (1, ?, ?)", (number, CODEC.encode(one.kept)))
    monkeypatch.undo()
