"""A small world by hand, with one of every shape that the embedded Jira serves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from auditlib.demo.world.records import (
    Attachment,
    Comment,
    Filter,
    Grant,
    Group,
    History,
    Issue,
    LogRecord,
    PermissionScheme,
    Project,
    Role,
    RoleActor,
    User,
    Worklog,
    World,
)
from auditlib.demo.world.workflows import Scheme, Step, Version, Workflow, Workflows

ANA = User("acc:ana", "JIRAUSER1", "ana", "Ana Brook", "ana@example.com", time_zone="America/New_York")
BEN = User("acc:ben", "JIRAUSER2", "ben", "Ben Crane", "ben@example.com")
CYD = User("acc:cyd", "JIRAUSER3", "cyd", "Cyd Dale", "cyd@example.com", active=False)
BOT = User("acc:bot", "JIRAUSER4", "bot", "Deploy Bot", "", account_type="app")
START = datetime(2026, 1, 1, 12, 0, 0, 250_000, tzinfo=UTC)
ALL_POWERS = frozenset(
    {
        "ADMINISTER",
        "USER_PICKER",
        "BROWSE_PROJECTS",
        "ADMINISTER_PROJECTS",
        "SET_ISSUE_SECURITY",
        "VIEW_VOTERS_AND_WATCHERS",
    }
)
TODO = {
    "id": "1",
    "name": "To Do",
    "statusCategory": {"id": 2, "key": "new", "colorName": "blue-gray", "name": "To Do"},
}
DONE = {"id": "3", "name": "Done", "statusCategory": {"id": 3, "key": "done", "colorName": "green", "name": "Done"}}
BUG = {"id": "10", "name": "Bug", "subtask": False, "description": "A fault."}
TASK = {"id": "11", "name": "Task", "subtask": False}
FIXED = {"id": "1", "name": "Fixed", "description": ""}
LOW = {"id": "4", "name": "Low", "statusColor": "#0000ff", "description": "", "iconUrl": "http://localhost/low.png"}
HIGH = {"id": "2", "name": "High", "statusColor": "#ff0000", "description": "", "iconUrl": "http://localhost/high.png"}
STEPS = "customfield_10050"


def issue(number: int, project: str = "AC", *, after: timedelta | None = None, **fields: Any) -> Issue:
    """Make the issue ``project-number``, whose id is ``100 + number``, created ``after`` (days by number) the start."""
    created = START + (timedelta(days=number) if after is None else after)
    content: dict[str, Any] = {
        "summary": f"Issue number {number}",
        "issuetype": TASK,
        "status": TODO,
        "resolution": None,
        "resolutiondate": None,
        "priority": LOW,
        "labels": [],
        "components": [],
        "fixVersions": [],
        "reporter": ANA,
        "creator": ANA,
        "assignee": None,
        "description": None,
        "created": created,
        "updated": created,
        **fields,
    }
    return Issue(100 + number, f"{project}-{number}", created, created, content)


def _system(name: str, kind: str, /, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "key": name,
        "name": name.capitalize(),
        "custom": False,
        "orderable": True,
        "navigable": True,
        "searchable": True,
        "clauseNames": [name],
        "schema": {"type": kind, "system": name},
        **more,
    }


def small_world(*issues: Issue, powers: frozenset[str] = ALL_POWERS) -> World:
    """Make a world of four projects (AC, hidden HID, archived OLD, renamed NEW from PRE) with these issues."""
    groups = (Group("g-1", "staff", ("acc:ana", "acc:ben", "acc:cyd")), Group("g-2", "admins", ("acc:ben",)))
    levels = ({"id": "20", "name": "Secret", "description": "", "isDefault": False, "issueSecuritySchemeId": "30"},)
    return World(
        "Small",
        ANA,
        "secret:token",
        "Asia/Tokyo",
        powers,
        users={one.account_id: one for one in (ANA, BEN, CYD, BOT)},
        groups={one.group_id: one for one in groups},
        projects={
            "AC": Project(1, "AC", "Acme Core", "acc:ben", "The core.", permission_scheme=40, security_levels=levels),
            "HID": Project(2, "HID", "Hidden", "acc:ben", browsable=False, permission_scheme=40),
            "OLD": Project(3, "OLD", "Old", "acc:ben", archived=True),
            "NEW": Project(4, "NEW", "New Name", "acc:ben", style="next-gen", former_keys=("PRE",)),
        },
        issues={one.id: one for one in issues},
        former_projects={"PRE": "NEW"},
        issue_types=[BUG, TASK],
        statuses=[TODO, DONE],
        resolutions=[FIXED],
        priorities=[HIGH, LOW],
        field_names=[
            _system("summary", "string"),
            _system("description", "string"),
            _system("attachment", "array", navigable=False),
            _system(STEPS, "string", name="Steps", custom=True)
            | {"schema": {"type": "string", "custom": "com.example:textarea", "customId": 10050}},
        ],
        link_types=[{"id": "50", "name": "Blocks", "inward": "is blocked by", "outward": "blocks"}],
        roles={60: Role(60, "Developers", "Who builds."), 61: Role(61, "Approvers")},
        role_actors={("AC", 60): (RoleActor(1, "group", "g-1"), RoleActor(2, "user", "acc:cyd"))},
        permission_schemes={
            40: PermissionScheme(
                40,
                "Default",
                "",
                (
                    Grant(1, "DELETE_ISSUES", "group", "g-2"),
                    Grant(2, "BROWSE_PROJECTS", "projectRole", "60"),
                    Grant(3, "MOVE_ISSUES", "user", "acc:cyd"),
                    Grant(4, "EDIT_ISSUES", "reporter"),
                    Grant(5, "CREATE_ISSUES", "applicationRole"),
                    Grant(6, "ADMINISTER_PROJECTS", "projectLead"),
                ),
            )
        },
        filters={
            70: Filter(70, "Population", "project = AC", "acc:ana", "All.", ({"id": 1, "type": "authenticated"},)),
            71: Filter(71, "Private", "project = AC", "acc:ben"),
        },
        workflows=_workflows(),
        log=_log(),
    )


def _workflows() -> Workflows:
    """Make a workflow of each sort: one for all with two versions and every kind of rule, one of a project's own."""
    rule = {"ruleKey": "system:separation-of-duties", "parameters": {"fromStatusId": "1", "toStatusId": "3"}}
    inner = {"operation": "ANY", "conditions": [rule], "conditionGroups": []}
    steps = (
        Step(1, "Create", "To Do", kind="INITIAL"),
        Step(
            11,
            "Finish",
            "Done",
            ("To Do",),
            conditions={"operation": "ALL", "conditions": [], "conditionGroups": [inner]},
            validators=(rule,),
            actions=(rule,),
        ),
    )
    first = Version(1, START, "acc:ben", ("To Do", "Done"), steps)
    versions = (
        first,
        Version(2, START + timedelta(days=9), "acc:ana", ("To Do", "Done"), steps[:1], intermediate=True),
    )
    versions += (Version(3, START + timedelta(days=10), "acc:ana", ("To Do", "Done"), steps),)
    own = Version(1, START, "acc:ben", ("Done",), (Step(1, "Create", "Done", kind="INITIAL"),))
    core = Scheme(90, "Core", "Core workflow", {"10": "Core workflow"})
    return Workflows(
        (
            Workflow("w-core-0001", "Core workflow", versions),
            Workflow("w-new-0001", "New workflow", (own,), project="NEW"),
        ),
        {"AC": core, "HID": core},
    )


def _log() -> list[LogRecord]:
    deleted = {"id": "999", "name": "AC-9", "typeName": "ISSUE"}
    records = [
        LogRecord(
            1, START, None, "Group created", "group management", "jira.auditing.group.created", {"name": "staff"}
        ),
        LogRecord(
            2,
            START + timedelta(days=1),
            "acc:ben",
            "Issue deleted",
            "projects",
            "jira.auditing.issue.deleted",
            deleted,
            ({"fieldName": "Key", "changedFrom": "AC-9", "changedTo": ""},),
            ({"id": "1", "name": "Acme Core", "typeName": "PROJECT"},),
            "192.0.2.7",
        ),
    ]
    ordinary = [
        LogRecord(
            n, START + timedelta(days=n), "acc:ben", "User added to group", "group management", "key", {"name": "x"}
        )
        for n in range(3, 8)
    ]
    return records + ordinary


def full_issue(number: int = 1) -> Issue:
    """Make an issue that has everything."""
    made = issue(
        number,
        issuetype=BUG,
        status=DONE,
        resolution=FIXED,
        resolutiondate=START + timedelta(days=number + 1),
        priority=HIGH,
        labels=["urgent", "Red"],
        components=[{"id": "80", "name": "Engine"}],
        fixVersions=[{"id": "81", "name": "1.0"}],
        assignee=BEN,
        description="h2. Why\n\nIt *broke*, see [the log|http://localhost/log].\n\n* one\n* two\n\n{code}x = 1{code}",
        **{STEPS: "First line\nsecond line for [~accountid:acc:ben]"},
    )
    move = {"field": "Key", "fieldtype": "jira", "from": None, "fromString": "HID-7", "to": None, "toString": made.key}
    status = {
        "field": "status", "fieldtype": "jira", "fieldId": "status",
        "from": "1", "fromString": "To Do", "to": "3", "toString": "Done",
    }  # fmt: skip
    person = {
        "field": "assignee", "fieldtype": "jira", "fieldId": "assignee",
        "from": None, "fromString": None, "to": "acc:ben", "toString": "Ben Crane",
    }  # fmt: skip
    for n in range(45):
        items = (person, move) if n == 0 else (status,)
        made.histories.append(History(1000 + n, made.created + timedelta(hours=n + 1), BEN if n else None, items))
    for n in range(25):
        when = made.created + timedelta(hours=n)
        made.comments.append(Comment(2000 + n, BEN, when, when, BEN, f"Comment *{n}* of the fault"))
    limited = {"type": "group", "value": "staff", "identifier": "g-1"}
    when = made.created + timedelta(days=3)
    made.comments.append(Comment(2100, CYD, when, when, CYD, "For staff", limited))
    made.comments.append(Comment(2101, CYD, when, when, CYD, "For others", limited, visible=False))
    for n in range(22):
        when = made.created + timedelta(hours=n)
        made.worklogs.append(Worklog(3000 + n, BEN, when, when, when, 5400, "Looked" if n else ""))
    made.attachments.append(Attachment(4000, "log ü.txt", BEN, made.created, "text/plain", b"hello\n" * 10, 60))
    made.attachments.append(Attachment(4001, "gone.txt", None, made.created, "text/plain", None, 5))
    return made


def full_world() -> World:
    """Make a world in which every operation has something to answer."""
    plain = [issue(number) for number in range(2, 9)]
    hidden = issue(20)
    hidden.visible = False
    elsewhere = [issue(30, "HID"), issue(40, "OLD"), issue(50, "NEW")]
    world = small_world(full_issue(), *plain, hidden, *elsewhere)
    world.moved_keys = {"HID-7": 101, "AC-900": 150}
    world.remote_links[101] = [
        {
            "id": 5000,
            "globalId": "system=1",
            "relationship": "docs",
            "object": {"url": "http://localhost/", "title": "Doc"},
        }
    ]
    world.watchers[101] = ("acc:ana", "acc:ben")
    return world
