"""A small company for the access review: who holds what, made of the records that permissions are resolved from; and lists."""

from __future__ import annotations

import csv
import io

from auditlib.audit.permissions.able import counts_table, who_is_able
from auditlib.audit.permissions.directory import Directory, Members, ProjectAccess
from auditlib.audit.permissions.findings import Answered
from auditlib.audit.permissions.resolve import resolve
from auditlib.demo.world.truth import Departure
from auditlib.records.holders import Actor, GroupName, Person, Role
from auditlib.records.permission_schemes import Grant, Scheme

PERMISSIONS = ("BROWSE_PROJECTS", "DELETE_ISSUES", "ADMINISTER_PROJECTS")
PEOPLE = {
    one.account_id: one
    for one in (
        Person("7:1", "", "Ada Quill", "atlassian", active=True, email="ada@example.com"),
        Person("7:2", "", "Bo Leaver", "atlassian", active=True),
        Person("7:3", "", "Cy Gone", "atlassian", active=False),
        Person("7:4", "", "=Robot", "app", active=True),
    )
}
EVERYONE = Members("everyone", "g1", ("7:1", "7:2", "7:3", "7:4"), complete=True)
ADMINS = Role(
    "10002", "Administrators", (Actor("user", "7:1", "Ada Quill"), Actor("group", "", "ops", GroupName("g2", "ops")))
)
OPS = Members("ops", "g2", ("7:2",), complete=True)
TEAM_ROLE = Role("10020", "Member", (Actor("user", "7:2", "Bo Leaver"),))

GRANTS = (
    Grant("1", "BROWSE_PROJECTS", "group", "g1", "everyone"),
    Grant("2", "DELETE_ISSUES", "projectRole", "10002", "Administrators"),
    Grant("3", "DELETE_ISSUES", "user", "7:3", "Cy Gone"),
    Grant("4", "DELETE_ISSUES", "reporter", "", ""),
    Grant("5", "ADMINISTER_PROJECTS", "projectLead", "", ""),
)


def answered(*grants: Grant, team_managed: bool = False, everyone: Members = EVERYONE) -> Answered:
    """Return who holds what in the project PAY by some grants; with a project of a team beside, if wanted."""
    scheme = Scheme("100", "A scheme", grants or GRANTS)
    projects = [ProjectAccess("PAY", team_managed=False, private=None, lead=PEOPLE["7:1"], scheme=scheme)]
    roles = {("PAY", "10002"): ADMINS}
    if team_managed:
        projects.append(ProjectAccess("TEAM", team_managed=True, private=True, lead=None, scheme=None))
        roles["TEAM", "10020"] = TEAM_ROLE
    groups = {"g1": everyone, "everyone": everyone, "g2": OPS, "ops": OPS}
    directory = Directory(PEOPLE, groups, roles, {}, None)
    holdings = resolve(projects, directory, PERMISSIONS)
    able = who_is_able(holdings, directory)
    counts = counts_table(holdings, able, ["PAY"], PERMISSIONS)
    return Answered(tuple(projects), PERMISSIONS, tuple(holdings), able, directory, counts, (), asked=True)


def list_of_leavers(people: tuple[Departure, ...]) -> str:
    """Write the list as the people department sends it: with its own names of columns, parted as its spreadsheet does."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(("Employee", "E-Mail", "Account", "Last day", "Office"))
    writer.writerows((one.name, one.email, one.account, one.left_on, "made up") for one in people)
    return text.getvalue()
