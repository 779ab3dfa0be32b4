"""Jira's audit log followed page by page: by cursor, link, offset or time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol

from auditlib.errors import TooHeavyError
from auditlib.jira import cloud, data_center, older_log
from auditlib.jira.pages import Pages, Progressing
from auditlib.jira.protocol import Dialect
from auditlib.jira.reading import LogPage
from auditlib.records.log_join import record_digest
from auditlib.responses.request import Request

_INSTANT_OF_A_LOG: Final = timedelta(milliseconds=1)
"""How exactly a log tells times, so that what is asked for by time includes the oldest record that came."""


MOST_OF_LOG: Final = 3_000_000
"""Records of a log: a year in which somebody's rights are changed every ten seconds."""


class Log(Protocol):
    """One resource at which a log is read: how to ask it, and how to read the answers. Documented where they are."""

    # ruff: noqa: D102

    LOG_PATH: str
    LOG_RECORDS: str
    """Which form its records have, as ``audit_log.log_frame`` knows them: ``cloud`` or ``data-center``."""

    def log(
        self, cursor: str | None, begins: datetime | None, ends: datetime | None, *, size: int | None = None
    ) -> Request: ...
    def read_log(self, request: Request, answer: Any) -> LogPage: ...
    def log_time(self, record: Mapping[str, Any]) -> datetime | None: ...


LOG_IS_MISSING: Final = frozenset({404, 405, 410})
"""Statuses of a resource that this Jira does not have."""

_CLOUD: Final[Log] = cloud
_DATA_CENTER: Final[Log] = data_center
_OLDER: Final[Log] = older_log
_LOGS: Final[Mapping[str, tuple[Log, ...]]] = MappingProxyType(
    {cloud.NAME: (_CLOUD,), data_center.NAME: (_DATA_CENTER, _OLDER)}
)


def logs_of(dialect: Dialect) -> tuple[Log, ...]:
    """Return where a dialect's log may be read; each stands where those before are missing."""
    return _LOGS[dialect.NAME]


def log_of(dialect: Dialect, request: Request) -> Log:
    """Return which resource a request is one of; the first if it is of none."""
    logs = logs_of(dialect)
    return next((one for one in logs if request.path == one.LOG_PATH), logs[0])


def follow_log(
    log: Log, ask: Callable[[Request], Any], begins: datetime | None, ends: datetime | None
) -> Iterator[tuple[Request, LogPage]]:
    """Yield every page of the audit log, as far as it can be followed.

    A page that brings nothing new, or names no next one without being the last, is passed by time: what is older than the
    oldest record so far is asked for. Where that brings nothing new either, the log ends there; so it does where pages without
    end bring next to nothing, or more than a log can hold.

    Parameters
    ----------
    log : Log
        Which resource.
    ask : callable
        Sends a question, or looks up the answer that was kept, and returns the answer's JSON; deals with every status but
        200 itself. After a `TooHeavyError` it is asked for half as many records.
    begins, ends : datetime or None
        Aware; records made before or after are not asked for.

    Yields
    ------
    Request
        What was asked.
    LogPage
        With the records that no page before held. The log was followed to its end if the last one has ``ended``.

    Raises
    ------
    AnswerError
        If an answer has not the form of a page.

    Notes
    -----
    Cloud's offset is said to bring nothing beyond the first 1,000 records, where only ``from`` and ``to`` help
    (JRACLOUD-93153). Records of Data Center have no id (JRASERVER-78785), so a record is known again by its digest.
    """
    walk = _LogWalk(log, ask, begins, ends)
    return iter(Pages(walk.make, walk.take))


class _Place(NamedTuple):
    """Where a page of the log begins: behind a cursor, among the records made until an instant."""

    cursor: str | None
    until: datetime | None


class _LogWalk:
    """What came of a log so far, and where it goes on."""

    def __init__(self, log: Log, ask: Callable[[Request], Any], begins: datetime | None, ends: datetime | None) -> None:
        self._log = log
        self._ask = ask
        self._begins = begins
        self._ends = ends
        self._at = _Place(None, ends)
        self._seen: set[str] = set()
        self._cursors: set[str | None] = {None}
        self._oldest: datetime | None = None
        self._fullest = 0
        self._short = False
        self._progressing = Progressing(MOST_OF_LOG)

    def make(self, place: _Place | None, size: int | None) -> Request:
        """Make the request for the page at a place."""
        self._at = place or _Place(None, self._ends)
        return self._log.log(self._at.cursor, self._begins, self._at.until, size=size)

    def take(self, request: Request) -> tuple[LogPage, _Place | None]:
        """Ask for a page; return the records that no page before held, and where the next one begins."""
        try:
            page = self._log.read_log(request, self._ask(request))
        except TooHeavyError:
            self._fullest = 0  # pages are smaller from here on
            raise
        new = self._new_of(page)
        in_older = (
            self._at.cursor is None and self._at.until != self._ends
        )  # the first of what is older than all that came
        self._short = (in_older and len(page.records) < self._fullest) or (self._short and self._at.cursor is not None)
        repeats = bool(page.records) and not new
        # What is older fits on less than a page, and came; a page that came before says nothing of the end.
        ended = (page.ended and not (repeats and self._at.cursor is not None)) or (self._short and not new)
        came = self._progressing.records
        if self._progressing.stuck(range(came, came + len(new))):
            return LogPage(new, page.cursor, ended, page.total), None
        leads_on = bool(new) or in_older or not page.records
        return LogPage(new, page.cursor, ended, page.total), None if ended else self._next(
            page.cursor, leads_on=leads_on
        )

    def _new_of(self, page: LogPage) -> list[Mapping[str, Any]]:
        """Return the records of a page that none before held, and note how old they are."""
        digests = [record_digest(record) for record in page.records]
        new = [record for record, digest in zip(page.records, digests, strict=True) if digest not in self._seen]
        self._seen.update(digests)
        self._fullest = max(self._fullest, len(page.records))
        times = (self._oldest, *map(self._log.log_time, new))
        self._oldest = min((at for at in times if at is not None), default=None)
        return new

    def _next(self, cursor: str | None, *, leads_on: bool) -> _Place | None:
        """Return where the page after this one begins, by cursor or by time; None where neither leads further."""
        if leads_on and cursor not in self._cursors:
            self._cursors.add(cursor)
            return _Place(cursor, self._at.until)
        edge = None if self._oldest is None else self._oldest + _INSTANT_OF_A_LOG
        if edge is None or edge == self._at.until:
            return None
        self._cursors = {None}
        return _Place(None, edge)
