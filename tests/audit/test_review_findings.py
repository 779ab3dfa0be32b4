"""What the access review shows is said with what a reader must do; nothing is said of what was not asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from access_cases import GRANTS, answered

from auditlib.audit.permissions.last_review import Decision
from auditlib.audit.permissions.leavers import Leaver, Left
from auditlib.audit.permissions.review import Known, access_review
from auditlib.audit.permissions.review_findings import Lists, conclude_review, review_findings

DAY = "2026-10-04"
REMOVE = Decision(frozenset({"DELETE_ISSUES"}), "remove", "Eve", "2026-07-01")


def found_of(lists: Lists | None = None, known: Known | None = None, grants=GRANTS, **words):
    lists, known = lists or Lists(), known or Known(otherwise="2026-09-30")
    joined = Known(known.last_active, known.otherwise, lists.left or {}, lists.decided or {})
    review = access_review(answered(*grants), joined)
    found = review_findings(review, lists, as_of=DAY, period_start="2026-04-01", **words)
    return {one.id: one for one in found}


def test_a_leaver_who_can_log_in_is_an_exception():
    """Somebody must take the permissions away, and say since when the person could have used them."""
    found = found_of(Lists({"7:2": Left("2026-05-01")}))["access.leavers"]
    assert (found.severity, found.count, found.table) == ("exception", 1, "access_review")
    assert "Bo Leaver" in found.statement


def test_a_leaver_whose_account_is_deactivated_is_no_exception():
    """It can't be used; that it still holds grants is a note."""
    found = found_of(Lists({"7:3": Left("2026-05-01")}))
    assert "access.leavers" not in found
    assert (found["access.deactivated"].severity, found["access.deactivated"].count) == ("note", 1)


def test_a_match_by_name_is_a_limit():
    """Whether it is the person, this package can't prove."""
    found = found_of(Lists({"7:2": Left("2026-05-01", sure=False)}))
    assert found["access.leavers-doubtful"].severity == "limit"
    assert "access.leavers" not in found


def test_who_leaves_later_is_a_note():
    """On the day of the pull the person had every right to be there."""
    found = found_of(Lists({"7:2": Left("2026-12-31")}))
    assert (found["access.leavers-to-come"].severity, "access.leavers" in found) == ("note", False)


def test_leavers_who_match_nobody_are_counted():
    """A list that matches nobody at all would else look like a clean one."""
    found = found_of(Lists({}, [Leaver("", "x@example.com", "", "2026-05-01", 2)] * 3))
    assert found["access.leavers-unmatched"].count == 3


def test_a_removal_that_still_holds_is_an_exception():
    """What was decided was not done."""
    found = found_of(Lists(decided={("7:2", "PAY"): REMOVE, ("7:4", "PAY"): REMOVE, ("7:9", "PAY"): REMOVE}))
    assert (found["access.not-removed"].severity, found["access.not-removed"].count) == ("exception", 1)
    assert (
        "Of 3 removals that the last review decided on, 2 are done, as far as holders could be read."
        in found["access.removed"].statement
    )


def test_a_review_of_nobody_here_shows_no_removal_to_be_done():
    """After a migration accounts have other ids: that nobody of the list is there says nothing of what was decided."""
    found = found_of(Lists(decided={("old:1", "PAY"): REMOVE, ("old:2", "PAY"): REMOVE}))
    assert (found["access.review-of-others"].severity, "access.removed" in found) == ("limit", False)
    assert found["access.review-of-others"].statement.startswith("None of the 2 accounts of the last review holds")


def test_a_removal_in_a_project_that_is_not_read_is_not_done():
    """Nobody seen is not nobody there."""
    found = found_of(Lists(decided={("7:2", "OPS"): REMOVE}))
    assert (found["access.removals-unseen"].severity, "access.removed" in found) == ("limit", False)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ({"not_all_known": {("PAY", "DELETE_ISSUES")}}, False),
        ({"not_all_known": {("PAY", "")}}, False),
        ({"not_all_known": {("PAY", "BROWSE_PROJECTS"), ("OPS", "DELETE_ISSUES")}}, True),
        ({"asked": ("BROWSE_PROJECTS",)}, False),
        ({"asked": ("BROWSE_PROJECTS", "DELETE_ISSUES")}, True),
    ],
)
def test_a_removal_is_done_only_where_all_who_hold_it_are_known(words, shown):
    """A group that can't be read this quarter, or a permission that is not asked for any more, removes nobody."""
    found = found_of(Lists(decided={("7:9", "PAY"): REMOVE, ("7:1", "PAY"): replace(REMOVE, decision="keep")}), **words)
    assert ("access.removed" in found, "access.removals-unseen" in found) == (shown, not shown)


def test_a_removal_from_a_role_that_the_person_is_still_in_is_not_done():
    """Jira does not tell what a role of a team-managed project allows; that somebody is in it is no removal."""
    lists = Lists(decided={("7:2", "TEAM"): Decision(frozenset(), "remove", "Eve", "2026-07-01")})
    review = access_review(answered(team_managed=True), Known(decided=lists.decided or {}))
    (found,) = (
        one
        for one in review_findings(review, lists, as_of=DAY, period_start="2026-04-01")
        if one.id.startswith("access.remov")
    )
    assert (found.id, found.severity, found.count) == ("access.removals-unseen", "limit", 1)


@pytest.mark.parametrize("value", ["not readable", "not asked"])
def test_activity_that_is_not_known_is_a_limit_with_its_cure(value):
    """The reader learns what to set, and that it is not never."""
    found = found_of(known=Known(otherwise=value), unread="Set org_id.", unasked="They are too many.")
    (limit,) = (one for name, one in found.items() if name.startswith("access.activity"))
    assert (limit.severity, limit.count) == ("limit", 4)
    assert limit.statement.endswith("Set org_id." if value == "not readable" else "They are too many.")


def test_none_told_says_nothing_about_activity():
    """An answer without a time is no sign that somebody was away."""
    assert not {name for name in found_of(known=Known(otherwise="none told")) if "activ" in name} - {
        "access.deactivated"
    }


def test_people_who_were_away_all_period_are_noted():
    """Deactivated accounts are told of already; the first day of the period is in it."""
    times = {"7:1": "2026-03-31T23:59:59.000-04:00", "7:2": "2026-04-01", "7:3": "2020-01-01"}
    found = found_of(known=Known(times, "2026-09-30"))["access.inactive"]
    assert (found.count, "Ada Quill" in found.statement) == (1, True)


def test_without_lists_nothing_is_said_of_leavers_and_decisions():
    """No list given is no list that matches nobody."""
    assert set(found_of()) == {"access.deactivated"}


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (None, "The access review has 4 rows, of 4 accounts, 1 of them deactivated."),
        ({}, " No account that can still be used was found on the list of people who left."),
        ({"7:2": Left("2026-05-01")}, " 1 account of somebody who left can still be used."),
        (
            {"7:2": Left("2026-05-01", sure=False)},
            " No account that can still be used was found on the list of people who left.",
        ),
    ],
)
def test_the_conclusion_counts_what_is_sure(left, said):
    """Doubtful matches are a finding, not a conclusion."""
    review = access_review(answered(), Known(left=left or {}))
    assert conclude_review(review, Lists(left), DAY).endswith(said)
