"""The graph of a workflow: a column per status, a row per transition, an arrow from where it leads to where it ends.

So no line crosses a name, however many statuses and transitions there are, and the same workflow gives the same picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from auditlib.phrases import counted
from auditlib.records.workflow_rules import gates
from auditlib.records.workflows import GLOBAL, INITIAL, Status, Transition, Workflow
from auditlib.report.charts.style import (
    BLUE,
    GREEN,
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

MOST_DRAWN: Final = 24
"""Workflows of a package that are drawn; the table has all."""

_ROW: Final = 0.2  # inches
_TRANSITIONS: Final = 60  # drawn one by one
_LONGEST: Final = 30  # letters of a transition
_STATUS_LONGEST: Final = 24
_CROWDED: Final = 14  # statuses from which names are smaller
_NEW: Final = -1  # the column of what is not created yet
_CATEGORIES: Final = (("todo", GREY), ("inprogress", BLUE), ("done", GREEN))


def workflow_figures(workflows: Sequence[Workflow]) -> list[tuple[str, Figure, str]]:
    """Return the graphs of workflows: name of the file, figure, caption."""
    drawn = enumerate(workflows[:MOST_DRAWN], start=1)
    return [(f"workflow_{number:02d}", workflow_figure(one), _caption(one)) for number, one in drawn]


def _caption(workflow: Workflow) -> str:
    statuses, transitions = len(workflow.statuses), len(workflow.transitions)
    version = "" if workflow.number is None else f", version {workflow.number}"
    return (
        f"{workflow.name}{version}: {counted(statuses, 'status', 'statuses')}, {counted(transitions, 'transition')}. Each row "
        "leads from its dots to its arrow; dotted: from any status. ◆ has a condition or a validator."
    )


def workflow_figure(workflow: Workflow, width: float = PAGE_WIDTH) -> Figure:
    """Show the statuses and transitions of a workflow.

    Parameters
    ----------
    workflow : Workflow
    width : float
        Inches.

    Returns
    -------
    Figure
        Statuses from left to right in the order to do, in progress, done; transitions from top to bottom by where they end.
        An arrow begins at a dot for each status from which the transition leads; a dotted line spans all statuses where it
        leads from any.
    """
    statuses = _ordered(workflow.statuses)
    shown = _transitions(workflow, statuses)
    with drawing():
        figure = empty_figure(width, 1.35 + _ROW * max(2, len(shown) + 1))
        ax = figure.subplots()
        if statuses:
            _draw(ax, statuses, shown, len(workflow.transitions) - len(shown))
        else:
            nothing(ax, "Jira told no status of this workflow")
    return figure


def _ordered(statuses: Sequence[Status]) -> list[Status]:
    return sorted(statuses, key=lambda one: _rank(one)[0])


def _rank(status: Status) -> tuple[int, str]:
    """Return the place of a status's category, and its colour; the words differ between the answers of Jira."""
    word = "".join(letter for letter in status.category.casefold() if letter.isalpha())
    for place, (begins, colour) in enumerate(_CATEGORIES):
        if word.startswith(begins):
            return place, colour
    return len(_CATEGORIES), INK


def _transitions(workflow: Workflow, statuses: Sequence[Status]) -> list[Transition]:
    column = {one.name: place for place, one in enumerate(statuses)}

    def order(one: Transition) -> tuple[bool, int, bool, int]:
        begins = min((column.get(name, 0) for name in one.origins), default=0)
        return one.kind != INITIAL, column.get(one.target, len(column)), one.kind == GLOBAL, begins

    return sorted(workflow.transitions, key=order)[:_TRANSITIONS]


def _draw(ax: Axes, statuses: Sequence[Status], shown: Sequence[Transition], left_out: int) -> None:
    columns = {one.name: place for place, one in enumerate(statuses)}
    rows = len(shown)
    for place, one in enumerate(statuses):
        colour = _rank(one)[1]
        ax.plot([place, place], [-0.5, rows - 0.2], color="#E3E3E3", linewidth=0.8, zorder=1)
        ax.plot([place - 0.3, place + 0.3], [-0.6, -0.6], color=colour, linewidth=2.5, solid_capstyle="butt", zorder=2)
        _name_status(ax, one, place, len(statuses))
    for row, transition in enumerate(shown):
        _name_transition(ax, transition, row)
        _arrow(ax, transition, row, columns)
    if left_out:
        _beside(ax, f"and {left_out:,} more, in the table", rows)
    ax.set_xlim(_NEW - 0.5, len(statuses) - 0.5)
    ax.set_ylim(rows + (0.6 if left_out else 0.1), -0.9)
    ax.set_axis_off()


def _name_status(ax: Axes, status: Status, place: int, count: int) -> None:
    size = 8 if count <= _CROWDED else 7
    how: dict[str, Any] = {"rotation": 45, "rotation_mode": "anchor", "ha": "left", "va": "bottom", "color": INK}
    text = ax.annotate(
        plain(status.name, _STATUS_LONGEST),
        (place - 0.15, -0.75),
        (0, 0),
        textcoords="offset points",
        fontsize=size,
        **how,
    )
    text.set_label(shortened(status.name, _STATUS_LONGEST))


def _name_transition(ax: Axes, transition: Transition, row: int) -> None:
    mark = " ◆" if gates(transition.rules) else ""
    name = transition.name or "(without a name)"
    text = _beside(ax, f"{plain(name, _LONGEST)}{mark}", row)
    text.set_label(f"{shortened(name, _LONGEST)}{mark}")


def _beside(ax: Axes, words: str, row: int) -> Any:
    return ax.annotate(
        words, (0, row), (-4, 0), xycoords=("axes fraction", "data"), textcoords="offset points", ha="right", va="center",
        fontsize=8, color=INK, annotation_clip=False,
    )  # fmt: skip


def _arrow(ax: Axes, transition: Transition, row: int, columns: dict[str, int]) -> None:
    """Draw where a transition leads: forward in blue, back in vermilion, from anywhere in grey."""
    target = columns.get(transition.target)
    if transition.kind == INITIAL:
        begins, colour, line = [_NEW], BLUE, "-"
    elif transition.kind == GLOBAL:
        begins, colour, line = sorted(columns.values()), GREY, ":"
    else:
        begins, line = sorted(columns[one] for one in transition.origins if one in columns), "-"
        colour = BLUE if target is None or not begins or begins[0] < target else VERMILION
    dots = [one for one in begins if one != target or len(begins) == 1]
    face = "#FFFFFF" if transition.kind in {INITIAL, GLOBAL} else colour
    size = 3.0 if transition.kind == GLOBAL else 4.5
    ax.plot(dots, [row] * len(dots), "o", markersize=size, markerfacecolor=face, markeredgecolor=colour, zorder=3)
    if target is None:
        return
    reach = [*begins, target]
    ax.plot([min(reach), max(reach)], [row, row], linestyle=line, color=colour, linewidth=1.2, zorder=2)
    how = {"arrowstyle": "-|>", "color": colour, "shrinkA": 0, "shrinkB": 0, "linewidth": 1.2, "mutation_scale": 9}
    for side, there in ((-1, any(one <= target for one in dots)), (1, any(one > target for one in dots))):
        if there:
            ax.annotate("", (target, row), (target + 0.35 * side, row), arrowprops=how, zorder=4)
