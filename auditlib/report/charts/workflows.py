"""The graph of a workflow: a column per status, a row per transition, an arrow from where it leads to where it ends.

So no line crosses a name, however many statuses and transitions there are, and the same workflow gives the same picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import cos, radians, sin
from typing import Final, NamedTuple

from auditlib.phrases import counted
from auditlib.records.workflow_rules import gates
from auditlib.records.workflows import GLOBAL, INITIAL, Status, Transition, Workflow
from auditlib.report.charts.drawing import INK, QUIET, Drawing, fitted, wide
from auditlib.report.charts.style import BLUE, GREEN, GREY, LINE, SMALL, VERMILION, Chart, is_narrow, nothing
from auditlib.text import visible_text

MOST_DRAWN: Final = 24
"""Workflows of a package that are drawn; the table has all."""

_ROW: Final = 20.0
_TRANSITIONS: Final = 60  # drawn one by one
_NAMES: Final = 150.0  # pixels for a status's name, turned
_SLANT: Final = 40.0  # degrees
_SLANTED, _CLOSEST = 22.0, 13.0  # pixels of a column in which a slanted, and an upright, name has room
_CATEGORIES: Final = (("todo", GREY), ("inprogress", BLUE), ("done", GREEN))


class _Plan(NamedTuple):
    """Where statuses stand: the left of the first column, the width of one, the top of the rows."""

    left: float
    step: float
    top: float

    def across(self, column: float) -> float:
        """Return the middle of a column; that of what is not created yet is -1."""
        return self.left + (column + 1.5) * self.step


def workflow_figures(workflows: Sequence[Workflow]) -> list[tuple[str, Chart]]:
    """Return the graphs of workflows: name of the file, figure."""
    drawn = enumerate(workflows[:MOST_DRAWN], start=1)
    return [(f"workflow_{number:02d}", workflow_figure(one)) for number, one in drawn]


def workflow_figure(workflow: Workflow) -> Chart:
    """Show the statuses and transitions of a workflow.

    Parameters
    ----------
    workflow : Workflow

    Returns
    -------
    Chart
        Statuses from left to right in the order to do, in progress, done; transitions from top to bottom by where they end.
        An arrow begins at a dot for each status from which the transition leads; a dotted line spans all statuses where it
        leads from any.
    """
    return Chart(_claim(workflow), partial(_draw, workflow))


def _claim(workflow: Workflow) -> str:
    statuses, transitions = len(workflow.statuses), len(workflow.transitions)
    version = "" if workflow.number is None else f", version {workflow.number}"
    guarded = sum(bool(gates(one.rules)) for one in workflow.transitions)
    has = "one has" if guarded == 1 else f"{guarded:,} have" if guarded else "none has"
    return (
        f"{workflow.name}{version}: {counted(statuses, 'status', 'statuses')}, {counted(transitions, 'transition')}, of which "
        f"{has} a condition or a validator (◆). Each row leads from its dots to its arrow; dotted: from any status."
    )


def _draw(workflow: Workflow, width: float) -> Drawing:
    statuses = sorted(workflow.statuses, key=lambda one: _rank(one)[0])
    if not statuses:
        return nothing(width, "Jira told no status of this workflow.")
    shown = _transitions(workflow, statuses)
    drawing = Drawing(width)
    plan, turn = _plan(drawing, statuses, shown)
    bottom = plan.top + _ROW * len(shown)
    for column, status in enumerate(statuses):
        at, color = plan.across(column), _rank(status)[1]
        drawing.path(f"M{at:.1f} {plan.top - 8:g}V{bottom:g}", edge=LINE)
        drawing.path(f"M{at - plan.step * 0.3:.1f} {plan.top - 9:g}h{plan.step * 0.6:.1f}", edge=color, width=3)
        drawing.text(at, plan.top - 16, fitted(visible_text(status.name), _NAMES, size=SMALL), size=SMALL, turned=turn)
    columns = {one.name: place for place, one in enumerate(statuses)}
    for row, transition in enumerate(shown):
        _row(drawing, transition, plan, columns, plan.top + _ROW * (row + 0.5))
    left_out = len(workflow.transitions) - len(shown)
    if left_out:
        drawing.text(
            plan.left - 6, bottom + 9, f"and {left_out:,} more, in the table", size=SMALL, anchor="end", color=QUIET
        )
        bottom += _ROW
    drawing.height = bottom + 4
    return drawing


def _plan(drawing: Drawing, statuses: Sequence[Status], shown: Sequence[Transition]) -> tuple[_Plan, float]:
    """Choose places such that every name has room, and how far those of statuses are turned; widen the drawing if it must be."""
    tall = max(min(_NAMES, wide(visible_text(one.name), size=SMALL)) for one in statuses)
    most = 112.0 if is_narrow(drawing.width) else 200.0
    left = min(most, max((wide(_named(one, most), size=SMALL) for one in shown), default=60.0) + 14)
    columns = len(statuses) + 1.2
    slanted = (drawing.width - left - tall * cos(radians(_SLANT))) / columns
    turn = _SLANT if slanted >= _SLANTED and not is_narrow(drawing.width) else 90.0
    step = min(80.0, slanted if turn == _SLANT else (drawing.width - left) / columns)
    if step < _CLOSEST:
        step, drawing.width = _CLOSEST, left + _CLOSEST * columns
    return _Plan(left, step, tall * sin(radians(turn)) + 30), turn


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


def _named(transition: Transition, room: float) -> str:
    """Return the name of a transition as it fits, with a mark where something may stop it."""
    mark = " ◆" if gates(transition.rules) else ""
    name = visible_text(transition.name or "(without a name)")
    return f"{fitted(name, room - 12 - wide(mark, size=SMALL), size=SMALL)}{mark}"


def _row(drawing: Drawing, transition: Transition, plan: _Plan, columns: dict[str, int], middle: float) -> None:
    """Draw where a transition leads: forward in blue, back in vermilion, from anywhere in grey."""
    drawing.text(plan.left - 6, middle, _named(transition, plan.left), size=SMALL, anchor="end")
    target = columns.get(transition.target)
    if transition.kind == INITIAL:
        begins, colour, dashes = [-1], BLUE, ""
    elif transition.kind == GLOBAL:
        begins, colour, dashes = sorted(columns.values()), GREY, "1.5 2.5"
    else:
        begins, dashes = sorted(columns[one] for one in transition.origins if one in columns), ""
        colour = BLUE if target is None or not begins or begins[0] < target else VERMILION
    dots = [one for one in begins if one != target or len(begins) == 1]
    if target is not None:
        low, high = min([*begins, target]), max([*begins, target])
        drawing.path(
            f"M{plan.across(low):.1f} {middle:g}H{plan.across(high):.1f}", edge=colour, width=1.6, dashes=dashes
        )
        tip = plan.across(target)
        for back, there in ((-7, any(one <= target for one in dots)), (7, any(one > target for one in dots))):
            if there:
                drawing.path(f"M{tip:.1f} {middle:g}l{back}-4v8z", fill=colour)
    places = [(plan.across(one), middle) for one in dots]
    if transition.kind in {INITIAL, GLOBAL}:
        drawing.rings(places, 3.0, colour, fill="#ffffff")
    else:
        drawing.dots(places, 3.4, colour)
