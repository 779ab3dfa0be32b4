"""The chart of powers: who can delete, move, rewrite, hide and administer, in how many projects."""

from __future__ import annotations

from functools import partial
from typing import Final

from auditlib.audit.permissions.matrix import Matrix, Row
from auditlib.report.charts.drawing import INK, QUIET, Drawing, wide
from auditlib.report.charts.heat import legible, shade
from auditlib.report.charts.style import GREY, LINE, OVER, SMALL, VERMILION, Chart, is_narrow, key, nothing

_ROW: Final = 20.0
_TURN: Final = 35.0  # degrees of the names of permissions
_APART: Final = frozenset({"holder", "app", "customer"})
"""Kinds of rows that are no people of the company."""


def permissions_figure(matrix: Matrix) -> Chart:
    """Show who holds the strong powers, a row each, against the permissions.

    Parameters
    ----------
    matrix : Matrix
        As `audit.permissions.matrix.power_matrix` gives it.
    """
    return Chart(matrix.says, partial(_draw, matrix))


def _draw(matrix: Matrix, width: float) -> Drawing:
    if not matrix.rows:
        return nothing(width, "Nobody is known to hold one of these powers.")
    drawing = Drawing(width)
    narrow = is_narrow(width)
    names = [name.lower().replace("_", " ") for name in matrix.permissions]
    left = 142.0 if narrow else 240.0
    turn, slope, rise = (90.0, 0.0, 1.0) if narrow else (_TURN, 0.82, 0.58)
    longest = max(map(wide, names))
    room = width - left - (0 if narrow else longest * slope - 10)
    cell = min(64.0, room / len(names))
    top = longest * rise + 12
    for column, name in enumerate(names):
        at = left + (column + 0.5) * cell
        drawing.text(at, top - 8, name, turned=turn, size=SMALL if narrow else 12.0)
    bottom = top + _ROW * len(matrix.rows)
    drawing.path(
        "".join(f"M0 {top + _ROW * row:g}h{left + cell * len(names):g}" for row in range(len(matrix.rows) + 1)),
        edge=LINE,
    )
    for place, row in enumerate(matrix.rows):
        middle = top + _ROW * (place + 0.5)
        color = OVER if row.kind in _APART else QUIET if row.kind else INK
        kind = f" ({row.kind})" if row.kind not in {"", "holder"} else ""
        mine = left - 8 - wide(kind, size=SMALL)
        end = drawing.text(0, middle, row.name, size=SMALL, color=color, room=mine)
        drawing.text(end, middle, kind, size=SMALL, color=color)
        for column, projects in enumerate(row.projects):
            if projects:
                _mark(drawing, (left + column * cell, top + _ROW * place, cell), row, projects, matrix.projects)
    drawing.height = _legend(drawing, matrix, bottom + 6)
    return drawing


def _mark(drawing: Drawing, place: tuple[float, float, float], row: Row, projects: int, of: int) -> None:
    """Draw one mark: filled for who can act, hollow for the deactivated; the more projects, the darker."""
    left, top, cell = place
    wide_ = min(cell - 6, 40.0)
    box = (left + (cell - wide_) / 2, top + 3, wide_, _ROW - 6)
    if row.kind == "deactivated":
        drawing.box(*box, "#ffffff", edge=GREY)
        ink = INK
    elif row.kind in _APART:
        drawing.box(*box, "#f3b48a" if projects < of else VERMILION)
        ink = INK if projects < of else "#ffffff"
    else:
        fill = shade(projects, of) if of > 1 else shade(2, 2)
        drawing.box(*box, fill)
        ink = legible(fill)
    if of > 1:
        drawing.text(left + cell / 2, top + _ROW / 2, f"{projects:,}", size=10, anchor="middle", color=ink)


def _legend(drawing: Drawing, matrix: Matrix, top: float) -> float:
    kinds = {row.kind for row in matrix.rows}
    entries = [(shade(2, 2), "can act")] if "" in kinds else []
    entries += [(VERMILION, "no person of the company")] if kinds & _APART else []
    if entries:
        top = key(drawing, 0, top, drawing.width, entries)
    says = f"The number is that of projects, of {matrix.projects:,}. " if matrix.projects > 1 else ""
    says += "Hollow: deactivated." if "deactivated" in kinds else ""
    return drawing.lines(0, top + 1, says.strip(), drawing.width, size=SMALL, color=QUIET) + 2 if says else top
