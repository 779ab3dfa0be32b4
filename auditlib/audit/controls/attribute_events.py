"""Events and fields that attributes name, as an issue's history shows them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from auditlib.audit.controls.fields import fields_meant
from auditlib.audit.controls.subject import (
    EXCEPTION,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    PASS,
    Outcome,
    Person,
    Subject,
    Value,
)
from auditlib.audit.controls.trail import Mark, Trail, moment, told
from auditlib.params.attributes import Event, ToStatus
from auditlib.records.actors import PERSON
from auditlib.records.history import Change, Time
from auditlib.records.names import FIELD, Called, folded


@dataclass(frozen=True)
class Happening:
    """An event that happened: when (text where that can't be read), who, and the record that says so.

    ``place`` is that of the history entry, as in `trail.Mark`; -1 is the creation. ``kind`` is what kind of actor it was.
    """

    at: Time
    person: Person
    shown: str
    history_id: int | None
    place: int = -1
    kind: str = PERSON


@dataclass(frozen=True)
class Asked:
    """An issue, and what the names of the parameters mean."""

    subject: Subject
    called: Called
    by_rounds: bool
    trail: Trail = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Read the history."""
        object.__setattr__(self, "trail", Trail(self.subject.steps))

    def is_status(self, wanted: str, identity: str, name: str) -> bool:
        """Say whether a status is the one that the parameters name."""
        return self.called.means("status", wanted, identity, name)

    def fields(self, wanted: str) -> dict[str, Value]:
        """Return the fields that the parameters mean: the one of that id, else all that have or had that name."""
        return fields_meant(self.subject, wanted, self.called)

    def marks_of(self, wanted: str) -> dict[str, list[Mark]]:
        """Return the changes of those fields by field id; by the name in the history where it gives no id."""
        meant, found = self.fields(wanted), dict[str, list[Mark]]()
        names = {
            name: field_id
            for field_id, value in meant.items()
            for name in (folded(field_id), folded(value.name), *self.called.names.get((FIELD, field_id), ()))
        }
        for mark in self.trail.marks:
            step = mark.step
            if step.field_id in meant or (not meant and self.called.means(FIELD, wanted, step.field_id, step.field)):
                found.setdefault(step.field_id, []).append(mark)
            elif not step.field_id and folded(step.field) in names:
                found.setdefault(names[folded(step.field)], []).append(mark)
        return found


# Events


def first(subject: Asked, event: Event) -> Happening | None:
    """Return the first time that an event happened; None if it did not."""
    return next(iter(happenings(subject, event)), None)


def last(subject: Asked, event: Event) -> Happening | None:
    """Return the last time that an event happened; None if it did not."""
    found = happenings(subject, event)
    return found[-1] if found else None


def happenings(asked: Asked, event: Event) -> list[Happening]:
    """Return each time that an event happened, oldest first."""
    subject = asked.subject
    if event == "created":
        return [created_as(subject, "")]
    kind = "status" if isinstance(event, ToStatus) else "resolution"
    marks = [
        mark
        for mark in asked.trail.marks
        if (mark.step.field_id or mark.step.field).lower() == kind and not (asked.by_rounds and mark.step.custom)
    ]
    if not isinstance(event, ToStatus):
        return [
            happened(mark, f"resolved {mark.step.after_text}")
            for mark in marks
            if mark.step.after or mark.step.after_text
        ]
    wanted = event.to_status
    found = [
        happened(mark, mark.step.after_text)
        for mark in marks
        if asked.is_status(wanted, mark.step.after, mark.step.after_text)
    ]
    born = (marks[0].step.before, marks[0].step.before_text) if marks else (subject.status_id, subject.status)
    if subject.whole and asked.is_status(wanted, *born):
        found.insert(0, created_as(subject, born[1]))
    return found


def created_as(subject: Subject, status: str) -> Happening:
    """Return the creation of an issue, as its creation or, with a status, as its coming into that status."""
    who = next((subject.fields[name].people for name in ("creator", "reporter") if _has_people(subject, name)), ())
    person = who[0] if who else Person("", "nobody")
    shown = f"created {moment(subject.created)} {f'in {status}' if status else f'by {person.name}'}"
    return Happening(subject.created, person, shown, None)


def _has_people(subject: Subject, name: str) -> bool:
    return name in subject.fields and bool(subject.fields[name].people)


def happened(mark: Mark, what: str) -> Happening:
    """Return a change as an event."""
    step = mark.step
    person = Person(step.author_id, step.author or "nobody", step.nobody)
    return Happening(step.at, person, told(step, what), step.history_id, mark.place, step.kind)


def is_past(asked: Asked, event: Event) -> bool:
    """Say whether the issue's state of today says that an event happened."""
    subject = asked.subject
    if event == "resolved":
        return "resolution" in subject.fields and bool(subject.fields["resolution"].text)
    return isinstance(event, ToStatus) and asked.is_status(event.to_status, subject.status_id, subject.status)


def not_yet(subject: Asked, event: Event) -> Outcome:
    """Return the outcome where the history shows no such event: it has not happened, or the history is not whole."""
    if is_past(subject, event):
        return Outcome(NO_EVIDENCE, f"{named(event)}: today's state says so, and no history entry shows it")
    return Outcome(NOT_APPLICABLE, f"{named(event)}: not until it was read")


def named(event: Event | str) -> str:
    """Return an event in words."""
    return f"to status {event.to_status}" if isinstance(event, ToStatus) else str(event)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return repr(plain if len(plain) <= 60 else plain[:59] + "…")


def without_time(*some: Happening) -> Outcome:
    """Return the outcome where the time of an event can't be read: which came first is not known."""
    unread = next(one for one in some if not isinstance(one.at, datetime))
    shown = "; ".join(dict.fromkeys(one.shown for one in some))
    return Outcome(NO_EVIDENCE, f"{shown}: a time of these can't be read", unread.history_id)


def field_before(
    event: Happening, value: Value | None, before: Sequence[Change], after: Sequence[Change], name: str
) -> Outcome:
    """Say whether a field was filled when an event happened, by its changes before and after."""
    if not isinstance(event.at, datetime) or not all(isinstance(step.at, datetime) for step in (*before, *after)):
        unread = f"{event.shown}: a time of it or of a change of {name} can't be read"
        return Outcome(NO_EVIDENCE, unread, event.history_id)
    if before:
        text, history_id = before[-1].after_text or before[-1].after, before[-1].history_id
        where = f"history {history_id}"
    elif after:
        text, history_id, where = after[0].before_text or after[0].before, None, f"before history {after[0].history_id}"
    else:
        text, history_id, where = (value.text if value else ""), None, "since it was created"
    name = value.name if value else name
    if not text.strip():
        return Outcome(EXCEPTION, f"{name} was empty; {event.shown}", history_id or event.history_id)
    return Outcome(PASS, f"{name} was {_short(text)} ({where}); {event.shown}", history_id or event.history_id)


def best(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the best of what several fields of one name show: one of them is enough."""
    return min(outcomes, key=lambda one: (PASS, NO_EVIDENCE, EXCEPTION).index(one.outcome))
