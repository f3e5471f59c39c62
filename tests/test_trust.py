"""Members by their own consent: enrolled, renewed, withdrawn with a receipt, let go when away."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agent import trust
from agent.cli import main
from agent.core.commands import EnrolMember, KeepRecord
from agent.core.consent import DAY_MS, NOTICE, AgeGroup, Agreement, Purpose
from agent.core.events import Instant, TemplateMade
from agent.core.ids import DeviceId, PersonId, Secret
from agent.core.state import Kept
from agent.ports import Embedding, Enrolment, Entry, Template
from agent.profile.loader import load
from agent.profile.schema import Profile
from agent.storage.database import open_database
from agent.storage.trouble import JournalRefused
from agent.storage.verify import verify
from agent.trust import TrustError, enrol_member, open_desk, open_gallery, rekey, withdraw

DESK = Path(__file__).resolve().parent.parent / "device_profiles" / "desk.toml"
MORNING_MS = 1_767_323_045_000
PAY, MEMBER = Purpose.FACE_PAY, Purpose.FACE_MEMBER
Says = Callable[..., tuple[int, str, str]]


def face(seed: int) -> Embedding:
    vector = np.random.default_rng(seed).normal(size=128)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Profile:
    """A store of its own; photos are numbers, and their faces follow from them."""
    monkeypatch.setattr(trust, "embed_picture", lambda photo, _models: (face(int(photo.stem)), "0ba9"))
    monkeypatch.setattr(trust, "_now", lambda: Instant(1, MORNING_MS))
    return load(DESK, [f"device.data_dir={tmp_path / 'data'}"])


@pytest.fixture
def hyla(profile: Profile, capsys: pytest.CaptureFixture[str]) -> Says:
    def says(*words: str) -> tuple[int, str, str]:
        where = ["--profile", str(DESK), "--set", f"device.data_dir={profile.device.data_dir}"]
        return (main([*words, *where]), *capsys.readouterr())

    return says


def enrol(profile: Profile, person: str, seed: int, *purposes: Purpose) -> None:
    agreed = Agreement(PersonId(person), purposes or (PAY,), NOTICE.version, AgeGroup.FROM_14)
    enrol_member(profile, agreed, "林*", "4821", Path(f"{seed}.jpg"))


def recognised(profile: Profile, seed: int) -> dict[str, float]:
    """Everybody's score for this face, as the terminal would compute it after a start."""
    with open_database(Path(profile.device.data_dir)) as database:
        gallery = open_gallery(database, profile)
        probe = gallery.transform.hidden(face(seed))
        return {str(member.person): float(member.embedding @ probe) for member in gallery.members}


# --- joined at the terminal -------------------------------------------------------------------------


def joins(profile: Profile, seed: int, **changes: object) -> None:
    """The turn in which somebody joins, as the terminal writes it."""
    wish = EnrolMember(
        1, PersonId("M-1"), ("face_pay",), NOTICE.version, AgeGroup.FROM_14, "", "138********",
        Secret("5678"),
    )  # fmt: skip
    wish = replace(wish, **changes)  # type: ignore[arg-type]
    with open_database(Path(profile.device.data_dir)) as database:
        gallery = open_gallery(database, profile)
        journal = trust.open_journal(database, DeviceId("desk-01"), gallery.ledger)
        embedding = gallery.transform.hidden(face(seed))
        template = Template(wish.person, wish.name_masked, wish.digits, "0ba9", embedding)
        records = (KeepRecord("M-1-joined", "member_joined", {"person": wish.person}),)
        kept = replace(Kept.fresh("CNY"), joined=1)
        entry = Entry(TemplateMade(1, 3), Instant(1, MORNING_MS), kept, records=records)
        journal.commit(replace(entry, enrolment=Enrolment(wish, template)))


def test_whoever_joins_is_written_with_the_turn_and_recognised_after_a_start(profile: Profile) -> None:
    joins(profile, 7)
    assert recognised(profile, 7) == {"M-1": pytest.approx(1.0, abs=1e-6)}
    with open_desk(profile, readonly=True) as desk:
        [row] = desk.book.rows()
        assert (row.person, row.purpose, row.given, row.why) == ("M-1", PAY, True, "agreed")
        assert verify(desk.database).misfit is None
    receipt = withdraw(profile, "M-1", (), "moved away")
    assert trust.check_receipt(profile, receipt) == []
    assert recognised(profile, 7) == {}


def test_a_member_whom_the_tables_refuse_leaves_no_half(profile: Profile) -> None:
    with pytest.raises(JournalRefused):
        joins(profile, 7, age=AgeGroup.UNDER_14)
    assert recognised(profile, 7) == {}
    with open_desk(profile, readonly=True) as desk:
        assert desk.book.rows() == []
        assert desk.database.rows("SELECT count(*) FROM journal") == [(0,)]
        assert desk.database.rows("SELECT count(*) FROM outbox") == [(0,)]


# --- agreed ---------------------------------------------------------------------------------------


def test_whoever_agreed_is_recognised_and_the_store_keeps_no_raw_vector(profile: Profile) -> None:
    enrol(profile, "li", 1)
    assert recognised(profile, 1) == {"li": pytest.approx(1.0, abs=1e-6)}
    with open_desk(profile, readonly=True) as desk:
        [template] = desk.templates.all()
        assert abs(float(template.embedding @ face(1))) < 0.4  # a stranger to the face itself


def test_without_a_guardian_no_child_is_enrolled_and_nothing_is_kept(profile: Profile) -> None:
    child = Agreement(PersonId("xm"), (PAY,), NOTICE.version, AgeGroup.UNDER_14)
    with pytest.raises(TrustError, match="xm: below fourteen a guardian must agree"):
        enrol_member(profile, child, "明*", "4821", Path("1.jpg"))
    with open_desk(profile, readonly=True) as desk:
        assert (desk.templates.persons(), desk.book.rows()) == ([], [])


def test_the_tables_refuse_a_child_without_a_guardian_whatever_the_code_believes(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.core.consent.refusal", lambda _agreement: "")
    child = Agreement(PersonId("xm"), (PAY,), NOTICE.version, AgeGroup.UNDER_14)
    with pytest.raises(TrustError, match="refused"):
        enrol_member(profile, child, "明*", "4821", Path("1.jpg"))


def test_whoever_agreed_to_points_only_is_not_recognised_to_pay(profile: Profile) -> None:
    enrol(profile, "li", 1, MEMBER)
    assert recognised(profile, 1) == {}


# --- renewed --------------------------------------------------------------------------------------


def test_after_a_rekey_everybody_is_recognised_as_before_and_old_templates_are_strangers(
    profile: Profile,
) -> None:
    for seed, person in enumerate(("li", "wang", "zhao")):
        enrol(profile, person, seed)
    before = recognised(profile, 1)
    with open_desk(profile, readonly=True) as desk:
        stolen = {str(t.person): t.embedding for t in desk.templates.all()}
    assert rekey(profile) == (2, 3)
    after = recognised(profile, 1)
    assert after == pytest.approx(before, abs=1e-6)
    with open_desk(profile, readonly=True) as desk:
        for template in desk.templates.all():
            assert abs(float(template.embedding @ stolen[str(template.person)])) < 0.4
        assert verify(desk.database).misfit is None


# --- withdrawn ------------------------------------------------------------------------------------


def test_one_agreement_taken_back_leaves_the_other_and_the_face(profile: Profile) -> None:
    enrol(profile, "li", 1, PAY, MEMBER)
    receipt = withdraw(profile, "li", (MEMBER,), "asked for")
    assert receipt.what.destroyed is None
    assert set(recognised(profile, 1)) == {"li"}
    assert withdraw(profile, "li", (PAY,), "asked for").what.destroyed is not None
    assert recognised(profile, 1) == {}


def test_the_cloud_is_told_of_every_change(profile: Profile) -> None:
    enrol(profile, "li", 1)
    withdraw(profile, "li", (), "asked for")
    with open_desk(profile) as desk:
        bodies = [
            json.loads(body) for (body,) in desk.database.rows("SELECT body FROM outbox ORDER BY seq")
        ]
    records = [body["data"]["record"] for body in bodies]
    assert [(record["person"], record["given"]) for record in records] == [("li", True), ("li", False)]


def test_a_stranger_has_nothing_to_take_back(profile: Profile) -> None:
    enrol(profile, "li", 1)
    with pytest.raises(TrustError, match="nobody in the gallery has this id"):
        withdraw(profile, "wang", (), "asked for")
    with pytest.raises(TrustError, match="never agreed to face_member"):
        withdraw(profile, "li", (MEMBER,), "asked for")


def test_the_receipt_proves_what_was_destroyed_and_a_changed_one_does_not(
    profile: Profile, hyla: Says, tmp_path: Path
) -> None:
    enrol(profile, "li", 1)
    enrol(profile, "wang", 2)
    code, printed, _ = hyla("templates", "forget", "li")
    paper = tmp_path / "receipt.json"
    paper.write_text(printed)
    assert code == 0
    assert hyla("templates", "check", str(paper))[:2] == (
        0,
        "holds: the template of li was destroyed, row 3 says so\n",
    )
    for old, new, objection in (
        ('"li"', '"wang"', "signature does not fit"),
        ('"journal_seq": 3', '"journal_seq": 2', "row 2 of this journal says something else"),
    ):
        paper.write_text(printed.replace(old, new))
        code, said, _ = hyla("templates", "check", str(paper))
        assert code == 1
        assert objection in said
    for rubbish in ("{}", "", printed.replace('"signature": "', '"signature": "zz')):
        paper.write_text(rubbish)
        code, _, complaint = hyla("templates", "check", str(paper))
        assert code == 2
        assert "not a receipt of hyla" in complaint


def test_a_receipt_of_another_terminal_does_not_hold_here(
    profile: Profile, hyla: Says, tmp_path: Path
) -> None:
    enrol(profile, "li", 1)
    other = load(DESK, [f"device.data_dir={tmp_path / 'other'}"])
    enrol(other, "li", 1)
    paper = tmp_path / "receipt.json"
    paper.write_text(withdraw(other, "li", (), "asked for").text())
    code, said, _ = hyla("templates", "check", str(paper))
    assert code == 1
    assert "signed by another device" in said


# --- kept no longer than needed -------------------------------------------------------------------


def test_whoever_is_away_is_announced_then_due_and_deleted_when_wished(
    profile: Profile, monkeypatch: pytest.MonkeyPatch, hyla: Says
) -> None:
    """A running terminal does it by itself (tests/test_withdrawal.py)."""
    enrol(profile, "li", 1)
    monkeypatch.setattr(trust, "_now", lambda: Instant(1, MORNING_MS + 300 * DAY_MS))
    enrol(profile, "wang", 2)
    monkeypatch.setattr(trust, "_now", lambda: Instant(1, MORNING_MS + 340 * DAY_MS))
    assert trust.due(profile)[trust.Stay.SOON] == ["li"]
    monkeypatch.setattr(trust, "_now", lambda: Instant(1, MORNING_MS + 365 * DAY_MS))
    assert set(recognised(profile, 1)) == {"li", "wang"}
    assert hyla("consent", "due") == (0, "li  away too long: the terminal deletes it today\n", "")
    assert hyla("consent", "due", "--delete")[0] == 0
    assert set(recognised(profile, 1)) == {"wang"}


def test_a_store_near_the_number_that_must_be_filed_is_warned(
    profile: Profile, expected_log: Callable[..., None], hyla: Says
) -> None:
    enrol(profile, "li", 1)
    enrol(profile, "wang", 2)
    crowded = profile.model_copy(update={"consent": profile.consent.model_copy(update={"warn_persons": 2})})
    expected_log("2 persons in the gallery: from 100000 on the store must file")
    recognised(crowded, 1)
    told = json.loads(hyla("consent", "show", "--json")[1])
    assert told == {"persons": 2, "filing_from": 100_000, "crowd": "fine"}


# --- the key is lost ------------------------------------------------------------------------------


def test_a_store_that_lost_its_key_is_emptied_and_begins_again(profile: Profile, hyla: Says) -> None:
    enrol(profile, "li", 1)
    (Path(profile.device.data_dir) / "device.key").unlink()
    code, _, complaint = hyla("members", "list")
    assert code == 2
    assert "device.key: missing" in complaint
    assert hyla("templates", "empty", "--yes")[0] == 0
    enrol(profile, "li", 1)
    assert set(recognised(profile, 1)) == {"li"}


# --- the record -----------------------------------------------------------------------------------


def test_the_processing_record_tells_every_change_and_no_digits(profile: Profile, hyla: Says) -> None:
    child = Agreement(PersonId("xm"), (PAY,), NOTICE.version, AgeGroup.UNDER_14, "=王**")
    enrol_member(profile, child, "明*", "4821", Path("1.jpg"))
    withdraw(profile, "xm", (), "asked for")
    _, told, _ = hyla("consent", "export", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(told)))
    assert [(row["person"], row["given"], row["age"]) for row in rows] == [
        ("xm", "given", "under_14"),
        ("xm", "withdrawn", "unknown"),
    ]
    assert rows[0]["guardian"] == "'=王**"  # no formula for a spreadsheet
    assert "4821" not in told
    whole = json.loads(hyla("consent", "export")[1])
    assert whole["notice"]["sha256"] == NOTICE.sha256
    assert len(whole["rows"]) == 2


def test_what_was_agreed_can_be_shown(profile: Profile, hyla: Says) -> None:
    enrol(profile, "li", 1)
    code, told, _ = hyla("consent", "show", "li")
    assert code == 0
    assert "face_pay: given\nface_member: never" in told
    assert hyla("consent", "show", "nobody")[0] == 1
