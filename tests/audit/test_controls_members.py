"""Members: who belonged to a role or group at an instant, by today's list and by what the log shows since then."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from auditlib.audit.controls.members import MemberChange, Members
from auditlib.audit.controls.trail import timestamp


def day(number: int) -> datetime:
    return datetime(2026, 5, number, 12, tzinfo=UTC)


def joined(number: int, who: str = "a1") -> MemberChange:
    return MemberChange(day(number), who, True, f"log {number}: joined")


def left(number: int, who: str = "a1") -> MemberChange:
    return MemberChange(day(number), who, False, f"log {number}: left")


@pytest.mark.parametrize(
    ("members", "at", "says"),
    [
        (Members(frozenset({"a1"})), 5, (True, "when Jira was read")),
        (Members(frozenset({"b2"})), 5, (False, "when Jira was read")),
        (Members(frozenset({"a1"}), [joined(6)]), 5, (False, "log 6: joined")),
        (Members(frozenset({"a1"}), [joined(5)]), 5, (True, "when Jira was read")),
        (Members(frozenset({"a1"}), [joined(4)]), 5, (True, "when Jira was read")),
        (Members(frozenset(), [left(6)]), 5, (True, "log 6: left")),
        (Members(frozenset(), [left(9), joined(7), left(6)]), 5, (True, "log 6: left")),
        (Members(frozenset(), [left(9), joined(7)]), 5, (False, "log 7: joined")),
        (Members(frozenset({"a1"}), [joined(6, "b2")]), 5, (True, "when Jira was read")),
    ],
)
def test_the_first_change_after_an_instant_says_what_was_before_it(members, at, says):
    """Who joined then was none before, who left was one; a change at the instant itself has happened; others' don't count."""
    assert members.holds("a1", day(at)) == says


def test_where_the_log_does_not_reach_back_todays_list_counts():
    """What it would say of a day that it does not cover is not asked."""
    changes = [joined(6)]
    covered = Members(frozenset({"a1"}), changes, timestamp(day(5)) or 0.0)
    assert covered.holds("a1", day(5)) == (False, "log 6: joined")
    assert Members(frozenset({"a1"}), changes, (timestamp(day(5)) or 0.0) + 1).holds("a1", day(5)) == (
        True,
        "when Jira was read",
    )


def test_an_instant_that_can_not_be_read_is_answered_by_todays_list():
    """And a change whose time can't be read counts as the last of all."""
    assert Members(frozenset({"a1"}), [joined(6)]).holds("a1", "no time") == (True, "when Jira was read")
    odd = MemberChange("no time", "a1", False, "log: left, at no time")
    assert Members(frozenset(), [odd, joined(6)]).holds("a1", day(5)) == (False, "log 6: joined")
    assert Members(frozenset(), [odd]).holds("a1", day(5)) == (True, "log: left, at no time")


def test_a_group_in_a_role_brings_its_members():
    """By both lists as of the instant; the later of what is known is told."""
    group = Members(frozenset({"a1"}))
    role = Members(frozenset({"group ops"}), groups={"ops": group})
    assert role.holds("a1", day(5)) == (True, "through group ops; when Jira was read")
    assert role.holds("b2", day(5)) == (False, "when Jira was read")
    since = Members(frozenset({"group ops"}), [joined(6, "group ops")], groups={"ops": group})
    assert since.holds("a1", day(5)) == (False, "when Jira was read")
    until = Members(frozenset(), [left(6, "group ops")], groups={"ops": group})
    assert until.holds("a1", day(5)) == (True, "through group ops; log 6: left")
    came = Members(frozenset({"group ops"}), groups={"ops": Members(frozenset(), [left(6)])})
    assert came.holds("a1", day(5)) == (True, "through group ops; log 6: left")


def test_a_group_that_can_not_be_read_leaves_it_open():
    """Unless another way shows a member; a group that was not in the role then says nothing."""
    unread = "the members of group ops could not be read"
    assert Members(frozenset({"group ops"}), groups={"ops": None}).holds("a1", day(5)) == (None, unread)
    assert Members(frozenset({"group ops", "a1"}), groups={"ops": None}).holds("a1", day(5)) == (
        True,
        "when Jira was read",
    )
    others = {"ops": None, "qa": Members(frozenset({"a1"}))}
    assert Members(frozenset({"group ops", "group qa"}), groups=others).holds("a1", day(5)) == (
        True,
        "through group qa; when Jira was read",
    )
    assert Members(frozenset(), groups={"ops": None}).holds("a1", day(5)) == (False, "when Jira was read")
