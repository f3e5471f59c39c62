"""The receipt of an order in the gallery: a copy with long words, and one whose goods nobody kept."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import structs

from agent.screens.contract import CashierView, Line
from ui.gallery_cashier import CashierSample
from ui.gallery_office import BACK, FIGURES, figure
from ui.gallery_shop import Language, phrase

GOODS: dict[Language, tuple[Line, ...]] = {
    "zh": (
        Line("农夫山泉饮用天然水 550ml", "×2", "¥4.00"),
        Line("三文鱼饭团", "×1", "¥6.80"),
        Line("手工现磨大杯燕麦拿铁（少冰，不另外加糖）", "×12", "¥300.00"),
        Line("满二十减三", "", "-¥3.00"),
    ),
    "en": (
        Line("Spring water 550 ml", "×2", "¥4.00"),
        Line("Salmon rice ball", "×1", "¥6.80"),
        Line("Freshly ground large oat latte, little ice, no sugar added", "×12", "¥300.00"),
        Line("3 off from 20", "", "-¥3.00"),
    ),
}
HEAD = (figure("setup.till", "2"), *FIGURES[:2])
CASH = (
    figure("figure.method", said="method.cash"),
    FIGURES[3],
    figure("figure.refunded", "¥25.00"),
    figure("slip.tendered", "¥310.00"),
    figure("slip.change", "¥2.20"),
)


@dataclass(frozen=True, slots=True)
class SlipSample:
    """A page of the cashier's window with the goods of an order on it."""

    page: CashierSample
    goods: bool = True

    @property
    def name(self) -> str:
        return self.page.name

    def view(self, view_id: int, language: Language, large_text: bool) -> CashierView:
        view = self.page.view(view_id, language, large_text)
        return structs.replace(view, lines=GOODS[language]) if self.goods else view


def page(name: str, headline: str, **more: object) -> CashierSample:
    return CashierSample(
        name, phrase(headline, copy="2"), label="amount.total", amount="¥307.80", buttons=BACK, office=True,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


SLIP_SAMPLES = (
    SlipSample(page("office-slip", "slip.copy", figures=(*HEAD, *CASH))),
    SlipSample(
        page(
            "office-slip-unknown",
            "slip.first",
            detail=phrase("slip.goods_unknown"),
            figures=(*HEAD, *FIGURES[2:4]),
        ),
        False,
    ),
)
