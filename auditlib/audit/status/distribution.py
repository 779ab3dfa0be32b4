"""How the population is spread over statuses and months. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import pandas as pd

from auditlib.tables import Column, Table
from auditlib.times import Period

STATUS: Final = Table(
    "status",
    "Issues by project, type, status and resolution, when they were read and at the end of the period.",
    (
        Column("project", "text", "Key of the project."),
        Column("issue_type", "text", "The issue type."),
        Column("status", "text", "The status."),
        Column("status_category", "text", "Jira's key for the kind of that status: new, indeterminate or done."),
        Column("resolution", "text", "The resolution; empty for unresolved issues."),
        Column("at_extraction", "integer", "Issues of the population with this pair when they were read."),
        Column("at_period_end", "integer", "Issues of the population with this pair at the end of the period."),
    ),
    sort_keys=("project", "issue_type", "status", "status_category", "resolution"),
)

_PAIR = ["project", "issue_type", "status", "status_category", "resolution"]


def status_table(population: pd.DataFrame, categories: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Count the issues by project, issue type, status and resolution, when read and at the period's end.

    Parameters
    ----------
    population : DataFrame, shape (N, k)
        With project, issue_type, status, status_category, resolution, status_at_period_end, resolution_at_period_end and,
        where they are known, status_id and status_id_at_period_end, by which statuses are told apart then.
    categories : mapping of str to str, optional
        Category by status (id, or name where there are no ids), for statuses that no issue of the population has today.

    Returns
    -------
    DataFrame, shape (n, 7)
        The columns of ``status.csv``, sorted; each count sums to N. A state that is not known has an empty status.

    Notes
    -----
    The category at the period's end is the issue's own if its status is still the same, else the one that most issues
    with this status have today, those of the same project first, else the one of `categories`; empty if there is none.
    """
    then = population.assign(
        status=population["status_at_period_end"],
        resolution=population["resolution_at_period_end"],
        status_category=categories_then(population, categories or {}),
    )
    counts = pd.concat([_count(population), _count(then)], axis=1, keys=["at_extraction", "at_period_end"])
    counts = counts.fillna(0).astype("int64").reset_index()
    if (counts[["at_extraction", "at_period_end"]].sum() != len(population)).any():
        raise AssertionError(f"the status counts do not sum to {len(population)}")
    parts = counts[_PAIR].astype("str")
    counts[_PAIR] = parts.mask(parts == "")
    return STATUS.check(STATUS.sort(counts[STATUS.names]))


def issues_per_month(population: pd.DataFrame, period: Period, projects: Sequence[str] = ()) -> pd.DataFrame:
    """Count the issues created in each month of the period.

    Parameters
    ----------
    population : DataFrame, shape (N, k)
        With project and created.
    period : Period
    projects : sequence of str
        Projects to show even without an issue; those of the population are always shown.

    Returns
    -------
    DataFrame, shape (months x projects, 4)
        month (``2026-04``), project, count, partial (True if the month does not lie in the period as a whole); sorted
        by month, project; months without an issue have 0.
    """
    months = _months(period.start, period.end)
    shown = sorted(set(projects) | set(population["project"].tolist()))
    month = population["created"].dt.tz_convert(period.zone).dt.strftime("%Y-%m")
    index = pd.MultiIndex.from_product([list(months), shown], names=["month", "project"])
    counts = population.groupby([month.rename("month"), "project"]).size().reindex(index, fill_value=0)
    rows = counts.rename("count").reset_index()
    if rows["count"].sum() != len(population):
        raise AssertionError(f"the months do not sum to {len(population)}")
    types = {"month": "str", "project": "str", "count": "int64"}
    return rows.assign(partial=rows["month"].map(months).astype("bool")).astype(types)


def _count(population: pd.DataFrame) -> pd.Series:
    """Count the issues of each combination; a part that is missing is an empty text, so that no issue is dropped."""
    return population[_PAIR].astype("str").fillna("").groupby(_PAIR).size()


def changed_later(population: pd.DataFrame) -> pd.DataFrame:
    """Return the issues that changed status or resolution between the period's end and the day they were read.

    Parameters
    ----------
    population : DataFrame, shape (N, k)
        As in `status_table`: compared by id, where there are ids, so that what was renamed since is the same. An issue whose
        state then is not known is left out.

    Returns
    -------
    DataFrame, shape (n, k)
    """
    known = population["status_at_period_end"].notna()
    changed = pd.Series(data=False, index=population.index)
    for field in ("status", "resolution"):
        now, then = (_identities(population, field, when).fillna("") for when in ("", "_at_period_end"))
        changed |= now.ne(then)
    return population[known & changed]


def categories_by_status(issues: pd.DataFrame) -> dict[str, str]:
    """Return the status category by the status' id (by its name where there are no ids), as issues show it."""
    known = issues.assign(_status=_identities(issues, "status")).dropna(subset=["status", "status_category"])
    return dict(zip(known["_status"], known["status_category"], strict=True))


def categories_then(population: pd.DataFrame, categories: Mapping[str, str]) -> pd.Series:
    """Return the status category of each issue at the period's end; parameters as in `status_table`."""
    project, category = population["project"].astype("str"), population["status_category"].astype("str")
    then = pd.DataFrame({"project": project, "status": _identities(population, "status", "_at_period_end")})
    today = pd.DataFrame({"project": project, "status": _identities(population, "status"), "status_category": category})
    in_project = _most_frequent(today, ["project", "status"]).reindex(pd.MultiIndex.from_frame(then))
    anywhere = _most_frequent(today, ["status"]).reindex(then["status"])
    looked_up = in_project.set_axis(population.index).fillna(anywhere.set_axis(population.index))
    looked_up = looked_up.fillna(then["status"].map(dict(categories)).astype("str"))
    return looked_up.mask(then["status"] == today["status"], category)


def _identities(population: pd.DataFrame, field: str, when: str = "") -> pd.Series:
    """Return by what statuses or resolutions are told apart: ids, names where there are none; missing for none."""
    names = population[f"{field}{when}"].astype("str")
    ids = population.get(f"{field}_id{when}")
    return names if ids is None else ids.astype("str").fillna(names)


def _most_frequent(today: pd.DataFrame, by: list[str]) -> pd.Series:
    """Return the category that most issues have, by status; of equally frequent ones the first by name."""
    counts = today.dropna().groupby([*by, "status_category"]).size().rename("count").reset_index()
    counts = counts.sort_values([*by, "count", "status_category"], ascending=[*([True] * len(by)), False, True])
    return counts.drop_duplicates(by).set_index(by)["status_category"]


def _months(first: date, last: date) -> dict[str, bool]:
    """Return the months from the first day to the last, each with whether a part of it is missing."""
    months: dict[str, bool] = {}
    month = first.replace(day=1)
    while month <= last:
        following = (month + timedelta(days=31)).replace(day=1)
        months[f"{month:%Y-%m}"] = month < first or following - timedelta(days=1) > last
        month = following
    return months
