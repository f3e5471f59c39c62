"""MiniFASNet worked out slowly in numpy, in double precision, normalisations and PReLU as they are written:
what the built graph must agree with."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
State = dict[str, npt.NDArray[np.float32]]


class Plain:
    def __init__(self, state: State) -> None:
        self._w = {
            name.removeprefix("module."): values.astype(np.float64) for name, values in state.items()
        }

    def probabilities(self, face: Numbers) -> Numbers:
        """face: 3×80×80."""
        x = self._block(self._block(face, "conv1", 2), "conv2_dw")
        for narrow, stage, blocks in (
            ("conv_23", "conv_3", 4),
            ("conv_34", "conv_4", 6),
            ("conv_45", "conv_5", 2),
        ):
            x = self._narrow(x, narrow, 2)
            for number in range(blocks):
                x = x + self._weighed(
                    self._narrow(x, f"{stage}.model.{number}"), f"{stage}.model.{number}.se_module"
                )
        x = self._block(self._block(x, "conv_6_sep"), "conv_6_dw", pad=0)
        x = self._normal(self._w["linear.weight"] @ x.ravel(), "bn")
        odds = np.exp(self._w["prob.weight"] @ x)
        return np.asarray(odds / odds.sum())

    def _narrow(self, x: Numbers, name: str, stride: int = 1) -> Numbers:
        return self._block(
            self._block(self._block(x, f"{name}.conv"), f"{name}.conv_dw", stride), f"{name}.project"
        )

    def _block(self, x: Numbers, name: str, stride: int = 1, pad: int | None = None) -> Numbers:
        x = self._normal(self._conv(x, f"{name}.conv.weight", stride, pad), f"{name}.bn")
        slopes = self._w.get(f"{name}.prelu.weight")
        return x if slopes is None else np.where(x < 0, x * slopes[:, None, None], x)

    def _weighed(self, x: Numbers, name: str) -> Numbers:
        if f"{name}.fc1.weight" not in self._w:
            return x
        need = x.mean(axis=(1, 2), keepdims=True)
        need = np.maximum(self._normal(self._conv(need, f"{name}.fc1.weight"), f"{name}.bn1"), 0)
        need = self._normal(self._conv(need, f"{name}.fc2.weight"), f"{name}.bn2")
        return np.asarray(x / (1 + np.exp(-need)))

    def _conv(self, x: Numbers, name: str, stride: int = 1, pad: int | None = None) -> Numbers:
        weights = self._w[name]
        side = weights.shape[2]
        pad = side // 2 if pad is None else pad
        x = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
        patches = np.lib.stride_tricks.sliding_window_view(x, (side, side), axis=(1, 2))[
            :, ::stride, ::stride
        ]
        if weights.shape[1] == 1:
            return np.einsum("chwij,cij->chw", patches, weights[:, 0])
        return np.einsum("chwij,ocij->ohw", patches, weights, optimize=True)

    def _normal(self, x: Numbers, name: str) -> Numbers:
        shape = (-1, *[1] * (x.ndim - 1))
        gamma, beta, mean, variance = (
            self._w[f"{name}.{part}"].reshape(shape)
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        return np.asarray((x - mean) / np.sqrt(variance + 1e-5) * gamma + beta)
