"""Records beside the issues that name issue numbers: links and texts, Jira's audit log, and earlier censuses."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

import pandas as pd

from auditlib.audit.numbering.causes import other_records
from auditlib.audit.numbering.witnesses import missing_numbers
from auditlib.errors import AnswerError
from auditlib.evidence.kernel_cache import kernel_cached
from auditlib.evidence.log import ReadLog
from auditlib.evidence.provenance import Provenance
from auditlib.evidence.pulled import Part, Pulled
from auditlib.records.audit_log import log_frame
from auditlib.records.census import Census, census_instant, census_mentions, read_census, vanished
from auditlib.records.deletions import issue_deletions, log_mentions
from auditlib.records.issues import split_key
from auditlib.records.log_reach import LogReach, log_reach
from auditlib.records.mentions import MAY_NOT_BE_SEEN, mention_frame, mention_table, named_highest
from auditlib.responses.bounds import packed_lines
from auditlib.times import Period


class Witnesses(Part):
    """What Jira's other records say of the numbers of the listed projects."""

    def __init__(self, pulled: Pulled, provenance: Provenance) -> None:
        super().__init__(pulled)
        self._provenance = provenance

    @property
    def mentions(self) -> pd.DataFrame:
        """Numbers of the listed projects that Jira's records name, as ``mentions.mention_table``; the log's among them."""
        return self.answers.once("mentions", self._mentions)

    def _mentions(self) -> pd.DataFrame:
        former = self._provenance.former_keys
        keys = self.answers.keys_of({one.issue_id for one in self.answers.references})
        found = mention_table(self.answers.references, keys, former)
        unlisted = mention_frame(
            (*split_key(key), "answers under its own key, in no search", None, "history")
            for key in self.answers.unlisted
        )
        hidden = mention_frame((*split_key(key), MAY_NOT_BE_SEEN, None, "hidden") for key in self.answers.hidden)
        parts = [hidden, unlisted, found, *([] if self.log is None else [log_mentions(self.log, former)])]
        return pd.concat([part for part in parts if len(part)] or [found], ignore_index=True)

    @property
    def log(self) -> pd.DataFrame | None:
        """Jira's audit log, as far as it was read; None if it could not be."""
        return self._log.records

    @cached_property
    def _log(self) -> ReadLog:
        since = log_asked_from(self.period)
        return self.answers.log(since, self.pulled.archive.log(since))

    @kernel_cached
    def log_reach(self) -> LogReach:
        """How far the log reaches, and whether its silence means anything."""
        log, since = self._log, log_asked_from(self.period)
        archived = self.pulled.archive.reach(since)
        return log_reach(
            log.records,
            since,
            complete=log.complete,
            older=self.answers.log_is_older(),
            why_not=log.why_not,
            jira_oldest=log.jira_oldest,
            archive=None if archived is None else replace(archived, records=log.only_archived, missed=log.missed),
        )

    @property
    def log_total(self) -> int | None:
        """How many records Jira says there are from the time on that was asked for, as ``ReadLog.total``."""
        return self._log.total

    @property
    def issue_deletions(self) -> pd.DataFrame:
        """Deletions of issues of the listed projects that the log records."""
        log = log_frame((), self.deployment) if self.log is None else self.log
        return self.answers.once("issue_deletions", lambda: issue_deletions(log, self._provenance.former_keys))

    @cached_property
    def censuses(self) -> list[Census]:
        """Earlier censuses of all issues, from the archive as it was copied into the package; oldest first."""
        return [_census(path) for path in sorted((self.folder / "data" / "archive" / "census").glob("*.jsonl.gz"))]

    @cached_property
    def census_mentions(self) -> pd.DataFrame:
        """Numbers that earlier censuses name."""
        return census_mentions(self.censuses, self._provenance.former_keys)

    @property
    def vanished(self) -> pd.DataFrame:
        """Issues that one census names and the next one does not, as ``census.vanished``."""
        return vanished(self.censuses, self._provenance.former_keys)

    def named_highest(self, project: str) -> int | None:
        """Return the highest number of the project that any record pulled names, or None."""
        return named_highest(project, self.mentions, self.issue_deletions, self.census_mentions)

    def of_missing(self, project: str, present: pd.DataFrame, highest: int | None) -> pd.DataFrame:
        """Return what these records say of the numbers that are missing up to the highest, as ``causes.other_records``."""
        missing = missing_numbers(present, highest)
        return other_records(project, missing, self.issue_deletions, self.mentions, self.census_mentions)


def log_asked_from(period: Period) -> datetime:
    """Return the instant from which the audit log is read: a month before the period, for numbers at its edge."""
    return period.begins - timedelta(days=31)


def _census(path: Path) -> Census:
    """Read a census from its file.

    Raises
    ------
    AnswerError
        Naming the file, if it can't be read, or is no census.
    """
    try:
        return read_census(census_instant(path.name), packed_lines(path))
    except (
        OSError,
        EOFError,
        zlib.error,
        ValueError,
        RecursionError,
        AnswerError,
    ) as error:  # BadGzipFile is an OSError
        raise AnswerError(f"archive/census/{path.name} can't be read: {error}") from None
