"""A day is compared for real: journal on disk, cloud and provider behind a broker, papers in a folder."""

from __future__ import annotations

import csv
import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.books.bookkeeper import BookkeeperDesk, Place
from agent.books.paper import Paper, csv_of, text_of, write_papers
from agent.books.words import DIFFERENCES, ENDINGS, METHODS, OUTCOMES
from agent.cloud.client import CloudTask, Hearers
from agent.cloud.messages import record_body
from agent.core.codes import GoodsCode, PaymentCode
from agent.core.commands import CompareDay, KeepRecord
from agent.core.compare import BookRow, Comparison, Difference, Kind, compare
from agent.core.day import Day, Standing
from agent.core.events import BarcodeScanned, DayCompared, Event, Instant, Intent, Tapped
from agent.core.figures import DAY_MS, Ending, Tally
from agent.core.ids import DeviceId, Secret
from agent.core.intents import whose
from agent.core.staff import pin_record
from agent.core.state import Kept, Terminal
from agent.core.terminal import recovered
from agent.core.visit import Stage
from agent.inbox import Inbox
from agent.loop import Hands, Loop, SystemClock
from agent.ports import AskStatement, DayBooks, StatementPage, StatementRow
from agent.profile.schema import CloudSection
from agent.storage.archive import Archive
from agent.storage.books import read_books
from agent.storage.database import open_database
from agent.storage.journal import Journal
from agent.storage.known import CODEC
from simulator.broker import IotcoreBroker
from simulator.cloud import SimulatedCloud
from tests.helpers import wait_until
from tests.shop import RULES, WAITS, WATER
from tests.simulator.conftest import desk_broker, desk_cloud

__all__ = ["desk_broker", "desk_cloud"]
PIN = "2468"
I18N = Path(__file__).resolve().parents[2] / "ui" / "i18n"


class Blind:
    """No camera."""

    def watch(self, *_: object) -> None: ...
    def rest(self) -> None: ...


class Till:
    """A real loop, journal, archive, link and bookkeeper; people are the test."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.inbox = Inbox()
        self.database = open_database(folder / "data")
        pin = pin_record(Secret(PIN), bytes(16))
        rules = replace(
            RULES, epoch=self.database.epoch, manager_pin=pin, waits=replace(WAITS, query_every_ms=100)
        )

        def encode(seq: int, record: KeepRecord, at: Instant) -> bytes:
            return record_body(
                rules.device, rules.epoch, seq, record.id, record.kind, record.data, at.utc_ms
            )

        journal = Journal(self.database, CODEC, encode)
        self.books = BookkeeperDesk(
            lambda ask: self.cloud.ask(ask), self._read, Place(folder / "days", "Shop", "CNY", "en", 0),
            self.inbox.post, wait_s=1.0,
        )  # fmt: skip
        section = CloudSection(url=url, resend_after_ms=300)
        self.cloud = CloudTask(
            section, DeviceId("desk-01"), "boot", self.inbox.post, hearers=Hearers(page=self.books.heard)
        )
        archive = Archive(self.database, "CNY", self.inbox.post)
        say_nothing = lambda *_: None  # noqa: E731
        hands = Hands(self.cloud, Blind(), archive, say_nothing, say_nothing, books=self.books)  # type: ignore[arg-type]
        state = recovered(rules, journal.read(Kept) or Kept.fresh("CNY"), "zh")
        self.loop = Loop(replace(state, down={}), journal, hands, self.inbox, SystemClock())
        self.thread = threading.Thread(target=self.cloud.run, name="till-cloud")
        self.thread.start()

    def _read(self, *what: object) -> DayBooks:
        with open_database(self.folder / "data", readonly=True) as database:
            return read_books(database, *what)  # type: ignore[arg-type]

    def stop(self) -> None:
        self.books.stop()
        self.cloud.stop()
        self.thread.join(10)
        self.database.close()

    @property
    def t(self) -> Terminal:
        return self.loop.state

    @property
    def day(self) -> Day:
        return self.t.kept.days[-1]

    def until(self, holds: Callable[[], bool]) -> None:
        """Turns, until it holds."""
        wait_until(lambda: self.loop.once() or holds())

    def taps(self, *intents: Intent, value: str = "") -> None:
        for intent in intents:
            secret = Secret(value) if value else None
            self.loop.handle(Tapped(whose(intent), self.t.view_no, intent, secret))

    def sells(self, code: str = "") -> None:
        """Water for two yuan: in cash, or by a code."""
        self.loop.handle(BarcodeScanned(GoodsCode(WATER)))
        self.taps(Intent.CHARGE)
        if code:
            self.taps(Intent.SHOW_CODE)
            self.loop.handle(BarcodeScanned(PaymentCode("wechat", Secret(code))))
            self.until(lambda: self.t.visit.stage is Stage.PAID)
        else:
            self.taps(Intent.PAY_CASH, Intent.CASH_RECEIVED)
        self.taps(Intent.DONE)

    def gives_back(self, words: str, amount: str) -> None:
        self.taps(Intent.OFFICE, Intent.FIND)
        self.until(lambda: bool(self.t.office and self.t.office.found))
        self.taps(Intent.PICK, value=words)
        self.taps(Intent.REFUND_PART)
        self.taps(Intent.GIVE_AMOUNT, value=amount)
        self.taps(Intent.GIVE_PIN, value=PIN)
        self.taps(Intent.LEAVE)

    def compares(self) -> tuple[Kind, ...]:
        """Opens the day, compares its books, and waits for what comes of it."""
        self.taps(Intent.OFFICE, Intent.SEE_DAYS)
        self.taps(Intent.PICK, value=str(self.day.number))
        self.taps(Intent.COMPARE_DAY)
        assert self.day.standing is Standing.COMPARING
        self.until(lambda: self.day.standing is not Standing.COMPARING)
        return tuple(one.kind for one in self.day.differences)


@pytest.fixture
def till(tmp_path: Path, desk_broker: IotcoreBroker, desk_cloud: SimulatedCloud) -> Iterator[Till]:
    assert desk_cloud.captures() == []
    till = Till(tmp_path, desk_broker.url)
    wait_until(lambda: till.cloud._asks._open)
    yield till
    till.stop()


def rows_of(file: Path) -> list[dict[str, str]]:
    with open(file, encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.mark.slow
def test_a_day_of_codes_cash_and_refunds_agrees_in_all_three_books_and_is_closed(
    till: Till, desk_cloud: SimulatedCloud
) -> None:
    till.sells("134567890123456701")
    till.sells()
    till.sells("134567890123456702")
    till.gives_back(till.t.kept.recent[2].order_id, "0.50")
    till.until(lambda: not till.t.kept.refunds[-1].open)
    till.until(lambda: desk_cloud.record_count() >= 4)
    assert till.compares() == ()
    till.taps(Intent.CLOSE_DAY)
    assert till.day.standing is Standing.CLOSED
    rows = rows_of(till.folder / "days" / till.day.file)
    sums = {row["name"]: row["sum_minor"] for row in rows if row["row"] == "sum"}
    assert sums == {"taken": "550", "agreed": "350", "cash": "200"}
    text = (till.folder / "days" / till.day.file).with_suffix(".txt").read_text("utf-8")
    assert "Differences: 0" in text
    till.until(lambda: "day" in {record.kind for record in desk_cloud.records()})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ("bill_misses_row", Kind.NOT_IN_BILL),
        ("bill_doubles_row", Kind.DOUBLE),
        ("bill_other_amount", Kind.AMOUNT),
    ],
)
def test_a_wrong_bill_is_named_and_nothing_else_and_a_mended_one_is_right(
    till: Till, desk_cloud: SimulatedCloud, fault: str, named: Kind
) -> None:
    till.sells("134567890123456701")
    till.sells("134567890123456702")
    till.until(lambda: desk_cloud.record_count() == 2)
    desk_cloud.faults.bill = frozenset({fault})
    assert till.compares() == (named,)
    rows = rows_of(till.folder / "days" / till.day.file)
    assert [row["next_step"] for row in rows if row["row"] == "difference"] == [DIFFERENCES["en"][named]]
    till.taps(Intent.LEAVE)
    desk_cloud.faults.bill = frozenset()
    assert till.compares() == ()


@pytest.mark.slow
def test_a_cloud_that_does_not_answer_leaves_the_day_to_be_closed_later(
    till: Till, desk_cloud: SimulatedCloud
) -> None:
    till.sells()
    till.until(lambda: desk_cloud.record_count() == 1)
    desk_cloud.faults.lose_next_answers(3)
    assert till.compares() == ()
    assert (till.day.standing, till.t.notice) == (Standing.OPEN, "day_offline")
    till.taps(Intent.LEAVE)
    assert till.compares() == ()
    assert till.day.standing is Standing.COMPARED


# --- without a broker -----------------------------------------------------------------------------

DAY = 20_717
NOON = DAY * DAY_MS + DAY_MS // 2
SALE = BookRow("d-e-000001-1", "d-e-000001", 880, "CNY", "captured")


class Books:
    """A cloud of two lists, and a journal of one; everything asked is kept."""

    def __init__(self, folder: Path, ledger: list[StatementRow], bill: list[StatementRow]) -> None:
        self.books = {"ledger": ledger, "bill": bill}
        self.ours: DayBooks = DayBooks(())
        self.facts: list[Event] = []
        self.asked: list[AskStatement] = []
        self.page_rows = 2
        self.desk = BookkeeperDesk(
            self._answer, self._read, Place(folder, "店", "CNY", "zh", 0), self.facts.append, wait_s=0.05
        )

    def _answer(self, ask: AskStatement) -> None:
        self.asked.append(ask)
        rows, first = self.books[ask.book], (ask.page - 1) * self.page_rows
        pages = max(1, -(-len(rows) // self.page_rows))
        page = StatementPage(ask, pages, tuple(rows[first : first + self.page_rows]))
        self.desk.heard(replace(page, ask=replace(ask, page=99)))  # an answer to another question
        self.desk.heard(page)
        self.desk.heard(page)

    def _read(self, *_: object) -> DayBooks:
        return self.ours

    def compare(self) -> DayCompared:
        self.desk.compare(CompareDay(DAY, 7))
        wait_until(lambda: bool(self.facts))
        fact = self.facts.pop()
        assert isinstance(fact, DayCompared)
        assert (fact.day, fact.number) == (DAY, 7)
        return fact


def sold(number: int, utc_ms: int = NOON) -> StatementRow:
    return StatementRow(replace(SALE, key=f"d-e-{number:06d}-1", order_id=f"d-e-{number:06d}"), utc_ms)


def test_every_page_is_read_once_though_answers_come_twice_and_out_of_turn(tmp_path: Path) -> None:
    many = [sold(number) for number in range(7)]
    room = Books(tmp_path, many, many)
    room.ours = DayBooks(tuple(one.row for one in many))
    assert room.compare().count == 0
    assert [(ask.book, ask.page) for ask in room.asked] == [
        (book, page) for book in ("ledger", "bill") for page in (1, 2, 3, 4)
    ]


def test_what_was_booked_just_over_midnight_belongs_to_the_day_it_was_sold_on(tmp_path: Path) -> None:
    late = sold(1, (DAY + 1) * DAY_MS + 5)
    tomorrow = sold(2, (DAY + 1) * DAY_MS + 9)
    room = Books(tmp_path, [late, tomorrow], [late, tomorrow])
    room.ours = DayBooks((late.row,))
    assert room.compare().count == 0


def test_a_disk_that_fails_is_said_and_the_day_does_not_wait_for_ever(
    tmp_path: Path, expected_log: Callable[..., None]
) -> None:
    expected_log("its books cannot be compared")
    (tmp_path / "days").write_text("a file where a folder should be")
    room = Books(tmp_path / "days", [], [])
    assert room.compare().trouble == "storage"


def test_only_the_first_differences_travel_and_all_are_written(tmp_path: Path) -> None:
    many = [sold(number) for number in range(30)]
    room = Books(tmp_path, many, many)
    fact = room.compare()
    assert (len(fact.differences), fact.count) == (20, 30)
    rows = rows_of(tmp_path / fact.file)
    assert sum(row["row"] == "difference" for row in rows) == 30
    assert not [file.name for file in tmp_path.iterdir() if file.name.endswith(".new")]


def test_a_key_of_another_book_is_no_formula(tmp_path: Path) -> None:
    found = compare([], [], [replace(SALE, key="=cmd|' /C calc'!A1")])
    paper = Paper(DAY, "Shop", "CNY", (), found)
    file = write_papers(tmp_path, paper, "en")
    [row] = [row for row in rows_of(file) if row["row"] == "difference"]
    assert row["key"].startswith("'=")


def test_the_paper_fits_the_printer_in_both_languages() -> None:
    tallies = tuple(Tally(DAY, "wechat", ending, 3, 2640) for ending in Ending)
    differences = tuple(Difference(kind, SALE.key, SALE.order_id, 880, 0, 880) for kind in Kind)
    paper = Paper(DAY, "好邻居便利店", "CNY", tallies, Comparison(differences, 1, 1, 1))
    assert "2026-09-21" in csv_of(paper, "zh") or "2026-09-21" in text_of(paper, "zh")
    for language in ("zh", "en"):
        figures = text_of(paper, language).split("=" * 42)[1].splitlines()
        assert all(len(line) <= 44 for line in figures)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_paper_and_screens_use_the_same_words(language: str) -> None:
    said = {
        message.get("id"): message.findtext("translation")
        for message in ET.parse(I18N / f"hyla_{language}.ts").iter("message")
    }
    assert {kind: said[f"difference.{kind}"] for kind in Kind} == DIFFERENCES[language]
    for ending in Ending:
        assert str(said[f"tally.{ending}"]).endswith(ENDINGS[language][ending])
    assert all(said[f"method.{name or 'none'}"] == word for name, word in METHODS[language].items())
    assert all(said[f"outcome.{name}"] == word for name, word in OUTCOMES[language].items())
