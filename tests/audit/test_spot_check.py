"""The two lists for a live spot check."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.audit.scope.spot_check import OBSERVED, keys_to_look_up, places_to_look_up
from auditlib.records.issues import issues_frame
from auditlib.times import Period

ZONE = ZoneInfo("America/New_York")
PERIOD = Period(date(2026, 4, 10), date(2026, 6, 30), ZONE)
GAPS = ["project", "number", "key", "classification", "now_key", "evidence", "url"]


def issues_at(*issues: tuple[str, datetime], zone: ZoneInfo = ZONE) -> pd.DataFrame:
    """Make issues from key and creation."""
    records = [
        {
            "id": str(place),
            "key": key,
            "fields": {"created": at.isoformat(), "issuetype": {"name": "Bug"}, "summary": f"about {key}"},
        }
        for place, (key, at) in enumerate(issues, start=1)
    ]
    made = issues_frame(records, zone)
    return made.assign(url="https://jira.example/browse/" + made["key"])


def gaps_of(*rows: tuple) -> pd.DataFrame:
    """Make gaps from project, number, class, now_key, evidence."""
    full = [
        (project, number, f"{project}-{number}", kind, now, evidence, f"https://jira.example/browse/{project}-{number}")
        for project, number, kind, now, evidence in rows
    ]
    return pd.DataFrame(full, columns=GAPS)


NOON = datetime(2026, 4, 15, 16, tzinfo=UTC)


def test_each_project_gives_its_ends_some_between_and_a_missing_number_of_each_class():
    """An oracle by hashlib: what lies between is the smallest SHA-256 of the public text and the key."""
    issues = issues_at(*((f"A-{number}", NOON) for number in range(1, 31)), ("B-7", NOON), ("C-1", NOON), ("C-2", NOON))
    gaps = gaps_of(
        ("A", 40, "moved", "B-9", "history 5 of B-9"),
        ("A", 41, "unexplained", None, None),
        ("A", 42, "unexplained", None, None),
        ("D", 3, "deleted", None, "log 7"),
    )
    found = keys_to_look_up(issues, gaps, between=3)
    drawn = sorted(
        (f"A-{number}" for number in range(2, 30)),
        key=lambda key: hashlib.sha256(f"spot check:{key}".encode()).hexdigest(),
    )[:3]
    silent = min(("A-41", "A-42"), key=lambda key: hashlib.sha256(f"spot check:{key}".encode()).hexdigest())
    between = sorted(drawn, key=lambda key: int(key[2:]))
    assert found["key"].tolist() == ["A-1", *between, "A-30", "A-40", silent, "B-7", "C-1", "C-2", "D-3"]
    assert found["chosen_as"].tolist() == [
        *("lowest number", "drawn", "drawn", "drawn", "highest number"),
        *("missing number, moved", "missing number, unexplained"),
        *("highest number", "lowest number", "highest number", "missing number, deleted"),
    ]
    says = dict(zip(found["key"], found["jira_should_show"], strict=True))
    assert says["A-1"] == "Bug “about A-1”, created 2026-04-15 12:00:00 -04:00, reported by nobody"
    assert says["A-40"] == "the issue opens as B-9"
    assert says["D-3"].startswith("no issue opens")
    assert says["D-3"].endswith("log 7")
    assert (found[list(OBSERVED)] == "").all(axis=None)


def test_the_list_does_not_depend_on_the_order_of_rows():
    """Equal data, equal list."""
    issues = issues_at(*((f"A-{number}", NOON) for number in range(1, 31)))
    gaps = gaps_of(*(("A", number, "unexplained", None, None) for number in range(40, 60)))
    shuffled = [frame.sample(frac=1, random_state=3) for frame in (issues, gaps)]
    pd.testing.assert_frame_equal(keys_to_look_up(issues, gaps), keys_to_look_up(*shuffled))
    assert keys_to_look_up(issues.iloc[:0], gaps.iloc[:0]).columns[-2:].tolist() == list(OBSERVED)


def test_each_project_and_month_has_a_query_and_what_jira_shows():
    """A month that lies in the period in part is asked for in part; the list and all issues are counted apart."""
    issues = issues_at(
        ("A-1", datetime(2026, 4, 10, 4, tzinfo=UTC)),  # the period's first instant in New York
        ("A-2", datetime(2026, 4, 20, tzinfo=UTC)),
        ("A-3", datetime(2026, 5, 1, 3, 59, tzinfo=UTC)),  # still April in New York, May in most zones
        ("A-4", datetime(2026, 4, 10, 3, 59, tzinfo=UTC)),  # before the period
    )
    found = places_to_look_up(issues, issues.iloc[:2], PERIOD, ["B", "A"])
    assert found[["project", "month"]].to_numpy().tolist() == [
        [project, month] for project in "AB" for month in ("2026-04", "2026-05", "2026-06")
    ]
    april = found.iloc[0]
    assert (
        april["jql"]
        == 'project = "A" AND created >= "2026-04-10" AND created < "2026-05-01" ORDER BY created ASC, key ASC'
    )
    counts = ["jira_should_count", "at_least", "at_most", "in_population"]
    assert april[counts].tolist() == [3, 1, 4, 2]
    assert (april["first_shown"], april["last_shown"]) == ("A-1", "A-3")
    assert found.iloc[1][counts].tolist() == [0, 0, 1, 0]
    assert found.iloc[1:][["first_shown", "last_shown"]].isna().all(axis=None)
    assert (found[list(OBSERVED)] == "").all(axis=None)


ZONES = ["Pacific/Kiritimati", "Etc/GMT+12", "UTC", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe"]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(-60, 84 * 24 + 60), max_size=25), st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_whatever_zone_jira_reads_days_in_it_shows_a_number_within_the_bounds(hours, audits, readers):
    """An oracle that counts as Jira would, by the local date of whoever looks; in the audit's zone exactly."""
    period = Period(PERIOD.start, PERIOD.end, ZoneInfo(audits))
    at = [datetime(2026, 4, 10, tzinfo=UTC) + timedelta(hours=it) for it in hours]
    issues = issues_at(*((f"A-{place}", it) for place, it in enumerate(at, start=1)), zone=period.zone)
    found = places_to_look_up(issues, issues, period, ["A"])
    for row in found.itertuples():
        first, after = (date.fromisoformat(text) for text in row.jql.split('"')[3:6:2])
        seen = sum(first <= it.astimezone(ZoneInfo(readers)).date() < after for it in at)
        assert row.at_least <= seen <= row.at_most
        assert row.at_least <= row.jira_should_count <= row.at_most
        if audits == readers:
            assert seen == row.jira_should_count


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
def test_the_embedded_company_answers_as_the_lists_say(company, zone):
    """The counts are those of the truth; the keys exist, and the missing ones do not."""
    period = Period(date(2026, 4, 1), date(2026, 9, 30), ZoneInfo(zone))
    projects = ("PAY", "PAYX", "OPS")
    lives = [life for life in company.truth.lives.values() if life.searchable and life.project in projects]
    issues = issues_at(*((life.keys[-1], life.created) for life in lives), zone=period.zone)
    inside = issues[
        issues["created_utc"].between(pd.Timestamp(period.begins), pd.Timestamp(period.ends), inclusive="left")
    ]
    found = places_to_look_up(issues, inside, period, projects)
    assert len(found) == 18
    assert found["jira_should_count"].sum() == found["in_population"].sum() == len(inside)
    assert (found["jira_should_count"] == found["in_population"]).all()
    for row in found.itertuples():
        created = [
            life.created
            for life in lives
            if life.project == row.project and life.created.astimezone(period.zone).strftime("%Y-%m") == row.month
        ]
        assert len(created) == row.jira_should_count
    keys = keys_to_look_up(inside, gaps_of())
    assert np.isin(keys["key"], [life.keys[-1] for life in lives]).all()
    assert len(keys) == 12
