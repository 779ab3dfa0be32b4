"""The history of every issue of the first pass: in bulk, or by itself where only a part came along."""

from __future__ import annotations

from auditlib.pull.session import Progress, Session
from auditlib.responses import topics


def ask_histories(session: Session) -> None:
    """Ask for the whole history of every issue of the first pass, where the pass did not bring it along."""
    if session.reader.dialect.HISTORY_WITH_SEARCH:
        _complete_histories(session)
        return
    ids = sorted(frozenset().union(*session.evidence.first_pass.values()))
    session.histories(topics.HISTORY_FIRST_PASS, (), ids, Progress(session.tell, "histories", len(ids)))


def _complete_histories(session: Session) -> None:
    """Ask once for each history of which only a part came along; the first refusal says that this Jira gives no more."""
    partial = sorted(session.evidence.answers.partial_histories)
    told = Progress(session.tell, "histories that came in part", len(partial))
    for issue in partial:
        if not _one_history(session, issue):
            return
        told.add(1)


def _one_history(session: Session, issue: int) -> bool:
    """Ask for the history of one issue to its end; False if that is refused."""
    cursor: str | None = None
    while True:
        request = session.reader.dialect.issue_history(issue, cursor)
        entry, answer = session.reader.answer(topics.HISTORY_ONE.of(issue), request, part=True)
        if entry.status != 200:
            return False
        with session.reader.reading(entry):
            before, cursor = cursor, session.reader.dialect.read_issue_history(request, answer).cursor
        if cursor is None or int(cursor) <= int(before or 0):
            return True
