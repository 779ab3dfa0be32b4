"""A census of all issues in sight of the listed projects, and what changed since the last."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final

import pandas as pd

from auditlib.errors import AnswerError
from auditlib.phrases import counted, listed
from auditlib.pull.archive.key_walk import KeyWalk
from auditlib.pull.archive.session import Archiving, Told
from auditlib.records.census import Census, census_instant, read_census
from auditlib.records.census_changes import CHANGES, Answers, absent_after, changes_since, missed_ids
from auditlib.responses.archive import CENSUS, CENSUS_ENDING, CHANGES_ENDING, STAMP, ArchiveFolder
from auditlib.tables import csv_pieces
from auditlib.times import format_utc

_SHOWN: Final = 20
"""Keys that are shown on the screen of one kind; all stand in the file."""


def archive_census(archiving: Archiving) -> Told:
    """Walk through the keys of every project in sight, keep them, and say what changed since the last census.

    What the walk misses of the last census is asked for by id, before it is called vanished: it may have moved to a project
    that is not listed, or slipped through between two pages.
    """
    walk, earlier = KeyWalk(archiving), _Earlier(archiving.before)
    walk.ask()
    newest, last = read_census(archiving.at, walk.lines()), earlier.last()
    answers, changes = Answers(), CHANGES.make(())
    if last is not None:
        absent = absent_after(earlier.changes(), archiving.former)
        answers = walk.ask_again(missed_ids(last, newest, absent, archiving.former, archiving.seen))
        newest = read_census(archiving.at, walk.lines()) if walk.slipped else newest
        changes = changes_since(last, newest, absent, archiving.former, earlier.of, answers=answers)
    hidden = dict(archiving.hidden) | walk.broken
    detail = {"hidden": hidden, "projects": walk.sizes}
    archiving.writer.add_lines(archiving.file(CENSUS, CENSUS_ENDING), walk.lines(), detail)
    figures = {"issues": len(newest.issues), **_counts(changes)}
    archiving.writer.add_file(archiving.file(CENSUS, CHANGES_ENDING), csv_pieces(CHANGES, changes), figures)
    archiving.writer.commit()
    lines = [f"Census    {counted(len(newest.issues), 'issue')} of {listed(list(walk.sizes)) or 'no project'} in sight"]
    lines += [f"Not seen  {key}: {why}" for key, why in sorted(hidden.items())]
    lines += [f"Unread    {why}: not compared with" for why in earlier.unread]
    lines += [*walk.said(), *_said(changes)]
    return Told(tuple(lines), {"vanished": figures["vanished"]}, figures)


def census_of(archive: ArchiveFolder, path: str) -> Census:
    """Read a census of an archive.

    Raises
    ------
    AnswerError
        Naming the file, if it can't be read.
    """
    return read_census(census_instant(PurePosixPath(path).name), archive.lines(path))


class _Earlier:
    """The censuses of the archive, each read when it is wanted; of those that can't be, why."""

    def __init__(self, archive: ArchiveFolder) -> None:
        self._archive = archive
        self.unread: list[str] = []

    def last(self) -> Census | None:
        """Return the last one that can be read."""
        found = (self._read(path) for path in reversed(self._archive.censuses))
        return next((census for census in found if census is not None), None)

    def of(self, at: datetime) -> Census | None:
        """Return that of a time; None if there is none, or it can't be read."""
        path = f"{CENSUS}/{at:{STAMP}}{CENSUS_ENDING}"
        return self._read(path) if path in self._archive.added else None

    def changes(self) -> Iterator[list[Mapping[str, str]]]:
        """Yield the rows of each file of changes, oldest first."""
        for path in self._archive.files(CENSUS, CHANGES_ENDING):
            try:
                text = b"".join(self._archive.pieces(path)).decode()
                yield list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
            except (AnswerError, UnicodeDecodeError, csv.Error) as error:
                self.unread.append(str(error))

    def _read(self, path: str) -> Census | None:
        try:
            return census_of(self._archive, path)
        except AnswerError as error:
            self.unread.append(str(error))
            return None


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
        lines.append(f"Not seen  {counted(int(count), 'issue')} of {project}: rather out of sight than deleted")
    back = changes[changes["change"] == "returned"]
    if len(back):
        lines.append(f"Returned  {listed(list(back['key']))}")
    if max(len(gone), len(moved)) > _SHOWN:
        lines.append("          and more, in the file of changes beside the census")
    new = int((changes["change"] == "new").sum())
    lines.append(f"New       {counted(new, 'issue')}")
    return lines
