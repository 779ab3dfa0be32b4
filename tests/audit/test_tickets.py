"""When a change ticket authorises what it names: from its approval, or its creation, until some days after it is done."""

from __future__ import annotations

from datetime import UTC, timedelta

from site_cases import BOB, PERIOD, at, control, issue, step

from auditlib.audit.controls.site.tickets import ticket_of
from auditlib.records.names import NO_NAMES

REGIONS = {"gate": ["Approved"], "done": ["Done"]}
AT_ONCE = control("CT-19", "configuration_ticketed", REGIONS)


def windows(*steps, test=AT_ONCE):
    found = ticket_of(issue("OPS-5", *steps), test, PERIOD, NO_NAMES).windows
    return [(one.begins, one.ends) for one in found]


def test_without_days_a_ticket_authorises_until_it_is_done():
    """To the instant; that it is done ends also what was approved at the same time."""
    approved, done = at(6, 8).astimezone(UTC), at(6, 9).astimezone(UTC)
    rounds = (step(11, approved, "Open", "Approved", BOB), step(12, done, "Approved", "Done"))
    assert windows(*rounds) == [(approved, done)]
    assert windows(*rounds, test=control("CT-19", "", REGIONS, days=2)) == [(approved, done + timedelta(days=2))]
    together = (step(11, approved, "Open", "Approved", BOB), step(12, approved, "Approved", "Done"))
    assert windows(*together) == [(approved, approved)]
    assert windows(rounds[0]) == [(approved, None)]


def test_an_approval_whose_time_can_not_be_read_opens_nothing():
    """Nobody knows from when on it would."""
    assert windows(step(11, "20226", "Open", "Approved", BOB)) == []
