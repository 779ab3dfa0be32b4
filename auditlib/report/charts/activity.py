"""The chart of the log: records by category over time."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Final

import numpy as np
import pandas as pd

from auditlib.audit.activity.tallies import steps_of
from auditlib.phrases import agreeing, counted, share
from auditlib.report.charts.drawing import QUIET, Drawing
from auditlib.report.charts.heat import Heat, draw_heat
from auditlib.report.charts.style import SMALL, Chart, nothing, step_name
from auditlib.times import Period

_CATEGORIES: Final = 14  # drawn one by one


def activity_figure(counts: pd.DataFrame, period: Period, begins: datetime | None = None) -> Chart:
    """Show how many records of each category the log holds of each week, month or year.

    Parameters
    ----------
    counts : DataFrame, shape (categories, steps)
        From ``tallies.counts_by_category``.
    period : Period
    begins : datetime or None
        From here on every record that the log holds was read; None if that is not known. What lies before is hatched.
    """
    rows = _few(counts)
    return Chart(_claim(counts, period), partial(_draw, rows, period, begins))


def _claim(counts: pd.DataFrame, period: Period) -> str:
    total = int(counts.to_numpy().sum())
    if not total:
        return "Jira's log holds no record of the period."
    first, most = str(counts.index[0]), int(counts.iloc[0].sum())
    claim = (
        f"Jira's log holds {counted(total, 'record')} of the period in {counted(len(counts), 'category', 'categories')}"
    )
    claim += f"; most are of “{first}”: {most:,} ({share(most, total)})." if len(counts) > 1 else f", “{first}”."
    kind, _ = steps_of(period)
    empty = int((counts.sum(axis=0) == 0).sum())
    return claim + (
        f" {counted(empty, kind).capitalize()} {agreeing(empty, 'has', 'have')} no record." if empty else ""
    )


def _few(counts: pd.DataFrame) -> pd.DataFrame:
    """Sum the rarest of many categories into one row."""
    if len(counts) <= _CATEGORIES:
        return counts
    rest = counts.iloc[_CATEGORIES - 1 :]
    summed = pd.DataFrame([rest.sum()], index=[f"{counted(len(rest), 'other category', 'other categories')}"])
    return pd.concat([counts.iloc[: _CATEGORIES - 1], summed])


def _draw(rows: pd.DataFrame, period: Period, begins: datetime | None, width: float) -> Drawing:
    if rows.empty:
        return nothing(width, "no record of the period")
    kind, firsts = steps_of(period)
    names = [
        (place, step_name(kind, first, says_year=place == 0 or first.month == 1)) for place, first in enumerate(firsts)
    ]
    before = _uncovered(period, firsts, begins)
    drawing = Drawing(width)
    heat = Heat([str(name) for name in rows.index], names, rows.to_numpy(dtype=np.int64), before)
    top = draw_heat(drawing, heat, 0)
    says = f"Records in each {kind}; the darker, the more. In an empty field nothing was recorded; something may have been done."
    if before:
        says += " Hatched: before the log's first record, or not known to be whole."
    drawing.height = drawing.lines(0, top + 3, says, width, size=SMALL, color=QUIET) + 2
    return drawing


def _uncovered(period: Period, firsts: list[date], begins: datetime | None) -> float:
    """Return how many steps, in whole and parts, lie before the instant from which on the log was read."""
    if begins is None:
        return float(len(firsts))
    days = [(first - period.start).days for first in firsts] + [(period.end - period.start).days + 1]
    passed = (begins - period.begins).total_seconds() / 86400
    return float(np.interp(passed, days, np.arange(len(days))))
