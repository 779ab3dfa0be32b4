"""CT-16, the periodic review took place: an issue for each month, quarter or year of the period, closed by a person. Pure.

Months, quarters and years are counted from the first day of the period. An issue counts for one of them alone: each takes the
earliest closing in time that none before it took.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Final

from auditlib.audit.controls.result import Result
from auditlib.audit.controls.site.entries import closings, is_closed, utc
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, Subject
from auditlib.params.controls import ControlTest
from auditlib.phrases import listed, minute
from auditlib.records.actors import ERASED, PERSON, UNKNOWN
from auditlib.records.history import Change
from auditlib.records.names import NO_NAMES, Called
from auditlib.times import Period

_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}

_MAY_BE_ANYBODY: Final = (ERASED, UNKNOWN)
"""Kinds of actors of whom it can't be told whether they are people."""


@dataclass(frozen=True)
class _Review:
    """A closing of an issue that matches, when it was (UTC), and whether the issue is open again."""

    key: str
    step: Change
    at: datetime
    open_again: bool

    @property
    def counts(self) -> bool:
        """Whether a person closed it, and nobody opened it again."""
        return self.step.kind == PERSON and not self.open_again

    @property
    def unsure(self) -> bool:
        """Whether it is not told if a person closed it."""
        return self.step.kind in _MAY_BE_ANYBODY and not self.open_again

    def in_words(self, period: Period) -> str:
        """Return it with who closed it when, and the record that says so."""
        step = self.step
        kind = f", {step.kind}{f' of {step.on_behalf_of}' if step.on_behalf_of else ''}," if step.kind != PERSON else ""
        who = f"{step.author or 'nobody that Jira names'}{kind}"
        again = ", and opened again" if self.open_again else ""
        return f"{self.key} closed by {who} {minute(self.at, period.zone)} (history {step.history_id}){again}"


def review_took_place(
    test: ControlTest, subjects: Iterable[Subject], period: Period, asked: datetime, called: Called = NO_NAMES
) -> list[Result]:
    """Test each month, quarter or year that begins in the period.

    Parameters
    ----------
    test : ControlTest
    subjects : iterable of Subject
        The issues of the population that the control applies to.
    period : Period
    asked : datetime
        When Jira was asked: what falls due later can't be judged yet.
    called : Called

    Returns
    -------
    list of Result
        By time. One that is not closed, and may be closed after the period or after Jira was asked, falls due later.
    """
    reviews: list[_Review] = []
    unread: list[str] = []
    for subject in subjects:
        reviews += _reviews(subject, test, called)
        unread += [] if subject.whole else [subject.key]
    reviews.sort(key=lambda one: (one.at, one.key))
    used: set[str] = set()
    until = min(period.ends, asked)
    return [_judged(test, span, reviews, used, unread, until) for span in spans(test, period)]


def _reviews(subject: Subject, test: ControlTest, called: Called) -> Iterator[_Review]:
    done = test.workflow.done
    open_again = not is_closed(subject, done, called)
    for step in closings(subject, done, called):
        at = utc(step.at)
        if at is not None:
            yield _Review(subject.key, step, at, open_again)


def spans(test: ControlTest, period: Period) -> Iterator[Period]:
    """Yield the months, quarters or years that begin in the period, counted from its first day."""
    step, count = _MONTHS[test.given.every], 0
    while (first := _months_after(period.start, count * step)) <= period.end:
        yield Period(first, _months_after(period.start, (count + 1) * step) - timedelta(days=1), period.zone)
        count += 1


def _months_after(day: date, months: int) -> date:
    """Return the day some months later; where that month is shorter, its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    _, last = monthrange(year, month + 1)
    return date(year, month + 1, min(day.day, last))


def _judged(  # noqa: PLR0917 - a review is used up by one of them
    test: ControlTest,
    span: Period,
    reviews: Sequence[_Review],
    used: set[str],
    unread: Sequence[str],
    until: datetime,
) -> Result:
    """Return the row of a month, quarter or year."""
    due = span.ends + timedelta(days=test.given.days or 0)
    key = f"{span.start} to {span.end}"
    within = [one for one in reviews if span.begins <= one.at < due and one.key not in used]
    found = next((one for one in within if one.counts), None)
    if found is not None:
        used.add(found.key)
        return _row(test, key, PASS, found.in_words(span), found)
    unsure = next((one for one in within if one.unsure), None)
    if unsure is not None:
        said = f"{unsure.in_words(span)}: whether that is a person is not told"
        return _row(test, key, NO_EVIDENCE, said, unsure)
    if due > until:
        said = f"none is closed; it may be until {minute(due, span.zone)}, after the period or after Jira was asked"
        return Result(test.label, key, None, NOT_APPLICABLE, None, said, falls_due_later=True)
    if unread:
        said = f"none is closed in time, but the history of {listed(unread)} was not read whole"
        return Result(test.label, key, None, NO_EVIDENCE, None, said)
    said = f"no issue that matches was closed by a person from {span.start} until {minute(due, span.zone)}"
    near = next(chain(within, (one for one in reviews if one.at >= due and one.counts)), None)
    if near is not None:
        return _row(test, key, EXCEPTION, f"{said}; {near.in_words(span)}", near)
    return Result(test.label, key, None, EXCEPTION, None, said)


def _row(test: ControlTest, key: str, outcome: str, said: str, review: _Review) -> Result:
    number = review.step.history_id
    return Result(test.label, key, None, outcome, review.step.at, said, () if number is None else (number,))
