"""Certificates as the books have them: of which key, withdrawn or not. Calls within a transaction."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from simulator.gateway import tables as t
from simulator.gateway.authority import Authority
from simulator.gateway.rows import DeviceRow


def chain_of(db: Connection, serial: str, mark: str) -> str:
    """The chain of the certificate that this key has; empty when it has none that counts."""
    mine = (t.certificates.c.serial == serial) & (t.certificates.c.csr_sha256 == mark)
    alive = t.certificates.c.revoked_utc_ms == 0
    return db.scalars(select(t.certificates.c.chain_pem).where(mine & alive)).first() or ""


def issue(
    db: Connection, authority: Authority, device: DeviceRow, csr_pem: str, mark: str, now: int
) -> str:
    """A certificate for this key of this terminal: its chain. Raises NotARequest."""
    cert_serial, chain, until = authority.issue(csr_pem, device.device_id, now)
    # A key whose certificate was withdrawn may get another by a new assignment, never by renewal.
    serial = device.serial
    old = (t.certificates.c.serial == serial) & (t.certificates.c.csr_sha256 == mark)
    db.execute(update(t.certificates).where(old).values(csr_sha256=f"{mark}/{cert_serial}"))
    row = {"cert_serial": cert_serial, "serial": serial, "device_id": device.device_id, "csr_sha256": mark}
    times = {"made_utc_ms": now, "not_after_utc_ms": until}
    db.execute(insert(t.certificates).values(**row, chain_pem=chain, **times))
    new = {"cert_serial": cert_serial, "cert_not_after_utc_ms": until}
    db.execute(update(t.devices).where(t.devices.c.serial == serial).values(**new))
    return chain


def withdrawn(db: Connection, now: int) -> list[str]:
    """Serial numbers in hex of all that were withdrawn before their end."""
    dead = t.certificates.c.revoked_utc_ms > 0
    fresh = t.certificates.c.not_after_utc_ms > now
    found = select(t.certificates.c.cert_serial).where(dead & fresh)
    return list(db.scalars(found.order_by(t.certificates.c.cert_serial)))


def counts(db: Connection, cert_serial: str, device_id: str) -> bool:
    """Is this certificate of ours, of this device, not withdrawn, and the device active?"""
    row = db.execute(
        select(t.devices.c.state, t.certificates.c.revoked_utc_ms)
        .join(t.certificates, t.certificates.c.serial == t.devices.c.serial)
        .where((t.certificates.c.cert_serial == cert_serial) & (t.devices.c.device_id == device_id))
    ).one_or_none()
    return row is not None and row.state == "active" and not row.revoked_utc_ms
