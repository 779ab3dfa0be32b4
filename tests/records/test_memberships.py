"""Members of groups and roles at an instant, from today's and the log."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from log_records import BEGINS, cloud, day

from auditlib.records.audit_log import log_frame
from auditlib.records.log_reach import LogReach
from auditlib.records.memberships import Members, by_place, member_since, members_at
from auditlib.records.permission_changes import permission_changes

PEOPLE = ("acc:ana", "acc:ben", "acc:cyd", "acc:dee")


def reach(begins=BEGINS):
    return LogReach(begins, None, 1, names_deletions=False, readable=True, begins=begins)


def moved(number, at, who, does, group="operations"):
    words = f"User {'added to' if does == 'added' else 'removed from'} group"
    return cloud(number, at, words, "group management", ("GROUP", None, group), ("USER", who, who))


def changes(*records):
    return permission_changes(log_frame(reversed(records), "cloud"))


def changes_of(told, *place):
    return by_place(told).get((*place, None)[:3], told.iloc[:0])


def at(today, instant, *records, begins=BEGINS):
    return members_at(today, changes_of(changes(*records), "group", "operations"), instant, reach(begins))


@given(st.sets(st.sampled_from(PEOPLE)), st.lists(st.tuples(st.sampled_from(PEOPLE), st.integers(0, 3)), max_size=25))
def test_walking_back_gives_who_was_there(first, steps):
    """Whatever was added and removed forward, several at one instant too: undoing gives the members of every instant."""
    members, records, before = set(first), [], {}
    now = day(0)
    for number, (who, hours) in enumerate(steps):
        now += timedelta(hours=hours)
        before.setdefault(now, frozenset(members))
        records.append(moved(number, now, who, "removed" if who in members else "added"))
        members ^= {who}
    told = changes_of(changes(*records), "group", "operations")
    for instant, then in (before | {day(40): frozenset(members)}).items():
        assert members_at(members, told, instant, reach()) == Members(then, BEGINS)


def test_before_the_log_begins_nothing_is_known():
    """It says from when on it would be; a log that was not read to its end tells of no instant."""
    early = day(-1)
    assert at({"acc:ana"}, early) == Members(None, BEGINS)
    assert at({"acc:ana"}, day(1)).members == {"acc:ana"}
    assert at({"acc:ana"}, day(1), begins=None) == Members(None, None)


def test_who_was_removed_and_is_there_later_is_named():
    """No record says that they came back; what the record says of its own time counts."""
    found = at({"acc:ana"}, day(1), moved(1, day(2), "acc:ana", "removed"))
    assert found.members == {"acc:ana"}
    (said,) = found.contradictions
    assert (
        said.in_words("Ana", "6 May") == "Ana was removed on 6 May and is a member afterwards, without a record of why"
    )
    assert (said.at, said.member) == (day(2), "acc:ana")


def test_who_was_added_and_is_not_there_later_is_named():
    """Also where the addition lies before the instant that is asked for."""
    record = moved(1, day(2), "acc:ben", "added")
    assert at(set(), day(1), record).members == frozenset()
    for instant in (day(1), day(3)):
        (said,) = at(set(), instant, record).contradictions
        assert (said.at, said.member, said.does) == (day(2), "acc:ben", "added")
        assert "is not a member afterwards" in said.in_words("Ben", "6 May")


def test_a_change_that_does_not_say_who_ends_what_is_known():
    """Of a role whose holders changed without names, only what came after is known; without a time, nothing is."""
    things = (("PROJECT_ROLE", "10002", "Administrators"), ("PROJECT", "1", "Payments"))
    unsaid = cloud(1, day(3), "Project roles changed", "projects", *things)
    told = changes_of(changes(unsaid), "projectRole", "Administrators", "Payments")
    assert members_at({"acc:ana"}, told, day(3), reach()) == Members(None, day(3))
    assert members_at({"acc:ana"}, told, day(4), reach()).members == {"acc:ana"}
    timeless = changes_of(changes(moved(1, None, "acc:ana", "added")), "group", "operations")
    assert members_at({"acc:ana"}, timeless, day(4), reach()) == Members(None, None)


def test_only_the_changes_of_that_group_or_role_count():
    """A role of the same name in another project, a grant to the group, another group: none of them."""
    admins = (("PROJECT_ROLE", "10002", "Administrators"), ("PROJECT", "1", "Payments"))
    records = [
        moved(1, day(1), "acc:ana", "added"),
        moved(2, day(2), "acc:ana", "added", group="others"),
        cloud(3, day(3), "Project roles changed", "projects", *admins, values={"Users": ("", "acc:ana")}),
        cloud(
            4,
            day(4),
            "Global permission added",
            "permissions",
            ("PERMISSIONS", None, "Global Permissions"),
            values={"Permission": ("", "Administer Jira"), "Group": ("", "operations")},
        ),
    ]
    told = changes(*records)
    assert changes_of(told, "group", "operations")["id"].tolist() == ["1"]
    assert changes_of(told, "projectRole", "Administrators", "Payments")["id"].tolist() == ["3"]
    assert changes_of(told, "projectRole", "Administrators", "Other")["id"].tolist() == []


def test_groups_are_members_too():
    """A group in a role goes back like people; Jira lists the groups of a role."""
    admins = (("PROJECT_ROLE", "10002", "Administrators"), ("PROJECT", "1", "Payments"))
    told = changes(cloud(1, day(2), "Project roles changed", "projects", *admins, values={"Groups": ("a", "a, b")}))
    of = changes_of(told, "projectRole", "Administrators", "Payments")
    assert members_at({"group a", "group b", "acc:ana"}, of, day(1), reach()).members == {"group a", "acc:ana"}


def test_who_came_through_a_group_within_a_group_is_not_known():
    """Jira lists people alone: before a group joined another, nobody can tell who belonged to that one; afterwards one can."""
    inner = ("GROUP", None, "night shift")
    joined = cloud(1, day(2), "Group added to group", "group management", ("GROUP", None, "operations"), inner)
    of = changes_of(changes(joined, moved(2, day(4), "acc:ben", "added")), "group", "operations")
    today = {"acc:ana", "acc:ben"}
    before, after = (members_at(today, of, instant, reach()) for instant in (day(1), day(3)))
    assert (before.members, before.not_before) == (None, day(2))
    assert (after.members, after.contradictions) == ({"acc:ana"}, ())


def test_since_when_somebody_is_a_member_is_the_last_addition():
    """Not the first, not one that was undone, and of each group and role for itself."""
    told = changes(
        moved(1, day(1), "acc:ana", "added"),
        moved(2, day(2), "acc:ana", "removed"),
        moved(3, day(3), "acc:ana", "added"),
        moved(4, day(4), "acc:ben", "added"),
        moved(5, day(5), "acc:ben", "removed"),
        moved(6, day(6), "acc:ana", "added", group="jira-administrators"),
    )
    since = member_since(told)
    assert since[["account_id", "holder_type", "holder"]].to_numpy().tolist() == [
        ["acc:ana", "group", "jira-administrators"],
        ["acc:ana", "group", "operations"],
    ]
    assert since["at"].tolist() == [pd.Timestamp(day(6)), pd.Timestamp(day(3))]
    nobody = member_since(told.iloc[:0])
    assert (len(nobody), nobody.dtypes.tolist()) == (0, since.dtypes.tolist())
