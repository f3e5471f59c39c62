"""A machine walked exhaustively: every state that can be reached, every way from one to the next."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

Node = TypeVar("Node")


def walked(start: Node, edges: Callable[[Node], Iterable[Any]]) -> tuple[frozenset[Node], tuple[Any, ...]]:
    """From here, as far as `edges` lead (each to its `after`): what was reached, and every edge taken."""
    seen, todo, taken = {start}, deque([start]), []
    while todo:
        for one in edges(todo.popleft()):
            taken.append(one)
            if one.after not in seen:
                seen.add(one.after)
                todo.append(one.after)
    return frozenset(seen), tuple(taken)
