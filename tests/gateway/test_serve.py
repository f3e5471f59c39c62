"""`hyla-cloud serve` with its guard: a terminal from the box gets its certificate from real processes."""

from __future__ import annotations

import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from agent.certify import CertifiedFirst
from agent.fleet.assignment import read_anchors, read_assignment
from agent.fleet.identity import IdentityFolder
from agent.fleet.keystore import FileKeyStore
from agent.profile.loader import load
from simulator.broker import IotcoreBroker
from simulator.gateway.parts import Settings, settings_of
from simulator.gateway.rows import Shop
from tests.helpers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
PROFILE = Path(__file__).parents[2] / "device_profiles" / "claim.toml"
SERIAL, HOST = "FROG8-000123", "127.0.0.1"


class Cloud:
    """Where the link would begin."""

    began = False

    def run(self) -> None:
        self.began = True


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind((HOST, 0))
        return int(sock.getsockname()[1])


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection((HOST, port), 1):
        return True
    return False


@pytest.fixture
def ports() -> tuple[int, int]:
    return free_port(), free_port()


@pytest.fixture
def office(tmp_path: Path, ports: tuple[int, int]) -> Iterator[Settings]:
    """Serving; its shop and the terminal in its sales list."""
    broker = IotcoreBroker(tmp_path / "broker")
    broker.start()
    settings = settings_of(tmp_path / "office")
    registry = settings.registry()
    registry.add_shop(Shop("S-17", "M-100", "好邻居便利店", "Good Neighbour"))
    registry.add_device(SERIAL, "Box", "M-100")
    words = ["serve", "--data", settings.data, "--workers", "1", "--no-page", "--guard", HOST]
    words += ["--broker", f"mqtt://{HOST}:{broker.port}", "--public-broker", f"mqtts://{HOST}:{ports[0]}"]
    words += ["--guard-port", str(ports[0]), "--bootstrap-port", str(ports[1])]
    serving = subprocess.Popen([sys.executable, "-m", "simulator.gateway.command", *words])
    wait_until(lambda: all(map(listens, ports)), 60)
    yield settings_of(tmp_path / "office")
    serving.send_signal(signal.SIGTERM)
    assert serving.wait(30) == 0
    broker.stop()


def test_a_terminal_gets_its_certificate_and_is_cut_when_it_is_revoked(
    office: Settings, ports: tuple[int, int], tmp_path: Path
) -> None:
    registry, data = office.registry(), tmp_path / "data"
    data.mkdir()
    (data / "anchor.pem").write_text(registry.office.anchor_pem)
    jws = registry.activate(SERIAL, "S-17", 2).jws
    assignment = read_assignment(jws, read_anchors(data / "anchor.pem"))
    assert assignment.broker == f"mqtts://{HOST}:{ports[0]}"
    IdentityFolder(data, FileKeyStore()).switch(jws, assignment, None)
    settings = [
        f"device.data_dir={data}", f"fleet.serial={SERIAL}", "fleet.anchor_file=",
        f"fleet.url=mqtts://{HOST}:{ports[1]}", f"fleet.ca_file={registry.authority.ca_file}",
    ]  # fmt: skip
    cloud = Cloud()
    CertifiedFirst(load(PROFILE, settings), cloud).run()  # type: ignore[arg-type]
    assert cloud.began

    with connected(load(PROFILE, settings).cloud, ports[0]) as link:
        link.sendall(hello(assignment.device))
        assert link.recv(1) == b"\x20", "the broker behind the guard answers"
        registry.revoke(SERIAL)
        link.settimeout(20)
        wait_until(lambda: link.recv(100) == b"")


def connected(cloud, port: int) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=cloud.ca_file)
    context.load_cert_chain(cloud.certificate_file, cloud.key_file)
    return context.wrap_socket(socket.create_connection((HOST, port), 10), server_hostname=HOST)


def hello(device: str) -> bytes:
    """CONNECT of MQTT 5, clean start, keep alive 60 s."""
    name = device.encode()
    body = b"\x00\x04MQTT\x05\x02\x00\x3c\x00" + len(name).to_bytes(2, "big") + name
    return b"\x10" + bytes([len(body)]) + body
