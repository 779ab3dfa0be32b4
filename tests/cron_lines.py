"""The five fields of cron, read: on which days and at which times of a year something begins."""

from __future__ import annotations

import re
from datetime import date, timedelta

RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
"""Minute, hour, day of the month, month, day of the week; Sunday is 0 and 7."""


def values(field: str, low: int, high: int) -> set[int]:
    """Return the values that a field names: ``*``, numbers, ranges, steps, lists.

    Raises
    ------
    ValueError
        If it is no such field, or a number is out of range.
    """
    found: set[int] = set()
    for part in field.split(","):
        read = re.fullmatch(r"(?:\*|(\d+)(?:-(\d+))?)(?:/(\d+))?", part)
        if read is None:
            raise ValueError(f"no field of cron: {part}")
        first = low if read[1] is None else int(read[1])
        last = int(read[2]) if read[2] else (high if read[1] is None or read[3] else first)
        step = int(read[3] or 1)
        if not low <= first <= last <= high or step < 1:
            raise ValueError(f"out of range: {part}")
        found |= set(range(first, last + 1, step))
    return found


def times_a_year(line: str, year: int = 2026) -> int:
    """Return how often a line begins something in a year; a day is meant by either of its fields if both restrict it."""
    fields = line.split()
    if len(fields) != len(RANGES):
        raise ValueError(f"cron has five fields: {line}")
    minutes, hours, days, months, weekdays = (
        values(field, *limits) for field, limits in zip(fields, RANGES, strict=True)
    )
    weekdays = {day % 7 for day in weekdays}
    start, count = date(year, 1, 1), 0
    for place in range((date(year + 1, 1, 1) - start).days):
        day = start + timedelta(days=place)
        of_month, of_week = day.day in days, day.isoweekday() % 7 in weekdays
        both = fields[2] != "*" and fields[4] != "*"
        count += day.month in months and (of_month or of_week if both else of_month and of_week)
    return count * len(minutes) * len(hours)
