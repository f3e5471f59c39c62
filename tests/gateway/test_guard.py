"""A hostile terminal before the guard, and before a broker with the generated rules: it gets nothing."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import gc
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from agent.fleet.keystore import FileKey, request_pem
from simulator.broker import ChildBroker, IotcoreBroker
from simulator.gateway import guard as guard_module
from simulator.gateway.authority import Authority
from simulator.gateway.broker_rules import Place as Where
from simulator.gateway.broker_rules import write_rules
from simulator.gateway.guard import Guard, Keys
from simulator.mosquitto import MosquittoBroker
from tests.gateway.hostile import (
    ATTACKS,
    ME,
    NEIGHBOUR,
    ON,
    OWN,
    Attack,
    Hostile,
    connect,
    opener,
    publish,
    subscribe,
)
from tests.helpers import wait_until

SERIAL = "FROG8-000003"
SECRET = b"for the neighbour only"
KINDS = ("guard", "mosquitto")
QUIET_S = 0.05


@dataclass
class Door:
    """Head office's word, as far as the guard asks."""

    withdrawn: set[str] = field(default_factory=set)

    def may_connect(self, cert_serial: str, device_id: str) -> bool:
        return cert_serial not in self.withdrawn and device_id in (OWN, NEIGHBOUR)


class Wardrobe:
    """Everything a terminal can come dressed in."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder / "ca")
        self._foreign = Authority(folder / "other-ca")
        self._folder = folder
        self.serials: dict[str, str] = {}
        now = int(datetime.datetime.now(datetime.UTC).timestamp() * 1000)
        for name, authority, when in (
            ("own", self.authority, now), ("revoked", self.authority, now), ("foreign", self._foreign, now),
            ("expired", self.authority, now - 200 * 86_400_000),
        ):  # fmt: skip
            key = ec.generate_private_key(ec.SECP256R1())
            csr = request_pem(FileKey(key), OWN).decode()
            self.serials[name], chain, _ = authority.issue(csr, OWN, when)
            self._write(name, chain, key)
        chain_file, key_file = self.authority.server("frog8-000001", folder / "listener")
        (folder / "server.pem").write_bytes(chain_file.read_bytes() + key_file.read_bytes())

    def _write(self, name: str, chain: str, key: ec.EllipticCurvePrivateKey) -> None:
        form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        (self._folder / f"{name}.pem").write_bytes(chain.encode() + key.private_bytes(*form))

    def context(self, keys: str) -> ssl.SSLContext | None:
        if keys == "plain":
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.authority.ca_file)
        if keys == "old":
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        if keys != "none":
            context.load_cert_chain(self._folder / f"{'own' if keys == 'old' else keys}.pem")
        return context


class Insider:
    """Somebody at the broker itself: hears everything, and speaks to the neighbour."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self._subscribed = threading.Event()
        self._client = Client(
            CallbackAPIVersion.VERSION2, f"insider-{id(self)}", protocol=MQTTProtocolVersion.MQTTv5
        )
        self._client.on_message = lambda _c, _u, m: self.heard.append((m.topic, bytes(m.payload)))
        self._client.on_connect = lambda client, *_: client.subscribe("hyla/#", 1)
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert self._subscribed.wait(30), f"no broker answers the insider on port {port}"

    def says(self, topic: str, body: bytes, retain: bool = False) -> None:
        self._client.publish(topic, body, 1, retain).wait_for_publish(30)

    def caught_up(self) -> list[tuple[str, bytes]]:
        """Everything that was said before now."""
        mark = f"mark-{len(self.heard)}".encode()
        self.says("hyla/mark", mark)
        wait_until(lambda: ("hyla/mark", mark) in self.heard, what="the insider's own words")
        return list(self.heard)

    def leave(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@dataclass
class Place:
    """A broker behind its defence."""

    port: int
    insider: Insider
    wardrobe: Wardrobe

    def hostile(self, attack: Attack) -> Hostile:
        return Hostile(opener(self.port, self.wardrobe.context(attack.keys)))


@pytest.fixture(scope="module")
def wardrobe(tmp_path_factory: pytest.TempPathFactory) -> Wardrobe:
    return Wardrobe(tmp_path_factory.mktemp("wardrobe"))


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChildBroker]:
    with IotcoreBroker(tmp_path_factory.mktemp("embedded")) as broker:
        yield broker


@pytest.fixture
def keys(wardrobe: Wardrobe, tmp_path: Path) -> Keys:
    chain, key = wardrobe.authority.server("127.0.0.1", tmp_path)
    return Keys(chain, key, wardrobe.authority.ca_file)


@pytest.fixture(scope="module")
def behind_guard(embedded, wardrobe, tmp_path_factory) -> Iterator[Place]:
    chain, key = wardrobe.authority.server("127.0.0.1", tmp_path_factory.mktemp("guard"))
    door = Door({wardrobe.serials["revoked"]})
    with Guard(Keys(chain, key, wardrobe.authority.ca_file), embedded.port, door) as guard:
        insider = Insider(embedded.port)
        insider.says(f"{ON}/d/desired", SECRET, retain=True)
        yield Place(guard.port, insider, wardrobe)
        insider.leave()


def listens(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


class GeneratedMosquitto(MosquittoBroker):
    """Mosquitto with what `hyla-cloud broker-config` writes."""

    def __init__(self, folder: Path, wardrobe: Wardrobe) -> None:
        super().__init__(folder)
        self._wardrobe = wardrobe

    @property
    def inner_port(self) -> int:
        return self._inner_port

    def _command(self) -> list[str]:
        authority = self._wardrobe.authority
        crl = authority.revocation_list(
            [self._wardrobe.serials["revoked"]], int(datetime.datetime.now(datetime.UTC).timestamp() * 1000)
        )
        where = Where(port=self._port, inner_port=self._inner_port)
        config = write_rules("mosquitto", self.folder, where, authority, crl)[0]
        config.write_text("user root\n" + config.read_text("utf-8"), "utf-8")
        program = self.program()
        assert program is not None
        return [program, "-c", str(config)]


@pytest.fixture(scope="module")
def behind_mosquitto(wardrobe, tmp_path_factory) -> Iterator[Place]:
    if MosquittoBroker.program() is None:
        pytest.skip("mosquitto is not installed (apt-get install mosquitto)")
    with GeneratedMosquitto(tmp_path_factory.mktemp("mosquitto"), wardrobe) as broker:
        assert isinstance(broker, GeneratedMosquitto)
        wait_until(lambda: listens(broker.inner_port), what="the inner listener")
        insider = Insider(broker.inner_port)
        insider.says(f"{ON}/d/desired", SECRET, retain=True)
        yield Place(broker.port, insider, wardrobe)
        insider.leave()


CASES = [
    pytest.param(kind, attack, id=f"{kind}: {attack.name}")
    for kind in KINDS
    for attack in ATTACKS
    if kind == "guard" or not attack.only_guard
]


def test_there_are_fifty_ways_and_more() -> None:
    assert len(ATTACKS) >= 50
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "attack"), CASES)
def test_a_hostile_terminal_reads_and_writes_nothing_of_its_neighbour(
    request: pytest.FixtureRequest, kind: str, attack: Attack, expected_log
):
    expected_log("guard: .*", at_least=0)
    place: Place = request.getfixturevalue(f"behind_{kind}")
    before = len(place.insider.caught_up())
    hostile = place.hostile(attack)
    hostile.tries(attack)
    for topic in ("r/charge", "a", "c/restart", "p/reply"):
        place.insider.says(f"{ON}/{topic}", SECRET)
    assert SECRET not in hostile.listens(QUIET_S)
    hostile.leaves()
    said = [body for topic, body in place.insider.caught_up()[before:] if topic != "hyla/mark"]
    assert set(said) == {SECRET}, "nothing but the insider's own words"


# --- what is allowed is still allowed, and other things the guard promises ------------------------------


def test_a_terminal_says_and_hears_what_is_its_own(behind_guard):
    place = behind_guard
    own = Attack(
        "nothing wrong",
        (subscribe(f"{ME}/r/#", f"{ME}/a", f"{ME}/d/marks"), publish(f"{ME}/e/sale")),
        connect(will=f"hyla/1/{OWN}/o", retain=True),
    )  # fmt: skip
    terminal = place.hostile(own)
    terminal.tries(own)
    place.insider.says(f"hyla/1/{OWN}/a", b"taken")
    assert b"taken" in terminal.listens(0.3)
    assert (f"hyla/1/{OWN}/e/sale", b"forged") in place.insider.caught_up()
    terminal.leaves()
    wait_until(lambda: (f"hyla/1/{OWN}/o", b"forged") in place.insider.heard, what="its will")


def test_a_revoked_terminal_is_cut_where_it_stands(embedded, wardrobe, keys):
    door = Door()
    with Guard(keys, embedded.port, door) as guard:
        terminal = Hostile(opener(guard.port, wardrobe.context("own")))
        terminal.tries(Attack("nothing wrong"))
        assert guard.present == [OWN]
        door.withdrawn.add(wardrobe.serials["own"])
        guard.cut_revoked()
        assert guard.present == []
        terminal.leaves()


def test_a_guard_that_stops_leaves_no_connection_half_ended(embedded, wardrobe, keys, caplog):
    for _ in range(5):
        with Guard(keys, embedded.port, Door()) as guard:
            terminals = [Hostile(opener(guard.port, wardrobe.context("own"))) for _ in range(3)]
            for terminal in terminals:
                terminal.tries(Attack("nothing wrong"))
            wait_until(lambda guard=guard: len(guard.present) > 0, what="somebody who is here")
        assert guard.present == [], "who is cut is gone when the guard has stopped"
        for terminal in terminals:
            terminal.leaves()
    gc.collect()
    assert "destroyed" not in caplog.text


def test_a_revocation_nobody_tells_of_is_noticed_by_itself(embedded, wardrobe, keys):
    door = Door()
    with Guard(keys, embedded.port, door) as guard:
        terminal = Hostile(opener(guard.port, wardrobe.context("own")))
        terminal.tries(Attack("nothing wrong"))
        door.withdrawn.add(wardrobe.serials["own"])
        wait_until(lambda: guard.present == [], what="an empty listener")
        terminal.leaves()


NEWCOMER = connect(SERIAL)
MINE = f"hyla/1/{SERIAL}/p"
BOOTSTRAP: list[tuple[str, bytes, bytes]] = [
    ("hears another's claim", NEWCOMER, subscribe(f"hyla/1/{SERIAL[:-1]}4/p/reply")),
    ("hears everybody's claim", NEWCOMER, subscribe("hyla/1/+/p/reply")),
    ("hears a terminal's replies", NEWCOMER, subscribe(f"{ON}/r/#")),
    ("hears its own sales", NEWCOMER, subscribe(f"hyla/1/{SERIAL}/r/#")),
    ("offers as another", NEWCOMER, publish(f"hyla/1/{SERIAL[:-1]}4/p/offer")),
    ("sells", NEWCOMER, publish(f"hyla/1/{SERIAL}/e/sale")),
    ("sells as a terminal", NEWCOMER, publish(f"{ON}/e/sale")),
    ("renews", NEWCOMER, publish(f"{MINE}/renew")),
    ("answers itself", NEWCOMER, publish(f"{MINE}/reply")),
    ("leaves an offer for ever", NEWCOMER, publish(f"{MINE}/offer", retain=True)),
    ("comes under a terminal's name", connect(NEIGHBOUR), publish(f"{ON}/e/sale")),
    ("comes under no name", connect(""), publish(f"{MINE}/offer")),
    ("leaves a will", connect(SERIAL, will=f"{MINE}/offer"), publish(f"{MINE}/offer")),
    ("offers a megabyte", NEWCOMER, publish(f"{MINE}/offer" + "x" * 20_000)),
]


@pytest.mark.parametrize(
    ("greeting", "words"), [case[1:] for case in BOOTSTRAP], ids=[c[0] for c in BOOTSTRAP]
)
def test_the_bootstrap_listener_takes_nothing_but_claiming(
    embedded, wardrobe, keys, expected_log, greeting, words
):
    expected_log("guard: .*")
    with Guard(keys, embedded.port, door=None) as guard:
        insider = Insider(embedded.port)
        before = len(insider.caught_up())
        stranger = Hostile(opener(guard.port, wardrobe.context("none")))
        stranger.tries(Attack("", (words,), greeting))
        stranger.leaves()
        said = [topic for topic, _ in insider.caught_up()[before:]]
        assert set(said) == {"hyla/mark"}
        insider.leave()


def test_a_newcomer_offers_and_hears_its_own_answer(embedded, wardrobe, keys):
    with Guard(keys, embedded.port, door=None) as guard:
        insider = Insider(embedded.port)
        newcomer = Hostile(opener(guard.port, wardrobe.context("none")))
        newcomer.tries(Attack("", (subscribe(f"{MINE}/reply"), publish(f"{MINE}/offer")), NEWCOMER))
        assert (f"{MINE}/offer", b"forged") in insider.caught_up()
        insider.says(f"{MINE}/reply", b"7K2MX9QD")
        assert b"7K2MX9QD" in newcomer.listens(0.3)
        newcomer.leaves()
        insider.leave()


def test_who_is_sent_away_at_its_first_word_never_reaches_the_broker(wardrobe, keys, monkeypatch):
    """The connection is cut in the very turn in which CONNECT has come whole."""
    listens_only, real = socket.create_server(("127.0.0.1", 0)), guard_module._packet

    async def cut_just_then(reader):
        packet = await real(reader)
        cuts.append(asyncio.ensure_future(guard._cut(lambda _: True)))
        return packet

    cuts: list[asyncio.Future[None]] = []
    monkeypatch.setattr(guard_module, "_packet", cut_just_then)
    with listens_only, Guard(keys, listens_only.getsockname()[1], door=None) as guard:
        with opener(guard.port, wardrobe.context("none"))() as newcomer:
            newcomer.sendall(NEWCOMER)
            assert newcomer.recv(1) == b""
        wait_until(lambda: cuts and all(cut.done() for cut in cuts), what="the cut")
        assert guard.present == []
        listens_only.settimeout(QUIET_S)
        with contextlib.suppress(TimeoutError), listens_only.accept()[0] as arrived:
            assert arrived.recv(100) == b""


def test_a_certificate_for_listeners_names_no_terminal(wardrobe):
    """What the wardrobe calls `server` is one: else that attack would prove nothing."""
    made = x509.load_pem_x509_certificates((wardrobe._folder / "server.pem").read_bytes())[0]
    usage = made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert made.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == OWN
