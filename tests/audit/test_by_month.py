"""A missing number is of a month only where both issues beside it are, within the period."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pandas as pd

from auditlib.audit.numbering.by_month import UNPLACED, missing_per_month
from auditlib.times import Period

PERIOD = Period(date(2026, 4, 1), date(2026, 9, 30), ZoneInfo("America/New_York"))


def gaps(*rows):
    """Rows of ``gaps.csv``: class, the instants beside it, whether it is in the period."""
    frame = pd.DataFrame(rows, columns=["classification", "created_after", "created_before", "in_period"])
    for name in ("created_after", "created_before"):
        frame[name] = pd.to_datetime(frame[name], utc=True).astype("datetime64[us, UTC]")
    return frame.assign(project="PAY")


def test_a_number_between_issues_of_one_month_is_of_that_month():
    """By the clock of the audit's zone: 1 May, 02:00 UTC is still April in New York."""
    found = missing_per_month(
        gaps(
            ("unexplained", "2026-04-02T00:00Z", "2026-05-01T02:00Z", "yes"),
            ("moved", "2026-04-02T12:00Z", "2026-04-03T00:00Z", "yes"),
            ("existed", "2026-05-02T00:00Z", "2026-05-03T00:00Z", "yes"),
        ),
        PERIOD,
    )
    assert found.to_numpy().tolist() == [["PAY", "2026-04", 1, 1], ["PAY", "2026-05", 0, 1]]


def test_what_lies_between_months_or_beside_nothing_is_of_none():
    """It is counted, and stands under no month; so does what is not known to be in the period."""
    found = missing_per_month(
        gaps(
            ("unexplained", "2026-04-02T00:00Z", "2026-05-02T00:00Z", "yes"),
            ("unexplained", None, "2026-05-02T00:00Z", "unknown"),
            ("deleted", "2026-03-02T00:00Z", "2026-03-03T00:00Z", "no"),
            ("deleted", None, None, "unknown"),
        ),
        PERIOD,
    )
    assert found.to_numpy().tolist() == [["PAY", UNPLACED, 2, 2]]


def test_no_gap_is_no_row():
    """A table without rows, with the same columns."""
    assert missing_per_month(gaps(), PERIOD).columns.tolist() == ["project", "month", "unexplained", "recorded"]
    assert missing_per_month(gaps(), PERIOD).empty
