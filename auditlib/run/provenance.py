"""Where a package comes from: who made it, when, of which Jira, as which account, with what (``run.json``)."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from auditlib import __version__
from auditlib.digests import digest_file
from auditlib.evidence.content import Content
from auditlib.evidence.opened import Evidence
from auditlib.jira import jql
from auditlib.pull.collect import pulled_between, stamp
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.topics import read_topic
from auditlib.run.order import ORIGIN, Run


def origin_record(records: Content, started: datetime, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the provenance of any package for ``run.json``: who made it, when, as which account, of which Jira, with what."""
    entries, site = records.store.entries(), records.site
    return {
        "schema": dict(records.pulled.schema),
        "started": stamp(started),
        "finished": stamp(datetime.now(UTC)),
        "ran_by": environ.get("USER") or environ.get("USERNAME") or "",
        "pulled": pulled_between(records),
        "jira": {
            "url": site.base_url,
            "asked_at": records.params.jira_url,
            "gateway": _asked_at(entry for entry in entries if not _is_organization(entry)),
            "organization": _asked_at(filter(_is_organization, entries)),
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


def _is_organization(entry: Entry) -> bool:
    """Say whether a response is the organisation's, not the site's."""
    return read_topic(entry.topic).topic is topics.LAST_SEEN_ORGANIZATION


def _asked_at(entries: Iterable[Entry]) -> str:
    """Return the address at which a question was asked, where that was not the site; empty if all were."""
    return next((entry.asked_at for entry in entries if entry.asked_at), "")


def run_record(evidence: Evidence, started: datetime, order: Run, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return ``run.json``: who ran it, when, as which account with which powers, which Jira, versions, JQL, counts."""
    origin, powers = (
        origin_record(evidence, started, environ),
        evidence.provenance.powers[evidence.provenance.powers["have"]],
    )
    origin["account"]["powers"] = {key: list(group["permission"]) for key, group in powers.groupby("project")}
    return (
        origin
        | order.seal_record
        | {
            "period": {
                "begins": stamp(evidence.period.begins),
                "ends": stamp(evidence.period.ends),
                "interim": evidence.provenance.interim_until is not None,
            },
            "jql": {
                "shared_filter": jql.shared_filter(
                    evidence.projects, evidence.period, evidence.params.issue_types, evidence.passes.restrictions
                ),
                "passes": {project: jql.period_pass(project, evidence.period) for project in evidence.projects},
            },
            "notebooks": [name for name in order.notebooks if name in evidence.notebooks],
            "from": _read_json(evidence.folder / "data" / ORIGIN),
        }
    )


def versions() -> dict[str, str]:
    """Return the versions of what made the package, the commit, and the digest of the lock, as far as they are known."""
    named = ("atlassian-python-api", "pandas", "numpy", "matplotlib", "papermill", "nbconvert", "typst", "bagit")
    found = {"auditlib": __version__, "python": platform.python_version(), "platform": platform.system()}
    found |= {name: metadata.version(name) for name in named}
    checkout = Path(__file__).parents[2]
    lock = checkout / "requirements.lock"
    if lock.is_file():
        found["lock_sha256"] = digest_file(lock)
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


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
