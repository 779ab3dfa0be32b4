"""Workflows as Jira Cloud tells them: schemes of projects, workflows with their rules, and the versions that are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from auditlib.demo.server.exchange import RefusalError, Request, texts
from auditlib.demo.server.render import Json
from auditlib.demo.server.workflows import scheme_details
from auditlib.demo.world.workflows import Step, Version, Workflow

_CATEGORIES = {"new": "TODO", "indeterminate": "IN_PROGRESS", "done": "DONE"}
_SEES_OWN = ("ADMINISTER_PROJECTS", "VIEW_READONLY_WORKFLOW")


def project_schemes(request: Request) -> Json:
    """``GET workflowscheme/project``: of the named projects; team-managed and unknown ones are left out."""
    request.require("ADMINISTER")
    ids = request.asked.query.get("projectId", ())
    if not ids:
        raise RefusalError(400, "The ID of a project has to be provided.")
    by_key = {one.key: str(one.id) for one in request.world.projects.values()}
    found: dict[int, Json] = {}
    for key, scheme in request.world.workflows.schemes.items():
        if by_key.get(key) in ids:
            record = {"projectIds": [], "workflowScheme": scheme_details(request, scheme)}
            found.setdefault(scheme.id, record)["projectIds"].append(by_key[key])
    return {"values": list(found.values())}


def read_workflows(request: Request) -> Json:
    """``POST workflows``: by name, by id, or by project and issue type; what may not be seen is a 401, as described."""
    body, workflows = request.body(), request.world.workflows
    names, ids = texts(body, "workflowNames"), texts(body, "workflowIds")
    pairs = [one for one in body.get("projectAndIssueTypes") or [] if isinstance(one, dict)]
    projects = {str(one.id): one.key for one in request.world.projects.values()}
    asked = [workflows.of(projects.get(str(one.get("projectId")), ""), str(one.get("issueTypeId"))) for one in pairs]
    asked += [one for one in workflows.all if one.name in names or one.id in ids]
    found = list(dict.fromkeys(one.id for one in asked if one is not None))
    shown = [one for one in workflows.all if one.id in found]
    for one in shown:
        _require_seen(request, one)
    return {
        "statuses": _statuses(request, [one.current for one in shown]),
        "workflows": [
            _workflow(request, one, one.current) | {"isEditable": request.has("ADMINISTER"), "taskId": None}
            for one in shown
        ],
    }


def history_list(request: Request) -> Json:
    """``POST workflow/history/list``: the newest version first; those in between only where ``expand`` asks for them."""
    found = _asked_workflow(request)
    with_intermediate = "includeIntermediateWorkflows" in request.many("expand")
    return {
        "entries": [
            {
                "workflowId": found.id,
                "workflowVersion": one.number,
                "writtenAt": _time(one.written),
                "isIntermediate": one.intermediate,
            }
            for one in reversed(found.versions)
            if with_intermediate or not one.intermediate
        ]
    }


def history_version(request: Request) -> Json:
    """``POST workflow/history``: a version that is kept."""
    found, number = _asked_workflow(request), request.body().get("version")
    version = next((one for one in found.versions if one.number == number), None)
    if version is None:
        raise RefusalError(400, f"There is no version {number} of the workflow.")
    shown = _workflow(request, found, version) | {"lastUpdateAuthorAAID": version.author}
    return {"statuses": _statuses(request, [version]), "workflows": [shown]}


def _asked_workflow(request: Request) -> Workflow:
    asked = str(request.body().get("workflowId"))
    found = next((one for one in request.world.workflows.all if one.id == asked), None)
    if found is None:
        raise RefusalError(400, f"The workflow with the ID {asked} does not exist.")
    _require_seen(request, found)
    return found


def _require_seen(request: Request, workflow: Workflow) -> None:
    """Refuse who may not see a workflow: an administrator sees all, others their team-managed project's."""
    own = workflow.project is not None and request.has(*_SEES_OWN)
    if not own and not request.has("ADMINISTER"):
        raise RefusalError(401, "You do not have permission to perform this operation.")


def _time(instant: datetime) -> str:
    """Write a time as in Atlassian's examples of these answers, which have no zone."""
    return f"{instant:%Y-%m-%d %H:%M:%S}.{instant.microsecond // 1000:03d}"


def _statuses(request: Request, versions: list[Version]) -> list[Json]:
    wanted = {name for one in versions for name in one.statuses}
    return [
        {
            "id": str(one["id"]),
            "statusReference": str(one["id"]),
            "name": one["name"],
            "description": one.get("description", ""),
            "statusCategory": _CATEGORIES.get(str((one.get("statusCategory") or {}).get("key")), "TODO"),
            "scope": {"type": "GLOBAL"},
        }
        for one in request.world.statuses
        if one["name"] in wanted
    ]


def _workflow(request: Request, workflow: Workflow, version: Version) -> Json:
    ids = {one["name"]: str(one["id"]) for one in request.world.statuses}
    project = request.world.projects.get(workflow.project or "")
    scope: Json = {"type": "GLOBAL"} if project is None else {"type": "PROJECT", "project": {"id": str(project.id)}}
    return {
        "id": workflow.id,
        "name": workflow.name,
        "description": workflow.description,
        "scope": scope,
        "created": _time(workflow.versions[0].written),
        "updated": _time(version.written),
        "version": {"id": f"{workflow.id[:-4]}{version.number:04d}", "versionNumber": version.number},
        "startPointLayout": {"x": -100.0, "y": 0.0},
        "statuses": [
            {
                "statusReference": ids[name],
                "deprecated": False,
                "layout": {"x": 180.0 * place, "y": 0.0},
                "properties": {},
            }
            for place, name in enumerate(version.statuses)
        ],
        "transitions": [_transition(one, ids) for one in version.steps],
    }


def _transition(step: Step, ids: dict[str, str]) -> Json:
    shown: Json = {
        "id": str(step.id),
        "name": step.name,
        "description": "",
        "type": step.kind,
        "toStatusReference": ids[step.target],
        "links": [{"fromStatusReference": ids[name], "fromPort": 0, "toPort": 1} for name in step.origins],
        "properties": {},
        "triggers": [],
        "validators": [dict(one) for one in step.validators],
        "actions": [dict(one) for one in step.actions],
    }
    if step.conditions is not None:
        shown["conditions"] = _plain(step.conditions)
    return shown


def _plain(value: Any) -> Any:
    """Return JSON of plain lists and objects."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
