"""Rules on incidents and vulnerabilities: in time for what the severity or the first priority allows. Pure.

What falls due after the period is no matter of it; what fell due in it and was not done by its end is late, whatever came
after. Time is counted between instants: a day has 24 hours, also when the clocks change.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from auditlib.audit.controls.case import Case
from auditlib.audit.controls.levels import Held, allowed, held_at, held_values
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.spans import Span, spans
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.audit.controls.trail import instant, later, moment, numbers, timestamp, told
from auditlib.records.history import Change

Judge = Callable[[Span, float, float], Result]
"""Judges a span by two instants: its begin, and its end or, where it runs, until when is looked."""

_LEVEL: Final = "priority"
"""The field of the level where the parameters name none."""


def in_time_for_severity(case: Case) -> list[Result]:
    """CT-11: an incident ends in the time that its severity allows.

    A severity may change on the way. The one at the end decides; and so does an earlier one whose time ran out while it held,
    so that lowering it afterwards mends nothing.
    """
    level, limits = _level(case), case.test.given.limits
    courses = held_values(case, level)

    def judge(one: Span, began: float, until: float) -> Result:
        if isinstance(courses, str):
            return _row(case, one, NO_EVIDENCE, courses)
        for course in courses:
            early = _ran_out(began, until, course, limits)
            if early is not None:
                held, limit, change = early
                became = told(change, change.after_text or change.after or "emptied")
                words = f"{level} was {held.words}, which allows {in_words(limit)}; {became}"
                return _row(case, one, EXCEPTION, f"{words}; {_ended(one)}", held)
        return _by_limit(case, one, until - began, _filled([held_at(course, until) for course in courses]))

    return _each(case, judge)


def in_time_for_first_priority(case: Case) -> list[Result]:
    """CT-13: a vulnerability is remedied in the time that its priority at creation allows, whatever became of that."""
    courses = held_values(case, _level(case))

    def judge(one: Span, began: float, until: float) -> Result:
        if isinstance(courses, str):
            return _row(case, one, NO_EVIDENCE, courses)
        return _by_limit(case, one, until - began, _filled([course[0] for course in courses]), "at creation ")

    return _each(case, judge)


# What both share


def _level(case: Case) -> str:
    return case.test.given.level or _LEVEL


def _filled(held: list[Held]) -> Held:
    """Return what the one of several fields of a name holds that holds something; a project uses one of them."""
    return next((one for one in held if one.words), held[0])


def _each(case: Case, judge: Judge) -> list[Result]:
    """Judge each span that ended in the period, and the one that ran out in it."""
    subject = case.subject
    if not subject.whole:
        return [case.result(NO_EVIDENCE, "the history was not read as a whole")]
    rows: list[Result] = []
    waiting: list[Result] = []
    for one in spans(case):
        row = _judged(case, one, judge)
        if row is not None:
            (waiting if row.outcome == NOT_APPLICABLE else rows).append(row)
    return rows or waiting or [case.result(NOT_APPLICABLE, "it did not end in the period")]


def _judged(case: Case, one: Span, judge: Judge) -> Result | None:
    """Return the row of a span; None if it is no matter of the period."""
    subject = case.subject
    begins, ends = timestamp(subject.period_begins), timestamp(subject.period_ends)
    if one.why_not:
        return _row(case, one, NO_EVIDENCE, one.why_not) if _may_concern(case, one) else None
    began, ended = timestamp(one.begins), None if one.ended is None else timestamp(one.ended.at)
    if began is None or (one.ended is not None and ended is None):
        return _row(case, one, NO_EVIDENCE, f"{one.from_words}; {one.shown}: a time of these can't be read")
    if ended is not None and begins is not None and ended < begins:
        return None
    if ended is not None and (ends is None or ended < ends):
        return judge(one, began, ended)
    read = subject.read_at.timestamp()
    until = read if ends is None else min(read, ends)
    return judge(_running(one), began, until) if began < until else None


def _running(one: Span) -> Span:
    """Return a span as it was at the end of the period: what ended it came later."""
    return Span(one.number, one.begins, one.opened, None, "")


def _may_concern(case: Case, one: Span) -> bool:
    """Say whether a round of which the history does not show all may have ended in the period."""
    if not case.test.workflow.done:
        return True
    return any(known.number == one.number for known in case.course.in_period(case.subject))


def _ran_out(
    began: float, until: float, course: list[Held], limits: dict[str, str]
) -> tuple[Held, timedelta, Change] | None:
    """Return the first value whose time ran out while the field held it, up to the end.

    A value that was replaced at the very end held until then: to change it in the entry that closes mends nothing.
    """
    for held in course:
        limit = allowed(limits, held)
        if held.until is None or limit is None:
            continue
        if began + limit.total_seconds() < instant(held.until.at) <= until:
            return held, limit, held.until
    return None


def _by_limit(case: Case, one: Span, seconds: float, held: Held, when: str = "") -> Result:
    """Return the row of a span that took so many seconds by the time that one value allows."""
    level = _level(case)
    if not held.words:
        return _row(case, one, NO_EVIDENCE, f"{level} {when}was empty; {_ended(one)}", held)
    limit = allowed(case.test.given.limits, held)
    if limit is None:
        return _row(
            case, one, NO_EVIDENCE, f"{level} {when}was {held.words}, for which no time is given; {_ended(one)}", held
        )
    shown = f"{level} {when}{held.words} allows {in_words(limit)}; {one.from_words}"
    took = timedelta(seconds=round(seconds, 3))
    if took < timedelta(0):
        return _row(case, one, NO_EVIDENCE, f"{one.from_words}, and ended before that: {one.shown}", held)
    if one.ended is not None:
        outcome = PASS if took <= limit else EXCEPTION
        return _row(case, one, outcome, f"{shown}; {one.shown}: {in_words(took)}", held)
    due = f"due {moment(later(one.begins, limit))}"
    if took > limit:
        return _row(case, one, EXCEPTION, f"{shown}; {due}, and not ended by then nor in the period", held)
    return _row(
        case, one, NOT_APPLICABLE, f"{shown}; {due}, which had not come when the period ended or it was read", held
    )


def _row(case: Case, one: Span, outcome: str, evidence: str, held: Held | None = None) -> Result:
    """Return a row of a span, decided by its end, with the entries that show it."""
    since, until = (None, None) if held is None else (held.since, held.until)
    ids = tuple(sorted(numbers(one.opened, since, until, one.ended)))
    at = None if one.ended is None else one.ended.at
    not_due = outcome == NOT_APPLICABLE
    number = None if not_due else one.number
    return Result(case.test.label, case.subject.key, number, outcome, at, evidence, ids, not_due)


def _ended(one: Span) -> str:
    return one.shown or f"{one.from_words}, not ended in the period"


def in_words(length: timedelta) -> str:
    """Write a length of time in days, hours and minutes of the clock.

    >>> in_words(timedelta(days=1, hours=2)), in_words(timedelta(minutes=90)), in_words(timedelta(seconds=5))
    ('1 d 2 h', '1 h 30 min', '5 s')
    """
    days, rest = divmod(length, timedelta(days=1))
    hours, rest = divmod(rest, timedelta(hours=1))
    minutes, rest = divmod(rest, timedelta(minutes=1))
    parts = [f"{count} {unit}" for count, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if count]
    if not parts or (rest and not days):
        parts.append(f"{rest.total_seconds():g} s")
    return " ".join(parts)
