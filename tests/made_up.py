"""The made-up company in several seeds and sizes, and how its planted cases are found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from datetime import time as midnight
from functools import cache
from zoneinfo import ZoneInfo

from auditlib.demo.story.company import (
    PERIOD_END,
    PERIOD_START,
    TIME_ZONE,
    Company,
    build_company,
)

SEEDS = [f"seed {number}" for number in range(20)]


@cache
def company_of(seed: str, scale: float) -> Company:
    return build_company(seed, scale=scale)


def bounds(zone=TIME_ZONE):
    days = (PERIOD_START, PERIOD_END + timedelta(days=1))
    return [datetime.combine(day, midnight(), ZoneInfo(zone)).astimezone(UTC) for day in days]


def planted_issues(company, name):
    by_key = {issue.key: issue for issue in company.world.issues.values()}
    return [by_key[key] for key in company.truth.planted[name]]


def sees(world, issue):
    return issue.visible and world.projects[issue.project].browsable


def members_before(access, place, instant):
    """Return who belonged to a group or role of the made-up company just before an instant."""
    return frozenset(next(members for until, members in access.members[place] if instant <= until))
