"""Jira Data Center, REST v2. Facts and their sources: docs/jira.md."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlsplit

from auditlib.errors import AnswerError
from auditlib.jira import service_desk
from auditlib.jira.reading import (
    Histories,
    LogPage,
    Page,
    PartPage,
    asks_for_ids_only,
    count_of,
    readable_instant,
    refuse_warnings,
    require_issues,
    require_members,
    require_records,
    sound_entries,
    whole_number,
)
from auditlib.jira.shared import Endpoints, read_history_part, read_part
from auditlib.records.holders import GroupName
from auditlib.responses.request import Request, get, post
from auditlib.times import format_utc

NAME: Final = "data-center"
HISTORY_WITH_SEARCH: Final = True
WALK_FIELDS: Final[tuple[str, ...]] = ("created",)
SECOND_PASS_FIELDS: Final[tuple[str, ...]] = ("updated",)
IDENTIFIERS_PER_REQUEST: Final = 1
HISTORIES_PER_REQUEST: Final = 100
PEOPLE_PER_REQUEST: Final = 1
LOG_PATH: Final = "rest/auditing/1.0/events"
LOG_RECORDS: Final = "data-center"
_LOG_PAGE: Final = 1000  # a wish; the cursor says where the next page begins, whatever this one holds
_OFFSET: Final = "offset:"
_HISTORY_PAGE: Final = 100  # a wish; the answer says how many there are
_ROOT: Final = "rest/api/2"
PARTS: Final[tuple[str, ...]] = ("comments", "worklogs", "remote_links", "watchers", "votes")
FIELDS_PAGE: Final = 1000  # a wish; the administrator's cap decides, and the answer says what it was

# What Cloud has too, but for the root: said in ``jira.shared``.
_ENDPOINTS: Final = Endpoints(_ROOT)
server_info = _ENDPOINTS.server_info
myself = _ENDPOINTS.myself
project = _ENDPOINTS.project
all_fields = _ENDPOINTS.all_fields
security_levels = _ENDPOINTS.security_levels
shared_filter = _ENDPOINTS.shared_filter
permission_scheme = _ENDPOINTS.permission_scheme
scheme = _ENDPOINTS.scheme
project_roles = _ENDPOINTS.project_roles
project_role = _ENDPOINTS.project_role
application_roles = _ENDPOINTS.application_roles
read_issue_history = read_history_part


def powers(project: str, permissions: Sequence[str]) -> Request:
    """Ask for the account's permissions in a project; Data Center answers with all of them."""
    del permissions
    return _ENDPOINTS.powers(project)


def members(group: GroupName, start: int) -> Request:
    """Ask for a page of the members of a group, by its name; those of the groups within it are among them."""
    return _ENDPOINTS.members(start, groupname=group.name)


def people(accounts: Sequence[str], *, by_name: bool = False) -> Request:
    """Ask for an account by its key or user name; Data Center takes one at once."""
    return get(f"{_ROOT}/user", **{"username" if by_name else "key": accounts[0]})


def count(jql: str) -> Request:
    """Ask for Jira's own count: a search that returns its total and no issue."""
    return post(f"{_ROOT}/search", jql=jql, fields=["id"], maxResults=0, startAt=0)


def read_count(answer: Any) -> int:
    """Read Jira's own count, the total of a search."""
    return count_of(require_members(answer, "the answer to a search", "total"), "total")


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
    """Read a page of a search; the next offset is what came so far, until the total is reached."""
    what = f"the answer to {request}"
    body = require_members(answer, what, "issues", "startAt", "total")
    refuse_warnings(body, what, "warningMessages")
    issues = require_issues(body, what, ids_only=asks_for_ids_only(request))
    start, total = count_of(body, "startAt"), count_of(body, "total")
    asked = int((request.body or {}).get("startAt", 0))
    if start != asked:
        raise AnswerError(f"{what} begins at {start}, asked for {asked}", expected=str(asked), found=str(start))
    reached = start + len(issues)
    if not issues and reached < total:
        raise AnswerError(f"{what} is empty at {start} of {total} issues", expected=f"{total} issues", found=str(start))
    return Page(issues, str(reached) if reached < total or _is_full(body) else None, total)


def _is_full(body: Mapping[str, Any]) -> bool:
    """Say whether a page holds as many issues as it may: then more may follow, whatever the total says."""
    return bool(body["issues"]) and len(body["issues"]) >= whole_number(body.get("maxResults"), len(body["issues"]) + 1)


def histories(ids: Sequence[int], cursor: str | None, *, size: int | None = None) -> Request:
    """Ask for the history of issues by id: Data Center has no bulk resource, only the search that brings it along."""
    jql = f"id in ({', '.join(str(number) for number in ids)}) ORDER BY id ASC"
    return search(jql, ["created"], cursor, history=True, size=size)


def read_histories(answer: Any) -> Histories:
    """Read history entries by issue id; an issue whose change log says more than it holds is partial."""
    body = require_members(answer, "the answer to a search", "issues", "startAt", "total")
    by_issue: dict[int, Sequence[Mapping[str, Any]]] = {}
    partial: set[int] = set()
    for issue in require_issues(body, "the answer to a search"):
        entries, whole = history_of(issue)
        by_issue[int(issue["id"])] = entries
        if not whole:
            partial.add(int(issue["id"]))
    return Histories(by_issue, histories_cursor(body), frozenset(partial))


def histories_cursor(answer: Any) -> str | None:
    """Return the cursor of the next page of histories, without a look at the entries."""
    body = require_members(answer, "the answer to a search", "issues", "startAt", "total")
    reached = whole_number(body["startAt"], 0) + len(body["issues"])
    more = bool(body["issues"]) and (reached < count_of(body, "total") or _is_full(body))
    return str(reached) if more else None


def history_of(issue: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], bool]:
    """Return the history that came along with an issue, and whether it is the whole.

    Notes
    -----
    A public client's tests know a Data Center that hands back the newest entries only, newest first, with a ``total`` that
    tells how many there are.
    """
    log = issue.get("changelog")
    if not isinstance(log, dict):
        return [], False
    entries, whole = sound_entries(log.get("histories"))
    untold = 0 if isinstance(log.get("histories"), list) else 1  # null is no history only where Jira counts none
    return entries, whole and len(entries) >= whole_number(log.get("total"), untold)


def by_identifier(identifiers: Sequence[str], fields: Sequence[str]) -> Request:
    """Ask for one issue by key or id."""
    (identifier,) = identifiers
    return get(f"{_ROOT}/issue/{identifier}", fields=",".join(fields), expand="changelog")


def read_by_identifier(status: int, answer: Any) -> list[Mapping[str, Any]]:
    """Read the issue; none if Jira says that it does not exist (404), or that the account may not see it (401, 403)."""
    if status != 200:
        return []
    issue = require_members(answer, "the answer to a request for an issue", "id", "key", "fields")
    return require_issues({"issues": [issue]}, "the answer to a request for an issue")


def read_histories_by_identifier(status: int, answer: Any) -> Histories:
    """Read the history that came along with the issue."""
    found = {int(one["id"]): history_of(one) for one in read_by_identifier(status, answer)}
    partial = frozenset(issue for issue, (_, whole) in found.items() if not whole)
    return Histories({issue: entries for issue, (entries, _) in found.items()}, partial=partial)


def refused_numbers() -> tuple[int, ...]:
    """Return the statuses that tell a hidden issue from one that does not exist.

    Notes
    -----
    In the tests of old Jira, and by what bots of a public Jira Server read, an issue that may not be seen answers 401 or 403
    and one that does not exist 404. The texts are translated on some sites.
    """
    return (401, 403)


def issue(identifier: str) -> Request:
    """Ask for an issue with every field, their names, Jira's own rendering, and its whole history."""
    return _ENDPOINTS.issue(identifier, "changelog")


def brought_in_part(issue: Mapping[str, Any]) -> bool:
    """Say whether an issue brought only a part of its history along; the rest is worth a question."""
    return not history_of(issue)[1]


def issue_part(part: str, issue_id: int, cursor: str | None, *, size: int | None = None) -> Request:
    """Ask for the history, comments, worklogs, links, watchers or votes of an issue.

    All come at once, but for comments where cut, and the history from an offset; not every Data Center has that resource.
    """
    if part in service_desk.PARTS:
        return service_desk.question(part, issue_id, cursor, size=size)
    if part == "history":
        return _ENDPOINTS.part(part, issue_id, startAt=cursor or 0, maxResults=size or _HISTORY_PAGE)
    if part != "comments":
        return _ENDPOINTS.part(part, issue_id)
    return _ENDPOINTS.part(part, issue_id, startAt=cursor or 0, maxResults=size)


def read_issue_part(part: str, request: Request, answer: Any) -> PartPage:
    """Read the comments, worklogs, links, watchers or votes of an issue."""
    if part in service_desk.PARTS:
        return service_desk.read(part, request, answer)
    return read_part(part, request, answer, paged=part in {"comments", "history"})


def attachment(attachment_id: int, name: str) -> Request:
    """Ask for the content of an attachment, at the address that people open; what would lead elsewhere is taken out."""
    plain = re.sub(r"[/\\]|^\.+$", "_", name) or "_"
    return get(f"secure/attachment/{attachment_id}/{quote(plain, safe='', errors='replace')}")


def log(cursor: str | None, begins: datetime | None, ends: datetime | None, *, size: int | None = None) -> Request:
    """Ask for a page of the audit log, newest first, behind a cursor; ``size`` records at most."""
    by_offset = cursor is not None and cursor.startswith(_OFFSET)
    window = {
        "limit": size or _LOG_PAGE,
        "pageCursor": None if by_offset else cursor,
        "offset": cursor.removeprefix(_OFFSET) if cursor is not None and by_offset else None,
        "from": None if begins is None else format_utc(begins),
        "to": None if ends is None else format_utc(ends),
    }
    return get(LOG_PATH, **window)


def read_log(request: Request, answer: Any) -> LogPage:
    """Read a page of the audit log, and what names the next one.

    Notes
    -----
    A recorded answer of 8.20 has ``nextPageCursor`` as text, Atlassian's page for developers as an object with ``cursor``;
    public clients follow ``nextPageLink`` alone. Of the link only the query counts, never its host.
    """
    what = f"the answer to {request}"
    body = require_members(answer, what, "entities", "pagingInfo")
    records = require_records(body, "entities", what)
    paging = require_members(body["pagingInfo"], f"the paging of {what}")
    if paging.get("lastPage") is True:
        return LogPage(records, ended=True)
    return LogPage(records, _log_cursor(paging))


def _log_cursor(paging: Mapping[str, Any]) -> str | None:
    """Return what names the next page: a cursor, or an offset behind `_OFFSET`."""
    named = paging.get("nextPageCursor")
    cursor = named.get("cursor") if isinstance(named, dict) else named
    if isinstance(cursor, str) and cursor:
        return cursor
    link = paging.get("nextPageLink")
    query = dict(parse_qsl(urlsplit(link).query)) if isinstance(link, str) else {}
    if query.get("pageCursor"):
        return query["pageCursor"]
    offset = whole_number(query.get("offset"), 0) or whole_number(paging.get("nextPageOffset"), 0)
    return f"{_OFFSET}{offset}" if offset else None


def log_time(record: Mapping[str, Any]) -> datetime | None:
    """Return when an event was recorded (UTC); None if that can't be read."""
    return readable_instant(record.get("timestamp"))
