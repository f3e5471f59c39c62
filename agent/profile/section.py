"""What every table of a profile is, and how a rule between settings is said to be broken."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class Section(BaseModel):
    """A table of the profile: unknown keys are refused, values are never guessed from other types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def rule_broken(key: str, value: Any, expected: str) -> PydanticCustomError:
    """Two settings contradict each other; `explain` puts the section before the key."""
    told = {"key": key, "value": value, "expected": expected}
    return PydanticCustomError("rule", "{key} does not fit (expected {expected})", told)
