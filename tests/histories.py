"""Issues with histories, written for a test, and real ones."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import strategies as st
from places import SHARED

DATA = SHARED / "data"
START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPEN, DOING, DONE = ("1", "Open"), ("3", "Doing"), ("6", "Done")
NOTHING = (None, None)


def item(field: str, before: tuple, after: tuple, *, data_center: bool = False) -> dict:
    """Make a history item; Data Center's have no fieldId."""
    values = {"from": before[0], "fromString": before[1], "to": after[0], "toString": after[1]}
    return {"field": field, "fieldtype": "jira"} | ({} if data_center else {"fieldId": field}) | values


def entry(history_id: int, at: datetime, *items: dict) -> dict:
    """Make a history entry as Jira gives it."""
    created = at.isoformat(timespec="milliseconds").replace("+00:00", "+0000")
    return {"id": str(history_id), "created": created, "author": {"displayName": "Ann Ex"}, "items": list(items)}


def texts(column: pd.Series) -> list:
    """Return a text column with None for what is missing."""
    return [it if isinstance(it, str) else None for it in column]


# Where an issue stood, and after how many hours it changed; some changes share an hour.
COURSES = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([OPEN, DOING, DONE, NOTHING])), max_size=8)


def real_histories() -> list[dict]:
    """Read real issues with their full histories, where they are at hand."""
    path = DATA / "devlake" / "issues.jsonl.gz"
    if not path.exists():
        pytest.skip("the real data is not at hand")
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
