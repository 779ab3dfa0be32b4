"""Times as other tools write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from auditlib.audit.controls.site.source_times import read_time

BERLIN = ZoneInfo("Europe/Berlin")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("text", "at", "lasts"),
    [
        ("2026-04-01T09:15:30Z", utc(2026, 4, 1, 9, 15, 30), timedelta(seconds=1)),
        ("2026-04-01 09:15:30 UTC", utc(2026, 4, 1, 9, 15, 30), timedelta(seconds=1)),
        ("2026-04-01T09:15:30+02:00", utc(2026, 4, 1, 7, 15, 30), timedelta(seconds=1)),
        ("2026-04-01T09:15:30.250-0330", utc(2026, 4, 1, 12, 45, 30, 250000), timedelta(milliseconds=1)),
        ("2026-04-01T09:15:30.2Z", utc(2026, 4, 1, 9, 15, 30, 200000), timedelta(milliseconds=100)),
        ("2026-04-01T09:15:30.123456789Z", utc(2026, 4, 1, 9, 15, 30, 123456), timedelta(microseconds=1)),
        ("2026-04-01T09:15+02", utc(2026, 4, 1, 7, 15), timedelta(minutes=1)),
        ("2026-04-01 09:15", utc(2026, 4, 1, 7, 15), timedelta(minutes=1)),
        ("2026-01-01 09:15", utc(2026, 1, 1, 8, 15), timedelta(minutes=1)),
        ("2026-04-01T09:15:30,123456Z", utc(2026, 4, 1, 9, 15, 30, 123456), timedelta(microseconds=1)),
        ("2026-04-01T09:15:30 GMT", utc(2026, 4, 1, 9, 15, 30), timedelta(seconds=1)),
        ("99999999999", utc(5138, 11, 16, 9, 46, 39), timedelta(seconds=1)),
        ("100000000000", utc(1973, 3, 3, 9, 46, 40), timedelta(milliseconds=1)),
        ("1775034900", utc(2026, 4, 1, 9, 15), timedelta(seconds=1)),
        ("1775034900123", utc(2026, 4, 1, 9, 15, 0, 123000), timedelta(milliseconds=1)),
    ],
)
def test_a_time_is_the_span_that_its_digits_leave_open(text, at, lasts):
    """A tool that writes whole seconds does not say in which part of the second it was."""
    span = read_time(text, BERLIN)
    assert (span.at, span.until - span.at, span.day) == (at, lasts, False)


def test_a_day_is_as_long_as_the_clocks_make_it():
    """The day on which the clocks go forward has 23 hours."""
    span = read_time("2026-03-29", BERLIN)
    assert (span.at, span.until, span.day) == (utc(2026, 3, 28, 23), utc(2026, 3, 29, 22), True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("04/01/2026 09:15", "a time is needed, like 2026"),
        ("yesterday", "a time is needed"),
        ("", "a time is needed"),
        ("2026-W14-3T09:15:00Z", "a time is needed"),
        ("2026-04-01T09:15.5", "a time is needed"),
        ("2026-13-01T09:15:00Z", "there is no such time"),
        ("9999-12-31T23:59:59Z", "there is no such time"),
        ("2026-04-01T25:00:00Z", "there is no such time"),
        ("0001-01-01T00:00:00+14:00", "there is no such time"),
        ("9999-12-31", "there is no such time"),
        ("2026-10-25 02:30:00", "was shown twice in Europe/Berlin"),
        ("2026-03-29 02:30:00", "was never shown in Europe/Berlin"),
    ],
)
def test_a_time_that_can_not_be_read_is_told(text, said):
    """Nothing is guessed: neither which of two hours it was, nor whether the month or the day comes first."""
    with pytest.raises(ValueError, match=said):
        read_time(text, BERLIN)


def test_a_time_without_an_offset_needs_a_zone():
    """It may be that of the server, of the tool or of who exported it."""
    with pytest.raises(ValueError, match="no offset from UTC; say by timezone"):
        read_time("2026-04-01T09:15:00", None)
