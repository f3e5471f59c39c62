"""Killed at any moment: what was acknowledged is there, and nothing is there by half."""

from __future__ import annotations

import random
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from agent.core.state import Kept
from tests.storage import shop

ROOT = Path(__file__).parents[2]
ROUNDS = 12
SEED = 4711


def run_and_kill(folder: Path, chance: random.Random, lines: int) -> list[int]:
    """Start the child, let it acknowledge so many turns, kill it a moment later; what it acknowledged."""
    command = [sys.executable, "-m", "tests.storage.commit_until_killed", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        acknowledged = [child.stdout.readline() for _ in range(lines)]
        with suppress(subprocess.TimeoutExpired):
            child.wait(timeout=chance.uniform(0, 0.02))
        child.kill()
        rest = child.stdout.read()
    # A line that was cut off in the pipe is not an acknowledgement that anybody could act on.
    whole = "".join(acknowledged) + rest[: rest.rfind("\n") + 1]
    return [int(line) for line in whole.splitlines()]


@pytest.mark.slow
def test_every_acknowledged_turn_survives_a_kill_and_no_turn_is_there_by_half(folder: Path) -> None:
    chance = random.Random(SEED)
    last = 0
    for _ in range(ROUNDS):
        acknowledged = run_and_kill(folder, chance, lines=chance.randint(1, 60))
        assert acknowledged == list(range(last + 1, last + 1 + len(acknowledged)))
        database, journal = shop.open_journal(folder)
        with database:
            connection = database.connection
            assert acknowledged[-1] <= journal.seq <= acknowledged[-1] + 1
            assert connection.execute("SELECT count(*), max(seq) FROM journal").get == (journal.seq,) * 2
            assert connection.execute("SELECT seq FROM state").get == journal.seq
            state = journal.read(Kept)
            assert state is not None
            assert state.orders == journal.seq
            last_attempt = "SELECT attempt, open FROM attempts ORDER BY rowid DESC LIMIT 1"
            assert connection.execute(last_attempt).get == (1, 1)
            assert connection.execute("SELECT count(*) FROM attempts WHERE open = 1").get == 1
            assert len(journal.orders.all()) == journal.seq
            pending = [row.seq for row in journal.outbox.pending()]
            assert pending == list(range(journal.seq + 1))[-3:][-len(pending) :]
            assert connection.pragma("integrity_check") == "ok"
            last = journal.seq


@pytest.mark.slow
def test_a_kill_while_the_store_is_being_created_leaves_one_that_opens(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    for number in range(ROUNDS):
        folder = tmp_path / str(number)
        acknowledged = run_and_kill(folder, chance, lines=0)
        database, journal = shop.open_journal(folder)
        with database:
            assert journal.seq >= len(acknowledged)
            journal.commit(shop.entry(journal.seq + 1))
