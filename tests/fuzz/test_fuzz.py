"""What `make fuzz` found worth keeping, played again; and a first look by hypothesis in each run."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import scanners
from tests.fuzz.targets import CORPUS, TARGETS, kept, strategy

KEPT_BYTES_MAX = 400_000


@pytest.fixture(autouse=True)
def _no_log() -> Iterator[None]:
    """Rubbish is told in the log, rightly."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("name", TARGETS)
def test_what_earlier_runs_kept_does_no_harm(name: str) -> None:
    inputs = kept(name)
    assert inputs, f"nothing kept for {name}: run `make fuzz`, then `python -m tests.fuzz --keep`"
    for data in inputs:
        TARGETS[name].play(data)


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_that_could_come_over_its_wire_does_harm(name: str) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(strategy(TARGETS[name]))
    def any_bytes(data: bytes) -> None:
        TARGETS[name].play(data)

    any_bytes()


def test_the_corpus_stays_small() -> None:
    assert sum(file.stat().st_size for file in CORPUS.iterdir()) < KEPT_BYTES_MAX


@pytest.mark.parametrize("dialect", scanners.DIALECT_NAMES)
@given(head=st.binary(min_size=3, max_size=3))
def test_a_clean_scan_is_read_under_every_setting(dialect: str, head: bytes) -> None:
    """Else the fuzzer's own scanner would be the fault it finds."""
    section = scanners.settings(dialect, head)
    stand = scanners.Stand(section)
    stand.hear(scanners.beam(scanners.WATER, section, dialect, stand.now_ms))
    stand.rest(scanners.LONG_SILENCE_MS)
    assert stand.codes == [scanners.WATER]
