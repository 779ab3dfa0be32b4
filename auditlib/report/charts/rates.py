"""The chart of controls: deviation rates of the population, of the sample with their limits, and what is tolerable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, Final

import pandas as pd

from auditlib.audit.sampling.limits import says_nothing
from auditlib.phrases import agreeing, clauses, percent, percent_up, share
from auditlib.report.charts.drawing import INK, QUIET, Box, Drawing, broken, wide
from auditlib.report.charts.style import (
    BLUE,
    GREY,
    LINE,
    OVER,
    SMALL,
    VERMILION,
    Chart,
    is_narrow,
    nothing,
    round_steps,
)
from auditlib.text import visible_text

_ROW: Final = 19.0

_LINE: Final = 15.0
"""Pixels from one line of a name to the next."""
_PLOT: Final = 260.0  # that is left to the marks before names get more room
_MANY: Final = 5  # attributes that the claim names


@dataclass(frozen=True)
class _Tested:
    """What was found by one attribute in the population or in the sample."""

    name: str
    everywhere: bool
    tested: int
    deviations: int
    rate: float
    limit: float | None
    tolerable: float | None
    silent: bool

    @property
    def worst(self) -> float:
        """The rate that the conclusion rests on: the limit of a sample, else the rate."""
        return self.rate if self.limit is None else self.limit

    @property
    def over(self) -> bool:
        """Whether that is more than is tolerable."""
        return not self.silent and self.tolerable is not None and self.worst > self.tolerable

    @property
    def says(self) -> str:
        """What was found, in words."""
        if not self.tested:
            return "no issue is concerned" if self.everywhere else "no sampled issue is concerned"
        found = f"{self.deviations:,} of {'all ' if self.everywhere else ''}{self.tested:,}"
        if self.silent:
            return f"{found} sampled: too few to say anything"
        of = "" if self.everywhere else " sampled"
        return f"{found}{of} ({share(self.deviations, self.tested)}){_bounds(self)}"


def rates_figure(rates: pd.DataFrame, what: str = "control attribute") -> Chart:
    """Show the deviations from each attribute: the exact rate where the population was tested, the sample's with its limit.

    Parameters
    ----------
    rates : DataFrame
        ``attribute_rates.csv``, or rates of controls in that form.
    what : str
        What is tested.
    """
    found: dict[str, list[_Tested]] = {}
    for row in rates.sort_values("scope", key=lambda scope: scope != "population", kind="stable").itertuples():
        one = _tested(row)
        if one.tested or not one.everywhere:
            found.setdefault(one.name, []).append(one)
    order = dict.fromkeys(map(str, rates["attribute"]))
    rows = [found[name] for name in order if name in found]
    return Chart(_claim(rows, what), partial(_draw, rows, what))


def _tested(row: Any) -> _Tested:
    everywhere = row.scope == "population"
    limit, tolerable = (None if pd.isna(one) else float(one) for one in (row.upper_limit, row.tolerable_rate))
    return _Tested(
        name=str(row.attribute),
        everywhere=everywhere,
        tested=int(row.tested),
        deviations=int(row.exceptions + row.no_evidence),
        rate=0.0 if pd.isna(row.deviation_rate) else float(row.deviation_rate),
        limit=limit,
        tolerable=tolerable,
        silent=_says_nothing(row, limit, tolerable),
    )


def _says_nothing(row: Any, limit: float | None, tolerable: float | None) -> bool:
    """Say whether a row of rates says nothing: nothing was tested, or a drawn sample too small for any limit of use."""
    if not row.tested or row.scope == "population" or limit is None:
        return not row.tested
    return says_nothing(int(row.tested), str(row.confidence), None if tolerable is None else str(tolerable))


def _claim(rows: Sequence[Sequence[_Tested]], what: str) -> str:
    """Say the deviations of each attribute: of the population where it was tested, else of the sample."""
    if not rows:
        return f"No {what} is tested."
    told = sorted(rows, key=lambda one: -one[0].rate) if len(rows) > _MANY else rows  # of many those that deviate most
    return f"{clauses([_deviate(one[0], first=place == 0) for place, one in enumerate(told)], _MANY)}."


def _deviate(one: _Tested, *, first: bool) -> str:
    """Say what was found by one attribute as a part of a sentence; the first part says what is counted."""
    name = f"“{visible_text(one.name)}”"
    if not one.tested:
        return f"{name} concerns no {'' if one.everywhere else 'sampled '}issue"
    found = f"{one.deviations:,} of {'all ' if one.everywhere else ''}{one.tested:,}"
    deviate = agreeing(one.deviations, "deviates", "deviate")
    if one.silent:
        return f"{name} concerns too few sampled issues to say anything ({found} {deviate})"
    found += "" if one.everywhere else " sampled"
    found += f" {agreeing(one.tested, 'issue', 'issues')} {deviate}" if first else ""
    return f"{found} from {name} ({share(one.deviations, one.tested)}{_bounds(one)})"


def _bounds(one: _Tested) -> str:
    """Return the upper limit where there is one, and whether that, or the rate, is more than tolerable."""
    limit = "" if one.limit is None else f", at most {percent_up(Fraction(str(one.limit)))} %"
    return limit + (", more than tolerable" if one.over else "")


def _draw(rows: Sequence[Sequence[_Tested]], what: str, width: float) -> Drawing:
    if not rows:
        return nothing(width, f"no {what} is tested")
    drawing = Drawing(width)
    narrow = is_narrow(width)
    every = [one for row in rows for one in row]
    beside = width - _PLOT - 14 - max(wide(one.says) for one in every)
    names = max(wide(one[0].name, bold=True) for one in rows) + 16
    left = 6.0 if narrow else min(max(170.0, beside), names)
    plot = width - 20 if narrow else max(160.0, width - left - 14 - max(wide(one.says) for one in every))
    heard = [one for one in every if not one.silent]
    limits = {one.tolerable for one in every if one.tolerable is not None}
    most = min(1.0, 1.08 * max([0.05, *(one.worst for one in heard), *limits]))
    top = begins = 20.0 if limits else 6.0
    marks: list[tuple[_Tested, float]] = []
    for row in rows:
        if narrow:
            drawing.text(0, top + 8, row[0].name, bold=True, room=width)
            top += 18
        else:
            words = broken(row[0].name, left - 12, bold=True)
            spare = max(0.0, _LINE * len(words) - _ROW * len(row))
            top += spare / 2
            first = top + (_ROW * len(row) - _LINE * (len(words) - 1)) / 2
            for place, line in enumerate(words):
                drawing.text(0, first + _LINE * place, line, bold=True, room=left - 12)
        for one in row:
            marks.append((one, top + _ROW / 2))
            top += _ROW
            if narrow:
                top = _say(drawing, one, 0, top, width) + 3
        top += 10 if narrow else 10 + spare / 2
    _axis(drawing, most, limits, (left, begins, plot, top - begins), [middle for _, middle in marks])
    for one, middle in marks:
        _mark(drawing, one, (left, middle - _ROW / 2, plot, _ROW), most)
        if not narrow:
            drawing.text(
                left + plot + 14, middle, one.says, color=OVER if one.over else INK, room=width - left - plot - 14
            )
    drawing.height = _legend(drawing, top + 18)
    return drawing


def _say(drawing: Drawing, one: _Tested, left: float, top: float, room: float) -> float:
    color = OVER if one.over else INK
    for line in broken(one.says, room, size=SMALL):
        drawing.text(left, top + 6, line, size=SMALL, color=color)
        top += 15
    return top


def _axis(drawing: Drawing, most: float, tolerable: set[float], plot: Box, middles: Sequence[float]) -> None:
    """Draw the scale, at the marks alone: words may stand between them."""
    left, top, width, height = plot
    for tick in round_steps(most * 100, 4):
        at = left + tick / 100 / most * width
        path = "".join(f"M{at:.1f} {middle - _ROW / 2:g}v{_ROW:g}" for middle in middles)
        drawing.path(path, edge=LINE if tick else GREY)
        shown = f"{tick:g} %"
        drawing.text(max(left, at - wide(shown, size=10) / 2), top + height + 8, shown, size=10, color=QUIET)
    for rate in sorted(tolerable):
        at = left + rate / most * width
        path = "".join(f"M{at:.1f} {middle - _ROW / 2:g}v{_ROW:g}" for middle in middles)
        drawing.path(f"M{at:.1f} {top - 6:g}v6{path}", edge=VERMILION, width=1.6)
        words = f"tolerable {percent(str(rate))} %"
        begin = (
            min(at + 4, left + width - wide(words, size=10))
            if at + 4 + wide(words, size=10) > drawing.width
            else at + 4
        )
        drawing.text(begin, top - 9, words, size=10, color=OVER)


def _mark(drawing: Drawing, one: _Tested, box: Box, most: float) -> None:
    """Draw a rate: a square of the population, a dot of the sample with the line to its limit."""
    left, top, width, height = box
    at, middle = left + one.rate / most * width, top + height / 2
    color = VERMILION if one.over else BLUE
    if one.silent:
        drawing.rings([(at, middle)], 3.5, GREY, fill="#ffffff")
        return
    if one.everywhere:
        drawing.box(at - 4.5, middle - 4.5, 9, 9, color)
        return
    if one.limit is not None:
        end = left + min(one.limit, most) / most * width
        drawing.path(f"M{at:.1f} {middle:g}H{end:.1f}M{end:.1f} {middle - 5:g}v10", edge=color, width=2)
    drawing.dots([(at, middle)], 4.5, color)


def _legend(drawing: Drawing, top: float) -> float:
    says = (
        "Square: the exact rate, where every issue was tested. Dot: the rate of the sample; its line reaches to the upper "
        "limit. Ring: too few to say anything. A deviation is an exception or missing evidence."
    )
    return drawing.lines(0, top, says, drawing.width, size=SMALL, color=QUIET) + 2
