"""What comes in pages, asked through the client: a search, the histories of many issues, a part of one issue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from auditlib.errors import RefusedError, TooHeavyError
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
    def kept(self, topic: str, request: Request) -> Entry | None: ...
    def take_back(self, entry: Entry, why: str) -> None: ...


class _SplitError(Exception):
    """A batch that is to be asked for in halves, from pages of this size on."""

    def __init__(self, page: int | None) -> None:
        self.page = page
        super().__init__()


class _AgedError(Exception):
    """Jira knows the place no longer at which pages that were kept end: they are to be asked for anew, from the first."""


class _Following:
    """The pages of one question, those first that came before and are on disk.

    Atlassian lets a page token expire in 7 days (the description of ``nextPageToken`` in its OpenAPI document), and a token
    holds for the question that gave it: whoever goes on later has all of it anew, and not half of it from another day.
    """

    def __init__(self, client: Client, topic: str) -> None:
        self._client = client
        self._topic = topic
        self._before: list[Entry] = []
        self._goes_on = False

    def answer(self, request: Request, *, may_be_halved: bool) -> tuple[Entry, Any]:
        """Ask as `Client.answer` does.

        Raises
        ------
        _AgedError
            If Jira refuses to go on where the pages on disk end; they are taken back.
        """
        came_before = self._client.kept(self._topic, request) is not None
        try:
            entry, answer = self._client.answer(self._topic, request, may_be_halved=may_be_halved)
        except RefusedError as error:
            if self._goes_on or not self._before:
                raise
            for one in self._before:
                self._client.take_back(one, f"Jira knows no more where the next page begins: {error}")
            raise _AgedError from error
        self._goes_on = self._goes_on or not came_before
        self._before.append(entry)
        return entry, answer


def follow_search(
    client: Client, topic: str, jql: str, fields: Sequence[str], *, history: bool = False, most: int = MOST_RECORDS
) -> Iterator[tuple[Entry, Sequence[Mapping[str, Any]]]]:
    """Yield each page of a search, kept first; parameters as ``JiraReader.search``.

    Where Jira knows the place no longer at which an earlier attempt ended, all pages come anew, from the first.
    """
    dialect = client.dialect

    def make(cursor: str | None, size: int | None) -> Request:
        return dialect.search(jql, fields, cursor, history=history, size=size)

    def pages() -> Iterator[tuple[Entry, Sequence[Mapping[str, Any]]]]:
        following, cursors = _Following(client, topic), Cursors(most)

        def take(request: Request) -> tuple[tuple[Entry, Sequence[Mapping[str, Any]]], str | None]:
            entry, answer = following.answer(request, may_be_halved=request.half is not None)
            with client.reading(entry):
                page = dialect.read_search(request, answer)
                names = [str(issue["id"]) for issue in page.issues]
                return (entry, page.issues), cursors.after(request, page.cursor, names, is_last=page.is_last)

        return (page for _, page in Pages(make, take))

    try:
        yield from pages()
    except _AgedError:
        yield from pages()


def follow_histories(client: Client, topic: str, ids: Sequence[int], size: int, tell: Callable[[int], None]) -> None:
    """Ask for the whole history of issues, batch by batch; parameters as ``JiraReader.histories``."""
    start, count = 0, size
    page: int | None = None
    while start < len(ids):
        batch = ids[start : start + count]
        try:
            page = _follow_batch(client, topic, batch, page)
        except _AgedError:
            continue
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
    dialect, cursors, following = client.dialect, Cursors(), _Following(client, topic)
    splits = False

    def make(cursor: str | None, size: int | None) -> Request:
        nonlocal splits
        splits = cursor is None and len(batch) > 1
        return dialect.histories(batch, cursor, size=size)

    def take(request: Request) -> tuple[None, str | None]:
        try:
            entry, answer = following.answer(request, may_be_halved=splits or request.half is not None)
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
