"""What the workbook asks of either Jira: one interface, two modules (``cloud``, ``data_center``).

A dialect makes requests and reads answers; it sends nothing and decides nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Any, Final, Protocol, cast

from auditlib.errors import AnswerError
from auditlib.jira.request import Request

LINK_FIELDS: Final = ("issuelinks", "parent", "subtasks")
"""The fields in which an issue names others: what proves that a missing number existed."""

POPULATION_FIELDS: Final = (
    "summary",
    "issuetype",
    "project",
    "status",
    "resolution",
    "created",
    "updated",
    "resolutiondate",
    "reporter",
    "assignee",
    *LINK_FIELDS,
)
"""The fields of the first pass, a search (100 issues a page on Cloud, whatever the fields).

Cloud's larger ``issue/bulkfetch`` (1,000 issues) is refused to fields with many values; whether links and sub-tasks are
such is not known, so a pull that is cut that way asks without ``LINK_FIELDS``, and for those by search.
"""


@dataclass(frozen=True)
class Page:
    """One page of a search.

    Attributes
    ----------
    issues : sequence of mapping
        As received; may be empty although more follow.
    cursor : str or None
        What to ask for next; None on the last page.
    total : int or None
        What Jira says the whole search finds (Data Center only).
    """

    issues: Sequence[Mapping[str, Any]]
    cursor: str | None
    total: int | None = None


@dataclass(frozen=True)
class Histories:
    """History entries by issue id, and what to ask for next; an issue may go on in the next answer."""

    by_issue: Mapping[int, Sequence[Mapping[str, Any]]]
    cursor: str | None = None


@dataclass(frozen=True)
class LogPage:
    """One page of the audit log: its records as received, newest first, and what to ask for next; None after the last."""

    records: Sequence[Mapping[str, Any]]
    cursor: str | None = None


@dataclass(frozen=True)
class PartPage:
    """One page of what hangs on an issue.

    Its records as received, what to ask for next (None after the last), and how many Jira says there are; None if it does
    not say.
    """

    records: Sequence[Mapping[str, Any]]
    cursor: str | None
    total: int | None


class Dialect(Protocol):
    """The questions, and how to read the answers. Both modules offer exactly these, and say there what each is."""

    # ruff: noqa: D102 - documented where they are

    NAME: str
    HISTORY_WITH_SEARCH: bool
    """Whether a search brings the whole history along (Data Center), or it is asked for in bulk (Cloud)."""
    WALK_FIELDS: tuple[str, ...]
    """Fields of the walk over all keys of a project; only ``key`` on Cloud, where that makes pages fifty times larger."""

    SECOND_PASS_FIELDS: tuple[str, ...]
    """Fields of the pass for ids: none on Cloud, for its large pages; where pages are equal, the last change."""
    FIELDS_PAGE: int
    """How many issues with fields a page is expected to hold."""
    IDENTIFIERS_PER_REQUEST: int
    """How many issues can be asked for by key at once."""
    HISTORIES_PER_REQUEST: int
    """How many issues' histories can be asked for at once."""

    PARTS: tuple[str, ...]
    """What is asked of a single issue beside the issue itself; on Data Center that brings its history along."""

    def server_info(self) -> Request: ...
    def myself(self) -> Request: ...
    def project(self, key: str) -> Request: ...
    def powers(self, project: str, permissions: Sequence[str]) -> Request: ...
    def security_levels(self, project: str) -> Request: ...
    def shared_filter(self, filter_id: int) -> Request: ...
    def count(self, jql: str) -> Request: ...
    def read_count(self, answer: Any) -> int: ...
    def search(
        self, jql: str, fields: Sequence[str], cursor: str | None, *, history: bool = False, size: int | None = None
    ) -> Request: ...
    def read_search(self, request: Request, answer: Any) -> Page: ...
    def histories(self, ids: Sequence[int], cursor: str | None, *, size: int | None = None) -> Request: ...
    def read_histories(self, answer: Any) -> Histories: ...
    def by_identifier(self, identifiers: Sequence[str], fields: Sequence[str]) -> Request: ...
    def read_by_identifier(self, status: int, answer: Any) -> list[Mapping[str, Any]]: ...
    def issue(self, identifier: str) -> Request: ...
    def issue_part(self, part: str, issue_id: int, cursor: str | None, *, size: int | None = None) -> Request: ...
    def read_issue_part(self, part: str, request: Request, answer: Any) -> PartPage: ...
    def attachment(self, attachment_id: int, name: str) -> Request: ...
    def log(
        self, cursor: str | None, begins: datetime | None, ends: datetime | None, *, size: int | None = None
    ) -> Request: ...
    def read_log(self, request: Request, answer: Any) -> LogPage: ...


def dialect(name: str) -> Dialect:
    """Return the dialect of a deployment, ``cloud`` or ``data-center``."""
    from auditlib.jira import cloud, data_center  # noqa: PLC0415 - both import this module

    modules: dict[str, ModuleType] = {cloud.NAME: cloud, data_center.NAME: data_center}
    return cast("Dialect", modules[name])


def follow_log(
    dialect: Dialect, ask: Callable[[Request], Any], begins: datetime | None, ends: datetime | None
) -> Iterator[tuple[Request, LogPage]]:
    """Yield every page of the audit log, to its end.

    Parameters
    ----------
    dialect : Dialect
        Cloud or Data Center.
    ask : callable
        Sends a question and returns the answer's JSON; deals with every status but 200 itself.
    begins, ends : datetime or None
        Aware; records made before or after are not asked for. An end keeps what is recorded meanwhile from shifting
        the pages.

    Raises
    ------
    AnswerError
        If a page can't be what it says, its cursor comes back a second time, or it brings nothing but records that came
        before: going on would never end.
    """
    cursor: str | None = None
    cursors: set[str] = set()
    seen: set[str] = set()
    while True:
        request = dialect.log(cursor, begins, ends)
        page = dialect.read_log(request, ask(request))
        digests = {hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest() for record in page.records}
        if digests and digests <= seen:
            raise AnswerError(f"{request}: the log repeats records that came before; going on would never end")
        seen |= digests
        yield request, page
        cursor = page.cursor
        if cursor is None:
            return
        if cursor in cursors:
            message = f"{request}: the log's cursor {cursor[:40]!r} came back twice; going on would never end"
            raise AnswerError(message, request=str(request), found=cursor)
        cursors.add(cursor)


def require_records(answer: Mapping[str, Any], member: str, what: str) -> list[Mapping[str, Any]]:
    """Return a page's list of log records, each a JSON object."""
    records = answer[member]
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise AnswerError(f"{what}: '{member}' is not a list of records", expected="list", found=str(records)[:80])
    return records


def require_members(answer: Any, what: str, *names: str) -> Mapping[str, Any]:
    """Return the answer as a mapping that has these members.

    Raises
    ------
    AnswerError
        Naming what is missing.
    """
    if not isinstance(answer, dict):
        raise AnswerError(f"{what} is not a JSON object", expected="object", found=type(answer).__name__)
    missing = [name for name in names if name not in answer]
    if missing:
        raise AnswerError(f"{what} lacks {', '.join(missing)}", expected=", ".join(names), found=", ".join(answer))
    return answer


def require_issues(answer: Mapping[str, Any], what: str, *, ids_only: bool = False) -> list[Mapping[str, Any]]:
    """Return the list ``issues``, each with a numeric id and, unless only ids were asked for, a key."""
    issues = answer["issues"]
    if not isinstance(issues, list):
        raise AnswerError(f"{what}: 'issues' is not a list", expected="list", found=type(issues).__name__)
    for issue in issues:
        whole = isinstance(issue, dict) and str(issue.get("id", "")).isdigit()
        if not (whole and (ids_only or isinstance(issue.get("key"), str))):
            raise AnswerError(f"{what} holds an issue without id and key", found=str(issue)[:80])
    return issues


def asks_for_ids_only(request: Request) -> bool:
    """Say whether a search asked for nothing but ids; Cloud then leaves the key out."""
    return list((request.body or {}).get("fields", [])) == ["id"]


def refuse_warnings(answer: Mapping[str, Any], what: str, member: str) -> None:
    """Refuse an answer that Jira itself calls incomplete."""
    if answer.get(member):
        message = f"{what} carries a warning, so it may be incomplete: {str(answer[member])[:200]}"
        raise AnswerError(message, found=str(answer[member])[:200])
