"""People, groups, roles, permission schemes and security levels: the endpoints that both dialects share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from auditlib.demo.server import render
from auditlib.demo.server.exchange import RefusalError, Request, Site, page
from auditlib.demo.server.last_login import with_last_login
from auditlib.demo.server.render import Json
from auditlib.demo.world import permissions
from auditlib.demo.world.records import ApplicationRole, Grant, Group, PermissionScheme, Role, RoleActor, User

_ADMIN = ("ADMINISTER", "ADMINISTER_PROJECTS")
_SEE_PEOPLE = ("USER_PICKER", "ADMINISTER")


def myself(request: Request) -> Json:
    """``GET myself``."""
    return _self_with_groups(request, request.world.account)


def user(request: Request) -> Json:
    """``GET user``: one person; others than oneself need the permission to browse users."""
    found = _asked_user(request)
    own = request.world.account
    if found != own:
        request.require(*_SEE_PEOPLE)
    if found is None:
        name = request.one("accountId") or request.one("username") or request.one("key")
        raise RefusalError(404, f"The user with the identifier '{name}' does not exist.")
    return _self_with_groups(request, found)


def _asked_user(request: Request) -> User | None:
    users = request.lookup.everyone()
    if request.site.cloud:
        account_id = request.one("accountId")
        return next((one for one in users if one.account_id == account_id), None)
    name, key = request.one("username"), request.one("key")
    if not name and not key:
        raise RefusalError(404, "Either the 'username' or the 'key' query parameters need to be provided")
    return next((one for one in users if (key and one.key == key) or (name and one.name == name)), None)


def _self_with_groups(request: Request, person: User) -> Json:
    site, expand = request.site, request.many("expand")
    shown = with_last_login(request, person)
    groups = [record for record in request.world.groups.values() if person.account_id in record.members]
    roles = [{"key": "jira-software", "name": "Jira Software"}] if person.active else []
    shown |= {
        "locale": "en_US",
        "groups": {"size": len(groups), "items": []},
        "applicationRoles": {"size": len(roles), "items": []},
        "expand": "groups,applicationRoles",
    }
    if "groups" in expand:
        shown["groups"]["items"] = [render.group(site, record) for record in groups]
    if "applicationRoles" in expand:
        shown["applicationRoles"]["items"] = roles
    return shown


def users_bulk(request: Request) -> Json:
    """``GET user/bulk``: people by account id; unknown ones are left out."""
    wanted = request.asked.query.get("accountId", ())
    if not wanted:
        raise RefusalError(400, "The query parameter 'accountId' is required.")
    known = {one.account_id: one for one in request.lookup.everyone()}
    found = [render.user(request.site, known[name]) for name in wanted if name in known]
    return page(request, found, default=10, cap=200)


def users_search(request: Request) -> list[Any]:
    """``GET users/search``: everyone, page by page, without a total."""
    request.require(*_SEE_PEOPLE)
    start, size = request.window(50, 1000)
    return [render.user(request.site, one) for one in request.lookup.everyone()[start : start + size]]


def group_members(request: Request) -> Json:
    """``GET group/member``: at most 50 a page, only the active unless asked otherwise; on Data Center nested groups too."""
    request.require(*_SEE_PEOPLE)
    record = _asked_group(request)
    names = permissions.members_of(request.world, record.group_id, nested=not request.site.cloud)
    people = [request.world.users.get(name) for name in names]
    with_inactive = request.flag("includeInactiveUsers")
    shown = [one for one in people if one is not None and (one.active or with_inactive)]
    shown.sort(key=lambda one: one.name)
    return page(request, [render.user(request.site, one) for one in shown], default=50, cap=50)


def _asked_group(request: Request) -> Group:
    group_id, name = request.one("groupId"), request.one("groupname")
    if not group_id and not name:
        raise RefusalError(400, "Query parameter 'groupname' is required.")
    for record in request.world.groups.values():
        if (group_id and record.group_id == group_id) or (name and record.name == name):
            return record
    raise RefusalError(404, f"The group named '{group_id or name}' does not exist.")


def application_roles(request: Request) -> list[Json]:
    """``GET applicationrole``: the applications, with the groups that give access to them."""
    request.require("ADMINISTER")
    return [_application_role(request, record) for record in request.world.application_roles]


def _application_role(request: Request, record: ApplicationRole) -> Json:
    groups = [request.world.groups[number] for number in record.groups if number in request.world.groups]
    people = {name for one in groups for name in permissions.members_of(request.world, one.group_id, nested=False)}
    shown: Json = {
        "key": record.key,
        "name": record.name,
        "groups": [one.name for one in groups],
        "defaultGroups": [one.name for one in groups[:1]],
        "selectedByDefault": False,
        "defined": True,
        "numberOfSeats": 1000,
        "remainingSeats": max(0, 1000 - len(people)),
        "userCount": len(people),
        "userCountDescription": f"{len(people)} users",
        "hasUnlimitedSeats": False,
        "platform": False,
    }
    if request.site.cloud:
        shown["groupDetails"] = [render.group(request.site, one) for one in groups]
        shown["defaultGroupsDetails"] = shown["groupDetails"][:1]
    return shown


def groups_bulk(request: Request) -> Json:
    """``GET group/bulk``."""
    request.require(*_SEE_PEOPLE)
    ids, names = request.asked.query.get("groupId", ()), request.asked.query.get("groupName", ())
    records = [
        record
        for record in request.world.groups.values()
        if (not ids and not names) or record.group_id in ids or record.name in names
    ]
    return page(request, [{"name": one.name, "groupId": one.group_id} for one in records], default=50, cap=50)


def roles(request: Request) -> list[Json]:
    """``GET role``: all project roles of the site."""
    request.require("ADMINISTER")
    return [_role(request.site, record) for record in request.world.roles.values()]


def role(request: Request) -> Json:
    """``GET role/{id}``."""
    request.require("ADMINISTER")
    return _role(request.site, _asked_role(request))


def project_roles(request: Request) -> Json:
    """``GET project/{k}/role``: name and address of each role."""
    project = request.project(administer=True)
    request.require(*_ADMIN, status=404)
    address = f"{request.site.api}/project/{project.id}/role"
    return {record.name: f"{address}/{record.id}" for record in request.world.roles.values()}


def project_role(request: Request) -> Json:
    """``GET project/{k}/role/{id}``: who holds a role in a project; 404 for whoever may not administer it."""
    project = request.project(administer=True)
    request.require(*_ADMIN, status=404)
    record = _asked_role(request)
    actors = request.world.role_actors.get((project.key, record.id), ())
    without_inactive = request.flag("excludeInactiveUsers")
    shown = [_actor(request, actor, without_inactive=without_inactive) for actor in actors]
    shown_actors = sorted((one for one in shown if one), key=lambda one: str(one["displayName"]))
    address = f"{request.site.api}/project/{project.id}/role/{record.id}"
    return {**_role(request.site, record), "self": address, "actors": shown_actors}


def role_details(request: Request) -> list[Json]:
    """``GET project/{k}/roledetails``."""
    project = request.project(administer=True)
    request.require(*_ADMIN, status=404)
    address = f"{request.site.api}/project/{project.id}/role"
    return [
        {
            "self": f"{address}/{record.id}",
            "name": record.name,
            "id": record.id,
            "description": record.description,
            "admin": False,
            "default": False,
            "roleConfigurable": True,
        }
        for record in request.world.roles.values()
    ]


def _asked_role(request: Request) -> Role:
    text = request.parts["role"]
    found = request.world.roles.get(int(text)) if text.isdigit() else None
    if found is None:
        raise RefusalError(404, f"Can not retrieve a role actor for a null project role. No role with id '{text}'.")
    return found


def _role(site: Site, record: Role) -> Json:
    address = f"{site.api}/role/{record.id}"
    return {"self": address, "name": record.name, "id": record.id, "description": record.description, "actors": []}


def _actor(request: Request, actor: RoleActor, *, without_inactive: bool) -> Json | None:
    shown: Json = {"id": actor.id, "type": f"atlassian-{actor.kind}-role-actor"}
    if actor.kind == "group":
        record = request.world.groups.get(actor.holder)
        if record is None:
            return None
        shown |= {"displayName": record.name, "name": record.name}
        if request.site.cloud:
            shown["actorGroup"] = {"name": record.name, "displayName": record.name, "groupId": record.group_id}
        return shown
    person = request.world.users.get(actor.holder)
    if person is None or (without_inactive and not person.active):
        return None
    shown["displayName"] = person.display_name
    if request.site.cloud:
        return shown | {"actorUser": {"accountId": person.account_id}}
    return shown | {"name": person.name}


def permission_schemes(request: Request) -> Json:
    """``GET permissionscheme``: any ``expand`` brings the grants."""
    grants = bool(request.one("expand"))
    schemes = [_scheme(request, record, grants=grants) for record in request.world.permission_schemes.values()]
    return {"permissionSchemes": schemes}


def permission_scheme(request: Request) -> Json:
    """``GET permissionscheme/{id}``."""
    return _scheme(request, _asked_scheme(request), grants=bool(request.one("expand")))


def permission_grants(request: Request) -> Json:
    """``GET permissionscheme/{id}/permission``."""
    record = _asked_scheme(request)
    expand = "user,group,projectRole,field,all"
    return {"permissions": [_grant(request, record, grant) for grant in record.grants], "expand": expand}


def project_permission_scheme(request: Request) -> Json:
    """``GET project/{k}/permissionscheme``: 403 for whoever sees the project and may not administer it."""
    project = request.project(administer=True)
    request.require(*_ADMIN)
    found = request.world.permission_schemes.get(-1 if project.permission_scheme is None else project.permission_scheme)
    if found is None:
        raise RefusalError(404, f"No permission scheme is associated with the project '{project.key}'.")
    return _scheme(request, found, grants=bool(request.one("expand")))


def _asked_scheme(request: Request) -> PermissionScheme:
    text = request.parts["scheme"]
    found = request.world.permission_schemes.get(int(text)) if text.isdigit() else None
    if found is None:
        raise RefusalError(404, f"The permission scheme with id '{text}' does not exist.")
    return found


def _scheme(request: Request, record: PermissionScheme, *, grants: bool) -> Json:
    shown: Json = {
        "expand": "permissions,user,group,projectRole,field,all",
        "id": record.id,
        "self": f"{request.site.api}/permissionscheme/{record.id}",
        "name": record.name,
        "description": record.description,
    }
    if grants:
        shown["permissions"] = [_grant(request, record, grant) for grant in record.grants]
    return shown


def _grant(request: Request, scheme: PermissionScheme, grant: Grant) -> Json:
    holder: Json = {"type": grant.holder_type}
    if grant.parameter is not None:
        holder |= _holder_parameter(request, grant, grant.parameter)
    if grant.holder_type in {"group", "projectRole", "user"}:
        holder["expand"] = grant.holder_type
    if not request.site.cloud and "all" in request.many("expand"):
        holder |= _holder_record(request, grant)
    return {
        "id": grant.id,
        "self": f"{request.site.api}/permissionscheme/{scheme.id}/permission/{grant.id}",
        "holder": holder,
        "permission": grant.permission,
    }


def _holder_record(request: Request, grant: Grant) -> Json:
    """Give the record of the holder, as Data Center does where everything is to be expanded."""
    world, parameter = request.world, grant.parameter or ""
    if grant.holder_type == "group" and parameter in world.groups:
        return {"group": render.group(request.site, world.groups[parameter])}
    if grant.holder_type == "user" and parameter in world.users:
        return {"user": render.user(request.site, world.users[parameter])}
    if grant.holder_type == "projectRole" and int(parameter or 0) in world.roles:
        return {"projectRole": _role(request.site, world.roles[int(parameter)])}
    field = next((one for one in world.field_names if str(one["id"]) == parameter), None)
    return {} if field is None else {"field": {"id": field["id"], "name": field["name"], "custom": True}}


def _holder_parameter(request: Request, grant: Grant, parameter: str) -> Json:
    """Name the holder: on Cloud a group by name and id, everyone else twice by id; on Data Center once."""
    name = parameter
    if grant.holder_type == "group" and parameter in request.world.groups:
        name = request.world.groups[parameter].name
    if grant.holder_type == "user" and not request.site.cloud and parameter in request.world.users:
        name = request.world.users[parameter].key
    return {"parameter": name, "value": parameter} if request.site.cloud else {"parameter": name}


def security_levels(request: Request) -> Json:
    """``GET project/{k}/securitylevel``: empty for whoever may not set a level."""
    project = request.project()
    levels = project.security_levels if request.has("SET_ISSUE_SECURITY", "ADMINISTER") else ()
    return {"levels": [_level(request.site, level) for level in levels]}


def security_scheme(request: Request) -> Json:
    """``GET project/{k}/issuesecuritylevelscheme``; 404 if the project has none."""
    project = request.project(administer=True)
    request.require(*_ADMIN)
    if not project.security_levels:
        raise RefusalError(404, f"No issue security scheme is associated with the project '{project.key}'.")
    scheme_id = int(project.security_levels[0].get("issueSecuritySchemeId") or project.id)
    return {
        "self": f"{request.site.api}/issuesecurityschemes/{scheme_id}",
        "id": scheme_id,
        "name": f"{project.key} issue security",
        "description": "",
        "levels": [_level(request.site, level) for level in project.security_levels],
    }


def _level(site: Site, level: Json) -> Json:
    parts = ["id", "name", "description"] + (["isDefault", "issueSecuritySchemeId"] if site.cloud else [])
    shown = {part: level[part] for part in parts if part in level}
    return {"self": f"{site.api}/securitylevel/{level['id']}", **shown}


def my_permissions(request: Request) -> Json:
    """``GET mypermissions``: what the account may do, anywhere or in one project."""
    wanted = request.many("permissions")
    if request.site.cloud and not wanted:
        raise RefusalError(400, "The 'permissions' query parameter is required.")
    unknown = [name for name in wanted if name not in permissions.CATALOGUE]
    if unknown:
        raise RefusalError(400, f"Unrecognized permission: {', '.join(unknown)}")
    _check_context(request)
    names: Iterable[str] = wanted or permissions.CATALOGUE
    return {
        "permissions": {name: {**permissions.describe(name), "havePermission": request.has(name)} for name in names}
    }


def _check_context(request: Request) -> None:
    """Refuse an issue or a project that the account can't see."""
    issue = request.one("issueId") or request.one("issueKey")
    project = request.one("projectId") or request.one("projectKey")
    if issue:
        request.issue(issue)
    elif project:
        found = request.lookup.project(project)
        if found is None or not found.browsable:
            kind = "id" if request.one("projectId") else "key"
            raise RefusalError(404, f"No project could be found with {kind} '{project}'.")


def all_permissions(_: Request) -> Json:
    """``GET permissions``: the catalogue."""
    return {"permissions": {name: permissions.describe(name) for name in permissions.CATALOGUE}}
