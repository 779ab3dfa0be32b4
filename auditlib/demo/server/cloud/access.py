"""Projects as Jira Cloud lists them, and who holds which permission."""

from __future__ import annotations

from auditlib.demo.server import register
from auditlib.demo.server.exchange import RefusalError, Request, page, texts
from auditlib.demo.server.render import Json
from auditlib.demo.world import permissions


def project_search(request: Request) -> Json:
    """``GET project/search``: projects that can be viewed; who administers Jira views all, browsable or not."""
    keys = {one.upper() for one in request.asked.query.get("keys", ())}
    ids = set(request.asked.query.get("id", ()))
    states = set(request.many("status")) or {"live"}
    text = request.one("query").casefold()
    sees_all = request.has("ADMINISTER") and request.one("action", "view") == "view"
    found = [
        record
        for record in sorted(request.world.projects.values(), key=lambda one: one.key)
        if request.known
        and (record.browsable or sees_all)
        and (not keys or record.key in keys)
        and (not ids or str(record.id) in ids)
        and ("archived" if record.archived else "live") in states
        and (text in record.key.casefold() or text in record.name.casefold())
    ]
    bean = page(request, found, default=50, cap=100)
    expand = set(request.many("expand"))
    bean["values"] = [register.project_details(request, record, expand) for record in bean["values"]]
    return bean


def permissions_check(request: Request) -> Json:
    """``POST permissions/check``: what an account may do; for another account only an administrator may ask."""
    body = request.body()
    own = request.world.account.account_id
    account_id = str(body.get("accountId") or own)
    if account_id != own:
        request.require("ADMINISTER")
        if account_id not in request.world.users:
            raise RefusalError(400, f"The account ID '{account_id}' is not valid.")
    wanted_globally = texts(body, "globalPermissions")
    wanted = [entry for entry in body.get("projectPermissions") or [] if isinstance(entry, dict)]
    for names, are_global in [(wanted_globally, True), *((texts(entry, "permissions"), False) for entry in wanted)]:
        _check_names(names, are_global=are_global)
    granted = [name for name in wanted_globally if account_id == own and request.has(name)]
    return {
        "globalPermissions": granted,
        "projectPermissions": [
            _granted(request, account_id, name, entry) for entry in wanted for name in texts(entry, "permissions")
        ],
    }


def _check_names(names: list[str], *, are_global: bool) -> None:
    wrong = [name for name in names if name not in permissions.CATALOGUE or permissions.is_global(name) != are_global]
    if wrong:
        raise RefusalError(400, f"Unrecognized permission: {', '.join(wrong)}")


def _granted(request: Request, account_id: str, name: str, entry: Json) -> Json:
    """List the projects and issues of an entry for which a permission holds; ids that mean nothing are ignored."""

    def holds(project_key: str) -> bool:
        project = request.world.projects.get(project_key)
        if project is None:
            return False
        if account_id == request.world.account.account_id:
            return request.has(name) and project.browsable
        return permissions.holds(request.world, account_id, name, project)

    projects = [request.lookup.project(one) for one in texts(entry, "projects")]
    issues = [request.world.issues.get(int(one)) for one in texts(entry, "issues") if one.isdigit()]
    return {
        "permission": name,
        "projects": [project.id for project in projects if project is not None and holds(project.key)],
        "issues": [issue.id for issue in issues if issue is not None and issue.visible and holds(issue.project)],
    }
