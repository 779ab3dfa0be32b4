"""Controls of the site, the period that they are tested in, and issues whose steps people and apps took."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from auditlib.audit.controls.subject import Person, Subject, Value
from auditlib.params.controls import Control, ControlTest, Workflow
from auditlib.records.actors import PERSON
from auditlib.records.history import Change
from auditlib.times import Period

NEW_YORK = ZoneInfo("America/New_York")
PERIOD = Period(date(2026, 4, 1), date(2026, 9, 30), NEW_YORK)
ASKED = datetime(2026, 11, 2, 12, tzinfo=UTC)
ANN, BOB = Person("a1", "Ann"), Person("b2", "Bob")


def control(number: str, rule: str, workflow: dict[str, Any] | None = None, **given: Any) -> ControlTest:
    """Return a control as the library and the parameters make it."""
    regions = Workflow.model_validate(workflow or {})
    return ControlTest(
        number, number, "", "", "", rule, Control.model_validate({"id": number, **given}), regions
    )  # fmt: skip


def at(month: int, day: int, hour: int = 12, year: int = 2026) -> datetime:
    """Return an instant, in the audit's zone as histories have it."""
    return datetime(year, month, day, hour, tzinfo=UTC).astimezone(NEW_YORK)


def step(
    number: int, when: datetime, before: str, after: str, who: Person = ANN, *, field: str = "status", **more: Any
):
    """Return a change that a person made."""
    made = Change(number, when, who.name, who.id, field, field, "", before, "", after, kind=PERSON)
    return replace(made, **more)


def issue(key: str, *steps: Change, summary: str = "", description: str = "", **more: Any) -> Subject:
    """Return an issue; its status is what its last step left."""
    texts = {"summary": Value("Summary", summary), "description": Value("Description", description)}
    status = next((one.after_text for one in reversed(steps) if one.field == "status"), "Open")
    known: dict[str, Any] = {
        "key": key, "project": key.partition("-")[0], "issue_type": "Change", "status": status, "created": at(4, 1),
        "read_at": ASKED, "steps": steps, "fields": texts,
    }  # fmt: skip
    return Subject(**(known | more))
