"""How the population is spread over statuses and months."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.audit.status.distribution import STATUS, issues_per_month, status_table
from auditlib.tables import to_csv
from auditlib.times import Period

ZONE = ZoneInfo("America/New_York")
COLUMNS = [
    "project",
    "issue_type",
    "status",
    "status_category",
    "resolution",
    "status_at_period_end",
    "resolution_at_period_end",
]
CATEGORY = {"Open": "new", "Doing": "indeterminate", "Done": "done", None: None}


def population(rows: list[tuple]) -> pd.DataFrame:
    """Make a population with what the status table counts."""
    return pd.DataFrame(rows, columns=COLUMNS).astype("str")


STATES = st.tuples(st.sampled_from(["Open", "Doing", "Done", None]), st.sampled_from(["Fixed", "Won't do", None]))
ROWS = st.lists(
    st.tuples(st.sampled_from(["A", "B"]), st.sampled_from(["Bug", None]), STATES, STATES).map(
        lambda it: (it[0], it[1], it[2][0], CATEGORY[it[2][0]], it[2][1], *it[3])
    ),
    max_size=25,
)


@settings(deadline=None)
@given(ROWS)
def test_each_count_sums_to_the_population(rows):
    """An oracle row by row: nothing is dropped, not even what is missing; each combination has one row."""
    found = status_table(population(rows))
    assert found.columns.tolist() == STATUS.names
    assert found[["at_extraction", "at_period_end"]].sum().tolist() == [len(rows), len(rows)]
    assert not found[["project", "issue_type", "status", "resolution"]].duplicated().any()
    known = {row[2] for row in rows}
    for row in found.itertuples(index=False):
        part = [None if pd.isna(it) else it for it in row[:5]]
        pair = (part[0], part[1], part[2], part[4])
        assert row.at_extraction == sum((it[0], it[1], it[2], it[4]) == pair for it in rows)
        assert row.at_period_end == sum((it[0], it[1], it[5], it[6]) == pair for it in rows)
        assert row.at_extraction + row.at_period_end > 0
        assert part[3] == (CATEGORY[part[2]] if part[2] in known else None)


def test_the_table_is_pinned():
    """Sorted by text, a missing part first and empty in the file."""
    frame = population(
        [
            ("AB", "Bug", "Done", "done", "Fixed", "Open", None),
            ("AB", "Bug", "Open", "new", None, "Open", None),
            ("AB", "Bug", "Done", "done", "Fixed", "Review", None),
        ]
    )
    assert to_csv(STATUS, status_table(frame)).decode().splitlines()[1:] == [
        "AB,Bug,Done,done,Fixed,2,0",
        "AB,Bug,Open,new,,1,2",
        "AB,Bug,Review,,,0,1",
    ]
    assert (
        "AB,Bug,Review,indeterminate,,0,1\n"
        in to_csv(STATUS, status_table(frame, {"Review": "indeterminate"})).decode()
    )


def test_the_category_then_is_the_issues_own_then_its_projects_then_anyones():
    """Projects may give one name to statuses of different kinds."""
    frame = population(
        [
            ("A", "Bug", "Ready", "new", None, "Ready", None),
            ("A", "Bug", "Ready", "new", None, "Ready", None),
            ("A", "Bug", "Ready", "done", None, "Ready", None),
            ("A", "Bug", "Open", "new", None, "Ready", None),
            ("B", "Bug", "Ready", "done", None, "Open", None),
            ("B", "Bug", "Open", "indeterminate", None, "Ready", None),
            ("C", "Bug", "Shut", "done", None, "Ready", None),
        ]
    )
    found = status_table(frame)
    then = found[found["at_period_end"] > 0].set_index(["project", "status", "status_category"])["at_period_end"]
    assert then.to_dict() == {
        ("A", "Ready", "new"): 3,
        ("A", "Ready", "done"): 1,
        ("B", "Open", "indeterminate"): 1,
        ("B", "Ready", "done"): 1,
        ("C", "Ready", "done"): 1,
    }


def test_an_empty_population_is_an_empty_table():
    """No issues, no rows; the columns and their types stay."""
    empty, full = status_table(population([])), status_table(population([("A", "B", "C", "new", "D", "C", "D")]))
    assert empty.empty
    assert empty.dtypes.tolist() == full.dtypes.tolist()


def created(*texts: str) -> pd.DataFrame:
    """Make issues of project AB created at these instants."""
    return pd.DataFrame({"project": "AB", "created": pd.to_datetime(list(texts), utc=True)})


def test_months_are_the_audits_own_and_none_is_left_out():
    """An issue of the last evening in New York is one of that month; a month without issues has 0."""
    issues = created("2026-02-01T04:59:59Z", "2026-02-01T05:00:00Z", "2026-04-15T00:00:00Z")
    found = issues_per_month(issues, Period(date(2026, 1, 15), date(2026, 4, 15), ZONE), ["CD"])
    assert found["month"].tolist() == [f"2026-{month:02d}" for month in (1, 2, 3, 4) for _ in "AC"]
    assert found.loc[found["project"] == "AB", "count"].tolist() == [1, 1, 0, 1]
    assert found.loc[found["project"] == "CD", "count"].tolist() == [0, 0, 0, 0]
    assert found.loc[found["project"] == "AB", "partial"].tolist() == [True, False, False, True]


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 800))
def test_a_month_is_partial_if_one_of_its_days_is_missing(start, length):
    """An oracle by day: whole months hold as many days of the period as the calendar gives them."""
    end = date.fromordinal(start.toordinal() + length)
    days = pd.date_range(start, end)
    found = issues_per_month(created().iloc[:0], Period(start, end, ZONE), ["AB"])
    held = days.strftime("%Y-%m").value_counts()
    assert found["month"].tolist() == sorted(held.index)
    whole = [held[month] == pd.Period(month).days_in_month for month in found["month"]]
    assert found["partial"].tolist() == [not it for it in whole]
    assert found["count"].sum() == 0


def test_months_without_any_project_are_no_rows():
    """Nothing was asked for, nothing is shown."""
    assert issues_per_month(created(), Period(date(2026, 1, 1), date(2026, 1, 31), ZONE)).empty
