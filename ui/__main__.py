"""`hyla-ui`: both screens of the terminal, as a process of their own."""

from __future__ import annotations

import argparse
import fcntl
import gc
import inspect
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from agent.screens.contract import LOCK_SUFFIX

log = logging.getLogger("ui")

EXAMPLE = """example:
  hyla-ui --socket /run/hyla/ui.sock --customer-screen HDMI-1 --cashier-screen DP-1 --fullscreen

Without a display (no DISPLAY, no WAYLAND_DISPLAY) both windows are drawn offscreen. The screens end
when the agent says goodbye, or when there was no agent at the socket for a minute."""


def _size(text: str) -> tuple[int, int]:
    try:
        width, height = map(int, text.lower().split("x"))
    except ValueError:
        width = height = 0
    if width < 320 or height < 320:
        raise argparse.ArgumentTypeError(f"{text!r}: expected WIDTHxHEIGHT in pixels, such as 800x1280")
    return width, height


def parser() -> argparse.ArgumentParser:
    """The command line; the doctor's helpers (`ui.report`, `ui.card`) take the same."""
    parser = argparse.ArgumentParser(
        "hyla-ui",
        description="The customer's and the cashier's window: they show what the agent sends.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--socket", type=Path, required=True, metavar="PATH", help="the agent's socket")
    parser.add_argument("--customer-screen", default="", metavar="NAME", help="display of the customer")
    parser.add_argument("--cashier-screen", default="", metavar="NAME", help="display of the cashier")
    parser.add_argument("--customer-size", type=_size, default=(800, 1280), metavar="WxH", help="800x1280")
    parser.add_argument("--cashier-size", type=_size, default=(1280, 800), metavar="WxH", help="1280x800")
    parser.add_argument("--fullscreen", action="store_true", help="fill the displays")
    parser.add_argument(
        "--language", choices=("zh", "en"), default="zh", help="until the agent's first view comes"
    )
    parser.add_argument(
        "--record", type=Path, metavar="DIR", help="keep a picture of every view (desk and tests)"
    )
    parser.add_argument(
        "--fingers", type=Path, metavar="PATH", help="a socket that presses buttons (desk and tests)"
    )
    return parser


@contextmanager
def quick_imports() -> Iterator[None]:
    """Qt's bindings read the source of every module that is imported with them, to see which ones use a
    syntax of theirs that nobody here uses: they find none. And nothing that is imported is garbage."""

    def unread(_module: object) -> str:
        raise OSError("no source is needed")

    kept, inspect.getsource = inspect.getsource, unread  # type: ignore[assignment]
    gc.disable()
    try:
        yield
    finally:
        inspect.getsource = kept
        gc.freeze()
        gc.enable()


def main(argv: Sequence[str] | None = None) -> int:
    given = parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    lock_path = Path(f"{given.socket}{LOCK_SUFFIX}")
    try:
        lock = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as trouble:
        log.error(
            "%s: cannot be opened (%s); expected the folder of the agent's socket.", lock_path, trouble
        )
        return 1
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        log.info("The screens of %s are already shown by another hyla-ui.", given.socket)
        return 0
    with quick_imports():
        from ui.app import Options, run  # Qt takes its time: only after we know that we are needed

    try:
        return run(Options(**vars(given)))
    finally:
        os.close(lock)


if __name__ == "__main__":
    sys.exit(main())
