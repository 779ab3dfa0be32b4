"""What people read beside the notebooks, written: tables, full records, workbooks. Asks nobody, so that it can be made again."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from auditlib.audit.permissions.review import ACCESS_REVIEW
from auditlib.evidence.content import Content
from auditlib.files import write_whole
from auditlib.package.dossiers import write_dossiers
from auditlib.report.review_sheet import write_review_sheet
from auditlib.report.spreadsheet import write_workbook
from auditlib.run.working_paper import working_paper
from auditlib.tables import csv_pieces


def write_readables(records: Content, pages: Collection[str] = (), target: Path | None = None) -> dict[str, str]:
    """Write what people read beside the notebooks: each table, once; the workbooks; the full records of issues.

    Parameters
    ----------
    records : Content
    pages : collection of str
        The notebooks that the package has pages of.
    target : Path, optional
        The folder that is written into; the one that the records are of, if not given.

    Returns
    -------
    dict of str to str
        SHA-256 of every table and of every file of a full record, by path below ``data/``.
    """
    data, version = (target or records.folder) / "data", records.pulled.schema["tables"]
    written = {}
    frames = {one: records.table(one.name) for one in records.tables}
    for table, frame in frames.items():
        written[f"tables/{table.file}"] = write_whole(data / "tables" / table.file, csv_pieces(table, frame, version))
    for name, content in records.companion_files().items():
        written[f"tables/{name}"] = write_whole(data / "tables" / name, [content])
    written |= write_dossiers(records, data)
    paper = working_paper(records, pages)
    write_workbook(frames, data / "tables", data / "audit.xlsx", paper, version)
    if ACCESS_REVIEW in frames:
        asked = records.pulled.began
        write_review_sheet(frames[ACCESS_REVIEW], data / "access_review.xlsx", paper.looks, asked)
    return written
