"""Issues with the steps that a control looks at, and attributes of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from auditlib.audit.controls.subject import (
    Person,
    Subject,
    Value,
)
from auditlib.params.attributes import Attribute
from auditlib.records.actors import PERSON
from auditlib.records.history import Change

BORN = datetime(2026, 4, 1, 12, tzinfo=UTC)
ANN, BOB = Person("a1", "Ann"), Person("b2", "Bob")


def day(number: float) -> datetime:
    return BORN + timedelta(days=number)


def change(number: int, at: float, field: str, before: str, after: str, who: Person = ANN) -> Change:  # noqa: PLR0917 - a row
    return Change(number, day(at), who.name, who.id, field, field, "", before, "", after, kind=PERSON)


def subject(*steps: Change, **more: Any) -> Subject:
    known: dict[str, Any] = {
        "key": "PAY-1", "project": "PAY", "issue_type": "Change", "status": "Done", "created": BORN, "read_at": day(100),
        "steps": steps, "fields": {"reporter": Value("Reporter", "Ann", (ANN,)), "creator": Value("Creator", "Ann", (ANN,))},
    }  # fmt: skip
    return Subject(**(known | more))


def attribute(test: dict[str, Any], **more: Any) -> Attribute:
    return Attribute.model_validate({"name": "it", "question": "Is it?", "test": test, **more})


APPROVED = change(11, 2, "status", "Open", "Approved", BOB)
DONE = change(12, 3, "status", "Approved", "Done")
ORDER = attribute({"order": {"first": {"to_status": "Approved"}, "then": {"to_status": "Done"}}})
EYES = attribute({"different_people": [{"to_status": "Approved"}, {"to_status": "Done"}]})


def resolved(at: float) -> Change:
    return change(21, at, "resolution", "", "Done")
