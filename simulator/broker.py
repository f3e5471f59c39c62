"""An MQTT broker on loopback for the desk and the tests: two kinds behind one handle.

Enter: a folder for its configuration and log, a user, TLS files. Leave: a URL. The broker is a child
process that dies when we do, however we die.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Protocol

START_S = 10.0
PAYLOAD_BYTES_MAX = 131_072

# The leash holds the broker: it kills it when our end of the pipe closes, which the kernel does even
# after SIGKILL, and dies with it. (A death signal set by us would fire when the starting *thread* ends;
# the leash has one thread only, so there it is safe.)
LEASH = """
import ctypes, os, signal, subprocess, sys, threading
libc = ctypes.CDLL(None)
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL,
                         preexec_fn=lambda: libc.prctl(1, signal.SIGKILL))
print(child.pid, flush=True)
def wait_for_parent():
    os.read(0, 1)
    child.kill()
threading.Thread(target=wait_for_parent, daemon=True).start()
child.wait()
os._exit(0)
"""
IOTCORE = (
    "import sys; from iotcore import IotCoreBroker; IotCoreBroker(config_path=sys.argv[1]).run_forever()"
)


class BrokerTrouble(Exception):
    """The broker did not start; the text ends with the last line of its log."""


class BrokerHandle(Protocol):
    """A broker that tests can start, stop and kill. The port stays the same across restarts."""

    @property
    def port(self) -> int: ...

    @property
    def url(self) -> str:
        """`mqtt://127.0.0.1:PORT`, or mqtts."""

    def start(self) -> None:
        """Returns when it accepts connections. Raises BrokerTrouble."""

    def stop(self) -> None:
        """End it in order. More than once does no harm."""

    def kill(self) -> None:
        """SIGKILL: what it kept in memory is gone."""

    def restart(self) -> None:
        """kill, then start."""


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


class ChildBroker(ABC):
    """What both kinds share: the child process and its leash."""

    scheme = "mqtt"

    def __init__(self, folder: Path, username: str = "", password: str = "", port: int = 0) -> None:
        self.folder = folder
        self.username, self.password = username, password
        self._port = port or free_port()
        self._leash: subprocess.Popen[bytes] | None = None
        self._pid = 0

    @property
    def port(self) -> int:
        return self._port

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self._port}"

    @property
    def log_file(self) -> Path:
        return self.folder / "broker.log"

    @abstractmethod
    def _command(self) -> list[str]:
        """Write the configuration; the command that runs with it."""

    def start(self) -> None:
        if self._leash is not None:
            return
        self._expect_free_port()
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("ab") as log:
            self._leash = subprocess.Popen(
                [sys.executable, "-S", "-c", LEASH, *self._command()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # Ctrl-C at the desk is for the desk
            )
        assert self._leash.stdout is not None
        self._pid = int(self._leash.stdout.readline() or b"0")
        self._wait_for_port()

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        self.kill()
        self.start()

    def __enter__(self) -> BrokerHandle:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _end(self, how: signal.Signals) -> None:
        leash, self._leash = self._leash, None
        if leash is None:
            return
        if leash.poll() is None and self._pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, how)
        with contextlib.suppress(subprocess.TimeoutExpired):  # else closing the pipe kills it
            leash.wait(3)
        for pipe in (leash.stdin, leash.stdout):
            if pipe is not None:
                pipe.close()
        leash.wait(3)

    def _expect_free_port(self) -> None:
        """Else whoever sits there would be taken for our broker."""
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                sock.bind(("127.0.0.1", self._port))
            except OSError as error:
                raise BrokerTrouble(f"port {self._port} on 127.0.0.1: {error.strerror}") from error

    def _wait_for_port(self) -> None:
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            if self._leash is None or self._leash.poll() is not None:
                break
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 0.2):
                return
            time.sleep(0.01)
        self.stop()
        lines = self.log_file.read_text("utf-8", "replace").splitlines()
        last = lines[-1] if lines else "its log is empty"
        raise BrokerTrouble(f"{type(self).__name__} did not start on port {self._port}: {last}")


class IotcoreBroker(ChildBroker):
    """The embedded broker (a wheel): MQTT 5 on loopback, a user if wanted; no TLS, no access list, and
    everything in memory."""

    def _command(self) -> list[str]:
        config = self.folder / "iotcore.toml"
        config.write_text(_iotcore_toml(self._port, self.username, self.password), "utf-8")
        return [sys.executable, "-c", IOTCORE, str(config)]


def _iotcore_toml(port: int, username: str, password: str) -> str:
    # Its own default (Broker(port=…)) speaks MQTT 3.1.1 only, on every interface, up to 20 kB.
    # Segments: acknowledged messages stay in memory up to size × count for each filter.
    auth = f'[v5.1.connections.auth]\n"{username}" = "{password}"\n' if username else ""
    return f"""id = 0

[router]
id = 0
max_connections = 1000
max_outgoing_packet_count = 200
max_segment_size = 10485760
max_segment_count = 10

[v5.1]
name = "v5"
listen = "127.0.0.1:{port}"
next_connection_delay_ms = 1

[v5.1.connections]
connection_timeout_ms = 10000
max_payload_size = {PAYLOAD_BYTES_MAX}
max_inflight_count = 100
dynamic_filters = true

{auth}"""
