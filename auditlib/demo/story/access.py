"""Who may do what in the made-up company: roles with their holders, and permission schemes."""

from __future__ import annotations

from auditlib.demo.story.cast import Cast, group_id
from auditlib.demo.story.scenery import APPROVER, PROCESS
from auditlib.demo.world.records import ApplicationRole, Grant, PermissionScheme, Role, RoleActor

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


APPLICATION = "jira-software"
"""Key of the one application of the company."""


def application_roles(cast: Cast) -> tuple[ApplicationRole, ...]:
    """Say which groups give access to the application: that of everybody."""
    return (ApplicationRole(APPLICATION, "Jira Software", (group_id(cast, "jira-software-users"),)),)


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


def role_actors_of_process(cast: Cast) -> dict[tuple[str, int], tuple[RoleActor, ...]]:
    """Say who holds which role in the project of the change process, which is told by itself."""
    ops, everyone = (group_id(cast, name) for name in ("operations", "jira-software-users"))
    return {
        (PROCESS, 10002): (RoleActor(10290, "user", cast.staff[21].account_id),),
        (PROCESS, 10003): (RoleActor(10291, "group", ops),),
        (PROCESS, 10004): (RoleActor(10292, "group", everyone),),
    }


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
    licensed = Grant(10900, "CREATE_ISSUES", "applicationRole", APPLICATION)
    board = Grant(10901, "MOVE_ISSUES", "group", group_id(cast, "change-board"))
    return {
        10100: PermissionScheme(10100, "Payments Permission Scheme", "Administrators delete.", grants(careful)),
        0: PermissionScheme(
            0, "Default Permission Scheme", "Given to every new project.", (*grants(lax), licensed, board)
        ),
        10101: PermissionScheme(10101, "Human Resources Permission Scheme", "Nobody else looks in.", grants(closed)),
    }
