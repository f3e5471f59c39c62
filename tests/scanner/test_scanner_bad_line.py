"""A bad cable on a real pseudo-terminal: bytes that come twice, not at all, wrong, or without an end."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.core.codes import GoodsCode, PaymentCode
from agent.scanner.ssi import DECODED, ENGINE, packet
from simulator.scanner import ScannerStand

pytestmark = pytest.mark.slow
WATER, RICE_BALL, PAYMENT = "6901000000011", "6901000000028", "134567890123456789"
MEGABYTE = 1_048_576
AtTill = Callable[..., Any]
Spoil = Callable[[bytes, random.Random], bytes]


def doubled(data: bytes, chance: random.Random) -> bytes:
    return b"".join(bytes([byte]) * chance.choice((1, 2)) for byte in data)


def dropped(data: bytes, chance: random.Random) -> bytes:
    return bytes(byte for byte in data if chance.random() > 0.2)


def noisy(data: bytes, chance: random.Random) -> bytes:
    return bytes(chance.randrange(256) if chance.random() < 0.2 else byte for byte in data)


def on_the_wire(dialect: str, text: str) -> bytes:
    if dialect == "ssi":
        return packet(DECODED, b"\x0b" + text.encode(), source=ENGINE)
    return f"{text}\r".encode()


@pytest.mark.parametrize("spoil", [doubled, dropped, noisy])
@pytest.mark.parametrize("dialect", ["lines", "honeywell", "newland", "ssi"])
def test_a_bad_line_makes_no_payment_up_and_the_clean_code_after_it_is_read(
    tmp_path: Path, at_till: AtTill, expected_log: Callable[..., None], dialect: str, spoil: Spoil
) -> None:
    expected_log("scanner on", at_least=0)
    chance = random.Random(f"{dialect} {spoil.__name__}")
    with ScannerStand(tmp_path / "by-id") as stand:
        till = at_till(stand.port, dialect=dialect, repeat_ms=0)
        till.wait_until_up()
        for _ in range(30):
            stand.raw(spoil(on_the_wire(dialect, PAYMENT[:-1]), chance))  # too short to be one
        for text in (RICE_BALL, WATER):  # the first may be glued to what lies about
            stand.raw(b"\r" if dialect != "ssi" else bytes(300))
            stand.raw(on_the_wire(dialect, text))
        till.wait_for(lambda: till.codes[-1:] == [GoodsCode(WATER)], 15)
        assert [code for code in till.codes if isinstance(code, PaymentCode)] == []
        till.stop()


def test_a_megabyte_without_an_end_is_one_noise_and_takes_no_room(
    stand: ScannerStand, at_till: AtTill, expected_log: Callable[..., None]
) -> None:
    expected_log(r"noise dropped .more than \d+ bytes without an end")
    till = at_till(stand.port)
    till.wait_until_up()
    for _ in range(16):
        stand.raw(b"7" * (MEGABYTE // 16))
    till.wait_until_lost("noise")
    stand.raw(f"\r{WATER}\r".encode())
    till.wait_for_codes(GoodsCode(WATER))
    assert len(till.task._hearing.dialect._framer._half) <= till.task._section.code_bytes_max + 1


def test_ten_unplugs_in_a_row_leave_one_thread_and_lose_no_code(
    stand: ScannerStand, at_till: AtTill
) -> None:
    till = at_till(stand.port, repeat_ms=0)
    before = threading.active_count()
    for times in range(1, 11):
        till.wait_until_up(times)
        stand.beam(WATER)
        till.wait_for(lambda wanted=times: len(till.codes) == wanted)
        stand.unplug()
        till.wait_until_lost("unplugged")
        till.events[:] = [e for e in till.events if not getattr(e, "cause", "")]
        stand.plug_in()  # under another name of the kernel's; the link by-id is the same
    till.wait_until_up(11)
    assert till.codes == 10 * [GoodsCode(WATER)]
    assert threading.active_count() == before
