"""What may be typed at `hyla-cloud`: a wrong word is named, with what was expected, before all else."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from agent.core.assignment import DEVICE_SHAPE

NAME_CHARS = 40
HOST = re.compile(r"[A-Za-z0-9.:_-]{1,253}")


def unreadable(argv: Sequence[str]) -> str:
    """The first word with bytes that are no UTF-8, or with signs that nobody sees; empty: there is none."""
    return next((ascii(word)[:60] for word in argv if not word.isprintable()), "")


def name(text: str) -> str:
    """Of a shop, a merchant, a model. Raises ArgumentTypeError."""
    if len(text) > NAME_CHARS:
        raise argparse.ArgumentTypeError(f"{len(text)} characters (expected at most {NAME_CHARS})")
    return text


def port(text: str) -> int:
    """Raises ArgumentTypeError."""
    return whole(text, 65_535)


def whole(text: str, most: int = 10_000) -> int:
    """From 1 on. Raises ArgumentTypeError."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
    if not 1 <= number <= most:
        raise argparse.ArgumentTypeError(f"{text[:20]} (expected a whole number from 1 to {most})")
    return number


def host(text: str) -> str:
    """A name or an address. Raises ArgumentTypeError."""
    if not HOST.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text[:60]!r} (expected a host's name or address)")
    return text


def broker(text: str) -> str:
    """Raises ArgumentTypeError."""
    try:
        url = urlsplit(text)
        good = url.scheme in ("mqtt", "mqtts") and HOST.fullmatch(url.hostname or "") and url.port != 0
    except ValueError:
        good = False
    if not good:
        raise argparse.ArgumentTypeError(f"{text[:60]!r} (expected mqtt[s]://host:port)")
    return text


def device(text: str) -> str:
    """Of a terminal; a wildcard would hear all of them. Raises ArgumentTypeError."""
    if not DEVICE_SHAPE.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"{text[:60]!r} (expected a terminal's id: 2–31 of a–z, 0–9 and -)"
        )
    return text


def readable(text: str) -> str:
    """A file that is there. Raises ArgumentTypeError."""
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"{text}: no such file")
    return text


def page(text: str) -> str:
    """Raises ArgumentTypeError."""
    place, _, number = text.rpartition(":")
    if not HOST.fullmatch(place):
        raise argparse.ArgumentTypeError(f"{text[:60]!r} (expected HOST:PORT)")
    port(number)
    return text
