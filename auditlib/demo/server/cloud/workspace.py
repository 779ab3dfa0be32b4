"""What Atlassian's gateway tells of a Cloud site: its cloud id, the actions that it records, its Workspace Events."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from auditlib.demo.server.exchange import RefusalError, Request
from auditlib.demo.server.render import Json
from auditlib.demo.world.records import LogRecord

CLOUD_ID = "00000000-0000-4000-8000-00000000c10d"
_PAGE = 50  # Atlassian's page tells no default


def tenant_info(request: Request) -> Json:
    """``GET /_edge/tenant_info``; anybody is told."""
    del request
    return {"cloudId": CLOUD_ID}


def event_actions(request: Request) -> Json:
    """``GET event-actions``: what the site records, each with its name for people."""
    _require_events(request)
    known = {_action(record): record for record in _recorded(request)}
    data = [
        {
            "id": action,
            "type": "event_actions",
            "attributes": {"displayName": record.summary, "groupDisplayNames": [record.category]},
        }
        for action, record in sorted(known.items())
    ]
    return {"data": data, "links": {"self": _address(request)}, "meta": {"total": len(data)}}


def events(request: Request) -> Json:
    """``GET events``: newest first; a cursor names the place of the next page."""
    _require_events(request)
    begin, end = request.moment("from"), request.moment("to")
    found = [
        record
        for record in sorted(_recorded(request), key=lambda one: (one.created, one.id), reverse=True)
        if (begin is None or record.created >= begin) and (end is None or record.created <= end)
    ]
    start = request.number("cursor", 0)
    size = request.size(request.number("limit", _PAGE), _PAGE)
    shown = found[start : start + size]
    links: Json = {"self": _address(request)}
    if start + size < len(found):
        links["next"] = f"{_address(request)}?cursor={start + size}"
    return {"data": [_event(request, record) for record in shown], "links": links, "meta": {"page_size": len(shown)}}


def _require_events(request: Request) -> None:
    forms = request.site.forms
    if forms.uses("workspace-events", "absent") or request.parts["cloud"] != CLOUD_ID:
        raise RefusalError(404, "Not Found")
    if forms.uses("workspace-events", "refused"):
        raise RefusalError(403, "You do not have permission to read events of this workspace.")
    request.require("ADMINISTER")


def _recorded(request: Request) -> Iterator[LogRecord]:
    """Yield what this site records; not every site need record the deletion of an issue."""
    silent = request.site.forms.uses("workspace-events", "without-deletions")
    return (record for record in request.world.log if not (silent and record.object_item.get("typeName") == "ISSUE"))


def _action(record: LogRecord) -> str:
    return record.summary.lower().replace(" ", "_")


def _event(request: Request, record: LogRecord) -> Json:
    attributes: Json = {
        "time": f"{record.created:%Y-%m-%dT%H:%M:%S}.{record.created.microsecond // 1000:03d}Z",
        "action": _action(record),
        "context": [
            {"id": str(item.get("id", "")), "type": str(item.get("typeName", "")).lower(), "attributes": _names(item)}
            for item in (record.object_item, *record.associated_items)
        ],
    }
    if record.author is not None:
        author = request.world.users.get(record.author)
        attributes["actor"] = {"id": record.author} | ({} if author is None else {"name": author.display_name})
    if record.remote_address:
        attributes["location"] = {"ip": record.remote_address}
    return {
        "id": f"00000000-0000-4000-9000-{record.id:012x}",
        "type": "events",
        "attributes": attributes,
        "message": {"content": record.summary, "format": "simple"},
    }


def _names(item: Json) -> Json:
    return {"name": item["name"]} if item.get("name") else {}


def _address(request: Request) -> str:
    workspace, _, rest = request.asked.path.removeprefix("/audit-log/v1/workspaces/").rpartition("/")
    return f"{request.site.url}/audit-log/v1/workspaces/{quote(workspace, safe='')}/{rest}"
