"""How the setup visit looks on both screens. Pure, as `projection` is: the same on both sides of the
counter, for the technician may stand on either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent.core.setup import Stage
from agent.core.setup_desk import Setup, SetupTap
from agent.screens.contract import Button, CashierView, CustomerView, Figure, Page, Phrase, Tone
from agent.screens.qr import qr_rows

KEYS = {
    SetupTap.CHINESE: "F8",
    SetupTap.ENGLISH: "F9",
    SetupTap.NEXT: "F9",
    SetupTap.BACK: "Esc",
    SetupTap.HERE: "F9",
    SetupTap.NOT_HERE: "Esc",
    SetupTap.LARGE_TEXT: "F1",
    SetupTap.LANGUAGE: "F12",
}
TAPS: dict[Stage, tuple[SetupTap, ...]] = {
    Stage.RECEIPT: (SetupTap.NEXT,),
    Stage.LANGUAGE: (SetupTap.CHINESE, SetupTap.ENGLISH),
    Stage.ABOUT: (SetupTap.NEXT, SetupTap.BACK),
    Stage.CODE: (SetupTap.BACK,),
    Stage.SHOP: (SetupTap.HERE, SetupTap.NOT_HERE),
    Stage.SAVING: (),
    Stage.DONE: (),
}
PRIMARY = (SetupTap.CHINESE, SetupTap.NEXT, SetupTap.HERE)
CORNER = (SetupTap.LARGE_TEXT, SetupTap.LANGUAGE)
TITLE = {"zh": "Hyla · 开通", "en": "Hyla · setup"}


@dataclass(frozen=True, slots=True)
class About:
    """What does not change in a visit: the machine, as its label says it, and the software."""

    serial: str
    model: str
    versions: Mapping[str, str]


def setup_views(setup: Setup, about: About) -> tuple[CustomerView, CashierView]:
    """Both screens. Never raises for any state."""
    headline, detail = _words(setup)
    figures, tone = _figures(setup, about), _tone(setup)
    shows_code = setup.stage is Stage.CODE and setup.code != ""
    taps = (*TAPS[setup.stage], *CORNER)
    common = {
        "view_id": setup.view_no,
        "tone": tone,
        "language": setup.language,
        "large_text": setup.large_text,
        "shop": TITLE[setup.language],
        "headline": headline,
        "detail": detail,
        "figures": figures,
        "amount_label": Phrase("setup.code_label") if shows_code else None,
        "amount": _grouped(setup.code) if shows_code else "",
    }
    picture = qr_rows(setup.code) if shows_code else _receipt(setup)
    plain, keyed = (
        tuple(_button(tap) for tap in taps),
        tuple(_button(tap, KEYS.get(tap, "")) for tap in taps),
    )
    # Without a code of its own the terminal waits for one before its scanner, as it does for a payment.
    page: Page = "code" if setup.stage is Stage.CODE and not shows_code else "setup"
    customer = CustomerView(page=page, picture=picture, buttons=plain, **common)  # type: ignore[arg-type]
    return customer, CashierView(office=True, buttons=keyed, **common)  # type: ignore[arg-type]


def _receipt(setup: Setup) -> tuple[str, ...]:
    return qr_rows(setup.left.receipt) if setup.stage is Stage.RECEIPT and setup.left else ()


def _words(setup: Setup) -> tuple[Phrase, Phrase | None]:
    """One sentence, and what to do about it."""
    stage = setup.stage
    if stage is Stage.RECEIPT and setup.left is not None:
        place = {"shop": setup.left.shop, "till": str(setup.left.till)}
        return Phrase("setup.receipt", place), Phrase("setup.receipt_detail")
    if stage is Stage.CODE:
        if setup.refusal is not None:
            return Phrase(f"setup.refused_{setup.refusal}"), Phrase("setup.refused_detail")
        if setup.office_says:
            return Phrase("setup.office_refused"), Phrase("setup.office_says", {"why": setup.office_says})
        if setup.code:
            return Phrase("setup.code"), Phrase("setup.code_detail")
        return Phrase("setup.no_code"), Phrase("setup.no_code_detail")
    if stage is Stage.SHOP and setup.trouble:
        return Phrase(f"setup.trouble_{setup.trouble}"), Phrase("setup.trouble_detail")
    return Phrase(f"setup.{stage}"), Phrase(f"setup.{stage}_detail")


def _tone(setup: Setup) -> Tone:
    if setup.stage is Stage.CODE and (setup.refusal is not None or setup.office_says):
        return "bad"
    if setup.stage is Stage.SHOP and setup.trouble:
        return "bad"
    return {Stage.SAVING: "busy", Stage.DONE: "good"}.get(setup.stage, "plain")  # type: ignore[return-value]


def _figures(setup: Setup, about: About) -> tuple[Figure, ...]:
    match setup.stage:
        case Stage.ABOUT:
            versions = " · ".join(f"{name} {version}" for name, version in sorted(about.versions.items()))
            return (
                Figure(Phrase("setup.serial"), about.serial),
                Figure(Phrase("setup.model"), about.model),
                Figure(Phrase("setup.versions"), versions),
                Figure(Phrase("setup.office"), phrase=_stands(setup.office)),
                Figure(Phrase("setup.scanner"), phrase=_stands(setup.scanner)),
            )
        case Stage.SHOP | Stage.SAVING | Stage.DONE if setup.presented is not None:
            to = setup.presented.assignment
            return (
                Figure(Phrase("setup.shop_name"), to.shop_en if setup.language == "en" else to.shop_zh),
                Figure(Phrase("setup.till"), str(to.till)),
                Figure(Phrase("setup.shop_id"), to.shop),
                Figure(Phrase("setup.device"), to.device),
            )
        case _:
            return ()


KNOWN = ("up", "none", "starting", "unreachable", "refused", "lost", "absent", "unplugged")


def _stands(how: str) -> Phrase:
    return Phrase(f"setup.stands_{how if how in KNOWN else 'failed'}")


def _button(tap: SetupTap, keys: str = "") -> Button:
    return Button(tap, Phrase(f"button.{tap}"), primary=tap in PRIMARY, keys=keys)


def _grouped(code: str) -> str:
    """`7K2MX9QD` → `7K2M-X9QD`: how it is read over the phone."""
    return f"{code[:4]}-{code[4:]}" if code else ""
