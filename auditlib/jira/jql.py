"""The queries the workbook asks, as JQL text. Pure.

Days in JQL are read in a zone that is not the audit's (the account's own on Cloud, the server's on Data Center), so every
dated query is two days wider on both sides, and the cut is made afterwards by the exact instants.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from auditlib.times import Period

IN_ORDER = "ORDER BY created ASC, key ASC"
"""Both never change for an issue of a project, so pages don't shift under a pull."""


def quoted(text: str) -> str:
    r"""Return text as a JQL string literal.

    >>> quoted('a "b" \\ c')
    '"a \\"b\\" \\\\ c"'
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def without_order(jql: str) -> str:
    """Return a JQL query without its ORDER BY, so that it can stand inside another; text in quotes is left alone."""
    masked = _masked(jql)
    order = re.search(r"\border\s+by\b", masked, flags=re.IGNORECASE)
    return (jql[: order.start()] if order else jql).strip()


def _masked(jql: str) -> str:
    """Return a query of the same length in which quoted texts hold nothing that could be read as JQL."""
    return re.sub(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'", lambda found: "x" * len(found.group()), jql)


_CREATED = re.compile(r"\s*created(?:date)?\s*(?:[<>]=?|!?=)[^()]*", re.IGNORECASE)
_NAMES_CREATED = re.compile(r"\bcreated(?:date)?\s*(?:[<>]=?|!?=|\bin\b|\bnot\b|\bis\b)", re.IGNORECASE)


def without_dates(jql: str) -> tuple[str, list[str]]:
    """Return a query without those of its clauses that only say when issues were created, and these clauses.

    Only clauses that all issues must pass are taken out; ``names_created`` tells whether others are left.

    >>> without_dates('created >= "2025-04-01" AND (labels = a OR labels = b) AND created < "2025-10-01" ORDER BY key')
    ('(labels = a OR labels = b)', ['created >= "2025-04-01"', 'created < "2025-10-01"'])
    >>> without_dates('labels = a OR created > -5d')
    ('labels = a OR created > -5d', [])
    """
    query = without_order(jql)
    masked = _masked(query)
    depth, begins, parts = 0, 0, []
    for found in re.finditer(r"[()]|\band\b|&&?|\bor\b|\|\|?", masked, flags=re.IGNORECASE):
        mark = found.group().casefold()
        if mark in "()":
            depth += 1 if mark == "(" else -1
        elif depth == 0 and (mark == "or" or mark.startswith("|")):
            return query, []
        elif depth == 0:
            parts.append(slice(begins, found.start()))
            begins = found.end()
    parts.append(slice(begins, len(query)))
    dates = [_CREATED.fullmatch(masked[part]) is not None for part in parts]
    left = " AND ".join(query[part].strip() for part, is_date in zip(parts, dates, strict=True) if not is_date)
    return left, [query[part].strip() for part, is_date in zip(parts, dates, strict=True) if is_date]


def names_created(jql: str) -> bool:
    """Say whether a query asks when issues were created."""
    return _NAMES_CREATED.search(_masked(jql)) is not None


def period_pass(project: str, period: Period, restrictions: Sequence[str] = ()) -> str:
    """Return the JQL query for the issues of one project created in the period, two days wider on both sides."""
    clauses = [
        f"project = {quoted(project)}",
        f'created >= "{period.wide_start.isoformat()}"',
        f'created < "{period.wide_end.isoformat()}"',
        *(f"({without_order(restriction)})" for restriction in restrictions if without_order(restriction)),
    ]
    return f"{' AND '.join(clauses)} {IN_ORDER}"


def key_walk(project: str) -> str:
    """Return the JQL query for all issues that a project holds today, in the order created."""
    return f"project = {quoted(project)} {IN_ORDER}"


def updated_since(project: str, day: date | None) -> str:
    """Return the JQL query for the issues of one project that were updated since two days before a day; for all without one.

    The two days are wider than any difference of zones, as in every dated query.
    """
    if day is None:
        return key_walk(project)
    return f'project = {quoted(project)} AND updated >= "{(day - timedelta(days=2)).isoformat()}" {IN_ORDER}'


def by_ids(issue_ids: Sequence[int]) -> str:
    """Return the JQL query for issues by their ids."""
    return f"id in ({', '.join(str(number) for number in issue_ids)}) {IN_ORDER}"


def count(project: str, period: Period) -> str:
    """Return the JQL query that Jira counts: the pass over the period, without an order."""
    return without_order(period_pass(project, period))


def created_between(project: str, first: date, after: date) -> str:
    """Return the JQL query for the issues of one project created from one day to before another, for a person to paste.

    Jira reads the days in the zone of whoever looks.
    """
    return f'project = {quoted(project)} AND created >= "{first.isoformat()}" AND created < "{after.isoformat()}" {IN_ORDER}'


def shared_filter(
    projects: Sequence[str], period: Period, issue_types: Sequence[str] = (), restrictions: Sequence[str] = ()
) -> str:
    """Return the re-dated JQL query for the shared filter of the audit: what a person pastes into Jira to see the population.

    Its days are read in the zone of whoever looks, so at the edges it may differ from the population by a few issues.
    """
    after = period.end + timedelta(days=1)
    clauses = [
        f"project in ({', '.join(quoted(key) for key in projects)})",
        f'created >= "{period.start.isoformat()}"',
        f'created < "{after.isoformat()}"',
    ]
    if issue_types:
        clauses.append(f"issuetype in ({', '.join(quoted(name) for name in issue_types)})")
    clauses += [f"({without_order(restriction)})" for restriction in restrictions if without_order(restriction)]
    return f"{' AND '.join(clauses)} {IN_ORDER}"


def holds_any(field: str, values: Sequence[str]) -> str:
    """Return the clause that a field holds one of some values; a custom field may be given by its id.

    >>> holds_any("customfield_10011", ["a"]), holds_any("issuetype", ["Change"])
    ('cf[10011] in ("a")', '"issuetype" in ("Change")')
    """
    custom = re.fullmatch(r"customfield_([0-9]+)", field)
    name = f"cf[{custom[1]}]" if custom else quoted(field)
    return f"{name} in ({', '.join(quoted(value) for value in values)})"


def came_into(statuses: Sequence[str], period: Period) -> str:
    """Return the clause that an issue came into one of some statuses in the period, by Jira's own history of statuses.

    One ``CHANGED`` for each status: that ``TO`` takes several was not found (docs/jira.md). Jira reads the days in the zone of
    whoever asks.
    """
    during = f'during ("{period.start.isoformat()}", "{(period.end + timedelta(days=1)).isoformat()}")'
    return " OR ".join(f"status changed to {quoted(status)} {during}" for status in statuses)


def of_period(clauses: Sequence[str], period: Period) -> bool:
    """Say whether clauses on the creation of issues are those of `shared_filter`, however they are written."""
    after = period.end + timedelta(days=1)
    wanted = {f"created>={period.start.isoformat()}", f"created<{after.isoformat()}"}
    plain = {
        re.sub(r"[\s\"']", "", one).casefold().replace("createddate", "created").replace("/", "-") for one in clauses
    }
    return plain == wanted
