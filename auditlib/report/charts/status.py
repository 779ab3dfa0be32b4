"""The chart of statuses: a bar a project by kind of status, with what changed since and what is not proved."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final, NamedTuple

import pandas as pd

from auditlib.audit.status.spread import CATEGORIES
from auditlib.phrases import counted, listed
from auditlib.report.charts.drawing import INK, QUIET, Box, Drawing, fitted, wide
from auditlib.report.charts.style import BLUE, GREY, LINE, SMALL, Chart, heading, is_narrow, key, nothing
from auditlib.text import visible_text

MOST_TOLD: Final = 12
"""Projects whose statuses are named; of more, each has its bar alone."""

MOST_BARS: Final = 100

_WORDS: Final = {"new": "to do", "indeterminate": "in progress", "done": "done", "": "not known"}
_COLORS: Final = {"new": "#b9c3ce", "indeterminate": "#6cb6e8", "done": BLUE, "": "#f0e0c8"}
_ON: Final = {"new": INK, "indeterminate": INK, "done": "#ffffff", "": INK}  # colour of words on them
_BAR: Final = 20.0  # pixels
_STATUSES: Final = 12  # of a project, named one by one


class _Part(NamedTuple):
    """The issues of a project in statuses of one kind."""

    name: str
    then: int
    now: int
    unproved: int


def status_figure(spread: pd.DataFrame) -> Chart:
    """Show the statuses of each project's issues at the end of the period, and what they are today.

    Parameters
    ----------
    spread : DataFrame
        From ``audit.status.spread.spread``.
    """
    projects = [(str(name), part) for name, part in spread.groupby("project", sort=True)]
    return Chart(_claim(spread), partial(_draw, projects))


def _parts(rows: pd.DataFrame) -> list[_Part]:
    """Return one project's issues, or all, by kind of status."""
    sums = rows.groupby("category")[["then", "now", "unproved"]].sum()
    return [_Part(name, *(int(count) for count in sums.loc[name])) for name in (*CATEGORIES, "") if name in sums.index]


def _claim(spread: pd.DataFrame) -> str:
    """Say how many issues were of which kind at the period's end, how many are today, and of how many that is not proved."""
    whole = int(spread["then"].sum())
    if not whole:
        return "No issue is in the population, so there is no status to show."
    parts = _parts(spread)
    first, *others = [one for one in parts if one.then]
    was = "was" if first.then == 1 else "were"
    then = [f"{first.then:,} of {counted(whole, 'issue')} {was} {_WORDS[first.name]}"]
    then += [f"{one.then:,} {_WORDS[one.name]}" for one in others]
    claim = f"At the end of the period {listed(then)}."
    changed = [f"{_WORDS[one.name]} {one.then:,} → {one.now:,}" for one in parts if one.then != one.now]
    claim += f" Today: {listed(changed)}." if changed else " Today as many of each."
    unproved = sum(one.unproved for one in parts)
    if unproved:
        claim += f" Of {unproved:,} the history does not prove it (hatched)."
    return claim


def _draw(projects: Sequence[tuple[str, pd.DataFrame]], width: float) -> Drawing:
    if not projects:
        return nothing(width, "no issue in the population")
    drawing = Drawing(width)
    top = _bars(drawing, projects) if len(projects) > MOST_TOLD else _blocks(drawing, projects)
    shown = [name for name in (*CATEGORIES, "") if any(part["category"].eq(name).any() for _, part in projects)]
    entries = [(_COLORS[name], _WORDS[name]) for name in shown]
    if any(part["unproved"].sum() for _, part in projects):
        entries.append((f"/{GREY}", "not proved by the history"))
    top = key(drawing, 0, top, width, entries)
    says = "A bar is all issues of a project at the end of the period; “74 → 72” is 74 then, 72 today."
    drawing.height = drawing.lines(0, top + 1, says, width, size=SMALL, color=QUIET) + 2
    return drawing


def _blocks(drawing: Drawing, projects: Sequence[tuple[str, pd.DataFrame]]) -> float:
    """Draw each project's bar with its statuses below; return where they end."""
    top = 0.0
    for project, rows in projects:
        parts = _parts(rows)
        whole = sum(one.then for one in parts)
        top = heading(drawing, (0, top), project, counted(whole, "issue"), drawing.width)
        _bar(drawing, parts, (0, top, drawing.width, _BAR), told=True)
        top = _statuses(drawing, rows, top + _BAR + 7) + 14
    return top


def _bars(drawing: Drawing, projects: Sequence[tuple[str, pd.DataFrame]]) -> float:
    """Draw a bar a project, one below the other, those with most issues first; return where they end."""
    ranked = sorted(projects, key=lambda one: (-int(one[1]["then"].sum()), one[0]))
    narrow = is_narrow(drawing.width)
    names = min(90.0 if narrow else 130.0, max(wide(name, bold=True) for name, _ in ranked[:MOST_BARS]) + 10)
    room = drawing.width - names - 62
    top = 0.0
    for project, rows in ranked[:MOST_BARS]:
        parts = _parts(rows)
        drawing.text(0, top + 7, project, bold=True, room=names - 8)
        _bar(drawing, parts, (names, top, room, 14.0), told=not narrow)
        drawing.text(
            drawing.width, top + 7, f"{sum(one.then for one in parts):,}", size=SMALL, anchor="end", color=QUIET
        )
        top += 18
    if len(ranked) > MOST_BARS:
        rest = sum(int(rows["then"].sum()) for _, rows in ranked[MOST_BARS:])
        words = f"and {counted(len(ranked) - MOST_BARS, 'project')} more with {counted(rest, 'issue')}, in status.csv"
        drawing.text(0, top + 7, words, size=SMALL, color=QUIET)
        top += 18
    return top + 4


def _bar(drawing: Drawing, parts: Sequence[_Part], box: Box, *, told: bool) -> None:
    """Draw the kinds of statuses side by side, as wide as their share; what is not proved is hatched."""
    left, top, width, height = box
    whole = sum(one.then for one in parts)
    if not whole:
        drawing.box(left, top, width, height, "none", edge=LINE)
        return
    for one in parts:
        long = one.then / whole * width
        doubt = one.unproved / whole * width
        drawing.box(left, top, long - doubt, height, _COLORS[one.name])
        if doubt:
            drawing.hatched((left + long - doubt, top, doubt, height), GREY, over=_COLORS[one.name])
        if told:
            _tell(drawing, one, (left, top, long, height), proved=long - doubt)
        left += long
        drawing.boxes([(left - 0.5, top, 1.0, height)], "#ffffff")


def _tell(drawing: Drawing, part: _Part, box: Box, *, proved: float) -> None:
    """Write counts into a part of a bar, where there is room for them."""
    left, top, long, height = box
    count = _count(part.then, part.now)
    size = 12.0 if height > 16 else 10.0
    for words in (f"{_WORDS[part.name]} {count}", count):
        needed = wide(words, size=size) + 10
        if needed <= long:
            if needed > proved:
                drawing.box(left + 2, top + 2, needed - 2, height - 4, "#ffffff")
            color = INK if needed > proved else _ON[part.name]
            drawing.text(left + 5, top + height / 2, words, size=size, color=color)
            return


def _statuses(drawing: Drawing, rows: pd.DataFrame, top: float) -> float:
    """Name a project's statuses by kind, with what they are today; return where they end."""
    most = rows[["then", "now"]].max(axis=1).sort_values(ascending=False, kind="stable").index[:_STATUSES]
    for name in (*CATEGORIES, ""):
        mine = rows[rows["category"] == name]
        if mine.empty:
            continue
        drawing.text(0, top + 7, _WORDS[name], size=SMALL, color=QUIET)
        named, rest = mine[mine.index.isin(most)], mine[~mine.index.isin(most)]
        words = [(str(row.status) or "not known", int(row.then), int(row.now)) for row in named.itertuples()]
        if len(rest):
            words.append((counted(len(rest), "other"), int(rest["then"].sum()), int(rest["now"].sum())))
        top = _flow(drawing, 78.0, top, words) + 1
    return top


def _flow(drawing: Drawing, left: float, top: float, statuses: Sequence[tuple[str, int, int]]) -> float:
    """Write statuses one after the other, each whole on its line; return where the next line begins."""
    at, room = left, drawing.width - left
    for name, then, now in statuses:
        count = _count(then, now)  # apart from the name, which may run from right to left
        shown = fitted(visible_text(name), min(220.0, room - 90), size=SMALL)
        width = wide(shown, size=SMALL) + 4 + wide(count, size=SMALL)
        if at > left and at + width > drawing.width:
            at, top = left, top + 16
        drawing.text(drawing.text(at, top + 7, shown, size=SMALL) + 4, top + 7, count, size=SMALL, color=QUIET)
        at += width + 16
    return top + 16


def _count(then: int, now: int) -> str:
    return f"{then:,}" if then == now else f"{then:,} → {now:,}"
