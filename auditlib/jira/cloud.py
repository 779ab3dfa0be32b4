"""Jira Cloud, REST v3. Facts and their sources: docs/jira.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from auditlib.jira import service_desk
from auditlib.jira.reading import (
    Histories,
    LogPage,
    Page,
    PartPage,
    asks_for_ids_only,
    count_of,
    next_token,
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
from auditlib.records.issues import number_of
from auditlib.responses.request import Request, get, post
from auditlib.times import format_utc

NAME: Final = "cloud"
HISTORY_WITH_SEARCH: Final = False
WALK_FIELDS: Final[tuple[str, ...]] = ("key",)
SECOND_PASS_FIELDS: Final[tuple[str, ...]] = ("id",)
IDENTIFIERS_PER_REQUEST: Final = 100
_ROOT: Final = "rest/api/3"
_KEYS_ONLY_PAGE: Final = 5000  # granted when nothing but id or key is asked for
FIELDS_PAGE: Final = 100  # the server's own cap with real fields
_HISTORY_ITEMS_PAGE: Final = 10000
HISTORIES_PER_REQUEST: Final = 1000
PEOPLE_PER_REQUEST: Final = 50  # ids of 128 characters make an address of 7,000
LOG_PATH: Final = f"{_ROOT}/auditing/record"
LOG_RECORDS: Final = "cloud"
_LOG_PAGE: Final = 1000  # more is read as this
PARTS: Final[tuple[str, ...]] = ("history", "comments", "worklogs", "remote_links", "watchers", "votes")
_PART_PAGES: Final = {"history": 100, "comments": 100, "worklogs": 5000}

# What Data Center has too, but for the root: said in ``jira.shared``.
_ENDPOINTS: Final = Endpoints(_ROOT)
server_info = _ENDPOINTS.server_info
myself = _ENDPOINTS.myself
project = _ENDPOINTS.project
powers = _ENDPOINTS.powers
all_fields = _ENDPOINTS.all_fields
security_levels = _ENDPOINTS.security_levels
shared_filter = _ENDPOINTS.shared_filter
permission_scheme = _ENDPOINTS.permission_scheme
scheme = _ENDPOINTS.scheme
project_roles = _ENDPOINTS.project_roles
project_role = _ENDPOINTS.project_role
application_roles = _ENDPOINTS.application_roles
read_issue_history = read_history_part
issue = _ENDPOINTS.issue


def members(group: GroupName, start: int) -> Request:
    """Ask for a page of the members of a group: by its id, as Atlassian advises, where that is known."""
    return _ENDPOINTS.members(start, groupId=group.id or None, groupname=None if group.id else group.name)


def people(accounts: Sequence[str], *, by_name: bool = False) -> Request:
    """Ask for accounts by their ids, many at once; Cloud knows no names."""
    del by_name
    asked = (*(("accountId", account) for account in accounts), ("maxResults", str(PEOPLE_PER_REQUEST)))
    return Request("GET", f"{_ROOT}/user/bulk", asked)


def count(jql: str) -> Request:
    """Ask for Jira's own count: on Cloud an estimate."""
    return post(f"{_ROOT}/search/approximate-count", jql=jql)


def read_count(answer: Any) -> int:
    """Read Jira's own count, an estimate."""
    return count_of(require_members(answer, "the answer to approximate-count", "count"), "count")


def search(
    jql: str, fields: Sequence[str], cursor: str | None, *, history: bool = False, size: int | None = None
) -> Request:
    """Ask for a page of a search; ``history`` is not for Cloud, whose search brings only recent entries."""
    if history:
        raise ValueError("Cloud's search cuts the history; ask with histories()")
    most = _KEYS_ONLY_PAGE if set(fields) <= {"id", "key"} else FIELDS_PAGE
    return post(f"{_ROOT}/search/jql", jql=jql, fields=list(fields), maxResults=size or most, nextPageToken=cursor)


def read_search(request: Request, answer: Any) -> Page:
    """Read a page of a search; only a missing token says that it is the last, whatever ``isLast`` says beside one."""
    what = f"the answer to {request}"
    body = require_members(answer, what, "issues")
    refuse_warnings(body, what, "warnings")
    issues = require_issues(body, what, ids_only=asks_for_ids_only(request))
    return Page(issues, next_token(body), is_last=body.get("isLast") is True)


def histories(ids: Sequence[int], cursor: str | None, *, size: int | None = None) -> Request:
    """Ask for all history entries of up to 1,000 issues. No field filter: the ``Key`` item of a move has no field id."""
    return post(
        f"{_ROOT}/changelog/bulkfetch",
        issueIdsOrKeys=[str(number) for number in ids],
        maxResults=size or _HISTORY_ITEMS_PAGE,
        nextPageToken=cursor,
    )


def read_histories(answer: Any) -> Histories:
    """Read history entries by issue id."""
    body = require_members(answer, "the answer to changelog/bulkfetch", "issueChangeLogs")
    by_issue: dict[int, list[Mapping[str, Any]]] = {}
    partial: set[int] = set()
    for log in body["issueChangeLogs"] or ():
        record = require_members(log, "an issue's change log", "issueId")
        issue_id = number_of(record["issueId"], "an issue's change log")
        if record.get("changeHistories") is None:
            continue  # names the issue and tells nothing of it
        entries, whole = sound_entries(record["changeHistories"])
        by_issue.setdefault(issue_id, []).extend(entries)
        if not whole:
            partial.add(issue_id)
    return Histories(by_issue, next_token(body), frozenset(partial))


def histories_cursor(answer: Any) -> str | None:
    """Return the cursor of the next page of histories, without a look at the entries."""
    return next_token(require_members(answer, "the answer to changelog/bulkfetch", "issueChangeLogs"))


def refused_numbers() -> tuple[int, ...]:
    """Return the statuses that tell a hidden issue from one that does not exist: Cloud has one answer for both."""
    return ()


def by_identifier(identifiers: Sequence[str], fields: Sequence[str]) -> Request:
    """Ask for up to 100 issues by key or id; what does not answer is left out without a word."""
    return post(f"{_ROOT}/issue/bulkfetch", issueIdsOrKeys=list(identifiers), fields=list(fields))


def read_by_identifier(status: int, answer: Any) -> list[Mapping[str, Any]]:
    """Read the issues that answered; the keys asked for are not echoed."""
    del status
    body = require_members(answer, "the answer to issue/bulkfetch", "issues")
    if body.get("issueErrors"):
        refuse_warnings(body, "the answer to issue/bulkfetch", "issueErrors")
    return require_issues(body, "the answer to issue/bulkfetch")


def read_histories_by_identifier(status: int, answer: Any) -> Histories:
    """Read no history: Cloud brings none along."""
    del status, answer
    return Histories({})


def brought_in_part(issue: Mapping[str, Any]) -> bool:
    """Say whether an issue brought only a part of its history along: Cloud's is asked for by itself in any case."""
    del issue
    return False


def issue_part(part: str, issue_id: int, cursor: str | None, *, size: int | None = None) -> Request:
    """Ask for a page of the comments, worklogs, links, watchers or votes of an issue, from an offset."""
    if part in service_desk.PARTS:
        return service_desk.question(part, issue_id, cursor, size=size)
    most = _PART_PAGES.get(part)
    page = None if most is None else size or most
    return _ENDPOINTS.part(part, issue_id, startAt=None if most is None else cursor or 0, maxResults=page)


def read_issue_part(part: str, request: Request, answer: Any) -> PartPage:
    """Read a page of the comments, worklogs, links, watchers or votes of an issue."""
    if part in service_desk.PARTS:
        return service_desk.read(part, request, answer)
    return read_part(part, request, answer, paged=part in _PART_PAGES)


def attachment(attachment_id: int, name: str) -> Request:
    """Ask for the content of an attachment; without ``redirect=false`` Cloud would send us to another host."""
    del name
    return get(f"{_ROOT}/attachment/content/{attachment_id}", redirect="false")


def log(cursor: str | None, begins: datetime | None, ends: datetime | None, *, size: int | None = None) -> Request:
    """Ask for a page of the audit log, newest first, from an offset; ``size`` records at most."""
    window = {
        "offset": int(cursor or 0),
        "limit": size or _LOG_PAGE,
        "from": None if begins is None else format_utc(begins),
        "to": None if ends is None else format_utc(ends),
    }
    return get(LOG_PATH, **window)


def read_log(request: Request, answer: Any) -> LogPage:
    """Read a page of the audit log; the next offset is what came so far.

    ``total`` is described as "the number of audit items returned", which may mean the page's or the whole log's. Where it
    is more than the page holds it counts the log, and tells the end; else the end is an empty page. A page from elsewhere
    than asked for, or an empty one before the end, names no next one: the log is followed by time then.
    """
    what = f"the answer to {request}"
    body = require_members(answer, what, "records")
    records = require_records(body, "records", what)
    asked = int(dict(request.query)["offset"])
    if whole_number(body.get("offset"), asked) != asked:
        return LogPage(records)
    reached, total = asked + len(records), whole_number(body.get("total"), len(records))
    if not records:
        return LogPage(records, ended=reached >= total, total=total)
    ended = total > len(records) and reached >= total
    return LogPage(records, None if ended else str(reached), ended, total)


def log_time(record: Mapping[str, Any]) -> datetime | None:
    """Return when a record of the log was made (UTC); None if that can't be read."""
    return readable_instant(record.get("created"))
