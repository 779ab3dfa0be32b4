"""Where a package comes from: who made it, when, of which Jira, as which account, with what (``run.json``)."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from auditlib import __version__
from auditlib.digests import digest_file
from auditlib.evidence.content import Content
from auditlib.evidence.opened import Evidence
from auditlib.evidence.origin import asked_record, population_record, stamp
from auditlib.run.order import ORIGIN, Run


def origin_record(records: Content, started: datetime, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the provenance of any package for ``run.json``: who made it, when, as which account, of which Jira, with what."""
    asked = asked_record(records)
    return {
        "schema": asked["schema"],
        "started": stamp(started),
        "finished": stamp(datetime.now(UTC)),
        "ran_by": environ.get("USER") or environ.get("USERNAME") or "",
        **asked,
        "versions": versions(),
    }


def run_record(evidence: Evidence, started: datetime, order: Run, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return ``run.json``: who ran it, when, as which account with which powers, which Jira, versions, JQL, counts."""
    origin, more = origin_record(evidence, started, environ), population_record(evidence)
    origin["account"]["powers"] = more.pop("powers")
    return (
        origin
        | more
        | {
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
