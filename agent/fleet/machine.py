"""What this machine is, as its maker wrote it: serial number and model.

Enters: the settings, else firmware, else the system's machine id (which a copied disk carries along: give
such machines a `fleet.serial`). Leaves: a serial number of the shape that head office lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from agent.core.assignment import SERIAL_SHAPE

SERIALS = ("sys/class/dmi/id/product_serial", "proc/device-tree/serial-number")
MODELS = ("sys/class/dmi/id/product_name", "proc/device-tree/model")
MACHINE_ID = "etc/machine-id"
SHAPE = "4 to 31 of A-Z, 0-9 and -, one letter at least"
NO_MODEL = "unknown"


class MachineTrouble(Exception):
    """The machine does not say who it is: what was looked for, and the setting that helps."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One terminal as hardware."""

    serial: str
    model: str


def this_machine(serial: str, model: str, root: Path = Path("/")) -> Machine:
    """The settings win. Raises MachineTrouble."""
    if serial and not SERIAL_SHAPE.fullmatch(serial):
        raise MachineTrouble(f"fleet.serial = {serial}: no serial number (expected {SHAPE})")
    said = [serial, *(_first_line(root / path) for path in SERIALS)]
    machine_id = _first_line(root / MACHINE_ID)
    if machine_id:
        said.append(f"M{machine_id[:12]}")
    fitting = (word for word in (one.strip().upper() for one in said) if SERIAL_SHAPE.fullmatch(word))
    found = next(fitting, None)
    if found is None:
        raise MachineTrouble(
            "this machine has no serial number (looked in its firmware and in /etc/machine-id; set "
            f"fleet.serial to what stands on its label: {SHAPE})"
        )
    models = (model, *(_first_line(root / path) for path in MODELS))
    return Machine(found, next((word for word in map(str.strip, models) if word), NO_MODEL)[:40])


def _first_line(path: Path) -> str:
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        return ""
    return text.replace("\0", "\n").strip().split("\n")[0]
