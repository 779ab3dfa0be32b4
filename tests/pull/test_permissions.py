"""Who may do what, asked over real HTTP: the people that the world knows, each answer once, and whatever is refused is told."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest
from access import ask_access, people_in_tables, truth_of
from crowd import crowd
from small_world import ANA, BEN, CYD, small_world

from auditlib.audit.permissions import table
from auditlib.audit.permissions.matrix import power_matrix
from auditlib.demo.server.site import Answer, Asked
from auditlib.demo.world.records import ApplicationRole, Grant, Group, PermissionScheme, RoleActor, User
from auditlib.responses import topics

DIALECTS = ("cloud", "data-center")

both = pytest.mark.parametrize("dialect", DIALECTS)


@both
@pytest.mark.parametrize("most", [250_000, 1000, 0])
def test_the_people_are_those_of_the_world(  # noqa: PLR0917 - fixtures
    small_company, parameters, tmp_path, monkeypatch, dialect, most
):
    """Through groups, nested groups, roles, leads and applications, no more and no less; however many a row may name."""
    monkeypatch.setattr(table, "ROWS", most)
    params = parameters(deployment=dialect)
    evidence = ask_access(small_company.world, params, tmp_path)
    wanted = truth_of(small_company.world, params)
    assert people_in_tables(evidence) == wanted
    able = evidence.access.answered.able
    assert {place: set(able.people([place[0]], [place[1]])) for place in wanted} == wanted
    counts = evidence.table("permission_counts")
    assert {(one.project, one.permission): one.people for one in counts.itertuples()} == {
        place: len(people) for place, people in wanted.items()
    }
    assert not counts["not_read"].any()


def test_a_group_within_a_group_counts_where_jira_walks_it(small_company, parameters, tmp_path):
    """The change board holds nobody but the release managers: on Data Center they move issues through it, on Cloud nobody."""
    via = {}
    for dialect in DIALECTS:
        evidence = ask_access(small_company.world, parameters(deployment=dialect), tmp_path / dialect)
        rows = evidence.table("permissions").query("permission == 'MOVE_ISSUES' and holder == 'change-board'")
        via[dialect] = list(zip(rows["who"], rows["people"], strict=True))
    assert via == {"cloud": [("nobody", 0)], "data-center": [("person", 1)] * 3}


@both
def test_each_is_asked_once(small_company, parameters, tmp_path, dialect):
    """Schemes, roles, groups and people that several grants and projects share; no role that no grant names."""
    evidence = ask_access(small_company.world, parameters(deployment=dialect), tmp_path)
    entries = evidence.store.entries("permissions")
    assert max(Counter((one.topic, one.request.digest) for one in entries).values()) == 1
    assert max(Counter(str(one.request) for one in entries).values()) == 1
    before = len(entries)
    assert [one for questions in evidence.access.told.open_questions() for one in questions]
    again = ask_access(small_company.world, evidence.params, tmp_path)
    assert len(again.store.entries("permissions")) == before


POWERS = frozenset({"BROWSE_PROJECTS"})


@both
def test_an_account_that_is_no_administrator_is_told_what_it_lacks(small_company, parameters, tmp_path, dialect):
    """The pull completes; for each project it is said that its scheme can't be read, and which right would cure it."""
    world = replace(small_company.world, powers=POWERS)
    evidence = ask_access(world, parameters(deployment=dialect), tmp_path)
    assert evidence.table("permissions").empty
    (finding,) = [one for one in evidence.access.findings if one.severity == "limit"]
    assert (finding.id, finding.count) == ("permissions.unread:project/permissionscheme", 3)
    assert "Administer Projects" in finding.statement
    assert ("read:permission-scheme:jira" in finding.statement) == (dialect == "cloud")
    assert "tells this account of no listed project" in evidence.conclusion("07_permissions")


REFUSED = {
    "permissionscheme": ("/permissionscheme", "project/permissionscheme", "read:permission-scheme:jira"),
    "role": ("/role/10002", "project/role", "read:project-role:jira"),
    "group": ("/group/member", "group/member", "manage:jira-configuration"),
    "application": ("/applicationrole", "applicationrole", "manage:jira-configuration"),
}


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("status", [401, 403, 404])
def test_each_missing_scope_is_a_finding_that_names_it(small_company, parameters, tmp_path, what, status):
    """A token with read:jira-work alone is refused at the gateway: what it may see is there, and what would cure it is said."""
    ending, kind, scope = REFUSED[what]

    def refuse(asked: Asked, answer: Answer) -> Answer:
        body = json.dumps({"code": status, "message": "Unauthorized; scope does not match"}).encode()
        return replace(answer, status=status, body=body) if asked.path.endswith(ending) else answer

    evidence = ask_access(small_company.world, parameters(), tmp_path, tamper=refuse)
    found = {one.id: one for one in evidence.access.findings}
    finding = found[f"permissions.unread:{kind}"]
    assert finding.severity == "limit"
    assert "scope does not match" in finding.statement
    assert scope in finding.statement
    if what != "permissionscheme":
        silent = evidence.table("permissions").query("who == 'not readable'")
        assert len(silent)
        assert silent["people"].isna().all()
        assert "there may be more" in evidence.conclusion("07_permissions")


@both
@pytest.mark.parametrize(
    "body",
    [b"[]", b"7", b'{"values": 7}', b'{"values": [{}]}', b'{"actors": [1]}', b"{}", b'{"id": 1, "permissions": [{}]}'],
)
@pytest.mark.parametrize("what", REFUSED)
def test_what_can_not_be_read_is_a_finding(parameters, tmp_path, dialect, what, body):
    """Whatever form an answer has: the pull goes on, and the table says which holder is not known."""
    endings = ("/role/",) if what == "role" else (REFUSED[what][0],)

    def spoil(asked: Asked, answer: Answer) -> Answer:
        return replace(answer, body=body) if any(one in asked.path for one in endings) else answer

    params = parameters(projects="[AC]", deployment=dialect)
    evidence = ask_access(small_world(), params, tmp_path, tamper=spoil)
    assert len(evidence.table("permissions")) or what == "permissionscheme"
    told = {one.id.partition(":")[0] for one in evidence.access.findings}
    assert told & {"permissions.unread", "permissions.unknown-holders"}


def granting(*grants: tuple[str, str, str | None], **more: object):
    """Make the small world with these grants in its one scheme."""
    world = small_world()
    lines = tuple(Grant(number, *one) for number, one in enumerate(grants, 1))
    world.permission_schemes[40] = PermissionScheme(40, "Default", "", lines)
    return replace(world, **more)


@both
def test_whoever_is_no_person_without_an_issue_is_shown_as_such(parameters, tmp_path, dialect):
    """Reporter, assignee, custom fields, anybody, portal customers, and a type that nobody knows: none is dropped or invented."""
    kinds = (
        "reporter",
        "assignee",
        "userCustomField",
        "groupCustomField",
        "sd.customer.portal.only",
        "anyone",
        "moonPhase",
    )
    world = granting(*(("DELETE_ISSUES", kind, "x" if kind.endswith("Field") else None) for kind in kinds))
    evidence = ask_access(world, parameters(projects="[AC]", deployment=dialect), tmp_path)
    rows = evidence.table("permissions")
    assert dict(zip(rows["holder_type"], rows["who"], strict=True)) == {
        **dict.fromkeys(kinds[:5], "of each issue"),
        "anyone": "anybody",
        "moonPhase": "not known",
    }
    assert not rows["account_id"].any()
    found = {one.id: one for one in evidence.access.findings}
    assert found["permissions.anonymous"].severity == "exception"
    assert "reporter" in found["permissions.of-issues"].statement


@both
def test_people_named_without_a_group_are_asked_for(parameters, tmp_path, dialect):
    """Their state is told by their own record; nobody of a group that was read is asked for once more."""
    grants = (
        ("DELETE_ISSUES", "user", CYD.account_id),
        ("MOVE_ISSUES", "projectRole", "60"),
        ("EDIT_ISSUES", "group", "g-2"),
    )
    actors = {("AC", 60): (RoleActor(1, "user", ANA.account_id), RoleActor(2, "user", BEN.account_id))}
    world = granting(*grants, role_actors=actors)
    evidence = ask_access(world, parameters(projects="[AC]", deployment=dialect), tmp_path)
    rows = evidence.table("permissions").query("permission in ['DELETE_ISSUES', 'MOVE_ISSUES']")
    assert dict(zip(rows["display_name"], rows["active"], strict=True)) == {
        "Cyd Dale": False,
        "Ana Brook": True,
        "Ben Crane": True,
    }
    asked = [str(one.request) for one in evidence.store.entries(topics.PEOPLE.of())]
    assert len(asked) == 1
    assert "ana" in asked[0]
    assert ("acc%3Acyd" in asked[0]) == (dialect == "cloud")  # Data Center's scheme brings the record along
    assert "ben" not in asked[0]


def test_customers_and_apps_with_strong_powers_are_told(parameters, tmp_path):
    """Who is no person of the company stands in a finding of its own."""
    guest = User("acc:gus", "JIRAUSER9", "gus", "Gus Guest", "", account_type="customer")
    bot = User("acc:rob", "JIRAUSER8", "rob", "Rob Bot", "", account_type="app")
    world = granting(("DELETE_ISSUES", "user", "acc:gus"), ("SET_ISSUE_SECURITY", "user", "acc:rob"))
    world.users.update({one.account_id: one for one in (guest, bot)})
    evidence = ask_access(world, parameters(projects="[AC]"), tmp_path)
    found = {one.id: (one.severity, one.statement) for one in evidence.access.findings}
    assert found["permissions.customers"][0] == "exception"
    assert "Gus Guest" in found["permissions.customers"][1]
    assert "Rob Bot" in found["permissions.apps"][1]


@both
def test_a_team_managed_project_is_shown_as_it_is(parameters, tmp_path, dialect):
    """Its roles with their people, and that nobody knows what they allow; nothing is concluded (Data Center has none)."""
    world = small_world()
    world.role_actors["NEW", 60] = (RoleActor(7, "user", BEN.account_id), RoleActor(8, "group", "g-1"))
    evidence = ask_access(world, parameters(projects="[NEW]", deployment=dialect), tmp_path)
    ids = {one.id for one in evidence.access.findings}
    schemes, roles = evidence.table("permission_schemes"), evidence.table("project_roles")
    assert list(schemes["style"]) == ["team-managed" if dialect == "cloud" else "company-managed"]
    assert ("permissions.team-managed" in ids) == (dialect == "cloud")
    if dialect == "cloud":
        assert list(zip(roles["role"], roles["actor"], roles["name"], strict=True)) == [
            ("Approvers", "nobody", ""),
            ("Developers", "group", "staff"),
            ("Developers", "user", "Ben Crane"),
        ]
        assert not any(one.startswith("permissions.unread") for one in ids)


def test_roles_of_a_team_managed_project_that_are_not_told_are_a_finding(parameters, tmp_path):
    """Which project's, in Jira's words, and what it takes; the table is empty then, and nobody says why but the finding."""

    def refuse(asked: Asked, answer: Answer) -> Answer:
        body = json.dumps({"errorMessages": ["You cannot edit the configuration of this project."]}).encode()
        return replace(answer, status=401, body=body) if asked.path.endswith("/role") else answer

    evidence = ask_access(small_world(), parameters(projects="[NEW]", deployment="cloud"), tmp_path, tamper=refuse)
    (finding,) = [one for one in evidence.access.findings if one.id == "permissions.unread:project/role"]
    assert evidence.table("project_roles").empty
    assert all(words in finding.statement for words in ("the roles of NEW", "cannot edit", "Administer Projects"))


@both
def test_a_scheme_that_comes_without_its_grants_is_asked_for_by_its_number(parameters, tmp_path, dialect):
    """Once, whatever number of projects it serves."""

    def without(asked: Asked, answer: Answer) -> Answer:
        if "/project/" not in asked.path or not asked.path.endswith("/permissionscheme"):
            return answer
        body = {name: value for name, value in json.loads(answer.body).items() if name != "permissions"}
        return replace(answer, body=json.dumps(body).encode())

    world = small_world()
    world.projects["NEW"] = replace(world.projects["NEW"], style="classic", permission_scheme=40)
    world = replace(world, application_roles=(ApplicationRole("jira-software", "Jira Software", ("g-1",)),))
    params = parameters(projects="[AC, NEW]", deployment=dialect)
    evidence = ask_access(world, params, tmp_path, tamper=without)
    assert [one.request.path.rpartition("/")[2] for one in evidence.store.entries(topics.GRANTS.of())] == ["40"]
    assert people_in_tables(evidence) == truth_of(world, params)


@both
@pytest.mark.parametrize("size", [1, 7, 50])
def test_pages_of_members_are_followed_to_the_last(parameters, tmp_path, dialect, size):
    """However few a page holds; all are there, and the list is called complete."""
    people = {f"acc:{n:03d}": User(f"acc:{n:03d}", f"K{n:03d}", f"u{n:03d}", f"Person {n:03d}", "") for n in range(120)}
    world = granting(("DELETE_ISSUES", "group", "g-9"))
    world.users.update(people)
    world.groups["g-9"] = Group("g-9", "everybody", tuple(people))
    params = parameters(projects="[AC]", deployment=dialect)
    evidence = ask_access(world, params, tmp_path, page_size=size)
    rows = evidence.table("permissions")
    assert (rows["account_id"].nunique(), set(rows["who"]), set(rows["people"])) == (120, {"person"}, {1})
    assert evidence.table("group_members")["complete"].all()
    assert people_in_tables(evidence) == truth_of(world, params)


@both
def test_a_server_that_gives_the_same_page_again_does_not_hold_the_pull(parameters, tmp_path, dialect):
    """An offset that is not heeded: what came is shown, and that it is not all."""

    def repeat(asked: Asked, answer: Answer) -> Answer:
        if not asked.path.endswith("/group/member"):
            return answer
        body = json.loads(answer.body) | {"isLast": False, "total": 5000}
        return replace(answer, body=json.dumps(body).encode())

    world = granting(("DELETE_ISSUES", "group", "g-1"))
    evidence = ask_access(world, parameters(projects="[AC]", deployment=dialect), tmp_path, tamper=repeat)
    assert not evidence.table("group_members")["complete"].any()
    assert "permissions.in-part" in {one.id for one in evidence.access.findings}


@both
@pytest.mark.parametrize(
    ("people", "projects", "most"), [(400, 6, 45), pytest.param(10_000, 100, 2000, marks=pytest.mark.slow)]
)
def test_many_people_in_many_projects_take_few_requests(  # noqa: PLR0917 - fixtures
    parameters, tmp_path, dialect, people, projects, most
):
    """What projects share is asked once; the largest groups stand once, so that the table stays of a size that opens."""
    world = crowd(people, projects)
    params = parameters(projects=f"[{', '.join(world.projects)}]", deployment=dialect)
    evidence = ask_access(world, params, tmp_path)
    assert len(evidence.store.entries("permissions")) < most
    assert len(evidence.table("permissions")) < table.ROWS + 100 * projects
    assert len(evidence.table("permission_counts")) == projects * len(params.permissions)
    able = evidence.access.answered.able
    wanted = truth_of(world, params) if projects < 10 else {}
    assert {place: set(able.people([place[0]], [place[1]])) for place in wanted} == wanted
    assert len(power_matrix(evidence.access.answered).rows) <= 41
