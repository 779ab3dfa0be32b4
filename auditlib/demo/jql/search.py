"""JQL over a world: which issues a query finds, in which order, and what Jira says of a query that it refuses.

A query is first compiled against the world (names become sets of ids and names, dates become instants), then run over
the issues; so a wrong value is told once and no issue pays for the parsing.
"""

from __future__ import annotations

from datetime import datetime, tzinfo

from auditlib.demo.jql.compiler import Compiler, shown_projects
from auditlib.demo.jql.predicates import Predicate
from auditlib.demo.jql.syntax import JqlError, Query, parse, quote
from auditlib.demo.world.lookup import Lookup
from auditlib.demo.world.records import Issue, World

__all__ = ["JqlError", "evaluate", "is_bounded", "matcher", "parse", "problems", "quote"]


def evaluate(world: World, jql: str, zone: tzinfo, now: datetime, *, lookup: Lookup | None = None) -> list[Issue]:
    """Find the issues of a query, as the asking account sees them, in the order it asks for.

    Parameters
    ----------
    world : World
        Hidden issues, projects that can't be browsed and archived projects are left out.
    jql : str
        The query; without ORDER BY the newest come first.
    zone : tzinfo
        Zone in which dates without offset are read.
    now : datetime
        Aware; what ``now()`` and relative dates start from.
    lookup : Lookup, optional
        An index to reuse between queries.

    Returns
    -------
    list of Issue

    Raises
    ------
    JqlError
        With Jira's texts, one for each thing wrong.
    """
    lookup = lookup or Lookup(world)
    query = parse(jql)
    compiler = Compiler(lookup, zone, now)
    found = compiler.condition(query.where)
    sorts = [compiler.sorting(sorting.field, sorting.direction) for sorting in query.order_by]
    if compiler.errors:
        raise JqlError(compiler.errors)
    issues = [issue for issue in compiler.candidates(query.where) if issue.visible and found(issue)]
    if not sorts:
        sorts = [(lambda issue: (issue.created, issue.id), True)]
    for key, descending in reversed(sorts):
        issues.sort(key=key, reverse=descending)
    return issues


def matcher(world: World, jql: str, zone: tzinfo, now: datetime, *, lookup: Lookup | None = None) -> Predicate:
    """Compile a query into a test of one issue, visibility included.

    Raises
    ------
    JqlError
        As `evaluate`.
    """
    lookup = lookup or Lookup(world)
    compiler = Compiler(lookup, zone, now)
    found = compiler.condition(parse(jql).where)
    if compiler.errors:
        raise JqlError(compiler.errors)
    shown = shown_projects(world)
    return lambda issue: issue.visible and issue.project in shown and found(issue)


def problems(world: World, jql: str, zone: tzinfo, now: datetime, *, lookup: Lookup | None = None) -> list[str]:
    """List what is wrong with a query that can be parsed: unknown fields, values and operators.

    Raises
    ------
    JqlError
        If it can't be parsed.
    """
    query = parse(jql)
    compiler = Compiler(lookup or Lookup(world), zone, now)
    compiler.condition(query.where)
    for sorting in query.order_by:
        compiler.sorting(sorting.field, sorting.direction)
    return compiler.errors


def is_bounded(query: Query) -> bool:
    """Say whether anything restricts the query; Cloud refuses one that is only an ORDER BY."""
    return query.where is not None
