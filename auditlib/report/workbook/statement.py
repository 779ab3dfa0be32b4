"""The first sheet: what the tables are, of which source, asked how, when and by whom, and whether they are complete.

Auditors call it the statement on information produced by the entity (IPE): a listing is evidence only if one knows its source,
its query, its parameters, and why it is complete and accurate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from auditlib.report.workbook.book import Book, fitting, look_of
from auditlib.report.workbook.sheet import QuickSheet, height_of, lines_of
from auditlib.report.workbook.table_sheet import MOST_ROWS
from auditlib.tables import Table

SHEET: Final = "IPE statement"

_WIDTHS: Final = (22, *(14,) * 8, 66)
_REACH: Final = 9  # the last column over which a sentence goes
_CONTENTS: Final = (
    *(
        ("sheet", 0, 0),
        ("rows are", 1, 4),
        ("file in the package", 5, 6),
        ("rows in file", 7, 7),
        ("rows on sheet", 8, 8),
    ),
    ("SHA-256 of file", 9, 9),
)
"""The heads of the list of sheets, each with its first and last column."""


@dataclass(frozen=True)
class Statement:
    """What the first sheet says, each text as it is shown.

    Attributes
    ----------
    facts : sequence of (str, str)
        What, and what is true of it.
    test : sequence of sequence
        The test of completeness as rows of text and numbers, the head first; none where there is no population.
    result : sequence of str
        What the test shows, one sentence each.
    limits : sequence of str
        What the tables do not prove.
    again : sequence of str
        How to check it.
    """

    facts: Sequence[tuple[str, str]]
    test: Sequence[Sequence[str | int]] = ()
    result: Sequence[str] = ()
    limits: Sequence[str] = ()
    again: Sequence[str] = ()


def write_statement(
    book: Book,
    statement: Statement,
    rows: Mapping[Table, int],
    digests: Mapping[Table, str],
    others: Mapping[str, str],
) -> None:
    """Write the first sheet.

    Parameters
    ----------
    book : Book
    statement : Statement
    rows, digests : mapping of Table
        How many rows each table has, and the SHA-256 of its file, in the order of the sheets.
    others : mapping of str to str
        The sheets between this one and the tables, and what they are.
    """
    sheet = book.sheet(SHEET, "What the tables are, and where they come from")
    sheet.hide_gridlines(2)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    at = _Place(sheet, book.formats)
    at.line("Statement on information produced by the entity (IPE)", "title")
    for label, text in statement.facts:
        at.fact(label, text)
    if statement.test:
        at.section("Completeness: the listing asked for twice, and counted by Jira")
        at.table(statement.test)
    for sentence in statement.result:
        at.sentence(sentence)
    if statement.limits:
        at.section("What the tables do not prove")
    for sentence in statement.limits:
        at.sentence(sentence)
    if statement.again:
        at.section("Check it yourself")
    for sentence in statement.again:
        at.sentence(sentence)
    at.section("Sheets")
    _write_contents(at, rows, digests, others)


class _Place:
    """A sheet that is written from top to bottom."""

    def __init__(self, sheet: QuickSheet, formats: Mapping[str, Any]) -> None:
        self.sheet, self.formats, self.row = sheet, formats, 0

    def text(self, column: int, text: str, look: str) -> None:
        """Write a text into a column of the row; what looks like a formula stays text."""
        self.sheet.write_string(self.row, column, fitting(text, "run.json"), self.formats[look_of(text, look)])

    def line(self, text: str, look: str) -> None:
        """Write a line of its own, and leave one free."""
        self.text(0, text, look)
        self.row += 2

    def section(self, title: str) -> None:
        """Begin a section."""
        self.row += 1
        for column in range(len(_WIDTHS)):
            self.sheet.write_blank(self.row, column, None, self.formats["section"])
        self.text(0, title, "section")
        self.row += 1

    def fact(self, label: str, text: str) -> None:
        """Write what is true of something."""
        self.text(0, label, "label")
        self._reaching(1, text)

    def sentence(self, text: str) -> None:
        """Write a sentence."""
        self._reaching(0, text)

    def _reaching(self, first: int, text: str) -> None:
        """Write a text over several columns, on a row of its own."""
        self.spread(text, first, _REACH)
        self.row += 1

    def spread(self, text: str, first: int, last: int) -> None:
        """Write a text over several columns; Excel does not fit the height of such a row by itself."""
        if first == last:
            self.text(first, text, "wrapped")
            return
        lines = lines_of(text, sum(_WIDTHS[first : last + 1]))
        if lines > 1:
            self.sheet.set_row(self.row, height_of(lines))
        self.sheet.merge_range(self.row, first, self.row, last, "", self.formats[look_of(text, "wrapped")])
        self.text(first, text, "wrapped")

    def table(self, rows: Sequence[Sequence[str | int]]) -> None:
        """Write a small table, its head first."""
        head, *below = rows
        for column, name in enumerate(head):
            self.text(column, str(name), "number header" if column else "header")
        for row in below:
            self.row += 1
            for column, value in enumerate(row):
                if isinstance(value, int):
                    self.sheet.write_number(self.row, column, value, self.formats["count"])
                else:
                    self.text(column, value, "cell")
        self.row += 1


def _write_contents(
    at: _Place, rows: Mapping[Table, int], digests: Mapping[Table, str], others: Mapping[str, str]
) -> None:
    """Write which sheets there are, and of each table its file, rows and digest."""
    for name, first, last in _CONTENTS:
        look = "number header" if first in {7, 8} else "header"
        if first < last:
            at.sheet.merge_range(at.row, first, at.row, last, "", at.formats[look])
        at.text(first, name, look)
    for name, says in others.items():
        at.row += 1
        at.sheet.write_link(at.row, 0, f"internal:'{name}'!A1", at.formats["link"], name)
        at.spread(says, 1, _CONTENTS[1][2])
    for table, count in rows.items():
        at.row += 1
        at.sheet.write_link(at.row, 0, f"internal:'{table.name}'!A1", at.formats["link"], table.name)
        for text, (_, first, last) in zip((table.says, f"data/tables/{table.file}"), _CONTENTS[1:3], strict=True):
            at.spread(text, first, last)
        at.sheet.write_number(at.row, 7, count, at.formats["count"])
        at.sheet.write_number(at.row, 8, min(count, MOST_ROWS), at.formats["count"])
        at.text(9, digests[table], "cell")
    cut = [table.name for table, count in rows.items() if count > MOST_ROWS]
    at.row += 2
    at.line(
        f"A sheet holds at most {MOST_ROWS:,} rows. " + (f"Cut: {', '.join(cut)}." if cut else "No table has more."),
        "note" if cut else "label",
    )
    at.row -= 1
    for note in _NOTES:
        at.line(note, "label")
        at.row -= 1


_NOTES: Final = (
    "The CSV files are the evidence; this workbook holds the same cells for reading, filtering and filing.",
    "Times are dates of Excel in the audit's zone, so that they can be filtered and sorted; Excel's dates know no zone.",
    "The text of each time as the CSV has it, with milliseconds and offset, is folded (the + above the columns).",
    "So are *_utc, url and ticket.",
    "Characters that can't be seen are shown as [U+…]. No cell is a formula.",
)
