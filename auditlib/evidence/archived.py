"""What a package holds of the archive: the log, censuses and comments that Jira may no longer tell, and what of it is damaged."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from auditlib.errors import AnswerError
from auditlib.records.archived_log import ArchiveReach, Hole
from auditlib.records.census import census_instant
from auditlib.records.comment_census import CommentCensus, read_comment_census
from auditlib.records.log_join import UNDATED, month_of, read_time
from auditlib.responses.archive import LOG, ArchiveFolder
from auditlib.responses.bounds import packed_lines

ARCHIVE: Final = "archive"
"""Folder below ``data/``."""

COPIED: Final = "copied.json"
"""Says of the archive that was read what of it is damaged: ``{"problems": [sentence, …]}``."""

SAMPLED: Final = "sampled_comments"
"""Folder of the notes of the sampled issues' comments, taken out of the archive's files of the same names."""

SAMPLED_OF: Final = "issues.json"
"""Says in that folder of which issues, and out of which files: ``{"issues": [id, …], "files": {name: {…}}}``."""


def months_wanted(archive: ArchiveFolder, since: datetime) -> list[str]:
    """Return the paths of the log's months that hold what was recorded from an instant on; and of what has no time."""
    first = month_of(since)
    return [path for path in archive.months if _month(path) == UNDATED or _month(path) >= first]


class ArchiveCopy:
    """What a package holds of the archive; nothing of it need be there.

    Parameters
    ----------
    data : Path
        The package's ``data/``.
    """

    def __init__(self, data: Path) -> None:
        self._folder = data / ARCHIVE

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """What of the archive was damaged when it was read, in sentences."""
        try:
            told = json.loads((self._folder / COPIED).read_text(encoding="utf-8"))
            return tuple(str(one) for one in told["problems"])
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            raise AnswerError(f"archive/{COPIED} can't be read") from None

    @cached_property
    def _archive(self) -> ArchiveFolder | None:
        """The copy, as an archive; None if its chain was broken, or there is none."""
        archive = ArchiveFolder(self._folder)
        try:
            return archive if archive.links else None
        except AnswerError:
            return None  # `problems` names it

    @property
    def sites(self) -> list[str]:
        """The addresses of which archives were made, each once."""
        ended = [] if self._archive is None else self._archive.events("archive")
        told = (one.added.detail.get("site") for one in ended)
        return list(dict.fromkeys(one for one in told if isinstance(one, str) and one))

    # the log

    def log(self, since: datetime) -> list[Mapping[str, Any]]:
        """Return the archived records of the months from an instant on.

        Raises
        ------
        AnswerError
            Naming the file, if one that was copied can't be read.
        """
        archive = self._archive
        if archive is None:
            return []
        there = (path for path in months_wanted(archive, since) if (self._folder / path).is_file())
        return [record for path in there for record in archive.records(path, sound=True)]

    def reach(self, since: datetime) -> ArchiveReach | None:
        """Return from when until when the archive has the log, and its holes; None if it has nothing of it."""
        archive = self._archive
        spans = [] if archive is None else [one.detail for path in archive.months for one in archive.added[path]]
        begins = [read_time(one["from"]) for one in spans if "from" in one]
        if archive is None or not begins:
            return None
        whole = [one for one in archive.events("log") if one.added.detail.get("complete") is True]
        later = [one for one in _holes(archive, since) if one.before is None or one.before > since]
        return ArchiveReach(
            max(min(begins), since),
            tuple(sorted(later, key=lambda one: (one.after or since, one.before or since))),
            ends=max((one.at for one in whole), default=None),
        )

    # comments

    @cached_property
    def _sampled(self) -> frozenset[int]:
        try:
            told = json.loads((self._folder / SAMPLED / SAMPLED_OF).read_text(encoding="utf-8"))
            return frozenset(int(one) for one in told["issues"])
        except FileNotFoundError:
            return frozenset()
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            raise AnswerError(f"archive/{SAMPLED}/{SAMPLED_OF} can't be read") from None

    @cached_property
    def _comments(self) -> list[CommentCensus]:
        return [_comment_census(path) for path in sorted((self._folder / SAMPLED).glob("*.jsonl.gz"))]

    def comments(self, issue_id: int) -> list[CommentCensus] | None:
        """Return the notes of an issue's comments; None if they were not taken out of an archive."""
        return self._comments if issue_id in self._sampled else None


def _comment_census(path: Path) -> CommentCensus:
    try:
        return read_comment_census(census_instant(path.name), packed_lines(path))
    except (OSError, EOFError, zlib.error, ValueError, AnswerError) as error:
        raise AnswerError(f"archive/{SAMPLED}/{path.name} can't be read: {error}") from None


def _month(path: str) -> str:
    return path.removeprefix(f"{LOG}/").partition(".")[0]


def _holes(archive: ArchiveFolder, since: datetime) -> set[Hole]:
    """Return the holes of the log: those that the chain names, and what a file has lost that no later archive got again."""
    open_ones = archive.holes
    numbers = {one.number for one in open_ones}
    told = [one.added.detail for one in open_ones if str(one.added.detail.get("of", "")).partition("/")[0] == LOG]
    got = {one.added.detail.get("of") for one in archive.events("hole") if one.number not in numbers}
    wanted = [path for path in months_wanted(archive, since) if path not in got]
    told += [damage.added.detail for path in wanted for damage in archive.damages_of(path)]
    return {Hole(read_time(one["from"]), read_time(one["until"])) for one in told if "from" in one and "until" in one}
