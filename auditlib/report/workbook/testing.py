"""The working paper of the tests: a row an issue of the sample, a column an attribute, a tick mark in each cell, room to sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, SIGNS
from auditlib.report.workbook.book import Book, fitting, look_of
from auditlib.report.workbook.sheet import QuickSheet, height_of, lines_of

SHEET: Final = "testing"

_LEGEND: Final = (
    (PASS, "The record shows what is asked."),
    (EXCEPTION, "The record shows the contrary: a deviation."),
    (NO_EVIDENCE, "No record shows it: counts as a deviation."),
    (NOT_APPLICABLE, "The test does not concern the issue, or what it looks at had not happened."),
)
_BEFORE: Final = (("#", 5), ("key", 12), ("type", 13), ("summary", 34))
_BEHIND: Final = (("evidence", 58),)
_TO_FILL: Final[tuple[tuple[str, int], ...]] = (("remark", 26), ("reviewer", 15), ("reviewed on", 12))
_MARK_WIDTH: Final = 12
_NARROW: Final = 8
_MANY: Final = 12
"""Columns from which on they are narrow, so that the sheet can be read on paper."""


@dataclass(frozen=True)
class Mark:
    """An outcome: the word, and where the entry that shows it stands below ``data/``; empty if no single one does."""

    outcome: str
    address: str = ""


@dataclass(frozen=True)
class SampleRow:
    """An issue of the sample.

    Attributes
    ----------
    place : int
        In drawing order.
    key, type, summary : str
    address : str
        Of its record below ``data/``; empty if it has none.
    marks : sequence of Mark
        One a column.
    evidence : str
        What the records show where they deviate.
    """

    place: int
    key: str
    type: str
    summary: str
    address: str
    marks: Sequence[Mark]
    evidence: str = ""


@dataclass(frozen=True)
class SampleTests:
    """The whole paper.

    Attributes
    ----------
    facts : sequence of (str, str)
        What was tested, of what, how it was drawn.
    columns : sequence of (str, str)
        What each column tests: its name, and what is asked.
    rows : sequence of SampleRow
    totals : sequence of (str, sequence)
        Rows below: a label, and of each column a number, a share from 0 to 1 (float), or None.
    """

    facts: Sequence[tuple[str, str]]
    columns: Sequence[tuple[str, str]]
    rows: Sequence[SampleRow]
    totals: Sequence[tuple[str, Sequence[int | float | None]]] = ()


def write_testing(book: Book, paper: SampleTests) -> None:
    """Write the sheet of the tests."""
    sheet, formats = book.sheet(SHEET, "Tests of the sample"), book.formats
    width = _MARK_WIDTH if len(paper.columns) < _MANY else _NARROW
    layout = [*_BEFORE, *((name, width) for name, _ in paper.columns), *_BEHIND, *_TO_FILL]
    for column, (_, width) in enumerate(layout):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, "Tests of the sample", formats["title"])
    row = _write_head(sheet, paper, formats, sum(width for _, width in layout[3:]), len(layout) - 1)
    marks = range(len(_BEFORE), len(_BEFORE) + len(paper.columns))
    for column, (name, _) in enumerate(layout):
        look = "upright" if column in marks else "to fill" if column >= len(layout) - len(_TO_FILL) else "header"
        sheet.write_string(row, column, fitting(name, "params.yaml"), formats[look_of(name, look)])
    sheet.set_row(row, height_of(max(lines_of(name, width) for name, width in layout)))
    sheet.repeat_rows(row)
    sheet.freeze_panes(row + 1, 2)
    top = row
    for one in paper.rows:
        row += 1
        _write_tested(sheet, row, one, formats)
    sheet.autofilter(top, 0, max(row, top + 1), len(layout) - 1)
    row += 1
    for label, values in paper.totals:
        row += 1
        sheet.write_string(row, len(_BEFORE) - 1, label, formats["label"])
        for column, value in zip(marks, values, strict=True):
            if value is not None:
                sheet.write_number(row, column, value, formats["share" if isinstance(value, float) else "count"])


def _write_head(sheet: QuickSheet, paper: SampleTests, formats: Mapping[str, Any], width: int, last: int) -> int:
    """Write what was tested, what each column asks and what the tick marks mean; return the place of the head."""
    row = 1
    for label, text in (*paper.facts, *paper.columns):
        shown = fitting(text, "params.yaml")
        look = formats[look_of(shown, "wrapped")]
        sheet.set_row(row, height_of(lines_of(shown, width)))
        sheet.write_string(row, 0, fitting(label, "params.yaml"), formats[look_of(label, "label")])
        sheet.merge_range(row, 3, row, last, "", look)
        sheet.write_string(row, 3, shown, look)
        row += 1
    row += 1
    for outcome, says in _LEGEND:
        sheet.write_string(row, 1, SIGNS[outcome], formats["mark"])
        sheet.write_string(row, 2, outcome, formats["label"])
        sheet.write_string(row, 3, says, formats["cell"])
        row += 1
    return row + 1


def _write_tested(sheet: QuickSheet, row: int, one: SampleRow, formats: Mapping[str, Any]) -> None:
    """Write an issue: its marks lead to the entries that show them, and the last columns are empty."""
    wrapped = ((one.summary, _BEFORE[3][1]), (one.type, _BEFORE[2][1]), (one.evidence, _BEHIND[0][1]))
    sheet.set_row(row, height_of(max(lines_of(text, width) for text, width in wrapped)))
    sheet.write_number(row, 0, one.place, formats["mark"])
    _linked(sheet, (row, 1), one.key, one.address, (formats["cell"], formats["link"]))
    for column, text in ((2, one.type), (3, one.summary), (len(_BEFORE) + len(one.marks), one.evidence)):
        sheet.write_string(row, column, fitting(text, "data/tables/"), formats[look_of(text, "wrapped")])
    for column, mark in enumerate(one.marks, start=len(_BEFORE)):
        looks = ("bad mark", "bad mark") if mark.outcome in {EXCEPTION, NO_EVIDENCE} else ("mark", "linked mark")
        shown = (formats[looks[0]], formats[looks[1]])
        _linked(sheet, (row, column), SIGNS.get(mark.outcome, ""), mark.address, shown)
    for column in range(len(_TO_FILL)):
        look = "open day" if _TO_FILL[column][0] == "reviewed on" else "open"
        sheet.write_blank(row, len(_BEFORE) + len(one.marks) + len(_BEHIND) + column, None, formats[look])


def _linked(sheet: QuickSheet, place: tuple[int, int], text: str, address: str, looks: tuple[Any, Any]) -> None:
    """Write a text that leads to a file of the package, if there is one; ``looks`` are those of a text and of a link."""
    if address:
        sheet.write_link(*place, f"external:{address}", looks[1], text)
    else:
        sheet.write_string(*place, text, looks[0])
