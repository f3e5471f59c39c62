"""A view of the agent → everything a window shows, in finished words.

Enters: CustomerView or CashierView, and the catalogue. Leaves: `Finished`, plain values only. Pure:
no Qt object, no clock. Lists hold dictionaries, as QML delegates read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agent.screens.contract import (
    CUSTOMER,
    Button,
    CashierView,
    CustomerView,
    Line,
    Phrase,
    Poster,
    ScreenName,
    Tone,
)
from ui.phrases import Catalogue

Row = dict[str, Any]

SIGNS: dict[Tone, str] = {"plain": "", "good": "✓", "bad": "✕", "unsure": "?", "busy": "…", "later": "◷"}
FAULT_SIGN = "▲"
CORNER_INTENTS = ("switch_reach", "switch_sound", "switch_text_size", "switch_language")
"""Wishes about the screen itself: small, top right, on every page."""
ASIDE_INTENTS = ("see_agreed",)
"""What has nothing to do with paying: small, beside what is asked."""
TILE_INTENTS: dict[str, tuple[str, ...]] = {
    "choose": ("show_code", "pay_by_face"),
    "terms": ("read_all", "under_14"),
    "setup": ("setup_english", "setup_chinese"),
}
"""What stands on the page itself: the two ways to pay and the two languages, large, with a picture; beside
the ticks, what else can be read or said about them."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What one window shows. A customer's window leaves the cashier's fields empty, and the reverse."""

    view_id: int = 0
    page: str = "fault"
    tone: Tone = "plain"
    sign: str = ""
    language: str = "zh"
    large_text: bool = False
    shop: str = ""
    mark: str = ""
    amount_label: str = ""
    amount: str = ""
    headline: str = ""
    detail: str = ""
    notice: str = ""
    person: str = ""
    member: str = ""
    preview: bool = False
    progress_pct: int = 0
    digits_wanted: int = 0
    low: bool = False
    digits_shown: bool = False
    body: str = ""
    ticks: Sequence[Row] = ()
    posters: Sequence[Row] = ()
    motion: bool = True
    codes: Sequence[Row] = ()
    seconds_left: int = 0
    seconds_since: int = -1
    printed: Row = field(default_factory=dict)
    """The window's own few words: titles, keypad."""
    lines: Sequence[Row] = ()
    tiles: Sequence[Row] = ()
    benefits: Sequence[Row] = ()
    ways: Sequence[str] = ()
    actions: Sequence[Row] = ()
    corner: Sequence[Row] = ()
    aside: Sequence[Row] = ()
    signs: Sequence[Row] = ()
    faults: Sequence[Row] = ()
    orders: Sequence[Row] = ()
    office: bool = False
    question: Row = field(default_factory=dict)
    choices: Sequence[Row] = ()
    figures: Sequence[Row] = ()
    bars: Sequence[Row] = ()
    picture: Sequence[str] = ()


def finish(view: CustomerView | CashierView, words: Catalogue) -> Finished:
    """Every phrase in the view's language, every list as rows."""
    language = view.language
    page = view.page if isinstance(view, CustomerView) else ""
    shown = Finished(
        view_id=view.view_id,
        page=page,
        tone=view.tone,
        sign=FAULT_SIGN if page == "fault" else SIGNS[view.tone],
        language=language,
        large_text=view.large_text,
        shop=view.shop,
        mark=words.text(view.mark, language),
        amount_label=words.text(view.amount_label, language),
        amount=view.amount,
        headline=words.text(view.headline, language),
        detail=words.text(view.detail, language),
        printed=_printed(words, language),
        lines=[_line(line) for line in view.lines],
    )
    shown = _with_buttons(shown, view.buttons, words)
    if isinstance(view, CustomerView):
        return replace(
            shown,
            ways=view.ways,
            person=view.person,
            member=words.text(view.member, language),
            benefits=[
                {
                    "value": one.value,
                    "name": words.text(one.name, language),
                    "amount": one.amount,
                    "taken": one.taken,
                }
                for one in view.benefits
            ],
            preview=view.preview,
            progress_pct=max(0, min(100, view.progress_pct)),
            digits_wanted=view.digits_wanted,
            low=view.low,
            digits_shown=view.digits_shown,
            body=view.body,
            motion=view.motion,
            posters=[_poster(poster) for poster in view.posters],
            codes=[
                {"label": words.text(code.label, language), "rows": list(code.rows)} for code in view.codes
            ],
            ticks=[
                {"intent": tick.intent, "value": tick.value, "text": tick.text, "ticked": tick.ticked}
                for tick in view.ticks
            ],
            seconds_left=view.seconds_left,
            figures=_figures(view, words),
            picture=view.picture,
        )
    return _with_office(_with_shop_side(shown, view, words), view, words)


def _line(line: Line) -> Row:
    return {
        "name": line.name,
        "quantity": line.quantity,
        "amount": line.amount,
        "value": line.value,
        "picked": line.picked,
    }


def _poster(poster: Poster) -> Row:
    """A picture is a file of this device, never an address of another."""
    picture = Path(poster.picture).as_uri() if poster.picture else ""
    return {
        "title": poster.title,
        "detail": poster.detail,
        "price": poster.price,
        "was": poster.was,
        "picture": picture,
    }


def _with_shop_side(shown: Finished, view: CashierView, words: Catalogue) -> Finished:
    language = view.language
    return replace(
        shown,
        notice=words.text(view.notice, language),
        seconds_since=view.seconds_since,
        signs=[{"name": words.text(sign.name, language), "ok": sign.ok} for sign in view.signs],
        faults=[
            {"remedy": words.text(sign.remedy, language)}
            for sign in view.signs
            if not sign.ok and sign.remedy is not None
        ],
        orders=[
            {
                "order": order.order,
                "method": words.text(order.method, language),
                "amount": order.amount,
                "outcome": words.text(order.outcome, language),
                "tone": order.tone,
                "sign": SIGNS[order.tone],
            }
            for order in view.orders
        ],
    )


def _with_office(shown: Finished, view: CashierView, words: Catalogue) -> Finished:
    """What the back office asks, shows and offers."""
    language, asked = view.language, view.question
    question: Row = {}
    if asked is not None:
        question = {
            "kind": asked.kind,
            "label": words.text(asked.label, language),
            "intent": asked.intent,
            "first": asked.first,
        }
    return replace(
        shown,
        office=view.office,
        question=question,
        choices=[
            {
                "intent": choice.intent,
                "value": choice.value,
                "title": choice.title,
                "detail": words.text(choice.detail, language),
                "amount": choice.amount,
                "tone": choice.tone,
            }
            for choice in view.choices
        ],
        figures=_figures(view, words),
        bars=[
            {
                "label": words.text(bar.label, language),
                "text": words.text(bar.said, language),
                "share": bar.share,
                "tone": bar.tone,
            }
            for bar in view.bars
        ],
    )


def _figures(view: CustomerView | CashierView, words: Catalogue) -> list[Row]:
    return [
        {
            "label": words.text(figure.label, view.language),
            "text": words.text(figure.phrase, view.language) if figure.phrase else figure.text,
        }
        for figure in view.figures
    ]


def _with_buttons(shown: Finished, buttons: Sequence[Button], words: Catalogue) -> Finished:
    """Sort the buttons to their places: the way back stands left, the primary one last, that is bottom
    right."""
    tiles = TILE_INTENTS.get(shown.page, ())
    rows = [_button(button, words, shown.language) for button in buttons]

    def pick(intents: Sequence[str]) -> list[Row]:
        return [row for intent in intents for row in rows if row["intent"] == intent]

    rest = [row for row in rows if row["intent"] not in (*tiles, *CORNER_INTENTS, *ASIDE_INTENTS)]
    rest.sort(key=lambda row: (bool(row["primary"]), row["intent"] != "back"))
    return replace(
        shown, tiles=pick(tiles), actions=rest, corner=pick(CORNER_INTENTS), aside=pick(ASIDE_INTENTS)
    )


def _button(button: Button, words: Catalogue, language: str) -> Row:
    return {
        "intent": button.intent,
        "label": words.text(button.label, language),
        "primary": button.primary,
        "enabled": button.enabled,
        "keys": button.keys,
        "value": button.value,
        "danger": button.danger,
        "typed": words.text(button.typed, language),
    }


def _printed(words: Catalogue, language: str) -> Row:
    return {
        "clear": words.say("keypad.clear", language),
        "back": words.say("keypad.back", language),
        "done": words.say("keypad.done", language),
        "goods": words.say("cashier.goods", language),
        "goodsNone": words.say("cashier.goods_none", language),
        "orders": words.say("cashier.orders", language),
        "ordersNone": words.say("cashier.orders_none", language),
    }


def waiting(screen: ScreenName, language: str, words: Catalogue) -> Finished:
    """Before the first view ever came."""
    page = "wait" if screen == CUSTOMER else ""
    shown = Finished(language=language, page=page, tone="busy", sign=SIGNS["busy"])
    return replace(shown, headline=words.say("start.headline", language), printed=_printed(words, language))


def lost(last: Finished, words: Catalogue) -> Finished:
    """The agent is gone: nothing can be asked for; the last amount stays where it was."""
    language = last.language
    return replace(
        last,
        page="wait" if last.page else "",
        tone="unsure",
        sign=SIGNS["unsure"],
        headline=words.text(Phrase("lost.headline"), language),
        detail=words.text(Phrase("lost.detail"), language),
        notice="",
        person="",
        member="",
        benefits=(),
        preview=False,
        seconds_left=0,
        seconds_since=-1,
        tiles=(),
        actions=(),
        corner=(),
        aside=(),
        question={},
        choices=(),
        ticks=(),
        body="",
        posters=(),
        codes=(),
        bars=(),
    )
