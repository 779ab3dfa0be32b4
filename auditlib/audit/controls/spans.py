"""Spans: the times that are measured of an issue, from its creation, or from when it was opened again, to its end. Pure.

Where statuses are given that end the work, a span is a round, and the one after the last round may still run. Where none are,
the resolution ends it, and clearing the resolution opens it again. What is measured may end earlier than the round, at an
event that the parameters name, such as coming into the status "Mitigated": the last such event of the span counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditlib.audit.controls.case import Case
from auditlib.audit.controls.rounds import DONE, Course, Round, Stay, is_one_of
from auditlib.audit.controls.trail import Mark, moment, timestamp, told
from auditlib.params.attributes import ToStatus
from auditlib.records.history import Change, Time


@dataclass(frozen=True, slots=True)
class Span:
    """A time that is measured.

    Attributes
    ----------
    number : int
        Of the round, from 1.
    begins : datetime or str
        When it began: the creation, or the entry ``opened``.
    opened : Change or None
        What opened the issue again; None at the creation.
    ended : Change or None
        What ended it; None while it runs, and where no entry shows it.
    shown : str
        Its end in words; empty while it runs.
    why_not : str
        What is missing so that nothing follows; empty if nothing is.
    """

    number: int
    begins: Time
    opened: Change | None
    ended: Change | None
    shown: str
    why_not: str = ""

    @property
    def from_words(self) -> str:
        """Its begin in words."""
        return f"created {moment(self.begins)}" if self.opened is None else told(self.opened, "opened again")


def spans(case: Case) -> list[Span]:
    """Return the spans of an issue, oldest first; one that runs comes last."""
    if not case.test.workflow.done:
        return list(_to_event(case) if isinstance(case.test.given.ends, ToStatus) else _to_resolution(case))
    return list(_rounds(case))


def _rounds(case: Case) -> Iterator[Span]:
    course = case.course
    for one in course.rounds:
        first = one.stays[one.first]
        begins = _begin(case, first)
        if one.why_not:
            yield Span(one.number, begins, first.step, None, "", one.why_not)
            continue
        ended, shown = _end(case, first.place, one)
        missing = "" if ended is not None else f"{one.go_shown}; {_event(case)}: not in this round"
        yield Span(one.number, begins, first.step, ended, shown, missing)
    if not course.is_done:
        first = _open_since(course)
        ended, shown = _end(case, first.place, None)
        yield Span(len(course.rounds) + 1, _begin(case, first), first.step, ended, shown)


def _begin(case: Case, first: Stay) -> Time:
    return case.subject.created if first.step is None else first.step.at


def _open_since(course: Course) -> Stay:
    """Return the stay with which the round began that has not reached its go."""
    last = course.rounds[-1].last if course.rounds else 0
    return next(stay for stay in course.stays[last:] if not stay.regions & DONE)


def _end(case: Case, first: int, one: Round | None) -> tuple[Change | None, str]:
    """Return what ends the time that is measured in a round: its go, or the last event of the parameters before it."""
    if case.test.given.ends is None:
        return (None, "") if one is None else (one.go_step, one.go_shown)
    found = [mark for mark in _events(case) if mark.place > first and (one is None or mark.place <= one.go.place)]
    return (found[-1].step, _told_event(case, found[-1].step)) if found else (None, "")


def _events(case: Case) -> list[Mark]:
    """Return each time that the event which ends the measured time happened."""
    ends = case.test.given.ends
    if isinstance(ends, ToStatus):
        wanted, called = (ends.to_status,), case.context.called
        marks = case.trail.of("status")
        return [one for one in marks if is_one_of(wanted, one.step.after, one.step.after_text, called)]
    return [one for one in case.trail.of("resolution") if _holds(one.step.after, one.step.after_text)]


def _told_event(case: Case, step: Change) -> str:
    ends = case.test.given.ends
    return told(step, step.after_text if isinstance(ends, ToStatus) else f"resolved {step.after_text}")


def _event(case: Case) -> str:
    ends = case.test.given.ends
    return f"to status {ends.to_status}" if isinstance(ends, ToStatus) else "resolved"


def _holds(value: str, text: str) -> bool:
    return bool(value or text.strip())


def _to_event(case: Case) -> Iterator[Span]:
    """Yield the one span from the creation to the last event in the period, or at all."""
    subject, found = case.subject, _events(case)
    over = timestamp(subject.period_ends)
    before = [one for one in found if over is None or (at := timestamp(one.step.at)) is None or at < over]
    last = (before or found)[-1].step if found else None
    yield Span(1, subject.created, None, last, "" if last is None else told(last, last.after_text))


def _to_resolution(case: Case) -> Iterator[Span]:
    """Yield a span for each time that the issue was resolved, and the one that runs."""
    subject, marks = case.subject, case.trail.of("resolution")
    number, begins, opened = 1, subject.created, None
    resolved = bool(marks) and _holds(marks[0].step.before, marks[0].step.before_text)
    if resolved:
        yield Span(1, begins, None, None, "", f"created {moment(begins)} with a resolution: no history entry sets it")
        number = 2
    for _, step in marks:
        holds = _holds(step.after, step.after_text)
        if resolved:
            begins, opened = step.at, step
        elif holds:
            yield Span(number, begins, opened, step, told(step, f"resolved {step.after_text}"))
            number += 1
        resolved = holds
    if not resolved:
        today = "resolution" in subject.fields and bool(subject.fields["resolution"].text)
        why_not = "resolved today, and no history entry shows it" if today else ""
        yield Span(number, begins, opened, None, "", why_not)
