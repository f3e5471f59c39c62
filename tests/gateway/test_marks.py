"""Whom a shop may trust while its link is down: what head office says, and what terminals hear of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from agent.cloud import topics
from agent.cloud.messages import read_marks, record_body
from agent.core.events import MembersMarked
from agent.core.ids import DeviceId, PersonId
from agent.core.marks import TRUST_MARKS_MAX, TrustMark
from simulator.clerk import Clerk, Heard
from simulator.faults import Faults
from simulator.gateway import mark_lists
from simulator.gateway.command import main
from simulator.gateway.mark_lists import MarkLists
from simulator.gateway.marks import THE_MEMBER, Marks
from simulator.gateway.parts import settings_of
from simulator.gateway.refusals import Refused
from simulator.gateway.registry import Registry, Shop
from simulator.ledger import Ledger, Member
from tests.gateway.conftest import SERIAL, request_pem

LI, WANG, SHOP, TODAY = "M-1001", "M-1002", "NB-1", date.today().isoformat()
DEVICE = DeviceId(SERIAL.lower())
ORDER = f"{DEVICE}-7f3a90bc-000012"
BY = "li.wei"


class Office:
    """Head office with a terminal at work, its marks, and what the broker was told."""

    def __init__(self, store, store_url: str, registry: Registry) -> None:
        self.registry, self.marks, self.lists = registry, Marks(store), MarkLists(store)
        self.ledger = Ledger(store_url, 1, [Member(LI, "李**", 0), Member(WANG, "王*", 0)])
        self._clerk, self._seq = Clerk(self.ledger, Faults(1), 1), 0
        self.stands(SERIAL, SHOP, 1)

    def stands(self, serial: str, shop: str, till: int) -> None:
        csr = request_pem(serial)
        self.registry.confirm(serial, self.registry.activate(serial, shop, till).jti, csr)

    def joins(self, *persons: str) -> None:
        self.ledger.begin()
        for person in persons:
            self.ledger.benefits.own.open(person)
        self.ledger.commit()

    def trusts(self, person: str = LI, limit_minor: int = 5000, shop: str = SHOP) -> None:
        self.marks.add(shop, person, limit_minor, 720, TODAY, 30, BY)

    def records(self, kind: str, **data: object) -> None:
        self._seq += 1
        body = record_body(DEVICE, "7f3a90bc", self._seq, f"{ORDER}-{self._seq}", kind, data, 1)
        address = topics.parse(topics.record(DEVICE, kind))
        assert address is not None
        self._clerk.work([Heard(address, body)])

    def tells(self, anew: bool = False) -> dict[str, MembersMarked | None]:
        """Each terminal, and its list; None: the broker is to keep nothing."""
        letters = self.lists.letters(anew)
        assert all(letter.retain for letter in letters)
        return {letter.topic: read_marks(letter.body) if letter.body else None for letter in letters}

    def trusted(self, anew: bool = False) -> dict[str, int] | None:
        """Whom the terminal may trust now, up to how much; None: it hears nothing new."""
        fact = self.tells(anew).get(topics.marks(DEVICE))
        return {mark.person: mark.limit_minor for mark in fact.marks.members} if fact else None


@pytest.fixture
def office(store, store_url, registry) -> Iterator[Office]:
    office = Office(store, store_url, registry)
    yield office
    office.ledger.close()


def test_a_terminal_hears_whom_it_may_trust_and_hears_it_once(office: Office) -> None:
    assert office.tells(anew=True) == {}, "nobody was ever marked"
    office.trusts()
    [fact] = office.tells().values()
    assert fact is not None
    [mark] = fact.marks.members
    assert mark == TrustMark(PersonId(LI), 5000, mark.until_utc_ms)
    assert fact.marks.currency == "CNY"
    assert office.tells() == {}


def test_the_last_word_about_a_member_counts_and_versions_grow(office: Office) -> None:
    office.trusts()
    [first] = office.tells(anew=True).values()
    office.trusts(limit_minor=2000)
    office.trusts(WANG)
    [second] = office.tells().values()
    assert first is not None
    assert second is not None
    assert {one.person: one.limit_minor for one in second.marks.members} == {LI: 2000, WANG: 5000}
    assert second.marks.version > first.marks.version


def test_who_is_taken_back_is_on_the_list_no_more_and_the_empty_list_is_told(office: Office) -> None:
    office.trusts()
    office.trusted(anew=True)
    office.marks.remove(SHOP, LI, BY)
    assert office.trusted() == {}
    assert office.marks.all() == []
    with pytest.raises(Refused, match="does not trust this member"):
        office.marks.remove(SHOP, LI, BY)


def test_a_lost_connection_lets_everything_be_told_again_under_a_new_version(office: Office) -> None:
    office.trusts()
    [first] = office.tells(anew=True).values()
    [again] = office.tells(anew=True).values()
    assert first is not None
    assert again is not None
    assert again.marks.members == first.marks.members
    assert again.marks.version > first.marks.version


def test_a_list_with_somebody_on_it_does_not_grow_old(office: Office, monkeypatch) -> None:
    office.trusts()
    office.trusted(anew=True)
    now = mark_lists.utc_ms()
    monkeypatch.setattr(mark_lists, "utc_ms", lambda: now + mark_lists.TOLD_AGAIN_MS - 10_000)
    assert office.trusted() is None
    monkeypatch.setattr(mark_lists, "utc_ms", lambda: now + mark_lists.TOLD_AGAIN_MS + 10_000)
    assert office.trusted() == {LI: 5000}
    assert office.trusted() is None
    monkeypatch.setattr(mark_lists, "utc_ms", lambda: now + 40 * 86_400_000)
    assert office.trusted() == {}, "its thirty days are over"


def test_another_shops_terminal_and_one_that_moved_hear_of_their_own_shop_alone(office: Office) -> None:
    office.registry.add_device("FROG-0009", "frog-2", "river")
    office.stands("FROG-0009", "XH-9", 1)
    office.trusts()
    assert list(office.tells(anew=True)) == [topics.marks(DEVICE)]
    office.registry.add_shop(Shop("NB-2", "corner", "二店", "Second"))
    office.stands(SERIAL, "NB-2", 4)
    assert office.trusted() == {}


def test_the_broker_keeps_no_list_for_a_terminal_that_was_revoked(office: Office) -> None:
    office.trusts()
    office.tells(anew=True)
    office.registry.revoke(SERIAL)
    assert office.tells() == {topics.marks(DEVICE): None}
    assert office.tells() == {}


def test_a_member_who_takes_back_the_face_is_trusted_nowhere(office: Office) -> None:
    office.trusts()
    office.trusted(anew=True)
    office.records("consent", person=LI, given=False, purposes=["face_member"])
    office.records("consent", person=WANG, given=False, purposes=["face_pay"])
    assert office.trusted() is None
    office.records("consent", person=LI, given=False, purposes=["face_pay", "face_member"])
    assert office.trusted() == {}


def test_a_named_debt_is_settled_and_none_that_the_terminal_still_asks_for(office: Office) -> None:
    def says(word: str, kind: str = "debt") -> None:
        office.records(kind, order_id=ORDER, outcome=word, amount_minor=880, currency="CNY", person=LI)

    for order, why in (("M-1001", "no order number"), (ORDER, "nobody owes")):
        with pytest.raises(Refused, match=why):
            office.marks.settle(order, BY)
    says("owed", "sale")
    with pytest.raises(Refused, match="still asks"):
        office.marks.settle(ORDER, BY)
    says("named")
    assert office.marks.settle(ORDER, BY) == DEVICE
    [fact] = office.tells(anew=True).values()
    assert fact is not None
    assert fact.settled == (ORDER,)
    assert office.tells() == {}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"shop": "NB-7"}, "no such shop"),
        ({"person": "M-7"}, "no such member"),
        ({"limit_minor": 0}, "a limit is"),
        ({"limit_minor": 10_000_001}, "a limit is"),
        ({"score": 599}, "600 or more"),
        ({"score": -1}, "from 0 to 1000"),
        ({"score": 1001}, "from 0 to 1000"),
        ({"agreed": "soon"}, "on which day"),
        ({"agreed": (date.today() + timedelta(days=3)).isoformat()}, "yet to come"),
        ({"days": 0}, "1 to 366 days"),
        ({"days": 367}, "1 to 366 days"),
    ],
)
def test_what_is_no_mark_is_refused_in_a_sentence(office: Office, wrong: dict[str, object], why) -> None:
    good = {"shop": SHOP, "person": LI, "limit_minor": 1, "score": 600, "agreed": TODAY, "days": 366}
    with pytest.raises(Refused, match=why):
        office.marks.add(**good | wrong, by=BY)
    assert office.marks.all() == []


def test_a_shop_trusts_as_many_as_a_terminal_can_keep(office: Office) -> None:
    office.joins(*(f"M-2{number:03d}" for number in range(TRUST_MARKS_MAX)))
    for number in range(TRUST_MARKS_MAX):
        office.trusts(f"M-2{number:03d}")
    with pytest.raises(Refused, match="may trust 200"):
        office.trusts()
    office.trusts("M-2000", 100)
    [fact] = office.tells(anew=True).values()
    assert fact is not None
    assert len(fact.marks.members) == TRUST_MARKS_MAX


# --- at the command line ------------------------------------------------------------------------------


@pytest.fixture
def cloud(tmp_path, capsys):
    def run(*words, code=0):
        assert main([*words, "--data", str(tmp_path / "data")]) == code
        said = capsys.readouterr()
        return json.loads(said.out) if "--json" in words and not code else said.out + said.err

    run("shops", "add", SHOP, "--merchant", "corner")
    Ledger(settings_of(tmp_path / "data").store, 1, [Member(LI, "李**", 0)]).close()
    return run


ADD = ("marks", "add", "--member", LI, "--shop", SHOP, "--limit-minor", "5000")
SURE = ("--score", "720", "--agreed", TODAY)


def test_a_person_at_head_office_marks_lists_and_takes_back(cloud) -> None:
    assert "trusts anybody" in cloud("marks")
    assert "¥50.00" in cloud(*ADD, *SURE)
    [mark] = cloud("marks", "--json")["marks"]
    assert (mark["person"], mark["score"], mark["agreed"], mark["shop"]) == (LI, 720, TODAY, SHOP)
    assert mark["said_by"].endswith("(command line)")
    assert LI in cloud("marks", "list", "--shop", SHOP)
    assert LI not in cloud("marks", "list", "--shop", "NB-2")
    assert "no more" in cloud("marks", "remove", "--member", LI, "--shop", SHOP)
    assert cloud("marks", "--json") == {"marks": []}


def test_every_word_that_is_missing_is_named_and_refusals_are_deeds_without_the_member(cloud) -> None:
    assert "expected --score, --agreed" in cloud(*ADD, code=2)
    assert "expected --order" in cloud("marks", "settle", code=2)
    assert "600 or more" in cloud(*ADD, "--score", "10", "--agreed", TODAY, code=1)
    assert json.loads(cloud("marks", "settle", "--order", "x", "--json", code=1)) == {"refused": "no_order"}
    cloud(*ADD, *SURE)
    deeds = [(one["what"], one["about"], one["outcome"]) for one in cloud("deeds", "--json")["deeds"]]
    assert deeds == [
        ("marks", f"add {SHOP}", "done"),
        ("marks", "settle x", "no_order"),
        ("marks", f"add {SHOP}", "score_short"),
    ]
    assert THE_MEMBER not in str(deeds)
