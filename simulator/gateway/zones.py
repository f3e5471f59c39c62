"""By which clock a shop counts its days. Enters: a shop, a zone's name. Leaves: the zone.

A table of its own, so that books which were opened before it stay as they are.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Engine, delete, insert, select

from simulator.gateway import tables as t
from simulator.gateway.refusals import Refused

USUAL = "Asia/Shanghai"


def zone(name: str) -> ZoneInfo:
    """Raises Refused: no_zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused("no_zone") from None


def set_zone(store: Engine, shop: str, name: str) -> None:
    """Raises Refused: no_zone."""
    zone(name)
    with store.begin() as db:
        db.execute(delete(t.zones).where(t.zones.c.shop == shop))
        db.execute(insert(t.zones).values(shop=shop, zone=name))


def zone_of(store: Engine, shop: str) -> ZoneInfo:
    """Of this shop; for all shops together the one that they share, else the usual one."""
    with store.begin() as db:
        known = {row.shop: row.zone for row in db.execute(select(t.zones))}
        shops = list(db.scalars(select(t.shops.c.shop)))
    if shop:
        return zone(known.get(shop, USUAL))
    names = {known.get(each, USUAL) for each in shops}
    return zone(names.pop() if len(names) == 1 else USUAL)
