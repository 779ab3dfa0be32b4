"""A whole run: pull, execute the notebooks, write what people read, seal."""

from __future__ import annotations

import gc
import shutil
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from auditlib import __version__
from auditlib.audit.permissions.review import ACCESS_REVIEW
from auditlib.errors import AnswerError, UsageError
from auditlib.evidence.content import Content
from auditlib.evidence.kernel_cache import drop, fill_cache
from auditlib.evidence.opened import PULLED, Evidence
from auditlib.evidence.provenance import LACKS
from auditlib.jira.connection import connected
from auditlib.package.bag import seal
from auditlib.package.disk import write_whole
from auditlib.package.dossiers import write_dossiers
from auditlib.package.lock import working_folder
from auditlib.package.sealed import SealedFiles
from auditlib.package.target import publish
from auditlib.phrases import counted, days
from auditlib.pull.access import identify
from auditlib.pull.collect import (
    begin,
    collect,
    collect_dossiers,
    keep_if_pulled,
    pulled_between,
    stamp,
    write_json,
)
from auditlib.pull.session import Tell
from auditlib.report.cover import write_cover
from auditlib.report.review_sheet import write_review_sheet
from auditlib.report.spreadsheet import write_workbook
from auditlib.responses import topics
from auditlib.responses.copying import copy_responses
from auditlib.run.kernels import execute
from auditlib.run.order import (
    ORIGIN,
    Frozen,
    Run,
    require_same_origin,
    require_same_parameters,
    require_same_scope,
    secrets_of,
)
from auditlib.run.provenance import run_record
from auditlib.run.summary import summary_of_run
from auditlib.tables import csv_pieces


@contextmanager
def hard_at_work() -> Iterator[None]:
    """Set Python up for a run, and back after it: for whoever owns the process, which is the command.

    Answers are read into millions of small objects with no circle among them, so circles are looked for less often. Kernels
    are attended to while tables are written: whoever waits for the interpreter gets it ten times sooner than by default.
    Both hold for the whole process, so `run`, which anyone may call beside other work, changes neither.
    """
    before = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(100_000, *before[0][1:])
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        gc.set_threshold(*before[0])
        sys.setswitchinterval(before[1])


def run(order: Run, environ: Mapping[str, str], tell: Tell) -> Path:
    """Make a sealed package.

    Work goes on in ``<out>.partial``; only a sealed package gets the name ``out``.

    Parameters
    ----------
    order : Run
        What to do.
    environ : mapping
        JIRA_USER and JIRA_TOKEN.
    tell : callable
        Progress.

    Returns
    -------
    Path
        The package.

    Raises
    ------
    AuditError
        As the parts of a run raise it. The partial folder is left as it is then, unless nothing was pulled yet.
    """
    frozen = None if order.frozen is None else require_same_scope(order.params, order.frozen)
    with working_folder(order.out, resume=order.resume) as partial:
        if order.resume:
            order = replace(order, params=require_same_parameters(order))
            require_same_origin(partial, frozen)
        _run_in(partial, order, frozen, environ, tell)
    return order.out


def _run_in(partial: Path, order: Run, frozen: Frozen | None, environ: Mapping[str, str], tell: Tell) -> None:
    """Pull, execute, write and seal in a working folder, and give it its name."""
    started = datetime.now(UTC)
    for made in ("notebooks", "tables", "charts"):
        shutil.rmtree(partial / "data" / made, ignore_errors=True)
    drop(partial)
    with keep_if_pulled(partial):
        if frozen is None:
            evidence = collect(order.params, partial, environ, tell, base=order.base, embedded=order.embedded)
        else:
            evidence = _thaw(order, partial, frozen, environ, tell)
    tell("tables", 0, None)
    with fill_cache(evidence, partial) as computed, ThreadPoolExecutor(1) as beside:
        book = beside.submit(write_readables, evidence)
        shown = tuple(name for name in order.notebooks if name in evidence.notebooks)
        execute(partial, shown, order.jobs, tell, computed)
        book.result()
    tell("cover page", 0, None)
    evidence.store.write_feeds(evidence.feeds())
    record = run_record(evidence, started, order, environ)
    finish(order, evidence, record, summary_of_run(evidence, record), environ, tell=tell)


def finish(
    order: Run,
    records: Content,
    record: Mapping[str, Any],
    summary: Mapping[str, Any],
    environ: Mapping[str, str],
    *,
    tell: Tell,
) -> None:
    """Write ``run.json``, ``summary.json`` and the cover page of a working folder, seal it, and give it its name."""
    partial = records.folder
    write_json(partial / "data" / PULLED, record)
    write_json(partial / "data" / "summary.json", summary)
    write_cover(partial, summary, records.says)
    tell("sealing", 0, None)
    of = days(records.period) if summary["period"] else counted(len(records.collected.dossiers), "full record")
    info = {
        "Source-Organization": records.site.base_url,
        "External-Description": f"{records.params.audit}: Jira evidence, {of}",
        "External-Identifier": records.params.slug,
        "Bagging-Date": record["finished"][:10],
        "Bag-Software-Agent": f"auditlib {__version__}",
    }
    seal(partial, info, secrets=secrets_of(order, environ))
    publish(partial, order.out)


def _thaw(order: Run, partial: Path, frozen: Frozen, environ: Mapping[str, str], tell: Tell) -> Evidence:
    """Begin a package with the responses of a frozen one, but for its sampled issues, which are read anew."""
    params = order.params
    if params.sample_seed is None and params.sample_keys is None:
        params = params.model_copy(update={"sample_seed": frozen.evidence.params.sample_seed})
    evidence = begin(params, partial, order.base)
    ours = partial / "data"
    _copy_frozen(frozen.files, ours)
    thawed = Evidence(partial, evidence.params)
    with connected(params, thawed.store, environ, order.embedded) as (reader, _):
        reader.ask(topics.AGAIN_SERVER.of(), reader.dialect.server_info())
        identify(reader, topics.AGAIN_ACCOUNT.of(), topics.AGAIN_LOGGED_IN.of())
        collect_dossiers(reader, thawed, tell, order.base)
    write_json(ours / PULLED, {"schema": dict(frozen.evidence.pulled.schema), "pulled": pulled_between(thawed)})
    return Evidence(partial, evidence.params, store=thawed.store)  # in the versions of the frozen population


def _copy_frozen(frozen: SealedFiles, ours: Path) -> None:
    """Copy what the tables of a frozen population are made of, each file compared with its digest, and say where it is from.

    Raises
    ------
    UsageError
        Naming the file that is not what was sealed, or not what the index of the responses says.
    """
    write_json(ours / ORIGIN, {"package": frozen.folder.resolve().name, "tagmanifest_sha256": frozen.digest})
    if not (ours / "raw").exists():
        # All of the frozen responses or none: a copy that was interrupted must not pass for the population.
        shutil.rmtree(ours / "raw.tmp", ignore_errors=True)
        without = [one for one in topics.TOPICS if one.anew]
        try:
            copy_responses(lambda path: frozen.read(f"data/raw/{path}"), ours / "raw.tmp", without=without)
        except AnswerError as error:
            raise UsageError(f"{frozen.folder}: {error}; nothing is taken from this package") from None
        (ours / "raw.tmp").replace(ours / "raw")
    # What was known of the frozen population, not what is known today.
    shutil.rmtree(ours / "archive", ignore_errors=True)
    lacks = [f"data/{LACKS}"] if f"data/{LACKS}" in frozen else []
    for path in [*frozen.paths("data/archive"), *lacks]:
        frozen.copy(path, ours / path.removeprefix("data/"))


def write_readables(records: Content) -> None:
    """Write what people read beside the notebooks: each table, once; the workbooks; the full records of issues."""
    data = records.folder / "data"
    frames = {one: records.table(one.name) for one in records.tables}
    for table, frame in frames.items():
        write_whole(data / "tables" / table.file, csv_pieces(table, frame))
    for name, content in records.companion_files().items():
        write_whole(data / "tables" / name, [content])
    write_dossiers(records)
    about = {"audit": records.params.audit, "Jira": records.site.base_url, "made": stamp(datetime.now(UTC))}
    write_workbook(frames, data / "tables", data / "audit.xlsx", about)
    if ACCESS_REVIEW in frames:
        asked = records.pulled.began
        write_review_sheet(frames[ACCESS_REVIEW], data / "access_review.xlsx", records.params.audit, asked)
