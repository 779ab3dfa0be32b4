"""The demo's audit period, its edges in several zones, and the years that the made-up company tells of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PERIOD_START = date(2026, 4, 1)
PERIOD_END = date(2026, 9, 30)
TIME_ZONE = "America/New_York"
"""The demo's audit period; the first and the last day belong to it."""

BEGIN = datetime(2023, 10, 1, tzinfo=UTC)
END = datetime(2026, 10, 31, 22, tzinfo=UTC)
"""What happens in the made-up company lies between."""

EDGE_ZONES = ("America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "UTC")

SECOND = timedelta(seconds=1)


def edges() -> Iterator[tuple[str, datetime]]:
    """Yield names and instants of the period's edges in several zones, and of the moments just beside them."""
    beside = {"-1s": -SECOND, "exact": timedelta(0), "+1s": SECOND}
    for zone in EDGE_ZONES:
        finer = {"-1ms": -SECOND / 1000, "+1ms": SECOND / 1000} if zone == TIME_ZONE else {}
        for side, day in (("begin", PERIOD_START), ("end", PERIOD_END + timedelta(days=1))):
            edge = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
            for name, offset in (beside | finer).items():
                yield f"edge {zone} {side} {name}", edge + offset
