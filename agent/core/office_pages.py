"""Turning the pages of the back office."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agent.core.office import Office, Page
from agent.core.state import Terminal, Turn


def go(t: Terminal, office: Office, page: Page, **changes: Any) -> Turn:
    """Open this page, with these fields of the office changed."""
    turned = replace(office, page=page, page_no=office.page_no + 1, **changes)
    return Turn(replace(t, office=turned, notice=""))


def say(t: Terminal, notice: str) -> Turn:
    """One sentence for the cashier. What was typed is wrong now: the page asks anew."""
    office = replace(t.office, page_no=t.office.page_no + 1) if t.office else None
    return Turn(replace(t, office=office, notice=notice))
