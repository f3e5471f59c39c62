"""A replayed turn in words: what happened, what both screens said, what was wished for."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache

from agent.cli.journal_words import told
from agent.core.commands import (
    AskCharge,
    AskQuery,
    AskRefund,
    AskRefundQuery,
    AskVoid,
    Command,
    DropRecords,
    KeepRecord,
    ParkRecord,
    RestFaces,
    StartTimer,
    WatchFaces,
)
from agent.core.money import Money
from agent.screens.contract import CashierView, CustomerView, Phrase
from agent.storage.bundle import Bundle, Turn, compact
from agent.storage.story import Line
from simulator.replay import Replayed, first_difference
from ui.i18n import source

MARKS = {"same": "✓", "differs": "✕", "cannot tell": "?"}
LIMITS = (
    "· The journal holds the facts that changed an order. Not in the bundle, and not shown here: taps and "
    "scans that changed nothing, the frames of the camera, notices between two turns, codes, digits, names."
)


def fact_words(turn: Turn) -> str:
    """What happened."""
    return told(Line(turn.seq, turn.utc_ms, turn.kind, compact(turn.fact), turn.stage))


def wish_words(wish: Command) -> str:
    """What the terminal wanted done."""
    match wish:
        case AskCharge(request=request):
            return f"charge {request.key} {request.amount.text()}"
        case AskQuery(key=key):
            return f"query {key}"
        case AskVoid(key=key):
            return f"void {key}"
        case AskRefund(request=request):
            return f"refund {request.key} {request.amount.text()}"
        case AskRefundQuery(key=number):
            return f"query refund {number}"
        case KeepRecord(id=record):
            return f"record {record}"
        case StartTimer(name=name, after_ms=after_ms):
            return f"wait {after_ms / 1000:g} s ({name.partition(':')[0]})"
        case WatchFaces(digits=digits):
            among = "" if digits is None else " among the members with these digits"
            return f"look for faces{among}"
        case RestFaces():
            return "look no more"
        case DropRecords(ids=ids):
            return f"forget {', '.join(ids)}"
        case ParkRecord(id=record):
            return f"park {record}"
        case _:
            return type(wish).__name__


def screen_words(view: CustomerView | CashierView, language: str = "") -> str:
    """What a person could read: headline, detail, notice, amount; in the screen's own language unless
    another is wanted."""
    phrases = [view.headline, view.detail, getattr(view, "notice", None)]
    said = [sentence(phrase, language or view.language) for phrase in phrases if phrase is not None]
    return " · ".join([*said, view.amount] if view.amount else said)


def sentence(phrase: Phrase, language: str) -> str:
    """The phrase as `ui/i18n` words it; a value may be a phrase's key itself."""
    words = _catalogue(language)
    text = words.get(phrase.key, phrase.key)
    for name, value in phrase.values.items():
        text = text.replace(f"{{{name}}}", words.get(value, value))
    return text


@cache
def _catalogue(language: str) -> Mapping[str, str]:
    messages = ET.parse(source(language)).getroot().iter("message")
    return {message.get("id", ""): message.findtext("translation") or "" for message in messages}


# --- a whole bundle -------------------------------------------------------------------------------


def lines(bundle: Bundle, turns: list[Replayed], language: str = "") -> Iterator[str]:
    """The story, for a terminal window."""
    yield f"{bundle.order_id}: {_outcome(bundle)} · {len(turns)} turns of hyla {bundle.hyla}"
    for one in turns:
        yield from _turn_lines(one, language)
    again = {one.turn.seq for one in turns}
    for turn in bundle.later:
        if turn.seq in again:
            continue
        yield f"   {turn.seq:>7}  {time_words(turn.utc_ms)}  later: {fact_words(turn)}"
    yield LIMITS
    yield conclusion(turns)


def conclusion(turns: list[Replayed]) -> str:
    """One sentence: does it go the same way again."""
    different = first_difference(turns)
    if different is not None:
        turn = different.turn
        return f"✕ row {turn.seq} goes another way ({fact_words(turn)}): {different.why}"
    untold = sum(turn.verdict == "cannot tell" for turn in turns)
    same = f"{len(turns) - untold} of {len(turns)} turns led to the journalled state, by its hash"
    return f"? {same}; {untold} stand at the same place, more cannot be told" if untold else f"✓ {same}"


def _outcome(bundle: Bundle) -> str:
    order = bundle.order
    if order is None:
        return "no money was asked for"
    return f"{order['outcome']} {Money(order['amount_minor'], order['currency']).text()}"


def _turn_lines(one: Replayed, language: str) -> Iterator[str]:
    turn = one.turn
    mark, when = MARKS[one.verdict], time_words(turn.utc_ms)
    yield f" {mark} {turn.seq:>7}  {when}  {fact_words(turn)} → {one.standing}"
    indent = " " * 12
    if one.customer is not None and one.cashier is not None:
        yield f"{indent}customer: {screen_words(one.customer, language)}"
        yield f"{indent}cashier:  {screen_words(one.cashier, language)}"
    if one.wishes:
        yield f"{indent}wishes:   {'; '.join(map(wish_words, one.wishes))}"
    for gap in one.gaps:
        yield f"{indent}gap:      {gap}"
    if one.why:
        yield f"{indent}differs:  {one.why}"


def time_words(utc_ms: int) -> str:
    """`14:13:20.123Z`: the date stands in the bundle."""
    return datetime.fromtimestamp(utc_ms / 1000, UTC).strftime("%H:%M:%S.") + f"{utc_ms % 1000:03d}Z"


def as_json(bundle: Bundle, turns: list[Replayed], language: str = "") -> dict[str, object]:
    """The same for programs."""
    different = first_difference(turns)
    return {
        "order_id": bundle.order_id,
        "same": different is None,
        "first_difference": different and different.turn.seq,
        "cannot_tell": [one.turn.seq for one in turns if one.verdict == "cannot tell"],
        "turns": [_turn_json(one, language) for one in turns],
        "later": [{"seq": turn.seq, "fact": fact_words(turn)} for turn in bundle.later],
    }


def _turn_json(one: Replayed, language: str) -> dict[str, object]:
    turn = one.turn
    return {
        "seq": turn.seq,
        "utc_ms": turn.utc_ms,
        "fact": fact_words(turn),
        "then": turn.stage,
        "now": one.standing,
        "verdict": one.verdict,
        "why": one.why,
        "customer": screen_words(one.customer, language) if one.customer else "",
        "cashier": screen_words(one.cashier, language) if one.cashier else "",
        "wishes": [wish_words(wish) for wish in one.wishes],
        "gaps": list(one.gaps),
    }
