"""Members of roles and groups: today's, and those of the day of an approval where the log shows it."""

from __future__ import annotations

import pytest
from control_tests import ANN, CAT, control, day, issue, only, walked

from auditlib.audit.controls.case import Context
from auditlib.audit.controls.members import READ, MemberChange, Members
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, PASS

ADDED = MemberChange(day(5), "c3", joined=True, shown="by log 7: added")
REMOVED = MemberChange(day(5), "c3", joined=False, shown="by log 8: removed")


@pytest.mark.parametrize(
    ("members", "at", "held"),
    [
        (Members(frozenset({"c3"})), 1, (True, READ)),
        (Members(frozenset()), 1, (False, READ)),
        (Members(frozenset({"c3"}), (ADDED,)), 1, (False, "by log 7: added")),
        (Members(frozenset({"c3"}), (ADDED,)), 5, (True, READ)),
        (Members(frozenset({"c3"}), (ADDED,)), 6, (True, READ)),
        (Members(frozenset(), (REMOVED,)), 1, (True, "by log 8: removed")),
        (Members(frozenset(), (REMOVED,)), 6, (False, READ)),
        (Members(frozenset(), (REMOVED, ADDED)), 6, (False, READ)),
        # the log does not reach back to that day: what holds today is taken for what held
        (Members(frozenset({"c3"}), (ADDED,), since=day(2).timestamp()), 1, (True, READ)),
        (Members(frozenset({"c3"}), (ADDED,), since=day(2).timestamp()), 2, (False, "by log 7: added")),
        (Members(frozenset({"c3"}), (MemberChange(day(5), "d4", joined=True, shown="by log 9"),)), 1, (True, READ)),
    ],
)
def test_the_next_record_after_a_day_says_what_held_on_it(members, at, held):
    """Who was added later was no member then, who was removed later was one."""
    assert members.holds("c3", day(at)) == held


def test_the_first_record_after_a_day_decides():
    """Added on day 5 and removed on day 8: no member before day 5, whatever order the records have."""
    out = MemberChange(day(8), "c3", joined=False, shown="by log 9: removed")
    assert Members(frozenset(), (out, ADDED)).holds("c3", day(1)) == (False, "by log 7: added")
    assert Members(frozenset(), (out, ADDED)).holds("c3", day(6)) == (True, "by log 9: removed")


def test_a_role_holds_the_members_of_its_groups():
    """Both must have held then: the group in the role, and the person in the group; what can't be read is not known."""
    group = Members(frozenset({"c3"}))
    assert Members(frozenset({"group ops"}), groups={"ops": group}).holds("c3", day(1)) == (
        True,
        f"through group ops; {READ}",
    )
    assert Members(frozenset({"group ops"}), groups={"ops": group}).holds("a1", day(1)) == (False, READ)
    assert Members(frozenset(), groups={"ops": group}).holds("c3", day(1)) == (False, READ)
    late = MemberChange(day(5), "group ops", joined=True, shown="by log 7: added")
    assert Members(frozenset({"group ops"}), (late,), groups={"ops": group}).holds("c3", day(1))[0] is False
    gone = MemberChange(day(5), "group ops", joined=False, shown="by log 8: removed")
    assert Members(frozenset(), (gone,), groups={"ops": group}).holds("c3", day(1)) == (
        True,
        "through group ops; by log 8: removed",
    )
    unread = Members(frozenset({"group ops"}), groups={"ops": None})
    assert unread.holds("c3", day(1)) == (None, "the members of group ops could not be read")
    assert Members(frozenset(), groups={"ops": None}).holds("c3", day(1)) == (False, READ)


@pytest.mark.parametrize(
    ("members", "outcome"),
    [
        ({("role", "approvers", "PAY"): Members(frozenset({"c3"}))}, PASS),
        ({("role", "approvers", "PAY"): Members(frozenset({"a1"}))}, EXCEPTION),
        ({("role", "approvers", "OPS"): Members(frozenset({"c3"}))}, NO_EVIDENCE),
        ({}, NO_EVIDENCE),
        ({("role", "approvers", "PAY"): Members(frozenset({"group x"}), groups={"x": None})}, NO_EVIDENCE),
    ],
)
def test_an_approver_is_entitled_by_a_role_of_the_project(members, outcome):
    """Of another project it entitles to nothing; what could not be read is no evidence, and names the role."""
    found = only(
        issue(*walked("Open > Approved > Done", CAT)),
        control("entitled_approver", role="Approvers"),
        Context(members=members),
    )
    assert found.outcome == outcome
    assert ("could not be read" in found.evidence) == (outcome == NO_EVIDENCE)
    assert found.history_ids == (11,)


def test_a_role_or_a_group_is_enough():
    """Either entitles; neither is an exception, and one that can't be read beside one that does not hold is no evidence."""
    asked = control("entitled_approver", role="Approvers", group="CAB")
    one = issue(*walked("Open > Approved > Done", CAT))
    role, group = ("role", "approvers", "PAY"), ("group", "cab", "")
    nobody, cat = Members(frozenset()), Members(frozenset({CAT.id, ANN.id}))
    for members, outcome in (
        ({role: nobody, group: cat}, PASS),
        ({role: cat, group: nobody}, PASS),
        ({role: nobody, group: nobody}, EXCEPTION),
        ({role: nobody}, NO_EVIDENCE),
        ({group: cat}, PASS),
    ):
        assert only(one, asked, Context(members=members)).outcome == outcome
