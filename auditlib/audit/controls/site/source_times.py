"""Times as other tools write them, as the span in which they lie: a time to the second may be any part of it. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from auditlib.audit.controls.match import Span
from auditlib.times import history_instant

_NUMBER: Final = re.compile(r"[0-9]{9,15}")

_FORM: Final = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?P<clock>[0-9]{2}:[0-9]{2}(?P<second>:[0-9]{2}(?:[.,](?P<part>[0-9]{1,9}))?)?)"
    r" ?(?P<offset>Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)

_USUAL: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_SECOND: Final = timedelta(seconds=1)

_NAMED: Final = {"UTC": "Z", "GMT": "Z"}

_LIKE: Final = "like 2026-04-01T09:15:00Z"


def read_time(text: str, zone: ZoneInfo | None) -> Span:
    """Read a time as other tools write it.

    Parameters
    ----------
    text : str
        ``2026-04-01T09:15:00Z``, with a blank for the T, with any offset or none, to the day, the minute, the second or its
        parts; or seconds or milliseconds since 1970.
    zone : ZoneInfo or None
        For times without an offset.

    Raises
    ------
    ValueError
        In a sentence's end: what is wrong with it, and what to do.
    """
    if (usual := _usual(text)) is not None:
        return usual
    if _NUMBER.fullmatch(text):
        at = history_instant(text)
        return Span(at, at + timedelta(milliseconds=1 if int(text) >= 10**11 else 1000))
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"a time is needed, {_LIKE}")
    day, clock, second, part, offset = found.group("day", "clock", "second", "part", "offset")
    if offset is None and zone is None:
        raise ValueError("this time has no offset from UTC; say by timezone in which zone the tool writes its times")
    try:
        if clock is None:
            return _whole_day(datetime.fromisoformat(day), zone)
        at = _at(f"{day}T{clock}", offset, zone)
        return Span(at, at + _unit(second, part))
    except _OddTimeError as error:
        raise ValueError(str(error)) from None
    except (ValueError, OverflowError):
        raise ValueError(f"there is no such time; one is needed {_LIKE}") from None


def _usual(text: str) -> Span | None:
    """Read the form that GitHub and most others write, several times as fast; None for all others."""
    if _USUAL.fullmatch(text) is None:
        return None
    try:
        at = datetime.fromisoformat(text)
        return Span(at, at + _SECOND)
    except (ValueError, OverflowError):
        return None


class _OddTimeError(ValueError):
    """A local time that the clock showed twice, or never."""


def _unit(second: str | None, part: str | None) -> timedelta:
    """Return how long the smallest part is that the time names."""
    if second is None:
        return timedelta(minutes=1)
    return _SECOND if part is None else max(_SECOND / 10 ** len(part), timedelta.resolution)


def _at(local: str, offset: str | None, zone: ZoneInfo | None) -> datetime:
    if offset is not None:
        return datetime.fromisoformat(local + _NAMED.get(offset, offset)).astimezone(UTC)
    first, second = (datetime.fromisoformat(local).replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        shown = "was shown twice" if first.astimezone(UTC).astimezone(zone) == first else "was never shown"
        raise _OddTimeError(f"this time {shown} in {zone} when the clocks changed; write it with its offset from UTC")
    return first.astimezone(UTC)


def _whole_day(day: datetime, zone: ZoneInfo | None) -> Span:
    begins, ends = (datetime.combine(one, time.min, tzinfo=zone) for one in (day, day + timedelta(days=1)))
    return Span(begins.astimezone(UTC), ends.astimezone(UTC), day=True)
