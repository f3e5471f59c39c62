"""The desk's judge: each way in which screens, journal and the cloud's ledger can disagree has a name."""

from __future__ import annotations

from typing import Any

import pytest

from agent.core.ids import OrderId, PaymentKey
from simulator.audit import disagreements
from simulator.eyewitness import Seen
from simulator.ledger_rows import Capture

ORDER = "desk-01-7f3a-000012"
PAID: dict[str, Any] = {
    "order_id": ORDER, "outcome": "paid", "amount_minor": 880, "currency": "CNY", "person": "M-1001",
}  # fmt: skip
CAPTURE = Capture(PaymentKey(f"{ORDER}-1"), OrderId(ORDER), 880, "CNY", "face", "M-1001", 8)
READ = Seen(1, "cashier", "", ("已付金额", "¥8.80", "收款成功 · 刷脸", "单号 …0012"), "001.png")


def capture(**other: Any) -> Capture:
    return Capture(*[other.get(name, getattr(CAPTURE, name)) for name in CAPTURE.__slots__])


def test_when_all_three_agree_there_is_nothing_to_say() -> None:
    cancelled = {**PAID, "order_id": "desk-01-7f3a-000013", "outcome": "cancelled"}
    assert disagreements([PAID, cancelled], [CAPTURE], [READ]) == []


@pytest.mark.parametrize("text", ["收款成功 · 刷脸", "Received · Face"])
def test_either_language_says_that_it_is_paid(text: str) -> None:
    seen = Seen(1, "cashier", "", ("¥8.80", text, "单号 …0012"), "001.png")
    assert disagreements([PAID], [CAPTURE], [seen]) == []


def seen(screen: str = "cashier", *texts: str) -> Seen:
    return Seen(1, screen, "", texts or READ.texts, "001.png")


@pytest.mark.parametrize(
    ("orders", "captures", "pictures", "says"),
    [
        ([PAID], [CAPTURE, CAPTURE], [READ], f"{ORDER}: charged 2 times"),
        ([PAID], [], [READ], f"{ORDER}: the journal says paid, the cloud booked nothing"),
        (
            [{**PAID, "outcome": "unknown"}], [CAPTURE], [READ],
            f"{ORDER}: the cloud booked it, the journal says unknown",
        ),
        ([], [CAPTURE], [READ], f"{ORDER}: the cloud booked it, the journal does not know it"),
        (
            [PAID], [capture(amount_minor=990)], [seen("cashier", "¥9.90", "收款成功", "…0012")],
            f"{ORDER}: the cloud booked 990, the journal says 880",
        ),
        (
            [PAID], [capture(person="M-2002")], [READ],
            f"{ORDER}: the cloud charged somebody else than the journal says",
        ),
        *(
            ([PAID], [CAPTURE], [picture],
             f"{ORDER}: no cashier's screen said that it is paid, with its amount")
            for picture in (
                seen("customer"),
                seen("cashier", "¥8.80", "结果未知", "…0012"),
                seen("cashier", "¥8.80", "收款成功", "…0011"),
                seen("cashier", "¥5.50", "收款成功", "…0012"),
            )
        ),
    ],
)  # fmt: skip
def test_each_disagreement_is_one_sentence(
    orders: list[dict[str, Any]], captures: list[Capture], pictures: list[Seen], says: str
) -> None:
    assert disagreements(orders, captures, pictures) == [says]


def test_cash_is_in_no_book_of_the_cloud() -> None:
    cash = {**PAID, "method": "cash", "person": None}
    assert disagreements([cash], [], [READ]) == []
    assert disagreements([cash], [CAPTURE], [READ]) == [
        f"{ORDER}: paid in cash, and the cloud booked it as well"
    ]
