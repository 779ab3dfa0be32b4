"""Jira Cloud: what is asked, and what its answers are read as."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from auditlib.errors import AnswerError
from auditlib.jira import cloud
from auditlib.jira.read_only import require_allowed
from auditlib.responses.request import Request

BEGINS = datetime(2026, 4, 1, tzinfo=UTC)
ISSUE = {"id": "10001", "key": "PAY-1"}
ENTRY = {"id": "1", "created": "2026-06-01T10:00:00.000+0000", "items": []}


@pytest.mark.parametrize(
    "request_",
    [
        cloud.count("a = b"),
        cloud.search("a = b", ("key",), None),
        cloud.histories([1, 2], None),
        cloud.by_identifier(["PAY-1"], ("created",)),
        cloud.issue("PAY-1"),
        *(cloud.issue_part(part, 10001, None) for part in cloud.PARTS),
        cloud.attachment(1, "a.txt"),
        cloud.log(None, BEGINS, None),
    ],
    ids=str,
)
def test_every_question_is_on_the_read_only_list(request_):
    """And every one that has pages can be halved."""
    require_allowed(request_.method, request_.path)


@pytest.mark.parametrize(("fields", "size"), [(("key",), 5000), (("id",), 5000), (("created",), 100)])
def test_pages_without_fields_are_large(fields, size):
    """Cloud grants 5,000 where nothing but id or key is asked for."""
    assert cloud.search("a = b", fields, None).body["maxResults"] == size


def test_a_search_brings_no_history():
    """Cloud's is cut to recent entries, so it is never asked for."""
    with pytest.raises(ValueError, match="cuts the history"):
        cloud.search("a = b", ("key",), None, history=True)


def test_only_a_missing_token_ends_a_search():
    """Whatever ``isLast`` says beside one."""
    request = cloud.search("a = b", ("key",), None)
    page = cloud.read_search(request, {"issues": [ISSUE], "nextPageToken": "t", "isLast": True})
    assert (page.cursor, page.is_last) == ("t", True)
    assert cloud.read_search(request, {"issues": [], "isLast": False}).cursor is None


def test_histories_come_by_issue_and_go_on():
    """An issue may stand twice; one with an entry that can't be read is partial; null is no history that was given."""
    logs = [
        {"issueId": "1", "changeHistories": [ENTRY]},
        {"issueId": "1", "changeHistories": [{**ENTRY, "id": "2"}]},
        {"issueId": "2", "changeHistories": [{**ENTRY, "created": "yesterday"}]},
        {"issueId": "3", "changeHistories": None},
    ]
    answer = {"issueChangeLogs": logs, "nextPageToken": "t"}
    found = cloud.read_histories(answer)
    assert {issue: [one["id"] for one in entries] for issue, entries in found.by_issue.items()} == {
        1: ["1", "2"],
        2: [],
    }
    assert found.partial == {2}
    assert found.cursor == cloud.histories_cursor(answer) == "t"


def test_a_hidden_issue_is_like_one_that_does_not_exist():
    """It is left out without a word; an error beside the issues is refused."""
    assert cloud.read_by_identifier(200, {"issues": [ISSUE]}) == [ISSUE]
    assert cloud.refused_numbers() == ()
    with pytest.raises(AnswerError, match="may be incomplete"):
        cloud.read_by_identifier(200, {"issues": [], "issueErrors": ["x"]})


def log_page(asked: int, **answer: object):
    request = Request("GET", "rest/api/3/auditing/record", (("offset", str(asked)),))
    return cloud.read_log(request, {"records": [{}, {}], **answer})


@pytest.mark.parametrize(
    ("answer", "cursor", "ended"),
    [
        ({"total": 9}, "6", False),
        ({"total": 6}, None, True),
        ({"total": 2}, "6", False),  # "the number of items returned"
        ({}, "6", False),
        ({"offset": 0}, None, False),  # a page from elsewhere leads nowhere
        ({"records": [], "total": 4}, None, True),
        ({"records": [], "total": 9}, None, False),
    ],
)
def test_the_end_of_the_log_is_told_from_a_page_that_leads_nowhere(answer, cursor, ended):
    """Only a total that counts the log, or an empty page at it, is the end."""
    page = log_page(4, **answer)
    assert (page.cursor, page.ended) == (cursor, ended)


def test_a_record_has_its_time():
    """In UTC; none where it can't be read."""
    assert cloud.log_time({"created": "2026-06-01T12:00:00.000+0200"}) == datetime(2026, 6, 1, 10, tzinfo=UTC)
    assert cloud.log_time({}) is None


def test_an_attachment_is_not_sent_elsewhere():
    """Cloud would redirect to another host."""
    assert ("redirect", "false") in cloud.attachment(1, "a.txt").query


def test_counts_are_counts():
    """Anything else is no answer."""
    assert cloud.read_count({"count": "7"}) == 7
    with pytest.raises(AnswerError):
        cloud.read_count({"count": -1})
