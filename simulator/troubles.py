"""Everything that can go wrong on a desk, by the name a scenario and the desk panel use for it.

A running counter comes in; deeds leave. Whatever can be made here can be ended here, by the name that
stands beside it.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from agent.cloud import topics
from agent.core.benefits import Coupon, CouponKind, Level, MembershipRules, PointRules
from agent.core.ids import CouponId, DeviceId
from agent.core.money import Money
from agent.core.promotions import Promotion, Promotions

if TYPE_CHECKING:
    from simulator.counter import Counter

Deed = Callable[[], None]

DEVICE = DeviceId("desk-01")  # as device_profiles/desk.toml names this terminal
SLOW_MS = 800
GOODBYE_S = 10.0
ENDLESS_BYTES = 10_000
FEW_LINES = 6
OTHER_SIZE_PX = (480, 360)
SILENT_FPS, USUAL_FPS = 0.01, 30
HALF_CODE, TEST_CODE = b"69010000", b"HYLA-LOOSE\r"
NOISE = bytes([0x81, 0xFF, 0x00, 0xFE]) * 8
POSTER = Path(__file__).resolve().parents[1] / "ui" / "gallery_poster.jpg"
GARBAGE = b"\xff{ this is no message"


def troubles_of(counter: Counter) -> Mapping[str, Deed]:
    """Every trouble and its end, by name."""
    return {**_cables(counter), **_processes(counter), **_nonsense(counter)}


def _cables(counter: Counter) -> Mapping[str, Deed]:
    link, camera, scanner = counter.link, counter.camera, counter.scanner
    return {
        "cut link": link.cut,
        "black hole link": link.black_hole,
        "restore link": link.restore,
        "slow link": lambda: link.slow(SLOW_MS),
        "full speed link": lambda: link.slow(0),
        "unplug scanner": scanner.unplug,
        "plug in scanner": scanner.plug_in,
        "unplug camera": camera.unplug,
        "plug in camera": camera.plug_in,
        "cover camera": camera.cover,
        "uncover camera": camera.uncover,
        "freeze camera": camera.freeze,
        "thaw camera": camera.thaw,
        "silence camera": lambda: camera.slow(SILENT_FPS),
        "let camera speak": lambda: camera.slow(USUAL_FPS),
        "resize camera": lambda: camera.resize(*OTHER_SIZE_PX),
        "swap cameras": camera.lose_colour,
        "swap cameras back": camera.regain_colour,
        **_second_cameras(counter),
        **_printer(counter),
    }


def _printer(counter: Counter) -> Mapping[str, Deed]:
    """Where there is one."""
    if (printer := counter.printer) is None:
        return {}
    return {
        "unplug printer": printer.unplug,
        "plug in printer": printer.plug_in,
        "printer out of paper": printer.run_out,
        "printer nearly out of paper": lambda: printer.run_out(FEW_LINES),
        "new paper": printer.new_paper,
    }


def _second_cameras(counter: Counter) -> Mapping[str, Deed]:
    """On a terminal that has them."""
    deeds: dict[str, Deed] = {}
    for name, camera in counter.second_cameras.items():
        deeds |= {
            f"unplug {name} camera": camera.unplug,
            f"plug in {name} camera": camera.plug_in,
            f"cover {name} camera": camera.cover,
            f"uncover {name} camera": camera.uncover,
            f"freeze {name} camera": camera.freeze,
            f"thaw {name} camera": camera.thaw,
        }
    return deeds


def _processes(counter: Counter) -> Mapping[str, Deed]:
    return {
        "stop broker": lambda: _stop_broker(counter),
        "start broker": lambda: _start_broker(counter),
        "stop agent": counter.stop_agent,
        "kill agent": counter.kill_agent,
        "start agent": lambda: _start_agent(counter),
        "kill screens": lambda: _kill_screens(counter),
        "disk refuses": lambda: _limit_files(counter, 0),
        "disk takes again": lambda: _limit_files(counter, resource.RLIM_INFINITY),
    }


def _nonsense(counter: Counter) -> Mapping[str, Deed]:
    reply, acknowledgement = topics.reply(DEVICE, topics.CHARGE), topics.acknowledgements(DEVICE)
    return {
        "noise from scanner": lambda: counter.scanner.raw(NOISE + b"\r"),
        "endless line from scanner": lambda: counter.scanner.raw(b"7" * ENDLESS_BYTES),
        "end of line from scanner": lambda: counter.scanner.raw(b"\r"),
        "code without end from scanner": lambda: counter.scanner.raw(HALF_CODE),
        "end and a code": lambda: counter.scanner.raw(b"\r" + TEST_CODE),
        "garbage reply": lambda: counter.say(reply, GARBAGE),
        "garbage acknowledgement": lambda: counter.say(acknowledgement, GARBAGE),
        "send promotions": lambda: send_promotions(counter),
        "membership begins": lambda: begin_membership(counter),
        "newer message": lambda: counter.say(reply, newer_message()),
    }


def send_promotions(counter: Counter) -> None:
    """Head office has something for the idle screen: one page with a picture, one without."""
    picture = POSTER.read_bytes()
    items = (
        Promotion(
            "oden", "关东煮第二份半价", "Second oden at half price", "今天全天", "All day today",
            Money(490), Money(980), picture=hashlib.sha256(picture).hexdigest(),
        ),
        Promotion("tea", "茶叶蛋买一送一", "Tea eggs: two for one", price=Money(150)),
    )  # fmt: skip
    counter.cloud.promote(DEVICE, Promotions(time.time_ns() // 1_000_000, items), [picture])


def begin_membership(counter: Counter) -> None:
    """The shop has rules, and its member two coupons: one of the shop's, one of a card wallet's."""
    levels = (Level("gold", "金卡", "Gold", off_percent=5),)
    version = time.time_ns() // 1_000_000
    counter.cloud.tell_membership(DEVICE, MembershipRules(version, "CNY", levels, PointRules()))
    shops = Coupon(
        CouponId("two-off"), CouponKind.AMOUNT_OFF, 200, "满八减二", "2 off from 8", least_minor=800
    )
    wallets = Coupon(CouponId("card-ten"), CouponKind.PERCENT_OFF, 10, "会员卡九折", "Card: 10 % off")
    member = counter.people["member"].person
    counter.cloud.give_coupons(member, shops)
    counter.cloud.give_coupons(member, wallets, wallet=True)


def newer_message() -> bytes:
    """A reply as a cloud of the future might send it."""
    envelope = {
        "specversion": "1.0",
        "id": "future/1",
        "source": "hyla/cloud",
        "type": "hyla.charge.captured.v9",
        "data": {"payment_key": "desk-01-0000-000001/1", "beam": "quantum"},
    }
    return json.dumps(envelope).encode()


def _stop_broker(counter: Counter) -> None:
    """The server is gone: its port refuses, which a proxy that still listens would hide."""
    counter.link.cut()
    counter.broker.stop()


def _start_broker(counter: Counter) -> None:
    counter.broker.start()
    counter.link.restore()


def _start_agent(counter: Counter) -> None:
    """The next one; the last one may still be saying its goodbyes."""
    deadline = time.monotonic() + GOODBYE_S
    while counter.agent_pid() is not None:
        if time.monotonic() > deadline:
            raise LookupError("the agent still runs")
        time.sleep(0.02)
    counter.start_agent()


def _kill_screens(counter: Counter) -> None:
    pid = counter.ui_pid()
    if pid is None:
        raise LookupError("the screens do not run")
    os.kill(pid, signal.SIGKILL)


def _limit_files(counter: Counter, size_bytes: int) -> None:
    """From now on the agent may write no file beyond this size (getrlimit(2), RLIMIT_FSIZE)."""
    pid = counter.agent_pid()
    if pid is None:
        raise LookupError("the agent does not run")
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size_bytes, hard))
