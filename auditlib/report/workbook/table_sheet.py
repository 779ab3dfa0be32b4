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
from auditlib.report.workbook.sheet import (
    Cell,
    QuickSheet,
    height_of,
    instant_cell,
    lines_of,
    linked_cell,
    number_cell,
    text_cell,
)
from auditlib.tables import Table

MOST_ROWS: Final = 100_000

_FITTED_TO: Final = 2000  # rows by which widths are fitted: constant memory wants them before the first cell
_ON_PAPER: Final = 260  # characters beside each other on a page that can still be read
_NARROWEST: Final = 9
_WIDEST: Final = 60
_EXACT: Final = 15  # digits of a number that Excel keeps
_INSTANT_WIDTH: Final = 18
_EXACT_WIDTH: Final = 30
_FOLDED: Final = frozenset({"url", "ticket"})
_MOST_KEYS: Final = 3  # columns that stay in view


Links = Mapping[str, Mapping[str, str]]
"""By column, by what a cell says, where it leads, as `QuickSheet.write_lines` takes it."""

NO_LINKS: Final[Links] = MappingProxyType({})


@dataclass(frozen=True)
class _Laid:
    """A column of the sheet: which of the file it shows, its head and width, and whether it is folded away."""

    column: int
    head: str
    width: int
    wrapped: bool = False
    folded: bool = False
    exact: bool = False


def write_table(book: Book, table: Table, size: int, content: TextIO, version: int, *, links: Links = NO_LINKS) -> None:
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
    _fold(sheet, laid)
    top = 0
    if size > MOST_ROWS:
        note = f"Cut: the first {MOST_ROWS:,} of {size:,} rows; all are in data/tables/{table.file}"
        sheet.write_string(0, 0, note, formats["note"])
        top = 1
    for place, one in enumerate(laid):
        number = table.kinds[header[one.column]] in {"integer", "fraction"}
        sheet.write_string(top, place, one.head, formats["number header" if number else "header"])
    lines = max(lines_of(one.head, one.width) for one in laid if not one.folded)
    sheet.set_row(top, height_of(lines))
    sheet.freeze_panes(top + 1, _frozen(header))
    sheet.repeat_rows(top)
    sheet.repeat_columns(0, max(_frozen(header) - 1, 0))
    leads = {header.index(name): where for name, where in links.items() if name in header}
    cells = [_cell_of(table, one, formats, header[one.column], version) for one in laid]
    cells = [
        linked_cell(formats["link"], cell, leads[place]) if place in leads else cell for place, cell in enumerate(cells)
    ]
    texts = ([row[one.column] for one in laid] for row in chain(first, rows))
    wrapped = {place: float(one.width) for place, one in enumerate(laid) if one.wrapped and not one.folded}
    end = sheet.write_lines(top + 1, texts, cells, leads, wrapped)
    sheet.autofilter(top, 0, max(end - 1, top), len(laid) - 1)


def _frozen(header: Sequence[str]) -> int:
    """Return how many columns stay in view: up to the key, where it stands at the begin; else the first."""
    return header.index("key") + 1 if "key" in header[:_MOST_KEYS] else 1


def _fold(sheet: QuickSheet, laid: Sequence[_Laid]) -> None:
    """Set the widths; columns that are folded away come out with the sign above them."""
    for place, one in enumerate((*laid, None)):
        options = {"level": 1, "hidden": True} if one and one.folded else {}
        if place and laid[place - 1].folded and not options:
            options = {"collapsed": True}
        if one or options:
            sheet.set_column(place, place, one.width if one else None, None, options)


def _laid_out(table: Table, header: Sequence[str], first: Sequence[Sequence[str]]) -> list[_Laid]:
    """Return the columns of the sheet, their widths fitted to the first rows, and to what a page holds."""
    lengths = {name: sorted(len(row[place]) for row in first) for place, name in enumerate(header)}
    natural = {name: _natural(table.kinds[name], name, lengths[name]) for name in header}
    folded = {name for name in header if table.kinds[name] == "instant_utc" or name in _FOLDED}
    texts = {name for name in header if table.kinds[name] == "text" and name not in folded}
    taken = sum(width for name, width in natural.items() if name not in folded and name not in texts)
    cap = _cap([natural[name] for name in texts], _ON_PAPER - taken)
    shown = [
        _Laid(
            place,
            name,
            min(natural[name], cap) if name in texts else natural[name],
            wrapped=name in texts and lengths[name][-1:] > [min(natural[name], cap)],
            folded=name in folded,
        )
        for place, name in enumerate(header)
    ]
    exact = [
        _Laid(place, f"{name} (as in the file)", _EXACT_WIDTH, folded=True, exact=True)
        for place, name in enumerate(header)
        if table.kinds[name] == "instant" and f"{name}_utc" not in header
    ]
    return shown + exact


def _natural(kind: str, name: str, lengths: Sequence[int]) -> int:
    """Return the width that a column would have on a page without an edge: a head, and a few long texts, may take two lines."""
    longest = {"instant": _INSTANT_WIDTH, "instant_utc": _EXACT_WIDTH}.get(kind, 0)
    if not longest and lengths:
        longest = lengths[-1] if kind != "text" else lengths[len(lengths) * 9 // 10]
    if kind in {"integer", "fraction"}:
        longest += 2  # the room at their right
    return min(max(longest, -(-len(name) // 2) + 2, min(len(name) + 3, _NARROWEST)) + 1, _WIDEST)


def _cap(widths: Sequence[int], room: int) -> int:
    """Return the greatest width with which columns of text stand beside each other in the room that there is."""
    for cap in range(_WIDEST, _NARROWEST, -1):
        if sum(min(width, cap) for width in widths) <= room:
            return cap
    return _NARROWEST


def _cell_of(table: Table, one: _Laid, formats: Mapping[str, Any], name: str, version: int) -> Cell:
    """Return how a column is written."""
    kind, look = table.kinds[name], "wrapped" if one.wrapped else "cell"

    def read(text: str) -> str:
        return fitting(read_cell(text, version), f"data/tables/{table.file}")

    text = text_cell(formats[look], formats[f"guarded {look}"], FORMULA_LIKE.match, read)
    if kind == "integer":
        return number_cell(formats["number"], text, _EXACT)
    if kind == "fraction":
        return number_cell(formats["fraction"], text, _EXACT)
    return instant_cell(formats["instant"], text) if kind == "instant" and not one.exact else text
