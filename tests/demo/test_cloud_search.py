"""Searches of the embedded Jira Cloud: pages by token, refusals, limits."""

from __future__ import annotations

import pytest
from jira_caller import Caller, serve, walk
from small_world import full_world, issue, small_world


@pytest.mark.parametrize("version", ["2", "3", "latest"])
def test_the_old_search_of_cloud_is_gone(cloud: Caller, version: str) -> None:
    """410, with the address of the guide."""
    for method in ("GET", "POST"):
        answer = cloud.session.request(method, f"{cloud.jira.url}/rest/api/{version}/search", timeout=5)
        assert answer.status_code == 410
        assert "/rest/api/3/search/jql" in answer.json()["errorMessages"][0]


def test_cloud_search_pages_by_opaque_token() -> None:
    """Pages of one give the same issues as one page; the last has no token."""
    for caller in serve(full_world(), page_size=1):
        issues, pages = walk(caller, "project = AC ORDER BY key", fields=["summary"])
        assert [one["key"] for one in issues] == [f"AC-{number}" for number in range(1, 9)]
        assert pages == 8


def test_cloud_search_gives_ids_unless_asked(cloud: Caller) -> None:
    """The default is the id alone; the key comes with ``key`` or a field; totals never."""
    bare = cloud.get("search/jql", jql="key = AC-2").json()
    assert bare == {"issues": [{"id": "102"}], "isLast": True}
    with_key = cloud.post("search/jql", jql="key = AC-2", fields=["key"]).json()["issues"][0]
    assert with_key["key"] == "AC-2"
    assert "fields" not in with_key
    with_field = cloud.get("search/jql", jql="key = AC-2", fields="summary,labels").json()["issues"][0]
    assert with_field["fields"] == {"summary": "Issue number 2", "labels": []}


def test_a_page_with_fields_holds_a_hundred() -> None:
    """Fewer than asked is not the end; ids alone come by the thousand."""
    for caller in serve(small_world(*(issue(number) for number in range(1, 151)))):
        with_fields = caller.post("search/jql", jql="project = AC", maxResults=5000, fields=["summary"]).json()
        assert (len(with_fields["issues"]), with_fields["isLast"]) == (100, False)
        assert len(caller.post("search/jql", jql="project = AC", maxResults=5000).json()["issues"]) == 150
        assert len(caller.post("search/jql", jql="project = AC").json()["issues"]) == 50
        changes = caller.post("search/jql", jql="project = AC", maxResults=5000, expand="changelog").json()
        assert len(changes["issues"]) == 100


@pytest.mark.parametrize(
    ("jql", "message"),
    [
        ("ORDER BY key", "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."),
        ("", "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."),
        (
            "project = AC ORDER BY key, created, updated, summary, status, type, labels, reporter",
            "JQL can be ordered by at most 7 fields.",
        ),
        ("project = NOPE", "The value 'NOPE' does not exist for the field 'project'."),
        ("key in (AC-1, AC-20)", "An issue with key 'AC-20' does not exist for field 'key'."),
    ],
)
def test_cloud_refuses_queries_in_jiras_shape(cloud: Caller, jql: str, message: str) -> None:
    """400 with ``errorMessages`` and ``errors``, for searches and counts alike."""
    for path in ("search/jql", "search/approximate-count"):
        answer = cloud.post(path, jql=jql)
        assert (answer.status_code, answer.json()) == (400, {"errorMessages": [message], "errors": {}})


def test_tokens_are_checked(cloud: Caller) -> None:
    """A token is good for its own question, any number of times, and for nothing else."""
    first = cloud.post("search/jql", jql="project = AC", maxResults=3).json()
    token = first["nextPageToken"]
    again = [cloud.post("search/jql", jql="project = AC", maxResults=3, nextPageToken=token).json() for _ in range(2)]
    assert again[0] == again[1]
    assert again[0]["issues"] != first["issues"]
    for jql, wrong in (("project = NEW", token), ("project = AC", "rubbish"), ("project = AC", "cGFnZTo5OTow")):
        assert cloud.post("search/jql", jql=jql, nextPageToken=wrong).status_code == 400


def test_an_issue_that_goes_while_paging_is_left_out() -> None:
    """The pages follow the world as it is."""
    world = full_world()
    for caller in serve(world):
        page = caller.post("search/jql", jql="project = AC ORDER BY key", maxResults=2).json()
        del world.issues[103]
        world.issues[104].visible = False
        rest = caller.post(
            "search/jql", jql="project = AC ORDER BY key", maxResults=3, nextPageToken=page["nextPageToken"]
        ).json()
        assert [one["id"] for one in rest["issues"]] == ["105"]


def test_a_body_must_be_json(cloud: Caller) -> None:
    """Nonsense is refused, not guessed at."""
    for body in (b"", b"[]", b"{", b'{"jql": "project = AC", "maxResults": "many"}'):
        answer = cloud.session.post(f"{cloud.jira.url}/rest/api/3/search/jql", data=body, timeout=5)
        assert answer.status_code == 400
    assert cloud.get("search/jql", jql="project = AC", maxResults="x").status_code == 400
    assert cloud.post("issue/bulkfetch", issueIdsOrKeys="AC-1").status_code == 400
