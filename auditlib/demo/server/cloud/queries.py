"""Jira Cloud's answers about JQL itself: queries as trees, and which issues they match."""

from __future__ import annotations

from auditlib.demo.jql import search
from auditlib.demo.jql.tree import structure
from auditlib.demo.server.cloud.issues import visible_issues
from auditlib.demo.server.exchange import RefusalError, Request, texts
from auditlib.demo.server.render import Json
from auditlib.demo.world.records import Issue


def jql_parse(request: Request) -> Json:
    """``POST jql/parse``: each query as a tree, or what is wrong with it."""
    queries = texts(request.body(), "queries")
    mode = request.one("validation", "strict")
    if mode not in {"strict", "warn", "none"} or not queries:
        raise RefusalError(400, "Invalid validation mode or no queries.")
    return {"queries": [_parsed(request, query, mode) for query in queries]}


def _parsed(request: Request, query: str, mode: str) -> Json:
    site = request.site
    try:
        wrong = search.problems(request.world, query, site.zone, site.clock(), lookup=request.lookup)
    except search.JqlError as error:
        return {"query": query, "errors": error.errors}
    if wrong and mode == "strict":
        return {"query": query, "errors": wrong}
    shown: Json = {"query": query, "structure": structure(search.parse(query))}
    if wrong and mode == "warn":
        shown["warnings"] = wrong
    return shown


def jql_match(request: Request) -> Json:
    """``POST jql/match``: which of the issues each query would find."""
    body = request.body()
    issues = visible_issues(request, texts(body, "issueIds"))
    return {"matches": [_matches(request, query, issues) for query in texts(body, "jqls")]}


def _matches(request: Request, query: str, issues: list[Issue]) -> Json:
    site = request.site
    try:
        found = search.matcher(request.world, query, site.zone, site.clock(), lookup=request.lookup)
    except search.JqlError as error:
        return {"matchedIssues": [], "errors": error.errors}
    return {"matchedIssues": [issue.id for issue in issues if found(issue)], "errors": []}
