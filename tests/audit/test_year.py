"""What two packages have in common is decided by their own words."""

from __future__ import annotations

from datetime import date

import pytest
from two_years import issue, year

from auditlib.audit.yearly.year import adjoin, days_in_both, same_people, whole


@pytest.mark.parametrize(
    ("start", "joined", "shared"),
    [
        (date(2026, 1, 1), True, 0),
        (date(2026, 1, 2), False, 0),
        (date(2025, 12, 31), False, 1),
        (date(2025, 7, 1), False, 184),
    ],
)
def test_periods_adjoin_or_share_days(start, joined, shared):
    """Both days of a period belong to it."""
    this, last = year(2026, start=start), year(2025)
    assert (adjoin(this, last), days_in_both(this, last)) == (joined, shared)


@pytest.mark.parametrize(
    ("this", "last", "same"),
    [
        ({}, {}, True),
        ({"url": "https://new.example.com"}, {}, True),
        ({"deployment": "data-center"}, {"deployment": "data-center"}, True),
        ({"deployment": "data-center", "url": "https://new.example.com"}, {"deployment": "data-center"}, False),
        ({}, {"deployment": "data-center"}, False),
    ],
)
def test_an_account_is_known_by_its_id_where_it_has_the_same(this, last, same):
    """On Cloud everywhere, of a Data Center within one."""
    assert same_people(year(2026, **this), year(2025, **last)) is same


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("", 0), ("-3", 0), ("²", 0), ("9" * 5000, 0), ("x", 0)])
def test_a_cell_that_is_no_number_counts_as_none(text, number):
    """A stranger's package may hold anything."""
    assert whole(text) == number


def test_tables_that_a_package_lacks_have_no_rows():
    """An older one has no controls; its tallies are empty."""
    one = year(tables={"population": [issue("AB-1"), issue("AB-2", status_category="")]})
    assert one.rows("control_rates") == []
    assert one.tally("population", "status_category") == {"done": 1, "(none)": 1}
    assert list(one.population) == ["AB-1", "AB-2"]
