"""A published chain of convolutions → its layers as numbers, normalisations folded in.

In: the bytes of SFace's kind of file: subtract, multiply, then convolution, batch normalisation and PReLU
again and again, ended by a fully connected layer. Out: a `Chain`, in double precision. Numpy's element-wise
arithmetic alone goes into it, no matrix product whose order depends on the processor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

Doubles = npt.NDArray[np.float64]


class PrepareError(Exception):
    """The graph is not of the kind this can prepare: says which node was expected and what came."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One convolution with its normalisation folded in, and the slopes of its PReLU, one a channel.

    `middle` and `spread`: mean and standard deviation of each channel before the PReLU, over the faces its
    publisher trained with; the normalisation has kept them.
    """

    weights: Doubles
    bias: Doubles
    slopes: Doubles
    middle: Doubles
    spread: Doubles
    settings: dict[str, Any]

    @property
    def depthwise(self) -> bool:
        return bool(self.settings["group"] > 1)


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """(x − offset) · factor, the layers, then head_weights (outputs × channels × places) and head_bias.
    `side_px`: of the square picture; `output`: the name of the answer."""

    offset: float
    factor: float
    layers: tuple[Layer, ...]
    head_weights: Doubles
    head_bias: Doubles
    side_px: int
    output: str


def read_chain(source: bytes) -> Chain:
    """Raises PrepareError for another kind of graph."""
    reader = _Reader(onnx.load_model_from_string(source))
    offset, factor = reader.constant("Sub"), reader.constant("Mul")
    layers = tuple(reader.layers())
    weights, bias = reader.head()
    return Chain(
        float(offset.item()), float(factor.item()), layers, weights, bias, reader.side_px, reader.output
    )


def sum_in_order(terms: Doubles) -> Doubles:
    """Row by row, one term after the other: numpy's own sum splits as the processor's vectors are wide."""
    return np.asarray(np.cumsum(terms.reshape(len(terms), -1), axis=1)[:, -1], np.float64)


class _Reader:
    """Takes the nodes of the source one after another; each must be what is expected next."""

    def __init__(self, model: onnx.ModelProto) -> None:
        graph = model.graph
        self._weights = {t.name: numpy_helper.to_array(t).astype(np.float64) for t in graph.initializer}
        self._nodes: list[onnx.NodeProto] = list(graph.node)
        [given] = [each for each in graph.input if each.name not in self._weights]
        self.side_px = int(given.type.tensor_type.shape.dim[-1].dim_value)
        self.output = str(graph.output[0].name)

    def constant(self, kind: str) -> Doubles:
        """The second operand of the next node."""
        return self._weights[self._take(kind).input[1]]

    def layers(self) -> Iterator[Layer]:
        """Convolutions, as long as they come."""
        while self._nodes and self._nodes[0].op_type == "Conv":
            node = self._take("Conv")
            if len(node.input) != 2:
                raise PrepareError(f"{node.output[0]}: a convolution with its own bias (expected none)")
            factor, shift, middle, spread = self._normalisation()
            weights = self._weights[node.input[1]] * factor[:, None, None, None]
            slopes = self._weights[self._take("PRelu").input[1]].ravel()
            yield Layer(weights, shift, slopes, middle, spread, _settings(node))

    def head(self) -> tuple[Doubles, Doubles]:
        """Weights (outputs × channels × places) and bias of the last layer, normalisations folded in."""
        factor, shift, _, _ = self._normalisation()
        self._take("Dropout")
        self._take("Flatten")
        node = self._take("Gemm")
        if _settings(node) != {"alpha": 1.0, "beta": 1.0, "transA": 0, "transB": 1}:
            raise PrepareError(f"{node.output[0]}: a Gemm that is no plain fully connected layer")
        weights, bias = (self._weights[each] for each in node.input[1:])
        weights = weights.reshape(len(weights), len(factor), -1)
        bias = bias + sum_in_order(weights * shift[None, :, None])
        last_factor, last_shift, _, _ = self._normalisation()
        weights = weights * factor[None, :, None] * last_factor[:, None, None]
        if self._nodes:
            raise PrepareError(f"{self._nodes[0].op_type} after the last layer (expected nothing)")
        return weights, bias * last_factor + last_shift

    def _normalisation(self) -> tuple[Doubles, Doubles, Doubles, Doubles]:
        """Factor and shift of the next batch normalisation; mean and deviation of what comes out of it."""
        node = self._take("BatchNormalization")
        gamma, beta, mean, variance = (self._weights[each] for each in node.input[1:])
        factor = gamma / np.sqrt(variance + _settings(node)["epsilon"])
        return factor, beta - mean * factor, beta, np.abs(factor) * np.sqrt(variance)

    def _take(self, kind: str) -> onnx.NodeProto:
        found = self._nodes.pop(0) if self._nodes else None
        if found is None or found.op_type != kind:
            raise PrepareError(f"{found.op_type if found else 'the end'} (expected {kind})")
        return found


def _settings(node: onnx.NodeProto) -> dict[str, Any]:
    return {each.name: helper.get_attribute_value(each) for each in node.attribute}
