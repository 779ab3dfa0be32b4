"""Who may do what, as sets: counted through every holder, once, and never what is not known."""

from __future__ import annotations

from dataclasses import replace

from access_cases import EVERYONE, answered

from auditlib.audit.permissions.able import counts_table, who_is_able
from auditlib.audit.permissions.directory import Directory, Members, ProjectAccess
from auditlib.audit.permissions.findings import conclude_permissions, permission_findings
from auditlib.audit.permissions.resolve import resolve
from auditlib.records.holders import Actor, ApplicationRole, GroupName, Person, Role
from auditlib.records.permission_schemes import Grant, Scheme

ANN, BOB, BOT, GUS = (
    Person("a", "", "Ann", "atlassian", active=True),
    Person("b", "", "Bob", "atlassian", active=False),
    Person("bot", "", "Bot", "app", active=True),
    Person("g", "", "Gus", "customer", active=None),
)
DEVS = GroupName("g-1", "devs")


def directory(**more: object) -> Directory:
    given = {
        "people": {one.account_id: one for one in (ANN, BOB, BOT, GUS)},
        "groups": {"g-1": Members("devs", "g-1", ("a", "b", "bot"), complete=True)},
        "roles": {("PAY", "1"): Role("1", "Admins", (Actor("user", "a", "Ann"), Actor("group", "", "devs", DEVS)))},
        "role_refused": {("PAY", "2"): "no"},
        "applications": {"x": ApplicationRole("x", "X", (DEVS,))},
        **more,
    }
    return Directory(**given)


def project(*holders: tuple[str, str, str], key: str = "PAY") -> ProjectAccess:
    """A project whose scheme grants permissions to holders by type and id."""
    grants = tuple(Grant(str(n), *one, one[2]) for n, one in enumerate(holders))
    return ProjectAccess(key, team_managed=False, private=None, lead=GUS, scheme=Scheme("7", "S", grants))


def counted(*holders: tuple[str, str, str], **more: object):
    known, asked = directory(**more), tuple(dict.fromkeys(one[0] for one in holders))
    holdings = resolve([project(*holders)], known, asked)
    able = who_is_able(holdings, known)
    return able, counts_table(holdings, able, ["PAY"], asked)


def test_a_person_counts_once_on_however_many_ways():
    """Directly, by a role, by a group within it and by an application: one person is one."""
    able, table = counted(
        ("DELETE", "user", "a"),
        ("DELETE", "projectRole", "1"),
        ("DELETE", "group", "g-1"),
        ("DELETE", "applicationRole", "x"),
    )
    (row,) = table.itertuples()
    assert (row.people, row.apps, row.customers, row.deactivated) == (2, 1, 0, 1)
    assert row.licensed
    assert able.people(["PAY"], ["DELETE"]) == ["a", "bot"]


def test_the_state_that_is_not_told_counts_as_able_and_is_said():
    """Who may be able is not left out."""
    (row,) = counted(("DELETE", "projectLead", ""))[1].itertuples()
    assert (row.people, row.customers, row.state_unknown) == (1, 1, 1)


def test_what_is_no_person_is_named_and_not_counted():
    """Reporter, anybody, a role that was refused, a type that nobody knows."""
    _, table = counted(
        ("DELETE", "reporter", ""),
        ("DELETE", "anyone", ""),
        ("DELETE", "projectRole", "2"),
        ("DELETE", "moonPhase", "full"),
    )
    (row,) = table.itertuples()
    assert row.people == 0
    assert row.anybody
    assert row.of_issues == "reporter"
    assert row.not_read == "moonPhase full and projectRole 2"


def test_all_are_set_against_those_who_browse():
    """In each row of the project the same number; none where it was not asked for."""
    _, table = counted(("BROWSE_PROJECTS", "group", "g-1"), ("DELETE", "user", "a"))
    assert list(table["browsing"]) == [2, 2]
    assert counted(("DELETE", "user", "a"))[1]["browsing"].isna().all()


def test_a_project_without_a_scheme_has_no_row():
    """Nothing is said of what Jira does not tell."""
    silent = ProjectAccess("HR", team_managed=True, private=True, lead=None, scheme=None, why_not="no")
    assert resolve([silent], directory(), ("DELETE",)) == []


def test_a_group_that_is_listed_in_part_is_never_all_who_can():
    """Whose list ended early is nobody's to call "all who can browse"."""
    grants = [Grant("1", name, "group", "g1", "everyone") for name in ("BROWSE_PROJECTS", "DELETE_ISSUES")]
    whole, cut = (
        answered(*grants, everyone=one)
        for one in (EVERYONE, replace(EVERYONE, complete=False, why_not="the list ended before all were named"))
    )
    said = [{one.id: one.statement for one in permission_findings(found)} for found in (whole, cut)]
    assert ["permissions.everybody" in found for found in said] == [True, False]
    assert ["not all who can browse are known" in found["permissions.delete"] for found in said] == [False, True]
    assert ["or not to their end" in found["permissions.delete"] for found in said] == [False, True]
    assert ["so there may be more" in conclude_permissions(found) for found in (whole, cut)] == [False, True]
    assert (whole.browsing("PAY") or [], cut.browsing("PAY")) == (["7:1", "7:2", "7:4"], None)
    assert set(whole.counts["not_read"].fillna("")) == {""}
    assert cut.counts.set_index("permission").loc["DELETE_ISSUES", "not_read"] == "group everyone"
    assert cut.not_all_known == {("PAY", "BROWSE_PROJECTS"), ("PAY", "DELETE_ISSUES")}


def test_who_can_delete_need_not_be_among_those_who_browse():
    """The conclusion sets both beside each other: of one account that can browse, three can't delete."""
    grants = (Grant("1", "BROWSE_PROJECTS", "user", "7:1", ""), Grant("2", "DELETE_ISSUES", "group", "g1", "everyone"))
    said = conclude_permissions(answered(*grants))
    assert said.startswith("How many accounts have which powers in PAY: 1 can browse; 3 can delete or move issues; ")
    (nobody, *_) = permission_findings(answered(Grant("1", "BROWSE_PROJECTS", "user", "7:1", "")))
    assert nobody.statement.startswith("No account can delete or move issues")


def test_a_scheme_of_a_team_managed_project_is_counted_and_doubted():
    """A page that counts who can delete must not say beside it that this is not shown."""
    found = answered(team_managed=True)
    (said,) = (one.statement for one in permission_findings(found) if one.id == "permissions.team-managed")
    assert said.endswith("who can delete in TEAM is not shown.")
    pay, team = found.projects
    both = replace(found, projects=(replace(pay, team_managed=True), team))
    (said,) = (one.statement for one in permission_findings(both) if one.id == "permissions.team-managed")
    assert "who can delete in TEAM is not shown. For PAY Jira told a permission scheme all the same" in said
