"""The key to the screens: a cookie file as the X server and its clients read it (Xauthority, xauth(1))."""

from __future__ import annotations

import os
import secrets
import struct
from pathlib import Path

ANY_ADDRESS = 0xFFFF
NAME = b"MIT-MAGIC-COOKIE-1"
COOKIE_BYTES = 16


def make_cookie(path: Path) -> bool:
    """Draw a cookie unless there is one; returns whether it was made. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
    except FileExistsError:
        return False
    fields = (b"", b"0", NAME, secrets.token_bytes(COOKIE_BYTES))
    entry = struct.pack(">H", ANY_ADDRESS) + b"".join(
        struct.pack(">H", len(word)) + word for word in fields
    )
    with os.fdopen(file, "wb") as out:
        out.write(entry)
        os.fsync(out.fileno())
    return True
