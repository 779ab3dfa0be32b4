"""The chart of order: when each number was given out, so that imports, and numbers out of order, are seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from auditlib.audit.activity.tallies import steps_of
from auditlib.audit.numbering.gaps import CLASSES, Numbering
from auditlib.audit.numbering.shares import missing_shares
from auditlib.audit.numbering.stretches import PRESENT, Line, lines
from auditlib.phrases import agreeing, counted, day, listed
from auditlib.report.charts.drawing import QUIET, Box, Drawing, wide
from auditlib.report.charts.style import (
    BLUE,
    CLASS_COLORS,
    GREY,
    LINE,
    MONTHS,
    SMALL,
    VERMILION,
    Chart,
    heading,
    is_narrow,
    key,
    nothing,
    round_steps,
    step_name,
)
from auditlib.times import Period

MOST_DRAWN: Final = 24
"""Projects that are drawn; of more, those with most numbers out of order or missing."""

_SHADE: Final = "#f1f5f9"
_HEIGHT: Final = {1: 130.0, 2: 96.0, 3: 80.0}  # of a panel, by how many stand beside each other
_LEFT: Final = 46.0  # for the numbers
_STRIP: Final = 9.0  # for the missing numbers, beside
_BULK: Final = 10  # numbers of one day that are named
_FINE: Final = 1_500  # dots from which on those within one pixel are drawn once


@dataclass(frozen=True)
class _Panel:
    """What is drawn of one project."""

    line: Line
    present: pd.DataFrame
    out_of_order: int


def numbering_figure(numberings: Iterable[Numbering], period: Period) -> Chart:
    """Show, for each project, when its numbers were given out.

    Parameters
    ----------
    numberings : iterable of Numbering
        One per project.
    period : Period
        The period of the audit, shaded; its zone is that of the time axis.
    """
    panels = [_panel(one) for one in numberings]
    return Chart(_claim(panels, period), partial(_draw, panels, period))


def _panel(numbering: Numbering) -> _Panel:
    (line,) = lines(numbering.summary, numbering.gaps)
    present = numbering.present
    shown = present[present["audited"] & present["given_out"].notna()]
    return _Panel(line, shown, int(numbering.summary.iloc[0]["out_of_order"]))


def _claim(panels: Sequence[_Panel], period: Period) -> str:
    """Say how many issues were created before a lower-numbered one, and the day with most numbers."""
    present, late = (sum(one.line.count(PRESENT) for one in panels), sum(one.out_of_order for one in panels))
    if not present:
        return "No number of the range answers, so there is no order to show."
    if late:
        by_project = [f"{one.line.project} {one.out_of_order:,}" for one in _ranked(panels) if one.out_of_order]
        where = f" ({listed(by_project, 6)})" if len(panels) > 1 else ""
        were = agreeing(late, "was", "were")
        claim = f"{late:,} of {counted(present, 'issue')} {were} created before a lower-numbered one{where}."
    else:
        claim = f"None of {counted(present, 'issue')} was created before a lower-numbered one."
    busiest = max((found for one in panels if (found := _busiest(one.present, period))), default=None)
    if busiest and busiest[0] >= _BULK:
        claim += f" The most numbers that one project gave out on one day are {busiest[0]:,}, on {day(busiest[1])}."
    return claim


def _busiest(present: pd.DataFrame, period: Period) -> tuple[int, date] | None:
    """Return the most numbers that were given out on one day of the period, and that day."""
    at = present.loc[present["given_out"].between(period.begins, period.ends), "given_out"]
    if at.empty:
        return None
    counts = at.dt.tz_convert(period.zone).dt.date.value_counts()
    most = int(counts.max())
    return most, min(counts.index[counts == most])


def _ranked(panels: Sequence[_Panel]) -> list[_Panel]:
    return sorted(panels, key=lambda one: (-one.out_of_order, -one.line.missing, one.line.project))


def _draw(panels: Sequence[_Panel], period: Period, width: float) -> Drawing:
    if not panels:
        return nothing(width, "no project")
    most = MOST_DRAWN // 2 if is_narrow(width) else MOST_DRAWN
    shown = list(panels) if len(panels) <= most else sorted(_ranked(panels)[:most], key=lambda one: one.line.project)
    columns = 1 if is_narrow(width) or len(shown) <= 3 else 2 if len(shown) <= 8 else 3
    drawing = Drawing(width)
    room = (width - 18 * (columns - 1)) / columns
    height = _HEIGHT[columns if len(shown) <= 3 or columns > 1 else 2]
    top = 0.0
    for place in range(0, len(shown), columns):
        row = [
            _draw_panel(drawing, one, period, (column * (room + 18), top, room, height))
            for column, one in enumerate(shown[place : place + columns])
        ]
        top = max(row) + 14
    drawing.height = _legend(drawing, panels, shown, period, top)
    return drawing


def _legend(drawing: Drawing, panels: Sequence[_Panel], shown: Sequence[_Panel], period: Period, top: float) -> float:
    marks = ((BLUE, "dot: in line with the others"), (VERMILION, "ring: created before a lower number"))
    entries = [*marks, (GREY, "neither, or far outside (◂ ▸)"), (_SHADE, "the period")]
    missing = [name for name in CLASSES if any(one.line.count(name) for one in shown)]
    entries += [(CLASS_COLORS[name], f"{name}, on the right") for name in missing]
    top = key(drawing, 0, top, drawing.width, entries)
    says = f"Number against the time at which it was given out ({period.zone.key})."
    if len(shown) < len(panels):
        says += (
            f" Drawn are {len(shown):,} of {len(panels):,} projects: those with most numbers out of order or missing."
        )
    return drawing.lines(0, top + 1, says, drawing.width, size=SMALL, color=QUIET) + 2


def _draw_panel(drawing: Drawing, panel: _Panel, period: Period, box: Box) -> float:
    """Draw one project; return where it ends below."""
    left, top, width, height = box
    line = panel.line
    facts = (
        f"{line.count(PRESENT):,} present, {panel.out_of_order:,} out of order"
        if len(line)
        else "no number to account for"
    )
    top = heading(drawing, (left, top), line.project, facts, width)
    if not len(line):
        return top
    plot = (left + _LEFT, top, width - _LEFT - _STRIP - 6, height)
    _axes(drawing, line, period, plot)
    _dots(drawing, panel, period, plot)
    _missing(drawing, line, (plot[0] + plot[2] + 6, top, _STRIP, height))
    return top + height + 18


def _missing(drawing: Drawing, line: Line, box: Box) -> None:
    """Draw beside the numbers which are missing: a bar is as long as their share of the few numbers at its height."""
    left, top, width, height = box
    parts = min(len(line), int(height / 2))
    step = height / parts
    lengths = [0.0] * parts
    for name in CLASSES:
        boxes = []
        for part, share in missing_shares(line, name, parts).items():
            long = max(share * width, 1.5)
            boxes.append((left + lengths[part], top + height - (part + 1) * step, long, step))
            lengths[part] = min(lengths[part] + long, width - 1.5)
        drawing.boxes(boxes, CLASS_COLORS[name])


def _axes(drawing: Drawing, line: Line, period: Period, plot: Box) -> None:
    """Draw the period, its steps, and the numbers at the left."""
    left, top, width, height = plot
    begin, end = (_across(instant, period, plot) for instant in (period.begins, period.ends))
    drawing.box(begin, top, end - begin, height, _SHADE)
    path, right = "", -1.0
    kind, firsts = steps_of(period)
    every = max(1, -(-len(firsts) * 52 // int(width)))
    for place in range(0, len(firsts), every):
        first = firsts[place]
        at = _across(datetime(first.year, first.month, first.day, tzinfo=period.zone), period, plot)
        words = step_name(kind, first, says_year=place == 0)
        path += f"M{at:.1f} {top:g}v{height:g}"
        long = wide(words, size=10)
        begins = min(max(left, at - long / 2), left + width + _STRIP - long)
        if begins > right:
            right = drawing.text(begins, top + height + 9, words, size=10, color=QUIET) + 4
    drawing.path(path, edge=LINE)
    drawing.path(f"M{left:g} {top + height:g}h{width:g}", edge=GREY)
    for number in _ticks(line, height):
        drawing.text(left - 5, _up(number, line, plot), f"{number}", size=10, anchor="end", color=QUIET)


def _ticks(line: Line, height: float) -> list[int]:
    """Choose the numbers to be named: both ends, and round ones that are not too near to them."""
    near = 13 * len(line) / height
    step = round_steps(len(line), 3)
    size = max(1, int(step[1])) if len(step) > 1 else len(line)
    between = range(-(-line.first // size) * size, line.last, size)
    return [line.first, *(one for one in between if line.first + near < one < line.last - near), line.last][
        : None if len(line) > 1 else 1
    ]


def _across(instant: datetime, period: Period, plot: Box) -> float:
    """Return where an instant lies: the period with a margin of a thirtieth at either side fills the plot."""
    whole = (period.ends - period.begins).total_seconds()
    return plot[0] + plot[2] * (1 / 32 + (instant - period.begins).total_seconds() / whole * 30 / 32)


def _up(number: float, line: Line, plot: Box) -> float:
    return plot[1] + (line.last + 0.5 - number) * plot[3] / len(line)


def _dots(drawing: Drawing, panel: _Panel, period: Period, plot: Box) -> None:
    left, _, width, _ = plot
    rows = panel.present
    at = rows["given_out"].astype("datetime64[us, UTC]").astype("int64").to_numpy() / 1e6
    begins, whole = period.begins.timestamp(), (period.ends - period.begins).total_seconds()
    x = left + width * (1 / 32 + (at - begins) / whole * 30 / 32)
    y = np.asarray(_up(rows["number"].to_numpy(dtype=np.float64), panel.line, plot))
    late, witness = rows["out_of_order"].to_numpy(dtype=bool), rows["witness"].to_numpy(dtype=bool)
    inside = (x >= left) & (x <= left + width)
    drawing.dots(_apart(x[inside & ~late & ~witness], y[inside & ~late & ~witness]), 1.7, GREY)
    drawing.dots(_apart(x[inside & ~late & witness], y[inside & ~late & witness]), 1.7, BLUE)
    drawing.rings(_apart(x[inside & late], y[inside & late]), 2.2, VERMILION)
    for beyond, edge, back in ((x < left, left, -5.0), (x > left + width, left + width, 5.0)):
        tips = "".join(
            f"M{edge + back:g} {height:.1f}l{-back:g}-3v6z" for _, height in _apart(x[beyond] * 0, y[beyond])
        )
        drawing.path(tips, fill=GREY)
    _name_bulk(drawing, panel, period, plot)


def _apart(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Return the places of dots, those that would fall on one another once."""
    fine = 1.0 if len(x) > _FINE else 2.0
    kept = dict.fromkeys(zip(np.round(x * fine).tolist(), np.round(y * fine).tolist(), strict=True))
    return [(across / fine, up / fine) for across, up in kept]


def _name_bulk(drawing: Drawing, panel: _Panel, period: Period, plot: Box) -> None:
    """Name the day with most numbers, where they are many: an import, say."""
    found = _busiest(panel.present, period)
    if not found or found[0] < max(_BULK, len(panel.present) // 20):
        return
    count, first = found
    mine = panel.present[panel.present["given_out"].dt.tz_convert(period.zone).dt.date == first]
    x = _across(mine["given_out"].median(), period, plot)
    y = _up(float(mine["number"].median()), panel.line, plot)
    words = f"{count:,} on {first.day} {MONTHS[first.month - 1]}"
    right = x + 8 + wide(words, size=10) < plot[0] + plot[2]
    drawing.text(x + (8 if right else -8), y + 4, words, size=10, anchor="start" if right else "end", color=QUIET)
