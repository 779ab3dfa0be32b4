"""Notes of worklogs, kept in the archive: which were recorded, changed or deleted since the archive before. Pure.

Jira tells which worklogs were changed and which were deleted since a time, of a deleted one no more than its number. So what
was noted of it before is all that there is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from auditlib.errors import AnswerError
from auditlib.records.comment_census import body_digest
from auditlib.records.issues import json_object, number_of, person_id
from auditlib.text import shorten
from auditlib.times import format_utc


class Note(NamedTuple):
    """A worklog as it was noted: its issue, who worked, when and how long (seconds), and the SHA-256 of its comment.

    Times are Jira's own words.
    """

    issue: str
    author: str
    started: str
    seconds: str
    created: str
    updated: str
    sha256: str


@dataclass(frozen=True)
class WorklogNotes:
    """What one archive noted: worklogs by their number, and the numbers of deleted ones with the time that Jira tells."""

    at: datetime
    changed: Mapping[int, Note]
    deleted: Mapping[int, str]


class WorklogChange(NamedTuple):
    """A worklog that was changed or deleted after an archive had noted it; ``after`` is None of a deleted one."""

    worklog_id: int
    change: str
    at: str
    before: Note
    after: Note | None


def note_of(worklog: Mapping[str, Any]) -> tuple[int, Note]:
    """Return the number of a worklog as Jira sends it, and what is noted of it.

    Raises
    ------
    AnswerError
        If it has no number.
    """
    number = number_of(worklog.get("id"), "a worklog")
    told = {name: worklog.get(name) for name in ("issueId", "started", "timeSpentSeconds", "created", "updated")}
    issue, started, seconds, created, updated = ("" if one is None else str(one) for one in told.values())
    author = person_id(json_object(worklog.get("author")))
    return number, Note(issue, author, started, seconds, created, updated, body_digest(worklog.get("comment")))


def instant_text(millis: object) -> str:
    """Write a time that Jira tells in milliseconds since 1970; empty where it tells none."""
    if isinstance(millis, bool) or not isinstance(millis, int) or not 0 <= millis < 253_402_300_800_000:
        return ""
    return format_utc(datetime.fromtimestamp(millis / 1000, UTC))


def note_lines(changed: Mapping[int, Note], deleted: Mapping[int, str]) -> list[str]:
    """Return the lines of an archive: changed worklogs by number, then deleted ones."""
    lines = [json.dumps({"worklog": str(number), **note._asdict()}) for number, note in sorted(changed.items())]
    return lines + [json.dumps({"worklog": str(number), "deleted": at}) for number, at in sorted(deleted.items())]


def read_worklog_notes(at: datetime, lines: Iterable[str]) -> WorklogNotes:
    """Read what one archive noted; lines as `note_lines` gives them.

    Raises
    ------
    AnswerError
        Naming the line, if it is none of them.
    """
    changed: dict[int, Note] = {}
    deleted: dict[int, str] = {}
    for place, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        what = f"line {place}"
        try:
            record = json.loads(line)
            number = number_of(record["worklog"], what)
            if "deleted" in record:
                deleted[number] = str(record["deleted"])
            else:
                changed[number] = Note(*(str(record[name]) for name in Note._fields))
        except (ValueError, TypeError, KeyError, RecursionError, AnswerError) as error:
            message = f"{what} is no worklog: {shorten(line.strip(), 80)!r}"
            raise AnswerError(message, expected="an object with worklog", found=line[:80]) from error
    return WorklogNotes(at, changed, deleted)


def worklog_changes(notes: Iterable[WorklogNotes]) -> list[WorklogChange]:
    """Return which worklogs were changed or deleted after they had been noted, in the order of archives and numbers."""
    known: dict[int, Note] = {}
    found = []
    for archive in sorted(notes, key=lambda one: one.at):
        for number, note in sorted(archive.changed.items()):
            if number in known and known[number] != note:
                found.append(WorklogChange(number, "edited", note.updated, known[number], note))
            known[number] = note
        for number, at in sorted(archive.deleted.items()):
            if number in known:
                found.append(WorklogChange(number, "deleted", at, known.pop(number), None))
    return found
