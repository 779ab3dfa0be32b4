"""Which issues a test concerns. Pure."""

from __future__ import annotations

from auditlib.audit.controls.subject import Subject
from auditlib.params.attributes import AppliesTo
from auditlib.records.names import Called


def outside(subject: Subject, applies: AppliesTo, called: Called) -> str:
    """Say why a test is not for this issue; empty if it is."""
    for name, kind, wanted, identity, found in (
        ("issue type", "issuetype", applies.issue_type, subject.issue_type_id, subject.issue_type),
        ("status", "status", applies.status, subject.status_id, subject.status),
        ("project", "", applies.project, "", subject.project),
    ):
        if wanted and not any(called.means(kind, one, identity, found) for one in wanted):
            return f"{name} is {found}"
    return ""
