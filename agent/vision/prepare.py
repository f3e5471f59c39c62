"""Published embedder → the same network in 8 bit, which a processor multiplies several times as fast.

In: the bytes of a chain (`agent/vision/chain.py`). Out: the bytes of an ONNX file that takes the crop as it
lies in memory, the same bytes each time and on every machine. No face is needed to make it: how far each
channel swings is read from the published normalisations, which kept mean and deviation of its training.

- All activations are one byte a value, channels last, from the crop to the last layer: no borders between 8
  and 32 bit. Each channel has a unit of its own, carried by the weights around it: a chain allows that.
- PReLU is max(x, a·x) for a slope under 1: two convolutions and a maximum of bytes. A slope above 1 turns
  its channel round first: −a·max(−x, −x/a).
- The first convolution takes four pixels of a line as one with four times the channels: the same sums, a
  third of the time, because three channels are too few for the runtime.
- No two neighbouring weights of one output together exceed 128: processors without dot products of bytes
  (VNNI) add two products in 16 bit and would clip larger ones. So every processor gives the same embedding,
  some more slowly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from agent.vision.chain import Chain, Doubles, Layer, read_chain, sum_in_order
from agent.vision.embed import INPUT

OPSET, IR_VERSION = 17, 8
MICROSOFT = "com.microsoft"  # ONNX Runtime's own operators, part of every build of it
CODES = 255
PACKED_PX = 4
DEPTHWISE_SWING, POINTWISE_SWING = (6.0, 10.0), (5.5, 9.0)
"""How many deviations below and above its mean a channel can show. Found on 193 LFW faces: less clips, more
rounds; sums over one channel's neighbours have the longer tail."""
WEIGHT_MAX = 127  # of the pairs too: 127 and two roundings of a half are the 128 that fit
WEIGHT_HALF = 63  # where any two may meet
UNIT_MIN = 1e-6  # of a channel that never swings


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """A tensor of bytes: (code − zero) · unit is the value, with a unit for each channel. A negative unit
    belongs to a channel that was turned round."""

    name: str
    zero: int
    unit: Doubles


def prepare(source: bytes) -> bytes:
    """The prepared file.

    Raises:
        PrepareError: another kind of graph.
    """
    chain = read_chain(source)
    writer = _Writer()
    codes = _write_first(writer, chain)
    for layer in chain.layers[1:]:
        codes = _write_layer(writer, codes, layer)
    _write_head(writer, codes, chain)
    return writer.bytes_of(chain)


def _write_first(writer: _Writer, chain: Chain) -> Codes:
    """From the crop itself. Its middle lies half way between two codes; the bias makes up for the half."""
    first = chain.layers[0]
    colours, side = first.weights.shape[1], chain.side_px
    zero = round(chain.offset)
    half = sum_in_order(first.weights) * ((zero - chain.offset) * chain.factor)
    bgr = replace(first, weights=first.weights[:, ::-1], bias=first.bias + half)
    wide = [1, side, side // PACKED_PX, colours * PACKED_PX]
    crop = Codes(writer.shaped(INPUT, wide), zero, np.full(wide[-1], chain.factor))
    codes = _write_layer(writer, crop, _packed(bgr))
    channels = len(first.bias)
    return replace(
        codes,
        name=writer.shaped(codes.name, [1, side, side, channels]),
        unit=codes.unit[:channels],
    )


def _packed(layer: Layer) -> Layer:
    """The same 3×3 convolution on lines of which PACKED_PX pixels count as one."""
    outputs, colours = layer.weights.shape[:2]
    weights = np.zeros((PACKED_PX, outputs, PACKED_PX, colours, 3, 3))
    for own in range(PACKED_PX):
        for step in range(3):
            block, pixel = divmod(own + step - 1, PACKED_PX)
            weights[own, :, pixel, :, :, block + 1] = layer.weights[..., step]
    return replace(
        layer,
        weights=weights.reshape(PACKED_PX * outputs, -1, 3, 3),
        bias=np.tile(layer.bias, PACKED_PX),
        slopes=np.tile(layer.slopes, PACKED_PX),
        middle=np.tile(layer.middle, PACKED_PX),
        spread=np.tile(layer.spread, PACKED_PX),
    )


def _write_layer(writer: _Writer, codes: Codes, layer: Layer) -> Codes:
    """Convolution and PReLU, bytes in and bytes out."""
    layer, owed = _slopes_under_one(layer)
    below, above = DEPTHWISE_SWING if layer.depthwise else POINTWISE_SWING
    zero = round(CODES * below / (below + above))
    highest = (layer.middle + above * layer.spread) / (CODES - zero)
    lowest = (below * layer.spread - layer.middle) / zero
    unit = np.maximum(np.maximum(highest, lowest), UNIT_MIN)
    linear = Codes(writer.conv(codes, layer, unit, zero), zero, unit)
    sloped = writer.conv(linear, _times_slopes(layer), unit, zero)
    return Codes(writer.add("Max", [linear.name, sloped]), zero, unit * owed)


def _slopes_under_one(layer: Layer) -> tuple[Layer, Doubles]:
    """Channels with a slope above 1 turned round; and what each channel must be multiplied by later."""
    steep = layer.slopes > 1
    sign = np.where(steep, -1.0, 1.0)
    turned = replace(
        layer,
        weights=layer.weights * sign[:, None, None, None],
        bias=layer.bias * sign,
        middle=layer.middle * sign,
        slopes=1 / np.where(steep, layer.slopes, 1.0) * np.where(steep, 1.0, layer.slopes),
    )
    return turned, np.where(steep, -layer.slopes, 1.0)


def _times_slopes(layer: Layer) -> Layer:
    """Each channel times its slope, as a convolution of 1×1."""
    channels = len(layer.slopes)
    settings = {"group": channels, "kernel_shape": [1, 1], "strides": [1, 1], "pads": [0] * 4}
    weights = layer.slopes[:, None, None, None]
    return replace(layer, weights=weights, bias=np.zeros(channels), settings=settings)


def _write_head(writer: _Writer, codes: Codes, chain: Chain) -> None:
    """The last layer: bytes in, numbers out. Places come before channels, as they lie in memory."""
    weights = chain.head_weights * codes.unit[None, :, None]
    rows = weights.transpose(0, 2, 1).reshape(len(weights), -1)
    scale = _scale(rows, Meet.NEIGHBOURS)
    whole = np.rint(rows / scale[:, None])
    names = [writer.add("Flatten", [codes.name], axis=1), writer.keep(whole.T, np.int8)]
    names += [writer.keep(1.0), writer.keep(scale)]
    names += [writer.keep(codes.zero, np.uint8), writer.keep(0, np.int8), writer.keep(chain.head_bias)]
    writer.add("MatMulIntegerToFloat", names, chain.output, domain=MICROSOFT)


class Meet(Enum):
    """Which weights of a row may be added in 16 bit before they go on."""

    NONE = auto()
    NEIGHBOURS = auto()
    ANY_TWO = auto()


def _meet(layer: Layer) -> Meet:
    if layer.depthwise:
        return Meet.NONE
    return Meet.NEIGHBOURS if layer.weights.shape[2] == 1 else Meet.ANY_TWO


def _scale(rows: Doubles, meet: Meet) -> Doubles:
    """What one step of each row's 8-bit weights stands for, so that none is clipped."""
    top = np.abs(rows).max(axis=1)
    if meet is Meet.NEIGHBOURS:
        for half in (np.maximum(rows, 0), np.maximum(-rows, 0)):
            top = np.maximum(top, (half[:, ::2] + half[:, 1::2]).max(axis=1))
    return np.where(top > 0, top, 1.0) / (WEIGHT_HALF if meet is Meet.ANY_TWO else WEIGHT_MAX)


class _Writer:
    """Collects nodes and weights; names them by number."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []

    def keep(self, values: Any, dtype: type = np.float32) -> str:
        """Rounded once, here."""
        name = f"w{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(np.array(values, dtype, order="C"), name))
        return name

    def add(self, kind: str, inputs: list[str], name: str = "", **settings: Any) -> str:
        name = name or f"x{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [name], **settings))
        return name

    def shaped(self, name: str, shape: list[int]) -> str:
        """The same bytes with other dimensions."""
        return self.add("Reshape", [name, self.keep(shape, np.int64)])

    def conv(self, codes: Codes, layer: Layer, unit: Doubles, zero: int) -> str:
        """A convolution from bytes to bytes, channels last. The runtime's scales of input and output are 1:
        the units are in the weights."""
        coming = codes.unit[:, None, None, None] if layer.depthwise else codes.unit[None, :, None, None]
        weights = layer.weights * coming / unit[:, None, None, None]
        scale = _scale(weights.reshape(len(unit), -1), _meet(layer))
        whole = np.rint(weights / scale[:, None, None, None])
        one, none = self.keep(1.0), self.keep(np.zeros(len(unit)), np.int8)
        inputs = [codes.name, one, self.keep(codes.zero, np.uint8)]
        inputs += [self.keep(whole, np.int8), self.keep(scale), none, one, self.keep(zero, np.uint8)]
        inputs += [self.keep(np.rint(layer.bias / unit / scale), np.int32)]
        return self.add("QLinearConv", inputs, domain=MICROSOFT, channels_last=1, **_plain(layer.settings))

    def bytes_of(self, chain: Chain) -> bytes:
        side, outputs = chain.side_px, len(chain.head_bias)
        given = helper.make_tensor_value_info(INPUT, TensorProto.UINT8, [1, side, side, 3])
        answer = helper.make_tensor_value_info(chain.output, TensorProto.FLOAT, [1, outputs])
        graph = helper.make_graph(self._nodes, "prepared", [given], [answer], initializer=self._weights)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="hyla")
        content: bytes = model.SerializeToString(deterministic=True)
        return content


def _plain(settings: dict[str, Any]) -> dict[str, Any]:
    """Without what the runtime's own operator does not need to be told."""
    return {key: settings[key] for key in ("group", "kernel_shape", "strides", "pads")}
