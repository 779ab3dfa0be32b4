"""What the workbook asks of either Jira: one interface, two modules (``cloud``, ``data_center``).

A dialect makes requests and reads answers; it sends nothing and decides nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any, Final, Protocol, cast

from auditlib.errors import AnswerError, TooHeavyError
from auditlib.responses.request import Request
from auditlib.times import history_instant, is_history_instant

_OBJECTS: Final = frozenset({dict})
"""The types of what JSON objects are parsed into."""

_INSTANT_OF_A_LOG: Final = timedelta(milliseconds=1)
"""How exactly a log tells times, so that what is asked for by time includes the oldest record that came."""

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
    is_last : bool
        Jira says that nothing follows, perhaps beside a cursor all the same (Cloud only).
    """

    issues: Sequence[Mapping[str, Any]]
    cursor: str | None
    total: int | None = None
    is_last: bool = False


@dataclass(frozen=True)
class Histories:
    """History entries by issue id, and the cursor of the next page; an issue may go on in the next answer.

    Attributes
    ----------
    by_issue : mapping of int to sequence of mapping
        As received, but for entries without a readable id or time, of which nothing can be said.
    cursor : str or None
        What to ask for next; None on the last page.
    partial : frozenset of int
        Issues of which this answer does not hold all entries although nothing more can be asked of the same kind: Jira
        counts more than it gives, or an entry can't be read.
    """

    by_issue: Mapping[int, Sequence[Mapping[str, Any]]]
    cursor: str | None = None
    partial: frozenset[int] = frozenset()


@dataclass(frozen=True)
class LogPage:
    """One page of the audit log.

    Attributes
    ----------
    records : sequence of mapping
        As received, newest first.
    cursor : str or None
        What to ask for next; None where the page names nothing.
    ended : bool
        The page says that nothing follows it.
    """

    records: Sequence[Mapping[str, Any]]
    cursor: str | None = None
    ended: bool = False


@dataclass(frozen=True)
class PartPage:
    """One page of the comments, worklogs, links, watchers or votes of an issue.

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
    def issue_history(self, issue_id: int, cursor: str | None) -> Request: ...
    def read_issue_history(self, request: Request, answer: Any) -> Histories: ...
    def refused_numbers(self) -> tuple[int, ...]: ...


def dialect(name: str) -> Dialect:
    """Return the dialect of a deployment, ``cloud`` or ``data-center``."""
    from auditlib.jira import cloud, data_center  # noqa: PLC0415 - both import this module

    modules: dict[str, ModuleType] = {cloud.NAME: cloud, data_center.NAME: data_center}
    return cast("Dialect", modules[name])


def follow_log(
    dialect: Dialect, ask: Callable[[Request], Any], begins: datetime | None, ends: datetime | None
) -> Iterator[tuple[Request, LogPage]]:
    """Yield every page of the audit log, as far as it can be followed.

    A page that brings nothing new, or names no next one without being the last, is passed by time: what is older than the
    oldest record so far is asked for. Where that brings nothing new either, the log ends there.

    Parameters
    ----------
    dialect : Dialect
        Cloud or Data Center.
    ask : callable
        Sends a question, or looks up the answer that was kept, and returns the answer's JSON; deals with every status but
        200 itself. After a `TooHeavyError` it is asked for half as many records.
    begins, ends : datetime or None
        Aware; records made before or after are not asked for.

    Yields
    ------
    Request
        What was asked.
    LogPage
        With the records that no page before held. The log was followed to its end if the last one has ``ended``.

    Raises
    ------
    AnswerError
        If an answer has not the form of a page.

    Notes
    -----
    Cloud's offset is said to bring nothing beyond the first 1,000 records, where only ``from`` and ``to`` help
    (JRACLOUD-93153). Records of Data Center have no id (JRASERVER-78785), so a record is known again by its digest.
    """
    until, cursor = ends, None
    seen: set[str] = set()
    cursors: set[str | None] = {None}
    oldest, fullest, short = None, 0, False
    size: int | None = None
    while True:
        request = dialect.log(cursor, begins, until, size=size)
        try:
            page = dialect.read_log(request, ask(request))
        except TooHeavyError:
            size, fullest = request.half, 0
            if size is None:
                raise
            continue
        digests = [_digest(record) for record in page.records]
        new = [record for record, digest in zip(page.records, digests, strict=True) if digest not in seen]
        seen.update(digests)
        fullest = max(fullest, len(page.records))
        oldest = min((at for at in (oldest, *map(dialect.log_time, new)) if at is not None), default=None)
        in_older = cursor is None and until != ends  # the first page of what is older than all that came
        short = (in_older and len(page.records) < fullest) or (short and cursor is not None)
        repeats = bool(page.records) and not new
        # What is older fits on less than a page, and came; a page that came before says nothing of the end.
        ended = (page.ended and not (repeats and cursor is not None)) or (short and not new)
        yield request, LogPage(new, page.cursor, ended)
        edge = None if oldest is None else oldest + _INSTANT_OF_A_LOG
        if ended:
            return
        if page.cursor not in cursors and (new or in_older or not page.records):
            cursor = page.cursor
            cursors.add(cursor)
        elif edge is not None and edge != until:
            until, cursor, cursors = edge, None, {None}
        else:
            return


def _digest(record: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


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


def readable_instant(value: Any) -> datetime | None:
    """Return an instant (UTC) as a log or a history writes it, None if it can't be read."""
    try:
        return history_instant(value)
    except ValueError:
        return None


def whole_number(value: Any, otherwise: int) -> int:
    """Return a count as Jira writes it, as a number or as text; ``otherwise`` where it does not tell one."""
    text = str(value)
    return (
        int(text) if not isinstance(value, bool) and text.isascii() and text.isdigit() and len(text) < 19 else otherwise
    )


def count_of(answer: Mapping[str, Any], member: str) -> int:
    """Return a count that must be there.

    Raises
    ------
    AnswerError
        If it is no count.
    """
    count = whole_number(answer[member], -1)
    if count < 0:
        raise AnswerError(f"'{member}' is {str(answer[member])[:40]!r}, no count", expected="a count", found=member)
    return count


def sound_entries(entries: Any) -> tuple[list[Mapping[str, Any]], bool]:
    """Return the history entries that have an id, a readable time and items, each once, and whether those are all.

    Parameters
    ----------
    entries : object
        What stands where a list of history entries belongs; null and a missing list are an empty one.

    Returns
    -------
    entries : list of mapping
        As received; an entry that comes a second time, as at the seam of two pages (JRACLOUD-94906), is left out.
    whole : bool
        False if one was left out because it can't be read.
    """
    if not isinstance(entries, list):
        return [], entries is None
    sound: list[Mapping[str, Any]] = [entry for entry in entries if isinstance(entry, dict) and _is_sound(entry)]
    whole = len(sound) == len(entries)
    ids = [str(entry["id"]) for entry in sound]
    if len(set(ids)) != len(ids):
        once: dict[str, Mapping[str, Any]] = {}
        for number, entry in zip(ids, sound, strict=True):
            once.setdefault(number, entry)
        sound = list(once.values())
    return sound, whole


def _is_sound(entry: Mapping[str, Any]) -> bool:
    number, items = entry.get("id"), entry.get("items")
    if isinstance(number, str):
        if not (number.isdigit() and number.isascii()):
            return False
    elif type(number) is not int:
        return False
    if not (_OBJECTS.issuperset(map(type, items)) if isinstance(items, list) else items is None):
        return False
    return is_history_instant(entry.get("created"))


def next_token(body: Mapping[str, Any]) -> str | None:
    """Return the token of the next page; on the last page it is absent, null or empty."""
    token = body.get("nextPageToken")
    return None if token is None or token == "" else str(token)


def refuse_warnings(answer: Mapping[str, Any], what: str, member: str) -> None:
    """Refuse an answer that Jira itself calls incomplete."""
    if answer.get(member):
        message = f"{what} carries a warning, so it may be incomplete: {str(answer[member])[:200]}"
        raise AnswerError(message, found=str(answer[member])[:200])
