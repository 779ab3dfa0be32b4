"""A census of all issues in sight of the listed projects, and what changed since the last."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath
from typing import Any, Final

import pandas as pd

from auditlib.errors import AccountRefusedError, AnswerError, SourceError, UnreachableError
from auditlib.jira import jql
from auditlib.phrases import agreeing, counted, listed
from auditlib.pull.archive.session import Archiving, Told
from auditlib.pull.session import Progress
from auditlib.records.census import Census, census_instant, read_census
from auditlib.records.census_changes import CHANGES, absent_after, changes_since
from auditlib.records.issues import number_of, split_key
from auditlib.responses import topics
from auditlib.responses.archive import CENSUS, CENSUS_ENDING, CHANGES_ENDING, ArchiveFolder
from auditlib.tables import csv_pieces
from auditlib.times import format_utc

_SHOWN: Final = 20
"""Keys that are shown on the screen of one kind; all stand in the file."""


def archive_census(archiving: Archiving) -> Told:
    """Walk through the keys of every project in sight, keep them, and say what changed since the last census."""
    walk = _Walk(archiving)
    walk.ask()
    newest = read_census(archiving.at, walk.lines())
    hidden = dict(archiving.hidden) | walk.broken
    detail = {"hidden": hidden, "projects": walk.sizes}
    archiving.writer.add_lines(archiving.file(CENSUS, CENSUS_ENDING), walk.lines(), detail)
    changes, unread = _changes(archiving, newest)
    figures = {"issues": len(newest.issues), **_counts(changes)}
    archiving.writer.add_file(archiving.file(CENSUS, CHANGES_ENDING), csv_pieces(CHANGES, changes), figures)
    archiving.writer.commit()
    lines = [f"Census    {counted(len(newest.issues), 'issue')} of {listed(list(walk.sizes)) or 'no project'} in sight"]
    lines += [f"Not seen  {key}: {why}" for key, why in sorted(hidden.items())]
    lines += [f"Unread    {why}: not compared with" for why in unread]
    lines += _said(changes)
    if walk.twice:
        lines.append(
            f"Moved     {listed(walk.twice)} {agreeing(len(walk.twice), 'was', 'were')} moved while they were listed"
        )
    return Told(tuple(lines), {"vanished": figures["vanished"]}, figures)


def census_of(archive: ArchiveFolder, path: str) -> Census:
    """Read a census of an archive.

    Raises
    ------
    AnswerError
        Naming the file, if it can't be read.
    """
    try:
        return read_census(census_instant(PurePosixPath(path).name), archive.lines(path))
    except ValueError:
        raise AnswerError(f"{path} is not named by a time") from None


class _Walk:
    """The walk through the keys of every project in sight."""

    def __init__(self, archiving: Archiving) -> None:
        self._session = archiving.session
        self._projects = archiving.seen
        self.broken: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        self.twice: list[str] = []

    def ask(self) -> None:
        """Ask for the keys of all projects side by side; of a project that can't be listed, note why."""
        keys = Progress(self._session.tell, "keys")
        self._session.side_by_side([partial(self._ask, project, keys) for project in self._projects])

    def _ask(self, project: str, keys: Progress) -> None:
        try:
            for page in self._pages(project):
                keys.add(len(page))
        except (UnreachableError, AccountRefusedError):
            raise
        except SourceError as error:
            self.broken[project] = str(error)

    def _pages(self, project: str) -> Iterator[list[tuple[int, str]]]:
        """Yield id and key of the issues of each page; from disk if it came before."""
        reader = self._session.reader
        for entry, issues in reader.search(
            topics.KEY_WALK.of(project), jql.key_walk(project), reader.dialect.WALK_FIELDS
        ):
            with reader.reading(entry):
                yield [(number_of(one["id"], "an issue"), _checked(one["key"])) for one in issues]

    def lines(self) -> Iterator[str]:
        """Yield a line for each issue, once: of one that came under two keys, the first."""
        seen: dict[int, None] = {}
        self.twice = []
        self.sizes = {}
        for project in self._projects:
            if project in self.broken:
                continue
            size = Counter[str]()
            for page in self._pages(project):
                for issue, key in page:
                    if issue in seen:
                        self.twice.append(key)
                        continue
                    seen[issue] = None
                    size[project] += 1
                    fields = {"id": str(issue), "key": key, "project": split_key(key)[0]}
                    yield json.dumps(fields, separators=(",", ":"))
            self.sizes[project] = size[project]


def _checked(key: Any) -> str:
    split_key(key)
    return str(key)


def _changes(archiving: Archiving, newest: Census) -> tuple[pd.DataFrame, list[str]]:
    """Compare with the last census that can be read; return what changed, and what could not be read."""
    before = archiving.before
    unread: list[str] = []

    def census(path: str) -> Census | None:
        try:
            return census_of(before, path)
        except AnswerError as error:
            unread.append(str(error))
            return None

    def earlier(at: datetime) -> Census | None:
        named = {census_instant(PurePosixPath(path).name): path for path in before.censuses}
        return census(named[at]) if at in named else None

    last = next((found for path in reversed(before.censuses) if (found := census(path)) is not None), None)
    if last is None:
        return CHANGES.make(()), unread
    absent = absent_after(_changes_before(before, unread))
    return changes_since(last, newest, absent, archiving.former, earlier), unread


def _changes_before(archive: ArchiveFolder, unread: list[str]) -> Iterator[list[Mapping[str, str]]]:
    for path in archive.files(CENSUS, CHANGES_ENDING):
        try:
            text = b"".join(archive.pieces(path)).decode()
            yield list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        except (AnswerError, UnicodeDecodeError, csv.Error) as error:
            unread.append(str(error))


def _counts(changes: pd.DataFrame) -> dict[str, int]:
    return {
        change.replace(" ", "_"): int((changes["change"] == change).sum())
        for change in ("vanished", "not seen", "moved", "new", "returned")
    }


# in words


def _said(changes: pd.DataFrame) -> list[str]:
    lines = []
    gone = changes[changes["change"] == "vanished"]
    for row in gone.head(_SHOWN).itertuples(index=False):
        between = f"seen {format_utc(row.last_seen)}, missed {format_utc(row.first_missed)}"
        lines.append(f"Vanished  {row.key}: {between}; deleted, or hidden from this account")
    moved = changes[changes["change"] == "moved"]
    for row in moved.head(_SHOWN).itertuples(index=False):
        between = f"between {format_utc(row.last_seen)} and {format_utc(row.first_missed)}"
        lines.append(f"Moved     {row.was} is {row.key}: {between}")
    unseen = changes.loc[changes["change"] == "not seen", "project"].value_counts()
    for project, count in sorted(unseen.items()):
        many = f"{counted(int(count), 'issue')} of {project}, more than half of it"
        lines.append(f"Not seen  {many}: rather out of sight than deleted")
    back = changes[changes["change"] == "returned"]
    if len(back):
        lines.append(f"Returned  {listed(list(back['key']))}")
    if max(len(gone), len(moved)) > _SHOWN:
        lines.append("          and more, in the file of changes beside the census")
    new = int((changes["change"] == "new").sum())
    lines.append(f"New       {counted(new, 'issue')}")
    return lines
