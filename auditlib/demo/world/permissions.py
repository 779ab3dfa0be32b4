"""Jira's permissions, and who holds them through a permission scheme."""

from __future__ import annotations

from typing import Any

from auditlib.demo.world.records import Grant, Project, World

_GLOBAL = {
    "ADMINISTER": ("0", "Administer Jira"),
    "SYSTEM_ADMIN": ("44", "Jira System Administrators"),
    "USER_PICKER": ("27", "Browse users and groups"),
    "CREATE_SHARED_OBJECTS": ("22", "Share dashboards and filters"),
    "MANAGE_GROUP_FILTER_SUBSCRIPTIONS": ("24", "Manage group filter subscriptions"),
    "BULK_CHANGE": ("33", "Make bulk changes"),
}
_PROJECT = {
    "ADMINISTER_PROJECTS": ("23", "Administer Projects"),
    "BROWSE_PROJECTS": ("10", "Browse Projects"),
    "VIEW_DEV_TOOLS": ("29", "View Development Tools"),
    "VIEW_READONLY_WORKFLOW": ("45", "View Read-Only Workflow"),
    "ASSIGNABLE_USER": ("17", "Assignable User"),
    "ASSIGN_ISSUES": ("13", "Assign Issues"),
    "CLOSE_ISSUES": ("18", "Close Issues"),
    "CREATE_ISSUES": ("11", "Create Issues"),
    "DELETE_ISSUES": ("16", "Delete Issues"),
    "EDIT_ISSUES": ("12", "Edit Issues"),
    "LINK_ISSUES": ("21", "Link Issues"),
    "MODIFY_REPORTER": ("30", "Modify Reporter"),
    "MOVE_ISSUES": ("25", "Move Issues"),
    "RESOLVE_ISSUES": ("14", "Resolve Issues"),
    "SCHEDULE_ISSUES": ("28", "Schedule Issues"),
    "SET_ISSUE_SECURITY": ("26", "Set Issue Security"),
    "TRANSITION_ISSUES": ("46", "Transition Issues"),
    "MANAGE_WATCHERS": ("32", "Manage Watchers"),
    "VIEW_VOTERS_AND_WATCHERS": ("31", "View Voters and Watchers"),
    "ADD_COMMENTS": ("15", "Add Comments"),
    "DELETE_ALL_COMMENTS": ("36", "Delete All Comments"),
    "DELETE_OWN_COMMENTS": ("37", "Delete Own Comments"),
    "EDIT_ALL_COMMENTS": ("34", "Edit All Comments"),
    "EDIT_OWN_COMMENTS": ("35", "Edit Own Comments"),
    "CREATE_ATTACHMENTS": ("19", "Create Attachments"),
    "DELETE_ALL_ATTACHMENTS": ("38", "Delete All Attachments"),
    "DELETE_OWN_ATTACHMENTS": ("39", "Delete Own Attachments"),
    "DELETE_ALL_WORKLOGS": ("43", "Delete All Worklogs"),
    "DELETE_OWN_WORKLOGS": ("42", "Delete Own Worklogs"),
    "EDIT_ALL_WORKLOGS": ("41", "Edit All Worklogs"),
    "EDIT_OWN_WORKLOGS": ("40", "Edit Own Worklogs"),
    "WORK_ON_ISSUES": ("20", "Work On Issues"),
}
CATALOGUE = {**_GLOBAL, **_PROJECT}


def is_global(name: str) -> bool:
    """Say whether a permission is global."""
    return name in _GLOBAL


def describe(name: str) -> dict[str, Any]:
    """Render an entry of the catalogue."""
    number, title = CATALOGUE[name]
    kind = "GLOBAL" if is_global(name) else "PROJECT"
    return {"id": number, "key": name, "name": title, "type": kind, "description": f"{title}."}


def holds(world: World, account_id: str, permission: str, project: Project, *, nested: bool = False) -> bool:
    """Say whether the project's permission scheme gives a person a permission by name, group, role, lead or licence.

    Grants to whoever an issue names (reporter, assignee, custom fields) depend on the issue and do not count. Groups hold
    the members of those within them only where ``nested`` (Data Center).
    """
    scheme = world.permission_schemes.get(-1 if project.permission_scheme is None else project.permission_scheme)
    person = world.users.get(account_id)
    if scheme is None or person is None or not person.active:
        return False
    return any(
        grant.permission == permission and _reaches(world, grant, account_id, project, nested=nested)
        for grant in scheme.grants
    )


def _reaches(world: World, grant: Grant, account_id: str, project: Project, *, nested: bool) -> bool:
    if grant.holder_type == "user":
        return grant.parameter == account_id
    if grant.holder_type == "group":
        return account_id in members_of(world, grant.parameter, nested=nested)
    if grant.holder_type == "projectLead":
        return project.lead == account_id
    if grant.holder_type == "projectRole" and grant.parameter:
        actors = world.role_actors.get((project.key, int(grant.parameter)), ())
        return any(
            actor.holder == account_id
            if actor.kind == "user"
            else account_id in members_of(world, actor.holder, nested=nested)
            for actor in actors
        )
    if grant.holder_type == "applicationRole":
        return _licensed(world, grant.parameter, account_id, nested=nested)
    return grant.holder_type == "anyone"


def _licensed(world: World, key: str | None, account_id: str, *, nested: bool) -> bool:
    """Say whether a person has access to an application, or without a key to any; in a world without any, all have."""
    roles = [one for one in world.application_roles if key is None or one.key == key]
    if not world.application_roles:
        return key is None
    return any(account_id in members_of(world, group, nested=nested) for role in roles for group in role.groups)


def members_of(world: World, group_id: str | None, *, nested: bool) -> list[str]:
    """List the members of a group, with ``nested`` those of the groups within it too, each once."""
    found: dict[str, None] = {}
    groups = [group_id or ""]
    for number in groups:  # grows while it is walked
        group = world.groups.get(number)
        if group is not None:
            found |= dict.fromkeys(group.members)
            groups += [one for one in group.subgroups if nested and one not in groups]
    return list(found)
