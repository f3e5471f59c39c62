"""Which terminal is where: offered, claimed, confirmed, renewed, moved, revoked, retired.

Enters: what a terminal says at the bootstrap listener, what head office decides. Leaves: claim codes,
assignments, certificates, or a refusal. Safe for several processes: each call is one transaction, and what
may happen once is a constraint of the store. Repeating a call whose answer was lost gives the same answer.

The way of a terminal: factory → offered (it shows a code) → assigned (somebody typed it) → active (the
technician confirmed) → revoked or retired.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Any

import jwt
from sqlalchemy import Connection, Engine, delete, insert, select, update

from agent.core.assignment import SERIAL_SHAPE
from agent.fleet.wishes import sign_handover
from simulator.gateway import tables as t
from simulator.gateway.authority import Authority, HeadOffice, NotARequest
from simulator.gateway.certificates import request_sha256
from simulator.gateway.claim_code import heard, new_code
from simulator.gateway.endings import end, withdraw
from simulator.gateway.handover import wish_for
from simulator.gateway.issued import chain_of, counts, issue, withdrawn
from simulator.gateway.refusals import Refused
from simulator.gateway.rows import Assigned, Code, DeviceRow, Offer, Shop, Waiting
from simulator.gateway.store import utc_ms

CODE_MS = 15 * 60_000
CODE_KEPT_MS = 86_400_000  # after its end: whoever types it late is told that it is old
CODES_OPEN_MAX = 5  # of one serial: whoever knows a serial could else fill the table
ASSIGNMENT_MS = 7 * 86_400_000
TILL_MAX = 999
NAME_MAX = 40
KIND, VERSION = "hyla-assignment", 1


class Registry:
    """`broker_url` is where assigned terminals go; it stands in every assignment."""

    def __init__(
        self, store: Engine, authority: Authority, office: HeadOffice, broker_url: str = ""
    ) -> None:
        self._store, self.authority, self.office = store, authority, office
        self._broker_url = broker_url

    # The sales list and the shops ------------------------------------------------------------------

    def add_shop(self, shop: Shop) -> None:
        """Once; a second time under the same name changes it. Raises ValueError for a name too long."""
        for name in (shop.shop, shop.merchant, shop.name_zh, shop.name_en):
            if not 1 <= len(name) <= NAME_MAX:
                raise ValueError(f"{name!r}: a name of {len(name)} characters (expected 1 to {NAME_MAX})")
        with self._store.begin() as db:
            db.execute(delete(t.shops).where(t.shops.c.shop == shop.shop))
            db.execute(insert(t.shops).values(**asdict(shop)))

    def shops(self) -> list[Shop]:
        with self._store.begin() as db:
            return [Shop(**row._mapping) for row in db.execute(select(t.shops).order_by(t.shops.c.shop))]

    def add_device(self, serial: str, model: str = "", merchant: str = "") -> None:
        """Into the sales list, once. `merchant` empty: any may claim it. Raises Refused: no_serial."""
        if not SERIAL_SHAPE.fullmatch(serial):  # a device id has no capital: neither passes for the other
            raise Refused("no_serial")
        with self._store.begin() as db:
            if self.find(db, serial) is None:
                values = {"serial": serial, "device_id": serial.lower(), "model": model}
                db.execute(insert(t.devices).values(**values, merchant=merchant))

    # From the box to the till ----------------------------------------------------------------------

    def offer(self, offer: Offer) -> Code:
        """A new terminal shows itself. The same offer gives the same code until it expires or is used.

        Raises:
            Refused: unknown_serial, revoked, retired, bad_request, too_many_codes.
        """
        now = utc_ms()
        _key_mark(offer.csr_pem)
        with self._store.begin() as db:
            device = self._known(db, offer.serial)
            mine = (t.claims.c.serial == offer.serial) & (t.claims.c.used_utc_ms == 0)
            db.execute(delete(t.claims).where(mine & (t.claims.c.expires_utc_ms <= now - CODE_KEPT_MS)))
            waiting = db.execute(select(t.claims).where(mine & (t.claims.c.expires_utc_ms > now))).all()
            values = {"model": offer.model, "versions": offer.versions, "last_seen_utc_ms": now}
            if device.state == "factory":
                values["state"] = "offered"
            db.execute(update(t.devices).where(t.devices.c.serial == offer.serial).values(**values))
            for row in waiting:
                if _key_mark(row.csr_pem) == _key_mark(offer.csr_pem):
                    return Code(row.code, row.expires_utc_ms)
            if len(waiting) >= CODES_OPEN_MAX:
                raise Refused("too_many_codes")
            code = Code(new_code(), now + CODE_MS)
            db.execute(
                insert(t.claims).values(
                    code=code.code,
                    serial=offer.serial,
                    csr_pem=offer.csr_pem,
                    epoch=offer.epoch,
                    made_utc_ms=now,
                    expires_utc_ms=code.expires_utc_ms,
                )
            )
            return code

    def waiting(self) -> list[Waiting]:
        """Terminals that show a code now, without the code: whoever claims reads it there."""
        fresh = (t.claims.c.used_utc_ms == 0) & (t.claims.c.expires_utc_ms > utc_ms())
        columns = (t.claims.c.serial, t.devices.c.model, t.claims.c.expires_utc_ms)
        found = select(*columns).join_from(t.claims, t.devices, t.devices.c.serial == t.claims.c.serial)
        with self._store.begin() as db:
            rows = db.execute(found.where(fresh).order_by(t.claims.c.made_utc_ms))
            return [Waiting(*row) for row in rows]

    def claim(self, code: str, shop: str, till: int, replace: bool = False) -> Assigned:
        """Somebody at head office typed the code that a terminal shows.

        `replace`: it takes over the till of the terminal that stands there, which is retired when the new
        one is confirmed.

        Raises:
            Refused: unknown_code, expired_code, used_code, unknown_shop, other_merchant, till_taken …
        """
        now = utc_ms()
        with self._store.begin() as db:
            row = self._coded(db, code, now)
            assigned = self._assign(db, row.serial, shop, till, replace, _key_mark(row.csr_pem), row.epoch)
            one = (t.claims.c.code == row.code) & (t.claims.c.used_utc_ms == 0)
            if db.execute(update(t.claims).where(one).values(used_utc_ms=now)).rowcount != 1:
                raise Refused("used_code")
            return assigned

    def would_stand(self, serial: str, code: str, shop: str, till: int) -> None:
        """Asked before something that cannot be taken back: this terminal, or the one that shows this code,
        could be assigned there. Raises Refused: as `claim` or `activate`, but for who stands there now."""
        with self._store.begin() as db:
            self._fitting(db, self._coded(db, code, utc_ms()).serial if code else serial, shop, till)

    def activate(self, serial: str, shop: str, till: int, replace: bool = False) -> Assigned:
        """An assignment for a terminal without a network: printed as a QR, good for seven days.

        Raises:
            Refused: as `claim`, and unknown_serial.
        """
        with self._store.begin() as db:
            return self._assign(db, serial, shop, till, replace, "", "")

    def confirm(self, serial: str, jti: str, csr_pem: str, epoch: str = "") -> str:
        """The technician has confirmed at the terminal: its certificate chain in PEM.

        An assignment that was claimed is good for the key that was offered with the code; one from a QR for
        the first key that comes with it. The same key again gets the same chain.

        Raises:
            Refused: unknown_assignment, expired_assignment, used_assignment, revoked, retired, bad_request.
        """
        now, mark = utc_ms(), _key_mark(csr_pem)
        with self._store.begin() as db:
            device = self._known(db, serial)
            row = db.execute(
                select(t.assignments).where(t.assignments.c.jti == jti).with_for_update()
            ).one_or_none()
            if row is None or row.serial != serial:
                raise Refused("unknown_assignment")
            if row.csr_sha256 and row.csr_sha256 != mark:
                raise Refused("used_assignment")
            chain = chain_of(db, serial, mark)
            if row.confirmed_utc_ms and chain:
                return chain
            if row.expires_utc_ms <= now:
                raise Refused("expired_assignment")
            stands = self._stands_there(db, serial, row.shop, row.till)
            if stands not in ("", row.replaces):
                raise Refused("till_taken")
            if stands:
                end(db, stands, "retired", now)
            withdraw(db, serial, now)
            chain = issue(db, self.authority, device, csr_pem, mark, now)
            db.execute(
                update(t.assignments)
                .where(t.assignments.c.jti == jti)
                .values(confirmed_utc_ms=now, csr_sha256=mark)
            )
            here = {
                "state": "active",
                "shop": row.shop,
                "till": row.till,
                "epoch": row.epoch or epoch,
                "boots": 0,
            }
            db.execute(update(t.devices).where(t.devices.c.serial == serial).values(**here))
            return chain

    def assignment(self, jti: str) -> Assigned | None:
        with self._store.begin() as db:
            row = db.execute(select(t.assignments).where(t.assignments.c.jti == jti)).one_or_none()
            return Assigned(row.jti, row.serial, row.jws) if row else None

    def waiting_assignment(self, serial: str, csr_pem: str) -> Assigned | None:
        """The newest one that was claimed for this terminal and this key and is not confirmed: what the
        bootstrap listener has to bring. Raises Refused: bad_request."""
        now, mark = utc_ms(), _key_mark(csr_pem)
        mine = (t.assignments.c.serial == serial) & (t.assignments.c.csr_sha256 == mark)
        fresh = (t.assignments.c.confirmed_utc_ms == 0) & (t.assignments.c.expires_utc_ms > now)
        newest = select(t.assignments).where(mine & fresh).order_by(t.assignments.c.made_utc_ms.desc())
        with self._store.begin() as db:
            row = db.execute(newest.limit(1)).one_or_none()
            return Assigned(row.jti, row.serial, row.jws) if row else None

    def decline(self, serial: str, jti: str, csr_pem: str) -> None:
        """The technician said that this is not the shop: what was claimed for this key and is not confirmed
        is over, and the terminal may show a new code. Raises Refused: bad_request."""
        mine = (t.assignments.c.serial == serial) & (t.assignments.c.jti == jti)
        open_ = (t.assignments.c.csr_sha256 == _key_mark(csr_pem)) & (t.assignments.c.confirmed_utc_ms == 0)
        with self._store.begin() as db:
            db.execute(update(t.assignments).where(mine & open_).values(expires_utc_ms=0))

    def read_assignment(self, jws: str) -> dict[str, Any]:
        """What stands in an assignment that a terminal brings along (offline it had no code).

        Raises:
            Refused: unknown_assignment.
        """
        try:
            said = self.office.read(jws)
        except jwt.InvalidTokenError:
            raise Refused("unknown_assignment") from None
        if said.get("typ") != KIND or self.assignment(str(said.get("jti"))) is None:
            raise Refused("unknown_assignment")
        return said

    # Certificates ----------------------------------------------------------------------------------

    def renew(self, device_id: str, csr_pem: str) -> str:
        """A new certificate for a terminal that came with a good one; the old one stays good until its end.

        Raises:
            Refused: unknown_device, revoked, retired, bad_request.
        """
        now, mark = utc_ms(), _key_mark(csr_pem)
        with self._store.begin() as db:
            device = self._by_id(db, device_id)
            if device is None or device.state != "active":
                raise Refused(device.state if device and device.state in _ENDS else "unknown_device")
            chain = chain_of(db, device.serial, mark)
            return chain or issue(db, self.authority, device, csr_pem, mark, now)

    def revoke(self, serial: str) -> None:
        """Stop a terminal: every certificate of it, at the next packet. Raises Refused: unknown_serial."""
        self._finish(serial, "revoked")

    def retire(self, serial: str) -> None:
        """Its days are over; its till is free. Raises Refused: unknown_serial."""
        self._finish(serial, "retired")

    def again(self, serial: str) -> None:
        """A terminal whose days were over comes back into stock: head office has looked at it. What was
        signed for it before stays over. Raises Refused: unknown_serial, still_active."""
        with self._store.begin() as db:
            device = self.find(db, serial)
            if device is None:
                raise Refused("unknown_serial")
            if device.state not in _ENDS:
                raise Refused("still_active")
            anew = {"state": "factory", "shop": "", "till": 0, "epoch": "", "boots": 0, "cert_serial": ""}
            db.execute(update(t.devices).where(t.devices.c.serial == serial).values(**anew))

    def revoked_certificates(self) -> list[str]:
        """Serial numbers in hex of all that were withdrawn before their end."""
        with self._store.begin() as db:
            return withdrawn(db, utc_ms())

    def revocation_list(self) -> str:
        """The same as a CRL in PEM."""
        return self.authority.revocation_list(self.revoked_certificates(), utc_ms())

    def published_list(self) -> str:
        """As a broker fetches it."""
        return self.authority.published_list(self.revoked_certificates(), utc_ms())

    def may_connect(self, cert_serial: str, device_id: str) -> bool:
        """Is this certificate of ours, of this device, not withdrawn, and the device active?"""
        with self._store.begin() as db:
            return counts(db, cert_serial, device_id)

    # What terminals tell of themselves -------------------------------------------------------------

    def touch(self, device_id: str, epoch: str, boots: int) -> None:
        """It has started for the `boots`th time. A counter that goes back, or another epoch than the one it
        was confirmed with, is a copy or an old image of the disk: the terminal is revoked.

        Raises:
            Refused: unknown_device, revoked, retired, clone.
        """
        with self._store.begin() as db:
            device = self._by_id(db, device_id)
            if device is None:
                raise Refused("unknown_device")
            if device.state in _ENDS:
                raise Refused(device.state)
            copied = boots < device.boots or (device.epoch not in ("", epoch))
            if copied:
                end(db, device.serial, "revoked", utc_ms())
            else:
                seen = {"boots": boots, "epoch": epoch, "last_seen_utc_ms": utc_ms()}
                db.execute(update(t.devices).where(t.devices.c.device_id == device_id).values(**seen))
        if copied:
            raise Refused("clone")

    def report(
        self,
        device_id: str,
        *,
        online: bool | None = None,
        reported: dict[str, Any] | None = None,
        health: dict[str, Any] | None = None,
    ) -> None:
        """Keep what was said last; of terminals we do not know nothing is kept."""
        said = {"online": online, "reported": reported, "health": health}
        values: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
        if online is not False:  # the broker says that it is gone, not the terminal
            values["last_seen_utc_ms"] = utc_ms()
        with self._store.begin() as db:
            db.execute(update(t.devices).where(t.devices.c.device_id == device_id).values(**values))

    def handover(self, device_id: str) -> tuple[str, str] | None:
        """What this terminal has yet to hear of a broken one: the list's id, and the list signed."""
        with self._store.begin() as db:
            wish = wish_for(db, device_id)
        return (wish.id, sign_handover(wish, device_id, self.office.key)) if wish else None

    def devices(self) -> list[DeviceRow]:
        with self._store.begin() as db:
            rows = db.execute(
                select(t.devices).order_by(t.devices.c.shop, t.devices.c.till, t.devices.c.serial)
            )
            return [DeviceRow(**row._mapping) for row in rows]

    def device(self, serial: str) -> DeviceRow | None:
        with self._store.begin() as db:
            return self.find(db, serial)

    # Inside one transaction ------------------------------------------------------------------------

    def _assign(
        self, db: Connection, serial: str, shop: str, till: int, replace: bool, mark: str, epoch: str
    ) -> Assigned:
        device, place = self._fitting(db, serial, shop, till)
        replaces = self._stands_there(db, serial, shop, till)
        if replaces and not replace:
            raise Refused("till_taken")
        now, jti = utc_ms(), str(uuid.uuid4())
        words = self._words(device, place, till) | {
            "epoch": epoch,
            "jti": jti,
            "iat": now // 1000,
            "exp": (now + ASSIGNMENT_MS) // 1000,
        }
        assigned = Assigned(jti, serial, self.office.sign(words, KIND))
        row = {"shop": shop, "till": till, "epoch": epoch, "csr_sha256": mark, "replaces": replaces}
        times = {"made_utc_ms": now, "expires_utc_ms": now + ASSIGNMENT_MS}
        db.execute(insert(t.assignments).values(jti=jti, serial=serial, jws=assigned.jws, **row, **times))
        values = {"merchant": place.merchant}
        if device.state != "active":
            values["state"] = "assigned"
        db.execute(update(t.devices).where(t.devices.c.serial == serial).values(**values))
        return assigned

    def _coded(self, db: Connection, code: str, now: int) -> Any:
        """The claim whose code was typed."""
        row = db.execute(select(t.claims).where(t.claims.c.code == heard(code))).one_or_none()
        if row is None:
            raise Refused("unknown_code")
        if row.used_utc_ms:
            raise Refused("used_code")
        if row.expires_utc_ms <= now:
            raise Refused("expired_code")
        return row

    def _fitting(self, db: Connection, serial: str, shop: str, till: int) -> tuple[DeviceRow, Shop]:
        """The terminal and the shop, that of the right merchant."""
        if not self._broker_url:
            raise Refused("no_broker")
        device = self._known(db, serial)
        place = db.execute(select(t.shops).where(t.shops.c.shop == shop)).one_or_none()
        if place is None:
            raise Refused("unknown_shop")
        if device.merchant not in ("", place.merchant):
            raise Refused("other_merchant")
        if not 1 <= till <= TILL_MAX:
            raise Refused("no_such_till")
        return device, Shop(**place._mapping)

    def _words(self, device: DeviceRow, shop: Shop, till: int) -> dict[str, Any]:
        return {
            "typ": KIND,
            "v": VERSION,
            "serial": device.serial,
            "device": device.device_id,
            "merchant": shop.merchant,
            "shop": {"id": shop.shop, "name_zh": shop.name_zh, "name_en": shop.name_en},
            "till": till,
            "currency": shop.currency,
            "broker": self._broker_url,
            "ca": self.authority.ca_sha256,
            "from": device.shop if device.state == "active" else "",
            "owner": self.office.owner_key,
        }

    def _stands_there(self, db: Connection, serial: str, shop: str, till: int) -> str:
        """The serial of another active terminal at this till; empty when it is free."""
        here = (t.devices.c.shop == shop) & (t.devices.c.till == till) & (t.devices.c.state == "active")
        others = select(t.devices.c.serial).where(here & (t.devices.c.serial != serial))
        return db.scalars(others).first() or ""

    def _known(self, db: Connection, serial: str) -> DeviceRow:
        device = self.find(db, serial)
        if device is None:
            raise Refused("unknown_serial")
        if device.state in _ENDS:
            raise Refused(device.state)
        return device

    def find(self, db: Connection, serial: str) -> DeviceRow | None:
        """Locked until the transaction ends: of one terminal one thing is decided at a time."""
        row = db.execute(
            select(t.devices).where(t.devices.c.serial == serial).with_for_update()
        ).one_or_none()
        return DeviceRow(**row._mapping) if row else None

    def _by_id(self, db: Connection, device_id: str) -> DeviceRow | None:
        row = db.execute(
            select(t.devices).where(t.devices.c.device_id == device_id).with_for_update()
        ).one_or_none()
        return DeviceRow(**row._mapping) if row else None

    def _finish(self, serial: str, state: str) -> None:
        with self._store.begin() as db:
            if self.find(db, serial) is None:
                raise Refused("unknown_serial")
            end(db, serial, state, utc_ms())


_ENDS = ("revoked", "retired")


def _key_mark(csr_pem: str) -> str:
    try:
        return request_sha256(csr_pem)
    except NotARequest:
        raise Refused("bad_request") from None
