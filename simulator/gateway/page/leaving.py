"""The page of terminals on their way out of a shop: move, replace, retire; receipts that somebody brings.

Enters: forms of the owner. Leaves: what was done, in a sentence; the order as a QR, for the terminal's
scanner, printed or from a phone. Orders are kept here until `serve` starts again, the newest few.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.doctor.barcodes import qr, write_png
from agent.fleet.assignment import PREFIX
from simulator.gateway.leaving import Leaving
from simulator.gateway.page.words import REFUSALS_ZH, word
from simulator.gateway.refusals import Refused
from simulator.gateway.rows import Assigned

ORDERS_KEPT = 20
ABOUT = ("serial", "shop", "till", "by")


@dataclass(frozen=True, slots=True)
class Done:
    """What the page says to a form; `order` is the id of the one to show. `what`, `about`, `no`: for the
    list of who did what."""

    text: str = ""
    good: bool = False
    order: str = ""
    what: str = ""
    about: str = ""
    no: Refused | None = None


class LeavingPage:
    """Does what a form says."""

    def __init__(self, leaving: Leaving) -> None:
        self._leaving = leaving
        self._orders: OrderedDict[str, str] = OrderedDict()

    def do(self, language: str, form: dict[str, str]) -> Done:
        """Never raises Refused: it is what the page says then."""
        what = form.get("what", "")
        about = " ".join(filter(None, (form.get(key, "") for key in ABOUT)))
        try:
            done = self._do(language, form)
        except Refused as no:
            told = REFUSALS_ZH.get(no.word, str(no)) if language == "zh" else str(no)
            return Done(told, what=what, about=about, no=no)
        return replace(done, what=what if done.text else "", about=about)

    def png(self, id: str) -> bytes | None:
        """The order's QR; None: not one of ours, or too long ago."""
        text = self._orders.get(id)
        if text is None:
            return None
        with TemporaryDirectory() as folder:
            picture = Path(folder) / "order.png"
            write_png([qr(text)], picture)
            return picture.read_bytes()

    def _do(self, language: str, form: dict[str, str]) -> Done:
        serial, what = form.get("serial", ""), form.get("what", "")
        if what == "receipt":
            said = self._leaving.receipt(form.get("receipt", ""))
            return Done(f"{said.serial}: {word(language, f'why_{said.why}')}", good=True)
        if what == "move":
            return self._order(language, self._leaving.move(serial, form.get("shop", ""), _till(form)))
        if what == "retire":
            return self._order(language, self._leaving.retire(serial))
        if what == "replace":
            code = form.get("code", "")
            order, handed = self._leaving.replace(serial, form.get("by", ""), code)
            told = f"{serial} → {order.serial}: {word(language, 'replaced').format(count=handed)}"
            return Done(told, good=True) if code else self._order(language, order, told)
        return Done()

    def _order(self, language: str, order: Assigned, told: str = "") -> Done:
        self._orders[order.jti] = PREFIX + order.jws
        while len(self._orders) > ORDERS_KEPT:
            self._orders.popitem(last=False)
        return Done(told or f"{order.serial}: {word(language, 'ordered')}", good=True, order=order.jti)


def _till(form: dict[str, str]) -> int:
    text = form.get("till", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
