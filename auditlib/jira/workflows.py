"""Questions about workflows: which one holds for which issue type, what it says, which versions of it Jira still keeps. Pure.

Cloud tells workflows with their rules and keeps versions for 60 days; Data Center tells names and the statuses of each type.
Facts and their sources: docs/jira.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from auditlib.responses.request import Request, get, post

PROJECTS_PER_REQUEST: Final = 100
"""How many projects one question for workflow schemes may name."""

_CLOUD: Final = "rest/api/3"
_DATA_CENTER: Final = "rest/api/2"


def statuses_of(dialect: str, project: str) -> Request:
    """Ask for the statuses of a project by issue type; whoever may browse the project may ask.

    Parameters
    ----------
    dialect : str
        ``cloud`` or ``data-center``.
    project : str
        Its key.
    """
    return get(f"{_DATA_CENTER if dialect == 'data-center' else _CLOUD}/project/{project}/statuses")


# Cloud


def schemes_of(project_ids: Sequence[int]) -> Request:
    """Ask for the workflow schemes of up to 100 projects; team-managed ones are left out without a word."""
    return Request("GET", f"{_CLOUD}/workflowscheme/project", tuple(("projectId", str(one)) for one in project_ids))


def workflow_of(project_id: int, issue_type_id: str) -> Request:
    """Ask for the workflow of an issue type in a project, as it is now, with its statuses, transitions and rules."""
    return _workflows(projectAndIssueTypes=[{"projectId": str(project_id), "issueTypeId": issue_type_id}])


def _workflows(**wanted: Any) -> Request:
    none: dict[str, Any] = {"projectAndIssueTypes": [], "workflowIds": [], "workflowNames": []}
    return post(f"{_CLOUD}/workflows", **(none | wanted))


def versions_of(workflow_id: str) -> Request:
    """Ask which versions of a workflow are kept; those in between that Jira makes on its own are left out."""
    return post(f"{_CLOUD}/workflow/history/list", workflowId=workflow_id)


def version_of(workflow_id: str, number: int) -> Request:
    """Ask for a version of a workflow that is kept, with its statuses, transitions and rules, and who made it."""
    return post(f"{_CLOUD}/workflow/history", workflowId=workflow_id, version=number)


# Data Center


def scheme_of(project: str) -> Request:
    """Ask for the workflow scheme of a project: the names of its workflows by issue type."""
    return get(f"{_DATA_CENTER}/project/{project}/workflowscheme")


def all_workflows() -> Request:
    """Ask for the names of all workflows, with who last changed each; not for their transitions and rules."""
    return get(f"{_DATA_CENTER}/workflow")
