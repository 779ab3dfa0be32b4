"""Who may do what in the made-up company, and what its log says of it: the truth that `foreign_access` serves.

Everything is written down, as in `world`. The forms of the log's records are those of Jira's own source (handlers of
`com.atlassian.jira.auditing`, 6.x) and of a published Cloud log: the object first, then what is concerned, then the values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from world import GONE_BY_LOG, PEOPLE, PROJECTS, Record, World, in_period, utc

CROWD = [f"c{number:02}" for number in range(73)]
"""People of one large group: more than one page, whichever way pages are made."""

STAFF = {  # as PEOPLE
    **PEOPLE,
    "kim": ("70121:kim-0006", "kim.o", "Kim O'Neil =1+1"),  # deactivated
    "olga": ("5b10a2844c20165700ed0007", "olga", "Olga Żuk"),
    "pat": ("qm:00aa:pat-0008", "pat@customer.example", "Pat Portal"),  # accountType customer
    **{who: (f"70121:{who}", who, f"Crowd {who[1:]}") for who in CROWD},
}
INACTIVE = {"ghost", "kim", "c07", "c51"}
FALLEN = "5b10a2844c20165700ed9999"
"""An account that a grant names, and no list of people knows any more."""

GROUPS = {  # name: id on Cloud, members, groups in it (Data Center only)
    "jira-admins «ü»": ("a1111111-0000-4000-8000-000000000001", ["ada"], []),
    "devs": ("a1111111-0000-4000-8000-000000000002", ["bo", "kim"], ["devs-night"]),
    "devs-night": ("a1111111-0000-4000-8000-000000000003", ["olga", "bo"], []),
    "everyone": ("a1111111-0000-4000-8000-000000000004", CROWD, []),
    "licensed": ("a1111111-0000-4000-8000-000000000005", ["ada", "bo", "mute", "kim"], []),
}
GONE_GROUP = ("old-contractors", "a1111111-0000-4000-8000-00000000000f")
APPLICATIONS = {"jira-software": ("Jira Software", ["licensed"]), "jira-core": ("Jira Core", ["everyone"])}

ROLES = {  # id: name, people and groups of each project
    10002: ("Administrators", {"LUM": (["ada"], ["jira-admins «ü»"]), "DOCK": (["bo"], [])}),
    10001: ("Developers", {"LUM": (["mute"], ["devs"]), "DOCK": ([], [])}),
    10777: ("Reviewers, “outside”", {"LUM": (["robot", "kim"], []), "DOCK": ([], ["everyone"])}),
}
ATTIC_ROLES = {10901: ("Member", ["olga"]), 10902: ("Administrator", ["ada"])}
"""On Cloud ATTIC is team-managed, and has roles of its own."""

GONE_ROLE = "10999"
SCHEMES = {"LUM": 10100, "DOCK": 0, "ATTIC": 0}
SCHEME_NAMES = {10100: "Lumen permissions", 0: "Default Permission Scheme"}
DYNAMIC = {"anyone", "assignee", "reporter", "userCustomField", "groupCustomField", "sd.customer.portal.only"}


class Grant(NamedTuple):
    """One grant: its scheme, its number, the permission, the type of the holder and which one."""

    scheme: int
    id: int
    permission: str
    type: str
    which: str = ""


GRANTS = [
    Grant(scheme, 11_000 + number, permission, kind, which)
    for number, (scheme, permission, kind, which) in enumerate(
        [
            (10100, "BROWSE_PROJECTS", "anyone", ""),
            (10100, "BROWSE_PROJECTS", "applicationRole", ""),
            (10100, "CREATE_ISSUES", "applicationRole", "jira-software"),
            (10100, "EDIT_ISSUES", "projectRole", "10001"),
            (10100, "EDIT_ISSUES", "assignee", ""),
            (10100, "DELETE_ISSUES", "projectRole", "10002"),
            (10100, "DELETE_ISSUES", "group", "devs"),
            (10100, "DELETE_ISSUES", "user", "olga"),
            (10100, "MOVE_ISSUES", "projectRole", "10001"),
            (10100, "MOVE_ISSUES", "projectLead", ""),
            (10100, "DELETE_ALL_COMMENTS", "group", GONE_GROUP[0]),
            (10100, "DELETE_OWN_COMMENTS", "reporter", ""),
            (10100, "EDIT_ALL_COMMENTS", "userCustomField", "customfield_10310"),
            (10100, "EDIT_ALL_COMMENTS", "groupCustomField", "customfield_10312"),
            (10100, "DELETE_ALL_WORKLOGS", "projectRole", "10777"),
            (10100, "DELETE_ALL_WORKLOGS", "projectRole", GONE_ROLE),
            (10100, "SET_ISSUE_SECURITY", "user", FALLEN),
            (10100, "SET_ISSUE_SECURITY", "com.example.plugin.holder", "x"),
            (10100, "ADMINISTER_PROJECTS", "projectRole", "10002"),
            (10100, "CREATE_ISSUES", "sd.customer.portal.only", ""),
            (10100, "MANAGE_SPRINTS_PERMISSION", "user", "bo"),  # nobody asks for it
            (0, "BROWSE_PROJECTS", "group", "everyone"),
            (0, "ADMINISTER_PROJECTS", "projectRole", "10002"),
            (0, "DELETE_ISSUES", "user", "bo"),
            (0, "DELETE_ISSUES", "projectRole", "10002"),
            (0, "EDIT_ALL_COMMENTS", "projectRole", "10001"),  # of which nobody is part
            (0, "EDIT_ALL_COMMENTS", "user", "pat"),
        ]
    )
]


def in_group(name: str, *, nested: bool) -> set[str]:
    """Tell who is in a group, deactivated people among them."""
    _, members, groups = GROUPS.get(name, ("", [], []))
    return set(members).union(*(in_group(each, nested=nested) for each in groups if nested))


def holding(grant: Grant, project: str, *, nested: bool) -> set[str]:
    """Tell whom a grant of a project reaches."""
    if grant.type == "user":
        return {grant.which} & set(STAFF)
    if grant.type == "group":
        return in_group(grant.which, nested=nested)
    if grant.type == "projectLead":
        return {"ada"}
    if grant.type == "applicationRole":
        named = [APPLICATIONS[grant.which]] if grant.which else list(APPLICATIONS.values())
        return {who for _, groups in named for group in groups for who in in_group(group, nested=nested)}
    if grant.type == "projectRole" and grant.which.isdigit() and int(grant.which) in ROLES:
        people, groups = ROLES[int(grant.which)][1].get(project, ([], []))
        return set(people).union(*(in_group(each, nested=nested) for each in groups))
    return set()


# --- the log -------------------------------------------------------------------------------------------------------


class Thing(NamedTuple):
    """What a record of the log is about: its type, id and name."""

    type: str
    id: str
    name: str


class Value(NamedTuple):
    """A value that changed: its name, the key of the name in Jira's own language file, before and after."""

    name: str
    key: str
    before: str
    after: str


@dataclass(frozen=True)
class Act(Record):
    """A record of the log with all that it says."""

    about: Thing | None = None
    near: tuple[Thing, ...] = ()
    values: tuple[Value, ...] = ()
    dialect: str = ""  # only in this one


ACTIONS = {  # summary: the action's key in Jira's language file, what a German server says, the category
    "Permission scheme updated": ("permission.scheme.updated", "Berechtigungsschema aktualisiert", "permissions"),
    "Permission scheme added to project": (
        "permission.scheme.added.to.project",
        "Berechtigungsschema zu Projekt hinzugefügt",
        "permissions",
    ),
    "Permission scheme removed from project": (
        "permission.scheme.removed.from.project",
        "Berechtigungsschema aus Projekt entfernt",
        "permissions",
    ),
    "Global permission added": ("global.permission.added", "Globale Berechtigung hinzugefügt", "permissions"),
    "User added to group": ("user.added.to.group", "Benutzer zu Gruppe hinzugefügt", "group management"),
    "User removed from group": ("user.removed.from.group", "Benutzer aus Gruppe entfernt", "group management"),
    "Group added to group": ("group.added.to.group", "Gruppe zu Gruppe hinzugefügt", "group management"),
    "Project roles changed": ("project.roles.changed", "Projektrollen geändert", "projects"),
    "Workflow updated": ("workflow.updated", "Arbeitsablauf aktualisiert", "workflows"),
    "Custom field updated": ("customfield.updated", "Benutzerdefiniertes Feld aktualisiert", "fields"),
    "Board created": ("board.created", "Board erstellt", "boards"),
}
SCHEME = Thing("SCHEME", "10100", "Lumen permissions")
LUMEN = Thing("PROJECT", *PROJECTS["LUM"][:2])
DOCKYARD = Thing("PROJECT", *PROJECTS["DOCK"][:2])
DEVS = Thing("GROUP", "", "devs")


def grant_values(permission: str, kind: str, value: str, *, taken: bool = False) -> tuple[Value, ...]:
    """Say a grant as the log says it: three values, in the order that a published Cloud log has."""
    pairs = [("Value", "value", value), ("Type", "type", kind), ("Permission", "permission", permission)]
    return tuple(
        Value(name, f"admin.common.words.{key}", said if taken else "", "" if taken else said)
        for name, key, said in pairs
    )


def people(cloud: bool, *who: str) -> str:
    """List people as a role's change lists them: by their ids or keys."""
    return ", ".join(STAFF[each][0] if cloud else STAFF[each][1].upper() for each in who)


def user(who: str, *, cloud: bool) -> Thing:
    """Name a person as the log does: twice the id on Cloud; key and name on Data Center."""
    account, name, _ = STAFF[who]
    return Thing("USER", account, account) if cloud else Thing("USER", name.upper(), name)


def acts(cloud: bool) -> list[Act]:
    """Give the records about powers; the first and the last lie outside of the period."""

    def act(at: str, who: str | None, what: str, about: Thing, *near: Thing, values: tuple[Value, ...] = ()) -> Act:
        return Act(0, utc(at), who, what, None, about, near, values)

    before, after = people(cloud, "mute", "kim"), people(cloud, "mute")
    told = [
        act(
            "2025-02-10T10:00:00+00:00",
            "bo",
            "Permission scheme updated",
            SCHEME,
            values=grant_values("Edit Issues", "Single User", "early"),
        ),
        act(
            "2025-03-05T08:30:00.250+00:00",
            "ada",
            "Permission scheme updated",
            SCHEME,
            values=grant_values("Delete Issues", "Single User", STAFF["olga"][2] or ""),
        ),
        act(
            "2025-03-06T08:30:00+00:00",
            "ada",
            "Permission scheme updated",
            SCHEME,
            values=grant_values("Move Issues", "Group", "everyone", taken=True),
        ),
        act("2025-04-01T12:00:00+00:00", None, "User added to group", DEVS, user("bo", cloud=cloud)),
        act("2025-04-02T12:00:00+00:00", "ada", "User removed from group", DEVS, user("mute", cloud=cloud)),
        act(
            "2025-05-20T12:00:00+00:00",
            "bo",
            "Project roles changed",
            Thing("PROJECT_ROLE", "10001", "Developers"),
            LUMEN,
            values=(
                Value("Users", "admin.common.words.users", before, after),
                Value("Groups", "common.words.groups", "", "devs"),
            ),
        ),
        act("2025-06-10T12:00:00+00:00", "ada", "Permission scheme added to project", LUMEN, SCHEME),
        act(
            "2025-07-01T12:00:00+00:00",
            "ada",
            "Global permission added",
            Thing("PERMISSIONS", "", "Global Permissions"),
            values=(
                Value("Group", "admin.common.words.group", "", "jira-admins «ü»"),
                Value("Permission", "admin.common.words.permission", "", "Administer Jira"),
            ),
        ),
        act("2025-07-15T12:00:00+00:00", "bo", "Workflow updated", Thing("WORKFLOW", "Lumen flow", "Lumen flow")),
        act(
            "2025-07-16T12:00:00+00:00",
            "bo",
            "Custom field updated",
            Thing("CUSTOM_FIELD", "customfield_10310", "Risk"),
        ),
        act(
            "2025-10-01T12:00:00+00:00",
            "ada",
            "Permission scheme updated",
            SCHEME,
            values=grant_values("Edit Issues", "Single User", "late"),
        ),
    ]
    if not cloud:
        told += [
            act(
                "2025-06-10T11:59:59.900+00:00",
                "ada",
                "Permission scheme removed from project",
                LUMEN,
                Thing("SCHEME", "0", "Default Permission Scheme"),
            ),
            act("2025-08-02T12:00:00+00:00", "ada", "Group added to group", DEVS, Thing("GROUP", "", "devs-night")),
        ]
    return told


class Company(World):
    """The company of `world`, whose log says who was given which power."""

    def __init__(self, *, cloud: bool) -> None:
        self.cloud = cloud
        super().__init__()

    def _log(self) -> list[Record]:
        """Make the log, newest first: what is told about powers and deletions, among boards."""
        start = utc("2025-01-03T03:00:00.000+00:00")
        board = Thing("BOARD", "3", "Lumen board")
        told: list[Act] = [
            Act(0, start + timedelta(hours=44 * turn), "ada" if turn % 3 else None, "Board created", None, board)
            for turn in range(170)
        ]
        told += [Act(0, at, who, "Issue deleted", key) for key, (who, at) in GONE_BY_LOG.items()]
        told += acts(self.cloud)
        told.sort(key=lambda act: (act.at, act.gone or "", act.what))
        numbered = [
            Act(7000 + number, act.at, act.who, act.what, act.gone, act.about, act.near, act.values)
            for number, act in enumerate(told)
        ]
        return list(reversed(numbered))

    def told(self) -> list[Act]:
        """Give the records of the period."""
        return [act for act in self.log if isinstance(act, Act) and in_period(act.at)]


# --- workflows -----------------------------------------------------------------------------------------------------


class Version(NamedTuple):
    """One version of the workflow of LUM."""

    number: int
    written: datetime
    who: str
    guarded: bool  # whether closing has a rule
    passing: bool = False  # made on the way to another one


FLOW = "b9ff2384-d3b6-4d4e-9509-00000000f10a"
PLAIN_FLOW = "b9ff2384-d3b6-4d4e-9509-00000000f10b"
VERSIONS = [
    Version(7, utc("2026-11-20T02:21:19.598+00:00"), "bo", False),
    Version(6, utc("2026-11-19T02:23:17.465+00:00"), "bo", True, passing=True),
    Version(5, utc("2026-10-12T10:00:00.001+00:00"), "ada", True),
]
ISSUE_TYPES = {"10020": "Task", "10021": "Bug", "10022": "Sub-task"}
FILTER = "10400"
FILTER_JQL = "project in (LUM, DOCK)"
