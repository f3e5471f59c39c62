"""A till with people at it: what they do and read on a whole terminal, as a test tells it.

Wraps the desk's Counter. Everything a person reads is taken from the pictures' own texts, and wished
for by its key in the catalogue, so that a better wording breaks no test.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

from agent.storage.database import open_database
from simulator.audit import disagreements
from simulator.counter import ROOT, Counter
from simulator.eyewitness import Seen
from tests.helpers import wait_until

RICE_BALL, MILK, TEA_EGG = "6901000000028", "6901000000035", "6901000000042"
PRICES = {RICE_BALL: "¥6.80", MILK: "¥5.50", TEA_EGG: "¥1.50"}
NAMES = {MILK: "鲜牛奶 250ml", TEA_EGG: "茶叶蛋"}
DEVICES = ("camera", "vision", "scanner", "cloud", "storage")
ENDS = ("paid", "notpaid", "cancelled", "held")
PATIENCE_S = 30.0
QUIET = re.compile(r"\bINFO\b")


@cache
def _catalogue() -> Mapping[str, str]:
    file = ElementTree.parse(ROOT / "ui" / "i18n" / "hyla_zh.ts")
    return {message.attrib["id"]: message.findtext("translation", "") for message in file.iter("message")}


def words(key: str, **values: str) -> str:
    """What the catalogue says for a key, in Chinese; of a sentence whose {values} are not given, the
    longest piece without one."""
    text = _catalogue()[key]
    for name, value in values.items():
        text = text.replace("{" + name + "}", _catalogue().get(value, value))
    return max(re.split(r"\{\w+\}", text), key=len)


def until(condition: Callable[[], object], tell: Callable[[], object]) -> None:
    """Waits for it, and says at the end of patience what there was instead."""
    wait_until(condition, PATIENCE_S, tell)


class Till:
    """One running terminal, and the people around it."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.codes: list[str] = []
        self._log_from = 0
        self._seen_from = 0
        self._booked_before = 0

    # --- what happened before does not count ---------------------------------------------------------

    def begin(self) -> None:
        """A new test on the same terminal: log, pictures and books of the last one do not count."""
        self.counter.record.read()
        self._log_from = len(self.counter.log_lines())
        self._seen_from = len(self.counter.record.seen)
        self._booked_before = len(self.counter.cloud.captures())

    # --- what people do ------------------------------------------------------------------------------

    def scan(self, gtin: str = RICE_BALL) -> None:
        self.counter.acted()
        self.counter.scanner.beam(gtin)

    def touch(self, screen: str, intent: str) -> None:
        self.counter.acted()
        self.counter.fingers.press(screen, intent, PATIENCE_S)

    def charge(self, gtin: str = RICE_BALL) -> str:
        """One thing in the basket, and the cashier asks for its price, which comes back."""
        self.scan(gtin)
        self.reads(customer=[PRICES[gtin]], cashier=[words("cashier.basket", count="1")])
        self.touch("cashier", "charge")
        self.reads(customer=[words("choose.headline")], cashier=[words("cashier.choosing")])
        return PRICES[gtin]

    def show_code(self, network: str = "wechat") -> None:
        self.counter.acted()
        self.codes.append(self.counter.fresh_code(network))
        self.counter.scanner.beam(self.codes[-1])

    def step_up(self, person: str | None = "member") -> None:
        self.counter.stand(person)

    def to_face(self) -> None:
        self.step_up(None)
        self.touch("customer", "pay_by_face")
        self.reads(customer=[words("button.back")], cashier=[words("cashier.face")])

    def to_digits(self) -> None:
        self.step_up()
        self.touch("customer", "pay_by_face")
        self.reads(customer=[words("digits.headline")])

    def to_confirm(self) -> None:
        self.to_digits()
        self.counter.acted()
        self.counter.fingers.type_digits(self.digits, PATIENCE_S)
        self.reads(customer=[words("confirm.detail"), self.counter.people["member"].name_masked])

    def confirm(self) -> None:
        self.touch("customer", "confirm")

    def do(self, trouble: str) -> None:
        self.counter.acted()
        self.counter.trouble(trouble)

    def when_charged(self, trouble: str) -> None:
        self.counter.when_charged(trouble)

    @property
    def digits(self) -> str:
        return self.counter.people["member"].phone_last4

    # --- what people see and what there is afterwards ------------------------------------------------

    def reads(self, customer: list[str] | None = None, cashier: list[str] | None = None) -> None:
        """Both people read these words, since somebody last did something."""
        for screen, wanted in (("customer", customer), ("cashier", cashier)):
            if wanted:
                self.counter.record.wait_for(screen, wanted, PATIENCE_S)

    def now_reads(self, screen: str, *wanted: str) -> None:
        """These words stand there now or soon, on one picture that stays."""

        def there() -> bool:
            shown = self.now(screen)
            return shown is not None and shown.says(wanted)

        until(there, lambda: f"{wanted} not in {self.now(screen)}")

    def shows(self, screen: str, text: str) -> bool:
        shown = self.now(screen)
        return shown is not None and shown.says([text])

    def now(self, screen: str) -> Seen | None:
        self.counter.record.read()
        return self.counter.record.latest(screen)

    def pictures(self) -> int:
        """How many there are by now, of both screens."""
        self.counter.record.read()
        return len(self.counter.record.seen)

    def has_chosen(self, gtin: str) -> None:
        """The cashier sees the arrow before this line of the basket."""

        def chosen() -> bool:
            texts = shown.texts if (shown := self.now("cashier")) else ()
            return ("→", NAMES[gtin]) in pairwise(texts)

        until(chosen, lambda: f"{NAMES[gtin]} is not chosen: {self.now('cashier')}")

    def agent_ends(self) -> None:
        until(lambda: self.counter.agent_pid() is None, lambda: "the agent still runs")

    def never_read(self, screen: str, text: str) -> bool:
        """Nobody read this on that screen since `begin`."""
        self.counter.record.read()
        seen = self.counter.record.seen[self._seen_from :]
        return not any(picture.says([text]) for picture in seen if picture.screen == screen)

    def paid(self, amount: str) -> None:
        """Both people read that this was paid."""
        self.reads(customer=[words("paid.headline"), amount], cashier=[words("cashier.paid"), amount])

    def sells(self, gtin: str = MILK, network: str = "wechat") -> None:
        """The terminal goes on: one thing, paid with a code."""
        amount = self.charge(gtin)
        self.show_code(network)
        self.paid(amount)

    def at_rest(self) -> None:
        """The last customer has left and nobody is served."""
        self.step_up(None)

        def idle() -> bool:
            if self.shows("cashier", words("cashier.idle")):
                return True
            with contextlib.suppress(TimeoutError):  # there is nothing to be done with, or not any more
                self.counter.fingers.press("cashier", "done", 0.2)
            return self.shows("cashier", words("cashier.idle"))

        until(idle, lambda: self.now("cashier"))

    @property
    def booked(self) -> int:
        """Captures in the cloud's ledger since `begin`."""
        return len(self.counter.cloud.captures()) - self._booked_before

    def works(self, *devices: str) -> None:
        """The cashier's row of signs says now or soon that these (or all) devices work."""
        until(
            lambda: not self._faults(devices or DEVICES), lambda: f"not {self._faults(devices or DEVICES)}"
        )

    def fails(self, *devices: str) -> None:
        """The same row says that these do not."""
        until(lambda: len(self._faults(devices)) == len(devices), lambda: f"only {self._faults(devices)}")

    def _faults(self, devices: Sequence[str]) -> list[str]:
        """Those of the devices before whose name no ● stands."""
        shown = self.now("cashier")
        return [one for one in devices if shown is None or not shown.works(words(f"device.{one}"))]

    # --- what the log says ---------------------------------------------------------------------------

    def complaints(self) -> list[str]:
        """Every line of the log since `begin` that is no plain news."""
        return [line for line in self.counter.log_lines()[self._log_from :] if not QUIET.search(line)]

    def logged(self, *patterns: str) -> None:
        """The log holds one clear line for each of these, in any order, and no other complaint."""
        wanted = [re.compile(pattern) for pattern in patterns]

        def all_there() -> bool:
            return all(any(want.search(line) for line in self.complaints()) for want in wanted)

        until(all_there, lambda: f"{patterns} not in {self.complaints()}")
        surprises = self.complaints()
        for want in wanted:
            match = next((line for line in surprises if want.search(line)), None)
            assert match is not None, f"only once and for two wishes: {want.pattern}: {self.complaints()}"
            surprises.remove(match)
        assert surprises == [], surprises

    def all_recorded(self) -> None:
        """The cloud has the record of every order that came to an end: nothing was lost on the way."""
        ended = {f"{order['order_id']}-sale" for order in self.counter.orders() if order["outcome"] in ENDS}

        def missing() -> set[str]:
            return ended - {record.id for record in self.counter.cloud.records()}

        until(lambda: not missing(), lambda: f"the cloud has no record of {missing()}")

    def assert_all_agree(self) -> None:
        """Screens, journal and the cloud's ledger, once everything is quiet."""
        self.counter.record.read()
        orders, captures = self.counter.orders(), self.counter.cloud.captures()
        assert disagreements(orders, captures, self.counter.record.seen) == []
        assert self.counter.cloud.alarms() == []

    def assert_keeps_secrets(self) -> None:
        """Neither codes nor digits stand in the log or in the journal."""
        secrets = [*self.codes, self.digits]
        texts = {
            "the log": "\n".join(self.counter.log_lines()),
            "the journal": journal_text(self.counter.data),
        }
        for secret in secrets:
            for where, text in texts.items():
                assert not re.search(rf"(?<!\d){secret}(?!\d)", text), f"a secret stands in {where}"


def journal_text(data: Path) -> str:
    """Everything the journal keeps but the gallery (which holds the digits by design), decrypted."""
    tables = ("journal", "state", "attempts", "orders", "outbox", "meta", "counters")
    with open_database(data, readonly=True) as database:
        rows = [row for table in tables for row in database.rows(f"SELECT * FROM {table}")]
    return "\n".join(_plain(value) for row in rows for value in row)


def _plain(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
