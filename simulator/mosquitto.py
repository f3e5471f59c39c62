"""Debian's mosquitto behind the same handle: the second opinion on everything the embedded broker says,
and the only one of the two that asks for client certificates.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from simulator.broker import PAYLOAD_BYTES_MAX, BrokerTrouble, ChildBroker, free_port


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files of the broker. Whoever connects needs a certificate of the same CA."""

    ca: Path
    certificate: Path
    key: Path


class MosquittoBroker(ChildBroker):
    """Debian's mosquitto: plain, with a password, or TLS with a client certificate and an access list by
    its common name."""

    def __init__(
        self,
        folder: Path,
        username: str = "",
        password: str = "",
        port: int = 0,
        tls: TlsFiles | None = None,
    ) -> None:
        super().__init__(folder, username, password, port)
        self._tls = tls
        self.scheme = "mqtts" if tls else "mqtt"
        self._inner_port = free_port()

    @property
    def cloud_url(self) -> str:
        """Where the cloud's own side connects: with TLS a second, inner listener without it."""
        return f"mqtt://127.0.0.1:{self._inner_port}" if self._tls else self.url

    @staticmethod
    def program() -> str | None:
        """Where it is installed (Debian puts it into sbin); None when it is not."""
        return shutil.which("mosquitto", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")

    def _command(self) -> list[str]:
        program = self.program()
        if program is None:
            raise BrokerTrouble("mosquitto is not installed; `apt-get install mosquitto`")
        config = self.folder / "mosquitto.conf"
        config.write_text("\n".join(self._lines()) + "\n", "utf-8")
        return [program, "-c", str(config)]

    def _lines(self) -> list[str]:
        lines = [
            "per_listener_settings true",
            "max_inflight_messages 20",
            "max_queued_messages 10000",
            f"message_size_limit {PAYLOAD_BYTES_MAX}",
            "log_dest stderr",
            f"listener {self._port} 127.0.0.1",
        ]
        if os.geteuid() == 0:
            lines.insert(0, "user root")  # else it drops to a user who cannot read our files
        if self._tls:
            return [*lines, *self._tls_lines(self._tls)]
        return [*lines, *self._password_lines()]

    def _tls_lines(self, tls: TlsFiles) -> list[str]:
        access = self.folder / "access"
        access.write_text("pattern readwrite hyla/1/%u/#\n", "utf-8")
        return [
            f"cafile {tls.ca}",
            f"certfile {tls.certificate}",
            f"keyfile {tls.key}",
            "require_certificate true",
            "use_identity_as_username true",
            f"acl_file {access}",
            f"listener {self._inner_port} 127.0.0.1",
            "allow_anonymous true",
        ]

    def _password_lines(self) -> list[str]:
        if not self.username:
            return ["allow_anonymous true"]
        passwords = self.folder / "passwords"
        passwords.write_text("", "utf-8")
        command = ["mosquitto_passwd", "-b", str(passwords), self.username, self.password]
        subprocess.run(command, check=True, capture_output=True)
        return ["allow_anonymous false", f"password_file {passwords}"]
