"""The scanner on a real pseudo-terminal: read, pulled out, put back, confused."""

import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import serial

from agent.core.codes import GoodsCode, MemberCode, PaymentCode, UnknownCode
from agent.core.events import BarcodeScanned, Device, DeviceLost, DeviceUp
from agent.core.ids import Secret
from agent.ports import DeviceTrouble
from agent.profile.schema import ScannerSection
from agent.scanner.port import ScannerTask
from simulator.scanner import ScannerStand
from tests.helpers import wait_until

WATER, RICE_BALL, MILK = (GoodsCode(f"6901000000{end}") for end in ("011", "028", "035"))
PAYMENT = "134567890123456789"

AtTill = Callable[..., Any]


class Clock:
    """The till's own time; it moves only when the test says so, or by `step_ms` at each look."""

    def __init__(self, step_ms: int = 0) -> None:
        self.ms = 0
        self._step_ms = step_ms

    def __call__(self) -> int:
        self.ms += self._step_ms
        return self.ms


def trouble(port: Path, **settings: object) -> DeviceTrouble:
    """What `run` says of a port that it cannot open."""
    section = ScannerSection.model_validate({"port": str(port), **settings})
    with pytest.raises(DeviceTrouble) as caught:
        ScannerTask(section, [], lambda _: None).run()
    return caught.value


def test_codes_come_once_per_beam_in_order_after_the_port_is_up(
    stand: ScannerStand, at_till: AtTill
) -> None:
    till = at_till(stand.port)
    for code in (WATER, RICE_BALL, MILK):
        stand.beam(code.gtin)
    till.wait_for_codes(WATER, RICE_BALL, MILK)
    assert till.events[0] == DeviceUp(Device.SCANNER)


def test_what_was_scanned_before_the_till_listened_is_not_lost(
    stand: ScannerStand, at_till: AtTill
) -> None:
    stand.beam(WATER.gtin)
    stand.beam(PAYMENT)
    at_till(stand.port).wait_for_codes(WATER, PaymentCode("wechat", Secret(PAYMENT)))


def test_two_codes_glued_into_one_write_are_two(stand: ScannerStand, at_till: AtTill) -> None:
    stand.raw(b"6901000000011\r\n6901000000028\r\n")
    at_till(stand.port).wait_for_codes(WATER, RICE_BALL)


def test_bytes_that_drip_in_are_one_code(stand: ScannerStand, at_till: AtTill) -> None:
    till = at_till(stand.port)
    till.wait_until_up()
    for byte in b"6901000000011\r":
        stand.raw(bytes([byte]))
    till.wait_for_codes(WATER)


def test_a_scanner_without_suffix_is_read_by_its_silence(stand: ScannerStand, at_till: AtTill) -> None:
    till = at_till(stand.port, suffix="GAP", gap_ms=20)
    stand.beam(WATER.gtin, suffix="")
    till.wait_for_codes(WATER)
    stand.beam("M000123", suffix="")
    till.wait_for_codes(WATER, MemberCode(Secret("M000123")))


def test_a_code_that_nothing_fits_is_still_reported(stand: ScannerStand, at_till: AtTill) -> None:
    stand.beam("6901000000012")
    at_till(stand.port).wait_for_codes(UnknownCode(13, "check digit"))


def test_pulled_out_while_reading_and_put_back_under_the_same_name(
    stand: ScannerStand, at_till: AtTill
) -> None:
    till = at_till(stand.port)
    stand.beam(WATER.gtin)
    till.wait_for_codes(WATER)
    stand.unplug()
    till.wait_until_lost("unplugged")
    till.wait_until_lost("absent")
    stand.plug_in()
    till.wait_until_up(times=2)
    stand.beam(RICE_BALL.gtin)
    till.wait_for_codes(WATER, RICE_BALL)
    assert till.events[2] == DeviceLost(Device.SCANNER, "unplugged")
    assert str(stand.port) in str(till.troubles[0])
    assert "Plug the scanner in again" in str(till.troubles[0])


def test_pulled_out_between_two_reads(stand: ScannerStand) -> None:
    """The hang-up meets the reader outside `read`: pyserial raises another error there."""
    posted: list[object] = []

    def post(event: object) -> None:
        posted.append(event)
        if isinstance(event, BarcodeScanned):
            stand.unplug()

    stand.beam(WATER.gtin)
    with pytest.raises(DeviceTrouble) as caught:
        ScannerTask(ScannerSection(port=str(stand.port)), [], post).run()
    assert caught.value.cause == "unplugged"
    assert posted == [DeviceUp(Device.SCANNER), BarcodeScanned(WATER)]


def test_half_a_code_does_not_survive_the_unplugging(stand: ScannerStand, at_till: AtTill) -> None:
    till = at_till(stand.port)
    stand.raw(b"6901000000011\r69010000")
    till.wait_for_codes(WATER)
    stand.unplug()
    till.wait_until_lost("unplugged")
    stand.plug_in()
    stand.beam(MILK.gtin)
    till.wait_for_codes(WATER, MILK)


def test_the_till_waits_for_a_scanner_that_is_plugged_in_later(tmp_path: Path, at_till: AtTill) -> None:
    stand = ScannerStand(tmp_path)
    stand.unplug()
    till = at_till(stand.port)
    till.wait_until_lost("absent")
    stand.plug_in()
    stand.beam(WATER.gtin)
    till.wait_for_codes(WATER)
    stand.close()


def test_a_missing_port_names_itself_and_the_next_step(tmp_path: Path) -> None:
    error = trouble(tmp_path / "usb-scanner")
    assert error.cause == "absent"
    assert str(error).startswith(
        f"scanner.port = {tmp_path}/usb-scanner: no such port. Plug the scanner in"
    )


def test_a_node_that_is_no_serial_port_is_refused() -> None:
    error = trouble(Path("/dev/zero"))
    assert error.cause == "failed"
    assert "/dev/zero: this is no serial port. Set scanner.port." in str(error)


def test_a_folder_as_port_is_refused(tmp_path: Path) -> None:
    error = trouble(tmp_path)
    assert (error.cause, "Is a directory" in str(error)) == ("failed", True)


def test_a_port_that_dies_while_it_is_opened_was_unplugged() -> None:
    master, slave = os.openpty()
    os.close(master)
    error = trouble(Path(f"/proc/self/fd/{slave}"))
    os.close(slave)
    assert (error.cause, "gone while it was opened" in str(error)) == ("unplugged", True)


def test_a_speed_that_the_port_does_not_know_is_refused(stand: ScannerStand, monkeypatch: Any) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ValueError("Failed to set custom baud rate (12345)")

    monkeypatch.setattr(serial.Serial, "_reconfigure_port", refuse)
    error = trouble(stand.port, baud=12345)
    assert (error.cause, "Set scanner.baud" in str(error)) == ("failed", True)


def test_a_port_that_another_program_holds_is_refused(stand: ScannerStand) -> None:
    with serial.Serial(str(stand.port), exclusive=True):
        error = trouble(stand.port)
    assert error.cause == "failed"
    assert "another program holds it" in str(error)


def test_ten_kilobytes_without_an_end_are_one_line_in_the_log(
    stand: ScannerStand, at_till: AtTill, caplog: pytest.LogCaptureFixture
) -> None:
    till = at_till(stand.port)
    stand.raw(b"1345" * 2500)
    stand.raw(b"\r")
    stand.beam(WATER.gtin)
    till.wait_for_codes(WATER)
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert "noise dropped (more than 1536 bytes without an end)" in record.message
    assert str(stand.port) in record.message
    assert "1345" not in record.message


def test_a_line_that_makes_noise_all_day_does_not_fill_the_log(
    stand: ScannerStand, at_till: AtTill, caplog: pytest.LogCaptureFixture
) -> None:
    now = Clock()
    till = at_till(stand.port, clock_ms=now)
    stand.raw(b"\xff\r" * 500)
    stand.beam(WATER.gtin)
    till.wait_for_codes(WATER)
    now.ms += 10_000
    stand.raw(b"\xff\r")
    stand.beam(RICE_BALL.gtin)
    till.wait_for_codes(WATER, RICE_BALL)
    assert len(caplog.records) == 2
    assert "499 more since the last such line" in caplog.records[1].message


def test_noise_is_a_red_sign_for_the_cashier_until_the_next_good_code(
    stand: ScannerStand, at_till: AtTill, expected_log: Callable[..., None]
) -> None:
    expected_log("noise dropped")
    till = at_till(stand.port)
    till.wait_until_up()
    stand.raw(b"\xff\r" * 5)
    till.wait_until_lost("noise")
    stand.beam(WATER.gtin)
    till.wait_for_codes(WATER)
    kinds = [type(event) for event in till.events]
    assert kinds == [DeviceUp, DeviceLost, DeviceUp, BarcodeScanned]


@pytest.mark.slow
def test_a_wrong_suffix_is_told_to_the_technician(
    stand: ScannerStand, at_till: AtTill, caplog: pytest.LogCaptureFixture
) -> None:
    till = at_till(stand.port, suffix="TAB")
    stand.beam(PAYMENT)
    wait_until(lambda: bool(caplog.records))
    assert (
        "a code came without its end. Check scanner.suffix (now lines, 9600 baud, suffix TAB)"
        in caplog.text
    )
    assert PAYMENT not in caplog.text
    assert till.codes == []


@pytest.mark.slow
def test_a_code_without_an_end_is_a_red_sign_for_the_cashier_until_the_next_good_code(
    stand: ScannerStand, at_till: AtTill, expected_log: Callable[..., None]
) -> None:
    expected_log("a code came without its end")
    till = at_till(stand.port)
    till.wait_until_up()
    stand.raw(WATER.gtin.encode())
    till.wait_until_lost("unended")
    stand.raw(b"\r")
    till.wait_for_codes(WATER)
    kinds = [type(event) for event in till.events]
    assert kinds == [DeviceUp, DeviceLost, DeviceUp, BarcodeScanned]


def test_the_same_code_twice_is_one_beam_within_the_repeat_time_and_two_after_it(
    stand: ScannerStand, at_till: AtTill
) -> None:
    now = Clock()
    till = at_till(stand.port, clock_ms=now, repeat_ms=800)
    stand.beam(WATER.gtin)
    stand.beam(WATER.gtin)
    stand.beam(RICE_BALL.gtin)
    till.wait_for_codes(WATER, RICE_BALL)
    now.ms += 800
    stand.beam(RICE_BALL.gtin)
    till.wait_for_codes(WATER, RICE_BALL, RICE_BALL)


def test_stop_frees_a_reader_that_waits(stand: ScannerStand, at_till: AtTill) -> None:
    till = at_till(stand.port)
    till.wait_until_up()
    till.stop(seconds=0.5)
    till.task.stop()
    assert not till.reading


def test_a_task_stopped_before_it_ran_does_not_report_itself_up(stand: ScannerStand) -> None:
    posted: list[object] = []
    task = ScannerTask(ScannerSection(port=str(stand.port)), [], posted.append)
    task.stop()
    task.run()
    assert posted == []


def test_no_thread_and_no_link_stays_behind(tmp_path: Path, at_till: AtTill) -> None:
    before = set(threading.enumerate())
    with ScannerStand(tmp_path) as stand:
        till = at_till(stand.port)
        till.wait_until_up()
        till.stop()
    stand.close()
    assert not stand.port.is_symlink()
    left = set(threading.enumerate()) - before
    assert not [thread.name for thread in left if thread.name == "scanner-stand"]


def test_no_code_is_ever_logged(
    stand: ScannerStand, at_till: AtTill, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    till = at_till(stand.port)
    stand.raw(PAYMENT.encode() + b"\xff\r")
    stand.beam(PAYMENT)
    till.wait_for_codes(PaymentCode("wechat", Secret(PAYMENT)))
    assert PAYMENT not in caplog.text
    assert PAYMENT not in repr([event for event in till.events if isinstance(event, BarcodeScanned)])
