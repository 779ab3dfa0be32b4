"""The review sheet: a row a conclusion, and room for who reviews it to agree, to remark and to sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from auditlib.report.workbook.book import Book, fitting, look_of
from auditlib.report.workbook.sheet import height_of, lines_of

SHEET: Final = "review"

VERDICTS: Final = ("agreed", "not agreed", "to follow up")
"""What a reviewer may choose."""

_COLUMNS: Final = (("notebook", 16), ("question", 40), ("conclusion", 70), ("exceptions", 12), ("limits", 9))
_TO_FILL: Final = (("review", 13), ("remark", 36), ("reviewer", 18), ("reviewed on", 13))


@dataclass(frozen=True)
class Concluded:
    """A conclusion to be reviewed.

    Attributes
    ----------
    notebook, question, conclusion : str
    page : str
        Of the notebook below ``data/``; empty if the package has none.
    exceptions, limits : int
        How many findings of that severity it has.
    """

    notebook: str
    question: str
    conclusion: str
    page: str
    exceptions: int
    limits: int


def write_signing(book: Book, rows: Sequence[Concluded], since: date) -> None:
    """Write the review sheet; nobody can have reviewed before the day ``since`` on which Jira was asked."""
    sheet, formats = book.sheet(SHEET, "Review of the conclusions"), book.formats
    for column, (name, width) in enumerate((*_COLUMNS, *_TO_FILL)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, formats["header" if column < len(_COLUMNS) else "to fill"])
    for row, one in enumerate(rows, start=1):
        lines = max(
            lines_of(text, width)
            for text, (_, width) in zip((one.question, one.conclusion), _COLUMNS[1:3], strict=True)
        )
        sheet.set_row(row, height_of(lines))
        if one.page:
            sheet.write_link(row, 0, f"external:{one.page}", formats["link"], one.notebook)
        else:
            sheet.write_string(row, 0, one.notebook, formats["cell"])
        sheet.write_string(row, 1, one.question, formats["wrapped"])
        sheet.write_string(
            row, 2, fitting(one.conclusion, "data/summary.json"), formats[look_of(one.conclusion, "wrapped")]
        )
        sheet.write_number(row, 3, one.exceptions, formats["bad count" if one.exceptions else "count"])
        sheet.write_number(row, 4, one.limits, formats["count"])
        for column, (name, _) in enumerate(_TO_FILL, start=len(_COLUMNS)):
            sheet.write_blank(row, column, None, formats["open day" if name == "reviewed on" else "open"])
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    first, last, end = len(_COLUMNS), len(_COLUMNS) + len(_TO_FILL) - 1, max(len(rows), 1)
    sheet.data_validation(1, first, end, first, {"validate": "list", "source": list(VERDICTS)})
    sheet.data_validation(
        *(1, last, end, last),
        {
            "validate": "date",
            "criteria": ">=",
            "value": since,
            "error_title": "reviewed on",
            "error_message": "The day of the review, not before the day on which Jira was asked.",
        },
    )
