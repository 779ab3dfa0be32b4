"""Questions about worklogs, asked of the embedded Jira in both dialects, and what is made of odd answers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from jira_caller import NOW, Caller, serve
from small_world import full_issue, small_world

from auditlib.errors import AnswerError
from auditlib.jira import worklogs
from auditlib.jira.read_only import require_allowed


def ask(caller: Caller, request) -> object:
    """Send a question as the client would, and return its JSON."""
    require_allowed(request.method, request.path)
    address = f"{caller.jira.url}/{request.path}"
    answer = caller.session.request(request.method, address, params=dict(request.query), json=request.body, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(params=["cloud", "data-center"])
def caller(request):
    world = small_world(full_issue(1))
    world.deleted_worklogs = {77: datetime(2026, 2, 1, tzinfo=UTC), 78: NOW}
    yield from serve(world, request.param, page_size=1)


def walk(caller: Caller, kind: str) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    since: int | None = 0
    while since is not None:
        request = worklogs.changed_since(caller.jira.dialect, kind, since)
        page = worklogs.read_changed(request, ask(caller, request))
        assert page.since is None or page.since > since
        found |= page.at
        since = page.since
    return found


def test_all_changed_worklogs_come_page_by_page(caller):
    """Pages of one: each is asked for by the time of the one before, until Jira says that it is the last."""
    (issue,) = caller.jira.world.issues.values()
    assert len(issue.worklogs) > 1
    found = walk(caller, "updated")
    assert found == {one.id: round(one.updated.timestamp() * 1000) for one in issue.worklogs}
    request = worklogs.worklogs_of(caller.jira.dialect, [*found, 999])
    assert {int(one["id"]) for one in worklogs.read_worklogs(request, ask(caller, request))} == set(found)


def test_deleted_worklogs_come_but_for_those_of_the_last_minute(caller):
    """Jira says so: the next archive asks from a little before this one on."""
    assert walk(caller, "deleted") == {77: 1_769_904_000_000}


@pytest.mark.parametrize(
    "answer",
    [None, [], {}, {"values": None}, {"values": [1]}, {"values": [{"worklogId": "x", "updatedTime": 1}]}],
)
def test_a_page_that_is_none_is_refused(answer):
    """Whatever a Jira answers, it is an answer that can't be read, and no crash."""
    with pytest.raises(AnswerError):
        worklogs.read_changed(worklogs.changed_since("cloud", "updated", 5), answer)


@pytest.mark.parametrize("answer", [None, {}, [1], "x"])
def test_worklogs_that_are_none_are_refused(answer):
    """The same of the worklogs themselves."""
    with pytest.raises(AnswerError):
        worklogs.read_worklogs(worklogs.worklogs_of("cloud", [1]), answer)


def test_a_page_never_leads_back():
    """An end before its own beginning, or none, ends the walk: going on would never end."""
    request = worklogs.changed_since("cloud", "updated", 500)
    one = {"worklogId": 1, "updatedTime": "soon"}
    for until in (500, 400, None, "x"):
        page = worklogs.read_changed(request, {"values": [one], "until": until, "lastPage": False})
        assert (page.at, page.since) == ({1: None}, None)
    assert worklogs.read_changed(request, {"values": [one], "until": 501}).since == 501
    assert worklogs.read_changed(request, {"values": [one], "until": 900}).since == 899
