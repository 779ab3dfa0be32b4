"""The queries, as JQL text: what is quoted, widened, and put around another query."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from auditlib.jira import jql
from auditlib.times import Period

PERIOD = Period(date(2026, 4, 1), date(2026, 9, 30), ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("query", "bare"),
    [
        ("a = b ORDER BY created", "a = b"),
        ("a = b order  by key ASC", "a = b"),
        ("ORDER BY created", ""),
        ('summary ~ "order by mail"', 'summary ~ "order by mail"'),
        ("summary ~ 'order by' ORDER BY key", "summary ~ 'order by'"),
        (r'summary ~ "a \" order by" AND x = 1', r'summary ~ "a \" order by" AND x = 1'),
        ("reorder = 1", "reorder = 1"),
    ],
)
def test_an_order_is_taken_off_and_text_in_quotes_is_left_alone(query, bare):
    """So that a query can stand inside another."""
    assert jql.without_order(query) == bare


def test_the_pass_is_two_days_wider_on_both_sides():
    """Jira reads days in a zone that is not the audit's; the cut is made afterwards."""
    query = jql.period_pass("PAY", PERIOD)
    assert 'created >= "2026-03-30"' in query
    assert 'created < "2026-10-03"' in query
    assert query.endswith(jql.IN_ORDER)
    assert jql.count("PAY", PERIOD) == query.removesuffix(jql.IN_ORDER).strip()


def test_a_restriction_stands_in_brackets_without_its_order():
    """It narrows the whole query, whatever it is made of; one that is only an order is none."""
    query = jql.period_pass("PAY", PERIOD, ("a = 1 OR b = 2 ORDER BY x", "ORDER BY y"))
    assert "AND (a = 1 OR b = 2) ORDER BY created" in query
    assert "()" not in query


def test_what_is_pasted_covers_the_days_of_the_period():
    """From its first day to before the day after its last; types are quoted."""
    query = jql.shared_filter(["PAY", "OPS"], PERIOD, ['the "odd" one'], ["a = 1"])
    assert query == (
        'project in ("PAY", "OPS") AND created >= "2026-04-01" AND created < "2026-10-01" '
        f'AND issuetype in ("the \\"odd\\" one") AND (a = 1) {jql.IN_ORDER}'
    )
    days = f'created >= "2026-04-01" AND created < "2026-04-02" {jql.IN_ORDER}'
    assert jql.created_between("PAY", date(2026, 4, 1), date(2026, 4, 2)) == f'project = "PAY" AND {days}'


def test_a_walk_leaves_nothing_out():
    """All keys of a project, in an order that does not change."""
    assert jql.key_walk("PAY") == f'project = "PAY" {jql.IN_ORDER}'
