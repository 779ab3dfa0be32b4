"""Too much at once: what a Jira can't answer in one piece is asked for in halves, and nothing is lost or doubled."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from one_reader import QUERY, keys_of, reading

from auditlib.demo.server.site import Answer, Asked, EmbeddedJira
from auditlib.errors import UnreachableError
from auditlib.jira import jql, retries
from auditlib.pull.access import identify
from auditlib.pull.collect import collect
from auditlib.pull.dossiers import _ask_part
from auditlib.responses.request import get, post

BOTH = ("cloud", "data-center")
FAULTS = (
    {"status": 504, "headers": {"Content-Type": "text/html"}, "body": b"<h1>Gateway Time-out</h1>"},
    {"cut": True},
    {"status": 413, "body": b"{}"},
)


@pytest.fixture
def no_waits(monkeypatch):
    """Wait a moment only before a question is asked again."""
    monkeypatch.setattr(retries, "LONGEST_WAIT", 0.01)


class Weak:
    """A server that fails each question that asks for too much; remembers the sizes that searches asked for."""

    def __init__(self, is_heavy: Callable[[Asked, dict], bool], fault: dict) -> None:
        self.sizes: list[int] = []
        self._is_heavy = is_heavy
        self._fault = fault

    def __call__(self, asked: Asked, answer: Answer) -> Answer:
        """Fail or not."""
        body = json.loads(asked.body) if asked.body else {name: values[-1] for name, values in asked.query.items()}
        if "/search" in asked.path and "maxResults" in body:
            self.sizes.append(int(body["maxResults"]))
        return replace(answer, **self._fault) if self._is_heavy(asked, body) else answer


@pytest.mark.parametrize("speaks", BOTH)
@pytest.mark.parametrize("fault", FAULTS, ids=["504", "cut", "413"])
def test_a_search_page_that_is_too_heavy_is_asked_for_in_halves(small_company, tmp_path, speaks, fault):
    """Pages above a size fail always; the keys are those of a healthy server, each once."""
    with reading(small_company, tmp_path / "whole", speaks=speaks) as (reader, _):
        whole = keys_of(reader, ("created",))
    weak = Weak(lambda asked, body: "search" in asked.path and int(body["maxResults"]) > 30, fault)
    with reading(small_company, tmp_path / "halves", speaks=speaks, tamper=weak) as (reader, jira):
        halves = keys_of(reader, ("created",))
        sizes = list(weak.sizes)
        again = len(jira.requests)
        assert keys_of(reader, ("created",))[-1] == halves[-1]
        assert len(jira.requests) > again  # the first, whole page is not on disk
    assert halves == whole
    assert len(set(halves)) == len(halves)
    assert sizes[-1] <= 30
    assert sizes.count(sizes[0]) == 2


@pytest.mark.parametrize("speaks", BOTH)
def test_a_page_that_is_heavy_in_the_middle_loses_nothing(small_company, tmp_path, speaks):
    """The size falls on the way; what was read before stays, what follows is smaller."""
    with reading(small_company, tmp_path / "whole", speaks=speaks, page_size=40) as (reader, _):
        whole = keys_of(reader, ("created",))

    def after_the_first(asked: Asked, body: dict) -> bool:
        begun = body.get("nextPageToken") or body.get("startAt")
        return "search" in asked.path and bool(begun) and int(body["maxResults"]) > 7

    tamper = Weak(after_the_first, FAULTS[0])
    with reading(small_company, tmp_path / "halves", speaks=speaks, page_size=40, tamper=tamper) as (reader, _):
        assert keys_of(reader, ("created",)) == whole


@pytest.mark.parametrize("speaks", BOTH)
@pytest.mark.parametrize("by", ["issues", "entries"])
def test_a_batch_of_histories_that_is_too_heavy_is_asked_for_in_halves(small_company, tmp_path, speaks, by):
    """Whether issues or entries weigh, all histories come, and each entry once."""
    with reading(small_company, tmp_path / "ids", speaks=speaks) as (reader, _):
        found = [int(issue["id"]) for _, page in reader.search("walk/PAY", QUERY, ("key",)) for issue in page]
    ids = found[:40]

    def is_heavy(asked: Asked, body: dict) -> bool:
        if not asked.path.endswith(("/changelog/bulkfetch", "/search")):
            return False
        if by == "entries":
            return int(body["maxResults"]) > 25
        return len(body.get("issueIdsOrKeys") or body["jql"].split(",")) > 9

    def entries_of(folder: str, tamper: Callable[[Asked, Answer], Answer] | None) -> dict[int, list[str]]:
        with reading(small_company, tmp_path / folder, speaks=speaks, tamper=tamper) as (reader, _):
            told: list[int] = []
            reader.histories("history/x", ids, 100, told.append)
            assert sum(told) == len(ids)
            found: dict[int, list[str]] = {}
            for answer in map(reader.store.json, reader.store.entries("history/x")):
                for issue, entries in reader.dialect.read_histories(answer).by_issue.items():
                    found.setdefault(issue, []).extend(str(one["id"]) for one in entries)
            return found

    whole = entries_of("whole", None)
    assert sum(map(len, whole.values())) > 25
    assert entries_of("halves", Weak(is_heavy, FAULTS[0])) == whole


@pytest.mark.parametrize("speaks", BOTH)
def test_comments_that_are_too_heavy_are_asked_for_in_halves(small_company, tmp_path, speaks):
    """A page of comments above a size fails always; all of them come, each once."""
    issue = max(small_company.world.issues.values(), key=lambda one: len(one.comments))
    most = len(issue.comments) - 1
    assert most >= 1

    def is_heavy(asked: Asked, body: dict) -> bool:
        return asked.path.endswith("/comment") and int(body.get("maxResults", 1000)) > most

    with reading(small_company, tmp_path, speaks=speaks, tamper=Weak(is_heavy, FAULTS[0])) as (reader, _):
        identify(reader)
        _ask_part(reader, "dossier/x/comments", "comments", issue.id)
        found = [
            record["id"]
            for entry in reader.store.entries("dossier/x/comments")
            for record in reader.dialect.read_issue_part("comments", entry.request, reader.store.json(entry)).records
        ]
    assert len(found) == len(set(found)) == len(issue.comments)


def test_what_can_not_be_halved_ends_as_any_fault(small_company, tmp_path):
    """A page of one issue that still fails is asked for six times, then the run ends."""
    weak = Weak(lambda asked, _: asked.path.endswith("/search/jql"), FAULTS[0])
    with reading(small_company, tmp_path, tamper=weak) as (reader, _):
        with pytest.raises(UnreachableError, match="504"):
            list(reader.search("walk/PAY", jql.key_walk("PAY"), ("created",)))
    assert weak.sizes[-6:] == [1] * 6
    assert sorted(set(weak.sizes), reverse=True) == [100, 50, 25, 12, 6, 3, 1]


def test_a_fault_that_is_not_of_weight_changes_no_page(small_company, tmp_path):
    """500 and 503 say nothing of the size."""
    left = [500, 503, 500]
    weak = Weak(lambda *_: bool(left) and bool(left.pop()), {"status": 500})
    with reading(small_company, tmp_path, tamper=weak) as (reader, _):
        keys_of(reader, ("created",))
    assert set(weak.sizes) == {100}
    assert not left


def test_half_of_a_question():
    """Half a page; none where there is no page, or it holds one record."""
    assert post("x", maxResults=9).half == 4
    assert get("x", maxResults="100", startAt=0).half == 50
    assert get("x", startAt=0).half == 500
    assert post("x", maxResults=1).half is None
    assert post("x", maxResults=0).half is None
    assert get("x").half is None


@pytest.mark.parametrize("speaks", BOTH)
@pytest.mark.parametrize("fault", FAULTS, ids=["504", "cut", "413"])
@pytest.mark.usefixtures("no_waits")
def test_a_pull_through_a_jira_that_gives_little_at_once_is_the_same(
    small_company, parameters, tmp_path, speaks, fault
):
    """Pages of the log and bulk questions for keys are halved too: the tables are those of a healthy server."""

    def weigh(asked: Asked, body: dict) -> bool:
        sizes = [int(body[name]) for name in ("limit", "maxResults") if name in body]
        keys = body.get("issueIdsOrKeys") if "bulkfetch" in asked.path and "changelog" not in asked.path else []
        return any(size > 60 for size in sizes if "audit" in asked.path) or len(keys or ()) > 9

    def tables(folder: str, tamper: Weak | None) -> dict[str, bytes]:
        with EmbeddedJira(small_company.world, speaks, tamper=tamper) as jira:
            environ = {"JIRA_USER": jira.user, "JIRA_TOKEN": jira.token}
            params = parameters(jira_url=jira.url, deployment=speaks)
            (tmp_path / folder).mkdir()
            files = collect(params, tmp_path / folder, environ, lambda *_: None, base=tmp_path).table_files()
            return {name: content.replace(jira.url.encode(), b"its address") for name, content in files.items()}

    whole = tables("whole", None)
    weak = Weak(weigh, fault)
    halves = tables("halves", weak)
    assert {name for name in whole if whole[name] != halves[name]} == set()
