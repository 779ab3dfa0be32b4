"""When the issues were resolved that follow from incidents: asked by key where the pass over the population has them not."""

from __future__ import annotations

from typing import Final

from auditlib.pull.session import Session
from auditlib.responses import topics

FIELDS: Final = ("status", "resolutiondate")

MOST_QUESTIONS: Final = 500
"""Questions that are spent on them; of those that are left it is said that they were not read."""


def ask_follow_ups(session: Session) -> None:
    """Ask for the linked issues of other projects and other times, where a control looks at follow-up."""
    most = MOST_QUESTIONS * session.reader.dialect.IDENTIFIERS_PER_REQUEST
    wanted = session.evidence.follow_ups.elsewhere[:most]
    if wanted:
        session.by_identifier(topics.FOLLOW_UPS.of(), wanted, FIELDS)
