"""`hyla-desk gallery`: a picture of every page of both screens, and which of them are accepted.

Enters: a folder, or the accepted pictures of the tests. Leaves: PNGs and an HTML page to leaf through, or
for each page that no longer looks as it did the picture of before, of now and of the difference.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from simulator.counter import ROOT

ACCEPTED = ROOT / "tests" / "ui" / "accepted"
# What README shows, in full size: the picture of this page.
SHOWN = {
    f"{screen}-zh-normal-confirm_member": ROOT / "docs" / "pictures" / f"{screen.split('-')[0]}.png"
    for screen in ("customer-portrait", "cashier-landscape")
}
EXAMPLE = """examples:
  hyla-desk gallery build/gallery               every state, screen, language, text size and arrangement
  hyla-desk gallery build/gallery --only paid   those with this word in their name
  hyla-desk gallery --accept                    renews those of tests/ui/accepted and of README
  hyla-desk gallery build/changed --changed     what no longer looks as accepted: old, new and difference

exit codes: 0 done, and nothing has changed; 1 --changed found a page that looks otherwise; 2 wrong use
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = _parser()
    args = parser.parse_args(argv)
    if (args.folder is None) != args.accept:
        parser.error("say a folder for the pictures, or --accept")
    from ui.gallery import sittings  # Qt takes its time: only after we know what is wanted

    wanted = [one for one in sittings() if args.only in one.name]
    if not wanted:
        parser.error(f"--only {args.only}: no page has this word in its name")
    if args.accept:
        return _accept(args.only)
    args.folder.mkdir(parents=True, exist_ok=True)
    return _changed(args.folder, args.only) if args.changed else _photograph(args.folder, args.only)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hyla-desk gallery",
        description="Pictures of every page of both screens, without a display.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, nargs="?", metavar="DIR", help="where the pictures go")
    parser.add_argument(
        "--only", default="", metavar="WORD", help="only pages with this word in their name"
    )
    parser.add_argument("--accept", action="store_true", help="renew the pictures the tests compare with")
    parser.add_argument(
        "--changed", action="store_true", help="write those that no longer look as accepted"
    )
    return parser


def _photograph(folder: Path, word: str) -> int:
    from ui.album import album
    from ui.gallery import sittings
    from ui.sitting import photograph

    for sitting, picture in photograph(one for one in sittings() if word in one.name):
        picture.save(str(folder / f"{sitting.name}.png"))
    page = folder / "index.html"
    names = sorted(path.stem for path in folder.glob("c*-*.png"))
    page.write_text(album(names), "utf-8")
    print(f"{len(names)} pictures; leaf through them: {page}")
    return 0


def _accept(word: str) -> int:
    from ui.accepted import keep, small
    from ui.gallery import sittings
    from ui.sitting import photograph

    ACCEPTED.mkdir(exist_ok=True)
    kept = [one for one in sittings() if one.kept]
    for sitting, picture in photograph(one for one in kept if word in one.name):
        keep(small(picture), ACCEPTED / f"{sitting.name}.png")
        if sitting.name in SHOWN:
            keep(picture, SHOWN[sitting.name])
    names = {one.name for one in kept}
    for path in ACCEPTED.glob("*.png"):
        if path.stem not in names:
            path.unlink()
    print(
        f"{len(names)} pictures are accepted in {ACCEPTED.relative_to(ROOT)}; look at them: git diff --stat"
    )
    return 0


def _changed(folder: Path, word: str) -> int:
    from ui.accepted import changed
    from ui.gallery import sittings
    from ui.sitting import photograph

    found = [
        sitting.name
        for sitting, picture in photograph(one for one in sittings() if one.kept and word in one.name)
        if changed(picture, ACCEPTED / f"{sitting.name}.png", folder)
    ]
    for name in found:
        print(f"{name}: looks otherwise than accepted; see {folder}/{name}-old, -new and -difference.png")
    print(f"{len(found)} pages changed" if found else "every page looks as accepted", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
