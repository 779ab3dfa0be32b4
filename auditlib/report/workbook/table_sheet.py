"""A table of the package as a sheet: the cells of its CSV file, times as dates that a filter understands."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from types import MappingProxyType
from typing import Any, Final, TextIO

from auditlib.csv_cells import read_cell
from auditlib.report.workbook.book import FORMULA_LIKE, Book, fitting
from auditlib.report.workbook.sheet import Cell, instant_cell, linked_cell, number_cell, text_cell
from auditlib.tables import Table

MOST_ROWS: Final = 100_000

_FITTED_TO: Final = 200  # rows by which widths are fitted: constant memory wants them before the first cell
_ON_PAPER: Final = 215  # characters beside each other on a page that can still be read
_NARROWEST: Final = 9
_WIDEST: Final = 60
_EXACT: Final = 15  # digits of a number that Excel keeps
_INSTANT_WIDTH: Final = 22
_MOST_KEYS: Final = 3  # columns that stay in view


Links = Mapping[str, Mapping[str, str]]
"""By column, by what a cell says, where it leads, as `QuickSheet.write_lines` takes it."""

NO_LINKS: Final[Links] = MappingProxyType({})

@dataclass(frozen=True)
class _Laid:
    """A column of the sheet: which of the file it shows, whether exactly as written there, its width and head."""

    column: int
    head: str
    exact: bool
    width: float
    wrapped: bool


def write_table(book: Book, table: Table, size: int, content: TextIO, version: int, links: Links = NO_LINKS) -> None:
    """Write one table from its CSV file, as far as a sheet holds it.

    Instants of the audit's zone are dates of Excel, which know no zone; the texts that they are in the file stand folded
    behind the last column, but where the table itself has the instant in UTC.

    Parameters
    ----------
    book : Book
    table : Table
    size : int
        Rows of the table.
    content : text stream
        Its CSV file.
    version : int
        Of the tables in that file.
    links : Links
        Where cells lead.
    """
    reader = csv.reader(content, strict=True)
    header = next(reader)
    rows = islice(reader, MOST_ROWS)
    first = list(islice(rows, _FITTED_TO))
    laid = _laid_out(table, header, first)
    sheet, formats = book.sheet(table.name, table.says), book.formats
    shown = [one for one in laid if not one.exact]
    for place, one in enumerate(laid):
        sheet.set_column(place, place, one.width, None, {"level": 1, "hidden": True} if one.exact else {})
    if len(laid) > len(shown):
        sheet.set_column(len(laid), len(laid), None, None, {"collapsed": True})
    top = 0
    if size > MOST_ROWS:
        note = f"Cut: the first {MOST_ROWS:,} of {size:,} rows; all are in data/tables/{table.file}"
        sheet.write_string(0, 0, note, formats["note"])
        top = 1
    for place, one in enumerate(laid):
        sheet.write_string(top, place, one.head, formats["header"])
    sheet.freeze_panes(top + 1, _frozen(header))
    sheet.repeat_rows(top)
    sheet.repeat_columns(0, max(_frozen(header) - 1, 0))
    leads = {header.index(name): where for name, where in links.items() if name in header}
    cells = [_cell_of(table, one, formats, header[one.column], version) for one in laid]
    cells = [linked_cell(formats["link"], cell, leads[place]) if place in leads else cell for place, cell in enumerate(cells)]
    texts = ([row[one.column] for one in laid] for row in chain(first, rows))
    end = sheet.write_lines(top + 1, texts, cells, leads)
    sheet.autofilter(top, 0, max(end - 1, top), len(laid) - 1)


def _frozen(header: Sequence[str]) -> int:
    """Return how many columns stay in view: up to the key, where it stands at the begin; else the first."""
    return header.index("key") + 1 if "key" in header[:_MOST_KEYS] else 1


def _laid_out(table: Table, header: Sequence[str], first: Sequence[Sequence[str]]) -> list[_Laid]:
    """Return the columns of the sheet, their widths fitted to the first rows, and to what a page holds."""
    natural = []
    for place, name in enumerate(header):
        if table.kinds[name] == "instant":
            natural.append(_INSTANT_WIDTH)
            continue
        longest = max((len(row[place]) for row in first), default=0)
        word = max(map(len, name.replace("_", " ").split()), default=0)
        natural.append(min(max(longest, word + 3, min(len(name), 12)) + 1, _WIDEST))
    cap = _cap(natural)
    shown = [
        _Laid(place, name, exact=False, width=min(width, cap), wrapped=width > cap or width == _WIDEST)
        for (place, name), width in zip(enumerate(header), natural, strict=True)
    ]
    exact = [
        _Laid(place, f"{name} (as in the file)", exact=True, width=30, wrapped=False)
        for place, name in enumerate(header)
        if table.kinds[name] == "instant" and f"{name}_utc" not in header
    ]
    return shown + exact


def _cap(widths: Sequence[int]) -> int:
    """Return the greatest width of a column with which all of them stand beside each other on a page."""
    for cap in range(_WIDEST, _NARROWEST, -1):
        if sum(min(width, cap) for width in widths) <= _ON_PAPER:
            return cap
    return _NARROWEST


def _cell_of(table: Table, one: _Laid, formats: Mapping[str, Any], name: str, version: int) -> Cell:
    """Return how a column is written."""
    kind, wrapped = table.kinds[name], " wrapped" if one.wrapped else ""

    def read(text: str) -> str:
        return fitting(read_cell(text, version), f"data/tables/{table.file}")

    text = text_cell(formats[wrapped.strip() or "cell"], formats[f"guarded{wrapped}"], FORMULA_LIKE.match, read)
    if kind == "integer":
        return number_cell(formats["number"], text, _EXACT)
    if kind == "fraction":
        return number_cell(formats["fraction"], text, _EXACT)
    return instant_cell(formats["instant"], text) if kind == "instant" and not one.exact else text

