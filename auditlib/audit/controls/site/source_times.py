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
    r"(?:[T ](?P<minute>[0-9]{2}:[0-9]{2})(?P<second>:[0-9]{2})?(?P<part>[.,][0-9]{1,9})?"
    r" ?(?P<offset>Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)

_USUAL: Final = len("2026-04-01T09:15:00Z")
_SECOND: Final = timedelta(seconds=1)

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
        return Span(at, at + timedelta(milliseconds=1 if abs(int(text)) >= 10**11 else 1000))
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"a time is needed, {_LIKE}")
    day, minute, second, part, offset = found.group("day", "minute", "second", "part", "offset")
    if offset is None and zone is None:
        raise ValueError("this time has no offset from UTC; say by timezone in which zone the tool writes its times")
    try:
        if minute is None:
            return _whole_day(datetime.fromisoformat(day), zone or ZoneInfo("UTC"))
        shown = f"{day}T{minute}{second or ':00'}{(part or '')[:7].replace(',', '.')}"
        at = _at(datetime.fromisoformat(_padded(shown, part)), offset, zone)
        return Span(at, at + _unit(second, part))
    except OverflowError:
        raise ValueError(f"there is no such time; one is needed {_LIKE}") from None
    except _OddTimeError as error:
        raise ValueError(str(error)) from None
    except ValueError:
        raise ValueError(f"there is no such time; one is needed {_LIKE}") from None


def _usual(text: str) -> Span | None:
    """Read the form that GitHub and most others write, several times as fast; None for all others."""
    if len(text) != _USUAL or text[-1] != "Z" or not text[4] == text[7] == "-" or not text[13] == text[16] == ":":
        return None
    try:
        at = datetime.fromisoformat(text)
        return Span(at, at + _SECOND)
    except (ValueError, OverflowError):
        return None


class _OddTimeError(ValueError):
    """A local time that the clock showed twice, or never."""


def _padded(shown: str, part: str | None) -> str:
    """Write parts of a second with three or six digits, as Python's oldest reader wants them."""
    digits = len((part or "")[1:7])
    return shown + "0" * (-digits % 3)


def _unit(second: str | None, part: str | None) -> timedelta:
    """Return how long the smallest part is that the time names."""
    if second is None:
        return timedelta(minutes=1)
    return timedelta(microseconds=10 ** (6 - min(6, len(part) - 1))) if part else timedelta(seconds=1)


def _at(local: datetime, offset: str | None, zone: ZoneInfo | None) -> datetime:
    if offset is not None:
        return datetime.fromisoformat(f"{local.isoformat()}{_offset(offset)}").astimezone(UTC)
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        twice = (first.utcoffset() or timedelta()) > (second.utcoffset() or timedelta())
        shown = "was shown twice" if twice else "was never shown"
        raise _OddTimeError(f"this time {shown} in {zone} when the clocks changed; write it with its offset from UTC")
    return first.astimezone(UTC)


def _offset(text: str) -> str:
    if text in {"Z", "UTC", "GMT"}:
        return "+00:00"
    digits = text[1:].replace(":", "")
    return f"{text[0]}{digits[:2]}:{digits[2:] or '00'}"


def _whole_day(day: datetime, zone: ZoneInfo) -> Span:
    begins, ends = (datetime.combine(one, time.min, tzinfo=zone) for one in (day, day + timedelta(days=1)))
    return Span(begins.astimezone(UTC), ends.astimezone(UTC), day=True)
