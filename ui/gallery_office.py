"""Sample pages of the back office for the gallery: what a manager sees on a bad day, with long words."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import structs

from agent.screens.contract import Bar, Button, Choice, Figure, Phrase, Question, Tone
from ui.gallery_shop import NAME, OTHER_NAME

ORDER = "till-02-7f3a90bc-008838"


@dataclass(frozen=True, slots=True)
class OfficePage:
    """What differs from page to page."""

    name: str
    headline: Phrase
    detail: Phrase | None = None
    tone: Tone = "plain"
    notice: Phrase | None = None
    label: str = "amount.refundable"
    amount: str = ""
    buttons: tuple[Button, ...] = ()
    question: Question | None = None
    choices: tuple[Choice, ...] = ()
    figures: tuple[Figure, ...] = ()
    office: bool = True
    bars: tuple[Bar, ...] = ()


def phrase(key: str, **values: str) -> Phrase:
    return Phrase(key, values)


def key(intent: str, keys: str = "", primary: bool = False) -> Button:
    return Button(intent, Phrase(f"button.{intent}"), primary, True, keys)


def figure(name: str, text: str = "", said: str = "") -> Figure:
    return Figure(Phrase(name), text, Phrase(said) if said else None)


def counted(name: str, count: str, total: str, **values: str) -> Figure:
    return Figure(phrase(name, **values), "", phrase("figure.tallied", count=count, sum=total))


def tally(ending: str, method: str, count: str, total: str) -> Figure:
    return counted(f"tally.{ending}", count, total, method=f"method.{method}")


GO = Button("leave_shop", Phrase("button.leave_shop"), primary=True, keys="F9", danger=True)
RECEIVED = structs.replace(
    key("cash_received", "F9", True), typed=phrase("button.cash_received.typed", sign="¥")
)
BACK = (key("step_back", "Esc"), key("leave", "F10"))
SOLD = (
    Choice("pick", "1", "…008841 · 11-22 18:04", Phrase("outcome.paid"), "¥23.80", "good"),
    Choice("pick", "2", "…008840 · 11-22 17:58", Phrase("refund.refunded"), "¥1,208.00"),
    Choice("pick", "3", "…008839 · 11-22 17:31",
        Phrase("refund.partly_refunded", {"left": "¥1,033.80"}), "¥1,050.30"),
    Choice("pick", "4", "…008838 · 11-22 17:02", Phrase("outcome.held"), "¥45.00", "unsure"),
    Choice("pick", "5", "…008837 · 11-22 16:40", Phrase("outcome.notpaid"), "¥6.50"),
    Choice("pick", "6", "…008836 · 11-22 16:12", Phrase("outcome.paid"), "¥12.00", "good"),
)  # fmt: skip
FIGURES = (
    figure("figure.order", ORDER),
    figure("figure.time", "11-22 17:02"),
    figure("figure.method", said="method.wechat"),
    figure("figure.outcome", said="outcome.paid"),
    figure("figure.amount", "¥45.00"),
    figure("figure.refunded", "¥0.00"),
)
CASE = FIGURES[:3]
DOUBT = (
    Choice("pick", "1", "…008838 · 11-22 17:02", Phrase("held.open"), "¥45.00", "unsure"),
    Choice("pick", "2", "…008790 · 11-21 09:15", Phrase("held.contradicted"), "¥6.50", "bad"),
    Choice("pick", "3", "till-01-5c11d2e0-004420 · 11-20 20:02",
        Phrase("office.taken_over", {"standing": "held.open"}), "¥19.90", "unsure"),
)  # fmt: skip
WAYS = tuple(
    Choice("pick", word, "", Phrase(f"held_reason.{word}"), "")
    for word in ("seen_on_phone", "seen_in_statement", "customer_denies", "other_way")
)
TO_COME = (
    Choice("", "r", "…008802-R1", Phrase("refund.accepted"), "¥9.90", "unsure"),
    Choice("", "o", "…008836 · 11-22 16:12", Phrase("debt.refused"), "¥12.00", "later"),
    Choice(
        "", "b", "till-01-5c11d2e0-004417 · 11-20 19:40",
        Phrase("office.taken_over", {"standing": "debt.reserved"}), "¥36.80", "later",
    ),
    Choice(
        "", "n", "till-01-5c11d2e0-004398 · 11-12 08:15",
        Phrase("office.taken_over", {"standing": "debt.named"}), "¥8.50", "bad",
    ),
)  # fmt: skip
DAYS = (
    Choice("pick", "1", "2026-11-22", Phrase("day.open"), "¥6,480.20"),
    Choice("pick", "2", "2026-11-21", Phrase("day.compared"), "¥7,012.00", "unsure"),
    Choice("pick", "3", "2026-11-20", Phrase("day.closed"), "¥6,955.30", "good"),
)
TALLIES = (
    tally("sold", "alipay", "41", "¥1,802.40"),
    tally("sold", "cash", "12", "¥390.50"),
    tally("cancelled", "none", "3", "¥61.00"),
    tally("sold", "face", "87", "¥3,120.00"),
    tally("held", "face", "1", "¥45.00"),
    tally("settled_not_paid", "face", "1", "¥45.00"),
    tally("refunded", "wechat", "2", "¥33.00"),
    tally("sold", "wechat", "29", "¥1,200.30"),
)
OFF = (
    Choice(
        "", "a", "…008838-1 · ¥0.00 | ¥45.00 | ¥45.00", Phrase("difference.in_doubt_captured"), "", "unsure"
    ),
    Choice("", "b", "…008811-1 · ¥6.50 | ¥6.50 | ¥0.00", Phrase("difference.not_in_bill"), "", "unsure"),
    Choice(
        "",
        "c",
        "…008802-R1 · ¥0.00 | -¥9.90 | -¥9.90",
        Phrase("difference.refunded_elsewhere"),
        "",
        "unsure",
    ),
)
DRAWER = (
    figure("figure.cashier", "17"),
    figure("figure.expected", "¥590.50"),
    figure("figure.counted", "¥588.00"),
    figure("figure.drawer_difference", "-¥2.50"),
)
RUNNING = (DRAWER[0], figure("figure.since", "11-22 08:00"), figure("figure.float", "¥200.00"))
MENU = (
    key("find", "F3", primary=True), key("see_held", "F4"), key("see_shift", "F5"), key("see_days", "F6"),
    key("see_today", "F9"), key("see_terminal", "F7"), key("train", "F8"), BACK[1],
)  # fmt: skip
SERIAL = "FROG8-000123"
OURS = (
    figure("setup.serial", SERIAL),
    figure("setup.device", "frog8-000123"),
    figure("setup.shop_name", NAME),
    figure("setup.till", "2"),
)


def lack(name: str, count: int, amount: str = "") -> Choice:
    return Choice("", name, "", phrase(f"leaving.missing_{name}", count=str(count)), amount, "unsure")


LACKS = (
    lack("doubt", 1, "¥45.00"),
    lack("debts", 2, "¥36.80"),
    lack("refunds", 1, "¥9.90"),
    lack("day", 1),
    lack("unsent", 14),
    lack("parked", 1),
)


TODAY = (
    counted("today.sales", "169", "¥6,513.20"),
    counted("today.refunds", "2", "-¥33.00"),
    figure("today.joined", "12"),
    counted("today.discounted", "31", "¥148.60"),
    counted("today.held", "1", "¥45.00"),
)
BARS = tuple(
    Bar(Phrase(f"method.{way}"), phrase("figure.tallied", count=count, sum=total), share, "good")
    for way, count, total, share in (
        ("face", "87", "¥3,120.00", 100),
        ("alipay", "41", "¥1,802.40", 57),
        ("wechat", "29", "¥1,167.30", 37),
        ("cash", "12", "¥390.50", 12),
        ("unionpay", "0", "-¥9.90", 0),
    )
)


def question(kind: str, label: str, intent: str) -> Question:
    return Question(kind, Phrase(label), intent)  # type: ignore[arg-type]


REFUND_TONES: dict[str, Tone] = {
    "asking": "busy",
    "unknown": "unsure",
    "accepted": "unsure",
    "refunded": "good",
    "refused": "bad",
}
OFFICE_PAGES = (
    OfficePage("office-menu", phrase("office.menu"), phrase("office.refunds_open", count="1"), buttons=MENU,
        choices=(Choice("", "r", "…008802-R1", Phrase("refund.accepted"), "¥9.90", "unsure"),)),
    OfficePage("office-menu-debts", phrase("office.menu"),
        phrase("office.both_open", refunds="1", debts="3", sum="¥57.30"), buttons=MENU, choices=TO_COME),
    OfficePage("office-find", phrase("office.find"), phrase("office.find_detail"), buttons=BACK,
        choices=SOLD, notice=phrase("notice.find_nothing"),
        question=question("search", "office.find_label", "find")),
    OfficePage("office-order", phrase("office.order"), amount="¥45.00", figures=FIGURES,
        buttons=(key("refund_all", "F9", True), key("refund_part", "F8"), key("see_slip", "F6"),
            *BACK)),
    OfficePage("office-part", phrase("office.part"), amount="¥45.00", buttons=BACK,
        question=question("amount", "office.part_label", "give_amount")),
    OfficePage("office-pin", phrase("office.pin"), label="amount.to_refund", amount="¥45.00", buttons=BACK,
        figures=FIGURES, question=question("pin", "office.pin_label", "give_pin"),
        notice=phrase("notice.pin_wrong")),
    OfficePage("office-train", phrase("training.ask"), phrase("training.ask_detail"), buttons=BACK,
        question=question("pin", "office.pin_label", "give_pin")),
    *(OfficePage(f"office-refund-{word}", phrase(f"refund.{word}"),
        phrase("refund_reason.too_old" if word == "refused" else f"refund.{word}_detail"), tone,
        label="amount.to_refund", amount="¥45.00", buttons=BACK,
        figures=(figure("figure.refund", f"{ORDER}-R1"), FIGURES[2]))
      for word, tone in REFUND_TONES.items()),
    OfficePage("office-held", phrase("office.held"), phrase("office.held_detail"), "unsure", buttons=BACK,
        choices=DOUBT),
    OfficePage("office-verdict", phrase("held.open"), phrase("held.open_detail"), "unsure",
        label="amount.in_doubt", amount="¥45.00", figures=CASE,
        buttons=(key("say_paid", "F8", True), key("say_not_paid", "F7"), *BACK)),
    OfficePage("office-contradicted", phrase("held.contradicted"), phrase("held.contradicted_detail"),
        "bad", label="amount.in_doubt", amount="¥6.50", buttons=(key("done", "Return", True), *BACK),
        figures=(*CASE, figure("figure.reason", said="held_reason.seen_in_statement"))),
    OfficePage("office-reason", phrase("office.reason_not_paid"), buttons=BACK, choices=WAYS),
    OfficePage("office-cash", phrase("cashier.cash"), phrase("cashier.cash_detail"), label="amount.due",
        amount="¥23.80", buttons=(RECEIVED, key("cancel", "Esc")), office=False,
        question=question("amount", "cashier.cash_label", "cash_received"),
        notice=phrase("notice.cash_too_little")),
    OfficePage("office-cash-asked", phrase("cashier.cash"), phrase("cashier.cash_detail"),
        label="amount.due", amount="¥23.80", office=False,
        buttons=(RECEIVED, key("cancel", "Esc")),
        question=question("amount", "cashier.cash_label", "cash_received")),
    OfficePage("office-shift", phrase("shift.open"), label="amount.taken", amount="¥6,480.20",
        figures=(*RUNNING, *TALLIES), buttons=(key("end_shift", "F9", True), *BACK)),
    OfficePage("office-shift-ended", phrase("shift.ended"), phrase("shift.drawer_off"), "unsure",
        label="amount.taken", amount="¥6,480.20", figures=(*DRAWER, *TALLIES),
        buttons=(key("start_shift", "F9", True), *BACK)),
    OfficePage("office-cashier", phrase("shift.cashier"), buttons=BACK,
        question=question("number", "shift.cashier_label", "give_number"),
        notice=phrase("notice.cashier_number")),
    OfficePage("office-count", phrase("shift.count"), phrase("shift.count_detail"), buttons=BACK,
        question=question("amount", "shift.count_label", "give_amount")),
    OfficePage("office-today", phrase("today.headline", day="2026-11-22"), label="amount.taken",
        amount="¥6,480.20", figures=TODAY, bars=BARS, buttons=BACK),
    OfficePage("office-today-none", phrase("today.headline", day="2026-11-22"), phrase("today.nothing"),
        label="amount.taken", amount="¥0.00", figures=(counted("today.sales", "0", "¥0.00"), TODAY[2]),
        buttons=BACK),
    OfficePage("office-days", phrase("day.list"), buttons=BACK, choices=DAYS),
    OfficePage("office-day", phrase("day.one", day="2026-11-21", standing="day.compared"),
        phrase("day.differences", count="3"), "unsure",
        figures=(figure("amount.taken", "¥6,480.20"), *TALLIES), choices=OFF,
        buttons=(key("close_day", "F9", True), key("compare_day", "F7"), *BACK)),
    OfficePage("office-day-agreed", phrase("day.one", day="2026-11-21", standing="day.closed"),
        phrase("day.agreed"), "good", label="amount.taken", amount="¥6,480.20", figures=TALLIES,
        buttons=(key("compare_day", "F7", True), *BACK)),
    OfficePage("office-terminal", phrase("leaving.terminal"), phrase("leaving.terminal_detail"),
        buttons=BACK, figures=OURS),
    OfficePage("office-leaving-not-yet", phrase("leaving.move", shop=OTHER_NAME, till="4"),
        phrase("leaving.not_yet_detail"), "unsure", buttons=BACK, figures=OURS, choices=LACKS),
    OfficePage("office-leaving-move", phrase("leaving.move", shop=OTHER_NAME, till="4"),
        phrase("leaving.ready_detail"), buttons=(GO, *BACK), figures=OURS),
    OfficePage("office-leaving-retire", phrase("leaving.retire"), phrase("leaving.ready_detail"),
        buttons=(GO, *BACK), figures=OURS),
    OfficePage("office-leaving-refused", phrase("setup.refused_elsewhere"), phrase("setup.refused_detail"),
        "bad", buttons=BACK),
    OfficePage("office-departing", phrase("leaving.departing"), phrase("leaving.departing_detail"), "busy",
        figures=OURS),
)  # fmt: skip
