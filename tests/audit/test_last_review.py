"""The last review is read as its sheet was written; what it can't mean is refused."""

from __future__ import annotations

import pytest

from auditlib.audit.permissions.last_review import Decision, parse_review
from auditlib.errors import ParameterError

HEADER = "account_id,display_name,project,permissions,decision,reviewer,reviewed_on\n"


def review(text: str):
    return parse_review(HEADER + text, "review.csv")


def test_decisions_are_read_by_person_and_project():
    """A row that nobody decided says nothing."""
    found = review("7:1,Ada,PAY,DELETE_ISSUES MOVE_ISSUES,Remove,Eve,2026-07-01\n7:2,Bo,PAY,,keep,,\n7:3,Cy,OPS,X,,,\n")
    assert found == {
        ("7:1", "PAY"): Decision(frozenset({"DELETE_ISSUES", "MOVE_ISSUES"}), "remove", "Eve", "2026-07-01"),
        ("7:2", "PAY"): Decision(frozenset(), "keep", "", ""),
    }


def test_a_sheet_saved_with_semicolons_is_read():
    """Excel saves so where a comma is the decimal mark."""
    text = "decision;account_id;project;permissions;reviewer;reviewed_on;more\r\nchanged;7:1;PAY;X;;;y\r\n"
    assert parse_review(text, "review.csv")["7:1", "PAY"].decision == "changed"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("7:1,Ada,PAY,X,delete,Eve,2026-07-01\n", 2, "decision must be one of keep, remove, changed"),
        ("7:1,Ada,PAY,X,keep,Eve,7/1/2026\n", 2, "reviewed_on must be a day"),
        (",Ada,PAY,X,keep,Eve,\n", 2, "account_id and project must say whose row"),
        ("7:1,Ada,PAY,X,,Eve,2026-07-01\n", 2, "decision is empty"),
        ("7:1,Ada,PAY,X,keep,,\n7:1,Ada,PAY,X,remove,,\n", 3, "line 2 decides it already"),
    ],
)
def test_a_review_that_cannot_be_read_is_told(text, line, message):
    """A decision that nobody understands must not be taken for none."""
    with pytest.raises(ParameterError, match=message) as caught:
        review(text)
    assert [problem.line for problem in caught.value.problems] == [line]


def test_a_sheet_without_its_columns_is_refused():
    """Another list than the review is no review."""
    with pytest.raises(ParameterError, match="missing column account_id, project"):
        parse_review("name,decision\n", "review.csv")


@pytest.mark.parametrize(
    ("decision", "then", "now", "held"),
    [
        ("remove", {"A", "B"}, ["B", "C"], ["B"]),
        ("remove", {"A"}, ["C"], []),
        ("remove", set(), ["C"], ["C"]),
        ("keep", {"A"}, ["A"], []),
        ("changed", {"A"}, ["A"], []),
    ],
)
def test_only_what_was_to_be_taken_away_counts_as_still_held(decision, then, now, held):
    """What was given since is no removal that failed."""
    assert Decision(frozenset(then), decision, "", "").still_held(now) == held
