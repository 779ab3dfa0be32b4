"""A Jira that is small and has of everything something: what the mutators work on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from small_world import BEN, BUG, CYD, DONE, FIXED, START, full_issue, issue, small_world

from auditlib.demo.world.records import (
    ApplicationRole,
    Grant,
    History,
    Issue,
    LogRecord,
    Organization,
    RoleActor,
    World,
)

ORG_ID = "5a1ad0b0-0000-4000-8000-00000000c0de"

PARAMS = f"""
audit: Fuzz
jira_url: {{url}}
deployment: {{deployment}}
projects: [AC, NEW]
period_start: "2026-01-02"
period_end: "2026-01-10"
timezone: America/New_York
issue_types: [Bug, Task]
filter_id: 70
test_issue_jql: 'labels = "urgent"'
closing_resolutions: [Done]
sample_keys: [AC-3, AC-5]
attachments: true
org_id: "{ORG_ID}"
archive: {{archive}}
attributes:
  - name: "in time"
    question: "Was the issue resolved within 30 days?"
    test: {{{{ within: {{{{ from: created, to: resolved, days: 30 }}}} }}}}
  - name: "owner named"
    question: "Did the issue have an assignee before it was resolved?"
    test: {{{{ filled_before: {{{{ field: "assignee", event: resolved }}}} }}}}
"""

_STATUS = {"fieldtype": "jira", "field": "status", "from": "1", "fromString": "To Do", "to": "3", "toString": "Done"}
_FIXED = {"fieldtype": "jira", "field": "resolution", "from": None, "fromString": None, "to": "1", "toString": "Fixed"}
_CLOSED = ({**_STATUS, "fieldId": "status"}, {**_FIXED, "fieldId": "resolution"})
_MOVED = {"field": "Key", "fieldtype": "jira", "from": None, "fromString": "AC-7", "to": None, "toString": "NEW-2"}


def fuzzed_world() -> World:
    """Make two projects, with a moved issue, a deleted one, some after the period; people with roles, and a log."""
    full, closed, moved = _full(), _closed(), _of_new(2, 4)
    moved.histories.append(History(1200, _day(8), BEN, (_MOVED,)))
    after = [issue(number, after=timedelta(days=number + 8)) for number in (12, 13)]
    marked = issue(6, labels=["urgent"])
    issues = (
        issue(1),
        issue(2),
        full,
        issue(4),
        closed,
        marked,
        issue(8),
        *after,
        _of_new(1, 1),
        moved,
        _of_new(3, 22),
    )
    world = small_world(*issues)
    world.base_url = "https://jira.invalid"
    world.moved_keys = {"AC-7": moved.id}
    world.log = _log(world)
    world.role_actors |= {("NEW", 60): (RoleActor(3, "user", "acc:ben"),)}
    scheme = world.permission_schemes[40]
    more = (Grant(7, "EDIT_ALL_COMMENTS", "projectRole", "60"), Grant(8, "SET_ISSUE_SECURITY", "assignee"))
    world.permission_schemes = {40: replace(scheme, grants=(*scheme.grants, *more))}
    world.application_roles = (ApplicationRole("jira-software", "Jira Software", ("g-1",)),)
    world.organization = Organization(ORG_ID, "key", {"acc:ana": START, "acc:ben": _day(9)})
    world.remote_links = {full.id: [{"id": 5000, "object": {"url": "http://localhost/", "title": "Doc"}}]}
    world.watchers = {full.id: ("acc:ana", "acc:ben")}
    world.deleted_worklogs = {3999: _day(3)}
    return world


def _day(number: int):
    return START + timedelta(days=number)


def _of_new(number: int, day: int) -> Issue:
    """Make an issue of the project that was renamed."""
    made = issue(50 + number, "NEW", after=timedelta(days=day))
    made.key = f"NEW-{number}"
    return made


def _full() -> Issue:
    """Make an issue that has everything, each but a few times."""
    full = full_issue(3)
    full.fields["labels"] = []
    person = full.histories[0].items[:1]
    full.histories[:] = [
        History(1000, full.created + timedelta(hours=1), BEN, person),
        History(1001, full.created + timedelta(hours=2), BEN, _CLOSED),
    ]
    full.comments[:] = [*full.comments[:2], *full.comments[-2:]]
    full.worklogs[:] = full.worklogs[:2]
    return full


def _closed() -> Issue:
    closed = issue(5, issuetype=BUG, status=DONE, resolution=FIXED, resolutiondate=_day(6), assignee=CYD)
    closed.histories.append(History(1100, _day(6), CYD, _CLOSED))
    return closed


def _values(**both: tuple[str, str]) -> tuple[dict[str, str], ...]:
    return tuple({"fieldName": name, "changedFrom": old, "changedTo": new} for name, (old, new) in both.items())


def _log(world: World) -> list[LogRecord]:
    """Add changes of memberships, roles and grants to the log."""
    group, role = {"name": "staff", "typeName": "GROUP"}, {"id": "60", "name": "Developers", "typeName": "PROJECT_ROLE"}
    cyd, core = (
        {"id": "acc:cyd", "name": "cyd", "typeName": "USER"},
        {"id": "1", "name": "Acme Core", "typeName": "PROJECT"},
    )
    scheme = {"id": "40", "name": "Default", "typeName": "SCHEME"}
    grant = _values(Permission=("", "Delete All Comments"), Type=("", "Group"), Value=("", "admins"))
    records = [
        ("User added to group", "group management", "user.added.to.group", group, (), (cyd,)),
        ("Project roles changed", "projects", "project.roles.changed", role, _values(Users=("", "cyd")), (core,)),
        ("Permission scheme updated", "permissions", "permission.scheme.updated", scheme, grant, ()),
        (
            "Workflow updated",
            "workflows",
            "workflow.updated",
            {"name": "Core workflow", "typeName": "WORKFLOW"},
            (),
            (),
        ),
    ]
    added = [
        LogRecord(20 + n, _day(5 + n), "acc:ben", says, kind, f"jira.auditing.{key}", of, changed, beside)
        for n, (says, kind, key, of, changed, beside) in enumerate(records)
    ]
    return sorted([*world.log[:3], *added], key=lambda record: record.created)
