"""Change tickets as CT-19 looks at them: from when until when one authorises what it names. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from auditlib.audit.controls.site.entries import closings, entries, texts_at, utc
from auditlib.audit.controls.subject import Subject
from auditlib.params.controls import ControlTest
from auditlib.phrases import minute
from auditlib.records.actors import PERSON
from auditlib.records.names import Called, folded
from auditlib.times import Period

ALL_THESE = tuple[str, ...]
"""Words that must all stand in a text for it to name a thing."""


@dataclass(frozen=True)
class Window:
    """A time in which a ticket authorises, both ends in UTC; without an end it still does. ``shown`` says what opened it."""

    begins: datetime
    ends: datetime | None
    shown: str
    history_ids: tuple[int, ...]

    def holds(self, at: datetime) -> bool:
        """Say whether an instant lies in it."""
        return self.begins <= at and (self.ends is None or at <= self.ends)


@dataclass(frozen=True)
class Ticket:
    """An issue that may authorise a change of the configuration, with its windows, the oldest first."""

    subject: Subject
    windows: Sequence[Window]

    @property
    def key(self) -> str:
        """Its key."""
        return self.subject.key

    def names(self, wanted: Iterable[ALL_THESE], at: datetime) -> bool:
        """Say whether its summary or description, as they stood at an instant, name a thing."""
        text = " \n ".join(folded(one) for one in texts_at(self.subject, at))
        return any(all(stands_in(word, text) for word in words) for words in wanted)


def stands_in(word: str, text: str) -> bool:
    """Say whether a name stands in a folded text as words of its own.

    >>> stands_in("Risk", "the field risk, renamed"), stands_in("Risk", "risky")
    (True, False)
    """
    return re.search(rf"(?<!\w){re.escape(folded(word))}(?!\w)", text) is not None


def ticket_of(subject: Subject, test: ControlTest, period: Period, called: Called) -> Ticket:
    """Return an issue as a ticket: what it names is authorised from its gate, or its creation, until some days after done."""
    gate, done = test.workflow.gate, test.workflow.done
    allowed = timedelta(days=test.given.days or 0)
    ends = sorted(one for step in closings(subject, done, called) if (one := utc(step.at)) is not None)
    begun = list(_opened(subject, period)) if not gate else list(_approved(subject, test, period, called))
    windows = []
    for at, shown, number in begun:
        until = next((one + allowed for one in ends if one >= at), None)
        windows.append(Window(at, until, shown, () if number is None else (number,)))
    return Ticket(subject, windows)


def _opened(subject: Subject, period: Period) -> Iterator[tuple[datetime, str, int | None]]:
    at = utc(subject.created)
    if at is not None:
        yield at, f"created {minute(at, period.zone)}", None


def _approved(
    subject: Subject, test: ControlTest, period: Period, called: Called
) -> Iterator[tuple[datetime, str, int | None]]:
    """Yield the entries into the gate that a person made."""
    for step in entries(subject, test.workflow.gate, called):
        at = utc(step.at)
        if at is not None and step.kind == PERSON:
            shown = f"{step.after_text} {minute(at, period.zone)} by {step.author} (history {step.history_id})"
            yield at, shown, step.history_id
