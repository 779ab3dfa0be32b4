"""The foreign Jira itself: it keeps to its own truth, and to Atlassian's descriptions but where it says otherwise."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

import jsonschema
import pytest
from carrier import Answer, Ask
from places import SHARED
from server import DEVIATIONS, TOKEN, USER, ForeignJira, basic, serving
from world import GAPS, LISTED, RANGE, SHORT_HISTORY, World, in_period

SPEC = SHARED / "spec"
CLOUD, SERVER = "rest/api/3/", "rest/api/2/"


@pytest.fixture(scope="module")
def cloud() -> Iterator[ForeignJira]:
    """The Cloud dialect, over HTTP; whoever comes first was already sent away once."""
    with serving("cloud") as (jira, _):
        jira._once.clear()
        yield jira


@pytest.fixture(scope="module")
def server() -> Iterator[ForeignJira]:
    """The Data Center dialect, over HTTP."""
    with serving("data-center") as (jira, _):
        jira._once.clear()
        yield jira


def ask(jira: ForeignJira, path: str, body: Any = None, **query: Any) -> tuple[int, Any]:
    """Ask over HTTP; gives the status, and JSON or text."""
    address = f"{jira.base}/{path}" + (f"?{urlencode(query)}" if query else "")
    held = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": basic(USER), "Content-Type": "application/json"}
    try:
        with urlopen(Request(address, held, headers)) as answer:
            status, kind, text = answer.status, answer.headers["Content-Type"], answer.read()
    except HTTPError as refused:
        status, kind, text = refused.code, refused.headers["Content-Type"], refused.read()
    return status, json.loads(text) if kind.startswith("application/json") else text.decode()


def walk(jira: ForeignJira, path: str, body: dict[str, Any], items: str) -> Iterator[Any]:
    """Follow tokens to the end."""
    token = None
    while True:
        _, page = ask(jira, path, body | ({"nextPageToken": token} if token else {}))
        yield from page[items]
        token = page["nextPageToken"]
        if token is None:
            return


def test_the_truth_agrees_with_itself():
    """Present and missing numbers are the range without rest, and every edge of the period is on its own side."""
    world = World()
    for project, (first, last) in RANGE.items():
        present = {
            i.number for i in world.issues if i.project == project and not i.hidden and first <= i.number <= last
        }
        assert present | set(GAPS[project]) == set(range(first, last + 1))
        assert not present & set(GAPS[project])
    population = world.population()
    assert {"LUM-10", "LUM-61", "DOCK-20", "DOCK-31", "LUM-58"} <= set(population)
    assert not {"LUM-8", "LUM-62", "DOCK-25", "DOCK-10", "ATTIC-3"} & set(population)
    assert 60 <= len(world.issues) <= 150


@pytest.mark.parametrize("dialect", ["cloud", "data-center"])
def test_each_number_answers_as_the_truth_says(dialect, request):
    """Moved ones under another key, hidden ones as the dialect tells them, others not at all."""
    jira = request.getfixturevalue("cloud" if dialect == "cloud" else "server")
    root = CLOUD if dialect == "cloud" else SERVER
    for project, gaps in GAPS.items():
        for number, gap in gaps.items():
            status, answer = ask(jira, f"{root}issue/{project}-{number}")
            if gap.now_key:
                assert (status, answer["key"]) == (200, gap.now_key)
            elif gap.hidden and dialect == "data-center":
                assert status in (401, 403)
                assert "You do not have the permission to see the specified issue." in answer["errorMessages"]
            else:
                assert status == 404


def test_cloud_pages_hold_every_issue_and_some_twice(cloud):
    """Whoever follows the tokens to the end has all; whoever stops at a short, an empty or a "last" page has not."""
    query = {"jql": 'project in (LUM, DOCK) AND created >= "2025-02-25" ORDER BY created ASC, key ASC'}
    issues = list(walk(cloud, CLOUD + "search/jql", query | {"fields": ["created"], "maxResults": 5000}, "issues"))
    keys = [issue["key"] for issue in issues]
    assert len(keys) > len(set(keys))
    assert set(cloud.world.population()) <= set(keys)
    _, second = ask(
        cloud, CLOUD + "search/jql", query | {"fields": ["created"], "nextPageToken": cloud.mark(16, 1, query["jql"])}
    )
    assert (second["issues"], bool(second["nextPageToken"])) == ([], True)


def test_cloud_histories_hold_every_entry_and_some_twice(cloud):
    """Entries of one issue go over several pages."""
    body = {"issueIdsOrKeys": ["LUM-20", "LUM-21", "LUM-23", "LUM-9"], "maxResults": 10000}
    logs = list(walk(cloud, CLOUD + "changelog/bulkfetch", body, "issueChangeLogs"))
    entries = [entry["id"] for log in logs for entry in log["changeHistories"]]
    truth = {str(entry.id) for key in ("LUM-20", "LUM-21") for entry in cloud.world.by_key[key].history}
    assert len(entries) > len(set(entries))
    assert set(entries) == truth


def test_cloud_log_stays_in_one_place_until_times_lead_on(cloud):
    """By offset a part is never reached; by `to` all of it is."""
    seen: set[int] = set()
    for offset in range(0, 400, 50):
        seen |= {record["id"] for record in ask(cloud, CLOUD + "auditing/record", offset=offset)[1]["records"]}
    assert len(seen) == 150
    to = ""
    while True:
        _, page = ask(cloud, CLOUD + "auditing/record", offset=0, to=to)
        if {record["id"] for record in page["records"]} <= seen and to and len(page["records"]) < 50:
            break
        seen |= {record["id"] for record in page["records"]}
        to = page["records"][-1]["created"]
    assert seen == {record.id for record in cloud.world.log}


def test_server_log_goes_on_by_the_query_of_its_link(server):
    """The link's host is not ours, its query is."""
    query: dict[str, str] = {}
    events = []
    while True:
        _, page = ask(server, "rest/auditing/1.0/events", **query)
        events += page["entities"]
        assert page["pagingInfo"]["size"] == len(page["entities"])
        if page["pagingInfo"]["lastPage"]:
            break
        link = urlsplit(page["pagingInfo"]["nextPageLink"])
        assert link.netloc != urlsplit(server.base).netloc
        query = {name: values[0] for name, values in parse_qs(link.query).items()}
    assert len(events) == len(server.world.log)
    assert not any("id" in event for event in events)


def test_server_cuts_two_histories_and_counts_them_truly(server):
    """The newest first; of one issue the rest can be had."""
    for key, rest in SHORT_HISTORY.items():
        _, issue = ask(server, f"{SERVER}issue/{key}", expand="changelog")
        log, whole = issue["changelog"], server.world.by_key[key].history
        assert [entry["id"] for entry in log["histories"]] == [str(entry.id) for entry in whole[:-6:-1]]
        assert log["total"] == len(whole)
        assert (ask(server, f"{SERVER}issue/{key}/changelog")[0] == 200) is rest


def test_server_pages_by_place(server):
    """A page is shorter than asked, its total is true."""
    _, page = ask(server, SERVER + "search", {"jql": "project = LUM", "maxResults": 1000, "fields": ["key"]})
    assert (len(page["issues"]), page["total"]) == (23, 50)


@pytest.mark.parametrize(
    ("jql", "words"),
    [
        ("key >= LUM-9", "An issue with key 'LUM-9' does not exist"),
        ("key >= LUM-14", "cannot be applied to moved issue key"),
        ("project = NONE", "does not exist for the field 'project'"),
        ('created >= "2025-03-01 00:00:00"', "is invalid"),
        ("created ~ 1", "Expecting operator"),
        ("project = !", "is not expected"),
        ("", "Unbounded"),
        ("project = LUM ORDER BY rank", "Not able to sort"),
    ],
)
def test_a_query_that_jira_would_refuse_is_refused(cloud, jql, words):
    """With status 400 and Jira's form of error."""
    status, answer = ask(cloud, CLOUD + "search/jql", {"jql": jql})
    assert status == 400
    assert words in answer["errorMessages"][0]


def test_dates_of_a_query_are_read_in_the_zone_of_who_asks(cloud):
    """1 March begins in Auckland 16½ hours before it begins in St. John's."""
    body = {"jql": 'project = LUM AND created < "2025-03-01"', "fields": ["key"]}
    keys = [issue["key"] for issue in walk(cloud, CLOUD + "search/jql", body, "issues")]
    assert set(keys) == {f"LUM-{number}" for number in (1, 2, 3, 4, 5, 7)}  # LUM-8: 1 March, 16:29 there
    assert not in_period(cloud.world.by_key["LUM-8"].created)


def test_nothing_is_told_without_the_account_and_nothing_can_be_changed():
    """401 without credentials; a dead link for what only changes; one answer of 503 and one of 429 on the way."""
    jira = ForeignJira("cloud", "http://127.0.0.1:1")

    def send(method: str, path: str, authorization: str = "") -> Answer:
        return jira.answer(
            Ask(method, "/" + CLOUD + path, {}, {"authorization": authorization}, {"jql": "project = LUM"})
        )

    wrong = "Basic " + base64.b64encode(f"{USER}:{TOKEN}!".encode()).decode()
    assert [send("GET", "myself").status, send("GET", "myself", wrong).status] == [401, 401]
    assert [send(method, "issue/LUM-10", basic(USER)).status for method in ("PUT", "DELETE", "POST")] == [404, 404, 404]
    first, second = (send("POST", "search/jql", basic(USER)) for _ in range(2))
    assert (first.status, second.status) == (503, 200)
    assert re.fullmatch(r"\w{3}, \d{2} \w{3} \d{4} [\d:]{8} GMT", first.headers["Retry-After"])


def cloud_answers(jira: ForeignJira) -> Iterator[tuple[str, str, str, Any]]:
    """Give the operation, its method, its path in the description, and an answer of ours."""
    jql = {"jql": "project = LUM", "fields": ["*all"], "maxResults": 100}
    several = {"issueIdsOrKeys": ["LUM-20", "LUM-24", "LUM-28", "LUM-53", "DOCK-20", "LUM-11"]}
    posts = [("search/jql", jql), ("search/jql", {"jql": "project = ATTIC", "fields": ["key"]})]
    posts += [
        ("search/approximate-count", {"jql": "project = LUM"}),
        ("issue/bulkfetch", several),
        ("changelog/bulkfetch", several),
    ]
    for name, body in posts:
        yield name, "post", name, ask(jira, CLOUD + name, body)[1]
    issue = "issue/{issueIdOrKey}"
    gets = [
        ("serverInfo", "serverInfo", "serverInfo"),
        ("myself", "myself", "myself"),
        ("mypermissions", "mypermissions", "mypermissions?permissions=BROWSE_PROJECTS,ADMINISTER"),
        ("project", "project/{projectIdOrKey}", "project/DOCK?expand=projectKeys"),
        ("securitylevel", "project/{projectKeyOrId}/securitylevel", "project/LUM/securitylevel"),
        ("issue", issue, "issue/LUM-28?expand=names,schema,renderedFields"),
        ("changelog", issue + "/changelog", "issue/LUM-20/changelog?startAt=30"),
        ("comment", issue + "/comment", "issue/LUM-28/comment?expand=renderedBody"),
        ("worklog", issue + "/worklog", "issue/LUM-28/worklog"),
        ("remotelink", issue + "/remotelink", "issue/LUM-28/remotelink"),
        ("watchers", issue + "/watchers", "issue/LUM-21/watchers"),
        ("auditing/record", "auditing/record", "auditing/record"),
        ("status", "status", "status"),
        ("field", "field", "field"),
    ]
    for name, path, address in gets:
        yield name, "get", path, ask(jira, CLOUD + address)[1]


def test_cloud_keeps_to_atlassians_description_but_where_it_says_otherwise(cloud):
    """Each departure is named with its source, and none is named that is not there."""
    described = SPEC / "jira-cloud-v3.audit.json"
    if not described.exists():
        pytest.skip("Atlassian's description is not beside this checkout (../shared/spec)")
    spec = json.loads(described.read_text(encoding="utf-8"))
    complaints = set()
    for name, method, path, value in cloud_answers(cloud):
        good = spec["paths"]["/rest/api/3/" + path][method]["responses"]["200"]["content"]["application/json"]["schema"]
        checker = jsonschema.Draft7Validator(good | {"components": spec["components"]})
        complaints |= {f"{name} {error.json_path} {error.validator}" for error in checker.iter_errors(value)}
    named = [pattern for pattern, _ in DEVIATIONS.values() if pattern]
    assert [each for each in sorted(complaints) if not any(re.fullmatch(pattern, each) for pattern in named)] == []
    assert [pattern for pattern in named if not any(re.fullmatch(pattern, each) for each in complaints)] == []


def kind_differs(described: Any, value: Any) -> bool:
    """Tell whether a value is not of the type that the list of names tells; what is not described may be anything."""
    if value is None or described in ("object", None):
        return False
    if isinstance(described, dict):
        return not isinstance(value, dict) or any(
            kind_differs(described.get(name), each) for name, each in value.items()
        )
    if isinstance(described, list):
        return not isinstance(value, list) or any(kind_differs(described[0], each) for each in value)
    types = {"string": str, "uri": str, "date-time": str, "boolean": bool, "int32": int, "int64": int}
    return described in types and not isinstance(value, types[described])


def test_server_gives_what_it_describes_in_the_described_types(server):
    """Of the fields that Data Center's description names, each is of its type there."""
    described = SPEC / "data-center-10.3.names.json"
    if not described.exists():
        pytest.skip("Atlassian's description is not beside this checkout (../shared/spec)")
    names = json.loads(described.read_text(encoding="utf-8"))["paths"]
    asked = {
        "myself": "myself",
        "mypermissions": "mypermissions?projectKey=LUM",
        "project/{projectIdOrKey}": "project/DOCK",
        "project/{projectKeyOrId}/securitylevel": "project/LUM/securitylevel",
        "search": "search?jql=project=LUM&expand=changelog",
        "issue/{issueIdOrKey}": "issue/LUM-28?expand=changelog",
        "issue/{issueIdOrKey}/comment": "issue/LUM-28/comment",
        "issue/{issueIdOrKey}/worklog": "issue/LUM-28/worklog",
    }
    for path, address in asked.items():
        status, value = ask(server, SERVER + address)
        assert status == 200
        assert not kind_differs(names[f"/api/2/{path}"]["get"]["answer"], value), address


def test_listed_projects_are_those_with_a_truth():
    """No project is listed whose numbers are not known here, and the other way round."""
    assert set(LISTED) == set(GAPS) == set(RANGE)
