"""The chart of the log: records by category over time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from auditlib.audit.activity.tallies import steps_of
from auditlib.phrases import counted
from auditlib.report.charts.style import (
    BLUE,
    INK,
    PAGE_WIDTH,
    PALE,
    drawing,
    empty_figure,
    nothing,
    plain,
    shortened,
)
from auditlib.times import Period

_CATEGORIES: Final = 14  # drawn one by one
_WRITTEN: Final = 16  # steps up to which each count is written into its cell
_ROW: Final = 0.24  # inches
_LONGEST: Final = 28  # letters of a category
_SHADES: Final = LinearSegmentedColormap.from_list("records", [PALE, BLUE])


def activity_figure(
    counts: pd.DataFrame, period: Period, begins: datetime | None = None, width: float = PAGE_WIDTH
) -> Figure:
    """Show how many records of each category the log holds of each week, month or year.

    Parameters
    ----------
    counts : DataFrame, shape (categories, steps)
        From ``tallies.counts_by_category``.
    period : Period
    begins : datetime or None
        From here on every record that the log holds was read; None if that is not known. What lies before is hatched.
    width : float
        Inches.

    Returns
    -------
    Figure
        A row per category, a column per step, the darker the more records (by their logarithm); sums on the right.
    """
    rows = _few(counts)
    with drawing():
        figure = empty_figure(width, 0.85 + _ROW * max(2, len(rows)))
        ax = figure.subplots()
        if rows.empty:
            nothing(ax, "no record of the period")
        else:
            _draw(ax, rows, period, begins)
    return figure


def _few(counts: pd.DataFrame) -> pd.DataFrame:
    """Sum the rarest of many categories into one row."""
    if len(counts) <= _CATEGORIES:
        return counts
    rest = counts.iloc[_CATEGORIES - 1 :]
    summed = pd.DataFrame([rest.sum()], index=[f"{counted(len(rest), 'other category', 'other categories')}"])
    return pd.concat([counts.iloc[: _CATEGORIES - 1], summed])


def _draw(ax: Axes, rows: pd.DataFrame, period: Period, begins: datetime | None) -> None:
    kind, firsts = steps_of(period)
    values = rows.to_numpy(dtype=np.int64)
    most = int(values.max())
    shade = np.log1p(values) / np.log1p(max(most, 1))
    cells = np.ma.masked_where(values == 0, shade)
    ax.imshow(cells, cmap=_SHADES, vmin=0, vmax=1, aspect="auto", interpolation="nearest")
    ax.grid(visible=False)
    ax.set_xticks(np.arange(-0.5, len(firsts)), minor=True)
    ax.set_yticks(np.arange(-0.5, len(rows)), minor=True)
    ax.grid(visible=True, which="minor", axis="both", color="#FFFFFF", linewidth=1.5)
    ax.tick_params(which="both", length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    places, labels = _labels(kind, firsts)
    ax.set_xticks(places, labels)
    ax.set_yticks([])
    beside: dict[str, Any] = {"textcoords": "offset points", "va": "center", "fontsize": 8, "color": INK}
    for index, name in enumerate(map(str, rows.index)):
        label = ax.annotate(
            plain(name, _LONGEST), (0, index), (-5, 0), xycoords=("axes fraction", "data"), ha="right", **beside
        )
        label.set_label(shortened(name, _LONGEST))
        total = f"{int(values[index].sum()):,}"
        ax.annotate(total, (1, index), (5, 0), xycoords=("axes fraction", "data"), ha="left", **beside)
    ax.annotate("in all", (1, 1), (5, 3), xycoords="axes fraction", textcoords="offset points", fontsize=7, color=INK)
    if len(firsts) <= _WRITTEN:
        for row, column in zip(*np.nonzero(values), strict=True):
            color = _legible(_SHADES(shade[row, column]))
            ax.text(column, row, f"{values[row, column]:,}", ha="center", va="center", fontsize=7, color=color)
    told = f"records in each {kind}; the darker, the more"
    before = _uncovered(period, firsts, begins)
    if before:
        ax.axvspan(-0.5, before - 0.5, facecolor="none", edgecolor="#C8C8C8", hatch="////", linewidth=0, zorder=-1)
        told += "\nhatched: before the log's first record, or not known to be whole"
    ax.set_xlabel(told, loc="left", linespacing=1.4)


def _uncovered(period: Period, firsts: list[date], begins: datetime | None) -> float:
    """Return how many steps, in whole and parts, lie before the instant from which on the log was read."""
    if begins is None:
        return float(len(firsts))
    days = [(first - period.start).days for first in firsts] + [(period.end - period.start).days + 1]
    passed = (begins - period.begins).total_seconds() / 86400
    return float(np.interp(passed, days, np.arange(len(days))))


def _legible(fill: tuple[float, float, float, float]) -> str:
    """Return the colour of text that stands out most from a fill, by relative luminance as WCAG defines it."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in fill[:3]]
    light = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return "#FFFFFF" if 1.05 / (light + 0.05) > (light + 0.05) / 0.05 else "#000000"


def _labels(kind: str, firsts: list[date]) -> tuple[list[int], list[str]]:
    """Choose the steps to be named, and name them."""
    every = -(-len(firsts) // 15)
    places = list(range(0, len(firsts), every))
    return places, [_name(kind, firsts[place], first=place == 0) for place in places]


def _name(kind: str, day: date, *, first: bool) -> str:
    if kind == "year":
        return str(day.year)
    if kind == "week":
        return f"{day.day}\n{day:%b}"
    return f"{day:%b}\n{day.year}" if first or day.month == 1 else f"{day:%b}"
