"""Powers, permissions, roles, groups and people of the embedded Jira."""

from __future__ import annotations

import pytest
from jira_caller import Caller, serve
from small_world import full_world


def test_powers_are_told(either: Caller) -> None:
    """What the account may do, in general and in a project."""
    asked = {"permissions": "BROWSE_PROJECTS,DELETE_ISSUES", "projectKey": "AC"}
    granted = either.get("mypermissions", **asked).json()["permissions"]
    assert {name: one["havePermission"] for name, one in granted.items()} == {
        "BROWSE_PROJECTS": True,
        "DELETE_ISSUES": False,
    }
    assert either.get("mypermissions", permissions="BROWSE_PROJECTS", projectKey="HID").status_code == 404
    assert either.get("mypermissions", permissions="BROWSE_PROJECTS", issueKey="AC-20").status_code == 404
    assert either.get("mypermissions", permissions="FLY").status_code == 400
    assert either.get("mypermissions").status_code == (400 if either.jira.dialect == "cloud" else 200)
    assert "DELETE_ISSUES" in either.get("permissions").json()["permissions"]


def test_permissions_are_checked_for_others_too(cloud: Caller) -> None:
    """For another account they come from the scheme: role, group, lead, licence, but not from an issue."""

    def granted(account_id: str, *names: str, issues: tuple[int, ...] = ()) -> dict[str, list[int]]:
        entry = {"permissions": list(names), "projects": [1, 2, 999], "issues": list(issues)}
        answer = cloud.post("permissions/check", accountId=account_id, projectPermissions=[entry])
        return {one["permission"]: one["projects"] + one["issues"] for one in answer.json()["projectPermissions"]}

    assert granted("acc:ben", "DELETE_ISSUES", "BROWSE_PROJECTS", "EDIT_ISSUES", "CREATE_ISSUES") == {
        "DELETE_ISSUES": [1, 2],
        "BROWSE_PROJECTS": [1],
        "EDIT_ISSUES": [],
        "CREATE_ISSUES": [1, 2],
    }
    assert granted("acc:ben", "ADMINISTER_PROJECTS") == {"ADMINISTER_PROJECTS": [1, 2]}
    assert granted("acc:cyd", "MOVE_ISSUES") == {"MOVE_ISSUES": []}
    assert granted("acc:ana", "BROWSE_PROJECTS", issues=(101, 120, 130)) == {"BROWSE_PROJECTS": [1, 101]}
    own = cloud.post("permissions/check", globalPermissions=["ADMINISTER", "BULK_CHANGE"]).json()
    assert own == {"globalPermissions": ["ADMINISTER"], "projectPermissions": []}
    assert cloud.post("permissions/check", globalPermissions=["BROWSE_PROJECTS"]).status_code == 400
    assert cloud.post("permissions/check", accountId="nobody").status_code == 400


@pytest.mark.parametrize("dialect", ["cloud", "data-center"])
def test_an_account_without_powers_is_refused_as_documented(dialect: str) -> None:
    """403 or 404, each where Jira says so; who may not set security levels sees none."""
    world = full_world()
    world.powers = frozenset({"BROWSE_PROJECTS"})
    refused = {
        "project/AC/permissionscheme": 403,
        "project/AC/issuesecuritylevelscheme": 403,
        "project/AC/role": 404,
        "project/AC/role/60": 404,
        "role": 403,
        "role/60": 403,
        "group/member?groupname=staff": 403,
        "user?accountId=acc:ben&username=ben": 403,
        "permissionscheme": 200,
        "project/HID/permissionscheme": 404,
    }
    if dialect == "cloud":
        refused |= {"auditing/record": 403, "users/search": 403, "group/bulk": 403, "project/AC/roledetails": 404}
    for caller in serve(world, dialect):
        assert {path: caller.get(path).status_code for path in refused} == refused
        assert caller.get("project/AC/securitylevel").json() == {"levels": []}
        assert caller.get("issue/AC-1/watchers").json()["watchers"] == []
        assert caller.get("user?accountId=acc:ana&username=ana").status_code == 200
        if dialect == "cloud":
            other = caller.post("permissions/check", accountId="acc:ben", globalPermissions=[])
            assert other.status_code == 403
        else:
            events = caller.session.get(f"{caller.jira.url}/rest/auditing/1.0/events", timeout=5)
            assert events.status_code == 403
        anonymous = caller.anonymous()
        for path in ("project/AC/permissionscheme", "permissionscheme", "role", "group/member"):
            assert anonymous.get(path).status_code == 401


def test_permission_schemes_name_their_holders(cloud: Caller, center: Caller) -> None:
    """Groups by name and id on Cloud, by name on Data Center; grants only when expanded."""
    assert "permissions" not in cloud.get("project/AC/permissionscheme").json()
    ours = cloud.get("project/HID/permissionscheme", expand="permissions").json()
    theirs = center.get("project/AC/permissionscheme", expand="all").json()
    assert [grant["holder"] for grant in ours["permissions"]] == [
        {"type": "group", "parameter": "admins", "value": "g-2", "expand": "group"},
        {"type": "projectRole", "parameter": "60", "value": "60", "expand": "projectRole"},
        {"type": "user", "parameter": "acc:cyd", "value": "acc:cyd", "expand": "user"},
        {"type": "reporter"},
        {"type": "applicationRole"},
        {"type": "projectLead"},
    ]
    assert [grant["holder"].get("parameter") for grant in theirs["permissions"]][:3] == ["admins", "60", "JIRAUSER3"]
    assert cloud.get("permissionscheme/40/permission").json()["permissions"][0]["permission"] == "DELETE_ISSUES"
    assert cloud.get("permissionscheme/41").status_code == 404
    assert cloud.get("project/NEW/permissionscheme").status_code == 404


def test_roles_have_actors_by_project(cloud: Caller, center: Caller) -> None:
    """A group and a person; the inactive can be left out."""
    path = cloud.get("project/AC/role").json()["Developers"].rpartition("/rest/api/3/")[2]
    ours = cloud.get(path).json()["actors"]
    assert [(actor["type"], actor["displayName"]) for actor in ours] == [
        ("atlassian-user-role-actor", "Cyd Dale"),
        ("atlassian-group-role-actor", "staff"),
    ]
    assert ours[0]["actorUser"] == {"accountId": "acc:cyd"}
    assert ours[1]["actorGroup"]["groupId"] == "g-1"
    assert len(cloud.get(path, excludeInactiveUsers="true").json()["actors"]) == 1
    assert [actor["name"] for actor in center.get("project/AC/role/60").json()["actors"]] == ["cyd", "staff"]
    assert cloud.get("project/AC/role/99").status_code == 404
    assert [one["name"] for one in cloud.get("project/AC/roledetails").json()] == ["Developers", "Approvers"]
    assert cloud.get("role/61").json()["name"] == "Approvers"


def test_group_members_leave_out_the_inactive_unless_asked(either: Caller) -> None:
    """A default that hides people who left."""
    short = either.get("group/member", groupname="staff").json()
    whole = either.get("group/member", groupname="staff", includeInactiveUsers="true").json()
    assert ([one["displayName"] for one in short["values"]], whole["total"]) == (["Ana Brook", "Ben Crane"], 3)
    assert either.get("group/member", groupname="nobody").status_code == 404
    assert either.get("group/member").status_code == 400
    assert either.get("group/member", groupname="staff", maxResults=500).json()["maxResults"] == 50


def test_people_are_found(cloud: Caller, center: Caller) -> None:
    """By account id on Cloud, ten at a time by default; by name or key on Data Center."""
    assert cloud.get("user", accountId="acc:cyd").json()["active"] is False
    assert cloud.get("user", accountId="x").status_code == 404
    bulk = cloud.get("user/bulk", accountId=["acc:ben", "x", "acc:cyd"]).json()
    assert ([one["accountId"] for one in bulk["values"]], bulk["maxResults"]) == (["acc:ben", "acc:cyd"], 10)
    assert cloud.get("user/bulk").status_code == 400
    assert [one["accountType"] for one in cloud.get("users/search").json()] == ["atlassian"] * 3 + ["app"]
    assert cloud.get("group/bulk", groupId="g-2").json()["values"] == [{"name": "admins", "groupId": "g-2"}]
    assert center.get("user", key="JIRAUSER2").json()["name"] == "ben"
    assert center.get("user", username="ben").json()["key"] == "JIRAUSER2"
    assert center.get("user").status_code == 404
    groups = cloud.get("myself", expand="groups").json()["groups"]
    assert (groups["size"], groups["items"][0]["name"]) == (1, "staff")
