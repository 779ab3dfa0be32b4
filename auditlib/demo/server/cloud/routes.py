"""Jira Cloud, REST v3: which operation answers at which path."""

from __future__ import annotations

from typing import Any

from auditlib.demo.server import directory, register, service_desk, tracker, worklogs
from auditlib.demo.server import workflows as both_workflows
from auditlib.demo.server.cloud.access import permissions_check, project_search
from auditlib.demo.server.cloud.audit_log import audit_records
from auditlib.demo.server.cloud.issues import (
    attachment_content,
    bulk_changelogs,
    bulk_fetch,
    comment_list,
    comments,
    media,
)
from auditlib.demo.server.cloud.queries import jql_match, jql_parse
from auditlib.demo.server.cloud.search import approximate_count, removed_search, search_get, search_post
from auditlib.demo.server.cloud.workflows import history_list, history_version, project_schemes, read_workflows
from auditlib.demo.server.cloud.workspace import event_actions, events, tenant_info
from auditlib.demo.server.exchange import Route


def _route(method: str, path: str, endpoint: Any, *, anonymous: bool = True) -> Route:
    return Route(method, f"/rest/api/3/{path}", endpoint, anonymous)


_WORKSPACE = "/audit-log/v1/workspaces/ari:cloud:jira::site/{cloud}"

ROUTES = (
    *service_desk.ROUTES,
    *(
        Route(method, f"/rest/api/{v}/search", removed_search)
        for v in ("2", "3", "latest")
        for method in ("GET", "POST")
    ),
    *(Route("GET", f"/rest/api/{version}/serverInfo", register.server_info) for version in ("2", "3", "latest")),
    _route("GET", "search/jql", search_get),
    _route("POST", "search/jql", search_post),
    _route("POST", "search/approximate-count", approximate_count),
    _route("POST", "issue/bulkfetch", bulk_fetch),
    _route("POST", "changelog/bulkfetch", bulk_changelogs, anonymous=False),
    _route("GET", "issue/{issue}", tracker.get_issue),
    _route("GET", "issue/{issue}/changelog", tracker.changelog),
    _route("GET", "issue/{issue}/comment", comments),
    _route("GET", "issue/{issue}/worklog", tracker.worklogs),
    _route("GET", "issue/{issue}/remotelink", tracker.remote_links),
    _route("GET", "issue/{issue}/watchers", tracker.watchers),
    _route("GET", "issue/{issue}/votes", tracker.votes),
    _route("POST", "comment/list", comment_list),
    _route("GET", "worklog/updated", worklogs.updated, anonymous=False),
    _route("GET", "worklog/deleted", worklogs.deleted, anonymous=False),
    _route("POST", "worklog/list", worklogs.by_number, anonymous=False),
    _route("GET", "attachment/content/{attachment}", attachment_content),
    _route("GET", "attachment/{attachment}", tracker.attachment),
    Route("GET", "/media/{attachment}", media),
    _route("GET", "myself", directory.myself, anonymous=False),
    _route("GET", "mypermissions", directory.my_permissions, anonymous=False),
    _route("GET", "permissions", directory.all_permissions, anonymous=False),
    _route("POST", "permissions/check", permissions_check),
    _route("GET", "project/search", project_search),
    _route("GET", "project/{project}", register.project),
    _route("GET", "project/{project}/role", directory.project_roles),
    _route("GET", "project/{project}/role/{role}", directory.project_role),
    _route("GET", "project/{project}/roledetails", directory.role_details),
    _route("GET", "project/{project}/permissionscheme", directory.project_permission_scheme, anonymous=False),
    _route("GET", "project/{project}/securitylevel", directory.security_levels),
    _route("GET", "project/{project}/issuesecuritylevelscheme", directory.security_scheme, anonymous=False),
    _route("GET", "project/{project}/statuses", both_workflows.project_statuses),
    _route("GET", "workflowscheme/project", project_schemes, anonymous=False),
    _route("POST", "workflows", read_workflows, anonymous=False),
    _route("POST", "workflow/history/list", history_list, anonymous=False),
    _route("POST", "workflow/history", history_version, anonymous=False),
    _route("GET", "permissionscheme", directory.permission_schemes, anonymous=False),
    _route("GET", "permissionscheme/{scheme}", directory.permission_scheme, anonymous=False),
    _route("GET", "permissionscheme/{scheme}/permission", directory.permission_grants, anonymous=False),
    _route("GET", "role", directory.roles, anonymous=False),
    _route("GET", "role/{role}", directory.role, anonymous=False),
    _route("GET", "group/member", directory.group_members, anonymous=False),
    _route("GET", "group/bulk", directory.groups_bulk, anonymous=False),
    _route("GET", "applicationrole", directory.application_roles, anonymous=False),
    _route("GET", "user", directory.user, anonymous=False),
    _route("GET", "user/bulk", directory.users_bulk, anonymous=False),
    _route("GET", "users/search", directory.users_search, anonymous=False),
    _route("GET", "auditing/record", audit_records, anonymous=False),
    Route("GET", "/_edge/tenant_info", tenant_info),
    Route("GET", f"{_WORKSPACE}/event-actions", event_actions, anonymous=False),
    Route("GET", f"{_WORKSPACE}/events", events, anonymous=False),
    _route("GET", "filter/search", register.filter_search),
    _route("GET", "filter/{filter}", register.filter_by_id),
    _route("GET", "field", register.fields),
    _route("GET", "issuetype", register.issue_types),
    _route("GET", "status", register.statuses),
    _route("GET", "statuscategory", register.status_categories),
    _route("GET", "resolution", register.resolutions),
    _route("GET", "priority", register.priorities),
    _route("GET", "issueLinkType", register.link_types),
    _route("POST", "jql/parse", jql_parse),
    _route("POST", "jql/match", jql_match, anonymous=False),
)
