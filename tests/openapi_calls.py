"""Every operation of the embedded Jira, called once: the path, the parameters, the body."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from small_world import STEPS


@dataclass(frozen=True)
class Call:
    """One call of an operation: the template of its path, what fills it, parameters or body."""

    operation: str
    path: dict[str, str] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] | None = None

    @property
    def method(self) -> str:
        """The method, in lower case."""
        return self.operation.split()[0].lower()

    @property
    def template(self) -> str:
        """The path as the description spells it."""
        return f"/rest/api/3/{self.operation.split()[1]}"


ISSUE = {"issueIdOrKey": "AC-1"}
JQL = "project = AC ORDER BY key"
CALLS = [
    Call("GET search/jql", params={"jql": JQL, "fields": "*all", "expand": "names,schema,changelog,renderedFields"}),
    Call("GET search/jql", params={"jql": JQL, "maxResults": 2}),
    Call("POST search/jql", body={"jql": JQL, "maxResults": 1, "fields": ["*navigable"], "expand": "changelog"}),
    Call("POST search/approximate-count", body={"jql": JQL}),
    Call("POST issue/bulkfetch", body={"issueIdsOrKeys": ["AC-1", "HID-7", "AC-99"], "fields": ["*all"]}),
    Call("POST issue/bulkfetch", body={"issueIdsOrKeys": ["AC-1"], "expand": ["changelog", "renderedFields"]}),
    Call("POST changelog/bulkfetch", body={"issueIdsOrKeys": ["AC-1"], "maxResults": 10}),
    Call("POST changelog/bulkfetch", body={"issueIdsOrKeys": ["AC-1"], "fieldIds": ["status"]}),
    Call("GET issue/{issueIdOrKey}", ISSUE, {"expand": "names,schema,changelog,renderedFields"}),
    Call("GET issue/{issueIdOrKey}", ISSUE, {"fields": f"summary,{STEPS}"}),
    Call("GET issue/{issueIdOrKey}/changelog", ISSUE, {"startAt": 1, "maxResults": 5}),
    Call("GET issue/{issueIdOrKey}/comment", ISSUE, {"orderBy": "-created", "expand": "renderedBody"}),
    Call("GET issue/{issueIdOrKey}/worklog", ISSUE),
    Call("GET issue/{issueIdOrKey}/remotelink", ISSUE),
    Call("GET issue/{issueIdOrKey}/watchers", ISSUE),
    Call("GET issue/{issueIdOrKey}/votes", ISSUE),
    Call("GET worklog/updated", params={"since": 1}),
    Call("GET worklog/deleted", params={"since": 1}),
    Call("POST worklog/list", body={"ids": [3000, 3001]}),
    Call("POST comment/list", params={"expand": "renderedBody"}, body={"ids": [2000, 2100]}),
    Call("GET attachment/content/{id}", {"id": "4000"}),
    Call("GET attachment/content/{id}", {"id": "4000"}, {"redirect": "false"}),
    Call("GET attachment/{id}", {"id": "4000"}),
    Call("GET myself", params={"expand": "groups,applicationRoles"}),
    Call("GET mypermissions", params={"permissions": "BROWSE_PROJECTS,DELETE_ISSUES", "projectKey": "AC"}),
    Call("GET mypermissions", params={"permissions": "BROWSE_PROJECTS", "issueId": "101"}),
    Call("GET permissions"),
    Call(
        "POST permissions/check",
        body={
            "accountId": "acc:ben",
            "globalPermissions": ["ADMINISTER"],
            "projectPermissions": [{"permissions": ["DELETE_ISSUES"], "projects": [1], "issues": [101]}],
        },
    ),
    Call("GET serverInfo"),
    Call("GET project/search", params={"expand": "description,lead,issueTypes,projectKeys,insight", "maxResults": 1}),
    Call(
        "GET project/search", params={"status": "archived", "keys": ["OLD"], "id": "3", "query": "o", "action": "view"}
    ),
    Call("GET project/{projectIdOrKey}", {"projectIdOrKey": "PRE"}, {"expand": "projectKeys"}),
    Call("GET project/{projectIdOrKey}/role", {"projectIdOrKey": "AC"}),
    Call(
        "GET project/{projectIdOrKey}/role/{id}", {"projectIdOrKey": "AC", "id": "60"}, {"excludeInactiveUsers": "true"}
    ),
    Call("GET project/{projectIdOrKey}/roledetails", {"projectIdOrKey": "AC"}),
    Call("GET project/{projectKeyOrId}/permissionscheme", {"projectKeyOrId": "AC"}, {"expand": "all"}),
    Call("GET project/{projectKeyOrId}/securitylevel", {"projectKeyOrId": "AC"}),
    Call("GET project/{projectKeyOrId}/issuesecuritylevelscheme", {"projectKeyOrId": "AC"}),
    Call("GET project/{projectIdOrKey}/statuses", {"projectIdOrKey": "AC"}),
    Call("GET workflowscheme/project", params={"projectId": ["1", "4"]}),
    Call(
        "POST workflows",
        body={
            "projectAndIssueTypes": [{"projectId": "4", "issueTypeId": "11"}],
            "workflowNames": ["Core workflow"],
            "workflowIds": [],
        },
    ),
    Call("POST workflow/history/list", {}, {"expand": "includeIntermediateWorkflows"}, {"workflowId": "w-core-0001"}),
    Call("POST workflow/history", body={"workflowId": "w-core-0001", "version": 2}),
    Call("GET permissionscheme", params={"expand": "permissions"}),
    Call("GET permissionscheme/{schemeId}", {"schemeId": "40"}, {"expand": "permissions"}),
    Call("GET permissionscheme/{schemeId}/permission", {"schemeId": "40"}, {"expand": "all"}),
    Call("GET role"),
    Call("GET role/{id}", {"id": "60"}),
    Call("GET group/member", params={"groupId": "g-1", "includeInactiveUsers": "true", "maxResults": 1}),
    Call("GET applicationrole"),
    Call("GET group/bulk", params={"groupName": "staff", "startAt": 0}),
    Call("GET user", params={"accountId": "acc:ben", "expand": "groups,applicationRoles"}),
    Call("GET user/bulk", params={"accountId": ["acc:ana", "acc:ben"], "maxResults": 1}),
    Call("GET users/search", params={"startAt": 1, "maxResults": 2}),
    Call("GET auditing/record", params={"limit": 2, "offset": 5, "from": "2026-01-01", "to": "2027-01-01"}),
    Call("GET auditing/record", params={"filter": "deleted"}),
    Call("GET filter/{id}", {"id": "70"}, {"expand": "sharedUsers"}),
    Call("GET filter/search", params={"expand": "description,owner,jql,viewUrl,searchUrl,favourite,sharePermissions"}),
    Call("GET filter/search", params={"filterName": "Pop", "id": "70", "startAt": 0, "maxResults": 1}),
    Call("GET field"),
    Call("GET issuetype"),
    Call("GET status"),
    Call("GET statuscategory"),
    Call("GET resolution"),
    Call("GET priority"),
    Call("GET issueLinkType"),
    Call("POST jql/parse", params={"validation": "warn"}, body={"queries": ["project = X", "a =", "b is EMPTY"]}),
    Call(
        "POST jql/parse",
        params={"validation": "none"},
        body={"queries": ["NOT (a in (1, now()) OR b is not EMPTY) AND c ~ 'x' ORDER BY d DESC, e"]},
    ),
    Call("POST jql/match", body={"issueIds": [101], "jqls": ["project = AC", "nonsense"]}),
]
CENTER_CALLS: list[tuple[str, dict[str, str], dict[str, Any]]] = [
    ("/api/2/search", {}, {"jql": "project = AC", "expand": "changelog,names,schema,renderedFields", "fields": "*all"}),
    ("/api/2/issue/{issueIdOrKey}", {"issueIdOrKey": "AC-1"}, {"expand": "changelog,renderedFields"}),
    ("/api/2/issue/{issueIdOrKey}/comment", {"issueIdOrKey": "AC-1"}, {"expand": "renderedBody"}),
    ("/api/2/issue/{issueIdOrKey}/worklog", {"issueIdOrKey": "AC-1"}, {}),
    ("/api/2/worklog/updated", {}, {"since": 1}),
    ("/api/2/worklog/deleted", {}, {"since": 1}),
    ("/api/2/issue/{issueIdOrKey}/remotelink", {"issueIdOrKey": "AC-1"}, {}),
    ("/api/2/issue/{issueIdOrKey}/watchers", {"issueIdOrKey": "AC-1"}, {}),
    ("/api/2/issue/{issueIdOrKey}/votes", {"issueIdOrKey": "AC-1"}, {}),
    ("/api/2/attachment/{id}", {"id": "4000"}, {}),
    ("/api/2/myself", {}, {}),
    ("/api/2/serverInfo", {}, {}),
    ("/api/2/mypermissions", {}, {"projectKey": "AC"}),
    ("/api/2/permissions", {}, {}),
    ("/api/2/project", {}, {"includeArchived": "true", "expand": "description"}),
    ("/api/2/project/{projectIdOrKey}", {"projectIdOrKey": "AC"}, {"expand": "projectKeys"}),
    ("/api/2/project/{projectIdOrKey}/role", {"projectIdOrKey": "AC"}, {}),
    ("/api/2/project/{projectIdOrKey}/role/{id}", {"projectIdOrKey": "AC", "id": "60"}, {}),
    ("/api/2/project/{projectKeyOrId}/permissionscheme", {"projectKeyOrId": "AC"}, {"expand": "all"}),
    ("/api/2/project/{projectKeyOrId}/securitylevel", {"projectKeyOrId": "AC"}, {}),
    ("/api/2/project/{projectKeyOrId}/issuesecuritylevelscheme", {"projectKeyOrId": "AC"}, {}),
    ("/api/2/project/{projectIdOrKey}/statuses", {"projectIdOrKey": "AC"}, {}),
    ("/api/2/project/{projectKeyOrId}/workflowscheme", {"projectKeyOrId": "AC"}, {}),
    ("/api/2/permissionscheme", {}, {"expand": "all"}),
    ("/api/2/permissionscheme/{schemeId}", {"schemeId": "40"}, {"expand": "all"}),
    ("/api/2/permissionscheme/{schemeId}/permission", {"schemeId": "40"}, {"expand": "all"}),
    ("/api/2/role", {}, {}),
    ("/api/2/role/{id}", {"id": "60"}, {}),
    ("/api/2/group/member", {}, {"groupname": "staff"}),
    ("/api/2/applicationrole", {}, {}),
    ("/api/2/user", {}, {"username": "ben"}),
    ("/api/2/user/list", {}, {"maxResults": 2}),
    ("/api/2/filter/{id}", {"id": "70"}, {}),
    ("/api/2/field", {}, {}),
    ("/api/2/issuetype", {}, {}),
    ("/api/2/status", {}, {}),
    ("/api/2/statuscategory", {}, {}),
    ("/api/2/resolution", {}, {}),
    ("/api/2/priority", {}, {}),
    ("/api/2/issueLinkType", {}, {}),
]
