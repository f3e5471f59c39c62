"""Draws docs/payment.md, docs/debt.md and docs/checkout.md from the machines themselves.

`python -m tests.diagrams` writes them; a test fails when one is stale. Money's pages are their tables.
The checkout page is found by trying: every tap, scan, answer and wait is done at every stage.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any

from agent.core import (
    checkout,
    day,
    debt,
    held,
    joining,
    joining_desk,
    payment,
    refund,
    setup,
    shift,
    stages,
    visit,
    withdrawing,
    withdrawing_desk,
)
from agent.core.charge import Captured, Declined
from agent.core.codes import GoodsCode, PaymentCode
from agent.core.commands import StartTimer
from agent.core.consent import AgeGroup, Purpose
from agent.core.debt import DEBT_TABLE
from agent.core.events import (
    Agreed,
    AgreementsFound,
    BarcodeScanned,
    ChargeAnswered,
    ConsentChanged,
    Device,
    DeviceLost,
    Event,
    Instant,
    Intent,
    ReceiptSigned,
    Tapped,
    TemplateMade,
    TimerFired,
)
from agent.core.evidence import Candidate
from agent.core.identity import Look
from agent.core.ids import PersonId, Secret
from agent.core.intents import whose
from agent.core.joining import JoinPage
from agent.core.payment import TABLE, Act
from agent.core.state import Terminal
from agent.core.terminal import step
from agent.core.visit import Stage
from agent.core.withdrawing import WithdrawPage
from tests.playbook import Playbook, sees, taps
from tests.shop import DIGITS, LI, LIMITS, RULES, STAGES, WAITS, WATER, terminal

DOCS = Path(__file__).resolve().parents[1] / "docs"
Edge = tuple[str, str, str]  # from, to, what happens
ACTS = {
    Act.CHARGE: "sends the charge",
    Act.QUERY: "asks what became of it",
    Act.VOID: "fences the key",
    Act.WAIT: "waits for the next look",
    Act.REST: "",
}

PAYMENT = """\
# Money: the payment machine

Drawn from `agent/core/payment.py` by `python -m tests.diagrams`; a test keeps it fresh. A signal that is
not in the table is refused and leaves the payment untouched. Silence is never an answer: only the cloud's
own word, or the horizon, leads out of doubt.

"""
DEBT = """\
# Goods on trust: the debt machine

Drawn from `agent/core/debt.py` by `python -m tests.diagrams`; a test keeps it fresh. A debt begins in the
turn in which a visit ends as `owed`. While it is `collecting`, [the payment machine](payment.md) says the
rest: each try is one attempt of the debt's own payment, and silence is never followed by another attempt.
Everything but `collected` and `settled` is unpaid and counts against the limits of `[offline]`.

"""
CHECKOUT = """\
# One visit: the checkout

Found by doing every tap, scan, answer and wait at every stage (`python -m tests.diagrams`); a test keeps it
fresh. What is not here changes nothing: goods and codes at the wrong moment get a notice, taps on the
view of a moment ago are ignored. While the stage is `pay`, [the payment machine](payment.md) says the rest.
Here every device works. While the link or the disk is down nothing is asked, and `pay` becomes `not_paid`,
or `owed` where a member may take goods on trust ([the debt machine](debt.md)); without a camera `face` and
`match` become `code`; the process coming back leads everything between `code` and `nobody` to `choose`.

"""


def payment_page() -> str:
    """The table of `core.payment` as a picture and as rows."""
    edges = [(p, after, s) for p, row in TABLE.items() for s, (after, _) in row.items()]
    meanings = {str(phase): text for phase, text in payment.MEANING.items()}
    rows = [
        f"| {phase} | {signal} | {after} | {ACTS[act]} |"
        for phase, row in TABLE.items()
        for signal, (after, act) in row.items()
    ]
    table = ["| phase | signal | then | and |", "| --- | --- | --- | --- |", *rows]
    return PAYMENT + _page(edges, meanings, first="ready") + "\n## Every row\n\n" + "\n".join(table) + "\n"


def debt_page() -> str:
    """The table of `core.debt` as a picture and as rows."""
    edges = [(p, after, s) for p, row in DEBT_TABLE.items() for s, after in row.items()]
    meanings = {str(phase): text for phase, text in debt.MEANING.items()}
    rows = [f"| {before} | {signal} | {after} |" for before, after, signal in edges]
    table = ["| phase | signal | then |", "| --- | --- | --- |", *rows]
    return DEBT + _page(edges, meanings, first="reserved") + "\n## Every row\n\n" + "\n".join(table) + "\n"


def checkout_page() -> str:
    """Where every stage leads, found by doing."""
    edges = [edge for stage in Stage for edge in _tried(stage)]
    meanings = {str(stage): text for stage, text in visit.MEANING.items()}
    rows = [f"| {a} | {what} | {b} |" for a, b, what in edges]
    table = ["| stage | what happens | then |", "| --- | --- | --- |", *rows]
    return (
        CHECKOUT + _page(edges, meanings, first="idle") + "\n## Every way on\n\n" + "\n".join(table) + "\n"
    )


JOINING = """\
# Becoming a member: the pages of joining

Found by doing every tap, frame and wait on every page (`python -m tests.diagrams`); a test keeps it fresh.
Nothing of it is kept before `joined`, which is one turn: agreement, template and both records, or none of
them. While somebody joins, the visit stays where it is; goods or a payment code bring it on, and joining is
over. The link, the disk or the camera coming loose leads from every page to `ended` with a sentence of its
own ([decision 0017](decisions/0017-joining-in-one-turn.md)).

"""


WITHDRAWING = """\
# Taking back what was agreed: the pages of withdrawing

Found by doing every tap, frame and wait on every page (`python -m tests.diagrams`); a test keeps it fresh.
Open to a member who was recognised (it begins at `asking`), and between two customers to whoever gives
four digits and looks into the camera. It is taken back in one turn, between `taking` and `gone`: the rows
of the ledger, the template with its key, the receipt and the record for the cloud, or none of them; then
the eyes forget. The visit stays where it is, goods bring it on and the pages are over; what was wished at
`sure` is done all the same. It needs no link
([decision 0026](decisions/0026-withdrawn-in-one-turn.md)).
"""


def withdrawing_page() -> str:
    """docs/withdrawing.md, tried out."""
    edges = [edge for page in WithdrawPage for edge in _withdrawn(page)]
    meanings = {str(page): text for page, text in withdrawing.MEANING.items()}
    rows = [f"| {a} | {what} | {b} |" for a, b, what in edges]
    table = ["| page | what happens | then |", "| --- | --- | --- |", *rows]
    page = _page(edges, meanings, first="digits")
    return WITHDRAWING + page + "\n## Every way on\n\n" + "\n".join(table) + "\n"


def joining_page() -> str:
    """Where every page leads, found by doing."""
    edges = [edge for page in JoinPage for edge in _joined(page)]
    meanings = {str(page): text for page, text in joining.MEANING.items()}
    rows = [f"| {a} | {what} | {b} |" for a, b, what in edges]
    table = ["| page | what happens | then |", "| --- | --- | --- |", *rows]
    return (
        JOINING + _page(edges, meanings, first="terms") + "\n## Every way on\n\n" + "\n".join(table) + "\n"
    )


SIMPLE: dict[str, tuple[str, str, dict[StrEnum, dict[StrEnum, StrEnum]], dict[Any, str], str]] = {
    "refund.md": (
        "Money back: the refund machine", "agent/core/refund.py",
        {a: {s: b for s, (b, _) in row.items()} for a, row in refund.TABLE.items()},
        refund.MEANING, "asking",
    ),
    "held.md": (
        "An order in doubt", "agent/core/held.py",
        {a: {s: b for s, (b, _) in row.items()} for a, row in held.TABLE.items()}, held.MEANING, "open",
    ),
    "shift.md": ("A shift", "agent/core/shift.py", dict(shift.TABLE), shift.MEANING, "nobodys"),
    "day.md": (
        "A business day", "agent/core/day.py",
        {a: {s: b for s, (b, _) in row.items()} for a, row in day.TABLE.items()}, day.MEANING, "open",
    ),
    "setup.md": ("The setup visit", "agent/core/setup.py", dict(setup.TABLE), setup.MEANING, "language"),
}  # fmt: skip
"""Machines that are their table and nothing else: title, home, table, meanings, first."""


def simple_page(name: str) -> str:
    """A machine's table as a picture and as rows."""
    title, home, table, meaning, first = SIMPLE[name]
    edges = [(str(a), str(b), str(s)) for a, row in table.items() for s, b in row.items()]
    rows = "\n".join(f"| {a} | {s} | {b} |" for a, b, s in edges)
    head = f"# {title}\n\nDrawn from `{home}` by `python -m tests.diagrams`; a test keeps it fresh.\n\n"
    meanings = {str(one): text for one, text in meaning.items()}
    every = "| standing | signal | then |\n| --- | --- | --- |\n" + rows + "\n"
    return head + _page(edges, meanings, first=first) + "\n## Every row\n\n" + every


# --- pictures -------------------------------------------------------------------------------------


def _page(edges: list[Edge], meanings: Mapping[str, str], first: str) -> str:
    rows = "\n".join(f"| {name} | {text} |" for name, text in meanings.items())
    return f"{_mermaid(edges, first)}\n\n| name | meaning |\n| --- | --- |\n{rows}\n"


def _mermaid(edges: list[Edge], first: str) -> str:
    """One arrow for each pair; what leads along it stands beside it."""
    arrows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for before, after, what in edges:
        arrows[before, after].append(what)
    left = {before for before, _, _ in edges}
    ends = dict.fromkeys(after for _, after, _ in edges if after not in left)
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {first}"]
    lines += [f"    {a} --> {b}: {', '.join(_short(whats))}" for (a, b), whats in arrows.items()]
    lines += [f"    {end} --> [*]" for end in ends]
    return "\n".join([*lines, "```"])


def _short(whats: list[str]) -> Iterator[str]:
    """`tap back`, `tap not me` → `tap back / not me`."""
    for kind, group in groupby(whats, key=lambda what: what.startswith("tap ")):
        words = list(group)
        yield from ["tap " + " / ".join(word[4:] for word in words)] if kind else words


# --- trying ---------------------------------------------------------------------------------------


def _tried(stage: Stage) -> Iterator[Edge]:
    book = STAGES[stage](Playbook(terminal()))
    for what, fact in _facts(book):
        after = step(book.state, fact, book.at).state.visit.stage
        if after is not stage:
            yield stage, after, what
    yield from _looked(stage)
    if stage is Stage.PAY:
        lost = step(book.state, DeviceLost(Device.CLOUD, "lost"), book.at).state
        late = Instant(book.now_ms + WAITS.horizon_ms, 0)
        assert lost.visit.payment is not None
        timer = TimerFired(payment.timer_name(lost.visit.payment.order_id), lost.visit.payment.timer)
        yield stage, step(lost, timer, late).state.visit.stage, "horizon"


def _facts(book: Playbook) -> Iterator[tuple[str, Event]]:
    t: Terminal = book.state
    for at, intent in checkout.TAPS:
        if at is book.stage:
            words = intent.replace("_", " ")
            yield f"tap {words}", Tapped(whose(intent), t.view_no, intent, Secret(DIGITS))
    yield "goods scanned", BarcodeScanned(GoodsCode(WATER))
    yield "code shown", BarcodeScanned(PaymentCode("wechat", Secret("134567890123456789")))
    yield "camera lost", DeviceLost(Device.CAMERA, "unplugged")
    entered = stages.enter(t, book.stage)
    if any(isinstance(wish, StartTimer) for wish in entered.commands):
        yield "time is up", TimerFired(stages.STAGE_TIMER, t.visit.stage_no)
    if book.stage is Stage.PAY and book.payment.key is not None:
        yield "captured", ChargeAnswered(book.payment.key, Captured())
        yield "declined", ChargeAnswered(book.payment.key, Declined("funds"))


def _looked(stage: Stage) -> Iterator[Edge]:
    """A member's frames, a stranger's, a photo's; the last of the tries is a row of its own."""
    if stage not in stages.LOOKING:
        return
    ways = (("recognised", sees(LI)), ("not recognised", sees(LI, 0.1)), ("a photo", sees(LI, live=0.0)))
    for what, frame in ways:
        book = STAGES[stage](Playbook(terminal()))
        while book.stage is stage:
            book >> frame
        yield stage, book.stage, what
    if stage is Stage.MATCH:
        yield stage, Stage.NOBODY, "not recognised, last try"
        strict = replace(RULES, limits=replace(LIMITS, false_match_rate=1e-5, false_hits_max=1e-6))
        book = STAGES[stage](Playbook(terminal(rules=strict)))
        while book.stage is stage:
            book >> sees(LI)
        yield stage, book.stage, "recognised, too many with these digits"


# --- joining --------------------------------------------------------------------------------------

PHONE = Secret("13800135678")
MADE = (
    ("template made", TemplateMade(1, 3)),
    ("too few frames agree", TemplateMade(1, 0)),
    ("a member with these digits", TemplateMade(1, 3, None, Candidate(PersonId(LI), 0.9))),
    ("too like another member", TemplateMade(1, 3, Candidate(PersonId(LI), 0.9))),
)


def _at_page(page: JoinPage) -> Playbook:
    book = STAGES[Stage.CHOOSE](Playbook(terminal()))
    t = book.state
    on = joining.Joining(
        t.visit.stage_no, page, 1, (Purpose.FACE_PAY,), AgeGroup.FROM_14, phone=PHONE, look=1
    )
    look = Look(1) if page is JoinPage.LOOK else None
    rules = replace(t.rules, joining=joining.JoinRules(enabled=True))
    book.state = replace(t, rules=rules, joining=on, look=look, looks=1)
    return book


def _joined(page: JoinPage) -> Iterator[Edge]:
    for what, facts in _joining_facts(page):
        book = _at_page(page)
        for fact in facts:
            book >> fact
        after = book.state.joining
        where = after.page if after is not None else "left"
        if where is not page:
            yield page, where, what


def _joining_facts(page: JoinPage) -> Iterator[tuple[str, list[Any]]]:
    for at, intent in joining_desk.TAPS:
        if at is page:
            value = PHONE if intent is Intent.GIVE_DIGITS else None
            yield f"tap {intent.replace('_', ' ')}", [taps(intent, value and value.reveal())]
    yield "time is up", [TimerFired(joining_desk.JOIN_TIMER, 1)]
    yield "goods scanned", [BarcodeScanned(GoodsCode(WATER))]
    if page is JoinPage.LOOK:
        yield "living face", 3 * [sees()]
        yield "a photo", 3 * [sees(live=0.0)]
    if page is JoinPage.KEEPING:
        yield from ((what, [made]) for what, made in MADE)


# --- withdrawing ----------------------------------------------------------------------------------

RECEIPT = "7f3a9c21" * 8
TO_TAKE_BACK = ConsentChanged(PersonId(LI), ("face_pay",), False, "asked for", RECEIPT)


def _withdrawn(page: WithdrawPage) -> Iterator[Edge]:
    for what, facts in _withdrawing_facts(page):
        t = terminal()
        on = withdrawing.Withdrawing(
            t.visit.stage_no, page, 1, PersonId(LI), (Agreed("face_pay", 1, 0),), (Purpose.FACE_PAY,), 1
        )
        look = Look(1) if page is WithdrawPage.LOOK else None
        rules = replace(t.rules, joining=joining.JoinRules(enabled=True))
        book = Playbook(replace(t, rules=rules, withdrawing=on, look=look, looks=1))
        for fact in facts:
            book.without(object) >> fact  # type: ignore[arg-type]
        after = book.state.withdrawing
        where = after.page if after is not None else "left"
        if where is not page:
            yield page, where, what


def _withdrawing_facts(page: WithdrawPage) -> Iterator[tuple[str, list[Any]]]:
    for at, intent in withdrawing_desk.TAPS:
        if at is page:
            value = {Intent.GIVE_DIGITS: DIGITS, Intent.TICK: "face_pay"}.get(intent)
            yield f"tap {intent.replace('_', ' ')}", [taps(intent, value)]
    yield "time is up", [TimerFired(withdrawing_desk.WITHDRAW_TIMER, 1)]
    yield "goods scanned", [BarcodeScanned(GoodsCode(WATER))]
    yield "the disk refuses", [DeviceLost(Device.STORAGE, "full")]
    if page is WithdrawPage.LOOK:
        yield "a member", 3 * [sees(LI)]
        yield "nobody, or a photo", 10 * [sees(LI, 0.1)]
    if page is WithdrawPage.ASKING:
        yield "agreements found", [AgreementsFound(PersonId(LI), (Agreed("face_pay", 1, 0),))]
        yield "none found", [AgreementsFound(PersonId(LI), ())]
    if page is WithdrawPage.TAKING:
        yield "taken back and signed", [TO_TAKE_BACK, ReceiptSigned(RECEIPT, "code")]


def main() -> None:
    DOCS.mkdir(exist_ok=True)
    for name in SIMPLE:
        (DOCS / name).write_text(simple_page(name), encoding="utf-8")
    (DOCS / "payment.md").write_text(payment_page(), encoding="utf-8")
    (DOCS / "debt.md").write_text(debt_page(), encoding="utf-8")
    (DOCS / "joining.md").write_text(joining_page(), encoding="utf-8")
    (DOCS / "withdrawing.md").write_text(withdrawing_page(), encoding="utf-8")
    (DOCS / "checkout.md").write_text(checkout_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
