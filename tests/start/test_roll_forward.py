"""A parameter file rolled forward by a year: the period goes on without a gap, and every comment stays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import ROOT

from auditlib.errors import ParameterError, UsageError
from auditlib.params.reading import parse_parameters
from auditlib.start.roll_forward import LEFT_OUT, a_year_later, next_period, next_title, rolled_forward

OLD = """\
# our audit
audit: "SOC 2 2026"   # the title
jira_url: "https://jira.example.com"
projects: ["AB"] # scope
period_start: 2026-01-01 # unquoted
period_end: "2026-12-31"
timezone: "UTC"
gap_explanations: "gaps.csv"
sample_size: 40 # enough

# chosen by the auditor
sample_seed: "12345"
leavers: "leavers.csv"
# the end
"""


@given(st.dates(date(1999, 1, 1), date(2100, 1, 1)), st.integers(0, 800))
def test_a_period_goes_on_where_the_one_before_ended(start, length):
    """What adjoins this year adjoins next year, leap day or not; a day is lost or won only where the calendar does so."""
    end = start + timedelta(days=length)
    first, last = next_period(start, end)
    after, _ = next_period(end + timedelta(days=1), end + timedelta(days=1))
    assert after == last + timedelta(days=1)
    assert abs((last - first).days - length) <= 1
    assert first <= last or length == 0


@pytest.mark.parametrize(
    ("period", "wanted"),
    [
        (("2026-01-01", "2026-12-31"), ("2027-01-01", "2027-12-31")),
        (("2027-03-01", "2028-02-29"), ("2028-03-01", "2029-02-28")),
        (("2023-02-01", "2023-02-28"), ("2024-02-01", "2024-02-29")),
        (("2024-02-29", "2024-08-31"), ("2025-03-01", "2025-08-31")),
    ],
)
def test_a_month_that_ends_with_february_ends_with_february(period, wanted):
    """By hand."""
    assert tuple(day.isoformat() for day in next_period(*map(date.fromisoformat, period))) == wanted


def test_only_29_february_has_no_day_a_year_later():
    """It becomes the day after 28."""
    assert a_year_later(date(2028, 2, 28)) == date(2029, 2, 28)
    assert a_year_later(date(2028, 2, 29)) == date(2029, 3, 1)


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("SOC 2 2026", "SOC 2 2027"),
        ("2025-26", "2026-27"),
        ("FY 2099/00", "FY 2099/00"),
        ("ISO 27001:2022", "ISO 27001:2022"),
        ("Audit 12026", "Audit 12026"),
        ("none", "none"),
    ],
)
def test_a_year_in_the_title_is_raised_if_it_is_of_the_period(title, wanted):
    """The year of a standard, or a longer number, is none."""
    assert next_title(title, date(2025, 7, 1), date(2026, 6, 30)) == wanted


def test_all_but_the_keys_of_one_year_stays_as_it_was_written():
    """Comments, spaces and order; the new file loads, and says what it should."""
    text = rolled_forward(OLD, "old.yaml", "evidence/soc-2-2026")
    kept = [
        line for line in OLD.splitlines() if line.startswith(("#", "projects", "sample_size", "leavers", "timezone"))
    ]
    assert [line for line in text.splitlines() if line in kept] == kept
    after = parse_parameters(text, "new.yaml")
    assert (after.audit, after.previous) == ("SOC 2 2027", "evidence/soc-2-2026")
    assert (after.period_start, after.period_end) == (date(2027, 1, 1), date(2027, 12, 31))
    assert 'period_start: "2027-01-01" # unquoted\n' in text
    assert not any(getattr(after, key, None) for key in LEFT_OUT)
    assert after.leavers == "leavers.csv"


def test_without_a_package_previous_is_left_out_and_an_older_one_is_not_kept():
    """A file that names the package of two years ago would compare with the wrong one."""
    text = rolled_forward(OLD + 'previous: "evidence/2025"\n', "old.yaml", None)
    assert parse_parameters(text, "new.yaml").previous is None


@pytest.mark.parametrize("name", ["demo.yaml", "example.yaml"])
def test_the_files_that_we_ship_can_be_rolled_forward_many_times(name):
    """Each year's is the pattern of the next."""
    text = (ROOT / "params" / name).read_text(encoding="utf-8")
    comments = [line for line in text.splitlines() if line.startswith("#")]
    for _ in range(5):
        text = rolled_forward(text, name, "evidence/last")
    assert parse_parameters(text, name).period_end.year == 2031
    assert [line for line in text.splitlines() if line.startswith("#")] == comments


def test_a_file_that_can_not_be_changed_in_place_is_refused():
    """A mapping in braces has no lines of its own; an error in the old file is told as such."""
    flow = '{audit: A, jira_url: demo, projects: [AB], period_start: "2026-01-01", period_end: "2026-12-31", timezone: UTC}'
    with pytest.raises(UsageError, match="period_start, period_end can't be changed in place"):
        rolled_forward(flow, "old.yaml", None)
    with pytest.raises(ParameterError):
        rolled_forward(OLD.replace("UTC", "Nowhere"), "old.yaml", None)
