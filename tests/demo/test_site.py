"""The embedded Jira, asked over loopback: who may ask, what is noted, what real data it serves."""

from __future__ import annotations

import socket
import threading
import time
from datetime import timedelta

import pytest
import requests
from jira_caller import Caller, serve, walk
from small_world import ANA, START, full_world, issue, small_world

from auditlib.demo.server.site import Answer, Asked, EmbeddedJira, Served
from auditlib.demo.world.records import Comment

NOT_THERE = {"errorMessages": ["Issue does not exist or you do not have permission to see it."], "errors": {}}


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
