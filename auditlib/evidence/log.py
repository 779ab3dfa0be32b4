"""Jira's audit log, read back from the pages of it that were kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pandas as pd

from auditlib.errors import TooHeavyError
from auditlib.jira import cloud, data_center
from auditlib.jira.log_pages import LOG_IS_MISSING, Log, follow_log, log_of, logs_of
from auditlib.jira.protocol import Dialect
from auditlib.jira.reading import LogPage, readable_instant
from auditlib.jira.refusal import log_refusal
from auditlib.records.archived_log import join_log
from auditlib.records.audit_log import log_frame
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request
from auditlib.responses.store import RawStore
from auditlib.responses.topics import read_topic

_EVENT: Final = "timestamp"
"""The member that an event of Data Center's newer log has, and no record of the others."""


class _NotKeptError(Exception):
    """A page of the log was not kept: it could not be read, or was not asked for."""


@dataclass(frozen=True)
class ReadLog:
    """Jira's audit log, as far as it was read.

    Attributes
    ----------
    records : DataFrame or None
        As ``audit_log.log_frame``; None if it could not be read.
    complete : bool
        It was followed to its end.
    why_not : str
        Why it could not be read, or not to its end; empty if it was, or if nothing says why.
    total : int or None
        How many records Jira says there are from the time on that was asked for; None where it says nothing, or counts
        something else.
    path : str
        The resource that gave them; empty if none did.
    jira_oldest : datetime or None
        The oldest record that Jira itself gave.
    only_archived, missed : int
        Records that only the archive has; how many of these are of a time that Jira's answer covers.
    """

    records: pd.DataFrame | None
    complete: bool = False
    why_not: str = ""
    total: int | None = None
    path: str = ""
    jira_oldest: datetime | None = None
    only_archived: int = 0
    missed: int = 0


def read_log(
    store: RawStore,
    dialect: Dialect,
    begins: datetime | None,
    names: Callable[[], Mapping[str, str]],
    *,
    archived: Sequence[Mapping[str, Any]] = (),
) -> ReadLog:
    """Return the records of Jira's audit log from an instant on, as far as they were read.

    Parameters
    ----------
    store : RawStore
        Where the pages are.
    dialect : Dialect
        How to read them.
    begins : datetime or None
        From which instant on the log was asked for.
    names : callable
        Tells names by account id or user key; asked only where there are records.
    archived : sequence of mapping
        Records that the archive kept: those that Jira did not give are put behind the others.
    """
    pages = store.entries(topics.LOG_RECORDS.of())
    why_not = _why_not(store, pages)
    given = next((_given(store, dialect, entry.request, begins) for entry in pages if entry.status == 200), None)
    if given is None and not archived:
        return ReadLog(None, why_not=why_not or "it was not asked for")
    own = given or _Given(logs_of(dialect)[0], [])
    oldest = min((at for at in map(own.log.log_time, own.records) if at is not None), default=None)
    jira_from = oldest if own.complete else None
    joined = join_log(own.records, archived, _time_of, since=begins, jira_from=jira_from)
    people = names()
    frame = log_frame(own.records, own.log.LOG_RECORDS, people)
    if joined.only_archived:
        behind = _archived_frame(joined.records[len(own.records) :], people)
        frame = pd.concat([one for one in (frame, behind) if len(one)], ignore_index=True)
    return ReadLog(
        frame,
        own.complete,
        "" if own.complete else why_not or ("it was not asked for" if given is None else ""),
        own.total,
        "" if given is None else own.log.LOG_PATH,
        jira_oldest=oldest,
        only_archived=joined.only_archived,
        missed=joined.missed,
    )


@dataclass(frozen=True)
class _Given:
    """What one resource gave: its records, whether those are all, and how many Jira says there are."""

    log: Log
    records: list[Mapping[str, Any]]
    complete: bool = False
    total: int | None = None


def _archived_frame(records: Sequence[Mapping[str, Any]], people: Mapping[str, str]) -> pd.DataFrame:
    """Return records of the archive as ``audit_log.log_frame``; each has the form of the resource that gave it then."""
    events = [one for one in records if _EVENT in one]
    others = [one for one in records if _EVENT not in one]
    frames = [log_frame(events, data_center.NAME, people), log_frame(others, cloud.NAME, people)]
    return pd.concat([one for one in frames if len(one)] or frames[:1], ignore_index=True)


def _time_of(record: Mapping[str, Any]) -> datetime | None:
    return readable_instant(record.get(_EVENT, record.get("created")))


def _given(store: RawStore, dialect: Dialect, asked: Request, begins: datetime | None) -> _Given:
    """Return what the resource of a question gave, page by page, as far as the pages were kept."""
    log = log_of(dialect, asked)

    def kept(request: Request) -> Any:
        """Look up a page of the log as it was kept."""
        entry = store.find(topics.LOG_RECORDS.of(), request)
        if entry is None:
            raise TooHeavyError if request.half is not None else _NotKeptError
        if entry.status != 200:
            raise _NotKeptError
        return store.json(entry)

    records: list[Mapping[str, Any]] = []
    complete, total = False, None
    with suppress(_NotKeptError):
        for number, (_, page) in enumerate(follow_log(log, kept, begins, None)):
            if number == 0:
                total = _promised(page, len(page.records), _older_total(store, log))
            records.extend(page.records)
            complete = page.ended
    return _Given(log, records, complete, total)


def _why_not(store: RawStore, pages: Sequence[Entry]) -> str:
    """Say why a page of the log is missing, in Jira's words; of several reasons the first that is not of the address."""
    refused = [entry for entry in pages if entry.status != 200]
    refused.sort(key=lambda entry: entry.status in LOG_IS_MISSING)
    if refused:
        return log_refusal(refused[0].status, refused[0].headers, store.body(refused[0]))
    unread = [one.refused for one in store.refusals() if read_topic(one.topic).topic is topics.LOG_RECORDS]
    return unread[0] if unread else ""


def _promised(page: LogPage, came: int, older: int | None) -> int | None:
    """Return how many records the first page says there are, if it counts those that were asked for.

    Notes
    -----
    Where it is no more than the page holds, it may be the page's count. Where the question for older records is given the
    same, it counts the whole log: in Jira's own source of 6.3, from which both resources descend, it does.
    """
    return None if page.total is None or page.total <= came or page.total == older else page.total


def _older_total(store: RawStore, log: Log) -> int | None:
    """Return the total that the question for older records was given."""
    for entry in store.entries(topics.LOG_OLDER.of()):
        if entry.status == 200 and entry.request.path == log.LOG_PATH:
            return log.read_log(entry.request, store.json(entry)).total
    return None


def log_is_older(store: RawStore, dialect: Dialect) -> bool:
    """Say whether the log showed a record from before the time that was asked for; parameters as `read_log`."""
    return any(
        log_of(dialect, entry.request).read_log(entry.request, store.json(entry)).records
        for entry in store.entries(topics.LOG_OLDER.of())
        if entry.status == 200
    )
