"""Two people at a till without windows: they read the views and touch by contract, at once and untiring.
Now and then somebody brings a receipt back, and a manager agrees.

Enters: what the agent sends down its screens' socket. Leaves: taps up the same socket, beams of the
scanner, and what the cashier's screen called paid.
"""

from __future__ import annotations

import contextlib
import select
import socket
import time
from pathlib import Path
from random import Random

from agent.screens.contract import (
    CashierView,
    CustomerView,
    Hello,
    Shown,
    Tap,
    decode_downward,
    digest,
    encode,
)
from simulator.eyewitness import Seen
from simulator.scanner import ScannerStand, payment_code

GOODS = ("6901000000011", "6901000000028", "6901000000035", "6901000000042", "6901000000066")
NETWORKS = ("wechat", "alipay", "unionpay")
PATIENCE_S = 1.5  # then they do the same again
ONE_MORE_THING = 0.4
GIVES_UP = 0.1
ALL_OF_IT = 0.5
PART, PIN = "0.50", "2468"  # of device_profiles/desk.toml


class Glass:
    """The ui's end of the socket. Comes back by itself when the agent does."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._socket: socket.socket | None = None
        self._incoming = b""
        self.customer: CustomerView | None = None
        self.cashier: CashierView | None = None

    def look(self, seconds: float) -> bool:
        """Take in what came meanwhile. Whether both screens show something."""
        if self._socket is None:
            self._connect()
        if self._socket is None:
            time.sleep(seconds)
            return False
        if select.select([self._socket], [], [], seconds)[0]:
            self._read(self._socket)
        return self.customer is not None and self.cashier is not None

    def touch(self, view: CustomerView | CashierView, intent: str, value: str = "") -> None:
        screen = "customer" if isinstance(view, CustomerView) else "cashier"
        try:
            if self._socket is not None:
                self._socket.sendall(encode(Tap(screen, view.view_id, intent, value)))  # type: ignore[arg-type]
        except OSError:
            self.dark()

    def dark(self) -> None:
        """Nothing is shown until the agent is there (again)."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self._incoming, self.customer, self.cashier = None, b"", None, None

    def _connect(self) -> None:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(self._path))
            connection.sendall(encode(Hello()))
        except OSError:
            connection.close()
            return
        self._socket = connection

    def _read(self, connection: socket.socket) -> None:
        try:
            data = connection.recv(65_536)
        except OSError:
            data = b""
        if not data:
            self.dark()
            return
        *lines, self._incoming = (self._incoming + data).split(b"\n")
        for view in map(decode_downward, lines):
            if isinstance(view, CustomerView):
                self.customer = view
            elif isinstance(view, CashierView):
                self.cashier = view
            else:
                continue
            self._say(Shown("customer" if isinstance(view, CustomerView) else "cashier", 0, digest(view)))

    def _say(self, shown: Shown) -> None:
        with contextlib.suppress(OSError):
            if self._socket is not None:
                self._socket.sendall(encode(shown))


class People:
    """A cashier and one customer after the other, all paying with codes."""

    def __init__(self, glass: Glass, scanner: ScannerStand, chance: Random) -> None:
        self._glass = glass
        self._scanner = scanner
        self._chance = chance
        self._answered: tuple[int, str] | None = None
        self._again_s = 0.0
        self.paid: dict[str, Seen] = {}
        self.codes: list[str] = []
        self.going_home = False
        self.errand = ""
        self.brought_back: list[str] = []

    def bring_back(self) -> bool:
        """Before the next customer somebody wants money back, for an order of before. Whether there is
        one."""
        left = [order for order in self.paid if order not in self.brought_back]
        if self.errand or not left:
            return False
        self.errand = self._chance.choice(left)
        self.brought_back.append(self.errand)
        return True

    def act(self) -> str:
        """Look, and do what the screens ask for, if anything. Returns what was done, in one word."""
        customer, cashier = self._glass.customer, self._glass.cashier
        if customer is None or cashier is None or customer.view_id != cashier.view_id:
            return ""
        if cashier.headline.key == "cashier.paid":
            self._read_paid(cashier)
        asked = (customer.view_id, customer.page)
        if asked == self._answered and time.monotonic() < self._again_s:
            return ""
        self._answered, self._again_s = asked, time.monotonic() + PATIENCE_S
        return self._do(customer, cashier)

    def forget(self) -> None:
        """Whatever they were about to do, the screens went dark first."""
        self._answered = None
        self._glass.dark()

    @property
    def at_home(self) -> bool:
        customer = self._glass.customer
        return self.going_home and not self.errand and customer is not None and customer.page == "welcome"

    def _do(self, customer: CustomerView, cashier: CashierView) -> str:
        offered = {button.intent for button in cashier.buttons}
        if cashier.office:
            return self._behind_the_till(cashier, offered)
        if self.going_home and "cancel" in offered:
            self._glass.touch(cashier, "cancel")
            return "cancelled"
        match customer.page:
            case "welcome" if self.errand and "office" in offered:
                self._glass.touch(cashier, "office")
                return "went behind the till"
            case "welcome" if not self.going_home:
                self._scanner.beam(self._chance.choice(GOODS))
                return "scanned"
            case "basket" if self._chance.random() < ONE_MORE_THING:
                self._scanner.beam(self._chance.choice(GOODS))
                return "scanned"
            case "basket":
                self._glass.touch(cashier, "charge")
                return "totalled"
            case "choose" | "code" | "result" if "cancel" in offered:
                return self._pay_or_leave(cashier)
            case "result" if "done" in offered:
                self._glass.touch(cashier, "done")
                return "said goodbye"
        return ""

    def _pay_or_leave(self, cashier: CashierView) -> str:
        if self._chance.random() < GIVES_UP:
            self._glass.touch(cashier, "cancel")
            return "cancelled"
        self.codes.append(payment_code(self._chance.choice(NETWORKS), self._chance))
        self._scanner.beam(self.codes[-1])
        return "showed a code"

    def _behind_the_till(self, cashier: CashierView, offered: set[str]) -> str:
        """One step nearer to the money back; a part on its way, or a word why not, ends the errand."""
        notice = cashier.notice.key if cashier.notice is not None else ""
        back = [figure.text for figure in cashier.figures if figure.label.key == "figure.refunded"]
        went_back = cashier.headline.key == "office.order" and back != ["¥0.00"]
        if went_back or cashier.headline.key.startswith("refund.") or notice.startswith("notice.refund_"):
            self.errand = ""
        asked = cashier.question.intent if cashier.question is not None else ""
        rows = [row.value for row in cashier.choices if row.value[-4:] == self.errand[-4:]]
        if not self.errand:
            self._glass.touch(cashier, "leave")
        elif asked == "give_pin":
            self._glass.touch(cashier, "give_pin", PIN)
            return "a manager agreed"
        elif asked == "give_amount":
            self._glass.touch(cashier, "give_amount", PART)
        elif "refund_all" in offered:
            everything = self._chance.random() < ALL_OF_IT
            self._glass.touch(cashier, "refund_all" if everything else "refund_part")
        elif asked == "find" and rows:
            self._glass.touch(cashier, "pick", rows[0])
        else:
            self._glass.touch(cashier, "find", self.errand[-4:] if asked else "")
        return "was behind the till"

    def _read_paid(self, cashier: CashierView) -> None:
        assert cashier.detail is not None
        order = cashier.detail.values["order"]
        texts = ("收款成功", order, cashier.amount)
        self.paid.setdefault(order, Seen(cashier.view_id, "cashier", "result", texts, ""))
