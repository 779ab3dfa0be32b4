"""The style of charts: sizes, colours, ticks, notes, and figures as files."""

from __future__ import annotations

import io
import locale
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from auditlib.audit.numbering.gaps import Numbering
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
_RASTER = 5_000  # points of a strip above which an SVG holds them as a picture
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


class SteadyLayout(ConstrainedLayoutEngine):
    """Matplotlib's constrained layout, the same to the last digit each time.

    Its solver, kiwisolver, takes the equations in the order of their addresses in memory: places differ by 1e-16 from
    one drawing to the next, which no eye sees and the names of clip paths, digests of such places, do.
    """

    def execute(self, fig: Figure) -> None:
        """Place the axes, to a billionth of the figure."""
        super().execute(fig)
        for ax in fig.axes:
            left, low, width, height = (round(float(edge), 9) for edge in ax.get_position().bounds)
            ax.set_position((left, low, width, height))
            ax.set_in_layout(True)  # a place that is set by hand would be left alone when drawn again


def empty_figure(width: float, height: float) -> Figure:
    """Begin a figure of so many inches."""
    return Figure(figsize=(width, height), layout=SteadyLayout())


def label_width(classes: Sequence[str]) -> float:
    """Return the inches that the names of runs take: with several classes each says its own."""
    return 1.2 if len(classes) == 1 else 1.65


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


def is_wide(ax: Axes) -> bool:
    """Say whether the figure is as wide as a page."""
    figure = ax.get_figure(root=True)
    return figure is None or figure.get_figwidth() > HALF_WIDTH


def heading(ax: Axes, project: str, facts: str) -> None:
    """Name the project of a small multiple, and say in a few words what is seen."""
    title = ax.set_title(plain(project), fontweight="bold")
    ax.annotate(
        facts, (1, 1), (7, 4), xycoords=(title, "axes fraction"), textcoords="offset points", fontsize=8, color=INK
    )


def note(ax: Axes, text: str, place: tuple[float, float], shift: tuple[float, float], **how: Any) -> None:
    """Write a value beside its mark."""
    look: dict[str, Any] = {"textcoords": "offset points", "fontsize": 7, "color": INK}
    ax.annotate(text, place, shift, **look | how)


def local_times(instants: pd.Series, period: Period) -> NDArray[np.float64]:
    """Return instants as matplotlib's days, by the clock of the audit's zone."""
    local = pd.to_datetime(instants, utc=True).dt.tz_convert(period.zone).dt.tz_localize(None)
    days: NDArray[np.float64] = np.asarray(date2num(local.to_numpy()), dtype=np.float64)
    return days


def points(
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


def facts_line(numbering: Numbering) -> str:
    """Say in a line what the strip shows."""
    row = numbering.summary.iloc[0]
    if not row["numbers"]:
        return ""
    parts = [f"{row['present']:,} present, {row['missing']:,} missing"]
    if row["out_of_order"]:
        parts.append(f"{row['out_of_order']:,} out of order")
    return ", ".join(parts)


def number_ticks(first: int, last: int) -> list[float]:
    """Choose the numbers to be named: both ends, and round ones that are not too near to them."""
    apart = (last - first) / 9
    between = [
        tick
        for tick in MaxNLocator(nbins=4, integer=True).tick_values(first, last)
        if first + apart < tick < last - apart
    ]
    return sorted({float(first), *map(float, between), float(last)})


def month_ticks(months: list[str]) -> tuple[list[int], list[str]]:
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


def nothing(ax: Axes, text: str) -> None:
    """Say on empty Axes why they are empty."""
    ax.set_axis_off()
    ax.set_xlabel("")
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", color=INK)


def shortened(text: str, longest: int) -> str:
    """Make text fit for a label: no unseen character, not too long."""
    seen = visible_text(text)
    return seen if len(seen) <= longest else seen[: longest - 1] + "…"


def plain(text: str, longest: int = 40) -> str:
    """Make text fit for a label, with a box for each character that no font here can show."""
    return drawable(shortened(text, longest))
