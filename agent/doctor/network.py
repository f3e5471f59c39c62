"""The network below the broker: an interface, a way out, the broker's name. Nothing is sent but the
question for that name."""

from __future__ import annotations

import ipaddress
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

from agent.doctor.finding import Finding, found
from agent.doctor.patient import Patient

SLOW_NAME_MS = 1000
DEFAULT_IPV4, DEFAULT_IPV6 = "00000000", "0" * 32


def check_network(patient: Patient) -> list[Finding]:
    """In the order in which one depends on the other."""
    host = urlsplit(patient.profile.cloud.url).hostname or ""
    if _is_here(host):
        return [found("network", "local")]
    net = patient.root / "sys/class/net"
    there = sorted(path.name for path in net.glob("*") if path.name != "lo")
    up = [name for name in there if _is_up(net / name)]
    if not up:
        return [found("network", "no_interface", interfaces=", ".join(there) or "–")]
    if not _has_route(patient.root / "proc/net"):
        return [found("network", "no_route", interfaces=", ".join(up))]
    began_s = time.monotonic()
    try:
        socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        return [found("network", "no_name", str(error), host=host)]
    name_ms = int((time.monotonic() - began_s) * 1000)
    case = "slow_name" if name_ms > SLOW_NAME_MS else "fine"
    return [found("network", case, interfaces=", ".join(up), host=host, name_ms=name_ms)]


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_up(interface: Path) -> bool:
    """Some drivers never say more than `unknown`; then the cable's own word counts."""
    state = _read(interface / "operstate")
    return state == "up" or (state == "unknown" and _read(interface / "carrier") == "1")


def _has_route(net: Path) -> bool:
    ipv4 = [row.split() for row in _read(net / "route").splitlines()[1:]]
    ipv6 = [row.split() for row in _read(net / "ipv6_route").splitlines()]
    if any(len(row) > 7 and row[1] == row[7] == DEFAULT_IPV4 for row in ipv4):
        return True
    return any(
        len(row) > 9 and row[0] == DEFAULT_IPV6 and row[1] == "00" and row[9] != "lo" for row in ipv6
    )


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
