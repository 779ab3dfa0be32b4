"""The audit log of a Data Center below 8.8, whose newer resource is missing there. Facts and their sources: docs/jira.md.

Its records are as Cloud's, which descends from it. Its ``total`` counts the whole log, whatever window is asked for, so only
an empty page tells the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from auditlib.jira.reading import LogPage, readable_instant, require_members, require_records
from auditlib.responses.request import Request, get
from auditlib.times import format_utc

LOG_PATH: Final = "rest/api/2/auditing/record"
LOG_RECORDS: Final = "cloud"
_LOG_PAGE: Final = 1000  # more is read as this


def log(cursor: str | None, begins: datetime | None, ends: datetime | None, *, size: int | None = None) -> Request:
    """Ask for a page of the log, newest first, from an offset; ``size`` records at most."""
    window = {
        "offset": int(cursor or 0),
        "limit": size or _LOG_PAGE,
        "from": None if begins is None else format_utc(begins),
        "to": None if ends is None else format_utc(ends),
    }
    return get(LOG_PATH, **window)


def read_log(request: Request, answer: Any) -> LogPage:
    """Read a page of the log; the next offset is what came so far.

    Notes
    -----
    In Jira's own source of 6.3 the total is that of the log without its filter.
    """
    what = f"the answer to {request}"
    records = require_records(require_members(answer, what, "records"), "records", what)
    if not records:
        return LogPage(records, ended=True)
    return LogPage(records, str(int(dict(request.query)["offset"]) + len(records)))


def log_time(record: Mapping[str, Any]) -> datetime | None:
    """Return when a record was made (UTC); None if that can't be read."""
    return readable_instant(record.get("created"))
