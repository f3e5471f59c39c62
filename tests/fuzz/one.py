"""One target under atheris, in a process of its own: `python -m tests.fuzz.one NAME [libFuzzer's options]`.

The product is instrumented as it is imported, so that the fuzzer sees which branches an input takes.
"""

from __future__ import annotations

import logging
import sys

import atheris

with atheris.instrument_imports(include=["agent"], enable_loader_override=False):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    """Never returns: libFuzzer ends the process."""
    logging.disable(logging.CRITICAL)
    name, *options = sys.argv[1:]
    atheris.Setup([sys.argv[0], *options], TARGETS[name].play)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
