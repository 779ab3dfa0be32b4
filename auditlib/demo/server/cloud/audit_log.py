"""The audit log as Jira Cloud tells it."""

from __future__ import annotations

from auditlib.demo.server.exchange import Request
from auditlib.demo.server.render import Json
from auditlib.demo.world.records import LogRecord


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
    numbered: Json = {"id": record.id} if request.site.forms.uses("log-ids", "present") else {}
    account: Json = {} if record.author is None else {"authorAccountId": record.author}
    return numbered | log_record(request, record) | account


def log_record(request: Request, record: LogRecord) -> Json:
    """Write what a record of this form has in either Jira: all but its id, and the account id of its author."""
    shown: Json = {"summary": record.summary}
    if record.remote_address:
        shown["remoteAddress"] = record.remote_address
    if record.author is not None:
        author = request.world.users.get(record.author)
        shown["authorKey"] = author.key if author else record.author
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
