"""``audit.xlsx``: a working paper of all that a package holds, to read, to filter, to sign and to file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pandas as pd

from auditlib.csv_cells import SINCE
from auditlib.digests import digest_file
from auditlib.report.workbook import signing, testing
from auditlib.report.workbook.book import Book, Looks
from auditlib.report.workbook.signing import Concluded, write_signing
from auditlib.report.workbook.statement import Statement, write_contents, write_statement
from auditlib.report.workbook.table_sheet import NO_LINKS, Links, write_table
from auditlib.report.workbook.testing import SampleTests, write_testing
from auditlib.tables import Table, take_long_cells


@dataclass(frozen=True)
class WorkingPaper:
    """What the workbook holds beside the tables.

    Attributes
    ----------
    looks : Looks
        The margins of every sheet.
    made : datetime
        The date inside the file: when the last answer came.
    asked : datetime
        When Jira was asked.
    statement : Statement
    testing : SampleTests or None
        None where no issue was looked at one by one.
    concluded : sequence of Concluded
    links : mapping of str to Links
        By table, where cells lead.
    """

    looks: Looks
    made: datetime
    asked: datetime
    statement: Statement
    testing: SampleTests | None = None
    concluded: Sequence[Concluded] = ()
    links: Mapping[str, Links] = field(default_factory=dict)


def write_workbook(
    tables: Mapping[Table, pd.DataFrame], files: Path, target: Path, paper: WorkingPaper, version: int = SINCE
) -> None:
    """Write the statement, the tests, the review sheet and all tables as one Excel workbook.

    Cells are those of the CSV files: numbers are numbers, instants of the audit's zone are dates, and text is text, never a
    formula. Links lead within the workbook or to files beside it. Equal tables and an equal ``paper`` give equal bytes.

    Parameters
    ----------
    tables : mapping of Table to DataFrame
        In the order of the sheets; each as `auditlib.tables.to_csv` takes it.
    files : Path
        Folder in which each is written already: the cells are read from there.
    target : Path
        The ``.xlsx`` to write; replaced if it is there.
    paper : WorkingPaper
    version : int
        Of the tables in those files.

    Raises
    ------
    AuditError
        If the file can't be written.
    """
    book = Book(target, paper.looks, paper.made)
    digests = {table: digest_file(files / table.file) for table in tables}
    others = {testing.SHEET: "An issue of the sample, with a tick mark for each attribute."} if paper.testing else {}
    others |= {signing.SHEET: "A conclusion, with room to agree, to remark and to sign."} if paper.concluded else {}
    if paper.statement.ipe is not None:
        write_statement(book, paper.statement.ipe)
    write_contents(book, paper.statement, {table: len(frame) for table, frame in tables.items()}, digests, others)
    if paper.testing:
        write_testing(book, paper.testing)
    if paper.concluded:
        write_signing(book, paper.concluded, paper.asked.date())
    for table, frame in tables.items():
        path = files / table.file
        take_long_cells(path.stat().st_size)
        with path.open(encoding="utf-8", newline="") as content:
            write_table(book, table, len(frame), content, version, links=paper.links.get(table.name, NO_LINKS))
    book.close()
