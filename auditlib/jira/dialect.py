"""What the workbook asks of either Jira: one interface, two modules (``cloud``, ``data_center``).

A dialect makes requests and reads answers; it sends nothing and decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final, Protocol, cast

from auditlib.errors import AnswerError
from auditlib.jira.request import Request

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
)
"""The fields that the population needs. None has many values, so that Cloud may grant its larger pages."""


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


class Dialect(Protocol):
    """The questions, and how to read the answers. Both modules offer exactly these, and say there what each is."""

    # ruff: noqa: D102 - documented where they are

    NAME: str
    HISTORY_WITH_SEARCH: bool
    """Whether a search brings the whole history along (Data Center), or it is asked for in bulk (Cloud)."""
    WALK_FIELDS: tuple[str, ...]
    """Fields of the walk over all keys of a project; only ``key`` on Cloud, where that makes pages fifty times larger."""

    IDENTIFIERS_PER_REQUEST: int
    """How many issues can be asked for by key at once."""
    HISTORIES_PER_REQUEST: int
    """How many issues' histories can be asked for at once."""

    def server_info(self) -> Request: ...
    def myself(self) -> Request: ...
    def project(self, key: str) -> Request: ...
    def powers(self, project: str, permissions: Sequence[str]) -> Request: ...
    def security_levels(self, project: str) -> Request: ...
    def shared_filter(self, filter_id: int) -> Request: ...
    def count(self, jql: str) -> Request: ...
    def read_count(self, answer: Any) -> int: ...
    def search(self, jql: str, fields: Sequence[str], cursor: str | None, *, history: bool = False) -> Request: ...
    def read_search(self, request: Request, answer: Any) -> Page: ...
    def histories(self, ids: Sequence[int], cursor: str | None) -> Request: ...
    def read_histories(self, answer: Any) -> Histories: ...
    def by_identifier(self, identifiers: Sequence[str], fields: Sequence[str]) -> Request: ...
    def read_by_identifier(self, status: int, answer: Any) -> list[Mapping[str, Any]]: ...


def dialect(name: str) -> Dialect:
    """Return the dialect of a deployment, ``cloud`` or ``data-center``."""
    from auditlib.jira import cloud, data_center  # noqa: PLC0415 - both import this module

    modules: dict[str, ModuleType] = {cloud.NAME: cloud, data_center.NAME: data_center}
    return cast("Dialect", modules[name])


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
