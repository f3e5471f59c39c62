"""Run by test_storage_kill: commits turns for ever and says which are on disk; the test kills it."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.storage import shop


def main(folder: Path) -> None:
    print("ready", flush=True)
    _, journal = shop.open_journal(folder)
    while True:
        number = journal.seq + 1
        journal.commit(
            shop.entry(
                number,
                attempts=(shop.attempt(number), shop.attempt(number - 1, open=False)),
                orders=(shop.order_row(number),),
                records=(shop.record(f"r-{number}"),),
                dropped=(f"r-{number - 3}",),
            )
        )
        print(journal.seq, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
