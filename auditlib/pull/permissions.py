"""Who may do what: permission schemes, and the roles, groups and people behind their grants; each asked once."""

from __future__ import annotations

from functools import partial

from auditlib.errors import AnswerError
from auditlib.evidence.directory import Question
from auditlib.pull.session import Progress, Session


def ask_permissions(session: Session) -> None:
    """Ask for the permission schemes of the projects, then for whomever the grants of the permissions asked for lead to.

    What the account may not read is kept as that answer; the run goes on, and the table says so.
    """
    told = Progress(session.tell, "answers about permissions")
    for questions in session.evidence.access.told.open_questions():
        session.side_by_side([partial(_ask, session, one, told) for one in questions])


def _ask(session: Session, question: Question, told: Progress) -> None:
    reader = session.reader
    try:
        entry, answer = reader.answer(question.topic, question.request, part=True)
        if entry.status == 200:
            with reader.reading(entry):
                question.read(answer)
    except AnswerError:
        pass  # kept with the reason
    told.add(1)
