"""Scenarios: what people do and see, as a TOML file, played on a real desk.

A file has a title and acts; an act has a title and steps. Each step is one verb:

    scan = "GTIN"              the scanner reads goods
    show_code = "wechat"       the customer shows a fresh payment code of that network, the scanner reads it
    receipt = 2                the scanner reads the receipt of the second order that the cloud has booked
    cashier = "charge"         the cashier touches that button (an intent of the screen contract)
    keys = "F2 1 Return"       the cashier strikes these keys, one after another
    customer = "confirm"       the customer touches that button
    digits_of = "member"       the customer types the last four digits of that person's phone
    stand = "member"           that person steps before the camera ("nobody": they leave;
                               "print of member", "phone of member": somebody holds a picture up)
    when_charged = "cut link"  arm a trouble for the moment the next charge reaches the cloud
    do = "restore link"        a trouble or its end, now (the words: simulator/troubles.py)
    see = { customer = [..], cashier = [..] }   both people read these words (since the last action)
    gone = { cashier = [..] }  they read none of these words any more (now or soon)
    works = "网络"             the cashier's row of signs says (now or soon) that this device works
    booked = 2                 the cloud's ledger holds so many captures
    move = 4                   head office's order to the next shop, this till, is held before the scanner
    retire = "today"           the same, to leave for good
    receipt_brought = "moved"  head office checks the receipt that the terminal left, and reads this in it
    close_day = "today"        hyla day close
    refunded = 120             so many minor units have gone back, by the cloud's ledger
    printed = ["合计", "8.80"]  the newest receipt says so (in a file with printer = true at its top)
    opened = 1                 the printer's cash drawer has sprung open so many times

`seconds = 20` beside a verb gives it more time than SEE_S.
"""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.box import BoxCounter
from simulator.counter import Counter
from simulator.gateway.refusals import Refused
from simulator.printer import PrinterStand

SEE_S = 20.0
SCREENS = ("customer", "cashier")
BEAMED = {"scan", "show_code", "receipt", "activation", "move", "retire"}
TOUCHED = {"cashier", "customer", "keys", "digits_of", "phone_of"}
READ = ("see", "gone")
NUMBERS = ("claim", "activation", "move", "receipt", "booked", "refunded", "members", "opened")
FOLDER = Path(__file__).parent / "scenarios"
Say = Callable[[str], None]


class ScenarioError(Exception):
    """A scenario file that cannot be played: file, act, step, what was expected."""


class ScenarioFailed(Exception):
    """Somebody did not see what they should have seen, or could not do what they wanted."""


@dataclass(frozen=True, slots=True)
class Step:
    verb: str
    value: Any
    seconds: float


@dataclass(frozen=True, slots=True)
class Act:
    title: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """`box`: the terminal comes from the box, and has to be claimed first; `printer`: it has one."""

    title: str
    acts: tuple[Act, ...]
    box: bool = False
    network: bool = True
    printer: bool = False


def load_scenario(name: str) -> Scenario:
    """By the name of a file in `simulator/scenarios` or by path.

    Raises:
        ScenarioError: no such file, TOML that does not parse, a step that is not one known verb.
    """
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        known = ", ".join(sorted(file.stem for file in FOLDER.glob("*.toml")))
        raise ScenarioError(f"{path}: no such scenario (known: {known}; or give a .toml file)") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ScenarioError(f"{path}: {error} (expected a scenario in TOML)") from None
    acts = raw.get("act")
    if not isinstance(acts, list) or not all(isinstance(act, dict) for act in acts):
        raise ScenarioError(f"{path}: no acts (expected [[act]] with a title and steps)")
    played = tuple(_act(path, number, act) for number, act in enumerate(acts, 1))
    box, network = raw.get("box") is True, raw.get("network") is not False
    return Scenario(str(raw.get("title", path.stem)), played, box, network, raw.get("printer") is True)


def _act(path: Path, number: int, raw: dict[str, Any]) -> Act:
    steps = raw.get("steps", [])
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise ScenarioError(f"{path}: act {number}: steps (expected a list of tables, one verb in each)")
    played = tuple(_step(path, number, step) for step in steps)
    if hasty := _hasty(played):
        raise ScenarioError(f"{path}: act {number}: {hasty}")
    return Act(str(raw.get("title", f"act {number}")), played)


def _hasty(steps: tuple[Step, ...]) -> str:
    """The scanner and the glass are two wires, and nothing says which is quicker: who changes over looks
    first. A button is waited for when it is touched, so one scan alone may come before it."""
    unseen: list[Step] = []
    for step in steps:
        if step.verb in READ:
            unseen = []
        elif step.verb in BEAMED | TOUCHED:
            other = bool(unseen) and (unseen[-1].verb in BEAMED) != (step.verb in BEAMED)
            if other and (step.verb in BEAMED or len(unseen) > 1):
                said = f"{unseen[-1].verb} = {unseen[-1].value!r}, then {step.verb} = {step.value!r}"
                return f"{said} (expected a see between: scanner and screens are two wires)"
            unseen = [step] if other else [*unseen, step]
    return ""


def _step(path: Path, act: int, raw: dict[str, Any]) -> Step:
    where, seconds = f"{path}: act {act}: {raw}", raw.get("seconds", SEE_S)
    verbs = [key for key in raw if key != "seconds"]
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise ScenarioError(f"{where} (expected one verb of: {', '.join(VERBS)})")
    if not isinstance(seconds, int | float) or seconds <= 0:
        raise ScenarioError(f"{where} (expected seconds as a number above 0)")
    if wrong := _wrong_value(verbs[0], raw[verbs[0]]):
        raise ScenarioError(f"{where} (expected {wrong})")
    return Step(verbs[0], raw[verbs[0]], float(seconds))


def _wrong_value(verb: str, value: Any) -> str:
    """What this verb takes, when it was given something else."""
    if verb in NUMBERS:
        return "" if type(value) is int else "a whole number"
    if verb in READ:
        lists = value.items() if isinstance(value, dict) else [("", None)]
        good = all(
            screen in SCREENS and isinstance(texts, list) and all(isinstance(text, str) for text in texts)
            for screen, texts in lists
        )
        return "" if good else 'texts for the screens, as in { customer = ["¥8.80"], cashier = ["¥8.80"] }'
    if verb == "printed":
        good = isinstance(value, list) and all(isinstance(text, str) for text in value)
        return "" if good else 'texts, as in ["合计", "8.80"]'
    return "" if isinstance(value, str) else "one text in quotes"


def play(scenario: Scenario, counter: Counter, say: Say) -> None:
    """Play every act.

    Raises:
        ScenarioFailed: naming the act, the step and what was on the screens instead.
    """
    for number, act in enumerate(scenario.acts, 1):
        say(f"{number} · {act.title}")
        for step in act.steps:
            try:
                VERBS[step.verb](counter, step, say)
            except (TimeoutError, LookupError, ValueError, OSError, Refused) as error:
                raise ScenarioFailed(
                    f"act {number} ({act.title}), {step.verb} = {step.value!r}: {error}"
                ) from error


def _scan(counter: Counter, step: Step, say: Say) -> None:
    counter.acted()
    say(f"    → the scanner reads {step.value}")
    counter.scanner.beam(step.value)


def _show_code(counter: Counter, step: Step, say: Say) -> None:
    counter.acted()
    say(f"    → a {step.value} payment code is shown and scanned")
    counter.scanner.beam(counter.fresh_code(step.value))


def _receipt(counter: Counter, step: Step, say: Say) -> None:
    counter.acted()
    say(f"    → the scanner reads the receipt of order {step.value}")
    counter.scanner.beam(counter.cloud.captures()[step.value - 1].order_id)


def _keys(counter: Counter, step: Step, say: Say) -> None:
    counter.acted()
    say(f"    → the cashier strikes {len(step.value.split())} keys")
    for key in step.value.split():
        counter.fingers.strike("cashier", key, step.seconds)


def _cashier(counter: Counter, step: Step, say: Say) -> None:
    counter.acted()
    say(f"    → the cashier touches {step.value}")
    counter.fingers.press("cashier", step.value, step.seconds)


def _customer(counter: Counter, step: Step, say: Say) -> None:
    counter.acted()
    say(f"    → the customer touches {step.value}")
    counter.fingers.press("customer", step.value, step.seconds)


def _digits_of(counter: Counter, step: Step, say: Say) -> None:
    counter.acted()
    say(f"    → the customer types the last four digits of {step.value}'s phone")
    counter.fingers.type_digits(counter.people[step.value].phone_last4, step.seconds)


def _phone_of(counter: Counter, step: Step, say: Say) -> None:
    counter.acted()
    say(f"    → the customer types the phone number of {step.value}")
    counter.fingers.type_digits(counter.people[step.value].phone, step.seconds)


def _members(counter: Counter, step: Step, say: Say) -> None:
    told = counter.hyla("members", "list", "--json")
    persons = json.loads(told.stdout)
    if len(persons) != step.value:
        raise LookupError(f"the gallery holds {len(persons)} members")
    say(f"      gallery  │ {len(persons)} members")


def _stand(counter: Counter, step: Step, say: Say) -> None:
    say(f"    → {step.value} stands before the camera")
    counter.stand(None if step.value == "nobody" else step.value)


def _when_charged(counter: Counter, step: Step, say: Say) -> None:
    say(f"    → when the next charge arrives: {step.value}")
    counter.when_charged(step.value)


def _do(counter: Counter, step: Step, say: Say) -> None:
    counter.acted()
    say(f"    → {step.value}")
    counter.trouble(step.value)


def _see(counter: Counter, step: Step, say: Say) -> None:
    for screen in SCREENS:
        wanted = [counter.words(text) for text in step.value.get(screen, ())]
        if wanted:
            shown = counter.record.wait_for(screen, wanted, step.seconds)
            say(f"      {screen:8} │ {' · '.join(shown.summary)}")


def _gone(counter: Counter, step: Step, say: Say) -> None:
    for screen in SCREENS:
        for text in step.value.get(screen, ()):
            if not _comes(lambda: not _read_now(counter, screen, text), step.seconds):  # noqa: B023
                raise LookupError(f"the {screen} still reads {text}")
            say(f"      {screen:8} │ no longer {text}")


def _read_now(counter: Counter, screen: str, text: str) -> bool:
    """Also before the first picture: nobody knows what it will say."""
    counter.record.read()
    shown = counter.record.latest(screen)
    return shown is None or shown.says([counter.words(text)])


def _works(counter: Counter, step: Step, say: Say) -> None:
    counter.record.wait_until_works(step.value, step.seconds)
    say(f"      cashier  │ ● {step.value}")


def _booked(counter: Counter, step: Step, say: Say) -> None:
    captures = counter.cloud.captures()
    if len(captures) != step.value:
        raise LookupError(f"the cloud has booked {len(captures)} captures")
    say(f"      cloud    │ {len(captures)} booked, last {counter.amount_text(captures)}")


def _refunded(counter: Counter, step: Step, say: Say) -> None:
    def gone_back() -> int:
        return sum(part.amount_minor for part in counter.cloud.refunds() if part.state == "refunded")

    if not counter.cloud.wait_for(lambda: gone_back() == step.value, step.seconds):
        raise LookupError(f"the cloud has given back {gone_back()} minor units")
    say(f"      cloud    │ {step.value} minor units went back")


def _printer(counter: Counter) -> PrinterStand:
    if counter.printer is None:
        raise LookupError("there is no printer on this desk (expected printer = true in the scenario)")
    return counter.printer


def _comes(said: Callable[[], bool], seconds: float) -> bool:
    """Whether it is so within this time."""
    until_s = time.monotonic() + seconds
    while not said():
        if time.monotonic() > until_s:
            return False
        time.sleep(0.05)
    return True


def _printed(counter: Counter, step: Step, say: Say) -> None:
    printer = _printer(counter)

    def said() -> bool:
        return bool(printer.receipts) and all(word in printer.receipts[-1].text for word in step.value)

    if not _comes(said, step.seconds):
        last = printer.receipts[-1].text if printer.receipts else "nothing"
        raise LookupError(f"the printer has printed {last}")
    say(f"      printer  │ receipt {len(printer.receipts)}: {' · '.join(step.value)}")


def _opened(counter: Counter, step: Step, say: Say) -> None:
    printer = _printer(counter)
    if not _comes(lambda: printer.drawer_kicks == step.value, step.seconds):
        raise LookupError(f"the drawer has sprung open {printer.drawer_kicks} times")
    say(f"      drawer   │ has sprung open {printer.drawer_kicks} times")


def _claim(counter: Counter, step: Step, say: Say) -> None:
    counter.acted()
    if not isinstance(counter, BoxCounter):
        raise LookupError("this terminal needs no claim (expected box = true)")
    say(f"    → head office is told the code {counter.claim(step.value, step.seconds)}: till {step.value}")


def _activation(counter: Counter, step: Step, say: Say) -> None:
    counter.acted()
    if not isinstance(counter, BoxCounter):
        raise LookupError("this terminal needs no claim (expected box = true)")
    text = counter.activation(step.value)
    say(f"    → an activation QR of {len(text)} characters is held before the scanner: till {step.value}")
    counter.scanner.beam(text)


def _box(counter: Counter) -> BoxCounter:
    counter.acted()
    if not isinstance(counter, BoxCounter):
        raise LookupError("nobody claimed this terminal (expected box = true)")
    return counter


def _move(counter: Counter, step: Step, say: Say) -> None:
    text = _box(counter).order_to_move(step.value)
    say(f"    → an order of {len(text)} characters to the next shop, till {step.value}, before the scanner")
    counter.scanner.beam(text)


def _retire(counter: Counter, step: Step, say: Say) -> None:
    text = _box(counter).order_to_retire(step.seconds)
    say(f"    → an order of {len(text)} characters to retire is held before the scanner")
    counter.scanner.beam(text)


def _receipt_brought(counter: Counter, step: Step, say: Say) -> None:
    why = _box(counter).bring_receipt()
    if why != step.value:
        raise LookupError(f"the receipt says {why}")
    say(f"      office   │ the receipt holds: {why}")


def _close_day(counter: Counter, _step: Step, say: Say) -> None:
    _box(counter).close_day()
    say("      hyla     │ the day is compared and closed")


VERBS: dict[str, Callable[[Counter, Step, Say], None]] = {
    "scan": _scan,
    "show_code": _show_code,
    "receipt": _receipt,
    "claim": _claim,
    "activation": _activation,
    "move": _move,
    "retire": _retire,
    "receipt_brought": _receipt_brought,
    "close_day": _close_day,
    "keys": _keys,
    "cashier": _cashier,
    "customer": _customer,
    "digits_of": _digits_of,
    "phone_of": _phone_of,
    "members": _members,
    "stand": _stand,
    "when_charged": _when_charged,
    "do": _do,
    "see": _see,
    "gone": _gone,
    "works": _works,
    "booked": _booked,
    "refunded": _refunded,
    "printed": _printed,
    "opened": _opened,
}
