"""Every issue number in order, drawn in the page: one cell a number, or as many numbers a cell as keep the page small. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from auditlib.audit.numbering.stretches import KINDS, PRESENT, Line, Stretch
from auditlib.phrases import agreeing, counted, listed

MOST_GRIDS: Final = 12
"""Projects that get a grid each; of more, each gets one line."""

_MOST_ROWS: Final = 120  # of all grids together, so that they stay on two screens
_FEW: Final = 500  # numbers up to which a row has 50 cells
_MOST_NAMED: Final = 300  # stretches of a project that tell their numbers when pointed at
_LINE: Final = 100  # cells of a project that gets one line
_LABEL: Final = 44  # width of the numbers at the rows' beginnings

WORDS: Final = {
    PRESENT: "answers",
    "moved": "moved",
    "deleted": "deleted",
    "existed": "named by a record, gone",
    "unexplained": "unexplained",
}
"""What stands in the legend."""


@dataclass(frozen=True)
class Grid:
    """The drawing of one project, with what it says in words.

    Attributes
    ----------
    line : Line
        Its numbers.
    drawing : Markup
        An ``svg`` element; empty where the range holds no number.
    size : int
        Numbers to a cell.
    """

    line: Line
    drawing: Markup
    size: int

    @property
    def counts(self) -> str:
        """Return how many numbers there are of each class, which add up."""
        return classes_in_words(self.line)

    @property
    def longest(self) -> str:
        """Return the longest run of unexplained numbers in a sentence; empty if there is none."""
        return longest_in_words(self.line)

    @property
    def run(self) -> str:
        """Return the longest run of unexplained numbers alone."""
        return longest_run(self.line)


def classes_in_words(line: Line) -> str:
    """Say how many numbers are missing and of which classes; the parts add up to the whole."""
    if not len(line):
        return "No number in the range."
    if not line.missing:
        return f"None of {counted(len(line), 'number')} is missing."
    words = {"moved": "moved", "deleted": "deleted", "existed": "named by a record", "unexplained": "unexplained"}
    parts = [f"{line.count(kind):,} {said}" for kind, said in words.items() if line.count(kind)]
    return f"{line.missing:,} of {counted(len(line), 'number')} {agreeing(line.missing, 'is', 'are')} missing: {listed(parts)}."


def longest_run(line: Line) -> str:
    """Return the longest run of unexplained numbers and how many it has, ``645 to 725 (81)``; empty if there is none."""
    runs = line.longest("unexplained")
    if not runs:
        return ""
    first = runs[0]
    return f"{first.first}" if len(first) == 1 else f"{first.first} to {first.last} ({len(first):,})"


def longest_in_words(line: Line) -> str:
    """Say which run of unexplained numbers is the longest; empty if there is none."""
    runs = len(line.longest("unexplained"))
    if not runs:
        return ""
    which = "One run" if runs == 1 else f"The longest of {runs:,} runs"
    return f"{which} of unexplained numbers: {longest_run(line)}."


def grids(found: Sequence[Line]) -> list[Grid]:
    """Draw each project as a grid, with as many numbers to a cell in all of them as keep them on two screens."""
    sizes = _sizes()
    size = next(one for one in sizes if sum(_rows(line, one) for line in found) <= max(_MOST_ROWS, len(found)))
    return [
        Grid(line, _drawn(line, _width(line, size), size, f"{line.project}: {classes_in_words(line)}"), size)
        for line in found
    ]


def strips(found: Sequence[Line]) -> list[Grid]:
    """Draw each project as one line of at most a hundred cells, the one with the most unexplained numbers first."""
    ranked = sorted(found, key=lambda line: (not len(line), -line.count("unexplained"), -line.missing, line.project))
    made = []
    for line in ranked:
        size = max(1, -(-len(line) // _LINE))
        made.append(
            Grid(line, _drawn(line, _LINE, size, f"{line.project}: {classes_in_words(line)}", aligned=False), size)
        )
    return made


def _sizes() -> Iterator[int]:
    """Yield how many numbers a cell may stand for: 1, 2, 5, 10, 20, 50 and so on."""
    scale = 1
    while True:
        yield from (scale, 2 * scale, 5 * scale)
        scale *= 10


def _width(line: Line, size: int) -> int:
    return 50 if len(line) <= _FEW * size else 100


def _rows(line: Line, size: int) -> int:
    """Return how many rows a grid takes."""
    if not len(line):
        return 0
    width = _width(line, size) * size
    return line.last // width - line.first // width + 1


def _drawn(line: Line, width: int, size: int, says: str, *, aligned: bool = True) -> Markup:
    """Draw the cells of a project: columns stand for the same last digits in every row, where they are aligned."""
    if not len(line):
        return Markup("")
    begin = line.first // (width * size) * width * size if aligned else line.first
    cell = 12 if width == 50 else 8
    cell = cell if aligned else 5
    rows = (line.last - begin) // (width * size) + 1
    label = _LABEL if aligned else 0
    high = rows * cell if aligned else 14
    paths = _of_numbers(line, begin, width) if size == 1 else _of_bins(line, begin, width, size)
    tall = cell if aligned else 14
    size_of_cell = (cell, tall, label)
    drawn = "".join(_path(kind, shade, spans, says, size_of_cell) for kind, shade, spans, says in paths)
    across = "".join(f"M{label + column * cell} 0v{high}" for column in range(width + 1))
    down = "".join(f"M{label} {row * cell}h{width * cell}" for row in range(1, rows)) if aligned else ""
    step = max(1, -(-rows // 12)) if cell == 12 else 5
    names = [(row, begin + row * width * size) for row in range(0, rows, step)] if aligned else []
    labels = "".join(f'<text x="{label - 5}" y="{row * cell + cell - 2}">{number:,}</text>' for row, number in names)
    box = f"0 0 {label + width * cell} {high}"
    look = 'class="numbers"' if aligned else 'class="numbers strip" preserveAspectRatio="none"'
    return Markup(  # noqa: S704 - numbers, and text that is escaped
        f'<svg {look} viewBox="{box}" role="img" aria-label="{escape(says)}">'
        f"{labels}{drawn}"
        f'<path class="lines" d="{across}{down}"/></svg>'
    )


Span = tuple[int, int, int]
"""Row, first column, number of cells."""


def _of_numbers(line: Line, begin: int, width: int) -> Iterator[tuple[str, int, list[Span], str]]:
    """Yield what to draw where one cell is one number: all that answers, then every stretch that does not."""
    yield PRESENT, 4, [one for part in line.stretches if part.kind == PRESENT for one in _spans(part, begin, width)], ""
    missing = line.longest(*KINDS[1:])
    for part in missing[:_MOST_NAMED]:
        yield part.kind, 4, list(_spans(part, begin, width)), _named(line.project, part)
    for kind in KINDS[1:]:
        left = [one for part in missing[_MOST_NAMED:] if part.kind == kind for one in _spans(part, begin, width)]
        if left:
            yield kind, 4, left, ""


def _named(project: str, part: Stretch) -> str:
    which = f"{project}-{part.first}" if len(part) == 1 else f"{project}-{part.first} to {part.last} ({len(part):,})"
    return f"{which}: {WORDS[part.kind]}"


def _spans(part: Stretch, begin: int, width: int) -> Iterator[Span]:
    """Yield the cells of a stretch, row by row."""
    first, last = part.first - begin, part.last - begin
    for row in range(first // width, last // width + 1):
        low, high = max(first, row * width), min(last, row * width + width - 1)
        yield row, low - row * width, high - low + 1


def _of_bins(line: Line, begin: int, width: int, size: int) -> Iterator[tuple[str, int, list[Span], str]]:
    """Yield what to draw where a cell is several numbers: the gravest class in it, the paler the fewer are missing."""
    cells = (line.last - begin) // size + 1
    counts = {kind: _in_bins(line, kind, begin, size, cells) for kind in KINDS}
    total = np.sum([*counts.values()], axis=0)
    gravest = np.zeros(cells, np.int64)
    for rank, kind in enumerate(KINDS):
        gravest[counts[kind] > 0] = rank
    missing = total - counts[PRESENT]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(total > 0, missing / np.maximum(total, 1), 0.0)
    shade = np.where(gravest == 0, 4, np.select([share <= 0.1, share <= 0.5, share < 1], [1, 2, 3], 4))
    code = np.where(total > 0, gravest * 5 + shade, -1)
    for one in sorted(set(code.tolist()) - {-1}):
        yield KINDS[one // 5], one % 5, list(_runs(np.flatnonzero(code == one), width)), ""


def _in_bins(line: Line, kind: str, begin: int, size: int, cells: int) -> NDArray[np.int64]:
    """Count the numbers of a class in each cell."""
    found = np.zeros(cells + 1, np.int64)
    for part in line.stretches:
        if part.kind == kind:
            first, last = part.first - begin, part.last - begin
            low, high = first // size, last // size
            if low == high:
                found[low] += last - first + 1
            else:
                found[low] += (low + 1) * size - first
                found[high] += last - high * size + 1
                found[low + 1 : high] += size
    return found[:cells]


def _runs(cells: NDArray[np.int64], width: int) -> Iterator[Span]:
    """Yield cells, sorted, as spans within rows."""
    breaks = (np.diff(cells, prepend=-2) != 1) | (cells % width == 0)
    begins = np.flatnonzero(breaks)
    ends = np.append(begins[1:], len(cells)) - 1
    for begin, end in zip(cells[begins].tolist(), cells[ends].tolist(), strict=True):
        yield begin // width, begin % width, end - begin + 1


def _path(kind: str, shade: int, spans: Iterable[Span], says: str, cells: tuple[int, int, int]) -> str:
    """Return cells of one look as one path, as wide as its stroke; ``cells`` are how wide and tall, and where they begin."""
    cell, tall, left = cells
    steps = "".join(f"M{left + column * cell} {row * tall + tall / 2:g}h{count * cell}" for row, column, count in spans)
    if not steps:
        return ""
    names = f"k-{kind}" if shade == 4 else f"k-{kind} s-{shade}"
    title = f"<title>{escape(says)}</title>" if says else ""
    return f'<path class="{names}" stroke-width="{tall}" d="{steps}">{title}</path>'
