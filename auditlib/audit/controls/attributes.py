"""Attribute tests: does an issue show that a control worked? Each outcome names the record of Jira that shows it. Pure.

Missing evidence is never a pass: where the history does not show what is asked, the outcome is ``no evidence``, which counts
as a deviation (ISA 530, paragraph A16, on items that can't be tested). An issue that a test does not concern, or in which
the event that the test looks at has not happened, is ``not applicable``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from auditlib.audit.controls.attribute_events import (
    Asked,
    Happening,
    best,
    field_before,
    first,
    is_past,
    last,
    named,
    not_yet,
    without_time,
)
from auditlib.audit.controls.attribute_rounds import by_each_round
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
from auditlib.params.attributes import Attribute, FilledBefore, Has, Order, ToStatus, Within
from auditlib.records.history import Change
from auditlib.records.names import NO_NAMES, Called, folded

# Tests


def test_subject(
    subject: Subject,
    attribute: Attribute,
    called: Called = NO_NAMES,  # noqa: PT028 - no test
    *,
    by_rounds: bool = True,  # noqa: PT028 - same
) -> Outcome:
    """Test one attribute on one issue.

    Parameters
    ----------
    subject : Subject
    attribute : Attribute
        As in the parameter file.
    called : Called
        What statuses, types and fields are and were called: a name means every id that has or had it.
    by_rounds : bool
        Whether each go is judged by its own round. False gives what stands in packages made before there were rounds: the
        first and the last time of an event counted, so that what came after made up for what was missing.

    Returns
    -------
    Outcome
    """
    if other := outside(subject, attribute.applies_to, called):
        return Outcome(NOT_APPLICABLE, other)
    test, asked = attribute.test, Asked(subject, called, by_rounds)
    if by_rounds and (found := by_each_round(asked, test)) is not None:
        return found
    if test.order is not None:
        return _order(asked, test.order)
    if test.within is not None:
        return _within(asked, test.within, by_the_clock=not by_rounds)
    if test.filled_before is not None:
        return _filled_before(asked, test.filled_before)
    if test.has is not None:
        return _has(asked, test.has)
    return _different_people(asked, test.different_people or ())


test_subject.__test__ = False  # type: ignore[attr-defined]


def _order(subject: Asked, test: Order) -> Outcome:
    later = last(subject, test.then)
    if later is None:
        return not_yet(subject, test.then)
    earlier = first(subject, test.first)
    if earlier is None:
        return Outcome(NO_EVIDENCE, f"{later.shown}; {named(test.first)}: never", later.history_id)
    if not isinstance(earlier.at, datetime) or not isinstance(later.at, datetime):
        return without_time(earlier, later)
    passed = earlier.at <= later.at
    return Outcome(
        PASS if passed else EXCEPTION, f"{earlier.shown}; {later.shown}", (earlier if passed else later).history_id
    )


def _within(subject: Asked, test: Within, *, by_the_clock: bool) -> Outcome:
    """Judge a time limit, from the first to the last time; packages made before measured it by the clock on the wall."""
    begins = first(subject, test.from_event)
    ends = last(subject, test.to_event)
    limit = timedelta(days=test.days)
    if begins is None:
        return _never_begun(test, ends)
    if _is_due_later(subject.subject, begins, ends, limit):
        return Outcome(NOT_APPLICABLE, f"{begins.shown}; the {test.days} days were not over at the period's end")
    if ends is None and is_past(subject, test.to_event):
        return not_yet(subject, test.to_event)
    if not isinstance(begins.at, datetime):
        return without_time(begins, ends or begins)
    if ends is None:
        return _not_ended(test, begins, over=subject.subject.read_at - begins.at > limit)
    if not isinstance(ends.at, datetime):
        return without_time(begins, ends)
    took = ends.at - begins.at
    if not by_the_clock:
        took = timedelta(seconds=ends.at.timestamp() - begins.at.timestamp())
    shown = f"{begins.shown}; {ends.shown}: {took / timedelta(days=1):.2f} days, at most {test.days} allowed"
    if took < timedelta(0):
        return Outcome(EXCEPTION, f"{ends.shown} came before {begins.shown}", ends.history_id)
    return Outcome(PASS if took <= limit else EXCEPTION, shown, ends.history_id)


def _never_begun(test: Within, ends: Happening | None) -> Outcome:
    """Return the outcome where the event from which the days count never happened."""
    if ends is None:
        return Outcome(NOT_APPLICABLE, f"{named(test.from_event)}: not until it was read")
    return Outcome(NO_EVIDENCE, f"{ends.shown}; {named(test.from_event)}: never", ends.history_id)


def _not_ended(test: Within, begins: Happening, *, over: bool) -> Outcome:
    """Return the outcome where the event up to which the days count had not happened when it was read."""
    if over:
        late = f"{begins.shown}; {named(test.to_event)}: not until it was read, more than {test.days} days later"
        return Outcome(EXCEPTION, late, begins.history_id)
    return Outcome(NOT_APPLICABLE, f"{begins.shown}; the {test.days} days were not over when it was read")


def _is_due_later(subject: Subject, begins: Happening, ends: Happening | None, limit: timedelta) -> bool:
    """Say whether a time limit ran out after the period, and what was to happen had not happened in it."""
    over = subject.period_ends
    if over is None or not isinstance(begins.at, datetime) or over - begins.at > limit:
        return False
    return ends is None or (isinstance(ends.at, datetime) and ends.at >= over)


def _filled_before(subject: Asked, test: FilledBefore) -> Outcome:
    event = last(subject, test.event)
    if event is None:
        return not_yet(subject, test.event)
    fields = subject.fields(test.field)
    steps = {one: [mark.step for mark in marks] for one, marks in subject.marks_of(test.field).items()}
    if not fields and not steps:
        return Outcome(NO_EVIDENCE, f"Jira sent no field {test.field} and no change of it", event.history_id)
    # Several fields may have the name; one that was filled is enough.
    return best(_field_at(event, fields.get(one), steps.get(one, ()), test.field) for one in {**fields, **steps})


def _field_at(event: Happening, value: Value | None, chain: Sequence[Change], name: str) -> Outcome:
    readable = isinstance(event.at, datetime) and all(isinstance(step.at, datetime) for step in chain)
    before = [step for step in chain if readable and step.at <= event.at]  # type: ignore[operator] # looked at above
    return field_before(event, value, before, chain[len(before) :], name)


def _has(asked: Asked, test: Has) -> Outcome:
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


def _people_named(subject: Asked, text: str) -> Sequence[Person]:
    """Return the people that a text means: those in the field of that name, else the person of that name or id."""
    return [one for value in subject.fields(text).values() for one in value.people] or [Person(text, text)]


def _different_people(subject: Asked, wanted: Sequence[str | ToStatus]) -> Outcome:
    found: list[tuple[str, tuple[Person, ...], int | None]] = []
    for one in wanted:
        if isinstance(one, ToStatus) or one in {"created", "resolved"}:
            event = last(subject, one)  # type: ignore[arg-type]
            if event is None and subject.subject.is_open and not is_past(subject, one):  # type: ignore[arg-type]
                return Outcome(NOT_APPLICABLE, f"{named(one)}: not until it was read, and the issue is still open")
            if event is None:
                return Outcome(NO_EVIDENCE, f"{named(one)}: never")
            found.append((event.shown, (event.person,), event.history_id))
            continue
        values = list(subject.fields(one).values())
        people = tuple(dict.fromkeys(person for value in values for person in value.people))
        name = values[0].name if values else one
        if not people:
            return Outcome(NO_EVIDENCE, f"{name} names nobody")
        found.append((f"{name} {', '.join(person.name for person in people)}", people, None))
    shown = "; ".join(text for text, _, _ in found)
    history_id = next((number for _, _, number in reversed(found) if number is not None), None)
    if not all(person.told_apart for _, people, _ in found for person in people):
        return Outcome(NO_EVIDENCE, f"{shown}: Jira does not name everyone", history_id)
    seen: set[str] = set()
    for _, people, _ in found:
        ids = {person.id for person in people}
        if ids & seen:
            return Outcome(EXCEPTION, shown, history_id)
        seen |= ids
    return Outcome(PASS, shown, history_id)
