"""What is remembered of a response is small, and of several that tell the same the right one counts."""

from __future__ import annotations

import json
from array import array
from datetime import UTC, datetime

import pytest

from auditlib.errors import AnswerError
from auditlib.evidence.digest import Instants, identifiers_of, instants_by_issue, read_digest
from auditlib.jira.protocol import dialect
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request
from auditlib.responses.store import RawStore

AT = datetime(2026, 6, 1, tzinfo=UTC)
KEY_ITEM = {"field": "Key", "fromString": "OLD-1", "toString": "PAY-1"}


def entry_of(topic: str, *, status: int = 200, body: dict[str, object] | None = None) -> Entry:
    return Entry("file", topic, Request("POST", "rest/api/3/x", (), body), AT, status, "", 0, {}, 1)


def test_an_instant_takes_sixteen_bytes():
    """Millions are remembered while Jira is asked: an id and microseconds, and nothing else an issue."""
    instants = Instants(array("q", [7, 5]), array("q", [0, 1_500_000]))
    assert dict(instants) == {
        7: datetime(1970, 1, 1, tzinfo=UTC),
        5: datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC),
    }
    assert instants.ids.itemsize + instants.microseconds.itemsize == 16
    assert not hasattr(instants, "__dict__")
    with pytest.raises(KeyError):
        instants[6]


def test_of_several_instants_the_last_received_counts_or_the_newest():
    """Creation times come in the order in which they count; of changes the newest is asked for."""
    first, second = (Instants(array("q", [1]), array("q", [at])) for at in (2_000_000, 1_000_000))
    assert instants_by_issue([first, second])[1].second == 1
    assert instants_by_issue([first, second], newest=True)[1].second == 2
    assert instants_by_issue([]).empty


def test_a_digest_has_what_was_asked_for():
    """Times where they were asked for; a response that has an issue without one is not evidence of when it was made."""
    asked = {"issueIdsOrKeys": ["PAY-2", "PAY-9"], "fields": ["created", "issuetype"]}
    entry = entry_of(topics.MISSING.of("PAY"), body=asked)
    issue = {
        "id": "12",
        "key": "PAY-1",
        "fields": {"created": "2026-05-04T10:00:00.000+0200", "issuetype": {"name": "Bug"}},
    }
    digest = read_digest(entry, {"issues": [issue]}, dialect("cloud"))
    assert (list(digest.ids), digest.keys, digest.issue_types) == ([12], ("PAY-1",), {12: "Bug"})
    assert digest.created[12] == datetime(2026, 5, 4, 8, tzinfo=UTC)
    assert identifiers_of(entry) == ("PAY-2", "PAY-9")
    with pytest.raises(AnswerError, match="PAY-1 has no readable creation time"):
        read_digest(entry, {"issues": [issue | {"fields": {"issuetype": {"name": "Bug"}}}]}, dialect("cloud"))


def test_a_creation_time_that_is_null_is_none():
    """One issue of several without a time is told by its key; it is not taken for one of the year -290308."""
    entry = entry_of(topics.MISSING.of("PAY"), body={"issueIdsOrKeys": ["PAY-1", "PAY-2"], "fields": ["created"]})
    issues = [{"id": "1", "key": "PAY-1", "fields": {"created": "2026-01-01T00:00:00.000+0000"}}]
    issues.append({"id": "2", "key": "PAY-2", "fields": {"created": None}})
    with pytest.raises(AnswerError, match="PAY-2 has no readable creation time"):
        read_digest(entry, {"issues": issues}, dialect("cloud"))


def test_a_history_that_was_asked_for_and_is_empty_is_known():
    """Jira leaves an issue without changes out of its answer; moves are remembered whole, other entries only by time."""
    entry = entry_of(topics.HISTORY_FIRST_PASS.of(), body={"issueIdsOrKeys": ["1", "2"]})
    told = [
        {"id": "10", "created": 1_777_000_000_000, "items": [KEY_ITEM]},
        {"id": "11", "created": 1_778_000_000_000, "items": [{"field": "status"}]},
    ]
    digest = read_digest(entry, {"issueChangeLogs": [{"issueId": "1", "changeHistories": told}]}, dialect("cloud"))
    assert list(digest.histories_of) == [1, 2]
    assert [(issue, one["id"]) for issue, one in digest.moved] == [(1, "10")]
    assert {issue: at.timestamp() for issue, at in digest.latest.items()} == {1: 1_778_000_000}


def test_a_history_that_was_refused_is_known_in_part_only():
    """What did not come is no empty history."""
    digest = read_digest(entry_of(topics.HISTORY_ONE.of(12), status=403), None, dialect("data-center"))
    assert (list(digest.histories_of), digest.partial) == ([], frozenset({12}))


def test_what_is_remembered_equals_what_is_read_again(tmp_path):
    """The digest of a response that comes is that of the file that it becomes."""
    answer = {"issues": [{"id": "1", "key": "PAY-1"}], "isLast": True}
    request = Request("GET", "rest/api/3/search/jql", (("fields", "key"),))
    store = RawStore(tmp_path)
    entry = store.keep(
        topics.KEY_WALK.of("PAY"), request, status=200, headers={}, body=json.dumps(answer).encode(), at=AT, tries=1
    )
    assert read_digest(entry, answer, dialect("cloud")) == read_digest(entry, store.json(entry), dialect("cloud"))
