"""Counts in rows and columns as cells, the darker the more, by their logarithm; each is written where there is room."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from auditlib.report.charts.drawing import QUIET, Box, Drawing, wide
from auditlib.report.charts.style import GREY, SMALL, is_narrow

_ROW: Final = 21.0
_LIGHT, _DARK = (0xE3, 0xEE, 0xF6), (0x00, 0x5A, 0x8F)


@dataclass(frozen=True)
class Heat:
    """What is drawn: names of rows, names of columns by their place, counts, and how many columns are hatched."""

    rows: Sequence[str]
    columns: Sequence[tuple[int, str]]
    counts: NDArray[np.int64]
    unknown: float = 0.0


def draw_heat(drawing: Drawing, heat: Heat, top: float) -> float:
    """Draw the cells with names and sums; return where they end below."""
    rows, columns = heat.counts.shape
    sums = [f"{int(total):,}" for total in heat.counts.sum(axis=1)]
    beside = max(wide("in all", size=SMALL), *(wide(one) for one in sums)) + 8
    left = min(130.0 if is_narrow(drawing.width) else 200.0, max(wide(name) for name in heat.rows) + 8)
    width = drawing.width - left - beside
    cell = width / columns
    drawing.text(drawing.width, top + 7, "in all", size=SMALL, anchor="end", color=QUIET)
    top += 16
    if heat.unknown:
        drawing.hatched((left, top, heat.unknown * cell, rows * _ROW - 2), "#c4ccd6")
    for row, name in enumerate(heat.rows):
        middle = top + row * _ROW + _ROW / 2 - 1
        drawing.text(left - 8, middle, name, anchor="end", room=left - 8)
        drawing.text(drawing.width, middle, sums[row], anchor="end")
    _cells(drawing, heat.counts, (left, top), cell)
    top += rows * _ROW
    drawing.path(f"M{left:g} {top:g}h{width:g}", edge=GREY)
    right = -1.0
    for place, name in heat.columns:
        half = wide(name, size=SMALL) / 2
        at = min(max(left + (place + 0.5) * cell, half), drawing.width - half)
        if at - half > right:
            right = drawing.text(at, top + 10, name, size=SMALL, anchor="middle", color=QUIET) + 6
    return top + 20


def _cells(drawing: Drawing, counts: NDArray[np.int64], at: tuple[float, float], cell: float) -> None:
    most = max(1, int(counts.max()))
    found = [(row, column, int(counts[row, column])) for row, column in np.argwhere(counts > 0).tolist()]
    boxes: dict[str, list[Box]] = {}
    for row, column, count in found:
        box = (at[0] + column * cell, at[1] + row * _ROW, max(cell - 1.5, cell * 0.8), _ROW - 2)
        boxes.setdefault(shade(count, most), []).append(box)
    for fill, alike in boxes.items():
        drawing.boxes(alike, fill)
    if any(wide(f"{count:,}", size=SMALL) + 4 > cell for _, _, count in found):
        return
    for row, column, count in found:
        left, middle = at[0] + (column + 0.5) * cell - 0.75, at[1] + (row + 0.5) * _ROW - 1
        ink = legible(shade(count, most))
        drawing.text(left, middle, f"{count:,}", size=SMALL, anchor="middle", color=ink)


def shade(count: int, most: int) -> str:
    """Return the colour of a count."""
    depth = _depth(count, most)
    return "#" + "".join(f"{round(low + (high - low) * depth):02x}" for low, high in zip(_LIGHT, _DARK, strict=True))


def legible(fill: str) -> str:
    """Return the colour of text that stands out most from a fill, by relative luminance as WCAG defines it."""
    parts = [int(fill[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if light < 0.179 else "#000000"


def _depth(count: int, most: int) -> float:
    return round(math.log1p(count) / math.log1p(max(most, 2)), 2)
