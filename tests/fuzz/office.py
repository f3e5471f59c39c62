"""Bytes of a fuzzer → what head office and its broker send → what must hold of a terminal that hears it.

Two kinds of play: bytes as they come, and words that head office's own key has signed, so that what stands
inside is reached. Each reader may refuse in its own words, and may do nothing else.
"""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from collections import deque
from contextlib import suppress
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent.cloud import schema, topics
from agent.cloud.claim_messages import read_down
from agent.cloud.claim_schema import AssignedData, IssuedData
from agent.cloud.client import CloudTask, Hearers
from agent.cloud.envelope import Unreadable
from agent.cloud.pieces import Parcel, PieceLane
from agent.cloud.promotion_messages import picture_bytes
from agent.cloud.session import place
from agent.core.assignment import Expected, misfit
from agent.core.events import Event, PromotionsKept
from agent.fleet.assignment import RETIRE, TYP, NotAssigned, read_assignment, read_order
from agent.fleet.certificate import BadCertificate, checked
from agent.fleet.layer import layer_text
from agent.fleet.signed import key_id, sealed
from agent.fleet.site import SiteSettings
from agent.fleet.wishes import TYP as WISH
from agent.fleet.wishes import Desired, NoWish, read_wish
from agent.posters import PosterDesk
from agent.profile.goods import GoodsError, load_goods
from agent.profile.loader import load, validated
from agent.profile.schema import CloudSection
from agent.profile.sources import parse_source
from agent.scanner.classify import classify
from agent.storage.shelf import Shelf
from agent.vision.poster import PosterRefused
from tests.fuzz import words
from tests.fuzz.scanners import RULES
from tests.fuzz.words import AT, DATE, ME, harmless

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ANCHORS = {key_id(KEY.public_key()): KEY.public_key()}
PROFILES = words.ROOT / "device_profiles"
EXPECTED = Expected("FROG8-000123", "M-100", frozenset(), 1_790_000_000)
HEAD = 3
"""So many bytes say how the rest is meant; `targets.strategy` begins with as many."""
SIGNED_MARK = 128
"""A first byte from here on: head office signs the rest."""


@cache
def _folder() -> Path:
    """Ours for this process."""
    folder = Path(tempfile.mkdtemp(prefix="hyla-fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _text(data: bytes, typ: str) -> str:
    """As it came, or signed."""
    if data[:1] >= bytes([SIGNED_MARK]):
        return sealed(data[HEAD:], KEY, typ)
    return data[HEAD:].decode("utf-8", "replace")


def activation(data: bytes) -> None:
    """What a QR says to a new terminal: refused in one word, or an assignment with which it starts."""
    text = _text(data, TYP)
    classify(f"HYLA1:{text}", RULES)
    with suppress(NotAssigned):
        read_order(f"HYLA1:{_text(data, RETIRE)}", ANCHORS)
    try:
        assignment = read_assignment(f"HYLA1:{text}", ANCHORS)
    except NotAssigned:
        return
    misfit(assignment, EXPECTED)
    layers = [
        parse_source("profile", PROFILES / "desk.toml", (PROFILES / "desk.toml").read_text("utf-8")),
        parse_source("claim", PROFILES / "claim.assigned.toml", layer_text(assignment)),
    ]
    profile = validated(layers).profile
    assert 1 <= place(profile.cloud)[1] <= 65_535
    assert (profile.shop.name_zh, profile.cloud.url) == (assignment.shop_zh, assignment.broker)


def wish(data: bytes) -> None:
    """Settings and commands: foreign ones change nothing; head office's own are taken, or refused by name,
    and a terminal starts with what was taken."""
    try:
        wanted = read_wish(_text(data, WISH), ANCHORS, ME)
    except NoWish:
        return
    if not isinstance(wanted, Desired):
        harmless(wanted)
        return
    data_dir = _folder() / "site"
    shutil.rmtree(data_dir, ignore_errors=True)
    data_dir.mkdir()
    overrides = [f"device.data_dir={data_dir}"]
    site = SiteSettings(data_dir, PROFILES / "desk.toml", overrides)
    if site.offer(wanted):
        assert site.take(wanted.version, ["camera"])
        load_goods(Path(load(PROFILES / "desk.toml", overrides).shop.goods_file))
    else:
        refused = site.standing().refused
        assert refused is not None
        assert refused.why


def price_list(data: bytes) -> None:
    """A price list is used, or refused line by line."""
    file = _folder() / "goods.csv"
    file.write_bytes(data[HEAD:])
    try:
        goods = load_goods(file)
    except GoodsError as refused:
        if not str(refused):
            raise AssertionError("refused without a word") from refused
        return
    assert all(row.price_minor >= 0 and row.gtin == gtin for gtin, row in goods.items())


def downward(data: bytes) -> None:
    """Every topic that a terminal listens to besides answers about money: one line in the log, or facts
    that any terminal can take."""
    first, kind, rest = (data[:1] or b"\0")[0], (data[1:2] or b"\0")[0], data[HEAD:]
    heard = (
        topics.membership(ME),
        topics.desired(ME),
        topics.command(ME, "message"),
        topics.promotions(ME),
        topics.picture(ME, "1"),
        topics.reply(ME, topics.BUNDLE),
        topics.reply(ME, "member"),
        topics.reply(ME, "statement"),
    )
    body = rest if kind == 255 else _enveloped(kind, rest)
    facts: deque[Event] = deque()
    lane, wishes = PieceLane(), deque[str]()
    lane.give(Parcel("c-0000000000000001", _folder() / "none.parcel", 9_000, "0" * 64))
    task = CloudTask(
        CloudSection.model_validate({"url": "mqtt://127.0.0.1:1"}),
        ME,
        "boot",
        facts.append,
        utc_ms=lambda: AT.utc_ms,
        hearers=Hearers(promotion=lambda body: _promotion(body, facts), wish=wishes.append),
        pieces=lane,
    )
    task._arrived(heard[first % len(heard)], body)
    for fact in facts:
        harmless(fact)
    piece = lane.due(10**9)
    assert piece is None or 0 <= piece.at <= piece.size


def picture(data: bytes) -> None:
    """A promotion's picture, whatever it is: kept anew, or refused with a word."""
    _promotion(picture_bytes(data[HEAD:], AT.utc_ms), deque())


def _promotion(body: bytes, facts: deque[Event]) -> None:
    shelf = Shelf(_folder() / "posters")
    desk = PosterDesk(shelf, lambda fact: facts.append(fact))
    try:
        desk._take(body)
    except (Unreadable, PosterRefused):
        return
    finally:
        shutil.rmtree(_folder() / "posters", ignore_errors=True)
    for fact in facts:
        assert not isinstance(fact, PromotionsKept) or len(fact.pictures) <= 64


def _enveloped(kind: int, data: bytes) -> bytes:
    """The envelope is right, so that the fuzzer plays with what is inside."""
    types = tuple(schema.DATA_TYPES)
    name = types[kind % len(types)]
    head = (
        f'{{"specversion":"1.0","id":"x","source":"hyla/cloud","type":"{name}.v1","time":"{DATE}","data":'
    )
    return head.encode() + data + b"}"


@cache
def _own() -> ec.EllipticCurvePublicKey:
    return ec.derive_private_key(
        int.from_bytes(hashlib.sha256(b"fuzz").digest()), ec.SECP256R1()
    ).public_key()


def claim_answer(data: bytes) -> None:
    """What comes down while a terminal is claimed or renews: refused, or words that its visit can take; a
    certificate that is not ours is not kept."""
    kind, rest = (data[:1] or b"\0")[0], data[HEAD:]
    try:
        said = read_down(rest if kind == 255 else _enveloped(kind, rest))
    except Unreadable:
        return
    if isinstance(said, AssignedData):
        try:
            read_assignment(said.assignment, ANCHORS)
        except NotAssigned:
            return
    if isinstance(said, IssuedData):
        for ca in (said.ca_pem, said.chain_pem):
            try:
                checked(said.chain_pem, ca, _own(), ME, "0" * 64)
            except BadCertificate:
                continue
            raise AssertionError("a certificate of nobody was taken for ours")
