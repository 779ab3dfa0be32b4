"""Every text of an issue that people wrote, with the place where it stands. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditlib.dossier.record import Dossier

_BY_THEMSELVES: Final = frozenset({"attachment", "comment", "worklog"})
"""Fields whose records are told one by one."""


def texts_of(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """Yield each text of an issue's full record, with the kind of place in which it stands, such as ``comment 10023``."""
    for field in dossier.fields.values():
        if field.id not in _BY_THEMSELVES:
            yield field.name or field.id, field.text
    for change in dossier.changes:
        for text in (change.before, change.before_text, change.after, change.after_text):
            yield f"history {_number(change.history_id)}", text
    for comment in dossier.comments:
        yield f"comment {_number(comment.id)}", comment.text
    for worklog in dossier.worklogs:
        yield f"worklog {_number(worklog.id)}", worklog.comment
    for link in dossier.links:
        yield "a link", f"{link.title}\n{link.url}"
    for attachment in dossier.attachments:
        yield f"the name of attachment {_number(attachment.id)}", attachment.name


def _number(found: int | None) -> str:
    return "whose id can't be read" if found is None else str(found)
