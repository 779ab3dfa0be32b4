"""The site itself, its projects, filters and lists of values: the endpoints that both dialects share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from auditlib.demo.server import render
from auditlib.demo.server.exchange import RefusalError, Request, Site, page
from auditlib.demo.server.render import Json
from auditlib.demo.world.records import Filter, Project

_CLOUD_VERSION = ("1001.0.0-SNAPSHOT", [1001, 0, 0], 100300)
_SERVER_VERSION = ("10.3.24", [10, 3, 24], 10030024)


def server_info(request: Request) -> Json:
    """``GET serverInfo``; anyone may ask."""
    site = request.site
    version, numbers, build = _CLOUD_VERSION if site.cloud else _SERVER_VERSION
    shown: Json = {
        "baseUrl": request.world.base_url or site.url,
        "version": version,
        "versionNumbers": numbers,
        "deploymentType": "Cloud" if site.cloud else "Server",
        "buildNumber": build,
        "buildDate": "2026-01-15T00:00:00.000+0000",
        "serverTime": site.time(site.clock()),
        "scmInfo": "embedded",
        "serverTitle": request.world.title,
    }
    if site.cloud:
        return shown | {"serverTimeZone": request.world.server_zone, "displayUrl": request.world.base_url or site.url}
    return shown | {"defaultLocale": {"locale": "en_US"}}


def visible_projects(request: Request) -> list[Project]:
    """List the projects that the caller may see, by key."""
    if not request.known:
        return []
    return sorted((one for one in request.world.projects.values() if one.browsable), key=lambda one: one.key)


def project(request: Request) -> Json:
    """``GET project/{k}``: by key, former key or id."""
    return project_details(request, request.project(), {*request.many("expand"), "lead", "description", "issueTypes"})


def project_details(request: Request, record: Project, expand: set[str]) -> Json:
    """Render a project with what is asked for."""
    site = request.site
    shown = {
        "expand": "description,lead,issueTypes,url,projectKeys,permissions,insight",
        **render.project(site, record),
    }
    if site.cloud:
        shown |= {"style": record.style, "isPrivate": False, "properties": {}}
    if record.archived or not site.cloud:
        shown["archived"] = record.archived
    lead = render.user(site, request.world.users.get(record.lead))
    optional = {
        "description": record.description,
        "lead": lead,
        "issueTypes": [issue_type(site, one) for one in request.world.issue_types],
        "projectKeys": [record.key, *record.former_keys],
    }
    shown |= {name: content for name, content in optional.items() if name in expand and content is not None}
    if "insight" in expand and site.cloud:
        shown["insight"] = _insight(request, record)
    return shown


def _insight(request: Request, record: Project) -> Json:
    """Count all issues of the project, hidden ones too: the count does not come from a search."""
    issues = request.lookup.issues_of(record.key)
    shown: Json = {"totalIssueCount": len(issues)}
    if issues:
        shown["lastIssueUpdateTime"] = request.site.time(max(one.updated for one in issues))
    return shown


def filter_by_id(request: Request) -> Json:
    """``GET filter/{id}``; 400 if there is none that the caller may use."""
    text = request.parts["filter"]
    found = request.world.filters.get(int(text)) if text.isdigit() else None
    if found is None or not _may_use(request, found):
        raise RefusalError(400, "The selected filter is not available to you, perhaps it has been deleted or had its "
                           "permissions changed.")  # fmt: skip
    site = request.site
    subscriptions: Json = {"size": 0, "items": [], "max-results": 0, "start-index": 0, "end-index": 0}
    shown = filter_details(request, found)
    shown["sharedUsers"] = dict(subscriptions) if site.cloud else {"size": 0, "items": [], "maxResults": 0}
    if site.cloud:
        shown["subscriptions"] = subscriptions
    return shown


def _may_use(request: Request, record: Filter) -> bool:
    """Say whether the caller owns the filter or it is shared with them."""
    if not request.known:
        return False
    own = request.world.account.account_id
    return record.owner == own or any(_shared_with(request, own, share) for share in record.share_permissions)


def _shared_with(request: Request, account_id: str, share: Json) -> bool:
    kind = share.get("type")
    if kind == "group":
        group = (share.get("group") or {}).get("groupId")
        return group in request.world.groups and account_id in request.world.groups[group].members
    if kind in {"project", "projectRole"}:
        project = request.lookup.project(str((share.get("project") or {}).get("id", "")))
        return project is not None and project.browsable
    if kind == "user":
        return bool((share.get("user") or {}).get("accountId") == account_id)
    return kind in {"global", "loggedin", "authenticated"}


def _share(request: Request, share: Json) -> Json:
    """Render a share permission; Data Center knows groups by name only."""
    shown: Json = dict(share)
    if not request.site.cloud:
        shown |= {"view": True, "edit": False}
    if "group" in shown and not request.site.cloud:
        shown["group"] = {name: value for name, value in shown["group"].items() if name != "groupId"}
    return shown


def filter_details(request: Request, record: Filter) -> Json:
    """Render a filter."""
    site = request.site
    shown: Json = {
        "self": f"{site.api}/filter/{record.id}",
        "id": str(record.id),
        "name": record.name,
        "description": record.description,
        "owner": render.user(site, request.lookup.user(record.owner)),
        "jql": record.jql,
        "viewUrl": f"{site.url}/issues/?filter={record.id}",
        "searchUrl": f"{site.api}/search?jql={quote(record.jql)}",
        "favourite": False,
        "sharePermissions": [_share(request, one) for one in record.share_permissions],
    }
    if site.cloud:
        shown |= {"favouritedCount": 0, "editPermissions": [_share(request, one) for one in record.edit_permissions]}
    else:
        shown["sharePermissions"] += [_share(request, one) | {"edit": True} for one in record.edit_permissions]
        shown["editable"] = request.has("ADMINISTER")
    return shown


def filter_search(request: Request) -> Json:
    """``GET filter/search``: only what ``expand`` names goes beyond id and name."""
    ids, name = request.asked.query.get("id", ()), request.one("filterName").casefold()
    expand = {*request.many("expand"), "self", "id", "name"}
    found = [
        {part: value for part, value in _with_subscriptions(filter_details(request, record)).items() if part in expand}
        for record in request.world.filters.values()
        if _may_use(request, record) and (not ids or str(record.id) in ids) and name in record.name.casefold()
    ]
    return page(request, found, default=50, cap=100)


def _with_subscriptions(shown: Json) -> Json:
    return {**shown, "subscriptions": []}


def fields(request: Request) -> list[Any]:
    """``GET field``."""
    parts = ("id", "key", "name", "custom", "orderable", "navigable", "searchable", "clauseNames", "schema", "scope")
    wanted = parts if request.site.cloud else tuple(part for part in parts if part not in {"key", "scope"})
    return [_only(one, wanted) for one in request.world.field_names]


def issue_type(site: Site, record: Json) -> Json:
    """Render an issue type."""
    shown = {
        "self": f"{site.api}/issuetype/{record['id']}",
        "id": str(record["id"]),
        "description": record.get("description", ""),
        "iconUrl": f"{site.url}/images/icons/issuetypes/generic.png",
        "name": record["name"],
        "subtask": bool(record.get("subtask", False)),
    }
    if site.cloud:
        shown["hierarchyLevel"] = record.get("hierarchyLevel", -1 if shown["subtask"] else 0)
    return shown


def issue_types(request: Request) -> list[Any]:
    """``GET issuetype``."""
    return [issue_type(request.site, one) for one in request.world.issue_types]


def statuses(request: Request) -> list[Any]:
    """``GET status``."""
    site = request.site
    return [
        {
            "self": f"{site.api}/status/{one['id']}",
            "description": one.get("description", ""),
            "iconUrl": f"{site.url}/images/icons/statuses/generic.png",
            "name": one["name"],
            "id": str(one["id"]),
            **({"statusCategory": _category(site, one["statusCategory"])} if one.get("statusCategory") else {}),
        }
        for one in request.world.statuses
    ]


def status_categories(request: Request) -> list[Any]:
    """``GET statuscategory``: those that the statuses belong to, each once."""
    found = (one.get("statusCategory") for one in request.world.statuses)
    categories = {str(one.get("id") or one.get("key")): one for one in found if one}
    return [_category(request.site, one) for _, one in sorted(categories.items())]


def _category(site: Site, record: Json) -> Json:
    parts = _only(record, ("id", "key", "colorName", "name"))
    # real data may name the category by its key alone
    return {"self": f"{site.api}/statuscategory/{record.get('id') or record.get('key')}", **parts}


def resolutions(request: Request) -> list[Any]:
    """``GET resolution``."""
    return _plain_list(request, "resolution", request.world.resolutions, ("description",))


def priorities(request: Request) -> list[Any]:
    """``GET priority``."""
    return _plain_list(request, "priority", request.world.priorities, ("description", "statusColor", "iconUrl"))


def link_types(request: Request) -> Json:
    """``GET issueLinkType``."""
    return {
        "issueLinkTypes": _plain_list(request, "issueLinkType", request.world.link_types, ("inward", "outward")),
    }


def _plain_list(request: Request, name: str, records: Sequence[Json], parts: tuple[str, ...]) -> list[Any]:
    return [
        {
            "self": f"{request.site.api}/{name}/{one['id']}",
            "id": str(one["id"]),
            "name": one["name"],
            **_only(one, parts),
        }
        for one in records
    ]


def _only(record: Json, parts: tuple[str, ...]) -> Json:
    return {part: record[part] for part in parts if part in record}
