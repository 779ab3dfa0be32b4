"""The embedded Jira against Atlassian's own descriptions, and against answers of real sites.

Whoever trusts a test against the embedded Jira trusts that it speaks as the real one does; this file is why.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
import requests
from openapi_calls import CALLS, CENTER_CALLS, Call
from places import SHARED
from small_world import full_world

from auditlib.demo.server import data_center
from auditlib.demo.server.cloud import routes as cloud
from auditlib.demo.server.site import EmbeddedJira

SPEC = SHARED / "spec" / "jira-cloud-v3.audit.json"
NAMES = SHARED / "spec" / "data-center-10.3.names.json"
REAL = SHARED / "data" / "go-atlassian"

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared, with Atlassian's descriptions, is not here")

# Property names that real answers have and the description lacks. Each with where it was seen.
BEYOND_THE_SPEC: dict[str, dict[str, Any]] = {
    "AuditRecordBean": {"authorAccountId": {"type": "string"}},  # a recorded audit log; the operation's own example
    "Project": {"projectKeys": {"type": "array", "items": {"type": "string"}}},  # the operation's expand=projectKeys
}
# Real change items carry null where there was no value, although the description does not say so.
NULL_IN_PRACTICE = {"ChangeDetails": ("from", "fromString", "to", "toString")}
# Answered by the embedded Jira without being operations of the description.
OF_SERVICE_DESKS = {
    "GET /rest/servicedeskapi/request/{}",
    "GET /rest/servicedeskapi/request/{}/approval",
    "GET /rest/servicedeskapi/request/{}/sla",
}
"""Jira Service Management has a description of its own."""

NOT_IN_THE_SPEC = OF_SERVICE_DESKS | {
    "GET /_edge/tenant_info",
    "GET /audit-log/v1/workspaces/ari:cloud:jira::site/{}/event-actions",
    "GET /audit-log/v1/workspaces/ari:cloud:jira::site/{}/events",
    "GET /media/{}",
    "GET /rest/api/2/serverInfo",
    "GET /rest/api/latest/serverInfo",
}


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    """Read the description, made strict: an unknown property name is an error."""
    read: dict[str, Any] = json.loads(SPEC.read_text("utf-8"))
    strict: dict[str, Any] = _strict(read)
    schemas = strict["components"]["schemas"]
    for name, properties in BEYOND_THE_SPEC.items():
        schemas[name]["properties"].update(properties)
    for name, parts in NULL_IN_PRACTICE.items():
        for part in parts:
            schemas[name]["properties"][part]["type"] = ["string", "null"]
    return strict


def _strict(part: Any) -> Any:
    """Turn OpenAPI 3.0 schemas into strict JSON schemas: ``nullable`` becomes a type, extra names are forbidden."""
    if isinstance(part, list):
        return [_strict(one) for one in part]
    if not isinstance(part, dict):
        return part
    made = {name: _strict(one) for name, one in part.items()}
    composed = any(name in made for name in ("anyOf", "oneOf", "allOf"))
    if isinstance(made.get("properties"), dict) and not isinstance(made.get("additionalProperties"), dict):
        made["additionalProperties"] = False
    if composed and "properties" not in made:
        made.pop("additionalProperties", None)
    if made.get("nullable") is True and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    return made


def check(spec: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    """Validate a value against a schema of the description."""
    validator = jsonschema.Draft202012Validator({**schema, "components": spec["components"]})
    wrong = [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]
    assert not wrong, wrong


@pytest.fixture(scope="module")
def jira() -> Iterator[EmbeddedJira]:
    """Serve a Cloud with one of every shape, and the time of a change as the description declares it."""
    clock = lambda: datetime(2026, 3, 15, tzinfo=UTC)  # noqa: E731
    with EmbeddedJira(full_world(), "cloud", clock=clock, forms={"history-created": "text"}) as served:
        yield served


@pytest.fixture(scope="module")
def center() -> Iterator[EmbeddedJira]:
    """Serve the same as a Data Center."""
    with EmbeddedJira(full_world(), "data-center", clock=lambda: datetime(2026, 3, 15, tzinfo=UTC)) as served:
        yield served


def ask(jira: EmbeddedJira, path: str, params: Any = None, body: Any = None) -> requests.Response:
    """Ask with GET, or with POST if there is a body; no redirects are followed."""
    return requests.request(
        "GET" if body is None else "POST",
        f"{jira.url}{path}",
        params=params,
        json=body,
        auth=(jira.user, jira.token),
        allow_redirects=False,
        timeout=10,
    )


@needs_shared
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.operation)
def test_cloud_answers_as_described(call: Call, spec: dict[str, Any], jira: EmbeddedJira) -> None:
    """Every operation: parameters and body are documented, the status too, the answer fits the schema."""
    operation = spec["paths"][call.template][call.method]
    documented = {(one["name"], one["in"]) for one in operation.get("parameters", ())}
    assert {(name, "path") for name in call.path} | {(name, "query") for name in call.params} <= documented
    if call.body is not None:
        check(spec, operation["requestBody"]["content"]["application/json"]["schema"], call.body)
    answer = ask(jira, call.template.format(**call.path), call.params, call.body)
    response = operation["responses"][str(answer.status_code)]
    assert answer.status_code < 400, answer.text
    if answer.status_code == 200 and call.operation != "GET attachment/content/{id}":
        check(spec, response["content"]["application/json"]["schema"], answer.json())


def _shape(method: str, template: str) -> str:
    return f"{method} {re.sub(r'{[^}]*}', '{}', template)}"


def test_every_operation_of_cloud_is_called() -> None:
    """No operation is served that the calls above do not hold to the description."""
    served = {_shape(route.method, route.template) for route in cloud.ROUTES if not route.template.endswith("/search")}
    served |= {"GET /rest/api/3/project/search", "GET /rest/api/3/users/search", "GET /rest/api/3/filter/search"}
    called = {_shape(call.method.upper(), call.template) for call in CALLS}
    assert served - called == NOT_IN_THE_SPEC
    assert called <= served


@needs_shared
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/rest/api/3/issue/AC-99", None),
        ("/rest/api/3/search/jql?jql=project=X", None),
        ("/rest/api/3/project/HID", None),
        ("/rest/api/3/filter/71", None),
        ("/rest/api/3/jql/parse", {}),
        ("/rest/api/3/search", None),
        ("/rest/api/3/nothing", None),
    ],
)
def test_refusals_are_error_collections(path: str, body: Any, spec: dict[str, Any], jira: EmbeddedJira) -> None:
    """What goes wrong is told in Jira's one shape."""
    answer = ask(jira, path, body=body)
    assert answer.status_code >= 400
    check(spec, {"$ref": "#/components/schemas/ErrorCollection"}, answer.json())
    assert answer.json()["errorMessages"]


@needs_shared
def test_the_check_itself_can_fail(spec: dict[str, Any]) -> None:
    """A name that the description lacks, a wrong type, a null: each is noticed; without this, nothing above counts."""
    schema = {"$ref": "#/components/schemas/PageOfComments"}
    good = {"comments": [{"id": "1", "visibility": {"type": "group", "identifier": None}}], "total": 1}
    check(spec, schema, good)
    for spoil in (
        lambda one: one.update(extra=1),
        lambda one: one.update(total="1"),
        lambda one: one["comments"][0].update(mood="good"),
        lambda one: one["comments"][0].update(id=None),
        lambda one: one["comments"][0]["visibility"].update(type="club"),
    ):
        bad = copy.deepcopy(good)
        spoil(bad)
        with pytest.raises(AssertionError):
            check(spec, schema, bad)


# Data Center: its description knows names only, and of some answers the common part only.
CENTER_EXTRA = {
    "/api/2/project": {"expand", "projectTypeKey"},
    "/api/2/project/{projectIdOrKey}": {"expand", "projectTypeKey", "lead", "issueTypes", "projectKeys"},
    "/api/2/project/{projectIdOrKey}/role/{id}": {"actors.id", "actors.displayName", "actors.type"},
    "/api/2/myself": {"groups.items", "applicationRoles.items"},
    "/api/2/user": {"groups.items", "applicationRoles.items"},
    "/api/2/issue/{issueIdOrKey}": {"expand"},
    "/api/2/search": {"issues.expand"},
}


def unknown_names(value: Any, names: Any, path: str = "") -> set[str]:
    """Name the properties, dotted, that a value has and the description lacks; a type's name alone describes none."""
    if isinstance(value, list):
        known = names[0] if isinstance(names, list) else names
        return set().union(*(unknown_names(one, known, path) for one in value))
    if not isinstance(value, dict) or not isinstance(names, dict):
        return set()
    here = {f"{path}{name}" for name in value if name not in names}
    deeper = (unknown_names(one, names[name], f"{path}{name}.") for name, one in value.items() if name in names)
    return here.union(*deeper)


@needs_shared
@pytest.mark.parametrize(("template", "path", "params"), CENTER_CALLS, ids=lambda part: part if "/" in part else "")
def test_data_center_uses_its_names(
    template: str, path: dict[str, str], params: dict[str, Any], center: EmbeddedJira
) -> None:
    """Parameters and property names are those of the 10.3 description, nested ones too."""
    described = json.loads(NAMES.read_text("utf-8"))["paths"][template]["get"]
    assert set(path) | set(params) <= set(described["parameters"])
    answer = ask(center, f"/rest{template}".format(**path), params)
    assert answer.status_code == 200, answer.text
    value = answer.json()
    if template == "/api/2/group/member":  # described by its items only
        assert set(value) == {"self", "maxResults", "startAt", "total", "isLast", "values"}
        value = value["values"]
    assert unknown_names(value, described["answer"]) == CENTER_EXTRA.get(template, set())


def test_every_operation_of_data_center_is_called() -> None:
    """No operation is served that the calls above do not hold to the description.

    The audit log is not in it, at neither resource, nor the history of one issue, which answers only in a form that some
    versions have.
    """
    called = {_shape("GET", f"/rest{template}") for template, _, _ in CENTER_CALLS}
    called |= {"POST /rest/api/2/search", "POST /rest/api/2/worklog/list"}
    served = {_shape(route.method, route.template) for route in data_center.ROUTES if "/latest/" not in route.template}
    assert served - called == OF_SERVICE_DESKS | {
        "GET /secure/attachment/{}/{}",
        "GET /rest/auditing/1.0/events",
        "GET /rest/api/2/auditing/record",
        "GET /rest/api/2/issue/{}/changelog",
        "GET /rest/api/2/workflow",  # developer.atlassian.com/server/jira/platform/rest/v10004/api-group-workflow
    }


def test_the_names_check_itself_can_fail() -> None:
    """A name that is not described is found, however deep."""
    assert unknown_names({"a": [{"b": 1, "c": 2}], "d": 3}, {"a": [{"b": "string"}]}) == {"a.c", "d"}


def real(name: str) -> Any:
    """Read a recorded answer."""
    return json.loads((REAL / name).read_text("utf-8"))


def names_of(values: list[dict[str, Any]]) -> set[str]:
    """Name all properties that occur in some records."""
    return set().union(*values)


@needs_shared
def test_audit_records_are_like_real_ones(jira: EmbeddedJira) -> None:
    """Same names on every level, and the same ones left out where there is nothing to say."""
    ours, theirs = ask(jira, "/rest/api/3/auditing/record").json(), real("get-audit-records.json")
    assert set(ours) == set(theirs)
    assert names_of(ours["records"]) == names_of(theirs["records"])
    for part in ("changedValues", "associatedItems"):
        deep_ours = names_of([one for record in ours["records"] for one in record.get(part, ())])
        assert deep_ours <= names_of([one for record in theirs["records"] for one in record.get(part, ())])
    always = set.intersection(*(set(record) for record in theirs["records"]))
    assert all(always <= set(record) for record in ours["records"])


@needs_shared
def test_permission_schemes_are_like_real_ones(jira: EmbeddedJira) -> None:
    """The schemes, their grants and holders; ``value`` came after the recording and is described."""
    ours = ask(jira, "/rest/api/3/permissionscheme", {"expand": "all"}).json()["permissionSchemes"]
    theirs = real("get-permission-schemes.json")["permissionSchemes"]
    assert names_of(ours) == names_of(theirs) - {"scope"}

    def grants(schemes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [grant for scheme in schemes for grant in scheme["permissions"]]

    assert names_of(grants(ours)) == names_of(grants(theirs))
    holders = names_of([grant["holder"] for grant in grants(ours)])
    assert holders == names_of([grant["holder"] for grant in grants(theirs)]) | {"value"}


@needs_shared
def test_filters_are_like_real_ones(jira: EmbeddedJira) -> None:
    """The page and its filters; ``nextPage`` and the rights to edit need a longer list or are newer."""
    expand = "description,owner,jql,viewUrl,searchUrl,favourite,favouritedCount,sharePermissions,subscriptions"
    ours, theirs = ask(jira, "/rest/api/3/filter/search", {"expand": expand}).json(), real("search-filters.json")
    assert set(ours) == set(theirs)
    assert names_of(ours["values"]) == names_of(theirs["values"])


@needs_shared
def test_the_own_account_is_like_a_real_one(jira: EmbeddedJira) -> None:
    """``accountType`` is newer than the recording."""
    ours, theirs = ask(jira, "/rest/api/3/myself", {"expand": "groups"}).json(), real("get-myselft.json")
    assert set(ours) == set(theirs) | {"accountType"}
    assert set(ours["groups"]) == set(theirs["groups"])


@needs_shared
def test_a_search_page_is_like_a_real_one(jira: EmbeddedJira, center: EmbeddedJira) -> None:
    """The page with a total is Data Center's today; the issues, their projects and comments are Cloud's."""
    theirs = real("issue-search-v2.json")
    page = ask(center, "/rest/api/2/search", {"jql": "project = AC"}).json()
    assert set(page) == {"expand", "startAt", "maxResults", "total", "issues"} == set(theirs) - {"names", "schema"}
    ours = ask(jira, "/rest/api/3/search/jql", {"jql": "project = AC", "fields": "*all"}).json()["issues"]
    assert names_of(ours) == names_of(theirs["issues"])
    system = {name for issue in ours for name in issue["fields"] if not name.startswith("customfield_")}
    assert system <= names_of([issue["fields"] for issue in theirs["issues"]])

    def parts(issues: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
        found = [issue["fields"].get(name) for issue in issues]
        return [one for one in found if one]

    for name in ("project", "watches", "votes", "worklog"):
        assert names_of(parts(ours, name)) == names_of(parts(theirs["issues"], name))
    comments = [
        [one for field in parts(issues, "comment") for one in field["comments"]] for issues in (ours, theirs["issues"])
    ]
    assert names_of(comments[0]) <= names_of(comments[1]) | {"visibility"}
