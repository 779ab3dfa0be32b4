"""Whether the pages of each question follow each other: each begins where the one before says that the next one does.

A page that was taken away, put in or put elsewhere breaks the chain, whatever the digests say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from auditlib.errors import AuditError
from auditlib.evidence.differences import Difference, Kind
from auditlib.jira.protocol import Dialect
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request
from auditlib.responses.topic import Topic
from auditlib.responses.topics import read_topic

_PLACES: Final = ("nextPageToken", "startAt", "start")
"""What says in a question where its page begins; of a log and of members other code follows the pages."""

_SIZES: Final = ("maxResults", "limit")

_OF_PARTS: Final[Mapping[Topic, str]] = {
    topics.HISTORY_ONE: "history",
    topics.APPROVALS: "approvals",
    **{topic: part for part, topic in topics.DOSSIER_PARTS.items()},
}


class Asked(NamedTuple):
    """A response: the place at which its page was asked for, and its number in the folder of its topic."""

    entry: Entry
    place: str
    number: int


def is_paged(topic: Topic) -> bool:
    """Say whether responses of a topic are pages that are followed here."""
    return topic.issues == "search" or topic.histories == "bulk" or topic in _OF_PARTS


def broken_chains(
    entries: Iterable[Entry], refused: Iterable[Entry], dialect: Dialect, read: Callable[[Entry], Any]
) -> Iterator[Difference]:
    """Yield each page that does not begin where the one before it ends, and each that is missing or too much.

    Parameters
    ----------
    entries, refused : iterable of Entry
        The usable responses, and those that can't be used: at one of these the pages of a question may end.
    dialect : Dialect
        Says where the next page begins.
    read : callable
        Returns the JSON of a response.
    """
    dead_ends = {(question_of(one), place_of(one.request)) for one in refused if is_paged(read_topic(one.topic).topic)}
    for question, pages in _questions(entries).items():
        yield from _follow(sorted(pages, key=lambda one: one.number), question, dead_ends, dialect, read)


def _questions(entries: Iterable[Entry]) -> dict[str, list[Asked]]:
    """Return the pages of each question, whatever their size."""
    found: dict[str, list[Asked]] = {}
    for entry in entries:
        if is_paged(read_topic(entry.topic).topic):
            number = int(entry.file.rpartition("/")[2].partition(".")[0])
            found.setdefault(question_of(entry), []).append(Asked(entry, place_of(entry.request), number))
    return found


def _follow(
    pages: Sequence[Asked],
    question: str,
    dead_ends: set[tuple[str, str]],
    dialect: Dialect,
    read: Callable[[Entry], Any],
) -> Iterator[Difference]:
    """Yield what breaks the chain of the pages of one question."""
    wanted: str | None = ""
    seen: set[str] = set()
    for entry, place, _ in pages:
        if wanted is None:
            yield _page(entry, f"begins at {place!r}", "no more pages: the one before is the last")
            return
        if place != wanted:
            yield _page(entry, f"begins at {place!r}", f"the page at {wanted!r}, as the one before says")
            return
        try:
            cursor, is_last = next_place(entry, dialect, read)
        except AuditError as error:
            yield Difference(Kind.ANSWER, f"data/raw/{entry.file}", "an answer to its question", str(error))
            return
        wanted = None if cursor is None or (is_last and cursor in seen) else cursor
        seen.add(cursor or "")
    if wanted is not None and (question, wanted) not in dead_ends:
        yield _page(pages[-1].entry, f"names the next page, at {wanted!r}", "a response that holds it")


def _page(entry: Entry, found: str, expected: str) -> Difference:
    return Difference(Kind.PAGES, f"data/raw/{entry.file}", expected, found)


def next_place(entry: Entry, dialect: Dialect, read: Callable[[Entry], Any]) -> tuple[str | None, bool]:
    """Return where the page behind a response begins, None behind the last; and whether Jira calls it the last."""
    if entry.status != 200:
        return None, True
    topic, answer = read_topic(entry.topic).topic, read(entry)
    if topic in _OF_PARTS:
        return _plain(dialect.read_issue_part(_OF_PARTS[topic], entry.request, answer).cursor), False
    if topic.histories == "bulk":
        return _plain(dialect.histories_cursor(answer)), False
    page = dialect.read_search(entry.request, answer)
    return _plain(page.cursor), page.is_last


def _plain(cursor: str | None) -> str | None:
    return None if cursor is None else str(cursor)


def place_of(request: Request) -> str:
    """Return where the page of a question begins; empty for the first."""
    members = {**dict(request.query), **dict((request.body or {}).items())}
    place = next((members[name] for name in _PLACES if members.get(name) is not None), "")
    return "" if str(place) == "0" else str(place)


def question_of(entry: Entry) -> str:
    """Return what is asked, as text, without the place and the size of the page."""
    without = {*_PLACES, *_SIZES}
    request = entry.request
    query = [pair for pair in request.query if pair[0] not in without]
    body = {name: value for name, value in (request.body or {}).items() if name not in without}
    return json.dumps([entry.topic, request.method, request.path, query, body], sort_keys=True)
