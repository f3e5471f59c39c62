"""A support bundle: what `hyla report`, `hyla doctor`, the log and the vitals say of this terminal, in one
file that only the owner can open.

Enters: the profile, the journal (read beside the running terminal), the last lines of the log. Leaves: a
zip, packed for the owner's key; on the disk it never stands otherwise. It holds orders, amounts, goods,
causes and measures; no picture, no face, no name, no code, no digits, no phone number and no key: the
reports leave them out, and lines of the log are blinded on top of that.
"""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
import zipfile
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent.cloud.bundle_schema import BUNDLE_BYTES_MAX
from agent.fleet import disk
from agent.fleet.parcel import ParcelTrouble, packed_for
from agent.profile.schema import Profile

FOLDER, LEFT_OUT = "bundle", "left-out.txt"
REPORTED_WITHIN_S = 120
LINES_MAX, LINE_CHARS_MAX = 2_000, 400
ROOM_BYTES = BUNDLE_BYTES_MAX - 4_096  # packing adds less than a hundred
SECRET_KEY = re.compile("pin|password|username|secret|token", re.IGNORECASE)
BLINDED = (
    (re.compile(r"-----BEGIN.*?(-----END[^-]*-----|$)", re.DOTALL), "(key)"),
    (re.compile(r"//[^/\s@]*@"), "//"),
    (re.compile(r"[A-Za-z0-9_+/=-]{41,}"), "(long)"),
    (re.compile(r"(?<![\w.-])\d{7,}(?![\w-])"), "(number)"),
)
"""What a line of a log must not carry even by mistake: keys, users, signed words, codes and phone numbers.
An order's number has letters and hyphens and stays."""


class LogTail(logging.Handler):
    """The last lines, in memory."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: deque[str] = deque(maxlen=LINES_MAX)
        form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
        self.setFormatter(logging.Formatter(form, "%Y-%m-%dT%H:%M:%S"))

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))

    def text(self) -> str:
        return "".join(f"{blinded(line)[:LINE_CHARS_MAX]}\n" for line in list(self._lines))


def log_tail() -> str:
    """Of the handler that `hyla run` hung up; empty elsewhere."""
    tails = [one for one in logging.getLogger().handlers if isinstance(one, LogTail)]
    return tails[0].text() if tails else ""


def blinded(text: str) -> str:
    """Without anything that looks like a secret."""
    for pattern, word in BLINDED:
        text = pattern.sub(word, text)
    return text


def make_bundle(
    profile: Profile, id: str, owner: str, said: Mapping[str, Any], order: str = ""
) -> tuple[Path, int]:
    """Gather, pack for the owner's key, lay it ready under `id`; an older one that is still here goes.

    Args:
        said: file name → what stands in it, as JSON: doctor, vitals, who and when.
        order: which order's turns go along (its number or the end of it); empty: the newest one's.

    Raises:
        OSError: the disk refuses, or `owner` is no key.
    """
    files = {f"{name}.json": _json(value) for name, value in said.items()}
    files["settings.json"] = _json(_told(profile.model_dump(mode="json")))
    files["log.txt"] = log_tail().encode()
    files |= _report(Path(profile.device.data_dir), order)
    try:
        parcel = packed_for(owner, _zipped(files), about(profile.device.id, id))
    except ParcelTrouble as trouble:
        raise OSError(str(trouble)) from None
    folder = Path(profile.device.data_dir) / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    for old in folder.iterdir():
        disk.remove(old)
    new, file = folder / f".{id}.new", folder / f"{id}.parcel"
    disk.write(new, parcel)
    disk.rename(new, file)
    disk.settle(folder)
    return file, len(parcel)


def left_bundle(data: Path) -> Path | None:
    """The one that was on its way when the terminal stopped."""
    return next(iter(sorted((data / FOLDER).glob("*.parcel"))), None)


def about(device: str, id: str) -> str:
    """What a parcel is bound to."""
    return f"hyla-bundle {device} {id}"


def _report(data: Path, order: str) -> dict[str, bytes]:
    """As `hyla report` writes it, in a process of its own: the journal is read from one end to the other,
    and nobody at the till waits for that. Why not, where it cannot."""
    name = order or "newest"
    command = [sys.executable, "-m", "agent", "report", "--data", str(data), "--order", name, "--out", "-"]
    try:
        done = subprocess.run(
            ["nice", "-n", "10", *command],
            capture_output=True,
            timeout=REPORTED_WITHIN_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return {"order.txt": b"the report took too long\n"}
    if done.returncode:
        return {"order.txt": blinded(done.stderr.decode(errors="replace"))[-LINE_CHARS_MAX:].encode()}
    return {"order.json": done.stdout}


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """What does not fit into one bundle stays out, the longest first, and is named."""
    kept, left_out = dict(files), []
    while len(data := _zip(kept)) > ROOM_BYTES and kept.keys() != {LEFT_OUT}:
        longest = max(kept.keys() - {LEFT_OUT}, key=lambda name: len(kept[name]))
        left_out.append(longest)
        del kept[longest]
        kept[LEFT_OUT] = "".join(f"{name}\n" for name in left_out).encode()
    return data


def _zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _told(value: Any) -> Any:
    """Settings without those that are secret by their name."""
    if isinstance(value, dict):
        return {key: _told(inner) for key, inner in value.items() if not SECRET_KEY.search(key)}
    if isinstance(value, list):
        return [_told(inner) for inner in value]
    return blinded(value) if isinstance(value, str) else value


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
