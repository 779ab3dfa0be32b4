"""Issues and what hangs on them: the endpoints that both dialects share."""

from __future__ import annotations

from typing import Any

from auditlib.demo.jql.search import JqlError, evaluate
from auditlib.demo.server import render
from auditlib.demo.server.exchange import Answer, RefusalError, Request, page
from auditlib.demo.server.render import Json
from auditlib.demo.world.lookup import attachments_of
from auditlib.demo.world.records import Attachment, Issue


def find(request: Request, jql: str) -> list[Issue]:
    """Run a query as the caller; an anonymous one finds nothing, whatever there is.

    Raises
    ------
    RefusalError
        400 with Jira's texts, if the query is wrong.
    """
    try:
        found = evaluate(request.world, jql, request.site.zone, request.site.clock(), lookup=request.lookup)
    except JqlError as error:
        raise RefusalError(400, *error.errors) from None
    return found if request.known else []


def get_issue(request: Request) -> Json:
    """``GET issue/{k}``: a moved issue comes under its new key."""
    site, found = request.site, request.issue()
    expand = request.many("expand")
    selection = render.select(request.many("fields"), "*all").with_key()
    shown = render.issue(site, found, selection, expand)
    if "names" in expand:
        shown["names"] = render.names(site, shown.get("fields", {}))
    if "schema" in expand:
        shown["schema"] = render.schema(site, shown.get("fields", {}))
    return shown


def comments(request: Request, *, default: int, cap: int) -> Json:
    """``GET issue/{k}/comment``: those that the account may see; the others are not even counted."""
    issue = request.issue()
    records = render.comments(issue)
    order = request.one("orderBy")
    if order not in {"", "created", "+created", "-created"}:
        raise RefusalError(400, f"Cannot order comments by '{order}'.")
    if order == "-created":
        records.reverse()
    start, size = request.window(default, cap)
    html = "renderedBody" in request.many("expand")
    shown = [render.comment(request.site, issue, one, html=html) for one in records[start : start + size]]
    return {"startAt": start, "maxResults": size, "total": len(records), "comments": shown}


def changelog(request: Request) -> Json:
    """``GET issue/{k}/changelog``: oldest first, 100 a page."""
    records = sorted(request.issue().histories, key=lambda record: (record.created, record.id))
    bean = page(request, records, default=100, cap=100)
    bean["values"] = [render.history(request.site, record) for record in bean["values"]]
    return bean


def worklogs(request: Request) -> Json:
    """``GET issue/{k}/worklog``: pages of 5000 on Cloud; Data Center gives all at once."""
    issue = request.issue()
    require_recorded(issue, "worklog", "worklogs")
    records = render.worklogs(issue)
    start, size = request.window(5000, 5000) if request.site.cloud else (0, max(1, len(records)))
    shown = [render.worklog(request.site, issue, one) for one in records[start : start + size]]
    return {"startAt": start, "maxResults": size, "total": len(records), "worklogs": shown}


def remote_links(request: Request) -> list[Any]:
    """``GET issue/{k}/remotelink``."""
    site, issue = request.site, request.issue()
    return [
        {"self": f"{site.api}/issue/{issue.key}/remotelink/{link.get('id')}", **link}
        for link in request.world.remote_links.get(issue.id, [])
    ]


def require_recorded(issue: Issue, name: str, what: str) -> None:
    """Refuse a part of a recorded issue whose record does not hold it: an empty list would say that there is none."""
    if issue.raw and not isinstance(issue.fields.get(name), dict):
        raise RefusalError(404, f"The record of this issue holds no {what}.")


def watchers(request: Request) -> Json:
    """``GET issue/{k}/watchers``: their names only for whoever may see them."""
    site, issue = request.site, request.issue()
    require_recorded(issue, "watches", "watchers")
    if issue.raw:
        return {**issue.fields["watches"], "watchers": []}
    account_ids = request.world.watchers.get(issue.id, ())
    people = [request.world.users.get(one) for one in account_ids]
    may_see = request.has("VIEW_VOTERS_AND_WATCHERS", "MANAGE_WATCHERS")
    return {
        "self": f"{site.api}/issue/{issue.key}/watchers",
        "isWatching": request.world.account.account_id in account_ids,
        "watchCount": len(account_ids),
        "watchers": [render.user(site, one) for one in people if one is not None] if may_see else [],
    }


def votes(request: Request) -> Json:
    """``GET issue/{k}/votes``; nobody votes here."""
    issue = request.issue()
    require_recorded(issue, "votes", "votes")
    if issue.raw:
        return {**issue.fields["votes"], "voters": []}
    return {"self": f"{request.site.api}/issue/{issue.key}/votes", "votes": 0, "hasVoted": False, "voters": []}


def attachment_record(request: Request) -> tuple[Issue, Attachment | Json]:
    """Find the attachment in the path; 404 if its issue is not to be seen."""
    text = request.parts["attachment"]
    found = request.lookup.attachment(int(text)) if request.known and text.isdigit() else None
    if found is None or not request.lookup.browsable(found[0]) or found[1] not in attachments_of(found[0]):
        raise RefusalError(404, f"The attachment with id '{text}' does not exist")
    return found


def attachment(request: Request) -> Json:
    """``GET attachment/{id}``: the record, whose id is a number here and text inside an issue."""
    _, record = attachment_record(request)
    shown = render.attachment(request.site, record)
    return {**shown, "id": int(shown["id"])}


def file_answer(record: Attachment | Json) -> Answer:
    """Answer with the file itself; 404 where only its record is known."""
    if isinstance(record, dict) or record.content is None:
        raise RefusalError(404, "The attachment content is not available.")
    return Answer(200, {"Content-Type": record.mime_type or "application/octet-stream"}, record.content)
