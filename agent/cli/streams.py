"""What a command prints, on a terminal of any locale."""

from __future__ import annotations

import sys
from io import TextIOWrapper


def say_in_any_locale() -> None:
    """A sign that the locale has no byte for (¥ in GBK, every 元 in Latin-1) is printed as its number; it
    would be a traceback in the middle of an answer."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say_as_in_the_file() -> None:
    """Standard output is UTF-8 from here on: a paper that is handed on is the paper that was written."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
