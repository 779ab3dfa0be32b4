"""The chart of powers: who can delete, move, rewrite, hide and administer, in how many projects."""

from __future__ import annotations

from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from auditlib.audit.permissions.matrix import Matrix, Row
from auditlib.report.charts.style import (
    BLUE,
    GREY,
    INK,
    PAGE_WIDTH,
    VERMILION,
    drawing,
    empty_figure,
    nothing,
    plain,
    shortened,
)

_ROW: Final = 0.19  # inches
_FEWEST: Final = 3  # rows for which there is room
_LONGEST: Final = 30


def permissions_figure(matrix: Matrix, width: float = PAGE_WIDTH) -> Figure:
    """Show who holds the strong powers, a row each, against the permissions.

    Parameters
    ----------
    matrix : Matrix
        As `audit.permissions.matrix.power_matrix` gives it.
    width : float
        Inches.

    Returns
    -------
    Figure
        A mark where a power is held, with the number of projects where there are several; hollow for the deactivated.
    """
    with drawing():
        figure = empty_figure(width, 1.25 + _ROW * max(_FEWEST, len(matrix.rows)))
        ax = figure.subplots()
        if not matrix.rows:
            nothing(ax, "nobody is known to hold one of these powers")
        else:
            draw_permissions(ax, matrix)
    return figure


def draw_permissions(ax: Axes, matrix: Matrix) -> Axes:
    """Draw the marks of each row, and name rows and columns.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    matrix : Matrix
        With at least one row.

    Returns
    -------
    Axes
        The same.
    """
    ax.set_xlim(-0.5, len(matrix.permissions) - 0.5)
    ax.set_ylim(max(_FEWEST, len(matrix.rows)) - 0.5, -0.5)
    ax.set_yticks([])
    ax.xaxis.tick_top()
    names = [name.lower().replace("_", " ") for name in matrix.permissions]
    ax.set_xticks(range(len(names)), names, rotation=30, ha="left", fontsize=8)
    ax.tick_params(axis="x", length=0)
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    for place, row in enumerate(matrix.rows):
        ax.axhline(place + 0.5, color="#EFEFEF", linewidth=0.6, zorder=0)
        _name(ax, place, row)
        for column, projects in enumerate(row.projects):
            if projects:
                _mark(ax, (column, place), row, projects, matrix.projects)
    return ax


def _name(ax: Axes, place: int, row: Row) -> None:
    """Write who a row is about, with what he is if he is no person of the company."""
    kind = f" ({row.kind})" if row.kind not in {"", "holder"} else ""
    how: dict[str, Any] = {
        "xycoords": ("axes fraction", "data"),
        "textcoords": "offset points",
        "va": "center",
        "ha": "right",
    }
    color = VERMILION if row.kind in {"holder", "app", "customer"} else GREY if row.kind else INK
    label = ax.annotate(plain(row.name, _LONGEST) + kind, (0, place), (-4, 0), fontsize=7, color=color, **how)
    label.set_label(shortened(row.name, _LONGEST) + kind)


def _mark(ax: Axes, at: tuple[int, int], row: Row, projects: int, of: int) -> None:
    """Draw one mark: filled for who can act, hollow for the deactivated; the more projects, the darker."""
    color = VERMILION if row.kind in {"holder", "app", "customer"} else BLUE
    hollow = row.kind == "deactivated"
    strength = 0.35 + 0.65 * projects / max(1, of)
    look: dict[str, Any] = (
        {"facecolor": "#FFFFFF", "edgecolor": GREY}
        if hollow
        else {"facecolor": color, "edgecolor": color, "alpha": strength}
    )
    ax.add_patch(Rectangle((at[0] - 0.32, at[1] - 0.36), 0.64, 0.72, linewidth=0.6, **look))
    if of > 1:
        ink = INK if hollow or strength < 0.6 else "#FFFFFF"
        ax.text(*at, f"{projects:,}", ha="center", va="center", fontsize=6.5, color=ink)
