"""Entries of an issue into the statuses that a site control looks at, and what its texts said at a time. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from auditlib.audit.controls.rounds import is_one_of
from auditlib.audit.controls.subject import Subject
from auditlib.params.controls import Regions
from auditlib.records.history import Change, Time
from auditlib.records.names import Called


def utc(instant: Time) -> datetime | None:
    """Return an instant in UTC, in which instants of one zone are compared rightly; None where it can't be read."""
    return instant.astimezone(UTC) if isinstance(instant, datetime) else None


def _is(step: Change, field: str) -> bool:
    """Say whether a change is one of a field of Jira's own; Data Center's history has no ids, and custom fields of any name."""
    return (step.field_id or ("" if step.custom else step.field)).lower() == field


def entries(subject: Subject, regions: Regions, called: Called) -> list[Change]:
    """Return the changes by which an issue came into some statuses from another one, oldest first."""
    return [
        step
        for step in subject.steps
        if _is(step, "status")
        and is_one_of(regions, step.after, step.after_text, called)
        and not is_one_of(regions, step.before, step.before_text, called)
    ]


def closings(subject: Subject, done: Regions, called: Called) -> list[Change]:
    """Return the changes by which an issue was closed, oldest first: into done, or, where that names no status, resolved."""
    if done:
        return entries(subject, done, called)
    return [
        step
        for step in subject.steps
        if _is(step, "resolution") and (step.after or step.after_text) and not (step.before or step.before_text)
    ]


def is_closed(subject: Subject, done: Regions, called: Called) -> bool:
    """Say whether an issue that was closed is so still."""
    field = "status" if done else "resolution"
    last = next((step for step in reversed(subject.steps) if _is(step, field)), None)
    if last is None:
        return False
    return is_one_of(done, last.after, last.after_text, called) if done else bool(last.after or last.after_text)


def texts_at(subject: Subject, at: datetime) -> Iterator[str]:
    """Yield summary and description as they stood at an instant (UTC): what was written later names nothing before."""
    for field in ("summary", "description"):
        chain = [(utc(step.at), step) for step in subject.steps if _is(step, field)]
        dated = [(when, step) for when, step in chain if when is not None]
        if len(dated) < len(chain):
            continue
        before = [step.after_text for when, step in dated if when <= at]
        value = subject.fields.get(field)
        today = value.text if value is not None else ""
        yield [*before[-1:], *(step.before_text for _, step in dated), today][0]
