"""Fields, links, permissions and people of the made-up company hang together."""

from __future__ import annotations

import gzip
import re
from collections import Counter

import pytest
from made_up import SEEDS, company_of, sees
from places import SHARED

from auditlib.demo.story import scenery
from auditlib.demo.story.access import DELETION_KEYS
from auditlib.demo.story.company import (
    BEGIN,
    END,
)


def test_fields_hold_records_of_the_world(company):
    """Every person is a known user, every status, type and project is one of the lists."""
    world = company.world
    people = set(world.users.values())
    known = {
        "status": world.statuses,
        "issuetype": world.issue_types,
        "resolution": world.resolutions,
        "priority": world.priorities,
    }
    names = {field["id"] for field in world.field_names}
    for issue in world.issues.values():
        fields = issue.fields
        assert set(fields) <= names
        for name in ("reporter", "creator", "assignee", scenery.APPROVER):
            assert fields[name] is None or fields[name] in people
        for name, values in known.items():
            assert fields[name] is None or fields[name] in values
        assert fields["project"]["key"] == issue.project
        assert fields["project"]["id"] == str(world.projects[issue.project].id)
        assert fields["created"] == issue.created <= issue.updated == fields["updated"]
        assert BEGIN <= issue.created <= END
        assert issue.created.microsecond % 1000 == 0
        assert issue.histories == sorted(issue.histories, key=lambda one: (one.created, one.id))
        assert all(one.author is None or one.author in people for one in (*issue.histories, *issue.comments))
        assert all(issue.updated >= one.created for one in (*issue.histories, *issue.comments, *issue.worklogs))


def test_links_and_sub_tasks_meet_from_both_sides(company):
    """A link shows today's key, and its other end shows it too, unless it is out of sight."""
    world = company.world
    by_key = {issue.key: issue for issue in world.issues.values()}
    ends = Counter()
    for issue in world.issues.values():
        for link in issue.fields["issuelinks"]:
            other = by_key[link.get("outwardIssue", link.get("inwardIssue"))["key"]]
            assert str(other.id) == link.get("outwardIssue", link.get("inwardIssue"))["id"]
            if sees(world, issue):
                assert sees(world, other)
                ends[link["id"]] += 1
        for child in issue.fields["subtasks"]:
            assert by_key[child["key"]].fields["parent"]["key"] == issue.key
            assert by_key[child["key"]].project == issue.project
        if "parent" in issue.fields:
            assert issue.key in {parent.key for parent in world.issues.values()}
            assert issue.fields["issuetype"]["subtask"]
    assert set(ends.values()) <= {2}


def test_the_account_asks_from_another_zone():
    """The account's zone differs from the audit's and the server's on purpose, and its token is plainly made up."""
    world = company_of("demo", 1.0).world
    assert world.account.time_zone == "America/Los_Angeles"
    assert world.server_zone == "Europe/Berlin"
    assert world.account is world.users[world.account.account_id]
    assert world.account.name == "auditor"
    assert world.password == "demo-token-not-a-secret"
    assert "BROWSE_PROJECTS" in world.powers


def test_permissions_can_be_resolved_to_people(company):
    """Every holder is known; every scheme grants every permission that an auditor asks about."""
    world = company.world
    assert {project.permission_scheme for project in world.projects.values()} <= set(world.permission_schemes)
    numbers = [grant.id for scheme in world.permission_schemes.values() for grant in scheme.grants]
    assert len(set(numbers)) == len(numbers)
    for scheme in world.permission_schemes.values():
        assert {grant.permission for grant in scheme.grants} >= set(DELETION_KEYS)
        for grant in scheme.grants:
            if grant.holder_type == "group":
                assert grant.parameter in world.groups
            elif grant.holder_type == "projectRole":
                assert int(grant.parameter) in world.roles
            elif grant.holder_type == "user":
                assert grant.parameter in world.users
    kinds = {grant.holder_type for scheme in world.permission_schemes.values() for grant in scheme.grants}
    assert kinds >= {
        "group",
        "projectRole",
        "user",
        "projectLead",
        "reporter",
        "assignee",
        "applicationRole",
        "userCustomField",
    }
    for project in world.projects.values():
        assert project.lead in world.users
        for role in world.roles:
            for actor in world.role_actors[project.key, role]:
                assert actor.holder in (world.users if actor.kind == "user" else world.groups)
    assert all(group_id == group.group_id for group_id, group in world.groups.items())
    assert all(member in world.users for group in world.groups.values() for member in group.members)
    assert sum(len(group.members) > 50 for group in world.groups.values()) >= 2


def test_people_are_many_and_some_have_left():
    """Active, inactive, an app; names unique, addresses of nobody."""
    users = company_of("demo", 1.0).world.users
    assert {user.account_type for user in users.values()} == {"atlassian", "app"}
    assert {user.active for user in users.values()} == {True, False}
    for name in ("account_id", "key", "name", "email"):
        assert len({getattr(user, name) for user in users.values()}) == len(users)
    assert all(user.email.endswith("@example.com") for user in users.values())


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real data of ../shared is not here")
@pytest.mark.parametrize("seed", ["demo", *SEEDS[:3]])
def test_no_made_up_name_is_that_of_a_real_person(seed):
    """Whoever is in the public data does not appear in the demo."""
    real = set()
    for file in sorted((SHARED / "data").rglob("*.json*")):
        raw = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        real.update(name.casefold() for name in re.findall(r'"displayName":\s*"([^"]*)"', raw.decode()))
    assert real
    made_up = {user.display_name.casefold() for user in company_of(seed, 0.1).world.users.values()}
    assert not made_up & real
