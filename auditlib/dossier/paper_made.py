"""How a record was made, on paper: what was asked and came, what the replay says, who is named, what is missing."""

from __future__ import annotations

import posixpath
from datetime import UTC
from typing import Final

from auditlib.dossier.layout import kinds_of_people, people_of_record
from auditlib.dossier.leads import NOT_COMPARED, REDACTED
from auditlib.dossier.paper import CELL, NARROW, Json, row_of
from auditlib.dossier.parts import Source
from auditlib.dossier.record import Dossier
from auditlib.dossier.replay import FieldReplay
from auditlib.dossier.typeset import printable
from auditlib.records.history import BREAKS, CLOSES
from auditlib.text import shorten

_PARTS: Final = {
    "issue": "Issue with its fields", "history": "History", "comments": "Comments", "worklogs": "Work log",
    "remote_links": "Web links", "watchers": "Watchers", "votes": "Votes", "attachment": "Attachment",
    "request": "Customer request", "approvals": "Approvals", "sla": "SLAs",
}  # fmt: skip
DEPLOYMENTS: Final = {"cloud": "Jira Cloud", "data-center": "Jira Data Center"}


def made_of(one: Dossier, span: str) -> Json:
    """Return how a record was made, as the typesetter takes it; ``span`` is the time of its answers in words."""
    place = one.place
    edited = sum(comment.edited for comment in one.comments)
    kinds = kinds_of_people(one)
    return {
        "span": span,
        "place": printable(f"{place.base_url} ({DEPLOYMENTS.get(place.deployment, place.deployment)})"),
        "account": printable(f"{place.account} ({place.account_id})", 60),
        "digest": one.digest,
        "requests": [row_of(request_of(source)) for source in one.sources],
        "replay": [row_of(_replay(it)) for it in one.replay],
        "closes": sum(it.verdict == CLOSES for it in one.replay),
        "breaks": len(one.breaks),
        "redacted": sum(it.verdict == REDACTED for it in one.replay),
        "open": sum(it.verdict == NOT_COMPARED for it in one.replay),
        "missing": [printable(it) for it in one.incomplete],
        "edited": edited,
        "people": [
            {
                "name": printable(name, CELL),
                "id": printable(number, 60),
                "kind": printable(kinds[(name, number)], NARROW),
            }
            for name, number in people_of_record(one)
        ],
    }


def request_of(source: Source) -> Json:
    """Return a response behind a record as a row."""
    return {
        "part": _PARTS.get(source.part, source.part),
        "request": printable(source.request, 40),
        "received": f"{source.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}.{source.at.microsecond // 1000:03d} Z",
        "file": printable(posixpath.normpath(f"raw/{source.file}"), 40),
        "sha256": source.sha256,
    }


def _replay(one: FieldReplay) -> Json:
    return {
        "field": printable(one.field, CELL - 4),
        "changes": f"{one.changes:,}",
        "start": printable(shorten(one.at_creation, 300), CELL - 4),
        "closes": one.verdict,
        "broken": one.verdict == BREAKS,
        "notes": [printable(note) for note in one.notes],
    }
