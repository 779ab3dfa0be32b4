"""Jira Data Center, REST v2: its operations, and those that Cloud lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any
from urllib.parse import urlencode

from auditlib.demo.server import directory, last_login, register, render, service_desk, tracker, workflows, worklogs
from auditlib.demo.server.cloud.audit_log import log_record
from auditlib.demo.server.exchange import Answer, RefusalError, Request, Route, texts, whole
from auditlib.demo.server.render import Json
from auditlib.demo.world.records import Issue, LogRecord

_SERVER_CAP = 1000  # jira.search.views.default.max
_ALL = 1048576  # what Jira says where it does not page


def search_get(request: Request) -> Json:
    """``GET search``."""
    return _search(
        request,
        query=request.one("jql"),
        start=request.number("startAt", 0),
        wanted=request.number("maxResults", 50),
        fields=request.many("fields"),
        expand=request.many("expand"),
    )


def search_post(request: Request) -> Json:
    """``POST search``."""
    body = request.body()
    return _search(
        request,
        query=str(body.get("jql") or ""),
        start=whole(body, "startAt", 0),
        wanted=whole(body, "maxResults", 50),
        fields=texts(body, "fields"),
        expand=texts(body, "expand"),
    )


def _search(request: Request, *, query: str, start: int, wanted: int, fields: list[str], expand: list[str]) -> Json:
    found = _found(request, query, start)
    cap = request.site.forms.most("search-page", _SERVER_CAP)
    size = min(max(0, wanted), cap, request.site.page_size or cap)
    selection = render.select(fields, "*navigable").with_key()
    shown = [render.issue(request.site, issue, selection, expand) for issue in found[max(0, start) :][:size]]
    answer: Json = {
        "expand": "schema,names",
        "startAt": max(0, start),
        "maxResults": size,
        "total": len(found),
        "issues": shown,
    }
    names = list(dict.fromkeys(name for issue in shown for name in issue.get("fields", {})))
    if "names" in expand:
        answer["names"] = render.names(request.site, names)
    if "schema" in expand:
        answer["schema"] = render.schema(request.site, names)
    return answer


def _found(request: Request, query: str, start: int) -> Sequence[Issue]:
    """Run the query, or take the result of the page before, if no issue came, went or moved since."""
    asked = repr((request.known, query, request.lookup.state()))
    kept = request.site.last_search
    if start > 0 and kept is not None and kept[0] == asked:
        return kept[1]
    found = tracker.find(request, query)
    request.site.last_search = (asked, found)
    return found


def comments(request: Request) -> Json:
    """``GET issue/{k}/comment``: all at once unless pages are asked for."""
    return tracker.comments(request, default=_ALL, cap=_ALL)


def attachment_file(request: Request) -> Answer:
    """``GET /secure/attachment/{id}/{name}``."""
    _, record = tracker.attachment_record(request)
    return tracker.file_answer(record)


def projects(request: Request) -> list[Any]:
    """``GET project``: all that can be seen; archived ones only if asked for."""
    with_archived = request.flag("includeArchived")
    expand = set(request.many("expand"))
    return [
        register.project_details(request, record, expand)
        for record in register.visible_projects(request)
        if with_archived or not record.archived
    ]


def changelog(request: Request) -> Json:
    """``GET issue/{k}/changelog``, which most versions do not have."""
    if not request.site.forms.uses("history-expand", "newest"):
        raise RefusalError(404, "Not Found")
    return tracker.changelog(request)


def audit_events(request: Request) -> Json:
    """``GET /rest/auditing/1.0/events``: newest first; the cursor names the last event of the page before."""
    _require_resource(request, "newer")
    request.require("ADMINISTER", "SYSTEM_ADMIN")
    size = request.size(request.number("limit", 200), request.site.forms.most("log-page", 10000))
    offset = max(0, request.number("offset", 0))
    found = [
        record
        for record in sorted(request.world.log, key=_event_order, reverse=True)
        if _in_window(request, record) and _wanted(request, record)
    ]
    cursor = request.one("pageCursor")
    if cursor:
        position = _position(cursor)
        found = [record for record in found if _event_order(record) < position]
    shown, rest = found[offset : offset + size], found[offset + size :]
    paging: Json = {"lastPage": not rest, "size": len(shown)}
    if rest:
        paging |= _next_page(request, size, offset, first=found[0], last=shown[-1])
    return {"pagingInfo": paging, "entities": [_event(request, record) for record in shown]}


def audit_records(request: Request) -> Json:
    """``GET auditing/record``, as below 8.8: newest first, a thousand at most; the total is that of the whole log."""
    _require_resource(request, "older")
    request.require("ADMINISTER", "SYSTEM_ADMIN")
    most = request.site.forms.most("log-page", 1000)
    asked, offset = request.number("limit", 1000), max(0, request.number("offset", 0))
    size = request.size(asked if 0 < asked < most else most, most)
    newest = sorted(request.world.log, key=_event_order, reverse=True)
    found = [record for record in newest if _in_window(request, record)]
    shown = [
        {"id": record.id} | log_record(request, _keyed(request, record)) for record in found[offset : offset + size]
    ]
    return {"offset": offset, "limit": asked, "total": len(newest), "records": shown}


def _require_resource(request: Request, name: str) -> None:
    """Refuse a resource that this site has not."""
    if not request.site.forms.uses("log-resource", name):
        raise RefusalError(404, "Not Found")


def _next_page(request: Request, size: int, offset: int, *, first: LogRecord, last: LogRecord) -> Json:
    """Say how the next page is asked for, in the site's form."""
    forms = request.site.forms
    if forms.uses("log-paging", "offset"):
        return {"nextPageOffset": offset + size}
    millis, number = _event_order(last)
    if forms.uses("log-paging", "repeating"):  # the cursor of the page at hand: just before its first record
        millis, number = _event_order(first)
        number += 1
    cursor = f"{millis},{number}"
    asked = {name: values for name, values in request.asked.query.items() if name not in {"offset", "pageCursor"}}
    query = urlencode({**asked, "offset": "0", "limit": str(size), "pageCursor": cursor}, doseq=True)
    link = {"nextPageLink": f"{request.site.url}{request.asked.path}?{query}"}
    if forms.uses("log-paging", "link"):
        return link
    return {
        "nextPageOffset": 0,
        "nextPageCursor": {"cursor": cursor} if forms.uses("log-paging", "cursor-object") else cursor,
    } | link


def _event_order(record: LogRecord) -> tuple[int, int]:
    return int(record.created.timestamp() * 1000), record.id


def _position(cursor: str) -> tuple[int, int]:
    try:
        millis, number = map(int, cursor.split(","))
    except ValueError:
        raise RefusalError(400, f"The page cursor '{cursor}' is not valid.") from None
    return millis, number


def _in_window(request: Request, record: LogRecord) -> bool:
    begin, end = request.moment("from"), request.moment("to")
    return (begin is None or record.created >= begin) and (end is None or record.created <= end)


def _wanted(request: Request, record: LogRecord) -> bool:
    actions, categories = request.many("actions"), request.many("categories")
    words = request.one("search").casefold().split()
    text = f"{record.summary} {record.category} {record.object_item.get('name', '')}".casefold()
    return (
        (not actions or record.summary in actions or record.action_key in actions)
        and (not categories or record.category in categories)
        and all(word in text for word in words)
    )


def _event(request: Request, record: LogRecord) -> Json:
    millis = record.created.astimezone(UTC)
    keyed = _keyed(request, record)
    numbered = {"id": record.id} if request.site.forms.uses("log-ids", "present") else {}
    return {
        **numbered,
        "timestamp": f"{millis:%Y-%m-%dT%H:%M:%S}.{millis.microsecond // 1000:03d}Z",
        "author": _author(request, record),
        "type": {
            "category": record.category,
            "categoryI18nKey": f"jira.auditing.category.{record.category.replace(' ', '')}",
            "action": record.summary,
            "actionI18nKey": record.action_key,
        },
        "affectedObjects": [_affected(one) for one in (keyed.object_item, *keyed.associated_items)],
        "changedValues": [_changed(change) for change in keyed.changed_values],
        "source": record.remote_address,
        "system": request.site.url,
        "node": "node1",
        "method": "Browser",
        "extraAttributes": [],
    }


_VALUE_KEYS = {
    "Permission": "admin.common.words.permission",
    "Type": "admin.common.words.type",
    "Value": "admin.common.words.value",
    "Group": "admin.common.words.group",
    "Users": "admin.common.words.users",
    "Groups": "common.words.groups",
    "Active / Inactive": "admin.common.phrases.active.inactive",
    "Name": "common.words.name",
    "Description": "common.words.description",
}
"""The keys of changed values, as recorded answers have them."""


def _changed(change: Json) -> Json:
    """Show one changed value, with its key."""
    name = change.get("fieldName", "")
    sides = {"from": change.get("changedFrom", ""), "to": change.get("changedTo", "")}
    return {"key": name, "i18nKey": _VALUE_KEYS.get(name, name), **sides}


def _affected(item: Json) -> Json:
    return {
        "id": str(item.get("id", "")),
        "name": item.get("name", ""),
        "type": item.get("typeName", ""),
        "uri": "",
    }


def _keyed(request: Request, record: LogRecord) -> LogRecord:
    """Name the people whom a record is about by their user keys."""
    users = request.world.users

    def item(one: Json) -> Json:
        person = users.get(str(one.get("id", "")))
        return dict(one) if person is None else {**one, "id": person.key}

    def listed(value: Any) -> str:
        return ", ".join(users[one].key if one in users else one for one in str(value).split(", "))

    def changed(one: Json) -> Json:
        sides = ("changedFrom", "changedTo") if one.get("fieldName") == "Users" else ()
        return {**one, **{side: listed(one[side]) for side in sides if side in one}}

    return replace(
        record,
        object_item=item(record.object_item),
        associated_items=tuple(map(item, record.associated_items)),
        changed_values=tuple(map(changed, record.changed_values)),
    )


def _author(request: Request, record: LogRecord) -> Json:
    person = request.world.users.get(record.author or "")
    if person is None:
        return {"id": "-2", "name": record.author or "System", "type": "system", "uri": "", "avatarUri": ""}
    return {"id": person.key, "name": person.display_name, "type": "user", "uri": "", "avatarUri": ""}


def _routes(method: str, path: str, endpoint: Any, *, anonymous: bool = True) -> tuple[Route, ...]:
    return tuple(Route(method, f"/rest/api/{version}/{path}", endpoint, anonymous) for version in ("2", "latest"))


ROUTES = (
    *service_desk.ROUTES,
    *_routes("GET", "search", search_get),
    *_routes("POST", "search", search_post),
    *_routes("GET", "issue/{issue}", tracker.get_issue),
    *_routes("GET", "issue/{issue}/changelog", changelog),
    *_routes("GET", "issue/{issue}/comment", comments),
    *_routes("GET", "issue/{issue}/worklog", tracker.worklogs),
    *_routes("GET", "issue/{issue}/remotelink", tracker.remote_links),
    *_routes("GET", "issue/{issue}/watchers", tracker.watchers),
    *_routes("GET", "issue/{issue}/votes", tracker.votes),
    *_routes("GET", "worklog/updated", worklogs.updated, anonymous=False),
    *_routes("GET", "worklog/deleted", worklogs.deleted, anonymous=False),
    *_routes("POST", "worklog/list", worklogs.by_number, anonymous=False),
    *_routes("GET", "attachment/{attachment}", tracker.attachment),
    Route("GET", "/secure/attachment/{attachment}/{name}", attachment_file),
    *_routes("GET", "myself", directory.myself, anonymous=False),
    *_routes("GET", "serverInfo", register.server_info),
    *_routes("GET", "mypermissions", directory.my_permissions, anonymous=False),
    *_routes("GET", "permissions", directory.all_permissions, anonymous=False),
    *_routes("GET", "project", projects),
    *_routes("GET", "project/{project}", register.project),
    *_routes("GET", "project/{project}/role", directory.project_roles),
    *_routes("GET", "project/{project}/role/{role}", directory.project_role),
    *_routes("GET", "project/{project}/permissionscheme", directory.project_permission_scheme, anonymous=False),
    *_routes("GET", "project/{project}/securitylevel", directory.security_levels),
    *_routes("GET", "project/{project}/issuesecuritylevelscheme", directory.security_scheme, anonymous=False),
    *_routes("GET", "project/{project}/statuses", workflows.project_statuses),
    *_routes("GET", "project/{project}/workflowscheme", workflows.project_scheme, anonymous=False),
    *_routes("GET", "workflow", workflows.all_workflows),
    *_routes("GET", "permissionscheme", directory.permission_schemes, anonymous=False),
    *_routes("GET", "permissionscheme/{scheme}", directory.permission_scheme, anonymous=False),
    *_routes("GET", "permissionscheme/{scheme}/permission", directory.permission_grants, anonymous=False),
    *_routes("GET", "role", directory.roles, anonymous=False),
    *_routes("GET", "role/{role}", directory.role, anonymous=False),
    *_routes("GET", "group/member", directory.group_members, anonymous=False),
    *_routes("GET", "applicationrole", directory.application_roles, anonymous=False),
    *_routes("GET", "user", directory.user, anonymous=False),
    *_routes("GET", "user/list", last_login.user_list, anonymous=False),
    *_routes("GET", "filter/{filter}", register.filter_by_id),
    *_routes("GET", "field", register.fields),
    *_routes("GET", "issuetype", register.issue_types),
    *_routes("GET", "status", register.statuses),
    *_routes("GET", "statuscategory", register.status_categories),
    *_routes("GET", "resolution", register.resolutions),
    *_routes("GET", "priority", register.priorities),
    *_routes("GET", "issueLinkType", register.link_types),
    Route("GET", "/rest/auditing/1.0/events", audit_events, anonymous=False),
    *_routes("GET", "auditing/record", audit_records),
)
