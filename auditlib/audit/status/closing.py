"""Closed issues to question: without a resolution, with one that is not accepted, or only a test. Pure.

Closed means that Jira puts the issue's status into the category ``done``. A status whose category is not told is not
taken for closed, whatever its name; how many there are is told (`uncategorised`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import pandas as pd

from auditlib.keys import addresses
from auditlib.records.names import NO_NAMES, Called
from auditlib.tables import Column, Table

NO_RESOLUTION: Final = "no resolution"
NOT_ACCEPTED: Final = "not accepted"
TEST_ISSUE: Final = "test issue"

REASONS: Final = (NO_RESOLUTION, NOT_ACCEPTED, TEST_ISSUE)
"""Why a closed issue is to question, in the order in which one issue's rows stand; also the order of the alphabet."""

CLOSING: Final = Table(
    "closing",
    "Closed issues whose resolution is missing or not accepted, or that are test issues; a row for each reason.",
    (
        Column("key", "text", "The issue's key when it was read."),
        Column("status", "text", "The issue's status when it was read, one of those that are done."),
        Column("resolution", "text", "The issue's resolution when it was read; empty if there is none."),
        Column("reason", "text", "Why it is to question: no resolution, not accepted or test issue."),
    ),
    further=(
        Column("project", "text", "Key of the project."),
        Column("number", "integer", "The issue's number within its project."),
        Column("issue_type", "text", "The issue's type when it was read."),
        Column("summary", "text", "The issue's title when it was read."),
        Column("status_at_period_end", "text", "The status at the end of the period's last day."),
        Column("resolution_at_period_end", "text", "The resolution at the end of the period's last day."),
        Column("url", "text", "Where the issue opens in Jira."),
    ),
    sort_keys=("project", "number", "reason"),
)


def closing_table(
    population: pd.DataFrame,
    closing_resolutions: Collection[str],
    test_issue_ids: Collection[int] | None,
    called: Called = NO_NAMES,
    *,
    base_url: str,
) -> pd.DataFrame:
    """List the closed issues to question, one row for each issue and reason.

    Parameters
    ----------
    population : DataFrame, shape (N, k)
        ``population.csv``, as the issues are when they are read; their addresses are not needed.
    closing_resolutions : collection of str
        The name of every resolution that is acceptable; empty accepts any.
    test_issue_ids : collection of int or None
        Ids of the issues that the company marks as tests, also of others than the population's; None if the parameters
        don't say how it marks them.
    called : Called
        What resolutions are and were called.
    base_url : str
        Address of the Jira site, for links.

    Returns
    -------
    DataFrame, shape (n, 11)
        ``closing.csv``, sorted by project, number and reason.
    """
    closed, resolutions = is_closed(population), population["resolution"]
    unresolved = resolutions.isna()
    accepted = ~unresolved
    if closing_resolutions:
        accepted = called.chosen("resolution", closing_resolutions, population.get("resolution_id"), resolutions)
    tests = population["id"].isin(list(test_issue_ids or ()))
    parts = [
        population[closed & chosen].assign(reason=reason)
        for reason, chosen in zip(REASONS, (unresolved, ~unresolved & ~accepted, tests), strict=True)
    ]
    found = pd.concat(parts).astype({"reason": "str"})
    found["url"] = addresses(base_url, found["key"])
    return CLOSING.check(CLOSING.sort(found[CLOSING.names]))


def is_closed(population: pd.DataFrame) -> pd.Series:
    """Say of each issue whether its status is one of those that are done.

    Parameters
    ----------
    population : DataFrame, shape (N, k)

    Returns
    -------
    Series of bool, shape (N,)
    """
    return population["status_category"].eq("done").fillna(value=False).astype(bool)


def uncategorised(population: pd.DataFrame) -> pd.DataFrame:
    """Return the issues whose status has no category, so that nobody can say whether they are closed."""
    return population[population["status_category"].isna()]


def resolved_but_open(population: pd.DataFrame) -> pd.DataFrame:
    """Return the issues that have a resolution in a status that is not done."""
    return population[population["resolution"].notna() & population["status_category"].notna() & ~is_closed(population)]


def unused_resolutions(
    population: pd.DataFrame, closing_resolutions: Collection[str], called: Called = NO_NAMES
) -> list[str]:
    """Return the accepted resolutions that no issue of the population has, sorted: perhaps a slip of the pen."""
    ids, names = population.get("resolution_id"), population["resolution"]
    return [one for one in sorted(set(closing_resolutions)) if not called.chosen("resolution", [one], ids, names).any()]
