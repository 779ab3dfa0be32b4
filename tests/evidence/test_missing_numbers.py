"""Which key an issue answered to, where Jira does not repeat the question; what is hidden, and what no search lists."""

from __future__ import annotations

from array import array
from datetime import UTC, datetime

import pandas as pd

from auditlib.evidence.digest import Digest, Instants
from auditlib.evidence.missing_numbers import former_keys_told, hidden_keys, resolve_numbers, unlisted_keys
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request

AT = datetime(2026, 6, 1, tzinfo=UTC)
NO_MOVES = pd.DataFrame({"issue_id": pd.Series(dtype="int64"), "from_key": pd.Series(dtype="str")})


def asked(*keys: str, topic: str = topics.MISSING.of("PAY"), status: int = 200) -> Entry:
    return Entry("file", topic, Request("POST", "x", (), {"issueIdsOrKeys": list(keys)}), AT, status, "", 0, {}, 1)


def answer(issue: int, key: str) -> Digest:
    created = Instants(array("q", [issue]), array("q", [1_000_000]))
    return Digest(ids=array("q", [issue]), keys=(key,), created=created, issue_types={issue: "Bug"})


def test_a_question_for_one_key_tells_it():
    """And a question for many tells it where the issue's history names one of them, by a key of before too."""
    moves = pd.DataFrame({"issue_id": [8], "from_key": ["OLD-4"]})
    responses = [(asked("PAY-2"), answer(7, "OPS-1")), (asked("PAY-3", "PAY-4"), answer(8, "OPS-2"))]
    assert former_keys_told(responses, moves, {"PAY": ["OLD"]}) == ({7: ["PAY-2"], 8: ["PAY-4"]}, {})


def test_the_one_key_that_all_questions_share_is_told():
    """Two issues, asked for twice among others: what both questions have in common; where that is several, it is left."""
    twice = [(asked("PAY-2", "PAY-3"), answer(7, "OPS-1")), (asked("PAY-3", "PAY-4"), answer(7, "OPS-1"))]
    assert former_keys_told(twice, NO_MOVES, {}) == ({7: ["PAY-3"]}, {})
    assert former_keys_told(twice[:1], NO_MOVES, {}) == ({7: []}, {7: [("PAY-2", "PAY-3")]})


def test_an_issue_that_answers_under_its_own_key_is_no_moved_one():
    """It is one that no search listed."""
    responses = [(asked("PAY-2", "PAY-3"), answer(7, "PAY-3"))]
    assert former_keys_told(responses, NO_MOVES, {}) == ({}, {})
    assert unlisted_keys(responses) == ["PAY-3"]


def test_hidden_is_what_gets_another_answer_than_a_key_that_does_not_exist():
    """Where Jira answers both alike, or nobody asked for its manner, nothing is told."""
    numbers = [asked("PAY-2", status=403), asked("PAY-3", status=404), asked("OPS-2", status=403)]
    manner = [asked("PAY-999", topic=topics.MANNER.of("PAY"), status=404)]
    assert hidden_keys(numbers, manner, (401, 403)) == ["PAY-2"]
    assert hidden_keys(numbers, [asked("PAY-9", topic=topics.MANNER.of("PAY"), status=403)], (401, 403)) == []


def test_a_resolved_number_is_of_the_project_that_was_asked():
    """By number, with the key of today; numbers of other projects are theirs."""
    responses = [
        (asked("PAY-5"), answer(7, "OPS-1")),
        (asked("PAY-2"), answer(8, "OPS-2")),
        (asked("X-1"), answer(9, "OPS-3")),
    ]
    found = resolve_numbers("PAY", responses, {7: ["PAY-5"], 8: ["PAY-2"], 9: ["X-1"]})
    assert found["number"].tolist() == [2, 5]
    assert found["now_key"].tolist() == ["OPS-2", "OPS-1"]
    assert (found["issue_type"] == "Bug").all()
