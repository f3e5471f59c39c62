"""Published MiniFASNet weights → an ONNX file that the terminal can run.

In: the bytes of one of the authors' PyTorch files (MiniFASNetV2 or MiniFASNetV1SE, 80×80). Out: the bytes
of an ONNX file, the same ones each time and on every machine: batch normalisations are folded into the
weights by single element-wise operations in double precision, rounded once.

The network is as its authors published it (Silent-Face-Anti-Spoofing, `src/model_lib/MiniFASNet.py`): the
trunk of MobileFaceNet, thinned. Which channels are left, how many blocks a stage has and which block weighs
its channels (squeeze and excitation) is read from the weights; what no weight tells is written here:
strides, padding, where a way round leads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from agent.vision.liveness import INPUT, OUTPUT, SIDE_PX
from agent.vision.torch_file import State, TorchFileError, read_state

OPSET, IR_VERSION = 17, 8
EPSILON = 1e-5  # of every batch normalisation: PyTorch's own
CLASSES = 3
WRAPPED = "module."  # in front of every name, from training on several graphics cards

Doubles = npt.NDArray[np.float64]


def to_onnx(source: bytes) -> bytes:
    """The file that is loaded.

    Raises:
        TorchFileError: no state dict of one of the two networks.
    """
    state = {name.removeprefix(WRAPPED): values for name, values in read_state(source).items()}
    graph = _Graph(state)
    try:
        _network(graph)
    except KeyError as error:
        raise TorchFileError(f"no weights {error} (expected a MiniFASNet)") from None
    if graph.unused:
        raise TorchFileError(f"weights nobody needs: {', '.join(sorted(graph.unused))}")
    return graph.content()


def _network(graph: _Graph) -> None:
    x = graph.conv(INPUT, "conv1", stride=2)
    x = graph.conv(x, "conv2_dw")
    x = _narrowing(graph, x, "conv_23", stride=2)
    x = _stage(graph, x, "conv_3")
    x = _narrowing(graph, x, "conv_34", stride=2)
    x = _stage(graph, x, "conv_4")
    x = _narrowing(graph, x, "conv_45", stride=2)
    x = _stage(graph, x, "conv_5")
    x = graph.conv(x, "conv_6_sep")
    x = graph.conv(x, "conv_6_dw", padded=False)
    x = graph.add("Flatten", [x], axis=1)
    x = graph.dense(x, "linear", normalised="bn")
    x = graph.dense(x, "prob")
    graph.add("Softmax", [x], OUTPUT, axis=1)


def _stage(graph: _Graph, x: str, name: str) -> str:
    """Blocks with a way round, as many as there are weights for."""
    number = 0
    while graph.has(block := f"{name}.model.{number}"):
        y = _narrowing(graph, x, block)
        if graph.has(f"{block}.se_module"):
            y = _weighed(graph, y, f"{block}.se_module")
        x = graph.add("Add", [x, y])
        number += 1
    return x


def _narrowing(graph: _Graph, x: str, name: str, stride: int = 1) -> str:
    """Widen, look around in each channel, narrow again."""
    x = graph.conv(x, f"{name}.conv")
    x = graph.conv(x, f"{name}.conv_dw", stride=stride)
    return graph.conv(x, f"{name}.project")


def _weighed(graph: _Graph, x: str, name: str) -> str:
    """Each channel times how much the whole picture needs it."""
    need = graph.add("GlobalAveragePool", [x])
    need = graph.add("Relu", [graph.pointwise(need, f"{name}.fc1", f"{name}.bn1")])
    need = graph.add("Sigmoid", [graph.pointwise(need, f"{name}.fc2", f"{name}.bn2")])
    return graph.add("Mul", [x, need])


class _Graph:
    """Takes weights out of the state and puts nodes down; both are named by number."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.unused = set(state)
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []

    def has(self, name: str) -> bool:
        """Whether there are weights of that block."""
        return any(key.startswith(f"{name}.") for key in self._state)

    def conv(self, x: str, name: str, stride: int = 1, padded: bool = True) -> str:
        """Convolution, its normalisation, and a PReLU where there are slopes for one."""
        weights, bias = self._folded(f"{name}.conv", f"{name}.bn")
        side = weights.shape[2]
        pads = [side // 2 if padded else 0] * 4
        group = len(weights) if weights.shape[1] == 1 else 1
        names = [x, self._keep(weights), self._keep(bias)]
        x = self.add("Conv", names, kernel_shape=[side] * 2, strides=[stride] * 2, pads=pads, group=group)
        return self._sloped(x, f"{name}.prelu.weight") if f"{name}.prelu.weight" in self._state else x

    def pointwise(self, x: str, name: str, normalised: str) -> str:
        """A convolution of 1×1 without slopes."""
        weights, bias = self._folded(name, normalised)
        return self.add("Conv", [x, self._keep(weights), self._keep(bias)], kernel_shape=[1, 1])

    def dense(self, x: str, name: str, normalised: str = "") -> str:
        """A fully connected layer."""
        if not normalised:
            return self.add("Gemm", [x, self._keep(self._take(f"{name}.weight"))], transB=1)
        weights, bias = self._folded(name, normalised)
        return self.add("Gemm", [x, self._keep(weights), self._keep(bias)], transB=1)

    def add(self, kind: str, inputs: Sequence[str], name: str = "", **settings: Any) -> str:
        name = name or f"x{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], **settings))
        return name

    def content(self) -> bytes:
        given = helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, [1, 3, SIDE_PX, SIDE_PX])
        answer = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [1, CLASSES])
        graph = helper.make_graph(self._nodes, "minifasnet", [given], [answer], initializer=self._weights)
        opset = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION, producer_name="hyla")
        onnx.checker.check_model(model, full_check=True)
        content: bytes = model.SerializeToString(deterministic=True)
        return content

    def _sloped(self, x: str, name: str) -> str:
        """PReLU as a·x + (1−a)·relu(x): the same numbers, but the runtime is quick at each part of it and
        slow at PReLU, which would be half of the time."""
        slopes = self._take(name)
        below = self._keep(slopes[:, None, None, None])
        above = self._keep((1 - slopes)[:, None, None])
        linear = self.add("Conv", [x, below], group=len(slopes), kernel_shape=[1, 1])
        return self.add("Add", [linear, self.add("Mul", [self.add("Relu", [x]), above])])

    def _folded(self, name: str, normalisation: str) -> tuple[Doubles, Doubles]:
        """Weights and bias that do what weights and normalisation did."""
        weights = self._take(f"{name}.weight")
        gamma, beta, mean, variance = (
            self._take(f"{normalisation}.{part}")
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        factor = gamma / np.sqrt(variance + EPSILON)
        return weights * factor.reshape(-1, *[1] * (weights.ndim - 1)), beta - mean * factor

    def _take(self, name: str) -> Doubles:
        values = self._state[name].astype(np.float64)
        self.unused.discard(name)
        return values

    def _keep(self, values: Doubles) -> str:
        """Rounded to 32 bit once, here."""
        name = f"w{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name))
        return name
