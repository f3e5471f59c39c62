"""Pictures that somebody looked at and found good, and what a page looks like now.

Enters: pictures of the gallery. Leaves: small copies for the repository, and how much two differ. Small
ones show what a person would see (something moved, is gone, has another colour) and not which
release of the font's painter drew them.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

PARTS = 4  # a kept picture is so many times narrower than the window
STEP = 28  # of 255; less is the font's painter
SHARE_MAX = 0.0006  # of all pixels: six letters' worth of a window


def small(picture: QImage) -> QImage:
    """The copy that is kept."""
    plain = picture.convertToFormat(QImage.Format.Format_RGB32)
    return plain.scaled(
        picture.width() // PARTS,
        picture.height() // PARTS,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    ).convertToFormat(QImage.Format.Format_RGB888)


def keep(picture: QImage, path: Path) -> None:
    """Write it, without what changes from run to run. Leaves a file alone that says the same, so that only
    what changed is written anew. Raises OSError."""
    fresh = picture.convertToFormat(QImage.Format.Format_RGB888)
    old = QImage(str(path))
    if not old.isNull() and old.size() == fresh.size() and differing(old, fresh)[0] == 0:
        return
    if not fresh.save(str(path), "PNG", 0):  # type: ignore[call-overload]
        raise OSError(f"{path}: cannot be written; expected a folder of this user with room in it")


def differing(old: QImage, new: QImage) -> tuple[float, QImage]:
    """The share of pixels that a person would see changed, and a picture with those in red. Another size
    is another picture altogether."""
    marked = new.convertToFormat(QImage.Format.Format_RGB32)
    if old.size() != new.size():
        return 1.0, marked
    before = bytes(old.convertToFormat(QImage.Format.Format_RGB32).constBits())
    after = bytes(marked.constBits())
    width, red, count = new.width(), QColor("red").rgb(), 0
    if before == after:
        return 0.0, marked
    for place in range(0, len(after), 4):
        if before[place : place + 3] != after[place : place + 3] and any(
            abs(one - other) > STEP
            for one, other in zip(before[place : place + 3], after[place : place + 3], strict=True)
        ):
            count += 1
            marked.setPixel(place // 4 % width, place // 4 // width, red)
    return count / (len(after) // 4), marked


def changed(picture: QImage, accepted: Path, folder: Path) -> bool:
    """Whether a page looks otherwise than accepted; then `folder` gets the old picture, the new one and
    one with the difference in red. A page that was never accepted counts as changed."""
    old, fresh = QImage(str(accepted)), small(picture)
    share, marked = differing(old, fresh)
    if share <= SHARE_MAX:
        return False
    name = accepted.stem
    picture.save(str(folder / f"{name}-new.png"))
    marked.scaled(picture.size()).save(str(folder / f"{name}-difference.png"))
    if not old.isNull():
        old.save(str(folder / f"{name}-old.png"))
    return True
