"""The rules we generate, on the real broker: a terminal reads and writes its own topics and no others."""

from __future__ import annotations

import re
import ssl
import threading
import time

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from paho.mqtt.client import Client, topic_matches_sub
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from agent.cloud import topics
from simulator.broker import free_port
from simulator.gateway.broker_rules import Place, write_rules
from simulator.gateway.rows import Offer
from simulator.gateway.rules import BOOTSTRAP, ROOT, TERMINAL
from simulator.mosquitto import MosquittoBroker
from tests.gateway.conftest import request_pem
from tests.helpers import wait_until

needs_mosquitto = pytest.mark.skipif(
    MosquittoBroker.program() is None,
    reason="mosquitto is not installed (apt-get install mosquitto); .ci/run installs it",
)


class Generated(MosquittoBroker):
    """Starts with the folder that `hyla-cloud broker-config` wrote, as it stands."""

    def _command(self):
        config = self.folder / "mosquitto.conf"
        text = config.read_text("utf-8")
        if not text.startswith("user"):  # as root it would drop to a user who cannot read our files
            config.write_text("user root\n" + text, "utf-8")
        return [self.program(), "-c", str(config)]


class Peer:
    """A client with a terminal's certificate."""

    def __init__(self, port, folder, ca, name):
        self.heard, self.reasons = [], {}
        self.up, self.granted = threading.Event(), threading.Event()
        client = self.client = Client(
            CallbackAPIVersion.VERSION2, f"{name}-anything", protocol=MQTTProtocolVersion.MQTTv5
        )
        client.tls_set(str(ca), str(folder / f"{name}.crt"), str(folder / f"{name}.key"))
        client.tls_insecure_set(False)
        client.on_connect = lambda *_: self.up.set()
        client.on_subscribe = lambda *_: self.granted.set()
        client.on_message = lambda _c, _u, m: self.heard.append(m.topic)
        client.on_publish = lambda _c, _u, mid, reason, _p: self.reasons.update({mid: reason.value})
        client.connect("127.0.0.1", port)
        client.loop_start()
        assert self.up.wait(10)

    def publish(self, topic):
        """The broker's reason: 0x87 is not authorized; 0x10 or 0, it took it."""
        mid = self.client.publish(topic, b"{}", qos=1).mid
        wait_until(lambda: mid in self.reasons)
        return self.reasons[mid]

    def subscribe(self, *filters):
        self.granted.clear()
        self.client.subscribe([(each, 1) for each in filters])
        assert self.granted.wait(10)

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


def terminal(registry, folder, serial, till):
    """Claimed and confirmed; its certificate and key as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    csr = request_pem(serial, key)
    registry.add_device(serial)
    code = registry.offer(Offer(serial, "frog-2", csr))
    chain = registry.confirm(serial, registry.claim(code.code, "NB-1", till).jti, csr)
    name = serial.lower()
    (folder / f"{name}.crt").write_text(chain, "ascii")
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{name}.key").write_bytes(pem)
    return name


@pytest.fixture
def store_url(tmp_path):
    """One kind of database is enough here."""
    return f"sqlite:///{tmp_path / 'gateway.sqlite'}"


@pytest.fixture
def mosquitto(registry, authority, tmp_path):
    place = Place("127.0.0.1", free_port(), free_port())
    folder = tmp_path / "broker"

    def write():
        write_rules("mosquitto", folder, place, authority, registry.revocation_list())

    one, two = (terminal(registry, tmp_path, f"FROG-000{n}", n) for n in (1, 2))
    write()
    broker = Generated(folder, port=place.port)
    broker.write = write
    broker.start()
    yield broker, place, one, two
    broker.stop()


@needs_mosquitto
@pytest.mark.slow
def test_mosquitto_keeps_every_terminal_to_its_own(mosquitto, authority, tmp_path):
    _, place, one, two = mosquitto
    mine, theirs = (Peer(place.port, tmp_path, authority.ca_file, name) for name in (one, two))
    theirs.subscribe("#", f"hyla/1/{one}/r/#", f"hyla/1/{one}/a", "hyla/1/+/e/+", "$share/x/hyla/1/+/q/+")
    mine.subscribe(topics.all_replies(one), topics.acknowledgements(one))
    for up in ("q/charge", "e/sale", "o"):
        assert mine.publish(f"hyla/1/{one}/{up}") < 0x80
        assert theirs.publish(f"hyla/1/{one}/{up}") == 0x87
    for not_up in ("r/charge", "a", "d/marks"):
        assert mine.publish(f"hyla/1/{one}/{not_up}") == 0x87
    cloud = Client(CallbackAPIVersion.VERSION2, "cloud", protocol=MQTTProtocolVersion.MQTTv5)
    cloud.connect("127.0.0.1", place.inner_port)
    cloud.loop_start()
    for down in ("r/charge", "a"):
        cloud.publish(f"hyla/1/{one}/{down}", b"{}", qos=1).wait_for_publish(10)
    wait_until(lambda: mine.heard == [f"hyla/1/{one}/r/charge", f"hyla/1/{one}/a"])
    assert theirs.publish(f"hyla/1/{two}/e/sale") < 0x80  # all before it went past its subscriptions
    assert theirs.heard == []
    for client in (mine, theirs):
        client.close()
    cloud.disconnect()
    cloud.loop_stop()


@needs_mosquitto
@pytest.mark.slow
def test_a_withdrawn_certificate_and_none_at_all_do_not_come_in(mosquitto, registry, authority, tmp_path):
    broker, place, one, two = mosquitto
    registry.revoke("FROG-0001")
    broker.write()
    broker.restart()
    Peer(place.port, tmp_path, authority.ca_file, two).close()
    with pytest.raises((ssl.SSLError, OSError, AssertionError)):
        refused_at_the_door(place.port, authority, tmp_path / f"{one}.crt", tmp_path / f"{one}.key")
    with pytest.raises((ssl.SSLError, OSError)):
        refused_at_the_door(place.port, authority)


def refused_at_the_door(port, authority, *pair):
    """TLS 1.3 tells a client that it was refused only when it reads."""
    import socket

    context = ssl.create_default_context(cafile=str(authority.ca_file))
    if pair:
        context.load_cert_chain(*map(str, pair))
    with (
        socket.create_connection(("127.0.0.1", port), 5) as sock,
        context.wrap_socket(sock, server_hostname="127.0.0.1") as line,
    ):
        assert line.version() == "TLSv1.3"
        line.settimeout(5)
        line.sendall(b"\x10\x10\x00\x04MQTT\x05\x02\x00\x0a\x00\x00\x03abc")
        started = time.monotonic()
        if line.recv(4) == b"":
            raise ConnectionResetError(f"closed after {time.monotonic() - started:.1f} s")


def test_every_channel_of_the_contract_is_in_the_table():
    lanes = [*TERMINAL.publish, *TERMINAL.subscribe, *BOOTSTRAP.publish]
    for channel in topics.CHANNELS.values():
        topic = re.sub("{.*?}", "x", channel.replace("{step}", "offer"))
        assert any(topic_matches_sub(f"{ROOT}x/{lane}", topic) for lane in lanes), channel


def test_emqx_is_told_the_same_and_denies_the_rest(authority, tmp_path):
    config, access, *_ = write_rules("emqx", tmp_path, Place(), authority, "")
    rules = access.read_text("utf-8").splitlines()
    assert rules[0] == '{allow, all, {publish, [{retain, false}]}, ["hyla/1/${username}/q/+"]}.'
    assert '{allow, all, subscribe, ["hyla/1/${username}/a"]}.' in rules
    assert rules[-1] == "{deny, all}."
    assert "peer_cert_as_clientid = cn" in config.read_text("utf-8")
    assert "fail_if_no_peer_cert = true" in config.read_text("utf-8")
