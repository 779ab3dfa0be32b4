"""Jira Data Center: what is asked, and what its answers are read as."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from auditlib.errors import AnswerError
from auditlib.jira import data_center
from auditlib.jira.read_only import require_allowed

BEGINS = datetime(2026, 4, 1, tzinfo=UTC)
ASKED = data_center.search("x", ["key"], "2", size=2)
ENTRY = {"id": "1", "created": "2026-06-01T10:00:00.000+0000", "items": []}


def issue(number: int = 1, **more: object) -> dict[str, object]:
    return {"id": str(number), "key": f"PAY-{number}", "fields": {}, **more}


@pytest.mark.parametrize(
    "request_",
    [
        data_center.count("a = b"),
        data_center.search("a = b", ("key",), None),
        data_center.histories([1, 2], None),
        data_center.by_identifier(["PAY-1"], ("created",)),
        data_center.issue("PAY-1"),
        *(data_center.issue_part(part, 10001, None) for part in (*data_center.PARTS, "history")),
        data_center.attachment(1, "a.txt"),
        data_center.log(None, BEGINS, None),
    ],
    ids=str,
)
def test_every_question_is_on_the_read_only_list(request_):
    """Nothing that is asked is refused before the wire."""
    require_allowed(request_.method, request_.path)


def page(count: int, total: int, *, start: int = 2, most: int = 2) -> dict[str, object]:
    issues = [{"id": str(number), "key": f"PAY-{number}", "fields": {}} for number in range(1, count + 1)]
    return {"startAt": start, "maxResults": most, "total": total, "issues": issues}


@pytest.mark.parametrize(
    ("count", "total", "cursor"),
    [(2, 9, "4"), (2, 4, "4"), (2, 3, "4"), (1, 9, "3"), (1, 3, None), (0, 2, None)],
    ids=["more", "full at the total", "full beyond the total", "short of the total", "the end", "empty at the end"],
)
def test_a_search_goes_on_until_a_page_is_not_full_and_the_total_is_reached(count, total, cursor):
    """A total may be too small, and a page may hold less than asked: neither alone is the end."""
    assert data_center.read_search(ASKED, page(count, total)).cursor == cursor
    assert data_center.histories_cursor(page(count, total)) == cursor


def test_an_empty_page_before_the_total_and_a_page_from_elsewhere_are_errors():
    """Both would lose issues without a word."""
    with pytest.raises(AnswerError, match="is empty at 2 of 9 issues"):
        data_center.read_search(ASKED, page(0, 9))
    with pytest.raises(AnswerError, match="begins at 0, asked for 2"):
        data_center.read_search(ASKED, page(2, 9, start=0))


def test_a_page_that_jira_calls_incomplete_is_an_error():
    """Its warning is told."""
    with pytest.raises(AnswerError, match="may be incomplete"):
        data_center.read_search(ASKED, {**page(2, 9), "warningMessages": ["cut"]})


def test_a_history_comes_along_whole_or_in_part():
    """A log that counts more than it holds, one with an entry that can't be read, and one that is missing are partial."""
    logs = [
        {"changelog": {"histories": [ENTRY], "total": 1}},
        {"changelog": {"histories": [ENTRY], "total": 2}},
        {"changelog": {"histories": [{**ENTRY, "created": "x"}]}},
        {},
    ]
    issues = [issue(number, **log) for number, log in enumerate(logs, start=1)]
    found = data_center.read_histories({"issues": issues, "startAt": 0, "total": 4})
    assert found.partial == {2, 3, 4}
    assert [data_center.brought_in_part(one) for one in issues] == [False, True, True, True]
    assert found.cursor is None


def test_an_issue_that_is_hidden_is_told_from_one_that_does_not_exist():
    """Both bring nothing; only one of the statuses says that there is something to hide."""
    assert data_center.refused_numbers() == (401, 403)
    for status in (401, 403, 404):
        assert data_center.read_by_identifier(status, None) == []
    assert data_center.read_histories_by_identifier(200, issue(7)).partial == {7}


@pytest.mark.parametrize(
    ("paging", "cursor", "ended"),
    [
        ({"lastPage": True}, None, True),
        ({"nextPageCursor": "1,2"}, "1,2", False),
        ({"nextPageCursor": {"cursor": "1,2"}}, "1,2", False),
        ({"nextPageLink": "https://elsewhere.example/x?pageCursor=1%2C2"}, "1,2", False),
        ({"nextPageLink": "https://elsewhere.example/x?offset=200"}, "offset:200", False),
        ({"nextPageOffset": 200}, "offset:200", False),
        ({}, None, False),
    ],
)
def test_whatever_names_the_next_page_of_the_log_is_read(paging, cursor, ended):
    """A cursor as text or object, a link, an offset; a page that names nothing is not called the last."""
    read = data_center.read_log(data_center.log(None, None, None), {"entities": [], "pagingInfo": paging})
    assert (read.cursor, read.ended) == (cursor, ended)


def test_a_page_of_the_log_is_asked_for_by_what_named_it():
    """By cursor or by offset, never by both, and never at another host."""
    assert dict(data_center.log("1,2", None, None).query)["pageCursor"] == "1,2"
    assert "offset" not in dict(data_center.log("1,2", None, None).query)
    assert dict(data_center.log("offset:200", BEGINS, None, size=5).query) == {
        "limit": "5",
        "offset": "200",
        "from": "2026-04-01T00:00:00.000Z",
    }


@pytest.mark.parametrize(("name", "plain"), [("a/b.txt", "a_b.txt"), ("..", "_"), ("", "_"), ("ä b", "%C3%A4%20b")])
def test_the_name_of_an_attachment_leads_nowhere_else(name, plain):
    """It stands in the address, so what would be a path is taken out."""
    request = data_center.attachment(7, name)
    assert request.path == f"secure/attachment/7/{plain}"
    require_allowed(request.method, request.path)


def test_an_event_has_its_time():
    """In UTC; none where it can't be read."""
    assert data_center.log_time({"timestamp": "2026-06-01T10:00:00.000Z"}) == datetime(2026, 6, 1, 10, tzinfo=UTC)
    assert data_center.log_time({"timestamp": None}) is None


@pytest.mark.parametrize(
    ("log", "whole"),
    [
        ({"total": 1, "histories": [{"id": "1", "created": "2026-05-01T00:00:00.000+0000", "items": []}]}, True),
        ({"total": 2, "histories": [{"id": "1", "created": "2026-05-01T00:00:00.000+0000", "items": []}]}, False),
        ({"histories": []}, True),
        (None, False),
    ],
    ids=["whole", "cut", "without a total", "none"],
)
def test_a_history_that_holds_less_than_it_says_is_a_part(log, whole):
    """Some hand back the newest entries only; nothing is concluded from these."""
    assert data_center.history_of({"changelog": log})[1] is whole
    assert data_center.brought_in_part({"changelog": log}) is not whole


@pytest.mark.parametrize(
    ("log", "whole"),
    [
        ({"histories": [], "total": 0}, True),
        ({"histories": []}, True),
        ({"histories": None, "total": 0}, True),
        ({"histories": None}, False),
        ({"histories": {}, "total": 0}, False),
        ({"total": 2}, False),
        ([], False),
        (None, False),
    ],
)
def test_null_is_no_history_only_where_jira_counts_none(log, whole):
    """What came along without a list of entries is asked for once more."""
    assert data_center.history_of({"id": "1", "changelog": log})[1] is whole
