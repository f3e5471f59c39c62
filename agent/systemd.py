"""The process as its supervisor sees it: sd_notify(3), and how long ago it was started (proc(5))."""

from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path
from typing import NoReturn


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


def soon_back() -> None:
    """Not stopping: `READY=1` follows. Whoever says STOPPING=1 and goes on is killed some time later."""
    notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")


AGAIN_MS = "HYLA_STARTED_AGAIN_MS"


def begins_again() -> None:
    """From now on the age is counted anew."""
    os.environ[AGAIN_MS] = str(time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000)


def start_again() -> NoReturn:
    """The same command in the same process, from the beginning: a supervisor sees no death."""
    begins_again()
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, sys.orig_argv)


def process_age_ms() -> int:
    """Milliseconds since this process was started (imports included), started again or refitted."""
    if again := os.environ.get(AGAIN_MS, ""):
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000 - int(again)
    fields = Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()
    started_s = int(fields[19]) / os.sysconf("SC_CLK_TCK")  # field 22 of the whole line, since boot
    return round((time.clock_gettime(time.CLOCK_BOOTTIME) - started_s) * 1000)
