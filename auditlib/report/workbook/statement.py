"""The first two sheets: what the tables are, of which source, asked how, when and by whom, and whether they are complete.

Auditors call it the statement on information produced by the entity (IPE): a listing is evidence only if one knows its source,
its query, its parameters, and why it is complete and accurate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from auditlib.audit.scope.ipe import HEADS, ROLES, TITLE, TO_SIGN, IpeStatement
from auditlib.report.workbook.book import Book, fitting, look_of
from auditlib.report.workbook.sheet import QuickSheet, height_of, lines_of
from auditlib.report.workbook.table_sheet import MOST_ROWS
from auditlib.tables import Table

SHEET: Final = "IPE statement"
CONTENTS: Final = "sheets"

_WIDTHS: Final = (22, *(14,) * 8, 66)
_REACH: Final = 9  # the last column over which a sentence goes
_SPANS: Final = ((0, 0), (1, 4), (5, 8), (9, 9))
"""The columns of the four cells of a row of the statement."""
_TO_SIGN: Final = 30.0  # points: room to sign by hand
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
    ipe : IpeStatement or None
        What is stated, tested and found; None where nothing is stated anew, as in a package without names.
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
    ipe: IpeStatement | None = None
    test: Sequence[Sequence[str | int]] = ()
    result: Sequence[str] = ()
    limits: Sequence[str] = ()
    again: Sequence[str] = ()


def write_statement(book: Book, ipe: IpeStatement) -> None:
    """Write the first sheet: what is stated, how it is tested, what that came to, and room to sign; two pages of paper."""
    at = _begin(book, SHEET, "What the tables are, and where they come from")
    at.sheet.fit_to_pages(1, 2)
    at.line(TITLE, "title")
    for label, text in ipe.about:
        at.fact(label, text)
    for part in ipe.parts:
        at.section(part.title)
        at.cells(HEADS, "header")
        for one in part.rows:
            at.cells((one.about, one.says, one.test, one.result), "wrapped")
    at.section("What this statement does not say")
    for sentence in ipe.unsaid:
        at.sentence(sentence)
    at.section("Signatures")
    at.cells(TO_SIGN, "header")
    for role in ROLES:
        at.cells((role, "", "", ""), "open", height=_TO_SIGN)


def write_contents(
    book: Book,
    statement: Statement,
    rows: Mapping[Table, int],
    digests: Mapping[Table, str],
    others: Mapping[str, str],
) -> None:
    """Write the second sheet: what was asked, the test of completeness, limits, and which sheets there are.

    Parameters
    ----------
    book : Book
    statement : Statement
    rows, digests : mapping of Table
        How many rows each table has, and the SHA-256 of its file, in the order of the sheets.
    others : mapping of str to str
        The sheets between this one and the tables, and what they are.
    """
    at = _begin(book, CONTENTS, "What was asked of Jira, and which sheets there are")
    at.line("What was asked, and which sheets there are", "title")
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


def _begin(book: Book, name: str, says: str) -> _Place:
    """Return a sheet of sentences, empty yet."""
    sheet = book.sheet(name, says)
    sheet.hide_gridlines(2)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    return _Place(sheet, book.formats)


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

    def cells(self, texts: Sequence[str], look: str, height: float = 0.0) -> None:
        """Write a row of four texts, each as wide as a statement needs; as high as the longest takes, or as is given."""
        if len(texts) != len(_SPANS):
            raise ValueError(f"a row of the statement has {len(_SPANS)} cells, here are {len(texts)}")
        lines = [
            lines_of(text, sum(_WIDTHS[first : last + 1])) for text, (first, last) in zip(texts, _SPANS, strict=True)
        ]
        self.sheet.set_row(self.row, height or height_of(max(lines)))
        for text, (first, last) in zip(texts, _SPANS, strict=True):
            shown = self.formats[look_of(text, look)]
            if first < last:
                self.sheet.merge_range(self.row, first, self.row, last, "", shown)
            if text:
                self.text(first, text, look)
            elif first == last:
                self.sheet.write_blank(self.row, first, None, shown)
        self.row += 1

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
