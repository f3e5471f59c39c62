"""Published embedder → the same numbers from a graph that ONNX Runtime runs faster.

In: the bytes of a chain of convolution, batch normalisation and PReLU, ended by a fully connected layer
(SFace). Out: the bytes of an ONNX file, 32 bit as before, the same bytes each time and on every machine:
only single roundings of numpy's own element-wise arithmetic in double precision go into them, no matrix
product whose order depends on the processor.

What changes, and why it is exact but for rounding:
- Weights are no longer listed as inputs, so that the runtime may lay them out for its convolutions.
- Each batch normalisation goes into the weights before it; the two at the end into the last layer.
- PReLU, more than half of the time, is a·x for negative x and x otherwise: a·x + (1−a)·relu(x). Divided by
  (1−a) that is a/(1−a)·x + relu(x), a convolution of 1×1 with an addition the runtime does in one pass;
  the next weights are multiplied by (1−a) instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET, IR_VERSION = 17, 8
SLOPE_GAP_MIN = 1e-3
"""A slope nearer to 1 than this would divide by next to nothing. SFace's nearest is 0.003 away."""

Doubles = npt.NDArray[np.float64]


class PrepareError(Exception):
    """The graph is not of the kind this can prepare: says which node was expected and what came."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One convolution with its normalisation folded in, and the slopes of its PReLU, one a channel."""

    weights: Doubles
    bias: Doubles
    slopes: Doubles
    settings: dict[str, Any]

    @property
    def depthwise(self) -> bool:
        return bool(self.settings["group"] > 1)


def prepare(source: bytes) -> bytes:
    """The prepared file.

    Raises:
        PrepareError: another kind of graph.
    """
    reader = _Reader(onnx.load_model_from_string(source))
    offset, factor = reader.constant("Sub"), reader.constant("Mul")
    layers = list(reader.layers())
    head_weights, head_bias = reader.head()
    writer = _Writer()
    name = writer.add("Sub", [reader.input.name, writer.keep(offset)])
    name = writer.add("Mul", [name, writer.keep(factor)])
    owed = np.ones(layers[0].weights.shape[1])
    for layer in layers:
        name, owed = _write_layer(writer, name, layer, owed)
    flat = writer.add("Flatten", [name], axis=1)
    weights = (head_weights * owed[None, :, None]).reshape(len(head_bias), -1)
    writer.add("Gemm", [flat, writer.keep(weights), writer.keep(head_bias)], reader.output.name, transB=1)
    return writer.bytes_of(reader.input, reader.output)


def _write_layer(writer: _Writer, name: str, layer: Layer, owed: Doubles) -> tuple[str, Doubles]:
    """`owed`: what each incoming channel still has to be multiplied by. Returns output and its own."""
    weights = layer.weights * (owed[:, None, None, None] if layer.depthwise else owed[None, :, None, None])
    own = 1 - layer.slopes
    if np.abs(own).min() < SLOPE_GAP_MIN:
        raise PrepareError(f"a PReLU slope within {SLOPE_GAP_MIN} of 1 (expected none)")
    linear = writer.add("Conv", [name, writer.keep(weights), writer.keep(layer.bias)], **layer.settings)
    share = (layer.slopes / own)[:, None, None, None]
    sloped = writer.add(
        "Conv", [linear, writer.keep(share)], group=len(own), kernel_shape=[1, 1], strides=[1, 1]
    )
    return writer.add("Add", [sloped, writer.add("Relu", [linear])]), own


class _Reader:
    """Takes the nodes of the source one after another; each must be what is expected next."""

    def __init__(self, model: onnx.ModelProto) -> None:
        graph = model.graph
        self._weights = {t.name: numpy_helper.to_array(t).astype(np.float64) for t in graph.initializer}
        self._nodes: list[onnx.NodeProto] = list(graph.node)
        [self.input] = [each for each in graph.input if each.name not in self._weights]
        [self.output] = graph.output

    def constant(self, kind: str) -> Doubles:
        """The second operand of the next node."""
        return self._weights[self._take(kind).input[1]]

    def layers(self) -> Iterator[Layer]:
        """Convolutions, as long as they come."""
        while self._nodes and self._nodes[0].op_type == "Conv":
            node = self._take("Conv")
            if len(node.input) != 2:
                raise PrepareError(f"{node.output[0]}: a convolution with its own bias (expected none)")
            factor, shift = self._normalisation()
            weights = self._weights[node.input[1]] * factor[:, None, None, None]
            slopes = self._weights[self._take("PRelu").input[1]].ravel()
            yield Layer(weights, shift, slopes, _settings(node))

    def head(self) -> tuple[Doubles, Doubles]:
        """Weights (outputs × channels × places) and bias of the last layer, normalisations folded in."""
        factor, shift = self._normalisation()
        self._take("Dropout")
        self._take("Flatten")
        node = self._take("Gemm")
        if _settings(node) != {"alpha": 1.0, "beta": 1.0, "transA": 0, "transB": 1}:
            raise PrepareError(f"{node.output[0]}: a Gemm that is no plain fully connected layer")
        weights, bias = (self._weights[each] for each in node.input[1:])
        weights = weights.reshape(len(weights), len(factor), -1)
        bias = bias + _sum_in_order(weights * shift[None, :, None])
        last_factor, last_shift = self._normalisation()
        weights = weights * factor[None, :, None] * last_factor[:, None, None]
        if self._nodes:
            raise PrepareError(f"{self._nodes[0].op_type} after the last layer (expected nothing)")
        return weights, bias * last_factor + last_shift

    def _normalisation(self) -> tuple[Doubles, Doubles]:
        """Factor and shift of the next batch normalisation."""
        node = self._take("BatchNormalization")
        gamma, beta, mean, variance = (self._weights[each] for each in node.input[1:])
        factor = gamma / np.sqrt(variance + _settings(node)["epsilon"])
        return factor, beta - mean * factor

    def _take(self, kind: str) -> onnx.NodeProto:
        found = self._nodes.pop(0) if self._nodes else None
        if found is None or found.op_type != kind:
            raise PrepareError(f"{found.op_type if found else 'the end'} (expected {kind})")
        return found


class _Writer:
    """Collects nodes and weights; names them by number."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []

    def keep(self, values: Doubles) -> str:
        """Rounded to 32 bit once, here."""
        name = f"w{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name))
        return name

    def add(self, kind: str, inputs: Sequence[str], name: str = "", **settings: Any) -> str:
        name = name or f"x{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], **settings))
        return name

    def bytes_of(self, given: onnx.ValueInfoProto, answer: onnx.ValueInfoProto) -> bytes:
        graph = helper.make_graph(
            self._nodes, "prepared", [_plain(given)], [_plain(answer)], initializer=self._weights
        )
        opset = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION, producer_name="hyla")
        onnx.checker.check_model(model)
        content: bytes = model.SerializeToString(deterministic=True)
        return content


def _plain(value: onnx.ValueInfoProto) -> onnx.ValueInfoProto:
    """Name and shape alone."""
    shape = [dimension.dim_value for dimension in value.type.tensor_type.shape.dim]
    return helper.make_tensor_value_info(value.name, TensorProto.FLOAT, shape)


def _settings(node: onnx.NodeProto) -> dict[str, Any]:
    return {each.name: helper.get_attribute_value(each) for each in node.attribute}


def _sum_in_order(terms: Doubles) -> Doubles:
    """Row by row, one term after the other: numpy's own sum splits as the processor's vectors are wide."""
    return np.asarray(np.cumsum(terms.reshape(len(terms), -1), axis=1)[:, -1], np.float64)
