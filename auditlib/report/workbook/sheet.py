"""A sheet whose rows are written at once, as XML: cells of tables are many, and their kinds are known by the column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from math import ceil
from types import MappingProxyType
from typing import Any, Final

from xlsxwriter.url import Url
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

Cell = Callable[[str], str]
"""Writes a text as the rest of a cell's XML, behind its place."""

_DAY_ZERO: Final = 693_594  # the proleptic ordinal of Excel's day 0, 30 December 1899
_EARLIEST: Final = 61  # before 1 March 1900, Excel's days are not those of the calendar
_INSTANT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{3})(?:Z|[+-][0-9:]{5,8})\Z"
)
_MARKUP: Final = re.compile("[&<>]")
_REMEMBERED: Final = 4096  # most columns hold few different texts
_SHORT: Final = 200
_LINE: Final = 13.0  # points of a line of the font
_HIGHEST: Final = 409.0
_MOST_LINKS: Final = 65_000  # Excel's own limit is a little above


class QuickSheet(Worksheet):  # type: ignore[misc] # the library has no types
    """A sheet of a workbook with constant memory, whose text is always text, and which takes many rows at once."""

    def write_lines(
        self,
        first: int,
        rows: Iterable[Sequence[str]],
        cells: Sequence[Cell],
        leads: Mapping[int, Mapping[str, str]] = MappingProxyType({}),
        wrapped: Mapping[int, float] = MappingProxyType({}),
    ) -> int:
        """Write rows, one below the other; an empty text is an empty cell.

        Parameters
        ----------
        first : int
            Place of the first row, from 0, below all that was written.
        rows : iterable of sequence of str
        cells : sequence of callable
            How each column is written.
        leads : mapping of int to mapping of str to str
            By column, where its cells lead, by what they say: ``internal:'gaps'!A1``, ``external:index.html``.

        wrapped : mapping of int to float
            The columns in which a long text takes several lines, and their width: rows are made as high as they need.

        Returns
        -------
        int
            The place behind the last row.
        """
        self._write_single_row(first)
        columns = [(f'<c r="{xl_col_to_name(column)}', cell) for column, cell in enumerate(cells)]
        row = first
        for texts in rows:
            for column, where in leads.items():
                if texts[column] in where:
                    self._lead(row, column, where[texts[column]])
            row += 1
            place = f'{row}"'
            line = [f"{begin}{place}{cell(text)}" for (begin, cell), text in zip(columns, texts, strict=True) if text]
            lines = max((lines_of(texts[column], width) for column, width in wrapped.items()), default=1)
            height = f' ht="{height_of(lines)}" customHeight="1"' if lines > 1 else ""
            self.fh.write(f'<row r="{place}{height}>{"".join(line)}</row>')
        if row > first:
            self._check_dimensions(first, 0)
            self._check_dimensions(row - 1, len(cells) - 1)
        self.previous_row = row
        return row

    def _lead(self, row: int, column: int, address: str) -> None:
        """Make a cell a link, whose text is written elsewhere; a sheet has only so many."""
        if self.hlink_count < _MOST_LINKS:
            self.ignore_write_string = True
            self.write_url(row, column, _link(address))
            self.ignore_write_string = False

    def write_link(self, row: int, column: int, address: str, style: Any, text: str) -> None:
        """Write a text that leads to a place of the workbook (``internal:``) or to a file beside it (``external:``)."""
        self.write_url(row, column, _link(address, text), style)

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        """Write one cell; a text that looks like the library's own markup stays a text."""
        if cell.__class__.__name__ != "String":
            super()._write_cell(row, col, cell)
            return
        style = _style(cell.format) if cell.format else ""
        self.fh.write(f'<c r="{xl_col_to_name(col)}{row + 1}"{style}{_inline(cell.string)}')


def _link(address: str, text: str = "") -> Url:
    """Return a link; to a file with the slashes of an address, which the library would turn into those of Windows."""
    url = Url(address)
    if text:
        url.text = text
    for name in ("_link", "_relationship_link"):
        setattr(url, name, getattr(url, name).replace("\\", "/"))
    return url


# Rows


def lines_of(text: str, width: float) -> int:
    """Return about how many lines a text takes in a column.

    A width counts digits, and most letters are narrower; words are not broken, so that a line is never quite full.
    """
    if len(text) <= width and "\n" not in text:
        return 1
    room = max(width * 1.1 - 2, 4)
    return sum(max(ceil(len(line) / room), 1) for line in text.split("\n"))


def height_of(lines: int) -> float:
    """Return the height of a row of so many lines, in points; no row is higher than Excel's highest."""
    return min(_LINE * lines + 1.5, _HIGHEST)


# Columns


def text_cell(style: Any, guarded: Any, is_guarded: Callable[[str], object], read: Callable[[str], str]) -> Cell:
    """Return how a column of text is written.

    Parameters
    ----------
    style, guarded : format
        Of ordinary cells; of those that ``is_guarded`` picks.
    is_guarded : callable
    read : callable
        From the text in the file to the one that is shown.
    """
    plain, marked = _style(style), _style(guarded)

    def write(text: str) -> str:
        shown = read(text)
        return f"{marked if is_guarded(shown) else plain}{_inline(shown)}"

    remembered = lru_cache(_REMEMBERED)(write)
    return lambda text: remembered(text) if len(text) < _SHORT else write(text)


def linked_cell(style: Any, otherwise: Cell, where: Mapping[str, str]) -> Cell:
    """Return how a column is written of which some cells lead somewhere: as links those, as it would be the others."""
    begin = _style(style)
    return lambda text: f"{begin}{_inline(text)}" if text in where else otherwise(text)


def number_cell(style: Any, otherwise: Cell, most: int) -> Cell:
    """Return how a column of numbers is written: those of more digits than Excel keeps as text."""
    begin = f"{_style(style)}><v>"
    return lambda text: f"{begin}{text}</v></c>" if len(text) <= most else otherwise(text)


def instant_cell(style: Any, otherwise: Cell) -> Cell:
    """Return how a column of instants is written: day and time as the text has them, whatever its offset."""
    begin = f"{_style(style)}><v>"

    def write(text: str) -> str:
        serial = serial_of(text)
        return otherwise(text) if serial is None else f"{begin}{serial!r}</v></c>"

    return write


def serial_of(text: str) -> float | None:
    """Return an instant of a table as Excel's number of days, in the zone that it is written in; None if Excel has none.

    To the second, as pages show it: Excel would round up what is more.

    >>> serial_of("2026-04-01T12:00:00.000-04:00")
    46113.5
    """
    found = _INSTANT.match(text)
    day = _day(found[1]) if found else None
    if found is None or day is None:
        return None
    return day + (int(found[2]) * 3600 + int(found[3]) * 60 + int(found[4])) / 86_400


@lru_cache(_REMEMBERED)
def _day(text: str) -> int | None:
    try:
        day = date.fromisoformat(text).toordinal() - _DAY_ZERO
    except ValueError:
        return None
    return day if day >= _EARLIEST else None


def _style(style: Any) -> str:
    return f' s="{style._get_xf_index()}"'  # noqa: SLF001 - the library's own cells do the same


def _inline(text: str) -> str:
    """Return the type and content of a cell of text, which no reader takes for anything else."""
    if not text.isprintable() or "_x" in text:
        # Excel's own way of writing what XML can't
        text = Worksheet._escape_control_characters(text)  # noqa: SLF001
    if _MARKUP.search(text):
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    space = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() or "\n" in text else ""
    return f' t="inlineStr"><is><t{space}>{text}</t></is></c>'
