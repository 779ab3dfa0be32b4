"""Searches of a small world."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from auditlib.demo.jql.search import JqlError, evaluate
from auditlib.demo.world.records import World

UTC_ZONE = ZoneInfo("UTC")
NOW = datetime(2026, 3, 15, 10, 30, tzinfo=UTC)  # a Sunday


def keys(world: World, jql: str, *, zone: str = "UTC", now: datetime = NOW) -> list[str]:
    return [one.key for one in evaluate(world, jql, ZoneInfo(zone), now)]


def refusal(world: World, jql: str) -> list[str]:
    with pytest.raises(JqlError) as caught:
        evaluate(world, jql, UTC_ZONE, NOW)
    return caught.value.errors
