"""Jira Data Center, REST v2. Facts and their sources: docs/jira.md."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from auditlib.errors import AnswerError
from auditlib.jira.dialect import (
    Histories,
    LogPage,
    Page,
    PartPage,
    asks_for_ids_only,
    refuse_warnings,
    require_issues,
    require_members,
    require_records,
)
from auditlib.jira.parts import part_request, read_part
from auditlib.jira.request import Request, get, post
from auditlib.times import format_utc

NAME: Final = "data-center"
HISTORY_WITH_SEARCH: Final = True
WALK_FIELDS: Final = ("created",)
SECOND_PASS_FIELDS: Final = ("updated",)
IDENTIFIERS_PER_REQUEST: Final = 1
HISTORIES_PER_REQUEST: Final = 100
_LOG_PAGE: Final = 1000  # a wish; the cursor says where the next page begins, whatever this one holds
_ROOT: Final = "rest/api/2"
PARTS: Final = ("comments", "worklogs", "remote_links", "watchers", "votes")
FIELDS_PAGE: Final = 1000  # a wish; the administrator's cap decides, and the answer says what it was


def server_info() -> Request:
    """Ask what this Jira is."""
    return get(f"{_ROOT}/serverInfo")


def myself() -> Request:
    """Ask as whom we are seen."""
    return get(f"{_ROOT}/myself")


def project(key: str) -> Request:
    """Ask for a project, with the keys it had before."""
    return get(f"{_ROOT}/project/{key}", expand="projectKeys")


def powers(project: str, permissions: Sequence[str]) -> Request:
    """Ask for the account's permissions in a project; Data Center answers with all of them."""
    del permissions
    return get(f"{_ROOT}/mypermissions", projectKey=project)


def security_levels(project: str) -> Request:
    """Ask for the issue security levels of a project, as far as the account may see them."""
    return get(f"{_ROOT}/project/{project}/securitylevel")


def shared_filter(filter_id: int) -> Request:
    """Ask for a filter, with its JQL, owner and share permissions."""
    return get(f"{_ROOT}/filter/{filter_id}")


def count(jql: str) -> Request:
    """Ask for Jira's own count: a search that returns its total and no issue."""
    return post(f"{_ROOT}/search", jql=jql, fields=["id"], maxResults=0, startAt=0)


def read_count(answer: Any) -> int:
    """Read the total."""
    return int(require_members(answer, "the answer to a search", "total")["total"])


def search(
    jql: str, fields: Sequence[str], cursor: str | None, *, history: bool = False, size: int | None = None
) -> Request:
    """Ask for a page of a search from an offset; with ``history``, each issue brings its whole change log."""
    return post(
        f"{_ROOT}/search",
        jql=jql,
        fields=list(fields),
        startAt=int(cursor or 0),
        maxResults=size or FIELDS_PAGE,
        expand=["changelog"] if history else None,
    )


def read_search(request: Request, answer: Any) -> Page:
    """Read a page; the next offset is what came so far, until the total is reached."""
    what = f"the answer to {request}"
    body = require_members(answer, what, "issues", "startAt", "total")
    refuse_warnings(body, what, "warningMessages")
    issues = require_issues(body, what, ids_only=asks_for_ids_only(request))
    start, total = int(body["startAt"]), int(body["total"])
    asked = int((request.body or {}).get("startAt", 0))
    if start != asked:
        raise AnswerError(f"{what} begins at {start}, asked for {asked}", expected=str(asked), found=str(start))
    reached = start + len(issues)
    if not issues and reached < total:
        raise AnswerError(f"{what} is empty at {start} of {total} issues", expected=f"{total} issues", found=str(start))
    return Page(issues, str(reached) if reached < total else None, total)


def histories(ids: Sequence[int], cursor: str | None, *, size: int | None = None) -> Request:
    """Ask for the history of issues by id: Data Center has no bulk resource, only the search that brings it along."""
    jql = f"id in ({', '.join(str(number) for number in ids)}) ORDER BY id ASC"
    return search(jql, ["created"], cursor, history=True, size=size)


def read_histories(answer: Any) -> Histories:
    """Read history entries by issue id, and refuse a change log that is shorter than it says."""
    body = require_members(answer, "the answer to a search", "issues", "startAt", "total")
    by_issue: dict[int, Sequence[Mapping[str, Any]]] = {}
    for issue in require_issues(body, "the answer to a search"):
        log = require_members(issue.get("changelog", {}), f"the change log of {issue['key']}", "histories")
        entries, total = log["histories"], int(log.get("total", len(log["histories"])))
        if total != len(entries):
            message = f"the change log of {issue['key']} has {len(entries)} of {total} entries"
            raise AnswerError(message, expected=str(total), found=str(len(entries)))
        by_issue[int(issue["id"])] = entries
    reached = int(body["startAt"]) + len(body["issues"])
    return Histories(by_issue, str(reached) if reached < int(body["total"]) and body["issues"] else None)


def by_identifier(identifiers: Sequence[str], fields: Sequence[str]) -> Request:
    """Ask for one issue by key or id."""
    (identifier,) = identifiers
    return get(f"{_ROOT}/issue/{identifier}", fields=",".join(fields), expand="changelog")


def read_by_identifier(status: int, answer: Any) -> list[Mapping[str, Any]]:
    """Read the issue; 404 is Jira's one answer for deleted, hidden and never allocated."""
    if status == 404:
        return []
    issue = require_members(answer, "the answer to a request for an issue", "id", "key", "fields")
    return require_issues({"issues": [issue]}, "the answer to a request for an issue")


def issue(identifier: str) -> Request:
    """Ask for an issue with every field, their names, Jira's own rendering, and its whole history."""
    return get(f"{_ROOT}/issue/{identifier}", fields="*all", expand="names,schema,renderedFields,changelog")


def issue_part(part: str, issue_id: int, cursor: str | None, *, size: int | None = None) -> Request:
    """Ask for what hangs on an issue; Data Center gives all of it, but for comments where a server cuts them."""
    if part != "comments":
        return part_request(_ROOT, part, issue_id)
    return part_request(_ROOT, part, issue_id, startAt=cursor or 0, maxResults=size)


def read_issue_part(part: str, request: Request, answer: Any) -> PartPage:
    """Read what hangs on an issue."""
    return read_part(part, request, answer, paged=part == "comments")


def attachment(attachment_id: int, name: str) -> Request:
    """Ask for a file itself, under the address at which people open it; what would lead elsewhere is taken out of the name."""
    plain = re.sub(r"[/\\]|^\.+$", "_", name) or "_"
    return get(f"secure/attachment/{attachment_id}/{quote(plain, safe='')}")


def log(cursor: str | None, begins: datetime | None, ends: datetime | None, *, size: int | None = None) -> Request:
    """Ask for a page of the audit log, newest first, behind a cursor; ``size`` records at most."""
    window = {
        "limit": size or _LOG_PAGE,
        "pageCursor": cursor,
        "from": None if begins is None else format_utc(begins),
        "to": None if ends is None else format_utc(ends),
    }
    return get("rest/auditing/1.0/events", **window)


def read_log(request: Request, answer: Any) -> LogPage:
    """Read a page of the audit log; only ``lastPage`` says that it is the last."""
    what = f"the answer to {request}"
    body = require_members(answer, what, "entities", "pagingInfo")
    records = require_records(body, "entities", what)
    paging = require_members(body["pagingInfo"], f"the paging of {what}", "lastPage")
    if paging["lastPage"] is True:
        return LogPage(records)
    cursor = paging.get("nextPageCursor")
    if not isinstance(cursor, str) or not cursor:
        raise AnswerError(f"{what} is not the last page and names no next one", expected="nextPageCursor", found="")
    return LogPage(records, cursor)
