"""Writes PyTorch's first file format without PyTorch, as its authors would, and as somebody evil would."""

from __future__ import annotations

import io
import pickle
import struct
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
SYSTEM = {"protocol_version": PROTOCOL, "little_endian": True}


class Named:
    """Pickled as the bare name of a thing in a module that need not exist here."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name


class Storage:
    def __init__(self, kind: str, key: str, numbers: int) -> None:
        self.pid = ("storage", Named("torch", kind), key, "cpu", numbers, None)


class Call:
    """Pickled as the call of a named thing."""

    def __init__(self, named: Named, *arguments: Any) -> None:
        self.named, self.arguments = named, arguments

    def __reduce__(self) -> tuple[Any, ...]:
        return self.named, self.arguments


class Writer(pickle._Pickler):
    """Python's own pickler, which lets us write names by hand."""

    def persistent_id(self, obj: Any) -> Any:
        return obj.pid if isinstance(obj, Storage) else None

    def save(self, obj: Any, save_persistent_id: bool = True) -> None:
        if isinstance(obj, Named):
            self.write(pickle.GLOBAL + f"{obj.module}\n{obj.name}\n".encode())
            return
        if isinstance(obj, Call):
            self.save(obj.named)
            self.save(obj.arguments)
            self.write(pickle.REDUCE)
            return
        super().save(obj, save_persistent_id)


REBUILD = Named("torch._utils", "_rebuild_tensor_v2")


def pickled(thing: Any) -> bytes:
    file = io.BytesIO()
    Writer(file, 2).dump(thing)
    return file.getvalue()


def tensor(key: str, values: np.ndarray, strides: tuple[int, ...] | None = None) -> Call:
    rows = tuple(step // values.itemsize for step in values.strides)
    storage = Storage("LongStorage" if values.dtype == np.int64 else "FloatStorage", key, values.size)
    return Call(REBUILD, storage, 0, values.shape, strides or rows, False, OrderedDict())


def old_torch(
    values: Mapping[str, np.ndarray],
    *,
    magic: int = MAGIC,
    spoil: Callable[[dict[str, Any]], None] | None = None,
) -> bytes:
    """A state dict of these arrays; `spoil` may change the pickled dictionary."""
    tensors: dict[str, Any] = {n: tensor(str(k), v) for k, (n, v) in enumerate(values.items())}
    if spoil:
        spoil(tensors)
    keys = [str(key) for key in range(len(values))]
    numbers = [struct.pack("<q", each.size) + each.tobytes() for each in values.values()]
    parts = [pickled(part) for part in (magic, PROTOCOL, SYSTEM, OrderedDict(tensors), keys)]
    return b"".join([*parts, *numbers])
