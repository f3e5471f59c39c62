"""Terminals on their way out of a shop: orders that head office signs, receipts that come back.

Enters: a serial number, where it is to go; a receipt, by the link or by hand. Leaves: signed orders for the
terminal's scanner; a receipt kept, and a terminal that is over for good. A receipt is checked with the key
whose certificate we gave, also one that was withdrawn since: it was signed before.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from sqlalchemy import Connection, Engine, select

from agent.core.assignment import Retirement
from agent.fleet.assignment import sign_retirement
from agent.fleet.farewell import NoReceipt, Receipt, read_receipt, unchecked
from simulator.gateway import tables as t
from simulator.gateway.endings import end
from simulator.gateway.handover import hand_over
from simulator.gateway.refusals import Refused
from simulator.gateway.registry import ASSIGNMENT_MS, Registry
from simulator.gateway.rows import Assigned, DeviceRow
from simulator.gateway.store import insert_missing, utc_ms

FAREWELL = "farewell"


class Leaving:
    """Head office's side of moving and retiring."""

    def __init__(self, registry: Registry, store: Engine) -> None:
        self._registry, self._store = registry, store

    def move(self, serial: str, shop: str, till: int) -> Assigned:
        """An order to another shop or till, good for seven days.

        Raises:
            Refused: unknown_serial, not_active, unknown_shop, other_merchant, till_taken …
        """
        self._active(serial)
        return self._registry.activate(serial, shop, till)

    def retire(self, serial: str) -> Assigned:
        """An order to leave for good. In the books it is over once its receipt is here. Raises Refused:
        unknown_serial, not_active."""
        device, now = self._active(serial), utc_ms()
        order = Retirement(
            id=secrets.token_urlsafe(16),
            serial=serial,
            merchant=device.merchant,
            shop=device.shop,
            owner_key=self._registry.office.owner_key,
            issued_utc_s=now // 1000,
            expires_utc_s=(now + ASSIGNMENT_MS) // 1000,
        )
        return Assigned(order.id, serial, sign_retirement(order, self._registry.office.key))

    def replace(self, broken: str, serial: str, code: str = "") -> tuple[Assigned, int]:
        """Another terminal takes the place of one that broke: its certificate is withdrawn first, then its
        till and what it had open are the other's. With the `code` that the other one shows, else as an
        order for its scanner. May be repeated. Returns it, and how many orders are handed over.

        Raises:
            Refused: unknown_serial, not_active, and as `claim` or `activate`.
        """
        with self._store.begin() as db:
            device = self._registry.find(db, broken)
            if device is None:
                raise Refused("unknown_serial")
            if device.state not in ("active", "revoked") or not device.shop or serial == broken:
                raise Refused("not_active")
        self._registry.would_stand(
            serial, code, device.shop, device.till
        )  # a slip of a finger stops nobody
        with self._store.begin() as db:
            end(db, broken, "revoked", utc_ms())
        if code:
            assigned = self._registry.claim(code, device.shop, device.till)
        else:
            assigned = self._registry.activate(serial, device.shop, device.till)
        with self._store.begin() as db:
            new = self._registry.find(db, assigned.serial)
            assert new is not None
            return assigned, hand_over(db, device.device_id, new.device_id)

    def receipt(self, text: str) -> Receipt:
        """A receipt that somebody brings. Raises Refused: not_a_receipt."""
        with self._store.begin() as db:
            return receipt_came(db, text.strip())

    def receipts(self, serial: str) -> list[Receipt]:
        """Of this terminal, the newest first."""
        mine = select(t.farewells.c.receipt).where(t.farewells.c.serial == serial)
        with self._store.begin() as db:
            return [unchecked(text) for text in db.scalars(mine.order_by(t.farewells.c.left_utc_ms.desc()))]

    def _active(self, serial: str) -> DeviceRow:
        device = self._registry.device(serial)
        if device is None:
            raise Refused("unknown_serial")
        if device.state != "active":
            raise Refused("not_active")
        return device


def receipt_came(db: Connection, text: str) -> Receipt:
    """Checked and kept, once or again; whoever retired or forgot itself is over. Raises Refused:
    not_a_receipt."""
    try:
        said = unchecked(text)
    except NoReceipt:
        raise Refused("not_a_receipt") from None
    if not any(_signed_by(text, chain) for chain in db.scalars(_chains(said.serial))):
        raise Refused("not_a_receipt")
    times = {"left_utc_ms": said.iat * 1000, "came_utc_ms": utc_ms()}
    place = {"serial": said.serial, "why": said.why, "shop": said.shop, "till": said.till}
    fresh = insert_missing(db, t.farewells, receipt=text, **place, **times)
    if fresh and said.why != "moved":
        end(db, said.serial, "retired", utc_ms())
    return said


def record_came(db: Connection, body: bytes) -> None:
    """A `farewell` record: its receipt speaks for itself, and one that does not hold changes nothing."""
    try:
        receipt_came(db, str(json.loads(body)["data"]["record"]["receipt"]))
    except (Refused, KeyError, TypeError, ValueError):
        return


def _chains(serial: str) -> Any:
    return select(t.certificates.c.chain_pem).where(t.certificates.c.serial == serial)


def _signed_by(text: str, chain_pem: str) -> bool:
    key = x509.load_pem_x509_certificate(chain_pem.encode()).public_key()
    assert isinstance(key, EllipticCurvePublicKey)
    try:
        read_receipt(text, key)
    except NoReceipt:
        return False
    return True
