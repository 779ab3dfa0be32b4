"""The embedded Jira, asked over loopback."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from small_world import ANA, BEN, START, STEPS, full_issue, full_world, issue, small_world

from auditlib.demo.server.site import Answer, Asked, EmbeddedJira, Served
from auditlib.demo.world.records import Comment, World

NOT_THERE = {"errorMessages": ["Issue does not exist or you do not have permission to see it."], "errors": {}}
NOW = datetime(2026, 3, 15, 10, 30, tzinfo=UTC)


class Caller:
    """Asks one embedded Jira, with its credentials unless told otherwise."""

    def __init__(self, jira: EmbeddedJira) -> None:
        self.jira = jira
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = (jira.user, jira.token)
        self.version = 3 if jira.dialect == "cloud" else 2

    def get(self, path: str, **params: Any) -> requests.Response:
        """Ask with GET."""
        return self.session.get(f"{self.jira.url}/rest/api/{self.version}/{path}", params=params, timeout=10)

    def post(self, path: str, **body: Any) -> requests.Response:
        """Ask with POST and a JSON body."""
        return self.session.post(f"{self.jira.url}/rest/api/{self.version}/{path}", json=body, timeout=10)

    def anonymous(self) -> Caller:
        """Make a caller without credentials."""
        other = Caller(self.jira)
        other.session.auth = None
        return other


def serve(world: World, dialect: Any = "cloud", **options: Any) -> Iterator[Caller]:
    with EmbeddedJira(world, dialect, clock=lambda: NOW, **options) as jira:
        caller = Caller(jira)
        yield caller
        caller.session.close()


@pytest.fixture
def cloud() -> Iterator[Caller]:
    yield from serve(full_world())


@pytest.fixture
def center() -> Iterator[Caller]:
    yield from serve(full_world(), "data-center")


@pytest.fixture(params=["cloud", "data-center"])
def either(request: pytest.FixtureRequest) -> Iterator[Caller]:
    yield from serve(full_world(), request.param)


def walk(caller: Caller, jql: str, **body: Any) -> tuple[list[dict[str, Any]], int]:
    """Read all pages of a search; returns the issues and the number of pages."""
    issues: list[dict[str, Any]] = []
    token, pages = None, 0
    while True:
        answer = caller.post("search/jql", jql=jql, **body, **({"nextPageToken": token} if token else {}))
        page = answer.json()
        assert answer.status_code == 200, page
        issues.extend(page["issues"])
        pages += 1
        assert page["isLast"] == ("nextPageToken" not in page)
        token = page.get("nextPageToken")
        if token is None:
            return issues, pages


def test_the_port_is_free_and_the_thread_gone_after_stop() -> None:
    """An audit that ends leaves nothing running."""
    before = threading.active_count()
    jira = EmbeddedJira(small_world(), "cloud").start()
    port = int(jira.url.rpartition(":")[2])
    assert threading.active_count() == before + 1
    jira.stop()
    jira.stop()
    assert threading.active_count() == before
    with EmbeddedJira(small_world(), "data-center", port=port) as again:
        assert again.url == f"http://127.0.0.1:{port}"


def test_a_taken_port_is_told_at_start() -> None:
    """A server that can't listen says so at once."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            EmbeddedJira(small_world(), "cloud", port=taken.getsockname()[1]).start()


def test_stop_does_not_wait_for_a_slow_answer() -> None:
    """A request under way does not keep the server alive."""
    slow = EmbeddedJira(small_world(), "cloud", tamper=lambda _, answer: Answer(200, {}, answer.body, delay=60)).start()
    failed: list[Exception] = []

    def ask() -> None:
        try:
            requests.get(f"{slow.url}/rest/api/3/serverInfo", timeout=30)
        except requests.RequestException as error:
            failed.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    while not slow.requests:
        time.sleep(0.01)
    began = time.monotonic()
    slow.stop()
    thread.join()
    assert time.monotonic() - began < 5
    assert failed


def test_requests_are_noted_without_the_context_path() -> None:
    """Every request counts, refused ones too."""
    for caller in serve(small_world(), context_path="/jira/"):
        assert caller.jira.url.endswith("/jira")
        caller.get("myself")
        caller.get("issue/AC-1")
        assert requests.get(caller.jira.url.removesuffix("/jira") + "/rest/api/3/myself", timeout=5).status_code == 404
        assert caller.jira.requests == [
            Served("GET", "/rest/api/3/myself", 200),
            Served("GET", "/rest/api/3/issue/AC-1", 404),
        ]


def test_a_tamper_sees_the_question_and_may_spoil_the_answer() -> None:
    """Tests decide what goes wrong: another body, a cut, a delay."""
    seen: list[Asked] = []

    def tamper(asked: Asked, answer: Answer) -> Answer:
        seen.append(asked)
        if asked.method == "POST":
            return Answer(answer.status, answer.headers, answer.body, cut=True)
        return Answer(200, {"Content-Type": "text/html"}, b"<html>log in</html>", delay=0.05)

    for caller in serve(full_world(), tamper=tamper):
        assert caller.get("field", a=["1", "2"]).text == "<html>log in</html>"
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            caller.post("search/jql", jql="project = AC")
        assert seen[0].query == {"a": ("1", "2")}
        assert (seen[1].path, seen[1].body) == ("/rest/api/3/search/jql", b'{"jql": "project = AC"}')


def test_many_threads_may_ask_at_once(cloud: Caller) -> None:
    """Eight callers get eight right answers, and every request is noted."""
    counts: list[int] = []

    def ask() -> None:
        own = Caller(cloud.jira)
        counts.append(len(walk(own, "project = AC", maxResults=2)[0]))
        own.session.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [8] * 8
    assert len(cloud.jira.requests) == 8 * 4


def test_wrong_credentials_are_refused_everywhere(either: Caller) -> None:
    """A bad or expired token is never taken for an anonymous caller."""
    for auth in [(ANA.email, "wrong"), ("nobody", "secret:token")]:
        either.session.auth = auth
        for path in ("myself", "serverInfo", "issue/AC-1"):
            assert either.get(path).status_code == 401
    either.session.auth = None
    either.session.headers["Authorization"] = "Basic ???"
    assert either.get("myself").status_code == 401


def test_data_center_says_401_in_html(center: Caller) -> None:
    """Not every answer is JSON."""
    answer = center.anonymous().get("myself")
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "text/html;charset=UTF-8")


def test_bearer_is_for_data_center_only(either: Caller) -> None:
    """A personal access token works on Data Center; a Cloud API token needs the e-mail."""
    either.session.auth = None
    either.session.headers["Authorization"] = "Bearer secret:token"
    assert either.get("myself").status_code == (401 if either.jira.dialect == "cloud" else 200)
    either.session.headers["Authorization"] = "Bearer wrong"
    assert either.get("myself").status_code == 401


def test_anonymous_callers_see_nothing(either: Caller) -> None:
    """The trap of forgotten credentials: 200 and an empty list, not an error."""
    nobody = either.anonymous()
    assert nobody.get("myself").status_code == 401
    assert nobody.get("serverInfo").status_code == 200
    assert nobody.get("issue/AC-1").json() == NOT_THERE
    assert nobody.get("project/AC").status_code == 404
    if either.jira.dialect == "cloud":
        assert nobody.post("search/jql", jql="project = AC").json() == {"issues": [], "isLast": True}
        assert nobody.post("search/approximate-count", jql="project = AC").json() == {"count": 0}
        assert nobody.post("issue/bulkfetch", issueIdsOrKeys=["AC-1"]).json() == {"issues": [], "issueErrors": []}
        assert nobody.get("project/search").json()["total"] == 0
    else:
        assert nobody.get("search", jql="project = AC").json()["total"] == 0
        assert nobody.get("project").json() == []
    assert "X-AAccountId" not in nobody.get("serverInfo").headers


def test_the_account_is_named_in_the_headers(either: Caller) -> None:
    """Whoever was recognised is told, on refusals too."""
    name, value = ("X-AAccountId", "acc:ana") if either.jira.dialect == "cloud" else ("X-AUSERNAME", "ana")
    assert either.get("myself").headers[name] == value
    assert either.get("issue/AC-99").headers[name] == value


def test_hidden_deleted_and_unknown_are_one_answer(either: Caller) -> None:
    """A 404 proves nothing."""
    for key in ("AC-20", "HID-30", "AC-99", "XX-1", "nonsense", "120", "99999"):
        answer = either.get(f"issue/{key}")
        assert (answer.status_code, answer.json()) == (404, NOT_THERE)


def test_old_keys_lead_to_the_issue_under_its_new_key(either: Caller) -> None:
    """Moved ⇔ the key returned is not the key asked for; no redirect; keys in any case; ids work."""
    asked = {"HID-7": "AC-1", "ac-900": "NEW-50", "PRE-50": "NEW-50", "pre-50": "NEW-50", "ac-2": "AC-2", "102": "AC-2"}
    for key, found in asked.items():
        answer = either.get(f"issue/{key}", fields="summary")
        assert (answer.status_code, answer.json()["key"]) == (200, found)


def test_only_known_operations_answer(either: Caller) -> None:
    """There is nothing to write with."""
    address = f"{either.jira.url}/rest/api/{either.version}"
    for method, path in [("PUT", "issue/AC-1"), ("DELETE", "issue/AC-1"), ("POST", "myself"), ("PATCH", "field")]:
        assert either.session.request(method, f"{address}/{path}", timeout=5).status_code == 405
    for path in ("issue", "user/password", "project/AC/nothing"):
        assert either.session.post(f"{address}/{path}", timeout=5).status_code == 404
    assert either.session.head(f"{address}/myself", timeout=5).status_code == 200


def test_dialects_do_not_mix(cloud: Caller, center: Caller) -> None:
    """What one dialect has the other lacks."""
    for path in ("issue/AC-1/changelog", "project/search", "user/bulk"):
        assert cloud.get(path, accountId="acc:ana").status_code == 200
        assert center.get(path).status_code == 404
    assert center.post("issue/bulkfetch", issueIdsOrKeys=["AC-1"]).status_code in {404, 405}
    assert center.session.get(f"{center.jira.url}/rest/api/3/myself", timeout=5).status_code == 404
    assert cloud.session.get(f"{cloud.jira.url}/rest/api/2/myself", timeout=5).status_code == 404
    for caller, kind in ((cloud, "Cloud"), (center, "Server")):
        info = caller.session.get(f"{caller.jira.url}/rest/api/2/serverInfo", timeout=5).json()
        assert info["deploymentType"] == kind


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


def test_fields_can_be_chosen(either: Caller) -> None:
    """``*all``, ``*navigable``, names, and exclusions."""

    def fields(*names: str) -> set[str]:
        return set(either.get("issue/AC-1", fields=",".join(names)).json()["fields"])

    everything = fields("*all")
    assert {"comment", "worklog", "attachment", "watches", "project", STEPS} <= everything
    assert fields("*navigable") == everything - {"comment", "worklog", "attachment", "watches", "votes"}
    assert fields("-comment", "-summary") == everything - {"comment", "summary"}
    assert fields("summary", "comment") == {"summary", "comment"}
    assert fields("*all", "-comment") == everything - {"comment"}


def test_names_and_schema_come_on_request(either: Caller) -> None:
    """Custom fields are explained."""
    shown = either.get("issue/AC-1", fields=STEPS, expand="names,schema").json()
    assert shown["names"] == {STEPS: "Steps"}
    assert shown["schema"][STEPS]["customId"] == 10050
    path = "search/jql" if either.jira.dialect == "cloud" else "search"
    page = either.get(path, jql="key = AC-1", fields="summary", expand="names,schema").json()
    assert page["names"] == {"summary": "Summary"}


def test_long_texts_are_documents_on_cloud_and_wiki_on_data_center(cloud: Caller, center: Caller) -> None:
    """The same text in two forms, custom text areas included; HTML on request."""
    document = cloud.get("issue/AC-1", fields=f"description,{STEPS}", expand="renderedFields").json()
    kinds = [node["type"] for node in document["fields"]["description"]["content"]]
    assert kinds == ["heading", "paragraph", "bulletList", "codeBlock"]
    assert {"type": "mention", "attrs": {"id": "acc:ben"}} in document["fields"][STEPS]["content"][0]["content"]
    assert "<h2>Why</h2>" in document["renderedFields"]["description"]
    wiki = center.get("issue/AC-1", fields=f"description,{STEPS}").json()["fields"]
    assert wiki["description"].startswith("h2. Why")
    assert wiki[STEPS].startswith("First line\n")


def test_times_are_in_the_accounts_zone_on_cloud_and_the_servers_on_data_center(cloud: Caller, center: Caller) -> None:
    """One instant, two spellings."""
    assert cloud.get("issue/AC-2").json()["fields"]["created"] == "2026-01-03T07:00:00.250-0500"
    assert center.get("issue/AC-2").json()["fields"]["created"] == "2026-01-03T21:00:00.250+0900"
    assert cloud.get("myself").json()["timeZone"] == "America/New_York"
    assert center.get("serverInfo").json()["serverTime"] == "2026-03-15T19:30:00.000+0900"


def test_dates_in_jql_are_read_in_that_zone_too(cloud: Caller, center: Caller) -> None:
    """AC-2 was created at 12:00 UTC: 07:00 in New York, 21:00 in Tokyo."""
    jql = 'project = AC AND created >= "2026-01-03 08:00" AND created < "2026-01-04"'
    assert cloud.post("search/approximate-count", jql=jql).json() == {"count": 0}
    assert center.get("search", jql=jql).json()["total"] == 1


def test_people_are_called_as_each_dialect_does(cloud: Caller, center: Caller) -> None:
    """Account ids on Cloud, keys and names on Data Center."""
    ours = cloud.get("issue/AC-1", fields="assignee").json()["fields"]["assignee"]
    theirs = center.get("issue/AC-1", fields="assignee").json()["fields"]["assignee"]
    assert (ours["accountId"], "name" in ours) == (BEN.account_id, False)
    assert (theirs["key"], theirs["name"], "accountId" in theirs) == (BEN.key, BEN.name, False)


def test_expanded_history_is_cut_on_cloud_and_whole_on_data_center(cloud: Caller, center: Caller) -> None:
    """Only the newest 40 on Cloud, newest first; so it is no evidence."""
    ours = cloud.get("issue/AC-1", expand="changelog").json()["changelog"]
    assert [int(one["id"]) for one in ours["histories"]] == list(range(1044, 1004, -1))
    assert ours["total"] == 45
    theirs = center.get("search", jql="key = AC-1", expand="changelog").json()["issues"][0]["changelog"]
    assert [int(one["id"]) for one in theirs["histories"]] == list(range(1000, 1045))
    assert theirs["total"] == 45
    assert "author" not in theirs["histories"][0]


def test_history_items_differ_by_dialect(cloud: Caller, center: Caller) -> None:
    """Data Center has no ``fieldId`` and names people by key; ``Key`` has none on Cloud either."""
    ours = cloud.get("issue/AC-1/changelog").json()["values"][0]["items"]
    assert [(item["field"], item.get("fieldId"), item["to"]) for item in ours] == [
        ("assignee", "assignee", "acc:ben"),
        ("Key", None, None),
    ]
    theirs = center.get("issue/AC-1", expand="changelog").json()["changelog"]["histories"][0]["items"]
    assert [(item["field"], item.get("fieldId"), item["to"]) for item in theirs] == [
        ("assignee", None, "JIRAUSER2"),
        ("Key", None, None),
    ]


def test_history_pages_are_oldest_first(cloud: Caller) -> None:
    """Pages of ten add up to all 45, and every page tells the total."""
    seen: list[int] = []
    start = 0
    while True:
        page = cloud.get("issue/HID-7/changelog", startAt=start, maxResults=10).json()
        assert page["total"] == 45
        seen.extend(int(one["id"]) for one in page["values"])
        start += 10
        if page["isLast"]:
            assert "nextPage" not in page
            break
    assert seen == list(range(1000, 1045))
    assert cloud.get("issue/AC-1/changelog", maxResults=1000).json()["maxResults"] == 100


def test_bulk_fetch_leaves_out_without_a_word(cloud: Caller) -> None:
    """In order of id, moved keys under their new ones, each issue once, no errors told."""
    asked = ["AC-8", "102", "HID-7", "AC-20", "AC-99", "HID-30", "ac-8"]
    answer = cloud.post("issue/bulkfetch", issueIdsOrKeys=asked, fields=["summary"]).json()
    assert [one["key"] for one in answer["issues"]] == ["AC-1", "AC-2", "AC-8"]
    assert answer["issueErrors"] == []
    assert cloud.post("issue/bulkfetch", issueIdsOrKeys=["AC-2"]).json()["issues"][0]["fields"]["labels"] == []
    assert cloud.post("issue/bulkfetch", issueIdsOrKeys=["AC-2"] * 101).status_code == 400
    assert cloud.post("issue/bulkfetch", issueIdsOrKeys=[]).status_code == 400


def test_bulk_history_spans_pages(cloud: Caller) -> None:
    """Merged by issue id, the pages hold every entry once, oldest first."""
    merged: dict[str, list[int]] = {}
    body: dict[str, Any] = {"issueIdsOrKeys": ["AC-1", "AC-2", "AC-99"], "maxResults": 7}
    pages = 0
    while True:
        page = cloud.post("changelog/bulkfetch", **body).json()
        pages += 1
        for one in page["issueChangeLogs"]:
            merged.setdefault(one["issueId"], []).extend(int(entry["id"]) for entry in one["changeHistories"])
        if "nextPageToken" not in page:
            break
        body["nextPageToken"] = page["nextPageToken"]
    assert merged == {"101": list(range(1000, 1045))}
    assert pages == 7


def test_bulk_history_by_field_loses_the_moves(cloud: Caller) -> None:
    """``Key`` has no ``fieldId``: whoever filters by field never sees a move."""
    page = cloud.post("changelog/bulkfetch", issueIdsOrKeys=["AC-1"], fieldIds=["assignee"]).json()
    items = [item["field"] for entry in page["issueChangeLogs"][0]["changeHistories"] for item in entry["items"]]
    assert items == ["assignee"]


def test_bulk_history_orders_by_time_across_issues() -> None:
    """The oldest entry of all issues comes first, then by issue."""
    older, younger = full_issue(1), full_issue(2)
    for offset, made in ((0, older), (1, younger)):
        object.__setattr__(made, "histories", made.histories[:2])
        for index, record in enumerate(made.histories):
            object.__setattr__(record, "created", START + timedelta(hours=index))
            object.__setattr__(record, "id", 10 * (1 - offset) + index)
    for caller in serve(small_world(older, younger), page_size=1):
        order: list[str] = []
        token: str | None = None
        while token != "":
            body = {"nextPageToken": token} if token else {}
            page = caller.post("changelog/bulkfetch", issueIdsOrKeys=["AC-2", "AC-1"], **body).json()
            order.extend(one["issueId"] for one in page["issueChangeLogs"])
            token = page.get("nextPageToken", "")
        assert order == ["101", "102", "101", "102"]


@pytest.mark.parametrize(
    "body",
    [
        {"issueIdsOrKeys": []},
        {"issueIdsOrKeys": ["1"] * 1001},
        {"issueIdsOrKeys": ["AC-1"], "fieldIds": [str(n) for n in range(11)]},
        {"issueIdsOrKeys": ["AC-1"], "maxResults": 10001},
        {"issueIdsOrKeys": ["AC-1"], "maxResults": 0},
        {"issueIdsOrKeys": ["AC-1"], "nextPageToken": "x"},
    ],
)
def test_bulk_history_has_limits(cloud: Caller, body: dict[str, Any]) -> None:
    """The documented limits are kept."""
    assert cloud.post("changelog/bulkfetch", **body).status_code == 400


def test_comments_page_and_the_restricted_are_not_counted(cloud: Caller, center: Caller) -> None:
    """26 of 27 comments can be seen; inside an issue only 20 on Cloud."""
    first = cloud.get("issue/AC-1/comment", maxResults=20).json()
    second = cloud.get("issue/AC-1/comment", maxResults=20, startAt=20, expand="renderedBody").json()
    assert (first["total"], len(first["comments"]), len(second["comments"])) == (26, 20, 6)
    assert second["comments"][-1]["visibility"] == {"type": "group", "value": "staff", "identifier": "g-1"}
    assert second["comments"][0]["renderedBody"] == "<p>Comment <b>20</b> of the fault</p>"
    newest = cloud.get("issue/AC-1/comment", orderBy="-created").json()["comments"][0]
    assert newest["id"] == second["comments"][-1]["id"]
    assert cloud.get("issue/AC-1/comment", orderBy="body").status_code == 400
    assert cloud.get("issue/AC-1/comment", maxResults=1000).json()["maxResults"] == 100
    inline = cloud.get("issue/AC-1", fields="comment").json()["fields"]["comment"]
    assert (inline["total"], len(inline["comments"])) == (26, 20)
    theirs = center.get("issue/AC-1/comment").json()
    assert len(theirs["comments"]) == 26
    assert theirs["comments"][0]["body"] == "Comment *0* of the fault"


def test_comments_by_id(cloud: Caller) -> None:
    """Unknown and restricted ids are left out."""
    page = cloud.post("comment/list", ids=[2000, 2101, 2100, 9]).json()
    assert [one["id"] for one in page["values"]] == ["2000", "2100"]
    assert cloud.post("comment/list", ids=[]).status_code == 400


def test_worklogs_are_cut_inside_an_issue(cloud: Caller, center: Caller) -> None:
    """22 worklogs, of which an issue shows 20."""
    for caller in (cloud, center):
        inline = caller.get("issue/AC-1", fields="worklog").json()["fields"]["worklog"]
        assert (inline["total"], len(inline["worklogs"])) == (22, 20)
        whole = caller.get("issue/AC-1/worklog").json()
        assert len(whole["worklogs"]) == whole["total"] == 22
        assert (whole["worklogs"][0]["timeSpent"], whole["worklogs"][0]["timeSpentSeconds"]) == ("1h 30m", 5400)
        assert "comment" not in whole["worklogs"][0]


def test_an_attachment_is_elsewhere_on_cloud(cloud: Caller) -> None:
    """303 to a media address that needs no credentials, or the file itself with ``redirect=false``."""
    record = cloud.get("attachment/4000").json()
    assert (record["id"], record["size"], record["filename"]) == (4000, 60, "log ü.txt")
    moved = cloud.session.get(record["content"], allow_redirects=False, timeout=5)
    assert moved.status_code == 303
    assert requests.get(moved.headers["Location"], timeout=5).content == b"hello\n" * 10
    assert requests.get(moved.headers["Location"] + "0", timeout=5).status_code == 403
    straight = cloud.get("attachment/content/4000", redirect="false")
    assert (straight.status_code, len(straight.content)) == (200, 60)
    for number in ("4001", "4999", "x"):
        assert cloud.get(f"attachment/content/{number}").status_code == 404
    assert cloud.anonymous().get("attachment/4000").status_code == 404


def test_an_attachment_is_at_hand_on_data_center(center: Caller) -> None:
    """The address in the issue gives the file."""
    field = center.get("issue/AC-1", fields="attachment").json()["fields"]["attachment"]
    assert "/secure/attachment/4000/log%20%C3%BC.txt" in field[0]["content"]
    assert center.session.get(field[0]["content"], timeout=5).content == b"hello\n" * 10
    assert center.session.get(field[1]["content"], timeout=5).status_code == 404


def test_an_attachment_of_a_hidden_issue_is_not_there() -> None:
    """Files share the fate of their issue."""
    world = full_world()
    world.issues[101].visible = False
    for caller in serve(world):
        assert caller.get("attachment/4000").status_code == 404


def test_links_watchers_and_votes(either: Caller) -> None:
    """Small lists beside an issue."""
    assert either.get("issue/AC-1/remotelink").json()[0]["object"]["title"] == "Doc"
    watchers = either.get("issue/AC-1/watchers").json()
    assert (watchers["watchCount"], watchers["isWatching"], len(watchers["watchers"])) == (2, True, 2)
    assert either.get("issue/AC-1/votes").json()["votes"] == 0
    assert either.get("issue/AC-20/votes").status_code == 404


def test_projects_are_found_by_key_former_key_and_id(either: Caller) -> None:
    """A renamed project answers to its old key, with the new one."""
    for name, key in {"AC": "AC", "1": "AC", "PRE": "NEW", "OLD": "OLD"}.items():
        assert either.get(f"project/{name}").json()["key"] == key
    assert either.get("project/PRE", expand="projectKeys").json()["projectKeys"] == ["NEW", "PRE"]
    assert either.get("project/OLD").json()["archived"] is True
    answer = either.get("project/HID")
    assert (answer.status_code, answer.json()["errorMessages"]) == (404, ["No project could be found with key 'HID'."])


def test_project_search_filters(cloud: Caller) -> None:
    """Archived projects only on request; an administrator views what they can't browse; the insight counts all."""

    def found(**params: Any) -> list[str]:
        return [one["key"] for one in cloud.get("project/search", **params).json()["values"]]

    assert found() == ["AC", "HID", "NEW"]
    assert found(action="browse") == ["AC", "NEW"]
    assert found(status="archived") == ["OLD"]
    assert found(status="live,archived", action="browse") == ["AC", "NEW", "OLD"]
    assert found(keys=["ac", "OLD"]) == ["AC"]
    assert found(query="new") == ["NEW"]
    assert found(id="1") == ["AC"]
    project = cloud.get("project/search", keys="AC", expand="insight,lead").json()["values"][0]
    assert project["insight"]["totalIssueCount"] == 9
    assert project["lead"]["displayName"] == "Ben Crane"


def test_project_search_pages() -> None:
    """Pages of one lead from one to the next."""
    for caller in serve(full_world(), page_size=1):
        page = caller.get("project/search").json()
        keys = []
        while True:
            keys.extend(one["key"] for one in page["values"])
            if page["isLast"]:
                break
            page = caller.session.get(page["nextPage"], timeout=5).json()
        assert keys == ["AC", "HID", "NEW"]


def test_data_center_lists_projects(center: Caller) -> None:
    """Archived ones only on request."""
    assert [one["key"] for one in center.get("project").json()] == ["AC", "NEW"]
    assert [one["key"] for one in center.get("project", includeArchived="true").json()] == ["AC", "NEW", "OLD"]


def test_data_center_search_has_a_total_and_a_cap(center: Caller) -> None:
    """``startAt`` and ``total``; a server-side cap on what is asked."""
    page = center.get("search", jql="project = AC ORDER BY key", startAt=2, maxResults=3, fields="summary").json()
    assert [one["key"] for one in page["issues"]] == ["AC-3", "AC-4", "AC-5"]
    assert (page["startAt"], page["maxResults"], page["total"]) == (2, 3, 8)
    assert center.post("search", jql="project = AC", startAt=7).json()["startAt"] == 7
    assert center.get("search", jql="ORDER BY key", maxResults=5000).json()["maxResults"] == 1000
    assert center.get("search", jql="key = AC-99").json()["errorMessages"] == [
        "An issue with key 'AC-99' does not exist for field 'key'."
    ]
    everything = center.get("search", jql="key = AC-1").json()["issues"][0]["fields"]
    assert "summary" in everything
    assert "comment" not in everything


def test_data_center_pages_follow_the_world() -> None:
    """A page after an issue came is a page of the new result."""
    world = full_world()
    for caller in serve(world, "data-center", page_size=2):
        jql = "project = AC ORDER BY key DESC"
        first = caller.get("search", jql=jql).json()
        world.issues[109] = issue(9)
        second = caller.get("search", jql=jql, startAt=2).json()
        assert [one["key"] for one in first["issues"]] == ["AC-8", "AC-7"]
        assert [one["key"] for one in second["issues"]] == ["AC-7", "AC-6"]
        assert (first["total"], second["total"]) == (8, 9)


def test_powers_are_told(either: Caller) -> None:
    """What the account may do, in general and in a project."""
    asked = {"permissions": "BROWSE_PROJECTS,DELETE_ISSUES", "projectKey": "AC"}
    granted = either.get("mypermissions", **asked).json()["permissions"]
    assert {name: one["havePermission"] for name, one in granted.items()} == {
        "BROWSE_PROJECTS": True,
        "DELETE_ISSUES": False,
    }
    assert either.get("mypermissions", permissions="BROWSE_PROJECTS", projectKey="HID").status_code == 404
    assert either.get("mypermissions", permissions="BROWSE_PROJECTS", issueKey="AC-20").status_code == 404
    assert either.get("mypermissions", permissions="FLY").status_code == 400
    assert either.get("mypermissions").status_code == (400 if either.jira.dialect == "cloud" else 200)
    assert "DELETE_ISSUES" in either.get("permissions").json()["permissions"]


def test_permissions_are_checked_for_others_too(cloud: Caller) -> None:
    """For another account they come from the scheme: role, group, lead, licence, but not from an issue."""

    def granted(account_id: str, *names: str, issues: tuple[int, ...] = ()) -> dict[str, list[int]]:
        entry = {"permissions": list(names), "projects": [1, 2, 999], "issues": list(issues)}
        answer = cloud.post("permissions/check", accountId=account_id, projectPermissions=[entry])
        return {one["permission"]: one["projects"] + one["issues"] for one in answer.json()["projectPermissions"]}

    assert granted("acc:ben", "DELETE_ISSUES", "BROWSE_PROJECTS", "EDIT_ISSUES", "CREATE_ISSUES") == {
        "DELETE_ISSUES": [1, 2],
        "BROWSE_PROJECTS": [1],
        "EDIT_ISSUES": [],
        "CREATE_ISSUES": [1, 2],
    }
    assert granted("acc:ben", "ADMINISTER_PROJECTS") == {"ADMINISTER_PROJECTS": [1, 2]}
    assert granted("acc:cyd", "MOVE_ISSUES") == {"MOVE_ISSUES": []}
    assert granted("acc:ana", "BROWSE_PROJECTS", issues=(101, 120, 130)) == {"BROWSE_PROJECTS": [1, 101]}
    own = cloud.post("permissions/check", globalPermissions=["ADMINISTER", "BULK_CHANGE"]).json()
    assert own == {"globalPermissions": ["ADMINISTER"], "projectPermissions": []}
    assert cloud.post("permissions/check", globalPermissions=["BROWSE_PROJECTS"]).status_code == 400
    assert cloud.post("permissions/check", accountId="nobody").status_code == 400


@pytest.mark.parametrize("dialect", ["cloud", "data-center"])
def test_an_account_without_powers_is_refused_as_documented(dialect: str) -> None:
    """403 or 404, each where Jira says so; who may not set security levels sees none."""
    world = full_world()
    world.powers = frozenset({"BROWSE_PROJECTS"})
    refused = {
        "project/AC/permissionscheme": 403,
        "project/AC/issuesecuritylevelscheme": 403,
        "project/AC/role": 404,
        "project/AC/role/60": 404,
        "role": 403,
        "role/60": 403,
        "group/member?groupname=staff": 403,
        "user?accountId=acc:ben&username=ben": 403,
        "permissionscheme": 200,
        "project/HID/permissionscheme": 404,
    }
    if dialect == "cloud":
        refused |= {"auditing/record": 403, "users/search": 403, "group/bulk": 403, "project/AC/roledetails": 404}
    for caller in serve(world, dialect):
        assert {path: caller.get(path).status_code for path in refused} == refused
        assert caller.get("project/AC/securitylevel").json() == {"levels": []}
        assert caller.get("issue/AC-1/watchers").json()["watchers"] == []
        assert caller.get("user?accountId=acc:ana&username=ana").status_code == 200
        if dialect == "cloud":
            other = caller.post("permissions/check", accountId="acc:ben", globalPermissions=[])
            assert other.status_code == 403
        else:
            events = caller.session.get(f"{caller.jira.url}/rest/auditing/1.0/events", timeout=5)
            assert events.status_code == 403
        anonymous = caller.anonymous()
        for path in ("project/AC/permissionscheme", "permissionscheme", "role", "group/member"):
            assert anonymous.get(path).status_code == 401


def test_permission_schemes_name_their_holders(cloud: Caller, center: Caller) -> None:
    """Groups by name and id on Cloud, by name on Data Center; grants only when expanded."""
    assert "permissions" not in cloud.get("project/AC/permissionscheme").json()
    ours = cloud.get("project/HID/permissionscheme", expand="permissions").json()
    theirs = center.get("project/AC/permissionscheme", expand="all").json()
    assert [grant["holder"] for grant in ours["permissions"]] == [
        {"type": "group", "parameter": "admins", "value": "g-2", "expand": "group"},
        {"type": "projectRole", "parameter": "60", "value": "60", "expand": "projectRole"},
        {"type": "user", "parameter": "acc:cyd", "value": "acc:cyd", "expand": "user"},
        {"type": "reporter"},
        {"type": "applicationRole"},
        {"type": "projectLead"},
    ]
    assert [grant["holder"].get("parameter") for grant in theirs["permissions"]][:3] == ["admins", "60", "JIRAUSER3"]
    assert cloud.get("permissionscheme/40/permission").json()["permissions"][0]["permission"] == "DELETE_ISSUES"
    assert cloud.get("permissionscheme/41").status_code == 404
    assert cloud.get("project/NEW/permissionscheme").status_code == 404


def test_roles_have_actors_by_project(cloud: Caller, center: Caller) -> None:
    """A group and a person; the inactive can be left out."""
    path = cloud.get("project/AC/role").json()["Developers"].rpartition("/rest/api/3/")[2]
    ours = cloud.get(path).json()["actors"]
    assert [(actor["type"], actor["displayName"]) for actor in ours] == [
        ("atlassian-user-role-actor", "Cyd Dale"),
        ("atlassian-group-role-actor", "staff"),
    ]
    assert ours[0]["actorUser"] == {"accountId": "acc:cyd"}
    assert ours[1]["actorGroup"]["groupId"] == "g-1"
    assert len(cloud.get(path, excludeInactiveUsers="true").json()["actors"]) == 1
    assert [actor["name"] for actor in center.get("project/AC/role/60").json()["actors"]] == ["cyd", "staff"]
    assert cloud.get("project/AC/role/99").status_code == 404
    assert [one["name"] for one in cloud.get("project/AC/roledetails").json()] == ["Developers", "Approvers"]
    assert cloud.get("role/61").json()["name"] == "Approvers"


def test_group_members_leave_out_the_inactive_unless_asked(either: Caller) -> None:
    """A default that hides people who left."""
    short = either.get("group/member", groupname="staff").json()
    whole = either.get("group/member", groupname="staff", includeInactiveUsers="true").json()
    assert ([one["displayName"] for one in short["values"]], whole["total"]) == (["Ana Brook", "Ben Crane"], 3)
    assert either.get("group/member", groupname="nobody").status_code == 404
    assert either.get("group/member").status_code == 400
    assert either.get("group/member", groupname="staff", maxResults=500).json()["maxResults"] == 50


def test_people_are_found(cloud: Caller, center: Caller) -> None:
    """By account id on Cloud, ten at a time by default; by name or key on Data Center."""
    assert cloud.get("user", accountId="acc:cyd").json()["active"] is False
    assert cloud.get("user", accountId="x").status_code == 404
    bulk = cloud.get("user/bulk", accountId=["acc:ben", "x", "acc:cyd"]).json()
    assert ([one["accountId"] for one in bulk["values"]], bulk["maxResults"]) == (["acc:ben", "acc:cyd"], 10)
    assert cloud.get("user/bulk").status_code == 400
    assert [one["accountType"] for one in cloud.get("users/search").json()] == ["atlassian"] * 3 + ["app"]
    assert cloud.get("group/bulk", groupId="g-2").json()["values"] == [{"name": "admins", "groupId": "g-2"}]
    assert center.get("user", key="JIRAUSER2").json()["name"] == "ben"
    assert center.get("user", username="ben").json()["key"] == "JIRAUSER2"
    assert center.get("user").status_code == 404
    groups = cloud.get("myself", expand="groups").json()["groups"]
    assert (groups["size"], groups["items"][0]["name"]) == (1, "staff")


def test_the_log_of_cloud_is_newest_first_and_can_be_narrowed(cloud: Caller) -> None:
    """By time, by words, by page; empty parts are left out."""
    whole = cloud.get("auditing/record").json()
    assert [one["id"] for one in whole["records"]] == [7, 6, 5, 4, 3, 2, 1]
    assert (whole["total"], whole["limit"]) == (7, 1000)
    assert [one["id"] for one in cloud.get("auditing/record", offset=5, limit=5).json()["records"]] == [2, 1]
    deleted = cloud.get("auditing/record", filter="AC-9 issue").json()["records"]
    assert (len(deleted), deleted[0]["authorAccountId"], deleted[0]["authorKey"]) == (1, "acc:ben", "JIRAUSER2")
    assert "authorKey" not in whole["records"][-1]
    span = {"from": "2026-01-02T00:00:00.000+0000", "to": "2026-01-04T23:00:00.000+0000"}
    assert [one["id"] for one in cloud.get("auditing/record", **span).json()["records"]] == [3, 2]
    assert cloud.get("auditing/record", **{"from": "now"}).status_code == 400
    assert cloud.get("auditing/record", limit=5000).json()["limit"] == 1000


def test_the_log_of_data_center_pages_by_cursor() -> None:
    """Each page says where the next one starts; the last says that it is."""
    for caller in serve(full_world(), "data-center"):
        address = f"{caller.jira.url}/rest/auditing/1.0/events"
        seen: list[str] = []
        params: dict[str, Any] = {"limit": 3}
        while True:
            page = caller.session.get(address, params=params, timeout=5).json()
            seen.extend(one["timestamp"] for one in page["entities"])
            if page["pagingInfo"]["lastPage"]:
                break
            params["pageCursor"] = page["pagingInfo"]["nextPageCursor"]
        assert len(seen) == 7
        assert seen == sorted(seen, reverse=True)
        event = caller.session.get(address, params={"search": "AC-9"}, timeout=5).json()["entities"][0]
        assert event["type"]["actionI18nKey"] == "jira.auditing.issue.deleted"
        assert (event["author"]["name"], event["affectedObjects"][0]["name"]) == ("Ben Crane", "AC-9")
        late = caller.session.get(address, params={"from": "2026-01-07T00:00:00Z"}, timeout=5).json()["entities"]
        assert len(late) == 2
        for wrong in ({"pageCursor": "x"}, {"to": "x"}, {"limit": "x"}):
            assert caller.session.get(address, params=wrong, timeout=5).status_code == 400


def test_filters_are_for_whom_they_are_shared_with(either: Caller) -> None:
    """A private filter of another is like none: 400."""
    shared = either.get("filter/70").json()
    assert (shared["jql"], shared["owner"]["displayName"]) == ("project = AC", "Ana Brook")
    for number in ("71", "72", "x"):
        assert either.get(f"filter/{number}").status_code == 400
    assert either.anonymous().get("filter/70").status_code == 400
    if either.jira.dialect == "cloud":
        page = either.get("filter/search", expand="jql,owner", filterName="pop").json()
        assert [(one["id"], one["jql"]) for one in page["values"]] == [("70", "project = AC")]
        assert "jql" not in either.get("filter/search").json()["values"][0]


def test_lists_of_values(either: Caller) -> None:
    """What issues refer to can be listed."""
    assert [one["name"] for one in either.get("status").json()] == ["To Do", "Done"]
    assert [one["key"] for one in either.get("statuscategory").json()] == ["new", "done"]
    assert [one["name"] for one in either.get("issuetype").json()] == ["Bug", "Task"]
    assert [one["name"] for one in either.get("resolution").json()] == ["Fixed"]
    assert [one["name"] for one in either.get("priority").json()] == ["High", "Low"]
    assert either.get("issueLinkType").json()["issueLinkTypes"][0]["inward"] == "is blocked by"
    assert STEPS in [one["id"] for one in either.get("field").json()]
    assert either.get("project/AC/securitylevel").json()["levels"][0]["name"] == "Secret"
    assert either.get("project/AC/issuesecuritylevelscheme").json()["levels"][0]["name"] == "Secret"
    assert either.get("project/NEW/issuesecuritylevelscheme").status_code == 404


def test_queries_are_parsed_as_asked(cloud: Caller) -> None:
    """Strict tells what is wrong; warn tells it and shows the tree; a text that is no JQL has no tree."""
    body = {"queries": ["project = NOPE AND created > startOfDay() ORDER BY key", "project ="]}
    address = f"{cloud.jira.url}/rest/api/3/jql/parse"

    def ask(mode: str) -> list[dict[str, Any]]:
        answer = cloud.session.post(address, params={"validation": mode}, json=body, timeout=5)
        return list(answer.json()["queries"])

    wrong = ["The value 'NOPE' does not exist for the field 'project'."]
    assert ask("strict")[0] == {"query": body["queries"][0], "errors": wrong}
    assert ask("warn")[0]["warnings"] == wrong
    assert ask("none")[0]["structure"]["where"]["clauses"][1]["operand"]["function"] == "startOfDay"
    assert all("structure" not in ask(mode)[1] for mode in ("strict", "warn", "none"))
    assert cloud.session.post(address, params={"validation": "lax"}, json=body, timeout=5).status_code == 400


def test_issues_are_matched_by_id(cloud: Caller) -> None:
    """Which of these issues each query would find; hidden ones none."""
    answer = cloud.post("jql/match", issueIds=[101, 102, 120, 150], jqls=["project = AC", "type = Bug", "type = No"])
    assert answer.json() == {
        "matches": [
            {"matchedIssues": [101, 102], "errors": []},
            {"matchedIssues": [101], "errors": []},
            {"matchedIssues": [], "errors": ["The value 'No' does not exist for the field 'type'."]},
        ]
    }


@pytest.mark.parametrize("dialect", ["cloud", "data-center"])
def test_real_data_is_served_as_received(dialect: str) -> None:
    """What was recorded is neither translated nor added to."""
    made = issue(1)
    attachment = {"id": "900", "filename": "a", "size": 1, "content": "http://localhost/a"}
    comment = {"id": "800", "body": "half a pair \ud83d", "author": {"name": "x", "displayName": "X"}}
    worklog = {"id": "700", "timeSpentSeconds": 60}
    made.raw = True
    made.fields = {
        "summary": "Real \x00 text",
        "created": "2015-07-09T06:18:05.000+0000",
        "description": "*wiki*",
        "attachment": [attachment],
        "comment": {"comments": [comment], "total": 1, "maxResults": 1, "startAt": 0},
        "worklog": {"worklogs": [worklog], "total": 1},
    }
    for caller in serve(small_world(made), dialect):
        assert caller.get("issue/AC-1").json()["fields"] == made.fields
        assert caller.get("issue/AC-1/comment").json()["comments"] == [comment]
        assert caller.get("issue/AC-1/worklog").json()["worklogs"] == [worklog]
        assert caller.get("attachment/900").json() == {**attachment, "id": 900}
        assert caller.get("issue/AC-1", fields="summary").json()["fields"] == {"summary": "Real \x00 text"}


def test_recorded_people_inside_records_stay_as_they_are() -> None:
    """An author that is a dict is real data."""
    made = issue(1)
    author = {"name": "x", "displayName": "X"}
    made.comments.append(Comment(1, author, START, START, None, "text"))
    for caller in serve(small_world(made)):
        comment = caller.get("issue/AC-1/comment").json()["comments"][0]
        assert comment["author"] == author
        assert "updateAuthor" not in comment


def test_twenty_thousand_issues_are_paged_in_seconds() -> None:
    """A query is run once, not once a page."""
    world = small_world(*(issue(number, after=timedelta(minutes=number)) for number in range(1, 20_001)))
    began = time.monotonic()
    for caller in serve(world):
        ids, _ = walk(caller, "project = AC AND created >= 2025-01-01 ORDER BY created, key", maxResults=500)
        assert len({one["id"] for one in ids}) == 20_000
    for caller in serve(world, "data-center"):
        total = 0
        while total < 20_000:
            page = caller.get("search", jql="project = AC", startAt=total, maxResults=1000, fields="summary").json()
            total += len(page["issues"])
    assert time.monotonic() - began < 30
