"""Jira Cloud, REST v3: its operations, and those that Data Center lacks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from auditlib.demo.jql import search
from auditlib.demo.jql.tree import structure
from auditlib.demo.server import directory, register, render, tracker
from auditlib.demo.server.exchange import (
    Answer,
    RefusalError,
    Request,
    Route,
    Site,
    json_answer,
    json_bytes,
    page,
    texts,
    whole,
    written_answer,
)
from auditlib.demo.server.forms import Forms
from auditlib.demo.server.render import Json
from auditlib.demo.world import permissions
from auditlib.demo.world.records import History, Issue, LogRecord

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
    return shown | _token(forms, None if following is None else pages.token(name, following))


def _token(forms: Forms, token: str | None) -> Json:
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


def bulk_fetch(request: Request) -> Json:
    """``POST issue/bulkfetch``: in order of id, without a word on what it leaves out or under which key it was asked."""
    body = request.body()
    wanted = texts(body, "issueIdsOrKeys")
    if not wanted:
        raise RefusalError(400, "At least one issue ID or key must be provided.")
    if len(wanted) > 100:
        raise RefusalError(400, "The number of issue IDs or keys must not be greater than 100.")
    selection = render.select(texts(body, "fields"), "*navigable").with_key()
    expand = texts(body, "expand")
    found = _issues(request, wanted)
    return {"issues": [render.issue(request.site, issue, selection, expand) for issue in found], "issueErrors": []}


def _issues(request: Request, wanted: Sequence[str]) -> list[Issue]:
    found = (request.lookup.issue(one) for one in wanted) if request.known else ()
    return sorted({issue.id: issue for issue in found if issue is not None}.values(), key=lambda issue: issue.id)


def bulk_changelogs(request: Request) -> Json:
    """``POST changelog/bulkfetch``: oldest first over all issues, so one issue may span pages."""
    body = request.body()
    wanted, field_ids = texts(body, "issueIdsOrKeys"), texts(body, "fieldIds")
    size = whole(body, "maxResults", 1000)
    if not 1 <= len(wanted) <= 1000:
        raise RefusalError(400, "Between 1 and 1000 issue IDs or keys must be provided.")
    if len(field_ids) > 10:
        raise RefusalError(400, "At most 10 field IDs can be provided.")
    if not 1 <= size <= 10000:
        raise RefusalError(400, "maxResults must be between 1 and 10000.")
    asked = hashlib.sha256(repr((wanted, field_ids)).encode()).hexdigest()
    pages, token = request.site.pages, str(body.get("nextPageToken") or "")
    if token:
        name, entries, start = pages.read(token, asked)
    else:
        entries, start = _entries(request, wanted, field_ids), 0
        name = pages.put(asked, entries)
    forms = request.site.forms
    end = start + request.size(size, forms.most("history-page", 10000))
    first = max(0, start - 1) if forms.uses("history-repeats", "last-entry") else start
    following = pages.token(name, end) if end < len(entries) else None
    return {"issueChangeLogs": _by_issue(request, entries[first:end]), **_token(forms, following)}


def _entries(request: Request, wanted: list[str], field_ids: list[str]) -> list[tuple[int, History]]:
    entries = [
        (issue.id, record)
        for issue in _issues(request, wanted)
        for record in issue.histories
        if not field_ids or any(item.get("fieldId") in field_ids for item in record.items)
    ]
    entries.sort(key=lambda entry: (entry[1].created, entry[0], entry[1].id))
    if not field_ids:
        return entries
    return [(issue_id, _only_fields(record, field_ids)) for issue_id, record in entries]


def _only_fields(record: History, field_ids: list[str]) -> History:
    """Keep the items asked for; those without a ``fieldId``, as ``Key``, are lost."""
    kept = tuple(item for item in record.items if item.get("fieldId") in field_ids)
    return History(record.id, record.created, record.author, kept)


def _by_issue(request: Request, entries: Sequence[tuple[int, History]]) -> list[Json]:
    by_issue: dict[int, list[Json]] = {}
    for issue_id, record in entries:
        shown = render.history(request.site, record)
        shown["created"] = _created(request.site, record)
        by_issue.setdefault(issue_id, []).append(shown)
    return [{"issueId": str(issue_id), "changeHistories": records} for issue_id, records in by_issue.items()]


def _created(site: Site, record: History) -> str | int:
    """Write the time of an entry as the bulk resource does: a number on most sites."""
    if site.forms.uses("history-created", "text"):
        return site.time(record.created)
    # real data has Jira's own text
    moment = record.created if isinstance(record.created, datetime) else datetime.fromisoformat(record.created)
    whole = round(moment.timestamp() * 1000)
    return whole if site.forms.uses("history-created", "milliseconds") else whole // 1000


def comments(request: Request) -> Json:
    """``GET issue/{k}/comment``, 100 a page."""
    shown = tracker.comments(request, default=100, cap=100)
    if request.site.forms.uses("total", "page"):
        shown["total"] = len(shown["comments"])
    return shown


def comment_list(request: Request) -> Json:
    """``POST comment/list``: by id; what can't be seen is left out."""
    ids = texts(request.body(), "ids")
    if not 1 <= len(ids) <= 1000:
        raise RefusalError(400, "Between 1 and 1000 comment IDs must be provided.")
    html = "renderedBody" in request.many("expand")
    found = [request.lookup.comment(int(one)) for one in ids if one.isdigit() and request.known]
    shown = [
        render.comment(request.site, issue, record, html=html)
        for issue, record in filter(None, found)
        if record.visible and request.lookup.browsable(issue)
    ]
    return page(request, shown, default=1000, cap=1000)


def attachment_content(request: Request) -> Answer:
    """``GET attachment/content/{id}``: 303 to where the file lies, or the file itself with ``redirect=false``."""
    _, record = tracker.attachment_record(request)
    answer = tracker.file_answer(record)
    if request.one("redirect").lower() == "false":
        return answer
    number = request.parts["attachment"]
    return Answer(303, {"Location": f"{request.site.url}/media/{number}?token={_media_token(request, number)}"}, b"")


def media(request: Request) -> Answer:
    """Give a file to whoever has its address, as a media store does."""
    number = request.parts["attachment"]
    if request.one("token") != _media_token(request, number):
        raise RefusalError(403, "The token is not valid for this file.")
    found = request.lookup.attachment(int(number))
    if found is None:
        raise RefusalError(404, "Not Found")
    return tracker.file_answer(found[1])


def _media_token(request: Request, number: str) -> str:
    return hashlib.sha256(f"{request.world.password}:{number}".encode()).hexdigest()


def project_search(request: Request) -> Json:
    """``GET project/search``: projects that can be viewed; who administers Jira views all, browsable or not."""
    keys = {one.upper() for one in request.asked.query.get("keys", ())}
    ids = set(request.asked.query.get("id", ()))
    states = set(request.many("status")) or {"live"}
    text = request.one("query").casefold()
    sees_all = request.has("ADMINISTER") and request.one("action", "view") == "view"
    found = [
        record
        for record in sorted(request.world.projects.values(), key=lambda one: one.key)
        if request.known
        and (record.browsable or sees_all)
        and (not keys or record.key in keys)
        and (not ids or str(record.id) in ids)
        and ("archived" if record.archived else "live") in states
        and (text in record.key.casefold() or text in record.name.casefold())
    ]
    bean = page(request, found, default=50, cap=100)
    expand = set(request.many("expand"))
    bean["values"] = [register.project_details(request, record, expand) for record in bean["values"]]
    return bean


def audit_records(request: Request) -> Json:
    """``GET auditing/record``: newest first, a thousand at most."""
    request.require("ADMINISTER")
    forms = request.site.forms
    limit, offset = request.number("limit", 1000), max(0, request.number("offset", 0))
    if not 1 <= limit <= 1000:
        limit = 1000
    most = forms.most("log-page", 1000)
    limit = request.size(limit, most)
    begin, end = request.moment("from"), request.moment("to")
    words = request.one("filter").casefold().split()
    found = [
        record
        for record in sorted(request.world.log, key=lambda one: (one.created, one.id), reverse=True)
        if (begin is None or record.created >= begin)
        and (end is None or record.created <= end)
        and all(word in _searched(record) for word in words)
    ]
    first = 0 if offset >= most and forms.uses("log-offset", "ignored") else offset
    shown = [_log_record(request, record) for record in found[first : first + limit]]
    total = len(shown) if forms.uses("total", "page") else len(found) + forms.uses("log-total", "one-more")
    return {"offset": offset, "limit": limit, "total": total, "records": shown}


def _searched(record: LogRecord) -> str:
    item = record.object_item
    parts = [record.summary, record.category, record.remote_address]
    parts.extend(str(item.get(name, "")) for name in ("name", "parentName", "typeName"))
    parts.extend(str(change.get(name, "")) for change in record.changed_values for name in ("changedFrom", "changedTo"))
    return " ".join(parts).casefold()


def _log_record(request: Request, record: LogRecord) -> Json:
    shown: Json = {"id": record.id} if request.site.forms.uses("log-ids", "present") else {}
    shown["summary"] = record.summary
    if record.remote_address:
        shown["remoteAddress"] = record.remote_address
    if record.author is not None:
        author = request.world.users.get(record.author)
        shown |= {"authorKey": author.key if author else record.author, "authorAccountId": record.author}
    shown |= {
        "created": request.site.time(record.created),
        "category": record.category,
        "eventSource": "",
        "objectItem": dict(record.object_item),
    }
    if record.changed_values:
        shown["changedValues"] = [dict(change) for change in record.changed_values]
    if record.associated_items:
        shown["associatedItems"] = [dict(item) for item in record.associated_items]
    return shown


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
    issues = _issues(request, texts(body, "issueIds"))
    return {"matches": [_matches(request, query, issues) for query in texts(body, "jqls")]}


def _matches(request: Request, query: str, issues: list[Issue]) -> Json:
    site = request.site
    try:
        found = search.matcher(request.world, query, site.zone, site.clock(), lookup=request.lookup)
    except search.JqlError as error:
        return {"matchedIssues": [], "errors": error.errors}
    return {"matchedIssues": [issue.id for issue in issues if found(issue)], "errors": []}


def permissions_check(request: Request) -> Json:
    """``POST permissions/check``: what an account may do; for another account only an administrator may ask."""
    body = request.body()
    own = request.world.account.account_id
    account_id = str(body.get("accountId") or own)
    if account_id != own:
        request.require("ADMINISTER")
        if account_id not in request.world.users:
            raise RefusalError(400, f"The account ID '{account_id}' is not valid.")
    wanted_globally = texts(body, "globalPermissions")
    wanted = [entry for entry in body.get("projectPermissions") or [] if isinstance(entry, dict)]
    for names, are_global in [(wanted_globally, True), *((texts(entry, "permissions"), False) for entry in wanted)]:
        _check_names(names, are_global=are_global)
    granted = [name for name in wanted_globally if account_id == own and request.has(name)]
    return {
        "globalPermissions": granted,
        "projectPermissions": [
            _granted(request, account_id, name, entry) for entry in wanted for name in texts(entry, "permissions")
        ],
    }


def _check_names(names: list[str], *, are_global: bool) -> None:
    wrong = [name for name in names if name not in permissions.CATALOGUE or permissions.is_global(name) != are_global]
    if wrong:
        raise RefusalError(400, f"Unrecognized permission: {', '.join(wrong)}")


def _granted(request: Request, account_id: str, name: str, entry: Json) -> Json:
    """List the projects and issues of an entry for which a permission holds; ids that mean nothing are ignored."""

    def holds(project_key: str) -> bool:
        project = request.world.projects.get(project_key)
        if project is None:
            return False
        if account_id == request.world.account.account_id:
            return request.has(name) and project.browsable
        return permissions.holds(request.world, account_id, name, project)

    projects = [request.lookup.project(one) for one in texts(entry, "projects")]
    issues = [request.world.issues.get(int(one)) for one in texts(entry, "issues") if one.isdigit()]
    return {
        "permission": name,
        "projects": [project.id for project in projects if project is not None and holds(project.key)],
        "issues": [issue.id for issue in issues if issue is not None and issue.visible and holds(issue.project)],
    }


def _route(method: str, path: str, endpoint: Any, *, anonymous: bool = True) -> Route:
    return Route(method, f"/rest/api/3/{path}", endpoint, anonymous)


ROUTES = (
    *(
        Route(method, f"/rest/api/{v}/search", removed_search)
        for v in ("2", "3", "latest")
        for method in ("GET", "POST")
    ),
    *(Route("GET", f"/rest/api/{version}/serverInfo", register.server_info) for version in ("2", "3", "latest")),
    _route("GET", "search/jql", search_get),
    _route("POST", "search/jql", search_post),
    _route("POST", "search/approximate-count", approximate_count),
    _route("POST", "issue/bulkfetch", bulk_fetch),
    _route("POST", "changelog/bulkfetch", bulk_changelogs, anonymous=False),
    _route("GET", "issue/{issue}", tracker.get_issue),
    _route("GET", "issue/{issue}/changelog", tracker.changelog),
    _route("GET", "issue/{issue}/comment", comments),
    _route("GET", "issue/{issue}/worklog", tracker.worklogs),
    _route("GET", "issue/{issue}/remotelink", tracker.remote_links),
    _route("GET", "issue/{issue}/watchers", tracker.watchers),
    _route("GET", "issue/{issue}/votes", tracker.votes),
    _route("POST", "comment/list", comment_list),
    _route("GET", "attachment/content/{attachment}", attachment_content),
    _route("GET", "attachment/{attachment}", tracker.attachment),
    Route("GET", "/media/{attachment}", media),
    _route("GET", "myself", directory.myself, anonymous=False),
    _route("GET", "mypermissions", directory.my_permissions, anonymous=False),
    _route("GET", "permissions", directory.all_permissions, anonymous=False),
    _route("POST", "permissions/check", permissions_check),
    _route("GET", "project/search", project_search),
    _route("GET", "project/{project}", register.project),
    _route("GET", "project/{project}/role", directory.project_roles),
    _route("GET", "project/{project}/role/{role}", directory.project_role),
    _route("GET", "project/{project}/roledetails", directory.role_details),
    _route("GET", "project/{project}/permissionscheme", directory.project_permission_scheme, anonymous=False),
    _route("GET", "project/{project}/securitylevel", directory.security_levels),
    _route("GET", "project/{project}/issuesecuritylevelscheme", directory.security_scheme, anonymous=False),
    _route("GET", "permissionscheme", directory.permission_schemes, anonymous=False),
    _route("GET", "permissionscheme/{scheme}", directory.permission_scheme, anonymous=False),
    _route("GET", "permissionscheme/{scheme}/permission", directory.permission_grants, anonymous=False),
    _route("GET", "role", directory.roles, anonymous=False),
    _route("GET", "role/{role}", directory.role, anonymous=False),
    _route("GET", "group/member", directory.group_members, anonymous=False),
    _route("GET", "group/bulk", directory.groups_bulk, anonymous=False),
    _route("GET", "user", directory.user, anonymous=False),
    _route("GET", "user/bulk", directory.users_bulk, anonymous=False),
    _route("GET", "users/search", directory.users_search, anonymous=False),
    _route("GET", "auditing/record", audit_records, anonymous=False),
    _route("GET", "filter/search", register.filter_search),
    _route("GET", "filter/{filter}", register.filter_by_id),
    _route("GET", "field", register.fields),
    _route("GET", "issuetype", register.issue_types),
    _route("GET", "status", register.statuses),
    _route("GET", "statuscategory", register.status_categories),
    _route("GET", "resolution", register.resolutions),
    _route("GET", "priority", register.priorities),
    _route("GET", "issueLinkType", register.link_types),
    _route("POST", "jql/parse", jql_parse),
    _route("POST", "jql/match", jql_match, anonymous=False),
)
