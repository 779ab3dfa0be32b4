"""Histories as rows: in the order in which things happened, on the days the clocks change too."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from auditlib.records.history import read_changes


def entry(number: int, at: str) -> dict[str, object]:
    return {"id": str(number), "created": at, "items": [{"field": "status", "to": str(number), "toString": "x"}]}


def test_an_hour_that_comes_twice_is_told_apart():
    """At the end of summer time 01:30 comes before 01:10: what the clock on the wall shows is not the order."""
    history = [entry(2, "2026-11-01T01:10:00.000-0500"), entry(1, "2026-11-01T01:30:00.000-0400")]
    changes = read_changes(history, ZoneInfo("America/New_York"))
    assert [one.history_id for one in changes] == [1, 2]


def test_equal_times_are_ordered_by_id():
    """Jira counts its entries in the order in which it writes them."""
    history = [entry(2, "2026-05-01T10:00:00.000+0000"), entry(1, "2026-05-01T10:00:00.000+0000")]
    assert [one.history_id for one in read_changes(history, ZoneInfo("UTC"))] == [1, 2]
