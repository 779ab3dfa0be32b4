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
from posixpath import normpath

from auditlib.errors import AnswerError, UsageError
from auditlib.evidence.opened import PULLED, Evidence
from auditlib.evidence.origin import pulled_between
from auditlib.evidence.provenance import LACKS
from auditlib.files import json_bytes, write_json
from auditlib.jira.connection import connected
from auditlib.package.frozen import SealedFiles
from auditlib.package.lock import working_folder
from auditlib.package.previous import copy_previous
from auditlib.package.working import clear_made, kept_if_pulled, require_own
from auditlib.params.model import Parameters
from auditlib.pull.access import identify
from auditlib.pull.collect import (
    begin,
    collect,
    collect_dossiers,
)
from auditlib.pull.session import Tell
from auditlib.responses import topics
from auditlib.responses.copying import copy_responses
from auditlib.run.answering import only_answers
from auditlib.run.fork_server import ForkServer
from auditlib.run.masking import require_maskable
from auditlib.run.order import (
    ORIGIN,
    Frozen,
    Run,
    require_same_origin,
    require_same_parameters,
    require_same_scope,
)
from auditlib.run.quick_import import quick_import
from auditlib.run.until import Until
from auditlib.run.vouching import with_key


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
    """Make a sealed package, or as much of it as is ordered.

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
        The package; the working folder if the run was to end before it is sealed.

    Raises
    ------
    AuditError
        As the parts of a run raise it. The partial folder is left as it is then, unless nothing was pulled yet.
    """
    require_maskable(order)
    order = with_key(order)
    frozen = None if order.frozen is None else require_same_scope(order.params, order.frozen)
    with working_folder(order.out, resume=order.resume) as partial:
        if order.resume:
            order = replace(order, params=require_same_parameters(order))
            require_same_origin(partial, frozen)
        _run_in(partial, order, frozen, environ, tell)
    return order.out if order.until is Until.SEAL else partial


def _run_in(partial: Path, order: Run, frozen: Frozen | None, environ: Mapping[str, str], tell: Tell) -> None:
    """Pull, execute, write and seal in a working folder, and give it its name."""
    started = datetime.now(UTC)
    require_own(partial)
    clear_made(partial)
    # What is made of the answers needs libraries of its own: they are loaded while Jira is asked.
    with ForkServer() as server, ThreadPoolExecutor(1) as beside:
        if order.jobs > 1:  # who lets one kernel work at a time may be short of memory
            server.begin()
        loaded = beside.submit(quick_import, "auditlib.run.readables")
        with kept_if_pulled(partial, resume=order.resume):
            copy_previous(order.params, partial, order.base)
            if frozen is None:
                evidence = collect(
                    order.params,
                    partial,
                    environ,
                    tell,
                    base=order.base,
                    embedded=order.embedded,
                    most_questions=order.most_questions,
                )
            else:
                evidence = _thaw(order, partial, frozen, environ, tell)
        if order.until is Until.PULL:
            return
        server.begin()
        loaded.result().make(order, evidence, started, environ, tell=tell, server=server)


def _thaw(order: Run, partial: Path, frozen: Frozen, environ: Mapping[str, str], tell: Tell) -> Evidence:
    """Begin a package with the responses of a frozen one.

    Its sampled issues are read anew, unless the run only adds answers: then Jira is asked nothing.
    """
    params = order.params
    if params.sample_seed is None and params.sample_keys is None:
        params = params.model_copy(update={"sample_seed": frozen.evidence.params.sample_seed})
    evidence = begin(params, partial, order.base)
    ours = partial / "data"
    anew = not only_answers(params, frozen, ours)
    _copy_frozen(frozen.files, ours, anew=anew)
    thawed = Evidence(partial, evidence.params)
    if anew:
        _read_sample_anew(order, params, thawed, environ, tell)
    write_json(
        ours / PULLED,
        {"schema": dict(frozen.evidence.pulled.schema), "pulled": pulled_between(thawed), **order.seal_record},
    )
    return Evidence(partial, evidence.params, store=thawed.store)  # in the versions of the frozen population


def _read_sample_anew(order: Run, params: Parameters, thawed: Evidence, environ: Mapping[str, str], tell: Tell) -> None:
    """Ask Jira for the sampled issues of a frozen population, as whom it may be asked today."""
    with connected(params, thawed.store, environ, order.embedded) as (reader, _):
        reader.ask(topics.AGAIN_SERVER.of(), reader.dialect.server_info())
        identify(reader, topics.AGAIN_ACCOUNT.of(), topics.AGAIN_LOGGED_IN.of())
        collect_dossiers(reader, thawed, tell, order.base)


def _copy_frozen(frozen: SealedFiles, ours: Path, *, anew: bool = True) -> None:
    """Copy what the tables of a frozen population are made of, each file compared with its digest, and say where it is from.

    Parameters
    ----------
    frozen : SealedFiles
    ours : Path
        The folder ``data`` of the run.
    anew : bool
        Whether the sampled issues are read anew, so that nothing of theirs is copied.

    Raises
    ------
    UsageError
        Naming the file that is not what was sealed, or not what the index of the responses says.
    """
    origin = {
        "package": frozen.folder.resolve().name,
        "tagmanifest_sha256": frozen.digest,
        "sample_read_anew": anew,
    }
    if (ours / ORIGIN).is_file() and (ours / ORIGIN).read_bytes() != json_bytes(origin):
        shutil.rmtree(ours / "raw", ignore_errors=True)  # begun when other files were given, so with other answers
    write_json(ours / ORIGIN, origin)
    if not (ours / "raw").exists():
        # All of the frozen responses or none: a copy that was interrupted must not pass for the population.
        shutil.rmtree(ours / "raw.tmp", ignore_errors=True)
        without = [one for one in topics.TOPICS if one.anew] if anew else []
        try:
            copy_responses(lambda path: frozen.read(normpath(f"data/raw/{path}")), ours / "raw.tmp", without=without)
        except AnswerError as error:
            raise UsageError(f"{frozen.folder}: {error}; nothing is taken from this package") from None
        (ours / "raw.tmp").replace(ours / "raw")
    # What was known of the frozen population, not what is known today.
    shutil.rmtree(ours / "archive", ignore_errors=True)
    lacks = [f"data/{LACKS}"] if f"data/{LACKS}" in frozen else []
    for path in [*frozen.paths("data/archive"), *lacks]:
        frozen.copy(path, ours / path.removeprefix("data/"))
