"""The grid of numbers: every issue number of a range is one cell, in order, so that a gap is a block of colour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Final, NamedTuple

from auditlib.audit.numbering.gaps import CLASSES
from auditlib.audit.numbering.shares import missing_shares
from auditlib.audit.numbering.stretches import PRESENT, Line, Stretch
from auditlib.phrases import agreeing, counted, listed, share
from auditlib.report.charts.drawing import INK, QUIET, Box, Drawing, fitted, wide
from auditlib.report.charts.style import (
    CLASS_COLORS,
    CLASS_WORDS,
    OVER,
    SMALL,
    Chart,
    heading,
    is_narrow,
    key,
    nothing,
)

MOST_GRIDS: Final = 12
"""Projects that have a grid each; of more, each has a line."""

MOST_LINES: Final = 100
"""Projects that have a line; of more it says how many they are."""

_RUNS: Final = 5  # longest runs that are named beside a grid
_BESIDE = 150.0  # pixels for the longest runs
_GAP = 22.0  # between projects
_RULED = 4.0  # pixels of a cell from which on cells are ruled
_LINE = 17.0  # pixels of a project's line


class _Form(NamedTuple):
    """How a project's numbers are laid out: cells of a row, numbers of a cell, pixels of a cell, and where rows begin."""

    row: int
    each: int
    cell: float
    left: float


def grid_figure(lines: Sequence[Line]) -> Chart:
    """Show every number of the range of each project, in order, by class.

    Parameters
    ----------
    lines : sequence of Line
        From ``audit.numbering.stretches.lines``.
    """
    return Chart(grid_claim(lines), partial(_draw, lines))


def grid_claim(lines: Sequence[Line]) -> str:
    """Say how many numbers there are, how many are missing, by class, and the longest run that nothing explains."""
    numbers, missing = sum(len(line) for line in lines), sum(line.missing for line in lines)
    where = f" of {counted(len(lines), 'project')}" if len(lines) > 1 else ""
    if not numbers:
        return f"No issue number{where} has to be accounted for."
    if not missing:
        return (
            f"All {numbers:,} issue numbers{where} answer." if numbers > 1 else f"The only issue number{where} answers."
        )
    parts = [f"{count:,} {name}" for name in CLASSES if (count := _total(lines, name))]
    are = agreeing(missing, "is", "are")
    claim = (
        f"{missing:,} of {numbers:,} issue numbers{where} {are} missing ({share(missing, numbers)}): {listed(parts)}."
    )
    longest = max(((len(run), line.project, run) for line in lines for run in line.longest("unexplained")[:1]),
                  key=lambda one: one[0], default=None)  # fmt: skip
    if longest and longest[0] > 1:
        count, project, run = longest
        claim += f" The longest unexplained run is {project}-{run.first} to {run.last}, {count:,} numbers."
    return claim


def _total(lines: Iterable[Line], name: str) -> int:
    return sum(line.count(name) for line in lines)


def _draw(lines: Sequence[Line], width: float) -> Drawing:
    if not lines:
        return nothing(width, "no project")
    drawing = Drawing(width)
    top = _strips(drawing, lines) if len(lines) > MOST_GRIDS else _grids(drawing, lines)
    drawing.height = top
    return drawing


def _key(drawing: Drawing, lines: Sequence[Line], top: float, last: str) -> float:
    shown = [name for name in (PRESENT, *CLASSES) if name == PRESENT or _total(lines, name)]
    entries = [(CLASS_COLORS[name], f"{CLASS_WORDS.get(name, name)} {_total(lines, name):,}") for name in shown]
    top = key(drawing, 0, top, drawing.width, entries)
    return drawing.lines(0, top + 1, last, drawing.width, size=SMALL, color=QUIET) + 2


# a grid each


def _grids(drawing: Drawing, lines: Sequence[Line]) -> float:
    top, summed = 0.0, 1
    for line in lines:
        top = heading(drawing, (0, top), line.project, _facts(line), drawing.width)
        if len(line):
            form = _form(line, drawing.width)
            summed = max(summed, form.each)
            top = _grid(drawing, line, form, top)
        top += _GAP
    says = "A cell is one number; rows are read from left to right, the number on the left is that of the first cell."
    if summed > 1:
        says += (
            f" Where a project has very many numbers, a cell is up to {summed:,} of them, coloured if any is missing."
        )
    return _key(drawing, lines, top - 6, says)


def _facts(line: Line) -> str:
    if not len(line):
        return "no number to account for"
    if not line.missing:
        return f"{counted(len(line), 'number')}, none missing"
    parts = [f"{line.count(name):,} {name}" for name in CLASSES if line.count(name)]
    whole = f"{line.missing:,} of {len(line):,} numbers missing ({share(line.missing, len(line))})"
    return f"{whole}: {listed(parts)}"


def _form(line: Line, width: float) -> _Form:
    """Choose a row of 50, 100 or 200 cells, so that no project is much higher than wide; beyond, a cell is several numbers."""
    narrow = is_narrow(width)
    left = max(44.0, wide(f"{line.last}", size=10) + 8)
    room = width - left - (0 if narrow else _BESIDE)
    steps = ((50, 60), (100, 120)) if narrow else ((50, 10), (100, 80), (200, 120))
    for row, rows in steps:
        if len(line) <= row * rows:
            return _Form(row, 1, room / row, left)
    row, rows = steps[-1]
    each = -(-len(line) // (row * rows))
    return _Form(row, each, room / row, left)


def _grid(drawing: Drawing, line: Line, form: _Form, top: float) -> float:
    """Draw the cells of a project, its rows' first numbers, and the longest runs; return where it ends below."""
    begin = line.first - line.first % (form.row * form.each)
    rows = -(-(line.last - begin + 1) // (form.row * form.each))
    boxes: dict[str, list[Box]] = defaultdict(list)
    for name, first, last in _cells(line, begin, form.each):
        boxes[name] += _boxes(first, last, form, top)
    for name in (PRESENT, *CLASSES):
        drawing.boxes(boxes[name], CLASS_COLORS[name])
    if form.cell >= _RULED:
        _rule(drawing, form, rows, top)
    every = next(step for step in (1, 2, 5, 10, 20, 50, 100) if step * form.cell >= 13 or step == 100)
    for row in range(0, rows, every):
        number = max(line.first, begin + row * form.row * form.each)
        drawing.text(form.left - 6, top + (row + 0.5) * form.cell, f"{number}", size=10, anchor="end", color=QUIET)
    return max(top + max(rows * form.cell, 12), _name_runs(drawing, line, top, top + rows * form.cell))


def _cells(line: Line, begin: int, each: int) -> Iterator[tuple[str, int, int]]:
    """Yield runs of cells of one class, by their place; of a cell of several numbers the class of most that are missing."""
    if each == 1:
        yield from ((run.kind, run.first - begin, run.last - begin) for run in line.stretches)
        return
    missing: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for run in line.stretches:
        if run.kind != PRESENT:
            for cell in range((run.first - begin) // each, (run.last - begin) // each + 1):
                low, high = begin + cell * each, begin + (cell + 1) * each - 1
                missing[cell][run.kind] += min(run.last, high) - max(run.first, low) + 1
    yield PRESENT, (line.first - begin) // each, (line.last - begin) // each
    for cell, counts in sorted(missing.items()):
        yield max(reversed(CLASSES), key=lambda name: counts[name]), cell, cell


def _boxes(first: int, last: int, form: _Form, top: float) -> Iterator[Box]:
    """Yield the boxes of cells that follow one another: one a row."""
    for row in range(first // form.row, last // form.row + 1):
        begin, end = max(first, row * form.row), min(last, (row + 1) * form.row - 1)
        left = form.left + (begin - row * form.row) * form.cell
        yield left, top + row * form.cell, (end - begin + 1) * form.cell, form.cell


def _rule(drawing: Drawing, form: _Form, rows: int, top: float) -> None:
    """Draw white lines between the cells."""
    width, height = form.row * form.cell, rows * form.cell
    path = "".join(f"M{form.left:.2f} {top + row * form.cell:.2f}h{width:.2f}" for row in range(1, rows))
    path += "".join(f"M{form.left + column * form.cell:.2f} {top:g}v{height:.2f}" for column in range(1, form.row))
    drawing.path(path, edge="#ffffff", width=min(1.2, form.cell * 0.14))


def _name_runs(drawing: Drawing, line: Line, top: float, bottom: float) -> float:
    """Name the longest runs that nothing explains: beside the grid, or below it where there is no room; return the end."""
    runs = line.longest("unexplained")
    shown = [run for run in runs[:_RUNS] if len(run) > 1 or len(runs) == 1] or runs[:1]
    if not shown:
        return bottom
    left = len(runs) - len(shown)
    if is_narrow(drawing.width):
        said = f"Longest unexplained {agreeing(len(shown), 'run', 'runs')}: {', '.join(map(_run_words, shown))}"
        said += f"; {counted(len(runs), 'run')} in all." if left else "."
        return drawing.lines(0, bottom + 5, said, drawing.width, size=SMALL, color=QUIET)
    at = drawing.width - _BESIDE + 14
    words = [*map(_run_words, shown), *([f"… {counted(len(runs), 'run')} in all"] if left else [])]
    drawing.text(at, top + 5, "longest unexplained runs" if len(runs) > 1 else "unexplained", size=SMALL, color=QUIET)
    for place, one in enumerate(words, start=1):
        drawing.text(at, top + 5 + place * 14, one, size=SMALL, color=QUIET if one.startswith("…") else INK)
    return top + 12 + len(words) * 14


def _run_words(run: Stretch) -> str:
    return f"{run.first}" if len(run) == 1 else f"{run.first}–{run.last} ({len(run):,})"


# a line each


def _strips(drawing: Drawing, lines: Sequence[Line]) -> float:
    """Draw a line a project, those with most unexplained numbers first; return where they end below."""
    ranked = sorted(lines, key=lambda line: (-line.count("unexplained"), -line.missing, line.project))
    shown = ranked[:MOST_LINES]
    narrow = is_narrow(drawing.width)
    names = min(90.0 if narrow else 130.0, max(wide(line.project, bold=True) for line in shown) + 10)
    words = 92.0 if narrow else 210.0
    room = drawing.width - names - words
    head = "unexplained" if narrow else "unexplained, missing, of all"
    drawing.text(drawing.width, 7, head, size=SMALL, anchor="end", color=QUIET)
    top = 18.0
    for line in shown:
        drawing.text(0, top + 6, line.project, bold=True, room=names - 8)
        _strip(drawing, line, (names, top, room, 12.0))
        count = line.count("unexplained")
        says = (
            f"{count:,} of {len(line):,}"
            if narrow
            else f"{count:,} unexplained, {line.missing:,} missing, of {len(line):,}"
        )
        color = OVER if count else QUIET
        drawing.text(drawing.width, top + 6, fitted(says, words - 8, size=SMALL), size=SMALL, anchor="end", color=color)
        top += _LINE
    says = "A line is all numbers of a project's range, from the first to the last; each is as wide as the others."
    if len(ranked) > len(shown):
        rest = ranked[MOST_LINES:]
        says += (
            f" {counted(len(rest), 'project')} more with {_total(rest, 'unexplained'):,} unexplained: in numbering.csv."
        )
    return _key(drawing, lines, top + 4, says)


def _strip(drawing: Drawing, line: Line, box: Box) -> None:
    """Draw the numbers of a project in one line; where a pixel is several numbers, as high as their share that is missing."""
    left, top, width, height = box
    if not len(line):
        drawing.text(left, top + height / 2, "no number to account for", size=SMALL, color=QUIET)
        return
    drawing.box(left, top, width, height, CLASS_COLORS[PRESENT])
    columns = min(int(width), len(line))
    step = width / columns
    beneath = [0.0] * columns
    for name in CLASSES:
        shares = missing_shares(line, name, columns)
        boxes = []
        for column, share_ in shares.items():
            high = max(share_ * height, 2.0)
            boxes.append((left + column * step, top + height - beneath[column] - high, step, high))
            beneath[column] = min(beneath[column] + high, height - 2)
        drawing.boxes(boxes, CLASS_COLORS[name])
