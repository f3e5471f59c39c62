"""Bytes ↔ promotions and their pictures. Both are retained: a terminal that comes later hears them too."""

from __future__ import annotations

import hashlib

from agent.cloud import schema
from agent.cloud.envelope import Unreadable, data_of, ms_of, pack, rfc3339, unpack
from agent.core.money import Money
from agent.core.promotions import Promotion, Promotions

CLOUD_SOURCE = "hyla/cloud"


def promotions_bytes(promotions: Promotions, utc_ms: int) -> bytes:
    """The cloud's side: the whole list."""
    items = [_item(one) for one in promotions.items]
    data = schema.PromotionsData(promotions.version, items)
    return pack(schema.PROMOTIONS, f"promotions/{promotions.version}", CLOUD_SOURCE, data, rfc3339(utc_ms))


def picture_bytes(content: bytes, utc_ms: int) -> bytes:
    """The cloud's side: one picture, under its checksum."""
    sha256 = hashlib.sha256(content).hexdigest()
    data = schema.PictureData(sha256, content)
    return pack(schema.PICTURE, f"picture/{sha256[:16]}", CLOUD_SOURCE, data, rfc3339(utc_ms))


def is_list(body: bytes) -> bool:
    """The list, or else one of its pictures? Raises Unreadable."""
    return unpack(body)[0] == schema.PROMOTIONS


def read_promotions(body: bytes) -> Promotions:
    """What the idle screen is to show. Raises Unreadable."""
    data = _data(body, schema.PROMOTIONS, schema.PromotionsData, "list of promotions")
    items = tuple(_promotion(one) for one in data.items)
    if len({item.id for item in items}) != len(items):
        raise Unreadable("a list of promotions with one id twice")
    return Promotions(data.version, items)


def read_picture(body: bytes) -> tuple[str, bytes]:
    """Checksum and content, which agree. Raises Unreadable."""
    data = _data(body, schema.PICTURE, schema.PictureData, "picture")
    if hashlib.sha256(data.content).hexdigest() != data.sha256:
        raise Unreadable("a picture whose checksum is another (wrong_checksum)")
    return data.sha256, data.content


def _data(body: bytes, name: str, kind: type, what: str):  # type: ignore[no-untyped-def]
    found, envelope = unpack(body)
    if found != name:
        raise Unreadable(f"a message of a type that is no {what}")
    return data_of(envelope, kind)


def _item(one: Promotion) -> schema.PromotionData:
    return schema.PromotionData(
        id=one.id,
        title_zh=one.title_zh,
        title_en=one.title_en,
        detail_zh=one.detail_zh,
        detail_en=one.detail_en,
        price_minor=one.price.amount_minor if one.price else None,
        was_minor=one.was.amount_minor if one.was else None,
        currency=one.price.currency if one.price else "CNY",
        since=rfc3339(one.from_utc_ms),
        until=rfc3339(one.until_utc_ms),
        from_hour=one.from_hour,
        until_hour=one.until_hour,
        tills=list(one.tills),
        languages=list(one.languages),  # type: ignore[arg-type]
        picture=one.picture,
    )


def _promotion(data: schema.PromotionData) -> Promotion:
    try:
        price = None if data.price_minor is None else Money(data.price_minor, data.currency)
        was = None if data.was_minor is None else Money(data.was_minor, data.currency)
    except ValueError:
        raise Unreadable("a currency we do not know") from None
    return Promotion(
        id=data.id,
        title_zh=data.title_zh,
        title_en=data.title_en,
        detail_zh=data.detail_zh,
        detail_en=data.detail_en,
        price=price,
        was=was,
        from_utc_ms=ms_of(data.since),
        until_utc_ms=ms_of(data.until),
        from_hour=data.from_hour,
        until_hour=data.until_hour,
        tills=tuple(data.tills),
        languages=tuple(data.languages),
        picture=data.picture,
    )
