"""The comments that Jira shows, noted: of issues that were updated since the archive before, and of some others in turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final

from auditlib.audit.archive.comments import COMMENT_CHANGES, comment_changes
from auditlib.errors import AccountRefusedError, AnswerError, SourceError, UnreachableError
from auditlib.jira.client import JiraReader
from auditlib.jira.jql import by_ids, updated_since
from auditlib.phrases import counted
from auditlib.pull.archive.session import Archiving, Told
from auditlib.pull.session import Progress
from auditlib.records.census import census_instant, read_census
from auditlib.records.comment_census import (
    EDITED,
    GONE,
    RETURNED,
    CommentCensus,
    CommentChange,
    Seen,
    census_lines,
    due_for_reading,
    known_from,
    note_readings,
    read_comment_census,
    seen_comment,
)
from auditlib.records.issues import json_object
from auditlib.responses import topics
from auditlib.responses.archive import CENSUS, CENSUS_ENDING, CHANGES_ENDING, ArchiveFolder
from auditlib.tables import to_csv
from auditlib.times import format_utc

COMMENTS: Final = "comments"
ENDING: Final = ".jsonl.gz"

READ_AGAIN: Final = 20_000
"""Issues with comments that each archive reads again at most, although Jira does not call them updated."""

_BATCH: Final = 100
_TOLD: Final = 20


@dataclass
class Reading:
    """What was read of comments so far: by issue id, the key and what the issue has; and what could not be read.

    ``broken`` are the projects that were not read to their end: the next archive begins where the last whole one did.
    """

    keys: dict[int, str] = field(default_factory=dict)
    issues: dict[int, Mapping[int, Seen]] = field(default_factory=dict)
    unread: dict[int, str] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)


def archive_comments(archiving: Archiving) -> Told:
    """Note the comments of issues that were updated since the last note of their project, and of others in turn.

    The first reads all of a project. What an issue says of its comments inside a search may be cut; where Jira counts more
    than came, they are asked for by themselves.
    """
    before, session = archiving.before, archiving.session
    files = before.files(COMMENTS, ENDING)
    reading = Reading()
    progress = Progress(session.tell, "issues whose comments are read")
    projects = sorted(archiving.former.keys() - archiving.hidden.keys())
    since = _last_read(before, projects)
    session.side_by_side(
        [partial(_read_updated, session.reader, project, since.get(project), reading, progress) for project in projects]
    )
    readings: dict[int, datetime] = {}
    for path in files:
        with suppress(AnswerError):  # a damaged file is told by the archive itself; what it held is read again as new
            note_readings(readings, _instant(path), before.lines(path))
    due = due_for_reading(readings, in_sight(archiving), reading.issues, READ_AGAIN)
    batches = [due[start : start + _BATCH] for start in range(0, len(due), _BATCH)]
    session.side_by_side(
        [partial(_read_again, session.reader, n, batch, reading, progress) for n, batch in enumerate(batches, start=1)]
    )
    return _keep(archiving, reading, projects, files)


def _last_read(before: ArchiveFolder, projects: Iterable[str]) -> dict[str, datetime]:
    """Return when the comments of each project were noted last, as the chain tells it."""
    found: dict[str, datetime] = {}
    for path in before.files(COMMENTS, ENDING):
        for added in before.added[path]:
            told = added.detail.get("projects")
            found |= dict.fromkeys(told if isinstance(told, list) else (), _instant(path))
    return {project: found[project] for project in projects if project in found}


def in_sight(archiving: Archiving) -> frozenset[int]:
    """Return the issues of this archive's census."""
    path, now = archiving.file(CENSUS, CENSUS_ENDING), ArchiveFolder(archiving.writer.folder)
    if path not in now.added:
        return frozenset()
    return frozenset(read_census(archiving.at, now.lines(path)).issues["issue_id"].tolist())


def _read_updated(
    reader: JiraReader, project: str, since: datetime | None, reading: Reading, progress: Progress
) -> None:
    query = updated_since(project, None if since is None else since.date())
    try:
        for _, issues in reader.search(topics.ARCHIVE_COMMENTS.of(project), query, ["comment"]):
            _take(reader, issues, reading)
            progress.add(len(issues))
    except (UnreachableError, AccountRefusedError):
        raise
    except SourceError as error:
        reading.broken[project] = str(error)


def _read_again(reader: JiraReader, number: int, batch: Sequence[int], reading: Reading, progress: Progress) -> None:
    """Read issues by their ids; a question that Jira refuses, as where one of them went meanwhile, is cut into single ones."""
    topic = topics.ARCHIVE_COMMENTS_AGAIN.of(number)
    try:
        for _, issues in reader.search(topic, by_ids(batch), ["comment"]):
            _take(reader, issues, reading)
    except (UnreachableError, AccountRefusedError):
        raise
    except SourceError as error:
        for issue in batch:
            if issue not in reading.issues:
                reading.unread[issue] = str(error)
    progress.add(len(batch))


def _take(reader: JiraReader, issues: Iterable[Mapping[str, Any]], reading: Reading) -> None:
    for issue in issues:
        number, key = int(issue["id"]), str(issue["key"])
        try:
            comments = _inside(issue)
            reading.issues[number] = _asked(reader, number) if comments is None else comments
            reading.keys[number] = key
            reading.unread.pop(number, None)
        except AnswerError as error:
            reading.unread[number] = str(error)


def _inside(issue: Mapping[str, Any]) -> dict[int, Seen] | None:
    """Return the comments that a search gives with an issue; None if those are not all."""
    told = json_object(json_object(issue.get("fields")).get("comment"))
    records, total = told.get("comments"), told.get("total")
    if not isinstance(records, list) or not isinstance(total, int) or total > len(records):
        return None
    return dict(map(seen_comment, map(json_object, records)))


def _asked(reader: JiraReader, issue: int) -> dict[int, Seen]:
    """Ask for the comments of one issue, page by page.

    Raises
    ------
    AnswerError
        If they are refused, or can't be read.
    """
    topic = topics.ARCHIVE_COMMENTS_ONE.of(issue)
    if not reader.issue_part(topic, COMMENTS, issue):
        raise AnswerError("the comments of the issue were refused")
    pages = [
        reader.dialect.read_issue_part(COMMENTS, entry.request, reader.store.json(entry))
        for entry in reader.store.entries(topic)
        if entry.status == 200
    ]
    if not all(page.whole for page in pages):
        raise AnswerError("something stands among the comments that is none")
    return dict(seen_comment(one) for page in pages for one in page.records)


# what is kept, and told


def _keep(archiving: Archiving, reading: Reading, projects: Sequence[str], files: Sequence[str]) -> Told:
    census = CommentCensus(archiving.at, reading.issues, reading.keys)
    changes = _changes(archiving.before, files, census)
    lines = (
        line
        for issue in sorted(census.issues)
        for line in census_lines(issue, census.keys[issue], census.issues[issue])
    )
    figures = {
        "issues": len(census.issues),
        COMMENTS: sum(map(len, census.issues.values())),
        "unread": len(reading.unread),
    }
    writer = archiving.writer
    writer.add_lines(
        archiving.file(COMMENTS, ENDING),
        lines,
        {**figures, "projects": [one for one in projects if one not in reading.broken]},
    )
    if files:
        table = to_csv(COMMENT_CHANGES, comment_changes(changes))
        counts = {name: sum(one.change == name for one in changes) for name in (EDITED, GONE)}
        writer.add_file(archiving.file(COMMENTS, CHANGES_ENDING), [table], counts)
    writer.commit()
    gone = sum(one.change == GONE for one in changes)
    edited = sum(one.change == EDITED for one in changes)
    return Told(
        tuple(_told(figures, changes, reading, first=not files)),
        figures={"comments": figures[COMMENTS], "comments_edited": edited, "comments_gone": gone},
    )


def _changes(before: ArchiveFolder, files: Sequence[str], census: CommentCensus) -> list[CommentChange]:
    """Return what became of the comments since the issues of this census were read before."""
    earlier = []
    for path in files:
        with suppress(AnswerError):
            earlier.append(read_comment_census(_instant(path), before.lines(path), only=census.issues))
    return [one for one in known_from([*earlier, census])[1] if one.first_missed == census.at]


def _told(
    figures: Mapping[str, int], changes: Sequence[CommentChange], reading: Reading, *, first: bool
) -> Iterator[str]:
    new = ", for the first time" if first else ""
    yield f"Comments  {counted(figures[COMMENTS], 'comment')} of {counted(figures['issues'], 'issue')} noted{new}"
    for one in changes[:_TOLD]:
        between = (
            f"seen {format_utc(one.last_seen)}, {'changed' if one.after else 'missed'} {format_utc(one.first_missed)}"
        )
        yield f"{_LABELS[one.change]:<10}{one.key}, comment {one.comment_id}: {between}{_MEANS[one.change]}"
    if len(changes) > _TOLD:
        yield f"          and {len(changes) - _TOLD:,} more, in the file of changes beside the comments"
    for project, why in sorted(reading.broken.items()):
        yield f"Unread    comments of {project}: {why}"
    if reading.unread:
        number, why = next(iter(sorted(reading.unread.items())))
        yield f"Unread    the comments of {counted(len(reading.unread), 'issue')}; of issue {number}: {why}"


_LABELS: Final = {EDITED: "Edited", GONE: "Gone", RETURNED: "Returned"}
_MEANS: Final = {EDITED: "", GONE: "; deleted, or hidden from this account", RETURNED: "; it had been hidden"}


def _instant(path: str) -> datetime:
    return census_instant(path.rpartition("/")[2])
