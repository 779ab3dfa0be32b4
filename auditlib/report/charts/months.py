"""The chart of issues per month."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from auditlib.report.charts.style import (
    BLUE,
    INK,
    PAGE_WIDTH,
    drawing,
    empty_figure,
    heading,
    is_wide,
    month_ticks,
    note,
    nothing,
)


def months_figure(counts: pd.DataFrame, width: float = PAGE_WIDTH) -> Figure:
    """Show how many issues of each project were created in each month.

    Parameters
    ----------
    counts : DataFrame, shape (months x projects, 4)
        month (``2026-04``), project, count, partial; as ``status.issues_per_month`` gives it.
    width : float
        Inches.

    Returns
    -------
    Figure
        A strip per project; all share both axes.
    """
    projects = sorted(counts["project"].unique())
    with drawing():
        rows = max(1, len(projects))
        figure = empty_figure(width, 0.5 + 1.0 * rows)
        grid = figure.subplots(rows, 1, squeeze=False, sharex=True, sharey=True)[:, 0]
        for ax, project in zip(grid, projects, strict=False):
            draw_months(ax, counts[counts["project"] == project])
        for ax in grid[:-1]:
            ax.tick_params(labelbottom=False)
        figure.supylabel("issues created", fontsize=8, color=INK)
        grid[0].set_ylim(0, max(1, counts["count"].max() if projects else 1) * 1.2)
        if counts["partial"].any():
            grid[-1].set_xlabel("hatched: not a whole month of the period")
        if not projects:
            nothing(grid[0], "no project")
    return figure


def draw_months(ax: Axes, counts: pd.DataFrame) -> Axes:
    """Draw how many issues of one project were created in each month; a month that is not whole is hatched.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    counts : DataFrame, shape (months, 4)
        month (``2026-04``), project, count, partial.

    Returns
    -------
    Axes
        The same.
    """
    rows = counts.sort_values("month")
    count = rows["count"].to_numpy(dtype=np.int64)
    partial = rows["partial"].to_numpy(dtype=bool)
    place = np.arange(len(rows))
    ax.grid(visible=False, axis="x")
    ax.grid(visible=True, axis="y")
    ax.bar(place[~partial], count[~partial], 0.8, color=BLUE)
    ax.bar(place[partial], count[partial], 0.8, facecolor="#FFFFFF", edgecolor=BLUE, linewidth=0.6, hatch="//////")
    ax.set_xlim(-0.7, max(len(rows), 6) - 0.3)  # a bar is never wider than a sixth
    ax.set_ylim(0, max(1, count.max()) * 1.2)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=3, integer=True, min_n_ticks=1))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    ticks, labels = month_ticks(rows["month"].tolist())
    ax.set_xticks(ticks, labels)
    ax.tick_params(axis="x", length=0)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    total = int(count.sum())
    heading(ax, str(rows["project"].iloc[0]), f"{total:,} issue{'' if total == 1 else 's'}")
    each = len(rows) <= 14 and is_wide(ax)
    for index in place if each else [int(count.argmax())] if total else []:
        note(ax, f"{count[index]:,}", (float(index), float(count[index])), (0, 1), ha="center", va="bottom")
    return ax
