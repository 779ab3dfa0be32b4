"""The log of the period in words and numbers: what adds up, what is named, what is not claimed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.audit.activity.findings import conclude_activity, id_findings, reach_findings
from auditlib.audit.activity.ids import missing_ids
from auditlib.audit.activity.records import ACTIVITY, activity_table
from auditlib.audit.activity.tallies import counts_by_category, records_by_actor, records_by_event, steps_of
from auditlib.records.audit_log import log_frame
from auditlib.records.log_reach import describe_log, log_reach
from auditlib.tables import to_csv
from auditlib.times import Period

NEW_YORK = ZoneInfo("America/New_York")
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), NEW_YORK)
SPRING = Period(date(2026, 3, 4), date(2026, 4, 20), NEW_YORK)
ACCOUNT = "5b10ac8d82e05b22cc7d4ef5"


def record(number: int, created: str, **values: Any) -> dict[str, Any]:
    """Return a record of Cloud's log."""
    given = {
        "summary": "Group created",
        "category": "group management",
        "objectItem": {"name": "g", "typeName": "GROUP"},
    }
    return {"id": number, "created": created, **given, **values}


def table_of(*records: dict[str, Any], period: Period = YEAR, **people: str) -> pd.DataFrame:
    """Return ``activity.csv`` of these records."""
    return ACTIVITY.check(activity_table(log_frame(records, "cloud", people), None, period, people))


def test_the_period_is_that_of_the_audits_zone():
    """The first instant belongs to it and the first one after it does not; a record without a time is kept, first."""
    rows = table_of(
        record(1, "2026-01-01T04:59:59.999+0000"),
        record(2, "2026-01-01T05:00:00.000+0000"),
        record(3, "2027-01-01T04:59:59.999+0000"),
        record(4, "2027-01-01T05:00:00.000+0000"),
        record(5, "yesterday"),
    )
    assert list(rows["id"]) == ["5", "2", "3"]


def test_accounts_in_texts_have_their_names_beside_them():
    """Ids stay, for the name may be another tomorrow; a word that merely is somebody's old key is left alone."""
    (row,) = table_of(
        record(
            1, "2026-05-01T00:00:00.000+0000", authorAccountId=ACCOUNT,
            objectItem={"name": ACCOUNT, "typeName": "USER"},
            changedValues=[{"fieldName": "Users", "changedFrom": "", "changedTo": f"{ACCOUNT}, sales\nand more"}],
        ),
        **{ACCOUNT: "Ada Example", "sales": "Sam Sample"},
    ).to_dict("records")  # fmt: skip
    assert row["actor"] == "Ada Example"
    assert row["object"] == f"USER {ACCOUNT} (Ada Example)"
    assert row["changes"] == f"Users: → {ACCOUNT} (Ada Example), sales and more"


def test_the_kind_of_an_actor_is_that_of_its_account():
    """Of the very account, for the log has ids alone: one of which nothing is told is unknown, and nobody is of no kind."""
    at = "2026-05-01T00:00:00.000+0000"
    records = [record(1, at, authorAccountId="acc:a"), record(2, at, authorAccountId="acc:b"), record(3, at)]
    log = log_frame(records, "cloud", {"acc:a": "Tidy", "acc:b": "Tidy"})
    found = activity_table(log, None, YEAR, {}, {"acc:a": "app"})
    kinds = dict(zip(found["actor_id"].fillna(""), found["actor_kind"].fillna(""), strict=True))
    assert kinds == {"acc:a": "app", "acc:b": "unknown", "": ""}


def test_the_order_of_the_answers_does_not_matter():
    """Equal records give equal bytes."""
    records = [record(number, f"2026-05-0{1 + number % 3}T00:00:00.000+0000") for number in range(9)]
    forth, back = (to_csv(ACTIVITY, table_of(*order)) for order in (records, records[::-1]))
    assert forth == back


@pytest.mark.parametrize(
    ("start", "end", "kind", "firsts"),
    [
        (date(2026, 4, 1), date(2026, 4, 1), "week", [date(2026, 4, 1)]),
        (date(2026, 3, 4), date(2026, 3, 16), "week", [date(2026, 3, 4), date(2026, 3, 9), date(2026, 3, 16)]),
        (date(2025, 12, 31), date(2026, 5, 1), "month", [date(2025, 12, 31), *(date(2026, one, 1) for one in range(1, 6))]),
        (date(2022, 6, 1), date(2026, 5, 31), "year", [date(2022, 6, 1), *(date(one, 1, 1) for one in range(2023, 2027))]),
    ],
)  # fmt: skip
def test_a_period_is_cut_at_weeks_months_or_years(start, end, kind, firsts):
    """The first may be cut short."""
    assert steps_of(Period(start, end, NEW_YORK)) == (kind, firsts)


WHO = st.sampled_from([None, "acc:a", "acc:b", "acc:c"])
RECORDS = st.lists(
    st.tuples(st.integers(0, 500), WHO, st.sampled_from([None, "x", "y", "z", "v", "w", "u"]), st.sampled_from("ab"))
)


@given(RECORDS)
@settings(max_examples=60, deadline=None)
def test_every_tally_adds_up_to_the_records(rows):
    """Categories over time, accounts, kinds: each counts each record once."""
    start = datetime(2025, 11, 1, tzinfo=UTC)
    records = [
        record(
            number, f"{start + timedelta(days=day):%Y-%m-%dT%H:%M:%S.000+0000}",
            authorAccountId=who, category=category, summary=summary,
        )
        for number, (day, who, category, summary) in enumerate(rows)
    ]  # fmt: skip
    for period in (YEAR, SPRING):
        found = table_of(*records, period=period)
        counts = counts_by_category(found, period)
        assert int(counts.to_numpy().sum()) == len(found)
        assert list(counts.columns) == steps_of(period)[1]
        actors, events = records_by_actor(found), records_by_event(found)
        assert int(actors["records"].sum()) == int(events["records"].sum()) == len(found)
        for row in actors.itertuples():
            told = [int(part.rpartition(" ")[2]) for part in row.categories.split(", ")]
            assert sum(told) == row.records


def test_local_days_decide_the_step():
    """A record of the last hours of a month belongs to that month where the audit is."""
    counts = counts_by_category(table_of(record(1, "2026-05-01T03:00:00.000+0000")), YEAR)
    assert counts.loc["group management", date(2026, 4, 1)] == 1


def test_runs_of_ids_are_those_beside_the_period():
    """A run at the edge counts; ids that are no numbers, or a log without them, have no runs."""
    log = log_frame(
        [
            record(1, "2025-12-01T00:00:00.000+0000"),
            record(5, "2025-12-31T00:00:00.000+0000"),
            record(7, "2026-01-02T00:00:00.000+0000"),
            record(8, "2026-01-03T00:00:00.000+0000"),
        ],
        "cloud",
    )
    runs = missing_ids(log, YEAR)
    assert runs[["first", "last", "ids"]].to_numpy().tolist() == [[6, 6, 1]]
    assert missing_ids(None, YEAR).empty
    assert missing_ids(log_frame([{"timestamp": "2026-02-01T00:00:00Z"}], "data-center"), YEAR).empty
    assert id_findings(missing_ids(None, YEAR)) == []


def reach_of(*days: str, **more: Any) -> Any:
    """Return the reach of a log with a record at each of these days."""
    return log_reach(
        log_frame([record(place, f"{day}T12:00:00.000+0000") for place, day in enumerate(days)], "cloud"), **more
    )


@pytest.mark.parametrize(
    ("reach", "severity", "words"),
    [
        (log_reach(None, why_not="no such log"), "limit", "could not be read (no such log)"),
        (reach_of(), "limit", "gave this account no record"),
        (reach_of("2026-02-01", complete=False), "limit", "was not read to its end"),
        (reach_of("2025-12-01", "2026-02-01"), "note", "covers the period"),
        (reach_of("2026-02-01"), "limit", "no record from before 1 February 2026, 07:00 -05:00"),
        (reach_of("2027-02-01"), "limit", "which is after the period"),
    ],
)
def test_how_far_the_log_reaches_is_said(reach, severity, words):
    """One finding, and a limit wherever the period is not shown to be covered."""
    (found,) = reach_findings(reach, YEAR)
    assert (found.id, found.severity) == ("activity.reach", severity)
    assert words in found.statement
    said = conclude_activity(table_of(), reach, YEAR)
    assert ("could not be read" in said) == (not reach.readable)


def test_two_records_of_one_id_are_two():
    """Pages overlap, so an equal record counts once; what says something else is no repetition, whatever its id."""
    one, other = record(7, "2026-02-01T12:00:00.000+0000"), record(7, "2026-02-02T12:00:00.000+0000")
    assert list(log_frame([one, other, one], "cloud")["at"].dt.day) == [1, 2]


def test_a_log_whose_times_cannot_be_read_covers_nothing():
    """Of whatever time its records are: a reader is told so, and not that they cover the period."""
    log = log_frame([record(place, "soon") for place in range(3)], "cloud")
    for asked_from in (None, YEAR.begins):
        reach = log_reach(log, asked_from, older=asked_from is not None)
        assert not reach.covers(YEAR.ends)
        found = reach_findings(reach, YEAR)
        assert [(one.id, one.severity) for one in found] == [("activity.reach", "limit"), ("activity.undated", "limit")]
        assert "of no record of Jira's audit log can be read (3 records)" in found[0].statement
        assert "3 records came" in describe_log(reach, YEAR)[0]
        assert "gave no record of the period" in conclude_activity(table_of(), reach, YEAR)


def test_a_total_is_told_only_where_it_is_not_reached():
    """More records than the total says came while the log was read."""
    reach = reach_of("2025-12-01", "2026-02-01")
    assert [one.id for one in reach_findings(reach, YEAR, 2)] == ["activity.reach"]
    told = reach_findings(reach, YEAR, 5)[1]
    assert (told.id, told.count) == ("activity.total", 3)


def test_a_record_without_a_time_is_told():
    """It is in the table, whenever it was made."""
    log = log_frame([record(1, "2025-12-01T00:00:00.000+0000"), record(2, "soon")], "cloud")
    assert "can't be read" in reach_findings(log_reach(log), YEAR)[1].statement
