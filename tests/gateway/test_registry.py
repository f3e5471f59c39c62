"""From the box to the till, as head office sees it: every yes once, every no in one word."""

from __future__ import annotations

import time

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from sqlalchemy import update

from agent.fleet.assignment import read_anchors, read_assignment
from simulator.gateway import registry as registry_module
from simulator.gateway import tables
from simulator.gateway.claim_code import heard, shown
from simulator.gateway.refusals import Refused
from simulator.gateway.registry import Registry
from simulator.gateway.rows import Offer
from tests.gateway.conftest import BROKER, SERIAL, request_pem


def offer(registry, csr=None, serial=SERIAL):
    csr = csr or request_pem()
    return registry.offer(Offer(serial, "frog-2", csr, "7f3a", versions={"agent": "0.1.0"})), csr


def settled(registry, till=1, serial=SERIAL):
    """Claimed and confirmed: at work at this till."""
    code, csr = offer(registry, serial=serial)
    assigned = registry.claim(code.code, "NB-1", till)
    return assigned, csr, registry.confirm(serial, assigned.jti, csr)


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as no:
        call(*args, **kwargs)
    return no.value.word


def later(store, ms, *columns):
    """As if so much time had gone by since these moments."""
    with store.begin() as db:
        for column in columns:
            db.execute(update(column.table).values({column: column - ms}))


def test_a_terminal_shows_a_code_is_claimed_and_gets_its_certificate(registry, office):
    code, csr = offer(registry)
    assigned = registry.claim(shown(code.code).lower(), "NB-1", 3)
    said = jwt.decode(assigned.jws, options={"verify_signature": False})
    assert (said["serial"], said["device"], said["till"]) == (SERIAL, "frog-0001", 3)
    assert said["shop"] == {"id": "NB-1", "name_zh": "街角便利店", "name_en": "Corner Shop"}
    assert (said["merchant"], said["currency"], said["broker"]) == ("corner", "CNY", BROKER)
    assert jwt.get_unverified_header(assigned.jws) == {
        "alg": "EdDSA",
        "kid": office.key_id,
        "typ": "hyla-assignment",
    }
    chain = x509.load_pem_x509_certificates(registry.confirm(SERIAL, assigned.jti, csr).encode())
    leaf = chain[0]
    assert leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "frog-0001"
    assert 89 < (leaf.not_valid_after_utc - leaf.not_valid_before_utc).days <= 90
    leaf.verify_directly_issued_by(chain[1])
    device = registry.device(SERIAL)
    assert (device.state, device.shop, device.till) == ("active", "NB-1", 3)
    assert registry.may_connect(f"{leaf.serial_number:x}", "frog-0001")
    assert not registry.may_connect(f"{leaf.serial_number:x}", "frog-0002")


def test_a_terminal_reads_what_head_office_signed(registry, office, tmp_path):
    (tmp_path / "anchor.pem").write_text(office.anchor_pem, "ascii")
    read = read_assignment(registry.activate(SERIAL, "NB-1", 2).jws, read_anchors(tmp_path / "anchor.pem"))
    assert (read.serial, read.device, read.shop, read.till) == (SERIAL, "frog-0001", "NB-1", 2)
    assert (read.broker, read.epoch, read.moved_from) == (BROKER, "", "")


@pytest.mark.usefixtures("registry")
def test_without_a_broker_nobody_is_sent_anywhere(store, authority, office):
    nowhere = Registry(store, authority, office)
    assert refused(nowhere.activate, SERIAL, "NB-1", 1) == "no_broker"


def test_a_lost_answer_is_given_again_and_nothing_twice(registry):
    code, csr = offer(registry)
    assert offer(registry, csr)[0] == code
    assigned = registry.claim(code.code, "NB-1", 1)
    assert registry.waiting_assignment(SERIAL, csr) == assigned
    chain = registry.confirm(SERIAL, assigned.jti, csr)
    assert registry.confirm(SERIAL, assigned.jti, csr) == chain
    assert registry.waiting_assignment(SERIAL, csr) is None


def test_what_the_technician_says_no_to_is_over_and_the_terminal_shows_a_new_code(registry):
    first, csr = offer(registry)
    wrong = registry.claim(first.code, "NB-1", 4)
    registry.decline(SERIAL, wrong.jti, request_pem())
    assert registry.waiting_assignment(SERIAL, csr) == wrong, "another key says no for nobody but itself"
    registry.decline(SERIAL, wrong.jti, csr)
    assert registry.waiting_assignment(SERIAL, csr) is None
    assert refused(registry.confirm, SERIAL, wrong.jti, csr) == "expired_assignment"
    second, _ = offer(registry, csr)
    assert second.code != first.code
    right = registry.claim(second.code, "NB-1", 3)
    chain = registry.confirm(SERIAL, right.jti, csr)
    registry.decline(SERIAL, right.jti, csr)
    assert registry.confirm(SERIAL, right.jti, csr) == chain, "too late: it was confirmed"


def test_a_code_works_once_for_a_quarter_of_an_hour(registry, store):
    code, _ = offer(registry)
    registry.claim(code.code, "NB-1", 1)
    assert refused(registry.claim, code.code, "NB-1", 1) == "used_code"
    assert refused(registry.claim, "7K2M-X9QD", "NB-1", 1) == "unknown_code"
    fresh, csr = offer(registry)
    later(store, 15 * 60_000, tables.claims.c.expires_utc_ms)
    assert refused(registry.claim, fresh.code, "NB-1", 1) == "expired_code"
    assert offer(registry, csr)[0].code != fresh.code
    assert refused(registry.claim, fresh.code, "NB-1", 1) == "expired_code", "also while a new one is shown"
    later(store, 25 * 3_600_000, tables.claims.c.expires_utc_ms)
    offer(registry, csr)
    assert refused(registry.claim, fresh.code, "NB-1", 1) == "unknown_code", "not kept for ever"


def test_what_people_misread_is_read_as_meant():
    assert heard(" 7kil-0oQd ") == "7K1100QD"


def test_strangers_other_merchants_and_wrong_places_are_refused(registry):
    assert refused(offer, registry, serial="FROG-9999") == "unknown_serial"
    assert refused(offer, registry, "no request") == "bad_request"
    code, _ = offer(registry)
    assert refused(registry.claim, code.code, "XH-9", 1) == "other_merchant"
    assert refused(registry.claim, code.code, "moon", 1) == "unknown_shop"
    assert refused(registry.claim, code.code, "NB-1", 0) == "no_such_till"
    registry.claim(code.code, "NB-1", 1)  # a refusal does not use the code up


def test_only_an_elliptic_key_that_signed_for_itself_gets_a_certificate(registry):
    rsa_key = rsa.generate_private_key(65537, 2048)
    wide = ec.generate_private_key(ec.SECP384R1())
    honest = request_pem()
    forged = honest.replace(honest.splitlines()[3], honest.splitlines()[3][::-1])
    for csr in (request_pem(key=rsa_key), request_pem(key=wide), forged, "x" * 5_000):
        assert refused(offer, registry, csr) == "bad_request"


def test_the_key_that_showed_the_code_and_no_other_is_certified(registry):
    code, csr = offer(registry)
    thief = request_pem()
    assigned = registry.claim(code.code, "NB-1", 1)
    assert refused(registry.confirm, SERIAL, assigned.jti, thief) == "used_assignment"
    assert registry.waiting_assignment(SERIAL, thief) is None
    registry.confirm(SERIAL, assigned.jti, csr)


def test_who_knows_a_serial_number_cannot_fill_the_table(registry):
    for _ in range(5):
        offer(registry)
    assert refused(offer, registry) == "too_many_codes"


def test_an_activation_without_a_network_is_good_for_the_first_key_that_comes(registry):
    assigned = registry.activate(SERIAL, "NB-1", 2)
    first, second = request_pem(), request_pem()
    assert registry.read_assignment(assigned.jws)["jti"] == assigned.jti
    chain = registry.confirm(SERIAL, assigned.jti, first)
    assert registry.confirm(SERIAL, assigned.jti, first) == chain
    assert refused(registry.confirm, SERIAL, assigned.jti, second) == "used_assignment"


def test_a_forged_or_foreign_activation_is_not_ours(registry, tmp_path, store, authority):
    assigned = registry.activate(SERIAL, "NB-1", 2)
    head, body, seal = assigned.jws.split(".")
    assert refused(registry.read_assignment, f"{head}.{body}.{seal[::-1]}") == "unknown_assignment"
    from simulator.gateway.authority import HeadOffice

    other = Registry(store, authority, HeadOffice(tmp_path / "elsewhere"), BROKER)
    foreign = other.activate(SERIAL, "NB-1", 2)
    assert refused(registry.read_assignment, foreign.jws) == "unknown_assignment"
    assert refused(registry.confirm, "FROG-0002", assigned.jti, request_pem()) == "unknown_serial"


def test_two_terminals_never_stand_at_one_till(registry):
    settled(registry)
    registry.add_device("FROG-0002", "frog-2", "corner")
    code, csr = offer(registry, serial="FROG-0002")
    assert refused(registry.claim, code.code, "NB-1", 1) == "till_taken"
    assigned = registry.claim(code.code, "NB-1", 1, replace=True)
    assert registry.device(SERIAL).state == "active"
    registry.confirm("FROG-0002", assigned.jti, csr)
    assert registry.device(SERIAL).state == "retired"


def test_renewal_overlaps_and_withdrawal_takes_both(registry):
    _, _, chain = settled(registry)
    csr = request_pem()
    renewed = registry.renew("frog-0001", csr)
    assert registry.renew("frog-0001", csr) == renewed != chain
    old, new = (f"{x509.load_pem_x509_certificate(c.encode()).serial_number:x}" for c in (chain, renewed))
    assert registry.may_connect(old, "frog-0001")
    assert registry.may_connect(new, "frog-0001")
    registry.revoke(SERIAL)
    assert sorted((old, new)) == registry.revoked_certificates()
    assert not registry.may_connect(new, "frog-0001")
    assert refused(registry.renew, "frog-0001", request_pem()) == "revoked"
    assert refused(offer, registry) == "revoked"
    listed = x509.load_pem_x509_crl(registry.revocation_list().encode())
    assert {f"{row.serial_number:x}" for row in listed} == {old, new}


def test_moving_to_another_shop_ends_the_old_certificate(registry):
    _, csr, chain = settled(registry)
    registry.add_shop(registry_module.Shop("NB-2", "corner", "二店", "Second"))
    moved = registry.activate(SERIAL, "NB-2", 1)
    said = jwt.decode(moved.jws, options={"verify_signature": False})
    assert said["from"] == "NB-1"
    assert registry.confirm(SERIAL, moved.jti, csr) != chain
    old = f"{x509.load_pem_x509_certificate(chain.encode()).serial_number:x}"
    assert not registry.may_connect(old, "frog-0001")
    assert registry.device(SERIAL).shop == "NB-2"


def test_a_copied_disk_is_stopped(registry):
    settled(registry)
    registry.touch("frog-0001", "7f3a", 7)
    registry.touch("frog-0001", "7f3a", 7)
    assert refused(registry.touch, "frog-0001", "7f3a", 6) == "clone"
    assert registry.device(SERIAL).state == "revoked"
    assert refused(registry.touch, "frog-0001", "7f3a", 8) == "revoked"


def test_another_installation_under_the_same_name_is_a_copy_too(registry):
    settled(registry)
    assert refused(registry.touch, "frog-0001", "0b1c", 8) == "clone"


def test_after_an_activation_the_first_start_says_which_installation_it_is(registry):
    registry.confirm(SERIAL, registry.activate(SERIAL, "NB-1", 2).jti, request_pem())
    registry.touch("frog-0001", "7f3a", 3)
    assert registry.device(SERIAL).epoch == "7f3a"
    assert refused(registry.touch, "frog-0001", "0b1c", 4) == "clone"


def test_what_a_terminal_says_is_kept_and_when(registry):
    settled(registry)
    before_ms = time.time_ns() // 1_000_000
    registry.report("frog-0001", online=True, health={"outbox": 3}, reported={"settings": 4})
    registry.report("frog-0001", online=False)
    device = registry.device(SERIAL)
    assert (device.health, device.reported, device.online) == ({"outbox": 3}, {"settings": 4}, False)
    assert device.last_seen_utc_ms >= before_ms
    registry.report("nobody", online=True)
    assert [row.serial for row in registry.devices()] == [SERIAL]


def test_head_office_keys_lie_where_only_it_can_read_them(authority, office, keys):
    assert len(office.owner_key) == 43
    assert {file.stat().st_mode & 0o777 for file in keys.glob("*.key")} == {0o600}
    names = {file.name for file in keys.glob("*.key")}
    assert names == {"root.key", "issuing.key", "head-office.key", "owner.key"}
    assert "BEGIN PUBLIC KEY" in office.anchor_pem
    assert authority.ca_pem == authority.ca_file.read_text("ascii")


def test_a_serial_number_can_never_pass_for_a_device_id(registry):
    for serial in ("frog-0003", "1234-5678", "", "FROG 0003", "F" * 32, "FRÖG-3"):
        with pytest.raises(Refused, match="at least one letter"):
            registry.add_device(serial)
    registry.add_device("FROG-0003")
