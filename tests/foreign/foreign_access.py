"""The small Jira by another hand, asked who may do what: schemes, roles, groups, people, workflows, filters, the log.

Written as `server` is, from Atlassian's descriptions and public threads alone, never from the client. It speaks Cloud, and
five Data Centers of different years. `DEPARTURES` says where it departs from the description, or chooses, and whence, as
`server.DEVIATIONS` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import unquote, urlencode

from carrier import Answer, Ask, RefusalError, listening
from foreign_company import (
    ACTIONS,
    APPLICATIONS,
    ATTIC_ROLES,
    FILTER,
    FILTER_JQL,
    FLOW,
    GONE_GROUP,
    GRANTS,
    GROUPS,
    INACTIVE,
    ISSUE_TYPES,
    PLAIN_FLOW,
    ROLES,
    SCHEME_NAMES,
    SCHEMES,
    STAFF,
    VERSIONS,
    Act,
    Company,
    Grant,
    Thing,
    Version,
)
from server import USER, Elsewhere, ForeignJira
from shapes import ZONES
from world import PROJECTS, STATUSES, Record

DEPARTURES: dict[str, tuple[str | None, str]] = {
    "scope refused": (
        None,
        "a refused scope is 401 with a text about scope at the gateway (JIRA.md 83; body seen in public reports)",
    ),
    "401 for a role": (
        None,
        "project/{k}/role without administration: 401, not 403 (pycontribs/jira 535, and the description)",
    ),
    "401 for a workflow": (
        None,
        "workflows and their history answer 401 to who may not read them (Atlassian's description)",
    ),
    "404 for one role": (None, "project/{k}/role/{id} without administration: 404 (description, both dialects)"),
    "scheme 0": (None, "the default permission scheme has the id 0 (published Cloud answers)"),
    "unknown holder": (None, "a holder's type that no list names (JIRA.md 78; apps may add types)"),
    "members' pages": (
        None,
        "group/member: 50 at most; on by isLast and a link to another host (Cloud, 9.12), by total (8.x), by isLast (10.3)",
    ),
    "inactive left out": (None, "group/member leaves the deactivated out unless asked (description)"),
    "walks subgroups": (
        None,
        "Data Center: members of groups in the group come along, some twice over (description of 9.x: group and its subgroups)",
    ),
    "few people": (
        None,
        "user/bulk grants 10 at a time, however many are wanted (default of the description; no maximum is named)",
    ),
    "no account": (None, "user/bulk leaves out an account that is no more; user answers 404 (description)"),
    "team-managed": (
        None,
        "project/{k}/permissionscheme of a team-managed project: 404; its roles have a scope (JIRA.md 49: not known)",
    ),
    "default workflows": (None, "workflowscheme/project: the default scheme has no id (description)"),
    "stamp without zone": (None, "workflow/history: `2026-11-20 02:21:19.598`, no zone (Atlassian's own example)"),
    "log's words": (
        None,
        "Data Center: words of the server's language, keys of its language files (source of 6.x; translated from 8.10 on)",
    ),
    "log by version": (
        None,
        "8.5: auditing/record; 8.20: cursor as text, offset 0; 9.12: link; 10.3: cursor in an object (JIRA.md 39, 74, 88)",
    ),
    "last login": (None, "Data Center 10.3: lastLoginTime, absent of who never came (names file); not before"),
    "updated worklogs": (
        None,
        "two a page; lastPage on Cloud, isLastPage beside it on Data Center; nextPage on another host (names file)",
    ),
    "403 as a page": (None, "Data Center: refusals as a page of HTML from a proxy, or JSON, by resource (JIRA.md 79)"),
    "more members": (
        r"\S+ .* additionalProperties",
        "live sites send members that no description names; expanded holders have no property in the description",
    ),
    "status without category": (
        r"workflows \$\.statuses\[\d+\]\.statusCategory enum",
        "`undefined` is a category (JIRA.md 78), and workflows are described with three",
    ),
}

ADMIN, PROJECT_ADMIN, BROWSER = "admin", "project", "browser"
CLASSIC = {  # the classic scope that a resource needs, by how its path begins; the longest that fits
    "": "read:jira-work",
    "serverInfo": "",
    "myself": "read:jira-user",
    "user": "read:jira-user",
    "users/search": "read:jira-user",
    "auditing/record": "manage:jira-configuration",
    "group/member": "manage:jira-configuration",
    "applicationrole": "manage:jira-configuration",
    "role": "manage:jira-configuration",
    "workflow": "manage:jira-configuration",
}


class Manner(NamedTuple):
    """How one Data Center answers, by its version."""

    version: str
    log: str  # record, text, link, object, offset
    members: str  # total, link, last
    last_login: bool = False


MANNERS = {
    "8.5": Manner("8.5.3", "record", "total"),
    "8.20": Manner("8.20.30", "text", "total"),
    "9.12": Manner("9.12.4", "link", "link"),
    "10.3": Manner("10.3.24", "object", "last", last_login=True),
    "10.7": Manner("10.7.1", "offset", "last", last_login=True),
}
CLOUD = Manner("1001.0.0-SNAPSHOT", "cloud", "link")
Route = tuple[str, str, Callable[..., Answer]]


class AccessJira(ForeignJira):
    """The server's mind, with all that it knows of powers."""

    def __init__(self, dialect: str, elsewhere: str, version: str = "9.12", powers: str = ADMIN) -> None:
        super().__init__(dialect, elsewhere, USER)
        self._once = {}
        self.manner = CLOUD if self.cloud else MANNERS[version]
        self.powers = powers
        self.scopes: set[str] | None = None
        self.world: Company = Company(cloud=self.cloud)
        self.edited: dict[int, tuple[datetime, str]] = {}
        self.worklogs_gone: list[tuple[int, datetime]] = []
        root = r"/rest/api/(?:2|3|latest)/" if self.cloud else r"/rest/api/(?:2|latest)/"
        routes = self._both() + (self._of_cloud() if self.cloud else self._of_server())
        own = [(method, re.compile(root + path + "$"), do) for method, path, do in routes]
        if not self.cloud and self.manner.log == "record":
            self.routes = [route for route in self.routes if route[2] != self.log_server]
        self.routes = own + self.routes

    def _both(self) -> list[Route]:
        return [
            ("GET", "project/([^/]+)/permissionscheme", self.scheme_of),
            ("GET", "permissionscheme/(\\d+)", self.scheme),
            ("GET", "permissionscheme/(\\d+)/permission", self.grants),
            ("GET", "project/([^/]+)/role", self.roles_of),
            ("GET", "project/([^/]+)/role/(\\d+)", self.role_of),
            ("GET", "role/(\\d+)", self.role),
            ("GET", "group/member", self.members),
            ("GET", "applicationrole", self.applications),
            ("GET", "project/([^/]+)/statuses", self.statuses),
            ("GET", "filter/(\\d+)", self.filter),
            ("GET", "worklog/(updated|deleted)", self.changed_worklogs),
            ("POST", "worklog/list", self.worklogs_by_id),
        ]

    def _of_cloud(self) -> list[Route]:
        return [
            ("GET", "project/([^/]+)/roledetails", self.role_details),
            ("GET", "user/bulk", self.people_by_id),
            ("GET", "users/search", self.everybody),
            ("GET", "workflowscheme/project", self.workflow_schemes),
            ("POST", "workflows", self.workflows),
            ("POST", "workflow/history/list", self.workflow_versions),
            ("POST", "workflow/history", self.workflow_version),
        ]

    def _of_server(self) -> list[Route]:
        routes: list[Route] = [
            ("GET", "user", self.one_person),
            ("GET", "project/([^/]+)/workflowscheme", self.workflow_scheme_of),
            ("GET", "workflow", self.workflow_names),
        ]
        if self.manner.log in ("record", "text"):
            routes.append(("GET", "auditing/record", self.log_old))
        return routes

    # --- who asks --------------------------------------------------------------------------------------------------

    def routed(self, ask: Ask) -> Answer:
        """Refuse what the credential has no scope for, before anything else is looked at."""
        path = re.sub(r"^.*/rest/api/\w+/", "", ask.path)
        needed = CLASSIC[max((each for each in CLASSIC if path.startswith(each)), key=len)]
        if self.scopes is not None and needed and needed not in self.scopes:
            return Answer({"code": 401, "message": "Unauthorized; scope does not match"}, 401)
        return super().routed(ask)

    def must_administer(self, status: int = 403, text: str = "", *, project: bool = False) -> None:
        """Refuse who does not administer Jira, or at least the project."""
        if self.powers != ADMIN and not (project and self.powers == PROJECT_ADMIN):
            raise RefusalError(status, text or "You do not have the permission to do this.")

    def server_info(self, ask: Ask) -> Answer:
        """Say which Jira this is."""
        answer = super().server_info(ask)
        numbers = [int(part) for part in self.manner.version.split("-")[0].split(".")]
        answer.value |= {"version": self.manner.version, "versionNumbers": numbers}
        return answer

    def mypermissions(self, ask: Ask) -> Answer:
        """Say what the account may."""
        answer = super().mypermissions(ask)
        for name, one in answer.value["permissions"].items():
            mine = {"BROWSE_PROJECTS"} | ({"ADMINISTER_PROJECTS"} if self.powers == PROJECT_ADMIN else set())
            one["havePermission"] = self.powers == ADMIN or name in mine
        return answer

    def project(self, ask: Ask, key: str) -> Answer:
        """Describe a project; on Cloud ATTIC is team-managed."""
        answer = super().project(ask, key)
        if self.cloud and answer.value["key"] == "ATTIC":
            answer.value |= {"style": "next-gen", "simplified": True, "isPrivate": False}
        return answer

    def key_of(self, name: str) -> str:
        """Find a project by key or id."""
        key = next((key for key, held in PROJECTS.items() if name in (key, held[0])), None)
        if key is None:
            raise RefusalError(404, f"No project could be found with key '{name}'.")
        return key

    # --- people and groups -----------------------------------------------------------------------------------------

    def person(self, who: str | None) -> dict[str, Any] | None:
        """Describe anybody of the staff."""
        if who is None:
            return None
        account, name, shown = STAFF[who]
        one: dict[str, Any] = {"active": who not in INACTIVE, "timeZone": ZONES[self.dialect], "hue": 7}
        if self.cloud:
            kind = {"robot": "app", "pat": "customer"}.get(who, "atlassian")
            one |= {"accountId": account, "accountType": kind}
        else:
            one |= {"key": name.upper(), "name": name}
        return one | ({"displayName": shown} if shown else {})

    def id_of(self, who: str) -> str:
        """Give the account id, on Data Center the key."""
        account, name, _ = STAFF.get(who, (who, who, None))
        return account if self.cloud else name.upper()

    def members(self, ask: Ask) -> Answer:
        """Give who is in a group, 50 at a time; on Data Center those of its groups too, one of them twice."""
        if not self.cloud and self.powers != ADMIN:
            return Answer("<html><body><h1>403</h1>Forbidden by policy</body></html>", 403)
        self.must_administer(403, "You are not allowed to view members of this group.")
        name = ask.one("groupname")
        if ask.one("groupId"):
            name = next((each for each, held in GROUPS.items() if held[0] == ask.one("groupId")), "")
            if not self.cloud:
                raise RefusalError(400, "The query parameter 'groupname' is required.")
        if name not in GROUPS:
            raise RefusalError(404, f"The group named '{name or ask.one('groupId')}' does not exist.")
        everyone = ask.one("includeInactiveUsers") in ("true", "True")
        who = [each for each in GROUPS[name][1] if everyone or each not in INACTIVE]
        if not self.cloud:
            who += [each for group in GROUPS[name][2] for each in GROUPS[group][1] if everyone or each not in INACTIVE]
        start, size = ask.number("startAt", 0), max(1, min(ask.number("maxResults", 50), 50))
        page: dict[str, Any] = {
            "startAt": start,
            "maxResults": size,
            "values": [self.person(each) for each in who[start : start + size]],
        }
        ended = start + size >= len(who)
        if self.manner.members != "last":
            page["total"] = len(who)
        if self.manner.members != "total":
            page["isLast"] = ended
        if self.manner.members == "link" and not ended:
            query = urlencode({name: values[0] for name, values in ask.query.items()} | {"startAt": str(start + size)})
            page["nextPage"] = f"{self.elsewhere}{ask.path}?{query}"
        return Answer(page)

    def people_by_id(self, ask: Ask) -> Answer:
        """Give people by their ids, ten at a time; who is no more is left out."""
        asked = ask.query.get("accountId", [])
        if not asked:
            raise RefusalError(400, "The accountId parameter is required.")
        known = {self.id_of(who): who for who in STAFF}
        found = [known[each] for each in asked if each in known]
        start, size = ask.number("startAt", 0), min(ask.number("maxResults", 10), 10)
        page = {"startAt": start, "maxResults": size, "total": len(found), "isLast": start + size >= len(found)}
        return Answer(page | {"values": [self.person(each) for each in found[start : start + size]]})

    def everybody(self, ask: Ask) -> Answer:
        """List all people."""
        self.must_administer(403, "Browse users and groups permission is required.")
        start, size = ask.number("startAt", 0), min(ask.number("maxResults", 50), 1000)
        return Answer([self.person(each) for each in list(STAFF)[start : start + size]])

    def one_person(self, ask: Ask) -> Answer:
        """Describe one person by key or name; when they last came only on newer ones."""
        asked = ask.one("key") or ask.one("username")
        who = next(
            (e for e, (_, name, _) in STAFF.items() if (name.upper() if ask.one("key") else name) == asked), None
        )
        if who is None:
            raise RefusalError(404, f"The user named '{asked}' does not exist")
        one = self.person(who) or {}
        one |= {"emailAddress": f"{who}@example.org", "deleted": False, "groups": {"size": 1, "items": []}}
        if self.manner.last_login and who not in ("mute", "kim"):
            one["lastLoginTime"] = f"2025-08-{len(who) + 10:02}T09:04:32+0000"
        return Answer(one)

    def applications(self, _: Ask) -> Answer:
        """Give the applications and the groups of who may use them."""
        if not self.cloud and self.powers != ADMIN:
            return Answer("<html><body><h1>403</h1>Forbidden by policy</body></html>", 403)
        self.must_administer(403, "Only Jira administrators can see application roles.")
        shown = []
        for key, (name, groups) in APPLICATIONS.items():
            one: dict[str, Any] = {
                "key": key,
                "name": name,
                "groups": groups,
                "defaultGroups": groups,
                "defined": True,
                "userCount": 5,
            }
            if self.cloud:
                one["groupDetails"] = [{"groupId": GROUPS[each][0], "name": each, "self": self.base} for each in groups]
            shown.append(one)
        return Answer(shown)

    # --- schemes and roles -----------------------------------------------------------------------------------------

    def holder(self, grant: Grant, expand: str) -> dict[str, Any]:
        """Describe who holds a permission."""
        one: dict[str, Any] = {"type": grant.type}
        if grant.type == "group":
            held = dict([GONE_GROUP]) | {name: group[0] for name, group in GROUPS.items()}
            one["parameter"] = grant.which
            if self.cloud:
                one["value"] = held[grant.which]
        elif grant.which:
            one["parameter"] = self.id_of(grant.which) if grant.type == "user" else grant.which
            if self.cloud:
                one["value"] = one["parameter"]
        if grant.type in ("user", "group", "projectRole"):
            one["expand"] = grant.type
        if grant.type == "projectRole" and grant.which.isdigit() and int(grant.which) in ROLES and expand:
            one["projectRole"] = {"id": int(grant.which), "name": ROLES[int(grant.which)][0], "self": self.base}
        if grant.type == "user" and grant.which in STAFF and ("user" in expand or "all" in expand):
            one["user"] = self.person(grant.which)
        return one

    def granted(self, scheme: int, expand: str) -> list[dict[str, Any]]:
        """List the grants of a scheme."""
        return [
            {"id": each.id, "permission": each.permission, "holder": self.holder(each, expand), "self": self.base}
            for each in GRANTS
            if each.scheme == scheme
        ]

    def described(self, scheme: int, expand: str) -> dict[str, Any]:
        """Describe a scheme; its grants come with any value of expand, and only then."""
        one: dict[str, Any] = {
            "id": scheme,
            "name": SCHEME_NAMES[scheme],
            "description": "",
            "self": f"{self.base}/rest/api/2/permissionscheme/{scheme}",
        }
        one["expand"] = "permissions,user,group,projectRole,field,all"
        return one | ({"permissions": self.granted(scheme, expand)} if expand else {})

    def scheme_of(self, ask: Ask, name: str) -> Answer:
        """Give the scheme of a project."""
        key = self.key_of(name)
        if not self.cloud and self.powers == BROWSER and key == "DOCK":
            return Answer("<html><body><h1>403 Forbidden</h1></body></html>", 403)
        self.must_administer(403, "You do not have permission to view this project's configuration.", project=True)
        if self.cloud and key == "ATTIC":
            raise RefusalError(404, "The permission scheme of this project was not found.")
        return Answer(self.described(SCHEMES[key], ask.one("expand")))

    def scheme(self, ask: Ask, identity: str) -> Answer:
        """Give a scheme."""
        if int(identity) not in SCHEME_NAMES:
            raise RefusalError(404, "Permission scheme was not found.")
        return Answer(self.described(int(identity), ask.one("expand")))

    def grants(self, ask: Ask, identity: str) -> Answer:
        """Give the grants of a scheme."""
        return Answer({"permissions": self.granted(int(identity), ask.one("expand")), "expand": "user,group"})

    def roles_of(self, _: Ask, name: str) -> Answer:
        """Give the roles of a project: names and addresses."""
        key = self.key_of(name)
        self.must_administer(
            401 if self.cloud else 404, "You cannot edit the configuration of this project.", project=True
        )
        roles = {i: role for i, (role, _) in (ATTIC_ROLES if self.cloud and key == "ATTIC" else ROLES).items()}
        return Answer(
            {role: f"{self.elsewhere}/rest/api/2/project/{PROJECTS[key][0]}/role/{i}" for i, role in roles.items()}
        )

    def role_of(self, _: Ask, name: str, identity: str) -> Answer:
        """Give who is in a role of a project."""
        key, number = self.key_of(name), int(identity)
        self.must_administer(404, "", project=True)
        own = self.cloud and key == "ATTIC"
        if number not in (ATTIC_ROLES if own else ROLES):
            raise RefusalError(404, f"Can not retrieve a role actor for a null project role. {identity}")
        people, groups = (ATTIC_ROLES[number][1], []) if own else ROLES[number][1].get(key, ([], []))
        one = {"id": number, "name": (ATTIC_ROLES if own else ROLES)[number][0], "description": "", "self": self.base}
        if own:
            one["scope"] = {"type": "PROJECT", "project": {"id": PROJECTS[key][0]}}
        return Answer(one | {"actors": self.actors(people, groups)})

    def actors(self, people: list[str], groups: list[str]) -> list[dict[str, Any]]:
        """Describe who is in a role; on Data Center by names alone, as before there were keys."""
        shown: list[dict[str, Any]] = []
        for number, who in enumerate(people):
            one: dict[str, Any] = {
                "id": 20_000 + number,
                "displayName": STAFF[who][2] or "",
                "type": "atlassian-user-role-actor",
            }
            shown.append(
                one | ({"actorUser": {"accountId": self.id_of(who)}} if self.cloud else {"name": STAFF[who][1]})
            )
        for number, group in enumerate(groups):
            one = {"id": 21_000 + number, "displayName": group, "type": "atlassian-group-role-actor", "name": group}
            shown.append(
                one
                | (
                    {"actorGroup": {"name": group, "displayName": group, "groupId": GROUPS[group][0]}}
                    if self.cloud
                    else {}
                )
            )
        return shown

    def role(self, _: Ask, identity: str) -> Answer:
        """Give a role and who is put in it in new projects."""
        self.must_administer(403)
        if int(identity) not in ROLES:
            raise RefusalError(404, "The project role was not found.")
        return Answer(
            {"id": int(identity), "name": ROLES[int(identity)][0], "description": "", "actors": [], "self": self.base}
        )

    def role_details(self, _: Ask, name: str) -> Answer:
        """Give the roles of a project without who is in them."""
        key = self.key_of(name)
        self.must_administer(404, project=True)
        roles = {i: role for i, (role, _) in (ATTIC_ROLES if key == "ATTIC" else ROLES).items()}
        return Answer(
            [
                {"id": i, "name": role, "admin": "Admin" in role, "roleConfigurable": True, "self": self.base}
                for i, role in roles.items()
            ]
        )

    # --- workflows -------------------------------------------------------------------------------------------------

    def statuses(self, _: Ask, name: str) -> Answer:
        """Give the statuses of each issue type."""
        self.key_of(name)
        shown = [self.status(each) for each in STATUSES]
        return Answer(
            [
                {"id": i, "name": each, "subtask": each == "Sub-task", "self": self.base, "statuses": shown}
                for i, each in ISSUE_TYPES.items()
            ]
        )

    def workflow_schemes(self, ask: Ask) -> Answer:
        """Say which project has which workflow; the default scheme has no id; team-managed ones are left out."""
        self.must_administer(403, "Only Jira administrators can access workflow scheme associations.")
        asked = ask.query.get("projectId", [])
        if not asked:
            raise RefusalError(400, "The ID of a project has to be provided.")
        flow = {
            "id": 101_010,
            "name": "Lumen work",
            "defaultWorkflow": "Plain flow",
            "issueTypeMappings": {"10020": "Lumen flow", "10021": "Lumen flow"},
        }
        plain = {
            "name": "Default Workflow Scheme",
            "description": "",
            "defaultWorkflow": "Plain flow",
            "issueTypeMappings": {},
        }
        held = [(PROJECTS["LUM"][0], flow), (PROJECTS["DOCK"][0], plain)]
        return Answer({"values": [{"projectIds": [i], "workflowScheme": scheme} for i, scheme in held if i in asked]})

    def flow(self, identity: str, version: Version | None = None) -> dict[str, Any]:
        """Describe a workflow as it is or was."""
        place = {"x": 1.5, "y": 2.0}
        names = [(i, name) for i, (name, _) in STATUSES.items()]
        rule = {"ruleKey": "system:separation-of-duties", "parameters": {"fromStatusId": "3", "toStatusId": "5"}}
        steps: list[dict[str, Any]] = [
            {"id": "1", "type": "INITIAL", "name": "Create", "toStatusReference": "1", "links": []},
            {
                "id": "11",
                "type": "DIRECTED",
                "name": "Begin",
                "toStatusReference": "3",
                "links": [{"fromPort": 0, "fromStatusReference": "1", "toPort": 1}],
            },
            {"id": "21", "type": "GLOBAL", "name": "Finish", "toStatusReference": "5", "links": []},
        ]
        for step in steps:
            step |= {"actions": [], "validators": [], "triggers": [], "properties": {}, "description": ""}
        if version and version.guarded:
            steps[2]["conditions"] = {"operation": "ALL", "conditions": [rule], "conditionGroups": []}
        one: dict[str, Any] = {
            "id": identity,
            "name": "Lumen flow" if identity == FLOW else "Plain flow",
            "description": "",
            "scope": {"type": "GLOBAL"},
        }
        one |= {
            "statuses": [
                {"statusReference": i, "deprecated": False, "layout": place, "properties": {}} for i, _ in names
            ]
        }
        return one | {"transitions": steps, "version": {"id": "f00", "versionNumber": version.number if version else 0}}

    def flows(self, *held: dict[str, Any]) -> dict[str, Any]:
        """Give workflows beside the statuses that they name."""
        categories = {"new": "TODO", "indeterminate": "IN_PROGRESS", "done": "DONE", None: "UNDEFINED"}
        statuses = [
            {
                "id": i,
                "name": name,
                "statusReference": i,
                "statusCategory": categories[category],
                "scope": {"type": "GLOBAL"},
            }
            for i, (name, category) in STATUSES.items()
        ]
        return {"statuses": statuses, "workflows": list(held)}

    def workflows(self, ask: Ask) -> Answer:
        """Give workflows by name, id, or project and issue type."""
        self.must_administer(401, "")
        asked = ask.body
        names = {"Lumen flow": FLOW, "Plain flow": PLAIN_FLOW}
        wanted = {names[each] for each in asked.get("workflowNames", []) if each in names}
        wanted |= set(asked.get("workflowIds", [])) & set(names.values())
        for pair in asked.get("projectAndIssueTypes", []):
            guarded = pair["projectId"] == PROJECTS["LUM"][0] and pair["issueTypeId"] in ("10020", "10021")
            wanted.add(FLOW if guarded else PLAIN_FLOW)
        if not any(asked.values()):
            raise RefusalError(400, "Specify workflow names, ids, or projects and issue types.")
        return Answer(self.flows(*(self.flow(each, VERSIONS[0] if each == FLOW else None) for each in sorted(wanted))))

    def workflow_versions(self, ask: Ask) -> Answer:
        """List the versions that are kept; those on the way only if asked for."""
        self.must_administer(401, "")
        every = "includeIntermediateWorkflows" in ask.one("expand")
        held = [each for each in VERSIONS if every or not each.passing] if ask.body["workflowId"] == FLOW else []
        entries = [
            {
                "workflowId": FLOW,
                "workflowVersion": each.number,
                "isIntermediate": each.passing,
                "writtenAt": stamp(each.written),
            }
            for each in held
        ]
        return Answer({"entries": entries})

    def workflow_version(self, ask: Ask) -> Answer:
        """Give a version of a workflow, and who made it."""
        self.must_administer(401, "")
        version = next(
            (each for each in VERSIONS if each.number == ask.body["version"] and ask.body["workflowId"] == FLOW), None
        )
        if version is None:
            raise RefusalError(400, "The version of the workflow was not found.")
        about = {
            "created": "2025-10-20 02:32:12.410331",
            "updated": stamp(version.written),
            "lastUpdateAuthorAAID": self.id_of(version.who),
        }
        return Answer(self.flows(self.flow(FLOW, version) | about))

    def workflow_scheme_of(self, _: Ask, name: str) -> Answer:
        """Say which workflows a project has."""
        key = self.key_of(name)
        self.must_administer(403, "You must be a Jira administrator.")
        mapped = {"10020": "Lumen flow", "10021": "Lumen flow"} if key == "LUM" else {}
        one = {
            "name": f"{key} work",
            "defaultWorkflow": "Plain flow",
            "issueTypeMappings": mapped,
            "draft": False,
            "issueTypes": {},
        }
        return Answer(one | ({"id": 101_010, "lastModifiedUser": self.person("bo")} if key == "LUM" else {}))

    def workflow_names(self, ask: Ask) -> Answer:
        """List workflows; of one that is named an object alone."""
        held = [
            {
                "name": "Lumen flow",
                "description": "",
                "lastModifiedDate": "15/Jul/25 5:30 PM",
                "lastModifiedUser": "bo",
                "steps": 4,
                "default": False,
            },
            {"name": "Plain flow", "description": "", "steps": 4, "default": True},
        ]
        if ask.one("workflowName"):
            return Answer(next(each for each in held if each["name"] == ask.one("workflowName")))
        return Answer(held)

    def filter(self, _: Ask, identity: str) -> Answer:
        """Give the shared filter, and who may change it."""
        if identity != FILTER:
            raise RefusalError(400, "The selected filter is not available to you, perhaps it has been deleted.")
        group: dict[str, Any] = {"id": 1, "type": "group", "group": {"name": "devs", "self": self.base}}
        if self.cloud:
            group["group"]["groupId"] = GROUPS["devs"][0]
        one: dict[str, Any] = {
            "id": FILTER,
            "name": "Audited",
            "jql": FILTER_JQL,
            "owner": self.person("bo"),
            "favourite": False,
        }
        one |= {"viewUrl": f"{self.elsewhere}/issues/?filter={FILTER}", "subscriptions": {"size": 0, "items": []}}
        if self.cloud:
            return Answer(one | {"sharePermissions": [{"id": 2, "type": "loggedin"}], "editPermissions": [group]})
        seen = {"id": 2, "type": "loggedin", "view": True, "edit": False}
        return Answer(one | {"editable": False, "sharePermissions": [seen, group | {"view": True, "edit": True}]})

    # --- the log ---------------------------------------------------------------------------------------------------

    def log_cloud(self, ask: Ask) -> Answer:
        """Give at most 50 records, from an offset, as described."""
        self.must_administer(403, "Only Jira administrators can view the audit log.")
        records = self.between(ask)
        size, offset = min(ask.number("limit", 1000), 50), ask.number("offset", 0)
        shown = [self.record(each) for each in records[offset : offset + size]]
        return Answer({"offset": offset, "limit": size, "total": len(records), "records": shown})

    def log_old(self, ask: Ask) -> Answer:
        """Give the old log of Data Center: as Cloud's, with keys instead of account ids."""
        if self.powers != ADMIN:
            return Answer("<html><body>Access denied</body></html>", 403)
        return self.log_cloud(ask)

    def log_server(self, ask: Ask) -> Answer:
        """Give 20 records and, by version, one of the ways to the next ones."""
        if self.powers != ADMIN:
            return Answer("<html><head><title>Forbidden (403)</title></head></html>", 403)
        answer = super().log_server(ask)
        paging, events = answer.value["pagingInfo"], answer.value["entities"]
        link = paging.pop("nextPageLink", None)
        if link is None:
            return answer
        cursor = unquote(link.rpartition("pageCursor=")[2])
        start = next(n for n, each in enumerate(self.between(ask)) if self.cursor(each) == cursor) + 1
        assert events
        paging |= {
            "link": {"nextPageLink": link},
            "text": {"nextPageCursor": cursor, "nextPageOffset": 0, "nextPageLink": link},
            "object": {"nextPageCursor": {"cursor": cursor}, "nextPageOffset": start},
            "offset": {"nextPageOffset": start},
        }[self.manner.log]
        return answer

    def thing(self, each: Thing) -> dict[str, Any]:
        """Describe what a record is about."""
        one = {"name": each.name, "typeName": each.type} | ({"id": each.id} if each.id else {})
        within = {"parentId": "10000", "parentName": "IDP Directory"} if each.type in ("USER", "GROUP") else {}
        return one | within

    def record(self, record: Record) -> dict[str, Any]:
        """Give a record as Cloud and old Data Centers do."""
        one = super().record(replace(record, who=None))
        if record.who:
            one |= (
                {"authorAccountId": self.id_of(record.who), "authorKey": f"ug:{record.id}"}
                if self.cloud
                else {"authorKey": self.id_of(record.who)}
            )
        if not isinstance(record, Act) or record.about is None:
            return one
        one |= {"category": ACTIONS[record.what][2], "objectItem": self.thing(record.about)}
        if record.near:
            one["associatedItems"] = [self.thing(each) for each in record.near]
        if record.values:
            one["changedValues"] = [
                {"fieldName": v.name, "changedFrom": v.before, "changedTo": v.after} for v in record.values
            ]
        return one

    def event(self, record: Record) -> dict[str, Any]:
        """Give a record as Data Center's newer log does: object first, then what is concerned; empty sides are absent."""
        one = super().event(record)
        if record.who:
            one["author"] = {
                "id": "10000",
                "name": STAFF[record.who][1],
                "type": "ApplicationUser",
                "uri": f"{self.elsewhere}/secure/ViewProfile.jspa?name={STAFF[record.who][1]}",
            }
        if not isinstance(record, Act) or record.about is None:
            return one
        key, german, category = ACTIONS[record.what]
        one["type"] = {
            "actionI18nKey": f"jira.auditing.{key}",
            "action": german,
            "category": category.title(),
            "categoryI18nKey": "jira.auditing.category." + category.replace(" ", ""),
        }
        one["affectedObjects"] = [
            {"name": each.name, "type": each.type, "id": each.id} for each in (record.about, *record.near)
        ]
        one["changedValues"] = [
            {"key": v.name, "i18nKey": v.key}
            | ({"from": v.before} if v.before else {})
            | ({"to": v.after} if v.after else {})
            for v in record.values
        ]
        return one

    # --- what changes between two archives -------------------------------------------------------------------------

    def comments(self, ask: Ask, key: str) -> Answer:
        """Give comments, those that were edited with their words of today."""
        answer = super().comments(ask, key)
        for one in answer.value["comments"]:
            if int(one["id"]) in self.edited:
                at, words = self.edited[int(one["id"])]
                one |= {"body": self.text(words), "updated": self.when(at)}
        return answer

    def edit(self, comment: int, words: str) -> None:
        """Edit a comment."""
        self.edited[comment] = (datetime.now(UTC).replace(microsecond=0), words)

    def drop(self, key: str) -> None:
        """Delete an issue; the log says nothing."""
        issue = self.world.by_key[key]
        self.world.issues.remove(issue)
        del self.world.by_id[issue.id]
        for each in [name for name, held in self.world.by_key.items() if held is issue]:
            del self.world.by_key[each]

    def move(self, key: str, target: str) -> None:
        """Move an issue to a key that nobody has."""
        issue = self.world.by_key[key]
        home, new = PROJECTS[key.partition("-")[0]], PROJECTS[target.partition("-")[0]]
        at = datetime.now(UTC).replace(microsecond=0)
        project = ("project", "project", home[0], home[1], new[0], new[1])
        self.world._entry(issue, at, "ada", project, ("Key", None, None, key, None, target))
        issue.was.append(key)
        issue.key = target
        self.world.by_key[target] = issue

    def drop_worklog(self, key: str, worklog: int) -> None:
        """Delete a worklog."""
        issue = self.world.by_key[key]
        issue.worklogs = [each for each in issue.worklogs if each[0] != worklog]
        self.worklogs_gone.append((worklog, datetime.now(UTC) - timedelta(minutes=2)))

    def changed_worklogs(self, ask: Ask, which: str) -> Answer:
        """Give the numbers of worklogs changed or deleted since, two a page, oldest first."""
        since = ask.number("since", 0)
        held = (
            [(each[0], each[1]) for issue in self.world.issues for each in issue.worklogs]
            if which == "updated"
            else self.worklogs_gone
        )
        times = sorted((round(at.timestamp() * 1000), identity) for identity, at in held)
        later = [each for each in times if each[0] > since]
        page: dict[str, Any] = {
            "values": [{"worklogId": identity, "updatedTime": at} for at, identity in later[:2]],
            "since": since,
        }
        page |= {"until": later[:2][-1][0] if later else since, "lastPage": len(later) <= 2, "self": self.base}
        if len(later) > 2:
            page["nextPage"] = f"{self.elsewhere}{ask.path}?since={page['until']}"
        return Answer(page | ({} if self.cloud else {"isLastPage": page["lastPage"]}))

    def worklogs_by_id(self, ask: Ask) -> Answer:
        """Give worklogs by their numbers."""
        wanted = {int(each) for each in ask.body["ids"]}
        held = [(issue, each) for issue in self.world.issues for each in issue.worklogs if each[0] in wanted]
        shown = [
            {
                "id": str(identity),
                "issueId": str(issue.id),
                "author": self.person(who),
                "started": self.when(at),
                "updated": self.when(at),
                "timeSpentSeconds": seconds,
                "comment": self.text("made up"),
            }
            for issue, (identity, at, who, seconds) in held
        ]
        return Answer(shown)


def stamp(at: datetime) -> str:
    """Write an instant as the history of workflows does, without a zone."""
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


@contextmanager
def serving_access(dialect: str, version: str = "9.12", powers: str = ADMIN) -> Iterator[tuple[AccessJira, Elsewhere]]:
    """Serve the company in one dialect and manner, and the other host beside it."""
    other = Elsewhere()
    with listening(other.answer) as elsewhere:
        jira = AccessJira(dialect, elsewhere, version, powers)
        with listening(jira.answer) as base:
            jira.base = base + jira.context
            yield jira, other
