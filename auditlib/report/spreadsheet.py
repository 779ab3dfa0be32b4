"""``audit.xlsx``: all tables of a package in one workbook of sheets."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

import pandas as pd
import xlsxwriter

from auditlib.csv_cells import SINCE, read_cell
from auditlib.digests import digest_file
from auditlib.errors import AuditError
from auditlib.tables import Kind, Table, take_long_cells
from auditlib.text import visible_text

MOST_ROWS = 100_000
_LONGEST_CELL = 32_767  # Excel's own limit, in UTF-16 code units
_WIDEST = 60
_A4 = 9  # Excel's number of the paper
_ON_PAPER = 200  # characters beside each other on a page that can still be read
NUMBERS: Mapping[Kind, str] = {"integer": "number", "fraction": "fraction"}  # formats of cells that are no text
_EXACT = 10**15  # Excel keeps 15 digits of a number
FORMULA_LIKE = re.compile(r"[\t\r]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")


# The workbook


def write_workbook(
    tables: Mapping[Table, pd.DataFrame], files: Path, target: Path, about: Mapping[str, str], version: int = SINCE
) -> None:
    """Write all tables as one Excel workbook, one sheet a table, after a sheet that says where they come from.

    Cells are those of the CSV files: times stay text with their offset, numbers are numbers, and text is text, never a
    formula or a link. Equal tables and equal ``about`` give equal bytes.

    Parameters
    ----------
    tables : mapping of Table to DataFrame
        In the order of the sheets; each as `auditlib.tables.to_csv` takes it.
    files : Path
        Folder in which each is written already: the cells are read from there.
    target : Path
        The ``.xlsx`` to write; replaced if it is there.
    about : mapping of str to str
        Lines of the first sheet, in this order, such as ``audit``, ``period``, ``Jira``. ``made``, an ISO 8601 instant,
        is also the date inside the file; without it that is 1980-01-01.
    version : int
        Of the tables in those files.

    Raises
    ------
    AuditError
        If the file can't be written.
    """
    digests = {table: digest_file(files / table.file) for table in tables}
    created = datetime.fromisoformat(about["made"]) if "made" in about else datetime(1980, 1, 1, tzinfo=UTC)
    book = new_book(target, about.get("audit", ""), created)
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14, "font_color": "#0B3C5D"}),
        "label": book.add_format({"font_color": "#566070", "valign": "top"}),
        "header": book.add_format({"bold": True, "bottom": 2, "bottom_color": "#0B3C5D", "font_color": "#0B3C5D"}),
        "number": book.add_format({"num_format": "0"}),
        "fraction": book.add_format({"num_format": "0.0#####"}),
        "text": book.add_format({"num_format": "@", "quote_prefix": True}),
        "note": book.add_format({"italic": True, "font_color": "#B34700"}),
        "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    _write_about(
        book.add_worksheet("about"), digests, {table: len(frame) for table, frame in tables.items()}, about, formats
    )
    for table, frame in tables.items():
        path = files / table.file
        take_long_cells(path.stat().st_size)
        with path.open(encoding="utf-8", newline="") as content:
            _write_sheet(book.add_worksheet(table.name), table, len(frame), content, formats, version=version)
    close_book(book, target)


def new_book(target: Path, title: str, created: datetime) -> Any:
    """Begin an Excel workbook whose cells are never taken for formulas or links; equal cells give equal bytes."""
    options = {
        "constant_memory": True,  # rows go to disk one by one
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(str(target), options)
    book.set_properties({"title": title, "author": "auditlib", "created": created.astimezone(UTC)})
    return book


def for_paper(sheet: Any, width: int, head: int = 0) -> None:
    """Let a sheet be printed whole: landscape on A4, as many pages wide as its characters need, the head on each."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(-(-width // _ON_PAPER), 0)
    sheet.repeat_rows(head)
    sheet.set_footer("&L&A&R&P / &N")


def close_book(book: Any, target: Path) -> None:
    """Write a workbook to its end.

    Raises
    ------
    AuditError
        If the file can't be written.
    """
    try:
        book.close()
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
        raise AuditError(f"{target}: can't be written: {error}") from error


def _write_about(
    sheet: Any,
    digests: Mapping[Table, str],
    rows: Mapping[Table, int],
    about: Mapping[str, str],
    formats: Mapping[str, Any],
) -> None:
    """Write the first sheet: what this is, and for each table its file, rows and digest."""
    sheet.hide_gridlines(2)
    widths = (20, 62, 34, 12, 14, 68)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for_paper(sheet, sum(widths))
    place = 0
    sheet.write_string(place, 0, "Tables of the evidence package", formats["title"])
    place += 2
    for label, value in about.items():
        sheet.write_string(place, 0, label.replace("_", " "), formats["label"])
        sheet.write_string(place, 1, fitting(value, "run.json"), formats["wrapped"])
        place += 1
    place += 1
    for column, label in enumerate(
        ("sheet", "rows are", "file in the package", "rows in file", "rows on sheet", "SHA-256 of file")
    ):
        sheet.write_string(place, column, label, formats["header"])
    for table, digest in digests.items():
        place += 1
        sheet.write_string(place, 0, table.name)
        sheet.write_string(place, 1, table.says, formats["wrapped"])
        sheet.write_string(place, 2, f"data/tables/{table.file}")
        sheet.write_number(place, 3, rows[table])
        sheet.write_number(place, 4, min(rows[table], MOST_ROWS))
        sheet.write_string(place, 5, digest)
    cut = [table.name for table, count in rows.items() if count > MOST_ROWS]
    notes = [
        f"A sheet holds at most {MOST_ROWS:,} rows. " + (f"Cut: {', '.join(cut)}." if cut else "No table has more."),
        "The CSV files are the evidence; this workbook holds the same cells for reading.",
        "Times are text, as in the CSV: Excel's dates know no time zone. Characters that can't be seen are shown as [U+…].",
    ]
    place += 2
    for note in notes:
        sheet.write_string(place, 0, note, formats["note"] if cut and note is notes[0] else formats["label"])
        place += 1


def _write_sheet(
    sheet: Any, table: Table, size: int, content: TextIO, formats: Mapping[str, Any], *, version: int
) -> None:
    """Write one table from its CSV file, as far as a sheet holds it."""
    reader = csv.reader(content, strict=True)
    header = next(reader)
    rows = islice(reader, MOST_ROWS)
    kinds = [NUMBERS.get(table.kinds[column]) for column in header]
    first = list(islice(rows, 200))  # widths are fitted to these: constant memory wants them before the first cell
    width = 0
    for column, label in enumerate(header):
        longest = max((len(row[column]) for row in first), default=0)
        fitted = min(max(longest, len(label) + 3) + 1, _WIDEST)
        sheet.set_column(column, column, fitted)
        width += fitted
    place = 0
    if size > MOST_ROWS:
        note = f"Cut: the first {MOST_ROWS:,} of {size:,} rows; all are in data/tables/{table.file}"
        sheet.write_string(place, 0, note, formats["note"])
        place += 1
    top = place
    sheet.freeze_panes(top + 1, 0)
    for_paper(sheet, width, top)
    for column, label in enumerate(header):
        sheet.write_string(top, column, label, formats["header"])
    for row in chain(first, rows):
        place += 1
        for column, (cell, kind) in enumerate(zip(row, kinds, strict=True)):
            _write_cell(sheet, (place, column), read_cell(cell, version) if kind is None else cell, kind, formats)
    sheet.autofilter(top, 0, max(place, top), len(header) - 1)


def _write_cell(sheet: Any, place: tuple[int, int], cell: str, kind: str | None, formats: Mapping[str, Any]) -> None:
    """Write one cell of a table of the sheet's own name."""
    if not cell:
        return
    if kind is not None and abs(float(cell)) < _EXACT:
        sheet.write_number(*place, float(cell), formats[kind])
        return
    # Excel's own mark for "this is text" takes the place of the apostrophe that guards the CSV
    guarded = formats["text"] if FORMULA_LIKE.match(cell) else None
    sheet.write_string(*place, fitting(cell, f"data/tables/{sheet.get_name()}.csv"), guarded)


def fitting(text: str, whole: str) -> str:
    """Show unseen characters, and cut what is longer than a cell of Excel."""
    if len(text) <= _LONGEST_CELL // 2 and text.isprintable():  # nearly every cell
        return text
    text = visible_text(text, keep="\n\t")
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _LONGEST_CELL:
        return text
    note = f" … [cut; the whole text is in {whole}]"
    return units[: 2 * (_LONGEST_CELL - len(note))].decode("utf-16-le", "ignore") + note
