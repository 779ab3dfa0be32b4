"""Which issues a test concerns. Pure."""

from __future__ import annotations

from auditlib.audit.controls.fields import fields_meant, holds_one_of
from auditlib.audit.controls.subject import Subject
from auditlib.params.attributes import AppliesTo
from auditlib.params.controls import Concerned, FieldValues
from auditlib.records.names import Called


def outside(subject: Subject, applies: AppliesTo | Concerned | None, called: Called) -> str:
    """Say why a test is not for this issue; empty if it is, as it is for all where nothing says for which."""
    if applies is None:
        return ""
    for name, kind, wanted, identity, found in (
        ("issue type", "issuetype", applies.issue_type, subject.issue_type_id, subject.issue_type),
        ("status", "status", applies.status, subject.status_id, subject.status),
        ("project", "", applies.project, "", subject.project),
    ):
        if wanted and not any(called.means(kind, one, identity, found) for one in wanted):
            return f"{name} is {found}"
    field = applies.field if isinstance(applies, Concerned) else None
    return "" if field is None else _without(subject, field, called)


def _without(subject: Subject, wanted: FieldValues, called: Called) -> str:
    """Say that a field holds none of some values; of several things in it one is enough, and so is one field of several."""
    found = fields_meant(subject, wanted.field, called)
    if any(holds_one_of(value.text, wanted.values) for value in found.values()):
        return ""
    held = next((value.text for value in found.values() if value.text), "")
    return f"{wanted.field} is {held}" if held else f"{wanted.field} is empty, or was not read"
