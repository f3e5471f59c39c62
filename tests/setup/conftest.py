"""Head office, as the fleet's own tests have it."""

from __future__ import annotations

from tests.fleet.conftest import office, other_office

__all__ = ["office", "other_office"]
