"""The desk panel: a small window for what no till has a button for. Who stands there, which code is
scanned, what is unplugged, slowed or cut. Closing it ends the desk."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QApplication,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from agent.core.money import Money
from agent.profile.goods import GoodsRow, load_goods
from simulator.counter import PROFILE, Counter

REFRESH_MS = 500
Deed = Callable[[], object]


def run_panel(counter: Counter) -> int:
    """Show the panel until it is closed; returns Qt's exit code."""
    app = QApplication(["hyla-desk"])
    panel = Panel(counter)
    panel.show()
    code: int = app.exec()
    return code


class Panel(QWidget):
    """Groups of buttons, and what the cloud has booked."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self._counter = counter
        self.setWindowTitle("Hyla desk")
        column = QVBoxLayout(self)
        column.addWidget(_group("Who stands before the camera", self._people()))
        column.addWidget(_group("The scanner reads goods", self._goods()))
        column.addWidget(_group("The customer shows a payment code", self._codes()))
        column.addWidget(_group("Trouble", self._troubles(), 5))
        self._status = QLabel()
        self._status.setWordWrap(True)
        column.addWidget(self._status)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._refresh)
        self._timer.start(REFRESH_MS)
        self._refresh()
        self.adjustSize()
        free = self.screen().availableGeometry()
        self.move(free.right() - self.width(), free.bottom() - self.height())  # clear of both windows

    def _people(self) -> dict[str, Deed]:
        counter = self._counter
        return {
            "nobody": lambda: counter.stand(None),
            "the member": lambda: counter.stand("member"),
            "a stranger": lambda: counter.stand("stranger"),
            "a print of the member": lambda: counter.stand("print of member"),
            "the member on a phone": lambda: counter.stand("phone of member"),
        }

    def _goods(self) -> dict[str, Deed]:
        rows = load_goods(PROFILE.parent / "desk-goods.csv").values()
        return {f"{row.name_en} {Money(row.price_minor).text()}": self._beam(row) for row in rows}

    def _beam(self, row: GoodsRow) -> Deed:
        return lambda: self._counter.scanner.beam(row.gtin)

    def _codes(self) -> dict[str, Deed]:
        return {network: self._show_code(network) for network in ("wechat", "alipay", "unionpay")}

    def _show_code(self, network: str) -> Deed:
        return lambda: self._counter.scanner.beam(self._counter.fresh_code(network))

    def _troubles(self) -> dict[str, Deed]:
        return dict(self._counter.troubles)

    def _refresh(self) -> None:
        captures = self._counter.cloud.captures()
        total = Money(sum(capture.amount_minor for capture in captures)).text()
        digits = self._counter.people["member"].phone_last4
        runs = "runs" if self._counter.agent_pid() else "is not running"
        self._status.setText(
            f"The cloud booked {len(captures)} captures, {total} in all. The agent {runs}.\n"
            f"The member's phone ends in {digits}.{self._paper()}"
        )

    def _paper(self) -> str:
        """What printer and drawer have done, where there is one."""
        if (printer := self._counter.printer) is None:
            return ""
        receipts, kicks = len(printer.receipts), printer.drawer_kicks
        return f"\nThe printer printed {receipts} receipts; the drawer sprang open {kicks} times."


def _group(title: str, deeds: dict[str, Deed], a_row: int = 6) -> QGroupBox:
    """A titled box of buttons, so many in a row."""
    box = QGroupBox(title)
    rows = QVBoxLayout(box)
    row = QHBoxLayout()
    for index, (label, deed) in enumerate(deeds.items()):
        if index % a_row == 0:
            row = QHBoxLayout()
            rows.addLayout(row)
        button = QPushButton(label)
        button.clicked.connect(lambda _checked=False, deed=deed: deed())
        row.addWidget(button)
    return box
