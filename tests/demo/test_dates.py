"""Dates of JQL are instants in the zone of who asks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from jql_cases import keys, refusal
from small_world import START, issue, small_world

from auditlib.demo.jql.search import evaluate, quote
from auditlib.demo.world.records import World


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ('created >= "2026-01-03"', [2, 3, 10]),
        ("created >= 2026-01-03 AND created < '2026/01/04'", [2]),
        ('created <= "2026-01-03 12:00"', [1, 2]),
        ('created < "2026-01-03 12:00"', [1]),
        ('created = "2026-01-03 12:00"', [2]),
        ('created in ("2026-01-03 12:00", "2026-1-4 12:00")', [2, 3]),
        ('created != "2026-01-03 12:00"', [1, 3, 10]),
        ("created >= -9w", [10]),
        ('created >= "-10w 1d"', [2, 3, 10]),
        ("created < now()", [1, 2, 3, 10]),
        ("created > 1d", []),
        ("resolved is not EMPTY", [1, 10]),
        ("resolutiondate > 2026-02-01", [10]),
        ("NOT created >= 2026-01-03", [1]),
        ("resolved < 2027-01-01 AND created > startOfYear()", [1, 10]),
    ],
)
def test_dates_are_instants(world: World, condition: str, found: list[int]) -> None:
    """A bare date means 00:00; comparisons know seconds, so 12:00:00.250 is 12:00."""
    assert keys(world, f"project = AC AND {condition} ORDER BY key") == [f"AC-{number}" for number in found]


@pytest.mark.parametrize("text", ["2026-02-30", "2026-1", "yesterday", "5x", "2026-01/02", "2026-01-01 25:00"])
def test_a_wrong_date_is_refused(world: World, text: str) -> None:
    """A date that is none is told with the formats that are allowed."""
    assert refusal(world, f"created > {quote(text)}")[0].startswith(
        f"Date value '{text}' for field 'created' is invalid."
    )


def test_dates_are_read_in_the_zone() -> None:
    """The same query finds another set in another zone: so an audit must know the account's zone."""
    noon = datetime(2026, 1, 2, 3, 0, tzinfo=UTC)
    world = small_world(issue(1, after=noon - START))
    jql = 'created >= "2026-01-02"'
    assert keys(world, jql, zone="UTC") == ["AC-1"]
    assert keys(world, jql, zone="America/New_York") == []
    assert keys(world, 'created < "2026-01-03"', zone="Pacific/Kiritimati") == ["AC-1"]


@pytest.mark.parametrize(
    ("function", "wanted"),
    [
        ("startOfDay()", "2026-03-15 00:00"),
        ("startOfDay('-1d')", "2026-03-14 00:00"),
        ("startOfDay(1)", "2026-03-16 00:00"),
        ("startOfWeek()", "2026-03-15 00:00"),
        ("startOfWeek(-1)", "2026-03-08 00:00"),
        ("startOfMonth()", "2026-03-01 00:00"),
        ("startOfMonth(-1M)", "2026-02-01 00:00"),
        ("startOfYear(-1y)", "2025-01-01 00:00"),
        ("endOfDay()", "2026-03-16 00:00"),
        ("endOfWeek()", "2026-03-22 00:00"),
        ("endOfMonth(-1)", "2026-03-01 00:00"),
        ("endOfMonth()", "2026-04-01 00:00"),
        ("endOfYear()", "2027-01-01 00:00"),
    ],
)
def test_period_functions(function: str, wanted: str) -> None:
    """A start is the first instant of the period in the zone, an end the last second before the next."""
    instant = datetime.fromisoformat(wanted).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    ends = function.startswith("end")
    world = small_world(*(issue(n, after=instant - START + timedelta(seconds=n - 2)) for n in (1, 2, 3)))
    expected = ["AC-1"] if ends else ["AC-2"]
    assert keys(world, f"created = {function}", zone="Europe/Berlin") == expected


def test_a_period_ends_right_where_the_clock_is_changed() -> None:
    """The day of the change to summer time has 23 hours."""
    zone = ZoneInfo("Europe/Berlin")
    now = datetime(2026, 3, 29, 12, tzinfo=UTC)
    late = issue(1, after=datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC) - START)
    early = issue(2, after=datetime(2026, 3, 28, 23, 0, tzinfo=UTC) - START)
    world = small_world(late, early)
    found = evaluate(world, "created >= startOfDay() AND created <= endOfDay()", zone, now)
    assert [one.key for one in found] == ["AC-1", "AC-2"]
