"""Changes of who may do what, read from Jira's audit log in both dialects."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from log_records import cloud, data_center, day, frames
from places import SHARED

from auditlib.records.audit_log import log_frame
from auditlib.records.log_actions import WATCHED
from auditlib.records.log_change import Names
from auditlib.records.permission_changes import CHANGE_COLUMNS, permission_changes

SCHEME = ("SCHEME", "0", "Default Permission Scheme")
GRANT = {"Permission": ("", "Delete Issues"), "Type": ("", "Group"), "Value": ("", "operations")}
TAKEN = {name: (after, before) for name, (before, after) in GRANT.items()}
ANA = ("USER", "acc:ana", "ana")
LEFT = {"Active / Inactive": ("Active", "Inactive")}
RISK = ("CUSTOM_FIELD", "customfield_10010", "Risk")
ROLE = ("PROJECT_ROLE", "10003", "Developers")
NAMES = Names(people={"acc:ana": "Ana Brook"}, projects={"1": "PAY"}, schemes={"0": ("OPS", "PAY")})


def only(log, *columns):
    """Return cells of the one change of a log; missing ones as None."""
    told = permission_changes(log, NAMES)
    assert len(told) == 1
    return [None if pd.isna(cell) else cell for cell in told.loc[0, list(columns)]]


@pytest.mark.parametrize(
    ("values", "kind", "before", "after"),
    [
        (GRANT, "grant added", None, "Delete Issues → Group operations"),
        (TAKEN, "grant removed", "Delete Issues → Group operations", None),
    ],
)
def test_a_grant_is_told_by_the_side_on_which_it_stands(values, kind, before, after):
    """Both have one action; who got what stands after, who lost it before. The projects are those that use the scheme."""
    of = ("Permission scheme updated", "permission.scheme.updated", "permissions", SCHEME)
    for log in frames(*of, values=values):
        assert only(log, "kind", "before", "after") == [kind, before, after]
        wanted = ["DELETE_ISSUES", "group", "operations", "OPS, PAY", "Default Permission Scheme"]
        assert only(log, "permission", "holder_type", "holder", "project", "scheme") == wanted


def test_a_scheme_that_only_gets_another_name_is_no_grant():
    """Nor is a level of an issue security scheme that has a permission's name."""
    renamed = ("Permission scheme updated", "permission.scheme.updated", "permissions", SCHEME)
    security = ("Issue Security scheme updated", "issue.security.scheme.updated", "permissions", SCHEME)
    for log in [*frames(*renamed, values={"Name": ("Old", "New")}), *frames(*security, values=GRANT)]:
        assert only(log, "kind", "does") == ["scheme changed", "changed"]


@pytest.mark.parametrize(
    ("summary", "key", "permission", "kind"),
    [
        ("Global permission added", "global.permission.added", "Administer Jira", "administrator made"),
        ("Global permission deleted", "global.permission.deleted", "Jira Administrators", "administrator removed"),
        ("Global permission added", "global.permission.added", "Bulk Change", "grant added"),
        ("Global permission deleted", "global.permission.deleted", "Bulk Change", "grant removed"),
    ],
)
def test_a_global_permission_to_administer_makes_administrators(summary, key, permission, kind):
    """Every other one is a grant without a project."""
    added = "added" in summary
    values = {"Permission": ("", permission), "Group": ("", "ops")}
    values = values if added else {name: (after, before) for name, (before, after) in values.items()}
    for log in frames(summary, key, "permissions", ("PERMISSIONS", None, "Global Permissions"), values=values):
        assert only(log, "kind", "holder", "project") == [kind, "ops", None]


def test_members_of_groups_are_told_by_their_ids():
    """The person stands after if added, before if removed; the name is the one that is known of the id."""
    things = (("GROUP", None, "operations"), ("USER", "acc:ana", "ana"))
    for does, before, after in (("added to", None, "Ana Brook"), ("removed from", "Ana Brook", None)):
        key = f"user.{does.replace(' ', '.')}.group"
        for log in frames(f"User {does} group", key, "group management", *things):
            cells = only(log, "kind", "holder", "account_id", "before", "after")
            assert cells == ["group membership", "operations", "acc:ana", before, after]


def test_whoever_comes_into_a_group_of_administrators_is_made_one():
    """A group is one of administrators by its usual name, or as long as the log grants it Administer Jira."""
    everywhere = ("PERMISSIONS", None, "Global Permissions")
    admin = {"Permission": ("", "Administer Jira"), "Group": ("", "ops")}
    taken = {name: (after, before) for name, (before, after) in admin.items()}

    def joins(number, group):
        things = (("GROUP", None, group), ("USER", "acc:ana", "ana"))
        return cloud(number, day(number), "User added to group", "group management", *things)

    records = [
        joins(1, "ops"),
        cloud(2, day(2), "Global permission added", "permissions", everywhere, values=admin),
        joins(3, "ops"),
        cloud(4, day(4), "Global permission deleted", "permissions", everywhere, values=taken),
        joins(5, "ops"),
        joins(6, "jira-administrators"),
    ]
    told = permission_changes(log_frame(records, "cloud")).set_index("id")["kind"]
    assert told[["1", "3", "5", "6"]].tolist() == [
        "group membership",
        "administrator made",
        "group membership",
        "administrator made",
    ]
    late = permission_changes(log_frame([joins(1, "ops"), records[3]], "cloud"))
    assert late["kind"].tolist() == ["administrator made", "administrator removed"]


def test_who_holds_a_role_is_told_one_by_one():
    """The lists before and after are compared; groups are holders too; nothing named leaves it unsaid."""
    things = (("PROJECT_ROLE", "10002", "Administrators"), ("PROJECT", "1", "Payments"))
    values = {"Users": ("acc:ana, acc:ben", "acc:ben, acc:cyd"), "Groups": ("", "managers")}
    for log in frames("Project roles changed", "project.roles.changed", "projects", *things, values=values):
        told = permission_changes(log, NAMES)
        assert told[["does", "account_id", "group"]].fillna("").to_numpy().tolist() == [
            ["removed", "acc:ana", ""],
            ["added", "acc:cyd", ""],
            ["added", "", "managers"],
        ]
        assert set(told["project"]) == {"PAY"}
        assert set(told["kind"]) == {"role membership"}
    for log in frames("Project roles changed", "project.roles.changed", "projects", *things):
        assert only(log, "kind", "does", "account_id", "group") == ["role membership", "changed", None, None]


def test_a_scheme_given_to_a_project_replaces_the_one_before():
    """Only a project that is created afterwards gets its first; whether a scheme was taken away by a record of its own or not."""
    project, other = ("PROJECT", "1", "Payments"), ("PROJECT", "2", "New")
    old, new = ("SCHEME", "1", "Careful"), ("SCHEME", "2", "Lax")
    words, away = "permission.scheme.added.to.project", "permission.scheme.removed.from.project"
    events = [
        data_center(1, day(1), words, "permissions", project, old),
        data_center(2, day(2), away, "permissions", project, old),
        data_center(3, day(2), words, "permissions", project, new),
        data_center(4, day(3), words, "permissions", other, new),
        data_center(5, day(3), "project.created", "projects", other),
        data_center(6, day(4), words, "permissions", other, old),
        data_center(7, day(5), "workflow.scheme.added.to.project", "workflows", other, old),
    ]
    told = permission_changes(log_frame(reversed(events), "data-center"), NAMES)
    assert told[["id", "kind", "before", "after"]].fillna("").to_numpy().tolist() == [
        ["1", "scheme swapped", "", "Careful"],
        ["2", "scheme swapped", "Careful", ""],
        ["3", "scheme swapped", "Careful", "Lax"],
        ["4", "scheme assigned", "", "Lax"],
        ["6", "scheme swapped", "Lax", "Careful"],
        ["7", "scheme swapped", "", "Careful"],
    ]
    assert told["project"].tolist() == ["PAY", "PAY", "PAY", "New", "New", "New"]


@pytest.mark.parametrize(
    ("of", "values", "what"),
    [
        (("User created", "user.created", "user management", ANA), {}, "user Ana Brook created"),
        (("User updated", "user.updated", "user management", ANA), LEFT, "user Ana Brook deactivated"),
        (("Workflow updated", "workflow.updated", "workflows", ("WORKFLOW", "w", "w")), {}, "workflow w changed"),
        (("Custom field created", "customfield.created", "fields", RISK), {}, "field Risk created"),
        (("Group deleted", "group.deleted", "group management", ("GROUP", None, "ops")), {}, "group ops deleted"),
        (("Project role deleted", "project.role.deleted", "projects", ROLE), {}, "role Developers deleted"),
    ],
)
def test_people_workflows_fields_and_groups_are_told(of, values, what):
    """Each with what was done to it."""
    for log in frames(*of, values=values):
        assert only(log, "what") == [what]


def test_a_project_gets_another_lead():
    """Whoever leads a project holds what is granted to its lead; another change of the project is not of this table."""
    project = ("PROJECT", "1", "Payments")
    of = ("Project updated", "project.updated", "projects", project)
    for log in frames(*of, values={"Project lead": ("acc:ben", "acc:ana")}):
        assert only(log, "kind", "before", "after", "project") == ["project lead", "acc:ben", "Ana Brook", "PAY"]
    for log in frames(*of, values={"Name": ("a", "b")}):
        assert len(permission_changes(log, NAMES)) == 0


@pytest.mark.parametrize("category", WATCHED)
def test_what_can_not_be_told_is_kept(category):
    """A key or summary that nobody knows, or a known one without what belongs to it: the record is there as ``other``."""
    thing = ("DIRECTORY", "7", "<b>LDAP</b>")
    for summary, key in (("Etwas Neues", "something.new"), ("User added to group", "user.added.to.group")):
        for log in frames(summary, key, category, thing, values={"Name": ("a", "b")}):
            kind, what, before, after = only(log, "kind", "what", "before", "after")
            assert (kind, before, after) == ("other", "name: a", "name: b")
            assert what.endswith(": DIRECTORY <b>LDAP</b>")


def test_the_key_decides_and_not_the_words():
    """On Data Center an unknown key is not overruled by a summary that looks like a known one."""
    event = data_center(1, day(1), "something.new", "group management", ("GROUP", None, "a"), ("USER", "k", "ana"))
    event["type"]["action"] = "User added to group"
    assert only(log_frame([event], "data-center"), "kind") == ["other"]


def test_records_of_other_kinds_are_left_to_the_activity():
    """Issues, versions, filters, boards: no change of who may do what."""
    records = [
        cloud(1, day(1), "Issue deleted", "issues", ("ISSUE", "1", "PAY-1")),
        cloud(2, day(2), "Project version created", "projects", ("VERSION", "1", "1.0")),
    ]
    none = permission_changes(log_frame(records, "cloud"))
    assert (len(none), tuple(none.columns)) == (0, CHANGE_COLUMNS)
    some = permission_changes(log_frame([cloud(1, day(1), "Group created", "group management")], "cloud"))
    assert none.dtypes.tolist() == some.dtypes.tolist()


def test_a_user_key_leads_to_the_account_whose_records_show_both():
    """Cloud's log names members by user key; authors of records have both."""
    things = (("GROUP", None, "operations"), ("USER", "ug:1", "ug:1"))
    author = {"authorKey": "ug:1", "authorAccountId": "acc:ana"}
    records = [
        cloud(1, day(1), "User added to group", "group management", *things),
        cloud(2, day(2), "Workflow updated", "workflows", ("WORKFLOW", "w", "w"), **author),
    ]
    told = permission_changes(log_frame(records, "cloud"), NAMES)
    assert told.loc[0, ["account_id", "after"]].tolist() == ["acc:ana", "Ana Brook"]


def test_changes_stand_in_the_order_of_time():
    """At one instant by the number of the record, without numbers backwards from a log that comes newest first."""
    group = ("GROUP", None, "a")
    numbered = [cloud(number, day(1), "Group created", "group management", group) for number in (9, 10, 8)]
    assert permission_changes(log_frame(numbered, "cloud"))["id"].tolist() == ["8", "9", "10"]
    events = [
        data_center(1, at, "group.created", "group management", ("GROUP", None, name))
        for name, at in (("late", day(2)), ("second", day(1)), ("first", day(1)), ("never", None))
    ]
    for event in events:
        del event["id"]
    told = permission_changes(log_frame(events, "data-center"))["what"].tolist()
    assert told == ["group never created", "group first created", "group second created", "group late created"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real data is not at hand")
def test_every_record_of_a_real_log_is_accounted_for():
    """Of the watched categories each record makes a change or is other; of the others only roles do."""
    text = (SHARED / "data" / "go-atlassian" / "get-audit-records.json").read_text(encoding="utf-8")
    log = log_frame(json.loads(text)["records"], "cloud")
    told = permission_changes(log)
    watched = log[log["category"].isin(WATCHED)]
    roles = log[log["summary"] == "Project roles changed"]
    assert (len(log), len(watched), len(roles)) == (288, 265, 2)
    assert set(told["id"]) == {*watched["id"], *roles["id"]}
    assert len(told) == len(watched) + len(roles)
    assert told.groupby(["kind", "does"]).size().to_dict() == {
        ("administrator made", "added"): 9,
        ("field", "changed"): 2,
        ("field", "created"): 57,
        ("grant added", "added"): 115,
        ("group", "created"): 19,
        ("group", "deleted"): 9,
        ("group membership", "added"): 22,
        ("group membership", "removed"): 1,
        ("role membership", "added"): 2,
        ("scheme assigned", "added"): 5,
        ("scheme changed", "changed"): 3,
        ("scheme changed", "created"): 5,
        ("user", "created"): 7,
        ("workflow", "changed"): 7,
        ("workflow", "created"): 4,
    }
    granted = told[told["kind"] == "grant added"]
    assert granted["permission"].str.fullmatch("[A-Z_]+").all()
    assert set(granted["holder_type"]) == {"projectRole", "sd.customer.portal.only"}
