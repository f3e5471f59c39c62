"""The link is cut, a member takes goods along on trust, the link comes back: charged once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.desk.conftest import Open
from tests.desk.till import Till, until, words

pytestmark = pytest.mark.slow
ALL_DAY = {"offline.enabled": "true", "offline.from_hour": "0", "offline.until_hour": "24"}
SOON = {"payment.answer_wait_ms": "2000", "payment.query_every_ms": "1000"}


def debts(till: Till) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(till.counter.hyla("debts", "list", "--json").stdout)
    return told


def test_goods_taken_along_offline_are_charged_once_though_the_link_is_cut_again(opened: Open) -> None:
    till = opened(settings=ALL_DAY | SOON)
    till.begin()
    until(lambda: debts(till)["trusted"] == 1, lambda: "the cloud's marks never arrived")
    amount = till.charge()
    till.do("cut link")
    till.reads(cashier=[words("cashier.offline_left", count="10", count_max="10")])
    till.step_up()
    till.touch("customer", "pay_by_face")
    till.reads(customer=[words("digits.headline")])
    till.counter.fingers.type_digits(till.digits, 30.0)
    till.reads(customer=[words("confirm.later"), amount])
    till.confirm()
    till.reads(
        customer=[words("owed.headline"), words("owed.detail"), amount],
        cashier=[words("cashier.owed"), words("outcome.owed"), amount],
    )
    assert [debt["phase"] for debt in debts(till)["debts"]] == ["reserved"]
    assert till.booked == 0
    till.at_rest()
    till.when_charged("cut link")
    till.do("restore link")
    until(lambda: till.booked == 1, lambda: f"the cloud booked {till.booked}")
    till.do("restore link")
    until(lambda: debts(till)["unpaid"] == 0, lambda: str(debts(till)))
    till.reads(cashier=[words("outcome.paid"), amount])
    till.do("cut link")
    till.fails("cloud")
    till.do("restore link")
    till.works("cloud")
    assert till.booked == 1
    assert [(debt["phase"], debt["attempts"]) for debt in debts(till)["debts"]] == [("collected", 1)]
