"""The worklogs that were changed or deleted since the archive before, noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from auditlib.errors import AnswerError
from auditlib.jira import worklogs
from auditlib.jira.pages import Cursors
from auditlib.jira.refusal import refusal
from auditlib.phrases import counted
from auditlib.pull.archive.comments import in_sight
from auditlib.pull.archive.session import Archiving, Told
from auditlib.pull.session import Progress
from auditlib.records.census import census_instant
from auditlib.records.worklog_notes import (
    Note,
    WorklogChange,
    WorklogNotes,
    instant_text,
    note_lines,
    note_of,
    read_worklog_notes,
    worklog_changes,
)
from auditlib.responses import topics
from auditlib.responses.archive import ArchiveFolder
from auditlib.responses.request import Request

WORKLOGS: Final = "worklogs"
ENDING: Final = ".jsonl.gz"

_MARGIN: Final = timedelta(hours=1)
"""Of the last minute nothing is told, and clocks differ: what was noted already comes once more."""

_TOLD: Final = 20

_Answer = TypeVar("_Answer")


class _RefusedError(Exception):
    """The account may not ask for worklogs so."""


def archive_worklogs(archiving: Archiving) -> Told:
    """Note the worklogs of issues in sight that were changed since the last note, and the numbers of deleted ones.

    Whose a deleted worklog was, Jira does not tell: it is known where an earlier note has it.
    """
    before = archiving.before
    files = before.files(WORKLOGS, ENDING)
    since = _millis(_instant(files[-1]) - _MARGIN) if files else 0
    try:
        updated, deleted = (_changed(archiving, kind, since) for kind in ("updated", "deleted"))
        notes = _notes(archiving, list(updated))
    except (_RefusedError, AnswerError) as error:
        return Told((f"Worklogs  can't be noted: {error}",))
    now = WorklogNotes(archiving.at, notes, {number: instant_text(at) for number, at in deleted.items()})
    found = _changes(before, files, now)
    figures = {WORKLOGS: len(notes), "deleted": len(deleted)}
    archiving.writer.add_lines(archiving.file(WORKLOGS, ENDING), note_lines(now.changed, now.deleted), figures)
    archiving.writer.commit()
    gone = sum(one.after is None for one in found)
    return Told(
        tuple(_told(now, found)),
        figures={WORKLOGS: len(notes), "worklogs_edited": len(found) - gone, "worklogs_deleted": gone},
    )


def _changed(archiving: Archiving, kind: worklogs.Kind, since: int) -> dict[int, int | None]:
    dialect, found = archiving.session.reader.dialect.NAME, dict[int, int | None]()
    start: int | None = since
    cursors = Cursors()
    while start is not None:
        request = worklogs.changed_since(dialect, kind, start)
        page = _ask(archiving, kind, request, worklogs.read_changed)
        found |= page.at
        start = page.since
        cursors.after(request, None if start is None else str(start), page.at)
    return found


def _notes(archiving: Archiving, numbers: list[int]) -> dict[int, Note]:
    dialect, sight = archiving.session.reader.dialect.NAME, in_sight(archiving)
    progress = Progress(archiving.session.tell, "worklogs", len(numbers))
    notes: dict[int, Note] = {}
    for start in range(0, len(numbers), worklogs.PER_REQUEST):
        batch = numbers[start : start + worklogs.PER_REQUEST]
        for one in _ask(archiving, "list", worklogs.worklogs_of(dialect, batch), worklogs.read_worklogs):
            number, note = note_of(one)
            if note.issue.isdigit() and int(note.issue) in sight:
                notes[number] = note
        progress.add(len(batch))
    return notes


def _ask(archiving: Archiving, kind: str, request: Request, read: Callable[[Request, Any], _Answer]) -> _Answer:
    reader = archiving.session.reader
    entry, answer = reader.answer(topics.ARCHIVE_WORKLOGS.of(kind), request, part=True)
    if entry.status != 200:
        raise _RefusedError(refusal(entry.status, entry.headers, reader.store.body(entry)))
    with reader.reading(entry):
        return read(request, answer)


def _changes(before: ArchiveFolder, files: list[str], now: WorklogNotes) -> list[WorklogChange]:
    """Return what became of worklogs that were noted before, as far as those notes can be read."""
    earlier = []
    for path in files:
        with suppress(AnswerError):
            earlier.append(read_worklog_notes(_instant(path), before.lines(path)))
    known = worklog_changes(earlier)
    return worklog_changes([*earlier, now])[len(known) :]


def _told(now: WorklogNotes, found: list[WorklogChange]) -> Iterator[str]:
    yield f"Worklogs  {counted(len(now.changed), 'worklog')} noted"
    for one in found[:_TOLD]:
        label = "Deleted" if one.after is None else "Edited"
        yield (
            f"{label:<10}worklog {one.worklog_id} of issue {one.before.issue}, {one.at or 'at a time not told'}: it was of "
            f"{one.before.seconds} seconds begun {one.before.started}"
        )
    if len(found) > _TOLD:
        yield f"          and {len(found) - _TOLD:,} more"


def _instant(path: str) -> datetime:
    return census_instant(path.rpartition("/")[2])


def _millis(moment: datetime) -> int:
    return max(0, round(moment.timestamp() * 1000))
