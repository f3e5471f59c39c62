"""A member withdraws at a running terminal: the real ledger, journal and loop, and the power going."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

from agent import trust
from agent.cli import main
from agent.core.commands import EnrolMember
from agent.core.consent import DAY_MS, NOTICE, AgeGroup, Purpose, Retention
from agent.core.events import Event, Instant, Started, TemplateMade, WithdrawalCalled
from agent.core.ids import DeviceId, PersonId, Secret
from agent.core.state import Kept, Terminal
from agent.core.withdrawing import receipt_number
from agent.health import SOCKET, HealthDesk, Pulse
from agent.inbox import Inbox
from agent.loop import Hands, Loop
from agent.ports import Enrolment, Entry, Template
from agent.profile.loader import load
from agent.profile.schema import Profile
from agent.storage.consent_desk import ConsentDesk
from agent.storage.database import Database, open_database
from agent.storage.folder import DEVICE_KEY, KEY
from agent.storage.receipts import digests, objections, read_receipt, receipt_of
from agent.storage.templates import open_templates
from agent.storage.verify import verify
from tests.shop import terminal
from tests.storage.power import Disk, recording
from tests.test_loop import Room

DESK = Path(__file__).resolve().parent.parent / "device_profiles" / "desk.toml"
PERSON = PersonId("M-desk-01-7f3a-000001")
MORNING_MS = 1_790_000_000_000
ASKED = WithdrawalCalled(PERSON, (), "asked for")


class Shop(Room):
    """A terminal whose ledger and journal are real; eyes, cloud and glass write into a diary."""

    def __init__(self, profile: Profile, now_ms: int = 10_000) -> None:
        super().__init__(now_ms=now_ms)
        self.database = open_database(Path(profile.device.data_dir))
        gallery = trust.open_gallery(self.database, profile)
        self.members = gallery.members
        journal = trust.open_journal(self.database, DeviceId("desk-01"), gallery.ledger)
        self.inbox = Inbox()
        retention = Retention(profile.consent.inactive_days, profile.consent.announce_days)
        consents = ConsentDesk(gallery.ledger, retention, self.inbox.post)
        hands = Hands(self, self, self, self.show, lambda: None, consents=consents)  # type: ignore[arg-type]
        state = replace(terminal(), kept=journal.read(Kept) or Kept.fresh("CNY"))
        self.loop = Loop(state, journal, hands, self.inbox, self)

    def forgotten(self, person: str) -> None:
        self.diary.append(("forgotten", person))

    def days(self, count: int) -> None:
        """Virtual ones, from timer to timer."""
        if not self.shown:
            self.hears(Started())
        timers, end_ms = self.loop._timers, self.now_ms + count * DAY_MS
        while (due_ms := timers.next_ms()) is not None and due_ms <= end_ms:
            self.now_ms = max(self.now_ms, due_ms)
            for fired in timers.due(self.now_ms):
                self.loop.handle(fired)
            self.hears()
        self.now_ms = end_ms

    def hears(self, *facts: Event) -> Terminal:
        """These, and whatever follows from them at once."""
        for fact in facts:
            self.inbox.post(fact)
        while (event := self.inbox.take(0.0)) is not None:
            self.loop.handle(event)
        return self.loop.state


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return load(DESK, [f"device.data_dir={tmp_path / 'data'}"])


def member(profile: Profile, *purposes: str, person: PersonId = PERSON, utc_ms: int = MORNING_MS) -> None:
    """Somebody joined here before."""
    wish = EnrolMember(
        1, person, purposes or ("face_pay",), NOTICE.version, AgeGroup.FROM_14, "", "138********",
        Secret("5678"),
    )  # fmt: skip
    face = np.random.default_rng(len(person)).normal(size=128)
    embedding = np.asarray(face / np.linalg.norm(face), np.float32)
    with open_database(Path(profile.device.data_dir)) as database:
        gallery = trust.open_gallery(database, profile)
        journal = trust.open_journal(database, DeviceId("desk-01"), gallery.ledger)
        template = Template(person, wish.name_masked, wish.digits, "0ba9", embedding)
        entry = Entry(TemplateMade(1, 3), Instant(1, utc_ms), journal.read(Kept) or Kept.fresh("CNY"))
        journal.commit(replace(entry, enrolment=Enrolment(wish, template)))


@pytest.fixture
def shop(profile: Profile) -> Iterator[Shop]:
    member(profile)
    shop = Shop(profile)
    with shop.database:
        yield shop


def persons(database: Database) -> list[PersonId]:
    return open_templates(database, readonly=True).persons()


def test_the_template_is_destroyed_before_the_eyes_forget_and_the_receipt_proves_it(shop: Shop) -> None:
    shop.hears(ASKED)
    assert persons(shop.database) == []
    assert shop.said("forgotten") == [PERSON]
    [sha256] = digests(shop.database)
    device = open_templates(shop.database).device
    receipt = receipt_of(shop.database, device, sha256)
    assert receipt.what.destroyed is not None
    assert objections(receipt, shop.database, device.public_key) == []
    assert verify(shop.database).misfit is None
    [body] = [body for (body,) in shop.database.rows("SELECT body FROM outbox")]
    assert json.loads(body)["data"]["record"]["receipt_sha256"] == sha256
    assert PERSON not in receipt.code()


def test_asked_twice_it_is_done_once(shop: Shop) -> None:
    shop.hears(ASKED, ASKED)
    shop.hears(ASKED)
    assert len(digests(shop.database)) == 1
    assert shop.database.rows("SELECT count(*) FROM consents WHERE given = 0") == [(1,)]


def test_while_the_disk_refuses_nothing_is_gone_and_nobody_is_forgotten(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, expected_log: object
) -> None:
    expected_log("journal: the disk of .* is full")  # type: ignore[operator]
    full = Room(disk_full=True)
    monkeypatch.setattr(shop.loop, "_journal", full)
    shop.hears(ASKED)
    assert persons(shop.database) == [PERSON]
    assert shop.said("forgotten") == []


def test_whoever_was_away_too_long_goes_while_the_terminal_runs(profile: Profile) -> None:
    """Virtual days: the terminal looks for itself, nobody starts it anew."""
    member(profile)
    regular = PersonId("M-desk-01-7f3a-000022")
    member(profile, person=regular, utc_ms=MORNING_MS + 200 * DAY_MS)
    shop = Shop(profile, now_ms=210 * DAY_MS)
    with shop.database:
        shop.days(200)
        assert persons(shop.database) == [regular]
        assert shop.said("forgotten") == [PERSON]
        assert verify(shop.database).misfit is None
        shop.days(200)
        assert persons(shop.database) == []


def test_a_clock_that_jumped_years_ahead_deletes_nobody(profile: Profile, expected_log: object) -> None:
    expected_log("see that the clock is right")  # type: ignore[operator]
    member(profile)
    shop = Shop(profile, now_ms=4000 * DAY_MS)
    with shop.database:
        shop.days(1)
        assert persons(shop.database) == [PERSON]


@pytest.mark.slow
def test_the_power_goes_at_any_moment_and_it_is_still_a_member_or_wholly_gone(
    profile: Profile, tmp_path: Path
) -> None:
    data, image, chance = Path(profile.device.data_dir), tmp_path / "image", Random(4711)
    member(profile)
    keys = {name: (data / name).read_bytes() for name in (KEY, DEVICE_KEY)}
    disk, seen = Disk(strict=False), []
    with recording() as operations:
        shop = Shop(profile)
        opened = len(operations)
        with shop.database:
            shop.hears(ASKED)
    for number, operation in enumerate(operations):
        disk.take(operation)
        if number < opened:
            continue
        shutil.rmtree(image, ignore_errors=True)
        image.mkdir(mode=0o700)
        for name, content in {**disk.after_a_cut(chance), **keys}.items():
            (image / name).write_bytes(content)
            (image / name).chmod(0o600)
        seen.append(found(load(DESK, [f"device.data_dir={image}"])))
    assert set(seen) == {"a member", "gone"}
    assert seen == sorted(seen)  # gone stays gone


def found(profile: Profile) -> str:
    """After a start: somebody who is known and may be recognised, or nobody with a receipt that holds."""
    with open_database(Path(profile.device.data_dir)) as database:
        gallery = trust.open_gallery(database, profile)
        told = database.rows("SELECT count(*) FROM outbox")[0][0]
        proofs = digests(database)
        if persons(database):
            assert [each.person for each in gallery.members] == [PERSON]
            assert (gallery.ledger.allowed(PERSON), told, proofs) == ({Purpose.FACE_PAY}, 0, [])
            return "a member"
        device = open_templates(database).device
        [receipt] = [receipt_of(database, device, sha256) for sha256 in proofs]
        assert (gallery.members, gallery.ledger.allowed(PERSON), told) == ((), frozenset(), 1)
        assert objections(receipt, database, device.public_key) == []
        return "gone"


# --- from the command line, while the terminal runs ---------------------------------------------------


def test_a_command_withdraws_through_the_terminal_that_runs(
    profile: Profile, shop: Shop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is one journal and it is the terminal's: the command asks, and reads the receipt."""
    data = Path(profile.device.data_dir)
    desk = HealthDesk(data / SOCKET, Pulse(), lambda: None, shop.inbox.post)
    monkeypatch.setattr(trust.time, "sleep", lambda _s: shop.hears())  # the terminal's turn
    desk.start()
    try:
        where = ["--profile", str(DESK), "--set", f"device.data_dir={data}"]
        assert main(["consent", "withdraw", PERSON, *where]) == 0
        receipt = read_receipt(capsys.readouterr().out)
        assert receipt.what.person == PERSON
        assert shop.said("forgotten") == [PERSON]
        assert trust.check_receipt(profile, receipt) == []
        assert main(["consent", "receipt", receipt_number(receipt.what.sha256), *where]) == 0
        assert read_receipt(capsys.readouterr().out) == receipt
        assert main(["consent", "receipt", receipt.code(), *where]) == 0
        capsys.readouterr()
        for wrong in ("0000-0000", receipt.code()[:-3] + "AAA", ""):
            assert main(["consent", "receipt", wrong, *where]) == 2
        assert main(["consent", "due", "--delete", *where]) == 2
        assert "another hyla runs on this folder" in capsys.readouterr().err
    finally:
        desk.stop()
