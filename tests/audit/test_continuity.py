"""The numbers of a project go on from one year to the next; one that neither looks at is found."""

from __future__ import annotations

from datetime import date

import pytest
from two_years import by_figure, found, issue, said, year

from auditlib.audit.yearly.continuity import compare_numbering


def numbering(first: int | str, last: int | str, project: str = "AB") -> dict[str, str]:
    counts = dict.fromkeys(("numbers", "present", "missing", "moved", "deleted", "existed", "unexplained"), "1")
    return {"project": project, "first_number": str(first), "last_number": str(last), **counts}


def gap(key: str, classification: str) -> dict[str, str]:
    return {"key": key, "classification": classification}


@pytest.mark.parametrize(
    ("first", "change"), [(101, "follows"), (99, "2 in both"), (104, "3 between")], ids=["follows", "shared", "between"]
)
def test_this_years_first_number_is_held_against_last_years_last(first, change):
    """Numbers in both are looked at twice, numbers in neither not at all: that alone asks for an answer."""
    this, last = (
        year(tables={"numbering": [numbering(first, 200)]}),
        year(2025, tables={"numbering": [numbering(1, 100)]}),
    )
    compared = compare_numbering(this, last)
    assert by_figure(compared)["numbering joins: AB"][2] == change
    assert found(compared) == ({"numbers-between": ("exception", 3)} if "between" in change else {})


def test_numbers_between_periods_that_do_not_adjoin_are_expected():
    """The days between are told as such."""
    this = year(start=date(2026, 3, 1), tables={"numbering": [numbering(150, 200)]})
    compared = compare_numbering(this, year(2025, tables={"numbering": [numbering(1, 100)]}))
    assert by_figure(compared)["numbering joins: AB"][2] == "49 between"
    assert found(compared) == {}


def test_a_range_within_the_other_shares_its_own_numbers_only():
    """The count of numbers in both is never more than a range has."""
    this, last = year(tables={"numbering": [numbering(50, 60)]}), year(2025, tables={"numbering": [numbering(1, 100)]})
    assert by_figure(compare_numbering(this, last))["numbering joins: AB"][2] == "11 in both"


def test_a_project_without_numbers_in_one_year_joins_nothing():
    """It has no range to hold against the other's."""
    this, last = year(tables={"numbering": [numbering("", "")]}), year(2025, tables={"numbering": [numbering(1, 100)]})
    assert not any(name.startswith("numbering joins") for name in by_figure(compare_numbering(this, last)))


def test_an_issue_of_last_years_population_that_is_missing_this_year_is_named():
    """It answered then; what this year knows of it stands beside it."""
    this = year(tables={"gaps": [gap("AB-3", "deleted"), gap("AB-4", "unexplained"), gap("AB-9", "unexplained")]})
    last = year(2025, tables={"population": [issue("AB-3"), issue("AB-4"), issue("AB-5")]})
    compared = compare_numbering(this, last)
    assert found(compared) == {"no-longer-there": ("exception", 2)}
    assert "AB-3 (deleted) and AB-4 (unexplained)" in "".join(said(compared))


def test_a_number_missing_in_both_years_may_be_told_to_be_something_else():
    """A record that came later explains it; it is counted, and asks nothing."""
    this = year(tables={"gaps": [gap("AB-3", "deleted"), gap("AB-4", "unexplained")]})
    last = year(2025, tables={"gaps": [gap("AB-3", "unexplained"), gap("AB-4", "unexplained")]})
    compared = compare_numbering(this, last)
    row = by_figure(compared)["numbering: missing in both, of another class"]
    assert (row[0], row[3]) == ("1", "2 numbers missing in both years; AB-3 (unexplained, now deleted)")
    assert found(compared) == {}
