"""The scanner's cable: pulled, noisy, endless. A good code afterwards is a good code."""

from __future__ import annotations

import pytest

from tests.desk.till import Till, words

pytestmark = pytest.mark.slow


def test_a_scanner_pulled_out_is_said_to_the_cashier_and_heals_when_plugged_in(till: Till) -> None:
    till.do("unplug scanner")
    till.reads(cashier=[words("cause.scanner.unplugged")])
    till.do("plug in scanner")
    till.works("scanner")
    till.sells()
    till.logged("scanner: .*Plug the scanner in again")


def test_noise_and_ten_thousand_bytes_without_an_end_cost_no_good_code(till: Till) -> None:
    till.do("noise from scanner")
    till.reads(cashier=[words("cause.scanner.noise")])
    till.do("endless line from scanner")
    till.do("end of line from scanner")
    till.sells()
    till.works("scanner")
    assert till.booked == 1
    till.logged("scanner on .*noise dropped .*cable")  # the second burst is counted in a later line
