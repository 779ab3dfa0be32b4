"""What a run makes of what was pulled: the notebooks, and all else that people read; and the seal on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from auditlib.audit.permissions.review import ACCESS_REVIEW
from auditlib.evidence.content import Content
from auditlib.evidence.kernel_cache import fill_cache
from auditlib.evidence.opened import PULLED, Evidence
from auditlib.evidence.origin import bag_info
from auditlib.files import write_whole
from auditlib.package.bag import seal
from auditlib.package.dossiers import write_dossiers
from auditlib.package.sealed import require_whole
from auditlib.package.target import publish
from auditlib.package.working import clear_left, require_own
from auditlib.pull.collect import write_json
from auditlib.pull.session import Tell
from auditlib.report.cover.page import write_cover
from auditlib.report.review_sheet import write_review_sheet
from auditlib.report.spreadsheet import write_workbook
from auditlib.run.fork_server import ForkServer
from auditlib.run.kernels import execute
from auditlib.run.masking import mask_sealed
from auditlib.run.order import Run, secrets_of
from auditlib.run.provenance import run_record
from auditlib.run.summary import summary_of_run
from auditlib.run.until import Until
from auditlib.run.working_paper import working_paper
from auditlib.tables import csv_pieces


def make(
    order: Run,
    evidence: Evidence,
    started: datetime,
    environ: Mapping[str, str],
    *,
    tell: Tell,
    server: ForkServer | None = None,
) -> None:
    """Execute the notebooks on what was pulled, write what people read, seal it, and give it its name.

    Parameters
    ----------
    order : Run
        What to do.
    evidence : Evidence
        Of the working folder.
    started : datetime
        When the run began.
    environ : mapping
        For what must not get into the package.
    tell : callable
        Progress.
    server : ForkServer, optional
        Forks the kernels.

    Raises
    ------
    AuditError
        As `execute` and `finish` raise it.
    """
    tell("tables", 0, None)
    with fill_cache(evidence, evidence.folder) as computed, ThreadPoolExecutor(1) as beside:
        shown = tuple(name for name in order.notebooks if name in evidence.notebooks)
        book = beside.submit(write_readables, evidence, shown)
        execute(evidence.folder, shown, order.jobs, tell, computed, server=server)
        written = book.result()
    tell("cover page", 0, None)
    evidence.store.write_feeds(evidence.feeds())
    record = run_record(evidence, started, order, environ)
    finish(order, evidence, record, summary_of_run(evidence, record), environ, tell=tell, written=written)


def finish(
    order: Run,
    records: Content,
    record: Mapping[str, Any],
    summary: Mapping[str, Any],
    environ: Mapping[str, str],
    *,
    tell: Tell,
    written: Mapping[str, str],
) -> None:
    """Write ``run.json``, ``summary.json`` and the cover page of a working folder, seal it, and give it its name.

    A run that goes until its pages are made ends before the seal.

    What is sealed is read once more before it gets its name: it must be what the manifest says, what was written (the digests
    of ``write_readables``), and what Jira answered.

    Raises
    ------
    UsageError
        If files lie in the folder that no run writes.
    DifferenceError
        If something changed in it while it was sealed.
    """
    partial = records.folder
    write_json(partial / "data" / PULLED, record)
    write_json(partial / "data" / "summary.json", summary)
    write_cover(partial, summary, records.says)
    if order.until is Until.PAGES:
        return
    tell("sealing", 0, None)
    clear_left(partial)
    require_own(partial)
    seal(partial, bag_info(records, record), secrets=secrets_of(order, environ))
    require_whole(records, written)
    publish(partial, order.out)
    mask_sealed(order)


def write_readables(records: Content, pages: Collection[str] = ()) -> dict[str, str]:
    """Write what people read beside the notebooks: each table, once; the workbooks; the full records of issues.

    Parameters
    ----------
    records : Content
    pages : collection of str
        The notebooks that the package has pages of.

    Returns
    -------
    dict of str to str
        SHA-256 of every table and of every file of a full record, by path below ``data/``: all that ``verify`` computes again.
    """
    data, version = records.folder / "data", records.pulled.schema["tables"]
    written = {}
    frames = {one: records.table(one.name) for one in records.tables}
    for table, frame in frames.items():
        written[f"tables/{table.file}"] = write_whole(data / "tables" / table.file, csv_pieces(table, frame, version))
    for name, content in records.companion_files().items():
        written[f"tables/{name}"] = write_whole(data / "tables" / name, [content])
    written |= write_dossiers(records)
    paper = working_paper(records, pages)
    write_workbook(frames, data / "tables", data / "audit.xlsx", paper, version)
    if ACCESS_REVIEW in frames:
        asked = records.pulled.began
        write_review_sheet(frames[ACCESS_REVIEW], data / "access_review.xlsx", paper.looks, asked)
    return written
