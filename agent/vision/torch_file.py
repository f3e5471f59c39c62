"""Published PyTorch file → named arrays, without PyTorch and without running anything in it.

In: the bytes of a state dict in PyTorch's first format (before 1.6: five pickles, then the numbers). Out:
float32 arrays by name. A pickle may name any function of any library and have it called; this reader knows
four names, makes plain records of them, and refuses every other.
"""

from __future__ import annotations

import io
import math
import pickle
import struct
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
STORAGES: dict[str, npt.DTypeLike] = {"FloatStorage": "<f4", "LongStorage": "<i8"}
BROKEN = (
    pickle.UnpicklingError,
    struct.error,
    EOFError,
    LookupError,
    AttributeError,
    TypeError,
    ValueError,
)
"""What reading bytes that are no such file can raise."""

Floats = npt.NDArray[np.float32]
State = dict[str, Floats]


class TorchFileError(Exception):
    """Not a state dict of this kind: says what was expected and what came."""


@dataclass(frozen=True, slots=True)
class _Storage:
    kind: str
    key: str
    numbers: int


@dataclass(frozen=True, slots=True)
class _Tensor:
    """A view into a storage whose numbers come later in the file."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]

    @property
    def numbers(self) -> int:
        return math.prod(self.shape)


def read_state(content: bytes) -> State:
    """All float32 tensors, by name; counters (whole numbers) are left out.

    Raises:
        TorchFileError: another format, a name that no tensor needs, or numbers cut short.
    """
    file = io.BytesIO(content)
    try:
        magic, protocol, system = (_TensorsOnly(file).load() for _ in range(3))
        if (magic, protocol) != (MAGIC, PROTOCOL) or not system.get("little_endian"):
            raise TorchFileError(f"no PyTorch file of the first format (it begins with {magic!r})")
        tensors, order = (_TensorsOnly(file).load() for _ in range(2))
        storages = {t.storage.key: t.storage for t in tensors.values() if isinstance(t, _Tensor)}
        numbers = {key: _numbers(file, storages[key]) for key in order}
        return {
            name: _view(tensor, numbers[tensor.storage.key])
            for name, tensor in tensors.items()
            if tensor.storage.kind == "FloatStorage"
        }
    except BROKEN as error:
        raise TorchFileError(f"not a state dict: {error!r}") from error


def _numbers(file: io.BytesIO, storage: _Storage) -> npt.NDArray[Any]:
    """The numbers of one storage, after their count."""
    (count,) = struct.unpack("<q", file.read(8))
    kind: np.dtype[Any] = np.dtype(STORAGES[storage.kind])
    raw = file.read(storage.numbers * kind.itemsize)
    if count != storage.numbers or len(raw) != storage.numbers * kind.itemsize:
        raise TorchFileError(f"storage {storage.key}: {count} numbers (expected {storage.numbers})")
    return np.frombuffer(raw, kind)


def _view(tensor: _Tensor, numbers: npt.NDArray[Any]) -> Floats:
    part = numbers[tensor.offset : tensor.offset + tensor.numbers]
    return np.asarray(part.reshape(tensor.shape), np.float32)


class _TensorsOnly(pickle.Unpickler):
    """Names of the pickle → records of ours; nothing else can be named, so nothing else can be called."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuild
        if module == "torch" and name in STORAGES:
            return name
        raise TorchFileError(f"it names {module}.{name} (expected tensors only); it is not read further")

    def persistent_load(self, pid: Any) -> _Storage:
        tag, kind, key, _device, numbers, view = pid
        if tag != "storage" or kind not in STORAGES or view is not None:
            raise TorchFileError(f"{pid!r} (expected a whole storage of {', '.join(STORAGES)})")
        return _Storage(kind, key, numbers)


def _rebuild(
    storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_training: object
) -> _Tensor:
    """What PyTorch calls to make a tensor; here it only notes which numbers are meant."""
    packed = tuple(math.prod(shape[place + 1 :]) for place in range(len(shape)))
    if strides != packed:
        raise TorchFileError(f"a tensor with strides {strides} (expected {packed}, row by row)")
    return _Tensor(storage, offset, shape)
