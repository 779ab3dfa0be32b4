"""What figures have in common: widths, colours, keys, headings, ticks; and a figure as files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from auditlib.report.charts.drawing import QUIET, Drawing, png, wide

PAGE: Final = 720.0
PHONE: Final = 358.0
"""The two widths of a figure, in pixels: of a page on a screen or on A4, and of a telephone held upright."""

BLUE, SKY, VERMILION, GREEN, PURPLE, ORANGE = "#0072b2", "#56b4e9", "#d55e00", "#009e73", "#cc79a7", "#e69f00"
"""M. Okabe and K. Ito, "Color Universal Design" (2008): people with any colour vision tell them apart."""

OVER: Final = "#b34700"
"""Words of what is too much, or needs an answer: vermilion is too light to be read on white."""

PALE, LINE, GREY = "#cfe0ee", "#d9dee5", "#8a94a0"

CLASS_COLORS: Final = {
    "present": PALE,
    "moved": SKY,
    "deleted": ORANGE,
    "existed": PURPLE,
    "unexplained": VERMILION,
}
"""How numbers of each class are drawn; words beside say it too."""

CLASS_WORDS: Final = {"existed": "existed (a record names it)"}
"""Words of a class in the key, where its name alone says little."""

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Names of months, whatever language the machine speaks."""

SMALL: Final = 11.0
"""Pixels of the letters of ticks and notes."""


@dataclass(frozen=True)
class Chart:
    """A figure: what it shows, in a sentence, and how it is drawn at a width.

    Attributes
    ----------
    claim : str
    draw : callable
        From pixels to a drawing of that width.
    """

    claim: str
    draw: Callable[[float], Drawing]


@dataclass(frozen=True)
class Files:
    """A figure as files; the same figure gives the same bytes.

    Attributes
    ----------
    svg, png : bytes
        As wide as a page.
    narrow : bytes
        As wide as a telephone, as SVG.
    """

    svg: bytes
    png: bytes
    narrow: bytes


def figure_files(chart: Chart, title: str = "") -> Files:
    """Return a figure as files; the title is its claim where none is given."""
    svg, narrow = (chart.draw(width).svg(title or chart.claim) for width in (PAGE, PHONE))
    return Files(svg.encode(), png(svg), narrow.encode())


def is_narrow(width: float) -> bool:
    """Say whether a figure is drawn for a telephone."""
    return width < (PAGE + PHONE) / 2


def heading(drawing: Drawing, at: tuple[float, float], name: str, facts: str, room: float) -> float:
    """Name a part of a figure, and say in a few words what is seen; return where the part begins below.

    The words stand beside the name where there is room, else below it.
    """
    left, top = at
    beside = drawing.text(left, top + 9, name, bold=True, size=13, room=room) + 10
    if beside + wide(facts) <= left + room:
        drawing.text(beside, top + 9.5, facts)
        return top + 22
    return drawing.lines(left, top + 20, facts, room) + 4


def key(drawing: Drawing, left: float, top: float, room: float, entries: Iterable[tuple[str, str]]) -> float:
    """Say what colours mean: a swatch and words each, in as many lines as they take; return where they end below.

    A colour that begins with ``/`` is hatched.
    """
    at = left
    for color, words in entries:
        width = 16 + wide(words, size=SMALL) + 16
        if at > left and at + width - 16 > left + room:
            at, top = left, top + 18
        if color.startswith("/"):
            drawing.hatched((at, top + 3, 11, 11), color[1:])
        else:
            drawing.box(at, top + 3, 11, 11, color)
        drawing.text(at + 16, top + 8.5, words, size=SMALL, room=room - 16, color=QUIET)
        at += width
    return top + 20


def nothing(width: float, words: str) -> Drawing:
    """Return a figure that says why it is empty."""
    drawing = Drawing(width)
    drawing.height = max(40.0, drawing.lines(0, 14, words, width, color=QUIET) + 6)
    return drawing


def round_steps(most: float, steps: int) -> list[float]:
    """Return round numbers from 0 on, about so many steps apart, up to the most."""
    if most <= 0:
        return [0.0]
    size = 10.0 ** len(str(int(most)))
    while size * steps > most * 1.0001 and size > 1e-6:
        for part in (0.5, 0.4, 0.5):  # 5, 2, 1
            if size * steps <= most * 1.0001:
                break
            size *= part
    count = int(most / size + 1e-9)
    return [place * size for place in range(count + 1)]


def step_name(kind: str, first: date, *, says_year: bool) -> str:
    """Name a week, month or year by its first day."""
    if kind == "year":
        return str(first.year)
    month = MONTHS[first.month - 1]
    if kind == "week":
        return f"{first.day} {month}"
    return f"{month} {first.year}" if says_year else month


def month_name(month: str) -> str:
    """Name a month that is written ``2026-04``."""
    return f"{MONTHS[int(month[5:]) - 1]} {month[:4]}"


def month_ticks(months: Sequence[str]) -> list[tuple[int, str]]:
    """Choose the months (``2026-04``) to be named: all of them, or one of three, or each January."""
    every = 1 if len(months) <= 14 else 3 if len(months) <= 40 else 12
    ticks: list[tuple[int, str]] = []
    for index, month in enumerate(months):
        year, number = month[:4], int(month[5:]) - 1
        if number % every == 0:
            says_year = every == 12 or not ticks or number == 0
            ticks.append((index, year if every == 12 else f"{MONTHS[number]} {year}" if says_year else MONTHS[number]))
    return ticks
