"""What is told of permissions, people, the log, workflows, worklogs and filters: what forms let pass, and what they refuse."""

from __future__ import annotations

import re
from typing import Any

import pytest

from auditlib.errors import FormError
from auditlib.responses.forms.resources import FORMS, form_of, require_form
from auditlib.responses.request import Request

API = "rest/api/3"
SCHEME = {
    "id": 40,
    "name": "Default",
    "permissions": [
        {"id": 1, "permission": "DELETE_ISSUES", "holder": {"type": "group", "parameter": "admins", "value": "g-2"}},
        {"id": 2, "permission": "BROWSE_PROJECTS", "holder": {"type": "applicationRole"}},
        {"permission": "MOVE_ISSUES", "holder": {"type": "user", "user": {"accountId": "acc:ben"}}},
    ],
}
ROLE = {
    "id": 60,
    "name": "Developers",
    "actors": [
        {"id": 1, "type": "atlassian-group-role-actor", "actorGroup": {"name": "staff", "groupId": "g-1"}},
        {"id": 2, "type": "atlassian-user-role-actor", "name": "ben"},
        {"id": 3, "type": "of an app", "displayName": "Somebody"},
    ],
}
MEMBERS = {"values": [{"accountId": "acc:ben", "active": True}, {"name": "ana"}], "startAt": 0, "isLast": True}
APPLICATIONS = [{"key": "jira", "groups": ["staff"], "groupDetails": [{"name": "staff", "groupId": "g-1"}]}]
ACTIVE = {"data": {"product_access": [{"key": "jira", "last_active": "2026-09-14"}]}, "links": {"next": None}}
RECORDS = {
    "records": [
        {
            "id": 7,
            "created": "2026-01-02T00:00:00.000+0000",
            "objectItem": {"name": "AC-9", "typeName": "ISSUE"},
            "associatedItems": [{"id": "1"}],
            "changedValues": [{"fieldName": "Key", "changedFrom": None, "changedTo": 9}],
        },
        {"summary": "without all of that"},
    ],
    "total": 2,
}
EVENTS = {
    "entities": [
        {"timestamp": 1767312000, "author": {"name": "ben"}, "type": {"action": "Deleted"}, "affectedObjects": []}
    ],
    "pagingInfo": {"lastPage": False, "nextPageCursor": {"cursor": "x"}, "nextPageLink": "https://x/?a"},
}
RULE = {"ruleKey": "system:separation-of-duties", "parameters": {"fromStatusId": "1"}}
WORKFLOWS = {
    "statuses": [{"id": "1", "name": "To Do", "statusReference": "1", "statusCategory": "TODO"}],
    "workflows": [
        {
            "id": "w-1",
            "name": "Core",
            "statuses": [{"statusReference": "1"}],
            "version": {"versionNumber": 2},
            "transitions": [
                {"name": "Create", "type": "INITIAL", "toStatusReference": "1", "links": []},
                {
                    "conditions": {"operation": "ALL", "conditionGroups": [{"conditions": [RULE]}]},
                    "validators": [RULE],
                    "transitionScreen": RULE,
                },
            ],
        }
    ],
}
VERSIONS = {"entries": [{"workflowVersion": 1, "isIntermediate": False, "writtenAt": "2026-01-02 00:00:00"}]}
SCHEMES = {
    "values": [
        {"projectIds": ["1"], "workflowScheme": {"defaultWorkflow": "Core", "issueTypeMappings": {"10": "Core"}}}
    ]
}
STATUSES = [{"id": "10", "name": "Bug", "statuses": [{"id": "1", "name": "To Do", "statusCategory": {"key": "new"}}]}]
CHANGED = {"values": [{"worklogId": 3000, "updatedTime": 1767312000000}], "until": 1767312000000, "lastPage": True}
FILTER = {
    "id": "70",
    "jql": "project = AC",
    "owner": {"name": "ana"},
    "sharePermissions": [{"type": "group", "group": {}}],
}
WORKLOGS = [{"id": "3000", "issueId": "101", "timeSpentSeconds": 60, "comment": {"type": "doc"}}]
LISTED = {"data": [{"id": "1", "attributes": {}}], "links": {"next": None}}

ANSWERS: dict[str, tuple[str, str, Any]] = {
    "scheme": ("GET", f"{API}/project/AC/permissionscheme", SCHEME),
    "scheme by number": ("GET", f"{API}/permissionscheme/40", {"id": "40"}),
    "role names": ("GET", f"{API}/project/AC/role", {"Developers": "https://x/role/60"}),
    "role": ("GET", f"{API}/project/AC/role/60", ROLE),
    "members": ("GET", f"{API}/group/member", MEMBERS),
    "applications": ("GET", f"{API}/applicationrole", APPLICATIONS),
    "user": ("GET", "rest/api/2/user", {"key": "JIRAUSER1", "lastLoginTime": "2026-09-14T14:00:00.000+0200"}),
    "users": ("GET", "rest/api/2/user/list", {"values": [], "nextCursor": "1000", "isLast": False}),
    "activity": ("GET", "admin/v1/orgs/o-1/directory/users/acc:ben/last-active-dates", ACTIVE),
    "records": ("GET", f"{API}/auditing/record", RECORDS),
    "events": ("GET", "rest/auditing/1.0/events", EVENTS),
    "workspace": ("GET", "audit-log/v1/workspaces/ari%3Acloud/events", LISTED),
    "statuses": ("GET", f"{API}/project/AC/statuses", STATUSES),
    "schemes": ("GET", f"{API}/workflowscheme/project", SCHEMES),
    "workflows": ("POST", f"{API}/workflows", WORKFLOWS),
    "version": ("POST", f"{API}/workflow/history", WORKFLOWS),
    "versions": ("POST", f"{API}/workflow/history/list", VERSIONS),
    "scheme of a project": ("GET", "rest/api/2/project/AC/workflowscheme", {"defaultWorkflow": "Core"}),
    "named": ("GET", "rest/api/2/workflow", [{"name": "Core", "lastModifiedUser": "ben"}]),
    "filter": ("GET", f"{API}/filter/70", FILTER),
    "changed": ("GET", f"{API}/worklog/deleted", CHANGED),
    "worklogs": ("POST", f"{API}/worklog/list", WORKLOGS),
}


def require(name: str, answer: Any, status: int = 200) -> None:
    method, path, _ = ANSWERS[name]
    require_form(Request(method, path), status, answer)


def spoilt(value: Any, path: tuple[str | int, ...], other: Any) -> Any:
    """Return an answer with another value at a place; with `...` it is taken out."""
    if not path:
        return other
    step, *rest = path
    changed = dict(value) if isinstance(value, dict) else list(value)
    if not rest and other is ...:
        del changed[step]
    else:
        changed[step] = spoilt(value[step] if rest else None, tuple(rest), other)
    return changed


@pytest.mark.parametrize("name", ANSWERS)
def test_what_jiras_are_known_to_send_passes(name):
    """Each resource has a form, and members that nobody named may stand beside."""
    method, path, answer = ANSWERS[name]
    assert form_of(method, path) is not None
    require(name, answer)


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("answer", [None, "text", 7, True, [None], [[]]])
def test_what_is_no_answer_at_all_is_refused(name, answer):
    """Unless Jira refuses: then it may be anything."""
    with pytest.raises(FormError, match="has not the form of a Jira's"):
        require(name, answer)
    require(name, answer, status=403)


@pytest.mark.parametrize(
    ("name", "path", "other"),
    [
        ("scheme", ("id",), None),
        ("scheme", ("id",), "../1"),
        ("scheme", ("id",), "²"),
        ("scheme", ("id",), -1),
        ("scheme", ("permissions",), {}),
        ("scheme", ("permissions", 0), None),
        ("scheme", ("permissions", 0, "permission"), ...),
        ("scheme", ("permissions", 0, "holder"), None),
        ("scheme", ("permissions", 0, "holder", "type"), ["group"]),
        ("scheme", ("permissions", 0, "holder"), {"type": "group", "parameter": "", "value": None}),
        ("scheme", ("permissions", 2, "holder", "user"), "ben"),
        ("role names", ("Developers",), 60),
        ("role", ("actors",), None),
        ("role", ("actors", 1, "name"), None),
        ("role", ("actors", 0, "actorGroup"), []),
        ("role", ("actors", 0, "actorGroup"), {"name": {}}),
        ("members", ("values", 0, "active"), "yes"),
        ("members", ("values", 1, "name"), ""),
        ("members", ("total",), -1),
        ("members", ("isLast",), "true"),
        ("applications", (0, "key"), ...),
        ("applications", (0, "groups"), ["staff", None]),
        ("user", ("key",), 7),
        ("users", ("values",), None),
        ("activity", ("data",), None),
        ("activity", ("data", "product_access"), {}),
        ("records", ("records", 0), "text"),
        ("records", ("records", 0, "objectItem"), "AC-9"),
        ("records", ("records", 0, "changedValues", 0, "changedTo"), {"a": 1}),
        ("records", ("records", 0, "created"), ["2026"]),
        ("records", ("total",), "²"),
        ("events", ("pagingInfo",), None),
        ("events", ("entities", 0, "affectedObjects"), {}),
        ("events", ("entities", 0, "author"), "ben"),
        ("workspace", ("data", 0), None),
        ("statuses", (0, "statuses"), None),
        ("schemes", ("values", 0, "projectIds"), None),
        ("schemes", ("values", 0, "workflowScheme"), ...),
        ("workflows", ("workflows", 0, "transitions"), None),
        ("workflows", ("workflows", 0, "transitions", 1, "validators", 0, "ruleKey"), None),
        ("workflows", ("workflows", 0, "transitions", 1, "conditions", "conditionGroups", 0, "conditions"), {}),
        ("workflows", ("workflows", 0, "name"), ...),
        ("workflows", ("statuses",), ...),
        ("versions", ("entries", 0, "workflowVersion"), "newest"),
        ("named", (0, "name"), None),
        ("filter", ("jql",), None),
        ("filter", ("sharePermissions",), "everybody"),
        ("filter", ("sharePermissions", 0), None),
        ("filter", ("sharePermissions", 0, "group"), "staff"),
        ("changed", ("values", 0, "worklogId"), None),
        ("changed", ("values", 0, "updatedTime"), "soon"),
        ("worklogs", (0, "issueId"), "AC-1"),
        ("worklogs", (0, "comment"), []),
    ],
)
def test_a_place_of_another_form_refuses_the_answer(name, path, other):
    """A grant, an actor, a transition or a rule that can't be read would look like one that is not there."""
    answer = spoilt(ANSWERS[name][2], path, other)
    with pytest.raises(FormError) as refused:
        require(name, answer)
    assert str(refused.value).startswith(f"the answer to {ANSWERS[name][0]} {ANSWERS[name][1]} ")


def test_no_request_has_two_forms():
    """Which one counts would depend on their order."""
    for method, path, _ in ANSWERS.values():
        assert sum(one.method == method and re.fullmatch(one.path, path) is not None for one in FORMS) == 1, path
