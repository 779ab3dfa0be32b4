"""Where a package comes from: who made it, when, of which Jira, as which account, with what (``run.json``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from auditlib.evidence.content import Content
from auditlib.evidence.opened import Evidence
from auditlib.evidence.origin import asked_record, population_record, stamp
from auditlib.package.previous import previous_record
from auditlib.run.circumstances import around
from auditlib.run.made_by import versions
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
        "circumstances": around(records.folder).record(),
    }


def run_record(evidence: Evidence, started: datetime, order: Run, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return ``run.json``: who ran it, when, as which account with which powers, which Jira, versions, JQL, counts."""
    origin, more = origin_record(evidence, started, environ), population_record(evidence)
    origin["account"]["powers"] = more.pop("powers")
    return (
        origin
        | more
        | order.seal_record
        | {
            "notebooks": [name for name in order.notebooks if name in evidence.notebooks],
            "from": _read_json(evidence.folder / "data" / ORIGIN),
            "previous": previous_record(evidence.folder),
        }
    )


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
