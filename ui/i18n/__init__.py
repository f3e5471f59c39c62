"""The words of both screens: one Qt catalogue a language, made into .qm files that Qt can load.

Enters: hyla_zh.ts, hyla_en.ts, written by people. Leaves: hyla_zh.qm, hyla_en.qm beside them
(`python -m ui.i18n`, or by itself when hyla-ui starts and one is missing or older).
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
LANGUAGES = ("zh", "en")


class CatalogueError(Exception):
    """The words cannot be loaded; names the file and what to do."""


def source(language: str) -> Path:
    return FOLDER / f"hyla_{language}.ts"


def compiled(language: str) -> Path:
    return FOLDER / f"hyla_{language}.qm"


def stale() -> list[str]:
    """Languages whose .qm is missing or older than its .ts."""
    return [language for language in LANGUAGES if not _fresh(language)]


def _fresh(language: str) -> bool:
    made = compiled(language)
    return made.exists() and made.stat().st_mtime >= source(language).stat().st_mtime


def compile_catalogue(language: str) -> Path:
    """Make one .qm. Raises CatalogueError when it cannot be made."""
    import subprocess  # only where a catalogue has to be made

    import PySide6

    tool = Path(PySide6.__file__).parent / "lrelease"
    target = compiled(language)
    try:
        done = subprocess.run(
            [tool, source(language), "-qm", target], capture_output=True, text=True, check=False
        )
    except OSError as trouble:
        raise CatalogueError(
            f"{tool}: lrelease does not start ({trouble}); install PySide6-Essentials."
        ) from None
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()
        raise CatalogueError(
            f"{target}: could not be made from {source(language).name} ({said}); "
            "run `python -m ui.i18n` as a user who may write there."
        )
    return target


def ensure() -> None:
    """Make what is missing or older. Raises CatalogueError when that is impossible."""
    for language in stale():
        compile_catalogue(language)
