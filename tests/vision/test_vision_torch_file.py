"""A PyTorch file gives its tensors, and nothing in it is ever called."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from agent.vision.torch_file import TorchFileError, read_state
from tests.vision.old_torch import REBUILD, Call, Named, Storage, old_torch, tensor

VALUES = {
    "conv.weight": np.arange(24, dtype=np.float32).reshape(2, 3, 2, 2),
    "bn.num_batches_tracked": np.array(7, np.int64),
    "bn.bias": np.array([0.5, -0.5], np.float32),
}


def test_every_tensor_comes_out_as_it_was_and_counters_stay_behind() -> None:
    state = read_state(old_torch(VALUES))
    assert list(state) == ["conv.weight", "bn.bias"]
    for name, values in state.items():
        np.testing.assert_array_equal(values, VALUES[name])


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "system"),
        ("builtins", "eval"),
        ("posix", "system"),
        ("torch", "load"),
        ("torch", "HalfStorage"),
    ],
)
def test_a_file_that_names_anything_else_is_refused_and_nothing_runs(
    module: str, name: str, capfd: Any
) -> None:
    def plant(tensors: dict[str, Any]) -> None:
        tensors["bn.bias"] = Call(Named(module, name), "echo it ran")

    with pytest.raises(TorchFileError, match=rf"it names {module}\.{name} \(expected tensors only\)"):
        read_state(old_torch(VALUES, spoil=plant))
    assert "it ran" not in capfd.readouterr().out


def test_a_tensor_that_is_not_stored_row_by_row_is_refused() -> None:
    def turn(tensors: dict[str, Any]) -> None:
        tensors["conv.weight"] = tensor("0", VALUES["conv.weight"], strides=(12, 4, 1, 2))

    with pytest.raises(TorchFileError, match="strides"):
        read_state(old_torch(VALUES, spoil=turn))


def test_numbers_cut_short_are_refused() -> None:
    content = old_torch(VALUES)
    for missing in (1, 8, 40, 200, len(content) - 3):
        with pytest.raises(TorchFileError):
            read_state(content[:-missing])


def test_a_tensor_larger_than_its_storage_is_refused() -> None:
    def stretch(tensors: dict[str, Any]) -> None:
        tensors["bn.bias"] = Call(REBUILD, Storage("FloatStorage", "2", 2), 0, (900,), (1,), False, None)

    with pytest.raises(TorchFileError, match="not a state dict"):
        read_state(old_torch(VALUES, spoil=stretch))


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 a newer torch file", b"\x80\x02K\x01.", b"\x00" * 500]
)
def test_another_kind_of_file_is_refused(content: bytes) -> None:
    with pytest.raises(TorchFileError):
        read_state(content)
    with pytest.raises(TorchFileError, match="first format"):
        read_state(old_torch(VALUES, magic=5))
