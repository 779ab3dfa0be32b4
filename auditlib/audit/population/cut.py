"""The population: issues cut by the exact instants of the period, exclusions counted, two passes reconciled. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from auditlib.audit.population.drift import one_pass_only
from auditlib.errors import AnswerError
from auditlib.records.names import NO_NAMES, Called
from auditlib.records.reach import HISTORIES
from auditlib.tables import Column, Table
from auditlib.times import Period

HISTORY: Final = Column(
    "history",
    "text",
    f"How far the history of status and resolution leads back from today: {', '.join(HISTORIES)}. "
    "A full record's replay check looks at every field, and can say more.",
)

POPULATION: Final = Table(
    "population",
    "Every issue in scope created in the period.",
    (
        Column("key", "text", "The issue's key when it was read."),
        Column("project", "text", "Key of the project, the part of the issue's key before the number."),
        Column("number", "integer", "The issue's number within its project."),
        Column("id", "integer", "Jira's own number for the issue, which stays when the issue moves."),
        Column("issue_type", "text", "The issue's type when it was read."),
        Column("summary", "text", "The issue's title when it was read."),
        Column("status", "text", "The issue's status when it was read."),
        Column("status_category", "text", "Jira's key for the kind of that status: new, indeterminate or done."),
        Column("resolution", "text", "The issue's resolution when it was read; empty if unresolved."),
        Column("status_at_period_end", "text", "The status at the end of the period's last day, by its name of then."),
        Column(
            "resolution_at_period_end",
            "text",
            "The resolution at the end of the period's last day, by its name of then.",
        ),
        Column("created", "instant", "When the issue was created, in the audit's time zone."),
        Column("created_utc", "instant_utc", "When the issue was created, in UTC."),
        Column("updated", "instant", "When the issue was last changed before it was read, in the audit's time zone."),
        Column(
            "resolved", "instant", "When the issue got its resolution, in the audit's time zone; empty if unresolved."
        ),
        Column("reporter", "text", "Name of the person whom Jira shows as reporter."),
        Column("assignee", "text", "Name of the person to whom the issue was assigned when it was read."),
        Column("url", "text", "Where the issue opens in Jira."),
    ),
    further=(HISTORY,),
    sort_keys=("project", "number"),
)

EXCLUDED: Final = Table(
    "excluded",
    "Issues created in the period that are not in the population, each with its reason.",
    (
        Column("key", "text", "The issue's key; of an issue that moved out, its key in this project."),
        Column("project", "text", "Key of the listed project."),
        Column("number", "integer", "The issue's number within that project."),
        Column("issue_type", "text", "The issue's type when it was read."),
        Column("created", "instant", "When the issue was created, in the audit's time zone."),
        Column("reason", "text", "Why the issue is not in the population: issue type, filter or moved out."),
    ),
    further=(Column("now_key", "text", "The key with which an issue that moved out answers today."),),
    sort_keys=("project", "number", "key"),
)

RECONCILIATION: Final = Table(
    "reconciliation",
    "The two passes over Jira, Jira's own count and the population, project by project.",
    (
        Column("project", "text", "Key of the project."),
        Column("first_pass", "integer", "Distinct issues that the widened query gave the first time."),
        Column("second_pass", "integer", "Distinct issues that the same query gave the second time."),
        Column("jira_count", "integer", "Jira's own count for the same query; on Cloud an estimate.", optional=True),
        Column("in_period", "integer", "Issues of the first pass created in the period, to the exact instant."),
        Column("excluded_by_type", "integer", "Of these, issues left out by their type."),
        Column("excluded_by_filter", "integer", "Of the rest, issues left out by the filter."),
        Column("population", "integer", "Issues in the population: in_period less both exclusions."),
        Column("drift", "integer", "Issues in one pass only for a reason that is known: new, gone or moved."),
        Column("difference", "integer", "Issues in one pass only for no known reason; 0 in a complete pull."),
    ),
    further=(
        Column(
            "moved_out",
            "integer",
            "Issues created in the period that now stand in a project that is not listed: in no pass, and not in in_period.",
        ),
    ),
    sort_keys=("project",),
)


@dataclass(frozen=True)
class Population:
    """Issues of the listed projects created in the period.

    Attributes
    ----------
    population : DataFrame, shape (N, k)
        Issues in scope, with the columns they came with; sorted by project, number.
    excluded : DataFrame, shape (m, 7)
        The columns of ``excluded.csv``, then ``now_key`` (of issues that moved out); sorted by project, number.
    in_period : DataFrame, shape (N + those left out by type or filter, k)
        All issues that the first pass found in the period; sorted by project, number.
    """

    population: pd.DataFrame
    excluded: pd.DataFrame
    in_period: pd.DataFrame


def cut_population(  # noqa: PLR0917 - the order of the arguments is that of the cuts
    issues: pd.DataFrame,
    period: Period,
    projects: Sequence[str],
    issue_types: Collection[str] = (),
    in_filter: frozenset[int] | None = None,
    moved_out: pd.DataFrame | None = None,
    *,
    called: Called = NO_NAMES,
) -> Population:
    """Cut the population out of the issues that the widened query gave.

    Parameters
    ----------
    issues : DataFrame, shape (n, k)
        One row per distinct issue of the first pass, as `auditlib.records.issues.issues_frame` makes it.
    period : Period
    projects : sequence of str
        Keys of the listed projects.
    issue_types : collection of str
        Names of the types in scope, each meaning every type that has or had it; empty means all.
    in_filter : frozenset of int, optional
        Ids of the issues that the further restriction holds; None means there is none.
    moved_out : DataFrame, optional
        Issues that left a listed project: key (in that project), project, number, issue_type, created, now_key. Those
        created in the period are listed as excluded; they are not part of `in_period`.
    called : Called
        What issue types are and were called.

    Returns
    -------
    Population
        An issue is left out for one reason only: ``issue type`` before ``filter``.

    Raises
    ------
    AnswerError
        If an issue belongs to no listed project (a project's key was changed, or the query was not kept to).
    """
    _require_listed(issues["project"], projects)
    # The places are sorted, not the rows: a copy of a million rows is a gigabyte's fifth.
    places = issues[list(POPULATION.sort_keys)].assign(_place=np.arange(len(issues)))
    places = POPULATION.sort(places[period.holds(issues["created"])])
    rows, order = issues.copy(deep=False), places["_place"].to_numpy()
    del issues, places
    in_period = _taken(rows, order)
    types = in_period["issue_type"]
    wrong_type = pd.Series(data=False, index=types.index)
    if issue_types:
        wrong_type = ~called.chosen("issuetype", issue_types, in_period.get("issue_type_id"), types)
    filtered = ~wrong_type & ~in_period["id"].isin(in_filter or ()) & (in_filter is not None)
    in_scope = ~wrong_type & ~filtered
    # Where nothing is left out, one frame is both.
    population = in_period if in_scope.all() else in_period[in_scope].reset_index(drop=True)
    by_type = in_period[wrong_type].assign(reason="issue type")
    by_filter = in_period[filtered].assign(reason="filter")
    if len(in_period) != len(population) + len(by_type) + len(by_filter):
        raise AssertionError(f"{len(in_period)} issues in the period do not add up")
    parts = [by_type, by_filter]
    if moved_out is not None and len(moved_out):
        _require_listed(moved_out["project"], projects)
        moved = moved_out[period.holds(moved_out["created"])]
        parts.append(moved.assign(created=moved["created"].dt.tz_convert(period.zone), reason="moved out"))
    excluded = pd.concat([part.reindex(columns=EXCLUDED.names) for part in parts], ignore_index=True)
    excluded = excluded.astype({"now_key": "str", "reason": "str", "number": "int64"})
    return Population(population, EXCLUDED.check(EXCLUDED.sort(excluded)), in_period)


def _taken(issues: pd.DataFrame, places: NDArray[np.int64]) -> pd.DataFrame:
    """Return rows in the order of their places; each column goes from the issues before the next is made."""
    columns = {name: issues.pop(name).iloc[places].reset_index(drop=True) for name in list(issues)}
    return pd.DataFrame(columns, copy=False)


def unused_types(found: Population, issue_types: Collection[str], called: Called = NO_NAMES) -> list[str]:
    """Return the types in scope that no issue of the period has, sorted: perhaps a slip of the pen."""
    ids, names = found.in_period.get("issue_type_id"), found.in_period["issue_type"]
    return [one for one in sorted(set(issue_types)) if not called.chosen("issuetype", [one], ids, names).any()]


def unexplained_ids(
    projects: Sequence[str],
    first_pass: Mapping[str, Collection[int]],
    second_pass: Mapping[str, Collection[int]],
    drift: Mapping[str, Collection[int]],
) -> dict[str, list[int]]:
    """Name the ids that exactly one pass gave and that drift does not explain.

    Returns
    -------
    dict of str to list of int
        By project, sorted; projects without such an id are left out, so that empty means reconciled.
    """
    unexplained = {
        project: sorted(_one_pass_only(project, first_pass, second_pass) - set(drift.get(project, ())))
        for project in sorted(set(projects))
    }
    return {project: ids for project, ids in unexplained.items() if ids}


def reconcile(  # noqa: PLR0917 - the order of the arguments is that of the table
    projects: Sequence[str],
    first_pass: Mapping[str, Collection[int]],
    second_pass: Mapping[str, Collection[int]],
    jira_count: Mapping[str, int | None],
    population: Population,
    drift: Mapping[str, Collection[int]],
) -> pd.DataFrame:
    """Count both passes, Jira's own count, and what became of the issues, project by project.

    Parameters
    ----------
    projects : sequence of str
        Keys of the listed projects.
    first_pass, second_pass : mapping of str to collection of int
        By project, the ids that the widened query gave, with fields and without.
    jira_count : mapping of str to int or None
        By project, Jira's count for the same query; None or left out if there is none.
    population : Population
    drift : mapping of str to collection of int
        By project, ids in one pass only for a known reason. Ids in both passes or in neither don't count.

    Returns
    -------
    DataFrame, shape (len(projects), 11)
        The columns of ``reconciliation.csv``; a row for each listed project, sorted by key. ``drift + difference`` is
        the number of ids that exactly one pass gave.

    Raises
    ------
    AnswerError
        If a pass gave issues of a project that is not listed.
    """
    for ids_by_project in (first_pass, second_pass):
        _require_listed(pd.Series([project for project, ids in ids_by_project.items() if ids], dtype="str"), projects)
    excluded = population.excluded
    in_period = population.in_period["project"].value_counts()
    in_scope = population.population["project"].value_counts()
    by_type = excluded.loc[excluded["reason"] == "issue type", "project"].value_counts()
    by_filter = excluded.loc[excluded["reason"] == "filter", "project"].value_counts()
    moved_out = excluded.loc[excluded["reason"] == "moved out", "project"].value_counts()
    unexplained = unexplained_ids(projects, first_pass, second_pass, drift)
    rows = []
    for project in sorted(set(projects)):
        difference = len(unexplained.get(project, ()))
        drifted = len(_one_pass_only(project, first_pass, second_pass)) - difference
        passes = (_distinct(found.get(project, ())) for found in (first_pass, second_pass))
        cuts = (int(count.get(project, 0)) for count in (in_period, by_type, by_filter, in_scope))
        left = int(moved_out.get(project, 0))
        rows.append((project, *passes, jira_count.get(project), *cuts, drifted, difference, left))
    return RECONCILIATION.make(rows)


def _distinct(ids: Collection[int]) -> int:
    return len(ids) if isinstance(ids, AbstractSet) else len(set(ids))


def _one_pass_only(
    project: str, first_pass: Mapping[str, Collection[int]], second_pass: Mapping[str, Collection[int]]
) -> set[int]:
    """Return the ids of a project that exactly one pass gave."""
    return set(one_pass_only(first_pass.get(project, ()), second_pass.get(project, ())))


def _require_listed(found: pd.Series, projects: Sequence[str]) -> None:
    """Refuse issues of projects that are not listed: dropping them would lose issues without a word."""
    strangers = sorted(set(found.unique()) - set(projects))
    if strangers:
        raise AnswerError(
            f"Jira answered with issues of {', '.join(strangers)}, which is not listed under projects;"
            " if the project's key was changed, list the new key",
            expected=", ".join(projects),
            found=", ".join(strangers),
        )
