"""What the workbook asks of either Jira: one interface, two modules (``cloud``, ``data_center``).

A dialect makes requests and reads answers; it sends nothing and decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol

from auditlib.jira import cloud, data_center
from auditlib.jira.reading import Histories, LogPage, Page, PartPage
from auditlib.records.holders import GroupName
from auditlib.responses.request import Request

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
    "creator",
    "reporter",
    "assignee",
    *LINK_FIELDS,
)
"""The fields of the first pass, a search (100 issues a page on Cloud, whatever the fields).

Cloud's larger ``issue/bulkfetch`` (1,000 issues) is refused to fields with many values; whether links and sub-tasks are
such is not known, so a pull that is cut that way asks without ``LINK_FIELDS``, and for those by search.
"""


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

    PEOPLE_PER_REQUEST: int
    """How many accounts can be asked for at once."""

    LOG_PATH: str
    LOG_RECORDS: str
    """Where the log is read, and which form its records have; a dialect is a ``log_pages.Log``, the first of its own."""

    PARTS: tuple[str, ...]
    """What is asked of a single issue beside the issue itself; on Data Center that brings its history along."""

    def server_info(self) -> Request: ...
    def myself(self) -> Request: ...
    def project(self, key: str) -> Request: ...
    def all_fields(self) -> Request: ...
    def powers(self, project: str, permissions: Sequence[str]) -> Request: ...
    def security_levels(self, project: str) -> Request: ...
    def shared_filter(self, filter_id: int) -> Request: ...
    def permission_scheme(self, project: str) -> Request: ...
    def scheme(self, number: str) -> Request: ...
    def project_roles(self, project: str) -> Request: ...
    def project_role(self, project: str, number: str) -> Request: ...
    def application_roles(self) -> Request: ...
    def members(self, group: GroupName, start: int) -> Request: ...
    def people(self, accounts: Sequence[str], *, by_name: bool = False) -> Request: ...
    def count(self, jql: str) -> Request: ...
    def read_count(self, answer: Any) -> int: ...
    def search(
        self, jql: str, fields: Sequence[str], cursor: str | None, *, history: bool = False, size: int | None = None
    ) -> Request: ...
    def read_search(self, request: Request, answer: Any) -> Page: ...
    def histories(self, ids: Sequence[int], cursor: str | None, *, size: int | None = None) -> Request: ...
    def read_histories(self, answer: Any) -> Histories: ...
    def histories_cursor(self, answer: Any) -> str | None: ...
    def by_identifier(self, identifiers: Sequence[str], fields: Sequence[str]) -> Request: ...
    def read_by_identifier(self, status: int, answer: Any) -> list[Mapping[str, Any]]: ...
    def read_histories_by_identifier(self, status: int, answer: Any) -> Histories: ...
    def issue(self, identifier: str) -> Request: ...
    def brought_in_part(self, issue: Mapping[str, Any]) -> bool: ...
    def issue_part(self, part: str, issue_id: int, cursor: str | None, *, size: int | None = None) -> Request: ...
    def read_issue_part(self, part: str, request: Request, answer: Any) -> PartPage: ...
    def attachment(self, attachment_id: int, name: str) -> Request: ...
    def log(
        self, cursor: str | None, begins: datetime | None, ends: datetime | None, *, size: int | None = None
    ) -> Request: ...
    def read_log(self, request: Request, answer: Any) -> LogPage: ...
    def log_time(self, record: Mapping[str, Any]) -> datetime | None: ...
    def read_issue_history(self, request: Request, answer: Any) -> Histories: ...
    def refused_numbers(self) -> tuple[int, ...]: ...


_CLOUD: Final[Dialect] = cloud
_DATA_CENTER: Final[Dialect] = data_center


def dialect(name: str) -> Dialect:
    """Return the dialect of a deployment, ``cloud`` or ``data-center``."""
    return {one.NAME: one for one in (_CLOUD, _DATA_CENTER)}[name]
