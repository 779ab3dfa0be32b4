"""How far back the audit log reaches, and what that allows to say. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd

from auditlib.phrases import agreeing, counted, minute
from auditlib.records.archived_log import ArchiveReach, continuous_from
from auditlib.records.deletions import issue_deletions
from auditlib.times import Period


@dataclass(frozen=True)
class LogReach:
    """How far a log reaches, and whether its silence means anything.

    Attributes
    ----------
    oldest, newest : datetime or None
        Instants of its first and last record that were read, UTC.
    records : int
        How many were read.
    names_deletions : bool
        At least one of them says that an issue was deleted, in whatever project.
    readable : bool
        The account may read it.
    why_not : str
        Why not, or not to its end, in Jira's words; empty if it may, or if nothing says why.
    begins : datetime or None
        From here on every record that the log holds was read; None if that is not known.
    unnamed : int
        Records of a deletion that name no issue by its key.
    undated : int
        Records whose time can't be read.
    jira_begins : datetime or None
        From here on every record was read that Jira itself still holds; None if that is not known.
    archive : ArchiveReach or None
        How far the archive's part reaches; None where nothing of the log is archived.
    """

    oldest: datetime | None
    newest: datetime | None
    records: int
    names_deletions: bool
    readable: bool
    why_not: str = ""
    begins: datetime | None = None
    unnamed: int = 0
    undated: int = 0
    jira_begins: datetime | None = None
    archive: ArchiveReach | None = None

    def covers(self, instant: datetime | None) -> bool:
        """Say whether all that happened from an instant on stands among the records read; None is the beginning of time."""
        return instant is not None and self.begins is not None and self.begins <= instant

    @property
    def timeless(self) -> bool:
        """Whether records were read, and the time of none of them: then nothing shows of which time they are."""
        return self.records > 0 and self.undated == self.records


def log_reach(
    log: pd.DataFrame | None,
    asked_from: datetime | None = None,
    *,
    complete: bool = True,
    older: bool = False,
    why_not: str = "",
    jira_oldest: datetime | None = None,
    archive: ArchiveReach | None = None,
) -> LogReach:
    """Say how far the log reaches.

    Parameters
    ----------
    log : DataFrame or None
        From `log_frame`; None if it could not be read.
    asked_from : datetime or None
        The instant from which the records were asked for; None for all.
    complete : bool
        The answer was read to its end.
    older : bool
        Jira showed that the log holds a record older than `asked_from`.
    why_not : str
        Why the log could not be read, or not to its end.
    jira_oldest : datetime or None
        Where there is an archive, the instant of the oldest record that Jira itself gave.
    archive : ArchiveReach or None
        How far the archive's part reaches, if `log` holds one.
    """
    if log is None:
        return LogReach(None, None, 0, names_deletions=False, readable=False, why_not=why_not)
    dated = log["at"].dropna()
    oldest = dated.min().to_pydatetime() if len(dated) else None
    newest = dated.max().to_pydatetime() if len(dated) else None
    of_jira = oldest if archive is None else jira_oldest
    timeless = len(log) > 0 and oldest is None
    jira_begins = (asked_from if older and asked_from is not None else of_jira) if complete and not timeless else None
    archive = None if archive is None else archive.joined(jira_begins)
    begins = jira_begins if archive is None or not complete else continuous_from(archive, jira_begins)
    found = issue_deletions(log, None)
    return LogReach(
        oldest,
        newest,
        len(log),
        names_deletions=len(found) > 0,
        readable=True,
        why_not=why_not,
        begins=begins,
        jira_begins=jira_begins,
        archive=archive,
        unnamed=found.loc[found["key"].isna(), "source"].nunique(),
        undated=len(log) - len(dated),
    )


def describe_log(
    reach: LogReach, period: Period, told: Callable[[datetime, ZoneInfo], str] = minute
) -> tuple[str, ...]:
    """Say in sentences what the log can and can't prove.

    Parameters
    ----------
    reach : LogReach
        From `log_reach`.
    period : Period
        The audit's period; its zone is that of the times told.
    told : callable
        Writes a time in a zone; `times.format_instant` for packages whose findings told milliseconds.

    Returns
    -------
    tuple of str
        For findings; at least one.
    """
    if not reach.readable:
        why = f" ({reach.why_not})" if reach.why_not else ""
        return (f"Jira's audit log could not be read{why}: no missing number can be shown to be deleted by it.",)
    if reach.records == 0:
        return ("Jira's audit log holds no record that this account can read: its silence proves nothing.",)
    said = [_span_in_words(reach, period, told)]
    if reach.names_deletions:
        said.append(
            "It records deletions of issues, so within its reach the lack of a record says something, though not that "
            "every deletion is recorded."
        )
    else:
        said.append(
            "None of its records says that an issue was deleted. Whether this Jira records that at all is not known: "
            "no record does not mean no deletion."
        )
    if reach.unnamed:
        records, verb = ("record", "names") if reach.unnamed == 1 else ("records", "name")
        said.append(f"{reach.unnamed:,} {records} of a deletion {verb} no issue key.")
    said += archive_in_words(reach, period)
    if reach.undated:
        said.append(f"The time of {counted(reach.undated, 'record')} can't be read.")
    return tuple(said)


def _span_in_words(reach: LogReach, period: Period, told: Callable[[datetime, ZoneInfo], str]) -> str:
    """Say of which time the records are that were read."""
    if reach.archive is not None and reach.why_not and reach.records == reach.archive.records:
        return (
            f"Jira's audit log could not be read today ({reach.why_not}); {reach.records:,} records are out of the archive, "
            "and what was recorded since is not known."
        )
    if reach.timeless:
        return f"Of which time Jira's audit log tells is not known: {counted(reach.records, 'record')} came."
    if reach.begins is None:
        return f"{reach.records:,} records of Jira's audit log were read, but not all of it."
    if reach.begins <= period.begins:
        return (
            f"Jira's audit log was read from {told(reach.begins, period.zone)} on, which covers the period: "
            f"{reach.records:,} records."
        )
    if reach.begins < period.ends:
        return (
            f"Jira's audit log reaches back to {told(reach.begins, period.zone)} only, so deletions in the "
            f"period before that instant are not in it: {reach.records:,} records."
        )
    return (
        f"Jira's audit log reaches back to {told(reach.begins, period.zone)} only, which is after the "
        f"period: it shows no deletion made in the period; {reach.records:,} records."
    )


def archive_in_words(reach: LogReach, period: Period) -> list[str]:
    """Say what of the log is out of the archive, where it has a hole, and what Jira no longer has although it should."""
    archive = reach.archive
    if archive is None:
        return []
    said = []
    if archive.begins is not None:
        own = "" if reach.jira_begins is None else f", from Jira from {_at(reach.jira_begins, period)} on"
        said.append(
            f"{counted(archive.records, 'record')} {agreeing(archive.records, 'is', 'are')} out of the archive alone: the log is "
            f"from the archive from {_at(archive.begins, period)} on{own}."
            if archive.records
            else "The archive has no record that Jira's answer lacks."
        )
    said += [
        f"The archive has a hole: what was recorded {_between(hole.after, hole.before, period)} was not archived before Jira "
        "deleted it, or is lost."
        for hole in archive.holes
    ]
    if archive.missed:
        said.append(
            f"{counted(archive.missed, 'record')} of the archive {agreeing(archive.missed, 'is', 'are')} of a time that Jira's "
            f"log still covers, and Jira no longer has {agreeing(archive.missed, 'it', 'them')}."
        )
    return said


def _between(after: datetime | None, before: datetime | None, period: Period) -> str:
    if after is None or before is None:
        return f"after {_at(after, period)}" if after is not None else f"before {_at(before, period)}"
    return f"between {_at(after, period)} and {_at(before, period)}"


def _at(instant: datetime | None, period: Period) -> str:
    return "a time that is not known" if instant is None else minute(instant, period.zone)
