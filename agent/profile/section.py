"""What every table of a profile is, and how a rule between settings is said to be broken."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

Milliseconds = Annotated[int, Field(ge=0, le=86_400_000)]


class Section(BaseModel):
    """A table of the profile: unknown keys are refused, values are never guessed from other types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def rule_broken(key: str, value: Any, expected: str) -> PydanticCustomError:
    """Two settings contradict each other; `explain` puts the section before the key."""
    told = {"key": key, "value": value, "expected": expected}
    return PydanticCustomError("rule", "{key} does not fit (expected {expected})", told)


def expect_place(url: str) -> None:
    """For validators; empty is no place and no fault."""
    if url and not is_place(url):
        raise rule_broken("url", url, "a host and a port from 1 to 65535")


def is_place(url: str) -> bool:
    """A host, and a port that exists: `mqtts://host:99999` has the right shape and is nowhere."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and 1 <= (parts.port or 0) <= 65_535
    except ValueError:
        return False
