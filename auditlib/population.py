"""The population: issues cut by the exact instants of the period, exclusions counted, two passes reconciled. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from auditlib.called import NO_NAMES, Called
from auditlib.errors import AnswerError
from auditlib.tables import column_names, sort_table
from auditlib.times import Period


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
        One row per distinct issue of the first pass, as `auditlib.issues.issues_frame` makes it.
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
    in_period = sort_table("population", issues[period.holds(issues["created"])])
    types = in_period["issue_type"]
    wrong_type = pd.Series(data=False, index=types.index)
    if issue_types:
        wrong_type = ~called.chosen("issuetype", issue_types, in_period.get("issue_type_id"), types)
    filtered = ~wrong_type & ~in_period["id"].isin(in_filter or ()) & (in_filter is not None)
    in_scope = ~wrong_type & ~filtered
    # Where nothing is left out, one frame is both: a copy of a million rows is a gigabyte's fifth.
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
    columns = [*column_names("excluded"), "now_key"]
    excluded = pd.concat([part.reindex(columns=columns) for part in parts], ignore_index=True)
    excluded = excluded.astype({"now_key": "str", "reason": "str", "number": "int64"})
    return Population(population, sort_table("excluded", excluded), in_period)


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
        rows.append(
            {
                "project": project,
                "first_pass": len(set(first_pass.get(project, ()))),
                "second_pass": len(set(second_pass.get(project, ()))),
                "jira_count": jira_count.get(project),
                "in_period": int(in_period.get(project, 0)),
                "excluded_by_type": int(by_type.get(project, 0)),
                "excluded_by_filter": int(by_filter.get(project, 0)),
                "population": int(in_scope.get(project, 0)),
                "drift": len(_one_pass_only(project, first_pass, second_pass)) - difference,
                "difference": difference,
                "moved_out": int(moved_out.get(project, 0)),
            }
        )
    columns = column_names("reconciliation")
    counts = dict.fromkeys(columns[1:], "int64") | {"jira_count": "Int64"}
    return pd.DataFrame(rows, columns=columns).astype({"project": "str"} | counts)


def _one_pass_only(
    project: str, first_pass: Mapping[str, Collection[int]], second_pass: Mapping[str, Collection[int]]
) -> set[int]:
    """Return the ids of a project that exactly one pass gave."""
    return set(first_pass.get(project, ())) ^ set(second_pass.get(project, ()))


def _require_listed(found: pd.Series, projects: Sequence[str]) -> None:
    """Refuse issues of projects that are not listed: dropping them would lose issues without a word."""
    strangers = sorted(set(found.tolist()) - set(projects))
    if strangers:
        raise AnswerError(
            f"Jira answered with issues of {', '.join(strangers)}, which is not listed under projects;"
            " if the project's key was changed, list the new key",
            expected=", ".join(projects),
            found=", ".join(strangers),
        )
