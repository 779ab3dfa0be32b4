"""Jira's audit log followed page by page: by cursor, link, offset or time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from auditlib.errors import TooHeavyError
from auditlib.jira.protocol import Dialect
from auditlib.jira.reading import LogPage
from auditlib.responses.request import Request

_INSTANT_OF_A_LOG: Final = timedelta(milliseconds=1)
"""How exactly a log tells times, so that what is asked for by time includes the oldest record that came."""


def follow_log(
    dialect: Dialect, ask: Callable[[Request], Any], begins: datetime | None, ends: datetime | None
) -> Iterator[tuple[Request, LogPage]]:
    """Yield every page of the audit log, as far as it can be followed.

    A page that brings nothing new, or names no next one without being the last, is passed by time: what is older than the
    oldest record so far is asked for. Where that brings nothing new either, the log ends there.

    Parameters
    ----------
    dialect : Dialect
        Cloud or Data Center.
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
    until, cursor = ends, None
    seen: set[str] = set()
    cursors: set[str | None] = {None}
    oldest, fullest, short = None, 0, False
    size: int | None = None
    while True:
        request = dialect.log(cursor, begins, until, size=size)
        try:
            page = dialect.read_log(request, ask(request))
        except TooHeavyError:
            size, fullest = request.half, 0
            if size is None:
                raise
            continue
        digests = [_digest(record) for record in page.records]
        new = [record for record, digest in zip(page.records, digests, strict=True) if digest not in seen]
        seen.update(digests)
        fullest = max(fullest, len(page.records))
        oldest = min((at for at in (oldest, *map(dialect.log_time, new)) if at is not None), default=None)
        in_older = cursor is None and until != ends  # the first page of what is older than all that came
        short = (in_older and len(page.records) < fullest) or (short and cursor is not None)
        repeats = bool(page.records) and not new
        # What is older fits on less than a page, and came; a page that came before says nothing of the end.
        ended = (page.ended and not (repeats and cursor is not None)) or (short and not new)
        yield request, LogPage(new, page.cursor, ended)
        edge = None if oldest is None else oldest + _INSTANT_OF_A_LOG
        if ended:
            return
        if page.cursor not in cursors and (new or in_older or not page.records):
            cursor = page.cursor
            cursors.add(cursor)
        elif edge is not None and edge != until:
            until, cursor, cursors = edge, None, {None}
        else:
            return


def _digest(record: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()
