"""The history of every issue of the first pass: in bulk, or by itself where only a part came along."""

from __future__ import annotations

from array import array

from auditlib.evidence.packed import Ids
from auditlib.pull.session import Progress, Session
from auditlib.responses import topics


def ask_histories(session: Session) -> None:
    """Ask for the whole history of every issue of the first pass, where the pass did not bring it along."""
    if session.reader.dialect.HISTORY_WITH_SEARCH:
        _complete_histories(session)
        return
    ids = array("q", Ids.together(session.evidence.passes.first.values()))
    session.histories(topics.HISTORY_FIRST_PASS, (), ids, Progress(session.tell, "histories", len(ids)))


def _complete_histories(session: Session) -> None:
    """Ask once for each history of which only a part came along; the first refusal says that this Jira gives no more."""
    partial = sorted(session.evidence.answers.partial_histories)
    told = Progress(session.tell, "histories that came in part", len(partial))
    for issue in partial:
        if not session.reader.issue_part(topics.HISTORY_ONE.of(issue), "history", issue):
            return
        told.add(1)
