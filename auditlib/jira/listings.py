"""What comes in pages, asked through the client: a search, the histories of many issues, a part of one issue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from auditlib.errors import TooHeavyError
from auditlib.jira.pages import MOST_OF_ISSUE, MOST_RECORDS, Cursors, Pages, names_of
from auditlib.jira.protocol import Dialect
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request


class Client(Protocol):
    """The client, as far as pages are asked for with it."""

    dialect: Dialect
    on_answer: Callable[[Entry, Any], None] | None

    # ruff: noqa: D102 - documented where they are
    def answer(
        self, topic: str, request: Request, *, part: bool = False, may_be_halved: bool = False
    ) -> tuple[Entry, Any]: ...
    def reading(self, entry: Entry) -> AbstractContextManager[None]: ...


class _SplitError(Exception):
    """A batch that is to be asked for in halves, from pages of this size on."""

    def __init__(self, page: int | None) -> None:
        self.page = page
        super().__init__()


def follow_search(
    client: Client, topic: str, jql: str, fields: Sequence[str], *, history: bool = False, most: int = MOST_RECORDS
) -> Iterator[tuple[Entry, Sequence[Mapping[str, Any]]]]:
    """Yield each page of a search, kept first; parameters as ``JiraReader.search``."""
    dialect, cursors = client.dialect, Cursors(most)

    def make(cursor: str | None, size: int | None) -> Request:
        return dialect.search(jql, fields, cursor, history=history, size=size)

    def take(request: Request) -> tuple[tuple[Entry, Sequence[Mapping[str, Any]]], str | None]:
        entry, answer = client.answer(topic, request, may_be_halved=request.half is not None)
        with client.reading(entry):
            page = dialect.read_search(request, answer)
            names = [str(issue["id"]) for issue in page.issues]
            return (entry, page.issues), cursors.after(request, page.cursor, names, is_last=page.is_last)

    return (page for _, page in Pages(make, take))


def follow_histories(client: Client, topic: str, ids: Sequence[int], size: int, tell: Callable[[int], None]) -> None:
    """Ask for the whole history of issues, batch by batch; parameters as ``JiraReader.histories``."""
    start, count = 0, size
    page: int | None = None
    while start < len(ids):
        batch = ids[start : start + count]
        try:
            page = _follow_batch(client, topic, batch, page)
        except _SplitError as split:
            count, page = len(batch) // 2, split.page
            continue
        start += len(batch)
        tell(len(batch))


def _follow_batch(client: Client, topic: str, batch: Sequence[int], page: int | None) -> int | None:
    """Follow the history of some issues to its end; return the size of page that Jira could give.

    Raises
    ------
    _SplitError
        If even the first page was too heavy: fewer issues, and a smaller page, are the next to be tried.
    """
    dialect, cursors = client.dialect, Cursors()
    splits = False

    def make(cursor: str | None, size: int | None) -> Request:
        nonlocal splits
        splits = cursor is None and len(batch) > 1
        return dialect.histories(batch, cursor, size=size)

    def take(request: Request) -> tuple[None, str | None]:
        try:
            entry, answer = client.answer(topic, request, may_be_halved=splits or request.half is not None)
        except TooHeavyError:
            if splits:
                raise _SplitError(request.half or page) from None
            raise
        with client.reading(entry):
            if client.on_answer is None:  # else it has read the answer already
                dialect.read_histories(answer)
            return None, cursors.after(request, dialect.histories_cursor(answer), _names_of(answer))

    pages = Pages(make, take, page)
    for _ in pages:
        pass  # kept, each
    return pages.size


def follow_part(client: Client, topic: str, part: str, issue_id: int) -> bool:
    """Ask for a part of an issue to its end, and say whether it was given; parameters as ``JiraReader.issue_part``."""
    dialect, cursors = client.dialect, Cursors(MOST_OF_ISSUE)

    def make(cursor: str | None, size: int | None) -> Request:
        return dialect.issue_part(part, issue_id, cursor, size=size)

    def take(request: Request) -> tuple[bool, str | None]:
        entry, answer = client.answer(topic, request, part=True, may_be_halved=request.half is not None)
        if entry.status != 200:
            return False, None
        with client.reading(entry):
            page = dialect.read_issue_part(part, request, answer)
            return True, cursors.after(request, page.cursor, names_of(request, page.records))

    return all(given for _, given in Pages(make, take))


def _names_of(answer: Any) -> Iterator[str]:
    """Yield by what the entries of a page of histories are known again, or its issues where those bring their history."""
    for one in (answer.get("issueChangeLogs") or answer.get("issues") or ()) if isinstance(answer, dict) else ():
        issue = str(one.get("issueId", one.get("id")))
        entries = one.get("changeHistories")
        yield issue
        for entry in entries if isinstance(entries, list) else ():
            yield f"{issue} {entry.get('id') if isinstance(entry, dict) else entry}"
