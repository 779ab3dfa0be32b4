"""A row says how two values differ in words that a program can tell apart, and no number is lost in them."""

from __future__ import annotations

import pytest

from auditlib.audit.yearly.rows import (
    YEARLY,
    Compared,
    come_and_gone,
    finding,
    of_counts,
    of_numbers,
    of_texts,
    yearly_table,
)
from auditlib.tables import to_csv


@pytest.mark.parametrize(("this", "last", "change"), [(5, 5, "same"), (7, 5, "2 more"), (5, 12000, "11995 fewer")])
def test_numbers_are_told_with_their_difference(this, last, change):
    """Plain digits, so that a spreadsheet can take them."""
    assert of_numbers("population", this, last)[:4] == ("population", str(this), str(last), change)


@pytest.mark.parametrize(
    ("this", "last", "change"),
    [("a", "a", "same"), ("a", "b", "other"), ("a", "", "new"), ("", "b", "gone"), ("", "", "same")],
)
def test_texts_are_the_same_other_new_or_gone(this, last, change):
    """An empty one is no value."""
    assert of_texts("x", this, last).change == change


def test_what_only_one_tally_has_counts_as_none_in_the_other():
    """A project that is new has a row, with 0 last year."""
    assert [(row.figure, row.change) for row in of_counts("n", {"A": 2}, {"B": 1})] == [
        ("n: A", "2 more"),
        ("n: B", "1 fewer"),
    ]


def test_names_beyond_eight_are_counted():
    """A row stays a row."""
    names = [f"P{number}" for number in range(12)]
    assert come_and_gone(names, ["P1"]) == "new: P0, P10, P11, P2, P3, P4, P5, P6 and 3 more"


def test_a_comparison_is_the_sum_of_its_subjects():
    """In their order, rows and findings."""
    one, other = (Compared((of_numbers(name, 1, 1),), (finding(name, "note", "x", 1),)) for name in "ab")
    assert [row.figure for row in (one + other).rows] == ["a", "b"]
    assert [it.id for it in (one + other).findings] == ["yearly.a", "yearly.b"]


def test_without_rows_the_table_is_its_header():
    """A package that is compared with none has an empty table."""
    assert to_csv(YEARLY, yearly_table(())) == b"figure,this_year,last_year,change,remark\n"
