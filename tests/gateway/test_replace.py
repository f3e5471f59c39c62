"""Replacing a broken terminal: its certificate first, then till, debts and doubts; the money moves once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import Engine

from agent.cloud import topics
from agent.cloud.messages import charge_bytes, presence_bytes, read_reply, record_body
from agent.cloud.office_messages import read_signed
from agent.core.charge import Answer, Captured, ChargeRequest, CodePayer, Declined, FacePayer
from agent.core.events import ChargeAnswered, HandedOver
from agent.core.ids import DeviceId, OrderId, PaymentKey, PersonId, Secret
from agent.core.money import Money
from agent.fleet.assignment import read_order
from agent.fleet.farewell import Receipt, sign_receipt
from agent.fleet.keystore import FileKey
from agent.fleet.signed import key_id
from agent.fleet.wishes import read_wish
from simulator.clerk import Clerk, Heard, Letter
from simulator.faults import Faults
from simulator.gateway.leaving import Leaving
from simulator.gateway.line import Arrival
from simulator.gateway.mark_lists import MarkLists
from simulator.gateway.refusals import Refused
from simulator.gateway.registry import Registry
from simulator.gateway.rows import Shop
from simulator.gateway.watch import Watch
from simulator.ledger import Ledger, Member
from tests.gateway.conftest import BROKER, request_pem

OLD, NEW, SHOP = "FROG-0001", "FROG-0002", "NB-1"
ORDER = OrderId("frog-0001-7f3a90bc-000007")
LI = PersonId("m-li")
NOW_MS = 4_000_000_000_000


class Chain:
    """Head office, its books, and two terminals: one at till 3, one in its box."""

    def __init__(self, store_url: str, store: Engine, authority, office) -> None:
        self.office, self.store = office, store
        self.registry = Registry(store, authority, office, BROKER)
        self.leaving = Leaving(self.registry, store)
        self.ledger = Ledger(store_url, 1, [Member(LI, "李**", 10_000)])
        self.clerk = Clerk(self.ledger, Faults(1), 1)
        self.keys = {serial: ec.generate_private_key(ec.SECP256R1()) for serial in (OLD, NEW)}
        self._seq = count(1)
        self.registry.add_shop(Shop(SHOP, "corner", "街角便利店", "Corner Shop"))
        for serial in (OLD, NEW):
            self.registry.add_device(serial, "frog-2", "corner")
        self.confirms(OLD, self.registry.activate(OLD, SHOP, 3).jti)

    def confirms(self, serial: str, jti: str) -> None:
        self.registry.confirm(serial, jti, request_pem(serial, self.keys[serial]))

    def certificate(self, serial: str) -> str:
        device = self.registry.device(serial)
        assert device is not None
        return device.cert_serial

    def may_come(self, serial: str, certificate: str) -> bool:
        return self.registry.may_connect(certificate, serial.lower())

    def records(self, serial: str, kind: str, **data: object) -> None:
        device, seq = DeviceId(serial.lower()), next(self._seq)
        body = record_body(device, "7f3a90bc", seq, f"{device}-{seq}", kind, data, NOW_MS)
        address = topics.parse(topics.record(device, kind))
        assert address is not None
        self.clerk.work([Heard(address, body)])

    def owes(self, order: OrderId = ORDER) -> None:
        """Goods left on trust at the old terminal."""
        words = {"outcome": "owed", "method": "face", "person": LI, "amount_minor": 880, "currency": "CNY"}
        self.records(OLD, "sale", order_id=order, payment_key=None, **words)

    def charges(self, serial: str, key: str, payer: FacePayer | CodePayer | None = None) -> Answer:
        """This terminal asks for the order's money under this key."""
        order = OrderId(key.rpartition("-")[0])
        request = ChargeRequest(PaymentKey(key), order, Money(880), payer or FacePayer(LI), serial, NOW_MS)
        address = topics.parse(topics.ask(DeviceId(serial.lower()), topics.CHARGE))
        assert address is not None
        [letter] = self.clerk.work([Heard(address, charge_bytes(request, DeviceId(serial.lower())))])
        said = read_reply(letter.body)
        assert isinstance(said, ChargeAnswered)
        return said.answer

    def told(self) -> HandedOver | None:
        """What the new terminal hears, as it reads it."""
        found = self.registry.handover(NEW.lower())
        if found is None:
            return None
        public = self.office.key.public_key()
        wish = read_wish(found[1], {key_id(public): public}, DeviceId(NEW.lower()))
        assert isinstance(wish, HandedOver)
        return wish

    def moved(self) -> list[int]:
        return [capture.amount_minor for capture in self.ledger.captures()]


@pytest.fixture
def chain(store_url: str, store: Engine, authority, office) -> Iterator[Chain]:
    chain = Chain(store_url, store, authority, office)
    yield chain
    chain.ledger.close()


def test_the_broken_one_is_shut_out_before_the_other_has_its_till(chain: Chain) -> None:
    old = chain.certificate(OLD)
    order, _ = chain.leaving.replace(OLD, NEW)
    assert not chain.may_come(OLD, old)
    chain.confirms(NEW, order.jti)
    device = chain.registry.device(NEW)
    assert device is not None
    assert (device.state, device.shop, device.till) == ("active", SHOP, 3)
    with pytest.raises(Refused, match="revoked"):
        chain.registry.renew(OLD.lower(), request_pem(OLD, chain.keys[OLD]))


def test_a_debt_is_collected_by_the_other_one_alone(chain: Chain) -> None:
    chain.owes()
    order, handed = chain.leaving.replace(OLD, NEW)
    chain.confirms(NEW, order.jti)
    wish = chain.told()
    assert wish is not None
    assert (handed, [debt.order_id for debt in wish.debts]) == (1, [ORDER])
    assert chain.charges(OLD, f"{ORDER}-1") == Declined("handed_over")
    key = f"{ORDER}-{wish.debts[0].attempts + 1}"
    assert isinstance(chain.charges(NEW, key), Captured)
    assert chain.charges(OLD, f"{ORDER}-1") == Declined("handed_over")
    assert isinstance(chain.charges(NEW, key), Captured), "a repeat is answered alike"
    assert chain.charges(NEW, f"{ORDER}-9") == Declined("paid_before")
    assert chain.moved() == [880]


def test_what_the_broken_one_collected_before_is_not_handed_over(chain: Chain) -> None:
    chain.owes()
    assert isinstance(chain.charges(OLD, f"{ORDER}-1"), Captured)
    _, handed = chain.leaving.replace(OLD, NEW)
    assert (handed, chain.told()) == (0, None)
    assert chain.moved() == [880]


@pytest.mark.parametrize("first", [OLD, NEW])
def test_both_try_and_the_money_moves_once(chain: Chain, first: str) -> None:
    """The old disk came back behind the guard's back: the books refuse it all the same."""
    chain.owes()
    assert chain.charges(OLD, f"{ORDER}-1", CodePayer("wechat", Secret("134567890123000098"))) == Declined(
        "funds"
    )
    chain.leaving.replace(OLD, NEW)
    wish = chain.told()
    assert wish is not None
    keys = {OLD: f"{ORDER}-2", NEW: f"{ORDER}-{wish.debts[0].attempts + 1}"}
    assert keys[OLD] != keys[NEW]
    for serial in (first, OLD if first == NEW else NEW, OLD, NEW):
        chain.charges(serial, keys[serial])
    assert chain.moved() == [880]


def test_a_payment_nobody_is_sure_about_is_asked_about_by_the_other_one(chain: Chain) -> None:
    key = f"{ORDER}-1"
    chain.charges(OLD, key, CodePayer("wechat", Secret("134567890123000099")))
    chain.leaving.replace(OLD, NEW)
    wish = chain.told()
    assert wish is not None
    assert [(doubt.key, doubt.amount) for doubt in wish.doubts] == [(key, Money(880))]


def test_the_list_is_sent_until_the_terminal_says_that_it_has_it(chain: Chain) -> None:
    chain.owes()
    chain.leaving.replace(OLD, NEW)
    wish = chain.told()
    assert wish is not None
    assert chain.told() == wish
    chain.records(NEW, "handed_over", handover=wish.id, broken=OLD.lower(), debts=[ORDER], doubts=[])
    assert chain.told() is None
    chain.leaving.replace(OLD, NEW)
    assert chain.told() is None, "replacing again hands nothing over twice"


@pytest.mark.parametrize(
    ("by", "code", "why"),
    [("", "AAAA-AAAA", "no terminal waits"), ("FROG-0099", "", "sales list"), ("RIVER-01", "", "merchant")],
)
def test_a_slip_of_a_finger_stops_nobody(chain: Chain, by: str, code: str, why: str) -> None:
    chain.registry.add_device("RIVER-01", "frog-2", "river")
    with pytest.raises(Refused, match=why):
        chain.leaving.replace(OLD, by, code)
    device = chain.registry.device(OLD)
    assert device is not None
    assert device.state == "active"
    assert chain.may_come(OLD, device.cert_serial)


def test_nobody_replaces_a_terminal_that_stands_nowhere(chain: Chain) -> None:
    with pytest.raises(Refused, match="stands in no shop"):
        chain.leaving.replace(NEW, OLD)


def test_an_order_to_move_or_retire_is_read_by_the_terminal(chain: Chain) -> None:
    public = chain.office.key.public_key()
    anchors = {key_id(public): public}
    chain.registry.add_shop(Shop("NB-2", "corner", "二店", "Second"))
    move = read_order(chain.leaving.move(OLD, "NB-2", 1).jws, anchors)
    assert (move.moved_from, move.shop, move.owner_key) == (SHOP, "NB-2", chain.office.owner_key)
    retire = read_order(chain.leaving.retire(OLD).jws, anchors)
    assert (retire.serial, retire.shop, retire.owner_key) == (OLD, SHOP, chain.office.owner_key)
    with pytest.raises(Refused, match="stands in no shop"):
        chain.leaving.retire(NEW)


def receipt(chain: Chain, serial: str = OLD, by: str = OLD) -> str:
    words = Receipt(
        why="retired", serial=serial, device=serial.lower(), shop=SHOP, till=3, iat=4_000_000_000
    )
    return sign_receipt(words, FileKey(chain.keys[by]))


def test_a_receipt_over_the_link_ends_the_terminal_in_the_books(chain: Chain) -> None:
    old = chain.certificate(OLD)
    chain.records(OLD, "farewell", what="retire", order="o-1", receipt=receipt(chain))
    device = chain.registry.device(OLD)
    assert device is not None
    assert device.state == "retired"
    assert not chain.may_come(OLD, old)
    assert [said.why for said in chain.leaving.receipts(OLD)] == ["retired"]
    assert chain.leaving.receipt(receipt(chain)).serial == OLD, "brought by hand as well, later"
    chain.registry.again(OLD)
    device = chain.registry.device(OLD)
    assert device is not None
    assert device.state == "factory"


def test_a_receipt_that_another_terminal_signed_ends_nobody(chain: Chain) -> None:
    with pytest.raises(Refused, match="not its own"):
        chain.leaving.receipt(receipt(chain, by=NEW))
    chain.records(OLD, "farewell", what="retire", order="o-1", receipt=receipt(chain, by=NEW))
    chain.records(OLD, "farewell", what="retire", order="o-2", receipt=json.dumps({"why": "retired"}))
    device = chain.registry.device(OLD)
    assert device is not None
    assert device.state == "active"


def test_a_terminal_that_comes_online_hears_what_it_takes_over(chain: Chain) -> None:
    chain.owes()
    order, _ = chain.leaving.replace(OLD, NEW)
    chain.confirms(NEW, order.jti)
    device = DeviceId(NEW.lower())
    watch = Watch("mqtt://127.0.0.1:1", chain.registry, MarkLists(chain.store))

    def comes(online: bool) -> list[Letter]:
        body = presence_bytes(device, online=online, boot_id="7f3a90bc-1")
        return watch._work([Arrival(topics.presence(device), body, b"", (1, 1))])

    assert comes(online=False) == []
    [letter] = comes(online=True)
    assert letter.topic == topics.command(device, "handover")
    public = chain.office.key.public_key()
    wish = read_wish(read_signed(letter.body), {key_id(public): public}, device)
    assert wish == chain.told()
