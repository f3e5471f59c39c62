"""What the scanner is told: content or not about each code; to read while a payment code is asked for."""

from __future__ import annotations

from dataclasses import replace

from agent.core.codes import UnknownCode
from agent.core.commands import AskCharge, Beep, Command, Trigger
from agent.core.events import BarcodeScanned, Device, DeviceLost, DeviceUp, Event, Intent, Started
from agent.core.terminal import recovered, step
from agent.core.visit import Stage
from tests.playbook import Playbook, scans, shows_code, taps
from tests.shop import RULES, WATER, terminal, to_basket, to_choose, to_code, to_paid, to_paying_by_code

RUBBISH = BarcodeScanned(UnknownCode(9, "prefix"))
GOOD, BAD = Beep(True), Beep(False)


def hears(book: Playbook, event: Event) -> list[Command]:
    """What the scanner is told of this fact."""
    wishes = step(book.state, event, book.at).commands
    return [wish for wish in wishes if isinstance(wish, Beep | Trigger)]


def test_a_code_that_was_taken_sounds_content() -> None:
    book = Playbook(terminal()) >> scans(WATER) << GOOD << Stage.BASKET
    to_code(Playbook(terminal())) >> shows_code() << AskCharge << GOOD
    assert hears(book, scans(WATER)) == [GOOD]


def test_a_code_that_is_unknown_or_comes_at_the_wrong_moment_does_not() -> None:
    for book in (Playbook(terminal()), to_basket(Playbook(terminal())), to_choose(Playbook(terminal()))):
        assert hears(book, RUBBISH) == [BAD]
    assert hears(Playbook(terminal()), scans("6901000000035")) == [BAD], "no such goods"
    assert hears(to_basket(Playbook(terminal())), shows_code()) == [BAD], "charge first"
    assert hears(to_paying_by_code(Playbook(terminal())), scans(WATER)) == [BAD], "busy"
    assert hears(to_paid(Playbook(terminal())), scans(WATER)) == [GOOD], "the next customer"


def test_a_payment_code_that_cannot_be_sent_does_not() -> None:
    offline = to_code(Playbook(terminal())) >> DeviceLost(Device.CLOUD, "lost")
    assert hears(offline, shows_code()) == [BAD, Trigger(False)]


def test_the_scanner_reads_by_itself_while_a_code_is_asked_for() -> None:
    book = to_choose(Playbook(terminal()))
    book >> taps(Intent.SHOW_CODE) << Trigger(True) << Stage.CODE
    book >> taps(Intent.BACK) << Trigger(False) << Stage.CHOOSE


def test_it_is_told_again_after_a_wrong_code_and_when_its_cable_is_back() -> None:
    book = to_code(Playbook(terminal()))
    assert hears(book, RUBBISH) == [BAD, Trigger(True)]
    assert hears(book, DeviceUp(Device.SCANNER)) == [Trigger(True)]
    assert hears(book, DeviceUp(Device.CAMERA)) == []


def test_it_is_told_after_a_restart_as_soon_as_it_is_there() -> None:
    no_touch = terminal(rules=replace(RULES, customer_touch=False))
    before = Playbook(no_touch) >> scans(WATER) >> taps(Intent.CHARGE) << Stage.CODE
    after = Playbook(recovered(no_touch.rules, before.state.kept, "zh"))
    after >> Started() << Stage.CODE
    after >> DeviceUp(Device.SCANNER) << Trigger(True)


def test_facts_that_are_no_codes_make_no_sound() -> None:
    book = Playbook(terminal())
    assert hears(book, DeviceUp(Device.SCANNER)) == []
    assert hears(book, DeviceLost(Device.SCANNER, "unplugged")) == []
