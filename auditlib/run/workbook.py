"""A whole run: pull, execute the notebooks, write what people read, seal."""

from __future__ import annotations

import gc
import hashlib
import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from auditlib import __version__
from auditlib.audit.finding import SEVERITIES
from auditlib.audit.numbering.findings import open_gaps
from auditlib.audit.summary import LIMITS, QUESTIONS
from auditlib.errors import UsageError
from auditlib.evidence.dossier_package import Records
from auditlib.evidence.kernel_cache import drop, kept
from auditlib.evidence.opened import LACKS, PULLED, Evidence, open_evidence, open_records
from auditlib.evidence.schema import SCHEMA
from auditlib.jira import jql
from auditlib.jira.connection import Embedded, connected, serve
from auditlib.package.bag import seal
from auditlib.package.disk import write_whole
from auditlib.package.dossiers import write_dossiers
from auditlib.package.lock import working_folder
from auditlib.package.target import PARTIAL, is_sealed, publish
from auditlib.params.model import Parameters
from auditlib.params.reading import SCOPE_KEYS
from auditlib.params.types import DEMO
from auditlib.phrases import counted, days
from auditlib.pull.collect import (
    begin,
    collect,
    collect_dossiers,
    kept_if_pulled,
    pulled_between,
    stamp,
    write_json,
)
from auditlib.pull.session import Tell, identify
from auditlib.report.cover import write_cover
from auditlib.report.spreadsheet import write_workbook
from auditlib.responses import topics
from auditlib.responses.store import copy_responses
from auditlib.run.kernels import execute
from auditlib.run.notebooks import NOTEBOOKS
from auditlib.tables import csv_pieces


@dataclass(frozen=True)
class Run:
    """The options of a run: what it is asked to do.

    Attributes
    ----------
    params : Parameters
        What is asked for.
    out : Path
        Where the sealed package will stand.
    notebooks : tuple of str
        Notebooks to execute.
    jobs : int
        Kernels side by side.
    frozen : Path or None
        Package whose population is taken (``--from``).
    embedded : callable or None
        Makes the embedded Jira, for ``jira_url: demo``.
    base : Path
        Folder from which relative paths in the parameters count.
    resume : bool
        Go on with an interrupted run of the same ``out``.
    """

    params: Parameters
    out: Path
    notebooks: tuple[str, ...] = NOTEBOOKS
    jobs: int = 2
    frozen: Path | None = None
    embedded: Embedded | None = None
    base: Path = field(default_factory=Path.cwd)
    resume: bool = False


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
        _run_in(partial, order, frozen, environ, tell)
    return order.out


def _run_in(partial: Path, order: Run, frozen: Evidence | None, environ: Mapping[str, str], tell: Tell) -> None:
    """Pull, execute, write and seal in a working folder, and give it its name."""
    started = datetime.now(UTC)
    for made in ("notebooks", "tables", "charts"):
        shutil.rmtree(partial / "data" / made, ignore_errors=True)
    drop(partial)
    with kept_if_pulled(partial):
        if frozen is None:
            evidence = collect(order.params, partial, environ, tell, base=order.base, embedded=order.embedded)
        else:
            evidence = _thaw(order, partial, frozen, environ, tell)
    tell("tables", 0, None)
    with kept(evidence, partial) as computed, ThreadPoolExecutor(1) as beside:
        book = beside.submit(write_readables, evidence)
        execute(partial, order.notebooks, order.jobs, tell, computed)
        book.result()
    tell("cover page", 0, None)
    evidence.store.write_feeds(evidence.feeds())
    record = run_record(evidence, started, order, environ)
    finish(order, evidence, record, summary_of(evidence, record), environ, tell=tell)


def finish(
    order: Run,
    records: Records,
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
    of = days(records.period) if summary["period"] else counted(len(records.dossiers), "full record")
    info = {
        "Source-Organization": records.site.base_url,
        "External-Description": f"{records.params.audit}: Jira evidence, {of}",
        "External-Identifier": records.params.slug,
        "Bagging-Date": record["finished"][:10],
        "Bag-Software-Agent": f"auditlib {__version__}",
    }
    seal(partial, info, secrets=secrets_of(order, environ))
    publish(partial, order.out)


def require_same_parameters(order: Run) -> Parameters:
    """Return the parameters of an interrupted run, to resume it with them; the seed that it drew is among them.

    Raises
    ------
    UsageError
        If there is no interrupted run, or other parameters are given; naming the keys.
    """
    partial = order.out.with_name(order.out.name + PARTIAL)
    if not (partial / "data" / "params.yaml").is_file():
        raise UsageError(f"{partial} is no interrupted run, so there is nothing to resume")
    begun = open_records(partial).params
    given = (
        order.params if order.params.sample_seed else order.params.model_copy(update={"sample_seed": begun.sample_seed})
    )
    different = [name for name in Parameters.model_fields if getattr(given, name) != getattr(begun, name)]
    if different:
        raise UsageError(
            f"{partial} was begun with another {', '.join(different)}; --resume goes on with the same parameters"
        )
    return begun


def require_same_scope(params: Parameters, package: Path) -> Evidence:
    """Open a frozen package for ``--from``.

    Raises
    ------
    UsageError
        If it is not sealed, or its scope differs; naming the keys.
    """
    if not is_sealed(package):
        raise UsageError(f"{package} is not a sealed package, so its population is not frozen")
    evidence = open_evidence(package)
    different = [name for name in SCOPE_KEYS if getattr(params, name) != getattr(evidence.params, name)]
    if different:
        raise UsageError(
            f"{package} was pulled with another {', '.join(different)}; --from keeps the population, so the scope must be equal"
        )
    return evidence


def _thaw(order: Run, partial: Path, frozen: Evidence, environ: Mapping[str, str], tell: Tell) -> Evidence:
    """Begin a package with the responses of a frozen one, but for its sampled issues, which are read anew."""
    params = order.params
    if params.sample_seed is None and params.sample_keys is None:
        params = params.model_copy(update={"sample_seed": frozen.params.sample_seed})
    evidence = begin(params, partial, order.base)
    theirs, ours = frozen.folder / "data", partial / "data"
    if not (ours / "raw").exists():
        # All of the frozen responses or none: a copy that was interrupted must not pass for the population.
        shutil.rmtree(ours / "raw.tmp", ignore_errors=True)
        copy_responses(theirs / "raw", ours / "raw.tmp", without=[one for one in topics.TOPICS if one.anew])
        (ours / "raw.tmp").replace(ours / "raw")
    shutil.rmtree(
        ours / "archive", ignore_errors=True
    )  # what was known of the frozen population, not what is known today
    if (theirs / "archive").is_dir():
        shutil.copytree(theirs / "archive", ours / "archive")
    if (theirs / LACKS).is_file():
        shutil.copyfile(theirs / LACKS, ours / LACKS)
    origin = {
        "package": frozen.folder.resolve().name,
        "tagmanifest_sha256": hashlib.sha256((frozen.folder / "tagmanifest-sha256.txt").read_bytes()).hexdigest(),
    }
    write_json(ours / "from.json", origin)
    thawed = Evidence(partial, evidence.params)
    with connected(params, thawed.store, environ, order.embedded) as (reader, _):
        reader.ask(topics.AGAIN_SERVER.of(), reader.dialect.server_info())
        identify(reader, topics.AGAIN_ACCOUNT.of())
        collect_dossiers(reader, thawed, tell)
    write_json(ours / PULLED, {"schema": dict(SCHEMA), "pulled": pulled_between(thawed)})
    return thawed


def write_readables(records: Records) -> None:
    """Write what people read beside the notebooks: each table, once; the workbook of all tables; the full records of issues."""
    data = records.folder / "data"
    frames = {one: records.table(one.name) for one in records.tables}
    for table, frame in frames.items():
        write_whole(data / "tables" / table.file, csv_pieces(table, frame))
    for name, content in records.companion_files().items():
        write_whole(data / "tables" / name, [content])
    write_dossiers(records)
    about = {"audit": records.params.audit, "Jira": records.site.base_url, "made": stamp(datetime.now(UTC))}
    write_workbook(frames, data / "tables", data / "audit.xlsx", about)


def secrets_of(order: Run, environ: Mapping[str, str]) -> list[str]:
    """Return the secrets, texts that must not be in a package."""
    pairs = [(environ.get("JIRA_USER", ""), environ.get("JIRA_TOKEN", "")), ("", environ.get("JIRA_ORG_KEY", ""))]
    pairs.append((environ.get("JIRA_CLIENT_ID", ""), environ.get("JIRA_CLIENT_SECRET", "")))
    if order.params.jira_url == DEMO:
        jira = serve(order.params, order.embedded)
        pairs.append((jira.user, jira.token))
    return [secret for user, token in pairs if token for secret in (token, f"{user}:{token}")]


def origin_record(records: Records, started: datetime, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the provenance of any package for ``run.json``: who made it, when, as which account, of which Jira, with what."""
    entries, site = records.store.entries(), records.site
    return {
        "schema": dict(SCHEMA),
        "started": stamp(started),
        "finished": stamp(datetime.now(UTC)),
        "ran_by": environ.get("USER") or environ.get("USERNAME") or "",
        "pulled": pulled_between(records),
        "jira": {
            "url": site.base_url,
            "asked_at": records.params.jira_url,
            "gateway": next((entry.asked_at for entry in entries if entry.asked_at), ""),
            "deployment": site.deployment,
            "version": site.version,
            "title": site.title,
        },
        "account": {"id": site.account_id, "name": site.account_name, "time_zone": site.account_zone},
        "counts": {
            "responses": len(entries),
            "bytes": sum(entry.size for entry in entries),
            "repeated_questions": sum(entry.tries - 1 for entry in entries),
            "unusable_responses": len(records.store.refusals()),
        },
        "versions": versions(),
    }


def run_record(evidence: Evidence, started: datetime, order: Run, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return ``run.json``: who ran it, when, as which account with which powers, which Jira, versions, JQL, counts."""
    origin, powers = origin_record(evidence, started, environ), evidence.powers[evidence.powers["have"]]
    origin["account"]["powers"] = {key: list(group["permission"]) for key, group in powers.groupby("project")}
    return origin | {
        "period": {
            "begins": stamp(evidence.period.begins),
            "ends": stamp(evidence.period.ends),
            "interim": evidence.interim_until is not None,
        },
        "jql": {
            "shared_filter": jql.shared_filter(
                evidence.projects, evidence.period, evidence.params.issue_types, evidence.restrictions
            ),
            "passes": {project: jql.period_pass(project, evidence.period) for project in evidence.projects},
        },
        "notebooks": list(order.notebooks),
        "from": _read_json(evidence.folder / "data" / "from.json"),
    }


def versions() -> dict[str, str]:
    """Return the versions of what made the package, the commit, and the digest of the lock, as far as they are known."""
    named = ("atlassian-python-api", "pandas", "numpy", "matplotlib", "papermill", "nbconvert", "typst", "bagit")
    found = {"auditlib": __version__, "python": platform.python_version(), "platform": platform.system()}
    found |= {name: metadata.version(name) for name in named}
    checkout = Path(__file__).parents[2]
    lock = checkout / "requirements.lock"
    if lock.is_file():
        found["lock_sha256"] = hashlib.sha256(lock.read_bytes()).hexdigest()
    commit = _git(checkout, "rev-parse", "HEAD")
    if commit and (checkout / "pyproject.toml").is_file():
        found["commit"] = commit + (
            "-changed" if _git(checkout, "status", "--porcelain", "--", "auditlib", "notebooks") else ""
        )
    return found


def _git(folder: Path, *arguments: str) -> str:
    git = shutil.which("git")
    if git is None or not (folder / ".git").exists():
        return ""
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(  # noqa: S603 - fixed arguments
            [git, *arguments], cwd=folder, capture_output=True, text=True, timeout=10, check=True
        )
        return done.stdout.strip()
    return ""


def summary_of(evidence: Evidence, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``summary.json``: every headline figure and finding, for programs."""
    params, period = evidence.params, evidence.period
    numbering = evidence.table("numbering")
    totals = {
        name: int(numbering[name].sum())
        for name in ("numbers", "present", "missing", "moved", "deleted", "existed", "unexplained", "moved_in")
    }
    per_project = evidence.reconciliation.merge(numbering, on="project", validate="one_to_one")
    return {
        "audit": params.audit,
        "jira_url": evidence.site.base_url,
        "deployment": evidence.deployment,
        "projects": list(evidence.projects),
        "period": {
            "start": params.period_start.isoformat(),
            "end": params.period_end.isoformat(),
            "timezone": params.timezone,
            "begins": stamp(period.begins),
            "ends": stamp(period.ends),
        },
        "interim": record["period"]["interim"],
        "account": record["account"],
        "pulled": record["pulled"],
        "conclusions": [
            {"notebook": name, "question": QUESTIONS[name], "conclusion": evidence.conclusion(name)}
            for name in NOTEBOOKS
            if name in record["notebooks"]
        ],
        "figures": {
            "population": len(evidence.population),
            "excluded": len(evidence.excluded),
            "difference": int(evidence.reconciliation["difference"].sum()),
            **totals,
            "sample": len(evidence.sample),
            "open_gaps": open_gaps(evidence.table("gaps")),
            "dossiers": len(evidence.dossiers),
            "drift": int(
                evidence.drift["id"].isin(evidence.population["id"]).sum()
                + evidence.reconciliation["drift"].sum()
                + len(evidence.sample_changes)
            ),
        },
        "sums": evidence.sums,
        "per_project": [
            {name: (None if value != value else value) for name, value in row.items()}  # noqa: PLR0124 - NaN
            for row in json.loads(per_project.to_json(orient="records"))
        ],
        "findings": findings_of(evidence),
        "limits": list(LIMITS),
        "versions": record["versions"],
    }


def findings_of(records: Records) -> list[dict[str, Any]]:
    """Return every finding as a record, the gravest first."""
    found = json.loads(records.findings.to_json(orient="records"))
    return sorted(found, key=lambda finding: SEVERITIES.index(finding["severity"]))


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
