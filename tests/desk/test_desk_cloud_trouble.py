"""The link and the cloud go wrong, also in the middle of a charge: never twice, never forgotten."""

from __future__ import annotations

import pytest

from tests.desk.till import Till, words

pytestmark = pytest.mark.slow


def test_while_the_broker_is_gone_nothing_is_charged_and_goods_can_be_scanned(till: Till) -> None:
    till.do("stop broker")
    till.reads(cashier=[words("cashier.offline")])
    amount = till.charge()
    till.show_code()
    till.reads(customer=[words("reason.offline"), amount], cashier=[words("reason.offline"), amount])
    till.do("start broker")
    till.works("cloud")
    till.show_code()
    till.paid(amount)
    assert till.booked == 1
    till.logged("cloud: .*lost|cloud: .*link", "cloud: .*no connection .*check cloud.url")


@pytest.mark.parametrize(
    ("nonsense", "technician"),
    [
        ("garbage reply", "r/charge: ignored .* no CloudEvent"),
        ("garbage acknowledgement", "desk-01/a: ignored .* no CloudEvent"),
        ("newer message", "r/charge: ignored .* newer version .*update this terminal"),
    ],
)
def test_what_cannot_be_read_is_ignored_with_one_line_and_selling_goes_on(
    till: Till, nonsense: str, technician: str
) -> None:
    till.do(nonsense)
    till.sells()
    assert till.booked == 1
    till.logged(technician)


def test_over_a_slow_link_the_charge_is_answered_late_and_once(till: Till) -> None:
    amount = till.charge()
    till.do("slow link")
    till.show_code()
    till.reads(customer=[words("wait.headline"), amount], cashier=[words("cashier.wait"), amount])
    till.paid(amount)
    till.do("full speed link")
    assert till.booked == 1
    till.logged()


def test_a_charge_in_a_black_hole_is_unknown_and_answered_once_when_it_opens(till: Till) -> None:
    amount = till.charge()
    till.when_charged("black hole link")
    till.show_code()
    till.reads(
        customer=[words("unknown.headline"), words("unknown.detail"), amount],
        cashier=[words("cashier.unknown"), amount],
    )
    till.do("restore link")
    till.paid(amount)
    assert till.booked == 1
    till.logged()
