"""How often this installation has started: a number that only grows, and a word drawn when it began.

Head office keeps the last it heard. A copied disk or an old image of it counts on from where it was copied:
the number goes back, or the same number comes twice, and head office stops both.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from agent.fleet import disk

FILE, DRAFT = "boots", ".boots"
SHAPE = re.compile(r"([0-9a-f]{8}) ([0-9]{1,12})\n")


class BootsTrouble(Exception):
    """The counter cannot be read: file, what was expected, the next step."""


@dataclass(frozen=True, slots=True)
class Boots:
    """`epoch` is the installation's, `count` how often it has started, this time included."""

    epoch: str
    count: int


def count_boot(data: Path) -> Boots:
    """One more; on disk before anybody hears of it.

    Raises:
        BootsTrouble: a damaged counter is not begun anew: that would look like a copy to head office.
        OSError: the disk refuses.
    """
    last = read_boots(data)
    now = Boots(last.epoch, last.count + 1) if last else Boots(secrets.token_hex(4), 1)
    disk.write(data / DRAFT, f"{now.epoch} {now.count}\n".encode("ascii"))
    disk.rename(data / DRAFT, data / FILE)
    disk.settle(data)
    return now


def read_boots(data: Path) -> Boots | None:
    """As it stands; None: never started. Raises BootsTrouble."""
    path = data / FILE
    try:
        text = path.read_text("ascii", "replace")
    except FileNotFoundError:
        return None
    found = SHAPE.fullmatch(text)
    if found is None:
        raise BootsTrouble(
            f"{path}: not a counter of starts (expected a word and a number; put the file back, or "
            "`hyla fleet forget`, which says what is lost, and claim this terminal anew)"
        )
    return Boots(found[1], int(found[2]))
