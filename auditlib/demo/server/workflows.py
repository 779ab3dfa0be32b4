"""Workflows as both dialects tell them: the statuses of each issue type, and what Data Center tells beside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from auditlib.demo.server import register
from auditlib.demo.server.exchange import RefusalError, Request
from auditlib.demo.server.render import Json
from auditlib.demo.world.workflows import Scheme


def project_statuses(request: Request) -> list[Any]:
    """``GET project/{k}/statuses``: by issue type; all that there are where the type has no workflow."""
    project = request.project()
    shown = {one["name"]: one for one in register.statuses(request)}
    return [
        {
            "self": f"{request.site.api}/issuetype/{kind['id']}",
            "id": str(kind["id"]),
            "name": kind["name"],
            "subtask": bool(kind.get("subtask", False)),
            "statuses": [shown[name] for name in _names(request, project.key, kind) if name in shown],
        }
        for kind in request.world.issue_types
    ]


def _names(request: Request, project: str, kind: Json) -> Sequence[str]:
    found = request.world.workflows.of(project, str(kind["id"]))
    return [one["name"] for one in request.world.statuses] if found is None else found.current.statuses


def scheme_details(request: Request, scheme: Scheme) -> Json:
    """Render a workflow scheme."""
    return {
        "self": f"{request.site.api}/workflowscheme/{scheme.id}",
        "id": scheme.id,
        "name": scheme.name,
        "description": "",
        "defaultWorkflow": scheme.default,
        "issueTypeMappings": dict(scheme.by_type),
    }


# Data Center


def project_scheme(request: Request) -> Json:
    """``GET project/{k}/workflowscheme`` of Data Center; 403 for whoever may not administer Jira."""
    project = request.project(administer=True)
    request.require("ADMINISTER")
    scheme = request.world.workflows.schemes.get(project.key)
    if scheme is None:
        raise RefusalError(404, f"No workflow scheme is associated with the project '{project.key}'.")
    return scheme_details(request, scheme) | {"draft": False}


def all_workflows(request: Request) -> list[Any]:
    """``GET workflow`` of Data Center: names, and who last changed each, but no transitions and no rules."""
    if not request.known:
        return []
    people = request.world.users
    return [
        {
            "name": one.name,
            "description": one.description,
            "lastModifiedDate": f"{one.current.written:%d/%b/%y %H:%M}",
            "lastModifiedUser": people[one.current.author].name if one.current.author in people else "",
            "steps": len(one.current.statuses),
            "default": False,
        }
        for one in request.world.workflows.all
    ]
