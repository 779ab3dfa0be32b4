"""Jira's audit log, asked for from a month before the period to its end."""

from __future__ import annotations

from typing import Any

from auditlib.errors import AnswerError
from auditlib.evidence.witnesses import log_asked_from
from auditlib.jira.log_pages import LOG_IS_MISSING, Log, follow_log, logs_of
from auditlib.pull.session import Progress, Session
from auditlib.responses import topics
from auditlib.responses.request import Request
from auditlib.responses.topic import Topic


class _RefusedError(Exception):
    """Jira gave no page of the log."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


def ask_log(session: Session) -> None:
    """Ask for Jira's audit log, from a month before the period to its end; an account that may not read it goes on.

    A Data Center that lacks the newer resource is asked at the older one. One more question tells whether the log holds
    older records, so that its silence before can be told from its end.
    """
    for log in logs_of(session.reader.dialect):
        if not _is_missing(session, log):
            return


def _is_missing(session: Session, log: Log) -> bool:
    """Ask for a log to its end; say whether this Jira has no such resource."""
    reader, begins = session.reader, log_asked_from(session.evidence.period)

    def ask(request: Request, topic: Topic = topics.LOG_RECORDS) -> Any:
        entry, answer = reader.answer(topic.of(), request, part=True, may_be_halved=request.half is not None)
        if entry.status != 200:
            raise _RefusedError(entry.status)
        with reader.reading(entry):
            log.read_log(request, answer)
        return answer

    records, pages = Progress(session.tell, "records of the audit log"), 0
    try:
        for _, page in follow_log(log, ask, begins, None):
            records.add(len(page.records))
            pages += 1
        ask(log.log(None, None, begins, size=1), topics.LOG_OLDER)
    except _RefusedError as error:
        return not pages and error.status in LOG_IS_MISSING
    except AnswerError:
        return False  # kept with the reason
    return False
