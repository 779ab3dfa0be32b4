"""Two years of an audit by hand, as tests of their comparison need them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import pandas as pd

from auditlib.audit.yearly.rows import Compared
from auditlib.audit.yearly.year import Year
from auditlib.package.bag import seal

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


HEADS: Final = "key,project,id,issue_type,status,status_category,created,created_utc,resolved,reporter\n"


def sealed_year(folder: Path, year: int, *keys: str, jql: str = "created > 1") -> Path:
    """Seal a package of a year, as small as one can be compared."""
    rows = "".join(f"{key},AB,1,Bug,Done,done,{year}-03-01,{year}-03-01T09:00:00.000Z,,Ada\n" for key in keys)
    files = {
        "params.yaml": f'audit: "A {year}"\nprojects: ["AB"]\nperiod_start: "{year}-01-01"\nperiod_end: "{year}-12-31"\n',
        "run.json": json.dumps({"versions": {"auditlib": "0.1.0"}, "jql": {"shared_filter": jql}}),
        "summary.json": "{}",
        "tables/population.csv": HEADS + rows,
    }
    for name, content in files.items():
        path = folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    seal(folder, {"Bagging-Date": "2027-01-10"})
    return folder
