"""Today's figures behind the till: what they add up to, and the chart of them."""

from __future__ import annotations

from dataclasses import replace

from agent.core.day import Day
from agent.core.events import Instant, Intent, TemplateMade
from agent.core.figures import Ending, Tally, business_day
from agent.core.joining import JoinRules
from agent.core.office import Page
from agent.core.state import Terminal
from agent.core.terminal import step
from agent.screens.contract import CashierView, Phrase
from agent.screens.projection import project
from tests.playbook import UTC_START_MS, Fact, Playbook, sees, taps
from tests.shop import terminal, to_cash, to_choose, to_paid

AT = Instant(61_000, UTC_START_MS)
TODAY = business_day(UTC_START_MS, 0)


def seen(t: Terminal) -> CashierView:
    return project(t, AT)[1]


def after(t: Terminal, *facts: Fact) -> Terminal:
    """The state after these, whatever was wished on the way."""
    for fact in facts:
        t = step(t, fact(t) if callable(fact) else fact, AT).state
    return t


def words(said: Phrase | None) -> str:
    assert said is not None
    assert said.key == "figure.tallied"
    return f"{said.values['count']} · {said.values['sum']}"


def told(view: CashierView) -> dict[str, str]:
    return {figure.label.key: figure.text or words(figure.phrase) for figure in view.figures}


def opened(t: Terminal) -> CashierView:
    book = Playbook(t) >> taps(Intent.OFFICE) >> taps(Intent.SEE_TODAY)
    assert book.state.office is not None
    assert book.state.office.page is Page.TODAY
    return seen(book.state)


def with_tallies(*tallies: Tally, day: int = TODAY) -> Terminal:
    t = terminal()
    return replace(t, kept=replace(t.kept, days=(Day(day, tallies=tallies),)))


def tally(method: str, ending: Ending, count: int, minor: int) -> Tally:
    return Tally(TODAY, method, ending, count, minor)


def test_a_sale_by_face_and_one_in_cash_are_counted_and_drawn() -> None:
    sold = after(to_paid(Playbook(terminal())).state, taps(Intent.DONE))
    paying = to_cash(Playbook(sold)).state
    view = opened(after(paying, taps(Intent.CASH_RECEIVED), taps(Intent.DONE)))
    assert (view.amount_label, view.amount) == (Phrase("amount.taken"), "¥17.60")
    assert told(view)["today.sales"] == "2 · ¥17.60"
    assert {(bar.label.key, words(bar.said), bar.share) for bar in view.bars} == {
        ("method.face", "1 · ¥8.80", 100),
        ("method.cash", "1 · ¥8.80", 100),
    }


def test_what_went_back_shortens_its_bar_and_the_sum() -> None:
    view = opened(
        with_tallies(
            tally("face", Ending.SOLD, 3, 6_000),
            tally("face", Ending.REFUNDED, 1, 1_000),
            tally("wechat", Ending.SOLD, 1, 1_000),
            tally("wechat", Ending.SETTLED_PAID, 1, 1_500),
            tally("alipay", Ending.REFUNDED, 1, 500),
        )
    )
    assert view.amount == "¥70.00"
    assert told(view)["today.sales"] == "5 · ¥85.00"
    assert told(view)["today.refunds"] == "2 · -¥15.00"
    assert [(bar.label.key, words(bar.said), bar.share) for bar in view.bars] == [
        ("method.face", "3 · ¥50.00", 100),
        ("method.wechat", "2 · ¥25.00", 50),
        ("method.alipay", "0 · -¥5.00", 0),
    ]


def test_what_did_not_happen_is_left_out_but_sales_refunds_and_new_members() -> None:
    view = opened(terminal())
    assert told(view) == {"today.sales": "0 · ¥0.00", "today.refunds": "0 · ¥0.00", "today.joined": "0"}
    assert (view.detail, view.bars) == (Phrase("today.nothing"), ())


def test_yesterday_is_not_today() -> None:
    view = opened(with_tallies(tally("face", Ending.SOLD, 3, 6_000), day=TODAY - 1))
    assert view.amount == "¥0.00"


def test_doubt_trust_and_what_was_given_up_are_said_beside_the_money() -> None:
    rows = (Ending.HELD, Ending.OWED, Ending.CANCELLED, Ending.DISCOUNTED)
    view = opened(with_tallies(*(tally("face", ending, 1, 100) for ending in rows)))
    assert {"today.held", "today.owed", "today.cancelled", "today.discounted"} < told(view).keys()
    assert (view.amount, view.bars) == ("¥0.00", ())


def test_whoever_joins_is_a_new_member_of_the_day_and_of_the_shift() -> None:
    t = terminal()
    t = replace(t, rules=replace(t.rules, joining=JoinRules(enabled=True)))
    agreed = (taps(Intent.JOIN), taps(Intent.TICK, "face_pay"), taps(Intent.AGREE))
    seen_by = (taps(Intent.GIVE_DIGITS, "13800135678"), *3 * [sees()])
    t = after(to_choose(Playbook(t)).state, *agreed, *seen_by, lambda now: TemplateMade(now.looks, 3))
    joined = tally("", Ending.JOINED, 1, 0)
    assert t.kept.days[0].tallies == t.kept.shift.tallies == (joined,)
    t = after(t, taps(Intent.STOP_JOINING), taps(Intent.CANCEL))
    assert told(opened(t))["today.joined"] == "1"
