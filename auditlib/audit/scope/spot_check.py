"""Two lists for a live spot check of the population against Jira, the same each time for equal data. Pure.

From the list to Jira: keys to look up there, for accuracy. From Jira to the list: places to look at there, for
completeness. Both end with empty columns for what the person saw.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import numpy as np
import pandas as pd

from auditlib.audit.numbering.gaps import CLASSES
from auditlib.audit.sampling.draw import ticket
from auditlib.jira import jql
from auditlib.text import shorten
from auditlib.times import Period, format_instant

SEED: Final = "spot check"
"""Public text by which keys are drawn: the smallest SHA-256 of ``spot check:KEY``."""

OBSERVED: Final = ("seen", "remark")
"""Columns left empty for the person who looks."""

EARLIEST_ZONE: Final = timedelta(hours=14)
LATEST_ZONE: Final = timedelta(hours=-12)
"""Offsets from UTC between which every zone of the world lies (Kiritimati, Baker Island)."""


def keys_to_look_up(population: pd.DataFrame, gaps: pd.DataFrame, *, between: int = 2) -> pd.DataFrame:
    """List issue keys to open in Jira for a spot check, and what should be seen there.

    Of each project: its issue with the lowest number, that with the highest, some in between, and a missing number of
    each class. What is not the first or last is drawn by ticket with the public text `SEED`, so that nobody chose it.

    Parameters
    ----------
    population : DataFrame, shape (N, k)
        ``population.csv``.
    gaps : DataFrame, shape (g, k)
        ``gaps.csv``.
    between : int
        Issues of each project besides the first and the last, as far as there are.

    Returns
    -------
    DataFrame, shape (n, 7)
        project, key, chosen_as (``lowest number``, ``drawn``, ``highest number``, or the class of a missing number),
        jira_should_show, url, then the empty columns of `OBSERVED`; by project: issues by number, then missing numbers
        by class.
    """
    projects = sorted({*population["project"], *gaps["project"]})
    rows = [
        row
        for project in projects
        for row in (
            *_issues(population[population["project"] == project], between),
            *_missing(gaps[gaps["project"] == project]),
        )
    ]
    columns = ["project", "key", "chosen_as", "jira_should_show", "url"]
    frame = pd.DataFrame(rows, columns=columns).astype("str")
    return frame.assign(**dict.fromkeys(OBSERVED, "")).astype("str")


def _issues(mine: pd.DataFrame, between: int) -> Iterator[tuple[str, ...]]:
    """Yield the lowest, some drawn and the highest issue of one project."""
    ordered = mine.sort_values("number", ignore_index=True)
    last = len(ordered) - 1
    inner = sorted(range(1, last), key=lambda place: ticket(SEED, ordered["key"].iloc[place]))[:between]
    for place in sorted({*inner, *range(min(1, last + 1)), *([last] if last > 0 else [])}):
        issue = ordered.iloc[place]
        chosen = {0: "lowest number", last: "highest number"}.get(place, "drawn")
        kind = "issue" if pd.isna(issue["issue_type"]) else issue["issue_type"]
        reporter = "nobody" if pd.isna(issue["reporter"]) else issue["reporter"]
        title = "" if pd.isna(issue["summary"]) else shorten(issue["summary"], 80)
        shown = f"{kind} “{title}”, created {_moment(issue['created'])}, reported by {reporter}"
        yield issue["project"], issue["key"], chosen, shown, issue["url"]


def _missing(mine: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """Yield one missing number of each class of one project."""
    for name in CLASSES:
        drawn = sorted(mine.index[mine["classification"] == name], key=lambda row: ticket(SEED, mine.loc[row, "key"]))[
            :1
        ]
        for row in drawn:
            gap = mine.loc[row]
            if name == "moved":
                shown = f"the issue opens as {gap['now_key']}"
            else:
                shown = "no issue opens: Jira says that it does not exist or that you may not see it"
                if not pd.isna(gap["evidence"]):
                    shown += f"; Jira's own record of it is {gap['evidence']}"
            yield gap["project"], gap["key"], f"missing number, {name}", shown, gap["url"]


def places_to_look_up(
    issues: pd.DataFrame, population: pd.DataFrame, period: Period, projects: Sequence[str]
) -> pd.DataFrame:
    """List queries to run in Jira for a spot check, by project and month, and what the list holds for each.

    The person runs the query, compares Jira's count, and looks up the first and the last issue shown in the list.

    Parameters
    ----------
    issues : DataFrame, shape (n, k)
        All issues of the pass with fields, two days wider than the period on both sides: key, project, number, id,
        created_utc. A query asks for all of them, also for those that are not in scope.
    population : DataFrame, shape (N, k)
        ``population.csv``.
    period : Period
        A month that lies in the period in part is asked for in part.
    projects : sequence of str
        The listed projects.

    Returns
    -------
    DataFrame, shape (m, 11)
        project, month, jql, jira_should_count, at_least, at_most, in_population, first_shown, last_shown, then the empty
        columns of `OBSERVED`; by project and month.

    Notes
    -----
    A query names days, and Jira begins them at midnight in the zone of whoever looks (Cloud) or of the server (Data
    Center). Where that is the audit's zone, Jira shows ``jira_should_count``, ``first_shown`` and ``last_shown``; in any
    other zone a number from ``at_least`` to ``at_most``, since an issue created within a day of the month's edge may
    fall on its other side. What was deleted, moved or created under an old date since is no longer, or newly, counted.
    """
    ordered = issues.sort_values(["created_utc", "number"], kind="stable")
    in_scope = frozenset(population["id"].tolist())
    rows = []
    for project in sorted(projects):
        mine = ordered[ordered["project"] == project]
        when = pd.DatetimeIndex(mine["created_utc"])
        for first, after in _months(period):
            part = Period(first, after - timedelta(days=1), period.zone)
            month = mine[_between(when, part.begins, part.ends)]
            start, end = (datetime.combine(day, time.min, tzinfo=UTC) for day in (first, after))
            surely = _between(when, start - LATEST_ZONE, end - EARLIEST_ZONE).sum()
            perhaps = _between(when, start - EARLIEST_ZONE, end - LATEST_ZONE).sum()
            rows.append(
                {
                    "project": project,
                    "month": f"{first:%Y-%m}",
                    "jql": jql.created_between(project, first, after),
                    "jira_should_count": len(month),
                    "at_least": int(surely),
                    "at_most": int(perhaps),
                    "in_population": int(month["id"].isin(in_scope).sum()),
                    "first_shown": month["key"].iloc[0] if len(month) else None,
                    "last_shown": month["key"].iloc[-1] if len(month) else None,
                }
            )
    counts = ["jira_should_count", "at_least", "at_most", "in_population"]
    texts = ["first_shown", "last_shown"]
    columns = ["project", "month", "jql", *counts, *texts]
    types = dict.fromkeys(counts, "int64") | dict.fromkeys(["project", "month", "jql", *texts], "str")
    return pd.DataFrame(rows, columns=columns).astype(types).assign(**dict.fromkeys(OBSERVED, ""))


def _between(when: pd.DatetimeIndex, begins: datetime, ends: datetime) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.asarray((when >= begins) & (when < ends), dtype=np.bool_)
    return found


def _months(period: Period) -> Iterator[tuple[date, date]]:
    """Yield the first day and the day after the last of each month, cut by the period."""
    first, after_all = period.start, period.end + timedelta(days=1)
    while first < after_all:
        following = (first.replace(day=1) + timedelta(days=31)).replace(day=1)
        yield first, min(following, after_all)
        first = following


def _moment(created: pd.Timestamp) -> str:
    """Write an instant to the second in the audit's zone, with its offset."""
    text = format_instant(created.to_pydatetime(), created.tz)
    return f"{text[:10]} {text[11:19]} {text[23:]}"
