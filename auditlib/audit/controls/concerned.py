"""Which issues a test concerns. Pure."""

from __future__ import annotations

from auditlib.audit.controls.fields import fields_meant
from auditlib.audit.controls.subject import Subject
from auditlib.params.attributes import AppliesTo
from auditlib.params.controls import Concerned, FieldValues
from auditlib.records.names import Called, folded


def outside(subject: Subject, applies: AppliesTo | Concerned, called: Called) -> str:
    """Say why a test is not for this issue; empty if it is."""
    for name, kind, wanted, identity, found in (
        ("issue type", "issuetype", applies.issue_type, subject.issue_type_id, subject.issue_type),
        ("status", "status", applies.status, subject.status_id, subject.status),
        ("project", "", applies.project, "", subject.project),
    ):
        if wanted and not any(called.means(kind, one, identity, found) for one in wanted):
            return f"{name} is {found}"
    field = applies.field if isinstance(applies, Concerned) else None
    return "" if field is None else _of_another_value(subject, field, called)


def _of_another_value(subject: Subject, wanted: FieldValues, called: Called) -> str:
    """Say that a field holds none of the values that concern a test; empty if it holds one. Of a list each value counts."""
    values = {folded(one) for one in wanted.values}
    held = fields_meant(subject, wanted.field, called).values()
    for value in held:
        if not values.isdisjoint({folded(value.text), *map(folded, value.text.split("; "))}):
            return ""
    if not held:
        return f"Jira sent no field {wanted.field} of it"
    shown = next((value.text for value in held if value.text.strip()), "")
    return f"{wanted.field} is {shown or 'empty'}"
