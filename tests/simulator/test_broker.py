"""Both brokers behind the one handle: they start, die with us, come back on the same port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing

import pytest

from simulator.broker import BrokerTrouble, IotcoreBroker
from simulator.mosquitto import MosquittoBroker

pytestmark = pytest.mark.slow


@pytest.fixture(params=["iotcore", "mosquitto"])
def kind(request):
    if request.param == "mosquitto" and MosquittoBroker.program() is None:
        pytest.skip("mosquitto is not installed (apt-get install mosquitto); .ci/run installs it")
    return IotcoreBroker if request.param == "iotcore" else MosquittoBroker


def listens(port):
    with closing(socket.socket()) as sock:
        sock.settimeout(1)
        return sock.connect_ex(("127.0.0.1", port)) == 0


def test_it_listens_on_loopback_only_and_stops_in_order(kind, tmp_path):
    with kind(tmp_path) as broker:
        assert listens(broker.port)
        ports = subprocess.run(["cat", "/proc/net/tcp"], capture_output=True, text=True, check=True).stdout
        assert f"00000000:{broker.port:04X}" not in ports
    assert not listens(broker.port)
    broker.stop()


def test_killed_and_restarted_it_has_the_same_port(kind, tmp_path):
    with kind(tmp_path) as broker:
        port = broker.port
        broker.kill()
        assert not listens(port)
        broker.restart()
        assert broker.port == port
        assert listens(port)


def test_a_port_that_is_taken_is_named(kind, tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        broker = kind(tmp_path, port=port)
        with pytest.raises(BrokerTrouble, match=str(port)):
            broker.start()


def test_it_dies_with_a_parent_that_is_killed(kind, tmp_path):
    program = (
        "import sys, time; from pathlib import Path;"
        f" from {kind.__module__} import {kind.__name__} as Broker;"
        " broker = Broker(Path(sys.argv[1])); broker.start();"
        " print(broker.port, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as parent:
        port = int(parent.stdout.readline())
        assert listens(port)
        parent.send_signal(signal.SIGKILL)
        parent.wait(10)
    gone = any(not listens(port) for _ in range(5000))
    assert gone
