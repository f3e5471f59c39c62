"""Out of a shop, on a real folder: what is gone, what stays, and the power cut at every step."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from agent.core.assignment import Retirement
from agent.core.commands import CountUnsent, JudgeOrder, KeepRecord, SignFarewell
from agent.core.events import Event, FarewellSigned, Instant, OrderJudged, Started, UnsentCounted
from agent.core.ids import DeviceId, PersonId, Secret
from agent.core.state import Kept
from agent.departure import ARCHIVE, SEALED, LeavingTrouble, finish
from agent.fleet import disk
from agent.fleet.assignment import PREFIX, sign_retirement
from agent.fleet.boots import count_boot
from agent.fleet.farewell import NOTE, RECEIPT, NoReceipt, Receipt, read_note, read_receipt, unchecked
from agent.fleet.identity import IdentityFolder
from agent.fleet.keystore import FileKeyStore
from agent.fleet.parcel import owner_key, unpacked_by
from agent.leaving import Here, LeavingDesk, here_of
from agent.ports import Entry, Template
from agent.profile.loader import load
from agent.profile.schema import Profile
from agent.storage.database import open_database
from agent.storage.folder import DATABASE, KEY
from agent.storage.journal import Journal
from agent.storage.templates import open_templates
from agent.storage.verify import verify
from agent.trust import open_journal
from tests.fleet.conftest import NOW_UTC_S, WEEK_S, HeadOffice, office, other_office
from tests.fleet.power import STEPS, PowerCut, recorded, replayed

__all__ = ["office", "other_office"]
PROFILE = Path(__file__).parents[1] / "device_profiles" / "claim.toml"
SERIAL = "FROG8-000123"
OWNER = X25519PrivateKey.generate()
OVER_UTC_S = NOW_UTC_S + 1000 * WEEK_S
HERE = {"owner_key": owner_key(OWNER), "issued_utc_s": NOW_UTC_S - 60, "expires_utc_s": OVER_UTC_S}
AT = Instant(1_000, NOW_UTC_S * 1000)
OLD_SHOP = ("site.toml", "site.before.toml", "goods-7.csv", "promotions", "days", "hyla.key", "device.key",
            "hyla.db", "hyla.db-wal", "something else")  # fmt: skip


def settings(data: Path) -> list[str]:
    ours = [f"device.data_dir={data}", f"fleet.serial={SERIAL}"]
    return [*ours, "fleet.anchor_file=", "fleet.ca_file=", "vision.models_dir="]


class Till:
    """A terminal in its shop, stopped: identity, journal with a member and a fact, settings, prices."""

    def __init__(self, data: Path, head_office: HeadOffice) -> None:
        self.data, self.office = data, head_office
        self.facts: list[Event] = []

    def stands(self) -> None:
        self.data.mkdir()
        (self.data / "anchor.pem").write_text(self.office.anchor_pem, "ascii")
        count_boot(self.data)
        identities = self.identities
        papers = self.office.papers(identities.draft_key())
        identities.switch(self.office.signed(**HERE), self.office.assignment(**HERE), papers)
        with open_database(self.data) as database:
            face = np.ones(128, np.float32) / np.sqrt(np.float32(128))
            open_templates(database).put(Template(PersonId("m-1"), "王**", Secret("4821"), "0ba9", face))
            open_journal(database, DeviceId("frog8-000123")).commit(Entry(Started(), AT, Kept.fresh("CNY")))
        for name in ("site.toml", "site.before.toml", "goods-7.csv", "something else"):
            (self.data / name).write_text("", "utf-8")
        (self.data / "technician.toml").write_text(
            '[scanner]\nbaud = 115200\n\n[staff]\nmanager_pin = ""\n'
        )
        for name in ("promotions", "days"):
            (self.data / name).mkdir()
            (self.data / name / "x").write_text("x", "ascii")

    @property
    def identities(self) -> IdentityFolder:
        return IdentityFolder(self.data, FileKeyStore())

    @property
    def profile(self) -> Profile:
        return load(PROFILE, settings(self.data))

    @property
    def here(self) -> Here:
        found = here_of(self.profile)
        assert found is not None
        return found

    def move(self, **changes: object) -> str:
        place = {"shop": "S-18", "shop_zh": "新店", "shop_en": "New shop", "till": 4}
        wanted = {"id": "0a9619ff-move", "moved_from": "S-17", "issued_utc_s": NOW_UTC_S, **place}
        return PREFIX + self.office.signed(**{**HERE, **wanted, **changes})

    def retire(self, **changes: object) -> str:
        wanted = {"id": "0b9619ff-retire", "serial": SERIAL, "merchant": "M-100", "shop": "S-17", **HERE,
                  "issued_utc_s": NOW_UTC_S, **changes}  # fmt: skip
        return PREFIX + sign_retirement(Retirement(**wanted), self.office.key)  # type: ignore[arg-type]

    def judged(self, text: str) -> OrderJudged:
        """What the terminal makes of a code that is held before its scanner."""
        with open_database(self.data) as database:
            LeavingDesk(self.here, database, self.facts.append, lambda: None).judge(
                JudgeOrder(1, Secret(text))
            )
        said = self.facts[-1]
        assert isinstance(said, OrderJudged)
        return said

    def confirms(self, text: str) -> FarewellSigned:
        """The order is judged and confirmed; the note is on disk, nothing else has happened."""
        with open_database(self.data) as database:
            desk = LeavingDesk(self.here, database, self.facts.append, lambda: None)
            desk.judge(JudgeOrder(1, Secret(text)))
            order = self.facts[-1]
            assert isinstance(order, OrderJudged)
            assert order.order is not None, order.refusal
            desk.sign_farewell(SignFarewell(order.order.id))
        said = self.facts[-1]
        assert isinstance(said, FarewellSigned)
        return said

    def starts(self) -> str:
        return finish(self.profile)

    def stands_in(self) -> str:
        """The shop that counts now; empty: none."""
        found = self.identities.read(self.office.anchors, SERIAL)
        return found.assignment.shop if found else ""

    def keys(self) -> set[str]:
        return {path.read_text("ascii") for path in self.data.rglob("key.pem")}


@pytest.fixture
def till(tmp_path: Path, office: HeadOffice) -> Till:
    till = Till(tmp_path / "data", office)
    till.stands()
    return till


def test_a_move_destroys_the_old_shop_and_takes_the_new_place(till: Till) -> None:
    old_keys = till.keys()
    assert till.confirms(till.move()).trouble == ""
    assert till.starts() == "moved to its new shop"
    profile = till.profile
    assert (profile.shop.name_zh, profile.shop.till, profile.device.id) == ("新店", 4, "frog8-000123")
    assert not [name for name in OLD_SHOP if (till.data / name).exists()]
    assert not old_keys & till.keys()
    assert profile.scanner.baud == 115_200, "what is about the machine stays"
    assert "staff" not in (till.data / "technician.toml").read_text("utf-8")
    assert {"boots", "anchor.pem"} <= set(os.listdir(till.data))
    assert not (till.data / NOTE).exists()
    assert till.starts() == "", "a second start has nothing left to do"


def test_a_retired_terminal_is_one_from_the_box_with_a_receipt(till: Till) -> None:
    public = till.here.identities.key(till.here.identity).public_key()
    till.confirms(till.retire())
    assert till.starts() == "retired: a terminal from the box"
    assert till.stands_in() == ""
    assert not till.keys()
    receipt = read_receipt((till.data / RECEIPT).read_text("ascii"), public)
    assert (receipt.why, receipt.serial, receipt.shop, receipt.till) == ("retired", SERIAL, "S-17", 2)
    assert set(os.listdir(till.data)) == {"anchor.pem", "archive", "hyla.lock", "spent", RECEIPT}
    with pytest.raises(NoReceipt):
        read_receipt((till.data / RECEIPT).read_text("ascii"), FileKeyStore().make(till.data).public_key())


def test_only_the_owner_opens_the_archive_and_there_is_no_face_in_it(till: Till, tmp_path: Path) -> None:
    till.confirms(till.retire())
    said = unchecked(till.facts[-1].receipt)  # type: ignore[union-attr]
    till.starts()
    [place] = (till.data / ARCHIVE).iterdir()
    assert sorted(os.listdir(place)) == [DATABASE, SEALED]
    opened = tmp_path / "owners"
    shutil.copytree(place, opened)
    key = unpacked_by(OWNER, (place / SEALED).read_bytes(), place.name)
    (opened / KEY).write_bytes(key)
    (opened / KEY).chmod(0o600)
    with open_database(opened) as database:
        found = verify(database)
        assert (found.rows, found.misfit) == (said.rows, None)
        [(head,)] = database.rows("SELECT hash FROM journal ORDER BY seq DESC LIMIT 1")
        assert head.hex() == said.head
        assert database.rows("SELECT count(*) FROM templates") == [(0,)]
        assert database.rows("SELECT count(*) FROM store_keys") == [(0,)]


def test_a_certificate_that_came_since_the_start_is_the_one_that_signs(till: Till) -> None:
    with open_database(till.data) as database:
        desk = LeavingDesk(till.here, database, till.facts.append, lambda: None)
        identities = till.identities
        papers = till.office.papers(identities.draft_key(), days=120)
        identities.switch(till.here.identity.jws, till.here.identity.assignment, papers)
        desk.judge(JudgeOrder(1, Secret(till.retire())))
        desk.sign_farewell(SignFarewell("0b9619ff-retire"))
        newest = identities.key(till.here.identity).public_key()
    assert read_receipt(till.facts[-1].receipt, newest).why == "retired"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"serial": "FROG8-000999"}, "serial"),
        ({"moved_from": "S-99"}, "elsewhere"),
        ({"moved_from": ""}, "elsewhere"),
        ({"owner_key": ""}, "elsewhere"),
        ({"issued_utc_s": NOW_UTC_S - 3600}, "expired"),
        ({"expires_utc_s": NOW_UTC_S + 1}, "expired"),
        ({"id": "6f9619ff-8b86-4d11-b42d-00c04fc964ff"}, "reused"),
    ],
    ids=["another serial", "another shop", "no move", "no owner", "older than this place", "over", "used"],
)
def test_an_order_not_for_this_terminal_now_is_refused(
    till: Till, changes: dict[str, object], why: str
) -> None:
    assert till.judged(till.move(**changes)).refusal == why
    if "moved_from" not in changes:
        assert till.judged(till.retire(**changes)).refusal == why
    assert till.stands_in() == "S-17"


def moved_here(till: Till, came_utc_s: int) -> None:
    """It has just come from S-17, and head office has not heard of it."""
    new = {"id": "0d9619ff-moved", "moved_from": "S-17", "shop": "S-18", "issued_utc_s": came_utc_s}
    till.identities.draft_key()
    till.identities.switch(till.office.signed(**HERE | new), till.office.assignment(**HERE | new), None)


def test_an_order_of_books_that_lag_behind_a_move_says_so(till: Till) -> None:
    moved_here(till, NOW_UTC_S - 30)
    for order in (till.retire(), till.move(shop="S-19")):
        assert till.judged(order).refusal == "behind"
    assert till.judged(till.move(moved_from="S-99")).refusal == "elsewhere"
    assert till.stands_in() == "S-18"


def test_an_order_from_before_the_move_is_over(till: Till) -> None:
    moved_here(till, NOW_UTC_S + 30)
    assert till.judged(till.retire()).refusal == "expired"


def test_forged_and_foreign_orders_are_told_apart(till: Till, other_office: HeadOffice) -> None:
    head, body, tail = till.retire().split(".")
    assert till.judged(f"{head}.{body}.{'A' * len(tail)}").refusal == "forged"
    assert till.judged(PREFIX + other_office.signed(**HERE)).refusal == "foreign"
    assert till.judged("HYLA1:nothing").refusal == "garbage"


def test_a_code_that_was_followed_does_not_count_in_the_next_life(till: Till, office: HeadOffice) -> None:
    order = till.retire()
    till.confirms(order)
    till.starts()
    again = {**HERE, "id": "0c9619ff-again"}
    till.identities.draft_key()
    till.identities.switch(office.signed(**again), office.assignment(**again), None)
    assert till.judged(order).refusal == "reused"


def test_with_something_unsent_nothing_is_signed(till: Till) -> None:
    with open_database(till.data) as database:
        journal: Journal = open_journal(database, DeviceId("frog8-000123"))
        record = KeepRecord("r-1", "sale", {"outcome": "paid"})
        journal.commit(Entry(Started(), AT, Kept.fresh("CNY"), records=(record,)))
        desk = LeavingDesk(till.here, database, till.facts.append, lambda: None)
        desk.count(CountUnsent(7))
        assert till.facts == [UnsentCounted(7, 1, 0)]
    assert till.confirms(till.retire()).trouble == "unsent"
    assert not (till.data / NOTE).exists()


def test_a_disk_that_refuses_the_note_changes_nothing(
    till: Till, monkeypatch: pytest.MonkeyPatch, expected_log: Callable[..., None]
) -> None:
    expected_log("leaving: .*")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("agent.fleet.disk.write", full)
    assert till.confirms(till.retire()).trouble == "disk"
    assert till.starts() == ""
    assert till.stands_in() == "S-17"


def test_a_damaged_note_is_named(till: Till) -> None:
    (till.data / NOTE).write_text("{", "ascii")
    with pytest.raises(LeavingTrouble, match=r"leaving\.json: not readable"):
        till.starts()


# --- the power ----------------------------------------------------------------------------------------


@pytest.fixture(params=["move", "retire"])
def noted(request: pytest.FixtureRequest, till: Till) -> tuple[Till, str]:
    """A terminal whose note is written."""
    till.confirms(till.move() if request.param == "move" else till.retire())
    return till, "S-18" if request.param == "move" else ""


def copied(till: Till, place: Path) -> Till:
    shutil.copytree(till.data, place, symlinks=True)
    return Till(place, till.office)


def is_after(till: Till, shop: str) -> None:
    """Nothing of the old shop; the new one, or none; and it can be said which."""
    assert till.stands_in() == shop
    assert not [name for name in OLD_SHOP if (till.data / name).exists()]
    assert not (till.data / NOTE).exists()
    [place] = (till.data / ARCHIVE).iterdir()
    assert len(unpacked_by(OWNER, (place / SEALED).read_bytes(), place.name)) == 32
    assert (till.data / RECEIPT).exists()


def steps_of(till: Till, place: Path) -> int:
    whole = copied(till, place)
    with recorded(whole.data) as steps:
        whole.starts()
    return len(steps)


@pytest.mark.slow
def test_the_process_may_die_before_any_step_and_the_next_start_goes_on(
    noted: tuple[Till, str], tmp_path: Path
) -> None:
    till, shop = noted
    count = steps_of(till, tmp_path / "whole")
    assert count > 25
    for cut in range(count):
        place = copied(till, tmp_path / f"died-{cut}")
        with pytest.raises(PowerCut), recorded(place.data, cut_before=cut):
            place.starts()
        place.starts()
        is_after(place, shop)


def killed_before(step: int, work: Callable[[], object]) -> int:
    """A child does the work and is killed before this step; returns the signal, 0: it ended."""
    child = os.fork()
    if child == 0:
        done = 0

        def dying(real: Callable[..., None]) -> Callable[..., None]:
            def call(*args: object) -> None:
                nonlocal done
                if done == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                done += 1
                real(*args)

            return call

        for name in STEPS:
            setattr(disk, name, dying(getattr(disk, name)))
        work()
        os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


@pytest.mark.slow
def test_sigkill_at_every_file_operation_from_the_confirmation_on(till: Till, tmp_path: Path) -> None:
    """Before the note stands it is as before, with everything it had; once it stands, as after."""
    seen = []
    for step in range(200):
        place = copied(till, tmp_path / f"killed-{step}")

        def leaves(place: Till = place) -> None:
            place.confirms(place.retire())
            place.starts()

        ended = killed_before(step, leaves)
        left = read_note(place.data) is not None or place.stands_in() == ""
        place.starts()
        if left:
            is_after(place, "")
        else:
            assert place.stands_in() == "S-17"
            with open_database(place.data) as database:
                assert database.rows("SELECT count(*) FROM templates") == [(1,)]
        seen.append(left)
        if ended == 0:
            break
    assert seen == sorted(seen), "never back and forth"
    assert seen[0] is False
    assert len(seen) > 25


@pytest.mark.slow
def test_what_lies_on_the_disk_after_any_step_is_gone_on_from(
    noted: tuple[Till, str], tmp_path: Path
) -> None:
    """Another process on the same disk: nothing of the way is in memory alone."""
    till, shop = noted
    whole = copied(till, tmp_path / "whole")
    with recorded(whole.data) as steps:
        whole.starts()
    for cut in range(0, len(steps) + 1, 3):
        place = tmp_path / f"cut-{cut}"
        replayed(steps[:cut], till.data, place, strict=False)
        again = Till(place, till.office)
        again.starts()
        is_after(again, shop)


def test_a_receipt_says_nothing_of_anybody() -> None:
    words = set(Receipt.__struct_fields__)
    assert not words & {"person", "name", "phone", "members"}
