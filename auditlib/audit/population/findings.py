"""What the population shows, in words: whether all issues were found. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import pandas as pd

from auditlib.audit.finding import LEFT_OUT, Finding, not_live_in_words
from auditlib.phrases import agreeing, counted, days, listed
from auditlib.times import Period

_FEW: Final = 10
"""Issues from which on an estimate of Jira can be far away."""


def population_findings(
    reconciliation: pd.DataFrame,
    excluded: pd.DataFrame,
    *,
    estimate: bool,
    odd_counts: Collection[str] = (),
    weigh_estimates: bool = True,
) -> list[Finding]:
    """Say what of the population a reader must know.

    Parameters
    ----------
    reconciliation, excluded : DataFrame
        ``reconciliation.csv``, ``excluded.csv``.
    estimate : bool
        Whether Jira's own count is an estimate (Cloud).
    odd_counts : collection of str
        Projects whose exact count is not what the first pass received, and nothing shows why.
    weigh_estimates : bool
        Whether an estimate that is further away than a lag explains is a limit, and issues whose type is not told are named.
    """
    found = []
    for row in reconciliation.itertuples():
        if row.difference:
            text = f"{row.project}: the two passes differ by {counted(row.difference, 'issue')} that nothing explains."
            found.append(
                Finding(
                    f"population.difference:{row.project}",
                    "02_population",
                    "exception",
                    text,
                    row.difference,
                    "reconciliation",
                )
            )
        if pd.isna(row.jira_count):
            text = (
                f"{row.project}: Jira refused to count the widened query for this account; the two passes stand alone."
            )
            found.append(
                Finding(f"population.count-untold:{row.project}", "02_population", "limit", text, 1, "reconciliation")
            )
        elif row.jira_count != row.first_pass:
            kind = "estimate" if estimate else "count"
            far = estimate and weigh_estimates and _is_far(int(row.jira_count), row.first_pass)
            text = (
                f"{row.project}: Jira's own {kind} for the widened query is {row.jira_count:,}, the first pass received "
                f"{row.first_pass:,}."
                + (" An estimate may lag behind; the two passes are the proof." if estimate and not far else "")
                + (" That is more than a lag explains, and nothing shows what else it counts." if far else "")
                + (" Nothing that was pulled shows why." if row.project in odd_counts else "")
            )
            away = abs(int(row.jira_count) - row.first_pass)
            weight = "exception" if row.project in odd_counts else "limit" if far else "note"
            found.append(
                Finding(f"population.count:{row.project}", "02_population", weight, text, away, "reconciliation")
            )
    for reason, (one, many) in LEFT_OUT.items():
        count = int((excluded["reason"] == reason).sum())
        if count:
            text = f"{counted(count, 'issue')} {agreeing(count, one, many)}."
            severity = "exception" if reason == "moved out" else "note"
            identity = f"population.{reason.replace(' ', '-')}"
            found.append(Finding(identity, "02_population", severity, text, count, "excluded"))
    return [*found, *_without_type(excluded)] if weigh_estimates else found


def _without_type(excluded: pd.DataFrame) -> list[Finding]:
    """Name the issues that are out of scope because their type is not known: nothing shows that they are of another one."""
    untold = excluded[(excluded["reason"] == "issue type") & excluded["issue_type"].fillna("").eq("")]
    if not len(untold):
        return []
    count = len(untold)
    text = (
        f"{counted(count, 'issue')} {agreeing(count, 'is', 'are')} left out of the population because Jira tells no type of "
        f"{agreeing(count, 'it', 'them')}: {listed(list(untold['key']))}."
    )
    return [Finding("population.type-untold", "02_population", "limit", text, count, "excluded")]


def _is_far(estimate: int, found: int) -> bool:
    """Say whether an estimate is less than half, or more than twice, of what was found, and not by a few issues."""
    return abs(estimate - found) >= _FEW and not found / 2 <= estimate <= found * 2


def unused_type_findings(unused: Sequence[str], found: Collection[str]) -> list[Finding]:
    """Say which types in scope no issue of the period has, and which types are there: a slip would empty the population.

    Parameters
    ----------
    unused : sequence of str
        As `auditlib.audit.population.cut.unused_types` gives them.
    found : collection of str
        Types of the issues of the period.
    """
    if not unused:
        return []
    there = f"The period has {listed(sorted(found))}" if found else "The period has no issue at all"
    text = (
        f"issue_types names {listed(list(unused))}, which no issue of the period has, under this name or one that it had "
        f"before. {there}. Whether another type was meant, whose issues are left out, can't be told from Jira."
    )
    return [Finding("population.unused-types", "02_population", "limit", text, len(unused), "excluded")]


_DRIFT_WORDS: Final[Mapping[str, str]] = {
    "new": "created",
    "gone": "deleted, or hidden from this account,",
    "moved in": "moved into a listed project",
    "moved out": "moved out of a listed project",
    "edited": "changed",
}


def drift_findings(drift: pd.DataFrame) -> list[Finding]:
    """Say what happened in Jira while it was asked; ``drift`` as the module ``drift`` gives it."""
    found = []
    for kind, group in drift.groupby("kind", sort=True):
        count = len(group)
        named = listed([str(row.key) if isinstance(row.key, str) else f"id {row.id}" for row in group.itertuples()])
        happened = f"{agreeing(count, 'was', 'were')} {_DRIFT_WORDS[str(kind)]} while Jira was asked"
        text = f"{counted(count, 'issue')} {happened}: {named}."
        identity = f"population.drift:{str(kind).replace(' ', '-')}"
        found.append(Finding(identity, "02_population", "note", text, count, "reconciliation"))
    return found


def conclude_population(
    period: Period,
    population: pd.DataFrame,
    reconciliation: pd.DataFrame,
    not_live: Mapping[str, str] = MappingProxyType({}),
    *,
    contradicted: bool = False,
) -> str:
    """Return the conclusion of ``02_population``; `not_live` as in `scope_findings`; ``contradicted`` by Jira's own answers."""
    in_period = int(reconciliation["in_period"].sum())
    left_out = int(reconciliation["excluded_by_type"].sum() + reconciliation["excluded_by_filter"].sum())
    difference = int(reconciliation["difference"].sum())
    reconciled = (
        "The two passes reconcile to a difference of 0."
        if difference == 0
        else f"The two passes do not reconcile: the difference is {difference:,}."
    )
    if contradicted:
        reconciled += (
            " But Jira's answers contradict each other, so that it is not shown that every issue is there, once."
        )
    scope = f", less {counted(left_out, 'issue')} out of scope" if left_out else ""
    left = f" {not_live_in_words(not_live)}" if not_live else ""
    if not len(population):
        found = f"{counted(in_period, 'issue')} {agreeing(in_period, 'was', 'were')} created in the period{scope}"
        where = f"in {counted(len(reconciliation), 'project')}, {days(period)}"
        return f"The population is empty: {where}, {found}. {reconciled}{left}"
    return (
        f"The population is {counted(len(population), 'issue')} of {counted(len(reconciliation), 'project')}, created "
        f"{days(period)}: {counted(in_period, 'issue')} in the period{scope}. {reconciled}{left}"
    )
