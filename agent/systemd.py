"""sd_notify(3): one datagram to the socket systemd names; nothing at all when it names none."""

from __future__ import annotations

import os
import socket


def notify(message: str) -> None:
    """`READY=1`, `WATCHDOG=1`, `STOPPING=1`, `STATUS=…`. Never raises: a missing supervisor is no fault."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.sendto(message.encode(), address)
    except OSError:
        return
