"""Pages of a till that is practised on, for the gallery: any page, with its mark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from msgspec import structs

from agent.screens.contract import SIGNS_OF_SALES, CashierView, CustomerView, Phrase

MARK = Phrase("training.mark")
SHOWN = ("welcome", "basket", "face", "confirm_low", "digits", "paid", "unknown", "idle", "office-pin")
"""One page of each arrangement; that every page bears the mark is tested."""


class Sample(Protocol):
    """A page of the gallery."""

    @property
    def name(self) -> str: ...

    def view(
        self, view_id: int, language: Literal["zh", "en"], large_text: bool
    ) -> CustomerView | CashierView: ...


@dataclass(frozen=True, slots=True)
class Practised:
    """The same page where somebody practises."""

    sample: Sample

    @property
    def name(self) -> str:
        return f"training_{self.sample.name}"

    def view(
        self, view_id: int, language: Literal["zh", "en"], large_text: bool
    ) -> CustomerView | CashierView:
        """Nobody who practises has agreed to anything."""
        view = self.sample.view(view_id, language, large_text)
        buttons = tuple(button for button in view.buttons if button.intent != "see_agreed")
        if isinstance(view, CustomerView):
            return structs.replace(view, mark=MARK, buttons=buttons)
        signs = tuple(sign for sign in view.signs if sign.device not in SIGNS_OF_SALES)
        return structs.replace(view, mark=MARK, buttons=buttons, signs=signs)


def practised(samples: Iterable[Sample]) -> tuple[Practised, ...]:
    """Those of them that are shown with the mark as well."""
    return tuple(Practised(sample) for sample in samples if sample.name in SHOWN)
