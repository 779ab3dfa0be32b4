"""The chart of months: issues created, and below them the numbers that are missing of those given out in the month."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from auditlib.audit.numbering.by_month import UNPLACED
from auditlib.phrases import agreeing, counted
from auditlib.report.charts.drawing import INK, QUIET, Drawing, wide
from auditlib.report.charts.heat import Heat, draw_heat
from auditlib.report.charts.style import (
    BLUE,
    GREY,
    ORANGE,
    SMALL,
    VERMILION,
    Chart,
    heading,
    is_narrow,
    key,
    month_name,
    month_ticks,
    nothing,
)

MOST_STRIPS: Final = 6
"""Projects that have a strip each; of more, all together have one, and each has a row of cells."""

MOST_ROWS: Final = 100

_UP, _DOWN = 62.0, 40.0  # pixels for the highest bar of each side


class _Strip(NamedTuple):
    """What one strip shows, by month."""

    name: str
    facts: str
    created: list[int]
    partial: list[bool]
    unexplained: list[int]
    recorded: list[int]


def months_figure(created: pd.DataFrame, missing: pd.DataFrame) -> Chart:
    """Show how many issues of each project were created in each month, and how many numbers given out then are missing.

    Parameters
    ----------
    created : DataFrame
        As ``status.distribution.issues_per_month`` gives it.
    missing : DataFrame
        As ``numbering.by_month.missing_per_month`` gives it.
    """
    months = sorted(created["month"].unique())
    return Chart(_claim(created, missing, len(months)), partial(_draw, created, missing, months))


def _claim(created: pd.DataFrame, missing: pd.DataFrame, months: int) -> str:
    issues, gone = int(created["count"].sum()), int(missing[["unexplained", "recorded"]].to_numpy().sum())
    if not months:
        return "No project is looked at, so there is no month to show."
    claim = f"{counted(issues, 'issue').capitalize()} {agreeing(issues, 'was', 'were')} created in {counted(months, 'month')}."
    if not gone:
        return f"{claim} No number of the range is missing."
    placed = missing[missing["month"] != UNPLACED]
    unexplained = int(placed["unexplained"].sum())
    count = unexplained + int(placed["recorded"].sum())
    if not count:
        return f"{claim} Of no missing number (of {gone:,}) the issues beside it tell the month."
    claim += f" Of {gone:,} missing numbers {count:,} fall into one month by the issues beside them, {unexplained:,} unexplained"
    by_month = placed.groupby("month")["unexplained"].sum()
    if unexplained:
        most, month = int(by_month.max()), str(by_month.idxmax())
        claim += f" (most in {month_name(month)}: {most:,})"
    return f"{claim}; of {gone - count:,} the month is not known." if gone > count else f"{claim}."


def _draw(created: pd.DataFrame, missing: pd.DataFrame, months: Sequence[str], width: float) -> Drawing:
    projects = sorted(created["project"].unique())
    if not projects:
        return nothing(width, "no project")
    drawing = Drawing(width)
    several = len(projects) > MOST_STRIPS
    groups = [(f"{len(projects):,} projects", projects)] if several else [(name, [name]) for name in projects]
    strips = [_strip(name, created, missing, members, months) for name, members in groups]
    up = max(1, *(max(one.created) for one in strips))
    down = max(1, *(most for one in strips for most in _stacked(one)))
    top = 0.0
    for one in strips:
        top = _draw_strip(drawing, one, months, (up, down), top) + 8
    if several:
        top = _rows(drawing, created, projects, months, top + 4)
    drawing.height = _legend(drawing, strips, top)
    return drawing


def _stacked(strip: _Strip) -> list[int]:
    return [one + other for one, other in zip(strip.unexplained, strip.recorded, strict=True)]


def _strip(
    name: str, created: pd.DataFrame, missing: pd.DataFrame, projects: Sequence[str], months: Sequence[str]
) -> _Strip:
    mine = created[created["project"].isin(projects)].groupby("month")[["count", "partial"]]
    sums = mine.agg({"count": "sum", "partial": "max"}).reindex(months)
    gone = missing[missing["project"].isin(projects)].groupby("month")[["unexplained", "recorded"]].sum()
    in_months = gone.reindex(months, fill_value=0)
    left = int(gone.to_numpy().sum()) - int(in_months.to_numpy().sum())
    facts = counted(int(sums["count"].sum()), "issue")
    if count := int(in_months.to_numpy().sum()):
        facts += f", {counted(count, 'missing number')}"
    if left:
        facts += (
            f" and {left:,} of no known month" if count else f", {counted(left, 'missing number')} of no known month"
        )
    columns = (in_months["unexplained"].tolist(), in_months["recorded"].tolist())
    return _Strip(name, facts, sums["count"].tolist(), [bool(one) for one in sums["partial"]], *columns)


def _draw_strip(drawing: Drawing, strip: _Strip, months: Sequence[str], most: tuple[int, int], top: float) -> float:
    """Draw bars upwards of issues and downwards of missing numbers; return where they end below."""
    top = heading(drawing, (0, top), strip.name, strip.facts, drawing.width)
    step = drawing.width / max(len(months), 6)
    bar = step * 0.8
    base = top + 14 + max(strip.created) / most[0] * _UP
    shown = all(wide(f"{one:,}", size=10) <= step for one in strip.created)
    peak = max(range(len(months)), key=lambda place: strip.created[place])
    for place, (count, part) in enumerate(zip(strip.created, strip.partial, strict=True)):
        left, high = place * step + (step - bar) / 2, count / most[0] * _UP
        if part:
            drawing.hatched((left, base - high, bar, high), BLUE)
        elif high:
            drawing.box(left, base - high, bar, high, BLUE)
        if shown or place == peak:
            half = wide(f"{count:,}", size=10) / 2
            middle = min(max(left + bar / 2, half), drawing.width - half)
            drawing.text(middle, base - high - 7, f"{count:,}", size=10, anchor="middle", color=QUIET)
    drawing.path(f"M0 {base:g}h{len(months) * step:g}", edge=GREY)
    names = base + 9
    lowest = _draw_missing(drawing, strip, step, most[1], base + 17)
    right = -1.0
    for place, name in month_ticks(months):
        half = wide(name, size=10) / 2
        at = min(max((place + 0.5) * step, half), drawing.width - half)
        if at - half > right:
            right = drawing.text(at, names, name, size=10, anchor="middle", color=QUIET) + 5
    return lowest


def _draw_missing(drawing: Drawing, strip: _Strip, step: float, most: int, top: float) -> float:
    if not any(_stacked(strip)):
        return top + 2
    deepest = 0.0
    for place, (unexplained, recorded) in enumerate(zip(strip.unexplained, strip.recorded, strict=True)):
        left, bar = (place + 0.1) * step, step * 0.8
        first, second = unexplained / most * _DOWN, recorded / most * _DOWN
        drawing.boxes([(left, top, bar, first)] if unexplained else [], VERMILION)
        drawing.boxes([(left, top + first, bar, second)] if recorded else [], ORANGE)
        words = f"{unexplained + recorded:,}"
        if unexplained + recorded:
            deepest = max(deepest, first + second + 13)
            if wide(words, size=10) <= step:
                drawing.text(left + bar / 2, top + first + second + 7, words, size=10, anchor="middle", color=INK)
    return top + deepest


def _rows(drawing: Drawing, created: pd.DataFrame, projects: Sequence[str], months: Sequence[str], top: float) -> float:
    """Draw a row of cells a project, those with most issues first."""
    table = created.pivot_table(index="project", columns="month", values="count", aggfunc="sum").reindex(projects)
    order = sorted(projects, key=lambda name: (-int(table.loc[name].sum()), name))
    shown = order[:MOST_ROWS]
    every = max(1, -(-len(months) * 34 // int(drawing.width - (130 if is_narrow(drawing.width) else 200))))
    names = [(place, name) for place, name in month_ticks(months) if place % every == 0 or len(months) > 14]
    top = draw_heat(drawing, Heat(shown, names, table.loc[shown].to_numpy(dtype=np.int64)), top)
    if len(order) > len(shown):
        rest = int(table.loc[order[MOST_ROWS:]].to_numpy().sum())
        words = (
            f"and {counted(len(order) - MOST_ROWS, 'project')} more with {counted(rest, 'issue')}, in population.csv"
        )
        drawing.text(0, top + 7, words, size=SMALL, color=QUIET)
        top += 18
    return top


def _legend(drawing: Drawing, strips: Sequence[_Strip], top: float) -> float:
    entries = [(BLUE, "issues created in the month")]
    if any(any(one.partial) for one in strips):
        entries.append((f"/{BLUE}", "not a whole month of the period"))
    if any(any(one.unexplained) for one in strips):
        entries.append((VERMILION, "unexplained numbers of the month"))
    if any(any(one.recorded) for one in strips):
        entries.append((ORANGE, "moved, deleted or existed"))
    top = key(drawing, 0, top, drawing.width, entries)
    if not any(any(_stacked(one)) for one in strips):
        return top
    says = "A missing number is of the month in which both issues beside it were given out. Each side has a scale of its own."
    return drawing.lines(0, top + 1, says, drawing.width, size=SMALL, color=QUIET) + 2
