"""Searches of Jira Cloud: pages by token, approximate counts, and the search that is gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from auditlib.demo.jql import search
from auditlib.demo.server import render, tracker
from auditlib.demo.server.exchange import (
    Answer,
    RefusalError,
    Request,
    json_answer,
    json_bytes,
    texts,
    whole,
    written_answer,
)
from auditlib.demo.server.forms import Forms
from auditlib.demo.server.render import Json
from auditlib.demo.world.records import Issue

_GONE = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. "
    "A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)
_UNBOUNDED = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."


def removed_search(_: Request) -> Answer:
    """``search`` as it was until 2025."""
    return json_answer({"errorMessages": [_GONE], "errors": {}}, 410)


def search_get(request: Request) -> Json | Answer:
    """``GET search/jql``."""
    return _search(
        request,
        query=request.one("jql"),
        token=request.one("nextPageToken"),
        wanted=request.number("maxResults", 50),
        fields=request.many("fields"),
        expand=request.many("expand"),
    )


def search_post(request: Request) -> Json | Answer:
    """``POST search/jql``."""
    body = request.body()
    return _search(
        request,
        query=str(body.get("jql") or ""),
        token=str(body.get("nextPageToken") or ""),
        wanted=whole(body, "maxResults", 50),
        fields=texts(body, "fields"),
        expand=[part.strip() for part in str(body.get("expand") or "").split(",") if part.strip()],
    )


def _search(
    request: Request, *, query: str, token: str, wanted: int, fields: list[str], expand: list[str]
) -> Json | Answer:
    selection = render.select(fields, "id")
    # A page with real fields holds 100 at most, whatever is asked; with ids and keys alone 5000.
    forms = request.site.forms
    bare = selection.bare and not expand
    size = request.size(wanted, forms.most("keys-page", 5000) if bare else forms.most("search-page", 100))
    if token:
        name, ids, start = request.site.pages.read(token, query)
    else:
        found = _bounded(request, query)
        ids, start = [issue.id for issue in found], 0
        name = request.site.pages.put(query, ids)
    if forms.uses("empty-page", "first") and not token:
        size = 0
    end = start + size
    # The list stands since the first page; an issue that went or was hidden meanwhile is left out, as by Jira's index.
    shown_ids = _repeated(forms, ids, start, end)
    issues = [issue for issue_id in shown_ids if (issue := request.lookup.issue(str(issue_id))) is not None]
    last = _end_of_search(request, name, start, end if end < len(ids) else None)
    if expand or selection.bare:
        shown: Json = {"issues": [render.issue(request.site, issue, selection, expand) for issue in issues]}
        return shown | _described(request, shown["issues"], expand) | last
    written = b", ".join(render.written_issue(request.site, issue, selection) for issue in issues)
    return written_answer(json_bytes(last)[:-1] + (b", " if last else b"") + b'"issues": [' + written + b"]}")


def _repeated(forms: Forms, ids: Sequence[Any], start: int, end: int) -> list[Any]:
    """Cut a page out of the ids found; some sites serve the last of a page twice."""
    if forms.uses("search-repeats", "next-page"):
        return list(ids[max(0, start - 1) : end])
    again = ids[start:end][-1:] if forms.uses("search-repeats", "same-page") else ()
    return [*ids[start:end], *again]


def _end_of_search(request: Request, name: int, start: int, following: int | None) -> Json:
    """Say whether a page is the last, and by which token the following one comes."""
    forms, pages = request.site.forms, request.site.pages
    shown: Json = {} if forms.uses("is-last", "absent") else {"isLast": following is None}
    if forms.uses("is-last", "always-true"):
        shown["isLast"] = True
    if following is None and forms.uses("is-last", "token-after-last"):
        following = start
    return shown | next_page_token(forms, None if following is None else pages.token(name, following))


def next_page_token(forms: Forms, token: str | None) -> Json:
    """Write the token of the following page, or that there is none, as this site does."""
    if token is None and forms.uses("token-end", "absent"):
        return {}
    return {"nextPageToken": token}


def _described(request: Request, issues: list[Json], expand: list[str]) -> Json:
    shown = list(dict.fromkeys(name for issue in issues for name in issue.get("fields", {})))
    described: Json = {}
    if "names" in expand:
        described["names"] = render.names(request.site, shown)
    if "schema" in expand:
        described["schema"] = render.schema(request.site, shown)
    return described


def _bounded(request: Request, query: str) -> list[Issue]:
    """Run a query that restricts something and is ordered by seven fields at most."""
    try:
        parsed = search.parse(query)
    except search.JqlError as error:
        raise RefusalError(400, *error.errors) from None
    if not search.is_bounded(parsed):
        raise RefusalError(400, _UNBOUNDED)
    if len(parsed.order_by) > 7:
        raise RefusalError(400, "JQL can be ordered by at most 7 fields.")
    return tracker.find(request, query)


def approximate_count(request: Request) -> Json:
    """``POST search/approximate-count``."""
    return {"count": len(_bounded(request, str(request.body().get("jql") or "")))}
