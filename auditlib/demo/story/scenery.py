"""What stands still in the made-up company: projects, workflow, fields, components, versions, filters."""

from __future__ import annotations

from typing import Any

from auditlib.demo.story.cast import Cast, group_id
from auditlib.demo.world.records import Filter, Project

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
        ("10005", "Testing", INDETERMINATE),
        ("10006", "Approved twice", INDETERMINATE),
        ("10007", "Reviewed", DONE),
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
        ("10007", "Vulnerability", 0),
        ("10008", "Access request", 0),
        ("10009", "Access review", 0),
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


SEVERITY = "customfield_10030"
ROOT_CAUSE = "customfield_10031"
BENEFICIARY = "customfield_10032"

PROCESS_FIELDS: list[dict[str, Any]] = [
    _custom(SEVERITY, "Severity", "option", "select"),
    _custom(ROOT_CAUSE, "Root cause", "string", "textfield"),
    _custom(BENEFICIARY, "Beneficiary", "user", "userpicker"),
]
"""Fields that only issues of the change process have."""


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


PROCESS = "CHG"
"""Key of the project of the change process."""


def process_project(cast: Cast) -> Project:
    """Set up the project of the change process, which is told by itself."""
    return Project(
        10007, PROCESS, "Change process", cast.staff[21].account_id, "How this company changes what runs",
        permission_scheme=10100, type_key="service_desk",
    )  # fmt: skip


def filters(cast: Cast) -> dict[int, Filter]:
    """Save the shared filter of the audit, and a private one."""
    group = cast.groups[group_id(cast, "auditors")]
    managers = cast.groups[group_id(cast, "release-managers")]
    shared: dict[str, Any] = {"id": 10500, "type": "group", "group": {"name": group.name, "groupId": group.group_id}}
    edited: dict[str, Any] = {
        "id": 10501,
        "type": "group",
        "group": {"name": managers.name, "groupId": managers.group_id},
    }
    return {
        FILTER_ID: Filter(
            FILTER_ID,
            "SOC 2 population",
            FILTER_JQL,
            cast.auditor.account_id,
            "Everything but epics and test data",
            (shared,),
            (edited,),
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
