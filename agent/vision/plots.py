"""Curves as a PNG, drawn with OpenCV, which the terminal has anyway: axes, a logarithmic height, bands.

In: curves as points. Out: a picture. Colours are told apart by people who see few of them, and each curve
has a mark of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from agent.ports import FrameBgr

WIDTH_PX, HEIGHT_PX = 960, 640
LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 90, 40, 100, 70
FONT = cv2.FONT_HERSHEY_SIMPLEX
INK, GRID = (30, 30, 30), (225, 225, 225)
COLOURS = ((178, 114, 0), (0, 94, 213), (115, 158, 0), (167, 121, 204))  # BGR
DASH_PX = 14  # with the gap behind it
MARKS = (cv2.MARKER_SQUARE, cv2.MARKER_TRIANGLE_UP, cv2.MARKER_DIAMOND, cv2.MARKER_CROSS)

Spot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Curve:
    """Points (x, y), and for each where y lies with 95 % confidence, if known. Dashed: not measured."""

    name: str
    points: Sequence[tuple[float, float]]
    band: Sequence[tuple[float, float]] = ()
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Axes:
    """Heights are powers of ten from `lowest` (an exponent) to 1, or linear from 0 to 1 when that is 0;
    `across` is linear, or in powers too, and may run backwards."""

    title: str
    across: str
    up: str
    left: float
    right: float
    lowest: int
    across_log: bool = False

    def at(self, x: float, y: float) -> tuple[int, int]:
        """Where a point lies in the picture."""
        left, right = (np.log10(v) if self.across_log else v for v in (self.left, self.right))
        share = ((np.log10(x) if self.across_log else x) - left) / (right - left)
        height = 1 - np.log10(max(y, 10.0**self.lowest)) / self.lowest if self.lowest else y
        wide, high = WIDTH_PX - LEFT_PX - RIGHT_PX, HEIGHT_PX - TOP_PX - BOTTOM_PX
        return LEFT_PX + round(share * wide), TOP_PX + round((1 - height) * high)

    def heights(self) -> list[tuple[str, float]]:
        """Where the upright axis is labelled, and with what."""
        if self.lowest == 0:
            return [(f"{step / 5:.1f}", step / 5) for step in range(6)]
        return [(f"1e{power}" if power else "1", 10.0**power) for power in range(self.lowest, 1)]

    def ticks(self) -> list[float]:
        """Where the axis across is labelled."""
        if self.across_log:
            first, last = round(np.log10(self.left)), round(np.log10(self.right))
            return [10.0**power for power in range(first, last + 1)]
        return [float(value) for value in np.linspace(self.left, self.right, 6)]


def plot(axes: Axes, curves: Sequence[Curve], lines: Sequence[tuple[str, float]] = ()) -> FrameBgr:
    """lines: names and places on the axis across, drawn upright."""
    canvas = np.full((HEIGHT_PX, WIDTH_PX, 3), 255, np.uint8)
    _grid(canvas, axes)
    for number, curve in enumerate(curves):
        _curve(canvas, axes, curve, number)
    for name, x in lines:
        across, bottom = axes.at(x, 0)
        cv2.line(canvas, (across, TOP_PX), (across, bottom), INK, 1, cv2.LINE_AA)
        _write(canvas, name, (across + 4, TOP_PX + 14), 0.42)
    return canvas


def _grid(canvas: FrameBgr, axes: Axes) -> None:
    _write(canvas, axes.title, (LEFT_PX, 28), 0.6)
    _write(canvas, axes.up, (8, TOP_PX - 14), 0.5)
    _write(canvas, axes.across, (LEFT_PX, HEIGHT_PX - 14), 0.5)
    for word, y in axes.heights():
        (left, height), (right, _) = (axes.at(x, y) for x in (axes.left, axes.right))
        cv2.line(canvas, (left, height), (right, height), GRID, 1)
        _write(canvas, word, (left - 56, height + 5), 0.45)
    for value in axes.ticks():
        across, bottom = axes.at(value, 0)
        cv2.line(canvas, (across, TOP_PX), (across, bottom), GRID, 1)
        _write(
            canvas, f"{value:,.0f}" if axes.across_log else f"{value:.3g}", (across - 16, bottom + 20), 0.45
        )


def _curve(canvas: FrameBgr, axes: Axes, curve: Curve, number: int) -> None:
    colour, mark = COLOURS[number % len(COLOURS)], MARKS[number % len(MARKS)]
    spots = [axes.at(x, y) for x, y in curve.points if y > 0 or not axes.lowest]
    if curve.band:
        lows = [axes.at(x, low) for (x, _), (low, _) in zip(curve.points, curve.band, strict=True)]
        highs = [axes.at(x, high) for (x, _), (_, high) in zip(curve.points, curve.band, strict=True)]
        veil = canvas.copy()
        cv2.fillPoly(veil, [np.array(lows + highs[::-1], np.int32)], colour)
        cv2.addWeighted(veil, 0.2, canvas, 0.8, 0, canvas)
    for one, other in pairwise(spots):
        for start, end in _dashes(one, other) if curve.dashed else [(one, other)]:
            cv2.line(canvas, start, end, colour, 2, cv2.LINE_AA)
    for spot in spots[:: max(1, len(spots) // 8)]:
        cv2.drawMarker(canvas, spot, colour, mark, 9, 2)
    height = 28 + 18 * number
    cv2.drawMarker(canvas, (WIDTH_PX - 330, height - 4), colour, mark, 9, 2)
    _write(canvas, curve.name, (WIDTH_PX - 316, height), 0.45)


def _dashes(one: Spot, other: Spot) -> list[tuple[Spot, Spot]]:
    """The way between two spots in pieces, each with a gap behind it."""
    count = max(1, round(float(np.hypot(other[0] - one[0], other[1] - one[1])) / DASH_PX))

    def on_the_way(share: float) -> Spot:
        return round(one[0] + share * (other[0] - one[0])), round(one[1] + share * (other[1] - one[1]))

    return [(on_the_way(at / count), on_the_way((at + 0.5) / count)) for at in range(count)]


def _write(canvas: FrameBgr, text: str, at: tuple[int, int], size: float) -> None:
    cv2.putText(canvas, text, at, FONT, size, INK, 1, cv2.LINE_AA)
