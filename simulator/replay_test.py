"""A complaint becomes a test: a replayed bundle, written down as what pytest will expect from now on.

Leaves two files: the test, a list that a person can read and correct, and its bundle beside it. A turn that
goes another way by mistake fails it; one that was wrong and is put right is corrected in the list.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from agent.core.commands import AskCharge, AskQuery, AskRefund, AskRefundQuery, AskVoid, KeepRecord
from agent.storage.bundle import Bundle, write
from simulator.replay import Replayed, load, replay
from simulator.replay_words import wish_words

KEPT_WISHES = (AskCharge, AskQuery, AskVoid, AskRefund, AskRefundQuery, KeepRecord)
"""What leaves the terminal. Timers and eyes may change with the settings."""
TEST = '''"""{order}: a complaint, turn by turn, as `hyla-sim replay --test` wrote it down.

Each turn: its row, its fact, where the visit stood, what both screens said; then what left the terminal.
Where the terminal was wrong, correct the list to what should have been.
"""

from __future__ import annotations

from pathlib import Path

from simulator.replay_test import retold

BUNDLE = Path(__file__).with_suffix(".json")
SHOULD = [
{lines}
]


def test_{name}_goes_as_it_should() -> None:
    assert retold(BUNDLE) == SHOULD
'''


def retold(file: Path) -> list[str]:
    """The turns of this bundle as this hyla takes them, in short."""
    return outline(replay(load(file)))


def outline(turns: list[Replayed]) -> list[str]:
    """A line a turn, and one for each thing that leaves the terminal."""
    lines = []
    for one in turns:
        said = [view.headline.key for view in (one.customer, one.cashier) if view is not None]
        lines.append(f"{one.turn.seq} {one.turn.kind} → {' · '.join([one.standing, *said])}")
        sent = [wish for wish in one.wishes if isinstance(wish, KEPT_WISHES)]
        lines += [f"{one.turn.seq} sends {wish_words(wish)}" for wish in sent]
    return lines


def write_test(bundle: Bundle, turns: list[Replayed], file: Path) -> Path:
    """Write the test, and the bundle beside it; returns the bundle's file.

    Raises:
        OSError: it cannot be written, or there is one: a list that somebody corrected is kept.
    """
    lines = "\n".join(f"    {json.dumps(line, ensure_ascii=False)}," for line in outline(turns))
    name = re.sub(r"\W", "_", bundle.order_id).lower()
    beside = file.with_suffix(".json")
    with file.open("x", encoding="utf-8") as test:
        test.write(TEST.format(order=bundle.order_id, name=name, lines=lines))
    beside.write_bytes(write(bundle, packed=False))
    return beside
