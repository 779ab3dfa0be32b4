"""The chart of issue numbers: given out, missing, and what accounts for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

from auditlib.audit.numbering.gaps import CLASSES, Numbering
from auditlib.phrases import number_runs
from auditlib.report.charts.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PAGE_WIDTH,
    PALE,
    PURPLE,
    VERMILION,
    drawing,
    empty_figure,
    facts_line,
    heading,
    label_width,
    local_times,
    note,
    nothing,
    number_ticks,
    points,
)
from auditlib.times import Period

CLASS_MARKS: Final = {
    "moved": {"facecolor": "#FFFFFF", "edgecolor": GREEN, "hatch": ""},
    "deleted": {"facecolor": ORANGE, "edgecolor": ORANGE, "hatch": ""},
    "existed": {"facecolor": "#FFFFFF", "edgecolor": PURPLE, "hatch": "//////"},
    "unexplained": {"facecolor": VERMILION, "edgecolor": VERMILION, "hatch": ""},
}
"""How missing numbers of each class are drawn; their column says it in words too."""

_STRIP = 1.55  # inches for one project's numbering
_BINS = 60  # steps in which a strip shows where numbers are missing, about two points each
_CLASS_WIDTH = 0.62  # inches for one class of missing numbers
_RUN_LABELS = 4  # runs of missing numbers named beside a strip


def numbering_figure(numberings: Iterable[Numbering], period: Period) -> Figure:
    """Show, for each project, when its numbers were given out and which are missing.

    Parameters
    ----------
    numberings : iterable of Numbering
        One per project.
    period : Period
        The period of the audit, shaded; its zone is that of the time axis.

    Returns
    -------
    Figure
        A strip per project, with a common time axis.
    """
    parts = list(numberings)
    with drawing():
        found = {name for part in parts for name in part.gaps["classification"].unique()}
        classes = [name for name in CLASSES if name in found] or ["unexplained"]
        side = _CLASS_WIDTH * len(classes) + label_width(classes)
        figure = empty_figure(PAGE_WIDTH, 0.75 + _STRIP * max(1, len(parts)))
        grid = figure.subplots(
            max(1, len(parts)), 2, squeeze=False, sharey="row", width_ratios=[PAGE_WIDTH - 0.6 - side, side]
        )
        for row, part in enumerate(parts):
            main, beside = grid[row]
            draw_numbering(main, part, period)
            draw_missing(beside, part, classes)
            if row:
                main.sharex(grid[0][0])
            if row < len(parts) - 1:
                main.tick_params(labelbottom=False)
        if parts:
            key = "● in line with the others (witness)   ○ out of line\n◂ ▸ far outside the period   shaded: the period"
            grid[-1][0].set_xlabel(f"number given out ({period.zone.key})\n{key}", loc="left", linespacing=1.4)
            grid[-1][1].set_xlabel(
                "missing numbers; a full bar:\nall of the numbers there", loc="left", linespacing=1.4
            )
        else:
            grid[0][1].set_axis_off()
            nothing(grid[0][0], "no project")
    return figure


def draw_numbering(ax: Axes, numbering: Numbering, period: Period) -> Axes:
    """Draw the numbers of one project against the time at which they were given out.

    Witnesses are blue dots, other issues grey rings; those given out far outside the period stand at the edge, as
    triangles. The period is shaded.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    numbering : Numbering
        One project.
    period : Period
        The period of the audit.

    Returns
    -------
    Axes
        The same.
    """
    begins, ends = (local_times(pd.Series([instant]), period)[0] for instant in (period.begins, period.ends))
    margin = (ends - begins) * 0.04
    first, last = numbering.audited.first, numbering.audited.last
    ax.axvspan(begins, ends, color=PALE, linewidth=0, zorder=0)
    ax.set_xlim(begins - margin, ends + margin)
    locator = AutoDateLocator(minticks=3, maxticks=9)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=ends - begins < 62))
    heading(ax, numbering.project, facts_line(numbering))
    if last < first:
        ax.set_ylim(0, 1)
        ax.set_yticks([])
        ax.text((begins + ends) / 2, 0.5, "no number to account for", ha="center", va="center", color=INK, fontsize=8)
        return ax
    reach = max(0.6, (last - first) * 0.03)
    low, high = first - 0.5 - reach, last + 0.5 + reach
    ax.set_ylim(low, high)
    ax.set_yticks(number_ticks(first, last))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
    shown = numbering.present[numbering.present["number"].between(low, high) & numbering.present["given_out"].notna()]
    time = local_times(shown["given_out"], period)
    number = shown["number"].to_numpy(dtype=float)
    witness = shown["witness"].to_numpy(dtype=bool)
    left, right = ax.get_xlim()
    audited = (number >= first) & (number <= last)
    inside = (time >= left) & (time <= right)
    window = (left, right, low, high)
    ring = {"marker": "o", "facecolors": "none", "edgecolors": GREY, "s": 6, "linewidths": 0.5, "zorder": 2}
    dot = {"marker": "o", "color": BLUE, "s": 5, "linewidths": 0, "zorder": 3}
    points(ax, time[inside & ~witness], number[inside & ~witness], window, ring)
    points(ax, time[inside & witness], number[inside & witness], window, dot)
    for marker, edge, beyond in (("<", left, audited & (time < left)), (">", right, audited & (time > right))):
        triangle = {"marker": marker, "color": GREY, "s": 12, "linewidths": 0, "zorder": 4, "clip_on": False}
        points(ax, np.full(int(beyond.sum()), edge), number[beyond], window, triangle)
    return ax


def draw_missing(ax: Axes, numbering: Numbering, classes: Sequence[str] = CLASSES) -> Axes:
    """Draw which numbers of one project are missing, beside its numbering and on the same scale of numbers.

    A column per class; a bar is as long as the share of its few numbers that is missing, so that one missing number
    of ten and a thousand of ten thousand look as they are. The longest runs of one class are named.

    Parameters
    ----------
    ax : Axes
        Where to draw; shares the scale of numbers with that of `draw_numbering`.
    numbering : Numbering
        One project.
    classes : sequence of str
        The columns.

    Returns
    -------
    Axes
        The same.
    """
    first, last = numbering.audited.first, numbering.audited.last
    columns = len(classes)
    ax.set_xlim(0, columns + label_width(classes) / _CLASS_WIDTH)
    ax.tick_params(left=False, labelleft=False, bottom=False, labelbottom=False)
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    if last < first:
        return ax
    step = max(1, -(-(last - first + 1) // _BINS))
    for column, name in enumerate(classes):
        number = numbering.gaps.loc[numbering.gaps["classification"] == name, "number"].to_numpy(dtype=np.int64)
        ax.plot([column, column], [0, 1], transform=ax.get_xaxis_transform(), color="#C8C8C8", linewidth=0.6)
        for text, height_points in ((f"{len(number):,}", 11.5), (name, 3)):
            color = INK if len(number) else "#A0A0A0"
            place = (column, 1)
            note(ax, text, place, (0, height_points), xycoords=("data", "axes fraction"), color=color)
        bins, counts = np.unique((number - first) // step, return_counts=True)
        lowest = first + bins * step
        height = np.minimum(step, last - lowest + 1)
        share = np.maximum(counts / height, 0.15) * 0.8
        ax.barh(lowest - 0.5, share, height, left=column, align="edge", linewidth=0.4, **CLASS_MARKS[name])
    _name_runs(ax, numbering, classes)
    return ax


def _name_runs(ax: Axes, numbering: Numbering, classes: Sequence[str]) -> None:
    """Name the longest runs of missing numbers of one class, with lines to where they lie; the longest four."""
    gaps = numbering.gaps
    runs = [
        (last - first + 1, name, first, last)
        for name in classes
        for first, last in number_runs(gaps.loc[gaps["classification"] == name, "number"])
    ]
    chosen = sorted(runs, key=lambda run: (-run[0], run[2]))[:_RUN_LABELS]
    longest = chosen[0][0] if chosen else 0
    chosen = sorted((run for run in chosen if run[0] * 50 >= longest), key=lambda run: run[2])
    low, high = ax.get_ylim()
    middles = [(first + last) / 2 for _, _, first, last in chosen]
    places = _apart(middles, (high - low) / (_STRIP * 72 / 12), low, high)
    for (size, name, first, last), middle, place in zip(chosen, middles, places, strict=True):
        text = f"{first}" if size == 1 else f"{first}…{last} ({size:,})"
        text += f" {name}" if len(classes) > 1 else ""
        columns = len(classes)
        ax.plot([columns - 0.12, columns + 0.12], [middle, place], color="#A0A0A0", linewidth=0.5)
        ax.text(columns + 0.18, place, text, fontsize=7, color=INK, va="center")


def _apart(middles: Sequence[float], step: float, low: float, high: float) -> list[float]:
    """Move places apart so far that labels there do not cover one another, as near to where they belong as that allows."""
    places = list(middles)
    for index in range(1, len(places)):
        places[index] = max(places[index], places[index - 1] + step)
    over = places[-1] - (high - step / 2) if places else 0.0
    if over > 0:
        places[-1] -= over
        for index in range(len(places) - 2, -1, -1):
            places[index] = min(places[index], places[index + 1] - step)
    under = (low + step / 2) - places[0] if places else 0.0
    return [place + max(0.0, under) for place in places] if under > 0 else places
