"""What a token and its account need for each request, and what a package lacks without it. Data; pure.

Scopes: ``x-atlassian-oauth2-scopes`` of Atlassian's OpenAPI description of Jira Cloud, state Current (classic) and Beta
(granular). One classic scope is enough; of the granular ones all are needed. Data Center's tokens have no scopes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from auditlib.responses.request import Request

_WORK: Final = "read:jira-work"
_ISSUE: Final = (
    *("read:avatar:jira", "read:field-configuration:jira", "read:issue-meta:jira", "read:issue-security-level:jira"),
    *("read:issue.changelog:jira", "read:issue.vote:jira", "read:issue:jira", "read:status:jira", "read:user:jira"),
)
_SEARCH: Final = (
    *("read:field.default-value:jira", "read:field.option:jira", "read:field:jira", "read:group:jira"),
    "read:issue-details:jira",
)
_HISTORY: Final = ("read:avatar:jira", "read:issue-meta:jira", "read:issue.changelog:jira")
_SCHEME: Final = (
    *("read:application-role:jira", "read:avatar:jira", "read:field:jira", "read:group:jira"),
    *("read:permission-scheme:jira", "read:permission:jira", "read:project-category:jira", "read:project-role:jira"),
    *("read:project:jira", "read:user:jira"),
)
_BROWSE: Final = "Browse Projects"
_LOG: Final = (
    "deletions.csv, permission_changes.csv and activity.csv stay empty, gaps.csv shows no number to be deleted, and "
    "memberships.csv knows of today only"
)
_SERVICE_DESK: Final = "read:servicedesk-request"
_CONFIGURATION: Final = "manage:jira-configuration"
_WORKFLOW: Final = (
    "Administer Jira; for the workflow of a team-managed project Administer Projects or View (Read-Only) Workflow"
)
_NO_WORKFLOW: Final = "workflows.csv has the statuses of each issue type only, without transitions, rules and versions"


@dataclass(frozen=True)
class Need:
    """The scopes and permissions that one kind of request takes.

    Attributes
    ----------
    right : str
        Permission of the account.
    without : str
        What of a package is missing without it; a whole sentence's end.
    classic : str
        Scope of a Cloud token; empty where Atlassian's description names none.
    granular : tuple of str
        Scopes that do together what the classic one does.
    essential : bool
        Whether a run ends without it.
    """

    right: str
    without: str
    classic: str = ""
    granular: tuple[str, ...] = ()
    essential: bool = False

    def takes(self, *, scopes: bool) -> str:
        """Say what it takes: the account's right, and the scopes of a token where tokens have scopes (Cloud)."""
        parts = [] if self.right == "none" else [f"the right {self.right}"]
        if scopes and self.classic:
            granular = f", or all of {', '.join(self.granular)}" if self.granular else ""
            parts.append(f"if the token has scopes, {self.classic}{granular}")
        return "; ".join(parts)


NEEDS: Final[Mapping[str, Need]] = {
    "serverInfo": Need("none", "there is no package", essential=True),
    "myself": Need(
        "access to Jira", "run.json and the pages can't name the account that asked", "read:jira-user",
        ("read:application-role:jira", "read:avatar:jira", "read:group:jira", "read:user:jira"),
    ),
    "mypermissions": Need(
        "none", "findings.csv can't tell what the account may do beyond reading", _WORK, ("read:permission:jira",)
    ),
    "project": Need(
        _BROWSE, "there is no package", _WORK,
        (
            *("read:application-role:jira", "read:avatar:jira", "read:group:jira", "read:issue-type-hierarchy:jira"),
            *("read:issue-type:jira", "read:project-category:jira", "read:project-version:jira"),
            *("read:project.component:jira", "read:project.property:jira", "read:project:jira", "read:user:jira"),
        ),
        essential=True,
    ),
    "project/securitylevel": Need(
        f"{_BROWSE}, Set Issue Security", "findings.csv can't tell whether issues may be hidden", _WORK,
        ("read:issue-security-level:jira",),
    ),
    "project/statuses": Need(
        _BROWSE, "workflows.csv has no row for a project whose workflows can't be read", _WORK,
        ("read:issue-status:jira", "read:issue-type:jira", "read:status:jira"),
    ),
    "workflowscheme/project": Need(
        "Administer Jira", _NO_WORKFLOW, _CONFIGURATION,
        (
            *("read:application-role:jira", "read:avatar:jira", "read:group:jira", "read:issue-type:jira"),
            *("read:project-category:jira", "read:project:jira", "read:user:jira", "read:workflow-scheme:jira"),
            "read:workflow:jira",
        ),
    ),
    "workflows": Need(_WORKFLOW, _NO_WORKFLOW, _CONFIGURATION, ("read:workflow:jira",)),
    "workflow/history/list": Need(
        _WORKFLOW, "workflows.csv has the versions of today only", _CONFIGURATION, ("read:workflow:jira",)
    ),
    "workflow/history": Need(
        _WORKFLOW, "workflows.csv has the versions of today only", _CONFIGURATION, ("read:workflow:jira",)
    ),
    "project/workflowscheme": Need("Administer Jira", "workflows.csv does not name the workflow of an issue type"),
    "workflow": Need("access to Jira", "workflows.csv does not tell who last changed a workflow"),
    "field": Need(
        "access to Jira",
        "controls.csv does not tell what was in fields that controls know by name; their ids (customfield_10042) will do",
        _WORK,
        (
            *("read:avatar:jira", "read:field-configuration:jira", "read:field:jira", "read:project-category:jira"),
            "read:project:jira",
        ),
    ),
    "project/permissionscheme": Need(
        "Administer Projects, or Administer Jira", "permissions.csv has no row of the project", _WORK, _SCHEME
    ),
    "permissionscheme": Need(
        "access to Jira", "permissions.csv has no row of projects whose scheme comes without its grants", _WORK, _SCHEME
    ),
    "project/role": Need(
        "Administer Projects, or Administer Jira", "permissions.csv does not tell who is in the project's roles", _WORK,
        (
            *("read:avatar:jira", "read:group:jira", "read:project-category:jira", "read:project-role:jira"),
            *("read:project:jira", "read:user:jira"),
        ),
    ),
    "group/member": Need(
        "Browse users and groups, or Administer Jira", "permissions.csv does not tell who is in groups",
        _CONFIGURATION, ("read:avatar:jira", "read:group:jira", "read:user:jira"),
    ),
    "applicationrole": Need(
        "Administer Jira", "permissions.csv does not tell who has access to an application",
        _CONFIGURATION, ("read:application-role:jira",),
    ),
    "user/bulk": Need(
        "access to Jira", "permissions.csv does not tell names and states of people who are in no group that is read",
        "read:jira-user", ("read:application-role:jira", "read:avatar:jira", "read:group:jira", "read:user:jira"),
    ),
    "user/list": Need(
        "Browse users and groups", "access_review.csv does not tell when people of a large company were last active"
    ),
    "user": Need(
        "Browse users and groups",
        "permissions.csv does not tell keys and states of people who are in no group that is read",
    ),
    "filter": Need(
        "the filter is shared with the account", "there is no package, for population.csv is narrowed by it", _WORK,
        (
            *("read:application-role:jira", "read:avatar:jira", "read:filter:jira", "read:group:jira"),
            *("read:issue-type-hierarchy:jira", "read:jql:jira", "read:project-role:jira", "read:project:jira"),
            "read:user:jira",
        ),
        essential=True,
    ),
    "search/jql": Need(_BROWSE, "there is no package, for population.csv comes from it", _WORK, _SEARCH, essential=True),
    "search/approximate-count": Need(
        _BROWSE, "reconciliation.csv has no count of Jira's own beside the two passes", _WORK, _SEARCH
    ),
    "search": Need(_BROWSE, "there is no package, for population.csv comes from it", essential=True),
    "issue/bulkfetch": Need(_BROWSE, "there is no package, for gaps.csv comes from it", _WORK, _ISSUE, essential=True),
    "changelog/bulkfetch": Need(
        _BROWSE, "there is no package, for status.csv and gaps.csv need the histories", _WORK, _HISTORY, essential=True
    ),
    "issue": Need(_BROWSE, "there are no dossiers", _WORK, _ISSUE, essential=True),
    "issue/changelog": Need(
        _BROWSE, "sample_history.csv and the dossiers' history.csv lack entries", _WORK, _HISTORY
    ),
    "issue/comment": Need(
        _BROWSE, "sample_comments.csv and the dossiers' comments.csv stay empty", _WORK,
        (
            *("read:avatar:jira", "read:comment.property:jira", "read:comment:jira", "read:group:jira"),
            *("read:project-role:jira", "read:project:jira", "read:user:jira"),
        ),
    ),
    "issue/worklog": Need(
        _BROWSE, "the dossiers' worklogs.csv stays empty", _WORK,
        (
            *("read:avatar:jira", "read:group:jira", "read:issue-worklog.property:jira", "read:issue-worklog:jira"),
            *("read:project-role:jira", "read:user:jira"),
        ),
    ),
    "worklog/updated": Need(
        "access to Jira", "the archive does not note worklogs", _WORK,
        ("read:issue-worklog.property:jira", "read:issue-worklog:jira"),
    ),
    "worklog/deleted": Need(
        "access to Jira", "the archive does not note which worklogs were deleted", _WORK,
        ("read:issue-worklog.property:jira", "read:issue-worklog:jira"),
    ),
    "worklog/list": Need(
        _BROWSE, "the archive does not note what worklogs say", _WORK,
        (
            *("read:avatar:jira", "read:comment:jira", "read:group:jira", "read:issue-worklog.property:jira"),
            *("read:issue-worklog:jira", "read:project-role:jira", "read:user:jira"),
        ),
    ),
    "issue/remotelink": Need(
        _BROWSE, "the dossiers' links.csv lacks links to elsewhere", _WORK,
        ("read:issue.remote-link:jira", "read:status:jira"),
    ),
    "issue/watchers": Need(
        f"{_BROWSE}, View Voters and Watchers", "the dossiers do not name who watches", _WORK,
        ("read:avatar:jira", "read:issue.watcher:jira", "read:user:jira"),
    ),
    "issue/votes": Need(
        f"{_BROWSE}, View Voters and Watchers", "the dossiers do not name who voted", _WORK,
        (
            *("read:application-role:jira", "read:avatar:jira", "read:group:jira", "read:issue.vote:jira"),
            "read:user:jira",
        ),
    ),
    "servicedeskapi/request": Need(
        "the right to see the customer request", "the dossiers of customer requests do not tell their type", _SERVICE_DESK
    ),
    "servicedeskapi/request/approval": Need(
        "the right to see the customer request",
        "approvals.csv is missing, and approvals of Jira Service Management count for no control", _SERVICE_DESK,
    ),
    "servicedeskapi/request/sla": Need(
        "agent of the service project", "sla.csv is missing", _SERVICE_DESK
    ),
    "attachment/content": Need(
        _BROWSE, "the dossiers' attachments are listed, not there", _WORK, ("read:attachment:jira",)
    ),
    "secure/attachment": Need(_BROWSE, "the dossiers' attachments are listed, not there"),
    "auditing/record": Need(
        "Administer Jira", _LOG,
        _CONFIGURATION, ("read:audit-log:jira", "read:user:jira"),
    ),
    "auditing/events": Need(
        "Administer Jira", _LOG
    ),
    "workspaces/event-actions": Need(
        "Administer Jira", "findings.csv can't tell whether this site records the deletion of issues",
        _CONFIGURATION,
    ),
    "workspaces/events": Need(
        "Administer Jira", "activity.csv holds Jira's audit log alone", _CONFIGURATION
    ),
}  # fmt: skip
"""By the name of a kind of request: its path less root, keys and numbers."""


def name_of(request: Request) -> str:
    """Return the name under which ``NEEDS`` lists a request.

    >>> name_of(Request("GET", "rest/api/3/issue/10001/watchers"))
    'issue/watchers'
    """
    path = request.kind.partition(" ")[2]
    for root in ("rest/api/n/", "rest/", "audit-log/v1/"):
        path = path.removeprefix(root)
    return "/".join(step for step in path.split("/") if step not in {"n", "1.0"})
