"""Attribute tests: does an issue show that a control worked? Each outcome names the record of Jira that shows it. Pure.

Missing evidence is never a pass: where the history does not show what is asked, the outcome is ``no evidence``, which counts
as a deviation (ISA 530, paragraph A16, on items that can't be tested). An issue that a test does not concern, or in which
the event that the test looks at has not happened, is ``not applicable``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from auditlib.audit.controls.concerned import outside
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
from auditlib.params.attributes import Attribute, Event, FilledBefore, Has, Order, ToStatus, Within
from auditlib.records.history import Change, Time
from auditlib.records.names import FIELD, NO_NAMES, Called, folded
from auditlib.times import format_instant


@dataclass(frozen=True)
class _Happening:
    """An event that happened: when (text where that can't be read), who, and the record that says so."""

    at: Time
    person: Person
    shown: str
    history_id: int | None


# Tests


def test_subject(subject: Subject, attribute: Attribute, called: Called = NO_NAMES) -> Outcome:  # noqa: PT028 - no test
    """Test one attribute on one issue.

    Parameters
    ----------
    subject : Subject
    attribute : Attribute
        As in the parameter file.
    called : Called
        What statuses, types and fields are and were called: a name means every id that has or had it.

    Returns
    -------
    Outcome
    """
    if attribute.applies_to is not None and (other := outside(subject, attribute.applies_to, called)):
        return Outcome(NOT_APPLICABLE, other)
    test, asked = attribute.test, _Asked(subject, called)
    if test.order is not None:
        return _order(asked, test.order)
    if test.within is not None:
        return _within(asked, test.within)
    if test.filled_before is not None:
        return _filled_before(asked, test.filled_before)
    if test.has is not None:
        return _has(asked, test.has)
    return _different_people(asked, test.different_people or ())


test_subject.__test__ = False  # type: ignore[attr-defined]


@dataclass(frozen=True)
class _Asked:
    """An issue, and what the names of the parameters mean."""

    subject: Subject
    called: Called

    def is_status(self, wanted: str, identity: str, name: str) -> bool:
        """Say whether a status is the one that the parameters name."""
        return self.called.means("status", wanted, identity, name)

    def fields(self, wanted: str) -> dict[str, Value]:
        """Return the fields that the parameters mean: the one of that id, else all that have or had that name."""
        known = self.subject.fields
        if wanted in known:
            return {wanted: known[wanted]}
        return {one: value for one, value in known.items() if self.called.means(FIELD, wanted, one, value.name)}

    def steps_of(self, wanted: str) -> dict[str, list[Change]]:
        """Return the changes of those fields by field id; by the name in the history where it gives no id."""
        meant, found = self.fields(wanted), dict[str, list[Change]]()
        names = {folded(wanted): ""}
        for field_id, value in meant.items():
            former = self.called.names.get((FIELD, field_id), frozenset())
            names |= dict.fromkeys((folded(field_id), folded(value.name), *former), field_id)
        for step in self.subject.steps:
            if step.field_id and (
                step.field_id in meant or (not meant and self.called.means(FIELD, wanted, step.field_id, step.field))
            ):
                found.setdefault(step.field_id, []).append(step)
            elif not step.field_id and folded(step.field) in names:
                found.setdefault(names[folded(step.field)], []).append(step)
        return found


def _order(subject: _Asked, test: Order) -> Outcome:
    later = _last(subject, test.then)
    if later is None:
        return _not_yet(subject, test.then)
    earlier = _first(subject, test.first)
    if earlier is None:
        return Outcome(NO_EVIDENCE, f"{later.shown}; {_named(test.first)}: never", later.history_id)
    if not isinstance(earlier.at, datetime) or not isinstance(later.at, datetime):
        return _without_time(earlier, later)
    passed = earlier.at <= later.at
    return Outcome(
        PASS if passed else EXCEPTION, f"{earlier.shown}; {later.shown}", (earlier if passed else later).history_id
    )


def _within(subject: _Asked, test: Within) -> Outcome:
    begins = _first(subject, test.from_event)
    ends = _last(subject, test.to_event)
    limit = timedelta(days=test.days)
    if begins is None:
        return _never_begun(test, ends)
    if _is_due_later(subject.subject, begins, ends, limit):
        return Outcome(NOT_APPLICABLE, f"{begins.shown}; the {test.days} days were not over at the period's end")
    if ends is None and _is_past(subject, test.to_event):
        return _not_yet(subject, test.to_event)
    if not isinstance(begins.at, datetime) or (ends is not None and not isinstance(ends.at, datetime)):
        return _without_time(begins, ends or begins)
    if ends is None:
        if subject.subject.read_at - begins.at > limit:
            late = f"{begins.shown}; {_named(test.to_event)}: not until it was read, more than {test.days} days later"
            return Outcome(EXCEPTION, late, begins.history_id)
        return Outcome(NOT_APPLICABLE, f"{begins.shown}; the {test.days} days were not over when it was read")
    took: timedelta = ends.at - begins.at  # type: ignore[operator] # both were looked at above
    shown = f"{begins.shown}; {ends.shown}: {took / timedelta(days=1):.2f} days, at most {test.days} allowed"
    if took < timedelta(0):
        return Outcome(EXCEPTION, f"{ends.shown} came before {begins.shown}", ends.history_id)
    return Outcome(PASS if took <= limit else EXCEPTION, shown, ends.history_id)


def _never_begun(test: Within, ends: _Happening | None) -> Outcome:
    """Return the outcome where the event from which the days count never happened."""
    if ends is None:
        return Outcome(NOT_APPLICABLE, f"{_named(test.from_event)}: not until it was read")
    return Outcome(NO_EVIDENCE, f"{ends.shown}; {_named(test.from_event)}: never", ends.history_id)


def _is_due_later(subject: Subject, begins: _Happening, ends: _Happening | None, limit: timedelta) -> bool:
    """Say whether a time limit ran out after the period, and what was to happen had not happened in it."""
    over = subject.period_ends
    if over is None or not isinstance(begins.at, datetime) or over - begins.at > limit:
        return False
    return ends is None or (isinstance(ends.at, datetime) and ends.at >= over)


def _without_time(*happenings: _Happening) -> Outcome:
    """Return the outcome where the time of an event can't be read: which came first is not known."""
    last = next(one for one in happenings if not isinstance(one.at, datetime))
    shown = "; ".join(dict.fromkeys(one.shown for one in happenings))
    return Outcome(NO_EVIDENCE, f"{shown}: a time of these can't be read", last.history_id)


def _filled_before(subject: _Asked, test: FilledBefore) -> Outcome:
    event = _last(subject, test.event)
    if event is None:
        return _not_yet(subject, test.event)
    fields, steps = subject.fields(test.field), subject.steps_of(test.field)
    if not fields and not steps:
        return Outcome(NO_EVIDENCE, f"Jira sent no field {test.field} and no change of it", event.history_id)
    # Several fields may have the name; one that was filled is enough.
    outcomes = [_field_before(event, fields.get(one), steps.get(one, ()), test.field) for one in {**fields, **steps}]
    return min(outcomes, key=lambda one: (PASS, NO_EVIDENCE, EXCEPTION).index(one.outcome))


def _field_before(event: _Happening, value: Value | None, chain: Sequence[Change], name: str) -> Outcome:
    """Say whether a field was filled when an event happened."""
    if not isinstance(event.at, datetime) or not all(isinstance(step.at, datetime) for step in chain):
        return Outcome(
            NO_EVIDENCE, f"{event.shown}: a time of it or of a change of {name} can't be read", event.history_id
        )
    before = [step for step in chain if step.at <= event.at]  # type: ignore[operator] # looked at above
    after = [step for step in chain if step.at > event.at]  # type: ignore[operator]
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


def _has(asked: _Asked, test: Has) -> Outcome:
    subject = asked.subject
    if test.link is not None:
        found = [one for one in subject.links if test.link is True or folded(test.link) in map(folded, one.split("\n"))]
        what = "a link" if test.link is True else f"a link {test.link!r}"
        if found:
            return Outcome(PASS, f"{len(found)} of {len(subject.links)} links")
        if not subject.all_links:
            return Outcome(NO_EVIDENCE, f"no {what[2:]} among those that Jira gave")
        return Outcome(EXCEPTION, f"no {what[2:]}")
    if test.attachment is not None:
        if subject.attachments is None:
            return Outcome(NO_EVIDENCE, "Jira sent no field attachment")
        names = subject.attachments
        pattern = "*" if test.attachment is True else folded(test.attachment)
        kept = [name for name in names if fnmatchcase(folded(name), pattern)]
        wanted = "attachment" if test.attachment is True else f"attachment {test.attachment}"
        return Outcome(PASS, f"attachment {kept[0]}") if kept else Outcome(EXCEPTION, f"no {wanted}")
    wanted_people = [one for one in _people_named(asked, str(test.comment_by)) if not one.nobody]
    ids, called = {one.id for one in wanted_people if one.id}, {one.name for one in wanted_people}
    for person, number in subject.commenters or ():
        if not person.nobody and (person.id in ids or person.name in called):
            return Outcome(PASS, f"comment {'without id' if number is None else number} by {person.name}")
    return Outcome(NO_EVIDENCE, f"no comment by {test.comment_by} that the account sees")


def _people_named(subject: _Asked, text: str) -> Sequence[Person]:
    """Return the people that a text means: those in the field of that name, else the person of that name or id."""
    return [one for value in subject.fields(text).values() for one in value.people] or [Person(text, text)]


def _different_people(subject: _Asked, wanted: Sequence[str | ToStatus]) -> Outcome:
    named: list[tuple[str, tuple[Person, ...], int | None]] = []
    for one in wanted:
        if isinstance(one, ToStatus) or one in {"created", "resolved"}:
            event = _last(subject, one)  # type: ignore[arg-type]
            if event is None and subject.subject.is_open and not _is_past(subject, one):  # type: ignore[arg-type]
                return Outcome(NOT_APPLICABLE, f"{_named(one)}: not until it was read, and the issue is still open")
            if event is None:
                return Outcome(NO_EVIDENCE, f"{_named(one)}: never")
            named.append((event.shown, (event.person,), event.history_id))
            continue
        values = list(subject.fields(one).values())
        people = tuple(dict.fromkeys(person for value in values for person in value.people))
        name = values[0].name if values else one
        if not people:
            return Outcome(NO_EVIDENCE, f"{name} names nobody")
        named.append((f"{name} {', '.join(person.name for person in people)}", people, None))
    shown = "; ".join(text for text, _, _ in named)
    history_id = next((number for _, _, number in reversed(named) if number is not None), None)
    if not all(person.told_apart for _, people, _ in named for person in people):
        return Outcome(NO_EVIDENCE, f"{shown}: Jira does not name everyone", history_id)
    seen: set[str] = set()
    for _, people, _ in named:
        ids = {person.id for person in people}
        if ids & seen:
            return Outcome(EXCEPTION, shown, history_id)
        seen |= ids
    return Outcome(PASS, shown, history_id)


# Events


def _first(subject: _Asked, event: Event) -> _Happening | None:
    return next(iter(_happenings(subject, event)), None)


def _last(subject: _Asked, event: Event) -> _Happening | None:
    found = _happenings(subject, event)
    return found[-1] if found else None


def _happenings(asked: _Asked, event: Event) -> list[_Happening]:
    """Return each time that an event happened, oldest first."""
    subject = asked.subject
    if event == "created":
        return [_created(subject, "")]
    kind = "status" if isinstance(event, ToStatus) else "resolution"
    steps = [step for step in subject.steps if (step.field_id or step.field).lower() == kind]
    if not isinstance(event, ToStatus):
        return [_happened(step, f"resolved {step.after_text}") for step in steps if step.after or step.after_text]
    wanted = event.to_status
    found = [_happened(step, step.after_text) for step in steps if asked.is_status(wanted, step.after, step.after_text)]
    born = (steps[0].before, steps[0].before_text) if steps else (subject.status_id, subject.status)
    if subject.whole and asked.is_status(wanted, *born):
        found.insert(0, _created(subject, born[1]))
    return found


def _created(subject: Subject, status: str) -> _Happening:
    """Return the creation of an issue, as its creation or, with a status, as its coming into that status."""
    who = next((subject.fields[name].people for name in ("creator", "reporter") if _has_people(subject, name)), ())
    person = who[0] if who else Person("", "nobody")
    shown = f"created {_time(subject.created)} {f'in {status}' if status else f'by {person.name}'}"
    return _Happening(subject.created, person, shown, None)


def _time(at: Time) -> str:
    """Write an instant in its own zone; as sent where it can't be read."""
    if isinstance(at, datetime):
        return format_instant(at, at.tzinfo)  # type: ignore[arg-type]
    return f"{at or 'at no time that Jira tells'} (not readable)"


def _has_people(subject: Subject, name: str) -> bool:
    return name in subject.fields and bool(subject.fields[name].people)


def _happened(step: Change, what: str) -> _Happening:
    who = step.author or "nobody"
    number = "without id" if step.history_id is None else step.history_id
    shown = f"history {number}: {what} {_time(step.at)} by {who}"
    return _Happening(step.at, Person(step.author_id, who, step.nobody), shown, step.history_id)


def _is_past(asked: _Asked, event: Event) -> bool:
    """Say whether the issue's state of today says that an event happened."""
    subject = asked.subject
    if event == "resolved":
        return "resolution" in subject.fields and bool(subject.fields["resolution"].text)
    return isinstance(event, ToStatus) and asked.is_status(event.to_status, subject.status_id, subject.status)


def _not_yet(subject: _Asked, event: Event) -> Outcome:
    """Return the outcome where the history shows no such event: it has not happened, or the history is not whole."""
    if _is_past(subject, event):
        return Outcome(NO_EVIDENCE, f"{_named(event)}: today's state says so, and no history entry shows it")
    return Outcome(NOT_APPLICABLE, f"{_named(event)}: not until it was read")


def _named(event: Event | str) -> str:
    return f"to status {event.to_status}" if isinstance(event, ToStatus) else str(event)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return repr(plain if len(plain) <= 60 else plain[:59] + "…")
