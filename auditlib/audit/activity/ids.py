"""Ids of the log that are not among the records: runs of numbers that Jira did not give. Pure.

Atlassian promises of no log that its ids follow one another, so a missing one is no proof of a missing record. A hole in
what else runs on without one is worth a question all the same.
"""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from auditlib.times import Period

ID_RUNS = ("first", "last", "ids", "after", "before")


def missing_ids(log: pd.DataFrame | None, period: Period) -> pd.DataFrame:
    """Return the runs of ids that lie between those of the period's records and are not among the records.

    Parameters
    ----------
    log : DataFrame or None
        From `audit_log.log_frame`, of the period and from before it; a log without numbers for ids has no runs.
    period : Period
        The runs between the first record of the period, or the last one before it, and the last of the period.

    Returns
    -------
    DataFrame
        first, last: of the run; ids: how many; after, before: when the records beside it were made, audit's zone. Rising.
    """
    rows = []
    if log is not None:
        numbered = log[log["id"].str.fullmatch("[0-9]{1,18}") & log["at"].notna()]
        known = dict(zip(numbered["id"].astype("int64"), numbered["at"], strict=True))
        for (before, at), (after, then) in pairwise(sorted(known.items())):
            if after > before + 1 and period.begins <= max(at, then) and min(at, then) < period.ends:
                rows.append((before + 1, after - 1, after - before - 1, at, then))
    frame = pd.DataFrame(rows, columns=list(ID_RUNS))
    for name in ("after", "before"):
        frame[name] = pd.to_datetime(frame[name], utc=True).dt.tz_convert(period.zone)
    return frame.astype(dict.fromkeys(("first", "last", "ids"), "int64"))
