"""The queries that are asked: what they leave in and out, whatever a restriction holds."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from auditlib.jira import jql
from auditlib.times import Period

PERIOD = Period(date(2026, 4, 1), date(2026, 9, 30), ZoneInfo("America/New_York"))


def test_the_pass_is_two_days_wider_on_both_sides_and_in_an_order_that_stays():
    """Jira reads days in another zone; the cut is made afterwards, so that nothing may lie outside of what is asked."""
    assert jql.period_pass("PAY", PERIOD) == (
        'project = "PAY" AND created >= "2026-03-30" AND created < "2026-10-03" ORDER BY created ASC, key ASC'
    )


def test_a_restriction_of_several_clauses_restricts_as_a_whole():
    """AND binds closer than OR: without brackets, issues of every project and of every time would be let in."""
    either = "labels = a OR labels = b ORDER BY rank"
    assert jql.period_pass("PAY", PERIOD, [either, "ORDER BY rank", "type = Bug"]).endswith(
        '"2026-10-03" AND (labels = a OR labels = b) AND (type = Bug) ORDER BY created ASC, key ASC'
    )
    assert " AND (labels = a OR labels = b) ORDER BY" in jql.shared_filter(["PAY"], PERIOD, (), [either])


def test_what_is_counted_is_what_is_passed_over():
    """Jira's own count is compared with the pass, so both must ask for the same issues."""
    assert f"{jql.count('PAY', PERIOD)} {jql.IN_ORDER}" == jql.period_pass("PAY", PERIOD)


def test_the_shared_filter_has_the_very_days_of_the_period():
    """A person pastes it to see the population: the last day belongs to it."""
    assert jql.shared_filter(["PAY", "OPS"], PERIOD, ["Change"]) == (
        'project in ("PAY", "OPS") AND created >= "2026-04-01" AND created < "2026-10-01" AND issuetype in ("Change") '
        "ORDER BY created ASC, key ASC"
    )


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("a = 1 order  by b", "a = 1"),
        ('a = "order by b"', 'a = "order by b"'),
        ("a = 'x order by y' ORDER BY z", "a = 'x order by y'"),
        (r'a = "\" order by" order by z', r'a = "\" order by"'),
        ("ORDER BY z", ""),
        ("border by = 1", "border by = 1"),
    ],
)
def test_an_order_is_taken_off_and_words_in_quotes_are_left(given, left):
    """A query with an order can't stand inside another one; a text that speaks of an order is no order."""
    assert jql.without_order(given) == left


def test_what_is_pasted_is_quoted_and_kept_apart():
    """A type may have quotes in its name; a restriction stands in brackets."""
    query = jql.shared_filter(["PAY"], PERIOD, ['the "odd" one'], ["a = 1"])
    assert f'AND issuetype in ("the \\"odd\\" one") AND (a = 1) {jql.IN_ORDER}' in query
    days = f'created >= "2026-04-01" AND created < "2026-04-02" {jql.IN_ORDER}'
    assert jql.created_between("PAY", date(2026, 4, 1), date(2026, 4, 2)) == f'project = "PAY" AND {days}'


def test_a_walk_leaves_nothing_out():
    """All keys of a project, in an order that does not change."""
    assert jql.key_walk("PAY") == f'project = "PAY" {jql.IN_ORDER}'


@pytest.mark.parametrize(
    ("given", "left", "dates"),
    [
        ('created >= "2025-04-01" AND labels = a and created < 2025-10-01 order by key', "labels = a",
         ['created >= "2025-04-01"', "created < 2025-10-01"]),
        ("createdDate > -30d && (a = 1 OR created < 2d)", "(a = 1 OR created < 2d)", ["createdDate > -30d"]),
        ("created > -1d OR a = 1", "created > -1d OR a = 1", []),
        ("created > -1d || a = 1", "created > -1d || a = 1", []),
        ('summary ~ "x AND created > 1" AND a = 1', 'summary ~ "x AND created > 1" AND a = 1', []),
        ("creator = me AND created is not EMPTY", "creator = me AND created is not EMPTY", []),
        ("created >= startOfYear()", "created >= startOfYear()", []),
        ("created > 2025-01-01", "", ["created > 2025-01-01"]),
        ("", "", []),
    ],
)  # fmt: skip
def test_clauses_that_only_say_when_issues_were_created_are_taken_out(given, left, dates):
    """Only those that every issue must pass: what stands in brackets, in quotes or beside an OR stays as it is."""
    assert jql.without_dates(given) == (left, dates)


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("(a = 1 OR created < 2d)", True),
        ("created >= startOfYear()", True),
        ("createdDate is not EMPTY", True),
        ('summary ~ "created > 1"', False),
        ("creator = created", False),
    ],
)
def test_it_is_told_whether_a_query_asks_when_issues_were_created(given, names):
    """What is left of a filter may still hold dates of another year."""
    assert jql.names_created(given) is names


def test_days_of_the_period_are_known_however_they_are_written():
    """In quotes of either kind, with slashes or blanks."""
    assert jql.of_period(["created >= '2026/04/01'", 'CREATED<"2026-10-01"'], PERIOD)
    assert not jql.of_period(["created >= 2026-04-01"], PERIOD)
    assert not jql.of_period(["created >= 2025-04-01", "created < 2025-10-01"], PERIOD)
