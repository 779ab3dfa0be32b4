"""Jira's audit log, asked for from a month before the period to its end."""

from __future__ import annotations

from typing import Any

from auditlib.errors import AnswerError
from auditlib.evidence.witnesses import log_asked_from
from auditlib.jira.log_pages import follow_log
from auditlib.pull.session import Progress, Session
from auditlib.responses import topics
from auditlib.responses.request import Request
from auditlib.responses.topic import Topic


class _UnreadableError(Exception):
    """The account may not read the audit log."""


def ask_log(session: Session) -> None:
    """Ask for Jira's audit log, from a month before the period to its end; an account that may not read it goes on.

    One more question tells whether the log holds older records, so that its silence before can be told from its end.
    """
    dialect, reader = session.reader.dialect, session.reader
    begins = log_asked_from(session.evidence.period)

    def ask(request: Request, topic: Topic = topics.LOG_RECORDS) -> Any:
        entry, answer = reader.answer(topic.of(), request, part=True, may_be_halved=request.half is not None)
        if entry.status != 200:
            raise _UnreadableError
        with reader.reading(entry):
            dialect.read_log(request, answer)
        return answer

    records = Progress(session.tell, "records of the audit log")
    try:
        for _, page in follow_log(dialect, ask, begins, None):
            records.add(len(page.records))
        ask(dialect.log(None, None, begins, size=1), topics.LOG_OLDER)
    except (_UnreadableError, AnswerError):
        return  # kept with the reason
