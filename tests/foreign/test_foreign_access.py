"""What the foreign Jira says of powers keeps to Atlassian's descriptions but where it says otherwise, and to its own truth."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest
from foreign_access import BROWSER, DEPARTURES, MANNERS, AccessJira, serving_access
from foreign_company import FLOW, GROUPS, INACTIVE, Company
from test_foreign_jira import CLOUD, SERVER, SPEC, ask, kind_differs

PROJECT, OF_PROJECT = "project/{projectIdOrKey}", "project/{projectKeyOrId}"
GETS = [
    (f"{OF_PROJECT}/permissionscheme", "project/LUM/permissionscheme?expand=all"),
    ("permissionscheme/{schemeId}", "permissionscheme/10100?expand=permissions"),
    ("permissionscheme/{schemeId}/permission", "permissionscheme/10100/permission"),
    (f"{PROJECT}/role", "project/LUM/role"),
    (f"{PROJECT}/role/{{id}}", "project/LUM/role/10001"),
    (f"{PROJECT}/role/{{id}}", "project/ATTIC/role/10901"),
    (f"{PROJECT}/roledetails", "project/LUM/roledetails"),
    ("role/{id}", "role/10002"),
    ("group/member", "group/member?groupname=everyone"),
    ("applicationrole", "applicationrole"),
    ("user/bulk", "user/bulk?accountId=70121:c01"),
    ("users/search", "users/search"),
    ("auditing/record", "auditing/record?limit=500"),
    ("workflowscheme/project", "workflowscheme/project?projectId=10011&projectId=10012"),
    (f"{PROJECT}/statuses", "project/LUM/statuses"),
    ("filter/{id}", "filter/10400"),
    ("worklog/updated", "worklog/updated?since=0"),
    ("worklog/deleted", "worklog/deleted?since=0"),
]
POSTS: list[tuple[str, dict[str, Any]]] = [
    ("workflows", {"workflowNames": ["Lumen flow", "Plain flow"]}),
    ("workflow/history/list", {"workflowId": FLOW}),
    ("workflow/history", {"workflowId": FLOW, "version": 5}),
    ("worklog/list", {"ids": [940, 941]}),
]
SERVER_GETS = {
    f"{OF_PROJECT}/permissionscheme": "project/LUM/permissionscheme?expand=all",
    "permissionscheme/{schemeId}": "permissionscheme/10100?expand=all",
    f"{PROJECT}/role/{{id}}": "project/LUM/role/10001",
    "role/{id}": "role/10001",
    "applicationrole": "applicationrole",
    "user": "user?key=BO",
    f"{OF_PROJECT}/workflowscheme": "project/LUM/workflowscheme",
    "filter/{id}": "filter/10400",
    "worklog/updated": "worklog/updated",
    f"{PROJECT}/statuses": "project/LUM/statuses",
}


def answers(jira: AccessJira) -> Iterator[tuple[str, str, Any]]:
    """Give the method, the path in the description, and an answer of ours."""
    for path, address in GETS:
        yield "get", path, ask(jira, CLOUD + address)
    for path, body in POSTS:
        yield "post", path, ask(jira, CLOUD + path, body)


def described(name: str) -> Any:
    """Read one of Atlassian's descriptions."""
    if not (SPEC / name).exists():
        pytest.skip("Atlassian's description is not beside this checkout (../shared/spec)")
    return json.loads((SPEC / name).read_text(encoding="utf-8"))


def test_cloud_keeps_to_atlassians_description_but_where_it_says_otherwise():
    """Each departure that a validator sees is named with its source, and none is named that is not there."""
    spec, complaints = described("jira-cloud-v3.audit.json"), set()
    with serving_access("cloud") as (jira, _):
        for method, path, (status, value) in answers(jira):
            assert status == 200, path
            good = spec["paths"][f"/rest/api/3/{path}"][method]["responses"]["200"]["content"]["application/json"]
            checker = jsonschema.Draft7Validator(good["schema"] | {"components": spec["components"]})
            complaints |= {f"{path} {error.json_path} {error.validator}" for error in checker.iter_errors(value)}
    named = [pattern for pattern, _ in DEPARTURES.values() if pattern]
    assert [each for each in sorted(complaints) if not any(re.fullmatch(pattern, each) for pattern in named)] == []
    assert [pattern for pattern in named if not any(re.fullmatch(pattern, each) for each in complaints)] == []


def test_data_center_gives_what_it_describes_in_the_described_types():
    """Of the fields that the names file of 10.3 has, each is of its type there."""
    names = described("data-center-10.3.names.json")["paths"]
    with serving_access("data-center", "10.3") as (jira, _):
        for path, address in SERVER_GETS.items():
            status, value = ask(jira, SERVER + address)
            form = names[f"/api/2/{path}"]["get"]["answer"]
            assert status == 200
            assert not kind_differs(form, value[0] if isinstance(value, list) and isinstance(form, dict) else value), (
                path
            )


@pytest.mark.parametrize("dialect", ["cloud", "data-center"])
def test_grants_come_by_expand_alone(dialect):
    """With any value of it, as described, and never without."""
    with serving_access(dialect) as (jira, _):
        for value in ("permissions", "user", "all"):
            assert "permissions" in ask(jira, "rest/api/2/project/LUM/permissionscheme", expand=value)[1]
        assert "permissions" not in ask(jira, "rest/api/2/project/LUM/permissionscheme")[1]


@pytest.mark.parametrize(("dialect", "version"), [("cloud", "9.12"), *(("data-center", each) for each in MANNERS)])
def test_whoever_follows_the_pages_of_a_group_has_all_of_it(dialect, version):
    """By total, by isLast or by the link, of which each manner has one at least; deactivated people only if asked for."""
    for everyone in ("true", "false"):
        seen: list[str] = []
        with serving_access(dialect, version) as (jira, _):
            query = {"groupname": "everyone", "includeInactiveUsers": everyone, "startAt": "0", "maxResults": "1000"}
            while True:
                _, page = ask(jira, "rest/api/2/group/member", **query)
                assert len(page["values"]) <= 50
                seen += [each["displayName"] for each in page["values"]]
                if page.get("isLast", len(seen) == page.get("total")):
                    break
                assert len(seen) < 200
                link = page.get("nextPage")
                following = parse_qs(urlsplit(link).query)["startAt"][0] if link else str(len(seen))
                query["startAt"] = following
        gone = 0 if everyone == "true" else len(INACTIVE & set(GROUPS["everyone"][1]))
        assert len(seen) == len(set(seen)) == len(GROUPS["everyone"][1]) - gone


@pytest.mark.parametrize("version", [each for each in MANNERS if each != "8.5"])
def test_whoever_follows_the_log_has_all_of_it(version):
    """By the cursor as text or in an object, by the link or the offset; each record once."""
    seen: list[str] = []
    query: dict[str, str] = {}
    with serving_access("data-center", version) as (jira, _):
        while True:
            _, page = ask(jira, "rest/auditing/1.0/events", **query)
            paging = page["pagingInfo"]
            seen += [each["timestamp"] for each in page["entities"]]
            if paging["lastPage"]:
                break
            assert len(seen) < 1000
            cursor = paging.get("nextPageCursor")
            if cursor is not None:
                query = {"pageCursor": cursor["cursor"] if isinstance(cursor, dict) else cursor}
            elif "nextPageLink" in paging:
                query = {"pageCursor": parse_qs(urlsplit(paging["nextPageLink"]).query)["pageCursor"][0]}
            else:
                query = {"offset": str(paging["nextPageOffset"])}
    assert len(seen) == len(Company(cloud=False).log)


def test_who_may_less_is_refused_in_the_forms_that_are_known():
    """401, 403 and 404, by JSON or a page of HTML; and a scope that is missing before anything else."""
    with serving_access("cloud", powers=BROWSER) as (jira, _):
        told = {
            path: ask(jira, CLOUD + path)[0]
            for path in (
                "project/LUM/permissionscheme",
                "project/LUM/role",
                "project/LUM/role/10001",
                "applicationrole",
            )
        }
        assert list(told.values()) == [403, 401, 404, 403]
        assert ask(jira, CLOUD + "workflows", {"workflowNames": ["Lumen flow"]})[0] == 401
        jira.scopes = {"read:jira-work"}
        assert ask(jira, CLOUD + "myself") == (401, {"code": 401, "message": "Unauthorized; scope does not match"})
    with serving_access("data-center", "10.3", BROWSER) as (jira, _):
        assert isinstance(ask(jira, SERVER + "project/DOCK/permissionscheme")[1], str)
        assert isinstance(ask(jira, SERVER + "project/LUM/permissionscheme")[1], dict)
        assert ask(jira, SERVER + "auditing/record")[0] == 404
