"""A small network of SFace's kind, as its publisher writes it: weights are inputs, PReLU, opset 11, and
normalisations that have kept mean and variance of what they were trained with."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

CHANNELS, SIDE_PX, OUTPUTS = 6, 8, 5


def picture(seed: int) -> np.ndarray:
    """1×3×8×8, whole numbers 0 to 255, in soft patches as in a photo."""
    coarse = np.random.default_rng(seed).integers(0, 256, (1, 3, SIDE_PX // 2, SIDE_PX // 2))
    return coarse.repeat(2, axis=2).repeat(2, axis=3).astype(np.float32)


class TinyChain:
    """Dense 3×3, depthwise 3×3, pointwise, and the fully connected end; every number by chance."""

    def __init__(self, seed: int = 3, slope: float | None = None, end: str = "Gemm") -> None:
        self._chance = np.random.default_rng(seed)
        self._slope = slope
        self._end = end
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []
        name = self._add("Sub", "data", self._keep(np.array([127.5])))
        name = self._add("Mul", name, self._keep(np.array([1 / 128])))
        name = self._block(name, (CHANNELS, 3, 3, 3), 1)
        name = self._block(name, (CHANNELS, 1, 3, 3), CHANNELS)
        name = self._block(name, (CHANNELS, CHANNELS, 1, 1), 1)
        name = self._add("Flatten", self._add("Dropout", self._normalised(name, CHANNELS)))
        weights = self._keep(self._chance.normal(0, 1, (OUTPUTS, CHANNELS * SIDE_PX * SIDE_PX)))
        name = self._add("Gemm", name, weights, self._keep(self._chance.normal(0, 1, OUTPUTS)), transB=1,
                         alpha=1.0, beta=1.0, transA=0)  # fmt: skip
        self._normalised(name, OUTPUTS, "fc1")

    def content(self, answer: str = "fc1") -> bytes:
        def value(name: str, dims: list[int]) -> onnx.ValueInfoProto:
            return helper.make_tensor_value_info(name, TensorProto.FLOAT, dims)

        inputs = [value("data", [1, 3, SIDE_PX, SIDE_PX])]
        inputs += [value(weights.name, list(weights.dims)) for weights in self._weights]
        if answer == "fc1":
            next(node for node in self._nodes if node.op_type in ("Gemm", self._end)).op_type = self._end
        dims = [1, OUTPUTS] if answer == "fc1" else None
        outputs = [helper.make_tensor_value_info(answer, TensorProto.FLOAT, dims)]
        graph = helper.make_graph(self._nodes, "tiny", inputs, outputs, initializer=self._weights)
        opset = [helper.make_opsetid("", 11)]
        content: bytes = helper.make_model(graph, opset_imports=opset, ir_version=6).SerializeToString()
        return content

    def _block(self, name: str, shape: tuple[int, ...], group: int) -> str:
        side = shape[-1]
        weights = self._keep(self._chance.normal(0, 0.3, shape))
        name = self._add("Conv", name, weights, group=group, kernel_shape=[side, side], strides=[1, 1],
                         pads=[side // 2] * 4, dilations=[1, 1])  # fmt: skip
        slopes = self._chance.uniform(-0.8, 1.2, (CHANNELS, 1, 1))
        if self._slope is not None:
            slopes[0] = self._slope
        return self._add("PRelu", self._normalised(name, CHANNELS), self._keep(slopes))

    def _normalised(self, name: str, channels: int, out: str = "") -> str:
        chance = self._chance
        seen = self._seen(name)
        around = [chance.normal(1, 0.2, channels), chance.normal(0, 1, channels)]
        kept = [self._keep(each) for each in (*around, seen.mean(axis=1), seen.var(axis=1) + 1e-3)]
        return self._add("BatchNormalization", name, *kept, out=out, epsilon=0.001)

    def _seen(self, name: str) -> np.ndarray:
        """Channels × everything that comes there from some pictures."""
        options = ort.SessionOptions()
        options.log_severity_level = 3
        session = ort.InferenceSession(self.content(name), options, providers=["CPUExecutionProvider"])
        answers = [session.run([name], {"data": picture(seed)})[0] for seed in range(40)]
        return np.concatenate([each.reshape(each.shape[1], -1) for each in answers], axis=1)

    def _keep(self, values: np.ndarray) -> str:
        name = f"weights_{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(values.astype(np.float32), name))
        return name

    def _add(self, kind: str, *inputs: str, out: str = "", **settings: object) -> str:
        out = out or f"out_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [out], **settings))
        return out
