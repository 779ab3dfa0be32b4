"""A package of dossiers only: the full record of the issues that an auditor chose, without a population."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from auditlib import __version__
from auditlib.collect import PULLED, begin, collect_dossiers, kept_if_pulled, pulled_between, stamp, write_json
from auditlib.demo.company import build_company
from auditlib.demo.world import World
from auditlib.dossier.writing import write_dossiers
from auditlib.errors import UsageError
from auditlib.evidence import DOSSIER_KEYS, Evidence, open_evidence
from auditlib.findings import DOSSIER_LIMITS, QUESTIONS, conclude_dossiers
from auditlib.jira.connection import DEMO, connected
from auditlib.package import prepare_target, publish, seal
from auditlib.params import Parameters
from auditlib.pull import Tell, identify
from auditlib.report import write_cover, write_workbook
from auditlib.workbook import Run, secrets_of, versions

_KEY = re.compile(r"[A-Z][A-Z0-9_]*-[1-9][0-9]*")


@dataclass(frozen=True)
class CaseFile:
    """What is collected.

    Attributes
    ----------
    params : Parameters
        The address, the zone, the attributes and whether files are downloaded.
    out : Path
        Where the sealed package will stand.
    keys : tuple of str
        As the auditor gave them.
    world : World or None
        What the embedded Jira holds, for ``jira_url: demo``.
    base : Path
        Folder from which relative paths in the parameters count.
    resume : bool
        Go on with an interrupted collection of the same ``out``.
    """

    params: Parameters
    out: Path
    keys: tuple[str, ...]
    world: World | None = None
    base: Path = field(default_factory=Path.cwd)
    resume: bool = False


def collect_case_file(order: CaseFile, environ: Mapping[str, str], tell: Tell) -> tuple[Path, list[str]]:
    """Make a sealed package of dossiers.

    Parameters
    ----------
    order : CaseFile
        What to do.
    environ : mapping
        JIRA_USER and JIRA_TOKEN.
    tell : callable
        Progress.

    Returns
    -------
    package : Path
    absent : list of str
        Keys that did not answer; the others are in the package.

    Raises
    ------
    AuditError
        As its parts raise it. The partial folder is left as it is then, unless nothing was asked yet.
    """
    keys = require_keys(order.keys)
    if order.params.jira_url == DEMO and order.world is None:
        order = replace(order, world=build_company().world)
    partial = prepare_target(order.out, resume=order.resume)
    started = datetime.now(UTC)
    # What a draw or the explanations would take has no meaning here, so that files they name need not be there.
    params = order.params.model_copy(update={"sample_keys": None, "gap_explanations": None, "sample_seed": "not drawn"})
    listed = partial / "data" / DOSSIER_KEYS
    if order.resume and listed.is_file() and listed.read_text(encoding="utf-8").split() != keys:
        raise UsageError(f"{partial} was begun with other keys; --resume goes on with the same")
    with kept_if_pulled(partial):
        evidence = begin(params, partial, order.base)
        listed.write_text("".join(f"{key}\n" for key in keys), encoding="utf-8", newline="\n")
        with connected(params, evidence.store, environ, order.world) as (reader, _):
            identify(reader)
            collect_dossiers(reader, evidence, tell)
    tell("pages and tables", 0, None)
    evidence = open_evidence(partial)
    _write(evidence, started, environ)
    tell("sealing", 0, None)
    info = {
        "Source-Organization": evidence.site.base_url,
        "External-Description": f"{params.audit}: full records of {len(evidence.dossiers)} issues of Jira",
        "External-Identifier": params.slug,
        "Bagging-Date": stamp(started)[:10],
        "Bag-Software-Agent": f"auditlib {__version__}",
    }
    seal(partial, info, secrets=secrets_of(Run(params, order.out, world=order.world), environ))
    publish(partial, order.out)
    return order.out, [one.asked for one in evidence.collection[1]]


def require_keys(given: tuple[str, ...]) -> list[str]:
    """Return the keys as Jira writes them, each once, in the order given.

    Raises
    ------
    UsageError
        If there is none, or something is no issue key; naming all that are not.
    """
    keys = [key.strip().upper() for key in given if key.strip()]
    wrong = [key for key in keys if not _KEY.fullmatch(key)]
    if wrong:
        raise UsageError(f"not an issue key, like PAY-17: {', '.join(wrong[:10])}")
    if not keys:
        raise UsageError("no key is given")
    return list(dict.fromkeys(keys))


def _write(evidence: Evidence, started: datetime, environ: Mapping[str, str]) -> None:
    """Write everything that people and programs read."""
    data = evidence.folder / "data"
    write_dossiers(evidence)
    (data / "tables").mkdir(exist_ok=True)
    for name, content in evidence.table_files().items():
        (data / "tables" / name).write_bytes(content)
    evidence.store.write_feeds(evidence.feeds())
    record = _record(evidence, started, environ)
    write_json(data / PULLED, record)
    summary = _summary(evidence, record)
    write_json(data / "summary.json", summary)
    frames = {name: evidence.table(name) for name in evidence.tables}
    about = {"audit": evidence.params.audit, "Jira": evidence.site.base_url, "made": record["finished"]}
    write_workbook(frames, data / "audit.xlsx", about)
    write_cover(evidence.folder, summary)


def _record(evidence: Evidence, started: datetime, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return ``run.json``."""
    site, entries = evidence.site, evidence.store.entries()
    return {
        "started": stamp(started),
        "finished": stamp(datetime.now(UTC)),
        "ran_by": environ.get("USER") or environ.get("USERNAME") or "",
        "pulled": pulled_between(evidence),
        "jira": {"url": site.base_url, "asked_at": evidence.params.jira_url, "deployment": site.deployment,
                 "version": site.version, "title": site.title},
        "account": {"id": site.account_id, "name": site.account_name, "time_zone": site.account_zone},
        "keys": list(evidence.dossier_keys),
        "counts": {"responses": len(entries), "bytes": sum(entry.size for entry in entries)},
        "versions": versions(),
    }  # fmt: skip


def _summary(evidence: Evidence, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``summary.json``."""
    params = evidence.params
    found, absent = evidence.collection
    conclusion = conclude_dossiers(evidence.dossier_facts, evidence.attribute_rates, random=False)
    return {
        "audit": params.audit,
        "jira_url": evidence.site.base_url,
        "deployment": evidence.deployment,
        "projects": sorted({one.project for one in found}),
        "period": None,
        "interim": False,
        "account": record["account"],
        "pulled": record["pulled"],
        "conclusions": [{"notebook": "dossiers", "question": QUESTIONS["06_dossiers"], "conclusion": conclusion}],
        "figures": {
            "keys": len(evidence.dossier_keys),
            "dossiers": len(found),
            "absent": len(absent),
            "moved": sum(one.moved for one in found),
            "history_entries": sum(one.entries for one in found),
            "comments": sum(len(one.comments) for one in found),
        },
        "per_project": [],
        "findings": evidence.findings.to_dict("records"),
        "limits": list(DOSSIER_LIMITS),
        "versions": record["versions"],
    }
