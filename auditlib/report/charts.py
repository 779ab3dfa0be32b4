"""Figures: numbering, issues per month, status. What is drawn on Axes is decided here, what is shown by the notebooks.

Each ``draw_*`` function takes the Axes and the data and returns the Axes; each ``*_figure`` function makes a figure of
small multiples, one per project. Only matplotlib's objects are used, no pyplot, so that nothing global is left behind.
"""

from __future__ import annotations

import io
import locale
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator, PercentFormatter, StrMethodFormatter
from numpy.typing import NDArray

from auditlib.audit.numbering.gaps import CLASSES, Numbering
from auditlib.audit.sampling.draw import says_nothing
from auditlib.phrases import number_runs, percent, percent_up, share
from auditlib.report.lettering import drawable, families, shipped_only
from auditlib.text import visible_text
from auditlib.times import Period

STYLE: Final = Path(__file__).with_name("audit.mplstyle")
"""How every figure looks, where it differs from what matplotlib does by itself."""

PAGE_WIDTH: Final = 7.0
HALF_WIDTH: Final = 3.4
"""The two widths of a figure, in inches."""

BLUE, VERMILION, GREEN, PURPLE, ORANGE = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00"
GREY, PALE, INK = "#8C8C8C", "#EAF2F7", "#404040"

CLASS_MARKS: Final = {
    "moved": {"facecolor": "#FFFFFF", "edgecolor": GREEN, "hatch": ""},
    "deleted": {"facecolor": ORANGE, "edgecolor": ORANGE, "hatch": ""},
    "existed": {"facecolor": "#FFFFFF", "edgecolor": PURPLE, "hatch": "//////"},
    "unexplained": {"facecolor": VERMILION, "edgecolor": VERMILION, "hatch": ""},
}
"""How missing numbers of each class are drawn; their column says it in words too."""

_STRIP = 1.55  # inches for one project's numbering
_BINS = 60  # steps in which a strip shows where numbers are missing, about two points each
_CLASS_WIDTH = 0.62  # inches for one class of missing numbers
_RASTER = 5_000  # points of a strip above which an SVG holds them as a picture
_RUN_LABELS = 4  # runs of missing numbers named beside a strip
_STATUSES = 10  # statuses of a project shown one by one
_UNKNOWN = "(not known)"
_SCREEN = ("backend", "backend_fallback", "interactive", "toolbar")


@contextmanager
def drawing() -> Iterator[None]:
    """Draw as on any machine: by matplotlib's own defaults and our style, whatever anybody has set for their own figures."""
    language = locale.setlocale(locale.LC_TIME)
    with mpl.rc_context(_settings()):
        try:
            locale.setlocale(locale.LC_TIME, "C")  # else a setting of matplotlib may name months by the machine's
            yield
        finally:
            locale.setlocale(locale.LC_TIME, language)


@cache
def _settings() -> dict[str, Any]:
    """Return every setting of matplotlib but for how it shows figures on a screen."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some settings are told to go with a later version
        ours = mpl.rc_params_from_file(STYLE, use_default_template=False)
        return {name: value for name, value in mpl.rcParamsDefault.items() if name not in _SCREEN} | dict(ours)


def numbering_figure(numberings: Iterable[Numbering], period: Period) -> Figure:
    """Show, for each project, when its numbers were given out and which are missing.

    Parameters
    ----------
    numberings : iterable of Numbering
        One per project.
    period : Period
        The period of the audit, shaded; its zone is that of the time axis.

    Returns
    -------
    Figure
        A strip per project, with a common time axis.
    """
    parts = list(numberings)
    with drawing():
        found = {name for part in parts for name in part.gaps["classification"].unique()}
        classes = [name for name in CLASSES if name in found] or ["unexplained"]
        side = _CLASS_WIDTH * len(classes) + _label_width(classes)
        figure = Figure(figsize=(PAGE_WIDTH, 0.75 + _STRIP * max(1, len(parts))))
        grid = figure.subplots(
            max(1, len(parts)), 2, squeeze=False, sharey="row", width_ratios=[PAGE_WIDTH - 0.6 - side, side]
        )
        for row, part in enumerate(parts):
            main, beside = grid[row]
            draw_numbering(main, part, period)
            draw_missing(beside, part, classes)
            if row:
                main.sharex(grid[0][0])
            if row < len(parts) - 1:
                main.tick_params(labelbottom=False)
        if parts:
            key = "● in line with the others (witness)   ○ out of line\n◂ ▸ far outside the period   shaded: the period"
            grid[-1][0].set_xlabel(f"number given out ({period.zone.key})\n{key}", loc="left", linespacing=1.4)
            grid[-1][1].set_xlabel(
                "missing numbers; a full bar:\nall of the numbers there", loc="left", linespacing=1.4
            )
        else:
            grid[0][1].set_axis_off()
            _nothing(grid[0][0], "no project")
    return figure


def _label_width(classes: Sequence[str]) -> float:
    """Return the inches that the names of runs take: with several classes each says its own."""
    return 1.2 if len(classes) == 1 else 1.65


def draw_numbering(ax: Axes, numbering: Numbering, period: Period) -> Axes:
    """Draw the numbers of one project against the time at which they were given out.

    Witnesses are blue dots, other issues grey rings; those given out far outside the period stand at the edge, as
    triangles. The period is shaded.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    numbering : Numbering
        One project.
    period : Period
        The period of the audit.

    Returns
    -------
    Axes
        The same.
    """
    begins, ends = (_local(pd.Series([instant]), period)[0] for instant in (period.begins, period.ends))
    margin = (ends - begins) * 0.04
    first, last = numbering.audited.first, numbering.audited.last
    ax.axvspan(begins, ends, color=PALE, linewidth=0, zorder=0)
    ax.set_xlim(begins - margin, ends + margin)
    locator = AutoDateLocator(minticks=3, maxticks=9)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=ends - begins < 62))
    _heading(ax, numbering.project, _facts(numbering))
    if last < first:
        ax.set_ylim(0, 1)
        ax.set_yticks([])
        ax.text((begins + ends) / 2, 0.5, "no number to account for", ha="center", va="center", color=INK, fontsize=8)
        return ax
    reach = max(0.6, (last - first) * 0.03)
    low, high = first - 0.5 - reach, last + 0.5 + reach
    ax.set_ylim(low, high)
    ax.set_yticks(_number_ticks(first, last))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
    shown = numbering.present[numbering.present["number"].between(low, high) & numbering.present["given_out"].notna()]
    time = _local(shown["given_out"], period)
    number = shown["number"].to_numpy(dtype=float)
    witness = shown["witness"].to_numpy(dtype=bool)
    left, right = ax.get_xlim()
    audited = (number >= first) & (number <= last)
    inside = (time >= left) & (time <= right)
    window = (left, right, low, high)
    ring = {"marker": "o", "facecolors": "none", "edgecolors": GREY, "s": 6, "linewidths": 0.5, "zorder": 2}
    dot = {"marker": "o", "color": BLUE, "s": 5, "linewidths": 0, "zorder": 3}
    _points(ax, time[inside & ~witness], number[inside & ~witness], window, ring)
    _points(ax, time[inside & witness], number[inside & witness], window, dot)
    for marker, edge, beyond in (("<", left, audited & (time < left)), (">", right, audited & (time > right))):
        triangle = {"marker": marker, "color": GREY, "s": 12, "linewidths": 0, "zorder": 4, "clip_on": False}
        _points(ax, np.full(int(beyond.sum()), edge), number[beyond], window, triangle)
    return ax


def draw_missing(ax: Axes, numbering: Numbering, classes: Sequence[str] = CLASSES) -> Axes:
    """Draw which numbers of one project are missing, beside its numbering and on the same scale of numbers.

    A column per class; a bar is as long as the share of its few numbers that is missing, so that one missing number
    of ten and a thousand of ten thousand look as they are. The longest runs of one class are named.

    Parameters
    ----------
    ax : Axes
        Where to draw; shares the scale of numbers with that of `draw_numbering`.
    numbering : Numbering
        One project.
    classes : sequence of str
        The columns.

    Returns
    -------
    Axes
        The same.
    """
    first, last = numbering.audited.first, numbering.audited.last
    columns = len(classes)
    ax.set_xlim(0, columns + _label_width(classes) / _CLASS_WIDTH)
    ax.tick_params(left=False, labelleft=False, bottom=False, labelbottom=False)
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    if last < first:
        return ax
    step = max(1, -(-(last - first + 1) // _BINS))
    for column, name in enumerate(classes):
        number = numbering.gaps.loc[numbering.gaps["classification"] == name, "number"].to_numpy(dtype=np.int64)
        ax.plot([column, column], [0, 1], transform=ax.get_xaxis_transform(), color="#C8C8C8", linewidth=0.6)
        for text, height_points in ((f"{len(number):,}", 11.5), (name, 3)):
            color = INK if len(number) else "#A0A0A0"
            place = (column, 1)
            _note(ax, text, place, (0, height_points), xycoords=("data", "axes fraction"), color=color)
        bins, counts = np.unique((number - first) // step, return_counts=True)
        lowest = first + bins * step
        height = np.minimum(step, last - lowest + 1)
        share = np.maximum(counts / height, 0.15) * 0.8
        ax.barh(lowest - 0.5, share, height, left=column, align="edge", linewidth=0.4, **CLASS_MARKS[name])
    _name_runs(ax, numbering, classes)
    return ax


def months_figure(counts: pd.DataFrame, width: float = PAGE_WIDTH) -> Figure:
    """Show how many issues of each project were created in each month.

    Parameters
    ----------
    counts : DataFrame, shape (months x projects, 4)
        month (``2026-04``), project, count, partial; as ``status.issues_per_month`` gives it.
    width : float
        Inches.

    Returns
    -------
    Figure
        A strip per project; all share both axes.
    """
    projects = sorted(counts["project"].unique())
    with drawing():
        rows = max(1, len(projects))
        figure = Figure(figsize=(width, 0.5 + 1.0 * rows))
        grid = figure.subplots(rows, 1, squeeze=False, sharex=True, sharey=True)[:, 0]
        for ax, project in zip(grid, projects, strict=False):
            draw_months(ax, counts[counts["project"] == project])
        for ax in grid[:-1]:
            ax.tick_params(labelbottom=False)
        figure.supylabel("issues created", fontsize=8, color=INK)
        grid[0].set_ylim(0, max(1, counts["count"].max() if projects else 1) * 1.2)
        if counts["partial"].any():
            grid[-1].set_xlabel("hatched: not a whole month of the period")
        if not projects:
            _nothing(grid[0], "no project")
    return figure


def draw_months(ax: Axes, counts: pd.DataFrame) -> Axes:
    """Draw how many issues of one project were created in each month; a month that is not whole is hatched.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    counts : DataFrame, shape (months, 4)
        month (``2026-04``), project, count, partial.

    Returns
    -------
    Axes
        The same.
    """
    rows = counts.sort_values("month")
    count = rows["count"].to_numpy(dtype=np.int64)
    partial = rows["partial"].to_numpy(dtype=bool)
    place = np.arange(len(rows))
    ax.grid(visible=False, axis="x")
    ax.grid(visible=True, axis="y")
    ax.bar(place[~partial], count[~partial], 0.8, color=BLUE)
    ax.bar(place[partial], count[partial], 0.8, facecolor="#FFFFFF", edgecolor=BLUE, linewidth=0.6, hatch="//////")
    ax.set_xlim(-0.7, max(len(rows), 6) - 0.3)  # a bar is never wider than a sixth
    ax.set_ylim(0, max(1, count.max()) * 1.2)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=3, integer=True, min_n_ticks=1))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    ticks, labels = _month_ticks(rows["month"].tolist())
    ax.set_xticks(ticks, labels)
    ax.tick_params(axis="x", length=0)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    total = int(count.sum())
    _heading(ax, str(rows["project"].iloc[0]), f"{total:,} issue{'' if total == 1 else 's'}")
    each = len(rows) <= 14 and _is_wide(ax)
    for index in place if each else [int(count.argmax())] if total else []:
        _note(ax, f"{count[index]:,}", (float(index), float(count[index])), (0, 1), ha="center", va="bottom")
    return ax


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
        figure = Figure(figsize=(width, 0.45 + sum(0.26 * height + 0.12 for height in heights)))
        grid = figure.subplots(len(heights), 1, squeeze=False, sharex=True, height_ratios=heights)[:, 0]
        for place, (ax, project) in enumerate(zip(grid, projects, strict=False)):
            draw_status(ax, status[status["project"] == project], name_bars=place == 0)
            ax.tick_params(labelbottom=place == len(projects) - 1)
        most = [int(part[["at_extraction", "at_period_end"]].to_numpy().max()) for part in rows]
        grid[-1].set_xlim(0, max([1, *most]) * 1.1)
        grid[-1].set_xlabel("issues")
        if not projects:
            _nothing(grid[0], "no issue in the population")
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
    longest = 34 if _is_wide(ax) else 16
    beside: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center"}
    for index, name in enumerate(rows["status"]):
        shown = _plain(name, longest)
        how = beside | {"ha": "right", "fontsize": 8, "color": INK}
        label = ax.annotate(shown, (0, index), (-5, 0), **how)
        label.set_label(_shortened(name, longest))
    ax.spines["bottom"].set_visible(False)
    ax.tick_params(axis="x", length=0)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, min_n_ticks=1))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    ax.set_xlim(0, max(1, now.max(), then.max()) * 1.1)
    total = int(now.sum())
    _heading(ax, str(status["project"].iloc[0]), f"{total:,} issue{'' if total == 1 else 's'}")
    named = int(np.minimum(now, then).argmax()) if name_bars else -1
    for row in range(len(rows)):
        for offset, count, words in ((-0.19, now[row], "when read"), (0.19, then[row], "at the period's end")):
            text = f"{count:,}" + (f" {words}" if row == named else "")
            _note(ax, text, (float(count), row + offset), (3, 0), va="center")
    return ax


def rates_figure(rates: pd.DataFrame, width: float = PAGE_WIDTH) -> Figure:
    """Show the deviations from each attribute: of the whole population where it was tested, else of the sample with its limit.

    Parameters
    ----------
    rates : DataFrame
        ``attribute_rates.csv``.
    width : float
        Inches.

    Returns
    -------
    Figure
        A line per attribute: of the population its exact rate as a square; of the sample the observed rate as a dot and the
        line to its upper limit; the tolerable rate as an upright.
    """
    shown = _one_row_each(rates)
    with drawing():
        figure = Figure(figsize=(width, 0.75 + 0.34 * max(1, len(shown))))
        draw_rates(figure.subplots(), shown)
    return figure


def _one_row_each(rates: pd.DataFrame) -> pd.DataFrame:
    """Keep of each attribute what says more: the whole population where it was tested, else the sample."""
    over = rates[(rates["scope"] == "population") & (rates["tested"] > 0)]
    mine = rates[rates["scope"] == "sample"]
    order = mine["attribute"].tolist()
    kept = [part for part in (over, mine[~mine["attribute"].isin(over["attribute"])]) if len(part)] or [mine]
    joined = pd.concat(kept)
    return joined.sort_values("attribute", key=lambda names: names.map(order.index), kind="stable", ignore_index=True)


def draw_rates(ax: Axes, rates: pd.DataFrame) -> Axes:
    """Draw the deviation rate of each attribute and, of a sample, its upper limit.

    Parameters
    ----------
    ax : Axes
    rates : DataFrame
        attribute, scope, tested, exceptions, no_evidence, deviation_rate, upper_limit, confidence, tolerable_rate; an
        attribute without an upper limit has a mark alone, one that concerns no issue, or so few that they say nothing, words.

    Returns
    -------
    Axes
    """
    if not len(rates):
        _nothing(ax, "no attribute is tested")
        return ax
    limits = rates["upper_limit"].fillna(rates["deviation_rate"]).fillna(0.0)
    tolerable = rates["tolerable_rate"].dropna()
    mute = [_says_nothing(row) for row in rates.itertuples()]
    most = max([0.05, *limits[[not one for one in mute]].tolist(), *tolerable.astype(float)])
    for place, (row, silent) in enumerate(zip(rates.itertuples(), mute, strict=True)):
        deviations = int(row.exceptions + row.no_evidence)
        if silent:
            few = f"{deviations:,} of {int(row.tested):,} sampled: too few to say anything of the population"
            text = few if row.tested else "no sampled issue is concerned"
            _note(ax, text, (0.0, place), (4, 0), va="center", color=INK)
            continue
        worst = row.deviation_rate if pd.isna(row.upper_limit) else row.upper_limit
        over = not pd.isna(row.tolerable_rate) and worst > row.tolerable_rate
        color = VERMILION if over else BLUE
        of = "in the whole population" if row.scope == "population" else "sampled"
        limit = "" if pd.isna(row.upper_limit) else f", at most {percent_up(Fraction(str(row.upper_limit)))} %"
        found = f"{deviations:,} of {int(row.tested):,} {of} ({share(deviations, int(row.tested))}){limit}"
        ax.hlines(place, row.deviation_rate, worst, color=color, linewidth=2)
        mark = "s" if row.scope == "population" else "o"
        ax.plot(row.deviation_rate, place, mark, color=color, clip_on=False, zorder=3)
        _note(ax, f"{found}{', over' if over else ''}", (float(worst), place), (6, 0), va="center", color=color)
    for rate in tolerable.drop_duplicates():
        ax.axvline(float(rate), color=INK, linewidth=0.8)
        _note(ax, f"tolerable {percent(str(rate))} %", (float(rate), -0.62), (3, 0), va="center", color=INK)
    ax.set_yticks(range(len(rates)), [_plain(str(name)) for name in rates["attribute"]])
    ax.set_ylim(len(rates) - 0.5, -0.8)
    ax.set_xlim(0, most * 2.2)
    ax.set_xticks([tick for tick in ax.get_xticks() if 0 <= tick <= 1])
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0 if most > 0.1 else 1))
    ax.set_xlabel("deviation rate of the issues concerned")
    ax.tick_params(axis="y", length=0, pad=8)
    return ax


def _says_nothing(row: Any) -> bool:
    """Say whether a row of rates says nothing: nothing was tested, or a drawn sample too small for any limit of use."""
    if not row.tested or row.scope == "population" or pd.isna(row.upper_limit):
        return not row.tested
    tolerable = None if pd.isna(row.tolerable_rate) else str(row.tolerable_rate)
    return says_nothing(int(row.tested), str(row.confidence), tolerable)


def figure_files(figure: Figure, title: str = "") -> dict[str, bytes]:
    """Return a figure as ``svg`` and ``png``; the same figure gives the same bytes.

    Parameters
    ----------
    figure : Figure
        Any figure of this module.
    title : str
        The SVG's title, which browsers show and read aloud.
    """
    about: dict[str, Any] = {"Date": None, "Creator": None} | ({"Title": title} if title else {})
    written = figure.findobj(Text)
    for text in written:
        text.set_fontfamily(families(text.get_text()))
    boxed = [text for text in written if text.get_label() and text.get_label() != text.get_text()]
    with drawing(), shipped_only(text.get_text() for text in written):
        png = _saved(figure, "png", {"Software": None})
        shown = [text.get_text() for text in boxed]
        try:
            # The reader's browser has fonts that this machine may lack: the SVG holds the text itself.
            for text in boxed:
                text.set_text(str(text.get_label()))
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
                svg = _saved(figure, "svg", about)
        finally:
            for text, before in zip(boxed, shown, strict=True):
                text.set_text(before)
    return {"svg": svg, "png": png}


def _saved(figure: Figure, kind: str, metadata: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    figure.savefig(stream, format=kind, metadata=metadata)
    return stream.getvalue()


def _is_wide(ax: Axes) -> bool:
    """Say whether the figure is as wide as a page."""
    figure = ax.get_figure(root=True)
    return figure is None or figure.get_figwidth() > HALF_WIDTH


def _heading(ax: Axes, project: str, facts: str) -> None:
    """Name the project of a small multiple, and say in a few words what is seen."""
    title = ax.set_title(_plain(project), fontweight="bold")
    ax.annotate(
        facts, (1, 1), (7, 4), xycoords=(title, "axes fraction"), textcoords="offset points", fontsize=8, color=INK
    )


def _note(ax: Axes, text: str, place: tuple[float, float], shift: tuple[float, float], **how: Any) -> None:
    """Write a value beside its mark."""
    look: dict[str, Any] = {"textcoords": "offset points", "fontsize": 7, "color": INK}
    ax.annotate(text, place, shift, **look | how)


def _local(instants: pd.Series, period: Period) -> NDArray[np.float64]:
    """Return instants as matplotlib's days, by the clock of the audit's zone."""
    local = pd.to_datetime(instants, utc=True).dt.tz_convert(period.zone).dt.tz_localize(None)
    days: NDArray[np.float64] = np.asarray(date2num(local.to_numpy()), dtype=np.float64)
    return days


def _points(
    ax: Axes, x: NDArray[np.float64], y: NDArray[np.float64], window: Sequence[float], marks: dict[str, Any]
) -> None:
    """Scatter points, without those that would fall on one another: a third of a point apart is one point."""
    if not len(x):
        return
    left, right, low, high = window
    across = np.round((x - left) / (right - left) * 1000)
    up = np.round((y - low) / (high - low) * 330)
    _, kept = np.unique(np.stack([across, up]), axis=1, return_index=True)
    ax.scatter(x[np.sort(kept)], y[np.sort(kept)], rasterized=len(kept) > _RASTER, **marks)


def _facts(numbering: Numbering) -> str:
    """Say in a line what the strip shows."""
    row = numbering.summary.iloc[0]
    if not row["numbers"]:
        return ""
    parts = [f"{row['present']:,} present, {row['missing']:,} missing"]
    if row["out_of_order"]:
        parts.append(f"{row['out_of_order']:,} out of order")
    return ", ".join(parts)


def _number_ticks(first: int, last: int) -> list[float]:
    """Choose the numbers to be named: both ends, and round ones that are not too near to them."""
    apart = (last - first) / 9
    between = [
        tick
        for tick in MaxNLocator(nbins=4, integer=True).tick_values(first, last)
        if first + apart < tick < last - apart
    ]
    return sorted({float(first), *map(float, between), float(last)})


def _name_runs(ax: Axes, numbering: Numbering, classes: Sequence[str]) -> None:
    """Name the longest runs of missing numbers of one class, with lines to where they lie; the longest four."""
    gaps = numbering.gaps
    runs = [
        (last - first + 1, name, first, last)
        for name in classes
        for first, last in number_runs(gaps.loc[gaps["classification"] == name, "number"])
    ]
    chosen = sorted(runs, key=lambda run: (-run[0], run[2]))[:_RUN_LABELS]
    longest = chosen[0][0] if chosen else 0
    chosen = sorted((run for run in chosen if run[0] * 50 >= longest), key=lambda run: run[2])
    low, high = ax.get_ylim()
    middles = [(first + last) / 2 for _, _, first, last in chosen]
    places = _apart(middles, (high - low) / (_STRIP * 72 / 12), low, high)
    for (size, name, first, last), middle, place in zip(chosen, middles, places, strict=True):
        text = f"{first}" if size == 1 else f"{first}…{last} ({size:,})"
        text += f" {name}" if len(classes) > 1 else ""
        columns = len(classes)
        ax.plot([columns - 0.12, columns + 0.12], [middle, place], color="#A0A0A0", linewidth=0.5)
        ax.text(columns + 0.18, place, text, fontsize=7, color=INK, va="center")


def _apart(middles: Sequence[float], step: float, low: float, high: float) -> list[float]:
    """Move places apart so far that labels there do not cover one another, as near to where they belong as that allows."""
    places = list(middles)
    for index in range(1, len(places)):
        places[index] = max(places[index], places[index - 1] + step)
    over = places[-1] - (high - step / 2) if places else 0.0
    if over > 0:
        places[-1] -= over
        for index in range(len(places) - 2, -1, -1):
            places[index] = min(places[index], places[index + 1] - step)
    under = (low + step / 2) - places[0] if places else 0.0
    return [place + max(0.0, under) for place in places] if under > 0 else places


def _month_ticks(months: list[str]) -> tuple[list[int], list[str]]:
    """Choose the months to be named: all of them, or one of three, or each January."""
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    every = 1 if len(months) <= 14 else 3 if len(months) <= 40 else 12
    ticks: list[int] = []
    labels: list[str] = []
    for index, month in enumerate(months):
        year, name = month[:4], names[int(month[5:]) - 1]
        if (int(month[5:]) - 1) % every == 0:
            ticks.append(index)
            show_year = name == "Jan" or not labels
            labels.append(year if every == 12 else f"{name}\n{year}" if show_year else name)
    return ticks, labels


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


def _nothing(ax: Axes, text: str) -> None:
    """Say on empty Axes why they are empty."""
    ax.set_axis_off()
    ax.set_xlabel("")
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", color=INK)


def _shortened(text: str, longest: int) -> str:
    """Make text fit for a label: no unseen character, not too long."""
    seen = visible_text(text)
    return seen if len(seen) <= longest else seen[: longest - 1] + "…"


def _plain(text: str, longest: int = 40) -> str:
    """Make text fit for a label, with a box for each character that no font here can show."""
    return drawable(_shortened(text, longest))
