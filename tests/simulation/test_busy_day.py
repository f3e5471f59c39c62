"""A busy day, made small: every sale, no code lost or taken twice, everything heals."""

from __future__ import annotations

import json

import pytest

from simulator.busy import cable
from simulator.busy.day import Day, Plan
from simulator.engines import ENGINES
from simulator.sim import main

pytestmark = pytest.mark.slow

SMALL = {"hours": 1, "sales": 25, "unplugs": 10}


@pytest.mark.parametrize("dialect", ENGINES)
def test_an_hour_with_a_cable_that_comes_loose_ten_times(dialect: str) -> None:
    figures = Day(Plan(seed=3, dialect=dialect, **SMALL)).run()
    assert figures.wrong == []
    assert figures.sales == 25
    assert figures.beams_cut, "some cables are pulled while a code is on its way"
    assert set(figures.book.seen) == {"scanner", "camera", "power"}
    assert figures.book.seen["power"] == 2
    healed = figures.book.healed_ms
    assert max(healed["scanner"]) <= 5_000, "the supervisor looks again at least so often"
    assert max(figures.book.told_ms["camera"]) <= 2_000, "said within two seconds of virtual time"


def test_the_same_day_again_is_the_same() -> None:
    plan = Plan(seed=5, hours=1, sales=8, unplugs=4)
    one, two = (Day(plan).run().as_json() for _ in range(2))
    for own in ("seconds", "memory_growth_kb"):
        one.pop(own)
        two.pop(own)
    assert one == two


def test_a_scanner_that_hears_half_of_its_codes_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day must be able to fail: every second beam is lost on its way."""
    arrives = cable.Cable._arrives

    def deaf(self: cable.Cable, piece: bytes, plugs: int) -> None:
        if self.beams % 2:
            arrives(self, piece, plugs)

    monkeypatch.setattr(cable.Cable, "_arrives", deaf)
    figures = Day(Plan(seed=3, hours=1, sales=8, unplugs=0)).run()
    assert figures.codes_lost
    assert any("codes lost" in sentence for sentence in figures.wrong)


def test_as_somebody_types_it(capsys: pytest.CaptureFixture[str]) -> None:
    typed = ["run", "--scenario", "busy-day", "--hours", "1", "--sales", "8", "--unplugs", "4"]
    assert main([*typed, "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["sales"], figures["codes_lost"], figures["codes_twice"]) == (8, 0, 0)
    assert set(figures["healed_ms"]["all"]) == {"median", "worst"}
    assert main(typed) == 0
    assert "codes lost               0" in capsys.readouterr().out
