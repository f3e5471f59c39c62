"""Each dialect over a real pseudo-terminal: read, told what to do, asked again, pulled out."""

import os
import termios
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.core.codes import GoodsCode, PaymentCode
from agent.core.events import BarcodeScanned
from agent.core.ids import Secret
from agent.profile.schema import ScannerSection
from agent.scanner.hearing import DIALECTS
from agent.scanner.line import KeyboardLine, open_line
from simulator.engines import SsiEngine, frame
from simulator.scanner import ScannerStand
from tests.helpers import wait_until

WATER, RICE_BALL = GoodsCode("6901000000011"), GoodsCode("6901000000028")
PAYMENT = "134567890123456789"
PAID = PaymentCode("wechat", Secret(PAYMENT))

AtTill = Callable[..., Any]


def open_keyboard(section: ScannerSection, wait_ms: int) -> KeyboardLine:
    """As `line.open_line`, but from a pseudo-terminal, which cannot be grabbed."""
    try:
        fd = os.open(section.port, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
    except FileNotFoundError:
        open_line(section, wait_ms)  # tells it as it should be told
        raise
    termios.tcflush(fd, termios.TCIFLUSH)
    return KeyboardLine(fd, wait_ms)


def start(at_till: AtTill, stand: ScannerStand, dialect: str) -> Any:
    way_in = {"open_line": open_keyboard} if dialect == "hid" else {}
    return at_till(stand.port, dialect=dialect, **way_in)


every_dialect = pytest.mark.parametrize("dialect", DIALECTS)


@every_dialect
def test_codes_come_once_per_beam_in_order(tmp_path: Path, at_till: AtTill, dialect: str) -> None:
    with ScannerStand(tmp_path, dialect) as stand:
        till = start(at_till, stand, dialect)
        for code in (WATER.gtin, PAYMENT, RICE_BALL.gtin):
            stand.beam(code)
        till.wait_for_codes(WATER, PAID, RICE_BALL)


@every_dialect
def test_pulled_out_in_the_middle_of_a_code_and_put_back(
    tmp_path: Path, at_till: AtTill, dialect: str
) -> None:
    with ScannerStand(tmp_path, dialect) as stand:
        till = start(at_till, stand, dialect)
        stand.beam(WATER.gtin)
        till.wait_for_codes(WATER)
        half = {"ssi": frame(0xF3, b"\x0b" + PAYMENT.encode())[:12], "hid": bytes(40)}
        stand.raw(half.get(dialect, b"690100000"))
        stand.unplug()
        till.wait_until_lost("unplugged")
        stand.plug_in()
        till.wait_until_up(times=2)
        stand.beam(PAYMENT)
        till.wait_for_codes(WATER, PAID)


@pytest.mark.parametrize("dialect", ["honeywell", "newland", "ssi"])
def test_trigger_beep_and_setting_reach_the_scanner(tmp_path: Path, at_till: AtTill, dialect: str) -> None:
    with ScannerStand(tmp_path, dialect) as stand:
        till = start(at_till, stand, dialect)
        till.wait_until_up()
        till.task.trigger(True)
        wait_until(lambda: stand.engine.heard == ["trigger on"])
        assert till.task.setting("8A 08" if dialect == "ssi" else "CBRENA1")
        till.task.beep(True)
        till.task.trigger(False)
        stand.beam(WATER.gtin)
        till.wait_for_codes(WATER)
        wait_until(lambda: stand.engine.heard[-1] == "trigger off")
        _, setting, *beeps, _ = stand.engine.heard
        assert setting.startswith("setting")
        assert [beep.split()[0] for beep in beeps] == ([] if dialect == "newland" else ["beep"])


@pytest.mark.parametrize("dialect", ["lines", "hid"])
def test_a_scanner_that_takes_no_commands_says_so(tmp_path: Path, at_till: AtTill, dialect: str) -> None:
    with ScannerStand(tmp_path, dialect) as stand:
        till = start(at_till, stand, dialect)
        till.wait_until_up()
        till.task.trigger(True)
        till.task.beep(False)
        assert not till.task.setting("CBRENA1")
        stand.beam(WATER.gtin)
        till.wait_for_codes(WATER)
        assert stand.engine.heard == []


def test_a_scanner_that_is_not_there_cannot_be_told(tmp_path: Path, at_till: AtTill) -> None:
    till = at_till(tmp_path / "nothing", dialect="ssi")
    till.wait_until_lost("absent")
    till.task.trigger(True)
    assert not till.task.setting("8A 08")


def test_what_was_wished_while_the_cable_was_out_is_forgotten(tmp_path: Path, at_till: AtTill) -> None:
    with ScannerStand(tmp_path, "ssi") as stand:
        till = start(at_till, stand, "ssi")
        till.wait_until_up()
        stand.unplug()
        till.wait_until_lost("unplugged")
        till.task.beep(False)
        stand.plug_in()
        till.wait_until_up(times=2)
        till.task.beep(True)
        wait_until(lambda: stand.engine.heard == ["beep 00"])


def test_a_damaged_packet_is_sent_again_and_told_to_the_technician(
    tmp_path: Path, at_till: AtTill, caplog: pytest.LogCaptureFixture
) -> None:
    with ScannerStand(tmp_path, "ssi") as stand:
        assert isinstance(stand.engine, SsiEngine)
        stand.engine.spoil = spoils(2)
        till = start(at_till, stand, "ssi")
        stand.beam(PAYMENT)
        stand.beam(WATER.gtin)
        till.wait_for_codes(PAID, WATER)
    assert "a packet came damaged and was asked for again (its check does not fit)" in caplog.text
    assert PAYMENT not in caplog.text


def test_a_code_whose_acknowledgement_was_lost_is_sold_once(tmp_path: Path, at_till: AtTill) -> None:
    with ScannerStand(tmp_path, "ssi") as stand:
        till = start(at_till, stand, "ssi")
        stand.raw(frame(0xF3, b"\x0b" + WATER.gtin.encode()))
        till.wait_for_codes(WATER)
        stand.raw(frame(0xF3, b"\x0b" + WATER.gtin.encode(), status=1))
        stand.beam(RICE_BALL.gtin)
        till.wait_for_codes(WATER, RICE_BALL)


def test_a_line_that_spoils_everything_is_given_up_and_heals(
    tmp_path: Path, at_till: AtTill, caplog: pytest.LogCaptureFixture
) -> None:
    with ScannerStand(tmp_path, "ssi") as stand:
        assert isinstance(stand.engine, SsiEngine)
        stand.engine.spoil = spoils(3)  # the packet and both resends
        till = start(at_till, stand, "ssi")
        stand.beam(WATER.gtin)
        stand.beam(RICE_BALL.gtin)
        till.wait_for_codes(RICE_BALL)
        assert stand.engine.lost == [WATER.gtin]
    assert "Check cable, scanner.baud" in caplog.text


@every_dialect
def test_a_till_that_listens_in_the_wrong_dialect_takes_no_code(
    tmp_path: Path, at_till: AtTill, dialect: str
) -> None:
    """It says DeviceUp, since the port is there; the log says what to check."""
    spoken = "lines" if dialect in ("ssi", "hid") else "ssi"
    with ScannerStand(tmp_path, spoken) as stand:
        till = start(at_till, stand, dialect)
        till.wait_until_up()
        stand.beam(PAYMENT)
        till.stop()
    assert not [event for event in till.events if isinstance(event, BarcodeScanned)]


def spoils(count: int) -> Callable[[bytes], bytes]:
    """Turns one bit in each of the first so many packets."""
    left = iter(range(count))

    def spoil(message: bytes) -> bytes:
        wrong = next(left, None) is not None
        return message[:6] + bytes([message[6] ^ 4]) + message[7:] if wrong else message

    return spoil
