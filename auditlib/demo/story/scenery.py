"""What stands still in the made-up company: people, groups, roles, permission schemes, workflow, field names.

All names are invented and look it; mail addresses are under ``example.com``.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from auditlib.demo.world.records import Filter, Grant, Group, PermissionScheme, Project, Role, RoleActor, User

PROJECTS = ("PAY", "PAYX", "OPS")
"""The projects that the demo audits."""

FILTER_ID = 10100
TEST_LABEL = "test-data"
FILTER_JQL = (
    "issuetype in (Story, Task, Bug, Change, Incident, Sub-task) "
    f'AND (labels is EMPTY OR labels not in ("{TEST_LABEL}")) ORDER BY created ASC, key ASC'
)
FILTER_TYPES = ("Story", "Task", "Bug", "Change", "Incident", "Sub-task")

PASSWORD = "demo-token-not-a-secret"  # noqa: S105  opens nothing but the embedded Jira

NEW = {"id": 2, "key": "new", "name": "To Do", "colorName": "blue-gray"}
INDETERMINATE = {"id": 4, "key": "indeterminate", "name": "In Progress", "colorName": "yellow"}
DONE = {"id": 3, "key": "done", "name": "Done", "colorName": "green"}

STATUSES: dict[str, dict[str, Any]] = {
    name: {"id": number, "name": name, "description": "", "statusCategory": category}
    for number, name, category in (
        ("1", "Open", NEW),
        ("3", "In Progress", INDETERMINATE),
        ("4", "Reopened", NEW),
        ("6", "Closed", DONE),
        ("10001", "In Review", INDETERMINATE),
        ("10002", "Approved", INDETERMINATE),
        ("10003", "Blocked", INDETERMINATE),
        ("10004", "Done", DONE),
    )
}
RESOLUTIONS: dict[str, dict[str, Any]] = {
    name: {"id": number, "name": name, "description": ""}
    for number, name in (
        ("10000", "Done"),
        ("10001", "Won't Do"),
        ("10002", "Duplicate"),
        ("10003", "Cannot Reproduce"),
    )
}
PRIORITIES: dict[str, dict[str, Any]] = {
    name: {"id": number, "name": name}
    for number, name in (("1", "Highest"), ("2", "High"), ("3", "Medium"), ("4", "Low"), ("5", "Lowest"))
}
ISSUE_TYPES: dict[str, dict[str, Any]] = {
    name: {"id": number, "name": name, "description": "", "subtask": level < 0, "hierarchyLevel": level}
    for number, name, level in (
        ("10000", "Epic", 1),
        ("10001", "Story", 0),
        ("10002", "Task", 0),
        ("10003", "Sub-task", -1),
        ("10004", "Bug", 0),
        ("10005", "Change", 0),
        ("10006", "Incident", 0),
    )
}
LINK_TYPES: dict[str, dict[str, Any]] = {
    name: {"id": number, "name": name, "inward": inward, "outward": outward}
    for number, name, inward, outward in (
        ("10000", "Blocks", "is blocked by", "blocks"),
        ("10001", "Cloners", "is cloned by", "clones"),
        ("10002", "Duplicate", "is duplicated by", "duplicates"),
        ("10003", "Relates", "relates to", "relates to"),
    )
}

RISK = "customfield_10010"
POINTS = "customfield_10016"
APPROVER = "customfield_10012"
RELEASE_NOTES = "customfield_10013"
START_DATE = "customfield_10015"
SPRINT = "customfield_10020"
SYSTEMS = "customfield_10021"

_CUSTOM_TYPE = "com.atlassian.jira.plugin.system.customfieldtypes:"


def _system(name: str, shown: str, kind: str, items: str | None = None) -> dict[str, Any]:
    schema = {"type": kind, "system": name} | ({"items": items} if items else {})
    return {"id": name, "key": name, "name": shown, "custom": False, "schema": schema}


def _custom(name: str, shown: str, kind: str, plugin: str, items: str | None = None) -> dict[str, Any]:
    schema = {"type": kind, "custom": _CUSTOM_TYPE + plugin, "customId": int(name.rpartition("_")[2])}
    return {
        "id": name,
        "key": name,
        "name": shown,
        "custom": True,
        "schema": schema | ({"items": items} if items else {}),
    }


FIELD_NAMES: list[dict[str, Any]] = [
    _system("summary", "Summary", "string"),
    _system("description", "Description", "string"),
    _system("issuetype", "Issue Type", "issuetype"),
    _system("project", "Project", "project"),
    _system("status", "Status", "status"),
    _system("resolution", "Resolution", "resolution"),
    _system("resolutiondate", "Resolved", "datetime"),
    _system("created", "Created", "datetime"),
    _system("updated", "Updated", "datetime"),
    _system("priority", "Priority", "priority"),
    _system("labels", "Labels", "array", "string"),
    _system("reporter", "Reporter", "user"),
    _system("creator", "Creator", "user"),
    _system("assignee", "Assignee", "user"),
    _system("parent", "Parent", "issuelink"),
    _system("subtasks", "Sub-tasks", "array", "issuelinks"),
    _system("issuelinks", "Linked Issues", "array", "issuelinks"),
    _system("components", "Components", "array", "component"),
    _system("fixVersions", "Fix versions", "array", "version"),
    _system("security", "Security Level", "securitylevel"),
    _system("duedate", "Due date", "date"),
    _system("environment", "Environment", "string"),
    _system("comment", "Comment", "comments-page"),
    _system("worklog", "Log Work", "array", "worklog"),
    _system("attachment", "Attachment", "array", "attachment"),
    _system("watches", "Watchers", "watches"),
    _custom(RISK, "Risk", "option", "select"),
    _custom(APPROVER, "Approver", "user", "userpicker"),
    _custom(RELEASE_NOTES, "Release notes", "string", "textarea"),
    _custom(START_DATE, "Start date", "date", "datepicker"),
    _custom(POINTS, "Story point estimate", "number", "float"),
    _custom(SPRINT, "Sprint", "array", "gh-sprint", "json"),
    _custom(SYSTEMS, "Systems affected", "array", "multiselect", "option"),
]

DELETION_KEYS = (
    "BROWSE_PROJECTS",
    "CREATE_ISSUES",
    "EDIT_ISSUES",
    "DELETE_ISSUES",
    "MOVE_ISSUES",
    "SET_ISSUE_SECURITY",
    "EDIT_ALL_COMMENTS",
    "DELETE_ALL_COMMENTS",
    "DELETE_OWN_COMMENTS",
    "DELETE_ALL_ATTACHMENTS",
    "DELETE_OWN_ATTACHMENTS",
    "DELETE_ALL_WORKLOGS",
    "DELETE_OWN_WORKLOGS",
    "ADMINISTER_PROJECTS",
)

_GIVEN = (
    "Ambrel", "Bixby", "Corvo", "Dunya", "Elvanor", "Fennick", "Gorvid", "Hestrel", "Ixora", "Jorvik", "Kestra", "Lumo",
    "Mirvan", "Nexa", "Orlund", "Pellan", "Quorra", "Rinzo", "Sorrel", "Tavish", "Umbra", "Vexley", "Wrenna", "Xandro",
    "Yarrow", "Zephra",
)  # fmt: skip
_FAMILY = (
    "Placeholder", "Mockington", "Fixturesen", "Sampledatter", "Dummyfield", "Exampleton", "Stubworth", "Fauxley",
    "Fictivo", "Nonesuchov", "Makebelief", "Loremsson", "Ipsumanto",
)  # fmt: skip

HOSTILE_NAMES = (
    '<script>alert("name")</script> Fauxley',
    '=HYPERLINK("http://evil.example","click")',
    "Rita \u202egnihtemos\u202c Overridden",
    "サンプル 花子",
    "Пример Вымышленный",
    "+1 Plusfirst",
)  # fmt: skip


@dataclass(frozen=True)
class Cast:
    """The people of the company, in groups that the story asks for."""

    users: dict[str, User]
    auditor: User
    admin: User
    app: User
    staff: tuple[User, ...]
    left: tuple[User, ...]
    hostile: tuple[User, ...]
    groups: dict[str, Group]


def people(rng: random.Random) -> Cast:
    """Invent some 75 people, whatever the scale, because a group must have more than 50 members."""
    made: list[User] = []

    def person(display: str, *, active: bool = True, kind: str = "atlassian", login: str = "") -> User:
        number = 10100 + len(made)
        name = login or display.lower().replace(" ", ".")
        user = User(
            account_id=f"712020:{rng.getrandbits(128):032x}",
            key=f"JIRAUSER{number}",
            name=name,
            display_name=display,
            email=f"{name}@example.com",
            active=active,
            time_zone=rng.choice(("America/New_York", "Europe/Berlin", "Asia/Kolkata", "America/Los_Angeles")),
            account_type=kind,
        )
        made.append(user)
        return user

    pairs = [(given, family) for given in _GIVEN for family in _FAMILY]
    rng.shuffle(pairs)
    names = [f"{given} {family}" for given, family in pairs]
    admin = person("Adminah Rootsdottir", login="admin")
    app = person("Imaginary Automation", kind="app", login="automation")
    staff = tuple(person(names[index]) for index in range(60))
    left = tuple(person(names[100 + index], active=False) for index in range(6))
    hostile = tuple(person(name, login=f"odd.{index}") for index, name in enumerate(HOSTILE_NAMES, 1))
    auditor = User(
        account_id=f"712020:{rng.getrandbits(128):032x}",
        key="JIRAUSER10099",
        name="auditor",
        display_name="Audra Sampledraw",
        email="auditor@example.com",
        time_zone="America/Los_Angeles",
    )
    users = {user.account_id: user for user in (*made, auditor)}
    return Cast(
        users, auditor, admin, app, staff, left, hostile, _groups(rng, admin, app, staff, left, hostile, auditor)
    )


def _groups(  # noqa: PLR0917  all kinds of people have a say in who is where
    rng: random.Random,
    admin: User,
    app: User,
    staff: tuple[User, ...],
    left: tuple[User, ...],
    hostile: tuple[User, ...],
    auditor: User,
) -> dict[str, Group]:
    def group(name: str, *members: User) -> Group:
        code = f"{rng.getrandbits(128):032x}"
        shaped = "-".join((code[:8], code[8:12], code[12:16], code[16:20], code[20:]))
        return Group(shaped, name, tuple(member.account_id for member in members))

    groups = (
        group("jira-administrators", admin, staff[0]),
        group("jira-software-users", admin, app, *staff, *left, *hostile, auditor),
        group("payments-developers", *staff[:24], *hostile[:3], left[0]),
        group("operations", *staff[6:60], left[1], left[2]),
        group("release-managers", staff[1], staff[2], left[3]),
        group("auditors", auditor),
        group("empty-group"),
    )
    return {one.group_id: one for one in groups}


def group_id(cast: Cast, name: str) -> str:
    """Give the id of a group by its name."""
    return next(number for number, one in cast.groups.items() if one.name == name)


ROLES: dict[int, Role] = {
    role.id: role
    for role in (
        Role(10002, "Administrators", "Look after one project"),
        Role(10003, "Developers", "Work on the issues of one project"),
        Role(10004, "Viewers", "Read the issues of one project"),
    )
}


def role_actors(cast: Cast) -> dict[tuple[str, int], tuple[RoleActor, ...]]:
    """Say who holds which role where; one project has a person who left, another a whole group."""
    dev, ops, everyone = (group_id(cast, name) for name in ("payments-developers", "operations", "jira-software-users"))
    wanted: list[tuple[str, int, list[tuple[str, str]]]] = [
        ("PAY", 10002, [("user", cast.staff[3].account_id), ("user", cast.left[4].account_id)]),
        ("PAY", 10003, [("group", dev), ("user", cast.staff[50].account_id)]),
        ("PAY", 10004, [("group", everyone)]),
        ("PAYX", 10002, [("user", cast.staff[4].account_id)]),
        ("PAYX", 10003, [("group", dev)]),
        ("PAYX", 10004, [("group", everyone)]),
        ("OPS", 10002, [("user", cast.staff[21].account_id), ("group", group_id(cast, "release-managers"))]),
        ("OPS", 10003, [("group", ops)]),
        ("OPS", 10004, [("group", everyone)]),
        ("HR", 10002, [("user", cast.staff[52].account_id)]),
        ("HR", 10003, [("user", cast.staff[53].account_id)]),
        ("HR", 10004, []),
        ("LAB", 10002, [("user", cast.staff[5].account_id)]),
        ("LAB", 10003, [("group", dev)]),
        ("LAB", 10004, [("group", everyone)]),
        ("OLD", 10002, [("user", cast.admin.account_id)]),
        ("OLD", 10003, []),
        ("OLD", 10004, [("group", everyone)]),
    ]
    actors: dict[tuple[str, int], tuple[RoleActor, ...]] = {}
    number = 10200
    for project, role, holders in wanted:
        actors[project, role] = tuple(
            RoleActor(number + index, kind, holder) for index, (kind, holder) in enumerate(holders)
        )
        number += len(holders)
    return actors


def permission_schemes(cast: Cast) -> dict[int, PermissionScheme]:
    """Write the schemes: a careful one, a lax one (everyone may delete), and one for human resources."""
    managers, everyone = (group_id(cast, name) for name in ("release-managers", "jira-software-users"))
    number = 10300

    def grants(lines: dict[str, list[tuple[str, str | None]]]) -> tuple[Grant, ...]:
        nonlocal number
        made = []
        for permission, holders in lines.items():
            for kind, parameter in holders:
                made.append(Grant(number, permission, kind, parameter))
                number += 1
        return tuple(made)

    administrators, developers, viewers = (("projectRole", str(role)) for role in ROLES)
    everybody: tuple[str, str | None] = ("applicationRole", None)
    careful: dict[str, list[tuple[str, str | None]]] = {
        "BROWSE_PROJECTS": [viewers, developers, administrators, ("group", group_id(cast, "auditors"))],
        "CREATE_ISSUES": [developers, administrators],
        "EDIT_ISSUES": [developers, ("reporter", None), ("assignee", None)],
        "DELETE_ISSUES": [administrators, ("user", cast.left[5].account_id)],
        "MOVE_ISSUES": [administrators, ("group", managers)],
        "SET_ISSUE_SECURITY": [administrators],
        "EDIT_ALL_COMMENTS": [administrators],
        "DELETE_ALL_COMMENTS": [administrators],
        "DELETE_OWN_COMMENTS": [developers],
        "DELETE_ALL_ATTACHMENTS": [administrators],
        "DELETE_OWN_ATTACHMENTS": [developers, ("userCustomField", APPROVER)],
        "DELETE_ALL_WORKLOGS": [administrators],
        "DELETE_OWN_WORKLOGS": [developers],
        "ADMINISTER_PROJECTS": [administrators, ("projectLead", None)],
    }
    lax = dict(careful) | {
        "BROWSE_PROJECTS": [everybody],
        "DELETE_ISSUES": [administrators, developers, ("group", everyone)],
        "DELETE_ALL_COMMENTS": [developers, ("projectLead", None)],
        "ADMINISTER_PROJECTS": [administrators, ("user", cast.admin.account_id)],
    }
    closed: dict[str, list[tuple[str, str | None]]] = {key: [administrators] for key in DELETION_KEYS}
    return {
        10100: PermissionScheme(10100, "Payments Permission Scheme", "Administrators delete.", grants(careful)),
        0: PermissionScheme(0, "Default Permission Scheme", "Given to every new project.", grants(lax)),
        10101: PermissionScheme(10101, "Human Resources Permission Scheme", "Nobody else looks in.", grants(closed)),
    }


SECURITY_LEVELS: tuple[dict[str, Any], ...] = (
    {
        "id": "10010",
        "name": "Internal",
        "description": "Everyone with a licence",
        "isDefault": False,
        "issueSecuritySchemeId": "10800",
    },
    {
        "id": "10011",
        "name": "Confidential",
        "description": "Reporter and a named few",
        "isDefault": False,
        "issueSecuritySchemeId": "10800",
    },
)


def projects(cast: Cast) -> dict[str, Project]:
    """Set up the projects; ``OPS`` was called ``INFRA``, ``HR`` is out of sight, ``LAB`` not audited, ``OLD`` archived."""
    return {
        project.key: project
        for project in (
            Project(
                10001, "PAY", "Payments", cast.staff[3].account_id, "Takes the money",
                permission_scheme=10100, security_levels=SECURITY_LEVELS,
            ),
            Project(
                10002, "PAYX", "Payments Experimental", cast.staff[4].account_id, "Tries things out",
                permission_scheme=10100,
            ),
            Project(
                10003, "OPS", "Operations", cast.staff[21].account_id, "Changes and incidents",
                former_keys=("INFRA",), permission_scheme=0, security_levels=SECURITY_LEVELS,
            ),
            Project(
                10004, "HR", "Human Resources", cast.staff[52].account_id, "Not for everyone",
                style="next-gen", browsable=False, permission_scheme=10101,
            ),
            Project(
                10006, "LAB", "Laboratory", cast.staff[5].account_id, "In sight, but not audited", permission_scheme=0,
            ),
            Project(
                10005, "OLD", "Old Ledger", cast.admin.account_id, "Replaced by Payments",
                archived=True, permission_scheme=0,
            ),
        )
    }  # fmt: skip


def filters(cast: Cast) -> dict[int, Filter]:
    """Save the shared filter of the audit, and a private one."""
    group = cast.groups[group_id(cast, "auditors")]
    shared: dict[str, Any] = {"id": 10500, "type": "group", "group": {"name": group.name, "groupId": group.group_id}}
    return {
        FILTER_ID: Filter(
            FILTER_ID,
            "SOC 2 population",
            FILTER_JQL,
            cast.auditor.account_id,
            "Everything but epics and test data",
            (shared,),
        ),
        FILTER_ID + 1: Filter(FILTER_ID + 1, "My open issues", "resolution is EMPTY", cast.staff[5].account_id),
    }


COMPONENTS: dict[str, tuple[dict[str, Any], ...]] = {
    "PAY": (
        {"id": "10600", "name": "Ledger"},
        {"id": "10601", "name": "Card gateway"},
        {"id": "10602", "name": "FX, rates"},
    ),
    "PAYX": ({"id": "10603", "name": "Prototype"},),
    "OPS": ({"id": "10604", "name": "Network"}, {"id": "10605", "name": "Database"}),
    "HR": (),
    "LAB": (),
    "OLD": ({"id": "10606", "name": "Batch"},),
}
VERSIONS: dict[str, tuple[dict[str, Any], ...]] = {
    key: tuple(
        {
            "id": str(10700 + 20 * index + step),
            "name": f"{key} {2024 + step // 2}.{1 + step % 2}",
            "archived": False,
            "released": step < 4,
            "releaseDate": f"{2024 + step // 2}-{3 + 6 * (step % 2):02d}-15",
        }
        for step in range(6)
    )
    for index, key in enumerate(("PAY", "PAYX", "OPS", "HR", "OLD", "LAB"))
}
