"""Jira's audit log, read back from the pages of it that were kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from auditlib.errors import TooHeavyError
from auditlib.jira.log_pages import follow_log
from auditlib.jira.protocol import Dialect
from auditlib.jira.refusal import log_refusal
from auditlib.records.archived_log import join_log
from auditlib.records.audit_log import log_frame
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request
from auditlib.responses.store import RawStore
from auditlib.responses.topics import read_topic


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
        Why it could not be read; empty if it was.
    jira_oldest : datetime or None
        The oldest record that Jira itself gave.
    only_archived, missed : int
        Records that only the archive has; how many of these are of a time that Jira's answer covers.
    """

    records: pd.DataFrame | None
    complete: bool = False
    why_not: str = ""
    jira_oldest: datetime | None = None
    only_archived: int = 0
    missed: int = 0


def read_log(
    store: RawStore,
    dialect: Dialect,
    pages: Sequence[Entry],
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
    pages : sequence of Entry
        All that were kept, by file.
    begins : datetime or None
        From which instant on the log was asked for.
    names : callable
        Tells names by account id or user key; asked only where there are records.
    archived : sequence of mapping
        Records that the archive kept: those that Jira did not give are put behind the others.
    """
    given, complete, why_not = _given(store, dialect, pages, begins)
    if why_not and not archived:
        return ReadLog(None, why_not=why_not)
    oldest = min((at for at in map(dialect.log_time, given) if at is not None), default=None) if archived else None
    joined = join_log(given, archived, dialect.log_time, since=begins, jira_from=oldest if complete else None)
    return ReadLog(
        log_frame(joined.records, dialect.NAME, names()),
        complete=complete,
        why_not=why_not,
        jira_oldest=oldest,
        only_archived=joined.only_archived,
        missed=joined.missed,
    )


def _given(
    store: RawStore, dialect: Dialect, pages: Sequence[Entry], begins: datetime | None
) -> tuple[list[Mapping[str, Any]], bool, str]:
    """Return the records that Jira gave, whether those are all, and why there are none."""
    if not pages:
        refusals = store.refusals()
        refused = [entry.refused for entry in refusals if read_topic(entry.topic).topic is topics.LOG_RECORDS]
        return [], False, refused[0] if refused else "it was not asked for"
    for entry in pages:
        if entry.status != 200:
            return [], False, log_refusal(entry.status, entry.headers, store.body(entry))

    def kept(request: Request) -> Any:
        """Look up a page of the log as it was kept."""
        entry = store.find(topics.LOG_RECORDS.of(), request)
        if entry is None:
            raise TooHeavyError if request.half is not None else _NotKeptError
        return store.json(entry)

    records: list[Mapping[str, Any]] = []
    complete = False
    with suppress(_NotKeptError):
        for _, page in follow_log(dialect, kept, begins, None):
            records.extend(page.records)
            complete = page.ended
    return records, complete, ""


def log_is_older(store: RawStore, dialect: Dialect, pages: Sequence[Entry]) -> bool:
    """Say whether the log showed a record from before the time that was asked for.

    Parameters
    ----------
    store, dialect
        As in `read_log`.
    pages : sequence of Entry
        Responses to the question for older records.
    """
    return any(entry.status == 200 and dialect.read_log(entry.request, store.json(entry)).records for entry in pages)
