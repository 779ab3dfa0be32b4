"""What happened in Jira while it was asked: told apart from loss. Pure.

An issue that only one of the two passes has is no difference if Jira itself shows why: it was created, deleted, hidden or
moved between the passes. Everything else stays a difference, and ends the run.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import numpy as np
import pandas as pd

KINDS = ("new", "gone", "moved in", "moved out", "edited")
"""Created between the passes; no longer answering; come from, or gone to, another project; changed after it was read."""

COLUMNS = ("project", "id", "key", "kind", "at", "note")


def explain(
    project: str,
    first_pass: Collection[int],
    second_pass: Collection[int],
    *,
    answers: Mapping[int, tuple[str, datetime]],
    moves: pd.DataFrame,
    began: datetime,
) -> pd.DataFrame:
    """Explain as drift the issues of a project that only one pass has, as far as Jira shows why.

    Parameters
    ----------
    project : str
        Project key.
    first_pass, second_pass : collection of int
        Issue ids that each pass found.
    answers : mapping of int to (str, datetime)
        Key and creation time (UTC) of those that still answer when asked for by id.
    moves : DataFrame
        ``Key`` history items, as ``history.key_moves`` gives them.
    began : datetime
        When the first pass began, by Jira's clock.

    Returns
    -------
    DataFrame
        ``COLUMNS``; a row for each issue that is explained, by id. What is not in it remains a difference.
    """
    rows: list[tuple[str, int, str | None, str, datetime | None, str]] = []
    own = f"{project}-"
    differ = one_pass_only(first_pass, second_pass)
    in_second = frozenset(second_pass) if differ else frozenset[int]()
    for issue in differ:
        key, created = answers.get(issue, (None, None))
        recent = moves[(moves["issue_id"] == issue) & (moves["at"] >= began)]
        moved_at = recent["at"].max() if len(recent) else None
        if issue in in_second:
            if created is not None and created >= began:
                rows.append((project, issue, key, "new", created, "created after the first pass began"))
            elif key is not None and key.startswith(own) and moved_at is not None:
                rows.append((project, issue, key, "moved in", moved_at, f"history {recent['history_id'].iloc[-1]}"))
        elif key is None:
            rows.append((project, issue, None, "gone", None, "no longer answers: deleted, or hidden from this account"))
        elif not key.startswith(own):
            note = f"answers as {key}" if moved_at is None else f"history {recent['history_id'].iloc[-1]}"
            rows.append((project, issue, key, "moved out", moved_at, note))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"id": "int64", "at": "datetime64[us, UTC]"})


def one_pass_only(first_pass: Collection[int], second_pass: Collection[int]) -> list[int]:
    """Return the ids that exactly one of two passes gave, rising."""
    if first_pass is second_pass:
        return []
    first, second = (np.fromiter(ids, dtype=np.int64, count=len(ids)) for ids in (first_pass, second_pass))
    found: list[int] = np.setxor1d(first, second).tolist()
    return found


def edited(
    population: pd.DataFrame, latest_change: Mapping[int, datetime], updated_since: Collection[int], began: datetime
) -> pd.DataFrame:
    """Return the issues of the population that were edited after the first pass began.

    Parameters
    ----------
    population : DataFrame
        With project, id, key.
    latest_change : mapping of int to datetime
        Time of the latest history entry, by issue id.
    updated_since : collection of int
        Issues whose last change the two passes tell differently.
    began : datetime
        When the first pass began, by Jira's clock.

    Returns
    -------
    DataFrame
        ``COLUMNS``; ``at`` is empty where only the passes tell.
    """
    recent = {issue: at for issue, at in latest_change.items() if at >= began}
    rows = [
        (row.project, row.id, row.key, "edited", recent.get(row.id), "changed after the first pass began")
        for row in population[["project", "id", "key"]].itertuples()
        if row.id in recent or row.id in updated_since
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"id": "int64", "at": "datetime64[us, UTC]"})
