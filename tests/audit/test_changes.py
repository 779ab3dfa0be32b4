"""The tables of changes of permissions and of earlier members, and what they are said to show."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
from log_records import BEGINS, cloud, day

from auditlib.audit.permissions.change_findings import Recorded, change_findings, conclude_changes
from auditlib.audit.permissions.changes import (
    MEMBERSHIPS,
    PERMISSION_CHANGES,
    Holder,
    belongings,
    changes_by_kind,
    changes_table,
    memberships_table,
)
from auditlib.records.audit_log import log_frame
from auditlib.records.log_change import Names
from auditlib.records.log_reach import LogReach
from auditlib.records.permission_changes import permission_changes
from auditlib.tables import to_csv
from auditlib.times import Period

PERIOD = Period(date(2026, 5, 10), date(2026, 5, 19), ZoneInfo("America/New_York"))
NAMES = {"acc:ana": "=Ana <b>", "acc:ben": "Ben"}
LATER = day(60)


def reach(begins=BEGINS, **more):
    return LogReach(begins, None, 1, names_deletions=False, readable=begins is not None, begins=begins, **more)


def moved(number, at, who, does, group="operations"):
    words = f"User {'added to' if does == 'added' else 'removed from'} group"
    return cloud(number, at, words, "group management", ("GROUP", None, group), ("USER", who, who))


def granted(number, at, permission, scheme="0"):
    values = {"Permission": ("", permission), "Type": ("", "Group"), "Value": ("", "operations")}
    return cloud(number, at, "Permission scheme updated", "permissions", ("SCHEME", scheme, "Lax"), values=values)


def changes(*records):
    return permission_changes(log_frame(reversed(records), "cloud"), Names(NAMES, schemes={"0": ("PAY",)}))


def recorded(told, *, holders=(), reached=None, **more):
    reached = reached or reach()
    found = belongings(holders, told, PERIOD, reached, LATER)
    return Recorded(changes_table(told, PERIOD), found, reached, PERIOD, "the right Administer Jira", NAMES, **more)


def ids(found):
    return {one.id: one for one in change_findings(found)}


def test_the_table_holds_the_period_only():
    """Its first instant belongs to it, the first one after it doesn't; a record without a time is in no period."""
    told = changes(
        moved(1, PERIOD.begins - timedelta(seconds=1), "acc:ana", "added"),
        moved(2, PERIOD.begins, "acc:ana", "removed"),
        moved(3, PERIOD.ends - timedelta(seconds=1), "acc:ana", "added"),
        moved(4, PERIOD.ends, "acc:ana", "removed"),
        moved(5, None, "acc:ana", "added"),
    )
    table = PERMISSION_CHANGES.check(changes_table(told, PERIOD))
    assert table["id"].tolist() == ["2", "3"]
    assert b"2,2026-05-10T00:00:00.000-04:00,,group membership,,group operations,'=Ana <b>,," in to_csv(
        PERMISSION_CHANGES, table
    )
    empty = PERMISSION_CHANGES.check(changes_table(told.iloc[:0], PERIOD))
    assert to_csv(PERMISSION_CHANGES, empty).startswith(b"id,at,actor,kind,project,what,before,after,")


def test_kinds_are_counted_to_the_whole():
    """Every change is in one of the kinds, the gravest first."""
    told = changes(moved(1, day(8), "acc:ana", "added"), granted(2, day(9), "Delete Issues"), granted(3, day(9), "X"))
    counts = changes_by_kind(changes_table(told, PERIOD))
    assert counts.to_numpy().tolist() == [["grant added", 2], ["group membership", 1]]
    assert len(changes_by_kind(changes_table(told.iloc[:0], PERIOD))) == 0


def test_members_stand_with_all_three_times():
    """Who left since the end, who came since, who was there all along; a date where the log has one."""
    told = changes(moved(1, day(8), "acc:ana", "added"), moved(2, day(30), "acc:ben", "removed"))
    holders = [Holder(("group", "operations", None), frozenset({"acc:ana", "acc:cyd"}))]
    found = belongings(holders, told, PERIOD, reach(), LATER)
    table = MEMBERSHIPS.check(memberships_table(found, told, PERIOD, NAMES))
    flags = table.set_index("account_id")[["at_start", "at_end", "today"]]
    assert flags.to_numpy().tolist() == [[False, True, True], [True, True, False], [True, True, True]]
    assert flags.index.tolist() == ["acc:ana", "acc:ben", "acc:cyd"]
    assert table["since"].tolist()[0] == pd.Timestamp(day(8))
    assert table["since"].isna().tolist() == [False, True, True]
    assert table["display_name"].tolist() == ["=Ana <b>", "Ben", ""]


def test_what_is_not_known_is_left_empty():
    """Before the log begins; of a group that is listed in part; at the end of a period that is not over."""
    place = ("group", "operations", None)
    told = changes()
    for holder, begins, asked, flags, note in (
        (Holder(place, frozenset({"acc:ana"})), day(10), LATER, [None, True], "not known before 2026-05-13"),
        (Holder(place, frozenset({"acc:ana"})), None, LATER, [None, None], "not known from the log"),
        (Holder(place, frozenset({"acc:ana"}), complete=False), BEGINS, LATER, [None, None], "not all of today's"),
        (Holder(place, frozenset({"acc:ana"})), BEGINS, day(12), [True, None], "the period was not over"),
    ):
        found = belongings([holder], told, PERIOD, reach(begins), asked)
        (row,) = memberships_table(found, told, PERIOD, NAMES).itertuples(index=False)
        assert [None if pd.isna(one) else one for one in (row.at_start, row.at_end)] == flags
        assert row.note.startswith(note)
        assert row.today


def test_administrators_and_powers_ask_for_an_answer():
    """A power in a scheme that no listed project uses, or a permission that is none, does not."""
    told = changes(
        moved(1, day(8), "acc:ana", "added", group="jira-administrators"),
        granted(2, day(9), "Delete Issues"),
        granted(3, day(10), "Move Issues", scheme="7"),
        granted(4, day(11), "Add Comments"),
        moved(5, day(12), "acc:ana", "removed", group="jira-administrators"),
    )
    found = ids(recorded(told))
    assert {name: (one.severity, one.count) for name, one in found.items()} == {
        "changes.administrators-made": ("exception", 1),
        "changes.administrators-removed": ("note", 1),
        "changes.grants-added": ("exception", 1),
    }
    assert "=Ana <b> (group jira-administrators, by nobody named, 11 May 2026, 20:00 -04:00)" in (
        found["changes.administrators-made"].statement
    )
    assert "1 administrators made" in conclude_changes(recorded(told))


def test_records_that_do_not_fit_are_a_limit():
    """They are named with the group; so is what can't be told."""
    told = changes(
        moved(1, day(8), "acc:ben", "added"), cloud(2, day(9), "Etwas", "permissions", ("SCHEME", "1", "Lax"))
    )
    found = ids(recorded(told, holders=[Holder(("group", "operations", None), frozenset())], nesting=True))
    assert found["changes.contradictions"].severity == "limit"
    assert (
        "group operations: Ben was added on 11 May 2026, 20:00 -04:00 and" in found["changes.contradictions"].statement
    )
    assert (found["changes.other"].severity, found["changes.other"].count) == ("limit", 1)
    assert found["changes.nested-groups"].count == 1


def test_how_far_the_log_reaches_is_said():
    """Unreadable with what it takes; not to the beginning of the period; not to its end."""
    told = changes()
    unread = recorded(told, reached=reach(None, why_not="403: no"))
    assert "(403: no)" in ids(unread)["changes.log"].statement
    assert "the right Administer Jira" in ids(unread)["changes.log"].statement
    assert "could not be read" in conclude_changes(unread)
    late = recorded(told, reached=reach(day(10)))
    assert "reaches back to 13 May 2026, 20:00 -04:00 only" in ids(late)["changes.log"].statement
    assert "does not cover all" in conclude_changes(late)
    cut = recorded(told, reached=LogReach(BEGINS, None, 1, names_deletions=False, readable=True))
    assert "not read to its end" in ids(cut)["changes.log"].statement
    silent = recorded(told, reached=LogReach(None, None, 0, names_deletions=False, readable=True))
    assert "it gave this account no record" in ids(silent)["changes.log"].statement
    timeless = recorded(told, reached=LogReach(None, None, 2, names_deletions=False, readable=True, undated=2))
    assert "the time of none of its records can be read" in ids(timeless)["changes.log"].statement
    assert ids(recorded(told)) == {}


def test_who_differs_from_today_is_named():
    """Both ways, with the group or the role."""
    told = changes(moved(1, day(30), "acc:ben", "removed"), moved(2, day(31), "acc:ana", "added"))
    holders = [Holder(("group", "operations", None), frozenset({"acc:ana"}))]
    found = ids(recorded(told, holders=holders))
    assert "Ben (group operations)" in found["changes.members-left"].statement
    assert "=Ana <b> (group operations)" in found["changes.members-joined"].statement
