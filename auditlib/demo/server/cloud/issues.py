"""What Jira Cloud tells of issues in bulk: fields, histories, comments, and the files of attachments."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from auditlib.demo.server import render, tracker
from auditlib.demo.server.cloud.search import next_page_token
from auditlib.demo.server.exchange import Answer, RefusalError, Request, Site, page, texts, whole
from auditlib.demo.server.render import Json
from auditlib.demo.world.records import History, Issue


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
    found = visible_issues(request, wanted)
    return {"issues": [render.issue(request.site, issue, selection, expand) for issue in found], "issueErrors": []}


def visible_issues(request: Request, wanted: Sequence[str]) -> list[Issue]:
    """Return the issues that ids or keys stand for and the account sees, in order of id."""
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
    return {"issueChangeLogs": _by_issue(request, entries[first:end]), **next_page_token(forms, following)}


def _entries(request: Request, wanted: list[str], field_ids: list[str]) -> list[tuple[int, History]]:
    entries = [
        (issue.id, record)
        for issue in visible_issues(request, wanted)
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
