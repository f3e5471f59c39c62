"""The pages about the machines say what the machines do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.diagrams import (
    DOCS,
    SIMPLE,
    checkout_page,
    debt_page,
    joining_page,
    payment_page,
    simple_page,
    withdrawing_page,
)

PAGES = [
    ("payment.md", payment_page),
    ("debt.md", debt_page),
    ("checkout.md", checkout_page),
    ("joining.md", joining_page),
    ("withdrawing.md", withdrawing_page),
]


@pytest.mark.parametrize(("name", "page"), PAGES)
def test_the_page_is_fresh(name: str, page: Callable[[], str]) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == page(), f"docs/{name} is stale: run python -m tests.diagrams"


@pytest.mark.parametrize("name", SIMPLE)
def test_the_page_of_a_table_is_fresh(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == simple_page(name), f"docs/{name} is stale: run python -m tests.diagrams"
