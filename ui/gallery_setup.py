"""The setup visit in the gallery: what a technician sees of a terminal from the box."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import structs

from agent.screens.contract import Button, CashierView, CustomerView, Figure, Phrase, Tone
from ui.gallery_receipt import RECEIPT
from ui.gallery_shop import NAME, Language
from ui.gallery_training import Sample

# A QR of `7K2MX9QD`, as the agent sends it.
QR = (
    "0000000000000000000000000",
    "0000000000000000000000000",
    "0011111110010110111111100",
    "0010000010011000100000100",
    "0010111010010100101110100",
    "0010111010001000101110100",
    "0010111010101010101110100",
    "0010000010001000100000100",
    "0011111110101010111111100",
    "0000000000100100000000000",
    "0000110011110011101000000",
    "0011101101111011010011100",
    "0010100110111010011101000",
    "0010101000000011100111000",
    "0001110011100101101001000",
    "0000000000110110100101100",
    "0011111110111000101101000",
    "0010000010001000110110000",
    "0010111010000011101011100",
    "0010111010111100010101000",
    "0010111010101011101110000",
    "0010000010010101100110000",
    "0011111110010011011011000",
    "0000000000000000000000000",
    "0000000000000000000000000",
)
SERIAL = "FROG8-000123"
TITLE = {"zh": "Hyla · 开通", "en": "Hyla · setup"}


def _tap(word: str, primary: bool = False, keys: str = "") -> Button:
    return Button(f"setup_{word}", Phrase(f"button.setup_{word}"), primary, True, keys)


def _figure(word: str, text: str = "", stands: str = "") -> Figure:
    phrase = Phrase(f"setup.stands_{stands}") if stands else None
    return Figure(Phrase(f"setup.{word}"), text, phrase)


@dataclass(frozen=True, slots=True)
class SetupPage:
    """One page, the same on both screens."""

    name: str
    headline: Phrase
    detail: Phrase
    buttons: tuple[Button, ...] = ()
    figures: tuple[Figure, ...] = ()
    tone: Tone = "plain"
    code: str = ""
    big: tuple[str, ...] = ()

    @property
    def picture(self) -> tuple[str, ...]:
        return QR if self.code else self.big

    @property
    def waits(self) -> bool:
        """For a code before the scanner, and shows nothing else."""
        return self.buttons == (BACK,) and not self.picture


@dataclass(frozen=True, slots=True)
class FromTheBox:
    """A sample before the terminal belongs to a shop: without its name, devices and sound."""

    sample: Sample

    @property
    def name(self) -> str:
        return self.sample.name

    def view(self, view_id: int, language: Language, large_text: bool) -> CustomerView | CashierView:
        view = self.sample.view(view_id, language, large_text)
        buttons = tuple(one for one in view.buttons if one.intent not in ("switch_reach", "switch_sound"))
        view = structs.replace(view, shop=TITLE[language], buttons=buttons)
        return structs.replace(view, signs=()) if isinstance(view, CashierView) else view


def _page(name: str, key: str, *buttons: Button, tone: Tone = "plain", detail: str = "", code: str = "",
          figures: tuple[Figure, ...] = ()) -> SetupPage:  # fmt: skip
    words = Phrase(f"setup.{key}"), Phrase(f"setup.{detail or key + '_detail'}")
    return SetupPage(f"setup-{name}", *words, buttons, figures, tone, code)


BACK, NEXT = _tap("back", keys="Esc"), _tap("next", primary=True, keys="F9")
HERE, NOT_HERE = _tap("here", primary=True, keys="F9"), _tap("not_here", keys="Esc")
ABOUT = (
    _figure("serial", SERIAL),
    _figure("model", "Frog Pro"),
    _figure("versions", "hyla 0.1.0 · profile frog-pro"),
    _figure("office", stands="up"),
    _figure("scanner", stands="absent"),
)
SHOP = (
    _figure("shop_name", NAME),
    _figure("till", "2"),
    _figure("shop_id", "S-17"),
    _figure("device", "frog8-000123"),
)
SETUP_PAGES = (
    _page("language", "language", _tap("chinese", primary=True, keys="F8"), _tap("english", keys="F9")),
    _page("about", "about", NEXT, BACK, figures=ABOUT),
    _page("code", "code", BACK, code="7K2M-X9QD"),
    _page("no-code", "no_code", BACK),
    _page("shop", "shop", HERE, NOT_HERE, figures=SHOP),
    _page("done", "done", figures=SHOP, tone="good"),
    _page("trouble", "trouble_office", HERE, NOT_HERE, figures=SHOP, tone="bad", detail="trouble_detail"),
    # The longest of the refusals; all of them are sentences of the same form.
    _page("refused", "refused_foreign", BACK, tone="bad", detail="refused_detail"),
    SetupPage(
        "setup-receipt",
        Phrase("setup.receipt", {"shop": "S-17", "till": "2"}),
        Phrase("setup.receipt_detail"),
        (NEXT,),
        big=RECEIPT,
    ),
)
