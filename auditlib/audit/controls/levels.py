"""Levels: what a field such as the severity held in the course of an issue, and the time that a value allows. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from auditlib.audit.controls.case import Case
from auditlib.audit.controls.fields import fields_meant
from auditlib.audit.controls.trail import Mark, instant, timestamp
from auditlib.params.controls import duration_of
from auditlib.records.history import Change
from auditlib.records.names import folded


@dataclass(frozen=True, slots=True)
class Held:
    """A value that a field held, until the change ``until``; None for the last one.

    Attributes
    ----------
    value, text : str
        Jira's id of it, where it has one, and its words.
    since : Change or None
        What set it; None where it was there from the creation.
    until : Change or None
        What replaced it.
    """

    value: str
    text: str
    since: Change | None
    until: Change | None

    @property
    def words(self) -> str:
        """The value in words; empty if it is empty."""
        return (self.text or self.value).strip()


def held_values(case: Case, wanted: str) -> list[list[Held]] | str:
    """Return what each of the fields of a name held, oldest first; why that is not known, in words, where it is not.

    Several fields may bear one name; a project uses one of them, so those that never held anything are left out if another did.
    """
    values = fields_meant(case.subject, wanted, case.context.called)
    changed = case.context.fields.marks(case.subject, case.trail, wanted)
    names = {marks[0].step.field_id or folded(marks[0].step.field) for marks in changed}
    courses = [_course(marks) for marks in changed]
    for field_id, value in values.items():
        if field_id not in names and folded(value.name) not in names:
            courses.append([Held("", value.text, None, None)])
    if not courses:
        return f"Jira sent no field {wanted} and no change of it"
    if any(timestamp(mark.step.at) is None for marks in changed for mark in marks):
        return f"a time of a change of {wanted} can't be read"
    return [one for one in courses if any(held.words for held in one)] or courses[:1]


def _course(marks: Sequence[Mark]) -> list[Held]:
    steps = [mark.step for mark in marks]
    first = Held(steps[0].before, steps[0].before_text, None, steps[0])
    later = [Held(one.after, one.after_text, one, until) for one, until in zip(steps, [*steps[1:], None], strict=True)]
    return [first, *later]


def allowed(limits: Mapping[str, str], held: Held) -> timedelta | None:
    """Return the time that the parameters allow for a value, by its words or Jira's id of it; None where they allow none."""
    known = {folded(name): limit for name, limit in limits.items()}
    limit = known.get(folded(held.words)) or known.get(folded(held.value))
    return None if limit is None else duration_of(limit)


def held_at(course: Sequence[Held], at: float) -> Held:
    """Return what a field held at an instant, in seconds since 1970."""
    return next(held for held in reversed(course) if held.since is None or instant(held.since.at) <= at)
