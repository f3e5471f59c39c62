"""Three books of one day: whatever differs is named, whatever agrees is not, and no fen gets lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.core.compare import BookRow, Comparison, Difference, Kind, compare, moved_minor

SALE = BookRow("till-1-7f3a-000001-1", "till-1-7f3a-000001", 880, "CNY", "captured")
BACK = BookRow("till-1-7f3a-000001-R1", "till-1-7f3a-000001", 200, "CNY", "refunded")
CASH = BookRow("till-1-7f3a-000002", "till-1-7f3a-000002", 500, "CNY", "cash")
Books = tuple[list[BookRow], list[BookRow], list[BookRow]]


def kinds(result: Comparison) -> list[Kind]:
    return [difference.kind for difference in result.differences]


def stands(row: BookRow, state: str) -> BookRow:
    return replace(row, state=state)


DEAR = replace(SALE, amount_minor=8800)
BACKED = stands(SALE, "refunded")
NAMED = [
    (Kind.ONLY_HERE, [SALE], [], []),
    (Kind.NOT_IN_BILL, [SALE], [SALE], []),
    (Kind.NOT_IN_CLOUD, [SALE], [], [SALE]),
    (Kind.CHARGED_ELSEWHERE, [], [SALE], [SALE]),
    (Kind.CHARGED_ELSEWHERE, [], [SALE], []),
    (Kind.CHARGED_ELSEWHERE, [stands(SALE, "not_paid")], [SALE], [SALE]),
    (Kind.ONLY_IN_BILL, [], [], [SALE]),
    (Kind.AMOUNT, [SALE], [SALE], [DEAR]),
    (Kind.AMOUNT, [SALE], [replace(SALE, currency="HKD")], [SALE]),
    (Kind.ORDER, [SALE], [replace(SALE, order_id="another")], [SALE]),
    (Kind.IN_DOUBT, [stands(SALE, "unknown")], [], []),
    (Kind.IN_DOUBT, [stands(SALE, "held")], [], []),
    (Kind.OWED, [stands(SALE, "owed")], [], []),
    (Kind.IN_DOUBT_CAPTURED, [stands(SALE, "held")], [SALE], [SALE]),
    (Kind.REFUND_OPEN, [stands(BACK, "refund_unknown")], [], []),
    (Kind.REFUND_OPEN, [stands(BACK, "accepted")], [stands(BACK, "accepted")], []),
    (Kind.REFUNDED_ELSEWHERE, [], [BACK], [BACK]),
    (Kind.REFUNDED_ELSEWHERE, [stands(BACK, "accepted")], [BACK], [BACK]),
    (Kind.REFUNDED_ELSEWHERE, [stands(BACK, "refused")], [], [BACK]),
    (Kind.REFUNDED_ELSEWHERE, [], [stands(BACK, "accepted")], []),
    (Kind.REFUNDED_ELSEWHERE, [stands(SALE, "held")], [BACKED], []),
    (Kind.IN_DOUBT, [stands(SALE, "unknown")], [stands(SALE, "accepted")], []),
    (Kind.STATE, [stands(SALE, "not_paid")], [stands(SALE, "unknown")], []),
    (Kind.STATE, [stands(SALE, "owed")], [SALE], []),
    (Kind.STATE, [], [stands(SALE, "unknown")], []),
    (Kind.STATE, [SALE], [SALE], [stands(SALE, "accepted")]),
    (Kind.CHARGED_ELSEWHERE, [stands(SALE, "not_paid")], [], [SALE]),
    (Kind.STATE, [BACK], [stands(BACK, "accepted")], []),
    (Kind.DOUBLE, [SALE], [SALE], [SALE, SALE]),
    (Kind.CASH_ELSEWHERE, [CASH], [stands(CASH, "captured")], []),
]


@pytest.mark.parametrize(("kind", "here", "cloud", "bill"), NAMED)
def test_each_difference_has_its_name(
    kind: Kind, here: list[BookRow], cloud: list[BookRow], bill: list[BookRow]
) -> None:
    assert kinds(compare(here, cloud, bill)) == [kind]


def test_every_name_is_given_to_something() -> None:
    records = {Kind.UNSENT, Kind.PARKED}
    assert {kind for kind, *_ in NAMED} | records == set(Kind)


def test_cash_has_no_other_side_and_is_no_difference() -> None:
    result = compare([CASH, SALE, stands(CASH, "not_paid")][:2], [SALE], [SALE])
    assert (result.differences, result.cash_minor, result.agreed_minor) == ((), 500, 880)


def test_what_was_not_paid_anywhere_is_no_difference() -> None:
    assert compare([stands(SALE, "not_paid"), stands(BACK, "refused")], [], []).differences == ()


def test_what_may_still_move_money_is_named_first() -> None:
    late = replace(stands(SALE, "held"), key="z")
    result = compare([SALE, late], [], [], unsent=3)
    assert kinds(result) == [Kind.UNSENT, Kind.IN_DOUBT, Kind.ONLY_HERE]
    assert result.differences[0].count == 3


def test_every_difference_says_what_moved_under_its_key_in_each_book() -> None:
    here, cloud, bill = SALE, replace(SALE, amount_minor=870), replace(SALE, amount_minor=860)
    [one] = compare([here], [cloud], [bill]).differences
    assert one == Difference(Kind.AMOUNT, SALE.key, SALE.order_id, 880, 870, 860, 1)
    [back] = compare([], [BACK], []).differences
    assert back == Difference(Kind.REFUNDED_ELSEWHERE, BACK.key, BACK.order_id, 0, -200, 0, 1)


def test_what_is_not_sent_or_refused_is_one_line_each_with_its_number() -> None:
    result = compare([], [], [], unsent=3, parked=2)
    assert result.differences == (Difference(Kind.UNSENT, count=3), Difference(Kind.PARKED, count=2))
    assert compare([], [], []).differences == ()


def test_what_agrees_is_counted_in_rows_and_in_money_that_came_and_went() -> None:
    other = replace(SALE, key="till-1-7f3a-000003-1", order_id="till-1-7f3a-000003", amount_minor=120)
    back = stands(replace(CASH, key="till-1-7f3a-000002-R1", amount_minor=100), "cash_back")
    books = [SALE, BACK, other]
    result = compare([*books, CASH, back, stands(replace(SALE, key="x"), "not_paid")], books, books)
    assert result == Comparison((), agreed_minor=800, agreed_rows=3, cash_minor=400)


def test_a_key_that_stands_twice_in_one_book_is_double_whatever_else_is_wrong() -> None:
    assert kinds(compare([CASH, CASH], [], [])) == [Kind.DOUBLE]
    assert kinds(compare([SALE], [SALE, DEAR], [SALE])) == [Kind.DOUBLE]
    assert kinds(compare([stands(SALE, "held"), SALE], [], [])) == [Kind.DOUBLE]


@pytest.mark.parametrize("state", ["cash", "cash_back"])
def test_cash_in_another_book_is_named_before_its_order_or_amount(state: str) -> None:
    strange = replace(SALE, key=CASH.key)
    assert kinds(compare([stands(CASH, state)], [], [strange])) == [Kind.CASH_ELSEWHERE]
    assert kinds(compare([stands(CASH, state)], [strange], [])) == [Kind.CASH_ELSEWHERE]


def test_lines_of_one_kind_stand_in_the_order_of_their_keys() -> None:
    rows = [replace(SALE, key=key, order_id=key) for key in ("b", "c", "a")]
    assert [one.key for one in compare(rows, [], []).differences] == ["a", "b", "c"]


# --- whatever the books say -----------------------------------------------------------------------

SALES = st.builds(
    BookRow,
    st.integers(1, 30).map(lambda n: f"order-{n:02d}-1"),
    st.just("order"),
    st.integers(1, 5),
    st.sampled_from(["CNY", "CNY", "CNY", "HKD"]),
    st.sampled_from(["captured", "refunded", "accepted", "unknown", "held", "refund_unknown", "not_paid",
                     "refused", "owed", "cash", "cash_back"]),
)  # fmt: skip
BOOK = st.lists(SALES, max_size=20)


@st.composite
def agreeing(draw: st.DrawFn) -> Books:
    """The same money in three books, each in its own order; cash and what moved nothing in ours alone."""
    states = st.sampled_from(["captured", "refunded", "cash", "cash_back", "not_paid", "refused"])
    drawn = draw(st.lists(st.tuples(states, st.integers(1, 10_000)), min_size=1, max_size=20))
    rows = [BookRow(f"key-{n:02d}", f"order-{n}", a, "CNY", s) for n, (s, a) in enumerate(drawn)]
    moved = [row for row in rows if row.state in ("captured", "refunded")]
    return rows, draw(st.permutations(moved)), draw(st.permutations(moved))


@given(BOOK, BOOK, BOOK)
def test_each_books_money_is_what_agrees_and_what_differs(
    here: list[BookRow], cloud: list[BookRow], bill: list[BookRow]
) -> None:
    result = compare(here, cloud, bill)
    rest = result.differences
    assert moved_minor(here) == (
        result.agreed_minor + result.cash_minor + sum(one.here_minor for one in rest)
    )
    assert moved_minor(cloud) == result.agreed_minor + sum(one.cloud_minor for one in rest)
    assert moved_minor(bill) == result.agreed_minor + sum(one.bill_minor for one in rest)


@given(BOOK, BOOK, BOOK, st.randoms())
def test_the_order_of_rows_does_not_matter(
    here: list[BookRow], cloud: list[BookRow], bill: list[BookRow], chance: st.DataObject
) -> None:
    before = compare(here, cloud, bill)
    for book in (here, cloud, bill):
        chance.shuffle(book)  # type: ignore[attr-defined]
    after = compare(here, cloud, bill)
    assert {(d.kind, d.key) for d in after.differences} == {(d.kind, d.key) for d in before.differences}
    assert after.agreed_minor == before.agreed_minor


@given(agreeing())
def test_nothing_is_named_when_all_agree(books: Books) -> None:
    assert compare(*books).differences == ()


@given(agreeing(), st.data())
def test_any_single_change_in_one_book_is_named_and_nothing_else(books: Books, data: st.DataObject) -> None:
    side = data.draw(st.integers(0, 2))
    book = list(books[side])
    moving = [row for row in book if row.state in ("captured", "refunded")]
    how = data.draw(st.sampled_from(["lose", "double", "amount", "currency", "state", "order", "add"]))
    if how == "add" or not moving:
        row = BookRow("key-99", "order-99", 7, "CNY", "captured")
        book.append(row)
    else:
        row = data.draw(st.sampled_from(moving))
        book.remove(row)
        book += {
            "lose": [],
            "double": [row, row],
            "amount": [replace(row, amount_minor=row.amount_minor + 1)],
            "currency": [replace(row, currency="HKD")],
            "state": [replace(row, state="accepted")],
            "order": [replace(row, order_id="order-99")],
        }[how]
    changed = tuple(book if index == side else one for index, one in enumerate(books))
    assert [difference.key for difference in compare(*changed).differences] == [row.key]
