"""The chart of statuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from auditlib.report.charts.style import (
    BLUE,
    GREY,
    INK,
    PAGE_WIDTH,
    drawing,
    empty_figure,
    heading,
    is_wide,
    note,
    nothing,
    plain,
    shortened,
)

_STATUSES = 10  # statuses of a project shown one by one
_UNKNOWN = "(not known)"


def status_figure(status: pd.DataFrame, width: float = PAGE_WIDTH) -> Figure:
    """Show the statuses of each project's issues, when they were read and at the end of the period.

    Parameters
    ----------
    status : DataFrame
        ``status.csv``: project, status, status_category, at_extraction, at_period_end, and columns that are summed
        over.
    width : float
        Inches.

    Returns
    -------
    Figure
        A block per project; all share the scale of counts.
    """
    projects = sorted(status["project"].unique())
    with drawing():
        rows = [_status_rows(status[status["project"] == project]) for project in projects]
        heights = [len(part) + 0.9 for part in rows] or [1.0]
        figure = empty_figure(width, 0.45 + sum(0.26 * height + 0.12 for height in heights))
        grid = figure.subplots(len(heights), 1, squeeze=False, sharex=True, height_ratios=heights)[:, 0]
        for place, (ax, project) in enumerate(zip(grid, projects, strict=False)):
            draw_status(ax, status[status["project"] == project], name_bars=place == 0)
            ax.tick_params(labelbottom=place == len(projects) - 1)
        most = [int(part[["at_extraction", "at_period_end"]].to_numpy().max()) for part in rows]
        grid[-1].set_xlim(0, max([1, *most]) * 1.1)
        grid[-1].set_xlabel("issues")
        if not projects:
            nothing(grid[0], "no issue in the population")
    return figure


def draw_status(ax: Axes, status: pd.DataFrame, *, name_bars: bool = True) -> Axes:
    """Draw the statuses of one project's issues, a pair of bars each.

    The upper, solid bar counts the issues in this status when they were read, the lower, hollow one those in it at
    the end of the period. Statuses stand in the order new, indeterminate, done; of many, the rarest are summed.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    status : DataFrame
        Rows of ``status.csv``, of one project.
    name_bars : bool
        Whether to say at the longest pair which bar is which.

    Returns
    -------
    Axes
        The same.
    """
    rows = _status_rows(status)
    place = np.arange(len(rows))
    now, then = rows["at_extraction"].to_numpy(dtype=np.int64), rows["at_period_end"].to_numpy(dtype=np.int64)
    ax.barh(place - 0.19, now, 0.34, color=BLUE)
    ax.barh(place + 0.19, then, 0.34, facecolor="#FFFFFF", edgecolor=GREY, linewidth=0.8)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_yticks([])
    longest = 34 if is_wide(ax) else 16
    beside: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center"}
    for index, name in enumerate(rows["status"]):
        shown = plain(name, longest)
        how = beside | {"ha": "right", "fontsize": 8, "color": INK}
        label = ax.annotate(shown, (0, index), (-5, 0), **how)
        label.set_label(shortened(name, longest))
    ax.spines["bottom"].set_visible(False)
    ax.tick_params(axis="x", length=0)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, min_n_ticks=1))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    ax.set_xlim(0, max(1, now.max(), then.max()) * 1.1)
    total = int(now.sum())
    heading(ax, str(status["project"].iloc[0]), f"{total:,} issue{'' if total == 1 else 's'}")
    named = int(np.minimum(now, then).argmax()) if name_bars else -1
    for row in range(len(rows)):
        for offset, count, words in ((-0.19, now[row], "when read"), (0.19, then[row], "at the period's end")):
            text = f"{count:,}" + (f" {words}" if row == named else "")
            note(ax, text, (float(count), row + offset), (3, 0), va="center")
    return ax


def _status_rows(status: pd.DataFrame) -> pd.DataFrame:
    """Sum one project's counts by status, in the order in which they are shown."""
    rows = status.assign(
        status=status["status"].astype(object).where(status["status"].notna(), _UNKNOWN),
        rank=status["status_category"].map({"new": 0, "indeterminate": 1, "done": 2}).fillna(3),
    )
    rows = rows.groupby("status", sort=True).agg(
        rank=("rank", "min"), at_extraction=("at_extraction", "sum"), at_period_end=("at_period_end", "sum")
    )
    most = rows[["at_extraction", "at_period_end"]].max(axis=1)
    kept = most.sort_values(ascending=False, kind="stable").index[:_STATUSES]
    rest = rows.drop(kept)
    rows = rows.loc[kept].sort_values(["rank", "at_extraction"], ascending=[True, False], kind="stable").reset_index()
    if len(rest):
        name = f"{len(rest)} other{'' if len(rest) == 1 else 's'}"
        summed = {"status": name, "rank": 4, **rest[["at_extraction", "at_period_end"]].sum().to_dict()}
        rows = pd.concat([rows, pd.DataFrame([summed])], ignore_index=True)
    return rows
