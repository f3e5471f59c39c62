"""Published detector → the same numbers from a graph that takes any size and runs fewer convolutions.

In: YuNet's bytes. Out: the bytes of an ONNX file, 32 bit as published, the same ones everywhere: weights
are moved, never calculated. The picture comes in as it lies in memory. The four heads of a stride (face or
not, how well the box fits, box, landmarks) look at the same channels, and the runtime is slow at
convolutions of one, four and ten outputs: side by side they are one convolution of sixteen. What followed
them in the file (sigmoid, other shapes) is left to `agent/vision/detect.py`, for the few cells that matter.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from agent.vision.chain import PrepareError
from agent.vision.detect import HEADS, INPUT, STRIDES

OPSET, IR_VERSION = 17, 8
CHANNELS = sum(HEADS.values())
AFTER_THE_HEADS = ("Transpose", "Reshape", "Sigmoid")


def merge(source: bytes) -> bytes:
    """The prepared file.

    Raises:
        PrepareError: not YuNet.
    """
    graph = onnx.load_model_from_string(source).graph
    weights = {each.name: each for each in graph.initializer}
    heads = [node for node in graph.node if any("bbox_head." in name for name in node.input)]
    rest = [node for node in graph.node if node not in heads and node.op_type not in AFTER_THE_HEADS]
    if len(heads) != 2 * len(HEADS) * len(STRIDES):
        raise PrepareError(f"{len(heads)} convolutions in the heads (expected YuNet's 24)")
    nodes = [helper.make_node("Cast", [INPUT], ["numbers"], to=TensorProto.FLOAT)]
    nodes.append(helper.make_node("Transpose", ["numbers"], [graph.input[0].name], perm=[0, 3, 1, 2]))
    nodes += rest
    for node in rest:
        if node.op_type == "Resize":
            node.input[1] = ""  # a region that no newer operator set wants
    kept = {name: weights[name] for node in rest for name in node.input if name in weights}
    for level, stride in enumerate(STRIDES):
        nodes += _merged(level, stride, _source(heads, level), weights, kept)
    return _content(nodes, list(kept.values()))


def _source(heads: list[onnx.NodeProto], level: int) -> str:
    """What the heads of that level look at."""
    first = f"bbox_head.multi_level_cls.{level}.conv1.weight"
    found = [node.input[0] for node in heads if first in node.input]
    if len(found) != 1:
        raise PrepareError(f"no head {first} (expected YuNet's)")
    return str(found[0])


def _merged(
    level: int,
    stride: int,
    source: str,
    weights: dict[str, onnx.TensorProto],
    kept: dict[str, onnx.TensorProto],
) -> list[onnx.NodeProto]:
    """The two convolutions of all heads of one stride."""
    names = {}
    for step in ("conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias"):
        parts = [
            numpy_helper.to_array(weights[f"bbox_head.multi_level_{head}.{level}.{step}"]) for head in HEADS
        ]
        names[step] = f"heads_{stride}.{step}"
        kept[names[step]] = numpy_helper.from_array(np.concatenate(parts), names[step])
    across = [source, names["conv1.weight"], names["conv1.bias"]]
    around = [f"across_{stride}", names["conv2.weight"], names["conv2.bias"]]
    return [
        helper.make_node("Conv", across, [f"across_{stride}"], kernel_shape=[1, 1]),
        helper.make_node(
            "Conv", around, [f"cells_{stride}"], kernel_shape=[3, 3], pads=[1] * 4, group=CHANNELS
        ),
    ]


def _content(nodes: list[onnx.NodeProto], weights: list[onnx.TensorProto]) -> bytes:
    given = helper.make_tensor_value_info(INPUT, TensorProto.UINT8, [1, "height", "width", 3])
    answers = [
        helper.make_tensor_value_info(
            f"cells_{stride}", TensorProto.FLOAT, [1, CHANNELS, f"rows_{stride}", f"columns_{stride}"]
        )
        for stride in STRIDES
    ]
    graph = helper.make_graph(nodes, "merged", [given], answers, initializer=weights)
    opset = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION, producer_name="hyla")
    onnx.checker.check_model(model)
    content: bytes = model.SerializeToString(deterministic=True)
    return content
