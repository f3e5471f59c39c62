"""How a mistake is planted: things are changed, and put back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class Patch:
    """Changes things and puts them back, last first."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []

    def name(self, home: Any, name: str, value: object) -> None:
        """A name of a module or class means something else."""
        old = getattr(home, name)
        self._undo.append(lambda: setattr(home, name, old))
        setattr(home, name, value)

    def row(self, table: dict[Any, Any], key: object, value: object = None) -> None:
        """A row of a table says something else; None: it is not there. Undone with the order of rows,
        which the pages in docs are drawn from."""
        old = dict(table)
        self._undo.append(lambda: table.update(old))
        self._undo.append(table.clear)
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value

    def undo(self) -> None:
        while self._undo:
            self._undo.pop()()


Plant = Callable[[Patch], None]


@dataclass(frozen=True, slots=True)
class Bug:
    """`sentence` is what the wrong machine believes; days before `since` cannot show it."""

    name: str
    sentence: str
    plant: Plant
    since: int = 0


BUGS: dict[str, Bug] = {}


def bug(sentence: str, since: int = 0) -> Callable[[Plant], Plant]:
    """Puts a plant on the list, by its name."""

    def listed(plant: Plant) -> Plant:
        name = plant.__name__.removeprefix("_").replace("_", "-")
        BUGS[name] = Bug(name, sentence, plant, since)
        return plant

    return listed
