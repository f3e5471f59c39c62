"""The manager's PIN: never kept, only what it turns into (scrypt, RFC 7914), and how often it was wrong.

Four to eight digits are soon guessed by a machine that has the record; it guards against a hand at the
till, not against a thief of the disk. Five wrong ones in a row close the question for a while.
"""

from __future__ import annotations

import hashlib
import re

from agent.core.ids import Secret

PIN_TRIES = 5
PIN_PAUSE_MS = 300_000
PIN_SHAPE = re.compile("[0-9]{4,8}")
RECORD_SHAPE = re.compile(r"scrypt\$([0-9a-f]{32})\$([0-9a-f]{64})")


def pin_record(pin: Secret, salt: bytes) -> str:
    """What stands in the settings instead of the PIN. `salt`: 16 random bytes.

    Raises:
        ValueError: not four to eight digits, or a salt of another length.
    """
    if PIN_SHAPE.fullmatch(pin.reveal()) is None:
        raise ValueError("a PIN is four to eight digits")
    if len(salt) != 16:
        raise ValueError(f"{len(salt)} bytes of salt (expected 16)")
    return f"scrypt${salt.hex()}${_stretched(pin, salt).hex()}"


def pin_fits(record: str, pin: Secret) -> bool:
    """Is this the PIN the record was made from? A record that is none fits nothing."""
    parts = RECORD_SHAPE.fullmatch(record)
    if parts is None:
        return False
    salt, wanted = bytes.fromhex(parts[1]), bytes.fromhex(parts[2])
    return _stretched(pin, salt) == wanted


def _stretched(pin: Secret, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.reveal().encode(), salt=salt, n=4096, r=8, p=1, dklen=32)
