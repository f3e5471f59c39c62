"""The pages about the machines say what the machines do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.diagrams import DOCS, checkout_page, debt_page, payment_page

PAGES = [("payment.md", payment_page), ("debt.md", debt_page), ("checkout.md", checkout_page)]


@pytest.mark.parametrize(("name", "page"), PAGES)
def test_the_page_is_fresh(name: str, page: Callable[[], str]) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == page(), f"docs/{name} is stale: run python -m tests.diagrams"
