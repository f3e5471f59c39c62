"""What is of a person's face or hand never stands in the words that Python makes of a value: such words end
in an error, and from there in a log."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import get_args, get_origin, get_type_hints

import numpy as np

import agent
from agent.cloud.schema import CodePayerData
from agent.core.ids import PersonId, Secret
from agent.core.state import Rules
from agent.ports import Frame, Template
from agent.screens.contract import CASHIER, Tap
from agent.vision.pipeline import Seen

RAW = {np.ndarray, bytes}
OTHER_MACHINES = {"pkcs11", "tpm2_pytss"}  # libraries that only some terminals have
NOBODYS = {
    "agent.vision.chain",  # weights of a model
    "agent.vision.prepare",
    "agent.vision.coarse.Shortlist",  # rows and scores, told by nothing but their place in the gallery
    "agent.vision.comparisons.Comparisons",
}
FACE = np.full(128, 0.0884, np.float32)


def modules() -> Iterator[str]:
    found = (module.name for module in pkgutil.walk_packages(agent.__path__, "agent."))
    return (name for name in found if not name.endswith("__main__"))


def records(name: str) -> Iterator[type]:
    """The classes of this module that Python writes out field by field."""
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name not in OTHER_MACHINES:
            raise
        return
    for thing in vars(module).values():
        if isinstance(thing, type) and thing.__module__ == name and dataclasses.is_dataclass(thing):
            yield thing


def kinds(hint: object) -> Iterator[object]:
    """A type and those it is made of, but not what a function takes."""
    origin = get_origin(hint)
    if origin is Callable:
        return
    yield origin or hint
    for part in get_args(hint):
        yield from kinds(part)


def written_out(record: type) -> list[str]:
    hints = get_type_hints(record)
    shown = [field.name for field in dataclasses.fields(record) if field.repr]
    return [name for name in shown if RAW.intersection(kind for kind in kinds(hints[name]) if kind in RAW)]


def test_no_record_writes_out_its_pictures_vectors_or_bytes() -> None:
    wordy = {
        f"{name}.{record.__name__}: {field}"
        for name in modules()
        for record in records(name)
        for field in written_out(record)
        if name not in NOBODYS and f"{name}.{record.__name__}" not in NOBODYS
    }
    assert wordy == set()


def test_one_that_does_is_found() -> None:
    @dataclasses.dataclass
    class Careless:
        person: str
        faces: tuple[Template | None, ...]
        body: bytes | None
        numbers: list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]
        spoil: Callable[[bytes], bytes]

    assert written_out(Careless) == ["body", "numbers"]


def test_a_template_a_frame_and_what_was_seen_say_no_number_of_a_face() -> None:
    template = Template(PersonId("m-1"), "王**", Secret("7319"), "0ba9", FACE)
    seen = Seen((), "good", FACE)  # type: ignore[arg-type]
    frame = Frame(7, 40, np.full((2, 2, 3), 201, np.uint8))
    for value, secret in ((template, "0884"), (template, "7319"), (seen, "0884"), (frame, "201")):
        assert secret not in repr(value), type(value).__name__
        assert secret not in f"{(value,)}", type(value).__name__
    assert "m-1" in repr(template)


def test_what_was_typed_or_scanned_is_not_said_again() -> None:
    assert repr(Tap(CASHIER, 4, "manager_pin", "4711")) == "Tap(cashier, view 4, 'manager_pin', •••)"
    assert repr(CodePayerData("wallet", "134512345678901234")) == "CodePayerData(wallet, •••)"


def test_the_record_of_the_pin_does_not_stand_in_the_rules() -> None:
    assert "manager_pin" not in {field.name for field in dataclasses.fields(Rules) if field.repr}
