"""``access_review.xlsx``: the access review as a sheet to be filled in, row by row, by those who know the people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd

from auditlib.audit.permissions.last_review import DECISIONS
from auditlib.audit.permissions.review import ACCESS_REVIEW
from auditlib.phrases import counted
from auditlib.report.workbook.book import Book, Looks, fitting, look_of
from auditlib.report.workbook.sheet import height_of, lines_of
from auditlib.report.workbook.table_sheet import MOST_ROWS

_WIDTHS: Final[Mapping[str, int]] = {
    "display_name": 22, "email": 26, "kind": 9, "active": 8, "last_active": 12, "project": 10, "permissions": 32, "via": 34,
    "since": 12, "leaver": 14, "still_held": 20, "last_decision": 12, "last_reviewer": 14, "last_reviewed_on": 12,
    "decision": 12, "reviewer": 16, "reviewed_on": 12, "account_id": 25,
}  # fmt: skip
"""The columns in the order of the sheet; ``last_`` are those of the last review, and the three without are empty."""

_TO_FILL: Final = ("decision", "reviewer", "reviewed_on")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?=T|\Z)")
_DATES: Final = frozenset({"last_active", "since", "last_reviewed_on", "leaver"})
_EARLIEST: Final = date(1900, 3, 1)  # before it, Excel's days are not those of the calendar


def write_review_sheet(review: pd.DataFrame, target: Path, looks: Looks, created: datetime) -> None:
    """Write the access review as a workbook to be filled in.

    Its columns have the names of ``access_review.csv``, so that a filled sheet, saved as CSV, is read back as ``review``.
    Times are days, as Excel has them. Equal rows give equal bytes.

    Parameters
    ----------
    review : DataFrame
        ``access_review.csv``.
    target : Path
        The ``.xlsx`` to write; replaced if it is there.
    looks : Looks
        Audit and package, for the margins.
    created : datetime
        When Jira was asked; the date inside the file.

    Raises
    ------
    AuditError
        If the file can't be written.
    """
    book = Book(target, looks, created)
    shown = review.head(MOST_ROWS)
    sheet = book.sheet("access review", "Access review")
    _write_rows(sheet, _columns_of(shown), book.formats)
    _validate(sheet, max(len(shown), 1), created.date())
    _write_help(book.sheet("how to", "How the access review is filled in"), len(review), len(shown))
    book.close()


def _columns_of(review: pd.DataFrame) -> dict[str, list[str]]:
    """Return the cells as text, by the columns of the sheet; what is to be filled in is empty."""
    found: dict[str, list[str]] = {}
    for name in _WIDTHS:
        column = name.removeprefix("last_") if name.removeprefix("last_") in _TO_FILL else name
        if name in _TO_FILL:
            found[name] = [""] * len(review)
        elif ACCESS_REVIEW.kinds[column] == "flag":
            found[name] = ["" if pd.isna(one) else str(one).lower() for one in review[column]]
        else:
            found[name] = review[column].fillna("").tolist()
    return found


def _write_rows(sheet: Any, columns: Mapping[str, list[str]], formats: Mapping[str, Any]) -> None:
    for place, (name, width) in enumerate(_WIDTHS.items()):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, name, formats["to fill" if name in _TO_FILL else "header"])
    sheet.set_row(0, height_of(2))
    for row, cells in enumerate(zip(*columns.values(), strict=True), start=1):
        lines = max(lines_of(cell, _WIDTHS[name]) for name, cell in zip(columns, cells, strict=True))
        sheet.set_row(row, height_of(lines))
        for place, (name, cell) in enumerate(zip(columns, cells, strict=True)):
            if name in _TO_FILL:
                sheet.write_blank(row, place, None, formats["open day" if name == "reviewed_on" else "open"])
            elif (day := _day_of(cell) if name in _DATES else None) is not None:
                sheet.write_datetime(row, place, day, formats["day"])
            elif cell:
                look = formats[look_of(cell, "wrapped")]
                sheet.write_string(row, place, fitting(cell, "data/tables/access_review.csv"), look)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0)
    sheet.autofilter(0, 0, max(len(next(iter(columns.values()))), 1), len(_WIDTHS) - 1)


def _day_of(cell: str) -> datetime | None:
    """Return a cell's day, if it is one or an instant and no more is said in it."""
    found = _DAY.match(cell)
    if found is None or " " in cell:
        return None
    try:
        day = date.fromisoformat(found[0])
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day) if day >= _EARLIEST else None  # noqa: DTZ001 - Excel's know no zone


def _validate(sheet: Any, rows: int, since: date) -> None:
    """Let Excel take only what can be read back."""
    places = list(_WIDTHS)
    decision, reviewed_on = places.index("decision"), places.index("reviewed_on")
    sheet.data_validation(
        *(1, decision, rows, decision),
        {
            "validate": "list",
            "source": list(DECISIONS),
            "error_title": "decision",
            "error_message": f"One of {', '.join(DECISIONS)}.",
        },
    )
    sheet.data_validation(
        *(1, reviewed_on, rows, reviewed_on),
        {
            "validate": "date",
            "criteria": ">=",
            "value": since,
            "error_title": "reviewed_on",
            "error_message": "The day of the decision, not before the day on which Jira was asked.",
        },
    )


def _write_help(sheet: Any, rows: int, shown: int) -> None:
    """Say how the sheet is filled in, and where all rows are."""
    sheet.set_column(0, 0, 120)
    cut = f" It holds the first {shown:,} of them: a sheet has no room for more." if shown < rows else ""
    lines = (
        f"The sheet has {counted(rows, 'row')}, one for each person in each project.{cut}",
        f"Fill in decision ({', '.join(DECISIONS)}), reviewer and reviewed_on. A row without a decision says nothing.",
        "Columns that begin with last_ are those of the review before.",
        "When it is done, save the first sheet as CSV UTF-8, and name that file in the parameter review of the next audit.",
        "None of these under last_active means never: not readable (nobody could ask), none told (the answer names no time),",
        "not asked (one by one, only people with powers are asked about).",
        "data/tables/access_review.csv is the evidence; this workbook holds the same rows, to be worked on.",
    )
    for place, line in enumerate(lines):
        sheet.write_string(place, 0, line)
