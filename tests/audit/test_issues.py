"""Issue by issue: what one package has and the other lacks, and what they tell otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from two_years import by_figure, found, issue, said, year

from auditlib.audit.yearly.issues import compare_issues
from auditlib.audit.yearly.year import Year


def entry(key: str, number: int, at: str) -> dict[str, str]:
    return {"key": key, "history_id": str(number), "at": at}


def package(issues: Sequence[dict[str, str]], entries: Sequence[dict[str, str]] = (), **more: Any) -> Year:
    """Make a package of the year 2026 whose whole population is sampled."""
    tables: dict[str, Any] = {"population": issues, "sample": issues, **more.pop("tables", {})}
    return year(tables=tables | ({"sample_history": entries} if entries else {}), **more)


ISSUES = [issue("AB-1"), issue("AB-2")]


def test_the_same_issues_ask_nothing():
    """Whatever the zone in which a table shows its times, and below the second."""
    later = [
        one | {"created_utc": "2026-03-01T09:00:00.999Z", "created": "2026-03-01T04:00:00.999-05:00"} for one in ISSUES
    ]
    compared = compare_issues(package(ISSUES), package(later, deployment="data-center"))
    assert found(compared) == {}
    assert by_figure(compared)["issues: in both"][0] == "2"


def test_issues_of_two_years_are_not_looked_for_in_the_other():
    """No day is shared, so nothing is lost."""
    this = package([issue("AB-9")])
    compared = compare_issues(this, year(2025, tables={"population": ISSUES}))
    assert [row.figure for row in compared.rows] == ["issues: in both"]


def test_lost_and_added_issues_are_named_but_for_those_that_are_told_of_elsewhere():
    """One that is left out, or among the missing numbers, is not lost without a word."""
    last = package([*ISSUES, issue("AB-3"), issue("AB-4"), issue("CD-1")])
    elsewhere = {
        "excluded": [{"key": "AB-3", "reason": "filter"}],
        "gaps": [{"key": "AB-4", "classification": "deleted"}],
    }
    compared = compare_issues(package([ISSUES[0], issue("AB-8")], tables=elsewhere), last)
    assert found(compared) == {"issues-lost": ("exception", 1), "issues-new": ("exception", 1)}
    assert by_figure(compared)["issues: of the shared days, only last year"][1] == "3"
    assert any("AB-2" in one for one in said(compared))
    assert any("AB-8" in one for one in said(compared))


def test_an_issue_created_outside_of_the_shared_days_is_not_lost():
    """The periods share half a year."""
    last = package([*ISSUES, issue("AB-0", "2025-08-01T09:00:00.000Z")], start=date(2025, 7, 1))
    assert found(compare_issues(package(ISSUES), last)) == {}


def test_another_time_of_creation_asks_for_an_answer():
    """By a second, in whichever year it was created."""
    other = [ISSUES[0], issue("AB-2", "2026-03-01T09:00:01.000Z")]
    assert found(compare_issues(package(ISSUES), package(other))) == {"created": ("exception", 1)}


def test_another_id_is_expected_of_a_migration_and_of_nothing_else():
    """Under one address a key keeps its id."""
    other = [ISSUES[0], issue("AB-2", id="99999")]
    assert found(compare_issues(package(ISSUES), package(other))) == {"ids": ("exception", 1)}
    moved = compare_issues(package(ISSUES), package(other, deployment="data-center"))
    assert found(moved) == {}
    assert by_figure(moved)["issues: another id"][0] == "1"


def test_states_may_change_with_time_and_are_counted():
    """A status, a type or a reporter that is another one has a row and no finding."""
    other = [
        ISSUES[0],
        issue("AB-2", status="Open", issue_type="Bug", reporter="Bo", resolved="2026-03-02T09:00:00.000Z"),
    ]
    compared = compare_issues(package(ISSUES), package(other))
    rows = by_figure(compared)
    for name in ("another status", "another type", "another reporter", "resolved at another time"):
        assert (rows[f"issues: {name}"][0], rows[f"issues: {name}"][3]) == ("1", "AB-2")
    assert found(compared) == {}


def test_a_history_entry_that_is_gone_is_found_among_others_that_came():
    """Each entry of last year must be there at its second; more may have come since."""
    before = [entry("AB-1", 1, "2026-03-02T09:00:00.100+00:00"), entry("AB-1", 1, "2026-03-02T09:00:00.100+00:00")]
    before += [entry("AB-1", 2, "2026-03-03T09:00:00.000+00:00")]
    kept = [entry("AB-1", 71, "2026-03-02T04:00:00.900-05:00"), entry("AB-1", 72, "2026-03-09T09:00:00.000+00:00")]
    whole = compare_issues(
        package(ISSUES, [*kept, entry("AB-1", 73, "2026-03-03T09:00:00.000+00:00")]), package(ISSUES, before)
    )
    assert found(whole) == {}
    compared = compare_issues(package(ISSUES, kept), package(ISSUES, before))
    assert found(compared) == {"histories-lost": ("exception", 1)}
    assert "AB-1" in "".join(said(compared))


def test_a_history_that_was_whole_and_is_not_any_more_asks_for_an_answer():
    """Of the whole population, not of the sample alone; one that was not whole before is no loss."""
    this = [issue("AB-1", history="nothing to compare"), issue("AB-2", history="does not close")]
    last = [issue("AB-1"), issue("AB-2", history="does not close")]
    assert found(compare_issues(package(this), package(last))) == {"histories-broken": ("exception", 1)}
