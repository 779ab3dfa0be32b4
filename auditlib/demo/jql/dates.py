"""Dates in JQL: calendar dates, relative dates, and the functions that start or end a day, week, month or year."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

_CALENDAR = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:[ T](\d{1,2}):(\d{2}))?")
_PERIOD = re.compile(r"([+-]?)(\d+[wdhm](?:\s+\d+[wdhm])*)")
_INCREMENT = re.compile(r"([+-]?\d+)([yMwdhm]?)")
_FUNCTION = re.compile(r"(start|end)of(day|week|month|year)", re.IGNORECASE)
_UNIT = {"w": timedelta(weeks=1), "d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_NATURAL = {"day": "d", "week": "w", "month": "M", "year": "y"}


def instant(text: str, zone: tzinfo, now: datetime) -> datetime | None:
    """Read a date as JQL does: a bare date means 00:00 in ``zone``, a period is counted from ``now``.

    Returns
    -------
    datetime or None
        In UTC, to the second; None if it is no date.
    """
    calendar = _CALENDAR.fullmatch(text.strip())
    if calendar:
        year, month, day = int(calendar[1]), int(calendar[3]), int(calendar[4])
        try:
            return datetime(year, month, day, int(calendar[5] or 0), int(calendar[6] or 0), tzinfo=zone).astimezone(UTC)
        except ValueError:
            return None
    period = _PERIOD.fullmatch(text.strip())
    if period:
        length = sum((int(part[:-1]) * _UNIT[part[-1]] for part in period[2].split()), timedelta())
        return _to_second(now - length if period[1] == "-" else now + length)
    return None


def is_date_function(name: str) -> bool:
    """Say whether a function of this name yields an instant."""
    return name.lower() == "now" or _FUNCTION.fullmatch(name) is not None


def function_instant(name: str, arguments: tuple[str, ...], zone: tzinfo, now: datetime) -> datetime | None:
    """Compute ``now()``, ``startOfMonth("-1M")`` and their like, in UTC; None if the arguments are wrong.

    The week starts on Sunday, as it does in Jira's default locale.
    """
    function = _FUNCTION.fullmatch(name)
    if function is None:
        return None if arguments else _to_second(now)
    unit = function[2].lower()
    local = now.astimezone(zone)
    if arguments:
        increment = _INCREMENT.fullmatch(arguments[0].strip())
        if increment is None or len(arguments) > 1:
            return None
        local = _shift(local, int(increment[1]), increment[2] or _NATURAL[unit])
    first = _first_day(local.date(), unit)
    if function[1].lower() == "start":
        return _midnight(first, zone)
    return _midnight(_next_first_day(first, unit), zone) - timedelta(seconds=1)


def _to_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _shift(local: datetime, count: int, unit: str) -> datetime:
    if unit not in {"y", "M"}:
        return local + count * _UNIT[unit]
    months = local.year * 12 + local.month - 1 + count * (12 if unit == "y" else 1)
    first = local.replace(year=months // 12, month=months % 12 + 1, day=1)
    last_day = (_next_first_day(first.date(), "month") - timedelta(days=1)).day
    return first.replace(day=min(local.day, last_day))


def _first_day(day: date, unit: str) -> date:
    if unit == "week":
        return day - timedelta(days=day.isoweekday() % 7)
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def _next_first_day(first: date, unit: str) -> date:
    if unit == "month":
        return (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    if unit == "year":
        return first.replace(year=first.year + 1)
    return first + timedelta(days=7 if unit == "week" else 1)
