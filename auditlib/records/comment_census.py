"""Censuses of comments, kept in the archive: which comments Jira showed, in which state, and what became of them. Pure.

Jira keeps no history of a comment: of an edited one it has the last text alone, of a deleted one nothing. So the archive
notes of each comment when it was last changed and the digest of its text; whoever reads two such notes knows of an edit or
of a comment that is gone, and between which two times it happened.

A census holds the issues that were read for it, not all: the first reads all, a later one those that Jira calls updated and
those whose comments were read longest ago. Of an issue that it does not hold it says nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeVar

from auditlib.errors import AnswerError
from auditlib.records.issues import number_of
from auditlib.text import shorten

EDITED: Final = "edited"
GONE: Final = "deleted or hidden"
RETURNED: Final = "returned"
"""A comment that was gone and is there again: it had been hidden, not deleted."""


class Seen(NamedTuple):
    """A comment as a census saw it: Jira's times as received, and the SHA-256 of its text."""

    created: str
    updated: str
    sha256: str


@dataclass(frozen=True)
class CommentCensus:
    """One census of comments.

    Attributes
    ----------
    at : datetime
        When it was begun, UTC.
    issues : mapping of int to mapping of int to Seen
        By issue id, of the issues that were read: their comments by id; an issue without comments has none.
    keys : mapping of int to str
        The issues' keys, as they were then.
    """

    at: datetime
    issues: Mapping[int, Mapping[int, Seen]]
    keys: Mapping[int, str]


class CommentChange(NamedTuple):
    """What became of a comment between two censuses that read its issue.

    ``before`` is how it was last seen at ``last_seen``; ``after`` how it was at ``first_missed``, None if it was not there.
    """

    issue_id: int
    key: str
    comment_id: int
    change: str
    last_seen: datetime
    first_missed: datetime
    before: Seen
    after: Seen | None

    @property
    def text_changed(self) -> bool | None:
        """Whether the text is another; None where there is none any more."""
        return None if self.after is None else self.after.sha256 != self.before.sha256


@dataclass
class KnownComments:
    """What the censuses so far know; they are given in the order of their times.

    Attributes
    ----------
    read_at : dict of int to datetime
        By issue id, which census read it last.
    comments : dict of int to dict of int to Seen
        By issue id, what that one saw.
    gone : dict of int to dict of int to (datetime, Seen)
        By issue id, comments that were gone then: when they were last seen, and how.
    """

    read_at: dict[int, datetime] = field(default_factory=dict)
    comments: dict[int, dict[int, Seen]] = field(default_factory=dict)
    gone: dict[int, dict[int, tuple[datetime, Seen]]] = field(default_factory=dict)

    def take(self, census: CommentCensus) -> list[CommentChange]:
        """Take in a later census; return what became of the comments known, by issue and comment."""
        found: list[CommentChange] = []
        for issue, now in sorted(census.issues.items()):
            if issue in self.read_at:
                found += self._compare(issue, census.keys[issue], census.at, now)
            self.read_at[issue], self.comments[issue] = census.at, dict(now)
        return found

    def _compare(self, issue: int, key: str, at: datetime, now: Mapping[int, Seen]) -> Iterator[CommentChange]:
        last, before = self.read_at[issue], self.comments[issue]
        lost = self.gone.get(issue, {})
        for comment in sorted(before.keys() | (now.keys() & lost.keys())):
            if comment not in before:
                seen_at, seen = lost.pop(comment)
                yield CommentChange(issue, key, comment, RETURNED, seen_at, at, seen, now[comment])
            elif comment not in now:
                self.gone.setdefault(issue, {})[comment] = last, before[comment]
                yield CommentChange(issue, key, comment, GONE, last, at, before[comment], None)
            elif now[comment][1:] != before[comment][1:]:
                yield CommentChange(issue, key, comment, EDITED, last, at, before[comment], now[comment])


def body_digest(body: Any) -> str:
    """Return the SHA-256 of a comment's text: of plain text its UTF-8, of Cloud's document form its canonical JSON.

    Canonical is JSON without white space, its members in the order of their names.
    """
    text = (
        body if isinstance(body, str) else json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    )
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def seen_comment(comment: Mapping[str, Any]) -> tuple[int, Seen]:
    """Return the id and the state of a comment as Jira sends it.

    Raises
    ------
    AnswerError
        If it has no id.
    """
    number = number_of(comment.get("id"), "a comment")
    created = _time(comment.get("created"))
    return number, Seen(created, _time(comment.get("updated")) or created, body_digest(comment.get("body")))


def _time(value: Any) -> str:
    return "" if value is None else str(value)


def census_lines(issue_id: int, key: str, comments: Mapping[int, Seen]) -> Iterator[str]:
    """Yield the lines of an issue that was read, by comment id; of one without comments a line that says so."""
    if not comments:
        yield _line({"issue": str(issue_id), "key": key, "comment": None})
    for number, seen in sorted(comments.items()):
        yield _line({"issue": str(issue_id), "key": key, "comment": str(number), **seen._asdict()})


def _line(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=True)


def read_comment_census(at: datetime, lines: Iterable[str], *, only: Container[int] | None = None) -> CommentCensus:
    """Read a census of comments.

    Parameters
    ----------
    at : datetime
        From the file's name, ``census.census_instant``.
    lines : iterable of str
        As `census_lines` gives them; empty ones are ignored.
    only : container of int, optional
        The issues wanted; all if left out.

    Raises
    ------
    AnswerError
        Naming the line, if it is none of them.
    """
    issues: dict[int, dict[int, Seen]] = {}
    keys: dict[int, str] = {}

    def take(record: Any, what: str) -> None:
        issue = number_of(record["issue"], what)
        if only is not None and issue not in only:
            return
        key, comment = str(record["key"]), record["comment"]
        comments = issues.setdefault(issue, {})
        keys[issue] = key
        if comment is not None:
            comments[number_of(comment, what)] = Seen(*(str(record[name]) for name in Seen._fields))

    for _ in _parsed(lines, take):
        pass
    return CommentCensus(at, issues, keys)


_Read = TypeVar("_Read")


def _parsed(lines: Iterable[str], read: Callable[[Any, str], _Read]) -> Iterator[_Read]:
    """Read each line that is not empty; one that can't be read is named by its place."""
    for place, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        what = f"line {place}"
        try:
            yield read(json.loads(line), what)
        except (ValueError, TypeError, KeyError, RecursionError, AnswerError) as error:
            message = f"{what} is no comment: {shorten(line.strip(), 80)!r}"
            raise AnswerError(message, expected="an object with issue, key and comment", found=line[:80]) from error


def is_of(line: str, issues: Container[int]) -> bool:
    """Say whether a line is of one of these issues; False for one that can't be read."""
    try:
        return number_of(json.loads(line)["issue"], "a line") in issues
    except (ValueError, TypeError, KeyError, RecursionError, AnswerError):
        return False


def known_from(censuses: Sequence[CommentCensus]) -> tuple[KnownComments, list[CommentChange]]:
    """Return what censuses know together, and what became of comments between them, in the order of time."""
    known = KnownComments()
    changes: list[CommentChange] = []
    for census in sorted(censuses, key=lambda one: one.at):
        changes += known.take(census)
    return known, changes


def note_readings(readings: dict[int, datetime], at: datetime, lines: Iterable[str]) -> None:
    """Note which issues a census read, of those that had comments then; censuses are given in the order of their times.

    Parameters
    ----------
    readings : dict of int to datetime
        By issue id, when it was read last, with comments; added to.
    at, lines
        As for `read_comment_census`.

    Raises
    ------
    AnswerError
        Naming the line, if it is none.
    """
    for issue, comment in _parsed(lines, lambda record, what: (number_of(record["issue"], what), record["comment"])):
        if comment is None:
            readings.pop(issue, None)
        else:
            readings[issue] = at


def due_for_reading(
    readings: Mapping[int, datetime], present: Container[int], updated: Container[int], most: int
) -> list[int]:
    """Return which issues are read again although Jira does not call them updated.

    Nothing that Atlassian writes says whether deleting a comment makes its issue an updated one. So issues with comments are
    read in turns: those that were read longest ago first.

    Parameters
    ----------
    readings : mapping of int to datetime
        From `note_readings`.
    present : container of int
        Ids of the issues in sight today.
    updated : container of int
        Those that are read anyway.
    most : int
        How many are read again at most.

    Returns
    -------
    list of int
        Ids, rising.
    """
    waiting = [issue for issue in readings if issue in present and issue not in updated]
    waiting.sort(key=lambda issue: (readings[issue], issue))
    return sorted(waiting[:most])
