"""Instants of a history: read or not, compared as seconds, and so many hours later whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from auditlib.audit.controls.trail import instant, later, timestamp

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


def test_an_instant_that_can_be_read_is_seconds():
    """Of what can't be read there is none: who needs one is told what stands there."""
    assert timestamp(NOON) == instant(NOON) == 1_775_044_800
    assert timestamp("soon") is timestamp(None) is None
    with pytest.raises(ValueError, match=r"^soon \(not readable\)$"):
        instant("soon")


@pytest.mark.parametrize(("day", "hour"), [(28, "13:00:00+02:00"), (27, "12:00:00+01:00")])
def test_a_day_later_is_24_hours_later_in_the_same_zone(day, hour):
    """Over the begin of summer time the clock on the wall has gone on by 25; what can't be read stays as it was sent."""
    at = datetime(2026, 3, day, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    assert later(at, timedelta(days=1)).isoformat() == f"2026-03-{day + 1}T{hour}"
    assert later("soon", timedelta(days=1)) == "soon"
