"""What a run makes of what was pulled: the notebooks, and all else that people read; and the seal on it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from auditlib.evidence.content import Content
from auditlib.evidence.kernel_cache import fill_cache
from auditlib.evidence.opened import PULLED, Evidence
from auditlib.evidence.origin import bag_info
from auditlib.files import write_json
from auditlib.package.bag import seal
from auditlib.package.sealed import require_whole
from auditlib.package.target import publish
from auditlib.package.working import clear_left, require_own
from auditlib.pull.session import Tell
from auditlib.report.cover.page import write_cover
from auditlib.run.fork_server import ForkServer
from auditlib.run.kernels import execute
from auditlib.run.masking import mask_sealed
from auditlib.run.order import Run, secrets_of
from auditlib.run.provenance import run_record
from auditlib.run.steady import require_steady_clock
from auditlib.run.summary import summary_of_run
from auditlib.run.until import Until
from auditlib.run.vouching import vouch
from auditlib.run.written import write_readables


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

    It is signed and time-stamped as far as that is asked for and succeeds. What is sealed is read once more before it gets its
    name: it must be what the manifest says, what was written (the digests of ``write_readables``), and what Jira answered.

    Raises
    ------
    ClockError
        If the clock was set in between, so that its times contradict each other.
    UsageError
        If files lie in the folder that no run writes.
    DifferenceError
        If something changed in it while it was sealed.
    """
    partial = records.folder
    require_steady_clock(records, record)
    write_json(partial / "data" / PULLED, record)
    write_json(partial / "data" / "summary.json", summary)
    write_cover(partial, summary, records.says)
    if order.until is Until.PAGES:
        return
    tell("sealing", 0, None)
    clear_left(partial)
    require_own(partial)
    seal(partial, bag_info(records, record), secrets=secrets_of(order, environ))
    vouch(order, partial)
    require_whole(records, written)
    publish(partial, order.out)
    mask_sealed(order)
