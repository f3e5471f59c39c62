"""`hyla doctor scanner`: three test codes, and the scanner is set up. Says and writes what it found.

Exit codes: 0 found and written (or as it was), 2 not found, or the terminal still runs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.doctor.barcodes import bars, half_blocks, qr, write_png
from agent.doctor.card import Card
from agent.doctor.ears import Ears, Place, places
from agent.doctor.patient import Patient, meet
from agent.doctor.wizard import BEAM_S, Found, Show, WizardStopped, find
from agent.profile.layers import write_local_settings
from agent.profile.loader import ProfileError
from agent.profile.schema import Profile

NOT_FOUND = 2
WORDS = {
    "zh": {
        "runs": "终端正在运行,占着扫码枪:先停下它(systemctl stop hyla),再运行一次",
        "first": "第 {number}/3 个码:请扫{where}",
        "next": "读到了。第 {number}/3 个码:请扫{where}",
        "again": "听到了声音但读不懂,换一个速度:请再扫一次第 {number} 个码",
        "screen": "顾客屏上的码",
        "file": "图片 {file} 里的码",
        "here": "下面的码",
        "deaf": "没有能打开的口:把扫码枪插上,再运行一次",
        "nothing": "什么也没有收到:看扫码窗亮不亮,线插好没有;再运行一次",
        "unreadable": "收到了数据,但哪个速度都读不懂:用说明书里的恢复出厂设置码,再运行一次",
        "layout": "键盘布局不认识:把扫码枪设成美式键盘,再运行一次",
        "case": "扫码枪改了大小写:关掉它的大小写转换(或键盘的大写锁定),再运行一次",
        "suffix": "码后面的字符不认识:把扫码枪的结尾设成回车(CR),再运行一次",
        "prefix": "码前面的字符太多:关掉扫码枪的前缀,再运行一次",
        "differ": "三个码读出来的设置不一样:再运行一次,每次只扫显示的那个码",
        "found": "找到了:",
        "written": "已写入 {file}",
        "same": "和现在的设置一样,没有改动",
    },
    "en": {
        "runs": "the terminal runs and holds the scanner: stop it (systemctl stop hyla) first",
        "first": "code {number} of 3: scan {where}",
        "next": "read. code {number} of 3: scan {where}",
        "again": "something came that cannot be read; trying another speed: scan code {number} once more",
        "screen": "the code on the customer's screen",
        "file": "the code in the picture {file}",
        "here": "the code below",
        "deaf": "no port can be opened: plug the scanner in, then run this again",
        "nothing": "nothing came: is its light on, its cable in? Run this again",
        "unreadable": "something came that no speed makes sense of: scan its factory reset, run this again",
        "layout": "no keyboard that we know: set the scanner to the American keyboard, run this again",
        "case": "the scanner changes capitals: switch its case conversion off, run this again",
        "suffix": "what stands behind the code is unknown: set its suffix to CR, run this again",
        "prefix": "too much stands before the code: switch its prefix off, run this again",
        "differ": "the three codes do not agree: run this again, and scan only the code that is shown",
        "found": "found:",
        "written": "written to {file}",
        "same": "as it was set already; nothing was changed",
    },
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Beside those that say which terminal."""
    parser.add_argument(
        "--png", type=Path, metavar="FILE", help="put the codes into this picture, one by one"
    )
    parser.add_argument("--print", action="store_true", help="print the codes here, not on the screen")
    parser.add_argument(
        "--port", action="append", metavar="PORT", help="listen at this serial port only (may be repeated)"
    )
    parser.add_argument("--wait", type=float, default=BEAM_S, metavar="S", help="seconds for each code")
    parser.add_argument("--dry-run", action="store_true", help="find it, write nothing")


def set_up(args: argparse.Namespace, profile: Profile, language: str) -> int:
    """Find the scanner, say it, write it."""
    words, patient = WORDS[language], meet(profile)
    if patient.runs:
        print(words["runs"], file=sys.stderr)
        return NOT_FOUND
    baud = profile.scanner.baud
    at = [Place(port, baud=baud) for port in args.port or ()] or places(profile.scanner)
    with Ears(at) as ears, _shower(patient, args, words) as show:
        try:
            found = find(ears, show, args.wait)
        except WizardStopped as stopped:
            print(
                words[stopped.case] + (f"\n  · {stopped.detail}" if stopped.detail else ""), file=sys.stderr
            )
            return NOT_FOUND
    return _told(found, args, profile, words)


def _told(found: Found, args: argparse.Namespace, profile: Profile, words: dict[str, str]) -> int:
    settings = found.settings()
    print(words["found"])
    for key, value in settings.items():
        print(f"  {key} = {value}")
    now = {f"scanner.{key}": value for key, value in profile.scanner.model_dump().items()}
    changes = {key: value for key, value in settings.items() if now[key] != value}
    if not changes or args.dry_run:
        print(words["same"] if not changes else "")
        return 0
    folder = Path(profile.device.data_dir)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        file = write_local_settings(folder, changes, args.profile, args.set)
    except ProfileError as error:
        print(error, file=sys.stderr)
        return NOT_FOUND
    print(words["written"].format(file=file))
    return 0


@contextmanager
def _shower(patient: Patient, args: argparse.Namespace, words: dict[str, str]) -> Iterator[Show]:
    """On the customer's screen; where there is none, or by wish, in a picture or in the terminal."""

    def say(number: int, why: str, where: str) -> None:
        print(words[why].format(number=number, where=where), flush=True)

    def in_picture(number: int, text: str, why: str) -> None:
        write_png([bars(text), qr(text)], args.png)
        say(number, why, words["file"].format(file=args.png))

    def here(number: int, text: str, why: str) -> None:
        say(number, why, words["here"])
        print(half_blocks(qr(text)), flush=True)

    if args.png or args.print:
        yield in_picture if args.png else here
        return
    with Card(patient) as card:

        def on_screen(number: int, text: str, why: str) -> None:
            if card.show(f"{number}/3", words[why].format(number=number, where=words["here"]), text):
                say(number, why, words["screen"])
            else:
                here(number, text, why)

        yield on_screen
