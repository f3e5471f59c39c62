"""The process as its supervisor sees it: sd_notify(3), and how long ago it was started (proc(5))."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path


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


def process_age_ms() -> int:
    """Milliseconds since this process was started, imports included."""
    fields = Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()
    started_s = int(fields[19]) / os.sysconf("SC_CLK_TCK")  # field 22 of the whole line, since boot
    return round((time.clock_gettime(time.CLOCK_BOOTTIME) - started_s) * 1000)
