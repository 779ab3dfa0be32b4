"""The history of every issue of the first pass: in bulk, or by itself where only a part came along."""

from __future__ import annotations

from array import array
from functools import partial

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
    _hear_silent(session)


def _hear_silent(session: Session) -> None:
    """Ask once by itself for each history that no answer named, of the issues that Jira says were changed.

    An issue without changes is left out of Cloud's answer, and so, for all that is known, is one that it can't give. A
    comment is a change that no history names, so an empty history is an answer too.
    """
    unheard = session.evidence.answers.unheard_histories
    told = Progress(session.tell, "histories that no answer named", len(unheard))

    def ask(issue: int) -> None:
        session.reader.issue_part(topics.HISTORY_ONE.of(issue), "history", issue)
        told.add(1)

    session.side_by_side([partial(ask, issue) for issue in unheard])


def _complete_histories(session: Session) -> None:
    """Ask once for each history of which only a part came along; the first refusal says that this Jira gives no more."""
    in_part = sorted(session.evidence.answers.partial_histories)
    told = Progress(session.tell, "histories that came in part", len(in_part))
    for issue in in_part:
        if not session.reader.issue_part(topics.HISTORY_ONE.of(issue), "history", issue):
            return
        told.add(1)
