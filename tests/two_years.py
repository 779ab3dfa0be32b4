"""Two years of an audit by hand, as tests of their comparison need them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from auditlib.audit.yearly.rows import Compared
from auditlib.audit.yearly.year import Year

QUERY = 'project in ("AB") AND created >= "{start}" AND created < "{end}" ORDER BY created ASC, key ASC'


def year(number: int = 2026, **more: Any) -> Year:
    """Make the package of a calendar year; ``tables`` are given as rows by name, all else replaces a field."""
    start, end = date(number, 1, 1), date(number, 12, 31)
    given: dict[str, Any] = {
        "params": {"audit": f"Audit {number}", "projects": ["AB"], "permissions": ["DELETE_ISSUES"]},
        "start": start,
        "end": end,
        "schema": 6,
        "url": "https://jira.example.com",
        "deployment": "cloud",
        "query": QUERY.format(start=start, end=date(number + 1, 1, 1)),
        "interim": False,
        "tables": {},
        **more,
    }
    return Year(**given | {"tables": {name: pd.DataFrame(rows) for name, rows in given["tables"].items()}})


def issue(key: str, created: str = "2026-03-01T09:00:00.000Z", **more: str) -> dict[str, str]:
    """Make a row of ``population.csv``."""
    project, _, number = key.partition("-")
    row = {
        "key": key,
        "project": project,
        "id": f"10{number}",
        "issue_type": "Task",
        "status": "Done",
        "status_category": "done",
        "created": created.replace("Z", "+00:00"),
        "created_utc": created,
        "resolved": "",
        "reporter": "Ada",
        "history": "complete",
    }
    return row | more


def by_figure(compared: Compared) -> dict[str, tuple[str, str, str, str]]:
    """Return the rows of a comparison by what they compare."""
    return {row.figure: tuple(row[1:]) for row in compared.rows}


def found(compared: Compared) -> Mapping[str, tuple[str, int]]:
    """Return severity and count of its findings by id."""
    return {one.id.removeprefix("yearly."): (one.severity, one.count) for one in compared.findings}


def said(compared: Compared) -> Iterable[str]:
    """Return the statements of its findings."""
    return [one.statement for one in compared.findings]
