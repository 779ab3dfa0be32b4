"""Approvals of Jira Service Management of the issues that a control judges by them, and of no others."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Final

from auditlib.errors import AnswerError
from auditlib.pull.session import Progress, Session
from auditlib.responses import topics

MOST_ISSUES: Final = 20_000
"""Issues that are asked about, each a question; of those that are left it is said that they were not read."""


def ask_request_approvals(session: Session) -> None:
    """Ask for the approvals of each issue that such a control judges; the account that may see none is asked once."""
    wanted = session.evidence.request_approvals.wanted[:MOST_ISSUES]
    if not wanted:
        return
    told = Progress(session.tell, "approvals", len(wanted))

    def ask(issue: int) -> bool:
        given = False
        with suppress(AnswerError):  # kept as refused, with the reason
            given = session.reader.issue_part(topics.APPROVALS.of(issue), "approvals", issue)
        told.add(1)
        return given

    first, *others = wanted
    refused = not ask(first) and any(
        one.status in {401, 403} for one in session.reader.store.entries(topics.APPROVALS.of(first))
    )
    if not refused:
        session.side_by_side([partial(ask, one) for one in others])
